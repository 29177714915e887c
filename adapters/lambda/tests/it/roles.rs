//! Every role against simulators of SAP and customs over real HTTP, and a ledger in a file.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use customs_aws::Message;
use customs_core::memory::MemoryDispatcher;
use customs_core::{
    AlertLedger as _, CallContext, Chunk, EpisodeFilter, LedgerReader as _, RunLedger as _, SystemClock,
};
use customs_lambda::event::Event;
use customs_lambda::{App, Host, Source};
use customs_test_harness::sap::SapSimulator;
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::event;
use crate::scene::{RECORDS, Scene, by_queue, errors, receipts};

pub(crate) async fn answer(app: &App, event: Value) -> anyhow::Result<Value> {
    let deadline = Instant::now() + Duration::from_secs(60);
    app.answer(Event::read(event).unwrap(), deadline).await
}

pub(crate) fn by_topic(chunk: &Chunk) -> Value {
    let message = serde_json::to_string(&Message::Chunk(chunk.clone())).unwrap();
    json!({"Records": [{"EventSource": "aws:sns", "Sns": {"MessageId": "m", "Message": message}}]})
}

async fn plan(app: &App, queue: &MemoryDispatcher) -> Vec<Chunk> {
    let before = queue.chunks().len();
    let answered = answer(app, event("schedule")).await.unwrap();
    assert_eq!(answered[0]["status"], "dispatched", "{answered}");
    queue.chunks().split_off(before)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_timetable_hands_out_chunks_and_workers_write_back_whatever_is_delivered_twice() {
    let scene = Scene::new().await;
    let (planner, queue) = scene.function().await;
    let chunks = plan(&planner, &queue).await;
    assert_eq!(chunks.len(), 3);
    for chunk in &chunks {
        // A worker that starts cold; the topic delivers five times.
        let (worker, _) = scene.function().await;
        for _ in 0..5 {
            assert_eq!(
                answer(&worker, by_topic(chunk)).await.unwrap(),
                json!({"done": 1})
            );
        }
    }
    let receipt = receipts(&planner).await.remove(0);
    assert_eq!(
        (receipt.due, receipt.balanced),
        (u64::from(RECORDS), true),
        "{receipt:?}"
    );
    // One record of the simulated world fails in every run.
    assert_eq!((receipt.deferred, receipt.failed), (0, 1), "{receipt:?}");
    assert_eq!(
        scene.sap.rows_written(),
        receipt.pushed,
        "each change was written once"
    );
    assert_eq!(
        scene.unipass.arrived(),
        receipt.customs_calls,
        "a duplicate asks nothing"
    );
    // The next run finds SAP as it should be.
    let written = scene.sap.rows_written();
    for chunk in plan(&planner, &queue).await {
        answer(&planner, by_topic(&chunk)).await.unwrap();
    }
    assert_eq!(
        (receipts(&planner).await[0].pushed, scene.sap.rows_written()),
        (0, written)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chunk_that_is_lost_is_undelivered_on_the_receipt_and_done_by_the_next_run() {
    let scene = Scene::new().await;
    let (app, queue) = scene.function().await;
    let mut chunks = plan(&app, &queue).await;
    let lost = chunks.remove(1);
    for chunk in &chunks {
        answer(&app, by_topic(chunk)).await.unwrap();
    }
    // The run's time is over; the chunk comes late, and finds nothing left to do.
    let cx = CallContext::new("1000".into(), "import-cargo".into(), lost.run.clone());
    let receipt = app
        .ledger()
        .close(&cx, lost.fence, Default::default(), None)
        .await
        .unwrap();
    assert_eq!(
        (receipt.reasons.deferred["undelivered"], receipt.balanced),
        (10, true)
    );
    let asked = scene.unipass.arrived();
    answer(&app, by_topic(&lost)).await.unwrap();
    assert_eq!(scene.unipass.arrived(), asked);
    for chunk in plan(&app, &queue).await {
        answer(&app, by_topic(&chunk)).await.unwrap();
    }
    let next = receipts(&app).await.remove(0);
    assert!(next.balanced && next.pushed >= 1, "{next:?}");
    assert_eq!(next.deferred, 0, "{next:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_poison_message_returns_no_neighbour() {
    let scene = Scene::new().await;
    let (app, queue) = scene.function().await;
    let chunks = plan(&app, &queue).await;
    let body = |chunk: &Chunk| serde_json::to_string(&Message::Chunk(chunk.clone())).unwrap();
    let mut stranger = chunks[1].clone();
    stranger.job = "nobody's".into();
    let batch = by_queue(&[
        ("first", body(&chunks[0])),
        ("poison", "{\"kind\":".into()),
        ("stranger", body(&stranger)),
        ("last", body(&chunks[2])),
    ]);
    let answered = answer(&app, batch).await.unwrap();
    assert_eq!(
        answered,
        json!({"batchItemFailures": [{"itemIdentifier": "poison"}, {"itemIdentifier": "stranger"}]})
    );
    assert_eq!(scene.unipass.arrived(), 20, "the neighbours were worked on");
    // By a topic, what fails fails as a whole, so that Lambda tries again and then tells the dead letters.
    let error = answer(&app, by_topic(&stranger)).await.unwrap_err();
    assert!(error.to_string().contains("no job nobody's"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn errors_and_dead_letters_of_both_kinds_are_one_row_each() {
    let scene = Scene::new().await;
    let (app, _) = scene.function().await;
    for _ in 0..2 {
        answer(&app, event("sns-error")).await.unwrap();
    }
    let rows = errors(&app).await;
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].error.message, "'; DROP TABLE error; -- 통관");
    // The function's destination, the same through a queue, and the queue's own dead letter: one row for each record.
    for name in ["destination", "sqs-destination", "sqs-dead"] {
        let answered = answer(&app, event(name)).await.unwrap();
        assert!(answered == json!({"done": 1}) || answered == json!({"batchItemFailures": []}));
    }
    let rows: Vec<_> = errors(&app)
        .await
        .into_iter()
        .filter(|e| e.error.code == "dead_letter")
        .collect();
    let mut keys: Vec<_> = rows.iter().map(|e| e.key.as_ref().unwrap().as_str()).collect();
    keys.sort_unstable();
    assert_eq!(keys, ["1000/1", "1000/2"]);
    assert!(
        rows[0].error.message.contains("signal: killed"),
        "{:?}",
        rows[0].error
    );
    assert_eq!(
        scene.unipass.arrived(),
        0,
        "a dead letter is written down, not worked on"
    );
    // A timetable that was given up has a row, too.
    answer(&app, event("destination-plan")).await.unwrap();
    assert!(
        errors(&app)
            .await
            .iter()
            .any(|e| e.error.message.contains("timed out"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_database_an_error_stays_in_its_queue() {
    let scene = Scene::new().await;
    let (app, queue) = scene.function().await;
    let chunk = plan(&app, &queue).await.remove(0);
    app.ledger().shut_down().await;
    assert!(answer(&app, event("sns-error")).await.is_err());
    let error = serde_json::to_string(&event("error")).unwrap();
    let work = serde_json::to_string(&Message::Chunk(chunk)).unwrap();
    let answered = answer(&app, by_queue(&[("error", error), ("work", work)]))
        .await
        .unwrap();
    let failed = json!([{"itemIdentifier": "error"}, {"itemIdentifier": "work"}]);
    assert_eq!(answered, json!({ "batchItemFailures": failed }));
    assert_eq!(scene.unipass.arrived(), 0, "what cannot be claimed is not asked");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_function_that_has_no_time_left_defers_and_the_next_run_does_it() {
    let scene = Scene::new().await;
    let (app, queue) = scene.function().await;
    for chunk in plan(&app, &queue).await {
        let over = Instant::now();
        app.answer(Event::read(by_topic(&chunk)).unwrap(), over)
            .await
            .unwrap();
    }
    let receipt = receipts(&app).await.remove(0);
    assert_eq!(
        (receipt.reasons.deferred["deadline"], receipt.balanced),
        (u64::from(RECORDS), true)
    );
    assert_eq!(scene.unipass.arrived(), 0);
    for chunk in plan(&app, &queue).await {
        answer(&app, by_topic(&chunk)).await.unwrap();
    }
    assert_eq!(receipts(&app).await[0].deferred, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chunk_whose_time_is_far_off_goes_back_to_the_queue() {
    let scene = Scene::new().await;
    let (app, queue) = scene.function().await;
    let mut chunk = plan(&app, &queue).await.remove(0);
    let before = queue.chunks().len();
    chunk.not_before = Some(jiff::Timestamp::MAX);
    answer(&app, by_topic(&chunk)).await.unwrap();
    assert_eq!((queue.chunks().len(), scene.unipass.arrived()), (before + 1, 0));
    assert_eq!(queue.chunks().last(), Some(&chunk));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_topic_that_is_away_leaves_the_records_undelivered_with_an_error_row() {
    let scene = Scene::new().await;
    // The queue of the configuration, at which nobody listens.
    let (config, clock) = (scene.config(), Arc::new(SystemClock));
    let app = App::connect(config, &scene.aws, clock).await.unwrap();
    let answered = answer(&app, event("plan")).await.unwrap();
    assert_eq!(
        (&answered[0]["due"], &answered[0]["dispatched"]),
        (&json!(RECORDS), &json!(0))
    );
    let rows = errors(&app).await;
    assert!(
        !rows.is_empty()
            && rows
                .iter()
                .all(|e| e.error.stage == customs_core::Stage::Dispatch),
        "{rows:?}"
    );
    let receipt = receipts(&app).await.remove(0);
    assert_eq!(receipt.reasons.deferred["undelivered"], u64::from(RECORDS));
    // The next plan closes that run: its errors are an episode, and the alert about it is sent before the function ends.
    answer(&app, event("plan")).await.unwrap();
    let open = EpisodeFilter {
        no: None,
        open: true,
        brief: false,
        limit: 10,
    };
    assert!(!app.ledger().episodes(&open).await.unwrap().is_empty());
    let waiting = app.ledger().take_alerts(10, Duration::from_secs(1)).await;
    assert_eq!(waiting.unwrap(), []);
}

/// The WSDL is an address of that SAP.
#[tokio::test(flavor = "multi_thread")]
async fn a_sap_that_is_away_at_a_cold_start_is_connected_by_a_later_event() {
    let mut scene = Scene::new().await;
    let other = SapSimulator::builder().start().await.unwrap();
    let away = std::mem::replace(&mut scene.sap, other);
    let (address, user, password) = (away.addr(), away.user().to_owned(), away.password().clone());
    away.shutdown().await;
    let (app, queue) = scene.function().await;
    for _ in 0..2 {
        let answered = answer(&app, event("plan")).await.unwrap();
        assert_eq!(answered[0]["status"], "failed", "{answered}");
    }
    let back = SapSimulator::builder().records(RECORDS).listen(address);
    scene.sap = back.auth(&user, password).start().await.unwrap();
    // Planner and worker are instances that started without it, or before it was back.
    let chunks = plan(&app, &queue).await;
    assert_eq!(chunks.len(), 3);
    for chunk in &chunks {
        answer(&app, by_topic(chunk)).await.unwrap();
    }
    assert!(scene.sap.rows_written() > 20);
    assert_eq!(scene.sap.writes(), 3, "in batches, as if it had been there");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_host_is_connected_by_its_first_event_and_says_what_is_wrong_without_secrets() {
    let scene = Scene::new().await;
    let soon = u64::try_from(jiff::Timestamp::MAX.as_millisecond()).unwrap();
    let host = Host::new(Source::File(scene.file()), scene.aws.clone());
    host.answer(event("sns-error"), soon).await.unwrap();
    let unknown = host.answer(json!({"some": "thing"}), soon).await.unwrap_err();
    assert!(unknown.to_string().contains("its fields are [some]"), "{unknown}");

    let missing = Host::new(
        Source::File(Path::new("/nowhere/customs.toml").into()),
        scene.aws.clone(),
    );
    let error = missing.answer(event("plan"), soon).await.unwrap_err();
    assert!(
        format!("{error:#}").contains("/nowhere/customs.toml"),
        "{error:#}"
    );
    // Tables that are not there are not made by a function.
    std::fs::remove_file(scene.dir.path().join("customs.db")).unwrap();
    let fresh = Host::new(Source::File(scene.file()), scene.aws.clone());
    let error = format!("{:#}", fresh.answer(event("plan"), soon).await.unwrap_err());
    assert!(error.contains("customs migrate"), "{error}");
    let secrets = [scene.sap.password(), scene.unipass.key("API001").unwrap()];
    let shown = format!("{error} {host:?} {fresh:?}");
    // canary: neither the key nor the password.
    assert!(
        secrets
            .iter()
            .all(|secret| !shown.contains(secret.expose_secret())),
        "{shown}"
    );
}

/// A rotated secret, or another configuration, arrives without a deployment; until then nothing is connected again.
#[tokio::test]
async fn what_is_connected_is_kept_and_connected_anew_after_a_change() {
    let (before, after) = (Scene::new().await, Scene::new().await);
    let (old, _) = before.function().await;
    let (new, _) = after.function().await;
    let host = Host::new(Source::File(before.file()), before.aws.clone());
    let soon = u64::try_from(jiff::Timestamp::MAX.as_millisecond()).unwrap();
    let both = async || {
        host.answer(event("sns-error"), soon).await.unwrap();
        (errors(&old).await.len(), errors(&new).await.len())
    };
    assert_eq!(both().await, (1, 0));
    std::fs::copy(after.file(), before.file()).unwrap();
    assert_eq!(both().await, (1, 0), "it is not looked at for five minutes");
    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(300)).await;
    tokio::time::resume();
    assert_eq!(both().await, (1, 1));
}
