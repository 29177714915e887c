//! Forgetting what is old.

use std::collections::HashMap;

use async_trait::async_trait;
use jiff::Timestamp;

use super::{MemoryLedger, lock};
use crate::{
    CallContext, ChangeKind, Episode, ForgetRequest, Forgotten, Keep, RecordEvent, Result, Retention,
    StoredError,
};

/// Takes out what is not wanted any more, at most `limit`.
fn forget<T>(all: &mut Vec<T>, limit: u32, old: impl Fn(&T) -> bool, done: &mut Forgotten) {
    let mut left = limit;
    all.retain(|one| {
        let goes = left > 0 && old(one);
        left -= u32::from(goes);
        !goes
    });
    count(done, limit - left, limit);
}

fn count(done: &mut Forgotten, rows: u32, limit: u32) {
    done.rows += u64::from(rows);
    done.more |= rows >= limit;
}

#[async_trait]
impl Retention for MemoryLedger {
    async fn forget(&self, _: &CallContext, request: &ForgetRequest) -> Result<Forgotten> {
        let ForgetRequest { keep, limit, rest } = *request;
        let now = self.clock.now();
        let content = &mut *lock(&self.content);
        let mut done = Forgotten::default();
        if content.forgot_at.is_some_and(|at| at > Keep::before(now, rest)) {
            return Ok(done);
        }
        let (letters, errors) = (
            Keep::before(now, keep.dead_letters),
            Keep::before(now, keep.errors),
        );
        let letter = |e: &&mut StoredError| e.at < letters && e.record.is_some();
        let emptied = content.errors.iter_mut().filter(letter).take(limit as usize);
        let emptied = emptied.map(|e| e.record = None).count();
        count(&mut done, u32::try_from(emptied).unwrap_or(u32::MAX), limit);
        forget(&mut content.errors, limit, |e| e.at < errors, &mut done);
        let over = |e: &Episode| e.closed_at.is_some_and(|at| at < errors);
        forget(&mut content.episodes, limit, over, &mut done);
        forget(&mut content.alerts, limit, |a| a.alert.at < errors, &mut done);
        forget(
            &mut content.outcomes,
            limit,
            |s| s.at < Keep::before(now, keep.outcomes),
            &mut done,
        );
        let old: Vec<_> = content
            .runs
            .iter()
            .filter(|(_, run)| run.closed.is_some() && run.started_at < Keep::before(now, keep.runs))
            .map(|(id, _)| id.clone())
            .take(limit as usize)
            .collect();
        count(&mut done, u32::try_from(old.len()).unwrap_or(u32::MAX), limit);
        content.runs.retain(|id, _| !old.contains(id));
        let mut left = limit;
        content.records.retain(|_, held| {
            let looked_at = held.last.as_ref().map_or(Timestamp::MAX, |last| last.at);
            let goes = left > 0
                && looked_at < Keep::before(now, keep.records)
                && held.claim.is_none()
                && held.state.in_doubt.is_none();
            left -= u32::from(goes);
            !goes
        });
        count(&mut done, limit - left, limit);
        let (records, before) = (&content.records, Keep::before(now, keep.events));
        let known =
            |e: &RecordEvent| records.contains_key(&((e.company.clone(), e.job.clone()), e.key.clone()));
        let first = |e: &RecordEvent| e.change.kind == ChangeKind::FirstSeen;
        forget(
            &mut content.events,
            limit,
            |e| e.at < before && !(first(e) && known(e)),
            &mut done,
        );
        let mut newer: HashMap<_, u32> = HashMap::new();
        let mut surplus = Vec::with_capacity(content.events.len());
        for event in content.events.iter().rev() {
            let place = (event.company.clone(), event.job.clone(), event.key.clone());
            let events = newer.entry(place).or_default();
            *events += 1;
            surplus.push(*events > keep.events_of_a_record && !first(event));
        }
        let mut surplus = surplus.into_iter().rev();
        let mut left = limit;
        content.events.retain(|_| {
            let goes = surplus.next().unwrap_or(false) && left > 0;
            left -= u32::from(goes);
            !goes
        });
        count(&mut done, limit - left, limit);
        if !done.more {
            content.forgot_at = Some(now);
        }
        Ok(done)
    }
}
