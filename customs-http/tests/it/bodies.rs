//! Inflating and capping what comes back.

use std::io::Write;

use customs_http::{ReqwestTransport, Sent, Transport, TransportErrorKind};
use flate2::{Compression, write::GzEncoder};
use futures_util::StreamExt;
use http::Method;

use crate::server::{Server, Step, answer, write};
use crate::{failure, get, transport};

const GZIP: &str = "Content-Encoding: gzip\r\n";
const MIB: usize = 1 << 20;

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

async fn failing(script: impl Into<Vec<Step>>) -> (TransportErrorKind, Sent) {
    let server = Server::start(script).await;
    let error = failure(&transport(), get(server.url("/"))).await;
    (error.kind(), error.sent())
}

#[tokio::test]
async fn gzip_is_inflated() {
    let server = Server::start([Step::Read, answer("200 OK", GZIP, &gzip("통관".as_bytes()))]).await;
    let response = transport().send(get(server.url("/"))).await.unwrap();
    assert!(!response.headers.contains_key("content-encoding"));
    assert_eq!(response.body.collect(6).await.unwrap(), "통관".as_bytes());
}

#[tokio::test]
async fn every_member_of_gzip_is_inflated() {
    let members = [gzip(b"one "), gzip(b"two "), gzip(b"three")].concat();
    let head = format!(
        "HTTP/1.1 200 OK\r\n{}Transfer-Encoding: chunked\r\n\r\n",
        "Content-Encoding: X-GZip\r\n"
    );
    let chunks: Vec<u8> = members
        .iter()
        .flat_map(|&byte| [b"1\r\n", &[byte][..], b"\r\n"].concat())
        .collect();
    let in_one = answer("200 OK", GZIP, &members);
    let in_bytes = Step::Write([head.as_bytes(), &chunks, b"0\r\n\r\n"].concat());
    for answer in [in_one, in_bytes] {
        let server = Server::start([Step::Read, answer]).await;
        let response = transport().send(get(server.url("/"))).await.unwrap();
        assert_eq!(response.body.collect(99).await.unwrap(), "one two three");
    }
}

#[tokio::test]
async fn an_empty_answer_that_calls_itself_gzip_is_empty() {
    let server = Server::start([Step::Read, answer("200 OK", GZIP, b"")]).await;
    let response = transport().send(get(server.url("/"))).await.unwrap();
    assert_eq!(response.body.collect(0).await.unwrap(), "");
}

#[tokio::test]
async fn broken_gzip_cannot_be_decoded() {
    let whole = gzip(&[7; 5000]);
    let mut wrong = whole.clone();
    wrong.iter_mut().skip(whole.len() - 8).for_each(|byte| *byte ^= 1); // its checksum
    for body in [b"no gzip at all", &whole[..whole.len() - 9], wrong.as_slice()] {
        let outcome = failing([Step::Read, answer("200 OK", GZIP, body)]).await;
        assert_eq!(outcome, (TransportErrorKind::Decode, Sent::Answered), "{body:?}");
    }
}

#[tokio::test]
async fn a_connection_that_breaks_inside_gzip_is_a_broken_connection() {
    let whole = gzip(&[7; 5000]);
    let head = format!("HTTP/1.1 200 OK\r\n{GZIP}Content-Length: {}\r\n\r\n", whole.len());
    let half = [head.as_bytes(), &whole[..whole.len() / 2]].concat();
    for end in [vec![Step::Reset], vec![]] {
        let outcome = failing([vec![Step::Read, write(&half)], end].concat()).await;
        assert_eq!(outcome, (TransportErrorKind::Reset, Sent::Answered));
    }
}

#[tokio::test]
async fn a_coding_that_was_not_asked_for_cannot_be_decoded() {
    let coded = |coding| answer("200 OK", &format!("Content-Encoding: {coding}\r\n"), b"xyz");
    let outcome = failing([Step::Read, coded("br")]).await;
    assert_eq!(outcome, (TransportErrorKind::Decode, Sent::Answered));

    let server = Server::start([Step::Read, coded("identity")]).await;
    let response = transport().send(get(server.url("/"))).await.unwrap();
    assert_eq!(response.body.collect(3).await.unwrap(), "xyz");
}

#[tokio::test]
async fn a_gzip_bomb_costs_no_more_than_the_cap() {
    // 256 MiB in some 270 KiB: one member of zeros, again and again.
    let bomb = gzip(&vec![0; MIB]).repeat(256);
    let server = Server::start([Step::Read, answer("200 OK", GZIP, &bomb)]).await;
    let transport = ReqwestTransport::builder().max_body(2 * MIB).build().unwrap();
    let mut body = transport.send(get(server.url("/"))).await.unwrap().body;

    let (mut read, mut largest) = (0, 0);
    let error = loop {
        match body.next().await.unwrap() {
            Ok(piece) => {
                read += piece.len();
                largest = largest.max(piece.len());
            }
            Err(error) => break error,
        }
    };

    assert_eq!(
        (error.kind(), error.sent()),
        (TransportErrorKind::TooLarge, Sent::Answered)
    );
    assert!(read <= 2 * MIB, "{read} bytes were handed out");
    assert!(largest <= MIB / 4, "a piece of {largest} bytes");
    assert!(body.next().await.is_none(), "the body ends with its error");
}

#[tokio::test]
async fn a_length_above_the_cap_is_refused_unread() {
    let server = Server::start([Step::Read, answer("200 OK", "", b"12345")]).await;
    let request = get(server.url("/")).max_body(4);
    let mut body = transport().send(request).await.unwrap().body;
    assert_eq!(
        body.next().await.unwrap().unwrap_err().kind(),
        TransportErrorKind::TooLarge
    );
}

#[tokio::test]
async fn a_body_as_large_as_the_cap_is_read() {
    let server = Server::start([Step::Read, answer("200 OK", "", b"12345")]).await;
    let response = transport().send(get(server.url("/")).max_body(5)).await.unwrap();
    assert_eq!(response.body.collect(5).await.unwrap(), "12345");
}

#[tokio::test]
async fn collect_has_a_limit_of_its_own() {
    let server = Server::start([Step::Read, answer("200 OK", "", b"12345")]).await;
    let response = transport().send(get(server.url("/"))).await.unwrap();
    assert_eq!(
        response.body.collect(4).await.unwrap_err().kind(),
        TransportErrorKind::TooLarge
    );
}

#[tokio::test]
async fn a_head_without_its_body_is_not_refused() {
    let head = "HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: 99\r\n\r\n";
    let server = Server::start([Step::Read, write(head)]).await;
    let mut request = get(server.url("/")).max_body(4);
    request.method = Method::HEAD;
    let response = transport().send(request).await.unwrap();
    assert_eq!(response.body.collect(0).await.unwrap(), "");
}
