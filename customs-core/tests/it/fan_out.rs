//! Workers that share one rate without knowing of each other.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use customs_core::layers::{Pace, RateLimit};
use customs_core::memory::{MemoryCustoms, MemoryDispatcher, MemorySource};
use customs_core::{
    CallContext, Chunk, Clock, CustomsAnswer, CustomsApi, CustomsQuery, FanOut, FetchRequest, Instance, Lane,
    Page, Pipeline, Rate, Result, ServiceId, SourceSystem, TestClock, Trigger,
};
use jiff::{SignedDuration, Timestamp};
use tokio::time::Instant;

use crate::rig::{Rig, counts, key};

const LATENCY: Duration = Duration::from_secs(2);

/// Answers after a while.
#[derive(Debug)]
struct Slow(MemoryCustoms);

#[async_trait]
impl CustomsApi for Slow {
    fn supports(&self, service: &ServiceId) -> bool {
        self.0.supports(service)
    }

    async fn query(&self, cx: &CallContext, query: &CustomsQuery) -> Result<CustomsAnswer> {
        let answer = self.0.query(cx, query).await;
        tokio::time::sleep(LATENCY).await;
        answer
    }
}

/// A worker's clock, which is not quite right.
#[derive(Debug)]
struct Skewed(TestClock, i64);

impl Clock for Skewed {
    fn now(&self) -> Timestamp {
        self.0.now() + SignedDuration::from_millis(self.1)
    }
}

/// 20 calls a second and 5 at once; answers take 2 s and a worker has 10 calls under way, so four workers are useful.
fn rig(records: usize, reserve: f64) -> Rig {
    let mut rig = Rig::new(records);
    rig.job.page_size = 250;
    rig.job.chunk_size = 100;
    rig.job.fan_out = Some(FanOut {
        rate: Some(Rate {
            per_second: 20.0,
            burst: 5,
        }),
        latency: LATENCY,
        urgent_reserve: reserve,
        max_width: 50,
    });
    rig
}

async fn planned(rig: &Rig, trigger: Trigger) -> Vec<Chunk> {
    let chunks = MemoryDispatcher::new();
    rig.pipeline().plan(trigger, &chunks, None).await.unwrap();
    chunks.chunks()
}

/// A worker of its own: it shares ledger and systems with the others, and no rate.
fn worker(rig: &Rig, skew_ms: i64) -> Pipeline {
    let mut parts = rig.parts();
    parts.customs = Arc::new(RateLimit::new(Slow(rig.customs.clone()), Pace::new(10), None));
    let instance = Instance::new("worker", false);
    Pipeline::with(
        rig.job.clone(),
        parts,
        instance,
        Arc::new(Skewed(rig.clock, skew_ms)),
    )
}

/// The most calls that arrived within any second.
fn busiest(arrivals: &[Instant]) -> usize {
    let within = |i: usize| {
        let end = arrivals[i] + Duration::from_secs(1);
        arrivals[i..].iter().take_while(|t| **t < end).count()
    };
    (0..arrivals.len()).map(within).max().unwrap_or(0)
}

#[tokio::test(start_paused = true)]
async fn four_workers_share_a_rate_under_skewed_clocks_late_starts_and_duplicates() {
    let rig = rig(800, 0.0);
    let chunks = planned(&rig, Trigger::Schedule).await;
    assert_eq!(chunks.len(), 8);
    let first_wave = rig.clock.now() + SignedDuration::from_millis(999);
    assert_eq!(
        chunks
            .iter()
            .filter(|c| c.not_before.unwrap() <= first_wave)
            .count(),
        4
    );
    let mut work = tokio::task::JoinSet::new();
    for chunk in chunks {
        let (skew, late) = (
            [-40, 0, 25, 50][chunk.index as usize % 4],
            u64::from(chunk.index) * 110,
        );
        // The queue's clock is right; it hands over when the chunk's time has come, and a little later.
        let queued = chunk.early_by(rig.clock.now());
        // Each chunk is delivered twice: the second delivery takes no turn.
        for copy in [chunk.clone(), chunk] {
            let worker = worker(&rig, skew);
            work.spawn(async move {
                tokio::time::sleep(queued + Duration::from_millis(late)).await;
                worker.process(copy, None).await
            });
        }
    }
    while work.join_next().await.is_some() {}

    let arrivals = rig.customs.asked_at();
    assert_eq!(arrivals.len(), 800, "each record was asked once");
    assert!(
        busiest(&arrivals) <= 25,
        "{} calls in a second",
        busiest(&arrivals)
    );
    let whole = arrivals[799] - arrivals[0];
    let (from, to) = (arrivals[0] + whole / 10, arrivals[799] - whole / 10);
    let middle = arrivals.iter().filter(|t| (from..to).contains(t)).count() as f64;
    let used = middle / (20.0 * (to - from).as_secs_f64());
    println!(
        "{} calls in the busiest second, {used:.3} of the rate used",
        busiest(&arrivals)
    );
    assert!(used >= 0.9, "{used:.3} of the rate was used");

    // The next plan closes the run, and its receipt adds up.
    let receipts = rig.parts().runs.reap(&context()).await.unwrap();
    assert_eq!(counts(&receipts[0]), [800, 0, 0, 0, 0]);
}

