//! A run that writes nothing: one layer around the parts, and the pipeline is none the wiser.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::memory::MemoryLedger;
use crate::{
    CallContext, ClaimRequest, Claimed, Clock, Delivery, Fields, Idempotency, Outcome, Parts, RecordKey,
    RecordLedger, RecordState, Result, SettleReport, SettleRequest, Settled, Sink,
};

/// A change that a run would write.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedWrite {
    /// The record.
    pub key: RecordKey,
    /// What the source holds now, where the due list tells it.
    pub old: Option<Fields>,
    /// The columns that would be written.
    pub new: Fields,
    /// Customs corrected itself.
    pub corrected: bool,
}

/// What a dry run keeps: its own ledger, and what would have been written. Source and customs are asked in earnest, and
/// calls count in the daily budget. What the ledger knows is read; nothing is written to it or to the sink.
#[derive(Debug, Clone)]
pub struct DryRun {
    ledger: MemoryLedger,
    known: Arc<dyn RecordLedger>,
    sink: Arc<dyn Sink>,
    content: Arc<Mutex<Content>>,
}

#[derive(Debug, Default)]
struct Content {
    delivered: BTreeMap<RecordKey, Delivery>,
    planned: BTreeMap<RecordKey, PlannedWrite>,
}

impl DryRun {
    /// The same parts, writing nothing, and what they keep instead.
    pub(crate) fn around(parts: &Parts, clock: Arc<dyn Clock>) -> (Parts, Self) {
        let this = Self {
            ledger: MemoryLedger::new(clock),
            known: Arc::clone(&parts.records),
            sink: Arc::clone(&parts.sink),
            content: Arc::default(),
        };
        let dry = Parts {
            source: Arc::clone(&parts.source),
            customs: Arc::clone(&parts.customs),
            sink: Arc::new(this.clone()),
            reporter: Arc::new(this.ledger.clone()),
            runs: Arc::new(this.ledger.clone()),
            records: Arc::new(this.clone()),
        };
        (dry, this)
    }

    /// What would have been written, by key.
    pub fn planned(&self) -> Vec<PlannedWrite> {
        self.lock().planned.values().cloned().collect()
    }

    /// The ledger of the dry run alone: its receipt and its errors.
    pub fn ledger(&self) -> &MemoryLedger {
        &self.ledger
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Content> {
        self.content.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Sink for DryRun {
    fn max_batch(&self) -> usize {
        self.sink.max_batch()
    }

    fn idempotency(&self) -> Idempotency {
        self.sink.idempotency()
    }

    async fn deliver(&self, _: &CallContext, batch: &[Delivery]) -> Result<Vec<Outcome>> {
        let mut content = self.lock();
        for delivery in batch {
            content.delivered.insert(delivery.key.clone(), delivery.clone());
        }
        Ok(batch.iter().map(|_| Ok(())).collect())
    }
}

#[async_trait]
impl RecordLedger for DryRun {
    async fn load(&self, cx: &CallContext, keys: &[RecordKey]) -> Result<Vec<RecordState>> {
        self.known.load(cx, keys).await
    }

    async fn claim(&self, cx: &CallContext, request: ClaimRequest<'_>) -> Result<Vec<Claimed>> {
        let known = self.known.load(cx, request.keys).await?;
        let claimed = self.ledger.claim(cx, request).await?;
        let with_state = |(claimed, state)| Claimed { state, ..claimed };
        Ok(claimed.into_iter().zip(known).map(with_state).collect())
    }

    async fn settle(&self, cx: &CallContext, request: SettleRequest<'_>) -> Result<SettleReport> {
        {
            let mut content = self.lock();
            for settlement in request.settlements {
                let key = &settlement.record.key;
                if let (Settled::Pushed { .. }, Some(delivery)) =
                    (&settlement.settled, content.delivered.remove(key))
                {
                    let write = PlannedWrite {
                        key: key.clone(),
                        old: settlement.record.current.clone(),
                        new: delivery.columns,
                        corrected: delivery.corrected,
                    };
                    content.planned.insert(key.clone(), write);
                }
            }
        }
        self.ledger.settle(cx, request).await
    }
}
