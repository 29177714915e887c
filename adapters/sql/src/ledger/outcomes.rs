//! What became of the records of a run, kept for a while: a few bytes for each record, in one row for those settled at once.

use std::collections::{BTreeMap, HashMap};

use customs_core::{RecordKey, RecordOutcome, RunId, RunOutcomes};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Result, SqlLedger};
use crate::db::{Json, Row, Tx, args};
use crate::dialect::{Dialect, Sql};
use crate::text::{key_list, restored, stored};

pub(super) struct Statements {
    insert: Sql,
    page: Sql,
    messages: Sql,
}

impl Statements {
    pub(super) fn new(d: Dialect) -> Self {
        Self {
            insert: d.sql("INSERT INTO run_outcome (run_id, happened_at, records) VALUES (?, ?, ?)"),
            page: d.sql(
                "SELECT outcome_no, records FROM run_outcome WHERE run_id = ? AND outcome_no > ? ORDER BY outcome_no LIMIT ?",
            ),
            messages: d.sql(format!(
                "SELECT error.record_key, error.message FROM {} AS k {} error \
                 ON error.record_key = k.record_key AND error.run_id = ?",
                d.keys(),
                d.join()
            )),
        }
    }
}

/// Rows that are read at a time.
const ROWS: u32 = 16;

/// Records with the same outcome. Texts are escaped.
#[derive(Debug, Serialize, Deserialize)]
struct Same {
    outcome: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    keys: Vec<String>,
}

impl SqlLedger {
    /// Writes what became of records: each key, its outcome and the reason of that.
    pub(super) async fn add_outcomes<'a>(
        &self,
        tx: &mut Tx,
        run: &RunId,
        at: Timestamp,
        outcomes: impl Iterator<Item = (&'a RecordKey, &'static str, Option<&'a str>)>,
    ) -> Result<()> {
        let mut same: BTreeMap<(&str, Option<&str>), Vec<String>> = BTreeMap::new();
        for (key, outcome, reason) in outcomes {
            let keys = same.entry((outcome, reason)).or_default();
            keys.push(stored(key.as_str()).into_owned());
        }
        let same = same.into_iter().map(|((outcome, reason), keys)| Same {
            outcome: outcome.to_owned(),
            reason: reason.map(|text| stored(text).into_owned()),
            keys,
        });
        let records = Json(serde_json::to_string(&same.collect::<Vec<_>>())?);
        tx.execute(&self.sql.outcomes.insert, args![run.as_str(), at, records])
            .await?;
        Ok(())
    }

    pub(super) async fn outcomes_of(&self, run: &RunId, after: u64, limit: usize) -> Result<RunOutcomes> {
        let mut tx = self.db.read().await?;
        let mut page = RunOutcomes::default();
        let mut last = after;
        loop {
            let args = args![run.as_str(), last, ROWS];
            let rows = tx.rows(&self.sql.outcomes.page, args, read_row).await?;
            let is_end = rows.len() < ROWS as usize;
            for (no, records) in rows {
                if page.records.len() >= limit {
                    page.next = Some(last);
                    break;
                }
                page.records.extend(records);
                last = no;
            }
            if is_end || page.next.is_some() {
                break;
            }
        }
        let failed = page.records.iter().filter(|r| r.outcome == "failed");
        let keys = Json(key_list(failed.map(|r| &r.key))?);
        let messages = tx.rows(&self.sql.outcomes.messages, args![keys, run.as_str()], |row| {
            Ok((RecordKey::from(row.text("record_key")?), row.text("message")?))
        });
        let mut messages: HashMap<_, _> = messages.await?.into_iter().collect();
        for record in &mut page.records {
            record.message = messages.remove(&record.key);
        }
        Ok(page)
    }
}

fn read_row(row: &Row<'_>) -> Result<(u64, Vec<RecordOutcome>)> {
    let same: Vec<Same> = serde_json::from_str(&row.json("records")?)?;
    let records = same.into_iter().flat_map(
        |Same {
             outcome,
             reason,
             keys,
         }| {
            let reason = reason.map(restored);
            keys.into_iter().map(move |key| RecordOutcome {
                key: restored(key).into(),
                outcome: outcome.clone(),
                reason: reason.clone(),
                message: None,
            })
        },
    );
    Ok((row.count("outcome_no")?, records.collect()))
}
