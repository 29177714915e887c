//! What console and command line show.

use std::collections::HashMap;

use async_trait::async_trait;
use customs_core::{
    Cause, CompanyId, DeferReason, Episode, EpisodeFilter, ErrorFilter, ErrorKind, ErrorRow, JobName,
    LastOutcome, LedgerReader, Reasons, RecordEvent, RecordKey, RecordState, RunId, RunOutcomes, RunRow,
    Stage, StoredError, Trigger, WaitingFilter, WaitingRecord,
};
use jiff::Timestamp;
use serde::de::value::{Error as WordError, StrDeserializer};
use serde::de::{DeserializeOwned, IntoDeserializer as _};

use super::episode::{FAILING, RECORDS, read_episode};
use super::history::{read_event, read_outcome};
use super::receipt::{StoredRun, read_reason};
use super::state::{STATE, read_job_state};
use super::{Result, SqlLedger};
use crate::db::{Arg, Json, Row, args};
use crate::dialect::{Dialect, Listing, Sql};
use crate::text::key_list;

pub(super) struct Statements {
    runs: Sql,
    run: Sql,
    reasons: Sql,
    full_run_since: Sql,
    errors: Sql,
    run_errors: Sql,
    key_errors: Sql,
    run_key_errors: Sql,
    episode_errors: Sql,
    episodes: Sql,
    open_episodes: Sql,
    one_episode: Sql,
    brief: [Sql; 3],
    causes: Sql,
    record: Listing,
}

impl Statements {
    pub(super) fn new(d: Dialect) -> Self {
        // One statement for each filter, so that each takes its index.
        let errors = |filter: &str| {
            d.sql(format!(
                "SELECT * FROM error {filter} ORDER BY happened_at DESC, error_no DESC LIMIT ?"
            ))
        };
        let episodes = |filter: &str, records: &str| {
            d.sql(format!(
                "SELECT episode.*, {records}, {FAILING} FROM episode WHERE {filter} \
                 ORDER BY episode.last_seen_at DESC, episode.episode_no DESC LIMIT ?"
            ))
        };
        let (any, open, one) = ("1 = 1", "episode.status = 'open'", "episode.episode_no = ?");
        Self {
            runs: d.sql("SELECT * FROM run ORDER BY started_at DESC, run_id DESC LIMIT ?"),
            run: d.sql("SELECT * FROM run WHERE run_id = ?"),
            reasons: d.sql(format!(
                "SELECT r.run_id, r.outcome, r.reason, r.records \
                 FROM {} AS k {} run_reason AS r ON r.run_id = k.record_key",
                d.keys(),
                d.join()
            )),
            full_run_since: d.sql(
                "SELECT run_id, started_at FROM run WHERE company = ? AND job = ? AND status = 'succeeded' \
                 AND triggered_by IN (?, ?) AND started_at > ? AND NOT EXISTS (SELECT 1 FROM run_reason \
                 WHERE run_reason.run_id = run.run_id AND run_reason.outcome = 'deferred' AND run_reason.reason IN (?, ?, ?)) \
                 ORDER BY started_at DESC, run_id DESC LIMIT 1",
            ),
            errors: errors(""),
            run_errors: errors("WHERE run_id = ?"),
            key_errors: errors("WHERE record_key = ?"),
            run_key_errors: errors("WHERE run_id = ? AND record_key = ?"),
            // What is asked for beside the episode is picked out of its rows.
            episode_errors: d.sql(
                "SELECT * FROM error WHERE episode_no = ? AND COALESCE(?, run_id) = run_id \
                 AND (? = 0 OR record_key = ?) ORDER BY happened_at DESC, error_no DESC LIMIT ?",
            ),
            episodes: episodes(any, RECORDS),
            open_episodes: episodes(open, RECORDS),
            one_episode: episodes(one, RECORDS),
            brief: [any, open, one].map(|filter| episodes(filter, "0 AS records")),
            causes: d.sql(
                "SELECT c.records, error.* FROM (SELECT COUNT(*) AS records, MAX(error_no) AS error_no FROM error \
                 WHERE run_id = ? GROUP BY stage, kind, code) AS c JOIN error ON error.error_no = c.error_no \
                 ORDER BY c.records DESC, c.error_no DESC",
            ),
            record: d.listing(
                "record",
                ["company", "job"].into_iter().chain(STATE),
                "FROM record WHERE record.record_key = ? AND record.outcome IS NOT NULL",
            ),
        }
    }
}

