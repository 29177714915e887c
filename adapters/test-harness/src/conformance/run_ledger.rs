//! The contract of [`RunLedger`](customs_core::RunLedger).

use std::collections::BTreeMap;
use std::time::Duration;

use customs_core::{
    Begun, Calls, Claim, DeferReason, Error, ErrorFilter, ErrorKind, ErrorRow, PlanTotals, RunStatus, Stage,
    Tally,
};

use super::ledger::{
    LEASE, LedgerSubject, MOMENT, TTL, Work, begin, busy, failed, full, key, not_found, pushed, urgent,
};
use super::run;

/// Tests of a [`RunLedger`](customs_core::RunLedger): `run_ledger_suite!(name, factory)`, where the factory makes a
/// [`LedgerSubject`](crate::conformance::ledger::LedgerSubject) and is awaited. An attribute in front replaces
/// `#[tokio::test]`.
#[macro_export]
macro_rules! run_ledger_suite {
    ($name:ident, $factory:expr) => {
        $crate::run_ledger_suite!(
            #[tokio::test]
            $name,
            $factory
        );
    };
    (#[$test:meta] $name:ident, $factory:expr) => {
        $crate::conformance_tests! {
            #[$test] $name, $factory, run_ledger:
            one_run_at_a_time,
            a_skipped_run_is_shown,
            fences_rise,
            an_expired_lease_is_taken_over,
            a_sole_instance_reclaims_at_once,
            heartbeat_extends,
            close_draws_up_the_receipt,
            close_is_idempotent,
            an_alarm_is_an_error_of_the_run,
            usual_due_is_that_of_good_runs,
            reap_closes_what_died,
            reap_closes_what_is_settled,
        }
    };
}

/// A full run keeps out another of its company and job, and nothing else, until its planning has ended.
pub async fn one_run_at_a_time(subject: &impl LedgerSubject) {
    let first = run("a");
    let fence = begin(subject, &first, &full("host", "boot", false)).await;
    assert_eq!(busy(subject, &run("b")).await, Some(first.run.clone()));
    let (mut other_job, mut other_company) = (run("c"), run("d"));
    other_job.job = "export".into();
    other_company.company = "2000".into();
    assert_eq!(busy(subject, &other_job).await, None);
    assert_eq!(busy(subject, &other_company).await, None);
    begin(subject, &run("e"), &urgent()).await;
    begin(subject, &run("f"), &urgent()).await;
    let totals = PlanTotals {
        due: 1,
        dispatched: 1,
        tally: Tally::default(),
        alarm: None,
    };
    subject
        .runs()
        .dispatched(&first, fence, &totals, TTL)
        .await
        .unwrap();
    assert_eq!(busy(subject, &run("g")).await, None);
}

/// A run that found another busy is a row of its own, which says so; the answer is the same when it asks again.
pub async fn a_skipped_run_is_shown(subject: &impl LedgerSubject) {
    let first = run("a");
    begin(subject, &first, &full("host", "boot", false)).await;
    for _ in 0..2 {
        assert_eq!(busy(subject, &run("b")).await, Some(first.run.clone()));
    }
    let rows = subject.reader().runs(10).await.unwrap();
    assert_eq!(rows.len(), 2);
    let row = rows.iter().find(|r| r.receipt.run_id == run("b").run).unwrap();
    let receipt = &row.receipt;
    assert_eq!(
        (
            receipt.status,
            receipt.balanced,
            receipt.due,
            row.closed_at.is_some()
        ),
        (RunStatus::Skipped, true, 0, true)
    );
    assert!(
        receipt.error.as_ref().is_some_and(|e| e.contains("run a")),
        "{receipt:?}"
    );
    assert_eq!(subject.runs().reap(&run("c")).await.unwrap(), []);
}

/// Each run's fence is higher than all before it, in every lane and after every kind of end.
pub async fn fences_rise(subject: &impl LedgerSubject) {
    let mut highest = 0;
    for (id, request) in [
        ("a", full("host", "1", true)),
        ("b", urgent()),
        ("c", full("host", "2", true)),
        ("d", urgent()),
    ] {
        let fence = begin(subject, &run(id), &request).await;
        assert!(fence > highest, "{fence} after {highest}");
        highest = fence;
    }
    subject
        .runs()
        .close(&run("c"), highest - 1, Calls::default(), None)
        .await
        .unwrap();
    subject.advance(LEASE + MOMENT).await;
    subject.runs().reap(&run("e")).await.unwrap();
    assert!(begin(subject, &run("e"), &full("host", "3", false)).await > highest);
}

