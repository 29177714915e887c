//! Records by what they wait for. Each list walks along its own index, so that a page costs what it shows.

use customs_core::{Waiting, WaitingFilter, WaitingPlace, WaitingRecord};
use jiff::Timestamp;

use super::{Result, SqlLedger};
use crate::db::{Row, args};
use crate::dialect::{Dialect, Sql};

pub(super) struct Statements {
    every_run: Sql,
    due: Sql,
    resting: Sql,
    quarantined: Sql,
}

impl Statements {
    pub(super) fn new(d: Dialect) -> Self {
        let list = |until: &str, filter: &str, order: &str| {
            d.sql(format!(
                "SELECT company, job, record_key, {until} AS until_at, status, failures, outcome, outcome_reason \
                 FROM record WHERE {filter} AND outcome IS NOT NULL ORDER BY {order}company, job, record_key LIMIT ?"
            ))
        };
        let free = "(quarantined_until IS NULL OR quarantined_until <= ?)";
        // The first of these bounds is there for the index: a comparison of whole rows alone does not lead every database to it.
        let behind = |column: &str| {
            format!("{column} >= ? AND ({column} > ? OR (company, job, record_key) > (?, ?, ?))")
        };
        let look = behind("next_look_at");
        Self {
            every_run: list(
                "NULL",
                &format!("next_look_at IS NULL AND (company, job, record_key) > (?, ?, ?) AND {free}"),
                "",
            ),
            due: list(
                "next_look_at",
                &format!("{look} AND next_look_at <= ? AND {free}"),
                "next_look_at, ",
            ),
            resting: list(
                "next_look_at",
                &format!("{look} AND next_look_at > ? AND next_look_at < ? AND {free}"),
                "next_look_at, ",
            ),
            quarantined: list(
                "quarantined_until",
                &format!("{} AND quarantined_until > ?", behind("quarantined_until")),
                "quarantined_until, ",
            ),
        }
    }
}

impl SqlLedger {
    pub(super) async fn waiting_rows(&self, filter: &WaitingFilter) -> Result<Vec<WaitingRecord>> {
        let WaitingFilter { what, now, limit, .. } = *filter;
        let sql = &self.sql.waiting;
        let after = filter.after.as_ref();
        let (company, job, key) = after.map_or(("", "", ""), |place| {
            (place.company.as_str(), place.job.as_str(), place.key.as_str())
        });
        let until = after.and_then(|place| place.until);
        let mut tx = self.db.read().await?;
        match what {
            Waiting::Quarantined => {
                let from = until.unwrap_or(now);
                let args = args![from, from, company, job, key, now, limit];
                tx.rows(&sql.quarantined, args, read_waiting).await
            }
            Waiting::Resting => {
                let from = until.unwrap_or(now);
                let args = args![from, from, company, job, key, now, Timestamp::MAX, now, limit];
                tx.rows(&sql.resting, args, read_waiting).await
            }
            Waiting::Due => {
                // Those that every run asks about come first.
                let mut rows = Vec::new();
                if until.is_none() {
                    let args = args![company, job, key, now, limit];
                    rows = tx.rows(&sql.every_run, args, read_waiting).await?;
                }
                let left = limit.saturating_sub(u32::try_from(rows.len()).unwrap_or(u32::MAX));
                if left > 0 {
                    let from = until.unwrap_or(Timestamp::UNIX_EPOCH);
                    let (company, job, key) = until.map_or(("", "", ""), |_| (company, job, key));
                    let args = args![from, from, company, job, key, now, now, left];
                    rows.extend(tx.rows(&sql.due, args, read_waiting).await?);
                }
                Ok(rows)
            }
        }
    }
}

fn read_waiting(row: &Row<'_>) -> Result<WaitingRecord> {
    Ok(WaitingRecord {
        place: WaitingPlace {
            until: row.opt_time("until_at")?,
            company: row.text("company")?.into(),
            job: row.text("job")?.into(),
            key: row.text("record_key")?.into(),
        },
        status: row.opt_text("status")?,
        failures: u32::try_from(row.count("failures")?).unwrap_or(u32::MAX),
        outcome: row.text("outcome")?,
        reason: row.opt_text("outcome_reason")?,
    })
}
