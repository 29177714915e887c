//! Episodes: errors that are the same, counted; what the end of a run means for them.

use std::collections::HashMap;

use async_trait::async_trait;
use customs_core::{
    Alert, CallContext, CompanyId, Episode, EpisodeLedger, ErrorRow, JobName, RecordKey, RunEnd, Signature,
};
use jiff::Timestamp;

use super::reader::read_error_row;
use super::{Result, SqlLedger};
use crate::db::{Json, Row, Tx, args};
use crate::dialect::{Dialect, Sql};
use crate::lines::line;
use crate::text::{key_list, stored, time};

pub(super) struct Statements {
    lock_job: Option<Sql>,
    add_job: Sql,
    going_on: Sql,
    insert: Sql,
    update: Sql,
    open: Sql,
    by_no: Sql,
    records: Sql,
}

/// How many records an episode concerns, and how many of them still fail with it.
pub(super) const RECORDS: &str = "(SELECT COUNT(DISTINCT error.record_key) FROM error WHERE error.episode_no = episode.episode_no) AS records";
pub(super) const FAILING: &str = "(SELECT COUNT(*) FROM record WHERE record.episode_no = episode.episode_no AND record.failures > 0) \
     AS failing";

impl Statements {
    pub(super) fn new(d: Dialect) -> Self {
        // Counting what an episode concerns takes time; whether it concerns any record does not.
        let any = "CASE WHEN EXISTS (SELECT 1 FROM error WHERE error.episode_no = episode.episode_no \
             AND error.record_key IS NOT NULL) THEN 1 ELSE 0 END AS records";
        let lock = "SELECT fence FROM job WHERE company = ? AND job = ? FOR UPDATE";
        Self {
            lock_job: (d != Dialect::Sqlite).then(|| d.sql(lock)),
            add_job: d.sql(format!(
                "INSERT INTO job (company, job, fence) VALUES (?, ?, 0) {}",
                d.or_keep("job", "company, job")
            )),
            going_on: d.sql(format!(
                "SELECT episode.*, 0 AS records, 0 AS failing FROM {} AS k {} episode \
                 ON episode.company = ? AND episode.job = ? AND episode.fingerprint = k.record_key \
                 WHERE episode.status = 'open' OR episode.closed_at >= ? ORDER BY episode.episode_no",
                d.keys(),
                d.join()
            )),
            insert: d.sql(d.insert_rows("episode", &[], Line::COLUMNS)),
            update: d.sql(
                "UPDATE episode SET status = ?, errors = ?, last_seen_at = ?, last_run_id = ?, reopened = ?, alerted = ?, \
                 closed_at = ?, closed_by = ? WHERE episode_no = ?",
            ),
            open: d.sql(format!(
                "SELECT episode.*, {any}, {FAILING} FROM episode \
                 WHERE episode.company = ? AND episode.job = ? AND episode.status = 'open' ORDER BY episode.episode_no"
            )),
            by_no: d.sql(format!(
                "SELECT episode.*, {any}, {FAILING} FROM episode WHERE episode.episode_no = ?"
            )),
            records: d.sql(format!("SELECT {RECORDS} FROM episode WHERE episode_no = ?")),
        }
    }
}

line! {
    /// One row of `episode` as it begins. Texts are escaped already.
    struct Line {
        company: String,
        job: String,
        fingerprint: String,
        signature: String,
        stage: &'static str,
        kind: &'static str,
        code: String,
        message: String,
        endpoint: Option<String>,
        operation: Option<String>,
        status: &'static str,
        errors: u64,
        first_seen_at: String,
        last_seen_at: String,
        last_run_id: String,
        alerted: u64,
    }
}

