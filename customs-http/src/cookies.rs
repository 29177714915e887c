use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use http::{HeaderMap, HeaderValue, header};
use url::Url;

use crate::{Request, Response, Transport, TransportError};

/// How many cookies one session keeps; beyond that the oldest goes.
const MOST: usize = 100;

/// A [`Transport`] that keeps cookies: one session with a server, over the connections of the transport inside it.
///
/// An SAP system finds a stateful session by its cookies, so calls that belong together (a BAPI and its commit) go
/// through one `CookieTransport`, and calls that do not, through another or none. Clones share the session. It ends
/// when the last clone is dropped, or with [`clear`](Self::clear).
///
/// Narrower than a browser, since it holds credentials for one server:
///
/// - A cookie goes back to exactly the host and port that set it; `Domain` is ignored.
/// - `Path` and `Secure` are kept. `HttpOnly` and `SameSite` mean nothing here.
/// - A cookie lives as long as the session: `Max-Age` and `Expires` only serve to take one away (`Max-Age` up to zero,
///   `Expires` not after the `Date` of the same response).
/// - A `Cookie` header of the request itself stays and comes first.
///
/// `Debug` shows names only.
#[derive(Debug, Clone)]
pub struct CookieTransport {
    inner: Arc<dyn Transport>,
    jar: Arc<Mutex<Vec<Cookie>>>,
}

impl CookieTransport {
    /// A session without cookies.
    pub fn new(inner: Arc<dyn Transport>) -> Self {
        Self {
            inner,
            jar: Arc::default(),
        }
    }

    /// Forgets all cookies.
    pub fn clear(&self) {
        self.with_jar(Vec::clear);
    }

