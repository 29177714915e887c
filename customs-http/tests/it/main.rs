//! Black-box tests: the reqwest transport against real servers on loopback, and the contract on every transport.

#![expect(
    clippy::unwrap_used,
    reason = "a test fails by panicking, in its helper functions too"
)]

mod bodies;
mod builder;
mod cassette;
mod contract;
mod failures;
mod proxy;
mod secrets;
mod server;
mod tls;
mod wire;

use std::time::Duration;

use customs_http::{Request, ReqwestTransport, Timeouts, Transport, TransportError};
use futures_util::StreamExt;
use http::Method;
use url::Url;

/// Long enough for nothing, short enough for a test.
const SHORT: Duration = Duration::from_millis(40);

fn transport() -> ReqwestTransport {
    ReqwestTransport::builder().build().unwrap()
}

fn get(url: Url) -> Request {
    Request::new(Method::GET, url)
}

/// Default timeouts, changed.
fn timeouts(change: impl FnOnce(&mut Timeouts)) -> Timeouts {
    let mut timeouts = Timeouts::default();
    change(&mut timeouts);
    timeouts
}

/// How an exchange fails, at its head or inside its body.
async fn failure(transport: &dyn Transport, request: Request) -> TransportError {
    let mut body = match transport.send(request).await {
        Ok(response) => response.body,
        Err(error) => return error,
    };
    loop {
        if let Err(error) = body.next().await.unwrap() {
            return error;
        }
    }
}
