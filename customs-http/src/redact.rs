//! Takes secrets out of text that others wrote, before it goes into an error message, a log line or a table.
//!
//! What a server sends back may repeat what was asked: a proxy's error page shows the whole address, a logon page the
//! user. [`head`] and [`scrub`] therefore take out, each replaced by [`MARK`]:
//!
//! - the given secrets, in any ASCII case: as they are, percent-encoded, and escaped for XML;
//! - anything that has the shape of a UNI-PASS key: `([a-z]\d{3}){6}[a-z]\d`, 26 characters;
//! - the value after a name that announces a secret: `crkyCn=…`, `<crkyCn>…`, `"password": "…"`, `Authorization: …`;
//! - the token after `Basic` or `Bearer`.
//!
//! Too much may go, too little must not: a text without secrets can lose a harmless word.

mod names;
mod shapes;

use std::fmt;
use std::ops::Range;

use http::{HeaderMap, HeaderName, header};
use secrecy::{ExposeSecret, SecretString};

/// What stands where a secret was.
pub const MARK: &str = "[redacted]";

/// The beginning of `bytes` as one line of visible text without secrets, for an error message.
///
/// Shows at most `max_chars` characters, then `…` if there was more; a [`MARK`] at the end is never cut. Bytes that are
/// not UTF-8 show as `\u{FFFD}`, control characters as their pictures (`␊`), invisible ones that change the order of
/// text as escapes. A secret that begins inside the shown part is taken out whole, so no half of it stays. Reads little
/// more of `bytes` than it shows.
///
/// ```
/// use customs_http::redact;
/// use secrecy::SecretString;
///
/// let password = SecretString::from("tiger&co");
/// let page = b"<p>Logon of user with tiger&amp;co failed</p>\nGET /x?crkyCn=abc&y=1";
/// assert_eq!(
///     redact::head(page, 80, &[&password]),
///     "<p>Logon of user with [redacted] failed</p>␊GET /x?crkyCn=[redacted]&y=1"
/// );
/// ```
pub fn head(bytes: &[u8], max_chars: usize, secrets: &[&SecretString]) -> String {
    shown(
        bytes,
        max_chars,
        &forms(secrets.iter().map(|s| s.expose_secret())),
    )
}

/// The whole text as one line without secrets; see [`head`].
pub fn scrub(text: &str, secrets: &[&SecretString]) -> String {
    head(text.as_bytes(), usize::MAX, secrets)
}

/// The whole text without secrets and otherwise as it is, line ends and all: for a document that will be read again.
#[cfg(feature = "cassette")]
pub(crate) fn mask(text: &str, secrets: &[&SecretString]) -> String {
    let forms = forms(secrets.iter().map(|s| s.expose_secret()));
    shown_as(text.as_bytes(), usize::MAX, &forms, String::push)
}

/// Whether a parameter of this name carries a secret.
#[cfg(feature = "cassette")]
pub(crate) fn is_secret_parameter(name: &str) -> bool {
    names::is_secret(name)
}

/// The whole text without anything that `url` hides: its query string and its user info.
#[cfg(feature = "reqwest")]
pub(crate) fn scrub_url(text: &str, url: &crate::SafeUrl) -> String {
    let url = url.expose();
    let hidden = [url.query(), Some(url.username()), url.password(), url.fragment()];
    shown(text.as_bytes(), usize::MAX, &forms(hidden.into_iter().flatten()))
}

/// Headers for a `Debug` output: the values of those that are marked sensitive or carry credentials are hidden, the
/// others scrubbed.
pub(crate) struct Headers<'a>(pub(crate) &'a HeaderMap);

impl fmt::Debug for Headers<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut map = f.debug_map();
        for (name, value) in self.0 {
            if value.is_sensitive() || carries_secret(name) {
                map.entry(name, &format_args!("{MARK}"));
            } else {
                // A `Location` may repeat the query string that was asked.
                map.entry(name, &head(value.as_bytes(), usize::MAX, &[]));
            }
        }
        map.finish()
    }
}

/// Whether a header of this name carries credentials.
pub(crate) fn carries_secret(name: &HeaderName) -> bool {
    [
        header::AUTHORIZATION,
        header::PROXY_AUTHORIZATION,
        header::COOKIE,
        header::SET_COOKIE,
    ]
    .contains(name)
        || names::is_secret(name.as_str())
}

/// Every spelling in which a secret may come back, longest first so that none hides the rest of another.
fn forms<'a>(secrets: impl Iterator<Item = &'a str>) -> Vec<Vec<u8>> {
    let mut forms = Vec::new();
    for secret in secrets.filter(|s| !s.is_empty()) {
        let xml = secret
            .replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;");
        let form: String = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect();
        forms.extend([
            secret.as_bytes().to_vec(),
            form.replace('+', "%20").into_bytes(),
            form.into_bytes(),
            xml.replace('"', "&quot;").replace('\'', "&apos;").into_bytes(),
            xml.replace('"', "&quot;").replace('\'', "&#39;").into_bytes(),
            xml.into_bytes(),
        ]);
    }
    forms.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
    forms.dedup();
    forms
}

