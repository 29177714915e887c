//! The budget of calls.

use std::time::Duration;

use async_trait::async_trait;
use jiff::civil::Date;

use super::{Content, MemoryLedger, lock};
use crate::{CallContext, QuotaGrant, QuotaLedger, QuotaRequest, Result};

#[async_trait]
impl QuotaLedger for MemoryLedger {
    async fn take(&self, _: &CallContext, request: &QuotaRequest<'_>) -> Result<QuotaGrant> {
        let now = self.clock.now();
        let mut content = lock(&self.content);
        let Content { quota, buckets, .. } = &mut *content;
        let used = quota.entry((request.budget.to_owned(), request.day)).or_default();
        let mut granted = request.granted_of_day(*used);
        let mut wait = Duration::ZERO;
        if let Some(rate) = request.rate {
            let next = buckets.get(request.budget).copied();
            let (calls, pause, next) = rate.take(next, now, granted);
            (granted, wait) = (calls, pause);
            buckets.insert(request.budget.to_owned(), next);
        }
        *used += granted;
        Ok(QuotaGrant { granted, wait })
    }

    async fn give_back(&self, _: &CallContext, budget: &str, day: Date, calls: u64) -> Result<()> {
        if let Some(used) = lock(&self.content).quota.get_mut(&(budget.to_owned(), day)) {
            *used = used.saturating_sub(calls);
        }
        Ok(())
    }

    async fn used(&self, _: &CallContext, budget: &str, day: Date) -> Result<u64> {
        Ok(lock(&self.content)
            .quota
            .get(&(budget.to_owned(), day))
            .copied()
            .unwrap_or_default())
    }
}
