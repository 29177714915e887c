//! The disk loses the end of SQLite's write-ahead log: a commit that was never quite written is not there, all before it is,
//! and the next run completes.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use customs_core::SystemClock;
use customs_sql::SqlLedger;
use customs_test_harness::conformance::recovery::{Ledger, Sap, Scene};
use sqlx::Connection as _;

const SECTOR: usize = 512;

fn scene() -> Scene {
    Scene::new("torn", Sap::TellsWhatItHolds, Arc::new(SystemClock))
}

fn url(file: &Path) -> String {
    format!("sqlite:{}", file.display())
}

/// Whether the database is sound, by its own check.
async fn check(file: &Path, what: &str) {
    let mut connection = sqlx::SqliteConnection::connect(&url(file)).await.unwrap();
    let said: String = sqlx::query_scalar("PRAGMA integrity_check")
        .fetch_one(&mut connection)
        .await
        .unwrap();
    assert_eq!(said, "ok", "{what}");
    connection.close().await.unwrap();
}

/// A run that dies at some point; database and log as they are on the disk then.
async fn killed_at(point: usize) -> (Scene, Vec<u8>, Vec<u8>) {
    let (dir, scene) = (tempfile::tempdir().unwrap(), scene());
    let file = dir.path().join("ledger.db");
    let ledger = Arc::new(SqlLedger::open(&url(&file)).await.unwrap());
    ledger.migrate().await.unwrap();
    let receipt = scene.run_until(Ledger::new(ledger.clone()), point).await;
    assert!(receipt.is_none(), "it dies at point {point}: {receipt:?}");
    let bytes = (
        fs::read(&file).unwrap(),
        fs::read(dir.path().join("ledger.db-wal")).unwrap(),
    );
    (scene, bytes.0, bytes.1)
}

/// Of the places where the log may end, each so-many-th is taken; `CUSTOMS_KILL_POINTS=all` takes all.
fn stride() -> usize {
    if std::env::var("CUSTOMS_KILL_POINTS").is_ok_and(|points| points == "all") {
        1
    } else {
        23
    }
}

#[tokio::test]
async fn sqlite_loses_a_torn_commit_and_nothing_else() {
    for point in [60, 150, 220] {
        let (before, database, log) = killed_at(point).await;
        let sectors = log.len() / SECTOR;
        assert!(sectors > 20, "there is a log to tear: {}", log.len());
        for cut in (0..=sectors).rev().step_by(stride()) {
            for garbage in [false, true] {
                let what =
                    format!("killed at {point}, {cut} of {sectors} sectors, garbage behind: {garbage}");
                let dir = tempfile::tempdir().unwrap();
                let file = dir.path().join("ledger.db");
                fs::write(&file, &database).unwrap();
                let mut torn = log[..cut * SECTOR].to_vec();
                if garbage {
                    torn.extend([0xa5; SECTOR]);
                }
                fs::write(dir.path().join("ledger.db-wal"), torn).unwrap();
                let ledger = Arc::new(SqlLedger::open(&url(&file)).await.unwrap());
                // Even the tables may be lost: they are made at each start.
                ledger.migrate().await.unwrap();
                let after = scene().after(&before);
                let receipt = after.run(Ledger::new(ledger.clone())).await;
                after.is_whole(&receipt, &what);
                ledger.shut_down().await;
                check(&file, &what).await;
            }
        }
    }
}
