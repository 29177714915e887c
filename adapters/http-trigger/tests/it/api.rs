use std::sync::Arc;

use async_trait::async_trait;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use customs_core::{
    Calls, CustomsQuery, DeferReason, DueRecord, Error, ErrorKind, Fields, Instance, PlanTotals, Rate,
    Receipt, RecordLedger as _, RecordOutcome, RequestDone, RequestId, RequestRow, RunLedger as _,
    SettleRequest, Settled, Settlement, TakeRequests, Tally, Trigger, UrgentQueue, UrgentRequest,
};
use customs_http_trigger::Limits;
use serde_json::json;

use crate::rig::{CANARY, Rig};

const USERS: &str = r#"{"API":[{"Type":"API","Data":["11111","22222","33333"]}]}"#;

#[tokio::test]
async fn the_users_body_is_kept_and_answered_as_ever() {
    let rig = Rig::new();
    let answer = rig.ask("POST", "/runs", USERS).await;
    assert_eq!(
        (answer.status, answer.body.as_str()),
        (StatusCode::OK, "\"job success\"")
    );
    assert_eq!(answer.header("content-type"), Some("application/json"));
    let rows = rig.queue.recent(9).await.unwrap();
    assert_eq!(rows.len(), 1);
    let request = &rows[0].request;
    let keys: Vec<_> = request.keys.iter().map(|k| k.as_str()).collect();
    assert_eq!(keys, ["1000/11111", "1000/22222", "1000/33333"]);
    assert_eq!(
        (request.by.as_str(), request.job.as_str()),
        ("erp", "import-cargo")
    );
}

#[tokio::test]
async fn the_modern_form_has_a_status_resource() {
    let rig = Rig::new();
    let body = r#"{"keys":["1000/7",8],"job":"export"}"#;
    let answer = rig.ask("POST", "/runs", body).await;
    assert_eq!(answer.status, StatusCode::ACCEPTED);
    let accepted = answer.json();
    let href = accepted["href"].as_str().unwrap();
    assert_eq!(answer.header("location"), Some(href));
    let waiting = rig.ask("GET", href, "").await.json();
    assert_eq!(
        (&waiting["status"], &waiting["keys"], &waiting["receipt"]),
        (&json!("waiting"), &json!(["1000/7", "1000/8"]), &json!(null))
    );

    let me = Instance::new("host", false);
    let jobs = [("1000".into(), "export".into())];
    let take = TakeRequests {
        instance: &me,
        jobs: &jobs,
        limit: 9,
        lease: std::time::Duration::from_secs(60),
        alone: false,
    };
    let taken = rig.queue.take(take).await.unwrap();
    let running = rig.ask("GET", href, "").await.json();
    assert_eq!(running["status"], "running");
    let tally = Tally {
        pushed: 1,
        not_found: 1,
        ..Tally::default()
    };
    let outcome = |key: &str, outcome: &str| RecordOutcome {
        key: key.into(),
        outcome: outcome.to_owned(),
        reason: None,
        message: None,
    };
    let done = RequestDone {
        at: "2026-11-23T03:17:05Z".parse().unwrap(),
        receipt: Receipt::draw_up("run-1".into(), 2, tally, 5, None),
        records: vec![outcome("1000/7", "pushed"), outcome("1000/8", "not_found")],
    };
    rig.queue.finish(&taken[0].id, &me, &done).await.unwrap();
    let done = rig.ask("GET", href, "").await.json();
    assert_eq!(done["status"], "done");
    assert_eq!(
        done["records"],
        json!([{"key": "1000/7", "outcome": "pushed"}, {"key": "1000/8", "outcome": "not_found"}])
    );
    assert_eq!(done["receipt"]["pushed"], 1);
}

