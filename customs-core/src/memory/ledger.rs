use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use jiff::civil::Date;

use super::lock;
use crate::{
    BeginRequest, Begun, CallContext, Calls, Cause, Claim, ClaimRequest, Claimed, Clock, CompanyId, Error,
    ErrorFilter, ErrorKind, ErrorReport, ErrorReporter, Instance, JobName, Lane, LedgerReader, PlanTotals,
    PushedState, QuotaGrant, QuotaLedger, QuotaRequest, Receipt, RecordKey, RecordLedger, RecordState,
    Result, RunId, RunLedger, RunRow, RunStatus, SettleReport, SettleRequest, Settled, Settlement,
    StoredError, Tally,
};

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
    quota: HashMap<(String, Date), u64>,
    buckets: HashMap<String, Timestamp>,
}

struct Run {
    job: JobKey,
    fence: u64,
    lane: Lane,
    trigger: &'static str,
    instance: Instance,
    started_at: Timestamp,
    /// While planning: the lease's end. Once dispatched: when the last chunk is past its time.
    open_until: Timestamp,
    status: RunStatus,
    totals: PlanTotals,
    settled: Tally,
    /// Results that were counted, so that each counts once.
    done: HashSet<(u32, RecordKey)>,
    closed: Option<(Timestamp, Receipt)>,
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

impl MemoryLedger {
    /// An empty ledger whose lease times come from `clock`.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self {
            clock,
            content: Arc::default(),
        }
    }
}

