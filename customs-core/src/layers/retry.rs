use std::time::Duration;

use async_trait::async_trait;
use backon::{BackoffBuilder, ExponentialBuilder};
use tracing::warn;

use crate::{
    CallContext, CustomsAnswer, CustomsApi, CustomsQuery, Delivery, Error, ErrorKind, FetchRequest,
    Idempotency, Outcome, Page, Result, Sent, ServiceId, Sink, SourceSystem,
};

/// How often to try, and how long to wait in between: the wait doubles, with a random share added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryPolicy {
    /// Tries in all, the first included. Default 3.
    pub attempts: u32,
    /// The first wait. Default 200 ms.
    pub first_wait: Duration,
    /// The longest wait. Default 5 s.
    pub longest_wait: Duration,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            attempts: 3,
            first_wait: Duration::from_millis(200),
            longest_wait: Duration::from_secs(5),
        }
    }
}

/// Repeats calls whose error is transient. The one place where repeats happen.
///
/// - The other side's wish when to try again wins over the policy's wait.
/// - A wait that would pass the context's deadline is not begun.
/// - Giving up marks the error exhausted, so that nobody above tries again.
/// - A write that may have been carried out is repeated only if the sink is idempotent; of a batch only the failed part is.
#[derive(Debug, Clone)]
pub struct Retry<T> {
    inner: T,
    policy: RetryPolicy,
}

impl<T> Retry<T> {
    /// Repeats calls of `inner`.
    pub fn new(inner: T, policy: RetryPolicy) -> Self {
        Self { inner, policy }
    }

    fn waits(&self) -> Waits {
        let waits = ExponentialBuilder::default()
            .with_min_delay(self.policy.first_wait)
            .with_max_delay(self.policy.longest_wait)
            .with_max_times(self.policy.attempts.saturating_sub(1) as usize)
            .with_jitter()
            .build();
        Waits {
            waits: Box::new(waits),
            attempt: 1,
        }
    }

    async fn repeat<R, F: Future<Output = Result<R>>>(
        &self,
        cx: &CallContext,
        call: impl Fn(CallContext) -> F,
    ) -> Result<R> {
        let mut waits = self.waits();
        let mut cause: Option<Error> = None;
        loop {
            match (call(cx.attempt(waits.attempt)).await, cause.take()) {
                // The breaker opened while we waited. What was met before it is the cause, and was tried.
                (Err(error), Some(cause)) if error.kind() == ErrorKind::CircuitOpen => {
                    return Err(cause.exhausted());
                }
                (Err(error), _) if error.is_transient() => {
                    cause = Some(error.clone());
                    waits.wait(cx, error).await?;
                }
                (result, _) => return result,
            }
        }
    }
}

struct Waits {
    waits: Box<dyn Iterator<Item = Duration> + Send>,
    attempt: u32,
}

impl Waits {
    /// Waits before the next try, or gives the error back as exhausted.
    async fn wait(&mut self, cx: &CallContext, error: Error) -> Result<()> {
        let Some(wait) = self.waits.next() else {
            return Err(error.exhausted());
        };
        let wait = error.get_retry_after().unwrap_or(wait);
        if cx.remaining().is_some_and(|left| wait >= left) {
            return Err(error.exhausted());
        }
        warn!(message = "Retrying.", %error, attempt = self.attempt, wait_ms = wait.as_millis() as u64, correlation = &*cx.correlation);
        tokio::time::sleep(wait).await;
        self.attempt += 1;
        Ok(())
    }
}

#[async_trait]
impl<T: CustomsApi> CustomsApi for Retry<T> {
    fn supports(&self, service: &ServiceId) -> bool {
        self.inner.supports(service)
    }

    async fn query(&self, cx: &CallContext, query: &CustomsQuery) -> Result<CustomsAnswer> {
        self.repeat(cx, |cx| async move { self.inner.query(&cx, query).await })
            .await
    }
}

#[async_trait]
impl<T: SourceSystem> SourceSystem for Retry<T> {
    async fn fetch(&self, cx: &CallContext, request: FetchRequest) -> Result<Page> {
        self.repeat(cx, |cx| {
            let request = request.clone();
            async move { self.inner.fetch(&cx, request).await }
        })
        .await
    }
}

#[async_trait]
impl<T: Sink> Sink for Retry<T> {
    fn max_batch(&self) -> usize {
        self.inner.max_batch()
    }