impl Line {
    fn new(episode: &Episode) -> Self {
        let text = |text: &str| stored(text).into_owned();
        let ErrorRow {
            stage,
            kind,
            code,
            message,
            endpoint,
            operation,
        } = &episode.example;
        Self {
            company: text(episode.company.as_str()),
            job: text(episode.job.as_str()),
            fingerprint: episode.signature.fingerprint.clone(),
            signature: text(&episode.signature.text),
            stage: stage.as_str(),
            kind: kind.as_str(),
            code: text(code),
            message: text(message),
            endpoint: endpoint.as_deref().map(text),
            operation: operation.as_deref().map(text),
            status: status(episode),
            errors: episode.count,
            first_seen_at: time(episode.first_seen),
            last_seen_at: time(episode.last_seen),
            last_run_id: text(episode.last_run.as_str()),
            alerted: episode.alerted,
        }
    }
}

const fn status(episode: &Episode) -> &'static str {
    if episode.closed_at.is_some() {
        "closed"
    } else {
        "open"
    }
}

/// Reads a row of `episode` with `records` and `failing`.
pub(super) fn read_episode(row: &Row<'_>) -> Result<Episode> {
    Ok(Episode {
        no: row.count("episode_no")?,
        company: row.text("company")?.into(),
        job: row.text("job")?.into(),
        signature: Signature {
            fingerprint: row.text("fingerprint")?,
            text: row.text("signature")?,
        },
        example: read_error_row(row)?,
        count: row.count("errors")?,
        records: row.count("records")?,
        failing: row.count("failing")?,
        first_seen: row.time("first_seen_at")?,
        last_seen: row.time("last_seen_at")?,
        last_run: row.text("last_run_id")?.into(),
        reopened: u32::try_from(row.count("reopened")?).unwrap_or(u32::MAX),
        alerted: row.count("alerted")?,
        closed_at: row.opt_time("closed_at")?,
        closed_by: row.opt_text("closed_by")?,
    })
}

/// Errors of one signature that are counted together.
#[derive(Debug)]
struct Same<'a> {
    signature: Signature,
    example: &'a ErrorRow,
    errors: u64,
}

/// Errors to be counted into their episodes.
#[derive(Debug, Default)]
pub(super) struct Errors<'a> {
    same: Vec<Same<'a>>,
    by_fingerprint: HashMap<String, usize>,
}

impl<'a> Errors<'a> {
    /// Adds an error; returns which of [`count_errors`](SqlLedger::count_errors)' numbers will be that of its episode.
    pub(super) fn add(&mut self, error: &'a ErrorRow, key: Option<&RecordKey>) -> usize {
        let signature = Signature::of(error, key);
        let next = self.same.len();
        let place = *self
            .by_fingerprint
            .entry(signature.fingerprint.clone())
            .or_insert(next);
        match self.same.get_mut(place) {
            Some(same) => same.errors += 1,
            None => self.same.push(Same {
                signature,
                example: error,
                errors: 1,
            }),
        }
        place
    }
}

impl SqlLedger {
    /// The job's row is the lock under which its episodes change and its runs begin and end. It is always taken before a
    /// run's row.
    pub(super) async fn lock_job(&self, tx: &mut Tx, company: &CompanyId, job: &JobName) -> Result<()> {
        let Some(lock) = &self.sql.episode.lock_job else {
            // SQLite's write transactions are alone anyway.
            return Ok(());
        };
        let args = || args![company.as_str(), job.as_str()];
        if tx.row(lock, args(), |row| row.count("fence")).await?.is_none() {
            tx.execute(&self.sql.episode.add_job, args()).await?;
            tx.row(lock, args(), |row| row.count("fence")).await?;
        }
        Ok(())
    }

