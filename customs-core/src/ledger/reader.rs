use std::fmt::Debug;

use async_trait::async_trait;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    CompanyId, DueRecord, Episode, EpisodeFilter, ErrorRow, JobName, LastOutcome, Receipt, RecordEvent,
    RecordKey, RecordOutcome, RecordState, Result, RunId,
};

/// A run as people see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunRow {
    /// The company.
    pub company: CompanyId,
    /// The job.
    pub job: JobName,
    /// What set it off.
    pub trigger: String,
    /// When it began.
    pub started_at: Timestamp,
    /// When it was closed.
    pub closed_at: Option<Timestamp>,
    /// How long customs took for all its calls, added up, in milliseconds.
    pub customs_ms: u64,
    /// The receipt, as far as it is known.
    pub receipt: Receipt,
}

/// An error as it is stored.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StoredError {
    /// Unique.
    pub id: String,
    /// When it happened.
    pub at: Timestamp,
    /// The company.
    pub company: CompanyId,
    /// The job.
    pub job: JobName,
    /// The run.
    pub run: RunId,
    /// The record, if any.
    pub key: Option<RecordKey>,
    /// What happened.
    pub error: ErrorRow,
    /// The record as it was, for a replay.
    pub record: Option<DueRecord>,
    /// The number of the episode that it belongs to.
    pub episode: Option<u64>,
}

/// Errors of one cause: the same stage, kind and code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cause {
    /// How many.
    pub count: u64,
    /// One of them.
    pub example: ErrorRow,
    /// The record of that one.
    pub example_key: Option<RecordKey>,
}

/// Which errors to show.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ErrorFilter {
    /// Only this run's.
    pub run: Option<RunId>,
    /// Only this record's.
    pub key: Option<RecordKey>,
    /// Only this episode's.
    pub episode: Option<u64>,
    /// At most how many, newest first.
    pub limit: u32,
}

/// What a record waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Waiting {
    /// The next run, if its due list names the record.
    Due,
    /// Its next look. A record that has left the loop waits for nothing.
    Resting,
    /// The end of its quarantine.
    Quarantined,
}

impl Waiting {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Due, Self::Resting, Self::Quarantined];

    /// The name used in addresses and JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Due => "due",
            Self::Resting => "resting",
            Self::Quarantined => "quarantined",
        }
    }

    /// What a record waits for at `now`, and until when if that is known.
    pub fn of(state: &RecordState, now: Timestamp) -> Option<(Self, Option<Timestamp>)> {
        if let Some(until) = state.quarantined_until.filter(|until| *until > now) {
            return Some((Self::Quarantined, Some(until)));
        }
        match state.next_look {
            // A ledger keeps less than nanoseconds.
            Some(look) if look.as_second() == Timestamp::MAX.as_second() => None,
            Some(look) if look > now => Some((Self::Resting, Some(look))),
            look => Some((Self::Due, look)),
        }
    }
}

/// A place in a list of waiting records: lists are in this order.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct WaitingPlace {
    /// Until when the record waits, or since when it may be asked about. Nothing for one that every run asks about.
    pub until: Option<Timestamp>,
    /// The company.
    pub company: CompanyId,
    /// The job.
    pub job: JobName,
    /// The record.
    pub key: RecordKey,
}

/// A record that waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitingRecord {
    /// Which record, and until when.
    pub place: WaitingPlace,
    /// The state that customs told last, in its own words.
    pub status: Option<String>,
    /// Failures in a row.
    pub failures: u32,
    /// How its last run ended for it: pushed, unchanged, not_found, failed, deferred.
    pub outcome: String,
    /// The error's code, or why it was deferred.
    pub reason: Option<String>,
}

/// What became of a run's records: a page of them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RunOutcomes {
    /// The records, in the order in which they were settled.
    pub records: Vec<RecordOutcome>,
    /// Where the next page begins, if there is one.
    pub next: Option<u64>,
}

/// Which waiting records to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitingFilter {
    /// What they wait for.
    pub what: Waiting,
    /// At which time.
    pub now: Timestamp,
    /// Only those behind this place.
    pub after: Option<WaitingPlace>,
    /// At most how many.
    pub limit: u32,
}

/// Shows what the ledgers hold to console and command line.
///
/// Contract:
/// - **newest_first**: runs, errors and episodes come newest first.
/// - **one_run_is_shown_as_in_the_list**: `run` shows what `runs` shows of it, and nothing for an id that is not known.
/// - **the_last_full_run_since_is_found**: the newest that began later, succeeded, and settled whatever its due list named.
/// - **what_became_of_each_record_is_told**: each record that a run settled, deferrals included, and each that it could not ask
///   about, once; for as long as [`Keep::outcomes`](crate::Keep::outcomes). A page begins behind the place where the one before
///   ended.
/// - **causes_add_up**: the counts of a run's causes add up to its error rows.
/// - **what_was_settled_is_shown**: a settled failure is an error row with the record as it was.
/// - **a_history_holds_changes_only**: each change that a settlement brings is an event, in order; a look that finds
///   everything as it was, and a result that is ignored, leave none.
/// - **the_last_outcome_names_its_run**: how each record's last run ended for it, deferrals included.
/// - **each_waiting_record_stands_in_one_list**: a settled record is due, resting or quarantined, whichever holds now; lists
///   go by time, and a page begins behind the place where the one before ended.
#[async_trait]
pub trait LedgerReader: Debug + Send + Sync + 'static {
    /// The last runs.
    async fn runs(&self, limit: u32) -> Result<Vec<RunRow>>;

    /// One run.
    async fn run(&self, run: &RunId) -> Result<Option<RunRow>>;

    /// The id and the beginning of a job's last full run that began after `since`, succeeded, and deferred nothing by
    /// [`DeferReason::LOSING`](crate::DeferReason::LOSING): a record that it did not settle did not stand on its due list, or rested.
    async fn full_run_since(
        &self,
        company: &CompanyId,
        job: &JobName,
        since: Timestamp,
    ) -> Result<Option<(RunId, Timestamp)>>;

    /// What became of a run's records, behind the place `after` (0 for the first page). A page ends once it has as many as `limit`;
    /// it has more, where so many were settled at once.
    async fn run_outcomes(&self, run: &RunId, after: u64, limit: usize) -> Result<RunOutcomes>;

    /// Errors, newest first.
    async fn errors(&self, filter: &ErrorFilter) -> Result<Vec<StoredError>>;

    /// Episodes, the last seen first.
    async fn episodes(&self, filter: &EpisodeFilter) -> Result<Vec<Episode>>;

    /// A run's errors by cause, the most frequent first.
    async fn causes(&self, run: &RunId) -> Result<Vec<Cause>>;

    /// What happened to a record, in every job that knows it, the oldest first.
    async fn history(&self, key: &RecordKey) -> Result<Vec<RecordEvent>>;

    /// How the last run ended for each of these records, in every job that knows it. Unknown records are left out.
    async fn outcomes(&self, keys: &[RecordKey]) -> Result<Vec<LastOutcome>>;

    /// Settled records by what they wait for, the soonest first.
    async fn waiting_records(&self, filter: &WaitingFilter) -> Result<Vec<WaitingRecord>>;

    /// What is known about a record, in every job that knows it.
    async fn record(&self, key: &RecordKey) -> Result<Vec<(CompanyId, JobName, RecordState)>>;
}
