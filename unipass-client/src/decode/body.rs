use super::scan::{Scanned, scan};
use super::{Limits, html};
use crate::catalogue::Service;
use crate::verdict::ErrorKind;

/// Tells apart what is no XML answer at all, and reads the rest.
pub(super) fn read(service: &Service, body: &[u8], limits: Limits) -> Result<Scanned, ErrorKind> {
    if body.len() > limits.max_bytes {
        return Err(ErrorKind::TooLarge);
    }
    let body = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body);
    let start = body.trim_ascii_start();
    if start.is_empty() {
        return Err(ErrorKind::EmptyBody);
    }
    if start.starts_with(b"\xFF\xFE") || start.starts_with(b"\xFE\xFF") {
        return Err(ErrorKind::NotUtf8);
    }
    // Before the charset: an error page in another charset is still an HTML page.
    if html::begins_page(start) {
        return Err(ErrorKind::HtmlInsteadOfXml);
    }
    if !start.starts_with(b"<") {
        return Err(ErrorKind::NotXml);
    }
    match std::str::from_utf8(start) {
        Ok(xml) => scan(service, xml, limits),
        // Cut inside a character: the rest of it is well read, but incomplete.
        Err(e) if e.error_len().is_none() => Err(ErrorKind::TruncatedXml),
        Err(_) => Err(ErrorKind::NotUtf8),
    }
}
