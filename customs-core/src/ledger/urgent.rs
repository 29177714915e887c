use std::fmt::Debug;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{CompanyId, Instance, JobName, Receipt, RecordKey, RecordOutcome, Result};

/// Names one urgent request. Sorts by time: `U20261123T031705Z-1f0c9a2b`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RequestId(pub Arc<str>);

impl RequestId {
    /// A new id: the time to the second, then 32 random bits.
    pub fn new(now: Timestamp) -> Self {
        Self(format!("U{}-{:08x}", now.strftime("%Y%m%dT%H%M%SZ"), fastrand::u32(..)).into())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for RequestId {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

impl From<String> for RequestId {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

impl std::fmt::Display for RequestId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// Somebody asks for work now: for these records, or for a full run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UrgentRequest {
    /// Names it.
    pub id: RequestId,
    /// The company.
    pub company: CompanyId,
    /// The job.
    pub job: JobName,
    /// The records; none asks for a full run.
    pub keys: Vec<RecordKey>,
    /// Who asks: the name of an API key or of a person, never the key itself.
    pub by: String,
    /// When it was accepted.
    pub at: Timestamp,
}

/// How far an urgent request is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RequestStatus {
    /// Accepted, and nobody works on it.
    Waiting,
    /// Somebody works on it.
    Running,
    /// Its run is closed.
    Done,
}

impl RequestStatus {
    /// The name used in tables and JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::Done => "done",
        }
    }
}

/// An urgent request as people see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestRow {
    /// What was asked for.
    pub request: UrgentRequest,
    /// How far it is.
    pub status: RequestStatus,
    /// What it came to, once it is done.
    pub done: Option<RequestDone>,
}

/// What an urgent request came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestDone {
    /// When.
    pub at: Timestamp,
    /// The receipt of its run.
    pub receipt: Receipt,
    /// What became of each record, in the order of asking. Empty for a full run.
    pub records: Vec<RecordOutcome>,
}

/// Takes requests to work on them.
#[derive(Debug, Clone)]
pub struct TakeRequests<'a> {
    /// Who takes.
    pub instance: &'a Instance,
    /// The jobs that the taker knows.
    pub jobs: &'a [(CompanyId, JobName)],
    /// At most how many.
    pub limit: usize,
    /// After this time without [`UrgentQueue::finish`] they are free again.
    pub lease: Duration,
    /// Only if no other instance works on any.
    pub alone: bool,
}

/// Keeps urgent requests until they are done, whatever happens to processes in between.
///
/// A request is worked on at least once: a worker that dies leaves it to the next one. That is safe, since a run writes
/// what SAP does not hold yet, and nothing twice.
///
/// Contract:
/// - **what_is_accepted_waits**: once `accept` returns, every handle on the queue sees the request waiting.
/// - **accepted_together_or_not_at_all**: of several requests handed over at once, all are kept or none.
/// - **accepting_again_changes_nothing**: an id that is known stays as it is.
/// - **the_oldest_is_taken_first**: `take` hands out by time of acceptance, at most `limit`, and only of the jobs named.
/// - **taken_by_one**: a request that was taken is handed out to nobody else.
/// - **a_lease_that_ended_is_free**: after its lease a request is taken again.
/// - **a_sole_instance_takes_its_own_back**: with [`Instance::sole`], what the same name took under another boot is free.
/// - **who_wants_to_be_alone_waits_for_the_others**: with `alone`, nothing is handed out while another instance holds a request
///   whose lease has not ended, of whatever job; of several that ask so at once, one gets something.
/// - **what_is_released_waits_again**: `release` by its taker makes it wait; by anybody else it changes nothing.
/// - **finish_keeps_receipt_and_outcomes**: `finish` by its taker is shown by `find`, and the request is taken no more.
/// - **a_lost_request_is_not_finished**: `finish` by somebody else's instance is a `Conflict` error and changes nothing.
/// - **recent_is_newest_first**: `recent` shows at most `limit`, the newest first.
/// - **only_done_ones_are_forgotten**: `forget` deletes requests that were done before a time, and no other.
#[async_trait]
pub trait UrgentQueue: Debug + Send + Sync + 'static {
    /// Keeps requests.
    async fn accept(&self, requests: &[UrgentRequest]) -> Result<()>;

    /// Hands out requests that wait, or whose worker is gone.
    async fn take(&self, take: TakeRequests<'_>) -> Result<Vec<UrgentRequest>>;

    /// Gives a request back, undone.
    async fn release(&self, id: &RequestId, instance: &Instance) -> Result<()>;

    /// A request is done.
    async fn finish(&self, id: &RequestId, instance: &Instance, done: &RequestDone) -> Result<()>;

    /// One request.
    async fn find(&self, id: &RequestId) -> Result<Option<RequestRow>>;

    /// The last requests.
    async fn recent(&self, limit: u32) -> Result<Vec<RequestRow>>;

    /// How many wait.
    async fn waiting(&self) -> Result<u64>;

    /// Deletes what was done before a time; returns how many.
    async fn forget(&self, before: Timestamp) -> Result<u64>;
}
