//! The transport that really sends: reqwest over rustls (ring), HTTP/1.1.

mod body;
mod builder;
mod classify;
mod tls;

pub use builder::{BuildError, BuildProblem, ReqwestTransportBuilder};
pub use tls::ClientIdentity;

use std::fmt;

use async_trait::async_trait;
use http::HeaderValue;
use http::header::ACCEPT_ENCODING;

use crate::deadlines::Deadlines;
use crate::{Body, Request, Response, SafeUrl, Sent, Transport, TransportError, TransportErrorKind};

/// A [`Transport`] over the network: one connection pool, HTTP/1.1, TLS by rustls with ring.
///
/// Cloning is cheap and shares the pool. What it does beyond the contract of [`Transport`]:
///
/// - Certificates are always verified, against the bundled Mozilla roots, the caller's own, or both.
/// - The proxy variables of the environment are not read; a proxy is given to the builder or there is none.
/// - gzip is asked for (unless the request has its own `Accept-Encoding`) and inflated, all its members; the headers
///   `Content-Encoding` and `Content-Length` are then taken away. The inflated bytes of one response are capped.
/// - A body in another content coding than gzip is an error of kind `Decode`, since it was not asked for.
/// - An address with user info (`https://user:password@…`) is refused: credentials belong into a header.
/// - It keeps no cookies; wrap it in a [`CookieTransport`](crate::CookieTransport) where they are needed.
///
/// It needs a tokio runtime with I/O and time.
#[derive(Clone)]
pub struct ReqwestTransport {
    client: reqwest::Client,
    max_body: usize,
}

impl ReqwestTransport {
    /// A builder with the defaults that [`ReqwestTransportBuilder`] lists.
    pub fn builder() -> ReqwestTransportBuilder {
        ReqwestTransportBuilder::default()
    }

    async fn exchange(&self, request: Request) -> Result<Response, TransportError> {
        let Request {
            method,
            url,
            headers,
            body,
            timeouts,
            max_body,
        } = request;
        if !url.expose().username().is_empty() || url.expose().password().is_some() {
            return Err(TransportError::new(TransportErrorKind::Request, Sent::No)
                .with_source("the address has user info; send credentials in a header")
                .with_url(url));
        }
        let deadlines = Deadlines::start(timeouts);

        let mut outgoing = reqwest::Request::new(method, url.expose().clone());
        *outgoing.headers_mut() = headers;
        outgoing
            .headers_mut()
            .entry(ACCEPT_ENCODING)
            .or_insert(HeaderValue::from_static("gzip"));
        *outgoing.body_mut() = match body {
            Body::Empty => None,
            Body::Bytes(bytes) => Some(bytes.into()),
            Body::Stream(stream) => Some(reqwest::Body::wrap_stream(stream)),
        };

        let mut response = deadlines
            .head(self.client.execute(outgoing))
            .await
            .and_then(|outcome| outcome.map_err(|error| classify::before_head(error, &url)))
            .map_err(|error| error.with_url(url.clone()))?;

        let (status, mut headers) = (response.status(), std::mem::take(response.headers_mut()));
        let limit = max_body.unwrap_or(self.max_body);
        let body = body::inflated(response, &mut headers, deadlines, limit, url.clone());
        Ok(Response {
            status,
            headers,
            body,
            url,
        })
    }
}

#[async_trait]
impl Transport for ReqwestTransport {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        let (method, url): (_, SafeUrl) = (request.method.clone(), request.url.clone());
        let outcome = self.exchange(request).await;
        match &outcome {
            Ok(response) => {
                tracing::debug!(message = "Answered.", %method, %url, status = response.status.as_u16());
            }
            Err(error) => {
                tracing::debug!(message = "No answer.", %method, %url, kind = ?error.kind(), sent = ?error.sent());
            }
        }
        outcome
    }
}

impl fmt::Debug for ReqwestTransport {
    // The client's own Debug shows its proxies.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReqwestTransport")
            .field("max_body", &self.max_body)
            .finish_non_exhaustive()
    }
}
