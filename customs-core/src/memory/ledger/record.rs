//! Records: their states, and who works on them.

use async_trait::async_trait;

use super::{ClaimHeld, Content, Held, MemoryLedger, job_of, later, lock};
use crate::{
    CallContext, Claim, ClaimRequest, Claimed, LastOutcome, RecordEvent, RecordKey, RecordLedger,
    RecordOutcome, RecordState, Result, SettleReport, SettleRequest, Settled, StoredError, Tally,
};

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
        let closed = content.run_mut(cx, request.fence)?.closed.is_some();
        let Content { runs, records, .. } = &mut *content;
        let done = runs.get(&cx.run).map(|r| &r.done);
        let mut claim = |key: &RecordKey| {
            let held = records.entry((job.clone(), key.clone())).or_insert_with(|| Held {
                state: RecordState::new(key.clone()),
                claim: None,
                last: None,
            });
            let other = held
                .claim
                .as_ref()
                .filter(|c| c.until > now && c.owner != request.owner);
            // The records of a closed run are counted already, as undelivered.
            let claim = if closed
                || done.is_some_and(|d| d.contains(&(request.chunk, key.clone())))
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
        let mut report = SettleReport::default();
        if content.run_mut(cx, request.fence)?.closed.is_some() {
            report.ignored = request.settlements.len() as u64;
            return Ok(report);
        }
        let mut tally = Tally {
            calls: request.calls,
            ..Tally::default()
        };
        let mut outcomes = Vec::new();
        for settlement in request.settlements {
            let key = &settlement.record.key;
            let place = (job.clone(), key.clone());
            let held = content.records.get_mut(&place);
            let ours = held
                .and_then(|h| h.claim.take_if(|c| c.owner == request.owner))
                .is_some();
            let deferred = matches!(settlement.settled, Settled::Deferred(_));
            let counts = ours || deferred;
            if !counts
                || !content
                    .run_mut(cx, request.fence)?
                    .done
                    .insert((request.chunk, key.clone()))
            {
                report.ignored += 1;
                continue;
            }
            report.applied += 1;
            tally.count(&settlement.settled);
            outcomes.push(RecordOutcome::of(key.clone(), &settlement.settled));
            let mut episode = None;
            if let Settled::Failed(row) = &settlement.settled {
                episode = Some(content.count_error(cx, row, Some(key), request.at));
                content.add_error(StoredError {
                    id: format!("{}/{}/{key}", cx.run, request.chunk),
                    at: request.at,
                    company: cx.company.clone(),
                    job: cx.job.clone(),
                    run: cx.run.clone(),
                    key: Some(key.clone()),
                    error: row.clone(),
                    record: Some(request.kept(&settlement.record).into_owned()),
                    episode,
                });
            }
            let Content { records, events, .. } = &mut *content;
            if let Some(held) = records.get_mut(&place).filter(|_| ours) {
                let after = held.state.after(settlement, episode);
                let changes = held.state.changes(&after, settlement, held.last.is_none());
                events.extend(changes.into_iter().map(|change| RecordEvent {
                    company: cx.company.clone(),
                    job: cx.job.clone(),
                    key: key.clone(),
                    run: cx.run.clone(),
                    at: request.at,
                    change,
                }));
                held.state = after;
                let (outcome, reason) = settlement.settled.words();
                held.last = Some(LastOutcome {
                    company: cx.company.clone(),
                    job: cx.job.clone(),
                    key: key.clone(),
                    run: cx.run.clone(),
                    at: request.at,
                    outcome: outcome.to_owned(),
                    reason: reason.map(str::to_owned),
                });
            }
        }
        if report.applied > 0 {
            content.add_outcomes(&cx.run, request.at, outcomes);
            content.run_mut(cx, request.fence)?.settled.add(&tally);
        }
        Ok(report)
    }
}