#[async_trait]
impl LedgerReader for SqlLedger {
    async fn runs(&self, limit: u32) -> customs_core::Result<Vec<RunRow>> {
        self.bounded("runs", async {
            self.run_rows(&self.sql.reader.runs, args![limit]).await
        })
        .await
    }

    async fn run(&self, run: &RunId) -> customs_core::Result<Option<RunRow>> {
        self.bounded("run", async {
            let rows = self.run_rows(&self.sql.reader.run, args![run.as_str()]).await?;
            Ok(rows.into_iter().next())
        })
        .await
    }

    async fn full_run_since(
        &self,
        company: &CompanyId,
        job: &JobName,
        since: Timestamp,
    ) -> customs_core::Result<Option<(RunId, Timestamp)>> {
        self.bounded("full_run_since", async {
            let [claimed, unavailable, undelivered] = DeferReason::LOSING.map(DeferReason::as_str);
            let args = args![
                company.as_str(),
                job.as_str(),
                Trigger::Schedule.as_str(),
                Trigger::Resync.as_str(),
                since,
                claimed,
                unavailable,
                undelivered,
            ];
            let mut tx = self.db.read().await?;
            tx.row(&self.sql.reader.full_run_since, args, |row| {
                Ok((row.text("run_id")?.into(), row.time("started_at")?))
            })
            .await
        })
        .await
    }

    async fn run_outcomes(&self, run: &RunId, after: u64, limit: usize) -> customs_core::Result<RunOutcomes> {
        self.bounded("run_outcomes", self.outcomes_of(run, after, limit))
            .await
    }

    async fn errors(&self, filter: &ErrorFilter) -> customs_core::Result<Vec<StoredError>> {
        self.bounded("errors", async {
            let sql = &self.sql.reader;
            let (sql, args) = match (&filter.run, &filter.key) {
                _ if filter.episode.is_some() => {
                    let (run, key) = (filter.run.as_ref(), filter.key.as_ref());
                    let args = args![
                        filter.episode.unwrap_or_default(),
                        run.map(RunId::as_str),
                        key.is_some(),
                        key.map(RecordKey::as_str),
                        filter.limit,
                    ];
                    (&sql.episode_errors, args)
                }
                (None, None) => (&sql.errors, args![filter.limit]),
                (Some(run), None) => (&sql.run_errors, args![run.as_str(), filter.limit]),
                (None, Some(key)) => (&sql.key_errors, args![key.as_str(), filter.limit]),
                (Some(run), Some(key)) => (
                    &sql.run_key_errors,
                    args![run.as_str(), key.as_str(), filter.limit],
                ),
            };
            self.db.read().await?.rows(sql, args, read_error).await
        })
        .await
    }

    async fn episodes(&self, filter: &EpisodeFilter) -> customs_core::Result<Vec<Episode>> {
        self.bounded("episodes", async {
            let sql = &self.sql.reader;
            let [any, open, one] = if filter.brief {
                sql.brief.each_ref()
            } else {
                [&sql.episodes, &sql.open_episodes, &sql.one_episode]
            };
            let (sql, args) = match (filter.no, filter.open) {
                (Some(no), _) => (one, args![no, filter.limit]),
                (None, true) => (open, args![filter.limit]),
                (None, false) => (any, args![filter.limit]),
            };
            let mut episodes = self.db.read().await?.rows(sql, args, read_episode).await?;
            episodes.retain(|e| e.is_open() || !filter.open);
            Ok(episodes)
        })
        .await
    }

    async fn causes(&self, run: &RunId) -> customs_core::Result<Vec<Cause>> {
        self.bounded("causes", async {
            let mut tx = self.db.read().await?;
            tx.rows(&self.sql.reader.causes, args![run.as_str()], |row| {
                Ok(Cause {
                    count: row.count("records")?,
                    example: read_error_row(row)?,
                    example_key: read_key(row)?,
                })
            })
            .await
        })
        .await
    }

