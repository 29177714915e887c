use std::sync::Mutex;
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::Semaphore;
use tokio::time::Instant;

use crate::{
    CallContext, CustomsAnswer, CustomsApi, CustomsQuery, Error, ErrorKind, Rate, Result, ServiceId,
};

/// Keeps a rate and a number of calls in flight: a call waits for its turn, in the order of asking. Both bounds are of this
/// process; the daily budget and a bucket shared by processes are the [`QuotaLedger`](crate::QuotaLedger)'s.
#[derive(Debug)]
pub struct RateLimit<T> {
    inner: T,
    in_flight: Semaphore,
    bucket: Option<Bucket>,
}

/// A token bucket in its "theoretical arrival time" form: one instant is the whole state.
#[derive(Debug)]
struct Bucket {
    interval: Duration,
    tolerance: Duration,
    next: Mutex<Option<Instant>>,
}

impl Bucket {
    fn new(rate: Rate) -> Self {
        let interval = Duration::try_from_secs_f64(1.0 / rate.per_second).unwrap_or(Duration::MAX);
        Self {
            interval,
            tolerance: interval.saturating_mul(rate.burst.saturating_sub(1)),
            next: Mutex::new(None),
        }
    }

    /// Takes a turn if it comes before `deadline`, and says when it is.
    fn take(&self, now: Instant, deadline: Option<Instant>) -> Option<Instant> {
        let mut next = self
            .next
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        let due = next.unwrap_or(now).max(now);
        let turn = due.checked_sub(self.tolerance).unwrap_or(now).max(now);
        if deadline.is_some_and(|d| turn >= d) {
            return None;
        }
        *next = due.checked_add(self.interval).or(Some(due));
        Some(turn)
    }
}

impl<T> RateLimit<T> {
    /// At most `in_flight` calls at once (at least 1), and `rate` if given (its rate must be above zero).
    pub fn new(inner: T, in_flight: usize, rate: Option<Rate>) -> Self {
        let bucket = rate.filter(|r| r.per_second > 0.0).map(Bucket::new);
        Self {
            inner,
            in_flight: Semaphore::new(in_flight.clamp(1, Semaphore::MAX_PERMITS)),
            bucket,
        }
    }

    async fn turn(&self, cx: &CallContext) -> Result<tokio::sync::SemaphorePermit<'_>> {
        let over = || {
            Error::new(
                ErrorKind::Deadline,
                "the run's time is over before the call's turn comes",
            )
        };
        let permit = match cx.deadline {
            Some(deadline) => tokio::time::timeout_at(deadline, self.in_flight.acquire())
                .await
                .map_err(|_| over())?,
            None => self.in_flight.acquire().await,
        };
        let permit = permit.map_err(|_| Error::new(ErrorKind::Internal, "the rate limit was closed"))?;
        if let Some(bucket) = &self.bucket {
            let turn = bucket.take(Instant::now(), cx.deadline).ok_or_else(over)?;
            tokio::time::sleep_until(turn).await;
        }
        Ok(permit)
    }
}

#[async_trait]
impl<T: CustomsApi> CustomsApi for RateLimit<T> {
    fn supports(&self, service: &ServiceId) -> bool {
        self.inner.supports(service)
    }

    async fn query(&self, cx: &CallContext, query: &CustomsQuery) -> Result<CustomsAnswer> {
        let _permit = self.turn(cx).await?;
        self.inner.query(cx, query).await
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use futures_util::future::join_all;

    use super::*;
    use crate::memory::MemoryCustoms;
    use crate::testing::{HangingCustoms, context, query};

    #[tokio::test(start_paused = true)]
    async fn a_burst_goes_at_once_and_the_rest_at_the_rate() {
        let customs = MemoryCustoms::new();
        let limited = RateLimit::new(
            customs.clone(),
            100,
            Some(Rate {
                per_second: 10.0,
                burst: 5,
            }),
        );
        let (cx, start) = (context(), Instant::now());
        let queries: Vec<_> = (0..25).map(|i| query(&i.to_string())).collect();
        join_all(queries.iter().map(|q| limited.query(&cx, q))).await;
        let at: Vec<_> = customs
            .asked_at()
            .iter()
            .map(|t| (*t - start).as_millis())
            .collect();
        assert_eq!(at[..5], [0; 5]);
        assert!(at[5] >= 100 && at[24] >= 2000 && at[24] <= 2030, "{at:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_turn_after_the_deadline_is_not_waited_for() {
        let limited = RateLimit::new(
            MemoryCustoms::new(),
            100,
            Some(Rate {
                per_second: 1.0,
                burst: 1,
            }),
        );
        let cx = context().until(Instant::now() + Duration::from_millis(500));
        assert!(limited.query(&cx, &query("1")).await.is_ok());
        let error = limited.query(&cx, &query("2")).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.get_sent()),
            (ErrorKind::Deadline, crate::Sent::No)
        );
        assert!(
            limited.query(&context(), &query("3")).await.is_ok(),
            "the turn was not used up"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn calls_in_flight_are_bounded() {
        let limited = Arc::new(RateLimit::new(HangingCustoms, 1, None));
        let first = tokio::spawn({
            let limited = limited.clone();
            async move { limited.query(&context(), &query("1")).await }
        });
        tokio::task::yield_now().await;
        let cx = context().until(Instant::now() + Duration::from_secs(1));
        assert_eq!(
            limited.query(&cx, &query("2")).await.unwrap_err().kind(),
            ErrorKind::Deadline
        );
        first.abort();
    }
}
