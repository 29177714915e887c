//! Counts the points at which a process can die: each call of a system before it begins, and each time one of them, or the
//! run itself, stops to wait or is through.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Poll;
use std::time::Duration;

use async_trait::async_trait;
use customs_core::{
    BeginRequest, Begun, CallContext, Calls, ClaimRequest, Claimed, CustomsAnswer, CustomsApi, CustomsQuery,
    Delivery, ErrorReport, ErrorReporter, FetchRequest, Idempotency, Outcome, Page, Parts, PlanTotals,
    Receipt, RecordKey, RecordLedger, RecordState, Result, RunLedger, ServiceId, SettleReport, SettleRequest,
    Sink, SourceSystem,
};
use tokio::sync::Notify;

/// The points of one process, and the one at which it dies.
#[derive(Debug)]
pub(super) struct Points {
    passed: AtomicUsize,
    death: usize,
    dead: Notify,
}

impl Points {
    /// A process that dies at its n-th point, from 1.
    pub(super) fn until(death: usize) -> Arc<Self> {
        Arc::new(Self {
            passed: AtomicUsize::new(0),
            death,
            dead: Notify::new(),
        })
    }

    /// One more point; whether the process is dead by now.
    fn is_dead(&self) -> bool {
        let dead = self.passed.fetch_add(1, Ordering::Relaxed) + 1 >= self.death;
        if dead {
            self.dead.notify_one();
        }
        dead
    }

    /// Does some work, or dies on it: then nothing goes on any more, here or elsewhere in the process.
    async fn pass<T>(&self, work: impl Future<Output = T>) -> T {
        let mut work = pin!(work);
        let mut begun = false;
        std::future::poll_fn(|task| {
            if !std::mem::replace(&mut begun, true) && self.is_dead() {
                return Poll::Pending;
            }
            let polled = work.as_mut().poll(task);
            if self.is_dead() { Poll::Pending } else { polled }
        })
        .await
    }

    /// Lives until the work is done, or dies before: `None`.
    pub(super) async fn live<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        tokio::select! {
            biased;
            () = self.dead.notified() => None,
            done = self.pass(work) => Some(done),
        }
    }

    /// The same systems, and all that is asked of them passes here.
    pub(super) fn watching(self: &Arc<Self>, parts: Parts) -> Parts {
        let points = || self.clone();
        Parts {
            source: Arc::new(Watched(parts.source, points())),
            customs: Arc::new(Watched(parts.customs, points())),
            sink: Arc::new(Watched(parts.sink, points())),
            reporter: Arc::new(Watched(parts.reporter, points())),
            runs: Arc::new(Watched(parts.runs, points())),
            records: Arc::new(Watched(parts.records, points())),
        }
    }
}

#[derive(Debug)]
struct Watched<T: ?Sized>(Arc<T>, Arc<Points>);

#[async_trait]
impl SourceSystem for Watched<dyn SourceSystem> {
    async fn fetch(&self, cx: &CallContext, request: FetchRequest) -> Result<Page> {
        self.1.pass(self.0.fetch(cx, request)).await
    }
}

#[async_trait]
impl CustomsApi for Watched<dyn CustomsApi> {
    fn supports(&self, service: &ServiceId) -> bool {
        self.0.supports(service)
    }

    async fn query(&self, cx: &CallContext, query: &CustomsQuery) -> Result<CustomsAnswer> {
        self.1.pass(self.0.query(cx, query)).await
    }
}

#[async_trait]
impl Sink for Watched<dyn Sink> {
    fn max_batch(&self) -> usize {
        self.0.max_batch()
    }

    fn idempotency(&self) -> Idempotency {
        self.0.idempotency()
    }

    async fn deliver(&self, cx: &CallContext, batch: &[Delivery]) -> Result<Vec<Outcome>> {
        self.1.pass(self.0.deliver(cx, batch)).await
    }
}

#[async_trait]
impl ErrorReporter for Watched<dyn ErrorReporter> {
    async fn report(&self, cx: &CallContext, report: &ErrorReport) {
        self.1.pass(self.0.report(cx, report)).await;
    }
}

#[async_trait]
impl RunLedger for Watched<dyn RunLedger> {
    async fn begin(&self, cx: &CallContext, request: &BeginRequest) -> Result<Begun> {
        self.1.pass(self.0.begin(cx, request)).await
    }

    async fn heartbeat(&self, cx: &CallContext, fence: u64, lease: Duration) -> Result<()> {
        self.1.pass(self.0.heartbeat(cx, fence, lease)).await
    }

    async fn dispatched(
        &self,
        cx: &CallContext,
        fence: u64,
        totals: &PlanTotals,
        not_after: Duration,
    ) -> Result<()> {
        self.1.pass(self.0.dispatched(cx, fence, totals, not_after)).await
    }

    async fn close(
        &self,
        cx: &CallContext,
        fence: u64,
        calls: Calls,
        error: Option<&str>,
    ) -> Result<Receipt> {
        self.1.pass(self.0.close(cx, fence, calls, error)).await
    }

    async fn usual_due(&self, cx: &CallContext, limit: u32, within: Duration) -> Result<Vec<u64>> {
        self.1.pass(self.0.usual_due(cx, limit, within)).await
    }

    async fn reap(&self, cx: &CallContext) -> Result<Vec<Receipt>> {
        self.1.pass(self.0.reap(cx)).await
    }
}

#[async_trait]
impl RecordLedger for Watched<dyn RecordLedger> {
    async fn load(&self, cx: &CallContext, keys: &[RecordKey]) -> Result<Vec<RecordState>> {
        self.1.pass(self.0.load(cx, keys)).await
    }

    async fn claim(&self, cx: &CallContext, request: ClaimRequest<'_>) -> Result<Vec<Claimed>> {
        self.1.pass(self.0.claim(cx, request)).await
    }

    async fn settle(&self, cx: &CallContext, request: SettleRequest<'_>) -> Result<SettleReport> {
        self.1.pass(self.0.settle(cx, request)).await
    }
}