    fn with_jar<T>(&self, work: impl FnOnce(&mut Vec<Cookie>) -> T) -> T {
        work(&mut self.jar.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[async_trait]
impl Transport for CookieTransport {
    async fn send(&self, mut request: Request) -> Result<Response, TransportError> {
        let url = request.url.clone();
        self.with_jar(|jar| add_cookies(jar, url.expose(), &mut request.headers));
        let response = self.inner.send(request).await?;
        self.with_jar(|jar| keep_cookies(jar, url.expose(), &response.headers));
        Ok(response)
    }
}

#[derive(Clone)]
struct Cookie {
    name: String,
    value: String,
    /// Host and port that set it.
    server: (String, Option<u16>),
    path: String,
    secure: bool,
}

impl Cookie {
    fn goes_to(&self, url: &Url) -> bool {
        let path = url.path();
        let below = path.strip_prefix(self.path.as_str());
        server_of(url).is_some_and(|server| server == self.server)
            && (!self.secure || url.scheme() == "https")
            && below.is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || self.path.ends_with('/'))
    }
}

impl fmt::Debug for Cookie {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Cookie({} of {}{})", self.name, self.server.0, self.path)
    }
}

fn server_of(url: &Url) -> Option<(String, Option<u16>)> {
    Some((url.host_str()?.to_owned(), url.port_or_known_default()))
}

fn add_cookies(jar: &[Cookie], url: &Url, headers: &mut HeaderMap) {
    let mut fitting: Vec<_> = jar.iter().filter(|cookie| cookie.goes_to(url)).collect();
    if fitting.is_empty() {
        return;
    }
    fitting.sort_by_key(|cookie| std::cmp::Reverse(cookie.path.len()));
    let own = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .map(str::to_owned);
    let kept = fitting
        .iter()
        .map(|cookie| format!("{}={}", cookie.name, cookie.value));
    let line = own.chain(kept).collect::<Vec<_>>().join("; ");
    if let Ok(mut value) = HeaderValue::try_from(line) {
        value.set_sensitive(true);
        headers.insert(header::COOKIE, value);
    }
}

fn keep_cookies(jar: &mut Vec<Cookie>, url: &Url, headers: &HeaderMap) {
    let now = headers
        .get(header::DATE)
        .and_then(|date| moment(date.to_str().ok()?));
    for line in headers
        .get_all(header::SET_COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
    {
        let Some((cookie, ended)) = read_cookie(line, url, now.as_ref()) else {
            continue;
        };
        jar.retain(|old| (&old.name, &old.server, &old.path) != (&cookie.name, &cookie.server, &cookie.path));
        if !ended {
            jar.push(cookie);
        }
    }
    let surplus = jar.len().saturating_sub(MOST);
    jar.drain(..surplus);
}

/// The cookie of a `Set-Cookie` line, and whether the line takes it away.
fn read_cookie(line: &str, url: &Url, now: Option<&Moment>) -> Option<(Cookie, bool)> {
    let mut parts = line.split(';').map(str::trim);
    let (name, value) = parts.next()?.split_once('=')?;
    let (name, value) = (name.trim(), value.trim());
    if name.is_empty() {
        return None;
    }
    let directory = url
        .path()
        .rsplit_once('/')
        .map(|(directory, _)| directory)
        .filter(|d| !d.is_empty());
    let mut cookie = Cookie {
        name: name.to_owned(),
        value: value.to_owned(),
        server: server_of(url)?,
        path: directory.unwrap_or("/").to_owned(),
        secure: false,
    };
    let (mut max_age, mut expires) = (None, None);
    for part in parts {
        let (key, value) = part.split_once('=').unwrap_or((part, ""));
        match key.trim().to_ascii_lowercase().as_str() {
            "path" if value.trim().starts_with('/') => cookie.path = value.trim().to_owned(),
            "secure" => cookie.secure = true,
            "max-age" => max_age = value.trim().parse::<i64>().ok(),
            "expires" => expires = moment(value),
            _ => {}
        }
    }
    // RFC 6265: Max-Age goes before Expires.
    let ended = match max_age {
        Some(seconds) => seconds <= 0,
        None => expires.zip(now).is_some_and(|(end, now)| end <= *now),
    };
    Some((cookie, ended))
}

/// Year, month, day and time of day: ordered like the instants they mean.
type Moment = (u16, u8, u8, String);

/// Reads `Sun, 06 Nov 1994 08:49:37 GMT` and the cookie form `Sun, 06-Nov-1994 08:49:37 GMT`.
fn moment(text: &str) -> Option<Moment> {
    const MONTHS: [&str; 12] = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ];
    let mut parts = text
        .split([' ', '-', ','])
        .filter(|part| !part.is_empty())
        .skip(1);
    let day = parts.next()?.parse().ok()?;
    let month = parts.next()?.to_ascii_lowercase();
    let month = MONTHS.iter().zip(1..).find(|(name, _)| **name == month)?.1;
    let year = parts.next()?.parse().ok()?;
    let time = parts.next().filter(|time| time.len() == 8)?;
    Some((year, month, day, time.to_owned()))
}

#[cfg(test)]
mod tests {
    use http::Method;

    use super::*;
    use crate::scripted::{Reply, ScriptedTransport};

    const DATE: &str = "Sun, 06 Nov 1994 08:49:37 GMT";

