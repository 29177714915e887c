//! What pages show: texts and numbers, ready to be put in their places.

use askama::Template;
use customs_core::{
    AuditEntry, Episode, JobRow, JobView, Life, Reason, RecordEvent, RequestRow, RequestStatus, RunRow,
    RunStatus, RunningView, StoredError, korean_time,
};
use jiff::Timestamp;

use super::session::Session;
use super::words::Words;

/// A time as people in Korea read it.
fn at(time: Timestamp) -> String {
    time.to_zoned(korean_time())
        .strftime("%Y-%m-%d %H:%M:%S")
        .to_string()
}

pub(super) fn maybe(time: Option<Timestamp>) -> String {
    time.map(at).unwrap_or_default()
}

fn class(status: RunStatus) -> &'static str {
    match status {
        RunStatus::Failed => "bad",
        RunStatus::Succeeded => "good",
        RunStatus::Planning | RunStatus::Dispatched | RunStatus::Skipped => "",
    }
}

pub(super) fn legend(w: &Words) -> [(&'static str, &'static str); 5] {
    [
        ("pushed", w.pushed),
        ("unchanged", w.unchanged),
        ("not-found", w.not_found),
        ("failed", w.failed),
        ("deferred", w.deferred),
    ]
}

#[derive(Template)]
#[template(path = "sign_in.html")]
pub(super) struct SignIn<'a> {
    pub(super) w: &'a Words,
    pub(super) session: Option<&'a Session>,
    pub(super) problem: &'a str,
}

#[derive(Template)]
#[template(path = "message.html")]
pub(super) struct Message<'a> {
    pub(super) w: &'a Words,
    pub(super) session: Option<&'a Session>,
    pub(super) text: &'a str,
}

#[derive(Template)]
#[template(path = "overview.html")]
pub(super) struct Overview<'a> {
    pub(super) w: &'a Words,
    pub(super) session: Option<&'a Session>,
    pub(super) token: &'a str,
    pub(super) said: &'a str,
    pub(super) busy: bool,
    pub(super) jobs: Vec<JobLine>,
    pub(super) episodes: Vec<EpisodeView>,
    pub(super) chart: String,
    pub(super) legend: [(&'static str, &'static str); 5],
    pub(super) runs: Vec<RunView>,
    pub(super) requests: Vec<RequestView>,
    pub(super) quota: Vec<(String, u64, Option<u64>)>,
    pub(super) acts: Vec<ActView>,
}

pub(super) struct JobLine {
    company: String,
    job: String,
    timetable: String,
    next: String,
    pub(super) running: Vec<RunningView>,
    last: Option<(String, &'static str, String)>,
    paused: String,
}

impl JobLine {
    pub(super) fn of(job: &JobView, known: &[JobRow]) -> Self {
        let row = known
            .iter()
            .find(|row| row.company == job.company && row.job == job.job);
        let pause = row.and_then(|row| row.pause.as_ref());
        Self {
            paused: pause
                .map(|p| format!("{} {}", at(p.at), p.by))
                .unwrap_or_default(),
            company: job.company.to_string(),
            job: job.job.to_string(),
            timetable: job.timetable.clone(),
            next: maybe(job.next_at),
            running: job.running.clone(),
            last: job.last.as_ref().map(|(when, receipt)| {
                let text = format!("{} {}", receipt.status.as_str(), at(*when));
                (receipt.run_id.to_string(), class(receipt.status), text)
            }),
        }
    }
}

pub(super) struct ActView {
    at: String,
    by: String,
    act: String,
    subject: String,
}

impl ActView {
    pub(super) fn of(entry: &AuditEntry) -> Self {
        Self {
            at: at(entry.at),
            by: entry.by.clone(),
            act: entry.act.clone(),
            subject: entry.subject.clone(),
        }
    }
}

#[derive(Template)]
#[template(path = "run.html")]
pub(super) struct RunPage<'a> {
    pub(super) w: &'a Words,
    pub(super) session: Option<&'a Session>,
    pub(super) run: RunView,
    pub(super) errors: Vec<ErrorView>,
}

