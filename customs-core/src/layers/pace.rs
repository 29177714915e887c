use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;
use tracing::{info, warn};

use super::sign::Sign;
use crate::{CallContext, CustomsAnswer, CustomsApi, CustomsQuery, Error, ErrorKind, Result, ServiceId};

/// An answer is slow when it takes this many times as long as usual …
const SLOW_FACTOR: u32 = 4;
/// … and longer than this: below it, being slow is nobody's trouble.
const SLOW_FLOOR: Duration = Duration::from_secs(1);
/// The weight of one answer in what is usual.
const USUAL_WEIGHT: u32 = 32;
/// So many failures are trouble of the service …
const STRAIN: f64 = 2.0;
/// … and each good answer makes up for this much of one.
const RELIEF: f64 = 0.1;

/// How many calls may be under way at once, learned for each service from how its calls end. [`Watch`] tells how they ended,
/// [`RateLimit`](super::RateLimit) keeps to it.
///
/// - It begins at the most that is allowed, and is never above it nor below one.
/// - Trouble halves it: a server error, a page that is no answer, no answer in time. A single failure is none, it may be the
///   question's; a second one before ten good answers is. Too many requests (429) is trouble at once. Calls that were under
///   way then change nothing more: they tell of the same time.
/// - An answer that takes four times as long as usual, and more than a second, takes a tenth off.
/// - Each round of good answers raises it by one.
/// - Where the service says when to come back, no call begins before.
#[derive(Debug)]
pub struct Pace {
    most: usize,
    lanes: Mutex<HashMap<ServiceId, Arc<Lane>>>,
}

impl Pace {
    /// At most `in_flight` calls of each service at once (at least 1).
    pub fn new(in_flight: usize) -> Self {
        Self {
            most: in_flight.clamp(1, Semaphore::MAX_PERMITS),
            lanes: Mutex::default(),
        }
    }

    /// How many calls of this service may be under way now.
    pub fn limit(&self, service: &ServiceId) -> usize {
        self.lane(service).state().allowed()
    }

    pub(super) fn lane(&self, service: &ServiceId) -> Arc<Lane> {
        let mut lanes = self.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        match lanes.get(service) {
            Some(lane) => Arc::clone(lane),
            None => Arc::clone(
                lanes
                    .entry(service.clone())
                    .or_insert_with(|| Arc::new(Lane::new(self.most))),
            ),
        }
    }
}

/// The calls of one service.
#[derive(Debug)]
pub(super) struct Lane {
    most: usize,
    /// Hands out the slots in the order of asking.
    slots: Arc<Semaphore>,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    limit: f64,
    /// Slots to take back as soon as they are free: the limit fell while they were in use.
    owed: usize,
    /// Failures that no good answers made up for.
    strain: f64,
    /// Calls that began before this tell nothing new.
    cut_at: Option<Instant>,
    usual: Option<Duration>,
    rest_until: Option<Instant>,
}

impl State {
    fn allowed(&self) -> usize {
        // A whole number between 1 and the most.
        self.limit as usize
    }
}

/// A call's place among those under way; free again when this goes.
#[derive(Debug)]
pub(super) struct Slot {
    lane: Arc<Lane>,
    permit: Option<OwnedSemaphorePermit>,
}

impl Drop for Slot {
    fn drop(&mut self) {
        let mut state = self.lane.state();
        if let Some(owed) = state.owed.checked_sub(1) {
            state.owed = owed;
            if let Some(permit) = self.permit.take() {
                permit.forget();
            }
        }
    }
}

