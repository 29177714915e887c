//! The parts of a `multipart/related` message, as PI/PO and XI 3.0 send them.

/// A part: its id without angle brackets, and its body.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Part<'a> {
    pub(super) id: String,
    pub(super) content_type: Option<String>,
    pub(super) body: &'a [u8],
}

/// The parts of a message, the root first. `None`: it is no multipart. The boundary is taken from the content type, or (a
/// saved message has none) from the first line.
pub(super) fn parts<'a>(content_type: Option<&str>, body: &'a [u8]) -> Option<Vec<Part<'a>>> {
    let declared = content_type.filter(|t| t.trim_start().to_ascii_lowercase().starts_with("multipart/"));
    let boundary = match declared {
        Some(declared) => parameter(declared, "boundary")?,
        None => {
            let trimmed = body.trim_ascii_start();
            let (line, rest) = cut_line(trimmed);
            let headers = rest
                .get(..8)
                .is_some_and(|start| start.eq_ignore_ascii_case(b"content-"));
            let line = line.strip_prefix(b"--").filter(|_| headers)?;
            std::str::from_utf8(line).ok()?.to_owned()
        }
    };
    let mark = format!("--{boundary}");
    let starts: Vec<usize> = memchr::memmem::find_iter(body, mark.as_bytes())
        .filter(|at| *at == 0 || body[at - 1] == b'\n')
        .filter(|at| {
            !body
                .get(at + mark.len())
                .is_some_and(|b| b.is_ascii_alphanumeric())
        })
        .collect();
    let mut parts = Vec::new();
    for (i, start) in starts.iter().enumerate() {
        let from = start + mark.len();
        let to = starts.get(i + 1).copied().unwrap_or(body.len());
        if body[from..to].starts_with(b"--") {
            break;
        }
        parts.push(part(&body[from..to]));
    }
    // The root is the first one, unless `start` names another.
    if let Some(start) = declared.and_then(|declared| parameter(declared, "start")) {
        let start = start.trim_matches(['<', '>']);
        if let Some(at) = parts.iter().position(|part| part.id == start) {
            parts.swap(0, at);
        }
    }
    (!parts.is_empty()).then_some(parts)
}

fn part(bytes: &[u8]) -> Part<'_> {
    let (_, mut rest) = cut_line(bytes);
    let mut found = Part {
        id: String::new(),
        content_type: None,
        body: &[],
    };
    loop {
        let (line, next) = cut_line(rest);
        rest = next;
        if line.is_empty() {
            break;
        }
        let line = String::from_utf8_lossy(line);
        let Some((name, value)) = line.split_once(':') else {
            continue;
        };
        match name.trim().to_ascii_lowercase().as_str() {
            "content-id" => found.id = value.trim().trim_matches(['<', '>']).to_owned(),
            "content-type" => found.content_type = Some(value.trim().to_owned()),
            _ => {}
        }
        if rest.is_empty() {
            break;
        }
    }
    // The line end before the boundary belongs to the boundary.
    let body = rest.strip_suffix(b"\n").unwrap_or(rest);
    found.body = body.strip_suffix(b"\r").unwrap_or(body);
    found
}

/// The first line without its end, and what follows.
fn cut_line(bytes: &[u8]) -> (&[u8], &[u8]) {
    match memchr::memchr(b'\n', bytes) {
        Some(at) => (
            bytes[..at].strip_suffix(b"\r").unwrap_or(&bytes[..at]),
            &bytes[at + 1..],
        ),
        None => (bytes, &[]),
    }
}

/// A parameter of a content type, quotes taken off.
pub(crate) fn parameter(content_type: &str, name: &str) -> Option<String> {
    content_type.split(';').skip(1).find_map(|parameter| {
        let (key, value) = parameter.split_once('=')?;
        key.trim()
            .eq_ignore_ascii_case(name)
            .then(|| value.trim().trim_matches('"').to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const MESSAGE: &[u8] =
        b"\r\n--b1\r\nContent-ID: <a@x>\r\nContent-Type: text/xml; charset=utf-8\r\n\r\n<a/>\r\n--b1\r\n\
        Content-ID: <r@x>\r\n\r\n<r>\n--b1x</r>\r\n--b1--\r\nepilogue";

    #[test]
    fn parts_are_found_with_and_without_a_content_type() {
        let ids = |parts: Vec<Part<'_>>| parts.iter().map(|p| p.id.clone()).collect::<Vec<_>>();
        let found = parts(None, MESSAGE).unwrap();
        assert_eq!(found[0].body, b"<a/>");
        assert_eq!(found[0].content_type.as_deref(), Some("text/xml; charset=utf-8"));
        assert_eq!(ids(found), ["a@x", "r@x"]);
        let declared = "multipart/related; boundary=\"b1\"; start=\"<r@x>\"";
        assert_eq!(ids(parts(Some(declared), MESSAGE).unwrap()), ["r@x", "a@x"]);
        assert_eq!(parts(Some("text/xml"), b"<a/>"), None);
        assert_eq!(
            parameter("text/xml; Charset=\"UTF-8\"", "charset").as_deref(),
            Some("UTF-8")
        );
    }
}
