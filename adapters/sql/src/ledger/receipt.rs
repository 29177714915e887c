//! A run as it is stored, and the receipt that is drawn up from it.

use std::collections::BTreeMap;

use customs_core::{CompanyId, JobName, Lane, Reasons, Receipt, RunId, RunStatus, Tally};
use jiff::Timestamp;

use super::Result;
use crate::db::Row;
use crate::lines::line;
use crate::text::reason;

/// All columns of `run`.
#[derive(Debug)]
pub(super) struct StoredRun {
    pub(super) run: RunId,
    pub(super) company: CompanyId,
    pub(super) job: JobName,
    pub(super) fence: u64,
    pub(super) lane: Lane,
    pub(super) trigger: String,
    pub(super) instance: String,
    pub(super) boot: String,
    pub(super) status: RunStatus,
    pub(super) started_at: Timestamp,
    pub(super) lease_until: Option<Timestamp>,
    pub(super) not_after: Option<Timestamp>,
    pub(super) closed_at: Option<Timestamp>,
    pub(super) due: u64,
    pub(super) dispatched: u64,
    pub(super) settled: u64,
    /// The counts without reasons: those stand in `run_reason`.
    tally: Tally,
    failed: u64,
    deferred: u64,
    balanced: bool,
    elapsed_ms: Option<u64>,
    pub(super) alarm: Option<String>,
    /// A skipped run: the one that was in the way.
    pub(super) busy_with: Option<RunId>,
    error: Option<String>,
}

impl StoredRun {
    pub(super) fn read(row: &Row<'_>) -> Result<Self> {
        let mut tally = Tally {
            pushed: row.count("pushed")?,
            unchanged: row.count("unchanged")?,
            not_found: row.count("not_found")?,
            calls_saved: row.count("calls_saved")?,
            ..Tally::default()
        };
        tally.calls.customs_calls = row.count("customs_calls")?;
        tally.calls.customs_ms = row.count("customs_ms")?;
        tally.calls.source_reads = row.count("sap_reads")?;
        tally.calls.sink_writes = row.count("sap_writes")?;
        Ok(Self {
            run: row.text("run_id")?.into(),
            company: row.text("company")?.into(),
            job: row.text("job")?.into(),
            fence: row.count("fence")?,
            lane: row.parsed("lane", "a lane", lane)?,
            trigger: row.text("triggered_by")?,
            instance: row.text("instance")?,
            boot: row.text("boot")?,
            status: row.parsed("status", "a run's status", status)?,
            started_at: row.time("started_at")?,
            lease_until: row.opt_time("lease_until")?,
            not_after: row.opt_time("not_after")?,
            closed_at: row.opt_time("closed_at")?,
            due: row.count("due")?,
            dispatched: row.count("dispatched")?,
            settled: row.count("settled")?,
            tally,
            failed: row.count("failed")?,
            deferred: row.count("deferred")?,
            balanced: row.opt_int("balanced")?.is_some_and(|n| n != 0),
            elapsed_ms: row.opt_int("elapsed_ms")?.and_then(|n| u64::try_from(n).ok()),
            alarm: row.opt_text("alarm")?,
            busy_with: row.opt_text("busy_with")?.map(RunId::from),
            error: row.opt_text("error")?,
        })
    }

    /// How long customs took for all its calls.
    pub(super) fn customs_ms(&self) -> u64 {
        self.tally.calls.customs_ms
    }

    /// Whether nobody works on it any more.
    pub(super) fn is_closed(&self) -> bool {
        self.closed_at.is_some()
    }

    /// Whether its lease, or its chunks' time, has passed.
    pub(super) fn is_overdue(&self, now: Timestamp) -> bool {
        match self.status {
            RunStatus::Planning => self.lease_until.is_none_or(|end| end <= now),
            RunStatus::Dispatched => self.not_after.is_none_or(|end| end <= now),
            RunStatus::Succeeded | RunStatus::Failed | RunStatus::Skipped => false,
        }
    }

    /// Whether all its chunks are through, and only its receipt is missing.
    pub(super) fn is_settled(&self) -> bool {
        self.status == RunStatus::Dispatched && self.settled >= self.dispatched
    }

    /// All that planning and settling counted.
    pub(super) fn tally(&self, reasons: Reasons) -> Tally {
        Tally {
            failed: reasons.failed,
            deferred: reasons.deferred,
            ..self.tally.clone()
        }
    }

    /// The receipt, as far as it is known.
    pub(super) fn receipt(&self, reasons: Reasons, now: Timestamp) -> Receipt {
        let Tally {
            pushed,
            unchanged,
            not_found,
            calls,
            calls_saved,
            ..
        } = self.tally;
        Receipt {
            run_id: self.run.clone(),
            status: self.status,
            due: self.due,
            pushed,
            unchanged,
            not_found,
            failed: self.failed,
            deferred: self.deferred,
            balanced: self.balanced,
            reasons,
            elapsed_ms: self
                .elapsed_ms
                .unwrap_or_else(|| elapsed_ms(self.started_at, now)),
            customs_calls: calls.customs_calls,
            calls_saved,
            sap_reads: calls.source_reads,
            sap_writes: calls.sink_writes,
            alarm: self.alarm.clone(),
            error: self.error.clone(),
        }
    }
}

/// Milliseconds from `start` to `end`; zero if the clock went back.
pub(super) fn elapsed_ms(start: Timestamp, end: Timestamp) -> u64 {
    u64::try_from(end.duration_since(start).as_millis()).unwrap_or(0)
}

line! {
    /// One row of `run_reason`.
    pub(super) struct ReasonRow {
        outcome: &'static str,
        reason: String,
        records: u64,
    }
}

/// What a tally adds to `run_reason`.
pub(super) fn reason_rows(tally: &Tally) -> Vec<ReasonRow> {
    // Long codes may become equal when they are cut, and one statement must not meet a row twice.
    let mut rows: BTreeMap<(&'static str, String), u64> = BTreeMap::new();
    let failed = tally.failed.iter().map(|(code, n)| ("failed", code, n));
    for (outcome, word, n) in failed.chain(tally.deferred.iter().map(|(why, n)| ("deferred", why, n))) {
        *rows.entry((outcome, reason(word).into_owned())).or_default() += n;
    }
    rows.into_iter()
        .map(|((outcome, reason), records)| ReasonRow {
            outcome,
            reason,
            records,
        })
        .collect()
}

/// Reads one row of `run_reason` into `reasons`.
pub(super) fn read_reason(row: &Row<'_>, reasons: &mut Reasons) -> Result<()> {
    let counts = match row.text("outcome")?.as_str() {
        "failed" => &mut reasons.failed,
        _ => &mut reasons.deferred,
    };
    counts.insert(row.text("reason")?, row.count("records")?);
    Ok(())
}

pub(super) const fn lane_name(lane: Lane) -> &'static str {
    match lane {
        Lane::Main => "main",
        Lane::Urgent => "urgent",
    }
}

fn lane(text: &str) -> Option<Lane> {
    [Lane::Main, Lane::Urgent]
        .into_iter()
        .find(|lane| lane_name(*lane) == text)
}

fn status(text: &str) -> Option<RunStatus> {
    use RunStatus::{Dispatched, Failed, Planning, Skipped, Succeeded};
    [Planning, Dispatched, Succeeded, Failed, Skipped]
        .into_iter()
        .find(|status| status.as_str() == text)
}
