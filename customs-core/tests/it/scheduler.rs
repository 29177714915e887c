//! The scheduler on virtual time.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use customs_core::memory::MemoryUrgentQueue;
use customs_core::{
    Ask, Board, CallContext, ClaimRequest, Claimed, Clock, CustomsAnswer, CustomsApi, CustomsQuery, DeskJob,
    Error, ErrorKind, KeyRule, LedgerReader as _, Parts, Pipeline, Planned, RecordKey, RecordLedger,
    RecordState, RequestId, RequestRow, RequestStatus, Result, RunStatus, Scheduler, ServiceId, SettleReport,
    SettleRequest, Timetable, UrgentDesk, UrgentQueue as _, Which,
};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::rig::{Rig, key};

const MINUTE: Duration = Duration::from_secs(60);
const GRACE: Duration = Duration::from_secs(30);

/// A record ledger that is away.
#[derive(Debug)]
pub(crate) struct NoRecords;

#[async_trait]
impl RecordLedger for NoRecords {
    async fn load(&self, _: &CallContext, _: &[RecordKey]) -> Result<Vec<RecordState>> {
        Err(Error::new(ErrorKind::Ledger, "away"))
    }
    async fn claim(&self, _: &CallContext, _: ClaimRequest<'_>) -> Result<Vec<Claimed>> {
        Err(Error::new(ErrorKind::Ledger, "away"))
    }
    async fn settle(&self, _: &CallContext, _: SettleRequest<'_>) -> Result<SettleReport> {
        Err(Error::new(ErrorKind::Ledger, "away"))
    }
}

/// Customs that takes its time, and panics or hangs when it is told to.
#[derive(Debug)]
struct Moody {
    inner: Arc<dyn CustomsApi>,
    latency: Duration,
    mood: fn(u64) -> Mood,
    calls: AtomicU64,
}

#[derive(Debug, PartialEq, Eq)]
enum Mood {
    Good,
    Fails,
    Hangs,
}

#[async_trait]
impl CustomsApi for Moody {
    fn supports(&self, service: &ServiceId) -> bool {
        self.inner.supports(service)
    }
    async fn query(&self, cx: &CallContext, query: &CustomsQuery) -> Result<CustomsAnswer> {
        let call = self.calls.fetch_add(1, Ordering::Relaxed);
        tokio::time::sleep(self.latency).await;
        match (self.mood)(call) {
            Mood::Good => self.inner.query(cx, query).await,
            Mood::Fails => Err(Error::new(ErrorKind::Unavailable, "5 %")
                .code("connect")
                .transient()),
            Mood::Hangs => std::future::pending().await,
        }
    }
}

/// A record ledger that panics at every `n`-th claim.
#[derive(Debug)]
struct Panics {
    inner: Arc<dyn RecordLedger>,
    claims: AtomicU64,
    n: u64,
}

#[async_trait]
impl RecordLedger for Panics {
    async fn load(&self, cx: &CallContext, keys: &[RecordKey]) -> Result<Vec<RecordState>> {
        let claim = self.claims.fetch_add(1, Ordering::Relaxed);
        assert!(!(claim + 1).is_multiple_of(self.n), "a bug");
        self.inner.load(cx, keys).await
    }
    async fn claim(&self, cx: &CallContext, request: ClaimRequest<'_>) -> Result<Vec<Claimed>> {
        self.inner.claim(cx, request).await
    }
    async fn settle(&self, cx: &CallContext, request: SettleRequest<'_>) -> Result<SettleReport> {
        self.inner.settle(cx, request).await
    }
}

/// A scheduler at work.
pub(crate) struct AtWork {
    pub(crate) board: Board,
    desk: UrgentDesk,
    stop: oneshot::Sender<()>,
    task: JoinHandle<bool>,
}

impl AtWork {
    pub(crate) fn start(
        rig: &Rig,
        pipeline: Pipeline,
        timetable: Timetable,
        queue: &MemoryUrgentQueue,
    ) -> Self {
        Self::start_put_off(rig, pipeline, timetable, Duration::ZERO, queue)
    }

