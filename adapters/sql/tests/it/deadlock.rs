//! Two workers that want the same rows.

use std::time::Duration;

use customs_core::{Begun, DeferReason, Error, RunLedger as _, Settled, Settlement};
use sqlx::{AssertSqlSafe, Connection as _, Row as _};

use crate::fixture::{Fixture, keys, pushed, run, settlement, urgent};

/// A connection beside the ledger, whose transaction stays open from one statement to the next.
enum Beside {
    #[cfg(feature = "postgres")]
    Postgres(sqlx::PgConnection),
    #[cfg(feature = "mysql")]
    MariaDb(sqlx::MySqlConnection),
}

impl Beside {
    async fn open(f: &Fixture) -> Self {
        #[cfg(feature = "postgres")]
        if f.url.starts_with("postgres") {
            return Self::Postgres(sqlx::PgConnection::connect(&f.url).await.unwrap());
        }
        #[cfg(feature = "mysql")]
        if f.url.starts_with("mysql") {
            return Self::MariaDb(sqlx::MySqlConnection::connect(&f.url).await.unwrap());
        }
        panic!("no driver for this URL")
    }

    async fn run(&mut self, text: &str) {
        let text = AssertSqlSafe(text.to_owned());
        match self {
            #[cfg(feature = "postgres")]
            Self::Postgres(connection) => drop(sqlx::raw_sql(text).execute(connection).await.unwrap()),
            #[cfg(feature = "mysql")]
            Self::MariaDb(connection) => drop(sqlx::raw_sql(text).execute(connection).await.unwrap()),
        }
    }

    async fn count(&mut self, text: &str) -> i64 {
        let text = AssertSqlSafe(text.to_owned());
        match self {
            #[cfg(feature = "postgres")]
            Self::Postgres(connection) => sqlx::raw_sql(text).fetch_one(connection).await.unwrap().get(0),
            #[cfg(feature = "mysql")]
            Self::MariaDb(connection) => sqlx::raw_sql(text).fetch_one(connection).await.unwrap().get(0),
        }
    }

    /// How many others wait for a row that this connection holds.
    async fn waiting(&mut self) -> i64 {
        let text = match self {
            #[cfg(feature = "postgres")]
            Self::Postgres(_) => {
                "SELECT COUNT(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
            }
            #[cfg(feature = "mysql")]
            Self::MariaDb(_) => {
                "SELECT COUNT(*) FROM information_schema.innodb_lock_waits AS w \
                 JOIN information_schema.innodb_trx AS t ON t.trx_id = w.blocking_trx_id \
                 WHERE t.trx_mysql_thread_id = CONNECTION_ID()"
            }
        };
        self.count(text).await
    }
}

/// Whoever settles and whoever defers the same records, named in the opposite order: neither is ever a victim.
async fn opposite_orders_never_meet_in_a_circle(f: Fixture) {
    let all: Vec<String> = (0..40).map(|n| format!("{n:02}")).collect();
    for round in 0..15 {
        let (ours, other) = (run(&format!("a{round}")), run(&format!("b{round}")));
        let mut fences = Vec::new();
        for cx in [&ours, &other] {
            let Begun::Started { fence } = f.ledger.begin(cx, &urgent("host")).await.unwrap() else {
                panic!("urgent runs wait for none");
            };
            fences.push(fence);
        }
        let list: Vec<_> = all.iter().map(|k| k.as_str().into()).collect();
        f.claim(&ours, fences[0], "w", &list).await;
        let forward: Vec<Settlement> = all.iter().map(|k| pushed(k, &format!("d{round}"))).collect();
        let back: Vec<Settlement> = all
            .iter()
            .rev()
            .map(|k| settlement(k, Settled::Deferred(DeferReason::Claimed)))
            .collect();
        let (settled, deferred) = tokio::join!(
            f.settle(&ours, fences[0], "w", &forward),
            f.settle(&other, fences[1], "x", &back)
        );
        assert_eq!((settled.applied, deferred.applied), (40, 40), "round {round}");
    }
}

/// Somebody else's transaction and ours wait for each other. Ours is the victim: the error says that it may be tried again,
/// nothing is written, and the second try writes all.
async fn a_victim_of_a_deadlock_may_try_again(f: Fixture) {
    let cx = run("a");
    let fence = f.begin(&cx).await;
    let both = keys(["1", "2"]);
    f.claim(&cx, fence, "w", &both).await;
    let mut beside = Beside::open(&f).await;
    beside.run("CREATE TABLE ballast (n INTEGER)").await;
    // So that the server takes ours for the victim: it looks at the one that waits first, or at the one that did less.
    #[cfg(feature = "postgres")]
    if matches!(beside, Beside::Postgres(_)) {
        beside.run("SET deadlock_timeout = '1min'").await;
    }
    beside.run("BEGIN").await;
    beside
        .run(&format!(
            "INSERT INTO ballast VALUES {}",
            vec!["(1)"; 1000].join(", ")
        ))
        .await;
    beside
        .run("UPDATE record SET pushes = pushes + 0, failures = failures + 7 WHERE record_key = '2'")
        .await;
    let settlements = ["1", "2"].map(|k| pushed(k, "d"));
    let request = || customs_core::SettleRequest {
        chunk: 0,
        fence,
        owner: "w",
        at: crate::fixture::at(7),
        settlements: &settlements,
        calls: Default::default(),
        withhold: &[],
    };
    let ledger = f.another().await;
    let circle = async {
        // The server shows the same picture again to whoever looks too often.
        let mut looks = 0..50;
        while beside.waiting().await == 0 {
            assert!(looks.next().is_some(), "ours waits for the other one's row");
            tokio::time::sleep(Duration::from_millis(150)).await;
        }
        beside
            .run("UPDATE record SET failures = failures + 7 WHERE record_key = '1'")
            .await;
        beside.run("ROLLBACK").await;
    };
    let settling = customs_core::RecordLedger::settle(&ledger, &cx, request());
    let (settled, ()) = tokio::join!(settling, circle);
    let error: Error = settled.unwrap_err();
    assert_eq!(
        (error.get_code(), error.is_transient()),
        ("ledger_deadlock", true),
        "{}",
        error.chain()
    );
    assert_eq!(f.settle(&cx, fence, "w", &settlements).await.applied, 2);
}

#[cfg(feature = "postgres")]
mod postgres {
    #[tokio::test]
    async fn opposite_orders_never_meet_in_a_circle() {
        crate::server::POSTGRES
            .test(super::opposite_orders_never_meet_in_a_circle)
            .await;
    }

    #[tokio::test]
    async fn a_victim_of_a_deadlock_may_try_again() {
        crate::server::POSTGRES
            .test(super::a_victim_of_a_deadlock_may_try_again)
            .await;
    }
}

#[cfg(feature = "mysql")]
mod mariadb {
    #[tokio::test]
    async fn opposite_orders_never_meet_in_a_circle() {
        crate::server::MARIADB
            .test(super::opposite_orders_never_meet_in_a_circle)
            .await;
    }

    #[tokio::test]
    async fn a_victim_of_a_deadlock_may_try_again() {
        crate::server::MARIADB
            .test(super::a_victim_of_a_deadlock_may_try_again)
            .await;
    }
}
