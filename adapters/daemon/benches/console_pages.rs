//! What the console's pages cost on a large ledger: `cargo bench -p customs-daemon --bench console_pages`.
//!
//! A SQLite ledger with a million records, ten thousand runs, 300,000 errors in 40 episodes (20 of them open), a million changes of
//! records and ten thousand urgent requests, beside an empty one. Each page is asked for in this process, without sockets, on
//! each ledger in turn. The measure is the processor's time of the whole process for a page, the database's threads included: the
//! median of some rounds. The bar: no page costs more than ten times what it costs on the empty ledger, where a page about one
//! run, record, request or episode says that there is none. The folder (about 1.5 GB) is removed afterwards.
//!
//! `CONSOLE_RECORDS` makes a smaller ledger, for a look.

use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use customs_core::{Board, Clock, DeskJob, KeyRule, SystemClock, UrgentDesk};
use customs_http_trigger::{ApiKeys, Budgets, Limits, Setup, router};
use customs_sql::SqlLedger;
use secrecy::SecretString;
use sqlx::{Connection as _, SqliteConnection};
use tower::ServiceExt as _;

#[path = "support/processor.rs"]
mod processor;
#[path = "support/verdict.rs"]
mod verdict;
use verdict::Outcome;

const BAR: f64 = 10.0;
const ROUNDS: usize = 15;
/// Requests in a round: the system tells the time in small steps.
const REQUESTS: u32 = 8;
const KEY: &str = "bench-key";

fn main() -> ExitCode {
    verdict::of(1, run())
}

/// Each page by a name, and where it is.
const PAGES: [(&str, &str); 14] = [
    ("sign-in", "/console/sign-in"),
    ("overview", "/console"),
    ("due", "/console/records?what=due"),
    ("resting", "/console/records?what=resting"),
    ("quarantined", "/console/records?what=quarantined"),
    (
        "resting, further on",
        "/console/records?what=resting&until=2026-11-24T06:00:00Z&company=1000&job=import&key=1000%2F00500000",
    ),
    ("a run", "/console/runs/run-00009990"),
    ("a run with 10,000 errors", "/console/runs/run-00009995"),
    ("a request", "/console/requests/U20261123-00009990"),
    ("a request for 1,000", "/console/requests/U20261123-00009995"),
    ("an episode", "/console/episodes/39"),
    ("the largest episode", "/console/episodes/40"),
    ("a record", "/console/record?key=1000%2F00000100"),
    ("a record that fails", "/console/record?key=1000%2F00000020"),
];

async fn run() -> Outcome<bool> {
    let folder = tempfile::tempdir()?;
    let (small, large) = (folder.path().join("empty.db"), folder.path().join("large.db"));
    let records = std::env::var("CONSOLE_RECORDS").map_or(Ok(1_000_000), |text| text.parse())?;
    let empty = Console::open(&small).await?;
    drop(Console::open(&large).await?);
    let began = tokio::time::Instant::now();
    fill(&large, records).await?;
    let full = Console::open(&large).await?;
    let mut out = std::io::stdout();
    writeln!(
        out,
        "{records} records in {:.0} s, {} MB",
        began.elapsed().as_secs_f64(),
        std::fs::metadata(&large)?.len() / 1_000_000
    )?;
    let mut is_good = true;
    for (name, path) in PAGES {
        // Both in turn, so that whatever else goes on meets both.
        let (mut cheap, mut dear) = (Vec::new(), Vec::new());
        for round in 0..=ROUNDS {
            let (a, b) = (empty.cost(path).await?, full.cost(path).await?);
            // The first round only warms up.
            if round > 0 {
                cheap.push(a);
                dear.push(b);
            }
        }
        let (cheap, dear) = (median(cheap), median(dear));
        let ratio = dear / cheap;
        is_good &= ratio <= BAR;
        writeln!(
            out,
            "{name:<26} empty {:>7.0} us, full {:>8.0} us: {ratio:>6.1} x (bar {BAR}){}",
            cheap / 1e3,
            dear / 1e3,
            if ratio <= BAR { "" } else { "  MISSED" }
        )?;
    }
    Ok(is_good)
}

fn median(mut all: Vec<f64>) -> f64 {
    all.sort_by(f64::total_cmp);
    all.get(all.len() / 2).copied().unwrap_or_default()
}

/// Nanoseconds that all threads of this process have worked.
fn worked() -> Outcome<u64> {
    // A thread that goes on has its time counted only when the scheduler looks at it.
    std::thread::yield_now();
    processor::worked("self")
}

struct Console {
    router: Router,
    cookie: String,
}

