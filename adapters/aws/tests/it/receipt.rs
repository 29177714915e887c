//! The same run in this process, through a topic and through a queue comes to the same receipt.

use std::sync::Arc;

use customs_aws::{SnsDispatcher, SqsDispatcher};
use customs_core::memory::{MemoryCustoms, MemoryLedger, MemorySink, MemorySource};
use customs_core::{
    CallContext, CustomsQuery, Dispatcher, DueRecord, Error, ErrorKind, Fields, Idempotency, Job, Mapping,
    Parts, Pipeline, Priority, Receipt, RunLedger as _, SystemClock, Trigger,
};

use crate::stand_in::StandIn;

/// 37 records: two that customs refuses, three that it does not know, the rest found.
fn pipeline(ledger: &Arc<MemoryLedger>) -> Pipeline {
    let customs = MemoryCustoms::new();
    let due = (0..37).map(|i| {
        let number = format!("C{i:03}");
        match i {
            5 | 29 => customs.fail(&number, || {
                Error::new(ErrorKind::Refused, "no").code("refused_key")
            }),
            0..3 => {}
            _ => customs.put(&number, "반출완료", "2026-11-20T06:05:15Z".parse().unwrap()),
        }
        DueRecord {
            key: format!("1000/{i}").into(),
            query: CustomsQuery::new("API001", Fields::from_iter([("cargMtNo", number)])),
            priority: Priority::Normal,
            origin: Fields::from_iter([("Name", "주식회사 <가> & \"나\"")]),
            current: None,
        }
    });
    let columns = [("Stats", "{csclPrgsStts}"), ("Name", "{origin.Name}")];
    let columns = columns.map(|(n, t)| (n.to_owned(), t.parse().unwrap()));
    let mapping = Mapping::new(columns.into(), Default::default()).unwrap();
    let mut job = Job::new("1000", "import", mapping);
    job.page_size = 20;
    job.chunk_size = 4;
    let parts = Parts {
        source: Arc::new(MemorySource::new(due)),
        customs: Arc::new(customs.clone()),
        sink: Arc::new(MemorySink::new(Idempotency::ByKey)),
        reporter: Arc::clone(ledger) as _,
        runs: Arc::clone(ledger) as _,
        records: Arc::clone(ledger) as _,
    };
    Pipeline::new(job, parts)
}

fn new_ledger() -> Arc<MemoryLedger> {
    Arc::new(MemoryLedger::new(Arc::new(SystemClock)))
}

/// What a receipt says about the work, without names and times.
fn essence(receipt: Receipt) -> Receipt {
    Receipt {
        run_id: "r".into(),
        elapsed_ms: 0,
        ..receipt
    }
}

async fn through(place: &StandIn, dispatcher: &dyn Dispatcher) -> Receipt {
    let ledger = new_ledger();
    let pipeline = pipeline(&ledger);
    pipeline.plan(Trigger::Schedule, dispatcher, None).await.unwrap();
    let chunks = place.take_chunks().await;
    assert_eq!(chunks.len(), 10);
    for chunk in chunks {
        // A queue may deliver twice.
        pipeline.process(chunk.clone(), None).await;
        pipeline.process(chunk, None).await;
    }
    let cx = CallContext::new("1000".into(), "import".into(), "r".into());
    ledger.reap(&cx).await.unwrap().remove(0)
}

#[tokio::test]
async fn the_receipt_is_the_same_in_process_through_a_topic_and_through_a_queue() {
    let direct = pipeline(&new_ledger()).run_once(Trigger::Schedule).await;
    assert_eq!(
        (direct.pushed, direct.not_found, direct.failed, direct.balanced),
        (32, 3, 2, true)
    );
    let Some(place) = StandIn::get().await else { return };
    let topic = SnsDispatcher::new(&place.aws, &place.topic, Arc::new(SystemClock));
    place.subscribe().await;
    let topic = through(&place, &topic).await;
    let Some(place) = StandIn::get().await else { return };
    let queue = SqsDispatcher::new(&place.aws, &place.queue, Arc::new(SystemClock));
    let queue = through(&place, &queue).await;
    let direct = essence(direct);
    assert_eq!(essence(topic), direct);
    assert_eq!(essence(queue), direct);
}
