use std::fmt::Debug;
use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{CallContext, CompanyId, JobName, Result};

/// Somebody stopped a job for a while.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pause {
    /// Since when.
    pub at: Timestamp,
    /// Who.
    pub by: String,
}

/// A job as the ledger knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobRow {
    /// The company.
    pub company: CompanyId,
    /// The job.
    pub job: JobName,
    /// Whether it is paused.
    pub pause: Option<Pause>,
}

/// Stops jobs for a while, over restarts and for every process that uses the ledger.
///
/// Contract:
/// - **a_paused_job_does_not_begin**: `begin` of any lane is `Paused` until the job is resumed, and the run is written down
///   as skipped; what is under way goes on.
/// - **the_first_pause_stays**: pausing again changes nothing, and says so.
/// - **other_jobs_go_on**: a pause holds for one company and job.
#[async_trait]
pub trait JobLedger: Debug + Send + Sync + 'static {
    /// Pauses the context's job; false if it is paused already. The ledger need not know the job.
    async fn pause(&self, cx: &CallContext, by: &str) -> Result<bool>;

    /// Lets the context's job run again; false if it is not paused.
    async fn resume(&self, cx: &CallContext) -> Result<bool>;

    /// All jobs that the ledger knows, by company and name.
    async fn jobs(&self) -> Result<Vec<JobRow>>;
}

#[async_trait]
impl<T: JobLedger + ?Sized> JobLedger for Arc<T> {
    async fn pause(&self, cx: &CallContext, by: &str) -> Result<bool> {
        (**self).pause(cx, by).await
    }

    async fn resume(&self, cx: &CallContext) -> Result<bool> {
        (**self).resume(cx).await
    }

    async fn jobs(&self) -> Result<Vec<JobRow>> {
        (**self).jobs().await
    }
}