impl Console {
    async fn open(file: &Path) -> Outcome<Self> {
        let ledger = Arc::new(SqlLedger::open(&format!("sqlite:{}", file.display())).await?);
        ledger.migrate().await?;
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let mut jobs = Vec::new();
        for job in ["import", "export"] {
            jobs.push(DeskJob {
                company: "1000".into(),
                job: job.into(),
                kind: job.to_owned(),
                rule: KeyRule::new("{company}/{number}".parse()?)?,
            });
        }
        let lines = jobs
            .iter()
            .map(|j| (j.company.clone(), j.job.clone(), "every 5m".to_owned()));
        let router = router(Setup {
            board: Board::new(lines),
            desk: UrgentDesk::new(jobs, ledger.clone(), clock.clone()),
            reader: ledger.clone(),
            episodes: ledger.clone(),
            jobs: ledger.clone(),
            audit: ledger.clone(),
            budgets: Some(Budgets {
                ledger: ledger.clone(),
                services: vec![("API001".to_owned(), Some(50_000))],
            }),
            clock,
            keys: ApiKeys::new().with("bench", &SecretString::from(KEY.to_owned())),
            origins: Vec::new(),
            limits: Limits::default(),
        });
        let form = Request::post("/console/sign-in")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(format!("key={KEY}")))?;
        let answer = router.clone().oneshot(form).await?;
        let cookie = answer.headers().get(header::SET_COOKIE).ok_or("no session")?;
        let cookie = cookie.to_str()?.split(';').next().unwrap_or_default().to_owned();
        Ok(Self { router, cookie })
    }

    /// Nanoseconds of work for a page.
    async fn cost(&self, path: &str) -> Outcome<f64> {
        let before = worked()?;
        for _ in 0..REQUESTS {
            let request = Request::get(path)
                .header(header::COOKIE, &self.cookie)
                .body(Body::empty())?;
            let answer = self.router.clone().oneshot(request).await?;
            if !matches!(answer.status(), StatusCode::OK | StatusCode::NOT_FOUND) {
                return Err(format!("{path}: {}", answer.status()).into());
            }
            axum::body::to_bytes(answer.into_body(), usize::MAX).await?;
        }
        Ok((worked()? - before) as f64 / f64::from(REQUESTS))
    }
}

/// Numbers from 1 on, as a table `n (i)`.
fn numbers(last: u32) -> String {
    format!("WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < {last})")
}

