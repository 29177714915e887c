//! The pipeline: fetch what is due, ask customs, compare, deliver what changed, settle.

mod bounds;
mod in_process;
mod keys;
mod outcome;
mod plan;
mod process;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::time::Instant;
use tracing::field::Empty;
use tracing::{Instrument as _, error, info, trace_span};

use crate::{
    BeginRequest, Begun, CallContext, Calls, Clock, CustomsApi, Dispatcher, DryRun, Error, ErrorKind,
    ErrorReport, ErrorReporter, ErrorRow, Instance, Job, PlanTotals, Receipt, RecordKey, RecordLedger,
    Result, RunId, RunLedger, RunStatus, Sink, SourceSystem, Stage, Stop, SystemClock, Tally, Trigger, Turns,
};
use in_process::InProcess;

pub use keys::RecordOutcome;
pub use process::ChunkReport;

/// The systems that a pipeline connects.
#[derive(Debug, Clone)]
pub struct Parts {
    /// Where the due list is.
    pub source: Arc<dyn SourceSystem>,
    /// Whom to ask.
    pub customs: Arc<dyn CustomsApi>,
    /// Where changes go.
    pub sink: Arc<dyn Sink>,
    /// Where errors go that belong to no settled record.
    pub reporter: Arc<dyn ErrorReporter>,
    /// Runs.
    pub runs: Arc<dyn RunLedger>,
    /// Records.
    pub records: Arc<dyn RecordLedger>,
}

/// Runs a job. Cheap to clone; clones share systems and progress. The page of [this crate](crate) has an example.
#[derive(Debug, Clone)]
pub struct Pipeline {
    shared: Arc<Shared>,
    progress: Arc<Progress>,
    stop: Stop,
    reserve: Reserve,
}

/// What a run has that shares the rate towards customs with runs elsewhere.
#[derive(Debug, Clone, Default)]
struct Reserve {
    turns: Option<Arc<Turns>>,
    deadline: Option<Instant>,
}

#[derive(Debug)]
struct Shared {
    job: Job,
    parts: Parts,
    instance: Instance,
    clock: Arc<dyn Clock>,
}

/// How far the current run is; read it while the run is under way.
#[derive(Debug, Default)]
pub struct Progress {
    due: AtomicU64,
    done: AtomicU64,
}

impl Progress {
    /// Records found on the due list so far.
    pub fn due(&self) -> u64 {
        self.due.load(Ordering::Relaxed)
    }

    /// Records that are through.
    pub fn done(&self) -> u64 {
        self.done.load(Ordering::Relaxed)
    }
}

/// A run that has begun.
struct Run {
    cx: CallContext,
    fence: u64,
}

impl Pipeline {
    /// A pipeline on the system's clock, as an instance that shares nothing with earlier processes.
    pub fn new(job: Job, parts: Parts) -> Self {
        Self::with(job, parts, Instance::new("default", false), Arc::new(SystemClock))
    }

    /// A pipeline with an instance and a clock of its own.
    pub fn with(job: Job, parts: Parts, instance: Instance, clock: Arc<dyn Clock>) -> Self {
        Self {
            shared: Arc::new(Shared {
                job,
                parts,
                instance,
                clock,
            }),
            progress: Arc::default(),
            stop: Stop::new(),
            reserve: Reserve::default(),
        }
    }

    /// The same pipeline for the one process that works on urgent requests while workers elsewhere share the rate
    /// ([`Job::fan_out`]): its runs ask at the turns of the reserve, and end by `deadline`.
    #[must_use]
    pub fn on_reserve(&self, deadline: Instant) -> Self {
        let Shared { job, clock, .. } = &*self.shared;
        let turns = job.fan_out.and_then(|fan| fan.reserve(clock.now()));
        let reserve = Reserve {
            turns: turns.map(Arc::new),
            deadline: Some(deadline),
        };
        Self {
            reserve,
            ..self.clone()
        }
    }

