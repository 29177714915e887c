//! A canary goes through everything that can carry a secret, and must show nowhere.

use std::error::Error;
use std::io;
use std::sync::{Arc, LazyLock, Mutex};

use customs_http::scripted::{Reply, ScriptedTransport, When};
use customs_http::{CookieTransport, Request, ReqwestTransport, Transport};
use http::{HeaderValue, Method, StatusCode, header};
use secrecy::SecretString;
use tokio::net::TcpListener;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::util::SubscriberInitExt;
use url::Url;

use crate::contract::{Scene, cases};
use crate::server::{Server, Step, answer, write};
use crate::{failure, get, transport};

/// Everything that this process logs, by `tracing` and by `log`, from trace level on.
static LOG: LazyLock<Log> = LazyLock::new(|| {
    let log = Log::default();
    tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_ansi(false)
        .with_writer(log.clone())
        .finish()
        .init();
    log
});

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

fn logged() -> String {
    String::from_utf8_lossy(&LOG.0.lock().unwrap()).into_owned()
}

/// `canary:canary` as basic authentication has it.
const BASIC: &str = "Y2FuYXJ5OmNhbmFyeQ==";

/// A request with a canary wherever one fits. Nothing is marked sensitive.
fn loaded(mut url: Url) -> Request {
    url.set_query(Some("crkyCn=canary&blNo=canary"));
    url.set_fragment(Some("canary"));
    Request::new(Method::POST, url)
        .header(
            header::AUTHORIZATION,
            HeaderValue::try_from(format!("Basic {BASIC}")).unwrap(),
        )
        .header(header::COOKIE, HeaderValue::from_static("MYSAPSSO2=canary"))
        .body("<Password>canary</Password>".to_owned())
}

fn assert_silent(text: &str) {
    assert!(!text.contains("canary") && !text.contains(BASIC), "{text}");
}

fn assert_error_silent(error: &(dyn Error + 'static)) {
    let mut next = Some(error);
    while let Some(link) = next {
        assert_silent(&format!("{link} {link:?} {link:#?}"));
        next = link.source();
    }
}

/// Sends, reads to the end, and looks at everything that can be printed on the way.
async fn exchange(transport: &dyn Transport, request: Request) {
    assert_silent(&format!("{request:?} {request:#?} {transport:?}"));
    match transport.send(request).await {
        Ok(response) => {
            assert_silent(&format!("{response:?} {response:#?} {}", response.url));
            if let Err(error) = response.body.collect(1 << 20).await {
                assert_error_silent(&error);
            }
        }
        Err(error) => assert_error_silent(&error),
    }
    assert_silent(&format!("{transport:?}"));
}

#[tokio::test]
async fn nothing_secret_shows() {
    LazyLock::force(&LOG);
    for scene in [
        Scene::Status(200),
        Scene::Status(302),
        Scene::BrokenHead,
        Scene::BrokenBody,
        Scene::Long(9),
    ] {
        for case in cases(scene).await {
            exchange(&*case.transport, loaded(case.url).max_body(4)).await;
        }
    }
    assert_silent(&logged());
}

#[tokio::test]
async fn nothing_secret_shows_when_a_server_repeats_it() {
    LazyLock::force(&LOG);
    let headers =
        "Set-Cookie: MYSAPSSO2=canary\r\nLocation: http://h/?crkyCn=canary\r\nX-Api-Key: canary\r\n";
    for last in [
        answer("200 OK", headers, b"crkyCn=canary"),
        answer(
            "200 OK",
            &format!("{headers}Content-Encoding: gzip\r\n"),
            b"crkyCn=canary",
        ),
        answer(
            "200 OK",
            &format!("{headers}Content-Encoding: crkyCn=canary\r\n"),
            b"canary",
        ),
        write("crkyCn=canary is no status line\r\n\r\n"),
        write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\ncrkyCn=canary\r\n"),
    ] {
        let server = Server::start([Step::Read, last]).await;
        let session = CookieTransport::new(Arc::new(transport()));
        exchange(&session, loaded(server.url("/"))).await;
    }
    assert_silent(&logged());
}

#[tokio::test]
async fn nothing_secret_shows_when_nothing_is_sent() {
    LazyLock::force(&LOG);
    let port = TcpListener::bind("127.0.0.1:0")
        .await
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    for address in [
        format!("http://127.0.0.1:{port}/"),
        format!("http://canary:canary@127.0.0.1:{port}/"),
        format!("https://127.0.0.1:{port}/"),
        "ftp://canary@h/".to_owned(),
        "data:canary".to_owned(),
    ] {
        exchange(&transport(), loaded(address.parse().unwrap())).await;
    }
    assert_silent(&logged());
}

#[tokio::test]
async fn the_credentials_of_a_proxy_show_nowhere() {
    LazyLock::force(&LOG);
    let proxy = Server::start([Step::Read, answer("407 Proxy Authentication Required", "", b"")]).await;
    let address = SecretString::from(format!("http://canary:canary@127.0.0.1:{}", proxy.port()));
    let builder = ReqwestTransport::builder().proxy(address);
    assert_silent(&format!("{builder:?}"));
    let transport = builder.build().unwrap();
    for url in ["http://h.invalid/", "https://h.invalid/"] {
        exchange(&transport, loaded(url.parse().unwrap())).await;
    }
    assert!(
        proxy.requests().iter().all(|seen| seen.contains(BASIC)),
        "the proxy got its credentials"
    );
    assert_silent(&logged());
}

#[tokio::test]
async fn a_script_shows_no_secret() {
    let script = ScriptedTransport::new();
    let when = When::get("/x").query("crkyCn", "canary").body_contains("canary");
    let cookie = HeaderValue::from_static("a=canary");
    script.on(
        when,
        Reply::new(StatusCode::OK)
            .header(header::SET_COOKIE, cookie)
            .body("canary"),
    );
    exchange(&script, loaded("http://h/y".parse().unwrap())).await;
    assert_silent(&format!("{:?} {:?}", script.requests(), script.unused()));
}

/// Without this, an empty log would pass for a silent one.
#[tokio::test]
async fn the_log_is_captured() {
    LazyLock::force(&LOG);
    let server = Server::start([Step::Read, answer("200 OK", "", b"")]).await;
    transport().send(get(server.url("/captured"))).await.unwrap();
    failure(&transport(), get("ftp://h/failed".parse().unwrap())).await;
    let log = logged();
    for expected in [
        "Answered.",
        "/captured",
        "status=200",
        "No answer.",
        "kind=Request",
        "starting new connection",
    ] {
        assert!(log.contains(expected), "{expected}: {log}");
    }
}
