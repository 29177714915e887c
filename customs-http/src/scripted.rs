//! A transport that answers from a script, for the tests of client crates: no socket, no sleep, no luck.
//!
//! A script is made of rules ([`When`] → [`Reply`]) and of a queue. A request takes the first rule that fits and is not
//! used up, in the order they were added; if there is none, the next reply of the queue; if that is empty, it fails with
//! an error that names what was asked. Every request is recorded with its whole body.
//!
//! ```
//! use customs_http::scripted::{Reply, ScriptedTransport, When};
//! use customs_http::{Request, Transport};
//! use http::Method;
//!
//! # tokio::runtime::Builder::new_current_thread().enable_time().build()?.block_on(async {
//! let transport = ScriptedTransport::new();
//! transport.on(When::get("/ext/rest/rates").query("weekFxrtTpcd", "2"), Reply::ok("<rates/>"));
//!
//! let url = "https://customs.example/ext/rest/rates?crkyCn=secret&weekFxrtTpcd=2".parse()?;
//! let response = transport.send(Request::new(Method::GET, url)).await?;
//!
//! assert_eq!(response.body.collect(1024).await?, "<rates/>");
//! assert_eq!(transport.requests()[0].query("crkyCn").as_deref(), Some("secret"));
//! assert!(transport.unused().is_empty());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod recorded;
mod reply;
mod when;

pub use recorded::Recorded;
pub use reply::Reply;
pub use when::When;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;

use crate::deadlines::Deadlines;
use crate::{Request, Response, SafeUrl, Sent, Transport, TransportError, TransportErrorKind};

/// A [`Transport`] that answers from a script; see the [module](self).
///
/// Clones share the script and the record, so a test keeps one and gives the client another. It keeps the whole contract
/// of [`Transport`]: timeouts apply to replies that hang and to the request's own body (best on a paused tokio clock),
/// and [`Request::max_body`] caps a reply. It needs a tokio runtime with time.
#[derive(Debug, Clone, Default)]
pub struct ScriptedTransport(Arc<Mutex<Script>>);

#[derive(Debug, Default)]
struct Script {
    rules: Vec<Rule>,
    queue: VecDeque<Reply>,
    requests: Vec<Recorded>,
}

#[derive(Debug)]
struct Rule {
    when: When,
    reply: Reply,
    again: bool,
    used: bool,
}

impl ScriptedTransport {
    /// A transport with an empty script: every request is unexpected.
    pub fn new() -> Self {
        Self::default()
    }

    /// Answers one request that fits.
    pub fn on(&self, when: When, reply: Reply) -> &Self {
        self.lock().rules.push(Rule {
            when,
            reply,
            again: false,
            used: false,
        });
        self
    }

    /// Answers every request that fits.
    pub fn always(&self, when: When, reply: Reply) -> &Self {
        self.lock().rules.push(Rule {
            when,
            reply,
            again: true,
            used: false,
        });
        self
    }

    /// Adds a reply to the queue: for the next request that no rule takes, whatever it asks.
    pub fn push(&self, reply: Reply) -> &Self {
        self.lock().queue.push_back(reply);
        self
    }

    /// All requests so far, the unexpected ones too, in the order in which their bodies ended.
    pub fn requests(&self) -> Vec<Recorded> {
        self.lock().requests.clone()
    }

    /// What of the script was never asked for, one line each: a test that ends with something left has missed a call.
    pub fn unused(&self) -> Vec<String> {
        let script = self.lock();
        let rules = script
            .rules
            .iter()
            .filter(|rule| !rule.used)
            .map(|rule| rule.when.to_string());
        rules
            .chain(script.queue.iter().map(|_| "a queued reply".to_owned()))
            .collect()
    }

    fn lock(&self) -> MutexGuard<'_, Script> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Transport for ScriptedTransport {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        let Request {
            method,
            url,
            headers,
            body,
            timeouts,
            max_body,
        } = request;
        let deadlines = Deadlines::start(timeouts);
        let at_url = |error: TransportError| error.with_url(url.clone());

        let body = deadlines.head(body.whole()).await.flatten().map_err(at_url)?;
        let asked = Recorded {
            method,
            url: url.clone(),
            headers,
            body,
            timeouts,
        };
        let reply = self.lock().take(asked).map_err(at_url)?;
        reply.play(deadlines, max_body, &url).await.map_err(at_url)
    }
}

impl Script {
    /// Records what is asked, and takes the reply to it.
    fn take(&mut self, asked: Recorded) -> Result<Reply, TransportError> {
        let rule = self
            .rules
            .iter_mut()
            .find(|rule| (rule.again || !rule.used) && rule.when.fits(&asked));
        let reply = match rule {
            Some(rule) => {
                rule.used = true;
                Some(rule.reply.clone())
            }
            None => self.queue.pop_front(),
        };
        let reply = reply.ok_or_else(|| self.unexpected(&asked));
        self.requests.push(asked);
        reply
    }

    fn unexpected(&self, asked: &Recorded) -> TransportError {
        let rules = self.rules.iter().map(|rule| {
            let state = if rule.used && !rule.again {
                "used up"
            } else {
                "does not fit"
            };
            format!("{} ({state})", rule.when)
        });
        let rules = rules.collect::<Vec<_>>().join(", ");
        let rules = if rules.is_empty() { "none" } else { &rules };
        let (method, url): (_, &SafeUrl) = (&asked.method, &asked.url);
        TransportError::new(TransportErrorKind::Request, Sent::No).with_source(format!(
            "no scripted reply for {method} {url}; rules: {rules}; the queue is empty"
        ))
    }
}

#[cfg(test)]
mod tests {
    use std::error::Error as _;

    use futures_util::{StreamExt, stream};
    use http::Method;