    /// Counts errors into their episodes; returns the numbers of these. The job must be locked.
    pub(super) async fn count_errors(
        &self,
        tx: &mut Tx,
        cx: &CallContext,
        errors: Errors<'_>,
        at: Timestamp,
    ) -> Result<Vec<u64>> {
        let Errors { same, .. } = errors;
        if same.is_empty() {
            return Ok(Vec::new());
        }
        let known = self.going_on(tx, cx, &same, at).await?;
        let mut begins = Vec::new();
        for same in &same {
            match known.get(&same.signature.fingerprint) {
                Some(episode) => {
                    let mut episode = episode.clone();
                    episode.seen(same.errors, at, &cx.run);
                    self.update_episode(tx, &episode).await?;
                }
                None => {
                    let mut episode = Episode::new(
                        cx.company.clone(),
                        cx.job.clone(),
                        same.signature.clone(),
                        same.example.clone(),
                        at,
                        cx.run.clone(),
                    );
                    episode.seen(same.errors, at, &cx.run);
                    begins.push(Line::new(&episode));
                }
            }
        }
        let known = if begins.is_empty() {
            known
        } else {
            let lines = Json(serde_json::to_string(&begins)?);
            tx.execute(&self.sql.episode.insert, args![lines]).await?;
            self.going_on(tx, cx, &same, at).await?
        };
        let number = |same: &Same<'_>| known.get(&same.signature.fingerprint).map_or(0, |e| e.no);
        Ok(same.iter().map(number).collect())
    }

    /// The episodes that errors of these signatures belong to, by fingerprint.
    async fn going_on(
        &self,
        tx: &mut Tx,
        cx: &CallContext,
        same: &[Same<'_>],
        at: Timestamp,
    ) -> Result<HashMap<String, Episode>> {
        let fingerprints: Vec<RecordKey> = same
            .iter()
            .map(|s| s.signature.fingerprint.as_str().into())
            .collect();
        let args = args![
            Json(key_list(fingerprints.iter())?),
            cx.company.as_str(),
            cx.job.as_str(),
            Episode::reopens_if_closed_after(at),
        ];
        let found = tx.rows(&self.sql.episode.going_on, args, read_episode).await?;
        Ok(found
            .into_iter()
            .filter(|e| e.goes_on(at))
            .map(|e| (e.signature.fingerprint.clone(), e))
            .collect())
    }

    async fn update_episode(&self, tx: &mut Tx, episode: &Episode) -> Result<()> {
        let closed_at = episode.closed_at.map(time);
        let args = args![
            status(episode),
            episode.count,
            episode.last_seen,
            episode.last_run.as_str(),
            episode.reopened,
            episode.alerted,
            closed_at.as_deref(),
            episode.closed_by.as_deref(),
            episode.no,
        ];
        tx.execute(&self.sql.episode.update, args).await?;
        Ok(())
    }

    /// What the end of a run means for the job's open episodes. The job must be locked.
    pub(super) async fn end_episodes(
        &self,
        tx: &mut Tx,
        company: &CompanyId,
        job: &JobName,
        end: &RunEnd<'_>,
    ) -> Result<()> {
        let args = args![company.as_str(), job.as_str()];
        let open = tx.rows(&self.sql.episode.open, args, read_episode).await?;
        let mut alerts = Vec::new();
        for before in open {
            let mut episode = before.clone();
            let kind = episode.run_ended(end);
            if episode != before {
                self.update_episode(tx, &episode).await?;
            }
            if let Some(kind) = kind {
                let records = tx
                    .row(&self.sql.episode.records, args![episode.no], |row| {
                        row.count("records")
                    })
                    .await?;
                episode.records = records.unwrap_or_default();
                alerts.push(Alert::about(kind, &episode, &end.receipt.run_id, end.at));
            }
        }
        self.raise(tx, &Alert::at_most_a_few(alerts)).await
    }
}

#[async_trait]
impl EpisodeLedger for SqlLedger {
    async fn close_episode(&self, no: u64, by: &str) -> customs_core::Result<bool> {
        self.bounded("close_episode", async {
            let mut tx = self.db.write().await?;
            let by_no = &self.sql.episode.by_no;
            let Some(found) = tx.row(by_no, args![no], read_episode).await? else {
                return Ok(false);
            };
            self.lock_job(&mut tx, &found.company, &found.job).await?;
            let locked = tx.row(by_no, args![no], read_episode).await?;
            let Some(mut episode) = locked.filter(Episode::is_open) else {
                return Ok(false);
            };
            episode.closed_at = Some(self.now(&mut tx).await?);
            episode.closed_by = Some(by.to_owned());
            self.update_episode(&mut tx, &episode).await?;
            tx.commit().await?;
            Ok(true)
        })
        .await
    }
}
