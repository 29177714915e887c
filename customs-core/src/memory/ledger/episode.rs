//! Errors, the episodes they belong to, and the alerts about these.

use std::collections::HashSet;
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;

use super::{Content, JobKey, MemoryLedger, Outgoing, job_of, later, lock};
use crate::{
    Alert, AlertLedger, CallContext, Episode, EpisodeLedger, ErrorReport, ErrorReporter, ErrorRow,
    ErrorStore, RecordKey, RecordOutcome, Result, RunEnd, Signature, StoredError,
};

impl Content {
    /// Counts an error into its episode; returns the episode's number.
    pub(super) fn count_error(
        &mut self,
        cx: &CallContext,
        error: &ErrorRow,
        key: Option<&RecordKey>,
        at: Timestamp,
    ) -> u64 {
        let signature = Signature::of(error, key);
        let job = job_of(cx);
        let mine = |e: &&mut Episode| {
            (&e.company, &e.job) == (&job.0, &job.1)
                && e.signature.fingerprint == signature.fingerprint
                && e.goes_on(at)
        };
        if let Some(episode) = self.episodes.iter_mut().rev().find(mine) {
            episode.seen(1, at, &cx.run);
            return episode.no;
        }
        let mut episode = Episode::new(job.0, job.1, signature, error.clone(), at, cx.run.clone());
        self.last_episode += 1;
        episode.no = self.last_episode;
        episode.seen(1, at, &cx.run);
        let no = episode.no;
        self.episodes.push(episode);
        no
    }

    /// Keeps an error that is there no more than once.
    pub(super) fn add_error(&mut self, error: StoredError) {
        if self.error_ids.insert(error.id.clone()) {
            self.errors.push(error);
        }
    }

    /// How many records each episode concerns, and how many of them still fail with it.
    pub(super) fn count_records(&self, episode: &mut Episode) {
        let concerned: HashSet<_> = self
            .errors
            .iter()
            .filter(|e| e.episode == Some(episode.no))
            .filter_map(|e| e.key.as_ref())
            .collect();
        episode.records = concerned.len() as u64;
        let failing = self
            .records
            .values()
            .filter(|h| h.state.failures > 0 && h.state.episode == Some(episode.no));
        episode.failing = failing.count() as u64;
    }

    /// What the end of a run means for the job's open episodes.
    pub(super) fn end_episodes(&mut self, job: &JobKey, end: &RunEnd<'_>) {
        let mut alerts = Vec::new();
        for i in 0..self.episodes.len() {
            let mut episode = self.episodes[i].clone();
            if (&episode.company, &episode.job) != (&job.0, &job.1) || !episode.is_open() {
                continue;
            }
            self.count_records(&mut episode);
            if let Some(kind) = episode.run_ended(end) {
                alerts.push(Alert::about(kind, &episode, &end.receipt.run_id, end.at));
            }
            self.episodes[i] = episode;
        }
        let outgoing = |alert| Outgoing {
            alert,
            taken_until: None,
            sent: false,
        };
        self.alerts
            .extend(Alert::at_most_a_few(alerts).into_iter().map(outgoing));
    }
}

#[async_trait]
impl ErrorReporter for MemoryLedger {
    async fn report(&self, cx: &CallContext, report: &ErrorReport) {
        // Nothing can fail in memory.
        let _stored = self.store(cx, report).await;
    }
}

#[async_trait]
impl ErrorStore for MemoryLedger {
    async fn store(&self, cx: &CallContext, report: &ErrorReport) -> Result<()> {
        let mut content = lock(&self.content);
        if content.error_ids.contains(&report.id) {
            return Ok(());
        }
        if let Some(receipt) = &report.receipt {
            content.add_run(cx, receipt, report.at);
        }
        let episode = content.count_error(cx, &report.error, report.key.as_ref(), report.at);
        if let Some(key) = &report.key {
            let failed = RecordOutcome::failed(key.clone(), &report.error);
            content.add_outcomes(&cx.run, report.at, vec![failed]);
        }
        content.add_error(StoredError {
            id: report.id.clone(),
            at: report.at,
            company: cx.company.clone(),
            job: cx.job.clone(),
            run: cx.run.clone(),
            key: report.key.clone(),
            error: report.error.clone(),
            record: None,
            episode: Some(episode),
        });
        Ok(())
    }
}

#[async_trait]
impl EpisodeLedger for MemoryLedger {
    async fn close_episode(&self, no: u64, by: &str) -> Result<bool> {
        let now = self.clock.now();
        let mut content = lock(&self.content);
        let open = |e: &&mut Episode| e.no == no && e.is_open();
        let Some(episode) = content.episodes.iter_mut().find(open) else {
            return Ok(false);
        };
        episode.closed_at = Some(now);
        episode.closed_by = Some(by.to_owned());
        Ok(true)
    }
}

#[async_trait]
impl AlertLedger for MemoryLedger {
    async fn take_alerts(&self, limit: u32, ttl: Duration) -> Result<Vec<Alert>> {
        let now = self.clock.now();
        let mut content = lock(&self.content);
        let waiting = content
            .alerts
            .iter_mut()
            .filter(|o| !o.sent && o.taken_until.is_none_or(|until| until <= now));
        let take = |outgoing: &mut Outgoing| {
            outgoing.taken_until = Some(later(now, ttl));
            outgoing.alert.attempts += 1;
            outgoing.alert.clone()
        };
        Ok(waiting.take(limit as usize).map(take).collect())
    }

    async fn alerts_sent(&self, ids: &[String]) -> Result<()> {
        let mut content = lock(&self.content);
        for outgoing in content.alerts.iter_mut().filter(|o| ids.contains(&o.alert.id)) {
            outgoing.sent = true;
        }
        Ok(())
    }
}
