use std::sync::{Arc, Mutex};

use async_trait::async_trait;

use super::lock;
use crate::{Alert, Alerter, CallContext, Error, ErrorKind, Result};

/// Keeps alerts in memory. Clones share them.
#[derive(Debug, Clone, Default)]
pub struct MemoryAlerter(Arc<Mutex<Content>>);

#[derive(Debug, Default)]
struct Content {
    alerts: Vec<Alert>,
    broken: u32,
}

impl MemoryAlerter {
    /// An empty one.
    pub fn new() -> Self {
        Self::default()
    }

    /// What it was told, in order.
    pub fn alerts(&self) -> Vec<Alert> {
        lock(&self.0).alerts.clone()
    }

    /// The next `times` alerts are refused.
    pub fn refuse(&self, times: u32) {
        lock(&self.0).broken = times;
    }
}

#[async_trait]
impl Alerter for MemoryAlerter {
    async fn alert(&self, _: &CallContext, alert: &Alert) -> Result<()> {
        let mut content = lock(&self.0);
        if let Some(left) = content.broken.checked_sub(1) {
            content.broken = left;
            return Err(Error::new(ErrorKind::Unavailable, "nobody listens").transient());
        }
        content.alerts.push(alert.clone());
        Ok(())
    }
}
