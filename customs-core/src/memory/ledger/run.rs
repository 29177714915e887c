//! Runs.

use std::collections::HashSet;
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;

use super::{Content, JobKey, MemoryLedger, job_of, later, lock};
use crate::{
    BeginRequest, Begun, CallContext, Calls, DeferReason, Error, ErrorKind, Instance, Lane, PlanTotals,
    Receipt, RecordKey, Result, RunEnd, RunId, RunLedger, RunStatus, StoredError, Tally,
};

/// What set off a run that the ledger learned of afterwards: nobody knows any more.
const SPOOLED: &str = "spooled";

pub(super) struct Run {
    pub(super) job: JobKey,
    pub(super) fence: u64,
    lane: Lane,
    pub(super) trigger: &'static str,
    instance: Instance,
    pub(super) started_at: Timestamp,
    /// While planning: the lease's end. Once dispatched: when the last chunk is past its time.
    open_until: Timestamp,
    pub(super) status: RunStatus,
    totals: PlanTotals,
    pub(super) settled: Tally,
    /// Results that were counted, so that each counts once.
    pub(super) done: HashSet<(u32, RecordKey)>,
    pub(super) closed: Option<(Timestamp, Receipt)>,
    /// A skipped run: the one that was in the way.
    busy: Option<RunId>,
}

impl Content {
    pub(super) fn run_mut(&mut self, cx: &CallContext, fence: u64) -> Result<&mut Run> {
        self.runs
            .get_mut(&cx.run)
            .filter(|r| r.fence == fence)
            .ok_or_else(|| {
                Error::new(
                    ErrorKind::Conflict,
                    format!("there is no run {} with fence {fence}", cx.run),
                )
            })
    }

    /// Adds a run that began or ended without this ledger, unless it is known: then it is closed by its own counts.
    pub(super) fn add_run(&mut self, cx: &CallContext, receipt: &Receipt, at: Timestamp) {
        if self.runs.contains_key(&cx.run) {
            return;
        }
        let job = job_of(cx);
        let fence = self.fences.entry(job.clone()).or_default();
        *fence += 1;
        let run = Run {
            job,
            fence: *fence,
            lane: Lane::Main,
            trigger: SPOOLED,
            instance: Instance::new(SPOOLED, false),
            started_at: at
                .saturating_sub(Duration::from_millis(receipt.elapsed_ms))
                .unwrap_or(at),
            open_until: at,
            status: receipt.status,
            totals: PlanTotals::default(),
            settled: Tally::default(),
            done: HashSet::new(),
            closed: Some((at, receipt.clone())),
            busy: None,
        };
        self.runs.insert(cx.run.clone(), run);
    }

    fn close(&mut self, id: &RunId, now: Timestamp, calls: Calls, error: Option<&str>) -> Option<Receipt> {
        let run = self.runs.get_mut(id)?;
        if let Some((_, receipt)) = &run.closed {
            return Some(receipt.clone());
        }
        let receipt = run.receipt(id, now, calls, error);
        let planned = run.status == RunStatus::Dispatched && error.is_none();
        run.status = receipt.status;
        run.closed = Some((now, receipt.clone()));
        let (job, lane) = (run.job.clone(), run.lane);
        for held in self.records.values_mut() {
            held.claim.take_if(|c| c.run == *id);
        }
        let end = RunEnd {
            receipt: &receipt,
            lane,
            planned,
            at: now,
        };
        self.end_episodes(&job, &end);
        Some(receipt)
    }

    fn close_where(
        &mut self,
        now: Timestamp,
        job: &JobKey,
        why: &str,
        dead: impl Fn(&Run) -> bool,
    ) -> Vec<Receipt> {
        let open = |r: &Run| r.job == *job && r.closed.is_none() && dead(r);
        let ids: Vec<RunId> = self
            .runs
            .iter()
            .filter(|(_, r)| open(r))
            .map(|(id, _)| id.clone())
            .collect();
        ids.iter()
            .filter_map(|id| {
                // A run whose chunks are merely late is not broken: what is missing shows as undelivered.
                let planning = self.runs.get(id).is_some_and(|r| r.status == RunStatus::Planning);
                self.close(id, now, Calls::default(), planning.then_some(why))
            })
            .collect()
    }
}