    async fn history(&self, key: &RecordKey) -> customs_core::Result<Vec<RecordEvent>> {
        self.bounded("history", async {
            let mut tx = self.db.read().await?;
            tx.rows(&self.sql.history.history, args![key.as_str()], read_event)
                .await
        })
        .await
    }

    async fn outcomes(&self, keys: &[RecordKey]) -> customs_core::Result<Vec<LastOutcome>> {
        self.bounded("outcomes", async {
            let mut tx = self.db.read().await?;
            let args = args![Json(key_list(keys.iter())?)];
            tx.rows(&self.sql.history.outcomes, args, read_outcome).await
        })
        .await
    }

    async fn waiting_records(&self, filter: &WaitingFilter) -> customs_core::Result<Vec<WaitingRecord>> {
        self.bounded("waiting_records", self.waiting_rows(filter)).await
    }

    async fn record(&self, key: &RecordKey) -> customs_core::Result<Vec<(CompanyId, JobName, RecordState)>> {
        self.bounded("record", async {
            let mut tx = self.db.read().await?;
            let mut states = tx
                .listed(&self.sql.reader.record, args![key.as_str()], read_job_state)
                .await?;
            states
                .sort_by(|(company, job, _), (other, other_job, _)| (company, job).cmp(&(other, other_job)));
            Ok(states)
        })
        .await
    }
}

impl SqlLedger {
    async fn run_rows(&self, sql: &Sql, args: Vec<Arg>) -> Result<Vec<RunRow>> {
        let mut tx = self.db.read().await?;
        let runs = tx.rows(sql, args, StoredRun::read).await?;
        let ids: Vec<&str> = runs.iter().map(|run| run.run.as_str()).collect();
        let mut reasons: HashMap<String, Reasons> = HashMap::new();
        tx.rows(
            &self.sql.reader.reasons,
            args![Json(serde_json::to_string(&ids)?)],
            |row| read_reason(row, reasons.entry(row.text("run_id")?).or_default()),
        )
        .await?;
        let now = self.now(&mut tx).await?;
        let row = |run: &StoredRun| RunRow {
            company: run.company.clone(),
            job: run.job.clone(),
            trigger: run.trigger.clone(),
            started_at: run.started_at,
            closed_at: run.closed_at,
            customs_ms: run.customs_ms(),
            receipt: run.receipt(reasons.get(run.run.as_str()).cloned().unwrap_or_default(), now),
        };
        Ok(runs.iter().map(row).collect())
    }
}

fn read_error(row: &Row<'_>) -> Result<StoredError> {
    Ok(StoredError {
        id: row.text("error_id")?,
        at: row.time("happened_at")?,
        company: row.text("company")?.into(),
        job: row.text("job")?.into(),
        run: row.text("run_id")?.into(),
        key: read_key(row)?,
        error: read_error_row(row)?,
        record: row.opt_parsed("record", "a record as JSON", |text| {
            serde_json::from_str(text).ok()
        })?,
        episode: row.opt_int("episode_no")?.and_then(|no| u64::try_from(no).ok()),
    })
}

fn read_key(row: &Row<'_>) -> Result<Option<RecordKey>> {
    Ok(row.opt_text("record_key")?.map(RecordKey::from))
}

pub(super) fn read_error_row(row: &Row<'_>) -> Result<ErrorRow> {
    Ok(ErrorRow {
        stage: row.parsed("stage", "a stage", word::<Stage>)?,
        // A newer program may write kinds that this one does not know.
        kind: row.parsed("kind", "a kind", |text| {
            Some(word(text).unwrap_or(ErrorKind::Unclassified))
        })?,
        code: row.text("code")?,
        message: row.text("message")?,
        endpoint: row.opt_text("endpoint")?,
        operation: row.opt_text("operation")?,
    })
}

/// Reads a core enum by the name that it has in tables and JSON.
pub(super) fn word<T: DeserializeOwned>(text: &str) -> Option<T> {
    let text: StrDeserializer<'_, WordError> = text.into_deserializer();
    T::deserialize(text).ok()
}
