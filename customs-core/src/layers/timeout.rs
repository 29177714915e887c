use std::time::Duration;

use async_trait::async_trait;

use crate::{
    CallContext, CustomsAnswer, CustomsApi, CustomsQuery, Delivery, Error, ErrorKind, FetchRequest,
    Idempotency, Outcome, Page, Result, Sent, ServiceId, Sink, SourceSystem,
};

/// Bounds one call, and never lets it run past the context's deadline. A call that is cut off may have been sent.
#[derive(Debug, Clone)]
pub struct Timeout<T> {
    inner: T,
    limit: Duration,
}

impl<T> Timeout<T> {
    /// Bounds each call of `inner` by `limit`.
    pub fn new(inner: T, limit: Duration) -> Self {
        Self { inner, limit }
    }

    async fn bound<R>(&self, cx: &CallContext, call: impl Future<Output = Result<R>>) -> Result<R> {
        let (limit, by_deadline) = match cx.remaining() {
            Some(left) if left.is_zero() => {
                return Err(Error::new(
                    ErrorKind::Deadline,
                    "the run's time was over before the call began",
                ));
            }
            Some(left) if left < self.limit => (left, true),
            _ => (self.limit, false),
        };
        match tokio::time::timeout(limit, call).await {
            Ok(result) => result,
            Err(_) if by_deadline => Err(Error::new(
                ErrorKind::Deadline,
                "the run's time was over during the call",
            )
            .sent(Sent::Maybe)),
            Err(_) => {
                let text = format!("no answer within {:.1} s", limit.as_secs_f64());
                Err(Error::new(ErrorKind::Timeout, text).transient().sent(Sent::Maybe))
            }
        }
    }
}

#[async_trait]
impl<T: CustomsApi> CustomsApi for Timeout<T> {
    fn supports(&self, service: &ServiceId) -> bool {
        self.inner.supports(service)
    }

    async fn query(&self, cx: &CallContext, query: &CustomsQuery) -> Result<CustomsAnswer> {
        self.bound(cx, self.inner.query(cx, query)).await
    }
}

#[async_trait]
impl<T: SourceSystem> SourceSystem for Timeout<T> {
    async fn fetch(&self, cx: &CallContext, request: FetchRequest) -> Result<Page> {
        self.bound(cx, self.inner.fetch(cx, request)).await
    }
}

#[async_trait]
impl<T: Sink> Sink for Timeout<T> {
    fn max_batch(&self) -> usize {
        self.inner.max_batch()
    }

    fn idempotency(&self) -> Idempotency {
        self.inner.idempotency()
    }

    async fn deliver(&self, cx: &CallContext, batch: &[Delivery]) -> Result<Vec<Outcome>> {
        self.bound(cx, self.inner.deliver(cx, batch)).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{HangingCustoms, context, query};

    #[tokio::test(start_paused = true)]
    async fn a_call_that_hangs_is_cut_off_and_may_have_been_sent() {
        let customs = Timeout::new(HangingCustoms, Duration::from_secs(5));
        let error = customs.query(&context(), &query("1")).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.get_sent(), error.is_transient()),
            (ErrorKind::Timeout, Sent::Maybe, true)
        );
    }

    #[tokio::test(start_paused = true)]
    async fn the_deadline_cuts_earlier_and_is_not_tried_again() {
        let customs = Timeout::new(HangingCustoms, Duration::from_secs(5));
        let cx = context().until(tokio::time::Instant::now() + Duration::from_secs(1));
        for sent in [Sent::Maybe, Sent::No] {
            let error = customs.query(&cx, &query("1")).await.unwrap_err();
            assert_eq!(
                (error.kind(), error.get_sent(), error.is_transient()),
                (ErrorKind::Deadline, sent, false)
            );
        }
    }
}
