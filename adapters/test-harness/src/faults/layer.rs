//! The layer around a simulator's router that carries the faults out.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{ConnectInfo, Query, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::{StreamExt, stream};
use http::request::Parts;
use http::{HeaderValue, StatusCode, Uri, header};
use tokio::time::sleep;

use super::answer::{MAINTENANCE_PAGE, gateway_page, mislabelled, truncated, with_dtd};
use super::plan::{Door, FaultSwitch};
use super::socket::Wire;
use super::spec::{Fault, LostPart};
use crate::server::Closing;

/// Says whether a request (its address and its body) goes to the service or operation of that name.
#[derive(Clone)]
pub(crate) struct GoesTo(Arc<Test>);

type Test = dyn Fn(&Uri, &[u8], &str) -> bool + Send + Sync;

impl GoesTo {
    pub(crate) fn new(test: impl Fn(&Uri, &[u8], &str) -> bool + Send + Sync + 'static) -> Self {
        Self(Arc::new(test))
    }
}

impl fmt::Debug for GoesTo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("GoesTo")
    }
}

/// What the layer knows.
#[derive(Debug, Clone)]
pub(crate) struct Injector {
    pub(crate) faults: FaultSwitch,
    pub(crate) goes_to: GoesTo,
    /// The largest request body, in bytes; a larger one is answered with 413.
    pub(crate) max_body: usize,
    pub(crate) closing: Closing,
}

/// Meets one request.
pub(crate) async fn inject(
    State(injector): State<Injector>,
    ConnectInfo(wire): ConnectInfo<Wire>,
    request: Request,
    next: Next,
) -> Response {
    if matches!(injector.faults.door(), Door::Shut { .. }) {
        wire.reset_after(0);
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, injector.max_body).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let fault = injector.faults.decide(
        |name| (injector.goes_to.0)(&parts.uri, &body, name),
        |key| carries(&parts.uri, &body, key),
    );
    match fault {
        None => next.run(Request::from_parts(parts, Body::from(body))).await,
        Some(fault) => {
            tracing::debug!(
                message = "A fault is carried out.",
                fault = fault.kind(),
                path = parts.uri.path()
            );
            carry_out(fault, parts, body, next, &wire, injector.closing).await
        }
    }
}

async fn carry_out(
    fault: Fault,
    mut parts: Parts,
    body: Bytes,
    next: Next,
    wire: &Wire,
    closing: Closing,
) -> Response {
    if matches!(fault, Fault::Charset | Fault::Dtd) {
        parts.headers.remove(header::ACCEPT_ENCODING); // The text must be at hand.
    }
    let again = (parts.clone(), body.clone());
    let run = |next: Next| next.run(Request::from_parts(parts, Body::from(body)));
    match fault {
        Fault::Refuse => StatusCode::SERVICE_UNAVAILABLE.into_response(), // `decide` never says this.
        Fault::Stall { after_bytes: None } => {
            closing.wait().await;
            wire.close();
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
        Fault::Stall {
            after_bytes: Some(bytes),
        } => stalled(run(next).await, bytes, closing).await,
        Fault::Reset { after_bytes } => {
            let response = run(next).await;
            wire.reset_after(after_bytes);
            response
        }
        Fault::Drip { bytes, pause } => dripped(run(next).await, bytes, pause, closing).await,
        Fault::ServerError { status } => html(
            StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
            gateway_page(status),
        ),
        Fault::TooManyRequests { retry_after } => {
            let mut response = html(StatusCode::TOO_MANY_REQUESTS, gateway_page(429));
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from(retry_after));
            response
        }
        Fault::Html => html(StatusCode::OK, MAINTENANCE_PAGE.to_owned()),
        Fault::Truncated { at } => rewritten(run(next).await, |body| truncated(body, at).to_vec()).await,
        Fault::Charset => {
            rewritten(run(next).await, |body| {
                mislabelled(&String::from_utf8_lossy(body))
            })
            .await
        }
        Fault::Dtd => {
            rewritten(run(next).await, |body| {
                with_dtd(&String::from_utf8_lossy(body)).into_bytes()
            })
            .await
        }
        Fault::Slow { delay } => {
            let response = run(next).await;
            tokio::select! {
                () = sleep(delay) => {}
                () = closing.wait() => {}
            }
            response
        }
        Fault::Duplicate => {
            let (parts, body) = again;
            // The first answer is read to its end: a streamed one is made only as it is read.
            let first = run(next.clone()).await;
            first
                .into_body()
                .into_data_stream()
                .for_each(|_| std::future::ready(()))
                .await;
            next.run(Request::from_parts(parts, Body::from(body))).await
        }
        Fault::Lost { part } => {
            if part == LostPart::Answer {
                let response = run(next).await;
                response
                    .into_body()
                    .into_data_stream()
                    .for_each(|_| std::future::ready(()))
                    .await;
            }
            wire.close();
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
        Fault::Empty => Body::empty().into_response(),
    }
}

/// Whether each part of the key is the whole value of a query parameter or of an element.
fn carries(uri: &Uri, body: &[u8], key: &str) -> bool {
    let query = Query::<Vec<(String, String)>>::try_from_uri(uri)
        .map(|Query(query)| query)
        .unwrap_or_default();
    key.split('/').all(|part| {
        let element = format!(">{part}<").into_bytes();
        query.iter().any(|(_, value)| value == part)
            || body.windows(element.len()).any(|window| window == element)
    })
}

fn html(status: StatusCode, page: String) -> Response {
    (status, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], page).into_response()
}

/// The response with another body.
async fn rewritten(response: Response, rewrite: impl FnOnce(&[u8]) -> Vec<u8>) -> Response {
    let (mut parts, body) = response.into_parts();
    let Ok(body) = to_bytes(body, usize::MAX).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(rewrite(&body)))
}

async fn stalled(response: Response, bytes: usize, closing: Closing) -> Response {
    let (parts, body) = response.into_parts();
    let Ok(body) = to_bytes(body, usize::MAX).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let head = body.slice(..bytes.min(body.len()));
    let first = stream::once(std::future::ready(Ok(head)));
    let then = stream::once(async move {
        closing.wait().await;
        Err(std::io::Error::from(std::io::ErrorKind::ConnectionAborted))
    });
    Response::from_parts(parts, Body::from_stream(first.chain(then)))
}

async fn dripped(response: Response, bytes: usize, pause: Duration, closing: Closing) -> Response {
    let (mut parts, body) = response.into_parts();
    // In chunks, as a server sends that does not know the end yet.
    parts.headers.remove(header::CONTENT_LENGTH);
    let Ok(body) = to_bytes(body, usize::MAX).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let pieces = stream::unfold((body, closing), move |(mut body, closing)| async move {
        if body.is_empty() {
            return None;
        }
        tokio::select! {
            () = sleep(pause) => {}
            () = closing.wait() => {}
        }
        let piece = body.split_to(bytes.min(body.len()));
        Some((Ok::<_, std::convert::Infallible>(piece), (body, closing)))
    });
    Response::from_parts(parts, Body::from_stream(pieces))
}
