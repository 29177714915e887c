//! Urgent requests where workers elsewhere share the rate.

use std::sync::Arc;
use std::time::Duration;

use customs_core::layers::{Pace, RateLimit};
use customs_core::memory::{MemoryDispatcher, MemoryUrgentQueue};
use customs_core::{
    Clock, FanOut, Instance, Pipeline, Rate, RecordKey, RequestRow, RequestStatus, TakeRequests, Trigger,
    UrgentQueue, UrgentRequest, UrgentShift,
};
use tokio::time::Instant;

use crate::rig::{Rig, due, key};

/// 20 calls a second and 5 at once, of which two a second are kept for urgent requests.
fn rig(records: usize) -> (Rig, MemoryUrgentQueue) {
    let mut rig = Rig::new(records);
    rig.job.page_size = 500;
    rig.job.chunk_size = 100;
    rig.job.fan_out = Some(FanOut {
        rate: Some(Rate {
            per_second: 20.0,
            burst: 5,
        }),
        latency: Duration::from_millis(100),
        urgent_reserve: 0.1,
        max_width: 50,
    });
    let queue = MemoryUrgentQueue::new(rig.clock());
    (rig, queue)
}

/// A function of its own.
fn function(rig: &Rig) -> Pipeline {
    let mut parts = rig.parts();
    parts.customs = Arc::new(RateLimit::new(rig.customs.clone(), Pace::new(10), None));
    Pipeline::with(
        rig.job.clone(),
        parts,
        Instance::new("function", false),
        rig.clock(),
    )
}

fn shift(rig: &Rig, queue: &MemoryUrgentQueue, time: Duration) -> UrgentShift {
    let queue = Arc::new(queue.clone());
    UrgentShift::new(&[function(rig)], queue, rig.clock(), Instant::now() + time)
}

async fn ask(rig: &Rig, queue: &MemoryUrgentQueue, id: &str, keys: impl IntoIterator<Item = usize>) {
    let request = UrgentRequest {
        id: id.into(),
        company: "1000".into(),
        job: "import-cargo".into(),
        keys: keys.into_iter().map(key).collect(),
        by: "erp".to_owned(),
        at: rig.clock.now(),
    };
    queue.accept(&[request]).await.unwrap();
}

async fn found(queue: &MemoryUrgentQueue, id: &str) -> RequestRow {
    queue.find(&id.into()).await.unwrap().unwrap()
}

const MINUTE: Duration = Duration::from_secs(60);

#[tokio::test(start_paused = true)]
async fn calls_that_come_again_and_again_find_nothing_left_and_keep_to_the_reserve() {
    let (rig, queue) = rig(30);
    let begun = Instant::now();
    // Each request calls a function, and each call is delivered five times.
    for i in 0..10 {
        ask(&rig, &queue, &format!("U{i}"), [i]).await;
        for _ in 0..5 {
            shift(&rig, &queue, MINUTE).work().await.unwrap();
        }
    }
    let at: Vec<_> = rig.customs.asked_at().iter().map(|t| *t - begun).collect();
    assert_eq!(at.len(), 10, "each record was asked once");
    for pair in at.windows(2) {
        assert!(pair[1] - pair[0] >= Duration::from_millis(499), "{at:?}");
    }
    for i in 0..10 {
        let row = found(&queue, &format!("U{i}")).await;
        assert_eq!(row.status, RequestStatus::Done);
        assert_eq!(row.done.unwrap().records[0].outcome, "pushed");
    }
}