fn context() -> CallContext {
    CallContext::new("1000".into(), "import-cargo".into(), "r".into())
}

#[tokio::test(start_paused = true)]
async fn an_urgent_chunk_takes_the_reserve_and_slows_no_other_down() {
    let rig = rig(200, 0.25);
    let normal = planned(&rig, Trigger::Schedule).await;
    let urgent = planned(&rig, Trigger::Keys(vec![key(0)])).await;
    // 15 a second need three workers; the reserve of 5 a second is for one process.
    let rates = |chunks: &[Chunk]| chunks.iter().map(|c| c.rate.unwrap()).collect::<Vec<_>>();
    assert_eq!(rates(&normal), [5.0, 5.0]);
    assert_eq!(rates(&urgent), [5.0]);
    assert_eq!(rig.job.fan_out.unwrap().width(Lane::Urgent, 10), 1);
}

#[tokio::test(start_paused = true)]
async fn a_wave_after_the_end_of_the_run_is_left_for_the_next() {
    let mut rig = rig(2_000, 0.0);
    rig.job.deadline = Duration::from_secs(60);
    let chunks = MemoryDispatcher::new();
    let totals = rig
        .pipeline()
        .plan(Trigger::Schedule, &chunks, None)
        .await
        .unwrap();
    // Waves of 22 s: three begin within the minute.
    assert_eq!((totals.due, totals.dispatched), (2_000, 1_200));
    assert_eq!(totals.tally.deferred["deadline"], 800);
}

#[tokio::test(start_paused = true)]
async fn a_chunk_that_comes_late_loses_turns_only_where_another_one_waits_for_them() {
    let rig = rig(500, 0.0);
    let chunks = planned(&rig, Trigger::Schedule).await;
    // The fifth one has the first one's slot after it.
    let (first, last) = (chunks[0].clone(), chunks[4].clone());
    assert_eq!(last.not_before.unwrap(), first.slice_ends.unwrap());
    tokio::time::sleep(Duration::from_secs(11)).await;
    let report = worker(&rig, 0).process(first, None).await;
    // 22 s of turns, eleven of them gone: 55 calls are left at five a second.
    assert_eq!((report.tally.pushed, report.tally.deferred["deadline"]), (55, 45));
    // Behind the others nobody waits: however late they come, they have the time until the run ends.
    for chunk in [chunks[1].clone(), last] {
        assert_eq!(chunk.slice_ends, Some(chunk.not_after));
        let late = chunk.early_by(rig.clock.now()) + Duration::from_secs(11);
        tokio::time::sleep(late).await;
        let report = worker(&rig, 0).process(chunk, None).await;
        assert_eq!(report.tally.pushed, 100, "{:?}", report.tally);
    }
    assert_eq!(rig.customs.asked_at().len(), 255);
}

/// A due list that takes 15 s for each page.
#[derive(Debug)]
struct SlowSource(MemorySource);

#[async_trait]
impl SourceSystem for SlowSource {
    async fn fetch(&self, cx: &CallContext, request: FetchRequest) -> Result<Page> {
        tokio::time::sleep(Duration::from_secs(15)).await;
        self.0.fetch(cx, request).await
    }
}

#[tokio::test(start_paused = true)]
async fn reading_slowly_costs_no_turns() {
    let mut rig = rig(1_000, 0.0);
    rig.job.page_size = 200;
    let mut parts = rig.parts();
    parts.source = Arc::new(SlowSource(rig.source.clone()));
    let instance = Instance::new("planner", false);
    let planner = Pipeline::with(rig.job.clone(), parts, instance, Arc::new(rig.clock));
    let (begun, handed_over) = (rig.clock.now(), MemoryDispatcher::new());
    planner.plan(Trigger::Schedule, &handed_over, None).await.unwrap();
    let chunks = handed_over.chunks();
    let after = |i: usize| chunks[i].not_before.unwrap().duration_since(begun).as_millis();
    // Four slots; a chunk of each is kept back until the end of the list is known. The slices begin when they are handed out.
    let begins: Vec<_> = (0..10).map(after).collect();
    assert_eq!(begins[..4], [45_000, 45_050, 60_100, 60_150], "{begins:?}");
    assert!(begins[4..].iter().all(|at| *at >= 75_000), "{begins:?}");
}

#[tokio::test(start_paused = true)]
async fn in_one_process_the_rate_is_not_divided() {
    let rig = rig(800, 0.0);
    let start = Instant::now();
    let receipt = rig.run().await;
    assert_eq!(counts(&receipt), [800, 0, 0, 0, 0]);
    assert!(
        start.elapsed() < Duration::from_secs(1),
        "no chunk waits for a wave"
    );
}
