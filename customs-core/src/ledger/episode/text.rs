//! Takes out of an error's text what differs from one time to the next.

use crate::RecordKey;

/// Longer texts are cut: what tells errors apart stands at their beginning.
const LONGEST: usize = 300;
/// Shorter parts of a key may be ordinary words.
const SHORTEST_PART: usize = 4;

/// The text with `#` for each number, key, date and id, and `'…'` for what is quoted. Lists of such things are one.
pub(super) fn normalised(message: &str, key: Option<&RecordKey>) -> String {
    let without_key = without(message, key);
    let mut out = String::with_capacity(without_key.len().min(4 * LONGEST));
    let mut rest = without_key.as_str();
    while let Some(c) = rest.chars().next() {
        if out.len() >= 4 * LONGEST {
            break;
        }
        let before = out.chars().next_back();
        if let Some(after) = quoted(rest, c, before) {
            out.push_str("'…'");
            rest = after;
        } else if c.is_ascii_alphanumeric() {
            let (word, after) = word(rest);
            if changes(word) {
                push_mark(&mut out);
            } else {
                out.push_str(word);
            }
            rest = after;
        } else {
            if c.is_whitespace() {
                if before.is_some_and(|b| b != ' ') {
                    out.push(' ');
                }
            } else {
                out.push(c);
            }
            rest = &rest[c.len_utf8()..];
        }
    }
    let end = out.char_indices().nth(LONGEST).map_or(out.len(), |(at, _)| at);
    out.truncate(end);
    out.truncate(out.trim_end().len());
    out
}

/// Replaces the record's own key, and its parts: they need not hold a digit.
fn without(message: &str, key: Option<&RecordKey>) -> String {
    let Some(key) = key else {
        return message.to_owned();
    };
    let mut text = message.to_owned();
    let parts = key.parts().filter(|p| p.chars().count() >= SHORTEST_PART);
    for part in std::iter::once(key.as_str().to_owned()).chain(parts) {
        if !part.is_empty() && text.contains(&part) {
            text = text.replace(&part, "#0");
        }
    }
    text
}

/// What follows a quoted text that begins here. An apostrophe inside a word quotes nothing.
fn quoted(rest: &str, open: char, before: Option<char>) -> Option<&str> {
    let close = match open {
        '"' | '`' => open,
        '\'' if !before.is_some_and(char::is_alphanumeric) => open,
        '“' | '„' => '”',
        '‘' => '’',
        '«' => '»',
        '「' => '」',
        '『' => '』',
        _ => return None,
    };
    let inside = &rest[open.len_utf8()..];
    inside.find(close).map(|at| &inside[at + close.len_utf8()..])
}

/// A word with what holds ids, dates, addresses and paths together.
fn word(rest: &str) -> (&str, &str) {
    let mut end = 0;
    let mut chars = rest.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let inside = c.is_ascii_alphanumeric()
            || ("-_./:+%".contains(c) && chars.peek().is_some_and(|(_, next)| next.is_ascii_alphanumeric()));
        if !inside {
            break;
        }
        end = at + c.len_utf8();
    }
    rest.split_at(end)
}

/// Whether a word is one that differs each time: it holds a digit, or is hexadecimal and long.
fn changes(word: &str) -> bool {
    word.bytes().any(|b| b.is_ascii_digit())
        || (word.len() >= 8 && word.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// Marks a word that changes. A list of them is one mark, however long it is today.
fn push_mark(out: &mut String) {
    let listed = out.trim_end_matches([' ', ',', ';', '/', '|']).len();
    if out[..listed].ends_with('#') {
        out.truncate(listed);
    } else {
        out.push('#');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn same(texts: &[&str], normal: &str) {
        for text in texts {
            assert_eq!(normalised(text, None), normal, "{text}");
        }
    }

    #[test]
    fn what_differs_from_one_error_to_the_next_is_taken_out() {
        same(
            &[
                "no answer within 15s",
                "no  answer within\n20s",
                "no answer within 1.5s ",
            ],
            "no answer within #",
        );
        same(
            &[
                "record 1000/0080001234 of 2026-11-23T03:17:05Z is locked",
                "record 20OZ007835I00012577 of 2026-01-01 is locked",
            ],
            "record # of # is locked",
        );
        same(
            &[
                "user 'KIM' refused",
                "user \"이몽룡 씨\" refused",
                "user “a 'b'” refused",
                "user 「박」 refused",
            ],
            "user '…' refused",
        );
        same(
            &[
                "id deadbeef gone",
                "id 0f8fad5b-d9cb-469f-a165-70867728950e gone",
                "id cafebabe01 gone",
            ],
            "id # gone",
        );
        same(
            &[
                "connect to 10.0.0.7:8443 failed",
                "connect to 192.168.1.20:443 failed",
            ],
            "connect to # failed",
        );
        same(&["3건 처리 실패", "12건 처리 실패"], "#건 처리 실패");
        same(
            &["rows 1, 2, 3 refused", "rows 7 refused", "rows 1,2; 9 refused"],
            "rows # refused",
        );
    }

    #[test]
    fn words_stay() {
        let text = "인증키(crkyCn)는 필수입력입니다. It can't be read; don't ask.";
        same(&[text], text);
        assert_ne!(
            normalised("the row is locked", None),
            normalised("the row is refused", None)
        );
        same(&["added facade"], "added facade");
    }

    #[test]
    fn the_records_own_key_is_taken_out_though_it_has_no_digit() {
        let key = RecordKey::from_parts(["KR", "ABCDEFGH"]);
        assert_eq!(
            normalised("B/L ABCDEFGH of KR/ABCDEFGH is unknown in KR", Some(&key)),
            "B/L # of # is unknown in KR"
        );
    }

    #[test]
    fn any_text_is_taken_and_a_long_one_is_cut() {
        for text in [
            "",
            "'",
            "\"unclosed",
            "\0\u{1f6a2}",
            "'; DROP TABLE error; --",
            "#",
            "# # #",
        ] {
            normalised(text, None);
        }
        let long = "통관 ".repeat(200_000);
        assert_eq!(normalised(&long, None).chars().count(), LONGEST - 1);
        let long = "1 ".repeat(500_000);
        assert_eq!(normalised(&long, None), "#");
    }
}
