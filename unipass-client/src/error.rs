use std::time::Duration;

use customs_http::{Sent, TransportError, TransportErrorKind};
use http::StatusCode;
use jiff::Timestamp;

use crate::query::ParamError;
use crate::verdict::ErrorKind;

/// When the server wants to be asked again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RetryAfter {
    /// After this time.
    In(Duration),
    /// At this moment.
    At(Timestamp),
}

impl RetryAfter {
    /// How long to wait from `now` on; nothing when the moment has passed.
    pub fn wait(self, now: Timestamp) -> Duration {
        match self {
            Self::In(wait) => wait,
            Self::At(at) => at.duration_since(now).try_into().unwrap_or_default(),
        }
    }
}

/// Why a question has no answer. No text of it holds a key, a name or a phone number.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The parameters break rules of the catalogue; nothing was sent.
    #[error(transparent)]
    Params(#[from] ParamError),
    /// No key is configured for the service; nothing was sent.
    #[error("{service}: no key is configured for this service")]
    NoKey {
        /// The service.
        service: &'static str,
    },
    /// No exchange, or not a whole one.
    #[error("{service}: no answer")]
    Transport {
        /// The service.
        service: &'static str,
        /// What happened, and how far the request got.
        source: TransportError,
    },
    /// An HTTP status that is no success. Redirects are among them: a key follows none.
    #[error("{service}: HTTP status {status}: {head}")]
    Status {
        /// The service.
        service: &'static str,
        /// The status.
        status: StatusCode,
        /// How long the server wants to be left alone.
        retry_after: Option<RetryAfter>,
        /// The beginning of the body, redacted.
        head: String,
    },
    /// An answer that is an error; see [`ErrorKind`].
    #[error("{service}: {message}")]
    Answer {
        /// The service.
        service: &'static str,
        /// The cause.
        kind: ErrorKind,
        /// The service's own text, or a redacted head of the body.
        message: String,
    },
}

impl Error {
    /// A short, stable word for tables and metrics.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Params(_) => ErrorKind::BadParameter.code(),
            Self::NoKey { .. } => "no_key",
            Self::Transport { source, .. } => match source.kind() {
                TransportErrorKind::Connect => "connect_failed",
                TransportErrorKind::Timeout(_) => "timeout",
                TransportErrorKind::Reset => "connection_reset",
                TransportErrorKind::TooLarge => ErrorKind::TooLarge.code(),
                TransportErrorKind::Decode => "undecodable_body",
                _ => "request_failed",
            },
            Self::Status { status, .. } if status.is_redirection() => "redirect_refused",
            Self::Status {
                status: StatusCode::TOO_MANY_REQUESTS,
                ..
            } => "too_many_requests",
            Self::Status { .. } => "http_status",
            Self::Answer { kind, .. } => kind.code(),
        }
    }

    /// Whether the same question may be answered later.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Params(_) | Self::NoKey { .. } => false,
            Self::Transport { source, .. } => matches!(
                source.kind(),
                TransportErrorKind::Connect
                    | TransportErrorKind::Timeout(_)
                    | TransportErrorKind::Reset
                    | TransportErrorKind::Decode
            ),
            Self::Status { status, .. } => {
                status.is_server_error()
                    || [
                        StatusCode::REQUEST_TIMEOUT,
                        StatusCode::TOO_EARLY,
                        StatusCode::TOO_MANY_REQUESTS,
                    ]
                    .contains(status)
            }
            Self::Answer { kind, .. } => kind.is_transient(),
        }
    }

    /// How far the request got.
    pub fn sent(&self) -> Sent {
        match self {
            Self::Params(_) | Self::NoKey { .. } => Sent::No,
            Self::Transport { source, .. } => source.sent(),
            Self::Status { .. } | Self::Answer { .. } => Sent::Answered,
        }
    }

    /// How long the server wants to be left alone.
    pub fn retry_after(&self) -> Option<RetryAfter> {
        match self {
            Self::Status { retry_after, .. } => *retry_after,
            Self::Params(_) | Self::NoKey { .. } | Self::Transport { .. } | Self::Answer { .. } => None,
        }
    }
}
