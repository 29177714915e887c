use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use tokio::time::Instant;

use super::line::Line;
use super::pace::{Lane, Pace, Slot};
use crate::{
    CallContext, CustomsAnswer, CustomsApi, CustomsQuery, Error, ErrorKind, Priority, Rate, Result,
    ServiceId, Turns,
};

/// Keeps a rate and a number of calls under way for each service: it has a key of its own, and no service waits for another.
/// Within a service calls wait in one line: urgent ones come first, and overtake also the one at its head; then jobs take
/// turns, so that a long job leaves the others their share; calls of one job go in the order of asking. Both bounds are of
/// this process; a bucket shared by processes is [`Quota`](super::Quota)'s. Where the call's chunk
/// carries a slice of the rate ([`FanOut`](crate::FanOut)), the turns are the slice's.
///
/// How many may be under way is the [`Pace`]'s to say; it also says when the service wants to be left alone.
#[derive(Debug)]
pub struct RateLimit<T> {
    inner: T,
    pace: Arc<Pace>,
    rate: Option<Rate>,
    queues: Mutex<HashMap<ServiceId, Arc<Queue>>>,
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

    /// When the next token may be taken.
    fn ready(&self, now: Instant) -> Instant {
        let next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let due = next.unwrap_or(now).max(now);
        due.checked_sub(self.tolerance).unwrap_or(now).max(now)
    }

    /// Takes a token that is ready.
    fn take(&self, now: Instant) {
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let due = next.unwrap_or(now).max(now);
        *next = due.checked_add(self.interval).or(Some(due));
    }
}

/// One service: the line of those who wait, and what they wait for.
#[derive(Debug)]
struct Queue {
    line: Arc<Line>,
    bucket: Option<Bucket>,
}

impl<T> RateLimit<T> {
    /// As many calls of a service at once as `pace` allows, and `rate` for each service if given (above zero).
    pub fn new(inner: T, pace: impl Into<Arc<Pace>>, rate: Option<Rate>) -> Self {
        Self {
            inner,
            pace: pace.into(),
            rate: rate.filter(|r| r.per_second > 0.0),
            queues: Mutex::default(),
        }
    }

    fn queue(&self, service: &ServiceId) -> Arc<Queue> {
        let mut queues = self.queues.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(queue) = queues.get(service) {
            return Arc::clone(queue);
        }
        let queue = Arc::new(Queue {
            line: Arc::default(),
            bucket: self.rate.map(Bucket::new),
        });
        queues.insert(service.clone(), Arc::clone(&queue));
        queue
    }

    /// Waits for the head of the line, then for a slot and a token. Who is not urgent makes way at the head, too.
    async fn turn(&self, cx: &CallContext, service: &ServiceId) -> Result<Slot> {
        let (lane, queue) = (self.pace.lane(service), self.queue(service));
        let in_time = async {
            // A chunk's slice of the rate is shared with nobody: its plan has divided the whole.
            if let Some(turns) = &cx.turns {
                return queue.take_turn(&lane, cx, turns).await;
            }
            let mut head = queue.line.wait(cx).await;
            loop {
                let slot = match cx.priority {
                    Priority::Urgent => queue.admit(&lane, cx).await,
                    Priority::Normal => tokio::select! {
                        biased;
                        () = queue.line.urgent_waits() => {
                            head = queue.line.make_way(head, cx).await;
                            continue;
                        }
                        slot = queue.admit(&lane, cx) => slot,
                    },
                };
                drop(head);
                return slot;
            }
        };
        match cx.deadline {
            Some(deadline) => tokio::time::timeout_at(deadline, in_time)
                .await
                .map_err(|_| over())?,
            None => in_time.await,
        }
    }
}

impl Queue {
    /// For a call that has turns of its own.
    async fn take_turn(&self, lane: &Arc<Lane>, cx: &CallContext, turns: &Turns) -> Result<Slot> {
        let slot = Arc::clone(lane).enter().await.ok_or_else(closed)?;
        loop {
            wait_out(lane, cx).await?;
            let turn = turns.take(Instant::now(), cx.deadline).ok_or_else(over)?;
            until(turn).await;
            // The service may have asked for a rest meanwhile. This turn is lost then: it was for another time.
            if lane.rests_until(Instant::now()).is_none() {
                return Ok(slot);
            }
        }
    }

    /// For who is at the head.
    async fn admit(&self, lane: &Arc<Lane>, cx: &CallContext) -> Result<Slot> {
        let slot = Arc::clone(lane).enter().await.ok_or_else(closed)?;
        loop {
            wait_out(lane, cx).await?;
            let Some(bucket) = &self.bucket else {
                return Ok(slot);
            };
            let ready = bucket.ready(Instant::now());
            if cx.deadline.is_some_and(|deadline| ready >= deadline) {
                return Err(over());
            }
            until(ready).await;
            // The service may have asked for a rest meanwhile.
            if lane.rests_until(Instant::now()).is_none() {
                bucket.take(Instant::now());
                return Ok(slot);
            }
        }
    }
}

/// Waits for an instant, if it is to come. A timer rounds up to the next millisecond, which whoever may go at once, and all
/// behind it in the line, would wait for.
async fn until(instant: Instant) {
    if instant > Instant::now() {
        tokio::time::sleep_until(instant).await;
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

fn closed() -> Error {
    Error::new(ErrorKind::Internal, "the rate limit was closed")
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
        let behind = self.queue(&query.service).line.waiting(cx.priority);
        let cx = CallContext { behind, ..cx.clone() };
        self.inner.query(&cx, query).await
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

    /// When each of some calls went out, in milliseconds.
    async fn went_at(
        limited: &Arc<RateLimit<MemoryCustoms>>,
        calls: usize,
        cx: CallContext,
    ) -> tokio::task::JoinHandle<Vec<u128>> {
        let (limited, begun) = (Arc::clone(limited), Instant::now());
        let asking = tokio::spawn(async move {
            let ask = async |i: usize| {
                limited.query(&cx, &query(&i.to_string())).await.unwrap();
                begun.elapsed().as_millis()
            };
            join_all((0..calls).map(ask)).await
        });
        tokio::task::yield_now().await;
        asking
    }

    fn ten_a_second() -> Arc<RateLimit<MemoryCustoms>> {
        let rate = Rate {
            per_second: 10.0,
            burst: 1,
        };
        Arc::new(RateLimit::new(MemoryCustoms::new(), Pace::new(100), Some(rate)))
    }

    #[tokio::test(start_paused = true)]
    async fn an_urgent_call_takes_the_next_token() {
        let limited = ten_a_second();
        let full = went_at(&limited, 50, context()).await;
        tokio::time::sleep(Duration::from_millis(1050)).await;
        let urgent = CallContext {
            priority: Priority::Urgent,
            ..context()
        };
        let urgent = went_at(&limited, 3, urgent).await.await.unwrap();
        assert!(urgent[0] <= 51 && urgent[2] <= 251, "{urgent:?}");
        let full = full.await.unwrap();
        let at = |i: usize| full[i] / 100;
        assert_eq!(
            (at(10), at(11), at(49)),
            (10, 14, 52),
            "and no token is lost: {full:?}"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn jobs_take_turns() {
        let limited = ten_a_second();
        let long = went_at(&limited, 40, context()).await;
        let other = CallContext {
            job: "other".into(),
            ..context()
        };
        let short = went_at(&limited, 5, other).await.await.unwrap();
        assert!(short[4] <= 1_101, "every second token: {short:?}");
        let long = long.await.unwrap();
        assert!(long[39] <= 4_501, "{long:?}");
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
