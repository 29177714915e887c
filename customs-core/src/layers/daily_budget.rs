use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use jiff::civil::Date;
use tokio::sync::Mutex;

use crate::{
    CallContext, Clock, CustomsAnswer, CustomsApi, CustomsQuery, Error, ErrorKind, Priority, QuotaLedger,
    QuotaRequest, Result, ServiceId, korean_time,
};

/// Takes each call from the daily budget of its service before it is made, repeats included, so that the budget is never
/// exceeded. A day begins at midnight in Korea. Calls that wait at the same time are taken from the ledger together.
#[derive(Debug)]
pub struct DailyBudget<T> {
    inner: T,
    ledger: Arc<dyn QuotaLedger>,
    clock: Arc<dyn Clock>,
    daily: u64,
    urgent_reserve: f64,
    lanes: std::sync::Mutex<HashMap<(ServiceId, Priority), Arc<Lane>>>,
}

/// The calls of one service and priority.
#[derive(Debug, Default)]
struct Lane {
    waiting: AtomicU64,
    taken: Mutex<Taken>,
}

/// Calls that were taken from a day's budget and not made yet.
#[derive(Debug, Default)]
struct Taken {
    day: Option<Date>,
    left: u64,
}

impl<T> DailyBudget<T> {
    /// Bounds the calls of each service to `daily` a day; the share `urgent_reserve` (0 to 1) is for urgent calls only.
    pub fn new(
        inner: T,
        ledger: Arc<dyn QuotaLedger>,
        clock: Arc<dyn Clock>,
        daily: u64,
        urgent_reserve: f64,
    ) -> Self {
        Self {
            inner,
            ledger,
            clock,
            daily,
            urgent_reserve,
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

    /// One call of the budget is the caller's, or an error says why not.
    async fn take(&self, cx: &CallContext, service: &ServiceId) -> Result<()> {
        let lane = self.lane(service, cx.priority);
        let waiting = Waiting::enter(&lane.waiting);
        let mut taken = lane.taken.lock().await;
        let day = self.clock.now().to_zoned(korean_time()).date();
        if taken.day != Some(day) {
            *taken = Taken {
                day: Some(day),
                left: 0,
            };
        }
        if taken.left == 0 {
            let request = QuotaRequest {
                budget: service.as_str(),
                day,
                calls: waiting.count(),
                daily: Some(self.daily),
                urgent_reserve: self.urgent_reserve,
                priority: cx.priority,
                rate: None,
            };
            taken.left = self.ledger.take(cx, &request).await?.granted;
        }
        match taken.left.checked_sub(1) {
            Some(left) => {
                taken.left = left;
                Ok(())
            }
            None => Err(Error::new(
                ErrorKind::QuotaExhausted,
                format!("not asked: the calls of {day} are used up"),
            )),
        }
    }
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
impl<T: CustomsApi> CustomsApi for DailyBudget<T> {
    fn supports(&self, service: &ServiceId) -> bool {
        self.inner.supports(service)
    }

    async fn query(&self, cx: &CallContext, query: &CustomsQuery) -> Result<CustomsAnswer> {
        self.take(cx, &query.service).await?;
        self.inner.query(cx, query).await
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use futures_util::future::join_all;

    use super::*;
    use crate::TestClock;
    use crate::layers::{Retry, RetryPolicy};
    use crate::memory::{MemoryCustoms, MemoryLedger};
    use crate::testing::{context, query};

    fn budget(daily: u64, reserve: f64) -> (DailyBudget<MemoryCustoms>, MemoryCustoms, MemoryLedger) {
        let clock = TestClock::starting_at("2026-11-23T03:00:00Z".parse().unwrap());
        let (customs, ledger) = (MemoryCustoms::new(), MemoryLedger::new(Arc::new(clock)));
        (
            DailyBudget::new(
                customs.clone(),
                Arc::new(ledger.clone()),
                Arc::new(clock),
                daily,
                reserve,
            ),
            customs,
            ledger,
        )
    }

    #[tokio::test(start_paused = true)]
    async fn the_budget_bounds_the_calls_of_a_day_and_the_reserve_is_for_urgent_ones() {
        let (budget, customs, ledger) = budget(10, 0.2);
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
        assert_eq!(customs.asked_at().len(), 10);
        assert_eq!(
            ledger
                .used(&normal, "API001", "2026-11-23".parse().unwrap())
                .await
                .unwrap(),
            10
        );
        // In Korea the next day begins at 15:00 UTC.
        tokio::time::advance(Duration::from_secs(12 * 3600)).await;
        assert!(budget.query(&normal, &query("1")).await.is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn a_repeat_is_a_call_of_its_own() {
        let (budget, customs, _) = budget(2, 0.0);
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
}
