use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use jiff::civil::Date;
use tokio::sync::{Mutex, MutexGuard};
use tokio::time::Instant;
use tracing::warn;

use crate::{
    CallContext, Clock, CustomsAnswer, CustomsApi, CustomsQuery, Error, ErrorKind, Priority, QuotaLedger,
    QuotaRequest, Rate, Result, ServiceId, korean_time,
};

/// What [`Quota`] keeps to, for each service.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct QuotaPolicy {
    /// Calls a day; `None`: not bounded, only counted.
    pub daily: Option<u64>,
    /// Share of the day's calls that is for urgent ones only, from 0 to 1.
    pub urgent_reserve: f64,
    /// The bucket that all processes with this ledger share; its rate must be above zero.
    pub shared: Option<Rate>,
}

/// Takes each call from the ledger before it is made, repeats included: from the day's budget of its service, and from the
/// bucket that processes share. So neither is ever exceeded. A day begins at midnight in Korea.
///
/// - Calls that wait at the same time are taken together, and with them those that still wait for their turn
///   ([`behind`](CallContext::behind)): the ledger is asked a few times a second at most, and what it writes is on the disk before
///   the first of these calls is made. Of those that go away meanwhile the calls are left for others of the same day; if
///   the process ends before, they stay counted. While the shared bucket is empty one of them asks the ledger, and
///   not more often than tokens for a few calls flow in.
/// - A day that is used up is an error at once; a bucket that is empty is waited for, in the order of asking, up to the
///   deadline.
/// - What the client sends beyond one request for a call (a second key, while one replaces the other) is counted when it was
///   sent: those requests are few, and an answer that is there is not thrown away for them.
#[derive(Debug)]
pub struct Quota<T> {
    inner: T,
    ledger: Arc<dyn QuotaLedger>,
    clock: Arc<dyn Clock>,
    policy: QuotaPolicy,
    lanes: std::sync::Mutex<HashMap<(ServiceId, Priority), Arc<Lane>>>,
}

/// Tokens of a bucket are for calls that start now: those that were not used by then are let go.
const FRESH: Duration = Duration::from_millis(20);

/// The calls of one service and priority.
#[derive(Debug, Default)]
struct Lane {
    waiting: AtomicU64,
    taken: Mutex<Taken>,
}

/// Calls that were taken from the ledger and not made yet.
#[derive(Debug, Default)]
struct Taken {
    /// The day that paid for them, and when they were taken.
    when: Option<(Date, Instant)>,
    left: u64,
    /// The shared bucket is empty until then.
    empty_until: Option<Instant>,
}

impl<T> Quota<T> {
    /// Bounds the calls of `inner` by `policy`.
    pub fn new(inner: T, ledger: Arc<dyn QuotaLedger>, clock: Arc<dyn Clock>, policy: QuotaPolicy) -> Self {
        let shared = policy.shared.filter(|rate| rate.per_second > 0.0);
        Self {
            inner,
            ledger,
            clock,
            policy: QuotaPolicy { shared, ..policy },
            lanes: std::sync::Mutex::default(),
        }
    }

    fn lane(&self, service: &ServiceId, priority: Priority) -> Arc<Lane> {
        let mut lanes = self
            .lanes
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        Arc::clone(lanes.entry((service.clone(), priority)).or_default())
    }

    fn today(&self) -> Date {
        self.clock.now().to_zoned(korean_time()).date()
    }

    /// One call is the caller's, or an error says why not.
    async fn take(&self, cx: &CallContext, service: &ServiceId) -> Result<()> {
        let lane = self.lane(service, cx.priority);
        let waiting = Waiting::enter(&lane.waiting);
        let mut taken = before_the_deadline(cx, lane.taken.lock()).await?;
        loop {
            if self.use_one(cx, service, &mut taken).await? {
                return Ok(());
            }
            if let Some(until) = taken.empty_until.filter(|until| *until > Instant::now()) {
                if cx.deadline.is_some_and(|deadline| until >= deadline) {
                    return Err(over());
                }
                // Whoever waits here waits for all others too: they stand behind this lock.
                tokio::time::sleep_until(until).await;
            }
            // The tokens of a bucket are not for calls that start later.
            let behind = if self.policy.shared.is_some() {
                0
            } else {
                cx.behind
            };
            let calls = waiting.count() + behind;
            let day = self.today();
            let request = QuotaRequest {
                budget: service.as_str(),
                day,
                calls,
                daily: self.policy.daily,
                urgent_reserve: self.policy.urgent_reserve,
                priority: cx.priority,
                rate: self.policy.shared,
            };
            let grant = self.ledger.take(cx, &request).await?;
            let now = Instant::now();
            (taken.left, taken.when) = (grant.granted, Some((day, now)));
            taken.empty_until = None;
            if grant.granted == 0 {
                if grant.wait.is_zero() {
                    let text = format!("not asked: the calls of {day} are used up");
                    return Err(Error::new(ErrorKind::QuotaExhausted, text));
                }
                taken.empty_until = now.checked_add(self.pause(grant.wait, calls));
            }
        }
    }

