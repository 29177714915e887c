//! Forgetting what is old, a little at a time.

use async_trait::async_trait;
use customs_core::{CallContext, ForgetRequest, Forgotten, Keep, Retention};

use super::SqlLedger;
use crate::db::args;
use crate::dialect::{Dialect, Sql};

/// Names the sweep in `housekeeping`.
const TASK: &str = "forget";

pub(super) struct Statements {
    done_at: Sql,
    done: Sql,
    dead_letters: Sql,
    errors: Sql,
    episodes: Sql,
    alerts: Sql,
    events: Sql,
    surplus: Sql,
    outcomes: Sql,
    runs: Sql,
    records: Sql,
}

impl Statements {
    pub(super) fn new(d: Dialect) -> Self {
        // The rows are chosen in a table of their own: MySQL takes no LIMIT in a subquery, and does not read a table that it
        // deletes from.
        let delete = |table: &str, key: &str, which: &str| {
            d.sql(format!(
                "DELETE FROM {table} WHERE {key} IN (SELECT {key} FROM (SELECT {key} FROM {table} WHERE {which} LIMIT ?) AS old)"
            ))
        };
        Self {
            done_at: d.sql("SELECT done_at FROM housekeeping WHERE task = ?"),
            done: d.sql(format!(
                "INSERT INTO housekeeping (task, done_at) VALUES (?, ?) {}",
                d.or_update("task", &format!("done_at = {}", d.offered("done_at")))
            )),
            dead_letters: d.sql(
                "UPDATE error SET record = NULL WHERE error_no IN (SELECT error_no FROM (SELECT error_no FROM error \
                 WHERE happened_at < ? AND record IS NOT NULL LIMIT ?) AS old)",
            ),
            errors: delete("error", "error_no", "happened_at < ?"),
            episodes: delete("episode", "episode_no", "status = 'closed' AND closed_at < ?"),
            alerts: delete("alert", "alert_no", "raised_at < ?"),
            // Since when a record is due is known as long as the record is.
            events: delete(
                "record_event",
                "event_no",
                "happened_at < ? AND (event <> 'first_seen' OR NOT EXISTS (SELECT 1 FROM record \
                 WHERE record.company = record_event.company AND record.job = record_event.job \
                 AND record.record_key = record_event.record_key))",
            ),
            // Only those of records that have so many are put in order.
            surplus: d.sql(
                "DELETE FROM record_event WHERE event_no IN (SELECT event_no FROM (SELECT event_no FROM (SELECT event_no, event, \
                 ROW_NUMBER() OVER (PARTITION BY company, job, record_key ORDER BY event_no DESC) AS place \
                 FROM record_event WHERE record_key IN \
                 (SELECT record_key FROM record_event GROUP BY record_key HAVING COUNT(*) > ?)) AS placed \
                 WHERE placed.place > ? AND placed.event <> 'first_seen' LIMIT ?) AS old)",
            ),
            outcomes: delete("run_outcome", "outcome_no", "happened_at < ?"),
            runs: delete("run", "run_id", "started_at < ? AND closed_at IS NOT NULL"),
            records: d.sql(
                "DELETE FROM record WHERE (company, job, record_key) IN (SELECT company, job, record_key FROM \
                 (SELECT company, job, record_key FROM record WHERE outcome_at < ? AND claim_owner IS NULL \
                 AND in_doubt_digest IS NULL LIMIT ?) AS old)",
            ),
        }
    }
}

#[async_trait]
impl Retention for SqlLedger {
    async fn forget(&self, _: &CallContext, request: &ForgetRequest) -> customs_core::Result<Forgotten> {
        self.bounded("forget", async {
            let ForgetRequest { keep, limit, rest } = *request;
            let sql = &self.sql.retention;
            let mut tx = self.db.write().await?;
            let now = self.now(&mut tx).await?;
            let done_at = tx
                .row(&sql.done_at, args![TASK], |row| row.time("done_at"))
                .await?;
            if done_at.is_some_and(|at| at > Keep::before(now, rest)) {
                return Ok(Forgotten::default());
            }
            let mut forgotten = Forgotten::default();
            let aged = [
                (&sql.dead_letters, keep.dead_letters),
                (&sql.errors, keep.errors),
                (&sql.episodes, keep.errors),
                (&sql.alerts, keep.errors),
                (&sql.outcomes, keep.outcomes),
                (&sql.runs, keep.runs),
                // Before their events: those of a record that is forgotten go with it.
                (&sql.records, keep.records),
                (&sql.events, keep.events),
            ];
            for (statement, age) in aged {
                let rows = tx
                    .execute(statement, args![Keep::before(now, age), limit])
                    .await?;
                forgotten.rows += rows;
                forgotten.more |= rows >= u64::from(limit);
            }
            let rows = tx
                .execute(
                    &sql.surplus,
                    args![keep.events_of_a_record, keep.events_of_a_record, limit],
                )
                .await?;
            forgotten.rows += rows;
            forgotten.more |= rows >= u64::from(limit);
            if !forgotten.more {
                tx.execute(&sql.done, args![TASK, now]).await?;
            }
            tx.commit().await?;
            Ok(forgotten)
        })
        .await
    }
}