impl Content {
    fn run_mut(&mut self, cx: &CallContext, fence: u64) -> Result<&mut Run> {
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

    fn close(&mut self, id: &RunId, now: Timestamp, calls: Calls, error: Option<&str>) -> Option<Receipt> {
        let run = self.runs.get_mut(id)?;
        if let Some((_, receipt)) = &run.closed {
            return Some(receipt.clone());
        }
        let receipt = run.receipt(id, now, calls, error);
        run.status = receipt.status;
        run.closed = Some((now, receipt.clone()));
        for held in self.records.values_mut() {
            held.claim.take_if(|c| c.run == *id);
        }
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
    fn receipt(&self, id: &RunId, now: Timestamp, calls: Calls, error: Option<&str>) -> Receipt {
        let mut tally = self.totals.tally.clone();
        tally.add(&self.settled);
        tally.add(&Tally {
            calls,
            ..Tally::default()
        });
        let missing = self.totals.dispatched.saturating_sub(self.settled.records());
        tally.defer(crate::DeferReason::Undelivered, missing);
        let elapsed = u64::try_from(now.duration_since(self.started_at).as_millis()).unwrap_or(0);
        Receipt::draw_up(
            id.clone(),
            self.totals.due,
            tally,
            elapsed,
            error.map(str::to_owned),
        )
    }
}

fn later(now: Timestamp, by: Duration) -> Timestamp {
    now.saturating_add(by).unwrap_or(Timestamp::MAX)
}

fn job_of(cx: &CallContext) -> JobKey {
    (cx.company.clone(), cx.job.clone())
}

#[async_trait]
impl RunLedger for MemoryLedger {
    async fn begin(&self, cx: &CallContext, request: &BeginRequest) -> Result<Begun> {
        let (now, job, lane) = (self.clock.now(), job_of(cx), request.trigger.lane());
        let mut content = lock(&self.content);
        if request.instance.sole {
            content.close_where(now, &job, "its process died", |r| {
                r.instance.name == request.instance.name && r.instance.boot != request.instance.boot
            });
        }
        content.close_where(now, &job, "its lease expired", |r| {
            r.status == RunStatus::Planning && r.open_until <= now
        });
        if lane == Lane::Main {
            let mut busy = content
                .runs
                .iter()
                .filter(|(_, r)| r.job == job && r.lane == lane && r.status == RunStatus::Planning);
            if let Some((run, _)) = busy.next() {
                return Ok(Begun::Busy { run: run.clone() });
            }
        }
        let fence = content.fences.entry(job.clone()).or_default();
        *fence += 1;
        let fence = *fence;
        let run = Run {
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
        };
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
        run.totals = totals.clone();
        run.status = RunStatus::Dispatched;
        run.open_until = later(now, not_after);
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
}

#[async_trait]
impl RecordLedger for MemoryLedger {
    async fn load(&self, cx: &CallContext, keys: &[RecordKey]) -> Result<Vec<RecordState>> {
        let (job, content) = (job_of(cx), lock(&self.content));
        let state = |key: &RecordKey| {
            content
                .records
                .get(&(job.clone(), key.clone()))
                .map(|h| h.state.clone())
        };
        Ok(keys
            .iter()
            .map(|k| state(k).unwrap_or_else(|| RecordState::new(k.clone())))
            .collect())
    }

    async fn claim(&self, cx: &CallContext, request: ClaimRequest<'_>) -> Result<Vec<Claimed>> {
        let (now, job) = (self.clock.now(), job_of(cx));
        let mut content = lock(&self.content);
        content.run_mut(cx, request.fence)?;
        let Content { runs, records, .. } = &mut *content;
        let done = runs.get(&cx.run).map(|r| &r.done);
        let mut claim = |key: &RecordKey| {
            let held = records.entry((job.clone(), key.clone())).or_insert_with(|| Held {
                state: RecordState::new(key.clone()),
                claim: None,
            });
            let other = held
                .claim
                .as_ref()
                .filter(|c| c.until > now && c.owner != request.owner);
            let claim = if done.is_some_and(|d| d.contains(&(request.chunk, key.clone())))
                || other.is_some_and(|c| c.run == cx.run && c.chunk == request.chunk)
            {
                Claim::Duplicate
            } else if other.is_some() {
                Claim::Held
            } else {
                let until = later(now, request.ttl);
                held.claim = Some(ClaimHeld {
                    run: cx.run.clone(),
                    chunk: request.chunk,
                    owner: request.owner.to_owned(),
                    until,
                });
                Claim::Granted
            };
            Claimed {
                claim,
                state: held.state.clone(),
            }
        };
        Ok(request.keys.iter().map(&mut claim).collect())
    }

    async fn settle(&self, cx: &CallContext, request: SettleRequest<'_>) -> Result<SettleReport> {
        let job = job_of(cx);
        let mut content = lock(&self.content);
        content.run_mut(cx, request.fence)?;
        let Content {
            runs,
            records,
            errors,
            ..
        } = &mut *content;
        let Some(run) = runs.get_mut(&cx.run) else {
            return Ok(SettleReport::default());
        };
        let mut report = SettleReport::default();
        let mut tally = Tally {
            calls: request.calls,
            ..Tally::default()
        };
        for settlement in request.settlements {
            let key = &settlement.record.key;
            let mut held = records.get_mut(&(job.clone(), key.clone()));
            let ours = held
                .as_mut()
                .and_then(|h| h.claim.take_if(|c| c.owner == request.owner))
                .is_some();
            let deferred = matches!(settlement.settled, Settled::Deferred(_));
            if !(ours || deferred) || !run.done.insert((request.chunk, key.clone())) {
                report.ignored += 1;
                continue;
            }
            report.applied += 1;
            if let Some(held) = held {
                apply(&mut held.state, settlement);
            }
            tally.count(&settlement.settled);
            if let Settled::Failed(row) = &settlement.settled {
                errors.push(StoredError {
                    id: format!("{}/{}/{key}", cx.run, request.chunk),
                    at: request.at,
                    company: cx.company.clone(),
                    job: cx.job.clone(),
                    run: cx.run.clone(),
                    key: Some(key.clone()),
                    error: row.clone(),
                    record: Some(settlement.record.clone()),
                });
            }
        }
        if report.applied > 0 {
            run.settled.add(&tally);
        }
        Ok(report)
    }
}

/// Writes one result into a record's state, unless a later question was answered already.
fn apply(state: &mut RecordState, settlement: &Settlement) {
    let Settlement {
        settled,
        observed_at,
        verdict,
        state: clearance,
        quarantined_until,
        next_look,
        ..
    } = settlement;
    if matches!(settled, Settled::Deferred(_))
        || matches!((state.observed_at, observed_at), (Some(known), Some(new)) if known > *new)
    {
        return;
    }
    state.quarantined_until = *quarantined_until;
    state.next_look = *next_look;
    if let Settled::Failed(_) = settled {
        state.failures += 1;
    } else {
        state.failures = 0;
        state.observed_at = observed_at.or(state.observed_at);
        state.verdict = verdict.clone();
        state.state = clearance.clone().or_else(|| state.state.take());
    }
    match (settled, observed_at) {
        (Settled::Pushed { digest, .. }, Some(observed_at)) => {
            state.pushed = Some(PushedState {
                digest: digest.clone(),
                observed_at: *observed_at,
            });
            state.pushes += 1;
        }
        (Settled::Unchanged { digest }, Some(observed_at)) if state.pushed.is_none() => {
            state.pushed = Some(PushedState {
                digest: digest.clone(),
                observed_at: *observed_at,
            });
        }
        _ => {}
    }
}

#[async_trait]
impl QuotaLedger for MemoryLedger {
    async fn take(&self, _: &CallContext, request: &QuotaRequest<'_>) -> Result<QuotaGrant> {
        let now = self.clock.now();
        let mut content = lock(&self.content);
        let Content { quota, buckets, .. } = &mut *content;
        let used = quota.entry((request.budget.to_owned(), request.day)).or_default();
        let mut granted = request.granted_of_day(*used);
        let mut wait = Duration::ZERO;
        if let Some(rate) = request.rate {
            let next = buckets.get(request.budget).copied();
            let (calls, pause, next) = rate.take(next, now, granted);
            (granted, wait) = (calls, pause);
            buckets.insert(request.budget.to_owned(), next);
        }
        *used += granted;
        Ok(QuotaGrant { granted, wait })
    }

    async fn give_back(&self, _: &CallContext, budget: &str, day: Date, calls: u64) -> Result<()> {
        if let Some(used) = lock(&self.content).quota.get_mut(&(budget.to_owned(), day)) {
            *used = used.saturating_sub(calls);
        }
        Ok(())
    }

    async fn used(&self, _: &CallContext, budget: &str, day: Date) -> Result<u64> {
        Ok(lock(&self.content)
            .quota
            .get(&(budget.to_owned(), day))
            .copied()
            .unwrap_or_default())
    }
}

#[async_trait]
impl ErrorReporter for MemoryLedger {
    async fn report(&self, cx: &CallContext, report: &ErrorReport) {
        let mut content = lock(&self.content);
        if content.errors.iter().all(|e| e.id != report.id) {
            content.errors.push(StoredError {
                id: report.id.clone(),
                at: report.at,
                company: cx.company.clone(),
                job: cx.job.clone(),
                run: cx.run.clone(),
                key: report.key.clone(),
                error: report.error.clone(),
                record: None,
            });
        }
    }
}

#[async_trait]
impl LedgerReader for MemoryLedger {
    async fn runs(&self, limit: u32) -> Result<Vec<RunRow>> {
        let now = self.clock.now();
        let content = lock(&self.content);
        let mut rows: Vec<RunRow> = content
            .runs
            .iter()
            .map(|(id, run)| {
                let (closed_at, receipt) = match &run.closed {
                    Some((at, receipt)) => (Some(*at), receipt.clone()),
                    None => (
                        None,
                        Receipt {
                            status: run.status,
                            ..run.receipt(id, now, Calls::default(), None)
                        },
                    ),
                };
                let (company, job) = run.job.clone();
                RunRow {
                    company,
                    job,
                    trigger: run.trigger.to_owned(),
                    started_at: run.started_at,
                    closed_at,
                    receipt,
                }
            })
            .collect();
        rows.sort_by(|a, b| (b.started_at, &b.receipt.run_id).cmp(&(a.started_at, &a.receipt.run_id)));
        rows.truncate(limit as usize);
        Ok(rows)
    }

    async fn errors(&self, filter: &ErrorFilter) -> Result<Vec<StoredError>> {
        let content = lock(&self.content);
        let wanted = |e: &&StoredError| {
            filter.run.as_ref().is_none_or(|r| e.run == *r)
                && filter.key.as_ref().is_none_or(|k| e.key.as_ref() == Some(k))
        };
        let mut errors: Vec<StoredError> = content.errors.iter().rev().filter(wanted).cloned().collect();
        errors.sort_by_key(|e| std::cmp::Reverse(e.at));
        errors.truncate(filter.limit as usize);
        Ok(errors)
    }

    async fn causes(&self, run: &RunId) -> Result<Vec<Cause>> {
        let content = lock(&self.content);
        let mut causes: BTreeMap<_, Cause> = BTreeMap::new();
        for error in content.errors.iter().filter(|e| e.run == *run) {
            let new = || Cause {
                count: 0,
                example: error.error.clone(),
                example_key: error.key.clone(),
            };
            causes
                .entry((error.error.stage, error.error.kind, &error.error.code))
                .or_insert_with(new)
                .count += 1;
        }
        let mut causes: Vec<Cause> = causes.into_values().collect();
        causes.sort_by_key(|c| std::cmp::Reverse(c.count));
        Ok(causes)
    }

    async fn record(&self, key: &RecordKey) -> Result<Vec<(CompanyId, JobName, RecordState)>> {
        let content = lock(&self.content);
        let mut states: Vec<_> = content
            .records
            .iter()
            .filter(|((_, k), _)| k == key)
            .map(|(((company, job), _), held)| (company.clone(), job.clone(), held.state.clone()))
            .collect();
        states.sort_by(|a, b| (&a.0, &a.1).cmp(&(&b.0, &b.1)));
        Ok(states)
    }
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
