use memchr::memchr;

use super::text::clean;
use super::{name_end, starts_name};
use crate::response::limits::{Characters, Limits};
use crate::response::{ReadError, ReadErrorKind};

/// The attributes of a tag, still as they stand in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::response) struct Attributes<'a> {
    pub(super) raw: &'a str,
    /// Where they begin in the document.
    pub(super) at: u64,
}

impl<'a> Attributes<'a> {
    pub(in crate::response) fn is_empty(self) -> bool {
        self.raw.is_empty()
    }

    /// Calls `each` with the qualified name and the value of every attribute.
    pub(in crate::response) fn read(
        self,
        limits: &Limits,
        characters: Characters,
        scratch: &mut String,
        mut each: impl FnMut(&'a str, &str) -> Result<(), ReadErrorKind>,
    ) -> Result<(), ReadError> {
        self.read_inner(limits, characters, scratch, &mut each)
            .map_err(|kind| ReadError::new(kind, self.at))
    }

    fn read_inner(
        self,
        limits: &Limits,
        characters: Characters,
        scratch: &mut String,
        each: &mut dyn FnMut(&'a str, &str) -> Result<(), ReadErrorKind>,
    ) -> Result<(), ReadErrorKind> {
        let broken = ReadErrorKind::Malformed("a malformed attribute");
        let blanks = [' ', '\t', '\r', '\n'];
        let mut seen: Vec<&str> = Vec::new();
        let mut rest = self.raw;
        loop {
            let next = rest.trim_start_matches(blanks);
            if next.is_empty() {
                return Ok(());
            }
            let end = name_end(next.as_bytes(), 0);
            if next.len() == rest.len() || end == 0 || !starts_name(next.as_bytes()[0]) {
                return Err(broken);
            }
            let name = &next[..end];
            let after = next[end..]
                .trim_start_matches(blanks)
                .strip_prefix('=')
                .ok_or(broken)?;
            let quoted = after.trim_start_matches(blanks);
            let quote = quoted
                .chars()
                .next()
                .filter(|c| matches!(c, '"' | '\''))
                .ok_or(broken)?;
            let (value, tail) = quoted[1..].split_once(quote).ok_or(broken)?;
            if seen.contains(&name) {
                return Err(ReadErrorKind::Malformed("an attribute that is given twice"));
            }
            if seen.len() >= limits.attributes {
                return Err(ReadErrorKind::Limit("attributes of one element"));
            }
            if memchr(b'<', value.as_bytes()).is_some() {
                return Err(broken);
            }
            seen.push(name);
            scratch.clear();
            clean(value, characters, scratch)?;
            each(name, scratch)?;
            rest = tail;
        }
    }
}
