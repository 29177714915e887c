use std::fmt;

use bytes::Bytes;
use http::{HeaderMap, Method};

use crate::{SafeUrl, Timeouts, redact};

/// A request as the transport got it. `Debug` hides what [`Request`](crate::Request)'s hides.
#[derive(Clone)]
pub struct Recorded {
    /// GET, POST …
    pub method: Method,
    /// The address, query string included: see [`query`](Self::query).
    pub url: SafeUrl,
    /// The headers of the request; none is added.
    pub headers: HeaderMap,
    /// The whole body, read from the stream if it was one.
    pub body: Bytes,
    /// The bounds on time.
    pub timeouts: Timeouts,
}

impl Recorded {
    /// The decoded value of the first query parameter of this name.
    pub fn query(&self, name: &str) -> Option<String> {
        self.url
            .expose()
            .query_pairs()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
    }

    /// All query parameters, decoded, in order.
    pub fn query_pairs(&self) -> Vec<(String, String)> {
        self.url.expose().query_pairs().into_owned().collect()
    }

    /// The body as text; what is not UTF-8 is replaced.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

impl fmt::Debug for Recorded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recorded")
            .field("method", &self.method)
            .field("url", &self.url)
            .field("headers", &redact::Headers(&self.headers))
            .field("body", &format_args!("{} bytes", self.body.len()))
            .field("timeouts", &self.timeouts)
            .finish()
    }
}
