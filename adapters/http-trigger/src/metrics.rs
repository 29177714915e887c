//! `GET /metrics`, in Prometheus' text format. Labels name companies and jobs; there is none that grows with the records.

use std::fmt::Write as _;

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use customs_core::{JobTotals, JobView};

use crate::problem::Problem;
use crate::setup::Shared;

/// A metric of jobs: its name, kind, help, and what it shows of a job.
type Metric = (
    &'static str,
    &'static str,
    &'static str,
    fn(&JobView) -> Vec<(&'static str, String)>,
);

const METRICS: [Metric; 8] = [
    (
        "customs_runs_total",
        "counter",
        "Runs that were closed, by how they ended.",
        |j| {
            let JobTotals {
                succeeded,
                failed_runs,
                skipped,
                broken,
                ..
            } = j.totals;
            vec![
                ("succeeded", succeeded.to_string()),
                ("failed", failed_runs.to_string()),
                ("skipped", skipped.to_string()),
                ("broken", broken.to_string()),
            ]
        },
    ),
    (
        "customs_records_total",
        "counter",
        "Records by what became of them.",
        |j| {
            let JobTotals {
                pushed,
                unchanged,
                not_found,
                failed,
                deferred,
                ..
            } = j.totals;
            vec![
                ("pushed", pushed.to_string()),
                ("unchanged", unchanged.to_string()),
                ("not_found", not_found.to_string()),
                ("failed", failed.to_string()),
                ("deferred", deferred.to_string()),
            ]
        },
    ),
    ("customs_calls_total", "counter", "Requests to customs.", |j| {
        one(j.totals.customs_calls)
    }),
    (
        "customs_calls_saved_total",
        "counter",
        "Requests to customs that were not needed.",
        |j| one(j.totals.calls_saved),
    ),
    (
        "customs_run_seconds_total",
        "counter",
        "Time that runs took.",
        |j| one(j.totals.elapsed_ms as f64 / 1000.0),
    ),
    ("customs_runs_running", "gauge", "Runs under way.", |j| {
        one(j.running.len())
    }),
    (
        "customs_last_success_timestamp_seconds",
        "gauge",
        "When a run last succeeded; 0 if none did.",
        |j| one(j.totals.last_success.map_or(0, |at| at.as_second())),
    ),
    (
        "customs_next_run_timestamp_seconds",
        "gauge",
        "When the job runs next; 0 while it runs.",
        |j| one(j.next_at.map_or(0, |at| at.as_second())),
    ),
];

fn one(value: impl ToString) -> Vec<(&'static str, String)> {
    vec![("", value.to_string())]
}

/// `GET /metrics`.
pub(crate) async fn show(State(shared): State<Shared>) -> Result<Response, Problem> {
    let jobs = shared.setup.board.jobs();
    let mut text = String::new();
    for (name, kind, help, values) in METRICS {
        head(&mut text, name, kind, help);
        for job in &jobs {
            for (outcome, value) in values(job) {
                let outcome = if outcome.is_empty() {
                    String::new()
                } else {
                    format!(",outcome=\"{outcome}\"")
                };
                let (company, job) = (label(job.company.as_str()), label(job.job.as_str()));
                // Writing into a String cannot fail.
                let _ = writeln!(
                    text,
                    "{name}{{company=\"{company}\",job=\"{job}\"{outcome}}} {value}"
                );
            }
        }
    }
    // A scrape must not fail because the ledger is away: then the number is missing.
    if let Ok(waiting) = shared.setup.desk.queue().waiting().await {
        let name = "customs_urgent_requests_waiting";
        head(
            &mut text,
            name,
            "gauge",
            "Urgent requests that nobody works on yet.",
        );
        let _ = writeln!(text, "{name} {waiting}");
    }
    Ok((
        [(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")],
        text,
    )
        .into_response())
}

fn head(text: &mut String, name: &str, kind: &str, help: &str) {
    let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} {kind}");
}

/// A label's value, as the format wants it.
fn label(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('\n', "\\n")
}