impl Run {
    /// The receipt as far as it is known; that of an open run says so.
    pub(super) fn shown(&self, id: &RunId, now: Timestamp) -> Receipt {
        match &self.closed {
            Some((_, receipt)) => receipt.clone(),
            None => Receipt {
                status: self.status,
                ..self.receipt(id, now, Calls::default(), None)
            },
        }
    }

    fn receipt(&self, id: &RunId, now: Timestamp, calls: Calls, error: Option<&str>) -> Receipt {
        let mut tally = self.totals.tally.clone();
        tally.add(&self.settled);
        tally.add(&Tally {
            calls,
            ..Tally::default()
        });
        let missing = self.totals.dispatched.saturating_sub(self.settled.records());
        tally.defer(DeferReason::Undelivered, missing);
        let elapsed = u64::try_from(now.duration_since(self.started_at).as_millis()).unwrap_or(0);
        Receipt {
            alarm: self.totals.alarm.as_ref().map(|a| a.code.clone()),
            ..Receipt::draw_up(
                id.clone(),
                self.totals.due,
                tally,
                elapsed,
                error.map(str::to_owned),
            )
        }
    }
}

#[async_trait]
impl RunLedger for MemoryLedger {
    async fn begin(&self, cx: &CallContext, request: &BeginRequest) -> Result<Begun> {
        let (now, job, lane) = (self.clock.now(), job_of(cx), request.trigger.lane());
        let mut content = lock(&self.content);
        if let Some(run) = content.runs.get(&cx.run) {
            // The answer to an earlier call was lost on its way; or an id is used twice.
            let same = run.job == job && run.instance.boot == request.instance.boot;
            let pause = content.pauses.get(&job).cloned().flatten();
            return match (same, &run.busy, pause) {
                (true, None, _) if run.closed.is_none() => Ok(Begun::Started { fence: run.fence }),
                (true, None, Some(pause)) if run.status == RunStatus::Skipped => Ok(Begun::Paused(pause)),
                (true, Some(busy), _) => Ok(Begun::Busy { run: busy.clone() }),
                _ => Err(Error::new(
                    ErrorKind::Conflict,
                    format!("run {} is closed, or its id was used before", cx.run),
                )),
            };
        }
        if request.instance.sole {
            content.close_where(now, &job, "its process died", |r| {
                r.instance.name == request.instance.name && r.instance.boot != request.instance.boot
            });
        }
        content.close_where(now, &job, "its lease expired", |r| {
            r.status == RunStatus::Planning && r.open_until <= now
        });
        let under_way = |r: &Run| r.job == job && r.lane == lane && r.status == RunStatus::Planning;
        let busy = content
            .runs
            .iter()
            .find(|(_, r)| lane == Lane::Main && under_way(r))
            .map(|(id, _)| id.clone());
        let pause = content.pauses.entry(job.clone()).or_default().clone();
        let fence = content.fences.entry(job.clone()).or_default();
        *fence += 1;
        let fence = *fence;
        let mut run = Run {
            job,
            fence,
            lane,
            trigger: request.trigger.as_str(),
            instance: request.instance.clone(),
            started_at: now,
            open_until: later(now, request.lease),
            status: RunStatus::Planning,
            totals: PlanTotals::default(),
            settled: Tally::default(),
            done: HashSet::new(),
            closed: None,
            busy: busy.clone(),
        };
        if let Some(pause) = pause {
            let receipt = Receipt::paused(cx.run.clone(), &pause);
            run.status = receipt.status;
            run.closed = Some((now, receipt));
            run.busy = None;
            content.runs.insert(cx.run.clone(), run);
            return Ok(Begun::Paused(pause));
        }
        if let Some(other) = busy {
            let receipt = Receipt::skipped(cx.run.clone(), &other);
            run.status = receipt.status;
            run.closed = Some((now, receipt));
            content.runs.insert(cx.run.clone(), run);
            return Ok(Begun::Busy { run: other });
        }
        content.runs.insert(cx.run.clone(), run);
        Ok(Begun::Started { fence })
    }

