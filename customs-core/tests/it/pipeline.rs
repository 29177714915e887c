use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use customs_core::layers::{
    CircuitBreaker, Pace, Quota, QuotaPolicy, RateLimit, Retry, RetryPolicy, Timeout,
};
use customs_core::memory::{MemorySink, MemorySource};
use customs_core::{
    BeginRequest, Begun, CallContext, Calls, Chunk, ClaimRequest, Claimed, CustomsAnswer, CustomsApi,
    CustomsQuery, Dispatcher, DueRecord, Error, ErrorFilter, ErrorKind, Idempotency, LedgerReader, Outcome,
    PlanTotals, Priority, Receipt, RecordKey, RecordLedger, RecordState, Records, Result, RunLedger,
    RunStatus, Sent, ServiceId, SettleReport, SettleRequest, Trigger, Verdict,
};

use crate::rig::{MINUTE, Rig, assert_succeeded, counts, due, key};

fn down() -> Error {
    Error::new(ErrorKind::Unavailable, "refused")
        .code("connect")
        .transient()
}

#[tokio::test(start_paused = true)]
async fn what_changed_is_pushed_and_a_second_run_writes_nothing() {
    let rig = Rig::new(23);
    let first = rig.run().await;
    assert_succeeded(&first);
    assert_eq!((first.due, counts(&first)), (23, [23, 0, 0, 0, 0]));
    assert_eq!((first.customs_calls, first.sap_reads), (23, 4));
    assert_eq!(rig.held(7).unwrap().get("Stats"), Some("반출완료"));
    let second = rig.run().await;
    assert_succeeded(&second);
    assert_eq!((counts(&second), second.sap_writes), ([0, 23, 0, 0, 0], 0));
    rig.found(3, "수입신고수리");
    let third = rig.run().await;
    assert_eq!((counts(&third), third.sap_writes), ([1, 22, 0, 0, 0], 1));
    assert_eq!(rig.sink.writes().len(), 24);
}

#[tokio::test(start_paused = true)]
async fn an_empty_due_list_is_a_good_run() {
    let receipt = Rig::new(0).run().await;
    assert_succeeded(&receipt);
    assert_eq!((receipt.due, receipt.sap_reads), (0, 1));
}

