//! From a reqwest error to what a caller must know: its kind, and how far the request got.

use std::error::Error as StdError;
use std::io;

use crate::{Phase, SafeUrl, Sent, TransportError, TransportErrorKind, redact};

/// A failure before the head of a response. Only two kinds prove that nothing was sent: the request was never begun, or
/// no connection came about. A reset after sending cannot be told from one before the server read.
pub(super) fn before_head(error: reqwest::Error, url: &SafeUrl) -> TransportError {
    let (kind, sent) = if error.is_builder() {
        (TransportErrorKind::Request, Sent::No)
    } else if error.is_connect() {
        let timed_out = error.is_timeout();
        (
            if timed_out {
                TransportErrorKind::Timeout(Phase::Connect)
            } else {
                TransportErrorKind::Connect
            },
            Sent::No,
        )
    } else if let Some(hyper) = find::<hyper::Error>(&error) {
        if hyper.is_user() {
            // The request's own body stream failed.
            (TransportErrorKind::Request, Sent::Maybe)
        } else if hyper.is_parse() {
            (TransportErrorKind::Decode, Sent::Maybe)
        } else {
            (TransportErrorKind::Reset, Sent::Maybe)
        }
    } else {
        (TransportErrorKind::Reset, Sent::Maybe)
    };
    TransportError::new(kind, sent).with_source(cause(error, url))
}

/// A failure after the head.
pub(super) fn inside_body(error: reqwest::Error, url: &SafeUrl) -> TransportError {
    // hyper reports bad chunking as an io error inside its own.
    let kind = match find::<hyper::Error>(&error) {
        Some(hyper) if hyper.is_parse() || has_malformed(hyper) => TransportErrorKind::Decode,
        Some(_) | None => TransportErrorKind::Reset,
    };
    TransportError::new(kind, Sent::Answered).with_source(cause(error, url))
}

/// A failure after the head, seen through the gzip decoder: the connection's own, or the decoder's.
pub(super) fn inside_gzip(error: io::Error, url: &SafeUrl) -> TransportError {
    match error.downcast::<reqwest::Error>() {
        Ok(error) => inside_body(error, url),
        Err(error) => TransportError::new(TransportErrorKind::Decode, Sent::Answered)
            .with_source(format!("gzip: {error}")),
    }
}

fn has_malformed(error: &hyper::Error) -> bool {
    find::<io::Error>(error).is_some_and(|io| {
        matches!(
            io.kind(),
            io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput
        )
    })
}

/// The first error of type `E` among the causes. An `io::Error` keeps the error inside it out of `source()`, so it is
/// opened by hand.
fn find<'a, E: StdError + 'static>(error: &'a (dyn StdError + 'static)) -> Option<&'a E> {
    let mut next = error.source();
    while let Some(link) = next {
        if let Some(found) = link.downcast_ref::<E>() {
            return Some(found);
        }
        next = match link.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(inner) => match inner.downcast_ref::<E>() {
                Some(found) => return Some(found),
                None => inner.source(),
            },
            None => link.source(),
        };
    }
    None
}

/// The chain as one line of text. Text, not the error itself: reqwest's `Display` and `Debug` print whole addresses.
fn cause(error: reqwest::Error, url: &SafeUrl) -> String {
    let error = error.without_url();
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(link) = next {
        let link_text = link.to_string();
        if !text.ends_with(&link_text) {
            text.push_str(": ");
            text.push_str(&link_text);
        }
        next = link.source();
    }
    // No library below is known to print a part of the address here; should one begin to, this catches it.
    redact::scrub_url(&text, url)
}
