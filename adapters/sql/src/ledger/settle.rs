//! Writing down what became of a chunk's records.

use std::collections::HashSet;

use customs_core::{
    CallContext, ErrorReport, PushedState, RecordKey, RecordState, SettleReport, SettleRequest, Settled,
    Settlement, Tally,
};
use jiff::Timestamp;
use serde::Serialize;

use super::reporter::{ErrorLine, error_args};
use super::state::{Held, phase_name};
use super::{Result, SqlLedger};
use crate::db::{Json, args};
use crate::dialect::{Column, Dialect, Sql};
use crate::text::{key_list, stored, time};

pub(super) struct Statements {
    write: Sql,
    done: Sql,
}

/// The columns that settling writes, as [`Line`] names them. The claim's columns are left out, and so become null.
const COLUMNS: [Column; 17] = [
    Column::Text("record_key"),
    Column::Text("verdict"),
    Column::Text("observed_at"),
    Column::Text("status"),
    Column::Text("status_as_of"),
    Column::Text("status_phase"),
    Column::Text("pushed_digest"),
    Column::Text("pushed_observed_at"),
    Column::Int("pushes"),
    Column::Text("corrected_at"),
    Column::Int("failures"),
    Column::Text("quarantined_until"),
    Column::Text("next_look_at"),
    Column::Text("outcome"),
    Column::Text("outcome_reason"),
    Column::Text("outcome_at"),
    Column::Text("outcome_run_id"),
];

impl Statements {
    pub(super) fn new(d: Dialect) -> Self {
        let names = COLUMNS.map(Column::name);
        let mut changes: Vec<String> = names
            .iter()
            .filter(|n| **n != "record_key")
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
                "INSERT INTO record (company, job, {columns}) SELECT ?, ?, {values} FROM {rows} AS n WHERE 1 = 1 {update}",
                columns = names.join(", "),
                values = names.map(|n| format!("n.{n}")).join(", "),
                rows = d.rows(&COLUMNS),
                update = d.or_update("company, job, record_key", &changes.join(", ")),
            )),
            done: d.sql(format!(
                "INSERT INTO chunk (run_id, chunk, settled_keys) VALUES (?, ?, ?) {}",
                d.or_update("run_id, chunk", &format!("settled_keys = {}", d.offered("settled_keys")))
            )),
        }
    }
}

/// One row of `record` as settling writes it.
#[derive(Debug, Serialize)]
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
    outcome_at: String,
    outcome_run_id: String,
}

/// What a request comes to, before it is written.
#[derive(Debug, Default)]
struct Book {
    tally: Tally,
    lines: Vec<Line>,
    errors: Vec<ErrorLine>,
    report: SettleReport,
}

impl SqlLedger {
    pub(super) async fn settle_records(
        &self,
        cx: &CallContext,
        request: SettleRequest<'_>,
    ) -> Result<SettleReport> {
        let mut tx = self.db.write().await?;
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
        let book = book(cx, &request, &mut done, |key| held.get(key))?;
        if book.report.applied == 0 {
            return Ok(book.report);
        }
        if !book.lines.is_empty() {
            let args = args![
                cx.company.as_str(),
                cx.job.as_str(),
                Json(serde_json::to_string(&book.lines)?)
            ];
            tx.execute(&self.sql.settle.write, args).await?;
        }
        if !book.errors.is_empty() {
            tx.execute(&self.sql.reporter.insert, error_args(&book.errors)?)
                .await?;
        }
        self.add_tally(&mut tx, &cx.run, &book.tally, book.report.applied)
            .await?;
        let args = args![cx.run.as_str(), request.chunk, Json(key_list(done.iter())?)];
        tx.execute(&self.sql.settle.done, args).await?;
        tx.commit().await?;
        Ok(book.report)
    }
}

/// Decides which settlements hold, and what they change.
fn book<'h>(
    cx: &CallContext,
    request: &SettleRequest<'_>,
    done: &mut HashSet<RecordKey>,
    held: impl Fn(&RecordKey) -> Option<&'h Held>,
) -> Result<Book> {
    let mut book = Book::default();
    for settlement in request.settlements {
        let key = &settlement.record.key;
        let now = held(key);
        let ours = now
            .and_then(|h| h.holder.as_ref())
            .is_some_and(|h| h.owner == request.owner);
        // What is left for later counts whoever holds it; any other result is its claim's owner's to write.
        let counts = ours || matches!(settlement.settled, Settled::Deferred(_));
        if !counts || !done.insert(key.clone()) {
            book.report.ignored += 1;
            continue;
        }
        book.report.applied += 1;
        book.tally.count(&settlement.settled);
        if let Settled::Failed(row) = &settlement.settled {
            let report = ErrorReport::new(request.at, Some(key.clone()), row.clone());
            book.errors
                .push(ErrorLine::new(cx, &report, Some(&settlement.record))?);
        }
        if let (true, Some(now)) = (ours, now) {
            book.lines
                .push(line(cx, request.at, &after(&now.state, settlement), settlement));
        }
    }
    book.tally.calls = request.calls;
    Ok(book)
}

/// A record's state after a settlement.
fn after(before: &RecordState, settlement: &Settlement) -> RecordState {
    let Settlement {
        record: _,
        settled,
        observed_at,
        verdict,
        state,
        quarantined_until,
        next_look,
    } = settlement;
    let mut after = before.clone();
    // The order is by when customs was asked.
    let superseded = matches!((before.observed_at, observed_at), (Some(last), Some(asked)) if last > *asked);
    if superseded || matches!(settled, Settled::Deferred(_)) {
        return after;
    }
    after.quarantined_until = *quarantined_until;
    after.next_look = *next_look;
    if matches!(settled, Settled::Failed(_)) {
        after.failures = before.failures.saturating_add(1);
        return after;
    }
    after.failures = 0;
    after.observed_at = observed_at.or(before.observed_at);
    after.verdict.clone_from(verdict);
    after.state = state.clone().or(after.state);
    if let (Settled::Pushed { digest, .. } | Settled::Unchanged { digest }, Some(observed_at)) =
        (settled, *observed_at)
    {
        let pushed = matches!(settled, Settled::Pushed { .. });
        after.pushes += u64::from(pushed);
        // "Unchanged" tells what the sink holds: it changes only a memory that says otherwise.
        if pushed || after.pushed.as_ref().is_none_or(|p| p.digest != *digest) {
            after.pushed = Some(PushedState {
                digest: digest.clone(),
                observed_at,
            });
        }
    }
    after
}

fn line(cx: &CallContext, at: Timestamp, state: &RecordState, settlement: &Settlement) -> Line {
    let text = |text: &str| stored(text).into_owned();
    let (outcome, reason) = match &settlement.settled {
        Settled::Pushed { .. } => ("pushed", None),
        Settled::Unchanged { .. } => ("unchanged", None),
        Settled::NotFound => ("not_found", None),
        Settled::Failed(row) => ("failed", Some(text(&row.code))),
        Settled::Deferred(reason) => ("deferred", Some(reason.as_str().to_owned())),
    };
    Line {
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
        outcome_reason: reason,
        outcome_at: time(at),
        outcome_run_id: text(cx.run.as_str()),
    }
}
