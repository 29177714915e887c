//! What is recorded answers again, and holds no secret.

use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;
use customs_http::cassette::{CassetteError, RecordingTransport, ReplayTransport};
use customs_http::scripted::{Reply, ScriptedTransport};
use customs_http::{Body, Request, Sent, Transport, TransportErrorKind};
use futures_util::{StreamExt, stream};
use http::{HeaderValue, Method, StatusCode, header};
use secrecy::SecretString;

struct Cassette {
    _folder: tempfile::TempDir,
    file: PathBuf,
}

impl Cassette {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("cassette.ndjson");
        Self {
            _folder: folder,
            file,
        }
    }

    fn record(&self, replies: impl IntoIterator<Item = Reply>) -> RecordingTransport {
        let server = ScriptedTransport::new();
        for reply in replies {
            server.push(reply);
        }
        RecordingTransport::new(Arc::new(server), &self.file).unwrap()
    }

    fn replay(&self) -> ReplayTransport {
        ReplayTransport::open(&self.file).unwrap()
    }

    fn text(&self) -> String {
        std::fs::read_to_string(&self.file).unwrap()
    }
}

fn ask(url: &str) -> Request {
    Request::new(Method::GET, url.parse().unwrap())
}

fn post(body: impl Into<Body>) -> Request {
    Request::new(Method::POST, "https://sap.example/soap".parse().unwrap()).body(body)
}

async fn text(transport: &impl Transport, request: Request) -> String {
    let response = transport.send(request).await.unwrap();
    String::from_utf8(response.body.collect(1 << 20).await.unwrap().to_vec()).unwrap()
}

#[tokio::test]
async fn an_answer_is_replayed_with_its_status_type_and_bytes() {
    let cassette = Cassette::new();
    let body = "<a>\r\n\t통관 \u{200b} &amp; \"x\"</a>";
    let reply = Reply::new(StatusCode::INTERNAL_SERVER_ERROR)
        .header(
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/xml; charset=utf-8"),
        )
        .pieces([&body.as_bytes()[..7], &body.as_bytes()[7..]].map(Bytes::copy_from_slice));
    let recording = cassette.record([reply]);
    assert_eq!(text(&recording, ask("http://h/a?x=1")).await, body);

    let replay = cassette.replay();
    assert_eq!(replay.unused().len(), 1);
    let again = replay.send(ask("https://other:1/a?x=1")).await.unwrap();
    assert_eq!(again.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(again.headers[header::CONTENT_TYPE], "text/xml; charset=utf-8");
    assert_eq!(again.body.collect(99).await.unwrap(), body);
    assert!(replay.unused().is_empty());
}

#[tokio::test]
async fn the_same_question_gets_its_answers_in_order_and_then_the_last_one() {
    let cassette = Cassette::new();
    let recording = cassette.record(["one", "other", "two"].map(Reply::ok));
    for url in ["http://h/a", "http://h/b", "http://h/a"] {
        text(&recording, ask(url)).await;
    }
    let replay = cassette.replay();
    let clone = replay.clone();
    assert_eq!(text(&replay, ask("http://h/a")).await, "one");
    assert_eq!(text(&clone, ask("http://h/a")).await, "two");
    assert_eq!(text(&replay, ask("http://h/a")).await, "two");
    assert_eq!(text(&replay, ask("http://h/b")).await, "other");
}

#[tokio::test]
async fn what_was_never_asked_is_an_error_that_nothing_was_sent_of() {
    let cassette = Cassette::new();
    text(&cassette.record([Reply::ok("")]), ask("http://h/a?x=1")).await;
    for other in [
        ask("http://h/a?x=2"),
        ask("http://h/b?x=1"),
        ask("http://h/a"),
        Request::new(Method::PUT, "http://h/a?x=1".parse().unwrap()),
        ask("http://h/a?x=1").body("body".to_owned()),
        ask("http://h/a?crkyCn=canary"),
    ] {
        let error = cassette.replay().send(other).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.sent()),
            (TransportErrorKind::Request, Sent::No)
        );
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains("canary") && !shown.contains("x=1"), "{shown}");
    }
}

