//! Writing down what became of a chunk's records.

use std::collections::HashSet;

use customs_core::{
    CallContext, ErrorReport, ErrorRow, RecordKey, RecordState, SettleReport, SettleRequest, Settled,
    Settlement, Tally,
};
use jiff::Timestamp;

use super::episode::Errors;
use super::history::{EventLine, event_args};
use super::reporter::{ErrorLine, error_args};
use super::state::{Held, phase_name};
use super::{Result, SqlLedger};
use crate::db::{Json, args};
use crate::dialect::{Dialect, Sql};
use crate::lines::line;
use crate::text::{key_list, stored, time};

pub(super) struct Statements {
    write: Sql,
    done: Sql,
}

impl Statements {
    pub(super) fn new(d: Dialect) -> Self {
        let named = Line::COLUMNS.iter().map(|column| column.name);
        let mut changes: Vec<String> = named
            .chain(["outcome_at", "outcome_run_id"])
            .filter(|name| *name != "record_key")
            .map(|n| format!("{n} = {}", d.offered(n)))
            .collect();
        // Most settlements bring no correction; the time of the last one stays.
        for change in changes.iter_mut().filter(|c| c.starts_with("corrected_at")) {
            *change = format!(
                "corrected_at = COALESCE({}, record.corrected_at)",
                d.offered("corrected_at")
            );
        }
        changes.extend(
            ["claim_owner", "claim_run_id", "claim_chunk", "claim_until"].map(|c| format!("{c} = NULL")),
        );
        Self {
            write: d.sql(format!(
                "{} {}",
                d.insert_rows(
                    "record",
                    &["company", "job", "outcome_at", "outcome_run_id"],
                    Line::COLUMNS
                ),
                d.or_update("company, job, record_key", &changes.join(", ")),
            )),
            done: d.sql(format!(
                "INSERT INTO chunk (run_id, chunk, settled_keys) VALUES (?, ?, ?) {}",
                d.or_update(
                    "run_id, chunk",
                    &format!("settled_keys = {}", d.offered("settled_keys"))
                )
            )),
        }
    }
}

line! {
    /// One row of `record` as settling writes it. What is absent becomes null: most of it is, and short rows are read faster.
    struct Line {
        record_key: String,
        verdict: Option<String>,
        observed_at: Option<String>,
        status: Option<String>,
        status_as_of: Option<String>,
        status_phase: Option<&'static str>,
        pushed_digest: Option<String>,
        pushed_observed_at: Option<String>,
        pushes: u64,
        corrected_at: Option<String>,
        failures: u32,
        quarantined_until: Option<String>,
        next_look_at: Option<String>,
        outcome: &'static str,
        outcome_reason: Option<String>,
        since_at: Option<String>,
        strikes: u32,
        episode_no: Option<u64>,
        in_doubt_digest: Option<String>,
        question_digest: Option<String>,
        told_columns: Option<String>,
    }
}

/// What a request comes to, before it is written.
#[derive(Debug, Default)]
struct Book<'a> {
    tally: Tally,
    /// What holds, and whether the claim is ours.
    applied: Vec<Applied<'a>>,
    errors: Errors<'a>,
    report: SettleReport,
}

#[derive(Debug)]
struct Applied<'a> {
    settlement: &'a Settlement,
    /// The record, if it is ours to write.
    held: Option<&'a Held>,
    /// A failure: which of the episodes' numbers is its own.
    failure: Option<(&'a ErrorRow, usize)>,
}