#[tokio::test(start_paused = true)]
async fn every_due_record_ends_as_exactly_one_thing() {
    let rig = Rig::new(12);
    rig.customs.fail("C00001", || {
        Error::new(ErrorKind::Refused, "no such key").code("refused_key")
    });
    let none = |verdict| CustomsAnswer {
        verdict,
        records: Records::new(),
        state: None,
        notice: None,
        drift: 0,
    };
    rig.customs.put_answer("C00002", none(Verdict::NotFound));
    rig.customs.put_answer("C00003", none(Verdict::Many));
    rig.customs.put_answer("C00004", none(Verdict::Found));
    rig.sink.fail_times(key(5), 1, || {
        Error::new(ErrorKind::Refused, "locked").code("ZC007")
    });
    rig.source.add_broken(key(6));
    let receipt = rig.run().await;
    assert_succeeded(&receipt);
    assert_eq!(counts(&receipt), [6, 0, 1, 5, 0]);
    let failed: Vec<_> = receipt
        .reasons
        .failed
        .iter()
        .map(|(code, n)| (code.as_str(), *n))
        .collect();
    assert_eq!(
        failed,
        [
            ("ZC007", 1),
            ("many", 1),
            ("missing_field", 2),
            ("refused_key", 1)
        ]
    );
    // Each failure of a record is an error row with the record as it was; the broken row went to the reporter.
    let filter = ErrorFilter {
        run: Some(receipt.run_id.clone()),
        key: None,
        episode: None,
        limit: 100,
    };
    let rows = rig.ledger.errors(&filter).await.unwrap();
    assert_eq!(
        (rows.len(), rows.iter().filter(|r| r.record.is_some()).count()),
        (4, 4)
    );
    assert_eq!(rig.reporter.reports().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_run_under_way_is_not_doubled() {
    let rig = Rig::new(5);
    let cx = CallContext::new("1000".into(), "import-cargo".into(), "other".into());
    let instance = customs_core::Instance::new("elsewhere", false);
    let request = BeginRequest {
        trigger: Trigger::Schedule,
        instance,
        lease: MINUTE,
    };
    assert!(matches!(
        rig.ledger.begin(&cx, &request).await.unwrap(),
        Begun::Started { .. }
    ));
    let skipped = rig.run().await;
    assert_eq!((skipped.status, skipped.due), (RunStatus::Skipped, 0));
    // Urgent records do not wait for it.
    let urgent = rig.pipeline().run_once(Trigger::Keys(vec![key(1)])).await;
    assert_eq!(counts(&urgent), [1, 0, 0, 0, 0]);
    // When it has died, the next run takes over.
    tokio::time::advance(MINUTE).await;
    assert_eq!(counts(&rig.run().await), [4, 1, 0, 0, 0]);
}

#[tokio::test(start_paused = true)]
async fn triggered_keys_are_asked_and_an_unknown_one_fails_with_that_cause() {
    let rig = Rig::new(5);
    let receipt = rig
        .pipeline()
        .run_once(Trigger::Keys(vec![key(1), key(99), key(1)]))
        .await;
    assert_eq!(counts(&receipt), [1, 0, 0, 1, 0]);
    assert_eq!(receipt.reasons.failed.keys().collect::<Vec<_>>(), ["unknown_key"]);
    assert_eq!(rig.reporter.reports()[0].key, Some(key(99)));
}

#[tokio::test(start_paused = true)]
async fn a_source_that_breaks_midway_is_a_failed_run_that_balances() {
    let rig = Rig::new(23);
    rig.source.break_after(2);
    let receipt = rig.run().await;
    assert_eq!(receipt.status, RunStatus::Failed);
    // Two pages of seven were read: two chunks of five went out, four records were still waiting.
    assert_eq!((receipt.due, counts(&receipt)), (14, [10, 0, 0, 0, 4]));
    assert!(
        receipt
            .error
            .as_deref()
            .unwrap_or_default()
            .contains("the source is broken"),
        "{receipt:?}"
    );
    assert_eq!(rig.reporter.reports().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn customs_away_is_a_failed_run_and_the_breaker_leaves_the_rest() {
    let mut rig = Rig::new(60);
    rig.job.in_flight = 1;
    for number in 0..60 {
        rig.customs.fail(&format!("C{number:05}"), down);
    }
    let guarded = CircuitBreaker::new(rig.customs.clone(), Default::default());
    let mut parts = rig.parts();
    parts.customs = Arc::new(Retry::new(guarded, RetryPolicy::default()));
    let receipt = rig.pipeline_of(parts).run_once(Trigger::Schedule).await;
    assert_eq!((receipt.status, receipt.due), (RunStatus::Failed, 60));
    let [pushed, _, _, failed, deferred] = counts(&receipt);
    assert_eq!((pushed, failed + deferred, receipt.customs_calls), (0, 60, 10));
    assert_eq!(receipt.reasons.deferred.get("circuit_open"), Some(&deferred));
}

#[tokio::test(start_paused = true)]
async fn a_write_whose_answer_was_lost_is_read_back() {
    let rig = Rig::with_sink(5, MemorySink::new(Idempotency::None));
    rig.sink.lose_answers(1);
    let receipt = rig.run().await;
    assert_eq!(counts(&receipt), [5, 0, 0, 0, 0]);
    assert_eq!(rig.sink.writes().len(), 5);
    assert_eq!(counts(&rig.run().await), [0, 5, 0, 0, 0]);
}

#[tokio::test(start_paused = true)]
async fn a_write_that_did_not_arrive_fails_and_the_next_run_writes_it() {
    let rig = Rig::with_sink(5, MemorySink::new(Idempotency::None));
    rig.sink.break_batches(1, || {
        down().code("http_503").endpoint("http://sap").sent(Sent::Maybe)
    });
    let receipt = rig.run().await;
    assert_eq!(
        (counts(&receipt), receipt.reasons.failed.get("not_delivered")),
        ([0, 0, 0, 5, 0], Some(&5))
    );
    let row = &rig.ledger.causes(&receipt.run_id).await.unwrap()[0].example;
    assert!(
        row.message.contains("the write did not arrive") && row.message.contains("http_503"),
        "{row:?}"
    );
    assert_eq!(
        row.endpoint.as_deref(),
        Some("http://sap"),
        "what came in its way is told"
    );
    assert_eq!(counts(&rig.run().await), [5, 0, 0, 0, 0]);
    assert_eq!(rig.sink.writes().len(), 5);
}

#[tokio::test(start_paused = true)]
async fn what_nobody_can_tell_is_in_doubt() {
    let mut rig = Rig::with_sink(5, MemorySink::new(Idempotency::None));
    // This source does not tell what it holds.
    rig.source = MemorySource::new((0..5).map(due));
    rig.sink.lose_answers(1);
    let receipt = rig.run().await;
    assert_eq!(
        (counts(&receipt), receipt.reasons.failed.get("in_doubt")),
        ([0, 0, 0, 5, 0], Some(&5))
    );
}

#[tokio::test(start_paused = true)]
async fn sap_changed_by_somebody_else_is_written_again() {
    let rig = Rig::new(3);
    rig.run().await;
    rig.sink.overwrite(key(1), [("Stats", "")].into_iter().collect());
    assert_eq!(counts(&rig.run().await), [1, 2, 0, 0, 0]);
    assert_eq!(rig.held(1).unwrap().get("Stats"), Some("반출완료"));
}

#[tokio::test(start_paused = true)]
async fn a_killed_run_is_taken_over_at_once_and_nothing_is_written_twice() {
    let mut killed_midway = 0;
    for cut in (50..2000).step_by(90) {
        let rig = Rig::new(40);
        let mut parts = rig.parts();
        let slow = Slow {
            inner: rig.customs.clone(),
            delay: Duration::from_millis(100),
        };
        parts.customs = Arc::new(RateLimit::new(slow, Pace::new(4), None));
        // Dropping the future is what a kill leaves: nothing of this process goes on, and nothing is cleaned up.
        let run = rig.pipeline_of(parts);
        let cut_off = tokio::time::timeout(Duration::from_millis(cut), run.run_once(Trigger::Schedule))
            .await
            .is_err();
        killed_midway += u32::from(cut_off && !rig.sink.writes().is_empty());
        let receipt = rig.run().await;
        assert_succeeded(&receipt);
        let [pushed, unchanged, ..] = counts(&receipt);
        assert_eq!((receipt.due, pushed + unchanged), (40, 40), "cut after {cut} ms");
        assert_eq!(rig.sink.writes().len(), 40, "cut after {cut} ms");
        let runs = rig.ledger.runs(10).await.unwrap();
        assert!(runs.iter().all(|r| r.closed_at.is_some()), "cut after {cut} ms");
    }
    assert!(killed_midway > 1, "the cuts hit runs that had written already");
}

#[tokio::test(start_paused = true)]
async fn a_chunk_delivered_five_times_does_its_work_once() {
    let rig = Rig::new(5);
    let chunks = Collect::default();
    let planned = rig
        .pipeline()
        .plan(Trigger::Schedule, &chunks, None)
        .await
        .unwrap();
    assert_eq!((planned.due, planned.dispatched), (5, 5));
    let chunk = chunks.0.lock().unwrap()[0].clone();
    let pipeline = rig.pipeline();
    let all = futures_util::future::join_all((0..5).map(|_| pipeline.process(chunk.clone(), None))).await;
    assert_eq!(all.iter().map(|r| r.tally.records()).sum::<u64>(), 5);
    assert_eq!((rig.sink.writes().len(), rig.customs.asked_at().len()), (5, 5));
    // The run stays open until the next plan closes it.
    tokio::time::advance(Duration::from_secs(1)).await;
    rig.run().await;
    let runs = rig.ledger.runs(10).await.unwrap();
    assert_eq!(counts(&runs[1].receipt), [5, 0, 0, 0, 0]);
}

#[tokio::test(start_paused = true)]
async fn a_chunk_that_was_lost_shows_as_undelivered_and_its_records_are_due_again() {
    let rig = Rig::new(8);
    let chunks = Collect::default();
    rig.pipeline()
        .plan(Trigger::Schedule, &chunks, None)
        .await
        .unwrap();
    let chunk = chunks.0.lock().unwrap()[0].clone();
    rig.pipeline().process(chunk, None).await;
    tokio::time::advance(5 * MINUTE).await;
    assert_eq!(counts(&rig.run().await), [3, 5, 0, 0, 0]);
    let runs = rig.ledger.runs(10).await.unwrap();
    assert_eq!(
        (
            counts(&runs[1].receipt),
            runs[1].receipt.reasons.deferred.get("undelivered")
        ),
        ([5, 0, 0, 0, 3], Some(&3))
    );
}

#[tokio::test(start_paused = true)]
async fn a_refused_chunk_is_undelivered_and_reported() {
    let rig = Rig::new(8);
    let planned = rig
        .pipeline()
        .plan(Trigger::Schedule, &RefuseAll, None)
        .await
        .unwrap();
    assert_eq!(
        (
            planned.due,
            planned.dispatched,
            planned.tally.deferred.get("undelivered")
        ),
        (8, 0, Some(&8))
    );
    assert_eq!(rig.reporter.reports().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn what_the_budget_does_not_suffice_for_is_deferred_and_urgent_records_use_the_reserve() {
    let mut rig = Rig::new(20);
    let policy = QuotaPolicy {
        daily: Some(10),
        urgent_reserve: 0.2,
        shared: None,
    };
    let budget = Quota::new(
        rig.customs.clone(),
        Arc::new(rig.ledger.clone()),
        rig.clock(),
        policy,
    );
    let mut parts = rig.parts();
    parts.customs = Arc::new(budget);
    let receipt = rig.pipeline_of(parts.clone()).run_once(Trigger::Schedule).await;
    assert_eq!((counts(&receipt), receipt.customs_calls), ([8, 0, 0, 0, 12], 8));
    assert_eq!(receipt.reasons.deferred.get("quota"), Some(&12));
    rig.source = MemorySource::new([DueRecord {
        priority: Priority::Urgent,
        ..due(19)
    }]);
    parts.source = Arc::new(rig.source.clone());
    let receipt = rig
        .pipeline_of(parts)
        .run_once(Trigger::Keys(vec![key(19)]))
        .await;
    assert_eq!(counts(&receipt), [1, 0, 0, 0, 0]);
}

#[tokio::test(start_paused = true)]
async fn a_write_repeated_after_a_kill_carries_the_same_key() {
    let rig = Rig::new(1);
    rig.run().await;
    rig.found(0, "수입신고수리");
    // SAP has the new state, and the process dies before the ledger knows.
    with_faulty_ledger(&rig, Fault::Settle).await;
    assert_eq!(rig.sink.writes().len(), 2);
    assert_eq!(counts(&rig.run().await), [1, 0, 0, 0, 0]);
    assert_eq!(rig.sink.writes().len(), 2, "the sink recognised the repeat");
}

#[tokio::test(start_paused = true)]
async fn what_the_time_does_not_suffice_for_is_deferred() {
    let mut rig = Rig::new(20);
    rig.job.in_flight = 1;
    rig.job.deadline = Duration::from_secs(8);
    let mut parts = rig.parts();
    let slow = Slow {
        inner: rig.customs.clone(),
        delay: Duration::from_secs(1),
    };
    parts.customs = Arc::new(RateLimit::new(Timeout::new(slow, MINUTE), Pace::new(1), None));
    let receipt = rig.pipeline_of(parts).run_once(Trigger::Schedule).await;
    assert_succeeded(&receipt);
    let [pushed, _, _, _, deferred] = counts(&receipt);
    assert!(pushed >= 5 && deferred >= 10, "{receipt:?}");
    assert_eq!(receipt.reasons.deferred.get("deadline"), Some(&deferred));
    assert_eq!(counts(&rig.run().await), [deferred, pushed, 0, 0, 0]);
}

#[tokio::test(start_paused = true)]
async fn without_the_ledger_no_run_begins() {
    let rig = Rig::new(5);
    let receipt = with_faulty_ledger(&rig, Fault::Begin).await;
    assert_eq!(
        (receipt.status, receipt.due, rig.customs.asked_at().len()),
        (RunStatus::Failed, 0, 0)
    );
    assert_eq!(rig.reporter.reports().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn without_claims_nothing_is_asked_or_written() {
    let rig = Rig::new(5);
    let receipt = with_faulty_ledger(&rig, Fault::Claim).await;
    assert_eq!(
        (receipt.status, counts(&receipt)),
        (RunStatus::Failed, [0, 0, 0, 0, 5])
    );
    assert_eq!((rig.customs.asked_at().len(), rig.sink.writes().len()), (0, 0));
}

#[tokio::test(start_paused = true)]
async fn what_could_not_be_settled_is_looked_at_again_and_not_written_twice() {
    let rig = Rig::new(5);
    let receipt = with_faulty_ledger(&rig, Fault::Settle).await;
    assert_eq!(
        (receipt.status, counts(&receipt)),
        (RunStatus::Failed, [0, 0, 0, 0, 5])
    );
    assert_eq!(counts(&rig.run().await), [0, 5, 0, 0, 0]);
    assert_eq!(rig.sink.writes().len(), 5);
}

#[tokio::test(start_paused = true)]
async fn without_closing_the_receipt_says_what_this_process_knows() {
    let rig = Rig::new(5);
    let receipt = with_faulty_ledger(&rig, Fault::Close).await;
    assert_eq!(
        (receipt.status, counts(&receipt)),
        (RunStatus::Failed, [5, 0, 0, 0, 0])
    );
}

#[tokio::test(start_paused = true)]
async fn a_worker_that_panics_leaves_its_records_undelivered_and_the_others_go_on() {
    let rig = Rig::new(12);
    let mut parts = rig.parts();
    parts.customs = Arc::new(PanicsOn("C00007", rig.customs.clone()));
    let receipt = rig.pipeline_of(parts).run_once(Trigger::Schedule).await;
    assert_eq!(
        (counts(&receipt), receipt.reasons.deferred.get("undelivered")),
        ([7, 0, 0, 0, 5], Some(&5))
    );
    assert_eq!(rig.reporter.reports()[0].error.kind, ErrorKind::Internal);
    assert_eq!(counts(&rig.run().await), [5, 7, 0, 0, 0]);
}

/// A customs client with a bug.
#[derive(Debug)]
struct PanicsOn<T>(&'static str, T);

#[async_trait]
impl<T: CustomsApi> CustomsApi for PanicsOn<T> {
    fn supports(&self, service: &ServiceId) -> bool {
        self.1.supports(service)
    }

    async fn query(&self, cx: &CallContext, query: &CustomsQuery) -> Result<CustomsAnswer> {
        assert_ne!(query.params.get("cargMtNo"), Some(self.0), "a bug of the client");
        self.1.query(cx, query).await
    }
}

/// The rig's ledger, but no run can begin in it.
pub(crate) fn no_run_begins(rig: &Rig) -> Arc<dyn RunLedger> {
    Arc::new(Faulty {
        inner: rig.ledger.clone(),
        fault: Fault::Begin,
        calls: AtomicU32::new(0),
    })
}

async fn with_faulty_ledger(rig: &Rig, fault: Fault) -> Receipt {
    let mut parts = rig.parts();
    let faulty = Arc::new(Faulty {
        inner: rig.ledger.clone(),
        fault,
        calls: AtomicU32::new(0),
    });
    parts.runs = faulty.clone();
    parts.records = faulty;
    rig.pipeline_of(parts).run_once(Trigger::Schedule).await
}

/// Answers after a delay.
#[derive(Debug)]
struct Slow<T> {
    inner: T,
    delay: Duration,
}

#[async_trait]
impl<T: CustomsApi> CustomsApi for Slow<T> {
    fn supports(&self, service: &ServiceId) -> bool {
        self.inner.supports(service)
    }

    async fn query(&self, cx: &CallContext, query: &CustomsQuery) -> Result<CustomsAnswer> {
        tokio::time::sleep(self.delay).await;
        self.inner.query(cx, query).await
    }
}

/// Keeps the chunks for later.
#[derive(Debug, Default)]
struct Collect(std::sync::Mutex<Vec<Chunk>>);

#[async_trait]
impl Dispatcher for Collect {
    async fn dispatch(&self, _: &CallContext, chunks: Vec<Chunk>) -> Result<Vec<Outcome>> {
        let outcomes = chunks.iter().map(|_| Ok(())).collect();
        self.0.lock().unwrap().extend(chunks);
        Ok(outcomes)
    }
}

#[derive(Debug)]
struct RefuseAll;

#[async_trait]
impl Dispatcher for RefuseAll {
    async fn dispatch(&self, _: &CallContext, chunks: Vec<Chunk>) -> Result<Vec<Outcome>> {
        Ok(chunks.iter().map(|_| Err(down())).collect())
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    Begin,
    Claim,
    Settle,
    Close,
}

/// A ledger one of whose calls never works.
#[derive(Debug)]
struct Faulty<T> {
    inner: T,
    fault: Fault,
    calls: AtomicU32,
}

impl<T> Faulty<T> {
    fn check(&self, fault: Fault) -> Result<()> {
        if self.fault != fault {
            return Ok(());
        }
        self.calls.fetch_add(1, Ordering::Relaxed);
        Err(Error::new(ErrorKind::Ledger, "the database is away").transient())
    }
}

#[async_trait]
impl<T: RunLedger> RunLedger for Faulty<T> {
    async fn begin(&self, cx: &CallContext, request: &BeginRequest) -> Result<Begun> {
        self.check(Fault::Begin)?;
        self.inner.begin(cx, request).await
    }

    async fn heartbeat(&self, cx: &CallContext, fence: u64, lease: Duration) -> Result<()> {
        self.inner.heartbeat(cx, fence, lease).await
    }

    async fn dispatched(
        &self,
        cx: &CallContext,
        fence: u64,
        totals: &PlanTotals,
        not_after: Duration,
    ) -> Result<()> {
        self.inner.dispatched(cx, fence, totals, not_after).await
    }

    async fn close(
        &self,
        cx: &CallContext,
        fence: u64,
        calls: Calls,
        error: Option<&str>,
    ) -> Result<Receipt> {
        self.check(Fault::Close)?;
        self.inner.close(cx, fence, calls, error).await
    }

    async fn usual_due(&self, cx: &CallContext, limit: u32, within: Duration) -> Result<Vec<u64>> {
        self.inner.usual_due(cx, limit, within).await
    }

    async fn reap(&self, cx: &CallContext) -> Result<Vec<Receipt>> {
        self.inner.reap(cx).await
    }
}

#[async_trait]
impl<T: RecordLedger> RecordLedger for Faulty<T> {
    async fn load(&self, cx: &CallContext, keys: &[RecordKey]) -> Result<Vec<RecordState>> {
        self.inner.load(cx, keys).await
    }

    async fn claim(&self, cx: &CallContext, request: ClaimRequest<'_>) -> Result<Vec<Claimed>> {
        self.check(Fault::Claim)?;
        self.inner.claim(cx, request).await
    }

    async fn settle(&self, cx: &CallContext, request: SettleRequest<'_>) -> Result<SettleReport> {
        self.check(Fault::Settle)?;
        self.inner.settle(cx, request).await
    }
}
