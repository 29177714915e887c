//! Settling is killed at each of its steps: afterwards all of it is there, or nothing.

use std::io::{BufRead as _, BufReader};
use std::pin::pin;
use std::process::{Child, Command, Stdio};
use std::task::Poll;

use customs_core::{
    Calls, Claim, LedgerReader as _, RecordKey, RecordLedger as _, RunLedger as _, SettleRequest, Settlement,
};
use customs_sql::SqlLedger;

use crate::fixture::{Fixture, at, failed, pushed, run};

/// Names the database, and the step at which the child stops for its killer.
const CHILD: &str = "CUSTOMS_SQL_TEST_CHILD";
const READY: &str = "ready to be killed";
const SURVIVED: &str = "settled";
const RECORDS: usize = 50;

fn results() -> Vec<Settlement> {
    (0..RECORDS)
        .map(|n| match n % 5 {
            0 => failed(&format!("{n}"), "many", &"several match ".repeat(1000)),
            _ => pushed(&format!("{n}"), "d"),
        })
        .collect()
}

fn all_keys() -> Vec<RecordKey> {
    results().into_iter().map(|r| r.record.key).collect()
}

/// The child's part, in a process of its own: settles, and stops before the given step.
#[tokio::test]
async fn sqlite_child() {
    let Ok(task) = std::env::var(CHILD) else { return };
    let (step, url) = task.split_once(' ').unwrap();
    let step: usize = step.parse().unwrap();
    let ledger = SqlLedger::open(url).await.unwrap();
    let settlements = results();
    let cx = run("a");
    let request = SettleRequest {
        chunk: 0,
        fence: 1,
        owner: "w",
        at: at(7),
        settlements: &settlements,
        calls: Calls::default(),
        withhold: &[],
    };
    let mut settling = pin!(ledger.settle(&cx, request));
    let mut steps = 0;
    std::future::poll_fn(|task| {
        let polled = settling.as_mut().poll(task);
        if polled.is_pending() {
            steps += 1;
            if steps == step {
                println!("{READY}");
                // The killer comes; the only other way out is its death.
                loop {
                    std::thread::park();
                }
            }
        }
        match polled {
            Poll::Ready(settled) => Poll::Ready(settled.unwrap()),
            Poll::Pending => Poll::Pending,
        }
    })
    .await;
    println!("{SURVIVED}");
}

/// Starts the child.
fn start(url: &str, step: usize) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "kill::sqlite_child", "--nocapture"])
        .env(CHILD, format!("{step} {url}"))
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

/// On Unix, this is SIGKILL.
fn kill(mut child: Child) {
    child.kill().unwrap();
    child.wait().unwrap();
}

/// A run whose records are claimed and wait to be settled.
async fn prepared() -> (Fixture, u64) {
    let (f, cx) = (Fixture::sqlite().await, run("a"));
    let fence = f.begin(&cx).await;
    f.dispatched(&cx, fence, RECORDS as u64).await;
    f.claim(&cx, fence, "w", &all_keys()).await;
    (f, fence)
}

/// Checks that all is written or nothing, and that whoever starts again finishes it and counts nothing twice.
async fn check(f: &Fixture, fence: u64, killed: &str) -> usize {
    let (cx, keys) = (run("a"), all_keys());
    let ledger = f.another().await;
    let known = ledger.load(&cx, &keys).await.unwrap();
    let written = known.iter().filter(|s| s.pushes > 0 || s.failures > 0).count();
    let errors: u64 = ledger
        .causes(&cx.run)
        .await
        .unwrap()
        .iter()
        .map(|c| c.count)
        .sum();
    let receipt = ledger.runs(1).await.unwrap()[0].receipt.clone();
    let counted = receipt.pushed + receipt.failed;
    match written {
        0 => assert_eq!((errors, counted), (0, 0), "killed {killed}"),
        RECORDS => assert_eq!((errors, counted), (10, 50), "killed {killed}"),
        _ => panic!("{written} of {RECORDS} records are written after a kill {killed}"),
    }
    let again = f.settle(&cx, fence, "w", &results()).await;
    assert_eq!(again.applied, if written == 0 { 50 } else { 0 });
    assert_eq!(
        f.claim(&cx, fence, "x", &keys).await,
        vec![Claim::Duplicate; RECORDS]
    );
    let receipt = ledger.close(&cx, fence, Calls::default(), None).await.unwrap();
    assert_eq!((receipt.pushed, receipt.failed, receipt.balanced), (40, 10, true));
    written
}

/// The child stops by itself at each step at which it waits for the database.
#[tokio::test]
async fn sqlite_settles_all_or_nothing_when_killed() {
    for step in 1..=12 {
        let (f, fence) = prepared().await;
        let mut child = start(&f.url, step);
        let survived = tokio::task::spawn_blocking(move || {
            let lines = BufReader::new(child.stdout.take().unwrap()).lines();
            let last = lines
                .map(Result::unwrap)
                .find(|line| line.contains(READY) || line.contains(SURVIVED));
            kill(child);
            last.expect("the child says how far it came").contains(SURVIVED)
        });
        let survived = survived.await.unwrap();
        let written = check(&f, fence, &format!("at step {step}")).await;
        assert!(
            !survived || written == RECORDS,
            "what was reported as settled is gone"
        );
        assert!(!survived || step > 1, "settling takes more than one step");
    }
}
