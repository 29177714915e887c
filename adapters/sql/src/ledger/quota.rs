//! The daily budget, and the bucket that processes share.

use std::time::Duration;

use async_trait::async_trait;
use customs_core::{CallContext, QuotaGrant, QuotaLedger, QuotaRequest};
use jiff::civil::Date;

use super::{Result, SqlLedger};
use crate::db::args;
use crate::dialect::{Dialect, Sql};
use crate::text::time_to_the_nanosecond;

pub(super) struct Statements {
    day: Sql,
    used: Sql,
    used_alone: Sql,
    take: Sql,
    take_all: Sql,
    give_back: Sql,
    bucket: Sql,
    fill: Sql,
}

impl Statements {
    pub(super) fn new(d: Dialect) -> Self {
        Self {
            day: d.sql(format!("INSERT INTO quota (budget, day, used) VALUES (?, ?, 0) {}", d.or_keep("quota", "budget, day"))),
            used: d.sql("SELECT used FROM quota WHERE budget = ? AND day = ?"),
            used_alone: d.sql(format!("SELECT used FROM quota WHERE budget = ? AND day = ?{}", d.lock("quota", "day"))),
            take: d.sql("UPDATE quota SET used = used + ? WHERE budget = ? AND day = ?"),
            take_all: d.sql("UPDATE quota SET used = used + ? WHERE budget = ? AND day = ? AND used <= ?"),
            give_back: d.sql(
                "UPDATE quota SET used = CASE WHEN used > ? THEN used - ? ELSE 0 END WHERE budget = ? AND day = ?",
            ),
            bucket: d.sql(format!("SELECT full_at FROM bucket WHERE budget = ?{}", d.lock("bucket", "budget"))),
            fill: d.sql(format!(
                "INSERT INTO bucket (budget, full_at) VALUES (?, ?) {}",
                d.or_update("budget", &format!("full_at = {}", d.offered("full_at")))
            )),
        }
    }
}

#[async_trait]
impl QuotaLedger for SqlLedger {
    async fn take(&self, _: &CallContext, request: &QuotaRequest<'_>) -> customs_core::Result<QuotaGrant> {
        self.bounded("take", async {
            let (budget, day) = (request.budget, request.day.to_string());
            if self.take_all(request, &day).await? {
                return Ok(QuotaGrant {
                    granted: request.calls,
                    wait: Duration::ZERO,
                });
            }
            let mut tx = self.db.write().await?;
            // The day's row is the lock under which its budget, and the bucket, are shared out.
            tx.execute(&self.sql.quota.day, args![budget, day.as_str()])
                .await?;
            let used = tx
                .row(&self.sql.quota.used_alone, args![budget, day.as_str()], |row| {
                    row.count("used")
                })
                .await?;
            let mut granted = request.granted_of_day(used.unwrap_or(0));
            let mut wait = Duration::ZERO;
            if let Some(rate) = request.rate {
                let full_at = tx
                    .row(&self.sql.quota.bucket, args![budget], |row| row.time("full_at"))
                    .await?;
                let now = self.now(&mut tx).await?;
                let (calls, pause, full_at) = rate.take(full_at, now, granted);
                (granted, wait) = (calls, pause);
                let full_at = time_to_the_nanosecond(full_at);
                tx.execute(&self.sql.quota.fill, args![budget, full_at.as_str()])
                    .await?;
            }
            tx.execute(&self.sql.quota.take, args![granted, budget, day.as_str()])
                .await?;
            tx.commit().await?;
            Ok(QuotaGrant { granted, wait })
        })
        .await
    }

    async fn give_back(
        &self,
        _: &CallContext,
        budget: &str,
        day: Date,
        calls: u64,
    ) -> customs_core::Result<()> {
        self.bounded("give_back", async {
            let args = args![calls, calls, budget, day.to_string().as_str()];
            self.db.execute(&self.sql.quota.give_back, args).await.map(drop)
        })
        .await
    }

    async fn used(&self, _: &CallContext, budget: &str, day: Date) -> customs_core::Result<u64> {
        self.bounded("used", async {
            let mut tx = self.db.read().await?;
            let args = args![budget, day.to_string().as_str()];
            Ok(tx
                .row(&self.sql.quota.used, args, |row| row.count("used"))
                .await?
                .unwrap_or(0))
        })
        .await
    }
}

impl SqlLedger {
    /// Takes all calls in one statement, if there are as many and no bucket has a say: calls are taken one by one for each
    /// question, so this must cost little.
    async fn take_all(&self, request: &QuotaRequest<'_>, day: &str) -> Result<bool> {
        let usable = QuotaRequest {
            calls: u64::MAX,
            ..request.clone()
        }
        .granted_of_day(0);
        let Some(limit) = usable
            .checked_sub(request.calls)
            .filter(|_| request.rate.is_none())
        else {
            return Ok(false);
        };
        let args = args![request.calls, request.budget, day, limit];
        Ok(self.db.execute(&self.sql.quota.take_all, args).await? > 0)
    }
}