    /// Uses one of the calls that were taken, unless they were taken for another day or too long ago.
    async fn use_one(
        &self,
        cx: &CallContext,
        service: &ServiceId,
        taken: &mut MutexGuard<'_, Taken>,
    ) -> Result<bool> {
        let Some((day, at)) = taken.when.filter(|_| taken.left > 0) else {
            return Ok(false);
        };
        if day != self.today() {
            taken.left = 0;
            return Ok(false);
        }
        if self.policy.shared.is_some() && at.elapsed() > FRESH {
            let unused = std::mem::take(&mut taken.left);
            self.ledger.give_back(cx, service.as_str(), day, unused).await?;
            return Ok(false);
        }
        taken.left -= 1;
        Ok(true)
    }

    /// How long to leave the ledger alone: until there are tokens for all that wait, or for a quarter of the burst.
    fn pause(&self, first: Duration, calls: u64) -> Duration {
        let Some(rate) = self.policy.shared else {
            return first;
        };
        let worthwhile = calls.min(u64::from(rate.burst / 4)).max(1);
        let more = (worthwhile - 1) as f64 / rate.per_second;
        first.saturating_add(Duration::try_from_secs_f64(more).unwrap_or(Duration::ZERO))
    }

    /// Counts requests that were sent beyond the one that was taken.
    async fn count(&self, cx: &CallContext, service: &ServiceId, beyond: u64) {
        let request = QuotaRequest {
            budget: service.as_str(),
            day: self.today(),
            calls: beyond,
            daily: None,
            urgent_reserve: 0.0,
            priority: cx.priority,
            rate: None,
        };
        if let Err(error) = self.ledger.take(cx, &request).await {
            warn!(message = "Requests could not be counted.", %error, requests = beyond);
        }
    }
}

async fn before_the_deadline<R>(cx: &CallContext, wait: impl Future<Output = R>) -> Result<R> {
    match cx.deadline {
        Some(deadline) => tokio::time::timeout_at(deadline, wait).await.map_err(|_| over()),
        None => Ok(wait.await),
    }
}

fn over() -> Error {
    Error::new(
        ErrorKind::Deadline,
        "the run's time is over before the quota allows the call",
    )
}

/// Counts a call among the waiting as long as it waits, also if its future is dropped.
struct Waiting<'a>(&'a AtomicU64);

impl<'a> Waiting<'a> {
    fn enter(waiting: &'a AtomicU64) -> Self {
        waiting.fetch_add(1, Ordering::Relaxed);
        Self(waiting)
    }

