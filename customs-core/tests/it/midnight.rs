//! The day changes in mid-run, and the year with it.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use customs_core::layers::{Quota, QuotaPolicy};
use customs_core::memory::{MemoryCustoms, MemoryLedger};
use customs_core::{
    CallContext, CustomsAnswer, CustomsApi, CustomsQuery, Parts, QuotaLedger as _, Result, ServiceId,
    TestClock, Trigger,
};
use jiff::civil::date;

use crate::rig::{Rig, assert_succeeded, counts};

/// Takes a second for each answer.
#[derive(Debug)]
struct Unhurried(MemoryCustoms);

#[async_trait]
impl CustomsApi for Unhurried {
    fn supports(&self, service: &ServiceId) -> bool {
        self.0.supports(service)
    }

    async fn query(&self, cx: &CallContext, query: &CustomsQuery) -> Result<CustomsAnswer> {
        tokio::time::sleep(Duration::from_secs(1)).await;
        self.0.query(cx, query).await
    }
}

#[tokio::test(start_paused = true)]
async fn a_run_over_midnight_in_korea_uses_the_calls_of_both_days() {
    let mut rig = Rig::new(20);
    // Three seconds before 2027 in Korea.
    rig.clock = TestClock::starting_at("2026-12-31T14:59:57Z".parse().unwrap());
    rig.ledger = MemoryLedger::new(Arc::new(rig.clock));
    rig.job.in_flight = 1;
    let policy = QuotaPolicy {
        daily: Some(12),
        urgent_reserve: 0.0,
        shared: None,
    };
    let ledger = Arc::new(rig.ledger.clone());
    let customs = Quota::new(Unhurried(rig.customs.clone()), ledger, rig.clock(), policy);
    let parts = Parts {
        customs: Arc::new(customs),
        ..rig.parts()
    };
    let receipt = rig.pipeline_of(parts).run_once(Trigger::Schedule).await;
    assert_succeeded(&receipt);
    assert_eq!(
        counts(&receipt),
        [20, 0, 0, 0, 0],
        "twelve calls a day are enough for twenty over midnight"
    );
    let cx = CallContext::new("1000".into(), "import-cargo".into(), receipt.run_id.clone());
    let used = async |day| rig.ledger.used(&cx, "API001", day).await.unwrap();
    let (old, new) = (used(date(2026, 12, 31)).await, used(date(2027, 1, 1)).await);
    assert_eq!(old + new, 20);
    assert!(
        (1..=12).contains(&old) && (1..=12).contains(&new),
        "{old} and {new}"
    );
}
