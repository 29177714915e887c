//! The client behind the core's trait.

use std::sync::Arc;

use customs_core::{
    CallContext, Clock, CustomsApi, CustomsQuery, ErrorKind, Fields, Phase, Retryability, Sent, TestClock,
    Verdict,
};
use customs_http::TransportErrorKind;
use customs_http::scripted::{Reply, ScriptedTransport, When};
use unipass_client::{AroundNewYear, Client, Customs, KeepAnswers};

use crate::client::{FOUND, KEY, NEXT_KEY, NOTHING, REFUSED, cargo_answer, client};

/// One minute before the turn of the year in Korea.
fn clock() -> Arc<dyn Clock> {
    Arc::new(TestClock::starting_at("2026-12-31T14:59:00Z".parse().unwrap()))
}

fn customs(transport: &ScriptedTransport) -> Customs {
    Customs::new(client(transport, &[KEY, NEXT_KEY]), clock())
}

fn context() -> CallContext {
    CallContext::new("1000".into(), "import".into(), "run".into())
}

fn question(params: &[(&str, &str)]) -> CustomsQuery {
    let fields: Fields = params.iter().map(|(n, v)| (*n, *v)).collect();
    CustomsQuery::new("cargo-progress", fields)
}

#[tokio::test(start_paused = true)]
async fn an_answer_carries_records_state_and_drift() {
    let transport = ScriptedTransport::new();
    transport.push(cargo_answer(
        "<ntceInfo>공지</ntceInfo><CargCsclPrgsInfoQryVo><csclPrgsStts>수입신고수리</csclPrgsStts><prcsDttm>20261120093000</prcsDttm>\
         <new>1</new></CargCsclPrgsInfoQryVo><tCnt>1</tCnt><cargCsclPrgsInfoDtlQryVo>\
         <cargTrcnRelaBsopTpcd>반출신고</cargTrcnRelaBsopTpcd><rlbrCn>수입신고 수리후 반출</rlbrCn></cargCsclPrgsInfoDtlQryVo>",
    ));
    let cx = context();
    let answer = customs(&transport)
        .query(
            &cx,
            &question(&[("cargMtNo", "20OZ007835I00012577"), ("mblNo", "")]),
        )
        .await
        .unwrap();
    assert_eq!(
        (answer.verdict.clone(), answer.drift, answer.notice.as_deref()),
        (Verdict::Found, 1, Some("공지"))
    );
    let state = answer.state.as_ref().unwrap();
    assert_eq!(
        (state.status.as_str(), state.phase),
        ("수입신고수리", Phase::Final)
    );
    assert_eq!(state.as_of.unwrap().to_string(), "2026-11-20T00:30:00Z");
    assert_eq!(
        answer.field("cargCsclPrgsInfoQryVo.csclPrgsStts"),
        Some("수입신고수리")
    );
    assert_eq!(answer.field("new"), Some("1"));
    assert_eq!((answer.records.len(), cx.meter.calls().customs_calls), (2, 1));
}

#[tokio::test(start_paused = true)]
async fn fields_and_elements_come_under_the_usual_spelling() {
    let transport = ScriptedTransport::new();
    transport.push(Reply::ok(
        "<expDclrNoPrExpFfmnBrkdQryRtnVo><tCnt>1</tCnt><ExpDclrNoPrExpFfmnBrkdQryRsltVo><loadDtyTmIm>20261220</loadDtyTmIm>\
         <shpmcmplYn>N</shpmcmplYn></ExpDclrNoPrExpFfmnBrkdQryRsltVo></expDclrNoPrExpFfmnBrkdQryRtnVo>",
    ));
    let client = Client::builder(Arc::new(transport))
        .key("API002", KEY)
        .build()
        .unwrap();
    let asked = CustomsQuery::new("API002", [("expDclrNo", "1234526123456X")].into_iter().collect());
    let answer = Customs::new(client, clock())
        .query(&context(), &asked)
        .await
        .unwrap();
    assert_eq!(
        answer.field("expDclrNoPrExpFfmnBrkdQryRsltVo.loadDtyTmlm"),
        Some("20261220")
    );
    assert_eq!(answer.field("shpmCmplYn"), Some("N"));
    assert_eq!((answer.drift, answer.state.unwrap().phase), (0, Phase::Moving));
}

