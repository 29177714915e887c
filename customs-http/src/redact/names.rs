//! Names that announce a secret, and the value behind them.

use std::ops::Range;

use super::starts_with_ignore_case;

/// The value goes up to the end of its line.
const TO_END_OF_LINE: [&str; 4] = ["proxy-authorization", "authorization", "set-cookie", "cookie"];

/// The value is one token, one quoted string, or the text of one element.
const ONE_VALUE: [&str; 13] = [
    "crkyCn", // the key of every UNI-PASS request
    "sap-password",
    "sap-sso",
    "MYSAPSSO2",
    "SAP_SESSIONID",
    "password",
    "passwd",
    "pwd",
    "secret",
    "api_key",
    "api-key",
    "apikey",
    "x-api-key",
];

/// Whether a header or parameter of this name carries a secret.
pub(super) fn is_secret(name: &str) -> bool {
    ONE_VALUE.iter().any(|secret| secret.eq_ignore_ascii_case(name))
}

/// The place of the value, if `text` begins with a telling name that is followed by one.
pub(super) fn announced(text: &[u8]) -> Option<Range<usize>> {
    let (start, end) = if let Some(name) = name_of(text, &TO_END_OF_LINE) {
        let start = after_separator(text, name, b":=")?;
        (
            start,
            until(text, start, |rest| matches!(rest[0], b'\r' | b'\n' | b'<')),
        )
    } else {
        let name = name_of(text, &ONE_VALUE)?;
        match text.get(name) {
            // An element, with or without attributes: its text.
            Some(b'>') => (name + 1, until(text, name + 1, |rest| rest[0] == b'<')),
            Some(b' ') if text[name..].iter().find(|b| b"<>\r\n".contains(b)) == Some(&b'>') => {
                let start = name + text[name..].iter().position(|&b| b == b'>')? + 1;
                (start, until(text, start, |rest| rest[0] == b'<'))
            }
            _ => value(text, name)?,
        }
    };
    (end > start).then_some(start..end)
}

fn value(text: &[u8], name: usize) -> Option<(usize, usize)> {
    // `%3D` and `%26` are `=` and `&` inside a query string that was itself encoded.
    if starts_with_ignore_case(&text[name..], b"%3D") {
        let start = name + 3;
        let ends = |rest: &[u8]| ends_token(rest) || starts_with_ignore_case(rest, b"%26");
        return Some((start, until(text, start, ends)));
    }
    let start = after_separator(text, name, b"=:")?;
    Some(match text.get(start) {
        Some(&quote @ (b'"' | b'\'')) => (start + 1, until(text, start + 1, |rest| rest[0] == quote)),
        _ => (start, until(text, start, ends_token)),
    })
}

fn ends_token(rest: &[u8]) -> bool {
    matches!(
        rest[0],
        b'&' | b'"' | b'\'' | b'<' | b'>' | b';' | b',' | b')' | b'}'
    ) || rest[0].is_ascii_whitespace()
}

/// The length of the name that `text` begins with, as a whole word.
fn name_of(text: &[u8], names: &[&str]) -> Option<usize> {
    names
        .iter()
        .filter(|name| starts_with_ignore_case(text, name.as_bytes()))
        .map(|name| name.len())
        .find(|&len| {
            text.get(len)
                .is_none_or(|b| !(b.is_ascii_alphanumeric() || b"_-".contains(b)))
        })
}

/// The place behind `name`, a closing quote, blanks, and one of `separators`.
fn after_separator(text: &[u8], name: usize, separators: &[u8]) -> Option<usize> {
    let mut at = name;
    if matches!(text.get(at), Some(b'"' | b'\'')) {
        at += 1;
    }
    at = skip_blanks(text, at);
    separators
        .contains(text.get(at)?)
        .then(|| skip_blanks(text, at + 1))
}

fn skip_blanks(text: &[u8], from: usize) -> usize {
    until(text, from, |rest| !matches!(rest[0], b' ' | b'\t'))
}

/// The first place from `from` on whose rest (never empty) fits, or the end.
fn until(text: &[u8], from: usize, fits: impl Fn(&[u8]) -> bool) -> usize {
    (from..text.len())
        .find(|&at| fits(&text[at..]))
        .unwrap_or(text.len())
}
