//! What a fault does to the bytes of an answer: pure functions.

/// The page of a gateway whose server does not answer.
pub(super) fn gateway_page(status: u16) -> String {
    format!(
        "<html><head><title>{status} Service Error</title></head>\
         <body><h1>{status} Service Error</h1><p>The server is temporarily unable to service your request.</p>\
         <hr></body></html>"
    )
}

/// A page of the kind that stands in for a service during maintenance.
pub(super) const MAINTENANCE_PAGE: &str = "<!DOCTYPE html>\r\n<html lang=\"ko\"><head><meta charset=\"UTF-8\">\
    <title>시스템 점검 안내</title></head><body><h1>시스템 점검 안내</h1><p>보다 나은 서비스를 위하여 시스템 점검 중입니다.</p>\
    </body></html>";

/// The first part of the body.
pub(super) fn truncated(body: &[u8], at: f64) -> &[u8] {
    let end = (body.len() as f64 * at) as usize;
    &body[..end.min(body.len())]
}

/// Each letter beyond ASCII becomes two bytes in the range of EUC-KR's Hangul; a comment that holds 관세 in EUC-KR makes
/// sure that there is one. The bytes are no valid UTF-8, which is what the label still says.
pub(super) fn mislabelled(body: &str) -> Vec<u8> {
    const COMMENT: &[u8] = b"<!-- \xb0\xfc\xbc\xbc -->";
    let mut bytes = Vec::with_capacity(body.len() + COMMENT.len());
    let (head, rest) = body.split_at(end_of_declaration(body));
    bytes.extend_from_slice(head.as_bytes());
    bytes.extend_from_slice(COMMENT);
    for letter in rest.chars() {
        if letter.is_ascii() {
            bytes.push(letter as u8);
        } else {
            let code = u32::from(letter);
            bytes.push(0xb0 + (code / 94 % 25) as u8);
            bytes.push(0xa1 + (code % 94) as u8);
        }
    }
    bytes
}

/// The answer with a document type in front, whose last entity would unfold into a gigabyte.
pub(super) fn with_dtd(body: &str) -> String {
    let (head, rest) = body.split_at(end_of_declaration(body));
    let mut dtd = String::from("<!DOCTYPE answer [<!ENTITY e0 \"관세\">");
    for level in 1..9 {
        let lower = format!("&e{};", level - 1).repeat(10);
        dtd.push_str(&format!("<!ENTITY e{level} \"{lower}\">"));
    }
    dtd.push_str("]>");
    format!("{head}{dtd}{rest}")
}

fn end_of_declaration(body: &str) -> usize {
    if body.starts_with("<?xml") {
        body.find("?>").map_or(0, |at| at + 2)
    } else {
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mislabelled_body_is_no_utf8_and_keeps_its_markup() {
        for body in ["<?xml version=\"1.0\"?><a>관세</a>", "<a>ascii</a>"] {
            let bytes = mislabelled(body);
            assert!(std::str::from_utf8(&bytes).is_err());
            assert!(String::from_utf8_lossy(&bytes).contains("<a>"));
        }
    }

    #[test]
    fn a_dtd_stands_behind_the_declaration() {
        assert!(with_dtd("<?xml version=\"1.0\"?><a/>").starts_with("<?xml version=\"1.0\"?><!DOCTYPE"));
        assert!(with_dtd("<a/>").starts_with("<!DOCTYPE"));
        assert!(with_dtd("<a/>").ends_with("]><a/>"));
    }

    #[test]
    fn a_truncated_body_is_a_prefix() {
        assert_eq!(truncated(b"0123456789", 0.5), b"01234");
        assert_eq!(truncated(b"", 0.5), b"");
    }
}
