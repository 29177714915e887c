//! The contract of `Transport`: one test per bullet, run on every transport.

use std::sync::Arc;

use customs_http::cassette::RecordingTransport;
use customs_http::scripted::{Reply, ScriptedTransport, When};
use customs_http::{
    Body, CookieTransport, Phase, Request, Sent, Timeouts, Transport, TransportError, TransportErrorKind,
};
use futures_util::{StreamExt, stream};
use http::{HeaderValue, Method, StatusCode, header};
use url::Url;

use crate::server::{Server, Step, answer, write};
use crate::{SHORT, failure, get, timeouts, transport};

/// What the other side does with every request.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Scene {
    /// Answers with this status; a redirect leads to the same server.
    Status(u16),
    /// Answers with a body of so many bytes, in pieces.
    Long(usize),
    /// Takes the request and says nothing.
    SilentHead,
    /// Sends a head and a piece, then nothing.
    SilentBody,
    /// Takes the request and breaks the connection.
    BrokenHead,
    /// Sends a head and a piece, then breaks the connection.
    BrokenBody,
}

/// A transport and a place to send to.
pub(crate) struct Case {
    pub(crate) name: &'static str,
    pub(crate) transport: Arc<dyn Transport>,
    pub(crate) url: Url,
    /// How many requests have arrived.
    arrived: Box<dyn Fn() -> usize>,
}

/// The same scene for every transport.
pub(crate) async fn cases(scene: Scene) -> [Case; 4] {
    let real = real(scene).await;
    let inner = self::real(scene).await;
    let session = Case {
        name: "cookies",
        transport: Arc::new(CookieTransport::new(inner.transport.clone())),
        ..inner
    };
    let inner = self::real(scene).await;
    let recording = RecordingTransport::new(inner.transport.clone(), "/dev/null").unwrap();
    let recording = Case {
        name: "recording",
        transport: Arc::new(recording),
        ..inner
    };
    [real, scripted(scene), session, recording]
}

async fn real(scene: Scene) -> Case {
    let begun = || write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc");
    let server = Server::start(match scene {
        Scene::Status(status) => vec![
            Step::Read,
            answer(&format!("{status} X"), "Location: /next\r\n", b""),
        ],
        Scene::Long(bytes) => {
            let chunks = b"1\r\nx\r\n".repeat(bytes);
            let head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
            vec![
                Step::Read,
                Step::Write([head, &chunks[..], b"0\r\n\r\n"].concat()),
            ]
        }
        Scene::SilentHead => vec![Step::Read, Step::Stall],
        Scene::SilentBody => vec![Step::Read, begun(), Step::Stall],
        Scene::BrokenHead => vec![Step::Read, Step::Reset],
        Scene::BrokenBody => vec![Step::Read, begun(), Step::Reset],
    })
    .await;
    Case {
        name: "reqwest",
        transport: Arc::new(transport()),
        url: server.url("/ext/rest"),
        arrived: Box::new(move || server.requests().len()),
    }
}

fn scripted(scene: Scene) -> Case {
    let transport = ScriptedTransport::new();
    let reply = match scene {
        Scene::Status(status) => Reply::new(StatusCode::from_u16(status).unwrap())
            .header(header::LOCATION, HeaderValue::from_static("/next")),
        Scene::Long(bytes) => Reply::ok("").pieces(vec!["x"; bytes]),
        Scene::SilentHead => Reply::hang(),
        Scene::SilentBody => Reply::ok("abc").then_hang(),
        Scene::BrokenHead => Reply::fail(TransportErrorKind::Reset, Sent::Maybe),
        Scene::BrokenBody => Reply::ok("abc").then_fail(TransportErrorKind::Reset),
    };
    transport.always(When::any(), reply);
    let record = transport.clone();
    Case {
        name: "scripted",
        transport: Arc::new(transport),
        url: "http://h/ext/rest".parse().unwrap(),
        arrived: Box::new(move || record.requests().len()),
    }
}

impl Case {
    async fn failure(&self, change: impl FnOnce(Request) -> Request) -> TransportError {
        failure(&*self.transport, change(get(self.url.clone()))).await
    }
}

