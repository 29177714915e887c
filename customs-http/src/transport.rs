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
///
/// Cancel safe in the sense that dropping the future closes the exchange; whether the server saw the request is then unknown.
#[async_trait]
pub trait Transport: Debug + Send + Sync + 'static {
    /// Sends the request.
    async fn send(&self, request: Request) -> Result<Response, TransportError>;
}