    /// The same pipeline, writing nothing: neither to the sink nor to the ledger. Source and customs are asked in earnest.
    /// What would have been written stands in the second value.
    pub fn dry_run(&self) -> (Self, DryRun) {
        let Shared {
            job,
            parts,
            instance,
            clock,
            ..
        } = &*self.shared;
        let (parts, dry_run) = DryRun::around(parts, Arc::clone(clock));
        let dry = Self::with(job.clone(), parts, instance.clone(), Arc::clone(clock));
        (dry, dry_run)
    }

    /// The same pipeline, which ends its runs early once `stop` is given: what it has not begun is deferred (`stopped`), what
    /// was asked is written and settled.
    #[must_use]
    pub fn stopping_with(self, stop: Stop) -> Self {
        Self { stop, ..self }
    }

    /// Who runs.
    pub fn instance(&self) -> &Instance {
        &self.shared.instance
    }

    /// Where its errors go.
    pub(crate) fn reporter(&self) -> &dyn ErrorReporter {
        &*self.shared.parts.reporter
    }

    /// The job.
    pub fn job(&self) -> &Job {
        &self.shared.job
    }

    /// How far the current run is.
    pub fn progress(&self) -> &Progress {
        &self.progress
    }

    /// Plans a run and works on its chunks in this process, until the run is closed.
    ///
    /// It always ends with a receipt, at the latest when the job's deadline and its closing time are over. A run that could
    /// not begin, because another one is under way or the ledger is away, has one too. Dropping the future stops the
    /// work; what was claimed is free again after its time, or at once for a sole instance.
    pub async fn run_once(&self, trigger: Trigger) -> Receipt {
        let job = &self.shared.job;
        let (company, job) = (job.company.as_str(), job.name.as_str());
        let span =
            trace_span!("run", company, job, run = Empty, outcome = Empty, due = Empty, error.type = Empty);
        let receipt = self.run_in_process(trigger).instrument(span.clone()).await;
        span.record("run", receipt.run_id.as_str())
            .record("outcome", receipt.status.as_str())
            .record("due", receipt.due);
        if receipt.status == RunStatus::Failed {
            span.record("error.type", "failed");
        }
        receipt
    }

    async fn run_in_process(&self, trigger: Trigger) -> Receipt {
        let start = Instant::now();
        let run = match self.begin(&trigger, self.reserve.deadline).await {
            Ok(run) => run,
            Err(receipt) => return receipt,
        };
        let workers = InProcess::new(self.clone(), run.cx.clone());
        let (totals, planned) = self.plan_with(&run, &trigger, &workers, None).await;
        let worked = workers.join().await;
        let mut local = totals.tally.clone();
        local.add(&worked);
        let missing = totals.dispatched.saturating_sub(worked.records());
        local.defer(crate::DeferReason::Undelivered, missing);
        self.close(&run, &totals, planned.err(), local, start).await
    }

    /// Plans a run and hands its chunks to `dispatcher`. The run stays open until its last chunk is settled and somebody
    /// closes it: the next plan, at the latest. Chunks share the rate towards customs as [`Job::fan_out`] says.
    ///
    /// Reading the due list ends by `deadline`, if the process has one, and by the job's.
    ///
    /// # Errors
    /// The receipt of a run that could not begin or whose planning failed.
    pub async fn plan(
        &self,
        trigger: Trigger,
        dispatcher: &dyn Dispatcher,
        deadline: Option<Instant>,
    ) -> Result<PlanTotals, Box<Receipt>> {
        let start = Instant::now();
        let run = self.begin(&trigger, deadline).await.map_err(Box::new)?;
        let fan_out = self.shared.job.fan_out;
        match self.plan_with(&run, &trigger, dispatcher, fan_out).await {
            (totals, Ok(())) => Ok(totals),
            (totals, Err(error)) => {
                let local = totals.tally.clone();
                Err(Box::new(
                    self.close(&run, &totals, Some(error), local, start).await,
                ))
            }
        }
    }

