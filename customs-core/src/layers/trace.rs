use async_trait::async_trait;
use tokio::time::Instant;
use tracing::debug;

use crate::{
    CallContext, CustomsAnswer, CustomsApi, CustomsQuery, Delivery, Error, FetchRequest, Idempotency,
    Outcome, Page, Result, ServiceId, Sink, SourceSystem,
};

/// Writes one event per call, at level debug: what, for whom, how long, how it ended. Never a parameter's value.
#[derive(Debug, Clone)]
pub struct Trace<T> {
    inner: T,
}

impl<T> Trace<T> {
    /// Traces `inner`.
    pub fn new(inner: T) -> Self {
        Self { inner }
    }
}

async fn traced<R>(
    cx: &CallContext,
    call: &str,
    what: &str,
    work: impl Future<Output = Result<R>>,
) -> Result<R> {
    let start = Instant::now();
    let result = work.await;
    let elapsed_us = u64::try_from(start.elapsed().as_micros()).unwrap_or(u64::MAX);
    let error = result.as_ref().err().map(Error::to_string);
    let (run, correlation) = (cx.run.as_str(), &*cx.correlation);
    debug!(
        message = "Called.",
        call,
        what,
        run,
        correlation,
        attempt = cx.attempt,
        elapsed_us,
        error
    );
    result
}

#[async_trait]
impl<T: CustomsApi> CustomsApi for Trace<T> {
    fn supports(&self, service: &ServiceId) -> bool {
        self.inner.supports(service)
    }

    async fn query(&self, cx: &CallContext, query: &CustomsQuery) -> Result<CustomsAnswer> {
        traced(cx, "query", query.service.as_str(), self.inner.query(cx, query)).await
    }
}

#[async_trait]
impl<T: SourceSystem> SourceSystem for Trace<T> {
    async fn fetch(&self, cx: &CallContext, request: FetchRequest) -> Result<Page> {
        traced(cx, "fetch", cx.job.as_str(), self.inner.fetch(cx, request)).await
    }
}

#[async_trait]
impl<T: Sink> Sink for Trace<T> {
    fn max_batch(&self) -> usize {
        self.inner.max_batch()
    }

    fn idempotency(&self) -> Idempotency {
        self.inner.idempotency()
    }

    async fn deliver(&self, cx: &CallContext, batch: &[Delivery]) -> Result<Vec<Outcome>> {
        traced(cx, "deliver", cx.job.as_str(), self.inner.deliver(cx, batch)).await
    }
}
