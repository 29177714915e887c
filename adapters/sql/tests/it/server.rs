//! Tests on servers: each in a schema or database of its own, which is gone afterwards.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use customs_core::{Clock as _, SystemClock};
use customs_sql::SqlLedger;
use jiff::Timestamp;
use sqlx::{AssertSqlSafe, Connection as _};

use crate::fixture::{Fixture, Place};

/// How a kind of server is found and spoken to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Server {
    /// Its name in `CUSTOMS_REQUIRE`.
    name: &'static str,
    /// The variable that holds its URL.
    env: &'static str,
    /// The URL of one test's tables.
    url: fn(&str, &str) -> String,
    create: fn(&str) -> String,
    drop: fn(&str) -> String,
    /// An expression: a time text, as many microseconds earlier.
    earlier: fn(&str, u128) -> String,
    broken_trigger: [&'static str; 2],
}

#[cfg(feature = "postgres")]
pub(crate) const POSTGRES: Server = Server {
    name: "postgres",
    env: "CUSTOMS_TEST_POSTGRES_URL",
    url: |url, schema| {
        let and = if url.contains('?') { '&' } else { '?' };
        format!("{url}{and}options[search_path]={schema}")
    },
    create: |schema| format!("CREATE SCHEMA {schema}"),
    drop: |schema| format!("DROP SCHEMA {schema} CASCADE"),
    earlier: |column, us| {
        format!(
            "to_char((CAST({column} AS TIMESTAMPTZ) - INTERVAL '{us} microseconds') AT TIME ZONE 'UTC', \
             'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"
        )
    },
    broken_trigger: [
        "CREATE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'broken'; END $$; \
         CREATE TRIGGER broken BEFORE INSERT ON chunk FOR EACH ROW EXECUTE FUNCTION broken()",
        "DROP TRIGGER broken ON chunk",
    ],
};

#[cfg(feature = "mysql")]
pub(crate) const MARIADB: Server = Server {
    name: "mariadb",
    env: "CUSTOMS_TEST_MYSQL_URL",
    url: |url, database| {
        // Whatever database the URL names, the test has its own.
        let (place, query) = url
            .split_once('?')
            .map_or((url, String::new()), |(place, q)| (place, format!("?{q}")));
        let authority = place.split('/').take(3).collect::<Vec<_>>().join("/");
        format!("{authority}/{database}{query}")
    },
    create: |database| format!("CREATE DATABASE {database}"),
    drop: |database| format!("DROP DATABASE {database}"),
    earlier: |column, us| {
        format!(
            "DATE_FORMAT(STR_TO_DATE(TRIM(TRAILING 'Z' FROM LEFT({column}, 26)), '%Y-%m-%dT%H:%i:%s.%f') - INTERVAL {us} MICROSECOND, \
             '%Y-%m-%dT%H:%i:%s.%fZ')"
        )
    },
    broken_trigger: [
        "CREATE TRIGGER broken BEFORE INSERT ON chunk FOR EACH ROW \
         SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'broken'",
        "DROP TRIGGER broken",
    ],
};

impl Server {
    #[expect(clippy::print_stdout, reason = "a skipped test says why")]
    /// The server's URL; `None`, with a printed reason, where there is none and none is required.
    pub(crate) fn configured(&self) -> Option<String> {
        if let Ok(url) = std::env::var(self.env) {
            return Some(url);
        }
        let required = std::env::var("CUSTOMS_REQUIRE").unwrap_or_default();
        assert!(
            !required.split(',').any(|name| name.trim() == self.name),
            "{} is required and not set",
            self.env
        );
        println!("skipped: {} is not set", self.env);
        None
    }

    /// Runs a test on empty tables of its own.
    pub(crate) async fn test<T>(self, test: fn(Fixture) -> T)
    where
        T: Future<Output = ()> + Send + 'static,
    {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let Some(server_url) = self.configured() else {
            return;
        };
        let name = format!(
            "customs_test_{}_{}",
            std::process::id(),
            NEXT.fetch_add(1, Ordering::Relaxed)
        );
        run(&server_url, &(self.create)(&name)).await;
        let url = (self.url)(&server_url, &name);
        let place = Arc::new(OnServer {
            server: self,
            url: url.clone(),
            moved: Mutex::default(),
        });
        let outcome = tokio::spawn(async move { test(Fixture::new(url, place).await).await }).await;
        run(&server_url, &(self.drop)(&name)).await;
        if let Err(panic) = outcome {
            std::panic::resume_unwind(panic.into_panic());
        }
    }
}

/// Tables on a server. Their time is the server's; it is moved on by moving what is stored back.
struct OnServer {
    server: Server,
    url: String,
    moved: Mutex<Duration>,
}

#[async_trait]
impl Place for OnServer {
    async fn open(&self) -> SqlLedger {
        SqlLedger::open(&self.url).await.unwrap()
    }

    async fn sql(&self, text: &str) {
        run(&self.url, text).await;
    }

    async fn advance(&self, by: Duration) {
        let columns = [
            ("run", "started_at"),
            ("run", "lease_until"),
            ("run", "not_after"),
            ("run", "closed_at"),
            ("record", "claim_until"),
            ("bucket", "full_at"),
            ("episode", "first_seen_at"),
            ("episode", "last_seen_at"),
            ("episode", "closed_at"),
            ("alert", "raised_at"),
            ("alert", "taken_until"),
            ("error", "happened_at"),
            ("record", "outcome_at"),
            ("record_event", "happened_at"),
            ("run_outcome", "happened_at"),
            ("housekeeping", "done_at"),
            ("job", "paused_at"),
            ("urgent_request", "taken_until"),
        ];
        for (table, column) in columns {
            let earlier = (self.server.earlier)(column, by.as_micros() + 1);
            self.sql(&format!(
                "UPDATE {table} SET {column} = {earlier} WHERE {column} IS NOT NULL"
            ))
            .await;
        }
        *self.moved.lock().unwrap() += by;
    }

    fn now(&self) -> Timestamp {
        SystemClock
            .now()
            .checked_add(*self.moved.lock().unwrap())
            .unwrap()
    }

    fn broken_trigger(&self) -> [&'static str; 2] {
        self.server.broken_trigger
    }
}

/// Runs statements on a connection of their own.
pub(crate) async fn run(url: &str, text: &str) {
    #[cfg(feature = "postgres")]
    if url.starts_with("postgres") {
        let mut connection = sqlx::PgConnection::connect(url).await.unwrap();
        sqlx::raw_sql(AssertSqlSafe(text))
            .execute(&mut connection)
            .await
            .unwrap();
        connection.close().await.unwrap();
        return;
    }
    #[cfg(feature = "mysql")]
    if url.starts_with("mysql") {
        let mut connection = sqlx::MySqlConnection::connect(url).await.unwrap();
        sqlx::raw_sql(AssertSqlSafe(text))
            .execute(&mut connection)
            .await
            .unwrap();
        connection.close().await.unwrap();
        return;
    }
    panic!("no driver for this URL");
}