    async fn begin(&self, trigger: &Trigger, deadline: Option<Instant>) -> Result<Run, Receipt> {
        let Shared {
            job,
            parts,
            instance,
            clock,
            ..
        } = &*self.shared;
        let progress = &self.progress;
        progress.due.store(0, Ordering::Relaxed);
        progress.done.store(0, Ordering::Relaxed);
        let id = RunId::new(clock.now());
        let cx = CallContext::new(job.company.clone(), job.name.clone(), id.clone())
            .until(Instant::now() + job.deadline);
        let cx = deadline.map_or(cx.clone(), |d| cx.until(d));
        // Closing what died comes first: its records are due again, and its counts are final.
        let reaped = bounds::ledger(parts.runs.reap(&cx)).await;
        let request = BeginRequest {
            trigger: trigger.clone(),
            instance: instance.clone(),
            lease: plan::LEASE,
        };
        let begun = match reaped {
            Ok(receipts) => {
                receipts.iter().for_each(log_closed);
                bounds::ledger(parts.runs.begin(&cx, &request)).await
            }
            Err(error) => Err(error),
        };
        match begun {
            Ok(Begun::Started { fence }) => Ok(Run { cx, fence }),
            Ok(Begun::Busy { run }) => {
                info!(message = "Skipped: a run is under way.", other = %run);
                Err(Receipt::skipped(id, &run))
            }
            Ok(Begun::Paused(pause)) => {
                info!(message = "Skipped: the job is paused.", since = %pause.at, by = pause.by);
                Err(Receipt::paused(id, &pause))
            }
            // Without its ledger a run would not know what it may write: it does not begin.
            Err(error) => {
                let text = error.chain().to_string();
                let receipt = Receipt::draw_up(id, 0, Tally::default(), 0, Some(text));
                self.report_with(&cx, Stage::Plan, None, &error, Some(&receipt))
                    .await;
                Err(receipt)
            }
        }
    }

    /// Closes the run in the ledger; without the ledger the receipt says what this process knows, and is a failed one.
    async fn close(
        &self,
        run: &Run,
        totals: &PlanTotals,
        failure: Option<Error>,
        local: Tally,
        start: Instant,
    ) -> Receipt {
        let runs = &self.shared.parts.runs;
        let failure = failure.map(|e| e.chain().to_string());
        if failure.is_some() {
            // What planning came to was not stored yet. If it cannot be, the receipt does not balance, and says so.
            let stored = bounds::ledger(runs.dispatched(&run.cx, run.fence, totals, Duration::ZERO)).await;
            if let Err(error) = stored {
                self.report(&run.cx, Stage::Settle, None, &error).await;
            }
        }
        let closed = runs.close(&run.cx, run.fence, Calls::default(), failure.as_deref());
        let receipt = match bounds::ledger(closed).await {
            Ok(receipt) => receipt,
            Err(error) => {
                let elapsed = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
                let text = failure.unwrap_or_else(|| error.chain().to_string());
                let receipt = Receipt::draw_up(run.cx.run.clone(), totals.due, local, elapsed, Some(text));
                self.report_with(&run.cx, Stage::Settle, None, &error, Some(&receipt))
                    .await;
                receipt
            }
        };
        log_closed(&receipt);
        receipt
    }

    async fn report(&self, cx: &CallContext, stage: Stage, key: Option<&RecordKey>, failure: &Error) {
        self.report_with(cx, stage, key, failure, None).await;
    }

    /// Reports an error; with the receipt, if the ledger could not be told of the run's end.
    async fn report_with(
        &self,
        cx: &CallContext,
        stage: Stage,
        key: Option<&RecordKey>,
        failure: &Error,
        receipt: Option<&Receipt>,
    ) {
        error!(message = "Failed.", run = %cx.run, stage = stage.as_str(), key = key.map(RecordKey::as_str), error = %failure.chain());
        let mut report = ErrorReport::new(
            self.shared.clock.now(),
            key.cloned(),
            ErrorRow::new(stage, failure),
        );
        if let Some(receipt) = receipt {
            report = report.with_receipt(receipt);
        }
        bounds::report(self.shared.parts.reporter.report(cx, &report)).await;
    }
}

/// Alarms outside listen for this line: whoever closes a run writes it.
fn log_closed(receipt: &Receipt) {
    let Receipt {
        run_id,
        status,
        due,
        pushed,
        failed,
        deferred,
        elapsed_ms,
        ..
    } = receipt;
    info!(message = "Run closed.", run = %run_id, status = status.as_str(), due, pushed, failed, deferred, elapsed_ms);
}

fn internal(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Internal, message)
}
