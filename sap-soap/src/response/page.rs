//! What is no SOAP at all: logon pages, error pages of the ICM, of a dispatcher or of a proxy, empty replies.

use super::fault::{Fault, FaultKind};

/// How much of a page is shown.
const SHOWN: usize = 200;

/// Does it look like HTML?
pub(super) fn is_html(content_type: Option<&str>, sample: &[u8]) -> bool {
    let html_type =
        content_type.is_some_and(|t| t.trim_start().to_ascii_lowercase().starts_with("text/html"));
    let head = String::from_utf8_lossy(&sample[..sample.len().min(1024)]).to_ascii_lowercase();
    html_type || head.contains("<html") || head.contains("<!doctype html")
}

/// Tells from the status and the beginning of the body what it is.
pub(crate) fn classify(status: Option<u16>, content_type: Option<&str>, sample: &[u8]) -> Fault {
    let text = String::from_utf8_lossy(sample);
    let html = is_html(content_type, sample);
    let title = if html {
        element(&text, "title").or_else(|| element(&text, "h1"))
    } else {
        None
    };
    // Without a status (a saved page), the title often begins with it: `503 Service Unavailable`.
    let status_code = status.or_else(|| title.as_deref()?.get(..3)?.parse().ok());
    let lower = text.to_ascii_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    let backend_away = says(&[
        "partner not reached",
        "connection timed out",
        "connection refused",
        "timeout occurred",
    ]);
    let asks_password = html
        && says(&[
            "type=\"password\"",
            "type='password'",
            "sap-password",
            "logon error",
        ]);
    let kind = match status_code {
        Some(401) => FaultKind::Logon,
        Some(403) => FaultKind::Forbidden,
        Some(413) => FaultKind::TooLarge,
        Some(408 | 429 | 502 | 503 | 504) => FaultKind::Unavailable,
        Some(400..) if backend_away => FaultKind::Unavailable,
        Some(404) => FaultKind::NotFound,
        _ if asks_password => FaultKind::Logon,
        _ if html => FaultKind::Html,
        _ if sample.trim_ascii().is_empty() => FaultKind::Empty,
        _ => FaultKind::NotSoap,
    };
    let mut fault = Fault::new(kind);
    fault.http_status = status;
    if !html && !sample.trim_ascii().is_empty() {
        fault.text = Some(shortened(text.trim()));
    }
    fault.html_title = title;
    fault
}

/// The text of the first element of this name, without references and superfluous blanks.
fn element(page: &str, name: &str) -> Option<String> {
    let lower = page.to_ascii_lowercase();
    let start = lower.find(&format!("<{name}"))?;
    let from = start + lower[start..].find('>')? + 1;
    let to = from + lower[from..].find("</")?;
    let text = page[from..to].split_whitespace().collect::<Vec<_>>().join(" ");
    let text = text
        .replace("&nbsp;", " ")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&");
    (!text.is_empty()).then(|| shortened(&text))
}

fn shortened(text: &str) -> String {
    let mut shown: String = text.chars().filter(|c| !c.is_control()).take(SHOWN).collect();
    if text.chars().count() > SHOWN {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_told_apart() {
        let page =
            |title: &str| format!("<HTML><HEAD><TITLE>{title}</TITLE></HEAD><BODY><br>text</BODY></HTML>");
        for (status, body, kind, title) in [
            (
                Some(401),
                page("Logon Error Message"),
                FaultKind::Logon,
                Some("Logon Error Message"),
            ),
            (
                Some(403),
                page("Forbidden"),
                FaultKind::Forbidden,
                Some("Forbidden"),
            ),
            (
                Some(404),
                page("Resource not found: Partner not reached"),
                FaultKind::Unavailable,
                Some("Resource not found: Partner not reached"),
            ),
            (
                Some(404),
                page("Not &amp; found"),
                FaultKind::NotFound,
                Some("Not & found"),
            ),
            (
                Some(500),
                page("Connection timed out"),
                FaultKind::Unavailable,
                Some("Connection timed out"),
            ),
            (Some(500), page("Internal"), FaultKind::Html, Some("Internal")),
            (Some(503), String::new(), FaultKind::Unavailable, None),
            (Some(413), "Payload Too Large".into(), FaultKind::TooLarge, None),
            (
                Some(200),
                "<html><form><input name='sap-user'><input type=\"password\"></form>".into(),
                FaultKind::Logon,
                None,
            ),
            (Some(200), page("Welcome"), FaultKind::Html, Some("Welcome")),
            (Some(200), String::new(), FaultKind::Empty, None),
            (Some(200), "{\"a\":1}".into(), FaultKind::NotSoap, None),
            (
                None,
                page("503 Service Unavailable"),
                FaultKind::Unavailable,
                Some("503 Service Unavailable"),
            ),
        ] {
            let fault = classify(status, None, body.as_bytes());
            assert_eq!(
                (fault.kind, fault.html_title.as_deref(), fault.http_status),
                (kind, title, status),
                "{body}"
            );
        }
    }
}
