//! Runs: one at a time, taken over when they die, and closed with a receipt that adds up.

use std::time::Duration;

use customs_core::{
    BeginRequest, Begun, Calls, Claim, DeferReason, ErrorKind, LedgerReader as _, PlanTotals, RunLedger as _,
    RunStatus, Settled, Tally,
};

use crate::fixture::{
    Fixture, LEASE, TTL, failed, keys, main, on_each_database, pushed, run, settlement, urgent,
};

on_each_database!(
    one_run_at_a_time,
    an_urgent_run_overtakes,
    fences_rise,
    beginning_again_is_the_same_run,
    an_expired_lease_is_taken_over,
    a_sole_instance_reclaims_at_once,
    heartbeat_extends,
    close_draws_up_the_receipt,
    a_run_that_does_not_balance_is_failed,
    reap_closes_what_died,
    reap_closes_what_is_settled,
    another_runs_fence_closes_nothing,
);

async fn one_run_at_a_time(f: Fixture) {
    let first = run("a");
    f.begin(&first).await;
    let second = f.another().await;
    let busy = second.begin(&run("b"), &main("other", false)).await.unwrap();
    assert_eq!(
        busy,
        Begun::Busy {
            run: first.run.clone()
        }
    );
    // Another job, and another company, are not in the way.
    let mut other = run("c");
    other.job = "export".into();
    f.begin(&other).await;
    let mut other = run("d");
    other.company = "2000".into();
    f.begin(&other).await;
    // Once planning has ended, the next run may begin.
    f.dispatched(&first, 1, 0).await;
    assert_eq!(f.begin(&run("e")).await, 2);
}

async fn an_urgent_run_overtakes(f: Fixture) {
    f.begin(&run("full")).await;
    for id in ["urgent-1", "urgent-2"] {
        let begun = f.ledger.begin(&run(id), &urgent("host")).await.unwrap();
        assert!(matches!(begun, Begun::Started { .. }), "{begun:?}");
    }
    let triggers: Vec<String> = f
        .ledger
        .runs(9)
        .await
        .unwrap()
        .into_iter()
        .map(|r| r.trigger)
        .collect();
    assert_eq!(triggers, ["keys", "keys", "schedule"]);
}

async fn fences_rise(f: Fixture) {
    for (id, fence) in [("a", 1), ("b", 2), ("c", 3)] {
        let cx = run(id);
        assert_eq!(f.begin(&cx).await, fence);
        f.ledger.close(&cx, fence, Calls::default(), None).await.unwrap();
    }
}

/// The answer to a call may be lost, and the call made again.
async fn beginning_again_is_the_same_run(f: Fixture) {
    let request = main("host", true);
    for _ in 0..2 {
        let begun = f.ledger.begin(&run("a"), &request).await.unwrap();
        assert_eq!(begun, Begun::Started { fence: 1 });
    }
    let error = f
        .ledger
        .begin(&run("a"), &main("other", false))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict);
    f.ledger
        .close(&run("a"), 1, Calls::default(), None)
        .await
        .unwrap();
    assert_eq!(
        f.ledger.begin(&run("a"), &request).await.unwrap_err().kind(),
        ErrorKind::Conflict
    );
}

async fn an_expired_lease_is_taken_over(f: Fixture) {
    let dead = run("dead");
    f.begin(&dead).await;
    f.advance(LEASE).await;
    assert_eq!(f.begin(&run("next")).await, 2);
    let row = f
        .ledger
        .runs(9)
        .await
        .unwrap()
        .into_iter()
        .find(|r| r.receipt.run_id == dead.run)
        .unwrap();
    assert_eq!(row.receipt.status, RunStatus::Failed);
    assert!(row.receipt.error.unwrap().contains("lease"));
    // What the dead one still says has no effect.
    assert_eq!(
        f.ledger.heartbeat(&dead, 1, LEASE).await.unwrap_err().kind(),
        ErrorKind::Conflict
    );
    let totals = PlanTotals::default();
    assert_eq!(
        f.ledger
            .dispatched(&dead, 1, &totals, TTL)
            .await
            .unwrap_err()
            .kind(),
        ErrorKind::Conflict
    );
}

