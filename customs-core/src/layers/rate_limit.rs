use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use tokio::time::Instant;

use super::pace::{Lane, Pace, Slot};
use crate::{
    CallContext, CustomsAnswer, CustomsApi, CustomsQuery, Error, ErrorKind, Rate, Result, ServiceId,
};

/// Keeps a rate and a number of calls under way for each service: it has a key of its own, and no service waits for another.
/// Within a service a call waits for its turn, in the order of asking. Both bounds are of this process; a bucket shared by
/// processes is [`Quota`](super::Quota)'s. Where the call's chunk carries a slice of the rate ([`FanOut`](crate::FanOut)), the
/// turns are the slice's.
///
/// How many may be under way is the [`Pace`]'s to say; it also says when the service wants to be left alone.
#[derive(Debug)]
pub struct RateLimit<T> {
    inner: T,
    pace: Arc<Pace>,
    rate: Option<Rate>,
    buckets: Mutex<HashMap<ServiceId, Arc<Bucket>>>,
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
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
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
    /// As many calls of a service at once as `pace` allows, and `rate` for each service if given (above zero).
    pub fn new(inner: T, pace: impl Into<Arc<Pace>>, rate: Option<Rate>) -> Self {
        Self {
            inner,
            pace: pace.into(),
            rate: rate.filter(|r| r.per_second > 0.0),
            buckets: Mutex::default(),
        }
    }

    fn bucket(&self, service: &ServiceId) -> Option<Arc<Bucket>> {
        let rate = self.rate?;
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(bucket) = buckets.get(service) {
            return Some(Arc::clone(bucket));
        }
        let bucket = Arc::new(Bucket::new(rate));
        buckets.insert(service.clone(), Arc::clone(&bucket));
        Some(bucket)
    }

    async fn turn(&self, cx: &CallContext, service: &ServiceId) -> Result<Slot> {
        let lane = self.pace.lane(service);
        let slot = match cx.deadline {
            Some(deadline) => tokio::time::timeout_at(deadline, Arc::clone(&lane).enter())
                .await
                .map_err(|_| over())?,
            None => Arc::clone(&lane).enter().await,
        };
        let slot = slot.ok_or_else(|| Error::new(ErrorKind::Internal, "the rate limit was closed"))?;
        let bucket = self.bucket(service);
        loop {
            wait_out(&lane, cx).await?;
            // A chunk's slice of the rate is shared with nobody: its plan has divided the whole.
            let turn = match (&cx.turns, &bucket) {
                (Some(turns), _) => turns.take(Instant::now(), cx.deadline),
                (None, Some(bucket)) => bucket.take(Instant::now(), cx.deadline),
                (None, None) => return Ok(slot),
            };
            let turn = turn.ok_or_else(over)?;
            tokio::time::sleep_until(turn).await;
            // The service may have asked for a rest meanwhile. This turn is lost then: it was for another time.
            if lane.rests_until(Instant::now()).is_none() {
                return Ok(slot);
            }
        }
    }
}

/// Waits while the service wants to be left alone.
async fn wait_out(lane: &Lane, cx: &CallContext) -> Result<()> {
    while let Some(until) = lane.rests_until(Instant::now()) {
        if cx.deadline.is_some_and(|deadline| until >= deadline) {
            return Err(over());
        }
        tokio::time::sleep_until(until).await;
    }
    Ok(())
}

fn over() -> Error {
    Error::new(
        ErrorKind::Deadline,
        "the run's time is over before the call's turn comes",
    )
}

#[async_trait]
impl<T: CustomsApi> CustomsApi for RateLimit<T> {
    fn supports(&self, service: &ServiceId) -> bool {
        self.inner.supports(service)
    }

    async fn query(&self, cx: &CallContext, query: &CustomsQuery) -> Result<CustomsAnswer> {
        let _slot = self.turn(cx, &query.service).await?;
        self.inner.query(cx, query).await
    }
}

#[cfg(test)]
mod tests {
    use futures_util::future::join_all;

    use super::*;
    use crate::memory::MemoryCustoms;
    use crate::testing::{HangingCustoms, StagedCustoms, context, query};

    #[tokio::test(start_paused = true)]
    async fn a_burst_goes_at_once_and_the_rest_at_the_rate() {
        let customs = MemoryCustoms::new();
        let limited = RateLimit::new(
            customs.clone(),
            Pace::new(100),
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
            Pace::new(100),
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
        let limited = Arc::new(RateLimit::new(HangingCustoms, Pace::new(1), None));
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

    #[tokio::test(start_paused = true)]
    async fn each_service_has_turns_and_places_of_its_own() {
        let customs = StagedCustoms::taking(Duration::from_secs(1));
        let rate = Rate {
            per_second: 1.0,
            burst: 2,
        };
        let limited = RateLimit::new(customs.clone(), Pace::new(2), Some(rate));
        let of = |service: &str| {
            let mut query = query("1");
            query.service = service.into();
            query
        };
        let (cx, start) = (context(), Instant::now());
        let busy = [of("API001"), of("API001"), of("API001"), of("API001")];
        let quiet = [of("API002"), of("API002")];
        let timed = |query: &CustomsQuery| {
            let (limited, cx, query) = (&limited, &cx, query.clone());
            async move {
                limited.query(cx, &query).await.unwrap();
                start.elapsed().as_millis()
            }
        };
        let (busy, quiet) = tokio::join!(
            join_all(busy.iter().map(timed)),
            join_all(quiet.iter().map(timed))
        );
        assert_eq!(quiet, [1000, 1000]);
        assert_eq!(busy, [1000, 1000, 2000, 3000]);
    }
}
