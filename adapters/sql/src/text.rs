//! How values are written as text: times, and characters that databases or their tools do not take.

use std::borrow::Cow;
use std::collections::HashSet;
use std::time::Duration;

use customs_core::RecordKey;
use jiff::Timestamp;

/// Escapes what follows it. `␛` stands for itself as `␛␛`, and NUL is `␛0`: PostgreSQL refuses NUL, and SQLite's own
/// functions and shell stop reading at it. Both are so rare that texts look as they are.
const ESCAPE: char = '\u{241b}';

/// A text as it is stored.
pub(crate) fn stored(text: &str) -> Cow<'_, str> {
    // Each by itself: looking for one byte is much faster than for one of several characters.
    if !text.as_bytes().contains(&0) && !text.contains(ESCAPE) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '\0' => out.extend([ESCAPE, '0']),
            ESCAPE => out.extend([ESCAPE, ESCAPE]),
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// The text that [`stored`] wrote.
pub(crate) fn restored(text: String) -> String {
    if !text.contains(ESCAPE) {
        return text;
    }
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            ESCAPE => out.push(match chars.next() {
                Some('0') => '\0',
                _ => ESCAPE,
            }),
            c => out.push(c),
        }
    }
    out
}

/// A time as it is stored: UTC with milliseconds, so that texts sort as times do.
pub(crate) fn time(at: Timestamp) -> String {
    format!("{at:.3}")
}

/// A time with all that is known of it: it sorts as times do, too.
pub(crate) fn time_to_the_nanosecond(at: Timestamp) -> String {
    format!("{at:.9}")
}

/// `now` plus a span; far-away ends stop at the last time there is.
pub(crate) fn later(now: Timestamp, span: Duration) -> Timestamp {
    now.saturating_add(span).unwrap_or(Timestamp::MAX)
}

/// Longer words are cut in `run_reason`, whose key has its bounds. The error's row keeps the code whole.
pub(crate) fn reason(text: &str) -> Cow<'_, str> {
    const MAX: usize = 190;
    match text.char_indices().nth(MAX) {
        Some((end, _)) => stored(&text[..end]).into_owned().into(),
        None => stored(text),
    }
}

/// Keys as a JSON list of texts, sorted, so that two transactions lock rows in the same order.
pub(crate) fn key_list<'a>(keys: impl Iterator<Item = &'a RecordKey>) -> serde_json::Result<String> {
    let mut list: Vec<Cow<'_, str>> = keys.map(|k| stored(k.as_str())).collect();
    list.sort_unstable();
    list.dedup();
    serde_json::to_string(&list)
}

/// The keys that [`key_list`] wrote.
pub(crate) fn listed_keys(list: &str) -> serde_json::Result<HashSet<RecordKey>> {
    let list: Vec<String> = serde_json::from_str(list)?;
    Ok(list.into_iter().map(|key| restored(key).into()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_text_comes_back_as_it_was() {
        for text in [
            "",
            "수입신고수리",
            "a\0b",
            "\0",
            "␛",
            "␛0",
            "␛␛\0␛",
            "'; DROP TABLE run; --",
            "\u{1f6a2}",
        ] {
            let kept = stored(text);
            assert!(!kept.contains('\0'));
            assert_eq!(restored(kept.into_owned()), text);
        }
        assert!(matches!(stored("plain"), Cow::Borrowed(_)));
    }

    #[test]
    fn a_list_of_keys_comes_back() {
        let keys: HashSet<RecordKey> = ["1000/a\0␛", "1000/\"]'"].map(RecordKey::from).into();
        assert_eq!(listed_keys(&key_list(keys.iter()).unwrap()).unwrap(), keys);
    }

    #[test]
    fn times_sort_as_texts() {
        let early: Timestamp = "2026-11-23T03:17:05.0409Z".parse().unwrap();
        assert_eq!(time(early), "2026-11-23T03:17:05.040Z");
        assert!(time(early) < time(later(early, Duration::from_millis(60))));
        assert_eq!(
            time("2026-11-23T03:17:05Z".parse().unwrap()),
            "2026-11-23T03:17:05.000Z"
        );
        assert_eq!(later(early, Duration::MAX), Timestamp::MAX);
    }

    #[test]
    fn a_reason_is_cut_between_characters() {
        assert_eq!(reason(&"한".repeat(300)).chars().count(), 190);
        assert_eq!(reason("many"), "many");
    }
}
