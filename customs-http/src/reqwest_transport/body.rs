//! The body of a response.

use std::pin::Pin;

use async_compression::tokio::bufread::GzipDecoder;
use bytes::Bytes;
use futures_util::stream::BoxStream;
use futures_util::{StreamExt, TryStreamExt, future, stream};
use http::HeaderMap;
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH};
use tokio_util::io::{ReaderStream, StreamReader};

use super::classify;
use crate::deadlines::Deadlines;
use crate::{ResponseBody, SafeUrl, Sent, TransportError, TransportErrorKind, redact};

/// The size of an inflated piece at most: small, so that the cap holds to within one piece.
const PIECE: usize = 16 << 10;

/// The body as a stream of inflated pieces, at most `limit` bytes in all. What is wrong with it shows when it is read,
/// never at the head: a response of any status is a response. Takes the headers away that inflating makes wrong.
pub(super) fn inflated(
    response: reqwest::Response,
    headers: &mut HeaderMap,
    deadlines: Deadlines,
    limit: usize,
    url: SafeUrl,
) -> ResponseBody {
    let coding = coding(headers);
    if matches!(coding, Coding::Gzip) {
        headers.remove(CONTENT_ENCODING);
        headers.remove(CONTENT_LENGTH);
    }
    let declared = response.content_length().unwrap_or(0);
    let mut pieces = response.bytes_stream().boxed().peekable();
    let at = url.clone();
    let decoded = stream::once(async move {
        // A body without pieces (the answer to HEAD, say) is empty, whatever the head says of it.
        if Pin::new(&mut pieces).peek().await.is_none() {
            return stream::empty().boxed();
        }
        match coding {
            Coding::None if usize::try_from(declared).map_or(true, |declared| declared > limit) => {
                refused(TransportError::too_large(limit))
            }
            Coding::None => pieces
                .map_err(move |error| classify::inside_body(error, &at))
                .boxed(),
            Coding::Gzip => {
                let mut gzip = GzipDecoder::new(StreamReader::new(pieces.map_err(std::io::Error::other)));
                gzip.multiple_members(true);
                let inflated = ReaderStream::with_capacity(gzip, PIECE);
                inflated
                    .map_err(move |error| classify::inside_gzip(error, &at))
                    .boxed()
            }
            Coding::Other(coding) => refused(
                TransportError::new(TransportErrorKind::Decode, Sent::Answered)
                    .with_source(format!("content coding {coding:?} was not asked for")),
            ),
        }
    });
    ResponseBody::guarded(decoded.flatten(), deadlines, limit, url)
}

/// A body that is not read.
fn refused(error: TransportError) -> BoxStream<'static, Result<Bytes, TransportError>> {
    stream::once(future::ready(Err(error))).boxed()
}

enum Coding {
    None,
    Gzip,
    Other(String),
}

fn coding(headers: &HeaderMap) -> Coding {
    let coding = headers
        .get(CONTENT_ENCODING)
        .map_or(&b""[..], |value| value.as_bytes().trim_ascii());
    let is = |name: &str| coding.eq_ignore_ascii_case(name.as_bytes());
    if is("gzip") || is("x-gzip") {
        Coding::Gzip
    } else if is("") || is("identity") {
        Coding::None
    } else {
        Coding::Other(redact::head(coding, 40, &[]))
    }
}
