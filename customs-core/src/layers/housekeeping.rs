use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

use crate::{
    BeginRequest, Begun, CallContext, Calls, ForgetRequest, Keep, PlanTotals, Receipt, Result, Retention,
    RunLedger,
};

/// Rows of each kind that are forgotten at once: a transaction that nobody notices.
const BATCH: u32 = 500;
/// Batches after one run.
const BATCHES: usize = 20;
/// From one sweep to the next.
const REST: Duration = Duration::from_secs(24 * 3600);

/// Around a run ledger: after a run is closed, forgets what is too old, once a day and a little at a time. What is left of
/// it goes on after the next run. It never fails a run.
#[derive(Debug)]
pub struct Housekeeping {
    inner: Arc<dyn RunLedger>,
    retention: Arc<dyn Retention>,
    keep: Keep,
}

impl Housekeeping {
    /// Forgets by `keep` after runs of `inner`.
    pub fn new(inner: Arc<dyn RunLedger>, retention: Arc<dyn Retention>, keep: Keep) -> Self {
        Self {
            inner,
            retention,
            keep,
        }
    }

    async fn sweep(&self, cx: &CallContext) {
        let request = ForgetRequest {
            keep: self.keep,
            limit: BATCH,
            rest: REST,
        };
        for _ in 0..BATCHES {
            match self.retention.forget(cx, &request).await {
                Ok(forgotten) if forgotten.more => {}
                Ok(_) => return,
                Err(error) => {
                    tracing::warn!(message = "Old rows could not be forgotten.", error = %error.chain());
                    return;
                }
            }
        }
    }
}

#[async_trait]
impl RunLedger for Housekeeping {
    async fn begin(&self, cx: &CallContext, request: &BeginRequest) -> Result<Begun> {
        self.inner.begin(cx, request).await
    }

    async fn heartbeat(&self, cx: &CallContext, fence: u64, lease: Duration) -> Result<()> {
        self.inner.heartbeat(cx, fence, lease).await
    }

    async fn dispatched(
        &self,
        cx: &CallContext,
        fence: u64,
        totals: &PlanTotals,
        not_after: Duration,
    ) -> Result<()> {
        self.inner.dispatched(cx, fence, totals, not_after).await
    }

    async fn close(
        &self,
        cx: &CallContext,
        fence: u64,
        calls: Calls,
        error: Option<&str>,
    ) -> Result<Receipt> {
        let receipt = self.inner.close(cx, fence, calls, error).await?;
        self.sweep(cx).await;
        Ok(receipt)
    }

    async fn usual_due(&self, cx: &CallContext, limit: u32, within: Duration) -> Result<Vec<u64>> {
        self.inner.usual_due(cx, limit, within).await
    }

    async fn reap(&self, cx: &CallContext) -> Result<Vec<Receipt>> {
        let receipts = self.inner.reap(cx).await?;
        // Runs whose chunks travel through a queue are closed here.
        if !receipts.is_empty() {
            self.sweep(cx).await;
        }
        Ok(receipts)
    }
}