    fn idempotency(&self) -> Idempotency {
        self.inner.idempotency()
    }

    async fn deliver(&self, cx: &CallContext, batch: &[Delivery]) -> Result<Vec<Outcome>> {
        let safe = |e: &Error| {
            e.is_transient() && (e.get_sent() != Sent::Maybe || self.idempotency() == Idempotency::ByKey)
        };
        // An item without an outcome of its own was never confirmed.
        let unanswered =
            || Err(Error::new(ErrorKind::Protocol, "no outcome for this item").sent(Sent::Maybe));
        let mut outcomes: Vec<Outcome> = batch.iter().map(|_| unanswered()).collect();
        let mut open: Vec<usize> = (0..batch.len()).collect();
        // Once a try may have been carried out, no later error can say that nothing was.
        let mut maybe = vec![false; batch.len()];
        // The error of a call that failed as a whole, as long as no item has an outcome of its own.
        let mut whole;
        let mut waits = self.waits();
        loop {
            // The first try borrows the whole batch; only a rare second one copies the part that failed.
            let part: Vec<Delivery>;
            let items = if open.len() == batch.len() {
                batch
            } else {
                part = open.iter().filter_map(|i| batch.get(*i).cloned()).collect();
                &part
            };
            let results = match self.inner.deliver(&cx.attempt(waits.attempt), items).await {
                Ok(results) => {
                    whole = None;
                    results
                }
                Err(error) => {
                    whole = (open.len() == batch.len()).then(|| error.clone());
                    open.iter().map(|_| Err(error.clone())).collect()
                }
            };
            let mut results = results.into_iter();
            let (mut again, mut still) = (None, Vec::new());
            for i in std::mem::take(&mut open) {
                let result = results.next().unwrap_or_else(unanswered);
                if let Err(error) = &result {
                    maybe[i] |= error.get_sent() == Sent::Maybe;
                    if safe(error) {
                        still.push(i);
                        again.get_or_insert_with(|| error.clone());
                    }
                }
                outcomes[i] = result;
            }
            open = still;
            let Some(error) = again else { break };
            if let Err(error) = waits.wait(cx, error).await {
                whole = whole.map(|_| error);
                for i in open {
                    outcomes[i] = outcomes[i].clone().map_err(Error::exhausted);
                }
                break;
            }
        }
        let sent = |error: Error, maybe: bool| if maybe { error.sent(Sent::Maybe) } else { error };
        match whole {
            Some(error) => Err(sent(error, maybe.contains(&true))),
            None => {
                let outcomes = outcomes.into_iter().zip(maybe);
                Ok(outcomes
                    .map(|(outcome, maybe)| outcome.map_err(|e| sent(e, maybe)))
                    .collect())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Retryability;
    use crate::layers::{BreakerPolicy, CircuitBreaker, Timeout};
    use crate::memory::{MemoryCustoms, MemorySink};
    use crate::testing::{HangingCustoms, context, delivery, query};

    fn down() -> Error {
        Error::new(ErrorKind::Unavailable, "refused").transient()
    }

    #[tokio::test(start_paused = true)]
    async fn a_transient_error_is_tried_again_until_it_passes() {
        let customs = MemoryCustoms::new();
        customs.fail_times("1", 2, down);
        let retry = Retry::new(customs.clone(), RetryPolicy::default());
        assert!(retry.query(&context(), &query("1")).await.is_ok());
        assert_eq!(customs.asked_at().len(), 3);
    }

    #[tokio::test(start_paused = true)]
    async fn giving_up_marks_the_error_exhausted_and_a_permanent_one_is_not_repeated() {
        let customs = MemoryCustoms::new();
        customs.fail("down", down);
        customs.fail("bad", || Error::new(ErrorKind::Refused, "no"));
        let retry = Retry::new(customs.clone(), RetryPolicy::default());
        let error = retry.query(&context(), &query("down")).await.unwrap_err();
        assert_eq!(
            (error.get_retryability(), customs.asked_at().len()),
            (Retryability::Exhausted, 3)
        );
        let error = retry.query(&context(), &query("bad")).await.unwrap_err();
        assert_eq!(
            (error.get_retryability(), customs.asked_at().len()),
            (Retryability::Permanent, 4)
        );
    }

    #[tokio::test(start_paused = true)]
    async fn the_deadline_counts_the_waits_and_the_other_sides_wish_wins() {
        let customs = MemoryCustoms::new();
        customs.fail_times("1", 1, || down().retry_after(Duration::from_secs(10)));
        let retry = Retry::new(customs.clone(), RetryPolicy::default());
        let start = tokio::time::Instant::now();
        let cx = context().until(start + Duration::from_secs(9));
        let error = retry.query(&cx, &query("1")).await.unwrap_err();
        assert_eq!(
            (error.get_retryability(), start.elapsed()),
            (Retryability::Exhausted, Duration::ZERO)
        );
        customs.fail_times("1", 1, || down().retry_after(Duration::from_secs(10)));
        assert!(retry.query(&context(), &query("1")).await.is_ok());
        assert_eq!(start.elapsed().as_secs(), 10);
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_that_hangs_is_tried_again_when_a_timeout_stands_inside() {
        let retry = Retry::new(
            Timeout::new(HangingCustoms, Duration::from_secs(1)),
            RetryPolicy::default(),
        );
        let error = retry.query(&context(), &query("1")).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.get_retryability()),
            (ErrorKind::Timeout, Retryability::Exhausted)
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_breaker_that_opens_in_between_does_not_hide_the_cause() {
        let customs = MemoryCustoms::new();
        customs.fail("1", down);
        let policy = BreakerPolicy {
            failures: 1,
            ..BreakerPolicy::default()
        };
        let retry = Retry::new(
            CircuitBreaker::new(customs.clone(), policy),
            RetryPolicy::default(),
        );
        let error = retry.query(&context(), &query("1")).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.get_retryability(), customs.asked_at().len()),
            (ErrorKind::Unavailable, Retryability::Exhausted, 1)
        );
        let untried = retry.query(&context(), &query("1")).await.unwrap_err();
        assert_eq!(
            (untried.kind(), customs.asked_at().len()),
            (ErrorKind::CircuitOpen, 1)
        );
    }

    #[tokio::test(start_paused = true)]
    async fn only_the_failed_part_of_a_batch_goes_back() {
        let sink = MemorySink::new(Idempotency::ByKey);
        sink.fail_times("2", 1, down);
        let outcomes = Retry::new(sink.clone(), RetryPolicy::default())
            .deliver(&context(), &[delivery("1"), delivery("2"), delivery("3")])
            .await
            .unwrap();
        assert!(outcomes.iter().all(Result::is_ok));
        assert_eq!(sink.batches(), [3, 1]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_write_that_may_have_been_sent_is_repeated_only_to_an_idempotent_sink() {
        for (idempotency, calls) in [(Idempotency::None, 1), (Idempotency::ByKey, 3)] {
            let sink = MemorySink::new(idempotency);
            sink.break_batches(5, || down().sent(Sent::Maybe));
            let result = Retry::new(sink.clone(), RetryPolicy::default())
                .deliver(&context(), &[delivery("1")])
                .await;
            assert_eq!(result.unwrap_err().get_sent(), Sent::Maybe);
            assert_eq!(sink.batches().len(), calls, "{idempotency:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn once_a_try_may_have_been_carried_out_no_later_error_denies_it() {
        let sink = MemorySink::new(Idempotency::ByKey);
        let tries = std::sync::atomic::AtomicU32::new(0);
        sink.break_batches(3, move || {
            match tries.fetch_add(1, std::sync::atomic::Ordering::Relaxed) {
                0 => down().sent(Sent::Maybe),
                _ => down().sent(Sent::No),
            }
        });
        let result = Retry::new(sink, RetryPolicy::default())
            .deliver(&context(), &[delivery("1")])
            .await;
        assert_eq!(result.unwrap_err().get_sent(), Sent::Maybe);
    }

    #[tokio::test(start_paused = true)]
    async fn what_was_confirmed_stays_confirmed_when_the_rest_breaks() {
        let sink = MemorySink::new(Idempotency::ByKey);
        sink.fail_times("2", 1, down);
        sink.break_batches_after(1, || Error::new(ErrorKind::Unauthorized, "locked"));
        let outcomes = Retry::new(sink.clone(), RetryPolicy::default())
            .deliver(&context(), &[delivery("1"), delivery("2")])
            .await
            .unwrap();
        assert!(outcomes[0].is_ok());
        assert_eq!(outcomes[1].as_ref().unwrap_err().kind(), ErrorKind::Unauthorized);
    }
}
