//! The console's pages and forms, as a browser asks for them.

use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use customs_core::{
    AuditLog as _, CallContext, ClaimRequest, Clock as _, CustomsQuery, DueRecord, EpisodeFilter, Error,
    ErrorKind, ErrorReport, ErrorReporter as _, ErrorRow, JobLedger as _, LedgerReader as _, RecordKey,
    RecordLedger as _, SettleRequest, Settled, Settlement, Stage, SystemClock, Trigger, UrgentQueue as _,
};

use crate::rig::{Answer, CANARY, Rig};

/// A browser with a cookie.
struct Browser<'a> {
    rig: &'a Rig,
    cookie: String,
}

fn form(fields: &[(&str, &str)]) -> String {
    let text = |s: &str| s.bytes().map(|b| format!("%{b:02X}")).collect::<String>();
    fields
        .iter()
        .map(|(n, v)| format!("{n}={}", text(v)))
        .collect::<Vec<_>>()
        .join("&")
}

impl<'a> Browser<'a> {
    fn new(rig: &'a Rig) -> Self {
        Self {
            rig,
            cookie: String::new(),
        }
    }

    async fn signed_in(rig: &'a Rig) -> Self {
        let mut browser = Self::new(rig);
        let answer = browser.post("/console/sign-in", &[("key", CANARY)]).await;
        assert_eq!(
            (answer.status, answer.header("location")),
            (StatusCode::SEE_OTHER, Some("/console"))
        );
        let cookie = answer.header("set-cookie").unwrap();
        assert!(
            cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"),
            "{cookie}"
        );
        browser.cookie = cookie.split(';').next().unwrap().to_owned();
        browser
    }

    async fn get(&self, path: &str) -> Answer {
        let request = Request::get(path).header("cookie", &self.cookie);
        self.rig.send(request.body(Body::empty()).unwrap()).await
    }

    /// A page that is there.
    async fn page(&self, path: &str) -> String {
        let answer = self.get(path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.body);
        let policy = answer.header("content-security-policy").unwrap();
        assert!(
            policy.starts_with("default-src 'none'") && !policy.contains("unsafe"),
            "{policy}"
        );
        for foreign in ["<script", " style=", " onclick=", "http://", "https://"] {
            assert!(!answer.body.contains(foreign), "{path} holds {foreign}");
        }
        answer.body
    }

    async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let request = Request::post(path)
            .header("cookie", &self.cookie)
            .header("content-type", "application/x-www-form-urlencoded");
        self.rig
            .send(request.body(Body::from(form(fields))).unwrap())
            .await
    }

    async fn token(&self) -> String {
        let page = self.page("/console").await;
        page.split("name=\"form_token\" value=\"")
            .nth(1)
            .unwrap()
            .split('"')
            .next()
            .unwrap()
            .to_owned()
    }

    /// Sends a form with the token of its page.
    async fn act(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let token = self.token().await;
        let mut all = vec![("form_token", token.as_str())];
        all.extend_from_slice(fields);
        self.post(path, &all).await
    }
}

async fn acts(rig: &Rig) -> Vec<(String, String)> {
    let acts = rig.audit.acts(99).await.unwrap();
    assert!(acts.iter().all(|a| a.by == "erp"), "{acts:?}");
    acts.into_iter().map(|a| (a.act, a.subject)).collect()
}

fn noted(act: &str, subject: &str) -> (String, String) {
    (act.to_owned(), subject.to_owned())
}

