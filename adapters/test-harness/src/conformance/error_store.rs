//! The contract of [`ErrorStore`](customs_core::ErrorStore).

use customs_core::{Error, ErrorFilter, ErrorKind, ErrorReport, ErrorRow, Receipt, RunStatus, Stage, Tally};

use super::episode_ledger::episodes;
use super::ledger::{LedgerSubject, Work};
use super::run;

/// Tests of an [`ErrorStore`](customs_core::ErrorStore): `error_store_suite!(name, factory)`, where the factory makes a
/// [`LedgerSubject`](crate::conformance::ledger::LedgerSubject) and is awaited. An attribute in front replaces
/// `#[tokio::test]`.
#[macro_export]
macro_rules! error_store_suite {
    ($name:ident, $factory:expr) => {
        $crate::error_store_suite!(
            #[tokio::test]
            $name,
            $factory
        );
    };
    (#[$test:meta] $name:ident, $factory:expr) => {
        $crate::conformance_tests! {
            #[$test] $name, $factory, error_store:
            a_stored_report_is_there,
            one_row_per_id,
            the_receipt_of_an_unknown_run_is_kept,
        }
    };
}

fn report(subject: &impl LedgerSubject, id: &str) -> ErrorReport {
    let error = Error::new(ErrorKind::Ledger, "the database is away").code("ledger_unreachable");
    ErrorReport {
        id: id.to_owned(),
        ..ErrorReport::new(subject.now(), None, ErrorRow::new(Stage::Plan, &error))
    }
}

async fn stored(subject: &impl LedgerSubject) -> Vec<String> {
    let all = ErrorFilter {
        limit: 100,
        ..ErrorFilter::default()
    };
    let errors = subject.reader().errors(&all).await.unwrap();
    errors.into_iter().map(|e| e.id).collect()
}

/// It is an error row, and an episode counts it.
pub async fn a_stored_report_is_there(subject: &impl LedgerSubject) {
    subject
        .store()
        .store(&run("a"), &report(subject, "1"))
        .await
        .unwrap();
    assert_eq!(stored(subject).await, ["1"]);
    let counts: Vec<_> = episodes(subject, true).await.iter().map(|e| e.count).collect();
    assert_eq!(counts, [1]);
}

/// Again, it is the same row, and counted once.
pub async fn one_row_per_id(subject: &impl LedgerSubject) {
    for _ in 0..3 {
        subject
            .store()
            .store(&run("a"), &report(subject, "1"))
            .await
            .unwrap();
    }
    assert_eq!(stored(subject).await, ["1"]);
    assert_eq!(episodes(subject, true).await[0].count, 1);
}

/// The run is there, closed, with its numbers and reasons; a run that is there is left alone.
pub async fn the_receipt_of_an_unknown_run_is_kept(subject: &impl LedgerSubject) {
    let mut tally = Tally {
        pushed: 2,
        calls_saved: 4,
        ..Tally::default()
    };
    tally.fail("CZ115", 1);
    tally.defer(customs_core::DeferReason::LedgerUnavailable, 3);
    tally.calls.customs_calls = 5;
    let receipt = Receipt::draw_up(
        run("lost").run,
        6,
        tally,
        7000,
        Some("the database is away".into()),
    );
    let told = report(subject, "1").with_receipt(&receipt);
    for _ in 0..2 {
        subject.store().store(&run("lost"), &told).await.unwrap();
    }
    let rows = subject.reader().runs(9).await.unwrap();
    assert_eq!(rows.iter().map(|r| &r.receipt).collect::<Vec<_>>(), [&receipt]);
    assert!(rows[0].closed_at.is_some_and(|at| at > rows[0].started_at));
    let work = Work::begin(subject, "known").await;
    let told = report(subject, "2").with_receipt(&Receipt {
        run_id: work.cx.run.clone(),
        ..receipt
    });
    subject.store().store(&work.cx, &told).await.unwrap();
    work.dispatched(subject, 0).await;
    let closed = work.close(subject).await;
    assert_eq!((closed.status, closed.due), (RunStatus::Succeeded, 0));
    assert_eq!(subject.runs().reap(&run("x")).await.unwrap(), []);
}
