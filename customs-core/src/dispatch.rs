//! Handing chunks to workers.

use std::fmt::Debug;
use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{CallContext, CompanyId, DueRecord, JobName, Outcome, Result, RunId};

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
