use async_trait::async_trait;
use tokio::time::Instant;
use tracing::field::Empty;
use tracing::{Instrument as _, Span, debug, trace_span};

use crate::{
    CallContext, CustomsAnswer, CustomsApi, CustomsQuery, Delivery, Error, FetchRequest, Idempotency,
    Outcome, Page, Result, ServiceId, Sink, SourceSystem,
};

/// Writes one event per call, at level debug: what, for whom, how long, how it ended. Around the call stands a span at level
/// trace (`query`, `fetch`, `deliver`) for whoever collects spans. Never a parameter's value.
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
    (call, what, span): (&str, &str, Span),
    work: impl Future<Output = Result<R>>,
    outcome: impl FnOnce(&R) -> String,
) -> Result<R> {
    let start = Instant::now();
    let result = work.instrument(span.clone()).await;
    let elapsed_us = u64::try_from(start.elapsed().as_micros()).unwrap_or(u64::MAX);
    if !span.is_disabled() {
        match &result {
            Ok(result) => span.record("outcome", outcome(result)),
            // The kind alone: a message may hold what the other side wrote about a record.
            Err(error) => span
                .record("outcome", "error")
                .record("error.type", error.kind().as_str()),
        };
    }
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
        let service = query.service.as_str();
        let span = trace_span!("query", service, run = cx.run.as_str(), outcome = Empty, error.type = Empty);
        let work = self.inner.query(cx, query);
        traced(cx, ("query", service, span), work, |answer| {
            answer.verdict.to_string()
        })
        .await
    }
}

#[async_trait]
impl<T: SourceSystem> SourceSystem for Trace<T> {
    async fn fetch(&self, cx: &CallContext, request: FetchRequest) -> Result<Page> {
        let job = cx.job.as_str();
        let span = trace_span!("fetch", job, run = cx.run.as_str(), outcome = Empty, error.type = Empty);
        let work = self.inner.fetch(cx, request);
        traced(cx, ("fetch", job, span), work, |page| {
            format!("{} records", page.records.len())
        })
        .await
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
        let job = cx.job.as_str();
        let span = trace_span!("deliver", job, run = cx.run.as_str(), outcome = Empty, error.type = Empty);
        let work = self.inner.deliver(cx, batch);
        let done = |outcomes: &Vec<Outcome>| {
            let taken = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
            format!("{taken} of {} rows taken", outcomes.len())
        };
        traced(cx, ("deliver", job, span), work, done).await
    }
}
