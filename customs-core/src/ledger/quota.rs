use std::fmt::Debug;
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{CallContext, Priority, Result};

/// A token bucket's measures.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Rate {
    /// Tokens that flow in per second.
    pub per_second: f64,
    /// Tokens that the bucket holds at most.
    pub burst: u32,
}

impl Rate {
    /// The bucket's rule, for every ledger: of `calls` wanted at `now`, how many are granted, how long to wait before
    /// asking again if none was, and the bucket's new state. The state is the instant at which the bucket is full again.
    pub fn take(self, full_at: Option<Timestamp>, now: Timestamp, calls: u64) -> (u64, Duration, Timestamp) {
        let full_at = full_at.unwrap_or(now).max(now);
        let missing = full_at.duration_since(now).as_secs_f64() * self.per_second;
        let free = (f64::from(self.burst) - missing + 1e-6).floor().max(0.0);
        // `free` is a small whole number: at most the burst.
        let granted = calls.min(free as u64);
        if granted == 0 && calls > 0 {
            let wait = (missing - f64::from(self.burst) + 1.0) / self.per_second;
            return (
                0,
                Duration::try_from_secs_f64(wait.max(0.0)).unwrap_or(Duration::MAX),
                full_at,
            );
        }
        let grown = Duration::try_from_secs_f64(granted as f64 / self.per_second).unwrap_or(Duration::MAX);
        (
            granted,
            Duration::ZERO,
            full_at.saturating_add(grown).unwrap_or(Timestamp::MAX),
        )
    }
}

/// Asks for a number of calls.
#[derive(Debug, Clone, PartialEq)]
pub struct QuotaRequest<'a> {
    /// Which budget: a service's id (never the key itself).
    pub budget: &'a str,
    /// The day that pays, in Korean time.
    pub day: Date,
    /// How many calls.
    pub calls: u64,
    /// The budget's calls a day; `None` is unlimited.
    pub daily: Option<u64>,
    /// Share of the daily budget kept for urgent records, from 0 to 1.
    pub urgent_reserve: f64,
    /// Urgent calls may use the reserve.
    pub priority: Priority,
    /// A bucket shared by all who use this ledger, if wanted.
    pub rate: Option<Rate>,
}

impl QuotaRequest<'_> {
    /// The daily budget's rule, for every ledger: how many of the calls are granted when `used` are used already.
    pub fn granted_of_day(&self, used: u64) -> u64 {
        let Some(daily) = self.daily else {
            return self.calls;
        };
        let usable = match self.priority {
            Priority::Urgent => daily,
            // Rounded down: the reserve is never cut short.
            Priority::Normal => (daily as f64 * (1.0 - self.urgent_reserve.clamp(0.0, 1.0))).floor() as u64,
        };
        self.calls.min(usable.saturating_sub(used))
    }
}

/// The answer to [`QuotaLedger::take`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct QuotaGrant {
    /// Calls granted, at most as many as asked for.
    pub granted: u64,
    /// With a shared bucket that is empty: ask again after this time. Granted calls may start at once.
    pub wait: Duration,
}

/// Keeps the daily budget, and a bucket shared by processes, over restarts.
///
/// Contract:
/// - **never_more_than_the_budget**: the calls granted for one day, less those given back, never exceed the daily budget.
/// - **the_reserve_is_for_urgent_calls**: normal calls leave the reserved share untouched.
/// - **a_day_is_a_day**: each day has its own budget.
/// - **what_is_given_back_can_be_taken_again**: unused calls return to their day.
/// - **a_shared_bucket_keeps_the_rate**: within any time span t, at most `burst + t · per_second` calls are granted to start.
#[async_trait]
pub trait QuotaLedger: Debug + Send + Sync + 'static {
    /// Takes calls; grants as many as there are.
    async fn take(&self, cx: &CallContext, request: &QuotaRequest<'_>) -> Result<QuotaGrant>;

    /// Gives unused calls back to their day. Tokens of a bucket are not given back.
    async fn give_back(&self, cx: &CallContext, budget: &str, day: Date, calls: u64) -> Result<()>;

    /// Calls used on a day.
    async fn used(&self, cx: &CallContext, budget: &str, day: Date) -> Result<u64>;
}
