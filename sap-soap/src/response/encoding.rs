//! From the bytes of a reply to text: the encoding is found in the byte order mark, the declaration and the HTTP header.

use encoding_rs::{Decoder, DecoderResult, Encoding, UTF_8, UTF_16BE, UTF_16LE};

use super::ReadErrorKind;
use super::limits::Characters;

/// A declaration is looked for in this many bytes.
const SNIFFED: usize = 512;

#[derive(Debug)]
pub(super) struct Input {
    state: State,
    charset: Option<&'static Encoding>,
    unknown_charset: bool,
    characters: Characters,
}

enum State {
    /// The first bytes, until they tell the encoding.
    Sniff(Vec<u8>),
    /// UTF-8, and the beginning of a character whose end is to come.
    Utf8(Vec<u8>),
    Other(Box<Decoder>),
}

impl std::fmt::Debug for State {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Sniff(_) => "Sniff",
            Self::Utf8(_) => "Utf8",
            Self::Other(decoder) => decoder.encoding().name(),
        })
    }
}

impl Input {
    /// `charset` is what the HTTP header says.
    pub(super) fn new(charset: Option<&str>, characters: Characters) -> Self {
        let found = charset.map(|label| Encoding::for_label(label.as_bytes()));
        Self {
            state: State::Sniff(Vec::new()),
            charset: found.flatten(),
            unknown_charset: found == Some(None),
            characters,
        }
    }

    /// Appends the text of `piece` to `out`.
    pub(super) fn decode(&mut self, piece: &[u8], out: &mut String) -> Result<(), ReadErrorKind> {
        match &mut self.state {
            State::Sniff(first) => {
                first.extend_from_slice(piece);
                if undecided(first) {
                    Ok(())
                } else {
                    self.decide(out)
                }
            }
            State::Utf8(carry) => utf8(carry, piece, out, self.characters),
            State::Other(decoder) => other(decoder, piece, false, out, self.characters),
        }
    }

    /// The last bytes.
    pub(super) fn finish(&mut self, out: &mut String) -> Result<(), ReadErrorKind> {
        if matches!(self.state, State::Sniff(_)) {
            self.decide(out)?;
        }
        match &mut self.state {
            State::Sniff(_) => Ok(()),
            State::Utf8(carry) if carry.is_empty() => Ok(()),
            State::Utf8(_) => self.characters.replacement(out),
            State::Other(decoder) => other(decoder, &[], true, out, self.characters),
        }
    }

    fn decide(&mut self, out: &mut String) -> Result<(), ReadErrorKind> {
        let State::Sniff(first) = &mut self.state else {
            return Ok(());
        };
        let first = std::mem::take(first);
        let (encoding, mark) = self.encoding(&first)?;
        self.state = if encoding == UTF_8 {
            State::Utf8(Vec::new())
        } else {
            State::Other(Box::new(encoding.new_decoder_without_bom_handling()))
        };
        self.decode(&first[mark..], out)
    }

    /// The byte order mark wins. Then the header, as RFC 7303 wants it; but an ISO-8859-1 in the header is what servers add
    /// without looking, so the document's own declaration wins over that.
    fn encoding(&self, first: &[u8]) -> Result<(&'static Encoding, usize), ReadErrorKind> {
        if let Some(found) = Encoding::for_bom(first) {
            return Ok(found);
        }
        if first.starts_with(&[b'<', 0]) {
            return Ok((UTF_16LE, 0));
        }
        if first.starts_with(&[0, b'<']) {
            return Ok((UTF_16BE, 0));
        }
        let declared = match declared(first) {
            // A declaration that can be read is not UTF-16, whatever it says.
            Some(label) => match Encoding::for_label(label.as_bytes()) {
                Some(e) if e == UTF_16LE || e == UTF_16BE => Some(UTF_8),
                Some(e) => Some(e),
                None => return Err(ReadErrorKind::Encoding),
            },
            None => None,
        };
        let by_header = self
            .charset
            .filter(|e| declared.is_none() || e.name() != "windows-1252");
        if by_header.is_none() && declared.is_none() && self.unknown_charset {
            return Err(ReadErrorKind::Encoding);
        }
        Ok((by_header.or(declared).unwrap_or(UTF_8), 0))
    }
}

/// May more bytes change the decision?
fn undecided(first: &[u8]) -> bool {
    const OPENING: &[u8] = b"<?xml";
    if first.len() < OPENING.len() {
        return first.len() < 4 || OPENING.starts_with(first);
    }
    first.starts_with(OPENING) && first.len() < SNIFFED && memchr::memchr(b'>', first).is_none()
}

/// The encoding that the XML declaration names.
fn declared(first: &[u8]) -> Option<&str> {
    let rest = first.strip_prefix(b"<?xml")?;
    let declaration = &rest[..memchr::memchr(b'>', rest)?];
    let after = &declaration[memchr::memmem::find(declaration, b"encoding")? + 8..];
    let after = std::str::from_utf8(after)
        .ok()?
        .trim_start()
        .strip_prefix('=')?
        .trim_start();
    let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    after[1..].split_once(quote).map(|(label, _)| label)
}

