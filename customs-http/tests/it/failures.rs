//! Every way to fail: its kind, and how far the request got.

use customs_http::TransportErrorKind::{Connect, Decode, Request as BadRequest, Reset, Timeout};
use customs_http::{Body, Phase, Request, ReqwestTransport, Sent, TransportErrorKind};
use futures_util::{StreamExt, stream};
use http::Method;
use tokio::net::TcpListener;
use url::Url;

use crate::server::{Server, Step, write};
use crate::{SHORT, failure, get, timeouts, transport};

/// How a GET of a server with this script fails.
async fn fails(script: impl Into<Vec<Step>>) -> (TransportErrorKind, Sent) {
    let server = Server::start(script).await;
    let error = failure(&transport(), get(server.url("/"))).await;
    (error.kind(), error.sent())
}

async fn fails_at(url: &str) -> (TransportErrorKind, Sent) {
    let error = failure(&transport(), get(url.parse().unwrap())).await;
    (error.kind(), error.sent())
}

#[tokio::test]
async fn refused_was_not_sent() {
    let port = TcpListener::bind("127.0.0.1:0")
        .await
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    assert_eq!(
        fails_at(&format!("http://127.0.0.1:{port}/")).await,
        (Connect, Sent::No)
    );
}

#[tokio::test]
async fn an_unknown_name_was_not_sent() {
    // A label of more than 63 characters fails before any name server is asked.
    assert_eq!(
        fails_at(&format!("http://{}.invalid/", "x".repeat(64))).await,
        (Connect, Sent::No)
    );
}

#[tokio::test]
async fn a_scheme_that_is_not_http_was_not_sent() {
    assert_eq!(fails_at("ftp://127.0.0.1/").await, (BadRequest, Sent::No));
}

#[tokio::test]
async fn user_info_in_an_address_is_refused() {
    let server = Server::start([Step::Stall]).await;
    for user_info in ["user", "user:pass", ":pass"] {
        let url = format!("http://{user_info}@127.0.0.1:{}/", server.port());
        assert_eq!(fails_at(&url).await, (BadRequest, Sent::No), "{url}");
    }
}

#[tokio::test]
async fn a_server_that_speaks_no_tls_was_not_sent() {
    let server = Server::start([write("HTTP/1.1 400 Bad Request\r\n\r\n"), Step::Stall]).await;
    assert_eq!(
        fails_at(&format!("https://127.0.0.1:{}/", server.port())).await,
        (Connect, Sent::No)
    );
}

#[tokio::test]
async fn a_connect_that_takes_too_long_was_not_sent() {
    // TCP stands at once, but the TLS handshake belongs to the connect and never ends.
    let server = Server::start([Step::Stall]).await;
    let transport = ReqwestTransport::builder()
        .connect_timeout(SHORT)
        .build()
        .unwrap();
    let url: Url = format!("https://127.0.0.1:{}/", server.port()).parse().unwrap();
    let error = failure(&transport, get(url)).await;
    assert_eq!((error.kind(), error.sent()), (Timeout(Phase::Connect), Sent::No));
}

#[tokio::test]
async fn a_connection_that_breaks_before_the_head_was_maybe_sent() {
    for script in [
        vec![Step::Read, Step::Reset],
        vec![Step::ReadSome(1), Step::Reset],
        vec![Step::Read],
        vec![Step::Read, write("HTTP/1.1 200 OK\r\nContent-"), Step::Reset],
        vec![Step::Read, write("HTTP/1.1 200 OK\r\nContent-")],
    ] {
        assert_eq!(fails(script.clone()).await, (Reset, Sent::Maybe), "{script:?}");
    }
}

#[tokio::test]
async fn a_head_that_is_no_http_was_maybe_sent() {
    assert_eq!(
        fails([Step::Read, write("SSH-2.0-OpenSSH_9.6\r\n\r\n")]).await,
        (Decode, Sent::Maybe)
    );
}

#[tokio::test]
async fn no_head_in_time_was_maybe_sent() {
    let server = Server::start([Step::Read, Step::Stall]).await;
    let request = get(server.url("/")).timeouts(timeouts(|t| t.head = SHORT));
    let error = failure(&transport(), request).await;
    assert_eq!((error.kind(), error.sent()), (Timeout(Phase::Head), Sent::Maybe));
}