#[tokio::test(start_paused = true)]
async fn with_a_full_run_beside_it_the_quota_is_kept() {
    let (rig, queue) = rig(300);
    let chunks = MemoryDispatcher::new();
    function(&rig)
        .plan(Trigger::Schedule, &chunks, None)
        .await
        .unwrap();
    // Records that the full run does not have.
    for i in 300..320 {
        rig.source.put(due(i));
        rig.found(i, "반출완료");
    }
    for i in 0..4 {
        let from = 300 + i * 5;
        ask(&rig, &queue, &format!("U{i}"), from..from + 5).await;
    }
    let mut work = tokio::task::JoinSet::new();
    for chunk in chunks.chunks() {
        let worker = function(&rig);
        work.spawn(async move {
            worker.process(chunk, None).await;
        });
    }
    for _ in 0..3 {
        let shift = shift(&rig, &queue, MINUTE);
        work.spawn(async move {
            shift.work().await.unwrap();
        });
    }
    while work.join_next().await.is_some() {}
    let arrivals = rig.customs.asked_at();
    let within = |i: usize| {
        let end = arrivals[i] + Duration::from_secs(1);
        arrivals[i..].iter().take_while(|t| **t < end).count()
    };
    let busiest = (0..arrivals.len()).map(within).max().unwrap();
    assert_eq!(arrivals.len(), 320);
    assert!(busiest <= 25, "{busiest} calls in a second");
    for i in 0..4 {
        assert_eq!(found(&queue, &format!("U{i}")).await.status, RequestStatus::Done);
    }
}

#[tokio::test(start_paused = true)]
async fn one_works_at_a_time_and_when_it_dies_the_next_one_does_it() {
    let (rig, queue) = rig(30);
    ask(&rig, &queue, "U1", 0..4).await;
    let dies = shift(&rig, &queue, MINUTE);
    let dead = tokio::time::timeout(Duration::from_millis(1200), dies.work()).await;
    assert!(dead.is_err(), "it was in the middle");
    ask(&rig, &queue, "U2", [9]).await;
    assert_eq!(
        shift(&rig, &queue, MINUTE).work().await.unwrap(),
        0,
        "its lease holds"
    );
    tokio::time::sleep(MINUTE * 2).await;
    assert_eq!(shift(&rig, &queue, MINUTE).work().await.unwrap(), 2);
    let row = found(&queue, "U1").await.done.unwrap();
    let outcomes: Vec<_> = row.records.iter().map(|r| r.outcome.as_str()).collect();
    assert_eq!(outcomes, ["pushed"; 4]);
    assert_eq!(rig.sink.writes().len(), 5, "each record was written once");
}

#[tokio::test(start_paused = true)]
async fn what_there_is_no_time_for_goes_on_as_a_request_of_its_own() {
    let (rig, queue) = rig(100);
    ask(&rig, &queue, "U1", 0..100).await;
    let mut shifts = 0;
    while queue.waiting().await.unwrap() > 0 {
        shifts += 1;
        assert!(shifts < 20, "it comes to an end");
        shift(&rig, &queue, MINUTE / 2).work().await.unwrap();
    }
    assert!(shifts > 1);
    assert_eq!(rig.customs.asked_at().len(), 100, "each record was asked once");
    let told = found(&queue, "U1").await.done.unwrap().records;
    let last = told.last().unwrap();
    assert_eq!(last.reason.as_deref(), Some("deadline"));
    let next = last
        .message
        .as_deref()
        .unwrap()
        .strip_prefix("goes on as request ")
        .unwrap();
    let keys: Vec<RecordKey> = found(&queue, next).await.request.keys;
    assert!(keys.contains(&key(99)) && !keys.contains(&key(0)));
}

#[tokio::test(start_paused = true)]
async fn without_time_for_a_single_turn_a_request_waits() {
    let (mut rig, queue) = rig(5);
    if let Some(fan) = &mut rig.job.fan_out {
        fan.rate = Some(Rate {
            per_second: 0.1,
            burst: 1,
        });
    }
    ask(&rig, &queue, "U1", [1]).await;
    assert_eq!(shift(&rig, &queue, MINUTE / 2).work().await.unwrap(), 1);
    assert_eq!(found(&queue, "U1").await.status, RequestStatus::Waiting);
    // Somebody with less time than it takes to begin takes nothing.
    assert_eq!(
        shift(&rig, &queue, Duration::from_secs(4)).work().await.unwrap(),
        0
    );
    let instance = Instance::new("other", false);
    let take = TakeRequests {
        instance: &instance,
        jobs: &[("1000".into(), "import-cargo".into())],
        limit: 1,
        lease: MINUTE,
        alone: true,
    };
    assert_eq!(queue.take(take).await.unwrap().len(), 1);
}