#[tokio::test(start_paused = true)]
async fn every_request_is_counted_keys_and_years_too() {
    let transport = ScriptedTransport::new();
    for inner in [REFUSED, NOTHING, FOUND] {
        transport.push(cargo_answer(inner));
    }
    let cx = context();
    let customs = AroundNewYear::new(customs(&transport), clock());
    let answer = customs
        .query(&cx, &question(&[("mblNo", "1"), ("blYy", "2027")]))
        .await
        .unwrap();
    assert_eq!(answer.verdict, Verdict::Found);
    assert_eq!(cx.meter.calls().customs_calls, 3);
    // Still 2026 in Korea: the year to come is asked as given, then this one.
    let years: Vec<_> = transport
        .requests()
        .iter()
        .map(|r| r.query("blYy").unwrap())
        .collect();
    assert_eq!(years, ["2027", "2027", "2026"]);
}

#[tokio::test(start_paused = true)]
async fn the_other_year_is_asked_only_after_not_found_and_its_error_is_the_result() {
    for (answers, expected) in [
        (vec![FOUND], Ok(Verdict::Found)),
        (vec![NOTHING, NOTHING], Ok(Verdict::NotFound)),
        (vec![NOTHING, "<tCnt>1</tCnt>"], Err("unclassified")),
        (vec!["<tCnt>1</tCnt>"], Err("unclassified")),
    ] {
        let transport = ScriptedTransport::new();
        for inner in &answers {
            transport.push(cargo_answer(inner));
        }
        let customs = AroundNewYear::new(customs(&transport), clock());
        let answer = customs
            .query(&context(), &question(&[("hblNo", "1"), ("blYy", "2026")]))
            .await;
        let found = answer
            .as_ref()
            .map(|a| a.verdict.clone())
            .map_err(|e| e.get_code());
        assert_eq!(found, expected);
        assert_eq!(transport.requests().len(), answers.len());
    }
}

