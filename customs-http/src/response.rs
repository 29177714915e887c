use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::{Bytes, BytesMut};
use futures_util::stream::{self, BoxStream, Stream, StreamExt};
use http::{HeaderMap, StatusCode};

use crate::deadlines::Deadlines;
use crate::{SafeUrl, TransportError, redact};

/// The head of a response, and its body to be read. `Debug` hides the headers that carry credentials (`Set-Cookie` …).
pub struct Response {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body: a stream of inflated pieces.
    pub body: ResponseBody,
    /// Where it came from; prints without a query string.
    pub url: SafeUrl,
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("status", &self.status)
            .field("headers", &redact::Headers(&self.headers))
            .field("body", &self.body)
            .field("url", &self.url)
            .finish()
    }
}

/// The body of a response as a `Stream` of inflated pieces, bounded by the transport's cap on inflated bytes.
pub struct ResponseBody(BoxStream<'static, Result<Bytes, TransportError>>);

impl ResponseBody {
    /// Wraps a stream of inflated pieces.
    pub fn new(stream: impl Stream<Item = Result<Bytes, TransportError>> + Send + 'static) -> Self {
        Self(stream.boxed())
    }

    /// A body that is already in memory.
    pub fn from_bytes(bytes: impl Into<Bytes>) -> Self {
        let bytes = bytes.into();
        Self::new(stream::once(async move { Ok(bytes) }))
    }

    /// A body whose pieces come under the deadlines, and which fails at the first piece that passes `limit` bytes in
    /// all. Whatever fails, `url` is added to it, and nothing comes after it.
    pub(crate) fn guarded(
        pieces: impl Stream<Item = Result<Bytes, TransportError>> + Send + 'static,
        deadlines: Deadlines,
        limit: usize,
        url: SafeUrl,
    ) -> Self {
        let state = (pieces.boxed(), limit, url);
        Self::new(stream::try_unfold(
            state,
            move |(mut pieces, left, url)| async move {
                let next = match deadlines.piece(pieces.next()).await.and_then(Option::transpose) {
                    Ok(None) => return Ok(None),
                    Ok(Some(piece)) => left
                        .checked_sub(piece.len())
                        .map(|left| (piece, left))
                        .ok_or_else(|| TransportError::too_large(limit)),
                    Err(error) => Err(error),
                };
                match next {
                    Ok((piece, left)) => Ok(Some((piece, (pieces, left, url)))),
                    Err(error) => Err(error.with_url(url)),
                }
            },
        ))
    }

    /// Reads it whole, at most `limit` bytes.
    ///
    /// # Errors
    ///
    /// Kind `TooLarge` at the first piece that passes `limit`; otherwise what the transport reports: a timeout, a broken
    /// connection, a body that cannot be decoded.
    pub async fn collect(mut self, limit: usize) -> Result<Bytes, TransportError> {
        let mut whole = BytesMut::new();
        let Some(mut piece) = self.next().await.transpose()? else {
            return Ok(Bytes::new());
        };
        loop {
            if whole.len() + piece.len() > limit {
                return Err(TransportError::too_large(limit));
            }
            match self.next().await.transpose()? {
                // Most answers come in one piece.
                None if whole.is_empty() => return Ok(piece),
                None => {
                    whole.extend_from_slice(&piece);
                    return Ok(whole.freeze());
                }
                Some(next) => whole.extend_from_slice(&std::mem::replace(&mut piece, next)),
            }
        }
    }
}

impl Stream for ResponseBody {
    type Item = Result<Bytes, TransportError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.as_mut().poll_next(cx)
    }
}

impl fmt::Debug for ResponseBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ResponseBody")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A body that may not be asked again once it has ended.
    fn body(pieces: &'static [&str]) -> ResponseBody {
        ResponseBody::new(stream::unfold(0, move |at| async move {
            let piece = pieces.get(at)?;
            Some((Ok(Bytes::from_static(piece.as_bytes())), at + 1))
        }))
    }

    #[tokio::test]
    async fn a_body_is_collected_from_however_many_pieces() {
        for pieces in [
            &[][..],
            &["abc"],
            &["a", "bc"],
            &["", "abc", ""],
            &["a", "", "bc"],
        ] {
            let whole = pieces.concat();
            assert_eq!(body(pieces).collect(3).await.unwrap(), whole.as_bytes());
            assert_eq!(
                body(pieces).collect(2).await.is_err(),
                !whole.is_empty(),
                "{pieces:?}"
            );
        }
    }
}
