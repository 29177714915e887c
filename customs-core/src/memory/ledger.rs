mod episode;
mod quota;
mod reader;
mod record;
mod run;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::Date;

use super::lock;
use crate::{
    Alert, CallContext, Clock, CompanyId, Episode, JobName, RecordKey, RecordState, RunId, StoredError,
};
use run::Run;

/// All ledgers in memory: the reference for the others. Clones share their content.
#[derive(Clone)]
pub struct MemoryLedger {
    clock: Arc<dyn Clock>,
    content: Arc<Mutex<Content>>,
}

type JobKey = (CompanyId, JobName);

#[derive(Default)]
struct Content {
    fences: HashMap<JobKey, u64>,
    runs: BTreeMap<RunId, Run>,
    records: HashMap<(JobKey, RecordKey), Held>,
    errors: Vec<StoredError>,
    error_ids: HashSet<String>,
    /// An episode's number is its place, from 1.
    episodes: Vec<Episode>,
    alerts: Vec<Outgoing>,
    quota: HashMap<(String, Date), u64>,
    buckets: HashMap<String, Timestamp>,
}

struct Held {
    state: RecordState,
    claim: Option<ClaimHeld>,
}

struct ClaimHeld {
    run: RunId,
    chunk: u32,
    owner: String,
    until: Timestamp,
}

/// An alert that is to be sent.
struct Outgoing {
    alert: Alert,
    taken_until: Option<Timestamp>,
    sent: bool,
}

impl MemoryLedger {
    /// An empty ledger whose lease times come from `clock`.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self {
            clock,
            content: Arc::default(),
        }
    }
}

fn later(now: Timestamp, by: Duration) -> Timestamp {
    now.saturating_add(by).unwrap_or(Timestamp::MAX)
}

fn job_of(cx: &CallContext) -> JobKey {
    (cx.company.clone(), cx.job.clone())
}

impl fmt::Debug for MemoryLedger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let content = lock(&self.content);
        write!(
            f,
            "MemoryLedger({} runs, {} records)",
            content.runs.len(),
            content.records.len()
        )
    }
}