/// What years of work leave behind. Of the records, 1 in 20 fails, 1 in 100 is quarantined, 1 in 10 rests and 3 in 10 have left
/// the loop.
async fn fill(file: &Path, records: u32) -> Outcome<()> {
    let mut db = SqliteConnection::connect(&format!("sqlite:{}", file.display())).await?;
    let runs = records / 100;
    let errors = records / 10 * 3;
    let statements = [
        "PRAGMA synchronous = OFF".to_owned(),
        "PRAGMA foreign_keys = OFF".to_owned(),
        "PRAGMA cache_size = -100000".to_owned(),
        "INSERT INTO job (company, job, fence) VALUES ('1000', 'import', 100000), ('1000', 'export', 100000)"
            .to_owned(),
        // The largest of the open ones holds a third of the failing records.
        format!(
            "{} INSERT INTO episode (episode_no, company, job, fingerprint, signature, stage, kind, code, message, status, errors, \
             first_seen_at, last_seen_at, last_run_id, alerted, closed_at) \
             SELECT i, '1000', 'import', printf('%032x', i), 'customs said <n>', 'query', 'unavailable', 'code-' || i, \
             'the service reports trouble of kind ' || i, CASE WHEN i > 20 THEN 'open' ELSE 'closed' END, 7500, \
             '2026-11-20T00:00:00.000Z', strftime('%Y-%m-%dT%H:%M:%fZ', '2026-11-23', i || ' minutes'), 'run-00009999', 1, \
             CASE WHEN i > 20 THEN NULL ELSE '2026-11-23T00:00:00.000Z' END FROM n",
            numbers(40)
        ),
        format!(
            "{} INSERT INTO record (company, job, record_key, verdict, observed_at, status, status_as_of, status_phase, \
             pushed_digest, pushed_observed_at, pushes, failures, strikes, quarantined_until, next_look_at, outcome, \
             outcome_reason, outcome_at, outcome_run_id, since_at, episode_no, question_digest) \
             SELECT '1000', 'import', printf('1000/%08d', i), 'found', '2026-11-23T03:00:00.000Z', '수입신고수리', \
             '2026-11-22T03:00:00.000Z', 'moving', printf('%032x', i), '2026-11-22T03:00:00.000Z', 3, \
             CASE WHEN i % 20 = 0 THEN 4 ELSE 0 END, 0, \
             CASE WHEN i % 100 = 0 THEN strftime('%Y-%m-%dT%H:%M:%fZ', '2036-11-23', (i % 86400) || ' seconds') END, \
             CASE WHEN i % 10 = 1 THEN strftime('%Y-%m-%dT%H:%M:%fZ', '2036-11-23', (i % 86400) || ' seconds') \
             WHEN i % 10 < 5 THEN '9999-12-30T22:00:00.999Z' END, \
             CASE WHEN i % 20 = 0 THEN 'failed' ELSE 'unchanged' END, CASE WHEN i % 20 = 0 THEN 'code-40' END, \
             '2026-11-23T03:00:00.000Z', 'run-00009999', '2026-11-22T03:00:00.000Z', \
             CASE WHEN i % 60 = 0 THEN 40 WHEN i % 20 = 0 THEN 21 + (i / 20) % 19 END, printf('%032x', i) FROM n",
            numbers(records)
        ),
        format!(
            "{} INSERT INTO record_event (company, job, record_key, happened_at, run_id, event, verdict) \
             SELECT '1000', 'import', printf('1000/%08d', i), '2026-11-20T03:00:00.000Z', 'run-00000001', 'answered', 'found' FROM n",
            numbers(records)
        ),
        format!(
            "{} INSERT INTO run (run_id, company, job, fence, lane, triggered_by, instance, boot, status, started_at, closed_at, \
             due, dispatched, settled, pushed, unchanged, failed, balanced, customs_calls, sap_reads, sap_writes, elapsed_ms, \
             customs_ms) \
             SELECT printf('run-%08d', i), '1000', CASE WHEN i % 3 = 0 THEN 'export' ELSE 'import' END, i, 'main', 'schedule', \
             'host', 'boot', 'succeeded', strftime('%Y-%m-%dT%H:%M:%fZ', '2026-10-20', (i * 5) || ' minutes'), \
             strftime('%Y-%m-%dT%H:%M:%fZ', '2026-10-20', (i * 5 + 2) || ' minutes'), 1000, 1000, 1000, 500, 470, 30, 1, 1000, 2, \
             5, 90000, 80000 FROM n",
            numbers(runs)
        ),
        format!(
            "{} INSERT INTO run_reason (run_id, outcome, reason, records) \
             SELECT printf('run-%08d', i / 4), 'failed', 'code-' || (i % 4), 7 FROM n WHERE i >= 4",
            numbers(runs * 4)
        ),
        // Thirty for each run, and one run in which everything fails.
        format!(
            "{} INSERT INTO error (error_id, happened_at, company, job, run_id, record_key, stage, kind, code, message, episode_no, \
             record) SELECT 'e' || i, strftime('%Y-%m-%dT%H:%M:%fZ', '2026-10-20', (i / 6) || ' minutes'), '1000', 'import', \
             CASE WHEN i % 30 = 0 THEN printf('run-%08d', {runs} - 5) ELSE printf('run-%08d', i / 30 + 1) END, \
             printf('1000/%08d', 20 * (i % {fifth} + 1)), 'query', 'unavailable', 'code-' || (i % 40), \
             'the service reports trouble of kind ' || (i % 40), CASE WHEN i % 3 = 0 THEN 40 ELSE 1 + i % 40 END, NULL FROM n",
            numbers(errors),
            fifth = records / 20
        ),
        format!(
            "{} INSERT INTO urgent_request (request_id, company, job, record_keys, requested_by, accepted_at, status, done_at, run_id, \
             receipt, outcomes) SELECT printf('U20261123-%08d', i), '1000', 'import', '[\"1000/1\",\"1000/2\",\"1000/3\"]', 'erp', \
             strftime('%Y-%m-%dT%H:%M:%fZ', '2026-10-20', (i * 5) || ' minutes'), 'done', \
             strftime('%Y-%m-%dT%H:%M:%fZ', '2026-10-20', (i * 5 + 1) || ' minutes'), 'run-00000001', \
             '{RECEIPT}', '{OUTCOMES}' FROM n",
            numbers(runs)
        ),
        // One that a retry of an episode made.
        format!(
            "UPDATE urgent_request SET record_keys = (SELECT json_group_array(printf('1000/%08d', i)) FROM ({} SELECT i FROM n)), \
             outcomes = (SELECT json_group_array(json_object('key', printf('1000/%08d', i), 'outcome', 'unchanged')) FROM ({} SELECT i FROM n)) \
             WHERE request_id = printf('U20261123-%08d', {runs} - 5)",
            numbers(1_000),
            numbers(1_000)
        ),
        format!(
            "{} INSERT INTO audit (happened_at, done_by, act, subject) \
             SELECT strftime('%Y-%m-%dT%H:%M:%fZ', '2026-10-20', (i * 5) || ' minutes'), 'erp', 'run', '1000/import' FROM n",
            numbers(runs)
        ),
        "PRAGMA wal_checkpoint(TRUNCATE)".to_owned(),
    ];
    for statement in statements {
        sqlx::raw_sql(sqlx::AssertSqlSafe(statement))
            .execute(&mut db)
            .await?;
    }
    db.close().await?;
    Ok(())
}

const RECEIPT: &str = r#"{"run_id":"run-00000001","status":"succeeded","due":3,"pushed":0,"unchanged":3,"not_found":0,"failed":0,"deferred":0,"balanced":true,"reasons":{"failed":{},"deferred":{}},"elapsed_ms":200,"customs_calls":3,"calls_saved":0,"sap_reads":1,"sap_writes":0}"#;
const OUTCOMES: &str = r#"[{"key":"1000/1","outcome":"unchanged"},{"key":"1000/2","outcome":"unchanged"},{"key":"1000/3","outcome":"unchanged"}]"#;