impl Lane {
    fn new(most: usize) -> Self {
        Self {
            most,
            slots: Arc::new(Semaphore::new(most)),
            state: Mutex::new(State {
                limit: most as f64,
                owed: 0,
                strain: 0.0,
                cut_at: None,
                usual: None,
                rest_until: None,
            }),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for a slot; `None` if there will never be one. Cancel safe.
    pub(super) async fn enter(self: Arc<Self>) -> Option<Slot> {
        let permit = Arc::clone(&self.slots).acquire_owned().await.ok()?;
        Some(Slot {
            lane: self,
            permit: Some(permit),
        })
    }

    /// Until when the service wants to be left alone, if that is still to come.
    pub(super) fn rests_until(&self, now: Instant) -> Option<Instant> {
        self.state().rest_until.filter(|until| *until > now)
    }

    /// Learns from a call that began and ended then.
    fn learn(&self, began: Instant, now: Instant, sign: Sign, error: Option<&Error>) {
        let mut state = self.state();
        let before = state.allowed();
        let is_news = state.cut_at.is_none_or(|cut| began >= cut);
        match sign {
            Sign::Nothing => return,
            Sign::Trouble => {
                if let Some(until) = error
                    .and_then(Error::get_retry_after)
                    .and_then(|wait| now.checked_add(wait))
                {
                    state.rest_until = state.rest_until.max(Some(until));
                }
                let is_told = error.is_some_and(|e| e.kind() == ErrorKind::RateLimited);
                state.strain += if is_news { 1.0 } else { 0.0 };
                if is_news && (is_told || state.strain >= STRAIN) {
                    state.limit = (state.limit / 2.0).max(1.0);
                    (state.cut_at, state.strain) = (Some(now), 0.0);
                }
            }
            Sign::Health => {
                state.strain = (state.strain - RELIEF).max(0.0);
                let took = now.saturating_duration_since(began);
                let usual = state.usual.unwrap_or(took);
                let is_slow = took > (usual * SLOW_FACTOR).max(SLOW_FLOOR);
                // A slow answer moves what is usual only a little: it takes dozens of them to make that usual.
                let counted = if is_slow {
                    (usual * 2).max(SLOW_FLOOR / SLOW_FACTOR)
                } else {
                    took
                };
                state.usual = Some((usual * (USUAL_WEIGHT - 1) + counted) / USUAL_WEIGHT);
                if is_news && is_slow {
                    state.limit = (state.limit * 0.9).max(1.0);
                    state.cut_at = Some(now);
                } else if is_news {
                    state.limit = (state.limit + 1.0 / state.limit).min(self.most as f64);
                }
            }
        }
        let allowed = state.allowed();
        if allowed > before {
            let repaid = (allowed - before).min(state.owed);
            state.owed -= repaid;
            self.slots.add_permits(allowed - before - repaid);
            info!(message = "The service recovers: more calls at once.", allowed);
        } else if allowed < before {
            let taken = self.slots.forget_permits(before - allowed);
            state.owed += before - allowed - taken;
            warn!(
                message = "The service is in trouble or slow: fewer calls at once.",
                allowed
            );
        }
    }
}

/// Tells a [`Pace`] how each call went. It stands as close to the client as can be, so that waiting for a turn does not look
/// like a slow answer.
#[derive(Debug)]
pub struct Watch<T> {
    inner: T,
    pace: Arc<Pace>,
}

impl<T> Watch<T> {
    /// Watches the calls of `inner`.
    pub fn new(inner: T, pace: Arc<Pace>) -> Self {
        Self { inner, pace }
    }
}

#[async_trait]
impl<T: CustomsApi> CustomsApi for Watch<T> {
    fn supports(&self, service: &ServiceId) -> bool {
        self.inner.supports(service)
    }

    async fn query(&self, cx: &CallContext, query: &CustomsQuery) -> Result<CustomsAnswer> {
        let began = Instant::now();
        let result = self.inner.query(cx, query).await;
        let ended = Instant::now();
        cx.meter.add_customs_time(ended - began);
        let lane = self.pace.lane(&query.service);
        lane.learn(began, ended, Sign::of(&result), result.as_ref().err());
        result
    }
}

#[cfg(test)]
mod tests {
    use futures_util::future::join_all;

    use super::*;
    use crate::layers::RateLimit;
    use crate::testing::{StagedCustoms, context, query};

    const SECOND: Duration = Duration::from_secs(1);

    /// As a host puts them together.
    fn paced(customs: &StagedCustoms, most: usize) -> (RateLimit<Watch<StagedCustoms>>, Arc<Pace>) {
        let pace = Arc::new(Pace::new(most));
        let watch = Watch::new(customs.clone(), Arc::clone(&pace));
        (RateLimit::new(watch, Arc::clone(&pace), None), pace)
    }

    async fn ask(customs: &impl CustomsApi, calls: usize) -> usize {
        let (cx, query) = (context(), query("1"));
        let results = join_all((0..calls).map(|_| customs.query(&cx, &query))).await;
        results.iter().filter(|r| r.is_ok()).count()
    }

    fn limit(pace: &Pace) -> usize {
        pace.limit(&"API001".into())
    }

    #[tokio::test(start_paused = true)]
    async fn trouble_halves_once_for_the_calls_under_way_and_good_answers_bring_it_back() {
        for trouble in [
            Error::new(ErrorKind::RateLimited, "429").transient(),
            Error::new(ErrorKind::Unavailable, "503").transient(),
            Error::new(ErrorKind::Protocol, "html").transient(),
            Error::new(ErrorKind::Timeout, "no answer in time").transient(),
        ] {
            let customs = StagedCustoms::taking(SECOND / 10);
            let (paced, pace) = paced(&customs, 16);
            assert_eq!(
                (limit(&pace), ask(&paced, 16).await, customs.most()),
                (16, 16, 16)
            );
            customs.fail_with(Some(trouble));
            assert_eq!(
                (ask(&paced, 16).await, limit(&pace)),
                (0, 8),
                "one trouble, one cut"
            );
            assert_eq!((ask(&paced, 8).await, limit(&pace)), (0, 4));
            for expected in [2, 1, 1] {
                ask(&paced, 2).await;
                assert_eq!(limit(&pace), expected, "never below one");
            }
            customs.fail_with(None);
            customs.forget();
            assert_eq!((ask(&paced, 3).await, customs.most()), (3, 2));
            let mut rounds = 0;
            while limit(&pace) < 16 {
                let calls = limit(&pace);
                assert_eq!(ask(&paced, calls).await, calls, "all are answered");
                rounds += 1;
                assert!(rounds <= 20, "about one more for each round");
            }
            assert!(rounds >= 12, "{rounds}: no jump back");
            customs.forget();
            assert_eq!(
                (ask(&paced, 40).await, customs.most()),
                (40, 16),
                "all slots are back"
            );
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_failure_among_good_answers_may_be_the_questions() {
        let customs = StagedCustoms::taking(SECOND / 10);
        let (paced, pace) = paced(&customs, 16);
        let trouble = Error::new(ErrorKind::Unavailable, "예상치 못한 오류").transient();
        for _ in 0..5 {
            customs.fail_with(Some(trouble.clone()));
            ask(&paced, 1).await;
            customs.fail_with(None);
            ask(&paced, 10).await;
        }
        assert_eq!(limit(&pace), 16);
        customs.fail_with(Some(trouble));
        ask(&paced, 1).await;
        ask(&paced, 1).await;
        assert_eq!(
            limit(&pace),
            8,
            "two with nothing good in between are the service's"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn slots_in_use_are_taken_back_when_they_are_free() {
        let customs = StagedCustoms::taking(SECOND);
        let (paced, pace) = paced(&customs, 8);
        customs.fail_nth(2);
        // Eight at once; the second fails; the other seven go on, and meanwhile nobody new comes in.
        ask(&paced, 8).await;
        assert_eq!(limit(&pace), 4);
        customs.forget();
        ask(&paced, 5).await;
        assert_eq!(
            (customs.most(), limit(&pace)),
            (4, 5),
            "and one round later there is one more"
        );
        customs.forget();
        ask(&paced, 20).await;
        assert!(customs.most() < 8, "{}", customs.most());
    }

    #[tokio::test(start_paused = true)]
    async fn slow_answers_take_a_tenth() {
        let customs = StagedCustoms::taking(SECOND / 5);
        let (paced, pace) = paced(&customs, 20);
        ask(&paced, 60).await;
        customs.take(SECOND * 3 / 4);
        ask(&paced, 20).await;
        assert_eq!(limit(&pace), 20, "under a second is not slow, whatever is usual");
        customs.take(SECOND * 10);
        ask(&paced, 20).await;
        assert_eq!(limit(&pace), 18, "once for all that were under way");
        ask(&paced, 1).await;
        assert_eq!(limit(&pace), 16);
        // What stays so becomes usual, and is no trouble any more.
        for _ in 0..200 {
            ask(&paced, 2).await;
        }
        assert_eq!(limit(&pace), 20);
    }

    #[tokio::test(start_paused = true)]
    async fn no_call_begins_before_the_service_wants_it() {
        let customs = StagedCustoms::taking(Duration::ZERO);
        let (paced, _) = paced(&customs, 4);
        let overrun = Error::new(ErrorKind::RateLimited, "429").retry_after(SECOND * 30);
        customs.fail_with(Some(overrun));
        ask(&paced, 1).await;
        customs.fail_with(None);
        let start = Instant::now();
        let soon = context().until(start + SECOND * 10);
        let error = paced.query(&soon, &query("1")).await.unwrap_err();
        assert_eq!(
            (error.kind(), start.elapsed()),
            (ErrorKind::Deadline, Duration::ZERO)
        );
        let mut other = query("1");
        other.service = "API002".into();
        assert!(
            paced.query(&soon, &other).await.is_ok(),
            "another service has another key"
        );
        assert_eq!(start.elapsed(), Duration::ZERO);
        assert_eq!(ask(&paced, 3).await, 3);
        assert!(start.elapsed() >= SECOND * 30 && start.elapsed() < SECOND * 31);
    }

    #[tokio::test(start_paused = true)]
    async fn what_says_nothing_about_the_host_changes_nothing() {
        let customs = StagedCustoms::taking(Duration::ZERO);
        let (paced, pace) = paced(&customs, 4);
        for kind in [
            ErrorKind::Unauthorized,
            ErrorKind::Refused,
            ErrorKind::Unclassified,
        ] {
            customs.fail_with(Some(Error::new(kind, "no").sent(crate::Sent::Answered)));
            ask(&paced, 4).await;
        }
        customs.fail_with(Some(
            Error::new(ErrorKind::Deadline, "over").sent(crate::Sent::Maybe),
        ));
        ask(&paced, 4).await;
        assert_eq!(limit(&pace), 4);
    }

    #[tokio::test(start_paused = true)]
    async fn a_caller_that_goes_away_frees_its_slot() {
        let customs = StagedCustoms::taking(SECOND);
        let (paced, _) = paced(&customs, 2);
        let cut = tokio::time::timeout(SECOND / 2, ask(&paced, 5)).await;
        assert!(cut.is_err());
        customs.forget();
        assert_eq!((ask(&paced, 2).await, customs.most()), (2, 2));
    }
}
