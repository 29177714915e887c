//! Episodes: the same error, however often it comes, is one thing that begins and ends.

mod text;

use std::fmt::Debug;
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::digest::Digest;
use crate::{
    AlertKind, CompanyId, DeferReason, ErrorRow, JobName, Lane, Receipt, RecordKey, Result, RunId, Stage,
};

/// An error that comes back this soon after its episode ended goes on with that episode.
const REOPENS_WITHIN: Duration = Duration::from_secs(24 * 3600);
/// After this time without the error an episode is over, whatever else is known: a record that keeps failing is asked at
/// least once a day, so nobody fails with it any more.
const FORGOTTEN_AFTER: Duration = Duration::from_secs(48 * 3600);
/// How long a reopened episode must be quiet before it is over: this, doubled for each time that it came back.
const QUIET: Duration = Duration::from_secs(30 * 60);

/// What makes two errors the same: stage, kind, code, endpoint, operation, and the text without what changes from one to
/// the next.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Signature {
    /// 32 hexadecimal characters over all of the above.
    pub fingerprint: String,
    /// The text: numbers, keys, dates, ids and what is quoted are replaced.
    pub text: String,
}

impl Signature {
    /// The signature of an error that concerns `key`, if it concerns a record.
    pub fn of(error: &ErrorRow, key: Option<&RecordKey>) -> Self {
        let text = text::normalised(&error.message, key);
        let parts = [
            error.stage.as_str(),
            error.kind.as_str(),
            &error.code,
            error.endpoint.as_deref().unwrap_or_default(),
            error.operation.as_deref().unwrap_or_default(),
            &text,
        ];
        let fingerprint = Digest::from_iter(parts).hex();
        Self { fingerprint, text }
    }
}

/// The same error, from its first time until it is over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Episode {
    /// Its number, which people quote.
    pub no: u64,
    /// The company.
    pub company: CompanyId,
    /// The job.
    pub job: JobName,
    /// What makes errors belong to it.
    pub signature: Signature,
    /// One of its errors, whole: the first.
    pub example: ErrorRow,
    /// How many errors.
    pub count: u64,
    /// How many records they concern, as far as their error rows are still kept.
    pub records: u64,
    /// How many of these records have not come through since.
    pub failing: u64,
    /// When it was first seen.
    pub first_seen: Timestamp,
    /// When it was last seen.
    pub last_seen: Timestamp,
    /// In which run it was last seen.
    pub last_run: RunId,
    /// How often it came back after it was over.
    pub reopened: u32,
    /// The count that was last told in an alert; zero while none was raised since it opened.
    pub alerted: u64,
    /// When it ended.
    pub closed_at: Option<Timestamp>,
    /// Who ended it, if it did not recover by itself.
    pub closed_by: Option<String>,
}

/// How a run ended, as far as episodes are concerned.
#[derive(Debug, Clone)]
pub struct RunEnd<'a> {
    /// What it came to.
    pub receipt: &'a Receipt,
    /// Its lane.
    pub lane: Lane,
    /// Whether its due list was read to the end.
    pub planned: bool,
    /// When it was closed.
    pub at: Timestamp,
}

impl Episode {
    /// An episode that begins, without a number yet and without an error counted.
    pub fn new(
        company: CompanyId,
        job: JobName,
        signature: Signature,
        example: ErrorRow,
        at: Timestamp,
        run: RunId,
    ) -> Self {
        Self {
            no: 0,
            company,
            job,
            signature,
            example,
            count: 0,
            records: 0,
            failing: 0,
            first_seen: at,
            last_seen: at,
            last_run: run,
            reopened: 0,
            alerted: 0,
            closed_at: None,
            closed_by: None,
        }
    }

    /// Whether it is open.
    pub fn is_open(&self) -> bool {
        self.closed_at.is_none()
    }

    /// Whether an error of its signature at that time belongs to it. If not, a new episode begins.
    pub fn goes_on(&self, at: Timestamp) -> bool {
        self.closed_at
            .is_none_or(|closed| since(closed, at) < REOPENS_WITHIN)
    }

    /// An episode that ended before then does not go on with an error at that time.
    pub fn reopens_if_closed_after(at: Timestamp) -> Timestamp {
        at.saturating_sub(REOPENS_WITHIN).unwrap_or(Timestamp::MIN)
    }

