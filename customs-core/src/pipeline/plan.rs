use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::time::Instant;

use super::outcome::holds;
use super::{Pipeline, Run, bounds};
use crate::alarm;
use crate::{
    CHUNK_VERSION, CallContext, Chunk, DeferReason, Dispatcher, DueRecord, Error, ErrorKind, ErrorRow,
    FanOut, FetchRequest, Page, Phase, PlanTotals, Priority, RecordKey, RecordState, Result, Select, Slots,
    Stage, Trigger,
};

/// How long a planning run keeps its lease without a heartbeat.
pub(super) const LEASE: Duration = Duration::from_secs(60);

/// What planning keeps in mind between pages.
struct Plan<'a> {
    run: &'a Run,
    dispatcher: &'a dyn Dispatcher,
    totals: PlanTotals,
    /// Hashes of the keys seen, so that a record which the due list names twice counts once. The hash differs in each run:
    /// should two keys ever share one, the second is left for the next run.
    seen: HashSet<u64>,
    hasher: RandomState,
    waiting: Vec<DueRecord>,
    chunks: u32,
    /// How the chunks share the rate; `None` where this process has it for itself, or where there is none to share.
    slots: Option<Slots>,
    not_after: jiff::Timestamp,
    resync: bool,
}

impl Pipeline {
    /// Reads the due list page by page and hands over chunks as they fill. Returns what it came to, even if it failed midway.
    pub(super) async fn plan_with(
        &self,
        run: &Run,
        trigger: &Trigger,
        dispatcher: &dyn Dispatcher,
        fan_out: Option<FanOut>,
    ) -> (PlanTotals, Result<()>) {
        let deadline = self.shared.job.deadline;
        let not_after = self
            .shared
            .clock
            .now()
            .saturating_add(deadline)
            .unwrap_or(jiff::Timestamp::MAX);
        let mut plan = Plan {
            run,
            dispatcher,
            totals: PlanTotals::default(),
            seen: HashSet::new(),
            hasher: RandomState::new(),
            waiting: Vec::new(),
            chunks: 0,
            slots: fan_out.and_then(|fan| fan.slots(trigger.lane(), self.shared.job.in_flight)),
            not_after,
            resync: *trigger == Trigger::Resync,
        };
        let planned = tokio::select! {
            planned = self.read_due_list(&mut plan, trigger) => planned,
            lost = self.keep_lease(run) => Err(lost),
            late = bounds::planning(&run.cx) => Err(late),
        };
        // What was read and not handed over is left for the next run; nothing goes unaccounted.
        let waiting = plan.waiting.len() as u64;
        let Plan { mut totals, .. } = plan;
        totals.tally.defer(DeferReason::Undelivered, waiting);
        // Chunks count their own requests; these are the planning's.
        totals.tally.calls = run.cx.meter.calls();
        if let Err(error) = planned {
            // So is what planning had in hand when it broke off.
            let accounted = totals.tally.records() + totals.dispatched;
            totals
                .tally
                .defer(DeferReason::Undelivered, totals.due.saturating_sub(accounted));
            self.report(&run.cx, Stage::Fetch, None, &error).await;
            // The run stays in planning until it is closed: should the process die before, it is closed as failed.
            return (totals, Err(error));
        }
        if *trigger == Trigger::Schedule {
            totals.alarm = self.alarm(&run.cx, totals.due).await;
        }
        let runs = &self.shared.parts.runs;
        let stored = bounds::ledger(runs.dispatched(&run.cx, run.fence, &totals, deadline)).await;
        (totals, stored)
    }

    /// The alarm that a whole due list raises.
    async fn alarm(&self, cx: &CallContext, due: u64) -> Option<ErrorRow> {
        let runs = &self.shared.parts.runs;
        match bounds::ledger(runs.usual_due(cx, alarm::RUNS, alarm::WITHIN)).await {
            Ok(usual) => self.shared.job.alarms.raised(due, &usual),
            // The run's own ledger calls will tell.
            Err(error) => {
                tracing::warn!(message = "The due list cannot be compared.", error = %error.chain());
                None
            }
        }
    }

