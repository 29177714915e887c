//! What goes over the wire, and what comes back.

use customs_http::{Body, Request, Sent, Transport};
use futures_util::{StreamExt, stream};
use http::{HeaderValue, Method, header};

use crate::server::{Server, Step, answer, write};
use crate::transport;

#[tokio::test]
async fn a_get_goes_out_with_its_headers_and_comes_back_whole() {
    let server = Server::start([Step::Read, answer("200 OK", "X-Answer: yes\r\n", b"hello")]).await;
    let request = Request::new(Method::GET, server.url("/a?b=c"))
        .header(header::ACCEPT, HeaderValue::from_static("text/xml"));

    let response = transport().send(request).await.unwrap();

    assert_eq!(response.status, 200);
    assert_eq!(response.headers["x-answer"], "yes");
    assert_eq!(response.body.collect(5).await.unwrap(), "hello");
    let sent = &server.requests()[0];
    assert!(sent.starts_with("GET /a?b=c HTTP/1.1\r\n"), "{sent}");
    assert!(
        sent.contains("accept: text/xml\r\n") && sent.contains("accept-encoding: gzip\r\n"),
        "{sent}"
    );
    assert!(
        sent.contains(concat!("user-agent: customs-http/", env!("CARGO_PKG_VERSION"))),
        "{sent}"
    );
}

#[tokio::test]
async fn a_body_in_memory_goes_out_with_its_length() {
    let server = Server::start([Step::Read, answer("204 No Content", "", b"")]).await;
    let request = Request::new(Method::POST, server.url("/")).body("<a/>".to_owned());

    transport().send(request).await.unwrap();

    let sent = &server.requests()[0];
    assert!(
        sent.contains("content-length: 4\r\n") && sent.ends_with("\r\n\r\n<a/>"),
        "{sent}"
    );
}

#[tokio::test]
async fn a_streamed_body_goes_out_in_chunks() {
    let server = Server::start([Step::Read, answer("200 OK", "", b"")]).await;
    let pieces = stream::iter(["ab", "cde"]).map(|piece| Ok(piece.into()));
    let request = Request::new(Method::POST, server.url("/")).body(Body::Stream(pieces.boxed()));

    transport().send(request).await.unwrap();

    let sent = &server.requests()[0];
    assert!(sent.contains("transfer-encoding: chunked\r\n"), "{sent}");
    assert!(sent.ends_with("2\r\nab\r\n3\r\ncde\r\n0\r\n\r\n"), "{sent}");
}

#[tokio::test]
async fn a_response_is_read_while_it_comes() {
    let head = write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
    let server = Server::start([Step::Read, head, Step::Read, write("2\r\nde\r\n0\r\n\r\n")]).await;

    let mut response = transport()
        .send(Request::new(Method::GET, server.url("/")))
        .await
        .unwrap();

    // The server waits for a second request that never comes: the first piece is here before the last is written.
    assert_eq!(response.body.next().await.unwrap().unwrap(), "abc");
}

#[tokio::test]
async fn a_connection_is_used_again() {
    let server = Server::start([
        Step::Read,
        answer("200 OK", "", b"1"),
        Step::Read,
        answer("200 OK", "Connection: close\r\n", b"2"),
    ])
    .await;
    let transport = transport();
    for expected in ["1", "2"] {
        let response = transport
            .send(Request::new(Method::GET, server.url("/")))
            .await
            .unwrap();
        assert_eq!(response.body.collect(1).await.unwrap(), expected);
    }
}

#[tokio::test]
async fn a_request_on_a_connection_that_breaks_is_not_repeated() {
    let server = Server::start([Step::Read, answer("200 OK", "", b""), Step::Read, Step::Reset]).await;
    let transport = transport();
    transport
        .send(Request::new(Method::GET, server.url("/first")))
        .await
        .unwrap()
        .body
        .collect(0)
        .await
        .unwrap();
    let error = transport
        .send(Request::new(Method::GET, server.url("/second")))
        .await
        .unwrap_err();
    assert_eq!(error.sent(), Sent::Maybe);
    assert_eq!(server.requests().len(), 2);
}