#[tokio::test]
async fn runs_are_shown() {
    let rig = Rig::new();
    let (cx, fence) = rig.begin("import-cargo", Trigger::Schedule).await;
    let totals = PlanTotals::default();
    rig.ledger
        .dispatched(&cx, fence, &totals, std::time::Duration::from_secs(60))
        .await
        .unwrap();
    rig.ledger
        .close(&cx, fence, Calls::default(), None)
        .await
        .unwrap();
    rig.ask("POST", "/runs", USERS).await;
    let both = rig.ask("GET", "/runs?limit=5", "").await.json();
    assert_eq!(both["runs"][0]["id"], "run-1");
    assert_eq!(both["requests"][0]["status"], "waiting");
    let mut one = rig.ask("GET", "/runs/run-1", "").await.json();
    assert_eq!((&one["records"], &one["next"]), (&json!([]), &json!(null)));
    let one = {
        let fields = one.as_object_mut().unwrap();
        fields.retain(|name, _| !matches!(name.as_str(), "records" | "next"));
        one
    };
    assert_eq!(one, both["runs"][0]);
    assert_eq!(
        (&one["status"], &one["receipt"]["balanced"]),
        (&json!("succeeded"), &json!(true))
    );
}

/// What became of each record, a page at a time.
#[tokio::test]
async fn a_run_tells_what_became_of_each_record() {
    let rig = Rig::new();
    let (cx, fence) = rig.begin("import-cargo", Trigger::Schedule).await;
    let deferred = |number: usize| {
        let record = DueRecord {
            key: format!("1000/{number}").into(),
            query: CustomsQuery::new("API001", Fields::new()),
            priority: Default::default(),
            origin: Fields::new(),
            current: None,
        };
        Settlement::new(record, Settled::Deferred(DeferReason::Quota))
    };
    for chunk in 0..3 {
        let settlements: Vec<_> = (chunk * 600..(chunk + 1) * 600).map(deferred).collect();
        let request = SettleRequest {
            chunk: chunk as u32,
            fence,
            owner: "owner",
            at: "2026-11-23T03:17:05Z".parse().unwrap(),
            settlements: &settlements,
            calls: Calls::default(),
            withhold: &[],
        };
        rig.ledger.settle(&cx, request).await.unwrap();
    }
    let first = rig.ask("GET", "/runs/run-1", "").await.json();
    let records = first["records"].as_array().unwrap();
    assert_eq!(
        records.len(),
        1200,
        "pages end between those that were settled at once"
    );
    assert_eq!(
        records[599],
        json!({"key": "1000/599", "outcome": "deferred", "reason": "quota"})
    );
    let next = first["next"].as_str().unwrap();
    let second = rig.ask("GET", next, "").await.json();
    assert_eq!(second["records"][0]["key"], "1000/1200");
    assert_eq!(
        (second["records"].as_array().unwrap().len(), &second["next"]),
        (600, &json!(null))
    );
    for wrong in ["/runs/run-1?after=x", "/runs/run-1?before=1"] {
        assert_eq!(
            rig.ask("GET", wrong, "").await.error(),
            (400, "bad_query".to_owned())
        );
    }
}

#[tokio::test]
async fn without_a_key_nobody_gets_in_and_nothing_is_kept() {
    let rig = Rig::new();
    for (method, path) in [("POST", "/runs"), ("GET", "/runs"), ("GET", "/runs/x")] {
        for key in [
            None,
            Some(""),
            Some("wrong"),
            Some("canary-api-key-8d2"),
            Some("\u{e9}"),
        ] {
            let mut request = Request::builder().method(method).uri(path);
            if let Some(key) = key {
                request = request.header("x-api-key", key.as_bytes());
            }
            let answer = rig.send(request.body(Body::from(USERS)).unwrap()).await;
            assert_eq!(
                answer.error(),
                (401, "unauthorized".to_owned()),
                "{method} {path} {key:?}"
            );
            assert_eq!(answer.header("www-authenticate"), Some("ApiKey"));
        }
    }
    assert_eq!(rig.queue.waiting().await.unwrap(), 0);
    for path in ["/healthz", "/readyz", "/metrics", "/openapi.json"] {
        let request = Request::get(path).body(Body::empty()).unwrap();
        assert_eq!(rig.send(request).await.status, StatusCode::OK, "{path}");
    }
}