pub(super) struct RunView {
    id: String,
    job: String,
    started: String,
    class: &'static str,
    status: &'static str,
    seconds: String,
    error: String,
    counts: [u64; 6],
    named: Vec<(&'static str, u64)>,
    balance: &'static str,
    balance_class: &'static str,
    reasons: Vec<(String, u64)>,
}

impl RunView {
    pub(super) fn of(row: &RunRow, w: &Words) -> Self {
        let r = &row.receipt;
        let counts = [r.due, r.pushed, r.unchanged, r.not_found, r.failed, r.deferred];
        let names = [w.due, w.pushed, w.unchanged, w.not_found, w.failed, w.deferred];
        let mut named: Vec<_> = names.into_iter().zip(counts).collect();
        named.push((w.calls, r.customs_calls));
        let reasons = r.reasons.failed.iter().chain(&r.reasons.deferred);
        Self {
            id: r.run_id.to_string(),
            job: format!("{}/{}", row.company, row.job),
            started: at(row.started_at),
            class: class(r.status),
            status: r.status.as_str(),
            seconds: format!("{:.1}", r.elapsed_ms as f64 / 1000.0),
            error: r.error.clone().unwrap_or_default(),
            counts,
            named,
            balance: if r.balanced { w.balanced } else { w.not_balanced },
            balance_class: if r.balanced { "good" } else { "bad" },
            reasons: reasons.map(|(reason, n)| (reason.clone(), *n)).collect(),
        }
    }
}

#[derive(Template)]
#[template(path = "request.html")]
pub(super) struct RequestPage<'a> {
    pub(super) w: &'a Words,
    pub(super) session: Option<&'a Session>,
    pub(super) busy: bool,
    pub(super) request: RequestView,
    pub(super) records: Vec<(String, String, String)>,
}

pub(super) struct RequestView {
    id: String,
    job: String,
    by: String,
    records: String,
    state: &'static str,
    class: &'static str,
    run: String,
}

impl RequestView {
    pub(super) fn of(row: &RequestRow, w: &Words) -> Self {
        let (request, done) = (&row.request, row.done.as_ref());
        Self {
            id: request.id.to_string(),
            job: format!("{}/{}", request.company, request.job),
            by: request.by.clone(),
            records: match request.keys.len() {
                0 => w.run_all.to_owned(),
                n => n.to_string(),
            },
            state: match row.status {
                RequestStatus::Waiting => w.waiting,
                RequestStatus::Running => w.running,
                RequestStatus::Done => w.done,
            },
            class: done.map_or("", |d| class(d.receipt.status)),
            run: done.map(|d| d.receipt.run_id.to_string()).unwrap_or_default(),
        }
    }
}

/// Each record with its outcome, as far as it is known.
pub(super) fn outcomes(row: &RequestRow) -> Vec<(String, String, String)> {
    match &row.done {
        Some(done) => done
            .records
            .iter()
            .map(|r| {
                let why = [r.reason.clone(), r.message.clone()];
                let why: Vec<String> = why.into_iter().flatten().collect();
                (r.key.to_string(), r.outcome.clone(), why.join(": "))
            })
            .collect(),
        None => row
            .request
            .keys
            .iter()
            .map(|k| (k.to_string(), String::new(), String::new()))
            .collect(),
    }
}

#[derive(Template)]
#[template(path = "episode.html")]
pub(super) struct EpisodePage<'a> {
    pub(super) w: &'a Words,
    pub(super) session: Option<&'a Session>,
    pub(super) token: &'a str,
    pub(super) e: EpisodeView,
    pub(super) errors: Vec<ErrorView>,
}

pub(super) struct EpisodeView {
    no: u64,
    job: String,
    code: String,
    text: String,
    count: u64,
    failing: u64,
    since: String,
    last: String,
    closed: String,
}