impl SqlLedger {
    pub(super) async fn settle_records(
        &self,
        cx: &CallContext,
        request: SettleRequest<'_>,
    ) -> Result<SettleReport> {
        let mut tx = self.db.write().await?;
        let fails = |s: &Settlement| matches!(s.settled, Settled::Failed(_));
        if request.settlements.iter().any(fails) {
            self.lock_job(&mut tx, &cx.company, &cx.job).await?;
        }
        let run = self.own_run(&mut tx, cx, request.fence).await?;
        if run.is_closed() {
            // The receipt stands: these records were counted as undelivered, and their claims are released.
            return Ok(SettleReport {
                applied: 0,
                ignored: request.settlements.len() as u64,
            });
        }
        let mut done = self.settled_keys(&mut tx, cx, request.chunk).await?;
        let held = self
            .held(&mut tx, cx, request.settlements.iter().map(|s| &s.record.key))
            .await?;
        let Book {
            tally,
            applied,
            errors,
            report,
        } = book(&request, &mut done, |key| held.get(key));
        if report.applied == 0 {
            return Ok(report);
        }
        let episodes = self.count_errors(&mut tx, cx, errors, request.at).await?;
        let outcomes = applied.iter().map(|a| {
            let (outcome, reason) = a.settlement.settled.words();
            (&a.settlement.record.key, outcome, reason)
        });
        self.add_outcomes(&mut tx, &cx.run, request.at, outcomes).await?;
        let (mut lines, mut errors) = (Vec::with_capacity(applied.len()), Vec::new());
        let mut events = Vec::new();
        for Applied {
            settlement,
            held,
            failure,
        } in applied
        {
            let episode = failure.and_then(|(_, place)| episodes.get(place).copied());
            if let Some((row, _)) = failure {
                let report = ErrorReport::new(request.at, Some(settlement.record.key.clone()), row.clone());
                let kept = request.kept(&settlement.record);
                errors.push(ErrorLine::new(cx, &report, Some(&kept), episode)?);
            }
            if let Some(held) = held {
                let after = held.state.after(settlement, episode);
                lines.push(line(request.at, &after, settlement)?);
                let changes = held.state.changes(&after, settlement, !held.seen);
                let key = &settlement.record.key;
                events.extend(changes.iter().map(|c| EventLine::new(key, c)));
            }
        }
        if !lines.is_empty() {
            let args = args![
                cx.company.as_str(),
                cx.job.as_str(),
                request.at,
                cx.run.as_str(),
                Json(serde_json::to_string(&lines)?)
            ];
            tx.execute(&self.sql.settle.write, args).await?;
        }
        if !errors.is_empty() {
            tx.execute(&self.sql.reporter.insert, error_args(&errors)?)
                .await?;
        }
        if !events.is_empty() {
            tx.execute(&self.sql.history.insert, event_args(cx, request.at, &events)?)
                .await?;
        }
        self.add_tally(&mut tx, &cx.run, &tally, report.applied).await?;
        let args = args![cx.run.as_str(), request.chunk, Json(key_list(done.iter())?)];
        tx.execute(&self.sql.settle.done, args).await?;
        tx.commit().await?;
        Ok(report)
    }
}

/// Decides which settlements hold.
fn book<'a>(
    request: &SettleRequest<'a>,
    done: &mut HashSet<RecordKey>,
    held: impl Fn(&RecordKey) -> Option<&'a Held>,
) -> Book<'a> {
    let mut book = Book::default();
    for settlement in request.settlements {
        let key = &settlement.record.key;
        let ours = held(key).filter(|h| h.holder.as_ref().is_some_and(|h| h.owner == request.owner));
        // What is left for later counts whoever holds it; any other result is its claim's owner's to write.
        let counts = ours.is_some() || matches!(settlement.settled, Settled::Deferred(_));
        if !counts || !done.insert(key.clone()) {
            book.report.ignored += 1;
            continue;
        }
        book.report.applied += 1;
        book.tally.count(&settlement.settled);
        let failure = match &settlement.settled {
            Settled::Failed(row) => Some((row, book.errors.add(row, Some(key)))),
            Settled::Pushed { .. } | Settled::Unchanged { .. } | Settled::NotFound | Settled::Deferred(_) => {
                None
            }
        };
        book.applied.push(Applied {
            settlement,
            held: ours,
            failure,
        });
    }
    book.tally.calls = request.calls;
    book
}

fn line(at: Timestamp, state: &RecordState, settlement: &Settlement) -> Result<Line> {
    let text = |text: &str| stored(text).into_owned();
    let (outcome, reason) = settlement.settled.words();
    let told = state.pushed.as_ref().map(|p| &p.told).filter(|t| !t.is_empty());
    let told = told.map(serde_json::to_string).transpose()?;
    Ok(Line {
        record_key: text(state.key.as_str()),
        verdict: state.verdict.as_ref().map(|v| text(&v.to_string())),
        observed_at: state.observed_at.map(time),
        status: state.state.as_ref().map(|s| text(&s.status)),
        status_as_of: state.state.as_ref().and_then(|s| s.as_of).map(time),
        status_phase: state.state.as_ref().map(|s| phase_name(s.phase)),
        pushed_digest: state.pushed.as_ref().map(|p| text(&p.digest)),
        pushed_observed_at: state.pushed.as_ref().map(|p| time(p.observed_at)),
        pushes: state.pushes,
        corrected_at: matches!(settlement.settled, Settled::Pushed { corrected: true, .. }).then(|| time(at)),
        failures: state.failures,
        quarantined_until: state.quarantined_until.map(time),
        next_look_at: state.next_look.map(time),
        outcome,
        outcome_reason: reason.map(text),
        since_at: state.since.map(time),
        strikes: state.strikes,
        episode_no: state.episode,
        in_doubt_digest: state.in_doubt.as_deref().map(text),
        question_digest: state.question.clone(),
        told_columns: told.as_deref().map(text),
    })
}
