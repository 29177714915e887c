mod episode;
mod job;
mod quota;
mod reader;
mod record;
mod retention;
mod run;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::Date;

use super::lock;
use crate::{
    Alert, CallContext, Clock, CompanyId, Episode, JobName, LastOutcome, Pause, RecordEvent, RecordKey,
    RecordOutcome, RecordState, RunId, StoredError,
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
    pauses: BTreeMap<JobKey, Option<Pause>>,
    records: HashMap<(JobKey, RecordKey), Held>,
    events: Vec<RecordEvent>,
    outcomes: Vec<Together>,
    /// The number of the newest of these.
    last_outcome: u64,
    errors: Vec<StoredError>,
    error_ids: HashSet<String>,
    episodes: Vec<Episode>,
    /// The number of the newest episode.
    last_episode: u64,
    alerts: Vec<Outgoing>,
    quota: HashMap<(String, Date), u64>,
    buckets: HashMap<String, Timestamp>,
    /// When everything old was forgotten for the last time.
    forgot_at: Option<Timestamp>,
}

/// What became of records that were settled at once.
struct Together {
    no: u64,
    run: RunId,
    at: Timestamp,
    records: Vec<RecordOutcome>,
}

impl Content {
    fn add_outcomes(&mut self, run: &RunId, at: Timestamp, records: Vec<RecordOutcome>) {
        self.last_outcome += 1;
        self.outcomes.push(Together {
            no: self.last_outcome,
            run: run.clone(),
            at,
            records,
        });
    }
}

struct Held {
    state: RecordState,
    claim: Option<ClaimHeld>,
    last: Option<LastOutcome>,
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