async fn a_sole_instance_reclaims_at_once(f: Fixture) {
    let dead = run("dead");
    f.ledger.begin(&dead, &main("host", true)).await.unwrap();
    let [key] = keys(["1000/1"]);
    f.claim(&dead, 1, "dead/0", std::slice::from_ref(&key)).await;
    // Another host, or one that does not know that it is alone, waits for the lease.
    for request in [main("elsewhere", true), main("host", false)] {
        let begun = f.ledger.begin(&run("next"), &request).await.unwrap();
        assert_eq!(
            begun,
            Begun::Busy {
                run: dead.run.clone()
            }
        );
    }
    let alone = main("host", true);
    let next = run("next");
    assert_eq!(
        f.ledger.begin(&next, &alone).await.unwrap(),
        Begun::Started { fence: 2 }
    );
    assert_eq!(
        f.claim(&next, 2, "next/0", std::slice::from_ref(&key)).await,
        [Claim::Granted]
    );
    // A run of this very process goes on.
    let same = BeginRequest {
        lease: LEASE,
        ..alone
    };
    assert_eq!(
        f.ledger.begin(&run("again"), &same).await.unwrap(),
        Begun::Busy {
            run: next.run.clone()
        }
    );
    assert!(f.ledger.heartbeat(&next, 2, LEASE).await.is_ok());
}

async fn heartbeat_extends(f: Fixture) {
    let cx = run("a");
    let fence = f.begin(&cx).await;
    for _ in 0..3 {
        f.advance(LEASE / 2).await;
        f.ledger.heartbeat(&cx, fence, LEASE).await.unwrap();
    }
    let begun = f.ledger.begin(&run("b"), &main("other", false)).await.unwrap();
    assert_eq!(begun, Begun::Busy { run: cx.run.clone() });
    f.advance(LEASE).await;
    let error = f.ledger.heartbeat(&cx, fence, LEASE).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict);
    assert!(!error.is_transient());
}

async fn close_draws_up_the_receipt(f: Fixture) {
    let cx = run("a");
    let fence = f.begin(&cx).await;
    let mut tally = Tally::default();
    tally.fail("no_cargo_number", 1);
    tally.defer(DeferReason::NotDueYet, 2);
    tally.calls_saved = 2;
    let totals = PlanTotals {
        due: 9,
        tally,
        dispatched: 6,
    };
    for _ in 0..2 {
        f.ledger.dispatched(&cx, fence, &totals, TTL).await.unwrap();
    }
    let five = keys(["1", "2", "3", "4", "5"]);
    f.claim(&cx, fence, "w", &five).await;
    let results = [
        pushed("1", "d"),
        settlement("2", Settled::Unchanged { digest: "d".into() }),
        settlement("3", Settled::NotFound),
        failed("4", "many", "several"),
        settlement("5", Settled::Deferred(DeferReason::Quota)),
    ];
    f.settle(&cx, fence, "w", &results).await;
    f.advance(Duration::from_millis(1500)).await;
    let calls = Calls {
        source_reads: 3,
        ..Calls::default()
    };
    let receipt = f.ledger.close(&cx, fence, calls, None).await.unwrap();
    assert_eq!(receipt.status, RunStatus::Succeeded);
    assert!(receipt.balanced);
    assert_eq!(
        (receipt.due, receipt.pushed, receipt.unchanged, receipt.not_found),
        (9, 1, 1, 1)
    );
    assert_eq!((receipt.failed, receipt.deferred), (2, 4));
    assert_eq!(
        receipt.reasons.failed,
        [("many".into(), 1), ("no_cargo_number".into(), 1)].into()
    );
    let deferred = [
        ("not_due_yet".into(), 2),
        ("quota".into(), 1),
        ("undelivered".into(), 1),
    ];
    assert_eq!(receipt.reasons.deferred, deferred.into());
    assert_eq!(
        (receipt.customs_calls, receipt.sap_reads, receipt.calls_saved,),
        (5, 3, 2)
    );
    assert!(receipt.elapsed_ms >= 1500, "{}", receipt.elapsed_ms);
    // Closing again, later and otherwise, changes nothing; and it is what the tables hold.
    f.advance(LEASE).await;
    let again = f
        .ledger
        .close(&cx, fence, Calls::default(), Some("no"))
        .await
        .unwrap();
    assert_eq!(again, receipt);
    assert_eq!(f.ledger.runs(1).await.unwrap()[0].receipt, receipt);
    // A chunk that comes after it finds nothing to do.
    assert_eq!(
        f.claim(&cx, fence, "late", &keys(["6"])).await,
        [Claim::Duplicate]
    );
    assert_eq!(f.settle(&cx, fence, "late", &[pushed("6", "d")]).await.applied, 0);
}

