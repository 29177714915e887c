//! What console and command line show, beyond its contract.

use std::time::Duration;

use customs_core::{ErrorFilter, ErrorReport, ErrorReporter as _, LedgerReader as _, RunStatus};

use crate::fixture::{Fixture, at, error_row, failed, keys, on_each_database, pushed, run};

on_each_database!(processes_report_one_row_per_id, an_open_run_is_shown);

fn all(limit: u32) -> ErrorFilter {
    ErrorFilter {
        run: None,
        key: None,
        episode: None,
        limit,
    }
}

async fn processes_report_one_row_per_id(f: Fixture) {
    let report = ErrorReport::new(at(0), None, error_row("x", "text"));
    let other = f.another().await;
    for ledger in [&f.ledger, &other, &f.ledger] {
        ledger.report(&run("a"), &report).await;
    }
    assert_eq!(f.ledger.errors(&all(9)).await.unwrap().len(), 1);
}

async fn an_open_run_is_shown(f: Fixture) {
    let cx = run("a");
    let fence = f.begin(&cx).await;
    f.dispatched(&cx, fence, 3).await;
    f.claim(&cx, fence, "w", &keys(["1", "2"])).await;
    f.settle(&cx, fence, "w", &[pushed("1", "d"), failed("2", "many", "")])
        .await;
    f.advance(Duration::from_secs(2)).await;
    let [row] = f.ledger.runs(9).await.unwrap().try_into().unwrap();
    assert_eq!((row.closed_at, row.receipt.status), (None, RunStatus::Dispatched));
    assert_eq!(
        (row.receipt.due, row.receipt.pushed, row.receipt.failed),
        (3, 1, 1)
    );
    assert!(!row.receipt.balanced);
    assert!(row.receipt.elapsed_ms >= 2000 && row.started_at <= f.now());
    assert_eq!(row.receipt.reasons.failed, [("many".into(), 1)].into());
}
