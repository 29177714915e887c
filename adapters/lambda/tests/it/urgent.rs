//! Urgent work: kept by the API, done by whoever is called, or by the next plan.

use customs_core::{LedgerReader as _, RequestRow, RequestStatus, UrgentQueue as _};
use customs_lambda::App;
use serde_json::{Value, json};

use crate::event;
use crate::roles::answer;
use crate::scene::Scene;

/// A request for the first two records of the simulated SAP, by an API Gateway with keys of its own.
async fn ask(app: &App) {
    let mut call = event("api-rest");
    call["body"] = r#"{"API":[{"Type":"API","Data":["0080000001","0080000002"]}]}"#.into();
    call["isBase64Encoded"] = false.into();
    let answered = answer(app, call).await.unwrap();
    assert_eq!(answered["body"], "\"job success\"", "{answered}");
}

fn called() -> Value {
    json!({"Records": [{"EventSource": "aws:sns", "Sns": {"MessageId": "m", "Message": "{\"kind\":\"urgent\"}"}}]})
}

async fn kept(app: &App) -> Vec<RequestRow> {
    app.ledger().recent(10).await.unwrap()
}

fn outcomes(row: &RequestRow) -> Vec<&str> {
    let done = row.done.as_ref().unwrap();
    done.records.iter().map(|r| r.outcome.as_str()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_is_called_five_times_does_it_once() {
    let scene = Scene::new().await;
    let (door, _) = scene.function().await;
    ask(&door).await;
    assert_eq!(kept(&door).await[0].status, RequestStatus::Waiting);
    assert_eq!(scene.unipass.arrived(), 0, "the door asks nobody");
    let (worker, _) = scene.function().await;
    for _ in 0..5 {
        assert_eq!(answer(&worker, called()).await.unwrap(), json!({"done": 1}));
    }
    let rows = kept(&door).await;
    assert_eq!((rows.len(), rows[0].status), (1, RequestStatus::Done));
    assert_eq!(outcomes(&rows[0]).len(), 2);
    let pushed = outcomes(&rows[0]).iter().filter(|o| **o == "pushed").count() as u64;
    assert!(pushed > 0, "{:?}", rows[0].done);
    assert_eq!((scene.unipass.arrived(), scene.sap.rows_written()), (2, pushed));
    // The queue's own way of saying it, and the queue's dead letter: nothing is left to do.
    let dead = json!({"Records": [{"messageId": "a", "body": "{\"kind\":\"urgent\"}", "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:ap-northeast-2:0:x-DeadLetters-y", "attributes": {}}]});
    assert_eq!(
        answer(&worker, dead).await.unwrap(),
        json!({"batchItemFailures": []})
    );
    assert_eq!(scene.unipass.arrived(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_could_be_called_to_is_done_by_the_next_plan() {
    let scene = Scene::new().await;
    // The queue of the configuration, at which nobody listens, refuses the call; whoever asked does not notice.
    let (door, _) = scene.function().await;
    ask(&door).await;
    assert_eq!(kept(&door).await[0].status, RequestStatus::Waiting);
    let (planner, queue) = scene.function().await;
    answer(&planner, event("schedule")).await.unwrap();
    let rows = kept(&door).await;
    assert_eq!((rows.len(), rows[0].status), (1, RequestStatus::Done));
    let pushed = outcomes(&rows[0]).iter().filter(|o| **o == "pushed").count() as u64;
    assert!(pushed > 0, "{:?}", rows[0].done);
    assert_eq!(scene.sap.rows_written(), pushed);
    // The call comes after all, and the run's chunks: each record is written once.
    let asked = scene.unipass.arrived();
    answer(&planner, called()).await.unwrap();
    assert_eq!(scene.unipass.arrived(), asked);
    for chunk in queue.chunks() {
        answer(&planner, crate::roles::by_topic(&chunk)).await.unwrap();
    }
    let pushed: u64 = door
        .ledger()
        .runs(10)
        .await
        .unwrap()
        .iter()
        .map(|r| r.receipt.pushed)
        .sum();
    assert_eq!(scene.sap.rows_written(), pushed);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_ledger_a_call_comes_again() {
    let scene = Scene::new().await;
    let (worker, _) = scene.function().await;
    worker.ledger().shut_down().await;
    assert!(answer(&worker, called()).await.is_err());
}
