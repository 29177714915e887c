//! Opening and migrating; what an error says, and what it never shows.

use customs_core::{Error, ErrorKind, LedgerReader as _, RecordLedger as _};
use customs_sql::{SqlError, SqlLedger};

use crate::fixture::{Fixture, keys, on_each_database, run};

on_each_database!(
    migrating_again_changes_nothing,
    a_newer_schema_that_suits_is_opened,
    a_newer_schema_that_does_not_suit_is_refused,
);

const CANARY: &str = "c4nary-pa55word";

async fn migrating_again_changes_nothing(f: Fixture) {
    f.begin(&run("a")).await;
    let other = f.another().await;
    let (first, second) = tokio::join!(f.ledger.migrate(), other.migrate());
    first.unwrap();
    second.unwrap();
    other.check().await.unwrap();
    assert_eq!(other.runs(9).await.unwrap().len(), 1);
}

async fn a_newer_schema_that_suits_is_opened(f: Fixture) {
    f.sql("ALTER TABLE run ADD COLUMN remark TEXT").await;
    f.sql("INSERT INTO schema_version (version, works_with) VALUES (99, 1)")
        .await;
    let old = f.another().await;
    old.check().await.unwrap();
    old.migrate().await.unwrap();
    f.begin(&run("a")).await;
}

async fn a_newer_schema_that_does_not_suit_is_refused(f: Fixture) {
    f.sql("INSERT INTO schema_version (version, works_with) VALUES (99, 98)")
        .await;
    let error = SqlLedger::open(&f.url).await.unwrap_err();
    assert!(
        matches!(
            error,
            SqlError::SchemaTooNew {
                found: 99,
                needed: 98,
                ..
            }
        ),
        "{error:?}"
    );
    assert_eq!(Error::from(error).kind(), ErrorKind::Config);
    for refused in [f.ledger.migrate().await, f.ledger.check().await] {
        assert!(matches!(refused, Err(SqlError::SchemaTooNew { .. })));
    }
}

#[tokio::test]
async fn sqlite_without_tables_says_what_helps() {
    let ledger = SqlLedger::open("sqlite::memory:").await.unwrap();
    let error = ledger.check().await.unwrap_err();
    assert!(
        matches!(error, SqlError::SchemaTooOld { found: 0, .. }),
        "{error:?}"
    );
    assert!(error.to_string().contains("customs migrate"));
    let error = ledger.load(&run("a"), &keys(["1"])).await.unwrap_err();
    assert_eq!(
        (error.get_code(), error.get_endpoint()),
        ("ledger_schema_old", Some("sqlite::memory:"))
    );
    ledger.migrate().await.unwrap();
    ledger.check().await.unwrap();
}

#[tokio::test]
async fn sqlite_processes_may_start_together() {
    let dir = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", dir.path().join("new.db").display());
    let mut starts = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let url = url.clone();
        starts.spawn(async move {
            let ledger = SqlLedger::open(&url).await?;
            ledger.migrate().await?;
            ledger.check().await
        });
    }
    for started in starts.join_all().await {
        started.unwrap();
    }
}

#[tokio::test]
async fn sqlite_says_where_it_cannot_be_opened() {
    let dir = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", dir.path().join("no/such/folder/ledger.db").display());
    let error = Error::from(SqlLedger::open(&url).await.unwrap_err());
    assert_eq!(
        (error.kind(), error.get_code()),
        (ErrorKind::Ledger, "ledger_unreachable")
    );
    assert!(
        error.chain().to_string().contains("no/such/folder/ledger.db"),
        "{}",
        error.chain()
    );
}

#[tokio::test]
async fn sqlite_files_keep_what_was_closed() {
    let f = Fixture::sqlite().await;
    f.begin(&run("a")).await;
    f.ledger.shut_down().await;
    assert_eq!(f.another().await.runs(9).await.unwrap().len(), 1);
    let error = f.ledger.runs(9).await.unwrap_err();
    assert_eq!(error.get_code(), "ledger_closed");
}

#[tokio::test]
async fn no_password_shows() {
    let urls = [
        format!("oracle://user:{CANARY}@127.0.0.1/db"),
        CANARY.to_owned(),
        format!("postgres://user:{CANARY}@127.0.0.1:1/db"),
        format!("postgres://user:{CANARY}@127.0.0.1:no-port/db"),
        format!("mysql://user:{CANARY}@127.0.0.1:1/db"),
        format!("mysql://user:{CANARY}@:x/db?ssl-mode={CANARY}"),
        format!("sqlite:/no/such/folder/x.db?password={CANARY}"),
    ];
    for url in urls {
        let error = SqlLedger::open(&url).await.unwrap_err();
        let shown = format!(
            "{error} {error:?} {}",
            std::error::Error::source(&error).map_or(String::new(), |e| format!("{e:?}"))
        );
        assert!(!shown.contains(CANARY), "{shown}");
        let error = Error::from(error);
        let shown = format!("{error} {error:?} {}", error.chain());
        assert!(!shown.contains(CANARY), "{shown}");
    }
}

#[tokio::test]
async fn sqlite_debug_shows_the_place_only() {
    let f = Fixture::sqlite().await;
    let shown = format!("{:?}", f.ledger);
    assert!(shown.starts_with("SqlLedger { db: Db(\"sqlite:"), "{shown}");
    assert_eq!(f.ledger.location(), f.url);
}