    /// Never returns while the lease holds.
    async fn keep_lease(&self, run: &Run) -> Error {
        loop {
            tokio::time::sleep(LEASE / 3).await;
            match bounds::ledger(self.shared.parts.runs.heartbeat(&run.cx, run.fence, LEASE)).await {
                Ok(()) => {}
                Err(error) if error.kind() == ErrorKind::Conflict => return error,
                // The database may come back before the lease ends.
                Err(error) => tracing::warn!(message = "Heartbeat failed.", error = %error.chain()),
            }
        }
    }

    async fn read_due_list(&self, plan: &mut Plan<'_>, trigger: &Trigger) -> Result<()> {
        let (job, source) = (&self.shared.job, &self.shared.parts.source);
        let select = match trigger {
            Trigger::Schedule | Trigger::Resync => Select::Due,
            Trigger::Keys(keys) => Select::Keys(keys.clone()),
            Trigger::Retry(records) if job.personal_params.is_empty() => {
                return self.replay(plan, records).await;
            }
            // Their error rows do not hold the whole question.
            Trigger::Retry(records) => Select::Keys(records.iter().map(|r| r.key.clone()).collect()),
        };
        let mut after = None;
        loop {
            let request = FetchRequest {
                select: select.clone(),
                after: after.take(),
                limit: job.page_size,
            };
            let asked = request.after.clone();
            let Page {
                records,
                rejected,
                next,
            } = bounds::call(
                &plan.run.cx,
                "reading the due list",
                source.fetch(&plan.run.cx, request),
            )
            .await?;
            for broken in rejected {
                if self.is_new(plan, &broken.key) {
                    plan.totals.tally.fail(broken.error.get_code(), 1);
                    self.through(1);
                    self.report(&plan.run.cx, Stage::Fetch, Some(&broken.key), &broken.error)
                        .await;
                }
            }
            let mut fresh = self.new_ones(plan, records);
            // What somebody asks for by key is urgent, whatever the list says.
            if matches!(select, Select::Keys(_)) {
                fresh.iter_mut().for_each(|r| r.priority = Priority::Urgent);
            }
            let kept = self.drop_what_rests(plan, fresh, trigger).await?;
            self.take_in(plan, kept).await?;
            match next {
                None => break,
                // What was not read is on the next run's list.
                Some(_) if self.stop.is_given() => break,
                Some(next) if asked.as_ref() == Some(&next) => {
                    let text = format!("the due list does not move on from {:?}", next.0);
                    return Err(Error::new(ErrorKind::Protocol, text).code("cursor_stuck"));
                }
                Some(next) => after = Some(next),
            }
        }
        self.hand_over(plan, plan.waiting.len(), true).await?;
        if let (Select::Keys(keys), false) = (&select, self.stop.is_given()) {
            self.fail_unknown(plan, keys).await;
        }
        Ok(())
    }

    /// Dead letters need not stand on the due list any more: they are taken as they were kept.
    async fn replay(&self, plan: &mut Plan<'_>, records: &[DueRecord]) -> Result<()> {
        let records = self.new_ones(plan, records.to_vec());
        self.take_in(plan, records).await?;
        self.hand_over(plan, plan.waiting.len(), true).await
    }

    /// Counts records, and leaves out those that were named before.
    fn new_ones(&self, plan: &mut Plan<'_>, mut records: Vec<DueRecord>) -> Vec<DueRecord> {
        records.retain(|record| self.is_new(plan, &record.key));
        records
    }

