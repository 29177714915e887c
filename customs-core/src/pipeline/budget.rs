use jiff::civil::Date;

use super::Pipeline;
use super::process::Item;
use crate::{CallContext, DeferReason, Priority, QuotaRequest, Result, ServiceId, Stage};

/// What a chunk took from the daily budgets.
#[derive(Default)]
pub(super) struct Budgets(Vec<Budget>);

struct Budget {
    service: ServiceId,
    priority: Priority,
    taken: u64,
    left: Result<u64, DeferReason>,
}

/// Questions taken at once: few enough to leave little unused, many enough to keep the ledger quiet.
const SLICE: u64 = 50;

impl Pipeline {
    /// Takes one question from the record's budget. The ledger is asked for a slice at a time.
    pub(super) async fn take_budget(
        &self,
        cx: &CallContext,
        day: Date,
        item: &Item,
        budgets: &mut Budgets,
    ) -> Result<(), DeferReason> {
        let job = &self.shared.job;
        if job.daily.is_none() {
            return Ok(());
        }
        let (service, priority) = (&item.record.query.service, item.record.priority);
        let known = budgets
            .0
            .iter()
            .position(|b| b.service == *service && b.priority == priority);
        let at = known.unwrap_or_else(|| {
            budgets.0.push(Budget {
                service: service.clone(),
                priority,
                taken: 0,
                left: Ok(0),
            });
            budgets.0.len() - 1
        });
        let Some(budget) = budgets.0.get_mut(at) else {
            return Ok(());
        };
        if budget.left == Ok(0) {
            let request = QuotaRequest {
                budget: service.as_str(),
                day,
                calls: SLICE.min(job.chunk_size as u64).max(1),
                daily: job.daily,
                urgent_reserve: job.urgent_reserve,
                priority,
                rate: None,
            };
            budget.left = match self.shared.parts.quota.take(cx, &request).await {
                Ok(grant) if grant.granted == 0 => Err(DeferReason::Quota),
                Ok(grant) => Ok(grant.granted),
                Err(error) => {
                    self.report(cx, Stage::Query, None, &error).await;
                    Err(DeferReason::LedgerUnavailable)
                }
            };
            budget.taken += budget.left.unwrap_or_default();
        }
        match &mut budget.left {
            Ok(left) => {
                *left -= 1;
                Ok(())
            }
            Err(reason) => Err(*reason),
        }
    }

    /// Gives back what was taken and not used.
    pub(super) async fn square_budget(&self, cx: &CallContext, day: Date, items: &[Item], budgets: &Budgets) {
        for budget in &budgets.0 {
            let of_budget =
                |i: &&Item| i.record.query.service == budget.service && i.record.priority == budget.priority;
            let used = items
                .iter()
                .filter(of_budget)
                .filter(|i| i.observed_at.is_some())
                .count() as u64;
            let unused = budget.taken.saturating_sub(used);
            if unused == 0 {
                continue;
            }
            if let Err(error) = self
                .shared
                .parts
                .quota
                .give_back(cx, budget.service.as_str(), day, unused)
                .await
            {
                self.report(cx, Stage::Query, None, &error).await;
            }
        }
    }
}