    use super::*;
    use crate::Body;

    fn get(url: &str) -> Request {
        Request::new(Method::GET, url.parse().unwrap())
    }

    async fn text(transport: &ScriptedTransport, request: Request) -> String {
        let body = transport
            .send(request)
            .await
            .unwrap()
            .body
            .collect(99)
            .await
            .unwrap();
        String::from_utf8(body.to_vec()).unwrap()
    }

    #[tokio::test]
    async fn the_first_rule_that_fits_and_is_left_answers_then_the_queue() {
        let script = ScriptedTransport::new();
        script
            .push(Reply::ok("queued"))
            .on(When::get("/a"), Reply::ok("once"));
        script
            .on(When::get("/a"), Reply::ok("twice"))
            .always(When::get("/b"), Reply::ok("always"));
        for (url, expected) in [
            ("http://h/a", "once"),
            ("http://h/b", "always"),
            ("http://h/a", "twice"),
            ("http://h/b", "always"),
            ("http://h/a", "queued"),
        ] {
            assert_eq!(text(&script, get(url)).await, expected);
        }
        assert!(script.unused().is_empty());
    }

    #[tokio::test]
    async fn every_condition_must_hold() {
        use http::{HeaderValue, header};

        let fits = async |when: When| {
            let script = ScriptedTransport::new();
            script.on(when, Reply::ok(""));
            let request = Request::new(Method::POST, "http://h/a?x=%26&y=2".parse().unwrap())
                .header(header::ACCEPT, HeaderValue::from_static("b"))
                .body("some body".to_owned());
            script.send(request).await.is_ok()
        };
        let accept = |value| When::any().header(header::ACCEPT, HeaderValue::from_static(value));
        assert!(fits(When::any()).await);
        assert!(
            fits(
                When::post("/a")
                    .query("y", "2")
                    .query("x", "&")
                    .body_contains("e b")
            )
            .await
        );
        assert!(fits(accept("b")).await);
        for other in [
            When::get("/a"),
            When::post("/"),
            When::post("/a?x=%26&y=2"),
            When::any().query("y", "3"),
            When::any().query("z", "2"),
            When::any().body_contains("nobody").body_contains("some"),
            accept("c"),
        ] {
            assert!(!fits(other.clone()).await, "{other}");
        }
    }

    #[tokio::test]
    async fn an_unexpected_request_names_what_was_asked_and_what_there_is() {
        let script = ScriptedTransport::new();
        script
            .on(When::get("/a"), Reply::ok(""))
            .always(When::post("/b").query("key", "v"), Reply::ok(""));
        script.send(get("http://h/a")).await.unwrap();

        let error = script.send(get("http://h/a?key=secret")).await.unwrap_err();

        assert_eq!(
            (error.kind(), error.sent()),
            (TransportErrorKind::Request, Sent::No)
        );
        assert_eq!(
            error.source().unwrap().to_string(),
            "no scripted reply for GET http://h/a?…; rules: GET /a (used up), POST /b?key=… (does not fit); \
             the queue is empty"
        );
        assert_eq!(script.requests().len(), 2);
        assert_eq!(script.unused(), ["POST /b?key=…"]);
    }

    #[tokio::test]
    async fn a_streamed_body_is_recorded_whole() {
        let script = ScriptedTransport::new();
        script.push(Reply::ok(""));
        let pieces = stream::iter(["ab", "c"]).map(|piece| Ok(piece.into()));
        script
            .send(get("http://h/?k=%EA%B0%80").body(Body::Stream(pieces.boxed())))
            .await
            .unwrap();

        let recorded = &script.requests()[0];
        assert_eq!(
            (recorded.text().as_str(), recorded.query("k").as_deref()),
            ("abc", Some("가"))
        );
    }

    #[tokio::test]
    async fn a_body_stream_that_fails_takes_no_reply() {
        let script = ScriptedTransport::new();
        script.push(Reply::ok(""));
        let pieces = stream::iter([Ok("ab".into()), Err(std::io::Error::other("gone"))]);
        let error = script
            .send(get("http://h/").body(Body::Stream(pieces.boxed())))
            .await
            .unwrap_err();
        assert_eq!(
            (error.kind(), error.sent()),
            (TransportErrorKind::Request, Sent::Maybe)
        );
        assert_eq!(script.unused(), ["a queued reply"]);
    }

    #[tokio::test]
    async fn a_body_comes_in_its_pieces_and_fails_behind_them() {
        let script = ScriptedTransport::new();
        script.push(
            Reply::ok("")
                .pieces(["a", "b"])
                .then_fail(TransportErrorKind::Decode),
        );
        let mut body = script.send(get("http://h/")).await.unwrap().body;
        assert_eq!(body.next().await.unwrap().unwrap(), "a");
        assert_eq!(body.next().await.unwrap().unwrap(), "b");
        let error = body.next().await.unwrap().unwrap_err();
        assert_eq!(
            (error.kind(), error.sent()),
            (TransportErrorKind::Decode, Sent::Answered)
        );
        assert!(body.next().await.is_none());
    }

    #[tokio::test(start_paused = true)]
    async fn a_reply_that_hangs_ends_with_the_timeout() {
        let script = ScriptedTransport::new();
        script.push(Reply::hang()).push(Reply::ok("a").then_hang());
        let error = script.send(get("http://h/")).await.unwrap_err();
        assert_eq!(error.kind(), TransportErrorKind::Timeout(crate::Phase::Head));
        let error = script
            .send(get("http://h/"))
            .await
            .unwrap()
            .body
            .collect(9)
            .await
            .unwrap_err();
        assert_eq!(error.kind(), TransportErrorKind::Timeout(crate::Phase::Idle));
    }
}