/// After its lease a planning run makes way and is closed as failed.
pub async fn an_expired_lease_is_taken_over(subject: &impl LedgerSubject) {
    let fence = begin(subject, &run("a"), &full("host", "boot", false)).await;
    subject.advance(LEASE - MOMENT).await;
    assert_eq!(busy(subject, &run("b")).await, Some(run("a").run));
    subject.advance(2 * MOMENT).await;
    assert!(begin(subject, &run("c"), &full("other", "boot", false)).await > fence);
    let rows = subject.reader().runs(10).await.unwrap();
    let dead = rows.iter().find(|r| r.receipt.run_id == run("a").run).unwrap();
    assert_eq!(dead.receipt.status, RunStatus::Failed);
    assert!(
        dead.closed_at.is_some() && dead.receipt.error.is_some(),
        "{dead:?}"
    );
}

/// The only process of an instance takes back at once what a dead one left, and leaves alone what is its own.
pub async fn a_sole_instance_reclaims_at_once(subject: &impl LedgerSubject) {
    let dead = run("a");
    let work = Work {
        fence: begin(subject, &dead, &full("host", "1", true)).await,
        cx: dead.clone(),
    };
    assert_eq!(
        work.claim(subject, 0, "owner", &[key("1")]).await,
        [Claim::Granted]
    );
    for (id, request) in [
        ("b1", full("host", "1", true)),
        ("b2", full("host", "2", false)),
        ("b3", full("other", "2", true)),
    ] {
        let begun = subject.runs().begin(&run(id), &request).await.unwrap();
        assert_eq!(
            begun,
            Begun::Busy {
                run: dead.run.clone()
            },
            "{request:?}"
        );
    }
    let next = Work {
        cx: run("c"),
        fence: begin(subject, &run("c"), &full("host", "2", true)).await,
    };
    assert!(next.fence > work.fence);
    assert_eq!(
        next.claim(subject, 0, "owner 2", &[key("1")]).await,
        [Claim::Granted]
    );
    let rows = subject.reader().runs(10).await.unwrap();
    let closed = rows.iter().find(|r| r.receipt.run_id == dead.run).unwrap();
    assert_eq!(closed.receipt.status, RunStatus::Failed);
}

/// A heartbeat moves the lease's end; a lost lease is a conflict, for the old fence as well.
pub async fn heartbeat_extends(subject: &impl LedgerSubject) {
    let cx = run("a");
    let fence = begin(subject, &cx, &full("host", "boot", false)).await;
    for _ in 0..3 {
        subject.advance(LEASE - MOMENT).await;
        subject.runs().heartbeat(&cx, fence, LEASE).await.unwrap();
    }
    subject.advance(LEASE - MOMENT).await;
    assert_eq!(busy(subject, &run("b")).await, Some(cx.run.clone()));
    let error = subject.runs().heartbeat(&cx, fence + 1, LEASE).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict);
    subject.advance(2 * MOMENT).await;
    for _ in 0..2 {
        let error = subject.runs().heartbeat(&cx, fence, LEASE).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Conflict);
        assert_eq!(busy(subject, &run("c")).await.filter(|r| *r == cx.run), None);
    }
}

