//! Handing chunks to workers.

use std::fmt::Debug;
use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::digest::Digest;
use crate::{
    CallContext, CompanyId, DueRecord, Error, ErrorKind, ErrorReport, ErrorRow, JobName, Outcome, Result,
    RunId, Stage,
};

/// The version of [`Chunk`] that this program writes. Before changing it ask: old reader, new reader, old writer?
pub const CHUNK_VERSION: u32 = 1;

/// A part of a run's work, small enough for one worker. It travels as JSON.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Chunk {
    /// [`CHUNK_VERSION`] of the writer.
    pub version: u32,
    /// The company.
    pub company: CompanyId,
    /// The job.
    pub job: JobName,
    /// The run.
    pub run: RunId,
    /// The run's fencing token.
    pub fence: u64,
    /// Its number in the run, from 0.
    pub index: u32,
    /// Work begins no earlier.
    pub not_before: Option<Timestamp>,
    /// What is not settled by then is undelivered, and due again.
    pub not_after: Timestamp,
    /// When this chunk's slice of the rate is over; without it, when there was a turn for each record. A program that does not know
    /// this ends sooner.
    #[serde(default)]
    pub slice_ends: Option<Timestamp>,
    /// This chunk's share of the rate towards customs, in requests per second; `None` when the worker shares a bucket.
    pub rate: Option<f64>,
    /// What the source holds now decides alone, wherever it tells ([`Trigger::Resync`](crate::Trigger::Resync)). A program
    /// that does not know this compares as usual: it may write what need not be written, and loses nothing.
    #[serde(default)]
    pub resync: bool,
    /// The records.
    pub records: Vec<DueRecord>,
}

impl Chunk {
    /// Names the chunk in ledgers and logs: `run/index`.
    pub fn id(&self) -> String {
        format!("{}/{}", self.run, self.index)
    }

    /// A report for each record of a chunk that its workers could not finish, with what is known about the cause. The same
    /// chunk gives the same ids, so that a dead letter which arrives twice, or by two ways, is one row for each record.
    ///
    /// What the workers settled before is settled; the rest is undelivered on the run's receipt, and due again.
    pub fn dead_letters(&self, at: Timestamp, why: &str) -> Vec<ErrorReport> {
        let text = format!(
            "chunk {} was given up, and is left for the next run: {why}",
            self.id()
        );
        let error = Error::new(ErrorKind::Unavailable, text).code("dead_letter");
        let report = |record: &DueRecord| ErrorReport {
            id: Digest::from_iter(["dead_letter", self.id().as_str(), record.key.as_str()]).hex(),
            ..ErrorReport::new(
                at,
                Some(record.key.clone()),
                ErrorRow::new(Stage::Dispatch, &error),
            )
        };
        self.records.iter().map(report).collect()
    }
}

/// Hands chunks to whoever processes them: a task in this process, or a queue.
///
/// Contract:
/// - **one_outcome_per_chunk_in_order**: `Ok` holds exactly one outcome per chunk, in the same order.
/// - **ok_means_accepted**: an accepted chunk is processed at least once, or its records show as undelivered.
/// - **a_refused_chunk_never_sinks_its_neighbours**: it is an `Err` outcome, and the others are handed over.
#[async_trait]
pub trait Dispatcher: Debug + Send + Sync + 'static {
    /// Hands over some chunks.
    async fn dispatch(&self, cx: &CallContext, chunks: Vec<Chunk>) -> Result<Vec<Outcome>>;
}

#[async_trait]
impl<T: Dispatcher + ?Sized> Dispatcher for Arc<T> {
    async fn dispatch(&self, cx: &CallContext, chunks: Vec<Chunk>) -> Result<Vec<Outcome>> {
        (**self).dispatch(cx, chunks).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::CustomsQuery;

    #[test]
    fn a_dead_letter_is_a_row_for_each_record_and_the_same_one_twice() {
        let record = |key: &str| DueRecord {
            key: key.into(),
            query: CustomsQuery::new("API001", crate::Fields::new()),
            priority: crate::Priority::Normal,
            origin: crate::Fields::new(),
            current: None,
        };
        let mut chunk = Chunk {
            version: CHUNK_VERSION,
            company: "1000".into(),
            job: "import".into(),
            run: "r".into(),
            fence: 1,
            index: 4,
            not_before: None,
            not_after: Timestamp::UNIX_EPOCH,
            slice_ends: None,
            rate: None,
            resync: false,
            records: vec![record("1"), record("2")],
        };
        let ids = |reports: &[ErrorReport]| reports.iter().map(|r| r.id.clone()).collect::<Vec<_>>();
        let reports = chunk.dead_letters(Timestamp::UNIX_EPOCH, "killed");
        assert_eq!(reports[1].key.as_ref().unwrap().as_str(), "2");
        assert_eq!(reports[0].error.code, "dead_letter");
        assert!(
            reports[0].error.message.contains("chunk r/4") && reports[0].error.message.contains("killed")
        );
        // By another way, at another time, in other words: still the same rows.
        assert_eq!(ids(&chunk.dead_letters(Timestamp::MAX, "else")), ids(&reports));
        assert_ne!(reports[0].id, reports[1].id);
        chunk.index = 5;
        assert_ne!(ids(&chunk.dead_letters(Timestamp::MAX, "else")), ids(&reports));
    }
}
