use std::fmt;
use std::future::pending;

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

use crate::deadlines::Deadlines;
use crate::{Response, ResponseBody, SafeUrl, Sent, TransportError, TransportErrorKind, redact};

/// What a scripted transport does with a request. `Debug` shows no body.
#[derive(Clone)]
pub struct Reply(Kind);

#[derive(Clone)]
enum Kind {
    Answer(Answer),
    Fail(TransportErrorKind, Sent),
    Hang,
}

#[derive(Clone, Default)]
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    pieces: Vec<Bytes>,
    end: End,
}

#[derive(Debug, Clone, Copy, Default)]
enum End {
    #[default]
    Whole,
    Fail(TransportErrorKind),
    Hang,
}

impl Reply {
    /// A response of this status without headers and body.
    pub fn new(status: StatusCode) -> Self {
        Self(Kind::Answer(Answer {
            status,
            ..Answer::default()
        }))
    }

    /// A response of status 200 with this body.
    pub fn ok(body: impl Into<Bytes>) -> Self {
        Self::new(StatusCode::OK).body(body)
    }

    /// No response: the call fails.
    pub fn fail(kind: TransportErrorKind, sent: Sent) -> Self {
        Self(Kind::Fail(kind, sent))
    }

    /// No response, ever: the call ends when the request's timeouts say so, or is dropped.
    pub fn hang() -> Self {
        Self(Kind::Hang)
    }

    /// Adds a header. Nothing changes on a reply without a response.
    #[must_use]
    pub fn header(self, name: HeaderName, value: HeaderValue) -> Self {
        self.with(|answer| {
            answer.headers.append(name, value);
        })
    }

    /// Sets the body, in one piece. Nothing changes on a reply without a response.
    #[must_use]
    pub fn body(self, body: impl Into<Bytes>) -> Self {
        self.pieces([body.into()])
    }

    /// Sets the body, in these pieces. Nothing changes on a reply without a response.
    #[must_use]
    pub fn pieces(self, pieces: impl IntoIterator<Item = impl Into<Bytes>>) -> Self {
        self.with(|answer| answer.pieces = pieces.into_iter().map(Into::into).collect())
    }

    /// After the body's pieces, reading fails instead of ending. Nothing changes on a reply without a response.
    #[must_use]
    pub fn then_fail(self, kind: TransportErrorKind) -> Self {
        self.with(|answer| answer.end = End::Fail(kind))
    }

    /// After the body's pieces, nothing comes any more. Nothing changes on a reply without a response.
    #[must_use]
    pub fn then_hang(self) -> Self {
        self.with(|answer| answer.end = End::Hang)
    }

    fn with(mut self, change: impl FnOnce(&mut Answer)) -> Self {
        if let Kind::Answer(answer) = &mut self.0 {
            change(answer);
        }
        self
    }

    pub(super) async fn play(
        self,
        deadlines: Deadlines,
        max_body: Option<usize>,
        url: &SafeUrl,
    ) -> Result<Response, TransportError> {
        match self.0 {
            Kind::Answer(Answer {
                status,
                headers,
                pieces,
                end,
            }) => {
                let tail = stream::once(async move {
                    match end {
                        End::Whole => None,
                        End::Fail(kind) => Some(Err(TransportError::new(kind, Sent::Answered))),
                        End::Hang => pending().await,
                    }
                });
                let pieces = stream::iter(pieces)
                    .map(Ok)
                    .chain(tail.filter_map(std::future::ready));
                let body =
                    ResponseBody::guarded(pieces, deadlines, max_body.unwrap_or(usize::MAX), url.clone());
                Ok(Response {
                    status,
                    headers,
                    body,
                    url: url.clone(),
                })
            }
            Kind::Fail(kind, sent) => Err(TransportError::new(kind, sent)),
            Kind::Hang => deadlines.head(pending()).await?,
        }
    }
}

impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Answer(answer) => f
                .debug_struct("Answer")
                .field("status", &answer.status)
                .field("headers", &redact::Headers(&answer.headers))
                .field("bytes", &answer.pieces.iter().map(Bytes::len).sum::<usize>())
                .field("end", &answer.end)
                .finish(),
            Kind::Fail(kind, sent) => f.debug_tuple("Fail").field(kind).field(sent).finish(),
            Kind::Hang => f.write_str("Hang"),
        }
    }
}
