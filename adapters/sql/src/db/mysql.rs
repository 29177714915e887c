//! MariaDB and MySQL.

use std::str::FromStr as _;
use std::time::Duration;

use sqlx::migrate::Migrator;
use sqlx::mysql::{MySqlConnectOptions, MySqlPoolOptions};
use sqlx::{ConnectOptions as _, Connection as _, Executor as _, MySqlPool};

use super::{Db, Pools, Result, migrations};
use crate::SqlError;

const ACQUIRE: Duration = Duration::from_secs(10);

/// What each connection needs: texts that do not fit are errors, and transactions see what others committed while they
/// waited for a lock.
const SESSION: [&str; 3] = [
    "SET SESSION sql_mode = CONCAT(@@sql_mode, ',STRICT_ALL_TABLES')",
    "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED",
    "SET SESSION innodb_lock_wait_timeout = 10",
];

static MIGRATIONS: Migrator = sqlx::migrate!("migrations/mysql");

pub(super) async fn open(url: &str, connections: u32) -> Result<Db> {
    let options = MySqlConnectOptions::from_str(url)
        .map_err(|_| {
            SqlError::Url("expected mysql://USER:PASSWORD@HOST:PORT/DATABASE, percent-encoded".into())
        })?
        .disable_statement_logging();
    let place = options
        .get_socket()
        .map_or_else(|| options.get_host().to_owned(), |s| s.display().to_string());
    let shown = format!(
        "mysql://{place}:{}/{}",
        options.get_port(),
        options.get_database().unwrap_or_default()
    );
    let pool = MySqlPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(ACQUIRE)
        .after_connect(|connection, _| {
            Box::pin(async move {
                for statement in SESSION {
                    connection.execute(statement).await?;
                }
                Ok(())
            })
        })
        .connect_with(options)
        .await
        .map_err(|source| SqlError::Open {
            place: shown.clone(),
            source,
        })?;
    Ok(Db {
        pools: Pools::MySql(pool),
        shown,
    })
}

/// A lock lets one process in after the other. These servers cannot take changes of tables back: a migration that is
/// killed half-way is reported at the next start.
pub(super) async fn migrate(pool: &MySqlPool) -> Result<()> {
    // On a connection of its own: if it fails, closing it gives the lock back.
    let mut connection = pool.acquire().await?.detach();
    let migrated = migrations(&MIGRATIONS)
        .run_direct(None, &mut connection, false)
        .await;
    connection.close().await?;
    Ok(migrated?)
}