    /// Lets records wait for their chunk, urgent ones first, and hands over the chunks that are full. A chunk of each slot is
    /// kept back: it may be the last.
    async fn take_in(&self, plan: &mut Plan<'_>, mut records: Vec<DueRecord>) -> Result<()> {
        records.sort_by_key(|r| r.priority);
        plan.waiting.extend(records);
        let size = self.shared.job.chunk_size.max(1);
        let full = plan.waiting.len() - plan.waiting.len() % size;
        let kept = plan.slots.as_ref().map_or(0, Slots::width).saturating_mul(size);
        self.hand_over(plan, full.saturating_sub(kept), false).await
    }

    /// Counts a record of the due list; false if it was named before.
    fn is_new(&self, plan: &mut Plan<'_>, key: &RecordKey) -> bool {
        plan.totals.due += 1;
        self.progress.due.fetch_add(1, Ordering::Relaxed);
        let hash = plan.hasher.hash_one(key);
        let new = plan.seen.insert(hash);
        if !new {
            plan.totals.tally.defer(DeferReason::Duplicate, 1);
            self.through(1);
        }
        new
    }

    /// Leaves out what need not be asked now. Only a scheduled run does: whoever asks by hand gets an answer.
    async fn drop_what_rests(
        &self,
        plan: &mut Plan<'_>,
        records: Vec<DueRecord>,
        trigger: &Trigger,
    ) -> Result<Vec<DueRecord>> {
        if *trigger != Trigger::Schedule || records.is_empty() {
            return Ok(records);
        }
        let keys: Vec<RecordKey> = records.iter().map(|r| r.key.clone()).collect();
        let states = bounds::ledger(self.shared.parts.records.load(&plan.run.cx, &keys)).await?;
        let now = self.shared.clock.now();
        let mut kept = Vec::with_capacity(records.len());
        for (record, state) in records.into_iter().zip(states) {
            match rests(&record, &state, now) {
                None => kept.push(record),
                Some(reason) => {
                    plan.totals.tally.defer(reason, 1);
                    plan.totals.tally.calls_saved += u64::from(reason == DeferReason::NotDueYet);
                    self.through(1);
                }
            }
        }
        Ok(kept)
    }

    /// Hands over the first `count` of what waits, in chunks; at the end of the due list the last ones. A chunk that is refused
    /// is left for the next run.
    async fn hand_over(&self, plan: &mut Plan<'_>, count: usize, at_end: bool) -> Result<()> {
        let Run { cx, .. } = plan.run;
        let records: Vec<DueRecord> = plan.waiting.drain(..count).collect();
        let size = self.shared.job.chunk_size.max(1);
        let (mut chunks, mut left) = (Vec::new(), records.len().div_ceil(size));
        let mut records = records.into_iter().peekable();
        while records.peek().is_some() {
            let some = records.by_ref().take(size).collect();
            // No other chunk of this run comes after it in its slot.
            let is_last = at_end && left <= plan.slots.as_ref().map_or(0, Slots::width);
            chunks.extend(self.chunk(plan, some, is_last));
            left -= 1;
        }
        if chunks.is_empty() {
            return Ok(());
        }
        let counts: Vec<u64> = chunks.iter().map(|c| c.records.len() as u64).collect();
        let outcomes = match plan.dispatcher.dispatch(cx, chunks).await {
            Ok(outcomes) if outcomes.len() == counts.len() => outcomes,
            Ok(outcomes) => {
                let text = format!("{} outcomes for {} chunks", outcomes.len(), counts.len());
                counts
                    .iter()
                    .map(|_| Err(super::internal(text.clone())))
                    .collect()
            }
            Err(error) => counts.iter().map(|_| Err(error.clone())).collect(),
        };
        for (outcome, count) in outcomes.into_iter().zip(counts) {
            match outcome {
                Ok(()) => plan.totals.dispatched += count,
                Err(error) => {
                    plan.totals.tally.defer(DeferReason::Undelivered, count);
                    self.through(count);
                    self.report(cx, Stage::Dispatch, None, &error).await;
                }
            }
        }
        Ok(())
    }