#[tokio::test]
async fn no_secret_gets_into_a_cassette() {
    let cassette = Cassette::new();
    let server = ScriptedTransport::new();
    server.push(
        Reply::ok("<e>no such key canary&amp;1 for crkyCn=canary, Basic Y2FuYXJ5OmNhbmFyeQ==</e>")
            .header(header::SET_COOKIE, HeaderValue::from_static("MYSAPSSO2=canary"))
            .header(
                header::CONTENT_TYPE,
                HeaderValue::from_static("text/xml; password=canary"),
            ),
    );
    let own = SecretString::from("canary&1");
    let recording =
        RecordingTransport::with_secrets(Arc::new(server), &cassette.file, vec![own.clone()]).unwrap();
    assert!(!format!("{recording:?}").contains("canary"));
    let body = "<wsse:Password>canary</wsse:Password><Own>canary&amp;1</Own>";
    let request = |key: &str| {
        let url = format!(
            "https://me:canary@h/canary%261/a?crkyCn={key}&no=a123b456c789d012e345f678g9&q=canary%261"
        );
        Request::new(Method::POST, url.parse().unwrap())
            .header(header::AUTHORIZATION, HeaderValue::from_static("Basic canary"))
            .body(body.to_owned())
    };
    text(&recording, request("canary")).await;
    let written = cassette.text();
    for secret in ["canary", "Y2FuYXJ5", "a123b456"] {
        assert!(!written.contains(secret), "{secret}: {written}");
    }

    // Another key asks the same question.
    let replay = ReplayTransport::with_secrets(&cassette.file, vec![own]).unwrap();
    assert!(
        text(&replay, request("another"))
            .await
            .starts_with("<e>no such key [redacted] for")
    );
    assert!(!format!("{replay:?}").contains("canary"));
}

#[tokio::test]
async fn a_streamed_request_is_recorded_with_its_whole_body() {
    let cassette = Cassette::new();
    let recording = cassette.record([Reply::ok("done")]);
    let pieces = || Body::Stream(stream::iter([Ok(Bytes::from("<a>")), Ok(Bytes::from("</a>"))]).boxed());
    text(&recording, post(pieces())).await;
    assert_eq!(text(&cassette.replay(), post("<a></a>".to_owned())).await, "done");
    assert_eq!(text(&cassette.replay(), post(pieces())).await, "done");
}

#[tokio::test]
async fn an_exchange_that_breaks_is_not_recorded() {
    let cassette = Cassette::new();
    let recording = cassette.record([
        Reply::ok("half").then_fail(TransportErrorKind::Reset),
        Reply::fail(TransportErrorKind::Connect, Sent::No),
        Reply::ok("not read"),
    ]);
    let broken = recording.send(ask("http://h/a")).await.unwrap();
    let error = broken.body.collect(99).await.unwrap_err();
    assert_eq!(
        error.kind(),
        TransportErrorKind::Reset,
        "the failure is passed on"
    );
    assert!(recording.send(ask("http://h/a")).await.is_err());
    drop(recording.send(ask("http://h/a")).await.unwrap());
    assert_eq!(cassette.text(), "");
}

#[tokio::test]
async fn a_body_that_is_no_text_is_marked() {
    let cassette = Cassette::new();
    let recording = cassette.record([Reply::ok(&b"<a>\xBC\xF6</a>"[..])]);
    recording
        .send(ask("http://h/a"))
        .await
        .unwrap()
        .body
        .collect(99)
        .await
        .unwrap();
    let replay = cassette.replay();
    let [exchange] = replay.exchanges() else {
        panic!("one exchange");
    };
    assert!(exchange.response.lossy);
    assert!(cassette.text().contains("\"lossy\":true"));
}

#[tokio::test]
async fn a_second_recording_comes_behind_the_first() {
    let cassette = Cassette::new();
    for answer in ["one", "two"] {
        text(&cassette.record([Reply::ok(answer)]), ask("http://h/a")).await;
    }
    assert_eq!(cassette.text().lines().count(), 2);
}

#[tokio::test]
async fn a_cassette_that_cannot_be_read_or_written_says_so() {
    let cassette = Cassette::new();
    let missing = ReplayTransport::open(&cassette.file).unwrap_err();
    assert!(matches!(missing, CassetteError::Read { .. }), "{missing}");
    std::fs::write(&cassette.file, "\n{\"request\":1}\n").unwrap();
    let broken = ReplayTransport::open(&cassette.file).unwrap_err();
    assert!(
        broken.to_string().ends_with("line 2: expected an exchange"),
        "{broken}"
    );

    let server = ScriptedTransport::new();
    server.push(Reply::ok("x"));
    let full = RecordingTransport::new(Arc::new(server), "/dev/full").unwrap();
    let error = full
        .send(ask("http://h/a"))
        .await
        .unwrap()
        .body
        .collect(9)
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.sent()),
        (TransportErrorKind::Request, Sent::Answered)
    );
}
