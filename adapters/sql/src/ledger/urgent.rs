//! Urgent requests: accepted, taken, done.

use async_trait::async_trait;
use customs_core::{
    Instance, RequestDone, RequestId, RequestRow, RequestStatus, TakeRequests, UrgentQueue, UrgentRequest,
};
use jiff::Timestamp;

use super::{Result, SqlLedger};
use crate::SqlError;
use crate::db::{Row, args};
use crate::dialect::{Dialect, Sql};
use crate::text::later;

pub(super) struct Statements {
    insert: Sql,
    free: Sql,
    others: Sql,
    take: Sql,
    release: Sql,
    one: Sql,
    finish: Sql,
    find: Sql,
    recent: Sql,
    waiting: Sql,
    forget: Sql,
}

impl Statements {
    pub(super) fn new(d: Dialect) -> Self {
        let mine = "request_id = ? AND taken_by = ? AND taken_boot = ?";
        Self {
            insert: d.sql(format!(
                "INSERT INTO urgent_request (request_id, company, job, record_keys, requested_by, accepted_at, status) \
                 VALUES (?, ?, ?, ?, ?, ?, 'waiting') {}",
                d.or_keep("urgent_request", "request_id")
            )),
            // Few are open at any time: those that this program does not know are left out afterwards.
            free: d.sql(format!(
                "SELECT * FROM urgent_request WHERE status = 'waiting' OR (status = 'running' AND \
                 (taken_until <= ? OR (1 = ? AND taken_by = ? AND taken_boot <> ?))){}",
                d.lock("urgent_request", "request_id")
            )),
            // After the one above: whoever took something meanwhile has committed by then.
            others: d.sql(format!(
                "SELECT * FROM urgent_request WHERE status = 'running' AND taken_until > ? AND \
                 NOT (taken_by = ? AND taken_boot = ?){}",
                d.lock("urgent_request", "request_id")
            )),
            take: d.sql(
                "UPDATE urgent_request SET status = 'running', taken_by = ?, taken_boot = ?, taken_until = ? \
                 WHERE request_id = ?",
            ),
            release: d.sql(format!(
                "UPDATE urgent_request SET status = 'waiting', taken_by = NULL, taken_boot = NULL, taken_until = NULL \
                 WHERE {mine} AND status = 'running'"
            )),
            one: d.sql(format!(
                "SELECT * FROM urgent_request WHERE {mine}{}",
                d.lock("urgent_request", "request_id")
            )),
            finish: d.sql(
                "UPDATE urgent_request SET status = 'done', done_at = ?, run_id = ?, receipt = ?, outcomes = ? \
                 WHERE request_id = ? AND status = 'running'",
            ),
            find: d.sql("SELECT * FROM urgent_request WHERE request_id = ?"),
            recent: d
                .sql("SELECT * FROM urgent_request ORDER BY accepted_at DESC, request_id DESC LIMIT ?"),
            waiting: d.sql("SELECT COUNT(*) AS requests FROM urgent_request WHERE status = 'waiting'"),
            forget: d.sql("DELETE FROM urgent_request WHERE status = 'done' AND done_at < ?"),
        }
    }
}

#[async_trait]
impl UrgentQueue for SqlLedger {
    async fn accept(&self, requests: &[UrgentRequest]) -> customs_core::Result<()> {
        self.bounded("accept", async {
            let mut tx = self.db.write().await?;
            for request in requests {
                let args = args![
                    request.id.as_str(),
                    request.company.as_str(),
                    request.job.as_str(),
                    serde_json::to_string(&request.keys)?.as_str(),
                    request.by.as_str(),
                    request.at,
                ];
                tx.execute(&self.sql.urgent.insert, args).await?;
            }
            tx.commit().await
        })
        .await
    }

