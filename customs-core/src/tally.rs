//! Counting a run: what was due, and what became of it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{Calls, Pause, RunId, Settled};

/// Why a record is left for a later run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeferReason {
    /// Its next look is not due yet.
    NotDueYet,
    /// It kept failing and rests for a while.
    Quarantined,
    /// Another chunk holds it.
    Claimed,
    /// The due list named it twice.
    Duplicate,
    /// The daily budget is used up.
    Quota,
    /// The circuit breaker is open.
    CircuitOpen,
    /// The deadline came first.
    Deadline,
    /// The ledger could not be reached.
    LedgerUnavailable,
    /// Its chunk was handed over and never settled, or could not be handed over.
    Undelivered,
    /// The program was told to stop.
    Stopped,
}

impl DeferReason {
    /// Where a run has these, records that its due list named may have been left unsettled.
    pub const LOSING: [Self; 3] = [Self::Claimed, Self::LedgerUnavailable, Self::Undelivered];

    /// The name used in tables and JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotDueYet => "not_due_yet",
            Self::Quarantined => "quarantined",
            Self::Claimed => "claimed",
            Self::Duplicate => "duplicate",
            Self::Quota => "quota",
            Self::CircuitOpen => "circuit_open",
            Self::Deadline => "deadline",
            Self::LedgerUnavailable => "ledger_unavailable",
            Self::Undelivered => "undelivered",
            Self::Stopped => "stopped",
        }
    }
}

/// What became of a number of records, and what it cost. Tallies add up: chunks into a run.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Written to the sink and confirmed.
    pub pushed: u64,
    /// Nothing to write.
    pub unchanged: u64,
    /// Customs says that it has none.
    pub not_found: u64,
    /// Failed, by code.
    pub failed: BTreeMap<String, u64>,
    /// Left for a later run, by reason.
    pub deferred: BTreeMap<String, u64>,
    /// Requests that left the process.
    pub calls: Calls,
    /// Calls that a full look would have made and this run did not need.
    pub calls_saved: u64,
}

impl Tally {
    /// Counts failed records.
    pub fn fail(&mut self, code: &str, records: u64) {
        if records > 0 {
            *self.failed.entry(code.to_owned()).or_default() += records;
        }
    }

    /// Counts deferred records.
    pub fn defer(&mut self, reason: DeferReason, records: u64) {
        if records > 0 {
            *self.deferred.entry(reason.as_str().to_owned()).or_default() += records;
        }
    }

    /// Counts one result.
    pub fn count(&mut self, settled: &Settled) {
        match settled {
            Settled::Pushed { .. } => self.pushed += 1,
            Settled::Unchanged { .. } => self.unchanged += 1,
            Settled::NotFound => self.not_found += 1,
            Settled::Failed(row) => self.fail(&row.code, 1),
            Settled::Deferred(reason) => self.defer(*reason, 1),
        }
    }

    /// All records counted here.
    pub fn records(&self) -> u64 {
        self.pushed + self.unchanged + self.not_found + self.failed_total() + self.deferred_total()
    }

    /// Failed records.
    pub fn failed_total(&self) -> u64 {
        self.failed.values().sum()
    }

    /// Deferred records.
    pub fn deferred_total(&self) -> u64 {
        self.deferred.values().sum()
    }

    /// Adds another tally.
    pub fn add(&mut self, other: &Self) {
        let Self {
            pushed,
            unchanged,
            not_found,
            failed,
            deferred,
            calls,
            calls_saved,
        } = other;
        self.pushed += pushed;
        self.unchanged += unchanged;
        self.not_found += not_found;
        for (code, n) in failed {
            *self.failed.entry(code.clone()).or_default() += n;
        }
        for (reason, n) in deferred {
            *self.deferred.entry(reason.clone()).or_default() += n;
        }
        self.calls.customs_calls += calls.customs_calls;
        self.calls.customs_ms += calls.customs_ms;
        self.calls.source_reads += calls.source_reads;
        self.calls.sink_writes += calls.sink_writes;
        self.calls_saved += calls_saved;
    }
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunStatus {
    /// The due list is being read.
    Planning,
    /// All chunks are handed over; some are not settled yet.
    Dispatched,
    /// Every due record is accounted for, and the run could do its work. Single records may have failed.
    Succeeded,
    /// The run could not do its work, or does not balance.
    Failed,
    /// Another run of the same job was under way.
    Skipped,
}

impl RunStatus {
    /// The name used in tables and JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Planning => "planning",
            Self::Dispatched => "dispatched",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
        }
    }
}

/// So many failures tell something about a run in which all other records rest.
const TELLING: u64 = 10;

/// What a run came to. Every due record is exactly one of pushed, unchanged, not found, failed and deferred, and
/// [`balanced`](Self::balanced) is that sum checked against what was counted when the due list was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// The run.
    pub run_id: RunId,
    /// How it ended.
    pub status: RunStatus,
    /// Records on the due list.
    pub due: u64,
    /// Written to the sink and confirmed.
    pub pushed: u64,
    /// Nothing to write.
    pub unchanged: u64,
    /// Customs says that it has none.
    pub not_found: u64,
    /// Failed.
    pub failed: u64,
    /// Left for a later run.
    pub deferred: u64,
    /// Whether the numbers add up to `due`.
    pub balanced: bool,
    /// Failed by code and deferred by reason.
    pub reasons: Reasons,
    /// From the beginning to the close, in milliseconds.
    pub elapsed_ms: u64,
    /// Requests to customs, repeats included.
    pub customs_calls: u64,
    /// Calls that a full look would have made and this run did not need.
    pub calls_saved: u64,
    /// Read requests to SAP.
    pub sap_reads: u64,
    /// Write requests to SAP.
    pub sap_writes: u64,
    /// The code of the alarm that the run's due list raised, if it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alarm: Option<String>,
    /// Why the run failed or was skipped, if it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// Failed by code and deferred by reason.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reasons {
    /// Deferred records by reason.
    pub deferred: BTreeMap<String, u64>,
    /// Failed records by code.
    pub failed: BTreeMap<String, u64>,
}

