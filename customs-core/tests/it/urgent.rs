//! Runs for single records.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use customs_core::memory::MemoryCustoms;
use customs_core::{
    CallContext, CustomsAnswer, CustomsApi, CustomsQuery, DeferReason, Error, ErrorKind, Priority, RecordKey,
    RecordOutcome, Records, Result, ServiceId, Stop, Trigger, Verdict,
};

use crate::rig::{Rig, counts, key};

/// Notes how urgent each question is.
#[derive(Debug)]
struct Seen {
    inner: MemoryCustoms,
    priorities: Mutex<Vec<Priority>>,
}

#[async_trait]
impl CustomsApi for Seen {
    fn supports(&self, service: &ServiceId) -> bool {
        self.inner.supports(service)
    }
    async fn query(&self, cx: &CallContext, query: &CustomsQuery) -> Result<CustomsAnswer> {
        self.priorities.lock().unwrap().push(cx.priority);
        self.inner.query(cx, query).await
    }
}

fn said(outcomes: &[RecordOutcome]) -> Vec<(&str, &str, Option<&str>)> {
    outcomes
        .iter()
        .map(|o| (o.key.as_str(), o.outcome.as_str(), o.reason.as_deref()))
        .collect()
}

#[tokio::test(start_paused = true)]
async fn each_record_is_told_in_the_order_of_asking() {
    let rig = Rig::new(6);
    rig.customs.fail("C00002", || {
        Error::new(ErrorKind::Refused, "no such cargo").code("refused")
    });
    let none = CustomsAnswer {
        verdict: Verdict::NotFound,
        records: Records::new(),
        state: None,
        notice: None,
        drift: 0,
    };
    rig.customs.put_answer("C00003", none);
    let keys: Vec<RecordKey> = [4, 2, 99, 3].into_iter().map(key).collect();
    let (receipt, outcomes) = rig.pipeline().run_keys(keys.clone()).await;
    assert_eq!(
        said(&outcomes),
        [
            ("1000/00004", "pushed", None),
            ("1000/00002", "failed", Some("refused")),
            ("1000/00099", "failed", Some("unknown_key")),
            ("1000/00003", "not_found", None),
        ]
    );
    assert_eq!(counts(&receipt), [1, 0, 1, 2, 0]);
    assert!(outcomes[1].message.as_ref().unwrap().contains("no such cargo"));
    assert_eq!(rig.held(5), None, "only what was asked for");
    let (_, again) = rig.pipeline().run_keys(vec![key(4)]).await;
    assert_eq!(said(&again), [("1000/00004", "unchanged", None)]);
}

#[tokio::test(start_paused = true)]
async fn they_go_as_urgent_ones() {
    let rig = Rig::new(3);
    let seen = Arc::new(Seen {
        inner: rig.customs.clone(),
        priorities: Mutex::default(),
    });
    let mut parts = rig.parts();
    parts.customs = seen.clone();
    let pipeline = rig.pipeline_of(parts);
    pipeline.run_keys(vec![key(1)]).await;
    pipeline.run_once(Trigger::Schedule).await;
    let asked = seen.priorities.lock().unwrap().clone();
    assert_eq!(asked.len(), 4);
    assert_eq!(asked[0], Priority::Urgent);
    assert!(asked[1..].iter().all(|p| *p == Priority::Normal), "{asked:?}");
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_settled_is_told_as_undelivered() {
    let rig = Rig::new(2);
    let mut parts = rig.parts();
    parts.records = Arc::new(crate::scheduler::NoRecords);
    let (receipt, outcomes) = rig.pipeline_of(parts).run_keys(vec![key(1)]).await;
    assert!(receipt.balanced, "{receipt:?}");
    assert_eq!(
        said(&outcomes),
        [("1000/00001", "deferred", Some(DeferReason::Undelivered.as_str()))]
    );
}

#[tokio::test(start_paused = true)]
async fn a_stopped_run_leaves_what_it_has_not_asked() {
    let rig = Rig::new(40);
    let stop = Stop::new();
    stop.stop();
    let pipeline = rig.pipeline().stopping_with(stop);
    let receipt = pipeline.run_once(Trigger::Schedule).await;
    // The first page was read; the others are on the next run's list.
    assert_eq!((receipt.due, counts(&receipt)), (7, [0, 0, 0, 0, 7]));
    assert_eq!(receipt.reasons.deferred.get("stopped"), Some(&7));
    assert_eq!(receipt.status, customs_core::RunStatus::Succeeded);
    assert!(rig.customs.asked_at().is_empty());
    let receipt = rig.run().await;
    assert_eq!(counts(&receipt), [40, 0, 0, 0, 0]);
}