    async fn take(&self, take: TakeRequests<'_>) -> customs_core::Result<Vec<UrgentRequest>> {
        self.bounded("take", async {
            let instance = take.instance;
            let look = |now: Timestamp| args![now, instance.sole, &*instance.name, &*instance.boot];
            let mut tx = self.db.write().await?;
            let now = self.now(&mut tx).await?;
            let mut free = tx.rows(&self.sql.urgent.free, look(now), read_request).await?;
            if take.alone {
                let others = args![now, &*instance.name, &*instance.boot];
                if !tx
                    .rows(&self.sql.urgent.others, others, |_| Ok(()))
                    .await?
                    .is_empty()
                {
                    return Ok(Vec::new());
                }
            }
            free.retain(|r| take.jobs.iter().any(|(c, j)| *c == r.company && *j == r.job));
            free.sort_by(|a, b| (a.at, &a.id).cmp(&(b.at, &b.id)));
            free.truncate(take.limit);
            for request in &free {
                let args = args![
                    &*instance.name,
                    &*instance.boot,
                    later(now, take.lease),
                    request.id.as_str()
                ];
                tx.execute(&self.sql.urgent.take, args).await?;
            }
            tx.commit().await?;
            Ok(free)
        })
        .await
    }

    async fn release(&self, id: &RequestId, instance: &Instance) -> customs_core::Result<()> {
        self.bounded("release", async {
            let args = args![id.as_str(), &*instance.name, &*instance.boot];
            self.db.execute(&self.sql.urgent.release, args).await.map(drop)
        })
        .await
    }

    async fn finish(
        &self,
        id: &RequestId,
        instance: &Instance,
        done: &RequestDone,
    ) -> customs_core::Result<()> {
        self.bounded("finish", async {
            let mut tx = self.db.write().await?;
            let mine = args![id.as_str(), &*instance.name, &*instance.boot];
            let found = tx.row(&self.sql.urgent.one, mine, |_| Ok(())).await?;
            found.ok_or_else(|| SqlError::Conflict(format!("request {id} is not this instance's")))?;
            let args = args![
                done.at,
                done.receipt.run_id.as_str(),
                serde_json::to_string(&done.receipt)?.as_str(),
                serde_json::to_string(&done.records)?.as_str(),
                id.as_str(),
            ];
            tx.execute(&self.sql.urgent.finish, args).await?;
            tx.commit().await
        })
        .await
    }

    async fn find(&self, id: &RequestId) -> customs_core::Result<Option<RequestRow>> {
        self.bounded("find", async {
            let mut tx = self.db.read().await?;
            tx.row(&self.sql.urgent.find, args![id.as_str()], read_row).await
        })
        .await
    }

    async fn recent(&self, limit: u32) -> customs_core::Result<Vec<RequestRow>> {
        self.bounded("recent", async {
            let mut tx = self.db.read().await?;
            tx.rows(&self.sql.urgent.recent, args![limit], read_row).await
        })
        .await
    }

    async fn waiting(&self) -> customs_core::Result<u64> {
        self.bounded("waiting", async {
            let mut tx = self.db.read().await?;
            let waiting = tx
                .row(&self.sql.urgent.waiting, args![], |row| row.count("requests"))
                .await?;
            Ok(waiting.unwrap_or(0))
        })
        .await
    }

    async fn forget(&self, before: Timestamp) -> customs_core::Result<u64> {
        self.bounded("forget", async {
            self.db.execute(&self.sql.urgent.forget, args![before]).await
        })
        .await
    }
}

fn read_request(row: &Row<'_>) -> Result<UrgentRequest> {
    Ok(UrgentRequest {
        id: row.text("request_id")?.into(),
        company: row.text("company")?.into(),
        job: row.text("job")?.into(),
        keys: row.parsed("record_keys", "keys as JSON", |text| {
            serde_json::from_str(text).ok()
        })?,
        by: row.text("requested_by")?,
        at: row.time("accepted_at")?,
    })
}

fn read_row(row: &Row<'_>) -> Result<RequestRow> {
    let status = row.parsed("status", "waiting, running or done", |text| {
        [
            RequestStatus::Waiting,
            RequestStatus::Running,
            RequestStatus::Done,
        ]
        .into_iter()
        .find(|s| s.as_str() == text)
    })?;
    let done = match row.opt_time("done_at")? {
        None => None,
        Some(at) => Some(RequestDone {
            at,
            receipt: row.parsed("receipt", "a receipt as JSON", |text| {
                serde_json::from_str(text).ok()
            })?,
            records: row.parsed("outcomes", "outcomes as JSON", |text| {
                serde_json::from_str(text).ok()
            })?,
        }),
    };
    Ok(RequestRow {
        request: read_request(row)?,
        status,
        done,
    })
}