#[tokio::test]
async fn whoever_is_not_signed_in_is_led_to_the_door() {
    let rig = Rig::new();
    let guest = Browser::new(&rig);
    for path in [
        "/console",
        "/console/runs/x",
        "/console/requests/x",
        "/console/episodes/1",
        "/console/record?key=1",
        "/console/records",
    ] {
        let answer = guest.get(path).await;
        assert_eq!(
            (answer.status, answer.header("location")),
            (StatusCode::SEE_OTHER, Some("/console/sign-in")),
            "{path}"
        );
    }
    for path in [
        "/console/run",
        "/console/pause",
        "/console/episodes/1/close",
        "/console/episodes/1/retry",
    ] {
        let answer = guest
            .post(
                path,
                &[("form_token", "x"), ("job", "1000/export"), ("act", "pause")],
            )
            .await;
        assert_eq!(answer.header("location"), Some("/console/sign-in"), "{path}");
    }
    assert_eq!(rig.queue.waiting().await.unwrap(), 0);
    let door = guest.page("/console/sign-in").await;
    assert!(door.contains("type=\"password\""), "{door}");
    assert_eq!(guest.get("/").await.header("location"), Some("/console"));
    assert_eq!(guest.get("/console/style.css").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_wrong_key_does_not_open_and_guessing_is_slow() {
    let rig = Rig::new();
    let guest = Browser::new(&rig);
    let mut statuses = Vec::new();
    for _ in 0..12 {
        let answer = guest.post("/console/sign-in", &[("key", "wrong")]).await;
        assert_eq!(answer.header("set-cookie"), None);
        statuses.push(answer.status.as_u16());
    }
    assert_eq!((statuses[0], statuses[11]), (401, 429), "{statuses:?}");
    Browser::signed_in(&rig).await;
    assert_eq!(acts(&rig).await, [noted("sign_in", "")]);
}

#[tokio::test]
async fn runs_are_asked_for_and_written_down() {
    let rig = Rig::new();
    let browser = Browser::signed_in(&rig).await;
    let said = browser.act("/console/run", &[("job", "1000/export")]).await;
    assert_eq!(said.header("location"), Some("/console?said=accepted"));
    let pasted = "111, 222\n333\t111";
    browser
        .act(
            "/console/run",
            &[("job", "1000/import-cargo"), ("numbers", pasted)],
        )
        .await;
    let rows = rig.queue.recent(9).await.unwrap();
    let mut asked: Vec<(String, usize)> = rows
        .iter()
        .map(|r| (r.request.job.to_string(), r.request.keys.len()))
        .collect();
    asked.sort();
    assert_eq!(asked, [("export".to_owned(), 0), ("import-cargo".to_owned(), 3)]);
    assert_eq!(
        acts(&rig).await,
        [
            noted("run", "1000/import-cargo: 111 222 333 111"),
            noted("run", "1000/export"),
            noted("sign_in", "")
        ]
    );
    let page = browser.page("/console?said=accepted").await;
    assert!(
        page.contains("The request was kept.") && page.contains("http-equiv=\"refresh\""),
        "{page}"
    );
    let id = rows
        .iter()
        .find(|r| r.request.keys.len() == 3)
        .unwrap()
        .request
        .id
        .clone();
    let page = browser.page(&format!("/console/requests/{id}")).await;
    assert!(
        page.contains("1000/222") && page.contains("key=1000%2F222"),
        "{page}"
    );
    let refused = browser.act("/console/run", &[("job", "1000/nothing")]).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    assert!(refused.body.contains("there is no such job"));
}

#[tokio::test]
async fn a_form_of_another_page_is_refused_and_does_nothing() {
    let rig = Rig::new();
    let browser = Browser::signed_in(&rig).await;
    for token in ["", "0", &"0".repeat(64)] {
        for path in [
            "/console/run",
            "/console/pause",
            "/console/sign-out",
            "/console/episodes/1/close",
        ] {
            let answer = browser
                .post(
                    path,
                    &[("form_token", token), ("job", "1000/export"), ("act", "pause")],
                )
                .await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path} {token}");
        }
    }
    assert_eq!(rig.queue.waiting().await.unwrap(), 0);
    assert_eq!(acts(&rig).await, [noted("sign_in", "")]);
    let gone = browser.act("/console/sign-out", &[]).await;
    assert!(gone.header("set-cookie").unwrap().contains("Max-Age=0"));
}

#[tokio::test]
async fn jobs_are_paused_and_resumed() {
    let rig = Rig::new();
    let browser = Browser::signed_in(&rig).await;
    browser
        .act("/console/pause", &[("job", "1000/export"), ("act", "pause")])
        .await;
    let paused = rig.ledger.jobs().await.unwrap();
    assert_eq!(
        paused
            .iter()
            .filter(|j| j.pause.as_ref().is_some_and(|p| p.by == "erp"))
            .count(),
        1
    );
    assert!(browser.page("/console").await.contains("value=\"resume\""));
    browser
        .act("/console/pause", &[("job", "1000/export"), ("act", "resume")])
        .await;
    assert!(rig.ledger.jobs().await.unwrap().iter().all(|j| j.pause.is_none()));
    let unknown = browser
        .act("/console/pause", &[("job", "x/y"), ("act", "pause")])
        .await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    assert_eq!(acts(&rig).await.len(), 3);
}

/// Reports an error whose text would be a page of its own.
async fn with_error(rig: &Rig, key: Option<&str>) -> u64 {
    let cx = CallContext::new("1000".into(), "export".into(), "run-1".into());
    let error = Error::new(ErrorKind::Unavailable, "<script>alert('x')</script>").code("connect");
    let at = "2026-11-23T03:17:05Z".parse().unwrap();
    let report = ErrorReport::new(at, key.map(Into::into), ErrorRow::new(Stage::Fetch, &error));
    rig.ledger.report(&cx, &report).await;
    let filter = EpisodeFilter {
        open: true,
        limit: 9,
        ..EpisodeFilter::default()
    };
    rig.ledger.episodes(&filter).await.unwrap()[0].no
}

#[tokio::test]
async fn an_error_is_looked_at_retried_and_closed() {
    let rig = Rig::new();
    let browser = Browser::signed_in(&rig).await;
    let no = with_error(&rig, Some("1000/7 <b>")).await;
    let page = browser.page("/console").await;
    assert!(
        page.contains("connect") && page.contains("&#60;script&#62;"),
        "{page}"
    );
    let page = browser.page(&format!("/console/episodes/{no}")).await;
    assert!(page.contains("1000/7 &#60;b&#62;"), "{page}");
    let record = browser.page("/console/record?key=1000%2F7%20%3Cb%3E").await;
    assert!(record.contains("connect") && record.contains("run-1"), "{record}");

    browser.act(&format!("/console/episodes/{no}/retry"), &[]).await;
    let rows = rig.queue.recent(9).await.unwrap();
    assert_eq!(rows[0].request.keys, ["1000/7 <b>".into()], "the key as it is");
    let closed = browser.act(&format!("/console/episodes/{no}/close"), &[]).await;
    assert_eq!(closed.header("location"), Some("/console?said=closed"));
    let page = browser.page("/console").await;
    assert!(page.contains("No error is open."), "{page}");
    let page = browser.page(&format!("/console/episodes/{no}")).await;
    assert!(
        page.contains("id=\"closed\"") && !page.contains("id=\"retry\""),
        "{page}"
    );
    let again = browser.act(&format!("/console/episodes/{no}/close"), &[]).await;
    assert_eq!(again.status, StatusCode::NOT_FOUND);
    assert!(acts(&rig).await.contains(&noted("close", &format!("#{no}"))));
}

#[tokio::test]
async fn an_error_of_no_record_is_retried_by_a_full_run() {
    let rig = Rig::new();
    let browser = Browser::signed_in(&rig).await;
    let no = with_error(&rig, None).await;
    browser.act(&format!("/console/episodes/{no}/retry"), &[]).await;
    let rows = rig.queue.recent(9).await.unwrap();
    assert!(rows[0].request.keys.is_empty() && rows[0].request.job.as_str() == "export");
}

#[tokio::test]
async fn the_console_speaks_korean() {
    let rig = Rig::new();
    let mut browser = Browser::signed_in(&rig).await;
    let chosen = browser.post("/console/language", &[("lang", "ko")]).await;
    let lang = chosen
        .header("set-cookie")
        .unwrap()
        .split(';')
        .next()
        .unwrap()
        .to_owned();
    browser.cookie = format!("{}; {lang}", browser.cookie);
    let page = browser.page("/console").await;
    assert!(
        page.contains("<html lang=\"ko\">")
            && page.contains("긴급 요청")
            && page.contains("미해결 오류가 없습니다."),
        "{page}"
    );
    assert!(
        browser
            .page("/console/record?key=1")
            .await
            .contains("원장에 기록이 없습니다.")
    );
}

#[tokio::test]
async fn what_is_not_there_is_said() {
    let rig = Rig::new();
    let browser = Browser::signed_in(&rig).await;
    for path in [
        "/console/runs/none",
        "/console/requests/none",
        "/console/episodes/99",
    ] {
        assert_eq!(browser.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    let page = browser.page("/console").await;
    assert!(
        page.contains("API001") && page.contains("50000"),
        "the calls of today: {page}"
    );
}

/// Settles records that wait: 60 until their next look, one in quarantine, one due.
async fn with_waiting_records(rig: &Rig) {
    let keys: Vec<RecordKey> = (0..62)
        .map(|n| format!("1000/{n:02} <b>").as_str().into())
        .collect();
    let (cx, fence) = rig.begin("import-cargo", Trigger::Keys(keys.clone())).await;
    let claim = ClaimRequest {
        chunk: 0,
        fence,
        owner: "w",
        keys: &keys,
        ttl: Duration::from_secs(60),
    };
    rig.ledger.claim(&cx, claim).await.unwrap();
    let later = |hours| SystemClock.now() + Duration::from_secs(3600 * hours);
    let settlements: Vec<Settlement> = keys
        .iter()
        .enumerate()
        .map(|(n, key)| {
            let query = CustomsQuery::new("API001", [("cargMtNo", "C")].into_iter().collect());
            let record = DueRecord {
                key: key.clone(),
                query,
                priority: customs_core::Priority::Normal,
                origin: customs_core::Fields::default(),
                current: None,
            };
            let mut settlement = Settlement::new(record, Settled::NotFound);
            match n {
                60 => {
                    let error = Error::new(ErrorKind::Unavailable, "x").code("bad");
                    settlement.settled = Settled::Failed(ErrorRow::new(Stage::Query, &error));
                    settlement.quarantined_until = Some(later(2));
                }
                61 => {}
                n => settlement.next_look = Some(later(1 + n as u64)),
            }
            settlement
        })
        .collect();
    let settle = SettleRequest {
        chunk: 0,
        fence,
        owner: "w",
        at: SystemClock.now(),
        settlements: &settlements,
        calls: customs_core::Calls::default(),
        withhold: &[],
    };
    rig.ledger.settle(&cx, settle).await.unwrap();
}

#[tokio::test]
async fn what_waits_is_listed_page_by_page() {
    let rig = Rig::new();
    let browser = Browser::signed_in(&rig).await;
    for what in ["", "?what=due", "?what=resting", "?what=quarantined"] {
        let page = browser.page(&format!("/console/records{what}")).await;
        assert!(page.contains("id=\"no-records\""), "{page}");
    }
    with_waiting_records(&rig).await;
    let overview = browser.page("/console").await;
    assert!(
        overview.contains("href=\"/console/records?what=quarantined\""),
        "{overview}"
    );
    let page = browser.page("/console/records").await;
    assert!(
        page.contains("1000/60 &#60;b&#62;") && page.contains("failed: bad"),
        "{page}"
    );
    assert_eq!(page.matches("/console/record?key=").count(), 1, "{page}");
    let page = browser.page("/console/records?what=due").await;
    assert_eq!(page.matches("/console/record?key=").count(), 1, "{page}");
    assert!(
        page.contains("1000/61") && page.contains("aria-current=\"page\""),
        "{page}"
    );

    let first = browser.page("/console/records?what=resting").await;
    assert_eq!(first.matches("/console/record?key=").count(), 50);
    assert!(first.contains("1000/00") && !first.contains("1000/50"), "{first}");
    let next = first.split("id=\"next-page\" href=\"").nth(1).unwrap();
    let next = next.split('"').next().unwrap().replace("&amp;", "&");
    let second = browser.page(&next).await;
    assert_eq!(second.matches("/console/record?key=").count(), 10, "{second}");
    assert!(
        second.contains("1000/50") && second.contains("1000/59"),
        "{second}"
    );
    assert!(!second.contains("id=\"next-page\""), "{second}");

    let refused = browser.get("/console/records?what=nothing").await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
}

/// The values of an attribute, in the order of a page.
fn values<'a>(page: &'a str, attribute: &str) -> Vec<&'a str> {
    let begins = format!(" {attribute}=\"");
    page.split(begins.as_str())
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap())
        .collect()
}

