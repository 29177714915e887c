//! The body of a response.

use futures_util::{StreamExt, TryStreamExt, future, stream};
use http::header::CONTENT_ENCODING;

use super::classify;
use crate::deadlines::Deadlines;
use crate::{ResponseBody, SafeUrl, Sent, TransportError, TransportErrorKind, redact};

/// The body as a stream of inflated pieces of a few KiB, at most `limit` bytes in all. What is wrong with it shows when
/// it is read, never at the head: a response of any status is a response.
pub(super) fn inflated(
    response: reqwest::Response,
    deadlines: Deadlines,
    limit: usize,
    url: SafeUrl,
) -> ResponseBody {
    let refusal = refusal(&response, limit);
    let at = url.clone();
    let pieces = response
        .bytes_stream()
        .map_err(move |error| classify::inside_body(error, &at));
    // A body that is refused unread is an error instead of its first piece; one without pieces is never refused.
    let pieces = match refusal {
        None => pieces.boxed(),
        Some(error) => pieces
            .take(1)
            .zip(stream::once(future::ready(error)))
            .map(|(_, error)| Err(error))
            .boxed(),
    };
    ResponseBody::guarded(pieces, deadlines, limit, url)
}

/// What the head already tells against the body.
fn refusal(response: &reqwest::Response, limit: usize) -> Option<TransportError> {
    let declared = response.content_length().unwrap_or(0);
    if usize::try_from(declared).map_or(true, |declared| declared > limit) {
        return Some(TransportError::too_large(limit));
    }
    // gzip is inflated and its header taken away by now; what is still there was not asked for and cannot be read.
    let coding = response.headers().get(CONTENT_ENCODING)?.as_bytes().trim_ascii();
    (!coding.is_empty() && !coding.eq_ignore_ascii_case(b"identity")).then(|| {
        let coding = redact::head(coding, 40, &[]);
        TransportError::new(TransportErrorKind::Decode, Sent::Answered)
            .with_source(format!("content coding {coding:?} was not asked for"))
    })
}
