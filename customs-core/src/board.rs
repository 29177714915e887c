//! What goes on in this process: shown by the console, counted for metrics. Nothing here outlives the process; what must is
//! in the ledger.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use tokio::sync::broadcast;

use crate::{CompanyId, JobName, Lane, Pipeline, Receipt, RunStatus};

/// Receipts that a listener may be behind.
const BACKLOG: usize = 256;

/// The jobs of this process and how they fare. Cheap to clone; clones show the same.
#[derive(Debug, Clone)]
pub struct Board {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    jobs: Mutex<Vec<JobEntry>>,
    closed: broadcast::Sender<ClosedRun>,
}

#[derive(Debug)]
struct JobEntry {
    company: CompanyId,
    job: JobName,
    timetable: String,
    next_at: Option<Timestamp>,
    running: Vec<(u64, Lane, Timestamp, Pipeline)>,
    last: Option<(Timestamp, Receipt)>,
    totals: JobTotals,
}

/// A run that was closed in this process.
#[derive(Debug, Clone)]
pub struct ClosedRun {
    /// The company.
    pub company: CompanyId,
    /// The job.
    pub job: JobName,
    /// The lane.
    pub lane: Lane,
    /// Its receipt.
    pub receipt: Receipt,
}

/// One job as the board shows it.
#[derive(Debug, Clone)]
pub struct JobView {
    /// The company.
    pub company: CompanyId,
    /// The job.
    pub job: JobName,
    /// When it runs, in words of the configuration.
    pub timetable: String,
    /// When it runs next.
    pub next_at: Option<Timestamp>,
    /// What runs now.
    pub running: Vec<RunningView>,
    /// The last run that was closed here, and when.
    pub last: Option<(Timestamp, Receipt)>,
    /// Counts since the process started.
    pub totals: JobTotals,
}

/// A run that is under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RunningView {
    /// The lane.
    pub lane: Lane,
    /// Since when.
    pub since: Timestamp,
    /// Records found on the due list so far.
    pub due: u64,
    /// Records that are through.
    pub done: u64,
}

/// Counts of one job since the process started.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct JobTotals {
    /// Runs that succeeded.
    pub succeeded: u64,
    /// Runs that failed.
    pub failed_runs: u64,
    /// Runs that were skipped: another one was under way, here or elsewhere.
    pub skipped: u64,
    /// Runs whose task panicked or hung.
    pub broken: u64,
    /// Records written and confirmed.
    pub pushed: u64,
    /// Records with nothing to write.
    pub unchanged: u64,
    /// Records that customs does not have.
    pub not_found: u64,
    /// Records that failed.
    pub failed: u64,
    /// Records left for later.
    pub deferred: u64,
    /// Requests to customs.
    pub customs_calls: u64,
    /// Calls that were not needed.
    pub calls_saved: u64,
    /// Time that runs took, in milliseconds.
    pub elapsed_ms: u64,
    /// When a run last succeeded.
    pub last_success: Option<Timestamp>,
}

/// A run on the board. It goes off the board when this is dropped.
#[derive(Debug)]
pub(crate) struct OnBoard {
    board: Board,
    job: usize,
    number: u64,
}

impl Drop for OnBoard {
    fn drop(&mut self) {
        if let Some(entry) = self.board.lock().get_mut(self.job) {
            entry.running.retain(|(number, ..)| *number != self.number);
        }
    }
}

impl Board {
    /// A board of jobs, each with its timetable in words.
    pub fn new(jobs: impl IntoIterator<Item = (CompanyId, JobName, String)>) -> Self {
        let entry = |(company, job, timetable)| JobEntry {
            company,
            job,
            timetable,
            next_at: None,
            running: Vec::new(),
            last: None,
            totals: JobTotals::default(),
        };
        Self {
            shared: Arc::new(Shared {
                jobs: Mutex::new(jobs.into_iter().map(entry).collect()),
                closed: broadcast::channel(BACKLOG).0,
            }),
        }
    }

    /// All jobs, in the order of the configuration.
    pub fn jobs(&self) -> Vec<JobView> {
        let view = |entry: &JobEntry| JobView {
            company: entry.company.clone(),
            job: entry.job.clone(),
            timetable: entry.timetable.clone(),
            next_at: entry.next_at,
            running: entry
                .running
                .iter()
                .map(|(_, lane, since, pipeline)| RunningView {
                    lane: *lane,
                    since: *since,
                    due: pipeline.progress().due(),
                    done: pipeline.progress().done(),
                })
                .collect(),
            last: entry.last.clone(),
            totals: entry.totals,
        };
        self.lock().iter().map(view).collect()
    }

    /// Hears of each run that is closed from now on. A listener that is slow misses the oldest.
    pub fn listen(&self) -> broadcast::Receiver<ClosedRun> {
        self.shared.closed.subscribe()
    }

    pub(crate) fn next_at(&self, job: usize, at: Option<Timestamp>) {
        self.change(job, |entry| entry.next_at = at);
    }

    /// Puts a run on the board; `pipeline` tells its progress.
    pub(crate) fn begin(&self, job: usize, lane: Lane, since: Timestamp, pipeline: Pipeline) -> OnBoard {
        let number = fastrand::u64(..);
        self.change(job, |entry| entry.running.push((number, lane, since, pipeline)));
        OnBoard {
            board: self.clone(),
            job,
            number,
        }
    }

    /// A tick of the timetable came while the job's run was under way.
    pub(crate) fn skip(&self, job: usize, ticks: u64) {
        self.change(job, |entry| entry.totals.skipped += ticks);
    }

    /// A run's task panicked or hung.
    pub(crate) fn broken(&self, job: usize) {
        self.change(job, |entry| entry.totals.broken += 1);
    }

    pub(crate) fn close(&self, job: usize, lane: Lane, at: Timestamp, receipt: &Receipt) {
        let mut closed = None;
        self.change(job, |entry| {
            let totals = &mut entry.totals;
            match receipt.status {
                RunStatus::Succeeded => {
                    totals.succeeded += 1;
                    totals.last_success = Some(at);
                }
                RunStatus::Skipped => totals.skipped += 1,
                RunStatus::Failed | RunStatus::Planning | RunStatus::Dispatched => totals.failed_runs += 1,
            }
            totals.pushed += receipt.pushed;
            totals.unchanged += receipt.unchanged;
            totals.not_found += receipt.not_found;
            totals.failed += receipt.failed;
            totals.deferred += receipt.deferred;
            totals.customs_calls += receipt.customs_calls;
            totals.calls_saved += receipt.calls_saved;
            totals.elapsed_ms += receipt.elapsed_ms;
            entry.last = Some((at, receipt.clone()));
            closed = Some(ClosedRun {
                company: entry.company.clone(),
                job: entry.job.clone(),
                lane,
                receipt: receipt.clone(),
            });
        });
        if let Some(run) = closed {
            // Nobody may be listening.
            let _ = self.shared.closed.send(run);
        }
    }

    fn change(&self, job: usize, change: impl FnOnce(&mut JobEntry)) {
        if let Some(entry) = self.lock().get_mut(job) {
            change(entry);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<JobEntry>> {
        self.shared.jobs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