#[tokio::test]
async fn who_sees_or_clicks_nothing_can_use_the_pages() {
    let rig = Rig::new();
    let browser = Browser::signed_in(&rig).await;
    let no = with_error(&rig, Some("1000/7")).await;
    with_waiting_records(&rig).await;
    let mut titles = Vec::new();
    for path in [
        "/console",
        "/console/sign-in",
        "/console/records",
        "/console/runs/run-1",
        "/console/record?key=1000%2F7",
        &format!("/console/episodes/{no}"),
    ] {
        let page = browser.page(path).await;
        for one in [
            "<h1>",
            "<main id=\"main\"",
            "<title>",
            "<html lang=\"en\">",
            "href=\"#main\"",
        ] {
            assert_eq!(page.matches(one).count(), 1, "{path}: {one}");
        }
        assert!(page.contains("<h2>"), "{path}");
        titles.push(
            page.split("<title>")
                .nth(1)
                .unwrap()
                .split('<')
                .next()
                .unwrap()
                .to_owned(),
        );
        // Each field has a label, each list of columns names them, and each id is there once.
        let ids = values(&page, "id");
        let mut once = ids.clone();
        once.sort_unstable();
        once.dedup();
        assert_eq!(once.len(), ids.len(), "{path}: {ids:?}");
        let labels = values(&page, "for");
        for field in ["<input", "<textarea", "<select"] {
            for tag in page
                .split(field)
                .skip(1)
                .map(|rest| rest.split('>').next().unwrap())
            {
                let id = values(tag, "id");
                let is_named = tag.contains("type=\"hidden\"")
                    || id.iter().all(|id| labels.contains(id)) && !id.is_empty();
                assert!(is_named, "{path}: {field}{tag}");
            }
        }
        assert_eq!(
            page.matches("<thead>").count(),
            page.matches("<thead><tr><th scope=\"col\"").count()
        );
        for picture in page.split("<svg").skip(1) {
            let tag = picture.split('>').next().unwrap();
            assert!(
                tag.contains("aria-hidden") || tag.contains("role=\"img\" aria-labelledby"),
                "{tag}"
            );
        }
    }
    let mut once = titles.clone();
    once.sort_unstable();
    once.dedup();
    assert_eq!(once.len(), titles.len(), "pages can be told apart: {titles:?}");
}