    fn start_put_off(
        rig: &Rig,
        pipeline: Pipeline,
        timetable: Timetable,
        jitter: Duration,
        queue: &MemoryUrgentQueue,
    ) -> Self {
        let clock: Arc<dyn Clock> = rig.clock();
        let job = DeskJob {
            company: "1000".into(),
            job: "import-cargo".into(),
            kind: "API".to_owned(),
            rule: KeyRule::new("{company}/{number|pad:5}".parse().unwrap()).unwrap(),
        };
        let desk = UrgentDesk::new(vec![job], Arc::new(queue.clone()), clock.clone());
        let planned = Planned {
            pipeline,
            timetable,
            jitter,
        };
        let scheduler = Scheduler::new(vec![planned], desk.clone(), clock);
        let (stop, stopped) = oneshot::channel();
        let board = scheduler.board();
        let task = tokio::spawn(async move {
            let stopped = async {
                let _ = stopped.await;
            };
            scheduler.run(stopped, GRACE).await
        });
        Self {
            board,
            desk,
            stop,
            task,
        }
    }

    pub(crate) async fn end(self) -> bool {
        self.stop.send(()).unwrap();
        self.task.await.unwrap()
    }

    pub(crate) async fn ask(&self, numbers: &[&str]) -> RequestId {
        let ask = Ask {
            which: Which::Kind("API".to_owned()),
            numbers: numbers.iter().map(|n| (*n).to_owned()).collect(),
        };
        self.desk.ask("erp", &[ask]).await.unwrap()[0].id.clone()
    }

    async fn request(&self, id: &RequestId) -> RequestRow {
        self.desk.queue().find(id).await.unwrap().unwrap()
    }
}

fn queue(rig: &Rig) -> MemoryUrgentQueue {
    MemoryUrgentQueue::new(rig.clock())
}

fn moody(rig: &Rig, latency: Duration, mood: fn(u64) -> Mood) -> Parts {
    let parts = rig.parts();
    Parts {
        customs: Arc::new(Moody {
            inner: parts.customs.clone(),
            latency,
            mood,
            calls: AtomicU64::new(0),
        }),
        ..parts
    }
}

pub(crate) fn every(interval: Duration) -> Timetable {
    Timetable::Every(interval)
}

#[tokio::test(start_paused = true)]
async fn a_job_runs_at_the_start_and_at_each_interval() {
    let rig = Rig::new(10);
    let work = AtWork::start(&rig, rig.pipeline(), every(5 * MINUTE), &queue(&rig));
    tokio::time::sleep(MINUTE).await;
    let job = &work.board.jobs()[0];
    assert_eq!((job.totals.succeeded, job.totals.pushed), (1, 10));
    assert_eq!(job.next_at.unwrap().to_string(), "2026-11-23T03:05:00Z");
    tokio::time::sleep(20 * MINUTE).await;
    assert_eq!(work.board.jobs()[0].totals.succeeded, 5);
    assert!(work.end().await);
}

#[tokio::test(start_paused = true)]
async fn a_start_is_put_off_by_less_than_the_jitter_and_the_ticks_stay() {
    fastrand::seed(7);
    let rig = Rig::new(1);
    let began = rig.clock().now();
    let work = AtWork::start_put_off(&rig, rig.pipeline(), every(5 * MINUTE), MINUTE, &queue(&rig));
    let mut put_off = Vec::new();
    // A minute after each tick its run is over.
    tokio::time::sleep(MINUTE).await;
    for tick in 1..=12_u32 {
        let job = &work.board.jobs()[0];
        assert_eq!(job.totals.succeeded, u64::from(tick));
        let later = job.next_at.unwrap().duration_since(began + 5 * MINUTE * tick);
        assert!(
            !later.is_negative() && later < MINUTE.try_into().unwrap(),
            "{later}"
        );
        put_off.push(later);
        tokio::time::sleep(5 * MINUTE).await;
    }
    assert!(put_off.windows(2).all(|two| two[0] != two[1]), "{put_off:?}");
    assert!(work.end().await);
}