fn shown(bytes: &[u8], max_chars: usize, forms: &[Vec<u8>]) -> String {
    shown_as(bytes, max_chars, forms, push_visible)
}

fn shown_as(bytes: &[u8], max_chars: usize, forms: &[Vec<u8>], push: fn(&mut String, char)) -> String {
    let mut out = String::new();
    let (mut at, mut chars) = (0, 0);
    let mut ahead = None; // a secret that a name has announced, further on
    while at < bytes.len() {
        if chars >= max_chars {
            out.push('…');
            break;
        }
        ahead = ahead
            .filter(|ahead: &Range<usize>| at < ahead.end)
            .or_else(|| announced_at(bytes, at));
        let announced = ahead
            .as_ref()
            .filter(|ahead| ahead.start <= at)
            .map(|ahead| ahead.end);
        // The longer one wins: a given secret may be only the beginning of what was announced, or reach beyond it.
        if let Some(end) = announced.max(secret_at(bytes, at, forms)) {
            out.push_str(MARK);
            chars += MARK.len();
            at = end;
        } else {
            let (c, len) = first_char(&bytes[at..]);
            push(&mut out, c);
            chars += 1;
            at += len;
        }
    }
    out
}

/// The end of the secret that begins at `at`.
fn secret_at(bytes: &[u8], at: usize, forms: &[Vec<u8>]) -> Option<usize> {
    let rest = &bytes[at..];
    let given = forms
        .iter()
        .find(|form| starts_with_ignore_case(rest, form))
        .map(Vec::len);
    given.or_else(|| shapes::unipass_key(rest)).map(|len| at + len)
}

/// The place of the secret that is announced by the word at `at`.
fn announced_at(bytes: &[u8], at: usize) -> Option<Range<usize>> {
    // A name counts only where a word begins: `xcrkyCn` is another word.
    if at > 0 && (bytes[at - 1].is_ascii_alphanumeric() || bytes[at - 1] == b'_') {
        return None;
    }
    let rest = &bytes[at..];
    let value = names::announced(rest).or_else(|| shapes::credentials(rest))?;
    Some(at + value.start..at + value.end)
}

fn starts_with_ignore_case(text: &[u8], start: &[u8]) -> bool {
    text.get(..start.len())
        .is_some_and(|head| head.eq_ignore_ascii_case(start))
}

fn first_char(bytes: &[u8]) -> (char, usize) {
    let window = &bytes[..bytes.len().min(4)];
    let valid = match str::from_utf8(window) {
        Ok(text) => text,
        Err(error) => str::from_utf8(&window[..error.valid_up_to()]).unwrap_or_default(),
    };
    valid
        .chars()
        .next()
        .map_or((char::REPLACEMENT_CHARACTER, 1), |c| (c, c.len_utf8()))
}