/// The receipt is the sum of planning, settling and what never came back; a sum that is not what was due is a failed run.
pub async fn close_draws_up_the_receipt(subject: &impl LedgerSubject) {
    let work = Work::begin(subject, "a").await;
    let mut tally = Tally::default();
    tally.fail("missing_field", 1);
    tally.defer(DeferReason::NotDueYet, 2);
    let totals = PlanTotals {
        due: 7,
        dispatched: 4,
        tally,
        alarm: None,
    };
    subject
        .runs()
        .dispatched(&work.cx, work.fence, &totals, TTL)
        .await
        .unwrap();
    work.work(
        subject,
        &[pushed("1", 5, "d"), not_found("2", 5), failed("3", "CZ115")],
    )
    .await;
    subject.advance(Duration::from_secs(3)).await;
    let calls = Calls {
        source_reads: 2,
        ..Calls::default()
    };
    let receipt = subject
        .runs()
        .close(&work.cx, work.fence, calls, None)
        .await
        .unwrap();
    let sums = [
        receipt.due,
        receipt.pushed,
        receipt.unchanged,
        receipt.not_found,
        receipt.failed,
        receipt.deferred,
    ];
    assert_eq!(sums, [7, 1, 0, 1, 2, 3], "{receipt:?}");
    assert_eq!(
        (receipt.status, receipt.balanced, &receipt.error),
        (RunStatus::Succeeded, true, &None)
    );
    assert_eq!(
        (receipt.sap_reads, receipt.customs_calls, receipt.sap_writes),
        (2, 3, 0)
    );
    let reasons = |pairs: &[(&str, u64)]| -> BTreeMap<String, u64> {
        pairs
            .iter()
            .map(|(name, count)| ((*name).to_owned(), *count))
            .collect()
    };
    assert_eq!(
        receipt.reasons.failed,
        reasons(&[("CZ115", 1), ("missing_field", 1)])
    );
    assert_eq!(
        receipt.reasons.deferred,
        reasons(&[("not_due_yet", 2), ("undelivered", 1)])
    );
    assert_eq!(
        (&receipt.run_id, receipt.elapsed_ms >= 3000),
        (&work.cx.run, true)
    );

    let short = Work::begin(subject, "b").await;
    let totals = PlanTotals {
        due: 3,
        dispatched: 1,
        tally: Tally::default(),
        alarm: None,
    };
    subject
        .runs()
        .dispatched(&short.cx, short.fence, &totals, TTL)
        .await
        .unwrap();
    short.work(subject, &[pushed("4", 5, "d")]).await;
    let receipt = short.close(subject).await;
    assert_eq!((receipt.status, receipt.balanced), (RunStatus::Failed, false));

    let broken = Work::begin(subject, "c").await;
    let closed = subject
        .runs()
        .close(&broken.cx, broken.fence, Calls::default(), Some("no due list"))
        .await;
    let receipt = closed.unwrap();
    assert_eq!(
        (receipt.status, receipt.error.as_deref()),
        (RunStatus::Failed, Some("no due list"))
    );
}

/// Closing again, later and with other words, returns the same receipt.
pub async fn close_is_idempotent(subject: &impl LedgerSubject) {
    let work = Work::begin(subject, "a").await;
    work.dispatched(subject, 2).await;
    work.work(subject, &[pushed("1", 5, "d")]).await;
    let receipt = work.close(subject).await;
    subject.advance(2 * TTL).await;
    let calls = Calls {
        customs_calls: 9,
        customs_ms: 9,
        source_reads: 9,
        sink_writes: 9,
    };
    let again = subject
        .runs()
        .close(&work.cx, work.fence, calls, Some("too late"))
        .await
        .unwrap();
    assert_eq!(again, receipt);
    let shown = subject.reader().runs(1).await.unwrap();
    assert_eq!(shown[0].receipt, receipt);
    let foreign = subject
        .runs()
        .close(&work.cx, work.fence + 1, Calls::default(), None)
        .await;
    assert_eq!(foreign.unwrap_err().kind(), ErrorKind::Conflict);
}

fn suspicious(code: &'static str) -> ErrorRow {
    let error = Error::new(
        ErrorKind::Suspicious,
        "the due list holds 0 records, usual are 812",
    )
    .code(code);
    ErrorRow::new(Stage::Fetch, &error)
}

/// The alarm stands in the run's receipt and among its errors, once; without one there is none.
pub async fn an_alarm_is_an_error_of_the_run(subject: &impl LedgerSubject) {
    let work = Work::begin(subject, "a").await;
    let alarm = suspicious("zero_records");
    let totals = PlanTotals {
        alarm: Some(alarm.clone()),
        ..PlanTotals::default()
    };
    for _ in 0..2 {
        let told = subject.runs().dispatched(&work.cx, work.fence, &totals, TTL);
        told.await.unwrap();
    }
    let receipt = work.close(subject).await;
    assert_eq!(
        (receipt.status, receipt.alarm.as_deref()),
        (RunStatus::Succeeded, Some("zero_records"))
    );
    assert_eq!(subject.reader().runs(1).await.unwrap()[0].receipt, receipt);
    let of_run = ErrorFilter {
        run: Some(run("a").run),
        limit: 9,
        ..ErrorFilter::default()
    };
    let errors = subject.reader().errors(&of_run).await.unwrap();
    let rows: Vec<_> = errors.iter().map(|e| (&e.error, &e.key)).collect();
    assert_eq!(rows, [(&alarm, &None)]);
    let calm = Work::begin(subject, "b").await;
    calm.dispatched(subject, 0).await;
    assert_eq!(calm.close(subject).await.alarm, None);
}

