//! What console and command line show.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use jiff::Timestamp;

use super::{MemoryLedger, lock};
use crate::{
    Cause, CompanyId, DeferReason, Episode, EpisodeFilter, ErrorFilter, JobName, LastOutcome, LedgerReader,
    RecordEvent, RecordKey, RecordState, Result, RunId, RunOutcomes, RunRow, RunStatus, StoredError, Trigger,
    Waiting, WaitingFilter, WaitingPlace, WaitingRecord,
};

#[async_trait]
impl LedgerReader for MemoryLedger {
    async fn runs(&self, limit: u32) -> Result<Vec<RunRow>> {
        let now = self.clock.now();
        let content = lock(&self.content);
        let mut rows: Vec<RunRow> = content
            .runs
            .iter()
            .map(|(id, run)| {
                let (company, job) = run.job.clone();
                RunRow {
                    company,
                    job,
                    trigger: run.trigger.to_owned(),
                    started_at: run.started_at,
                    closed_at: run.closed.as_ref().map(|(at, _)| *at),
                    customs_ms: run.settled.calls.customs_ms,
                    receipt: run.shown(id, now),
                }
            })
            .collect();
        rows.sort_by(|a, b| (b.started_at, &b.receipt.run_id).cmp(&(a.started_at, &a.receipt.run_id)));
        rows.truncate(limit as usize);
        Ok(rows)
    }

    async fn run(&self, run: &RunId) -> Result<Option<RunRow>> {
        let rows = self.runs(u32::MAX).await?;
        Ok(rows.into_iter().find(|row| row.receipt.run_id == *run))
    }

    async fn full_run_since(
        &self,
        company: &CompanyId,
        job: &JobName,
        since: Timestamp,
    ) -> Result<Option<(RunId, Timestamp)>> {
        let full = [&Trigger::Schedule, &Trigger::Resync].map(Trigger::as_str);
        let wanted = |row: &RunRow| {
            (&row.company, &row.job) == (company, job)
                && row.receipt.status == RunStatus::Succeeded
                && full.contains(&row.trigger.as_str())
                && row.started_at > since
                && !DeferReason::LOSING
                    .iter()
                    .any(|why| row.receipt.reasons.deferred.contains_key(why.as_str()))
        };
        let rows = self.runs(u32::MAX).await?;
        let found = rows.into_iter().find(wanted);
        Ok(found.map(|row| (row.receipt.run_id, row.started_at)))
    }

    async fn run_outcomes(&self, run: &RunId, after: u64, limit: usize) -> Result<RunOutcomes> {
        let content = lock(&self.content);
        let mut page = RunOutcomes::default();
        let mut last = after;
        for together in content.outcomes.iter().filter(|t| t.run == *run && t.no > after) {
            if page.records.len() >= limit {
                page.next = Some(last);
                break;
            }
            page.records.extend(together.records.iter().cloned());
            last = together.no;
        }
        Ok(page)
    }

    async fn errors(&self, filter: &ErrorFilter) -> Result<Vec<StoredError>> {
        let content = lock(&self.content);
        let wanted = |e: &&StoredError| {
            filter.run.as_ref().is_none_or(|r| e.run == *r)
                && filter.key.as_ref().is_none_or(|k| e.key.as_ref() == Some(k))
                && filter.episode.is_none_or(|no| e.episode == Some(no))
        };
        let mut errors: Vec<StoredError> = content.errors.iter().rev().filter(wanted).cloned().collect();
        errors.sort_by_key(|e| std::cmp::Reverse(e.at));
        errors.truncate(filter.limit as usize);
        Ok(errors)
    }

    async fn episodes(&self, filter: &EpisodeFilter) -> Result<Vec<Episode>> {
        let content = lock(&self.content);
        let wanted = |e: &&Episode| (e.is_open() || !filter.open) && filter.no.is_none_or(|no| e.no == no);
        let mut episodes: Vec<Episode> = content.episodes.iter().filter(wanted).cloned().collect();
        episodes.sort_by_key(|e| std::cmp::Reverse((e.last_seen, e.no)));
        episodes.truncate(filter.limit as usize);
        for episode in &mut episodes {
            content.count_records(episode);
            if filter.brief {
                episode.records = 0;
            }
        }
        Ok(episodes)
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

    async fn history(&self, key: &RecordKey) -> Result<Vec<RecordEvent>> {
        let content = lock(&self.content);
        Ok(content.events.iter().filter(|e| e.key == *key).cloned().collect())
    }

    async fn outcomes(&self, keys: &[RecordKey]) -> Result<Vec<LastOutcome>> {
        let content = lock(&self.content);
        let wanted: BTreeSet<&RecordKey> = keys.iter().collect();
        let mut outcomes: Vec<LastOutcome> = content
            .records
            .iter()
            .filter(|((_, key), _)| wanted.contains(key))
            .filter_map(|(_, held)| held.last.clone())
            .collect();
        outcomes.sort_by(|a, b| (&a.key, &a.company, &a.job).cmp(&(&b.key, &b.company, &b.job)));
        Ok(outcomes)
    }

    async fn waiting_records(&self, filter: &WaitingFilter) -> Result<Vec<WaitingRecord>> {
        let content = lock(&self.content);
        let row = |(((company, job), key), held): (&(super::JobKey, RecordKey), &super::Held)| {
            let last = held.last.as_ref()?;
            let (what, until) = Waiting::of(&held.state, filter.now)?;
            let place = WaitingPlace {
                until,
                company: company.clone(),
                job: job.clone(),
                key: key.clone(),
            };
            let wanted = what == filter.what && filter.after.as_ref().is_none_or(|after| place > *after);
            wanted.then(|| WaitingRecord {
                place,
                status: held.state.state.as_ref().map(|s| s.status.clone()),
                failures: held.state.failures,
                outcome: last.outcome.clone(),
                reason: last.reason.clone(),
            })
        };
        let mut rows: Vec<WaitingRecord> = content.records.iter().filter_map(row).collect();
        rows.sort_by(|a, b| a.place.cmp(&b.place));
        rows.truncate(filter.limit as usize);
        Ok(rows)
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