#[tokio::test]
async fn a_head_that_trickles_in_does_not_move_the_bound() {
    let server = Server::start([Step::Read, write("HTTP/1.1 200 OK\r\nX: "), Step::Stall]).await;
    let request = get(server.url("/")).timeouts(timeouts(|t| t.head = SHORT));
    assert_eq!(failure(&transport(), request).await.kind(), Timeout(Phase::Head));
}

#[tokio::test]
async fn a_request_that_is_not_taken_in_time_was_maybe_sent() {
    // The server reads nothing more, so the socket's buffers fill up and writing stalls.
    let server = Server::start([Step::ReadSome(1), Step::Stall]).await;
    let endless = stream::repeat_with(|| Ok(vec![b'x'; 1 << 16].into()));
    let request = Request::new(Method::POST, server.url("/"))
        .body(Body::Stream(endless.boxed()))
        .timeouts(timeouts(|t| t.head = SHORT));
    let error = failure(&transport(), request).await;
    assert_eq!((error.kind(), error.sent()), (Timeout(Phase::Head), Sent::Maybe));
}

#[tokio::test]
async fn a_body_stream_that_fails_was_maybe_sent() {
    let server = Server::start([Step::Read, Step::Stall]).await;
    let pieces = [
        Ok("begun".into()),
        Err(std::io::Error::other("the table is gone")),
    ];
    let request =
        Request::new(Method::POST, server.url("/")).body(Body::Stream(stream::iter(pieces).boxed()));
    let error = failure(&transport(), request).await;
    assert_eq!((error.kind(), error.sent()), (BadRequest, Sent::Maybe));
    let cause = std::error::Error::source(&error).unwrap().to_string();
    assert!(cause.contains("the table is gone"), "{cause}");
}

#[tokio::test]
async fn a_connection_that_breaks_inside_the_body_was_answered() {
    let sized = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc";
    let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n";
    for head in [sized, chunked] {
        assert_eq!(
            fails([Step::Read, write(head), Step::Reset]).await,
            (Reset, Sent::Answered),
            "{head}"
        );
        assert_eq!(
            fails([Step::Read, write(head)]).await,
            (Reset, Sent::Answered),
            "{head}"
        );
    }
}

#[tokio::test]
async fn bad_chunking_was_answered() {
    let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    for body in ["zz\r\n", "3\r\nabcde\r\n"] {
        let script = [Step::Read, write(format!("{head}{body}")), Step::Stall];
        assert_eq!(fails(script).await, (Decode, Sent::Answered), "{body}");
    }
}

#[tokio::test]
async fn silence_inside_the_body_was_answered() {
    let server = Server::start([
        Step::Read,
        write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc"),
        Step::Stall,
    ])
    .await;
    let request = get(server.url("/")).timeouts(timeouts(|t| t.idle = SHORT));
    let error = failure(&transport(), request).await;
    assert_eq!(
        (error.kind(), error.sent()),
        (Timeout(Phase::Idle), Sent::Answered)
    );
}

#[tokio::test]
async fn a_body_without_end_meets_the_bound_on_the_whole() {
    let piece = [b"2710\r\n".as_slice(), &[b'x'; 0x2710], b"\r\n"].concat();
    let head = write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    let server = Server::start([Step::Read, head, Step::Repeat(piece)]).await;
    let request = get(server.url("/")).timeouts(timeouts(|t| t.total = SHORT));
    let mut error = None;
    // Read piece by piece: collecting would grow for as long as the bound lets it.
    match transport_send(request).await {
        Ok(mut body) => {
            while let Some(piece) = body.next().await {
                error = piece.err();
            }
        }
        Err(e) => error = Some(e),
    }
    assert_eq!(error.unwrap().kind(), Timeout(Phase::Total));
}

async fn transport_send(
    request: Request,
) -> Result<customs_http::ResponseBody, customs_http::TransportError> {
    use customs_http::Transport;
    transport().send(request).await.map(|response| response.body)
}

#[tokio::test]
async fn the_error_names_the_address_and_the_cause() {
    let port = TcpListener::bind("127.0.0.1:0")
        .await
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let error = failure(
        &transport(),
        get(format!("http://127.0.0.1:{port}/a?b=c").parse().unwrap()),
    )
    .await;
    assert_eq!(
        error.to_string(),
        format!("no connection (http://127.0.0.1:{port}/a?…)")
    );
    let cause = std::error::Error::source(&error).unwrap().to_string();
    assert!(cause.contains("refused"), "{cause}");
    assert!(
        !error.to_string().contains(&cause),
        "Display must not print its source"
    );
}