async fn a_run_that_does_not_balance_is_failed(f: Fixture) {
    let cx = run("a");
    let fence = f.begin(&cx).await;
    let totals = PlanTotals {
        due: 3,
        tally: Tally::default(),
        dispatched: 2,
    };
    f.ledger.dispatched(&cx, fence, &totals, TTL).await.unwrap();
    f.claim(&cx, fence, "w", &keys(["1", "2"])).await;
    f.settle(&cx, fence, "w", &[pushed("1", "d"), pushed("2", "d")])
        .await;
    let receipt = f.ledger.close(&cx, fence, Calls::default(), None).await.unwrap();
    assert_eq!((receipt.status, receipt.balanced), (RunStatus::Failed, false));
    assert!(receipt.error.unwrap().contains("balance"));
}

async fn reap_closes_what_died(f: Fixture) {
    let (planning, working) = (run("planning"), run("working"));
    f.begin(&working).await;
    f.dispatched(&working, 1, 4).await;
    f.claim(&working, 1, "w", &keys(["1", "2"])).await;
    f.settle(&working, 1, "w", &[pushed("1", "d")]).await;
    f.begin(&planning).await;
    assert!(f.ledger.reap(&run("tick")).await.unwrap().is_empty());
    let mut elsewhere = run("tick");
    elsewhere.job = "export".into();
    f.advance(TTL).await;
    assert!(f.ledger.reap(&elsewhere).await.unwrap().is_empty());
    let mut closed = f.ledger.reap(&run("tick")).await.unwrap();
    closed.sort_by(|a, b| a.run_id.cmp(&b.run_id));
    let [planned, worked] = closed.try_into().unwrap();
    assert_eq!(
        (planned.run_id, planned.status),
        (planning.run.clone(), RunStatus::Failed)
    );
    assert_eq!(
        (worked.run_id, worked.status, worked.balanced),
        (working.run.clone(), RunStatus::Succeeded, true)
    );
    assert_eq!(worked.reasons.deferred, [("undelivered".into(), 3)].into());
    assert!(f.ledger.reap(&run("tick")).await.unwrap().is_empty());
}

async fn reap_closes_what_is_settled(f: Fixture) {
    let cx = run("a");
    let fence = f.begin(&cx).await;
    f.claim(&cx, fence, "w", &keys(["1", "2"])).await;
    f.settle(&cx, fence, "w", &[pushed("1", "d")]).await;
    // More is settled than was handed over so far: planning goes on.
    assert!(f.ledger.reap(&run("tick")).await.unwrap().is_empty());
    f.dispatched(&cx, fence, 2).await;
    assert!(f.ledger.reap(&run("tick")).await.unwrap().is_empty());
    f.settle(&cx, fence, "w", &[pushed("2", "d")]).await;
    let [receipt] = f.ledger.reap(&run("tick")).await.unwrap().try_into().unwrap();
    assert_eq!(
        (receipt.status, receipt.pushed, receipt.balanced),
        (RunStatus::Succeeded, 2, true)
    );
}

async fn another_runs_fence_closes_nothing(f: Fixture) {
    let cx = run("a");
    f.begin(&cx).await;
    for (id, fence) in [("a", 2), ("unknown", 1)] {
        let error = f
            .ledger
            .close(&run(id), fence, Calls::default(), None)
            .await
            .unwrap_err();
        assert_eq!(
            (error.kind(), error.get_operation()),
            (ErrorKind::Conflict, Some("close"))
        );
    }
}