#[tokio::test(start_paused = true)]
async fn a_job_runs_at_times_of_day() {
    let rig = Rig::new(1);
    // It is noon in Korea.
    let timetable = Timetable::cron("30 12 * * *", "Asia/Seoul").unwrap();
    let work = AtWork::start(&rig, rig.pipeline(), timetable, &queue(&rig));
    tokio::time::sleep(29 * MINUTE).await;
    assert_eq!(work.board.jobs()[0].totals.succeeded, 0);
    tokio::time::sleep(2 * MINUTE).await;
    assert_eq!(work.board.jobs()[0].totals.succeeded, 1);
    tokio::time::sleep(24 * 60 * MINUTE).await;
    assert_eq!(work.board.jobs()[0].totals.succeeded, 2);
    assert!(work.end().await);
}

#[tokio::test(start_paused = true)]
async fn runs_never_overlap_and_what_is_skipped_is_counted() {
    let rig = Rig::new(10);
    // Ten records, one after the other, 90 s each: 15 minutes in an interval of 5.
    let mut job = rig.job.clone();
    (job.in_flight, job.chunk_size, job.deadline) = (1, 100, 60 * MINUTE);
    let parts = moody(&rig, Duration::from_secs(90), |_| Mood::Good);
    let pipeline = Pipeline::with(job, parts, customs_core::Instance::new("test", true), rig.clock());
    let work = AtWork::start(&rig, pipeline, every(5 * MINUTE), &queue(&rig));
    tokio::time::sleep(7 * MINUTE).await;
    let job = &work.board.jobs()[0];
    assert_eq!(job.running.len(), 1);
    assert!(job.running[0].due == 10 && job.next_at.is_none(), "{job:?}");
    tokio::time::sleep(12 * MINUTE).await;
    let totals = work.board.jobs()[0].totals;
    assert_eq!(
        (totals.succeeded, totals.skipped),
        (1, 3),
        "ticks at 5, 10 and 15 minutes"
    );
    assert!(work.end().await);
}

#[tokio::test(start_paused = true)]
async fn an_urgent_request_is_done_at_once_beside_a_full_run() {
    let rig = Rig::new(200);
    let parts = moody(&rig, Duration::from_secs(1), |_| Mood::Good);
    let work = AtWork::start(&rig, rig.pipeline_of(parts), every(60 * MINUTE), &queue(&rig));
    tokio::time::sleep(Duration::from_secs(2)).await;
    let id = work.ask(&["00190", "99"]).await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    let row = work.request(&id).await;
    let done = row.done.unwrap();
    let said: Vec<_> = done
        .records
        .iter()
        .map(|r| (r.key.as_str(), r.outcome.as_str()))
        .collect();
    assert_eq!(said, [("1000/00190", "pushed"), ("1000/00099", "pushed")]);
    assert_eq!(
        (row.status, done.receipt.status),
        (RequestStatus::Done, RunStatus::Succeeded)
    );
    assert_eq!(work.board.jobs()[0].running.len(), 1, "the full run goes on");
    assert!(work.end().await);
}

#[tokio::test(start_paused = true)]
async fn a_full_run_may_be_asked_for() {
    let rig = Rig::new(3);
    let queue = queue(&rig);
    let timetable = Timetable::cron("0 0 * * *", "Asia/Seoul").unwrap();
    let work = AtWork::start(&rig, rig.pipeline(), timetable, &queue);
    let which = Which::Named {
        company: None,
        job: None,
    };
    let request = work.desk.ask_for_all("console", &which).await.unwrap();
    tokio::time::sleep(Duration::from_secs(1)).await;
    let row = work.request(&request.id).await;
    assert_eq!(row.done.unwrap().receipt.pushed, 3);
    assert!(work.end().await);
}

