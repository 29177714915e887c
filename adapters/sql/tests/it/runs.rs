//! Runs, beyond their contract.

use std::time::Duration;

use customs_core::{
    Begun, Calls, Claim, DeferReason, ErrorKind, LedgerReader as _, PlanTotals, RunLedger as _, RunStatus,
    Settled, Tally,
};

use crate::fixture::{
    Fixture, LEASE, TTL, failed, keys, main, on_each_database, pushed, run, settlement, urgent,
};

on_each_database!(
    an_urgent_run_overtakes,
    beginning_again_is_the_same_run,
    a_receipt_is_what_the_tables_hold,
    a_run_that_does_not_balance_is_failed,
    a_planning_run_is_never_reaped_as_settled,
    another_runs_fence_closes_nothing,
);

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

async fn a_receipt_is_what_the_tables_hold(f: Fixture) {
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
        alarm: None,
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
        alarm: None,
    };
    f.ledger.dispatched(&cx, fence, &totals, TTL).await.unwrap();
    f.claim(&cx, fence, "w", &keys(["1", "2"])).await;
    f.settle(&cx, fence, "w", &[pushed("1", "d"), pushed("2", "d")])
        .await;
    let receipt = f.ledger.close(&cx, fence, Calls::default(), None).await.unwrap();
    assert_eq!((receipt.status, receipt.balanced), (RunStatus::Failed, false));
    assert!(receipt.error.unwrap().contains("balance"));
}

async fn a_planning_run_is_never_reaped_as_settled(f: Fixture) {
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
