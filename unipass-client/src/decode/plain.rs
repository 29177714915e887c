//! The usual form of an answer: elements without attributes, text without references, nothing else.
//!
//! It is read here by looking for the next `<` alone, in a third of the time that a general reader takes. Whatever has another
//! form, or something wrong with it, is left to the general reader, which alone decides what is an error.

use memchr::{memchr, memchr2};

use super::scan::{Scanned, Scanner};

/// How an answer may begin. Any other declaration is looked at more closely.
const DECLARATIONS: [&str; 2] = [
    r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#,
    r#"<?xml version="1.0" encoding="UTF-8"?>"#,
];

/// Reads the answer; `None`: it has not the usual form.
pub(super) fn scan(xml: &str, mut scanner: Scanner<'_>) -> Option<Scanned> {
    // A reference is resolved, and a line's end is cleaned, by the general reader.
    if memchr2(b'&', b'\r', xml.as_bytes()).is_some() {
        return None;
    }
    let mut rest = DECLARATIONS
        .iter()
        .find_map(|declaration| xml.strip_prefix(declaration))
        .unwrap_or(xml);
    let mut open: Vec<&str> = Vec::with_capacity(16);
    loop {
        if let Some(after) = scanner.same_field(rest) {
            rest = after;
            continue;
        }
        let Some(tag) = memchr(b'<', rest.as_bytes()) else {
            break;
        };
        let (text, markup) = rest.split_at_checked(tag)?;
        if !text.is_empty() {
            scanner.text(text).ok()?;
        }
        if let Some(end) = markup.strip_prefix("</") {
            rest = end.strip_prefix(open.pop()?)?.strip_prefix('>')?;
            scanner.end().ok()?;
            continue;
        }
        let (name, after) = name(markup.get(1..)?)?;
        scanner.start(name).ok()?;
        rest = match after.strip_prefix('>') {
            Some(rest) => {
                open.push(name);
                rest
            }
            None => {
                scanner.end().ok()?;
                after.strip_prefix("/>")?
            }
        };
    }
    if !rest.is_empty() {
        scanner.text(rest).ok()?;
    }
    if open.is_empty() {
        scanner.finish().ok()
    } else {
        None
    }
}

/// The name at the front, and what stands behind it.
fn name(text: &str) -> Option<(&str, &str)> {
    let is_name = |b: &u8| b.is_ascii_alphanumeric() || *b == b'_';
    let bytes = text.as_bytes();
    bytes.first().filter(|b| b.is_ascii_alphabetic())?;
    text.split_at_checked(bytes.iter().position(|b| !is_name(b))?)
}

#[cfg(test)]
mod tests {
    use super::super::Limits;
    use super::super::scan::general;
    use super::*;
    use crate::services::cargo_progress::SERVICE;
    use crate::verdict::ErrorKind;

    /// All that is read of an answer.
    type Told = (String, Option<String>, Option<i64>, Option<String>, u32, String);

    fn told(scanned: Scanned) -> Told {
        let Scanned {
            root,
            notice,
            count,
            count_text,
            records,
            stray_text,
        } = scanned;
        let records = serde_json::to_string(&records).unwrap();
        (root, notice, count, count_text, stray_text, records)
    }

    /// What this reader says, `None` if it leaves the answer to the other, and what the other says.
    fn both(xml: &str) -> (Option<Told>, Result<Told, ErrorKind>) {
        let new = || Scanner::new(&SERVICE, xml, Limits::default());
        (scan(xml, new()).map(told), general(xml, new()).map(told))
    }

    fn answers() -> impl Iterator<Item = String> {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/live");
        let files = std::fs::read_dir(folder)
            .unwrap()
            .map(|file| file.unwrap().path());
        files
            .filter(|path| path.extension().is_some_and(|e| e == "xml"))
            .map(|path| std::fs::read_to_string(path).unwrap())
    }

    #[test]
    fn an_answer_of_the_service_has_the_usual_form() {
        for answer in answers() {
            let (ours, general) = both(&answer);
            assert!(ours.is_some());
            assert_eq!(ours, general.ok());
        }
    }

    /// A second row that is not quite like the first.
    #[test]
    fn a_row_that_differs_from_the_one_before_is_read_alike() {
        let row = |fields: &str| format!("<a><cargCsclPrgsInfoDtlQryVo>{fields}</cargCsclPrgsInfoDtlQryVo>");
        let first = row("<x>1</x><y>2</y><z>3</z>");
        for second in [
            "<x>1</x><y>2</y><z>3</z>",
            "<x></x><y>2</y><z>3</z>",
            "<x/><y>2</y><z>3</z>",
            "<y>2</y><x>1</x><z>3</z>",
            "<x>1</x><z>3</z>",
            "<x>1</x><x>2</x><y>2</y>",
            "<x>1</x> <y>2</y>stray<z>3</z>",
            "<x>1</x><y><x>2</x></y><z>3</z>",
            "<x>1</x><y>2</x></y>",
            "<x>1</x><yy>2</yy><z>3</z>",
            "<x>1</x><y >2</y ><z>3</z>",
            "<x>1</x><y><![CDATA[2]]></y><z>3</z>",
            "<x>1</x><y>2<!-- 3 --></y><z>3</z>",
            "<x>1</x><y>2",
            "",
        ] {
            let answer = format!("{first}{}</a>", row(second).trim_start_matches("<a>"));
            if let (Some(ours), general) = both(&answer) {
                assert_eq!(Ok(ours), general, "{second}");
            }
        }
    }

    #[test]
    fn whatever_is_read_here_the_general_reader_reads_alike() {
        let mut read = 0_u32;
        for answer in answers() {
            for (at, c) in answer.char_indices().step_by(17) {
                for other in [
                    "", "<", ">", "/", "&", "\r", " ", "!", "?", "=", "</", "/>", "<x>", "<x/>", "]]>",
                ] {
                    let mut damaged = answer.clone();
                    damaged.replace_range(at..at + c.len_utf8(), other);
                    if let (Some(ours), general) = both(&damaged) {
                        assert_eq!(Ok(ours), general, "{at} {other:?}");
                        read += 1;
                    }
                }
            }
        }
        assert!(read > 100, "{read} were read here");
    }
}