    /// Counts errors. A closed episode is open again, and will be told again.
    pub fn seen(&mut self, errors: u64, at: Timestamp, run: &RunId) {
        if self.closed_at.take().is_some() {
            self.closed_by = None;
            self.reopened = self.reopened.saturating_add(1);
            self.alerted = 0;
        }
        self.count = self.count.saturating_add(errors);
        self.last_seen = self.last_seen.max(at);
        self.last_run = run.clone();
    }

    /// What the end of a run means for an open episode: it may be over, and somebody may have to be told. `failing` must be
    /// up to date.
    pub fn run_ended(&mut self, end: &RunEnd<'_>) -> Option<AlertKind> {
        if self.is_over(end) {
            self.closed_at = Some(end.at);
            return (self.alerted > 0).then_some(AlertKind::Recovered);
        }
        let kind = match self.alerted {
            0 => AlertKind::Opened,
            told if self.count >= told.saturating_mul(10) => AlertKind::Grew,
            _ => return None,
        };
        self.alerted = self.count;
        Some(kind)
    }

    /// Whether the run shows that the error is gone: it did not bring it, it came past the place where the error happens,
    /// every record that failed with it has come through since, and it has been quiet for long enough.
    fn is_over(&self, end: &RunEnd<'_>) -> bool {
        let Receipt {
            run_id,
            pushed,
            unchanged,
            not_found,
            reasons,
            ..
        } = end.receipt;
        let quiet = since(self.last_seen, end.at);
        if quiet >= FORGOTTEN_AFTER {
            return true;
        }
        let came_past = match self.example.stage {
            Stage::Plan => end.planned,
            // An urgent run reads other rows than the due list's.
            Stage::Fetch | Stage::Dispatch => end.planned && end.lane == Lane::Main,
            Stage::Settle => {
                end.planned
                    && !reasons
                        .deferred
                        .contains_key(DeferReason::LedgerUnavailable.as_str())
            }
            // Records that came through have passed the place themselves.
            Stage::Query | Stage::Map | Stage::Deliver => {
                self.records > 0 || pushed + unchanged + not_found > 0
            }
        };
        *run_id != self.last_run && came_past && self.failing == 0 && quiet >= self.quiet_needed()
    }

    /// An error that comes and goes would raise two alerts each time. Each return doubles the time it must stay away.
    fn quiet_needed(&self) -> Duration {
        match self.reopened.checked_sub(1) {
            None => Duration::ZERO,
            Some(n) => QUIET.saturating_mul(2_u32.saturating_pow(n)).min(REOPENS_WITHIN),
        }
    }
}

/// How much time passed; none if the clock went back.
fn since(then: Timestamp, now: Timestamp) -> Duration {
    Duration::try_from(now.duration_since(then)).unwrap_or_default()
}

/// Which episodes to show.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EpisodeFilter {
    /// Only this one.
    pub no: Option<u64>,
    /// Only open ones.
    pub open: bool,
    /// Leaves [`Episode::records`] at zero: counting them takes as long as there are errors.
    pub brief: bool,
    /// At most how many, the last seen first.
    pub limit: u32,
}

/// Ends episodes by hand. Episodes begin and end by themselves: errors that are settled or reported are counted into them,
/// and closing a run ends those that are over.
///
/// Contract:
/// - **equal_errors_are_one_episode**: errors of one company, job and signature are counted in one episode, whichever chunk,
///   run or reporter brings them; each error row names its episode.
/// - **an_episode_counts_what_is_stored**: a result that is ignored, or a report that is there already, is not counted.
/// - **an_episode_ends_when_its_records_came_through**: closing a run ends an episode of settled records once each of them has
///   come through; a record that rests or was deferred keeps it open.
/// - **an_episode_without_records_ends_when_a_run_comes_past**: a later run that passes the place without the error ends it.
/// - **an_episode_that_comes_back_is_reopened**: within a day it is the same episode, reopened; it must then stay away for
///   longer.
/// - **closing_by_hand_says_who**: `close_episode` ends an open episode and keeps who did it; the error coming back reopens it.
#[async_trait]
pub trait EpisodeLedger: Debug + Send + Sync + 'static {
    /// Ends an open episode; false if there is no such episode or it is closed already.
    async fn close_episode(&self, no: u64, by: &str) -> Result<bool>;
}
