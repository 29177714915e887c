use std::fmt::Debug;
use std::time::Duration;

use async_trait::async_trait;
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

/// Asks for a number of calls.
#[derive(Debug, Clone, PartialEq)]
pub struct QuotaRequest<'a> {
    /// Which budget: the service's key, by its id (never the key itself).
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

/// The answer to [`QuotaLedger::take`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct QuotaGrant {
    /// Calls granted, at most as many as asked for.
    pub granted: u64,
    /// With a shared bucket: wait this long before making the granted calls, or before asking again if none was granted.
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