#[tokio::test(start_paused = true)]
async fn what_another_process_accepted_is_found() {
    let rig = Rig::new(3);
    let queue = queue(&rig);
    let work = AtWork::start(&rig, rig.pipeline(), every(60 * MINUTE), &queue);
    tokio::time::sleep(MINUTE).await;
    let request = customs_core::UrgentRequest {
        id: "U-other".into(),
        company: "1000".into(),
        job: "import-cargo".into(),
        keys: vec![key(1)],
        by: "elsewhere".to_owned(),
        at: rig.clock.now(),
    };
    queue.accept(&[request]).await.unwrap();
    tokio::time::sleep(Duration::from_secs(6)).await;
    assert_eq!(work.request(&"U-other".into()).await.status, RequestStatus::Done);
    assert!(work.end().await);
}

#[tokio::test(start_paused = true)]
async fn a_panic_is_reported_and_the_job_goes_on() {
    let rig = Rig::new(3);
    let mut parts = rig.parts();
    parts.records = Arc::new(Panics {
        inner: parts.records.clone(),
        claims: AtomicU64::new(0),
        n: 2,
    });
    let work = AtWork::start(&rig, rig.pipeline_of(parts), every(5 * MINUTE), &queue(&rig));
    tokio::time::sleep(21 * MINUTE).await;
    let totals = work.board.jobs()[0].totals;
    assert_eq!((totals.succeeded, totals.broken), (3, 2), "{totals:?}");
    let reports = rig.reporter.reports();
    assert_eq!(reports.len(), 2);
    assert!(
        reports[0].error.message.contains("the run panicked"),
        "{reports:?}"
    );
    assert!(work.board.jobs()[0].running.is_empty());
    assert!(work.end().await);
}

#[tokio::test(start_paused = true)]
async fn an_urgent_request_whose_run_panics_is_done_and_failed() {
    let rig = Rig::new(3);
    let parts = Parts {
        source: Arc::new(PanickingSource),
        ..rig.parts()
    };
    let timetable = Timetable::cron("0 0 * * *", "Asia/Seoul").unwrap();
    let work = AtWork::start(&rig, rig.pipeline_of(parts), timetable, &queue(&rig));
    let id = work.ask(&["1"]).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    let row = work.request(&id).await;
    let receipt = row.done.unwrap().receipt;
    assert_eq!(receipt.status, RunStatus::Failed);
    assert!(receipt.error.unwrap().contains("the run panicked"));
    assert!(work.end().await);
}

#[derive(Debug)]
struct PanickingSource;

#[async_trait]
impl customs_core::SourceSystem for PanickingSource {
    #[expect(clippy::panic, reason = "the panic is what is tested")]
    async fn fetch(&self, _: &CallContext, _: customs_core::FetchRequest) -> Result<customs_core::Page> {
        panic!("a bug")
    }
}

#[tokio::test(start_paused = true)]
async fn stopping_settles_what_was_asked_and_keeps_what_was_not() {
    let rig = Rig::new(100);
    let mut job = rig.job.clone();
    job.in_flight = 2;
    let parts = moody(&rig, Duration::from_secs(1), |_| Mood::Good);
    let pipeline = Pipeline::with(job, parts, customs_core::Instance::new("test", true), rig.clock());
    let queue = queue(&rig);
    let work = AtWork::start(&rig, pipeline, every(60 * MINUTE), &queue);
    tokio::time::sleep(Duration::from_millis(10)).await;
    let many: Vec<String> = (0..60).map(|n| n.to_string()).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let id = work.ask(&many).await;
    tokio::time::sleep(Duration::from_millis(4500)).await;
    let (board, begun) = (work.board.clone(), tokio::time::Instant::now());
    let row = work.request(&id).await;
    assert_eq!(row.status, RequestStatus::Running);
    assert!(work.end().await, "everything is settled");
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    let jobs = board.jobs();
    let (_, receipt) = jobs[0].last.clone().unwrap();
    assert!(
        receipt.balanced && receipt.reasons.deferred.contains_key("stopped"),
        "{receipt:?}"
    );
    assert!(jobs[0].totals.pushed > 0);
    let row = queue.find(&id).await.unwrap().unwrap();
    assert_eq!(row.status, RequestStatus::Waiting, "for the next process");
    let open = rig.ledger.runs(9).await.unwrap();
    assert!(open.iter().all(|r| r.closed_at.is_some()), "{open:?}");

    let next = AtWork::start(&rig, rig.pipeline(), every(60 * MINUTE), &queue);
    tokio::time::sleep(MINUTE).await;
    let row = next.request(&id).await;
    assert_eq!(row.done.unwrap().records.len(), 60);
    assert!((0..100).all(|n| rig.held(n).is_some()));
    assert!(next.end().await);
}