impl Characters {
    fn replacement(self, out: &mut String) -> Result<(), ReadErrorKind> {
        match self {
            Self::Refuse => Err(ReadErrorKind::Bytes),
            Self::Replace(c) => {
                out.push(c);
                Ok(())
            }
        }
    }
}

fn utf8(
    carry: &mut Vec<u8>,
    piece: &[u8],
    out: &mut String,
    characters: Characters,
) -> Result<(), ReadErrorKind> {
    let mut rest = piece;
    if !carry.is_empty() {
        let mut joined = std::mem::take(carry);
        joined.extend_from_slice(piece);
        return utf8(carry, &joined, out, characters);
    }
    loop {
        match std::str::from_utf8(rest) {
            Ok(text) => {
                out.push_str(text);
                return Ok(());
            }
            Err(error) => {
                let (good, bad) = rest.split_at(error.valid_up_to());
                if let Ok(text) = std::str::from_utf8(good) {
                    out.push_str(text);
                }
                let Some(length) = error.error_len() else {
                    carry.extend_from_slice(bad);
                    return Ok(());
                };
                characters.replacement(out)?;
                rest = &bad[length..];
            }
        }
    }
}

fn other(
    decoder: &mut Decoder,
    piece: &[u8],
    last: bool,
    out: &mut String,
    characters: Characters,
) -> Result<(), ReadErrorKind> {
    let mut rest = piece;
    loop {
        out.reserve(
            decoder
                .max_utf8_buffer_length_without_replacement(rest.len())
                .unwrap_or(rest.len() * 3 + 16),
        );
        let (result, read) = decoder.decode_to_string_without_replacement(rest, out, last);
        rest = &rest[read..];
        match result {
            DecoderResult::InputEmpty => return Ok(()),
            DecoderResult::OutputFull => {}
            DecoderResult::Malformed(..) => characters.replacement(out)?,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Decodes byte by byte, so that every character is cut.
    fn read(charset: Option<&str>, bytes: &[u8], characters: Characters) -> Result<String, ReadErrorKind> {
        let mut input = Input::new(charset, characters);
        let mut out = String::new();
        for byte in bytes {
            input.decode(&[*byte], &mut out)?;
        }
        input.finish(&mut out)?;
        let mut whole = String::new();
        let mut input = Input::new(charset, characters);
        input.decode(bytes, &mut whole)?;
        input.finish(&mut whole)?;
        assert_eq!(out, whole);
        Ok(out)
    }

    fn utf16(text: &str, little: bool) -> Vec<u8> {
        text.encode_utf16()
            .flat_map(|u| if little { u.to_le_bytes() } else { u.to_be_bytes() })
            .collect()
    }

    #[test]
    fn the_mark_wins_over_what_is_declared() {
        let text = "<?xml version=\"1.0\" encoding=\"utf-8\"?><a>수입 Ø</a>";
        let strict = Characters::Refuse;
        assert_eq!(read(None, text.as_bytes(), strict).unwrap(), text);
        assert_eq!(
            read(Some("ISO-8859-1"), format!("\u{feff}{text}").as_bytes(), strict).unwrap(),
            text
        );
        for little in [true, false] {
            assert_eq!(
                read(None, &utf16(&format!("\u{feff}{text}"), little), strict).unwrap(),
                text
            );
            assert_eq!(read(None, &utf16(text, little), strict).unwrap(), text);
        }
    }

    #[test]
    fn other_encodings_give_the_right_text() {
        let strict = Characters::Refuse;
        assert_eq!(
            read(
                None,
                b"<?xml version='1.0' encoding='iso-8859-1'?><a>\xC4nderung</a>",
                strict
            )
            .unwrap(),
            "<?xml version='1.0' encoding='iso-8859-1'?><a>Änderung</a>"
        );
        assert_eq!(
            read(Some("iso-8859-1"), b"<a>\xC4</a>", strict).unwrap(),
            "<a>Ä</a>"
        );
        assert_eq!(
            read(Some("euc-kr"), b"<a>\xBC\xF6\xC0\xD4</a>", strict).unwrap(),
            "<a>수입</a>"
        );
        let declared = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><a>Ä</a>";
        assert_eq!(
            read(Some("ISO-8859-1"), declared.as_bytes(), strict).unwrap(),
            declared
        );
    }

    #[test]
    fn what_cannot_be_decoded_is_refused_or_replaced() {
        assert_eq!(
            read(
                None,
                b"<?xml version='1.0' encoding='x-none'?><a/>",
                Characters::Refuse
            ),
            Err(ReadErrorKind::Encoding)
        );
        assert_eq!(
            read(None, b"<a>\xC4b</a>", Characters::Refuse),
            Err(ReadErrorKind::Bytes)
        );
        assert_eq!(
            read(None, b"<a>\xC4b</a>", Characters::Replace('?')).unwrap(),
            "<a>?b</a>"
        );
        assert_eq!(
            read(None, b"<a>\xE2\x82", Characters::Replace('?')).unwrap(),
            "<a>?"
        );
    }
}
