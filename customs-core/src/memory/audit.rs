use std::sync::{Arc, Mutex};

use async_trait::async_trait;

use super::lock;
use crate::{AuditEntry, AuditLog, Result};

/// Acts in memory. Clones share their content.
#[derive(Debug, Clone, Default)]
pub struct MemoryAudit(Arc<Mutex<Vec<AuditEntry>>>);

impl MemoryAudit {
    /// One in which nothing was noted.
    pub fn new() -> Self {
        Self::default()
    }
}

#[async_trait]
impl AuditLog for MemoryAudit {
    async fn note(&self, entry: &AuditEntry) -> Result<()> {
        lock(&self.0).push(entry.clone());
        Ok(())
    }

    async fn acts(&self, limit: u32) -> Result<Vec<AuditEntry>> {
        let mut acts: Vec<AuditEntry> = lock(&self.0).iter().rev().cloned().collect();
        acts.sort_by_key(|e| std::cmp::Reverse(e.at));
        acts.truncate(limit as usize);
        Ok(acts)
    }
}