    /// How many wait, this one included.
    fn count(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[async_trait]
impl<T: CustomsApi> CustomsApi for Quota<T> {
    fn supports(&self, service: &ServiceId) -> bool {
        self.inner.supports(service)
    }

    async fn query(&self, cx: &CallContext, query: &CustomsQuery) -> Result<CustomsAnswer> {
        self.take(cx, &query.service).await?;
        let own = cx.metered_within();
        let result = self.inner.query(&own, query).await;
        let beyond = own.meter.calls().customs_calls.saturating_sub(1);
        if beyond > 0 {
            self.count(cx, &query.service, beyond).await;
        }
        result
    }
}

#[cfg(test)]
mod tests {
    use futures_util::future::join_all;

    use super::*;
    use crate::TestClock;
    use crate::layers::{Pace, RateLimit, Retry, RetryPolicy};
    use crate::memory::{MemoryCustoms, MemoryLedger};
    use crate::testing::{StagedCustoms, context, query};

    const DAY: Date = jiff::civil::date(2026, 11, 23);

    struct Rig {
        clock: Arc<TestClock>,
        ledger: MemoryLedger,
    }

    impl Rig {
        fn new() -> Self {
            let clock = TestClock::starting_at("2026-11-23T03:00:00Z".parse().unwrap());
            Self {
                clock: Arc::new(clock),
                ledger: MemoryLedger::new(Arc::new(clock)),
            }
        }

        /// As one process of several.
        fn process<T>(&self, customs: T, policy: QuotaPolicy) -> Quota<T> {
            Quota::new(customs, Arc::new(self.ledger.clone()), self.clock.clone(), policy)
        }

        async fn used(&self) -> u64 {
            self.ledger.used(&context(), "API001", DAY).await.unwrap()
        }
    }

    fn daily(daily: u64, urgent_reserve: f64) -> QuotaPolicy {
        QuotaPolicy {
            daily: Some(daily),
            urgent_reserve,
            shared: None,
        }
    }

    const SHARED: QuotaPolicy = QuotaPolicy {
        daily: None,
        urgent_reserve: 0.0,
        shared: Some(Rate {
            per_second: 50.0,
            burst: 10,
        }),
    };

    #[tokio::test(start_paused = true)]
    async fn the_budget_bounds_the_calls_of_a_day_and_the_reserve_is_for_urgent_ones() {
        let (rig, customs) = (Rig::new(), MemoryCustoms::new());
        let budget = rig.process(customs.clone(), daily(10, 0.2));
        let (normal, mut urgent) = (context(), context());
        urgent.priority = Priority::Urgent;
        let queries: Vec<_> = (0..12).map(|i| query(&i.to_string())).collect();
        let asked = join_all(queries.iter().map(|q| budget.query(&normal, q))).await;
        assert_eq!(asked.iter().filter(|a| a.is_ok()).count(), 8);
        let refused = asked.into_iter().find_map(Result::err).unwrap();
        assert_eq!(
            (refused.kind(), refused.is_transient()),
            (ErrorKind::QuotaExhausted, false)
        );
        let asked = join_all(queries.iter().map(|q| budget.query(&urgent, q))).await;
        assert_eq!(asked.iter().filter(|a| a.is_ok()).count(), 2);
        assert_eq!((customs.asked_at().len(), rig.used().await), (10, 10));
        // In Korea the next day begins at 15:00 UTC.
        tokio::time::advance(Duration::from_secs(12 * 3600)).await;
        assert!(budget.query(&normal, &query("1")).await.is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn calls_that_wait_for_their_turn_are_taken_together() {
        let (rig, customs) = (Rig::new(), MemoryCustoms::new());
        let rate = Rate {
            per_second: 10.0,
            burst: 1,
        };
        let budget = rig.process(customs.clone(), daily(40, 0.1));
        let limited = RateLimit::new(budget, Pace::new(100), Some(rate));
        let (cx, queries) = (context(), (0..30).map(|i| query(&i.to_string())));
        let queries: Vec<_> = queries.collect();
        let ask = || join_all(queries.iter().map(|q| limited.query(&cx, q)));
        let early = async {
            tokio::time::sleep(Duration::from_millis(150)).await;
            (customs.asked_at().len(), rig.used().await)
        };
        let (answers, early) = tokio::join!(ask(), early);
        // The third one is on its way to its turn then, and stands in no line.
        assert_eq!(
            early,
            (2, 29),
            "the first for itself, the second for all behind it"
        );
        assert!(answers.iter().all(Result::is_ok));
        assert_eq!(rig.used().await, 30, "and in the end no more than were made");
        // Of the six that are left, those whose callers go away are there for others.
        let gone = tokio::time::timeout(Duration::from_millis(250), ask()).await;
        assert!(gone.is_err());
        assert_eq!((customs.asked_at().len(), rig.used().await), (32, 36));
        let answers = ask().await;
        assert_eq!(answers.iter().filter(|a| a.is_ok()).count(), 4);
        assert_eq!((customs.asked_at().len(), rig.used().await), (36, 36));
    }

    #[tokio::test(start_paused = true)]
    async fn a_repeat_is_a_call_of_its_own() {
        let (rig, customs) = (Rig::new(), MemoryCustoms::new());
        let budget = rig.process(customs.clone(), daily(2, 0.0));
        customs.fail("down", || {
            Error::new(ErrorKind::Unavailable, "refused").transient()
        });
        let error = Retry::new(budget, RetryPolicy::default())
            .query(&context(), &query("down"))
            .await
            .unwrap_err();
        assert_eq!(
            (error.kind(), customs.asked_at().len()),
            (ErrorKind::QuotaExhausted, 2)
        );
    }

    /// Sends a second request for each call, as while a key is being replaced.
    #[derive(Debug)]
    struct SecondKey(MemoryCustoms);

    #[async_trait]
    impl CustomsApi for SecondKey {
        fn supports(&self, service: &ServiceId) -> bool {
            self.0.supports(service)
        }

        async fn query(&self, cx: &CallContext, query: &CustomsQuery) -> Result<CustomsAnswer> {
            self.0.query(cx, query).await?;
            self.0.query(cx, query).await
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_second_request_for_a_call_is_counted() {
        let (rig, cx) = (Rig::new(), context());
        let budget = rig.process(SecondKey(MemoryCustoms::new()), daily(5, 0.0));
        for _ in 0..3 {
            assert!(budget.query(&cx, &query("1")).await.is_ok());
        }
        assert_eq!((rig.used().await, cx.meter.calls().customs_calls), (6, 6));
        let error = budget.query(&cx, &query("1")).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::QuotaExhausted);
    }

    /// Four processes, each with 30 calls that want to start at once.
    #[tokio::test(start_paused = true)]
    async fn processes_share_one_bucket_and_use_all_of_it() {
        let (rig, customs) = (Rig::new(), MemoryCustoms::new());
        let processes: Vec<_> = (0..4).map(|_| rig.process(customs.clone(), SHARED)).collect();
        let start = Instant::now();
        let until = start + Duration::from_secs(20);
        let cx = context().until(until);
        let calls = processes.iter().flat_map(|process| {
            let cx = &cx;
            (0..30).map(move |i| async move {
                let mut made = 0_usize;
                while process.query(cx, &query(&i.to_string())).await.is_ok() {
                    made += 1;
                }
                made
            })
        });
        let made = join_all(calls).await;
        let at: Vec<Duration> = customs.asked_at().iter().map(|t| *t - start).collect();
        for window in at.windows(61) {
            assert!(
                window[60] - window[0] >= Duration::from_secs(1),
                "61 within a second: {window:?}"
            );
        }
        let middle = at.iter().filter(|t| (2..18).contains(&t.as_secs())).count();
        assert!(middle >= 16 * 50 * 95 / 100, "{middle} of 800");
        for process in made.chunks(30) {
            let share = process.iter().sum::<usize>();
            assert!(
                (150..=350).contains(&share),
                "{share} of {}: a fair share is a quarter",
                at.len()
            );
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_whose_turn_comes_too_late_is_told_at_once() {
        let (rig, customs) = (Rig::new(), MemoryCustoms::new());
        let slow = QuotaPolicy {
            shared: Some(Rate {
                per_second: 0.1,
                burst: 1,
            }),
            ..SHARED
        };
        let shared = rig.process(customs.clone(), slow);
        let start = Instant::now();
        let soon = context().until(start + Duration::from_secs(5));
        assert!(shared.query(&soon, &query("1")).await.is_ok());
        for _ in 0..3 {
            let error = shared.query(&soon, &query("2")).await.unwrap_err();
            assert_eq!(
                (error.kind(), error.get_sent(), start.elapsed()),
                (ErrorKind::Deadline, crate::Sent::No, Duration::ZERO)
            );
        }
        assert!(shared.query(&context(), &query("3")).await.is_ok());
        assert_eq!((start.elapsed().as_secs(), rig.used().await), (10, 2));
    }

    #[tokio::test(start_paused = true)]
    async fn tokens_whose_callers_went_away_are_not_used_later() {
        let rig = Rig::new();
        let customs = StagedCustoms::taking(Duration::ZERO);
        let shared = rig.process(customs, SHARED);
        let lane = shared.lane(&"API001".into(), Priority::Normal);
        // Ten wait, ten tokens are taken, and nine of the callers go away.
        let gone: Vec<_> = (0..9).map(|_| Waiting::enter(&lane.waiting)).collect();
        assert!(shared.query(&context(), &query("1")).await.is_ok());
        drop(gone);
        assert_eq!((rig.used().await, lane.taken.lock().await.left), (10, 9));
        tokio::time::advance(Duration::from_millis(40)).await;
        assert!(shared.query(&context(), &query("1")).await.is_ok());
        assert_eq!(
            (rig.used().await, lane.taken.lock().await.left),
            (2, 0),
            "given back to the day, and one of what flowed in since was taken"
        );
    }
}
