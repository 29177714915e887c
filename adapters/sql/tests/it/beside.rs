//! An older program that works beside this one, on tables that this one has brought up to date.

use customs_core::{Begun, ErrorFilter, LedgerReader as _, RecordLedger as _, RunLedger as _, RunStatus};

use crate::fixture::{Fixture, keys, on_each_database, pushed, run, urgent};

on_each_database!(an_older_program_works_on_beside);

/// What a program that knows the tables of version 1 writes: no column that came later.
const OLD: [&str; 5] = [
    "INSERT INTO job (company, job, fence) VALUES ('1000', 'import', 1)",
    "INSERT INTO run (run_id, company, job, fence, lane, triggered_by, instance, boot, status, started_at, lease_until, due, \
     pushed, customs_calls) VALUES ('old', '1000', 'import', 1, 'urgent', 'keys', 'host', 'boot', 'planning', \
     '2026-11-23T03:17:05.123Z', '2999-01-01T00:00:00.000Z', 1, 1, 1)",
    "INSERT INTO record (company, job, record_key, verdict, observed_at, status, status_phase, pushed_digest, \
     pushed_observed_at, pushes, outcome, outcome_at, outcome_run_id) VALUES ('1000', 'import', '1000/1', 'found', \
     '2026-11-23T03:17:05.123Z', '반입신고', 'moving', 'd', '2026-11-23T03:17:05.123Z', 1, 'pushed', \
     '2026-11-23T03:17:06.123Z', 'old')",
    "INSERT INTO error (error_id, happened_at, company, job, run_id, record_key, stage, kind, code, message) VALUES ('e', \
     '2026-11-23T03:17:05.123Z', '1000', 'import', 'old', '1000/2', 'query', 'refused', 'x', 'no')",
    "UPDATE run SET status = 'succeeded', closed_at = '2026-11-23T03:17:09.123Z', balanced = 1, elapsed_ms = 4000 \
     WHERE run_id = 'old'",
];

async fn an_older_program_works_on_beside(f: Fixture) {
    for sql in OLD {
        f.sql(sql).await;
    }
    let rows = f.ledger.runs(10).await.unwrap();
    assert_eq!(
        (rows[0].receipt.status, rows[0].customs_ms),
        (RunStatus::Succeeded, 0)
    );
    let all = ErrorFilter {
        limit: 10,
        ..ErrorFilter::default()
    };
    assert_eq!(f.ledger.errors(&all).await.unwrap()[0].episode, None);
    // This program takes the record up from there: its history begins now, and it is not new.
    let (cx, [key]) = (run("new"), keys(["1000/1"]));
    let begun = f.ledger.begin(&cx, &urgent("host")).await.unwrap();
    let Begun::Started { fence } = begun else {
        panic!("{begun:?}");
    };
    assert_eq!(fence, 2);
    f.claim(&cx, fence, "owner", std::slice::from_ref(&key)).await;
    assert_eq!(
        f.settle(&cx, fence, "owner", &[pushed("1000/1", "d2")])
            .await
            .applied,
        1
    );
    assert_eq!(
        f.ledger.load(&cx, std::slice::from_ref(&key)).await.unwrap()[0].pushes,
        2
    );
    let history = f.ledger.history(&key).await.unwrap();
    assert!(
        history.iter().all(|e| e.change.kind.as_str() != "first_seen"),
        "{history:?}"
    );
    assert_eq!(f.ledger.outcomes(&[key]).await.unwrap()[0].run.as_str(), "new");
}
