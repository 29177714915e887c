//! Text as it stands in a document, and what it says: references, line ends, characters that XML forbids.

use memchr::memchr;

use crate::response::ReadErrorKind;
use crate::response::limits::Characters;

/// The longest reference is `&#x10FFFF;`; leading zeros are allowed, within reason.
pub(super) const LONGEST_REFERENCE: usize = 16;

/// Does `text` hold a control character, a carriage return included?
pub(super) fn needs_cleaning(text: &str) -> bool {
    // Without a way out inside of a block, the compiler looks at many bytes at once.
    let controls = |block: &[u8]| {
        block.iter().fold(0, |found, b| {
            found | (u8::from(*b < 0x20) & u8::from(*b != b'\n') & u8::from(*b != b'\t'))
        })
    };
    text.as_bytes().chunks(256).any(|block| controls(block) != 0)
}

/// Line ends become `\n` and control characters are refused or replaced, as XML and the user say.
pub(super) fn clean_lines(raw: &str, characters: Characters, out: &mut String) -> Result<(), ReadErrorKind> {
    let mut rest = raw;
    while let Some(at) = rest.bytes().position(|b| b < 0x20 && b != b'\n' && b != b'\t') {
        out.push_str(&rest[..at]);
        let control = rest.as_bytes()[at];
        rest = &rest[at + 1..];
        if control == b'\r' {
            if !rest.starts_with('\n') {
                out.push('\n');
            }
        } else {
            out.push(characters.instead_of(u32::from(control))?);
        }
    }
    out.push_str(rest);
    Ok(())
}

/// [`clean_lines`], and references become what they stand for.
pub(in crate::response) fn clean(
    raw: &str,
    characters: Characters,
    out: &mut String,
) -> Result<(), ReadErrorKind> {
    let mut rest = raw;
    while let Some(at) = memchr(b'&', rest.as_bytes()) {
        clean_lines(&rest[..at], characters, out)?;
        let tail = &rest[at + 1..];
        let end = reference_end(tail.as_bytes());
        if tail.as_bytes().get(end) != Some(&b';') {
            return Err(ReadErrorKind::Malformed("a & that begins no reference"));
        }
        let name = &tail[..end];
        rest = &tail[end + 1..];
        out.push(match name {
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            "quot" => '"',
            "apos" => '\'',
            _ => character(name, characters)?,
        });
    }
    clean_lines(rest, characters, out)
}

/// The length of the letters and digits of a reference, at most those of the longest.
pub(super) fn reference_end(bytes: &[u8]) -> usize {
    let letters = bytes
        .iter()
        .take(LONGEST_REFERENCE)
        .take_while(|b| b.is_ascii_alphanumeric() || **b == b'#');
    letters.count()
}

/// `#10` or `#xA`.
fn character(name: &str, characters: Characters) -> Result<char, ReadErrorKind> {
    let unknown = ReadErrorKind::Malformed("an unknown entity");
    let number = name.strip_prefix('#').ok_or(unknown)?;
    let code = match number.strip_prefix('x') {
        Some(hex) if hex.bytes().all(|b| b.is_ascii_hexdigit()) => u32::from_str_radix(hex, 16),
        None if number.bytes().all(|b| b.is_ascii_digit()) => number.parse(),
        Some(_) | None => return Err(unknown),
    };
    let code = code.map_err(|_| unknown)?;
    let allowed = matches!(code, 0x9 | 0xA | 0xD | 0x20..=0xFFFD | 0x10000..);
    match char::from_u32(code) {
        Some(c) if allowed => Ok(c),
        Some(_) | None => characters.instead_of(code),
    }
}
