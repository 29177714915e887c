//! One question, whole: address, keys, years, and what goes wrong on the way. No secret shows anywhere.

use std::sync::Arc;
use std::time::Duration;

use customs_http::scripted::{Reply, ScriptedTransport, When};
use customs_http::{Sent, TransportErrorKind};
use http::{HeaderValue, StatusCode, header};
use jiff::civil::date;
use unipass_client::services::{cargo_progress, personal_code_check};
use unipass_client::{Client, Error, ErrorKind, Query, RetryAfter, Verdict};

pub(crate) const KEY: &str = "canary-key-1";
pub(crate) const NEXT_KEY: &str = "canary-key-2";
const PATH: &str = "/ext/rest/cargCsclPrgsInfoQry/retrieveCargCsclPrgsInfo";

pub(crate) fn cargo_answer(inner: &str) -> Reply {
    Reply::ok(format!(
        "<cargCsclPrgsInfoQryRtnVo>{inner}</cargCsclPrgsInfoQryRtnVo>"
    ))
}

pub(crate) const FOUND: &str =
    "<ntceInfo/><cargCsclPrgsInfoQryVo><cargMtNo>1</cargMtNo></cargCsclPrgsInfoQryVo><tCnt>0</tCnt>";
pub(crate) const NOTHING: &str = "<ntceInfo/><tCnt>0</tCnt>";
pub(crate) const REFUSED: &str = "<ntceInfo>존재하지 않는 인증키입니다.</ntceInfo><tCnt>-1</tCnt>";

pub(crate) fn client(transport: &ScriptedTransport, keys: &[&str]) -> Client {
    let builder = Client::builder(Arc::new(transport.clone()));
    keys.iter()
        .fold(builder, |b, key| b.key("cargo-progress", *key))
        .build()
        .unwrap()
}

fn question() -> cargo_progress::Request {
    cargo_progress::Request::by_master_bl_number("98822131314", 2026)
}

#[tokio::test]
async fn the_request_is_one_get_with_the_key_of_the_service() {
    let transport = ScriptedTransport::new();
    transport.push(cargo_answer(FOUND));
    let reply = client(&transport, &[KEY]).ask(question()).await.unwrap();
    assert_eq!(
        reply.cargos().next().unwrap().cargo_management_number(),
        Some("1")
    );
    let asked = &transport.requests()[0];
    assert_eq!((asked.method.as_str(), asked.url.expose().path()), ("GET", PATH));
    assert_eq!(
        asked.url.expose().as_str().split('?').next().unwrap(),
        format!("{}{}", "https://unipass.customs.go.kr:38010", PATH)
    );
    let pairs = asked.query_pairs();
    let pairs: Vec<_> = pairs.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    assert_eq!(
        pairs,
        [("crkyCn", KEY), ("mblNo", "98822131314"), ("blYy", "2026")]
    );
}

#[tokio::test]
async fn nothing_is_sent_without_key_or_with_wrong_parameters() {
    let transport = ScriptedTransport::new();
    let error = client(&transport, &[]).ask(question()).await.unwrap_err();
    assert_eq!(
        (error.code(), error.sent(), error.is_transient()),
        ("no_key", Sent::No, false)
    );
    let wrong = cargo_progress::Request::by_cargo_management_number("1");
    let error = client(&transport, &[KEY]).ask(wrong).await.unwrap_err();
    assert_eq!((error.code(), error.sent()), ("bad_parameter", Sent::No));
    assert!(error.to_string().contains("15~19자"), "{error}");
    assert!(transport.requests().is_empty());
}

#[tokio::test]
async fn the_next_key_is_tried_once_and_remembered() {
    let transport = ScriptedTransport::new();
    transport.always(When::any().query("crkyCn", KEY), cargo_answer(REFUSED));
    transport.always(When::any().query("crkyCn", NEXT_KEY), cargo_answer(FOUND));
    let client = client(&transport, &[KEY, NEXT_KEY]);
    for requests in [2, 3] {
        assert!(client.ask(question()).await.is_ok());
        assert_eq!(transport.requests().len(), requests);
    }
}

#[tokio::test]
async fn two_refused_keys_are_a_refusal_after_two_requests() {
    let transport = ScriptedTransport::new();
    transport.always(When::any(), cargo_answer(REFUSED));
    let error = client(&transport, &[KEY, NEXT_KEY])
        .ask(question())
        .await
        .unwrap_err();
    assert_eq!(
        (error.code(), error.sent(), error.is_transient()),
        ("refused_key", Sent::Answered, false)
    );
    assert_eq!(transport.requests().len(), 2);
}

