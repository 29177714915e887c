//! Urgent runs: a run for single records that says what became of each.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::{Parts, Pipeline};
use crate::{
    CallContext, ClaimRequest, Claimed, DeferReason, ErrorReport, ErrorReporter, ErrorRow, Receipt,
    RecordKey, RecordLedger, RecordState, Result, SettleReport, SettleRequest, Settled, Trigger,
};

/// What became of one record in a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordOutcome {
    /// The record.
    pub key: RecordKey,
    /// `pushed`, `unchanged`, `not_found`, `failed` or `deferred`.
    pub outcome: String,
    /// The error's code, or why it was left for later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The error in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

impl RecordOutcome {
    fn new(key: RecordKey, outcome: &str) -> Self {
        Self {
            key,
            outcome: outcome.to_owned(),
            reason: None,
            message: None,
        }
    }

    pub(crate) fn failed(key: RecordKey, row: &ErrorRow) -> Self {
        Self {
            reason: Some(row.code.clone()),
            message: Some(row.message.clone()),
            ..Self::new(key, "failed")
        }
    }

    fn deferred(key: RecordKey, reason: DeferReason) -> Self {
        Self {
            reason: Some(reason.as_str().to_owned()),
            ..Self::new(key, "deferred")
        }
    }

    pub(crate) fn of(key: RecordKey, settled: &Settled) -> Self {
        match settled {
            Settled::Pushed { .. } => Self::new(key, "pushed"),
            Settled::Unchanged { .. } => Self::new(key, "unchanged"),
            Settled::NotFound => Self::new(key, "not_found"),
            Settled::Failed(row) => Self::failed(key, row),
            Settled::Deferred(reason) => Self::deferred(key, *reason),
        }
    }
}

impl Pipeline {
    /// A pipeline of the same job and parts with a [`Progress`](super::Progress) of its own: for a run beside another one.
    #[must_use]
    pub fn beside(&self) -> Self {
        Self {
            progress: Arc::default(),
            ..self.clone()
        }
    }

    /// Runs these records at once, whether they are due or not, and says what became of each, in the order of asking.
    ///
    /// A record that the ledger could not settle is deferred as undelivered: it is due again. Otherwise as
    /// [`run_once`](Self::run_once), and beside it: the progress is that of the pipeline on which it is called.
    pub async fn run_keys(&self, keys: Vec<RecordKey>) -> (Receipt, Vec<RecordOutcome>) {
        let shared = &self.shared;
        let notes = Arc::new(Notes::default());
        let parts = Parts {
            records: Arc::new(Noting {
                inner: Arc::clone(&shared.parts.records),
                notes: Arc::clone(&notes),
            }),
            reporter: Arc::new(Noting {
                inner: Arc::clone(&shared.parts.reporter),
                notes: Arc::clone(&notes),
            }),
            ..shared.parts.clone()
        };
        let mut noting = Self::with(
            shared.job.clone(),
            parts,
            shared.instance.clone(),
            Arc::clone(&shared.clock),
        );
        noting.progress = Arc::clone(&self.progress);
        noting.stop = self.stop.clone();
        noting.reserve = self.reserve.clone();
        let receipt = noting.run_once(Trigger::Keys(keys.clone())).await;
        let mut outcomes = notes.take();
        let outcome = |key: RecordKey| {
            let undelivered = || RecordOutcome::deferred(key.clone(), DeferReason::Undelivered);
            outcomes.remove(&key).unwrap_or_else(undelivered)
        };
        (receipt, keys.into_iter().map(outcome).collect())
    }
}

/// What became of each record so far.
#[derive(Debug, Default)]
struct Notes(Mutex<HashMap<RecordKey, RecordOutcome>>);

impl Notes {
    fn note(&self, outcome: RecordOutcome) {
        let mut notes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        notes.insert(outcome.key.clone(), outcome);
    }

    fn take(&self) -> HashMap<RecordKey, RecordOutcome> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Notes what passes by.
#[derive(Debug)]
struct Noting<T: ?Sized> {
    notes: Arc<Notes>,
    inner: Arc<T>,
}

#[async_trait]
impl RecordLedger for Noting<dyn RecordLedger> {
    async fn load(&self, cx: &CallContext, keys: &[RecordKey]) -> Result<Vec<RecordState>> {
        self.inner.load(cx, keys).await
    }

    async fn claim(&self, cx: &CallContext, request: ClaimRequest<'_>) -> Result<Vec<Claimed>> {
        self.inner.claim(cx, request).await
    }

    async fn settle(&self, cx: &CallContext, request: SettleRequest<'_>) -> Result<SettleReport> {
        let settlements = request.settlements;
        let report = self.inner.settle(cx, request).await?;
        for s in settlements {
            self.notes
                .note(RecordOutcome::of(s.record.key.clone(), &s.settled));
        }
        Ok(report)
    }
}

#[async_trait]
impl ErrorReporter for Noting<dyn ErrorReporter> {
    async fn report(&self, cx: &CallContext, report: &ErrorReport) {
        // A record that the source does not know, or whose row says nothing, is never settled: its report is its outcome.
        if let Some(key) = &report.key {
            self.notes.note(RecordOutcome::failed(key.clone(), &report.error));
        }
        self.inner.report(cx, report).await;
    }
}
