//! Records, beyond their contract.

use std::sync::Arc;

use customs_core::{
    Calls, Claim, ClaimRequest, DeferReason, ErrorFilter, LedgerReader as _, PushedState, RecordKey,
    RecordLedger as _, RecordState, RunLedger as _, SettleReport, SettleRequest, Settled, Settlement,
};

use crate::fixture::{Fixture, TTL, at, failed, keys, on_each_database, pushed, run, settlement};

on_each_database!(
    many_keys_meet_no_limit,
    a_duplicate_stays_one_after_another_run,
    a_record_named_twice_settles_once,
    unchanged_corrects_what_we_remember,
    jobs_know_their_own_records,
    a_chunk_may_settle_in_parts,
    workers_share_records_without_a_deadlock,
);

const APPLIED: SettleReport = SettleReport {
    applied: 1,
    ignored: 0,
};

/// Claims and settles one record in a run of its own.
async fn once(f: &Fixture, id: &str, result: Settlement) -> RecordState {
    let cx = run(id);
    let fence = f.begin(&cx).await;
    f.dispatched(&cx, fence, 1).await;
    let key = result.record.key.clone();
    f.claim(&cx, fence, id, std::slice::from_ref(&key)).await;
    assert_eq!(f.settle(&cx, fence, id, &[result]).await, APPLIED);
    f.ledger.close(&cx, fence, Calls::default(), None).await.unwrap();
    load(f, key.as_str()).await
}

async fn load(f: &Fixture, key: &str) -> RecordState {
    f.ledger.load(&run("any"), &[key.into()]).await.unwrap().remove(0)
}

async fn many_keys_meet_no_limit(f: Fixture) {
    let cx = run("a");
    let fence = f.begin(&cx).await;
    let keys: Vec<RecordKey> = (0..40_000).map(|n| format!("1000/{n:010}").into()).collect();
    assert_eq!(f.ledger.load(&cx, &keys).await.unwrap().len(), keys.len());
    assert!(
        f.claim(&cx, fence, "w", &keys[..2_000])
            .await
            .iter()
            .all(|c| *c == Claim::Granted)
    );
    let results: Vec<Settlement> = keys[..2_000].iter().map(|k| pushed(k.as_str(), "d")).collect();
    assert_eq!(
        f.settle(&cx, fence, "w", &results).await,
        SettleReport {
            applied: 2_000,
            ignored: 0
        }
    );
    assert!(
        f.ledger
            .load(&cx, &keys[..2_000])
            .await
            .unwrap()
            .iter()
            .all(|s| s.pushes == 1)
    );
}

async fn a_duplicate_stays_one_after_another_run(f: Fixture) {
    let cx = run("a");
    let fence = f.begin(&cx).await;
    f.claim(&cx, fence, "w1", &keys(["1", "2"])).await;
    f.settle(
        &cx,
        fence,
        "w1",
        &[
            pushed("1", "d"),
            settlement("2", Settled::Deferred(DeferReason::Quota)),
        ],
    )
    .await;
    assert_eq!(
        f.claim(&cx, fence, "w2", &keys(["1", "2"])).await,
        vec![Claim::Duplicate; 2]
    );
    // That holds although another run settles it in between.
    f.dispatched(&cx, fence, 2).await;
    let later = run("b");
    let next = f.begin(&later).await;
    assert_eq!(f.claim(&later, next, "w3", &keys(["1"])).await, [Claim::Granted]);
    f.settle(&later, next, "w3", &[pushed("1", "e")]).await;
    assert_eq!(f.claim(&cx, fence, "w4", &keys(["1"])).await, [Claim::Duplicate]);
}

async fn a_record_named_twice_settles_once(f: Fixture) {
    let cx = run("a");
    let fence = f.begin(&cx).await;
    f.dispatched(&cx, fence, 2).await;
    f.claim(&cx, fence, "w", &keys(["1", "2"])).await;
    // One request may name a record twice, too.
    let results = [pushed("1", "d"), failed("2", "many", "several"), pushed("1", "e")];
    assert_eq!(
        f.settle(&cx, fence, "w", &results).await,
        SettleReport {
            applied: 2,
            ignored: 1
        }
    );
    let before = f.ledger.load(&cx, &keys(["1", "2"])).await.unwrap();
    for _ in 0..2 {
        assert_eq!(
            f.settle(&cx, fence, "w", &results).await,
            SettleReport {
                applied: 0,
                ignored: 3
            }
        );
    }
    assert_eq!(f.ledger.load(&cx, &keys(["1", "2"])).await.unwrap(), before);
    let filter = ErrorFilter {
        run: Some(cx.run.clone()),
        key: None,
        episode: None,
        limit: 9,
    };
    assert_eq!(f.ledger.errors(&filter).await.unwrap().len(), 1);
    let receipt = f.ledger.close(&cx, fence, Calls::default(), None).await.unwrap();
    assert_eq!(
        (
            receipt.pushed,
            receipt.failed,
            receipt.customs_calls,
            receipt.balanced
        ),
        (1, 1, 3, true)
    );
}

