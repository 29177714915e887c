//! What people did.

use async_trait::async_trait;
use customs_core::{AuditEntry, AuditLog};

use super::{Result, SqlLedger};
use crate::db::{Row, args};
use crate::dialect::{Dialect, Sql};

pub(super) struct Statements {
    note: Sql,
    acts: Sql,
}

impl Statements {
    pub(super) fn new(d: Dialect) -> Self {
        Self {
            note: d.sql("INSERT INTO audit (happened_at, done_by, act, subject) VALUES (?, ?, ?, ?)"),
            acts: d.sql("SELECT * FROM audit ORDER BY happened_at DESC, audit_no DESC LIMIT ?"),
        }
    }
}

#[async_trait]
impl AuditLog for SqlLedger {
    async fn note(&self, entry: &AuditEntry) -> customs_core::Result<()> {
        self.bounded("note", async {
            let args = args![
                entry.at,
                entry.by.as_str(),
                entry.act.as_str(),
                entry.subject.as_str()
            ];
            self.db.execute(&self.sql.audit.note, args).await.map(drop)
        })
        .await
    }

    async fn acts(&self, limit: u32) -> customs_core::Result<Vec<AuditEntry>> {
        self.bounded("acts", async {
            let mut tx = self.db.read().await?;
            tx.rows(&self.sql.audit.acts, args![limit], read_entry).await
        })
        .await
    }
}

fn read_entry(row: &Row<'_>) -> Result<AuditEntry> {
    Ok(AuditEntry {
        at: row.time("happened_at")?,
        by: row.text("done_by")?,
        act: row.text("act")?,
        subject: row.text("subject")?,
    })
}
