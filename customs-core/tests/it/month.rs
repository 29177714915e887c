//! What adaptive polling saves on seven days of a month that never was, and how late it sees what happens.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use customs_core::memory::{MemoryLedger, MemoryReporter, MemorySink};
use customs_core::template::Maps;
use customs_core::{
    CallContext, ClearanceState, Clock, CustomsAnswer, CustomsApi, CustomsQuery, DueRecord, FetchRequest,
    Fields, Idempotency, Instance, Job, Mapping, Page, Parts, Phase, Pipeline, Priority, RecordKey, Records,
    Result, ServiceId, SourceSystem, TestClock, Trigger, Verdict,
};
use customs_test_harness::month::{Life, month};
use jiff::Timestamp;

const SEED: u64 = 20_261_101;
const INTERVAL: Duration = Duration::from_secs(300);
const DAYS: u32 = 7;

/// Both systems: SAP's due list, and customs. It notes how late each step was seen.
#[derive(Debug)]
struct Month {
    lives: Vec<Life>,
    clock: TestClock,
    /// For each shipment, how many of its steps were seen.
    seen: Mutex<Vec<usize>>,
    /// How late each step was seen that found the shipment on its way.
    late: Mutex<Vec<Duration>>,
    since: Timestamp,
}

fn number(key: &str) -> usize {
    key.rsplit('/').next().unwrap_or_default().parse().unwrap()
}

#[async_trait]
impl SourceSystem for Month {
    async fn fetch(&self, _: &CallContext, _: FetchRequest) -> Result<Page> {
        let now = self.clock.now();
        let due = self
            .lives
            .iter()
            .enumerate()
            .filter(|(_, life)| life.due_from <= now && now < life.due_until);
        let records = due.map(|(index, _)| DueRecord {
            key: RecordKey::from_parts(["1000", &index.to_string()]),
            query: CustomsQuery::new("API001", [("cargMtNo", index.to_string())].into_iter().collect()),
            priority: Priority::Normal,
            origin: Fields::new(),
            current: None,
        });
        Ok(Page {
            records: records.collect(),
            ..Page::default()
        })
    }
}

#[async_trait]
impl CustomsApi for Month {
    fn supports(&self, _: &ServiceId) -> bool {
        true
    }

    async fn query(&self, cx: &CallContext, query: &CustomsQuery) -> Result<CustomsAnswer> {
        cx.meter.count_customs_call();
        let now = self.clock.now();
        let index = number(query.params.get("cargMtNo").unwrap_or_default());
        let life = &self.lives[index];
        let Some((last, step)) = life.step(now) else {
            return Ok(CustomsAnswer {
                verdict: Verdict::NotFound,
                records: Records::new(),
                state: None,
                notice: None,
                drift: 0,
            });
        };
        let mut seen = self.seen.lock().unwrap();
        let known = std::mem::replace(&mut seen[index], last + 1);
        // The first step of all is where it begins to move; what happened before the first run was nobody's to see.
        for new in life.steps[known..=last]
            .iter()
            .filter(|s| s.at >= self.since)
            .skip(usize::from(known == 0))
        {
            let late = Duration::try_from(now.duration_since(new.at)).unwrap_or_default();
            self.late.lock().unwrap().push(late);
        }
        let mut records = Records::new();
        records.push("cargCsclPrgsInfoQryVo", [("csclPrgsStts", step.status)]);
        Ok(CustomsAnswer {
            verdict: Verdict::Found,
            records,
            state: Some(ClearanceState {
                status: step.status.to_owned(),
                as_of: Some(step.at),
                phase: if step.last { Phase::Final } else { Phase::Moving },
            }),
            notice: None,
            drift: 0,
        })
    }
}

/// The bar: at most 40 % of the calls, and 95 of 100 steps of moving shipments seen within one interval.
#[tokio::test(start_paused = true)]
async fn polling_saves_three_calls_of_five_and_is_in_time() {
    let start: Timestamp = "2026-11-01T00:00:00+09:00".parse().unwrap();
    // From the middle of the month on: there are shipments of every age.
    let since: Timestamp = "2026-11-15T00:00:00+09:00".parse().unwrap();
    let clock = TestClock::starting_at(since);
    let lives = month(SEED, 120, start);
    let world = Arc::new(Month {
        seen: Mutex::new(vec![0; lives.len()]),
        lives,
        clock,
        late: Mutex::default(),
        since,
    });
    let columns = vec![("Stats".to_owned(), "{csclPrgsStts}".parse().unwrap())];
    let mut job = Job::new("1000", "import", Mapping::new(columns, Maps::new()).unwrap());
    job.interval = INTERVAL;
    let ledger = Arc::new(MemoryLedger::new(Arc::new(clock)));
    let sink = MemorySink::new(Idempotency::ByKey);
    let parts = Parts {
        source: world.clone(),
        customs: world.clone(),
        sink: Arc::new(sink.clone()),
        reporter: Arc::new(MemoryReporter::new()),
        runs: ledger.clone(),
        records: ledger,
    };
    let pipeline = Pipeline::with(job, parts, Instance::new("test", true), Arc::new(clock));
    let (mut due, mut calls, mut saved) = (0, 0, 0);
    for _ in 0..DAYS * 24 * 12 {
        let receipt = pipeline.run_once(Trigger::Schedule).await;
        assert!(receipt.balanced, "{receipt:?}");
        due += receipt.due;
        calls += receipt.customs_calls;
        saved += receipt.calls_saved;
        tokio::time::advance(INTERVAL).await;
    }
    assert_eq!(calls + saved, due, "what is not asked is what is saved");
    let mut late = world.late.lock().unwrap().clone();
    late.sort_unstable();
    let at = |share: f64| late[((late.len() - 1) as f64 * share).round() as usize];
    let share = saved as f64 / due as f64;
    println!(
        "{due} looks asked for, {calls} calls, saved {:.1} %; {} steps, seen late by p50 {:?}, p95 {:?}, p99 {:?}, at most {:?}",
        share * 100.0,
        late.len(),
        at(0.5),
        at(0.95),
        at(0.99),
        at(1.0)
    );
    assert!(late.len() > 150, "too few steps to tell: {}", late.len());
    assert!(share >= 0.60, "saved {share}");
    assert!(at(0.95) <= INTERVAL, "p95 is {:?}", at(0.95));
    // Whatever was seen is what SAP holds.
    let now = clock.now();
    for (index, life) in world
        .lives
        .iter()
        .enumerate()
        .filter(|(_, l)| l.due_from <= now && now < l.due_until)
    {
        let known = world.seen.lock().unwrap()[index];
        let held = sink.held(&RecordKey::from_parts(["1000", &index.to_string()]));
        let status = held.as_ref().and_then(|columns| columns.get("Stats"));
        assert_eq!(
            status,
            known.checked_sub(1).map(|last| life.steps[last].status),
            "{index}"
        );
    }
}