#[tokio::test]
async fn any_status_is_a_response() {
    for status in [
        200, 201, 204, 304, 400, 401, 403, 404, 407, 429, 500, 502, 503, 599,
    ] {
        for case in cases(Scene::Status(status)).await {
            let response = case.transport.send(get(case.url)).await.unwrap();
            assert_eq!(response.status.as_u16(), status, "{}", case.name);
            assert_eq!(response.body.collect(0).await.unwrap(), "", "{}", case.name);
        }
    }
}

#[tokio::test]
async fn no_redirect_followed() {
    for status in [301, 302, 303, 307, 308] {
        for case in cases(Scene::Status(status)).await {
            let response = case.transport.send(get(case.url.clone())).await.unwrap();
            assert_eq!(response.status.as_u16(), status, "{}", case.name);
            assert_eq!(response.headers["location"], "/next", "{}", case.name);
            assert_eq!((case.arrived)(), 1, "{}", case.name);
        }
    }
}

#[tokio::test]
async fn no_retry() {
    for scene in [Scene::Status(503), Scene::BrokenHead, Scene::BrokenBody] {
        for case in cases(scene).await {
            if let Ok(response) = case.transport.send(get(case.url.clone())).await {
                drop(response.body.collect(9).await);
            }
            assert_eq!((case.arrived)(), 1, "{} {scene:?}", case.name);
        }
    }
}

#[tokio::test]
async fn deadline_kept() {
    let head = |t: &mut Timeouts| t.head = SHORT;
    let idle = |t: &mut Timeouts| t.idle = SHORT;
    let total = |t: &mut Timeouts| t.total = SHORT;
    for (scene, bound, phase) in [
        (Scene::SilentHead, head as fn(&mut Timeouts), Phase::Head),
        (Scene::SilentHead, total, Phase::Total),
        (Scene::SilentBody, idle, Phase::Idle),
        (Scene::SilentBody, total, Phase::Total),
    ] {
        for case in cases(scene).await {
            let error = case.failure(|request| request.timeouts(timeouts(bound))).await;
            assert_eq!(
                error.kind(),
                TransportErrorKind::Timeout(phase),
                "{} {scene:?}",
                case.name
            );
        }
    }
}

#[tokio::test]
async fn deadline_kept_while_the_request_is_produced() {
    for case in cases(Scene::Status(200)).await {
        let request = Request::new(Method::POST, case.url)
            .body(Body::Stream(stream::pending().boxed()))
            .timeouts(timeouts(|t| t.head = SHORT));
        let error = failure(&*case.transport, request).await;
        let expected = (TransportErrorKind::Timeout(Phase::Head), Sent::Maybe);
        assert_eq!((error.kind(), error.sent()), expected, "{}", case.name);
    }
}

#[tokio::test]
async fn cap_kept() {
    for case in cases(Scene::Long(5)).await {
        let response = case
            .transport
            .send(get(case.url.clone()).max_body(5))
            .await
            .unwrap();
        assert_eq!(response.body.collect(5).await.unwrap(), "xxxxx", "{}", case.name);

        let body = case.transport.send(get(case.url).max_body(4)).await.unwrap().body;
        let pieces: Vec<_> = StreamExt::collect(body).await;
        let (last, before) = pieces.split_last().unwrap();
        let read: usize = before.iter().map(|piece| piece.as_ref().unwrap().len()).sum();
        assert!(read <= 4, "{}", case.name);
        let error = last.as_ref().unwrap_err();
        let expected = (TransportErrorKind::TooLarge, Sent::Answered);
        assert_eq!((error.kind(), error.sent()), expected, "{}", case.name);
    }
}

#[tokio::test]
async fn sent_is_honest() {
    for (scene, sent) in [
        (Scene::BrokenHead, Sent::Maybe),
        (Scene::BrokenBody, Sent::Answered),
    ] {
        for case in cases(scene).await {
            let error = case.failure(|request| request).await;
            assert_eq!(
                (error.kind(), error.sent()),
                (TransportErrorKind::Reset, sent),
                "{}",
                case.name
            );
            assert_eq!(error.url().unwrap().expose(), &case.url, "{}", case.name);
        }
    }
}