#[tokio::test(start_paused = true)]
async fn stopping_ends_in_its_bound_whatever_hangs() {
    let rig = Rig::new(3);
    let sink = crate::scheduler::HangingSink;
    let parts = Parts {
        sink: Arc::new(sink),
        ..rig.parts()
    };
    let work = AtWork::start(&rig, rig.pipeline_of(parts), every(5 * MINUTE), &queue(&rig));
    tokio::time::sleep(Duration::from_secs(1)).await;
    let begun = tokio::time::Instant::now();
    assert!(!work.end().await);
    assert_eq!(begun.elapsed(), GRACE);
}

#[derive(Debug)]
pub(crate) struct HangingSink;

#[async_trait]
impl customs_core::Sink for HangingSink {
    fn max_batch(&self) -> usize {
        10
    }
    fn idempotency(&self) -> customs_core::Idempotency {
        customs_core::Idempotency::ByKey
    }
    async fn deliver(
        &self,
        _: &CallContext,
        _: &[customs_core::Delivery],
    ) -> Result<Vec<customs_core::Outcome>> {
        std::future::pending().await
    }
}

/// Three days at an interval of five minutes, and five calls in a hundred fail, one in a thousand hangs.
#[tokio::test(start_paused = true)]
async fn three_days_with_faults_leave_no_run_stuck() {
    let rig = Rig::new(20);
    let mood = |call: u64| match call {
        n if n % 1000 == 999 => Mood::Hangs,
        n if n % 20 == 7 => Mood::Fails,
        _ => Mood::Good,
    };
    let queue = queue(&rig);
    let work = AtWork::start(
        &rig,
        rig.pipeline_of(moody(&rig, Duration::from_millis(100), mood)),
        every(5 * MINUTE),
        &queue,
    );
    let mut requests = Vec::new();
    for hour in 0..72 {
        tokio::time::sleep(60 * MINUTE).await;
        requests.push(work.ask(&[&(hour % 20).to_string()]).await);
        rig.found(
            hour % 20,
            if (hour / 20) % 2 == 0 {
                "반입신고"
            } else {
                "반출완료"
            },
        );
    }
    tokio::time::sleep(11 * MINUTE).await;
    let totals = work.board.jobs()[0].totals;
    let runs = rig.ledger.runs(u32::MAX).await.unwrap();
    assert!(work.board.jobs()[0].running.is_empty());
    assert!(
        runs.iter().all(|r| r.closed_at.is_some() && r.receipt.balanced),
        "each run is closed and balances"
    );
    assert_eq!((totals.broken, totals.skipped), (0, 0));
    // One run each five minutes of 72 hours and eleven minutes, and one for each request.
    assert_eq!(
        totals.succeeded + totals.failed_runs,
        72 * 12 + 3 + 72,
        "{totals:?}"
    );
    assert_eq!(totals.failed_runs, 0, "{totals:?}");
    assert!(totals.failed > 500 && totals.pushed > 80, "{totals:?}");
    for id in requests {
        assert_eq!(work.request(&id).await.status, RequestStatus::Done);
    }
    assert!(work.end().await);
}
