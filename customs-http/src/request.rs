use std::fmt;
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue, Method};

use crate::{Body, SafeUrl, redact};

/// A request: method, address, headers, body and how long each phase may last.
///
/// `Debug` shows neither query string nor user info nor body, and hides the headers that carry credentials
/// (`Authorization`, `Cookie` …) whether they are marked sensitive or not.
pub struct Request {
    /// GET, POST …
    pub method: Method,
    /// The address; prints without its query string.
    pub url: SafeUrl,
    /// Headers; mark a secret value with [`HeaderValue::set_sensitive`].
    pub headers: HeaderMap,
    /// The body, empty, whole or streamed.
    pub body: Body,
    /// Bounds on time.
    pub timeouts: Timeouts,
    /// The most bytes that the response's body may have after inflation; `None` leaves it to the transport.
    pub max_body: Option<usize>,
}

impl Request {
    /// A request without headers and body, with default timeouts.
    pub fn new(method: Method, url: url::Url) -> Self {
        Self {
            method,
            url: SafeUrl::new(url),
            headers: HeaderMap::new(),
            body: Body::Empty,
            timeouts: Timeouts::default(),
            max_body: None,
        }
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.append(name, value);
        self
    }

    /// Sets the body.
    #[must_use]
    pub fn body(mut self, body: impl Into<Body>) -> Self {
        self.body = body.into();
        self
    }

    /// Sets the timeouts.
    #[must_use]
    pub fn timeouts(mut self, timeouts: Timeouts) -> Self {
        self.timeouts = timeouts;
        self
    }

    /// Caps the response's body after inflation, in bytes, instead of the transport's own cap.
    #[must_use]
    pub fn max_body(mut self, bytes: usize) -> Self {
        self.max_body = Some(bytes);
        self
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("method", &self.method)
            .field("url", &self.url)
            .field("headers", &redact::Headers(&self.headers))
            .field("body", &self.body)
            .field("timeouts", &self.timeouts)
            .field("max_body", &self.max_body)
            .finish()
    }
}

/// How long the phases of one exchange may last. The transport's own connect timeout (set once, for its pool) applies as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// From the call to the head of the response: connecting, TLS and writing the request included. Default 30 s.
    pub head: Duration,
    /// Longest silence between two pieces of the response's body. Default 30 s.
    pub idle: Duration,
    /// The whole exchange, until the last byte of the response's body. Default 120 s.
    pub total: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            head: Duration::from_secs(30),
            idle: Duration::from_secs(30),
            total: Duration::from_secs(120),
        }
    }
}
