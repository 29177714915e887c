//! Secrets that are known by their shape alone.

use std::ops::Range;

use super::starts_with_ignore_case;

/// A UNI-PASS key: six times a letter and three digits, then a letter and a digit.
const KEY_LEN: usize = 26;

/// The length of the UNI-PASS key that `text` begins with.
pub(super) fn unipass_key(text: &[u8]) -> Option<usize> {
    let key = text.get(..KEY_LEN)?;
    let fits = key.iter().enumerate().all(|(i, b)| match i % 4 {
        0 => b.is_ascii_alphabetic(),
        _ => b.is_ascii_digit(),
    });
    fits.then_some(KEY_LEN)
}

/// The place of the token, if `text` begins with `Basic` or `Bearer` and one. A plain lower-case or capitalised word
/// behind it is language ("Basic authentication"), not a token.
pub(super) fn credentials(text: &[u8]) -> Option<Range<usize>> {
    let start = [&b"basic "[..], b"bearer "]
        .iter()
        .find(|s| starts_with_ignore_case(text, s))?
        .len();
    let is_token = |b: &u8| b.is_ascii_alphanumeric() || b"+/=-._~".contains(b);
    let len = text[start..].iter().take_while(|b| is_token(b)).count();
    let token = &text[start..start + len];
    let is_word = token
        .iter()
        .enumerate()
        .all(|(i, b)| b.is_ascii_lowercase() || (i == 0 && b.is_ascii_uppercase()));
    (len >= 4 && !is_word).then_some(start..start + len)
}