#[tokio::test]
async fn the_second_key_is_not_tried_for_other_errors() {
    let transport = ScriptedTransport::new();
    transport.push(cargo_answer(
        "<ntceInfo>예상치 못한 오류</ntceInfo><tCnt>-1</tCnt>",
    ));
    let error = client(&transport, &[KEY, NEXT_KEY])
        .ask(question())
        .await
        .unwrap_err();
    assert_eq!((error.code(), error.is_transient()), ("service_trouble", true));
    assert_eq!(transport.requests().len(), 1);
}

fn year(year: &str, reply: Reply) -> (When, Reply) {
    (When::get(PATH).query("blYy", year), reply)
}

async fn around_new_year(
    rules: Vec<(When, Reply)>,
    today: jiff::civil::Date,
) -> (Result<Verdict, &'static str>, usize) {
    let transport = ScriptedTransport::new();
    for (when, reply) in rules {
        transport.on(when, reply);
    }
    let query = Query::from(question());
    let answer = client(&transport, &[KEY])
        .query_around_new_year(&query, today)
        .await;
    assert_eq!(transport.unused(), [""; 0]);
    (
        answer.map(|a| a.verdict()).map_err(|e| e.code()),
        transport.requests().len(),
    )
}

#[tokio::test]
async fn the_neighbouring_year_is_asked_only_after_not_found() {
    let (december, january, june) = (date(2026, 12, 30), date(2027, 1, 3), date(2026, 6, 1));
    let found = |y| year(y, cargo_answer(FOUND));
    let nothing = |y| year(y, cargo_answer(NOTHING));
    assert_eq!(
        around_new_year(vec![found("2026")], december).await,
        (Ok(Verdict::Found), 1)
    );
    assert_eq!(
        around_new_year(vec![nothing("2026"), found("2027")], december).await,
        (Ok(Verdict::Found), 2)
    );
    assert_eq!(
        around_new_year(vec![nothing("2026"), found("2027")], january).await,
        (Ok(Verdict::Found), 2)
    );
    assert_eq!(
        around_new_year(vec![nothing("2026"), nothing("2027")], january).await,
        (Ok(Verdict::NotFound), 2)
    );
    assert_eq!(
        around_new_year(vec![nothing("2026")], june).await,
        (Ok(Verdict::NotFound), 1)
    );
    // An error of either year is never "not found".
    assert_eq!(
        around_new_year(vec![year("2026", Reply::ok("<html/>"))], december).await,
        (Err("html_instead_of_xml"), 1)
    );
    let second = year("2027", Reply::ok(""));
    assert_eq!(
        around_new_year(vec![nothing("2026"), second], december).await,
        (Err("empty_body"), 2)
    );
}

#[tokio::test]
async fn what_goes_wrong_on_the_way_keeps_code_transience_and_sent() {
    let wait =
        Reply::new(StatusCode::TOO_MANY_REQUESTS).header(header::RETRY_AFTER, HeaderValue::from_static("7"));
    for (reply, code, sent, transient, retry_after) in [
        (
            Reply::fail(TransportErrorKind::Connect, Sent::No),
            "connect_failed",
            Sent::No,
            true,
            None,
        ),
        (
            Reply::fail(TransportErrorKind::Reset, Sent::Maybe),
            "connection_reset",
            Sent::Maybe,
            true,
            None,
        ),
        (wait, "too_many_requests", Sent::Answered, true, Some(7)),
        (
            Reply::new(StatusCode::BAD_GATEWAY).body("<html>"),
            "http_status",
            Sent::Answered,
            true,
            None,
        ),
        (
            Reply::new(StatusCode::NOT_FOUND),
            "http_status",
            Sent::Answered,
            false,
            None,
        ),
        (
            Reply::new(StatusCode::FOUND),
            "redirect_refused",
            Sent::Answered,
            false,
            None,
        ),
        (
            Reply::ok("<html>점검</html>"),
            "html_instead_of_xml",
            Sent::Answered,
            true,
            None,
        ),
        (
            Reply::ok("<a>").then_fail(TransportErrorKind::Reset),
            "connection_reset",
            Sent::Answered,
            true,
            None,
        ),
        (
            Reply::ok("<cargCsclPrgsInfoQryRtnVo>"),
            "truncated_xml",
            Sent::Answered,
            true,
            None,
        ),
        (
            Reply::ok("<!DOCTYPE a []><a/>"),
            "dtd_refused",
            Sent::Answered,
            false,
            None,
        ),
        (
            cargo_answer("<tCnt>1</tCnt>"),
            "unclassified",
            Sent::Answered,
            false,
            None,
        ),
    ] {
        let transport = ScriptedTransport::new();
        transport.push(reply);
        let error = client(&transport, &[KEY]).ask(question()).await.unwrap_err();
        let retry_after = retry_after.map(|s| RetryAfter::In(Duration::from_secs(s)));
        let found = (error.code(), error.is_transient(), error.retry_after());
        assert_eq!(found, (code, transient, retry_after), "{error:?}");
        assert_eq!(error.sent(), sent, "{error:?}");
        assert_eq!(transport.requests().len(), 1, "one request, no retry");
    }
}

