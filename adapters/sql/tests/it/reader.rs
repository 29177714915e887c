//! What console and command line show.

use std::time::Duration;

use customs_core::{
    Calls, ErrorFilter, ErrorReport, ErrorReporter as _, LedgerReader as _, RunLedger as _, RunStatus,
    StoredError,
};

use crate::fixture::{Fixture, at, error_row, failed, keys, on_each_database, pushed, record, run};

on_each_database!(
    newest_first,
    causes_add_up,
    what_was_settled_is_shown,
    one_row_per_id,
    an_open_run_is_shown
);

fn all(limit: u32) -> ErrorFilter {
    ErrorFilter {
        run: None,
        key: None,
        limit,
    }
}

async fn newest_first(f: Fixture) {
    for (n, id) in ["a", "b", "c"].into_iter().enumerate() {
        let cx = run(id);
        let fence = f.begin(&cx).await;
        f.ledger.close(&cx, fence, Calls::default(), None).await.unwrap();
        // Two at the same time: the one that came last is first.
        for text in ["1", "2"] {
            let report = ErrorReport::new(at(n as i64), None, error_row("x", &format!("{id}{text}")));
            f.ledger.report(&cx, &report).await;
        }
        f.advance(Duration::from_secs(1)).await;
    }
    let runs: Vec<String> = f
        .ledger
        .runs(2)
        .await
        .unwrap()
        .into_iter()
        .map(|r| r.receipt.run_id.to_string())
        .collect();
    assert_eq!(runs, ["c", "b"]);
    let texts = |errors: Vec<StoredError>| errors.into_iter().map(|e| e.error.message).collect::<Vec<_>>();
    assert_eq!(texts(f.ledger.errors(&all(3)).await.unwrap()), ["c2", "c1", "b2"]);
    let of_a = ErrorFilter {
        run: Some("a".into()),
        ..all(9)
    };
    assert_eq!(texts(f.ledger.errors(&of_a).await.unwrap()), ["a2", "a1"]);
}

async fn causes_add_up(f: Fixture) {
    let cx = run("a");
    for (code, n) in [("rare", 1), ("often", 5), ("some", 3)] {
        for i in 0..n {
            let report = ErrorReport::new(at(i), Some(format!("{code}{i}").into()), error_row(code, "text"));
            f.ledger.report(&cx, &report).await;
        }
    }
    f.ledger
        .report(
            &run("other"),
            &ErrorReport::new(at(0), None, error_row("often", "text")),
        )
        .await;
    let causes = f.ledger.causes(&cx.run).await.unwrap();
    let counts: Vec<(u64, &str)> = causes
        .iter()
        .map(|c| (c.count, c.example.code.as_str()))
        .collect();
    assert_eq!(counts, [(5, "often"), (3, "some"), (1, "rare")]);
    assert_eq!(causes[0].example_key, Some("often4".into()));
    assert_eq!(causes[0].example, error_row("often", "text"));
}

async fn what_was_settled_is_shown(f: Fixture) {
    let cx = run("a");
    let fence = f.begin(&cx).await;
    f.claim(&cx, fence, "w", &keys(["1", "2"])).await;
    f.settle(
        &cx,
        fence,
        "w",
        &[pushed("1", "d"), failed("2", "many", "several match")],
    )
    .await;
    let by_key = ErrorFilter {
        key: Some("2".into()),
        ..all(9)
    };
    let by_both = ErrorFilter {
        run: Some(cx.run.clone()),
        ..by_key.clone()
    };
    for filter in [all(9), by_key, by_both] {
        let [error] = f.ledger.errors(&filter).await.unwrap().try_into().unwrap();
        assert_eq!(error.record, Some(record("2")));
        assert_eq!(error.error, error_row("many", "several match"));
        assert_eq!(
            (error.key, error.at, error.run),
            (Some("2".into()), at(7), cx.run.clone())
        );
        assert_eq!((error.company, error.job), (cx.company.clone(), cx.job.clone()));
    }
}

async fn one_row_per_id(f: Fixture) {
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
