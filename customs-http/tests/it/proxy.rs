//! The proxy that is given, and those that are not asked for.

use std::process::Command;

use customs_http::{ReqwestTransport, Sent, Transport, TransportErrorKind};
use secrecy::SecretString;

use crate::server::{Server, Step, answer, write};
use crate::{failure, get};

fn through(proxy: &Server) -> ReqwestTransport {
    let address = format!("http://me:p%40ss@127.0.0.1:{}", proxy.port());
    ReqwestTransport::builder()
        .proxy(SecretString::from(address))
        .build()
        .unwrap()
}

#[tokio::test]
async fn the_proxy_gets_the_request_and_its_credentials() {
    let proxy = Server::start([Step::Read, answer("200 OK", "", b"by proxy")]).await;
    let response = through(&proxy)
        .send(get("http://h.invalid/a?b=c".parse().unwrap()))
        .await
        .unwrap();
    assert_eq!(response.body.collect(8).await.unwrap(), "by proxy");
    let seen = &proxy.requests()[0];
    assert!(
        seen.starts_with("GET http://h.invalid/a?b=c HTTP/1.1\r\n"),
        "{seen}"
    );
    assert!(
        seen.contains("proxy-authorization: Basic bWU6cEBzcw==\r\n"),
        "{seen}"
    );
}

#[tokio::test]
async fn a_tunnel_that_is_refused_was_not_sent() {
    let refusal = write("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n");
    let proxy = Server::start([Step::Read, refusal, Step::Stall]).await;
    let error = failure(&through(&proxy), get("https://h.invalid/a?b=c".parse().unwrap())).await;
    assert_eq!(
        (error.kind(), error.sent()),
        (TransportErrorKind::Connect, Sent::No)
    );
    let seen = &proxy.requests()[0];
    assert!(
        seen.starts_with("CONNECT h.invalid:443 HTTP/1.1\r\n") && !seen.contains("b=c"),
        "{seen}"
    );
}

/// Another test of this binary, run again with proxies in its environment that nobody serves.
#[test]
fn the_environment_is_not_read() {
    let mut again = Command::new(std::env::current_exe().unwrap());
    again.args([
        "--exact",
        "wire::a_get_goes_out_with_its_headers_and_comes_back_whole",
    ]);
    for name in [
        "http_proxy",
        "HTTP_PROXY",
        "https_proxy",
        "HTTPS_PROXY",
        "all_proxy",
        "ALL_PROXY",
    ] {
        again.env(name, "http://127.0.0.1:1");
    }
    for name in ["no_proxy", "NO_PROXY"] {
        again.env_remove(name);
    }
    let output = again.output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && text.contains("1 passed"), "{text}");
}
