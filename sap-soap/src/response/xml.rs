//! The XML tokenizer: bytes are pushed in pieces of any size, tokens are pulled out, nothing waits for input or output.
//!
//! Why not quick-xml here: its readers pull from a source, so an asynchronous body would need another reader than one in
//! memory, and a bomb is buffered before it can be counted. This one knows what a SOAP message may hold (elements,
//! attributes, text, CDATA, comments, processing instructions; never a DTD), keeps at most one tag and one short field in
//! its buffer, counts as it goes, and hands out a field without attributes and children as one token, which is what tables
//! consist of.

use memchr::{memchr, memchr2};

use super::encoding::Input;
use super::limits::{Characters, Limits};
use super::{ReadError, ReadErrorKind};
use text::{LONGEST_REFERENCE, clean_lines, needs_cleaning, reference_end};

mod attributes;
mod text;

pub(super) use attributes::Attributes;
pub(super) use text::clean;

/// Text longer than this leaves the tokenizer in several pieces.
const CHUNK: usize = 32 * 1024;

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// `<name …>` or `<name …/>`; an empty element is followed by its `End`. The attributes are not read yet.
    Start {
        name: &'a str,
        attributes: Attributes<'a>,
    },
    /// `</name>`.
    End,
    /// `<name>text</name>` or `<name/>`: no attributes, no children.
    Leaf { name: &'a str, text: &'a str },
    /// A piece of text, references resolved.
    Text(&'a str),
    /// More bytes are needed.
    More,
    /// The document is complete.
    Done,
}

/// What was pushed and not read yet, as it stands there.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ahead<'a> {
    pub(super) buf: &'a str,
    /// What of `buf` is read.
    pub(super) at: usize,
    pub(super) characters: Characters,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Content,
    Cdata,
    Comment,
    Instruction,
    /// The `End` of an empty element is due.
    CloseEmpty,
}

/// See the module's documentation.
#[derive(Debug)]
pub(super) struct Tokenizer {
    input: Input,
    buf: String,
    /// What of `buf` is consumed.
    pos: usize,
    /// Bytes (after decoding) that left `buf` at its front.
    base: u64,
    state: State,
    /// The names of the open elements, one after the other, and where each begins.
    open: String,
    starts: Vec<usize>,
    root_seen: bool,
    markup_seen: bool,
    /// Does `buf` hold a control character (a carriage return included)? Usually not, and then no text is looked at twice.
    dirty: bool,
    finished: bool,
    /// What is wrong with the bytes that come after `buf`.
    broken: Option<ReadErrorKind>,
    scratch: String,
    limits: Limits,
    characters: Characters,
}

const NAME: [bool; 256] = name_bytes();

/// Every byte that may stand in a name; letters beyond ASCII are taken without a closer look.
const fn name_bytes() -> [bool; 256] {
    let mut table = [false; 256];
    let mut b = 0;
    while b < 256 {
        table[b] = matches!(b as u8, b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'-' | b'.' | b':' | 0x80..=0xff);
        b += 1;
    }
    table
}

fn name_end(bytes: &[u8], from: usize) -> usize {
    bytes[from..]
        .iter()
        .position(|b| !NAME[usize::from(*b)])
        .map_or(bytes.len(), |n| from + n)
}

fn starts_name(byte: u8) -> bool {
    NAME[usize::from(byte)] && !byte.is_ascii_digit() && byte != b'-' && byte != b'.'
}

/// The local part of a qualified name.
pub(super) fn local(name: &str) -> &str {
    memchr(b':', name.as_bytes()).map_or(name, |at| &name[at + 1..])
}

/// The prefix of a qualified name, empty if there is none.
pub(super) fn prefix(name: &str) -> &str {
    memchr(b':', name.as_bytes()).map_or("", |at| &name[..at])
}

impl Tokenizer {
    pub(super) fn new(charset: Option<&str>, limits: Limits, characters: Characters) -> Self {
        Self {
            input: Input::new(charset, characters),
            buf: String::new(),
            pos: 0,
            base: 0,
            state: State::Content,
            open: String::new(),
            starts: Vec::new(),
            root_seen: false,
            markup_seen: false,
            dirty: false,
            finished: false,
            broken: None,
            scratch: String::new(),
            limits,
            characters,
        }
    }

    /// Takes in a piece of the document. It may be cut anywhere, inside a character, too. What is wrong with it comes out
    /// when everything before is read.
    pub(super) fn push(&mut self, piece: &[u8]) {
        self.take_in(|input, buf| input.decode(piece, buf));
    }

    /// No more bytes will come.
    pub(super) fn finish(&mut self) {
        self.take_in(Input::finish);
        self.finished = self.broken.is_none();
    }

