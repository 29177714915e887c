//! The bootstrap as a program under AWS's own emulator of the runtime: its time runs out, it is killed, it is given the same work
//! five times.

use std::time::Duration;

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::outside::signal;
use crate::programs::{ALL_DONE, LONG, Programs, chunk, function, work};
use crate::scene::{RECORDS, Setting};

/// All records in one chunk, all questions at once, and no limit to how fast.
fn one_chunk() -> Setting {
    Setting {
        chunk_size: RECORDS as usize,
        unipass: format!("in_flight = {RECORDS}\nattempts = 1"),
        aws: String::new(),
        ..Setting::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_function_is_made_once_and_ends_its_work_before_its_time_is_over() {
    let Some(all) = Programs::new(one_chunk()).await else {
        return;
    };
    let worker = all.worker(Duration::from_secs(8)).await;
    assert_eq!(worker.process(), None, "before the first event");
    // Customs answers ten questions; the others it leaves open for ever.
    all.scene
        .unipass
        .faults()
        .set("stall:skip=10,after_bytes=0".parse().unwrap());
    let chunks = all.plan().await;
    let answered = worker.invoke(&work(&chunks[0])).await;
    assert_eq!(answered, (200, ALL_DONE.to_owned()), "{}", worker.log());
    let process = worker.process();
    let receipt = all.receipts().await.remove(0);
    assert_eq!(
        (
            receipt.reasons.deferred["deadline"],
            receipt.deferred,
            receipt.balanced
        ),
        (20, 20, true),
        "{receipt:?}"
    );
    // The next plan hands them out again, and the same process does them.
    all.scene.unipass.faults().set(Default::default());
    let chunks = all.plan().await;
    assert_eq!(worker.invoke(&work(&chunks[0])).await.1, ALL_DONE);
    assert_eq!(worker.process(), process);
    assert_eq!(
        worker.milliseconds("INIT REPORT(durationMs:").len(),
        1,
        "{}",
        worker.log()
    );
    let next = all.receipts().await.remove(0);
    assert_eq!((next.due, next.deferred), (u64::from(RECORDS), 0), "{next:?}");
    all.written_once(&[receipt, next]);
}

/// The worker ends in the middle of its chunk, as `end` has it; the emulator says `what`.
async fn in_the_middle(timeout: Duration, end: &str, status: u16, what: &str) {
    let Some(all) = Programs::new(one_chunk()).await else {
        return;
    };
    let worker = all.worker(timeout).await;
    all.scene
        .unipass
        .faults()
        .set("stall:skip=10,after_bytes=0".parse().unwrap());
    let chunks = all.plan().await;
    let event = work(&chunks[0]);
    let (answered, ()) = tokio::join!(worker.invoke(&event), async {
        all.asked(u64::from(RECORDS)).await;
        assert!(signal(worker.process().unwrap(), end));
    });
    assert_eq!(answered.0, status, "{answered:?}");
    assert!(answered.1.contains(what), "{answered:?}");
    assert_eq!(all.scene.sap.rows_written(), 0);
    all.scene.unipass.faults().set(Default::default());
    // While the claims of the one that is gone stand, the chunk is taken for a duplicate: nothing is asked.
    assert_eq!(
        worker.invoke(&event).await.1,
        ALL_DONE,
        "the next invocation works"
    );
    assert_eq!(all.scene.unipass.arrived(), u64::from(RECORDS));
    all.database.let_claims_expire().await;
    // So long a queue keeps the message back; then the chunk is done after all.
    assert_eq!(worker.invoke(&event).await.1, ALL_DONE);
    let receipt = all.receipts().await.remove(0);
    assert_eq!(
        (receipt.due, receipt.deferred),
        (u64::from(RECORDS), 0),
        "{receipt:?}"
    );
    all.written_once(&[receipt]);
    assert_eq!(
        worker.milliseconds("INIT REPORT(durationMs:").len(),
        2,
        "{}",
        worker.log()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_is_killed_in_mid_chunk_is_followed_by_one_that_goes_on() {
    in_the_middle(LONG, "KILL", 502, "Runtime.ExitError").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_is_cut_off_by_its_time_is_followed_by_one_that_goes_on() {
    in_the_middle(Duration::from_secs(6), "STOP", 200, "Task timed out").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_function_that_cannot_work_says_so_under_a_name_of_its_own() {
    let Some(all) = Programs::new(one_chunk()).await else {
        return;
    };
    let (_, answered) = all.planner.invoke(&json!({"some": "thing"})).await;
    let said: Value = serde_json::from_str(&answered).unwrap();
    assert_eq!(said["errorType"], "Customs.NotDone", "{said}");
    assert!(
        said["errorMessage"].as_str().unwrap().contains("[some]"),
        "{said}"
    );
}

/// One run after the other meets what can go wrong, each with processes of its own.
#[tokio::test(flavor = "multi_thread")]
async fn whatever_goes_wrong_every_record_is_settled_sap_is_told_once_and_the_quota_is_kept() {
    const RATE: usize = 20;
    const BURST: usize = 5;
    let setting = Setting {
        records: 40,
        unipass: format!("rate = {RATE}\nburst = {BURST}\nin_flight = 5\nattempts = 1"),
        // Four workers are useful.
        aws: "latency = \"1s\"\nmax_workers = 4".into(),
        ..Setting::default()
    };
    let Some(all) = Programs::new(setting).await else {
        return;
    };
    let workers = join_all((0..4).map(|_| all.worker(LONG))).await;
    let mut receipts = Vec::new();

    // The topic refuses: it was taken down. Nothing is handed out, and a row says why.
    let refusing = all.scene.dir.path().join("refusing.toml");
    let text = std::fs::read_to_string(all.scene.file()).unwrap();
    let topic = "[aws]\ntopic = \"arn:aws:sns:ap-northeast-2:000000000000:gone\"";
    std::fs::write(&refusing, text.replace("[aws]", topic)).unwrap();
    let planner = function(&all.aws, "planner", LONG, refusing).await.unwrap();
    let (_, answered) = planner.invoke(&json!({"plan": {}})).await;
    let answered: Value = serde_json::from_str(&answered).unwrap();
    assert_eq!(
        (&answered[0]["due"], &answered[0]["dispatched"]),
        (&json!(40), &json!(0))
    );
    let refused = all.receipts().await.remove(0);
    assert_eq!(refused.reasons.deferred["undelivered"], 40, "{refused:?}");
    let rows = all.errors().await;
    assert!(
        rows.iter()
            .any(|e| e.error.stage == customs_core::Stage::Dispatch),
        "{rows:?}"
    );
    receipts.push(refused);

    // One chunk's worker is killed, one comes five times, one is lost, and for one the database is away.
    let chunks = all.plan().await;
    let [killed, often, lost, away] = [0, 1, 2, 3].map(|i| work(&chunks[i]));
    all.scene
        .unipass
        .faults()
        .set("stall:skip=3,after_bytes=0".parse().unwrap());
    let (ended, ()) = tokio::join!(workers[0].invoke(&killed), async {
        all.asked(4).await;
        assert!(signal(workers[0].process().unwrap(), "KILL"));
    });
    assert_eq!(ended.0, 502, "{ended:?}");
    all.scene.unipass.faults().set(Default::default());
    let before = all.scene.unipass.arrived();
    let answers = join_all((0..5).map(|i| workers[i % 3].invoke(&often))).await;
    assert!(
        answers.iter().all(|(_, answer)| answer == ALL_DONE),
        "{answers:?}"
    );
    assert_eq!(
        all.scene.unipass.arrived() - before,
        10,
        "a duplicate asks nothing"
    );
    all.database.go_away().await;
    let (_, answered) = workers[3].invoke(&away).await;
    assert!(answered.contains("Customs.NotDone"), "{answered}");
    assert_eq!(
        all.scene.unipass.arrived() - before,
        10,
        "what cannot be claimed is not asked"
    );
    all.database.come_back().await;
    assert_eq!(workers[3].invoke(&away).await.1, ALL_DONE, "{}", workers[3].log());
    let hurt = all.close(&chunk(&chunks[2])).await;
    assert_eq!(hurt.reasons.deferred["undelivered"], 20, "{hurt:?}");
    // The lost one comes after all: its run is over.
    let before = all.scene.unipass.arrived();
    assert_eq!(workers[1].invoke(&lost).await.1, ALL_DONE);
    assert_eq!(all.scene.unipass.arrived(), before);
    receipts.push(hurt);
    all.database.let_claims_expire().await;

    // One worker's time is over before customs answers.
    let chunks = all.plan().await;
    let hurried = all.worker(Duration::from_secs(8)).await;
    all.scene
        .unipass
        .faults()
        .set("stall:after_bytes=0".parse().unwrap());
    assert_eq!(hurried.invoke(&work(&chunks[0])).await.1, ALL_DONE);
    all.scene.unipass.faults().set(Default::default());
    let rest = chunks[1..].iter().zip(&workers);
    join_all(rest.map(async |(chunk, worker)| assert_eq!(worker.invoke(&work(chunk)).await.1, ALL_DONE)))
        .await;
    let late = all.receipts().await.remove(0);
    assert_eq!(
        (late.reasons.deferred["deadline"], late.deferred),
        (10, 10),
        "{late:?}"
    );
    receipts.push(late);

    // Nothing goes wrong any more.
    let chunks = all.plan().await;
    let all_chunks = chunks.iter().zip(&workers);
    join_all(
        all_chunks.map(async |(chunk, worker)| assert_eq!(worker.invoke(&work(chunk)).await.1, ALL_DONE)),
    )
    .await;
    let last = all.receipts().await.remove(0);
    assert_eq!((last.due, last.deferred), (40, 0), "{last:?}");
    receipts.push(last);
    all.written_once(&receipts);
    let arrivals = all.scene.unipass.arrivals();
    let fullest = customs_test_harness::unipass::fullest(&arrivals, Duration::from_secs(1));
    assert!(fullest <= RATE + BURST, "{fullest} in one second");
}