/// January ends in Korea when it is 15:00 on the 31st in Greenwich, and with it the asking about the other year.
#[tokio::test(start_paused = true)]
async fn the_turn_of_the_year_is_that_of_korea() {
    for (now, requests) in [
        ("2027-01-31T14:59:59Z", 2),
        ("2027-01-31T15:00:00Z", 1),
        ("2026-10-31T15:00:00Z", 2),
    ] {
        let transport = ScriptedTransport::new();
        for _ in 0..requests {
            transport.push(cargo_answer(NOTHING));
        }
        let clock = Arc::new(TestClock::starting_at(now.parse().unwrap()));
        let customs = AroundNewYear::new(customs(&transport), clock);
        let question = question(&[("hblNo", "1"), ("blYy", "2026")]);
        assert_eq!(
            customs.query(&context(), &question).await.unwrap().verdict,
            Verdict::NotFound,
            "{now}"
        );
        assert_eq!(transport.requests().len(), requests, "{now}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_moment_to_come_back_is_turned_into_a_wait() {
    for (value, wait) in [
        ("7", 7),
        ("Thu, 31 Dec 2026 15:00:00 GMT", 60),
        ("Thu, 31 Dec 2026 14:00:00 GMT", 0),
    ] {
        let transport = ScriptedTransport::new();
        let header = http::HeaderValue::from_static(value);
        transport.push(
            Reply::new(http::StatusCode::SERVICE_UNAVAILABLE).header(http::header::RETRY_AFTER, header),
        );
        let error = customs(&transport)
            .query(&context(), &question(&[("hblNo", "1"), ("blYy", "2026")]))
            .await
            .unwrap_err();
        assert_eq!(
            error.get_retry_after(),
            Some(std::time::Duration::from_secs(wait)),
            "{value}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn errors_keep_kind_code_sent_and_retryability() {
    let asked = question(&[("cargMtNo", "20OZ007835I00012577")]);
    for (replies, kind, code, sent, transient) in [
        (
            vec![Reply::fail(TransportErrorKind::Connect, customs_http::Sent::No)],
            ErrorKind::Unavailable,
            "connect_failed",
            Sent::No,
            true,
        ),
        (
            vec![cargo_answer(REFUSED), cargo_answer(REFUSED)],
            ErrorKind::Unauthorized,
            "refused_key",
            Sent::Answered,
            false,
        ),
        (
            vec![Reply::ok("<html>")],
            ErrorKind::Protocol,
            "html_instead_of_xml",
            Sent::Answered,
            true,
        ),
        (
            vec![Reply::new(http::StatusCode::TOO_MANY_REQUESTS)],
            ErrorKind::RateLimited,
            "too_many_requests",
            Sent::Answered,
            true,
        ),
        (
            vec![cargo_answer("<tCnt>1</tCnt>")],
            ErrorKind::Unclassified,
            "unclassified",
            Sent::Answered,
            false,
        ),
    ] {
        let transport = ScriptedTransport::new();
        for reply in replies {
            transport.push(reply);
        }
        let error = customs(&transport).query(&context(), &asked).await.unwrap_err();
        let expected = if transient {
            Retryability::Transient
        } else {
            Retryability::Permanent
        };
        assert_eq!(
            (error.kind(), error.get_code(), error.get_sent()),
            (kind, code, sent),
            "{error:?}"
        );
        assert_eq!(error.get_retryability(), expected, "{error:?}");
        assert_eq!(error.get_operation(), Some("API001"));
        let shown = format!("{error:?} {}", error.chain());
        assert!(!shown.contains(KEY) && !shown.contains("crkyCn"), "{shown}");
    }
}

#[tokio::test(start_paused = true)]
async fn unsupported_service_is_a_config_error() {
    let transport = ScriptedTransport::new();
    let customs = customs(&transport);
    assert!(customs.supports(&"API001".into()) && customs.supports(&"cargo-progress".into()));
    assert!(!customs.supports(&"API002".into()) && !customs.supports(&"API041".into()));
    for (service, code) in [("API041", "unknown_service"), ("API009", "no_key")] {
        let asked = CustomsQuery::new(service, [("flcoSgn", "KE")].into_iter().collect());
        let error = customs.query(&context(), &asked).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.get_code(), error.get_sent()),
            (ErrorKind::Config, code, Sent::No)
        );
    }
    assert!(transport.requests().is_empty());
}

#[tokio::test(start_paused = true)]
async fn code_tables_are_asked_once_and_states_each_time() {
    let transport = ScriptedTransport::new();
    let airline = "<flcoBrkdQryRtnVo><tCnt>1</tCnt><flcoBrkdQryRsltVo><flcoNumSgn>180</flcoNumSgn></flcoBrkdQryRsltVo></flcoBrkdQryRtnVo>";
    transport.always(
        When::get("/ext/rest/flcoBrkdQry/retrieveFlcoBrkd"),
        Reply::ok(airline),
    );
    transport.always(When::any(), cargo_answer(FOUND));
    let client = Client::builder(Arc::new(transport))
        .key("API009", KEY)
        .key("API001", KEY)
        .build()
        .unwrap();
    let customs = KeepAnswers::new(Customs::new(client, clock()), clock());
    let calls = async |query: &CustomsQuery| {
        let cx = context();
        customs.query(&cx, query).await.unwrap();
        cx.meter.calls().customs_calls
    };
    let code = CustomsQuery::new("API009", [("flcoSgn", "KE")].into_iter().collect());
    let cargo = question(&[("cargMtNo", "20OZ007835I00012577")]);
    assert_eq!((calls(&code).await, calls(&code).await), (1, 0));
    assert_eq!((calls(&cargo).await, calls(&cargo).await), (1, 1));
    tokio::time::advance(std::time::Duration::from_secs(7 * 24 * 3600)).await;
    assert_eq!(calls(&code).await, 1);
}

#[test]
fn the_client_is_shared_behind_the_trait() {
    let client = Client::builder(Arc::new(ScriptedTransport::new()))
        .key("API001", KEY)
        .build()
        .unwrap();
    assert!(!format!("{client:?}").contains(KEY));
}
