//! Jobs: pausing and resuming them.

use async_trait::async_trait;
use customs_core::{CallContext, JobLedger, JobRow, Pause};

use super::{Result, SqlLedger};
use crate::db::{Row, args};
use crate::dialect::{Dialect, Sql};

pub(super) struct Statements {
    known: Sql,
    pause: Sql,
    resume: Sql,
    jobs: Sql,
}

impl Statements {
    pub(super) fn new(d: Dialect) -> Self {
        Self {
            known: d.sql(format!(
                "INSERT INTO job (company, job, fence) VALUES (?, ?, 0) {}",
                d.or_keep("job", "company, job")
            )),
            pause: d.sql(
                "UPDATE job SET paused_at = ?, paused_by = ? WHERE company = ? AND job = ? AND paused_at IS NULL",
            ),
            resume: d.sql(
                "UPDATE job SET paused_at = NULL, paused_by = NULL WHERE company = ? AND job = ? AND paused_at IS NOT NULL",
            ),
            jobs: d.sql("SELECT company, job, paused_at, paused_by FROM job ORDER BY company, job"),
        }
    }
}

#[async_trait]
impl JobLedger for SqlLedger {
    async fn pause(&self, cx: &CallContext, by: &str) -> customs_core::Result<bool> {
        self.bounded("pause", async {
            let mut tx = self.db.write().await?;
            let (company, job) = (cx.company.as_str(), cx.job.as_str());
            tx.execute(&self.sql.job.known, args![company, job]).await?;
            let now = self.now(&mut tx).await?;
            let changed = tx
                .execute(&self.sql.job.pause, args![now, by, company, job])
                .await?;
            tx.commit().await?;
            Ok(changed > 0)
        })
        .await
    }

    async fn resume(&self, cx: &CallContext) -> customs_core::Result<bool> {
        self.bounded("resume", async {
            let args = args![cx.company.as_str(), cx.job.as_str()];
            Ok(self.db.execute(&self.sql.job.resume, args).await? > 0)
        })
        .await
    }

    async fn jobs(&self) -> customs_core::Result<Vec<JobRow>> {
        self.bounded("jobs", async {
            let mut tx = self.db.read().await?;
            tx.rows(&self.sql.job.jobs, args![], |row| {
                Ok(JobRow {
                    company: row.text("company")?.into(),
                    job: row.text("job")?.into(),
                    pause: read_pause(row)?,
                })
            })
            .await
        })
        .await
    }
}

/// Reads `paused_at` and `paused_by`.
pub(super) fn read_pause(row: &Row<'_>) -> Result<Option<Pause>> {
    let by = row.opt_text("paused_by")?.unwrap_or_default();
    Ok(row.opt_time("paused_at")?.map(|at| Pause { at, by }))
}
