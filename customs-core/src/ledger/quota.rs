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
    ///
    /// A clock that was set back, or a rate that was raised, does not stop the bucket: more than all its tokens are never
    /// missing.
    pub fn take(self, full_at: Option<Timestamp>, now: Timestamp, calls: u64) -> (u64, Duration, Timestamp) {
        let after = |from: Timestamp, tokens: f64| {
            let time = Duration::try_from_secs_f64(tokens / self.per_second).unwrap_or(Duration::MAX);
            from.saturating_add(time).unwrap_or(Timestamp::MAX)
        };
        let empty = after(now, f64::from(self.burst) + NEARLY);
        let full_at = full_at.unwrap_or(now).clamp(now, empty);
        let missing = full_at.duration_since(now).as_secs_f64() * self.per_second;
        let free = (f64::from(self.burst) - missing + NEARLY).floor().max(0.0);
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
        (granted, Duration::ZERO, after(full_at, granted as f64))
    }
}

/// Times are kept in nanoseconds: a token that is there but for this share is there.
const NEARLY: f64 = 1e-6;

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

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: Rate = Rate {
        per_second: 10.0,
        burst: 5,
    };

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millisecond(1_800_000_000_000 + millis).unwrap()
    }

    #[test]
    fn the_bucket_gives_its_burst_and_then_the_rate() {
        let (granted, _, full_at) = RATE.take(None, at(0), 9);
        assert_eq!((granted, full_at), (5, at(500)));
        let (granted, wait, full_at) = RATE.take(Some(full_at), at(30), 1);
        assert_eq!((granted, wait), (0, Duration::from_millis(70)));
        let (granted, _, full_at) = RATE.take(Some(full_at), at(100), 9);
        assert_eq!((granted, full_at), (1, at(600)));
        assert_eq!(RATE.take(Some(full_at), at(10_000), 9).0, 5);
    }

    #[test]
    fn a_clock_set_back_empties_the_bucket_and_does_not_stop_it() {
        let (granted, wait, full_at) = RATE.take(Some(at(3_600_000)), at(0), 9);
        assert_eq!(granted, 0);
        assert!(wait <= Duration::from_millis(101), "{wait:?}");
        assert!(full_at <= at(501), "{full_at}");
        let (granted, _, full_at) = RATE.take(Some(full_at), at(0) + wait, 9);
        assert_eq!(granted, 1, "no more than what flowed in since");
        // From then on the rate holds as ever: 20 tokens in two seconds.
        let (mut full_at, mut sum) = (full_at, 0);
        for step in 1..=40 {
            let (granted, _, next) =
                RATE.take(Some(full_at), at(0) + wait + Duration::from_millis(50 * step), 9);
            (full_at, sum) = (next, sum + granted);
        }
        assert_eq!(sum, 20);
    }

    #[test]
    fn a_raised_rate_counts_at_once() {
        let slow = Rate {
            per_second: 0.1,
            burst: 5,
        };
        let (_, _, full_at) = slow.take(None, at(0), 5);
        assert_eq!(RATE.take(Some(full_at), at(0), 9).0, 0);
        let (_, _, full_at) = RATE.take(Some(full_at), at(0), 9);
        assert_eq!(RATE.take(Some(full_at), at(101), 9).0, 1);
    }
}
