use std::fmt::Debug;

use async_trait::async_trait;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::Result;

/// Something that a person did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEntry {
    /// When.
    pub at: Timestamp,
    /// Who: the name of an API key or of a person, never the key itself.
    pub by: String,
    /// What was done, in a word: `sign_in`, `run`, `retry`, `close`, `pause`, `resume`.
    pub act: String,
    /// To what.
    pub subject: String,
}

/// Writes down what people do. Entries are never changed.
///
/// Contract:
/// - **what_is_noted_is_shown**: once `note` returns, every handle shows the entry as it was handed over.
/// - **acts_come_newest_first**: by their time, and those of one time in the order of noting; at most `limit`.
#[async_trait]
pub trait AuditLog: Debug + Send + Sync + 'static {
    /// Notes an act.
    async fn note(&self, entry: &AuditEntry) -> Result<()>;

    /// The last acts.
    async fn acts(&self, limit: u32) -> Result<Vec<AuditEntry>>;
}