impl EpisodeView {
    pub(super) fn of(episode: &Episode) -> Self {
        let by = episode.closed_by.as_deref().unwrap_or_default();
        Self {
            no: episode.no,
            job: format!("{}/{}", episode.company, episode.job),
            code: episode.example.code.clone(),
            text: episode.example.message.clone(),
            count: episode.count,
            failing: episode.failing,
            since: at(episode.first_seen),
            last: at(episode.last_seen),
            closed: episode
                .closed_at
                .map(|t| format!("{} {by}", at(t)))
                .unwrap_or_default(),
        }
    }
}

pub(super) struct ErrorView {
    at: String,
    key: String,
    text: String,
    run: String,
}

impl ErrorView {
    pub(super) fn of(error: &StoredError) -> Self {
        Self {
            at: at(error.at),
            key: error.key.as_ref().map(ToString::to_string).unwrap_or_default(),
            text: format!("{}: {}", error.error.code, error.error.message),
            run: error.run.to_string(),
        }
    }
}

#[derive(Template)]
#[template(path = "record.html")]
pub(super) struct RecordPage<'a> {
    pub(super) w: &'a Words,
    pub(super) session: Option<&'a Session>,
    pub(super) token: &'a str,
    pub(super) key: &'a str,
    pub(super) states: Vec<StateView>,
    pub(super) errors: Vec<ErrorView>,
}

pub(super) struct StateView {
    job: String,
    reasons: Vec<String>,
    facts: Vec<(&'static str, String)>,
    events: Vec<(String, &'static str, String)>,
}

impl StateView {
    pub(super) fn of(life: &Life, w: &Words) -> Self {
        let Life {
            company, job, state, ..
        } = life;
        let verdict = state
            .verdict
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default();
        let status = state.state.as_ref().map(|s| s.status.clone()).unwrap_or_default();
        let facts = vec![
            (w.last_asked, maybe(state.observed_at)),
            (w.verdict, verdict),
            (w.status, status),
            (w.writes, state.pushes.to_string()),
            (w.failures, state.failures.to_string()),
            (w.next_look, maybe(state.next_look)),
            (w.rests_until, maybe(state.quarantined_until)),
        ];
        Self {
            job: format!("{company}/{job}"),
            reasons: life.reasons.iter().map(|r| reason(r, w)).collect(),
            facts,
            events: life.events.iter().map(event).collect(),
        }
    }
}

/// A change of a record, as its page lists it.
fn event(event: &RecordEvent) -> (String, &'static str, String) {
    let change = &event.change;
    let said = [&change.verdict, &change.status, &change.code];
    let mut said: Vec<String> = said.into_iter().flatten().cloned().collect();
    said.extend(change.until.map(at));
    (at(event.at), change.kind.as_str(), said.join(" · "))
}

/// Why a record is as it is, in words.
fn reason(reason: &Reason, w: &Words) -> String {
    match reason {
        Reason::Paused(pause) => format!("{}: {} {}", w.paused, at(pause.at), pause.by),
        Reason::NotListed { at: when, .. } => format!("{}: {}", w.not_listed, at(*when)),
        Reason::Rejected { code, message, .. } => format!("{}: {code}: {message}", w.rejected),
        Reason::InDoubt => w.in_doubt.to_owned(),
        Reason::Quarantined { until, .. } => format!("{}: {}", w.rests_until, at(*until)),
        Reason::Failing {
            code,
            message,
            failures,
        } => {
            let message = message.as_deref().unwrap_or_default();
            format!("{} ({failures}): {code}: {message}", w.failed)
        }
        Reason::Deferred { reason } => format!("{}: {reason}", w.deferred),
        Reason::NotDueYet { until } => format!("{}: {}", w.next_look, at(*until)),
        Reason::NotFound { at: when } => format!("{}: {}", w.not_found, maybe(*when)),
        Reason::Unchanged { asked_at, .. } => format!("{}: {}", w.unchanged, maybe(*asked_at)),
        Reason::Pushed { at: when } => format!("{}: {}", w.pushed, at(*when)),
    }
}