impl Receipt {
    /// The receipt of a run that found another one under way.
    pub fn skipped(run_id: RunId, busy: &RunId) -> Self {
        Self::skipped_because(run_id, format!("run {busy} is under way"))
    }

    /// The receipt of a run whose job is paused.
    pub fn paused(run_id: RunId, pause: &Pause) -> Self {
        let why = format!("the job is paused since {:.0} by {}", pause.at, pause.by);
        Self::skipped_because(run_id, why)
    }

    fn skipped_because(run_id: RunId, why: String) -> Self {
        Self {
            status: RunStatus::Skipped,
            ..Self::draw_up(run_id, 0, Tally::default(), 0, Some(why))
        }
    }

    /// Draws up the receipt: checks the sum and decides how the run ended.
    ///
    /// A run fails when `error` says so, when it does not balance, or when records were due, none came through, and
    /// something stood in the way: records failed (ten at least, if others rest), or were deferred because a service, the
    /// ledger or the time was missing.
    pub fn draw_up(run_id: RunId, due: u64, tally: Tally, elapsed_ms: u64, error: Option<String>) -> Self {
        let (failed, deferred) = (tally.failed_total(), tally.deferred_total());
        let balanced = due == tally.records();
        let came_through = tally.pushed + tally.unchanged + tally.not_found;
        let deferred_for = |reasons: &[DeferReason]| -> u64 {
            let counts = reasons.iter().filter_map(|r| tally.deferred.get(r.as_str()));
            counts.sum()
        };
        let not_tried = deferred_for(&[
            DeferReason::CircuitOpen,
            DeferReason::Deadline,
            DeferReason::LedgerUnavailable,
            DeferReason::Undelivered,
        ]);
        let resting = deferred_for(&[DeferReason::NotDueYet, DeferReason::Quarantined]);
        // A few records that fail while the others rest say nothing about the run.
        let failures = if resting > 0 && failed < TELLING {
            0
        } else {
            failed
        };
        let in_the_way = failures + not_tried;
        let error = error.or_else(|| {
            if !balanced {
                Some(format!(
                    "the run does not balance: {due} were due, {} are accounted for",
                    tally.records()
                ))
            } else if came_through == 0 && in_the_way > 0 {
                Some("no record came through".to_owned())
            } else {
                None
            }
        });
        Self {
            run_id,
            status: if error.is_some() {
                RunStatus::Failed
            } else {
                RunStatus::Succeeded
            },
            due,
            pushed: tally.pushed,
            unchanged: tally.unchanged,
            not_found: tally.not_found,
            failed,
            deferred,
            balanced,
            reasons: Reasons {
                deferred: tally.deferred,
                failed: tally.failed,
            },
            elapsed_ms,
            customs_calls: tally.calls.customs_calls,
            calls_saved: tally.calls_saved,
            sap_reads: tally.calls.source_reads,
            sap_writes: tally.calls.sink_writes,
            alarm: None,
            error,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn receipt(due: u64, tally: Tally) -> Receipt {
        Receipt::draw_up("r".into(), due, tally, 1, None)
    }

    #[test]
    fn a_run_that_does_not_balance_is_a_failed_run() {
        let good = receipt(
            3,
            Tally {
                pushed: 2,
                unchanged: 1,
                ..Tally::default()
            },
        );
        assert_eq!((good.status, good.balanced), (RunStatus::Succeeded, true));
        let lost = receipt(
            4,
            Tally {
                pushed: 2,
                unchanged: 1,
                ..Tally::default()
            },
        );
        assert_eq!((lost.status, lost.balanced), (RunStatus::Failed, false));
        let twice = receipt(
            2,
            Tally {
                pushed: 2,
                unchanged: 1,
                ..Tally::default()
            },
        );
        assert_eq!((twice.status, twice.balanced), (RunStatus::Failed, false));
    }

    #[test]
    fn a_run_in_which_nothing_came_through_is_a_failed_run() {
        let mut tally = Tally::default();
        tally.fail("connect", 2);
        tally.defer(DeferReason::CircuitOpen, 8);
        assert_eq!(receipt(10, tally.clone()).status, RunStatus::Failed);
        tally.pushed = 1;
        assert_eq!(receipt(11, tally).status, RunStatus::Succeeded);
        assert_eq!(receipt(0, Tally::default()).status, RunStatus::Succeeded);
        let mut resting = Tally::default();
        resting.defer(DeferReason::NotDueYet, 5);
        assert_eq!(receipt(5, resting).status, RunStatus::Succeeded);
    }

    #[test]
    fn the_receipt_has_its_public_form() {
        let mut tally = Tally {
            pushed: 1,
            ..Tally::default()
        };
        tally.fail("many", 1);
        tally.defer(DeferReason::Quota, 1);
        let json = serde_json::to_value(receipt(3, tally)).unwrap();
        assert_eq!(
            json,
            serde_json::json!({"run_id":"r","status":"succeeded","due":3,"pushed":1,"unchanged":0,"not_found":0,"failed":1,
                "deferred":1,"balanced":true,"reasons":{"deferred":{"quota":1},"failed":{"many":1}},"elapsed_ms":1,
                "customs_calls":0,"calls_saved":0,"sap_reads":0,"sap_writes":0})
        );
    }
}
