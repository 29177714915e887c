//! A database that is away at one call of a run, or from it on.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use customs_core::{
    BeginRequest, Begun, CallContext, Calls, ClaimRequest, Claimed, Error, ErrorKind, Parts, PlanTotals,
    Receipt, RecordKey, RecordLedger, RecordState, Result, RunLedger, Sent, SettleReport, SettleRequest,
    Trigger,
};

use super::{RecoverySubject, Sap, Scene, in_a_process, stride};

/// How a call fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum How {
    /// It never arrives.
    Before,
    /// It is carried out, and its answer is lost.
    After,
    /// It never arrives, and no later one does.
    Down,
}

/// Which call of a process fails, and how.
#[derive(Debug)]
struct Trouble {
    calls: AtomicUsize,
    /// From 1.
    at: usize,
    how: How,
}

fn away(sent: Sent) -> Error {
    Error::new(ErrorKind::Ledger, "the database is away")
        .code("ledger_unreachable")
        .transient()
        .sent(sent)
}

impl Trouble {
    async fn meet<T>(&self, call: impl Future<Output = Result<T>>) -> Result<T> {
        let number = self.calls.fetch_add(1, Ordering::Relaxed) + 1;
        match self.how {
            How::Before if number == self.at => Err(away(Sent::No)),
            How::After if number == self.at => {
                let _lost = call.await;
                Err(away(Sent::Maybe))
            }
            How::Down if number >= self.at => Err(away(Sent::No)),
            How::Before | How::After | How::Down => call.await,
        }
    }
}

#[derive(Debug)]
struct Troubled<T: ?Sized>(Arc<T>, Arc<Trouble>);

#[async_trait]
impl RunLedger for Troubled<dyn RunLedger> {
    async fn begin(&self, cx: &CallContext, request: &BeginRequest) -> Result<Begun> {
        self.1.meet(self.0.begin(cx, request)).await
    }

    async fn heartbeat(&self, cx: &CallContext, fence: u64, lease: Duration) -> Result<()> {
        self.1.meet(self.0.heartbeat(cx, fence, lease)).await
    }

    async fn dispatched(
        &self,
        cx: &CallContext,
        fence: u64,
        totals: &PlanTotals,
        not_after: Duration,
    ) -> Result<()> {
        self.1.meet(self.0.dispatched(cx, fence, totals, not_after)).await
    }

    async fn close(
        &self,
        cx: &CallContext,
        fence: u64,
        calls: Calls,
        error: Option<&str>,
    ) -> Result<Receipt> {
        self.1.meet(self.0.close(cx, fence, calls, error)).await
    }

    async fn usual_due(&self, cx: &CallContext, limit: u32, within: Duration) -> Result<Vec<u64>> {
        self.1.meet(self.0.usual_due(cx, limit, within)).await
    }

    async fn reap(&self, cx: &CallContext) -> Result<Vec<Receipt>> {
        self.1.meet(self.0.reap(cx)).await
    }
}

#[async_trait]
impl RecordLedger for Troubled<dyn RecordLedger> {
    async fn load(&self, cx: &CallContext, keys: &[RecordKey]) -> Result<Vec<RecordState>> {
        self.1.meet(self.0.load(cx, keys)).await
    }

    async fn claim(&self, cx: &CallContext, request: ClaimRequest<'_>) -> Result<Vec<Claimed>> {
        self.1.meet(self.0.claim(cx, request)).await
    }

    async fn settle(&self, cx: &CallContext, request: SettleRequest<'_>) -> Result<SettleReport> {
        self.1.meet(self.0.settle(cx, request)).await
    }
}

/// The database is away at each call of a run in turn, for that call or for good, whether it was carried out or not. The
/// receipt tells the truth, and once the database is back the next run completes at its first try: nothing is lost, and SAP
/// saw each state once.
pub async fn a_ledger_that_fails_loses_nothing(subject: &impl RecoverySubject) {
    let paused = subject.waits_only_in_tokio();
    for sap in [Sap::KnowsKeys, Sap::TellsWhatItHolds] {
        for how in [How::Before, How::After, How::Down] {
            // Settling waits and tries again, which takes real time where the clock cannot be paused: less often then.
            let step = if paused { 1 } else { stride(subject).max(3) };
            for at in (1..).step_by(step) {
                let what = format!("{sap:?}, {how:?} call {at}");
                let scene = Scene::new(format!("{sap:?}-{how:?}-{at}"), sap, subject.clock());
                let met = in_a_process(paused, async || {
                    let trouble = Arc::new(Trouble {
                        calls: AtomicUsize::new(0),
                        at,
                        how,
                    });
                    let pipeline = scene.pipeline(subject.open().await, |parts| Parts {
                        runs: Arc::new(Troubled(parts.runs, trouble.clone())),
                        records: Arc::new(Troubled(parts.records, trouble.clone())),
                        ..parts
                    });
                    let receipt = pipeline.run_once(Trigger::Schedule).await;
                    scene.is_truthful(&receipt, &what);
                    trouble.calls.load(Ordering::Relaxed) >= at
                });
                in_a_process(paused, async || {
                    let ledger = subject.open().await;
                    scene.is_whole(&scene.run(ledger.clone()).await, &what);
                    scene.all_runs_are_closed(&ledger, &what).await;
                });
                if !met {
                    assert!(at > 15, "fifty records take more than {at} calls");
                    break;
                }
            }
        }
    }
}