    async fn heartbeat(&self, cx: &CallContext, fence: u64, lease: Duration) -> Result<()> {
        let now = self.clock.now();
        let mut content = lock(&self.content);
        let run = content.run_mut(cx, fence)?;
        if run.closed.is_some() || run.open_until <= now {
            return Err(Error::new(
                ErrorKind::Conflict,
                format!("the lease of run {} was lost", cx.run),
            ));
        }
        run.open_until = later(now, lease);
        Ok(())
    }

    async fn dispatched(
        &self,
        cx: &CallContext,
        fence: u64,
        totals: &PlanTotals,
        not_after: Duration,
    ) -> Result<()> {
        let now = self.clock.now();
        let mut content = lock(&self.content);
        let run = content.run_mut(cx, fence)?;
        if run.closed.is_some() {
            return Err(Error::new(
                ErrorKind::Conflict,
                format!("run {} is closed", cx.run),
            ));
        }
        if run.status == RunStatus::Dispatched {
            // The answer to an earlier call was lost on its way.
            return Ok(());
        }
        run.totals = totals.clone();
        run.status = RunStatus::Dispatched;
        run.open_until = later(now, not_after);
        if let Some(alarm) = &totals.alarm {
            let episode = content.count_error(cx, alarm, None, now);
            content.add_error(StoredError {
                id: format!("{}/alarm", cx.run),
                at: now,
                company: cx.company.clone(),
                job: cx.job.clone(),
                run: cx.run.clone(),
                key: None,
                error: alarm.clone(),
                record: None,
                episode: Some(episode),
            });
        }
        Ok(())
    }

    async fn close(
        &self,
        cx: &CallContext,
        fence: u64,
        calls: Calls,
        error: Option<&str>,
    ) -> Result<Receipt> {
        let now = self.clock.now();
        let mut content = lock(&self.content);
        content.run_mut(cx, fence)?;
        let unknown = || Error::new(ErrorKind::Conflict, format!("there is no run {}", cx.run));
        content.close(&cx.run, now, calls, error).ok_or_else(unknown)
    }

    async fn reap(&self, cx: &CallContext) -> Result<Vec<Receipt>> {
        let now = self.clock.now();
        Ok(
            lock(&self.content).close_where(now, &job_of(cx), "its lease expired", |r| {
                r.open_until <= now
                    || (r.status == RunStatus::Dispatched && r.settled.records() >= r.totals.dispatched)
            }),
        )
    }

    async fn usual_due(&self, cx: &CallContext, limit: u32, within: Duration) -> Result<Vec<u64>> {
        let (now, job) = (self.clock.now(), job_of(cx));
        let content = lock(&self.content);
        let oldest = now.saturating_sub(within).unwrap_or(Timestamp::MIN);
        let mut good: Vec<(Timestamp, u64)> = content
            .runs
            .values()
            .filter(|r| r.job == job && r.lane == Lane::Main && r.started_at >= oldest)
            .filter_map(|r| Some((r.started_at, &r.closed.as_ref()?.1)))
            .filter(|(_, receipt)| receipt.status == RunStatus::Succeeded && receipt.alarm.is_none())
            .map(|(at, receipt)| (at, receipt.due))
            .collect();
        good.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
        good.truncate(limit as usize);
        Ok(good.into_iter().map(|(_, due)| due).collect())
    }
}