#[tokio::test]
async fn what_cannot_be_used_says_why_and_nothing_is_kept() {
    let rig = Rig::new();
    for (body, code, text) in [
        ("", "bad_body", "EOF"),
        ("job", "bad_body", "expected value"),
        (
            r#"{"API":[{"Type":"API","Data":[{}]}]}"#,
            "bad_body",
            "API[0].Data[0]",
        ),
        (
            r#"{"API":[{"Type":"API","Data":[]}]}"#,
            "no_numbers",
            "names no record",
        ),
        (r#"{"API":[]}"#, "no_numbers", "names no record"),
        (
            r#"{"API":[{"Type":"SMS","Data":["1"]}]}"#,
            "unknown_job",
            "there are: API, EXP",
        ),
        (
            r#"{"keys":["1"]}"#,
            "unknown_job",
            "1000/import-cargo, 1000/export",
        ),
        (
            r#"{"keys":["1"],"job":"x"}"#,
            "unknown_job",
            "there is no such job",
        ),
        (
            r#"{"keys":[" "],"job":"export"}"#,
            "bad_number",
            "names no record",
        ),
    ] {
        let answer = rig.ask("POST", "/runs", body).await;
        assert_eq!(answer.error(), (400, code.to_owned()), "{body}");
        let message = answer.json()["error"]["message"].as_str().unwrap().to_owned();
        assert!(message.contains(text), "{body}: {message}");
    }
    assert_eq!(rig.queue.waiting().await.unwrap(), 0);
    for query in ["limit=0", "limit=501", "limit=x", "limits=1"] {
        let answer = rig.ask("GET", &format!("/runs?{query}"), "").await;
        assert_eq!(answer.error(), (400, "bad_query".to_owned()), "{query}");
    }
}

#[tokio::test]
async fn too_large_is_413_whether_it_is_announced_or_not() {
    let limits = Limits {
        body: 100,
        ..Limits::default()
    };
    let rig = Rig::with(limits, None);
    let large = format!("{{\"keys\":[\"{}\"]}}", "1".repeat(100));
    let answer = rig.ask("POST", "/runs", large.clone()).await;
    assert_eq!(answer.error(), (413, "too_large".to_owned()));
    assert_eq!(rig.ask("POST", "/runs", USERS).await.status, StatusCode::OK);
}

#[tokio::test]
async fn too_many_is_429_and_says_when_to_come_back() {
    let limits = Limits {
        rate: Rate {
            per_second: 0.001,
            burst: 2,
        },
        ..Limits::default()
    };
    let rig = Rig::with(limits, None);
    for _ in 0..2 {
        assert_eq!(rig.ask("GET", "/runs", "").await.status, StatusCode::OK);
    }
    let answer = rig.ask("POST", "/runs", USERS).await;
    assert_eq!(answer.error(), (429, "too_many_requests".to_owned()));
    let wait: u64 = answer.header("retry-after").unwrap().parse().unwrap();
    assert!((900..=1001).contains(&wait), "{wait}");
    assert_eq!(rig.queue.waiting().await.unwrap(), 0);
}

#[tokio::test]
async fn other_paths_and_methods() {
    let rig = Rig::new();
    for path in ["/runs/", "/runs/a/b", "/run", "/runs/none"] {
        assert_eq!(
            rig.ask("GET", path, "").await.error(),
            (404, "not_found".to_owned()),
            "{path}"
        );
    }
    for (method, path) in [
        ("PUT", "/runs"),
        ("DELETE", "/runs/x"),
        ("POST", "/healthz"),
        ("PATCH", "/metrics"),
    ] {
        let answer = rig.ask(method, path, "").await;
        assert_eq!(
            answer.error(),
            (405, "method_not_allowed".to_owned()),
            "{method} {path}"
        );
        assert!(answer.header("allow").is_some(), "{method} {path}");
    }
}

#[tokio::test]
async fn pages_of_named_origins_may_ask_and_no_others() {
    let rig = Rig::new();
    let preflight = |origin: &'static str| {
        Request::builder()
            .method("OPTIONS")
            .uri("/runs")
            .header("origin", origin)
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", "x-api-key")
            .body(Body::empty())
            .unwrap()
    };
    let answer = rig.send(preflight("https://erp.example")).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
    assert_eq!(
        answer.header("access-control-allow-origin"),
        Some("https://erp.example")
    );
    assert_eq!(
        answer.header("access-control-allow-headers"),
        Some("content-type, x-api-key")
    );
    for other in ["https://erp.example.evil.example", "http://erp.example", "null"] {
        let answer = rig.send(preflight(other)).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
        assert_eq!(answer.header("access-control-allow-origin"), None, "{other}");
    }
    let request = Request::post("/runs")
        .header("x-api-key", CANARY)
        .header("origin", "https://erp.example")
        .body(Body::from(USERS))
        .unwrap();
    let answer = rig.send(request).await;
    assert_eq!(
        answer.header("access-control-allow-origin"),
        Some("https://erp.example")
    );
    assert_eq!(answer.header("vary"), Some("Origin"));
}

