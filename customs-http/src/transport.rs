use std::fmt::Debug;

use async_trait::async_trait;

use crate::{Request, Response, TransportError};

/// Sends one request and returns the head of its response; the body is read afterwards.
///
/// Contract:
/// - **any_status_is_a_response**: a response of any status is `Ok`; only a transport failure is an `Err`.
/// - **no_redirect_followed**: a redirect is returned as it is, so that no credential travels to another address.
/// - **no_retry**: one call is at most one request on the wire.
/// - **deadline_kept**: the request's [`Timeouts`](crate::Timeouts) bound connecting, the head and the whole exchange,
///   the body of the request and of the response included.
/// - **cap_kept**: a response's body larger than [`Request::max_body`](crate::Request::max_body) ends with an error of kind
///   `TooLarge`, and no more than that is handed out.
/// - **sent_is_honest**: [`Sent::No`](crate::Sent::No) only if the server cannot have seen the request,
///   [`Sent::Answered`](crate::Sent::Answered) only after a head has come.
/// - **nothing_secret_shows**: no `Display`, `Debug`, error chain or log line holds the query string, the user info, the
///   credentials or the body.
///
/// Cancel safe in the sense that dropping the future closes the exchange; whether the server saw the request is then unknown.
#[async_trait]
pub trait Transport: Debug + Send + Sync + 'static {
    /// Sends the request.
    ///
    /// # Errors
    ///
    /// See [`TransportErrorKind`](crate::TransportErrorKind). Failures inside the body show when the body is read.
    async fn send(&self, request: Request) -> Result<Response, TransportError>;
}