    fn take_in(&mut self, decode: impl FnOnce(&mut Input, &mut String) -> Result<(), ReadErrorKind>) {
        if self.broken.is_some() {
            return;
        }
        self.compact();
        let before = self.buf.len();
        let decoded = decode(&mut self.input, &mut self.buf);
        let over = self.base + self.buf.len() as u64 > self.limits.total;
        self.broken = decoded
            .err()
            .or(over.then_some(ReadErrorKind::Limit("bytes in all")));
        self.dirty |= needs_cleaning(&self.buf[before..]);
    }

    /// What to answer when everything that came is read.
    fn more(&self) -> Result<Token<'static>, ReadError> {
        match self.broken {
            Some(kind) => Err(self.error(kind)),
            None => Ok(Token::More),
        }
    }

    fn compact(&mut self) {
        if self.pos == self.buf.len() {
            self.buf.clear();
            self.dirty = false;
        } else {
            self.buf.drain(..self.pos);
        }
        self.base += self.pos as u64;
        self.pos = 0;
    }

    /// What was pushed.
    pub(super) fn pushed(&self) -> &str {
        &self.buf
    }

    /// What stands ahead, if an element could stand there and nothing in it needs a closer look.
    pub(super) fn ahead(&self) -> Option<Ahead<'_>> {
        let usual = self.state == State::Content && !self.dirty;
        (usual && u32::try_from(self.buf.len()).is_ok()).then_some(Ahead {
            buf: &self.buf,
            at: self.pos,
            characters: self.characters,
        })
    }

    /// Everything up to `end` of what was [ahead](Tokenizer::ahead), whole elements, is read.
    pub(super) fn pass(&mut self, end: usize) {
        self.pos = end;
    }

    /// How many elements are open.
    pub(super) fn depth(&self) -> usize {
        self.starts.len()
    }

    /// An error at the current place.
    pub(super) fn error(&self, kind: ReadErrorKind) -> ReadError {
        ReadError::new(kind, self.base + self.pos as u64)
    }

    fn in_field(&self, kind: ReadErrorKind, name: std::ops::Range<usize>) -> ReadError {
        self.error(kind).at_path(local(&self.buf[name]).to_owned())
    }

    fn malformed(&self, what: &'static str) -> ReadError {
        self.error(ReadErrorKind::Malformed(what))
    }

    /// What to answer when `buf` ends inside a token.
    fn starved(&self, held: usize) -> Result<Token<'static>, ReadError> {
        if self.finished {
            return Err(self.error(ReadErrorKind::Truncated));
        }
        if held > self.limits.tag {
            return Err(self.error(ReadErrorKind::Limit("bytes in one tag")));
        }
        self.more()
    }

    /// The next token. `Leaf` is given only inside the root element.
    pub(super) fn next(&mut self) -> Result<Token<'_>, ReadError> {
        loop {
            match self.state {
                State::Content => {}
                State::CloseEmpty => {
                    self.state = State::Content;
                    self.close();
                    return Ok(Token::End);
                }
                State::Cdata => return self.cdata(),
                State::Comment => {
                    if !self.skip_past("-->")? {
                        return self.more();
                    }
                    continue;
                }
                State::Instruction => {
                    if !self.skip_past("?>")? {
                        return self.more();
                    }
                    continue;
                }
            }
            let rest = &self.buf.as_bytes()[self.pos..];
            let Some(&first) = rest.first() else {
                return if !self.finished {
                    self.more()
                } else if self.root_seen && self.starts.is_empty() {
                    Ok(Token::Done)
                } else if !self.markup_seen {
                    Err(self.error(ReadErrorKind::Empty))
                } else {
                    Err(self.error(ReadErrorKind::Truncated))
                };
            };
            if first != b'<' {
                return self.text();
            }
            self.markup_seen = true;
            match rest.get(1) {
                None => return self.starved(rest.len()),
                Some(b'/') => return self.end_tag(),
                Some(b'?') => {
                    self.pos += 2;
                    self.state = State::Instruction;
                }
                Some(b'!') => {
                    if let Some(more) = self.declaration()? {
                        return Ok(more);
                    }
                }
                Some(_) => return self.start_tag(),
            }
        }
    }

    fn start_tag(&mut self) -> Result<Token<'_>, ReadError> {
        let begin = self.pos + 1;
        let bytes = self.buf.as_bytes();
        let end = name_end(bytes, begin);
        if end == bytes.len() {
            return self.starved(bytes.len() - self.pos);
        }
        if end == begin || !starts_name(bytes[begin]) {
            return Err(self.malformed("a tag without a proper name"));
        }
        if end - begin > self.limits.name {
            return Err(self.error(ReadErrorKind::Limit("bytes in one name")));
        }
        if self.starts.len() >= self.limits.depth {
            return Err(self.error(ReadErrorKind::Limit("levels of elements")));
        }
        if self.starts.is_empty() {
            if self.root_seen {
                return Err(self.malformed("a second root element"));
            }
        } else if bytes[end] == b'>' {
            // The usual field: looked at as a whole, so that its name is neither kept nor compared later.
            let from = end + 1;
            let mut to = memchr2(b'<', b'&', &bytes[from..]).map(|n| from + n);
            let mut references = false;
            if let Some(at) = to.filter(|at| bytes[*at] == b'&') {
                references = true;
                to = memchr(b'<', &bytes[at..]).map(|n| at + n);
            }
            let short = to.unwrap_or(bytes.len()) - from < CHUNK;
            if let Some(to) = to {
                let after = to + 2 + (end - begin);
                if after < bytes.len() && bytes[to + 1] == b'/' {
                    if bytes[to + 2..after] == bytes[begin..end] && bytes[after] == b'>' {
                        return self.leaf(begin..end, from..to, references, after + 1);
                    }
                } else if short && (bytes.len() <= to + 1 || bytes[to + 1] == b'/') {
                    return self.starved(0);
                }
            } else if short {
                return self.starved(0);
            }
        } else if bytes[end] == b'/' && bytes.get(end + 1) == Some(&b'>') {
            return self.leaf(begin..end, end..end, false, end + 2);
        }
        let Some(close) = tag_end(bytes, end) else {
            return self.starved(bytes.len() - self.pos);
        };
        if close - begin > self.limits.tag {
            return Err(self.error(ReadErrorKind::Limit("bytes in one tag")));
        }
        let empty = bytes[close - 1] == b'/';
        let at = self.base + end as u64;
        self.root_seen = true;
        self.starts.push(self.open.len());
        self.open.push_str(&self.buf[begin..end]);
        self.state = if empty { State::CloseEmpty } else { State::Content };
        self.pos = close + 1;
        let raw = &self.buf[end..close - usize::from(empty)];
        Ok(Token::Start {
            name: &self.buf[begin..end],
            attributes: Attributes { raw, at },
        })
    }

    fn leaf(
        &mut self,
        name: std::ops::Range<usize>,
        text: std::ops::Range<usize>,
        references: bool,
        next: usize,
    ) -> Result<Token<'_>, ReadError> {
        if text.len() > self.limits.text {
            return Err(self.in_field(ReadErrorKind::Limit("bytes in one field"), name));
        }
        if references || (self.dirty && needs_cleaning(&self.buf[text.clone()])) {
            self.scratch.clear();
            if let Err(kind) = clean(&self.buf[text], self.characters, &mut self.scratch) {
                return Err(self.in_field(kind, name));
            }
            self.pos = next;
            return Ok(Token::Leaf {
                name: &self.buf[name],
                text: &self.scratch,
            });
        }
        self.pos = next;
        Ok(Token::Leaf {
            name: &self.buf[name],
            text: &self.buf[text],
        })
    }

    fn end_tag(&mut self) -> Result<Token<'_>, ReadError> {
        let begin = self.pos + 2;
        let bytes = self.buf.as_bytes();
        let Some(length) = memchr(b'>', &bytes[begin..]) else {
            return self.starved(bytes.len() - self.pos);
        };
        let name = self.buf[begin..begin + length].trim_end_matches([' ', '\t', '\r', '\n']);
        let Some(start) = self.starts.last() else {
            return Err(self.malformed("an end tag without a start tag"));
        };
        if self.open[*start..] != *name {
            return Err(self.malformed("an end tag that does not match its start tag"));
        }
        self.pos = begin + length + 1;
        self.close();
        Ok(Token::End)
    }

    fn close(&mut self) {
        if let Some(start) = self.starts.pop() {
            self.open.truncate(start);
        }
    }

    /// Text up to the next tag, or as much of it as is there.
    fn text(&mut self) -> Result<Token<'_>, ReadError> {
        let rest = &self.buf[self.pos..];
        let found = memchr(b'<', rest.as_bytes());
        let mut end = found.unwrap_or(rest.len());
        if found.is_none() && self.finished && !self.starts.is_empty() {
            return Err(self.error(ReadErrorKind::Truncated));
        }
        if found.is_none() && !self.finished {
            // A reference or a line end may go on in the next piece.
            let tail = rest.len().saturating_sub(LONGEST_REFERENCE);
            let open = rest.as_bytes()[tail..]
                .iter()
                .rposition(|b| *b == b'&')
                .map(|at| tail + at);
            if let Some(open) =
                open.filter(|at| at + 1 + reference_end(&rest.as_bytes()[at + 1..]) == rest.len())
            {
                end = open;
            } else if rest.ends_with('\r') {
                end -= 1;
            }
            if end == 0 {
                return self.more();
            }
        }
        let text = self.pos..self.pos + end;
        if self.starts.is_empty() {
            // Outside of the root only blanks may stand.
            let outside = &self.buf[text.clone()];
            if !outside.bytes().all(|b| b.is_ascii_whitespace()) {
                let after_root = ReadErrorKind::Malformed("text after the root element");
                return Err(self.error(if self.markup_seen {
                    after_root
                } else {
                    ReadErrorKind::NotXml
                }));
            }
            self.pos = text.end;
            return if self.finished || found.is_some() {
                self.next()
            } else {
                self.more()
            };
        }
        let raw = &self.buf[text.clone()];
        if memchr(b'&', raw.as_bytes()).is_none() && !(self.dirty && needs_cleaning(raw)) {
            self.pos = text.end;
            return Ok(Token::Text(&self.buf[text]));
        }
        self.scratch.clear();
        if let Err(kind) = clean(raw, self.characters, &mut self.scratch) {
            return Err(self.error(kind));
        }
        self.pos = text.end;
        Ok(Token::Text(&self.scratch))
    }

    /// `<!--`, `<![CDATA[` or a DTD. `None`: go on.
    fn declaration(&mut self) -> Result<Option<Token<'static>>, ReadError> {
        let rest = &self.buf.as_bytes()[self.pos..];
        for (mark, state) in [("<!--", State::Comment), ("<![CDATA[", State::Cdata)] {
            if rest.starts_with(mark.as_bytes()) {
                if state == State::Cdata && self.starts.is_empty() {
                    return Err(self.malformed("text outside of the root element"));
                }
                self.pos += mark.len();
                self.state = state;
                return Ok(None);
            }
            if rest.len() < mark.len() && mark.as_bytes().starts_with(rest) {
                return self.starved(rest.len()).map(Some);
            }
        }
        const DOCTYPE: &[u8] = b"<!DOCTYPE";
        let same = rest.iter().zip(DOCTYPE).all(|(a, b)| a.eq_ignore_ascii_case(b));
        if same && rest.len() < DOCTYPE.len() {
            return self.starved(rest.len()).map(Some);
        }
        if same {
            // Whether it is HTML's stands behind it.
            let name = rest[DOCTYPE.len()..].trim_ascii_start();
            let is_html = name.iter().zip(b"html").all(|(a, b)| a.eq_ignore_ascii_case(b));
            if is_html && name.len() < 4 && !self.finished {
                return self.starved(rest.len()).map(Some);
            }
            let html = is_html && name.len() >= 4;
            return Err(self.error(if html {
                ReadErrorKind::NotXml
            } else {
                ReadErrorKind::Dtd
            }));
        }
        Err(self.malformed("unknown markup after <!"))
    }

    fn cdata(&mut self) -> Result<Token<'_>, ReadError> {
        let rest = &self.buf[self.pos..];
        let found = memchr::memmem::find(rest.as_bytes(), b"]]>");
        let end = match found {
            Some(end) => end,
            None if self.finished => return Err(self.error(ReadErrorKind::Truncated)),
            None => {
                // The last two bytes may be the beginning of the end, a line end may be cut.
                let keep = rest
                    .bytes()
                    .rev()
                    .take_while(|b| matches!(b, b']' | b'\r'))
                    .count();
                rest.len() - keep.min(rest.len())
            }
        };
        let text = self.pos..self.pos + end;
        if found.is_none() && end == 0 {
            return self.starved(self.buf.len() - self.pos);
        }
        self.scratch.clear();
        let raw = &self.buf[text.clone()];
        if let Err(kind) = clean_lines(raw, self.characters, &mut self.scratch) {
            return Err(self.error(kind));
        }
        self.pos = text.end;
        if found.is_some() {
            self.pos += 3;
            self.state = State::Content;
        }
        Ok(Token::Text(&self.scratch))
    }

    /// Skips what ends with `mark`; `false`: more bytes are needed.
    fn skip_past(&mut self, mark: &str) -> Result<bool, ReadError> {
        let rest = &self.buf.as_bytes()[self.pos..];
        if let Some(at) = memchr::memmem::find(rest, mark.as_bytes()) {
            self.pos += at + mark.len();
            self.state = State::Content;
            return Ok(true);
        }
        if self.finished {
            return Err(self.error(ReadErrorKind::Truncated));
        }
        let keep = (1..mark.len())
            .rev()
            .find(|n| rest.ends_with(&mark.as_bytes()[..*n]))
            .unwrap_or(0);
        self.pos = self.buf.len() - keep;
        Ok(false)
    }
}

/// Where the tag ends whose attributes begin at `from`: a `>` inside of quotes does not count.
fn tag_end(bytes: &[u8], mut from: usize) -> Option<usize> {
    loop {
        let at = from + memchr::memchr3(b'>', b'"', b'\'', bytes.get(from..)?)?;
        if bytes[at] == b'>' {
            return Some(at);
        }
        from = at + 2 + memchr(bytes[at], &bytes[at + 1..])?;
    }
}
