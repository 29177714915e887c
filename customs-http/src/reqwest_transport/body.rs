//! The body of a response: each piece under the deadlines, all pieces under the cap.

use futures_util::stream;
use http::HeaderMap;
use http::header::CONTENT_ENCODING;

use super::classify;
use crate::deadlines::Deadlines;
use crate::{ResponseBody, SafeUrl, Sent, TransportError, TransportErrorKind};

/// The body as a stream of inflated pieces of a few KiB, at most `limit` bytes in all. What goes wrong shows when the
/// body is read, never at the head: a response of any status is a response.
pub(super) fn inflated(
    response: reqwest::Response,
    deadlines: Deadlines,
    limit: usize,
    url: SafeUrl,
) -> ResponseBody {
    let state = Reading {
        unread: refusal(&response, limit),
        response,
        deadlines,
        limit,
        left: limit,
        url,
    };
    ResponseBody::new(stream::try_unfold(state, |mut state| async move {
        let url = state.url.clone();
        match state.next().await {
            Ok(Some(piece)) => Ok(Some((piece, state))),
            Ok(None) => Ok(None),
            Err(error) => Err(error.with_url(url)),
        }
    }))
}

struct Reading {
    response: reqwest::Response,
    /// Why the body is not even begun.
    unread: Option<TransportError>,
    deadlines: Deadlines,
    limit: usize,
    left: usize,
    url: SafeUrl,
}

impl Reading {
    async fn next(&mut self) -> Result<Option<bytes::Bytes>, TransportError> {
        if let Some(error) = self.unread.take() {
            return Err(error);
        }
        let piece = self
            .deadlines
            .piece(self.response.chunk())
            .await?
            .map_err(|error| classify::inside_body(error, &self.url))?;
        if let Some(piece) = &piece {
            self.left = self
                .left
                .checked_sub(piece.len())
                .ok_or_else(|| TransportError::too_large(self.limit))?;
        }
        Ok(piece)
    }
}

/// A body that need not be read to know that it cannot be had.
fn refusal(response: &reqwest::Response, limit: usize) -> Option<TransportError> {
    let declared = response.content_length().unwrap_or(0);
    if declared == 0 && response.headers().contains_key(http::header::CONTENT_LENGTH) {
        return None;
    }
    if usize::try_from(declared).map_or(true, |declared| declared > limit) {
        return Some(TransportError::too_large(limit));
    }
    foreign_coding(response.headers()).map(|coding| {
        TransportError::new(TransportErrorKind::Decode, Sent::Answered)
            .with_source(format!("content coding {coding:?} was not asked for"))
    })
}

/// A content coding that is still there after inflation, and so was not gzip.
fn foreign_coding(headers: &HeaderMap) -> Option<String> {
    let coding = headers.get(CONTENT_ENCODING)?;
    let coding = coding.to_str().unwrap_or("?").trim();
    (!coding.is_empty() && !coding.eq_ignore_ascii_case("identity"))
        .then(|| coding.chars().take(40).collect())
}
