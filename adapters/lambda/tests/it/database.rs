//! A ledger on a PostgreSQL server, in a schema and with a user of its own that are gone afterwards.

use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::{AssertSqlSafe, Connection as _};

use crate::outside;

static NEXT: AtomicU32 = AtomicU32::new(0);

pub(crate) struct Database {
    server: String,
    /// The schema, and the user whose it is.
    own: String,
}

impl Database {
    /// An empty schema; `None` where there is no server and none is required.
    pub(crate) async fn get() -> Option<Self> {
        let server = outside::named("CUSTOMS_TEST_POSTGRES_URL", "postgres")?;
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let own = format!("customs_lambda_{}_{number}", std::process::id());
        let made =
            format!("CREATE ROLE {own} LOGIN PASSWORD '{own}'; CREATE SCHEMA {own} AUTHORIZATION {own}");
        run(&server, &made).await;
        Some(Self { server, own })
    }

    /// Its URL, to be used for a ledger.
    pub(crate) fn url(&self) -> String {
        let mut url: url::Url = self.server.parse().unwrap();
        url.set_username(&self.own).unwrap();
        url.set_password(Some(&self.own)).unwrap();
        url.query_pairs_mut()
            .append_pair("options[search_path]", &self.own);
        url.into()
    }

    /// Nobody of the product gets in, and whoever is in is thrown out.
    pub(crate) async fn go_away(&self) {
        let own = &self.own;
        let out = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename =";
        run(&self.server, &format!("ALTER ROLE {own} NOLOGIN; {out} '{own}'")).await;
    }

    pub(crate) async fn come_back(&self) {
        run(&self.server, &format!("ALTER ROLE {} LOGIN", self.own)).await;
    }

    /// So much time goes by that every claim of a worker that is gone is over.
    pub(crate) async fn let_claims_expire(&self) {
        let over = format!("UPDATE {}.record SET claim_until = '2026-01-01'", self.own);
        run(&self.server, &format!("{over} WHERE claim_until IS NOT NULL")).await;
    }
}

async fn run(server: &str, statement: &str) {
    let mut connection = sqlx::PgConnection::connect(server).await.unwrap();
    let statement = sqlx::raw_sql(AssertSqlSafe(statement.to_owned()));
    statement.execute(&mut connection).await.unwrap();
}

impl Drop for Database {
    fn drop(&mut self) {
        let own = &self.own;
        let statement = format!("DROP SCHEMA {own} CASCADE; DROP OWNED BY {own}; DROP ROLE {own}");
        let server = self.server.clone();
        // A thread of its own, since this one is in a runtime that cannot wait here.
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.unwrap().block_on(run(&server, &statement));
        });
        let _ = dropped.join();
    }
}
