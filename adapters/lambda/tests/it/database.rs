//! A ledger on a PostgreSQL server, in a schema of its own that is gone afterwards.

use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::{AssertSqlSafe, Connection as _};

use crate::outside;

static NEXT: AtomicU32 = AtomicU32::new(0);

pub(crate) struct Database {
    server: String,
    schema: String,
}

impl Database {
    /// An empty schema; `None` where there is no server and none is required.
    pub(crate) async fn get() -> Option<Self> {
        let server = outside::named("CUSTOMS_TEST_POSTGRES_URL", "postgres")?;
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let schema = format!("customs_lambda_{}_{number}", std::process::id());
        run(&server, &format!("CREATE SCHEMA {schema}")).await;
        Some(Self { server, schema })
    }

    /// Its URL, to be used for a ledger.
    pub(crate) fn url(&self) -> String {
        let and = if self.server.contains('?') { '&' } else { '?' };
        format!("{}{and}options[search_path]={}", self.server, self.schema)
    }
}

async fn run(server: &str, statement: &str) {
    let mut connection = sqlx::PgConnection::connect(server).await.unwrap();
    let statement = sqlx::raw_sql(AssertSqlSafe(statement.to_owned()));
    statement.execute(&mut connection).await.unwrap();
}

impl Drop for Database {
    fn drop(&mut self) {
        let (server, statement) = (
            self.server.clone(),
            format!("DROP SCHEMA {} CASCADE", self.schema),
        );
        // A thread of its own, since this one is in a runtime that cannot wait here.
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.unwrap().block_on(run(&server, &statement));
        });
        let _ = dropped.join();
    }
}