async fn unchanged_corrects_what_we_remember(f: Fixture) {
    let first = once(
        &f,
        "a",
        settlement("1", Settled::Unchanged { digest: "x".into() }),
    )
    .await;
    assert_eq!((first.pushed.unwrap().digest.as_str(), first.pushes), ("x", 0));
    once(&f, "b", pushed("1", "y")).await;
    let same = Settlement {
        observed_at: Some(at(9)),
        ..settlement("1", Settled::Unchanged { digest: "y".into() })
    };
    let after = once(&f, "c", same).await;
    assert_eq!(
        after.pushed,
        Some(PushedState {
            digest: "y".into(),
            observed_at: at(5),
            told: Default::default(),
        })
    );
    assert_eq!(after.observed_at, Some(at(9)));
    let other = Settlement {
        observed_at: Some(at(9)),
        ..settlement("1", Settled::Unchanged { digest: "z".into() })
    };
    assert_eq!(once(&f, "d", other).await.pushed.unwrap().digest, "z");
}

async fn jobs_know_their_own_records(f: Fixture) {
    once(&f, "a", pushed("1", "d")).await;
    let mut export = run("b");
    export.job = "export".into();
    let fence = f.begin(&export).await;
    f.claim(&export, fence, "w", &keys(["1"])).await;
    assert_eq!(
        f.ledger.load(&export, &keys(["1"])).await.unwrap()[0],
        RecordState::new("1".into())
    );
    let known = f.ledger.record(&"1".into()).await.unwrap();
    assert_eq!(known.len(), 1, "a claim alone is no knowledge: {known:?}");
    f.settle(&export, fence, "w", &[settlement("1", Settled::NotFound)])
        .await;
    let jobs: Vec<String> = f
        .ledger
        .record(&"1".into())
        .await
        .unwrap()
        .into_iter()
        .map(|(_, job, _)| job.to_string())
        .collect();
    assert_eq!(jobs, ["export", "import"]);
}

async fn a_chunk_may_settle_in_parts(f: Fixture) {
    let cx = run("a");
    let fence = f.begin(&cx).await;
    f.dispatched(&cx, fence, 3).await;
    f.claim(&cx, fence, "w", &keys(["1", "2", "3"])).await;
    for key in ["1", "2", "3"] {
        assert_eq!(f.settle(&cx, fence, "w", &[pushed(key, "d")]).await, APPLIED);
    }
    assert_eq!(
        f.claim(&cx, fence, "x", &keys(["1", "2", "3"])).await,
        vec![Claim::Duplicate; 3]
    );
    let receipt = f.ledger.close(&cx, fence, Calls::default(), None).await.unwrap();
    assert_eq!((receipt.pushed, receipt.balanced), (3, true));
}

/// Many runs want the same records at once, each in an order of its own: nobody fails, and each record is settled as often
/// as it was granted.
async fn workers_share_records_without_a_deadlock(f: Fixture) {
    const RECORDS: usize = 40;
    let ledgers = [Arc::new(f.another().await), Arc::new(f.another().await)];
    let mut workers = tokio::task::JoinSet::new();
    for n in 0..6 {
        let (cx, owner) = (run(&format!("run-{n}")), format!("worker-{n}"));
        let fence = f.begin(&cx).await;
        f.dispatched(&cx, fence, RECORDS as u64).await;
        let ledger = Arc::clone(&ledgers[n % 2]);
        workers.spawn(async move {
            // 7, 11, 13 … have no divisor in common with the number of records: each step visits all of them.
            let step = [7, 11, 13, 17, 19, 23][n];
            let keys: Vec<RecordKey> = (0..RECORDS)
                .map(|i| format!("{}", (i * step + n) % RECORDS).into())
                .collect();
            let mut granted = Vec::new();
            for (chunk, keys) in (0..).zip(keys.chunks(10)) {
                let request = ClaimRequest {
                    chunk,
                    fence,
                    owner: &owner,
                    keys,
                    ttl: TTL,
                };
                let claimed = ledger.claim(&cx, request).await.unwrap();
                let settlements: Vec<Settlement> = claimed
                    .iter()
                    .map(|c| match c.claim {
                        Claim::Granted => pushed(c.state.key.as_str(), "d"),
                        _ => settlement(c.state.key.as_str(), Settled::Deferred(DeferReason::Claimed)),
                    })
                    .collect();
                granted.extend(
                    claimed
                        .into_iter()
                        .filter(|c| c.claim == Claim::Granted)
                        .map(|c| c.state.key),
                );
                let (owner, calls) = (owner.as_str(), Calls::default());
                let request = SettleRequest {
                    chunk,
                    fence,
                    owner,
                    at: at(7),
                    settlements: &settlements,
                    calls,
                    withhold: &[],
                };
                assert_eq!(
                    ledger.settle(&cx, request).await.unwrap().applied,
                    keys.len() as u64
                );
            }
            let receipt = ledger.close(&cx, fence, Calls::default(), None).await.unwrap();
            assert!(
                receipt.balanced && receipt.pushed == granted.len() as u64,
                "{receipt:?}"
            );
            granted
        });
    }
    let granted: Vec<RecordKey> = workers.join_all().await.concat();
    for key in (0..RECORDS).map(|i| format!("{i}")) {
        let times = granted.iter().filter(|k| k.as_str() == key).count();
        assert_eq!(load(&f, &key).await.pushes, times as u64, "{key}");
    }
}
