//! PostgreSQL.

use std::str::FromStr as _;
use std::time::Duration;

use sqlx::migrate::Migrator;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{ConnectOptions as _, Connection as _, Executor as _, PgPool};

use super::{Db, Pools, Result, migrations};
use crate::SqlError;

const ACQUIRE: Duration = Duration::from_secs(10);

static MIGRATIONS: Migrator = sqlx::migrate!("migrations/postgres");

pub(super) async fn open(url: &str, connections: u32) -> Result<Db> {
    let options = PgConnectOptions::from_str(url)
        .map_err(|_| {
            SqlError::Url("expected postgres://USER:PASSWORD@HOST:PORT/DATABASE, percent-encoded".into())
        })?
        .application_name("customs")
        .disable_statement_logging();
    let place = options
        .get_socket()
        .map_or_else(|| options.get_host().to_owned(), |s| s.display().to_string());
    let shown = format!(
        "postgres://{place}:{}/{}",
        options.get_port(),
        options.get_database().unwrap_or_default()
    );
    let pool = PgPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(ACQUIRE)
        // Whoever waits longer for a lock than any transaction takes gives up, and may try again.
        .after_connect(|connection, _| {
            Box::pin(async move { connection.execute("SET lock_timeout = '10s'").await.map(drop) })
        })
        .connect_with(options)
        .await
        .map_err(|source| SqlError::Open {
            place: shown.clone(),
            source,
        })?;
    Ok(Db {
        pools: Pools::Postgres(pool),
        shown,
    })
}

/// Each migration is a transaction; an advisory lock lets one process in after the other.
pub(super) async fn migrate(pool: &PgPool) -> Result<()> {
    // On a connection of its own: if it fails, closing it gives the lock back.
    let mut connection = pool.acquire().await?.detach();
    let migrated = migrations(&MIGRATIONS)
        .run_direct(None, &mut connection, false)
        .await;
    connection.close().await?;
    Ok(migrated?)
}
