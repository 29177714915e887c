use std::sync::{Arc, Mutex};

use async_trait::async_trait;

use super::lock;
use crate::{CallContext, ErrorReport, ErrorReporter};

/// Keeps reports in memory. Clones share them.
#[derive(Debug, Clone, Default)]
pub struct MemoryReporter(Arc<Mutex<Vec<ErrorReport>>>);

impl MemoryReporter {
    /// An empty one.
    pub fn new() -> Self {
        Self::default()
    }

    /// What was reported, each id once.
    pub fn reports(&self) -> Vec<ErrorReport> {
        lock(&self.0).clone()
    }
}

#[async_trait]
impl ErrorReporter for MemoryReporter {
    async fn report(&self, _: &CallContext, report: &ErrorReport) {
        let mut reports = lock(&self.0);
        if reports.iter().all(|r| r.id != report.id) {
            reports.push(report.clone());
        }
    }
}
