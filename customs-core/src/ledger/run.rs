use std::fmt::Debug;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::{CallContext, Calls, DueRecord, ErrorRow, Pause, Receipt, RecordKey, Result, RunId, Tally};

/// What set a run off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trigger {
    /// The timetable, or an operator's `once`.
    Schedule,
    /// These records, at once.
    Keys(Vec<RecordKey>),
    /// These dead letters, as they were kept.
    Retry(Vec<DueRecord>),
    /// The whole due list against what the source holds: nothing rests, and our memory does not count where the source
    /// tells what it holds.
    Resync,
}

impl Trigger {
    /// The name used in tables and JSON.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Schedule => "schedule",
            Self::Keys(_) => "keys",
            Self::Retry(_) => "retry",
            Self::Resync => "resync",
        }
    }

    /// The lane that the run takes.
    pub const fn lane(&self) -> Lane {
        match self {
            Self::Schedule | Self::Resync => Lane::Main,
            Self::Keys(_) | Self::Retry(_) => Lane::Urgent,
        }
    }
}

/// Runs of one lane do not overlap; an urgent run overtakes a full one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lane {
    /// Full runs: one at a time per company and job.
    Main,
    /// Urgent runs: any number; claims keep two from working on one record.
    Urgent,
}

/// Who runs. `name` is stable over restarts and `boot` is not, so that an instance takes back what its dead process left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Instance {
    /// Stable over restarts: the host, or the function's name.
    pub name: Arc<str>,
    /// Differs for each process.
    pub boot: Arc<str>,
    /// The host knows that no other process of this instance is alive (it holds the instance's lock file), so leases and
    /// claims of the same name and another boot are left-overs of a dead process.
    pub sole: bool,
}

impl Instance {
    /// An instance with a fresh random boot.
    pub fn new(name: impl Into<Arc<str>>, sole: bool) -> Self {
        Self {
            name: name.into(),
            boot: format!("{:016x}", fastrand::u64(..)).into(),
            sole,
        }
    }
}

/// Asks to begin a run; the context names company, job and run.
#[derive(Debug, Clone)]
pub struct BeginRequest {
    /// What set it off.
    pub trigger: Trigger,
    /// Who runs.
    pub instance: Instance,
    /// How long the lease lasts without a heartbeat.
    pub lease: Duration,
}

/// The answer to [`RunLedger::begin`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Begun {
    /// The run has begun. `fence` is higher than that of every earlier run of the job.
    Started {
        /// The run's fencing token.
        fence: u64,
    },
    /// Another run of the same lane is under way. This one is written down as skipped.
    Busy {
        /// That run.
        run: RunId,
    },
    /// The job is paused. This run is written down as skipped.
    Paused(Pause),
}

/// What planning came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PlanTotals {
    /// Records on the due list.
    pub due: u64,
    /// Records that planning itself settled: rejected rows (failed) and records left for later (deferred).
    pub tally: Tally,
    /// Records handed over in chunks.
    pub dispatched: u64,
    /// The due list is not to be believed without a look.
    pub alarm: Option<ErrorRow>,
}

/// Knows which runs there are and lets one at a time work.
///
/// Contract:
/// - **one_run_at_a_time**: `begin` in the main lane is `Busy` while another run of the company and job holds a live lease.
/// - **a_skipped_run_is_shown**: a run that found another one busy is a row with status skipped, and says which.
/// - **fences_rise**: each run of a company and job gets a higher fence than all before it.
/// - **an_expired_lease_is_taken_over**: after its lease a planning run is closed as failed, and `begin` starts a new one.
/// - **a_sole_instance_reclaims_at_once**: with [`Instance::sole`], open runs of the same instance name and another boot are
///   closed as failed without waiting, and their claims are released; runs of this very boot go on.
/// - **heartbeat_extends**: a heartbeat moves the lease's end; after the lease was lost it is a `Conflict` error.
/// - **close_draws_up_the_receipt**: `close` adds up what planning and settling wrote; records that were handed over and not
///   settled are deferred as undelivered; a run that does not balance is failed.
/// - **close_is_idempotent**: closing again returns the same receipt.
/// - **an_alarm_is_an_error_of_the_run**: `dispatched` stores the alarm as an error row, and the receipt names it.
/// - **usual_due_is_that_of_good_runs**: full runs that succeeded without an alarm and are not too old, newest first.
/// - **reap_closes_what_died**: `reap` closes runs of the job whose lease has expired, or whose chunks are past their time.
/// - **reap_closes_what_is_settled**: `reap` closes a dispatched run all of whose records are settled, without waiting.
#[async_trait]
pub trait RunLedger: Debug + Send + Sync + 'static {
    /// Begins the context's run, or says who is busy.
    async fn begin(&self, cx: &CallContext, request: &BeginRequest) -> Result<Begun>;

    /// Extends the lease while planning.
    async fn heartbeat(&self, cx: &CallContext, fence: u64, lease: Duration) -> Result<()>;

    /// Planning has ended: stores its totals and gives the lease back. Chunks settle until `not_after` from now.
    async fn dispatched(
        &self,
        cx: &CallContext,
        fence: u64,
        totals: &PlanTotals,
        not_after: Duration,
    ) -> Result<()>;

    /// Closes the context's run. `calls` are requests that no chunk has counted (reading the due list); `error` is why the
    /// run as a whole failed, if it did.
    async fn close(&self, cx: &CallContext, fence: u64, calls: Calls, error: Option<&str>)
    -> Result<Receipt>;

    /// How many records were due in the job's last full runs that succeeded without an alarm, newest first: at most `limit`
    /// runs, none of them older than `within`.
    async fn usual_due(&self, cx: &CallContext, limit: u32, within: Duration) -> Result<Vec<u64>>;

    /// Closes the job's runs that nobody will close any more.
    async fn reap(&self, cx: &CallContext) -> Result<Vec<Receipt>>;
}
