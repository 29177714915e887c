//! Texts that would break a statement put together from them.

use customs_core::{
    Claim, DueRecord, ErrorFilter, ErrorReport, ErrorReporter as _, ErrorRow, Fields, LedgerReader as _,
    PushedState, RecordKey, RecordLedger as _, Settlement,
};

use crate::fixture::{Fixture, at, error_row, failed, on_each_database, pushed, record, run, state};

on_each_database!(
    hostile_texts_come_back_as_they_were,
    a_hostile_job_has_its_own_runs
);

fn texts() -> Vec<String> {
    [
        "'; DROP TABLE run; --",
        "\"; DELETE FROM record WHERE 1 = 1",
        "a\0b\0",
        "\u{1f6a2} 수입신고수리 \u{feff}",
        "␛0 ␛␛ %s ? $1 :x @y {0} \\ \\0 \\' \\\" \r\n\t\u{1}\u{7f}",
        "",
        "  trailing blanks  ",
        "null",
        "0080001234",
        "1e5",
    ]
    .map(str::to_owned)
    .into_iter()
    .chain([format!("1 MB: {}", "가'\0\"".repeat(175_000))])
    .collect()
}

async fn hostile_texts_come_back_as_they_were(f: Fixture) {
    for (n, text) in texts().into_iter().enumerate() {
        let cx = run(&format!("{n}"));
        // A key is as long as an index takes.
        let key = RecordKey::from(format!("{n}/{}", text.chars().take(200).collect::<String>()));
        let failing = RecordKey::from(format!("failing {key}"));
        let fence = f.begin(&cx).await;
        assert_eq!(
            f.claim(&cx, fence, "w'\0", &[key.clone(), failing.clone()]).await,
            vec![Claim::Granted; 2]
        );
        let kept = |key: &RecordKey| DueRecord {
            key: key.clone(),
            origin: Fields::from_iter([("Text".to_owned(), text.clone()), (text.clone(), "x".to_owned())]),
            ..record("")
        };
        let row = ErrorRow {
            code: text.clone(),
            message: text.clone(),
            endpoint: Some(text.clone()),
            operation: Some(text.clone()),
            ..error_row("x", "")
        };
        let good = Settlement {
            record: kept(&key),
            state: Some(state(&text)),
            ..pushed("", &text)
        };
        let bad = Settlement {
            record: kept(&failing),
            settled: customs_core::Settled::Failed(row.clone()),
            ..failed("", "x", "")
        };
        assert_eq!(f.settle(&cx, fence, "w'\0", &[good, bad]).await.applied, 2);
        let known = f
            .ledger
            .load(&cx, std::slice::from_ref(&key))
            .await
            .unwrap()
            .remove(0);
        assert_eq!(
            known.pushed,
            Some(PushedState {
                digest: text.clone(),
                observed_at: at(5),
                told: Default::default(),
            })
        );
        assert_eq!(known.state, Some(state(&text)));
        assert_eq!(f.ledger.record(&key).await.unwrap()[0].2, known);
        let filter = ErrorFilter {
            run: None,
            key: Some(failing.clone()),
            episode: None,
            limit: 9,
        };
        let [stored] = f.ledger.errors(&filter).await.unwrap().try_into().unwrap();
        assert_eq!(stored.error, row);
        assert_eq!(stored.record, Some(kept(&failing)));
        let report = ErrorReport {
            id: format!("{n}"),
            at: at(0),
            key: Some(key.clone()),
            error: row.clone(),
            receipt: None,
        };
        f.ledger.report(&cx, &report).await;
        let filter = ErrorFilter {
            run: Some(cx.run.clone()),
            key: Some(key),
            episode: None,
            limit: 9,
        };
        assert_eq!(f.ledger.errors(&filter).await.unwrap()[0].error, row);
        f.dispatched(&cx, fence, 2).await;
    }
    assert_eq!(f.ledger.runs(100).await.unwrap().len(), texts().len());
}

async fn a_hostile_job_has_its_own_runs(f: Fixture) {
    for (n, text) in ["'; DROP TABLE job; --", "a\0", "a␛0", "a"]
        .into_iter()
        .enumerate()
    {
        let mut cx = run(&format!("{n}'\0"));
        cx.company = text.into();
        cx.job = text.into();
        assert_eq!(f.begin(&cx).await, 1, "{text:?}");
    }
    let companies: Vec<String> = f
        .ledger
        .runs(9)
        .await
        .unwrap()
        .into_iter()
        .map(|r| r.company.to_string())
        .collect();
    assert_eq!(companies, ["a", "a␛0", "a\0", "'; DROP TABLE job; --"]);
}