    /// Sends one request to `set_at` that is answered with `lines`, then one to `asked`; what `Cookie` said there.
    async fn cookie_sent(set_at: &str, lines: &[&'static str], asked: &str) -> Option<String> {
        let script = ScriptedTransport::new();
        let mut reply = Reply::ok("").header(header::DATE, HeaderValue::from_static(DATE));
        for line in lines {
            reply = reply.header(header::SET_COOKIE, HeaderValue::from_static(line));
        }
        script.push(reply).push(Reply::ok(""));
        let session = CookieTransport::new(Arc::new(script.clone()));
        for url in [set_at, asked] {
            session
                .send(Request::new(Method::GET, url.parse().unwrap()))
                .await
                .unwrap();
        }
        let value = script.requests()[1].headers.get(header::COOKIE).cloned();
        value.map(|value| {
            assert!(value.is_sensitive());
            value.to_str().unwrap().to_owned()
        })
    }

    #[tokio::test]
    async fn a_cookie_goes_back_to_the_server_that_set_it_and_nowhere_else() {
        let set = ["sap-contextid=SID%3aANON; path=/; HttpOnly; Domain=.h"];
        let sent = async |asked| cookie_sent("https://h/sap/x", &set, asked).await;
        assert_eq!(
            sent("https://h/other").await.as_deref(),
            Some("sap-contextid=SID%3aANON")
        );
        assert_eq!(
            sent("https://h:443/").await.as_deref(),
            Some("sap-contextid=SID%3aANON")
        );
        for elsewhere in ["https://x/", "https://h:8443/", "https://a.h/"] {
            assert_eq!(sent(elsewhere).await, None, "{elsewhere}");
        }
    }

    #[tokio::test]
    async fn path_and_secure_are_kept() {
        for (set, asked, goes) in [
            ("a=1", "http://h/sap/bc/y", true),
            ("a=1", "http://h/sap/bcx", false),
            ("a=1; path=/sap", "http://h/sap", true),
            ("a=1; path=/sap", "http://h/sapx", false),
            ("a=1; path=/sap/", "http://h/sap/x", true),
            ("a=1; path=/; secure", "http://h:443/", false),
        ] {
            let sent = cookie_sent("http://h/sap/bc/x", &[set], asked).await;
            assert_eq!(sent.is_some(), goes, "{set} {asked}");
        }
        let secure = cookie_sent("https://h/", &["a=1; Secure"], "https://h/").await;
        assert_eq!(secure.as_deref(), Some("a=1"));
    }

    #[tokio::test]
    async fn a_cookie_is_replaced_or_taken_away() {
        for (second, expected) in [
            ("a=2", Some("a=2")),
            ("a=2; path=/x", Some("a=1")),
            ("a=2; Max-Age=60", Some("a=2")),
            ("a=2; Max-Age=0", None),
            ("a=2; Max-Age=-1", None),
            ("a=2; expires=Sat, 01-Jan-1994 00:00:00 GMT", None),
            ("a=2; Expires=Sun, 06 Nov 1994 08:49:37 GMT", None),
            ("a=2; Expires=Sun, 06 Nov 1994 08:49:38 GMT", Some("a=2")),
            (
                "a=2; Expires=Sat, 01 Jan 1994 00:00:00 GMT; Max-Age=9",
                Some("a=2"),
            ),
            ("a=2; Expires=whenever", Some("a=2")),
            ("no cookie", Some("a=1")),
            ("=2", Some("a=1")),
        ] {
            let sent = cookie_sent("http://h/", &["a=1", second], "http://h/").await;
            assert_eq!(sent.as_deref(), expected, "{second}");
        }
    }

    #[tokio::test]
    async fn the_longer_path_comes_first_and_the_requests_own_before_all() {
        let script = ScriptedTransport::new();
        let reply = Reply::ok("").header(header::SET_COOKIE, HeaderValue::from_static("a=1; path=/"));
        script
            .push(reply.header(header::SET_COOKIE, HeaderValue::from_static("b=2; path=/x")))
            .push(Reply::ok(""));
        let session = CookieTransport::new(Arc::new(script.clone()));
        let url: Url = "http://h/x".parse().unwrap();
        session
            .send(Request::new(Method::GET, url.clone()))
            .await
            .unwrap();
        let own = Request::new(Method::GET, url).header(header::COOKIE, HeaderValue::from_static("own=0"));
        session.send(own).await.unwrap();
        assert_eq!(script.requests()[1].headers[header::COOKIE], "own=0; b=2; a=1");
    }

    #[tokio::test]
    async fn the_jar_is_bounded_cleared_and_silent() {
        let script = ScriptedTransport::new();
        let url: Url = "http://h/".parse().unwrap();
        let session = CookieTransport::new(Arc::new(script.clone()));
        for i in 0..=MOST {
            let line = HeaderValue::try_from(format!("n{i}=canary")).unwrap();
            script.push(Reply::ok("").header(header::SET_COOKIE, line));
            session
                .send(Request::new(Method::GET, url.clone()))
                .await
                .unwrap();
        }
        let text = format!("{session:?}");
        assert!(!text.contains("canary"), "{text}");
        assert!(
            text.contains("Cookie(n1 of h/)") && !text.contains("Cookie(n0 "),
            "{text}"
        );
        session.clear();
        script.push(Reply::ok(""));
        session.send(Request::new(Method::GET, url)).await.unwrap();
        assert!(
            !script
                .requests()
                .last()
                .unwrap()
                .headers
                .contains_key(header::COOKIE)
        );
    }
}
