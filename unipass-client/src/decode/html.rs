/// Whether the text begins like an HTML page, in whatever charset.
pub(super) fn begins_page(start: &[u8]) -> bool {
    let Some(tag) = start.strip_prefix(b"<") else {
        return false;
    };
    let doctype = b"!doctype html";
    let name = tag
        .split(|b| !b.is_ascii_alphanumeric())
        .next()
        .unwrap_or_default();
    tag.get(..doctype.len())
        .is_some_and(|head| head.eq_ignore_ascii_case(doctype))
        || std::str::from_utf8(name).is_ok_and(is_element)
}

/// Whether an element of this name begins a page, or the piece of one that proxies send.
pub(super) fn is_element(name: &str) -> bool {
    [
        "html", "head", "body", "title", "meta", "script", "center", "h1", "p", "div",
    ]
    .iter()
    .any(|html| name.eq_ignore_ascii_case(html))
}
