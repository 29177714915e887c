use std::fmt::Debug;
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;

use crate::{CallContext, Result};

const DAY: Duration = Duration::from_secs(24 * 3600);

/// How long the ledger keeps what it knows. Names, numbers and texts of a company's records are personal data in part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Keep {
    /// The original record of an error; the error itself stays. Default 90 days.
    pub dead_letters: Duration,
    /// Error rows, episodes that are over, and alerts that were sent. Default 365 days.
    pub errors: Duration,
    /// What happened to records; since when a record is due stays as long as the record. Default 365 days.
    pub events: Duration,
    /// How many events of one record, the newest. Default 500.
    pub events_of_a_record: u32,
    /// What became of each record of a run; failures stay as error rows. Default 3 days.
    pub outcomes: Duration,
    /// Closed runs. Default 365 days.
    pub runs: Duration,
    /// Records that no run has looked at. Default 730 days.
    pub records: Duration,
}

impl Default for Keep {
    fn default() -> Self {
        Self {
            dead_letters: 90 * DAY,
            errors: 365 * DAY,
            events: 365 * DAY,
            events_of_a_record: 500,
            outcomes: 3 * DAY,
            runs: 365 * DAY,
            records: 730 * DAY,
        }
    }
}

impl Keep {
    /// What is older than this time is forgotten.
    pub fn before(now: Timestamp, age: Duration) -> Timestamp {
        now.saturating_sub(age).unwrap_or(Timestamp::MIN)
    }
}

/// Asks to forget a little.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ForgetRequest {
    /// How long what is kept.
    pub keep: Keep,
    /// At most so many rows of each kind.
    pub limit: u32,
    /// Once nothing old is left, nobody looks again for this time.
    pub rest: Duration,
}

/// What forgetting came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Forgotten {
    /// Rows deleted or emptied.
    pub rows: u64,
    /// There may be more to forget.
    pub more: bool,
}

/// Forgets what is old.
///
/// Contract:
/// - **what_is_old_is_forgotten**: each kind by its own age; the original record of an error goes before the error does.
/// - **what_is_needed_stays**: open runs, open episodes, and records that are claimed or in doubt, however old.
/// - **a_sweep_is_bounded**: one call forgets at most `limit` rows of each kind, and says whether there may be more.
/// - **a_finished_sweep_rests**: once nothing old is left, calls do nothing for the time that the call asked for.
/// - **a_record_keeps_its_newest_events**: at most [`Keep::events_of_a_record`], and its first.
#[async_trait]
pub trait Retention: Debug + Send + Sync + 'static {
    /// Forgets what is older than the request allows, over all jobs. Each call is one transaction.
    async fn forget(&self, cx: &CallContext, request: &ForgetRequest) -> Result<Forgotten>;
}