/// A queue whose database is away.
#[derive(Debug)]
struct Away;

fn away<T>() -> customs_core::Result<T> {
    Err(Error::new(ErrorKind::Ledger, "connection refused: postgres://secret@db").transient())
}

#[async_trait]
impl UrgentQueue for Away {
    async fn accept(&self, _: &[UrgentRequest]) -> customs_core::Result<()> {
        away()
    }
    async fn take(&self, _: TakeRequests<'_>) -> customs_core::Result<Vec<UrgentRequest>> {
        away()
    }
    async fn release(&self, _: &RequestId, _: &Instance) -> customs_core::Result<()> {
        away()
    }
    async fn finish(&self, _: &RequestId, _: &Instance, _: &RequestDone) -> customs_core::Result<()> {
        away()
    }
    async fn find(&self, _: &RequestId) -> customs_core::Result<Option<RequestRow>> {
        away()
    }
    async fn recent(&self, _: u32) -> customs_core::Result<Vec<RequestRow>> {
        away()
    }
    async fn waiting(&self) -> customs_core::Result<u64> {
        away()
    }
    async fn forget(&self, _: jiff::Timestamp) -> customs_core::Result<u64> {
        away()
    }
}

#[tokio::test]
async fn without_the_ledger_nothing_is_promised() {
    let rig = Rig::with(Limits::default(), Some(Arc::new(Away)));
    for (method, path) in [
        ("POST", "/runs"),
        ("GET", "/runs"),
        ("GET", "/runs/x"),
        ("GET", "/readyz"),
    ] {
        let answer = rig.ask(method, path, USERS).await;
        assert_eq!(answer.error(), (503, "unavailable".to_owned()), "{method} {path}");
        assert_eq!(answer.header("retry-after"), Some("5"));
        assert!(!answer.body.contains("postgres"), "{}", answer.body);
    }
    assert_eq!(
        rig.ask("GET", "/healthz", "").await.status,
        StatusCode::OK,
        "the process lives"
    );
    let metrics = rig.ask("GET", "/metrics", "").await;
    assert_eq!(metrics.status, StatusCode::OK);
    assert!(!metrics.body.contains("customs_urgent_requests_waiting"));
}

#[tokio::test]
async fn metrics_are_what_prometheus_reads() {
    let rig = Rig::new();
    rig.ask("POST", "/runs", USERS).await;
    let answer = rig.ask("GET", "/metrics", "").await;
    assert_eq!(
        answer.header("content-type"),
        Some("text/plain; version=0.0.4; charset=utf-8")
    );
    for line in answer.body.lines() {
        let known = line.starts_with("# HELP customs_")
            || line.starts_with("# TYPE customs_")
            || (line.starts_with("customs_") && line.rsplit_once(' ').unwrap().1.parse::<f64>().is_ok());
        assert!(known, "{line}");
    }
    let wanted = "customs_runs_total{company=\"1000\",job=\"import-cargo\",outcome=\"succeeded\"} 0\n";
    assert!(answer.body.contains(wanted), "{}", answer.body);
    assert!(answer.body.contains("\ncustoms_urgent_requests_waiting 1\n"));
    assert!(!answer.body.contains("11111"), "no record's number");
}

#[tokio::test]
async fn answers_are_not_kept_nor_guessed_at() {
    let rig = Rig::new();
    let answer = rig.ask("GET", "/runs", "").await;
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
}