    /// The plan's next chunk, with its slice of the rate. `None` if its time would come after the run's: its records are left
    /// for the next run.
    fn chunk(&self, plan: &mut Plan<'_>, records: Vec<DueRecord>, is_last: bool) -> Option<Chunk> {
        let Run { cx, fence } = plan.run;
        let (index, now) = (plan.chunks, self.shared.clock.now());
        let slice = plan.slots.as_mut().map(|slots| slots.slice(now, records.len()));
        let not_before = slice.map(|s| s.begins);
        if not_before.is_some_and(|t| t >= plan.not_after) {
            plan.totals
                .tally
                .defer(DeferReason::Deadline, records.len() as u64);
            self.through(records.len() as u64);
            return None;
        }
        plan.chunks += 1;
        Some(Chunk {
            version: CHUNK_VERSION,
            company: cx.company.clone(),
            job: cx.job.clone(),
            run: cx.run.clone(),
            fence: *fence,
            index,
            not_before,
            not_after: plan.not_after,
            slice_ends: slice.map(|s| if is_last { plan.not_after } else { s.ends }),
            rate: slice.map(|s| s.rate),
            resync: plan.resync,
            records,
        })
    }

    /// A record that was asked for by key and that the source does not know is due, and fails with that cause.
    async fn fail_unknown(&self, plan: &mut Plan<'_>, keys: &[RecordKey]) {
        for key in keys {
            let hash = plan.hasher.hash_one(key);
            if plan.seen.insert(hash) {
                plan.totals.due += 1;
                let error = Error::new(ErrorKind::Refused, format!("the source does not know {key}"))
                    .code("unknown_key");
                plan.totals.tally.fail(error.get_code(), 1);
                self.report(&plan.run.cx, Stage::Fetch, Some(key), &error).await;
            }
        }
    }

    /// Counts records that are through.
    pub(super) fn through(&self, records: u64) {
        self.progress.done.fetch_add(records, Ordering::Relaxed);
    }

    /// The context of a chunk: the run's, its own correlation and meter, ending with the earlier of both deadlines.
    pub(super) fn chunk_context(&self, chunk: &Chunk, deadline: Option<Instant>) -> CallContext {
        let cx = CallContext::new(chunk.company.clone(), chunk.job.clone(), chunk.run.clone())
            .correlated(chunk.id());
        let left =
            Duration::try_from(chunk.not_after.duration_since(self.shared.clock.now())).unwrap_or_default();
        let mut cx = cx.until(Instant::now() + left.min(self.shared.job.deadline));
        let late = self.shared.job.fan_out.map(|fan| fan.late());
        cx.turns = chunk
            .turns(self.shared.clock.now(), late.unwrap_or_default())
            .map(Arc::new)
            .or_else(|| self.reserve.turns.clone());
        deadline.map_or(cx.clone(), |d| cx.until(d))
    }
}

/// Why a record of the due list is left out now, if it is.
fn rests(record: &DueRecord, state: &RecordState, now: jiff::Timestamp) -> Option<DeferReason> {
    let quarantined = state.quarantined_until.is_some_and(|until| until > now);
    let resting = state.next_look.is_some_and(|next| next > now);
    if !(quarantined || resting) {
        return None;
    }
    // Somebody mended the record: what is known about it belongs to another question.
    if state
        .question
        .as_ref()
        .is_some_and(|asked| *asked != record.query.digest())
    {
        return None;
    }
    if quarantined {
        return Some(DeferReason::Quarantined);
    }
    let moves = !state.state.as_ref().is_some_and(|s| s.phase == Phase::Final);
    if record.priority == Priority::Urgent && moves {
        return None;
    }
    // Somebody changed what the sink holds.
    let differs = match (&record.current, &state.pushed) {
        (Some(current), Some(pushed)) => !holds(current, &pushed.told),
        _ => false,
    };
    (!differs).then_some(DeferReason::NotDueYet)
}
