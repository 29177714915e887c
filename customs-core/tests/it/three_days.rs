//! Three days of virtual time leave nothing behind in the process.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use customs_core::memory::{MemorySource, MemoryUrgentQueue};
use customs_core::{
    CallContext, ClearanceState, CustomsAnswer, CustomsApi, CustomsQuery, Delivery, Error, ErrorKind,
    ForgetRequest, Idempotency, Keep, Outcome, Parts, Phase, Records, Result, Retention as _, RunId,
    ServiceId, Sink, UrgentQueue as _, Verdict,
};

use crate::rig::{Rig, due};
use crate::scheduler::{AtWork, every};

const HOUR: Duration = Duration::from_secs(3600);
const RECORDS: usize = 20;

/// Customs that keeps nothing of what it is asked. Five calls in a hundred fail, and each hour brings another state.
#[derive(Debug)]
struct Forgetful(AtomicU64);

#[async_trait]
impl CustomsApi for Forgetful {
    fn supports(&self, _: &ServiceId) -> bool {
        true
    }

    async fn query(&self, _: &CallContext, query: &CustomsQuery) -> Result<CustomsAnswer> {
        let call = self.0.fetch_add(1, Ordering::Relaxed);
        tokio::time::sleep(Duration::from_millis(100)).await;
        if call % 20 == 7 {
            let error = Error::new(ErrorKind::Unavailable, "5 %").code("connect");
            return Err(error.transient());
        }
        let status = ["반입신고", "수입신고", "반출완료"][(call / 240 % 3) as usize];
        let mut records = Records::new();
        records.push(
            "cargCsclPrgsInfoQryVo",
            query.params.iter().chain([("csclPrgsStts", status)]),
        );
        Ok(CustomsAnswer {
            verdict: Verdict::Found,
            records,
            state: Some(ClearanceState {
                status: status.to_owned(),
                as_of: None,
                phase: Phase::Moving,
            }),
            notice: None,
            drift: 0,
        })
    }
}

/// SAP that takes everything and keeps nothing.
#[derive(Debug)]
struct Swallows;

#[async_trait]
impl Sink for Swallows {
    fn max_batch(&self) -> usize {
        10
    }

    fn idempotency(&self) -> Idempotency {
        Idempotency::ByKey
    }

    async fn deliver(&self, _: &CallContext, items: &[Delivery]) -> Result<Vec<Outcome>> {
        Ok(items.iter().map(|_| Ok(())).collect())
    }
}

/// The ledger and the queue keep six hours, as a database would keep what it keeps outside of the process.
async fn forget(rig: &Rig, queue: &MemoryUrgentQueue) {
    let keep = Keep {
        dead_letters: 6 * HOUR,
        outcomes: 6 * HOUR,
        errors: 6 * HOUR,
        events: 6 * HOUR,
        events_of_a_record: 20,
        runs: 6 * HOUR,
        records: 6 * HOUR,
    };
    let request = ForgetRequest {
        keep,
        limit: u32::MAX,
        rest: Duration::ZERO,
    };
    let cx = CallContext::new("1000".into(), "import-cargo".into(), RunId::from("sweep"));
    rig.ledger.forget(&cx, &request).await.unwrap();
    queue.forget(Keep::before(rig.now(), 6 * HOUR)).await.unwrap();
}

/// Counted are the bytes that this thread takes and does not give back, whatever tests run beside it.
#[test]
fn three_days_leave_no_memory_behind() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap();
    let (rig, queue, work) = runtime.block_on(async {
        let rig = Rig::new(RECORDS);
        let queue = MemoryUrgentQueue::new(rig.clock());
        let parts = Parts {
            source: Arc::new(MemorySource::new((0..RECORDS).map(due))),
            customs: Arc::new(Forgetful(AtomicU64::new(0))),
            sink: Arc::new(Swallows),
            reporter: Arc::new(rig.ledger.clone()),
            ..rig.parts()
        };
        let work = AtWork::start(
            &rig,
            rig.pipeline_of(parts),
            every(Duration::from_secs(300)),
            &queue,
        );
        (rig, queue, work)
    });
    let mut left = Vec::new();
    let mut taken = 0;
    for _day in 0..3 {
        let change = allocation_counter::measure(|| {
            runtime.block_on(async {
                for hour in 0..24 {
                    tokio::time::sleep(HOUR).await;
                    work.ask(&[&(hour % RECORDS).to_string()]).await;
                }
                // The last request is through, and the next run has not begun.
                tokio::time::sleep(Duration::from_secs(60)).await;
                forget(&rig, &queue).await;
            });
        });
        left.push(change.bytes_current);
        taken = change.bytes_total;
    }
    let totals = work.board.jobs()[0].totals;
    assert!(
        totals.succeeded > 900 && totals.failed > 500 && totals.pushed > 500,
        "{totals:?}"
    );
    // A day takes and gives back many millions of bytes. A hundred kept by each of its 312 runs would show.
    assert!(taken > 10_000_000, "{taken}");
    for day in &left[1..] {
        assert!(
            day.abs() < 30_000,
            "bytes left by each day: {left:?}, taken in one: {taken}"
        );
    }
    assert!(runtime.block_on(work.end()));
}