#[tokio::test]
async fn a_body_over_the_bound_is_cut_off() {
    let transport = ScriptedTransport::new();
    transport.push(Reply::ok(vec![b' '; 100]));
    let mut limits = unipass_client::Limits::default();
    limits.max_bytes = 99;
    let client = Client::builder(Arc::new(transport))
        .key("API001", KEY)
        .limits(limits)
        .build()
        .unwrap();
    assert_eq!(client.ask(question()).await.unwrap_err().code(), "too_large");
}

/// Everything that is logged, down to the finest level.
#[derive(Clone, Default)]
struct Log(Arc<std::sync::Mutex<Vec<u8>>>);

impl std::io::Write for Log {
    fn write(&mut self, text: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(text);
        Ok(text.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Log {
    fn catch(&self) -> tracing::subscriber::DefaultGuard {
        let log = self.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(tracing::Level::TRACE)
            .with_ansi(false);
        tracing::subscriber::set_default(subscriber.with_writer(move || log.clone()).finish())
    }

    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

#[tokio::test]
async fn no_key_name_or_phone_number_shows() {
    const NAME: &str = "카나리아";
    const PHONE: &str = "01099887766";
    let encoded = "%EC%B9%B4%EB%82%98%EB%A6%AC%EC%95%84";
    let echo = format!("/persEcmQry?crkyCn={KEY}&pltxNm={encoded}&cralTelno={PHONE} {NAME}");
    let log = Log::default();
    let _guard = log.catch();
    for reply in [
        Reply::ok(format!("<html>{echo}</html>")),
        Reply::ok(format!(
            "<persEcmQryRtnVo><tCnt>1</tCnt><newFld>{NAME}</newFld>{NAME}</persEcmQryRtnVo>"
        )),
        Reply::ok(format!(
            "<persEcmQryRtnVo><ntceInfo>{echo}</ntceInfo><tCnt>-1</tCnt></persEcmQryRtnVo>"
        )),
        Reply::ok(format!(
            "<persEcmQryRtnVo><ntceInfo>{echo}</ntceInfo><tCnt>1</tCnt></persEcmQryRtnVo>"
        )),
        Reply::ok(format!(
            "<persEcmQryRtnVo><tCnt>0</tCnt><persEcmQryRtnErrInfoVo><errMsgCn>입력하신 납세의무자명({NAME})이 {echo}</errMsgCn>\
             </persEcmQryRtnErrInfoVo></persEcmQryRtnVo>"
        )),
        Reply::new(StatusCode::BAD_GATEWAY).body(echo.clone()),
        Reply::fail(TransportErrorKind::Reset, Sent::Maybe),
    ] {
        let transport = ScriptedTransport::new();
        transport.push(reply);
        let client = Client::builder(Arc::new(transport))
            .key("API028", KEY)
            .key("API028", NEXT_KEY)
            .build()
            .unwrap();
        let request = personal_code_check::Request::new("P123456789012", NAME, PHONE);
        let mut shown = format!("{client:?} {request:?}");
        match client.ask(request).await {
            Ok(reply) => {
                shown += &format!("{reply:?} {:?}", reply.answer().notice());
                shown += &format!("{:?}", reply.mismatches().collect::<Vec<_>>());
            }
            Err(error) => {
                let mut cause: Option<&dyn std::error::Error> = Some(&error);
                while let Some(error) = cause {
                    shown += &format!("{error} {error:?}");
                    cause = error.source();
                }
            }
        }
        shown += &log.text();
        for secret in [KEY, NEXT_KEY, NAME, PHONE, encoded, "P123456789012"] {
            assert!(!shown.contains(secret), "{secret} in {shown}");
        }
    }
    assert!(log.text().contains("newFld"), "the log is caught");
}

#[test]
fn wrong_settings_are_told_together() {
    let builder = Client::builder(Arc::new(ScriptedTransport::new()))
        .base_url("ftp://x")
        .key("API041", KEY)
        .key("API001", " ");
    let error = builder.build().unwrap_err();
    assert_eq!(error.problems.len(), 3, "{error}");
    assert!(
        error.to_string().contains("API041") && !error.to_string().contains(KEY),
        "{error}"
    );
}

#[test]
fn an_answer_error_says_its_kind() {
    let error = Error::Answer {
        service: "API001",
        kind: ErrorKind::RefusedKey,
        message: "존재하지 않는 인증키입니다.".into(),
    };
    assert_eq!(error.to_string(), "API001: 존재하지 않는 인증키입니다.");
}
