//! An older program beside this one: it knows the tables as the first migration made them, and names its own columns only.

use customs_core::{ErrorFilter, LedgerReader as _, RecordLedger as _, RunStatus};

use crate::fixture::{Fixture, failed, keys, on_each_database, pushed, run};

on_each_database!(the_first_program_works_on, what_it_left_is_read_and_goes_on);

/// What the first program writes in a run of two records, with the columns that it knows.
const OLD: [&str; 8] = [
    "INSERT INTO job (company, job, fence) VALUES ('1000', 'import', 1)",
    "INSERT INTO run (run_id, company, job, fence, lane, triggered_by, instance, boot, status, started_at, lease_until) \
     VALUES ('old', '1000', 'import', 1, 'main', 'schedule', 'host', 'boot', 'planning', '2026-11-23T03:17:05.000Z', \
     '2026-11-23T03:18:05.000Z')",
    "UPDATE run SET status = 'dispatched', lease_until = NULL, not_after = '2026-11-23T03:21:05.000Z', due = 2, dispatched = 2 \
     WHERE run_id = 'old'",
    "INSERT INTO record (company, job, record_key, claim_owner, claim_run_id, claim_chunk, claim_until) \
     VALUES ('1000', 'import', '1000/1', 'owner', 'old', 0, '2026-11-23T03:21:05.000Z')",
    "UPDATE record SET verdict = 'found', observed_at = '2026-11-23T03:17:06.000Z', status = '반입신고', \
     status_phase = 'moving', pushed_digest = 'd', pushed_observed_at = '2026-11-23T03:17:06.000Z', pushes = 1, failures = 0, \
     outcome = 'pushed', outcome_at = '2026-11-23T03:17:07.000Z', outcome_run_id = 'old', claim_owner = NULL, \
     claim_run_id = NULL, claim_chunk = NULL, claim_until = NULL WHERE record_key = '1000/1'",
    "INSERT INTO error (error_id, happened_at, company, job, run_id, record_key, stage, kind, code, message) \
     VALUES ('e1', '2026-11-23T03:17:07.000Z', '1000', 'import', 'old', '1000/2', 'query', 'refused', 'CZ115', 'no')",
    "UPDATE run SET settled = 2, pushed = 1, failed = 1 WHERE run_id = 'old'",
    "UPDATE run SET status = 'succeeded', closed_at = '2026-11-23T03:17:08.000Z', balanced = 1, elapsed_ms = 3000 \
     WHERE run_id = 'old'",
];

async fn old_run(f: &Fixture) {
    for statement in OLD {
        f.sql(statement).await;
    }
}

/// Nothing that it does not know is asked of it, and the tables say that they suit it.
async fn the_first_program_works_on(f: Fixture) {
    old_run(&f).await;
    // A program of version 1 refuses tables that need a newer one: if these do, a version comes twice here, and that fails.
    f.sql("INSERT INTO schema_version (version, works_with) SELECT 1, MAX(works_with) FROM schema_version HAVING MAX(works_with) > 1")
        .await;
    let rows = f.ledger.runs(9).await.unwrap();
    assert_eq!(rows.len(), 1);
}

/// This program reads what the other left, works on the same records, and leaves it what it needs.
async fn what_it_left_is_read_and_goes_on(f: Fixture) {
    old_run(&f).await;
    let rows = f.ledger.runs(9).await.unwrap();
    assert_eq!(
        (rows[0].receipt.status, rows[0].receipt.pushed),
        (RunStatus::Succeeded, 1)
    );
    let known = f
        .ledger
        .load(&run("new"), &keys(["1000/1"]))
        .await
        .unwrap()
        .remove(0);
    assert_eq!(
        (known.pushes, known.strikes, known.since, &known.in_doubt),
        (1, 0, None, &None)
    );
    let told = known.pushed.unwrap();
    assert_eq!((told.digest.as_str(), told.told.len()), ("d", 0));
    let cx = run("new");
    let fence = f.begin(&cx).await;
    assert!(fence > 1);
    f.claim(&cx, fence, "owner", &keys(["1000/1", "1000/2"])).await;
    let report = f
        .settle(
            &cx,
            fence,
            "owner",
            &[pushed("1000/1", "e"), failed("1000/2", "CZ115", "no")],
        )
        .await;
    assert_eq!(report.applied, 2);
    let all = ErrorFilter {
        limit: 9,
        ..ErrorFilter::default()
    };
    let errors = f.ledger.errors(&all).await.unwrap();
    let mut episodes: Vec<_> = errors.into_iter().map(|e| e.episode).collect();
    episodes.sort_unstable();
    assert_eq!(
        episodes,
        [None, Some(1)],
        "an error of the other program belongs to no episode"
    );
}