/// How much two colours differ, as WCAG 2 counts it.
fn contrast(a: &str, b: &str) -> f64 {
    let light = |colour: &str| {
        let digits = colour.trim_start_matches('#');
        let digits: String = match digits.len() {
            3 => digits.chars().flat_map(|c| [c, c]).collect(),
            _ => digits.to_owned(),
        };
        let part = |at: usize| {
            let value = f64::from(u8::from_str_radix(&digits[at..at + 2], 16).unwrap()) / 255.0;
            if value <= 0.04045 {
                value / 12.92
            } else {
                ((value + 0.055) / 1.055).powf(2.4)
            }
        };
        0.2126 * part(0) + 0.7152 * part(2) + 0.0722 * part(4)
    };
    let (a, b) = (light(a), light(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

#[tokio::test]
async fn texts_can_be_read_by_day_and_by_night() {
    let rig = Rig::new();
    let css = Browser::new(&rig).get("/console/style.css").await.body;
    let palettes: Vec<&str> = css
        .split(":root {")
        .skip(1)
        .map(|rest| rest.split('}').next().unwrap())
        .collect();
    assert_eq!(palettes.len(), 2, "one for light, one for dark");
    for palette in palettes {
        let colour = |name: &str| {
            let rest = palette.split(&format!("--{name}: ")).nth(1).unwrap();
            rest.split(';').next().unwrap().trim()
        };
        for text in ["ink", "accent", "bad", "good"] {
            for ground in ["paper", "soft"] {
                let ratio = contrast(colour(text), colour(ground));
                assert!(ratio >= 4.5, "{text} on {ground}: {ratio:.2} in {palette}");
            }
        }
    }
    assert!((contrast("#000", "#fff") - 21.0).abs() < 0.01);
}
