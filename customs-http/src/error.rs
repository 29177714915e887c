use std::error::Error as StdError;
use std::fmt;

use crate::SafeUrl;

/// How far a request got. Only a failed connect proves that nothing was sent (a reset after sending looks like any
/// other request error).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sent {
    /// Nothing reached the server.
    No,
    /// The server may have seen and carried out the request.
    Maybe,
    /// The server answered.
    Answered,
}

/// The phase in which a timeout fired.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Phase {
    /// Connecting, TLS included.
    Connect,
    /// From the call to the response's head.
    Head,
    /// Silence inside the response's body.
    Idle,
    /// The whole exchange.
    Total,
}

/// What went wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// No connection: refused, unreachable, name not found, TLS handshake failed.
    Connect,
    /// A bound on time was reached.
    Timeout(Phase),
    /// The connection broke after it stood.
    Reset,
    /// The response's body is larger than allowed, after inflation.
    TooLarge,
    /// The response's body cannot be decoded (bad gzip, bad chunking).
    Decode,
    /// The request could not be built, or its own body stream failed.
    Request,
}

/// A failure of the transport. It never shows a query string: [`SafeUrl`] cuts it off, and sources are taken over without URL.
pub struct TransportError {
    kind: TransportErrorKind,
    sent: Sent,
    url: Option<SafeUrl>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl TransportError {
    /// A new error.
    pub fn new(kind: TransportErrorKind, sent: Sent) -> Self {
        Self {
            kind,
            sent,
            url: None,
            source: None,
        }
    }

    /// The body passed `limit` bytes.
    pub fn too_large(limit: usize) -> Self {
        Self::new(TransportErrorKind::TooLarge, Sent::Answered)
            .with_source(format!("more than {limit} bytes"))
    }

    /// Adds the address.
    #[must_use]
    pub fn with_url(mut self, url: SafeUrl) -> Self {
        self.url = Some(url);
        self
    }

    /// Adds the cause; it must not show a query string.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// What went wrong.
    pub fn kind(&self) -> TransportErrorKind {
        self.kind
    }

    /// How far the request got.
    pub fn sent(&self) -> Sent {
        self.sent
    }

    /// The address, printed without its query string.
    pub fn url(&self) -> Option<&SafeUrl> {
        self.url.as_ref()
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self.kind {
            TransportErrorKind::Connect => "no connection",
            TransportErrorKind::Timeout(Phase::Connect) => "timed out while connecting",
            TransportErrorKind::Timeout(Phase::Head) => "timed out before the response began",
            TransportErrorKind::Timeout(Phase::Idle) => "timed out inside the response",
            TransportErrorKind::Timeout(Phase::Total) => "the exchange took too long",
            TransportErrorKind::Reset => "the connection broke",
            TransportErrorKind::TooLarge => "the response is too large",
            TransportErrorKind::Decode => "the response cannot be decoded",
            TransportErrorKind::Request => "the request could not be made",
        };
        f.write_str(text)?;
        if let Some(url) = &self.url {
            write!(f, " ({url})")?;
        }
        Ok(())
    }
}

impl fmt::Debug for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TransportError")
            .field("kind", &self.kind)
            .field("sent", &self.sent)
            .field("url", &self.url)
            .field("source", &self.source)
            .finish()
    }
}

impl StdError for TransportError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|s| s as &(dyn StdError + 'static))
    }
}