/// What was due in full runs that succeeded and raised no alarm, newest first, within a time.
pub async fn usual_due_is_that_of_good_runs(subject: &impl LedgerSubject) {
    let plain = |due, dispatched| PlanTotals {
        due,
        dispatched,
        ..PlanTotals::default()
    };
    let alarmed = PlanTotals {
        alarm: Some(suspicious("zero_records")),
        ..PlanTotals::default()
    };
    let mut skipped = plain(30, 0);
    skipped.tally.defer(DeferReason::NotDueYet, 30);
    let all = [
        ("old", full("host", "boot", false), plain(0, 0)),
        ("plain", full("host", "boot", false), skipped),
        ("urgent", urgent(), plain(0, 0)),
        ("alarmed", full("host", "boot", false), alarmed),
        ("unbalanced", full("host", "boot", false), plain(9, 0)),
        ("empty", full("host", "boot", false), plain(0, 0)),
    ];
    for (id, request, totals) in all {
        let cx = run(id);
        let fence = begin(subject, &cx, &request).await;
        subject.runs().dispatched(&cx, fence, &totals, TTL).await.unwrap();
        subject
            .runs()
            .close(&cx, fence, Calls::default(), None)
            .await
            .unwrap();
        subject.advance(MOMENT).await;
    }
    begin(subject, &run("open"), &full("host", "boot", false)).await;
    let usual = async |limit, within| subject.runs().usual_due(&run("x"), limit, within).await.unwrap();
    assert_eq!(usual(10, 1000 * MOMENT).await, [0, 30, 0]);
    assert_eq!(usual(2, 1000 * MOMENT).await, [0, 30]);
    assert_eq!(usual(10, 5 * MOMENT + MOMENT / 2).await, [0, 30]);
    let mut other = run("x");
    other.job = "export".into();
    let elsewhere = subject.runs().usual_due(&other, 10, 1000 * MOMENT).await.unwrap();
    assert_eq!(elsewhere, [0; 0]);
}

/// Runs whose lease or chunks ran out are closed, each once, in their own job only.
pub async fn reap_closes_what_died(subject: &impl LedgerSubject) {
    let _planning = Work::begin(subject, "a").await;
    let late = Work::begin(subject, "b").await;
    late.dispatched(subject, 2).await;
    let mut other = run("c");
    other.job = "export".into();
    assert_eq!(subject.runs().reap(&run("d")).await.unwrap(), []);
    subject.advance(LEASE + MOMENT).await;
    assert_eq!(subject.runs().reap(&other).await.unwrap(), []);
    let reaped = subject.runs().reap(&run("d")).await.unwrap();
    let ended: Vec<_> = reaped.iter().map(|r| (r.run_id.as_str(), r.status)).collect();
    assert_eq!(ended, [("a", RunStatus::Failed)]);
    subject.advance(TTL - LEASE).await;
    let reaped = subject.runs().reap(&run("d")).await.unwrap();
    let ended: Vec<_> = reaped
        .iter()
        .map(|r| (r.run_id.as_str(), r.due, r.deferred, r.balanced))
        .collect();
    assert_eq!(ended, [("b", 2, 2, true)]);
    assert_eq!(reaped[0].reasons.deferred.get("undelivered"), Some(&2));
    assert_eq!(subject.runs().reap(&run("d")).await.unwrap(), []);
}

/// A dispatched run is closed as soon as all its records are settled, and not before.
pub async fn reap_closes_what_is_settled(subject: &impl LedgerSubject) {
    let work = Work::begin(subject, "a").await;
    work.work(subject, &[pushed("1", 5, "d")]).await;
    assert_eq!(
        subject.runs().reap(&run("b")).await.unwrap(),
        [],
        "it still plans"
    );
    work.dispatched(subject, 2).await;
    assert_eq!(subject.runs().reap(&run("b")).await.unwrap(), []);
    assert_eq!(
        work.claim(subject, 0, "owner", &[key("2")]).await,
        [Claim::Granted]
    );
    let report = work.settle(subject, "owner", &[not_found("2", 5)]).await.unwrap();
    assert_eq!(report.applied, 1);
    let reaped = subject.runs().reap(&run("b")).await.unwrap();
    let ended: Vec<_> = reaped
        .iter()
        .map(|r| (r.run_id.as_str(), r.status, r.pushed, r.not_found))
        .collect();
    assert_eq!(ended, [("a", RunStatus::Succeeded, 1, 1)]);
    assert_eq!(work.close(subject).await, reaped[0]);
}
