//! A bound on every phase, and alarms about the due list.

use std::future::pending;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use customs_core::{
    BeginRequest, Begun, CallContext, Calls, ClaimRequest, Claimed, CustomsAnswer, CustomsApi, CustomsQuery,
    Delivery, EpisodeFilter, ErrorReport, ErrorReporter, FetchRequest, Idempotency, LedgerReader as _,
    Outcome, Page, Parts, PlanTotals, Receipt, RecordKey, RecordLedger, RecordState, Result, RunLedger,
    RunStatus, ServiceId, SettleReport, SettleRequest, Sink, SourceSystem, Trigger,
};
use tokio::time::Instant;

use crate::rig::{MINUTE, Rig, assert_succeeded, counts, key};

/// A part that never answers, whatever the deadline is.
#[derive(Debug)]
struct Hangs;

#[async_trait]
impl SourceSystem for Hangs {
    async fn fetch(&self, _: &CallContext, _: FetchRequest) -> Result<Page> {
        pending().await
    }
}

#[async_trait]
impl CustomsApi for Hangs {
    fn supports(&self, _: &ServiceId) -> bool {
        true
    }

    async fn query(&self, _: &CallContext, _: &CustomsQuery) -> Result<CustomsAnswer> {
        pending().await
    }
}

#[async_trait]
impl Sink for Hangs {
    fn max_batch(&self) -> usize {
        100
    }

    fn idempotency(&self) -> Idempotency {
        Idempotency::None
    }

    async fn deliver(&self, _: &CallContext, _: &[Delivery]) -> Result<Vec<Outcome>> {
        pending().await
    }
}

#[async_trait]
impl ErrorReporter for Hangs {
    async fn report(&self, _: &CallContext, _: &ErrorReport) {
        pending().await
    }
}

#[async_trait]
impl RunLedger for Hangs {
    async fn begin(&self, _: &CallContext, _: &BeginRequest) -> Result<Begun> {
        pending().await
    }

    async fn heartbeat(&self, _: &CallContext, _: u64, _: Duration) -> Result<()> {
        pending().await
    }

    async fn dispatched(&self, _: &CallContext, _: u64, _: &PlanTotals, _: Duration) -> Result<()> {
        pending().await
    }

    async fn close(&self, _: &CallContext, _: u64, _: Calls, _: Option<&str>) -> Result<Receipt> {
        pending().await
    }

    async fn usual_due(&self, _: &CallContext, _: u32, _: Duration) -> Result<Vec<u64>> {
        pending().await
    }

    async fn reap(&self, _: &CallContext) -> Result<Vec<Receipt>> {
        pending().await
    }
}

#[async_trait]
impl RecordLedger for Hangs {
    async fn load(&self, _: &CallContext, _: &[RecordKey]) -> Result<Vec<RecordState>> {
        pending().await
    }

    async fn claim(&self, _: &CallContext, _: ClaimRequest<'_>) -> Result<Vec<Claimed>> {
        pending().await
    }

    async fn settle(&self, _: &CallContext, _: SettleRequest<'_>) -> Result<SettleReport> {
        pending().await
    }
}

/// Makes a part hang.
type Hang = fn(&mut Parts);

/// Every part hangs in turn; each run ends with a receipt that balances, within minutes of its deadline.
#[tokio::test(start_paused = true)]
async fn whatever_hangs_the_run_ends() {
    let cases: [(&str, Hang); 6] = [
        ("source", |parts| parts.source = Arc::new(Hangs)),
        ("customs", |parts| parts.customs = Arc::new(Hangs)),
        ("sink", |parts| parts.sink = Arc::new(Hangs)),
        ("reporter", |parts| {
            parts.customs = Arc::new(Hangs);
            parts.reporter = Arc::new(Hangs);
        }),
        ("runs", |parts| parts.runs = Arc::new(Hangs)),
        ("records", |parts| parts.records = Arc::new(Hangs)),
    ];
    for (name, hang) in cases {
        let rig = Rig::new(12);
        let mut parts = rig.parts();
        hang(&mut parts);
        let start = Instant::now();
        let receipt = rig.pipeline_of(parts).run_once(Trigger::Schedule).await;
        let late = start.elapsed().saturating_sub(rig.job.deadline);
        assert!(late < 10 * MINUTE, "{name}: {late:?}");
        assert!(receipt.balanced, "{name}: {receipt:?}");
        assert_eq!(receipt.pushed, 0, "{name}: {receipt:?}");
        assert_eq!(receipt.status, RunStatus::Failed, "{name}: {receipt:?}");
        // Nothing is stuck: the next run does all the work.
        tokio::time::advance(5 * MINUTE).await;
        let next = rig.run().await;
        assert_eq!(counts(&next), [12, 0, 0, 0, 0], "{name}");
    }
}

async fn take_off(rig: &Rig, numbers: std::ops::Range<usize>) {
    for number in numbers {
        rig.source.remove(&key(number));
    }
    tokio::time::advance(5 * MINUTE).await;
}

async fn open_alarms(rig: &Rig) -> Vec<(String, u64)> {
    let filter = EpisodeFilter {
        open: true,
        limit: 9,
        ..EpisodeFilter::default()
    };
    let open = rig.ledger.episodes(&filter).await.unwrap();
    open.into_iter().map(|e| (e.example.code, e.count)).collect()
}

#[tokio::test(start_paused = true)]
async fn a_due_list_that_empties_or_drops_raises_an_alarm_once() {
    let rig = Rig::new(60);
    for _ in 0..5 {
        assert_eq!(rig.run().await.alarm, None);
        tokio::time::advance(5 * MINUTE).await;
    }
    take_off(&rig, 0..40).await;
    let dropped = rig.run().await;
    assert_succeeded(&dropped);
    assert_eq!(dropped.alarm.as_deref(), Some("sudden_drop"));
    take_off(&rig, 40..60).await;
    for count in 1..=3 {
        // What raised an alarm is no measure of what is usual.
        assert_eq!(rig.run().await.alarm.as_deref(), Some("zero_records"));
        assert_eq!(open_alarms(&rig).await, [("zero_records".to_owned(), count)]);
        tokio::time::advance(5 * MINUTE).await;
    }
    // By key one record is due, and that says nothing about the list.
    let urgent = rig.pipeline().run_once(Trigger::Keys(vec![])).await;
    assert_eq!((urgent.due, urgent.alarm), (0, None));
    for number in 0..60 {
        rig.source.put(crate::rig::due(number));
    }
    let back = rig.run().await;
    assert_eq!(back.alarm, None);
    assert_eq!(open_alarms(&rig).await, []);
}