fn push_visible(out: &mut String, c: char) {
    match c {
        '\0'..='\x1f' => {
            out.push(char::from_u32(0x2400 + u32::from(c)).unwrap_or(char::REPLACEMENT_CHARACTER))
        }
        '\x7f' => out.push('␡'),
        // C1 controls, zero-width and direction marks, line separators: a terminal would obey them, a reader not see them.
        '\u{80}'..='\u{9f}'
        | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{feff}' => out.extend(c.escape_unicode()),
        c => out.push(c),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "a123b456c789d012e345f678g9";

    fn head_of(text: &str) -> String {
        head(text.as_bytes(), usize::MAX, &[])
    }

    #[test]
    fn a_given_secret_goes_in_every_spelling() {
        let secret = SecretString::from(r#"p&ä "<'>"#);
        for spelling in [
            r#"p&ä "<'>"#,
            "p%26%C3%A4+%22%3C%27%3E",
            "p%26%c3%a4%20%22%3c%27%3e",
            "p&amp;ä &quot;&lt;&apos;&gt;",
            "p&amp;ä &quot;&lt;&#39;&gt;",
            r#"P&amp;ä "&lt;'&gt;"#,
        ] {
            assert_eq!(
                scrub(&format!("a {spelling} b"), &[&secret]),
                format!("a {MARK} b"),
                "{spelling}"
            );
        }
    }

    #[test]
    fn an_empty_secret_takes_nothing_out() {
        assert_eq!(scrub("text", &[&SecretString::from("")]), "text");
    }

    #[test]
    fn the_longer_of_two_secrets_goes_whole() {
        let (short, long) = (SecretString::from("tiger"), SecretString::from("tigerlily"));
        assert_eq!(
            scrub("tigerlily tiger", &[&short, &long]),
            "[redacted] [redacted]"
        );
    }

    #[test]
    fn a_key_shape_goes_wherever_it_stands() {
        for (text, expected) in [
            (format!("key {KEY}."), "key [redacted].".to_owned()),
            (format!("x{KEY}"), "x[redacted]".to_owned()),
            (KEY.to_uppercase(), MARK.to_owned()),
            (KEY[..25].to_owned(), KEY[..25].to_owned()),
        ] {
            assert_eq!(head_of(&text), expected);
        }
    }

    #[test]
    fn the_value_after_a_telling_name_goes() {
        for (text, expected) in [
            ("/x?crkyCn=can&cargMtNo=1", "/x?crkyCn=[redacted]&cargMtNo=1"),
            (
                "/x?a=1&amp;CRKYCN=can&amp;b=2",
                "/x?a=1&amp;CRKYCN=[redacted]&amp;b=2",
            ),
            ("<crkyCn>can</crkyCn>", "<crkyCn>[redacted]</crkyCn>"),
            (
                "<wsse:Password Type=\"t\">c a n</wsse:Password>",
                "<wsse:Password Type=\"t\">[redacted]</wsse:Password>",
            ),
            (
                r#"{"password": "c a,n", "b": 1}"#,
                r#"{"password": "[redacted]", "b": 1}"#,
            ),
            (
                "sap-password=can sap-client=100",
                "sap-password=[redacted] sap-client=100",
            ),
            (
                "Authorization: Digest can, can\r\nHost: h",
                "Authorization: [redacted]␍␊Host: h",
            ),
            (
                "set-cookie: MYSAPSSO2=can; path=/\nX: y",
                "set-cookie: [redacted]␊X: y",
            ),
            ("crkyCn%3Dcan%26b", "crkyCn%3D[redacted]%26b"),
        ] {
            assert_eq!(head_of(text), expected);
        }
    }

    #[test]
    fn a_given_secret_goes_between_a_name_and_its_value_too() {
        let secret = SecretString::from("비밀");
        let text = "<Password a=\"비밀\" b=\"키\">can</Password>";
        assert_eq!(
            scrub(text, &[&secret]),
            "<Password a=\"[redacted]\" b=\"키\">[redacted]</Password>"
        );
        assert_eq!(
            scrub("pwd=ab cd=abef", &[&SecretString::from("pwd=a")]),
            "[redacted][redacted] cd=abef"
        );
        assert_eq!(scrub("pwd=비밀xyz 비밀", &[&secret]), "pwd=[redacted] [redacted]");
    }

    #[test]
    fn a_telling_name_without_a_value_stays() {
        for text in [
            "the password is wrong",
            "crkyCnList=1",
            "passwords: none",
            "crkyCn",
            "crkyCn=",
            "password=\"\"",
        ] {
            assert_eq!(head_of(text), text);
        }
    }

    #[test]
    fn a_token_after_its_scheme_goes() {
        assert_eq!(
            head_of("got Basic dXNlcjpwYXNz here"),
            "got Basic [redacted] here"
        );
        assert_eq!(head_of("bearer abc.def-123"), "bearer [redacted]");
        assert_eq!(
            head_of("Basic authentication is required"),
            "Basic authentication is required"
        );
    }

    #[test]
    fn no_half_of_a_secret_stays_at_the_cut() {
        let secret = SecretString::from("0123456789");
        for max in 0..20 {
            let text = head(b"abcdef0123456789abcdef", max, &[&secret]);
            assert!(!text.contains("01"), "{text}");
            let text = head(format!("abc{KEY}abc").as_bytes(), max, &[]);
            assert!(!text.contains("a123"), "{text}");
        }
    }

    #[test]
    fn only_the_beginning_shows() {
        assert_eq!(head("통관진행".as_bytes(), 2, &[]), "통관…");
        assert_eq!(head("통관진행".as_bytes(), 4, &[]), "통관진행");
        assert_eq!(head(b"abc", 0, &[]), "…");
        assert_eq!(head(b"", 0, &[]), "");
    }

    #[test]
    fn what_cannot_be_seen_becomes_visible() {
        assert_eq!(
            head(b"a\0\n\x1b[31m\x7f\xff\xfe", 80, &[]),
            "a␀␊␛[31m␡\u{fffd}\u{fffd}"
        );
        assert_eq!(head_of("a\u{202e}b\u{85}"), "a\\u{202e}b\\u{85}");
    }

    #[test]
    fn headers_with_credentials_are_hidden_without_being_marked() {
        let mut headers = HeaderMap::new();
        for name in [
            "authorization",
            "cookie",
            "set-cookie",
            "proxy-authorization",
            "x-api-key",
            "accept",
        ] {
            headers.insert(name, http::HeaderValue::from_static("canary"));
        }
        headers.insert("location", http::HeaderValue::from_static("/x?crkyCn=canary"));
        let mut marked = http::HeaderValue::from_static("canary");
        marked.set_sensitive(true);
        headers.insert("x-marked", marked);
        let text = format!("{:?}", Headers(&headers));
        assert_eq!(text.matches("canary").count(), 1, "{text}");
        assert!(text.contains(r#""accept": "canary""#), "{text}");
    }
}
