//! The embedded database.

use std::str::FromStr as _;
use std::time::Duration;

use sqlx::migrate::Migrator;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions as _, SqlitePool};

use super::{Db, Pools, Result, migrations};
use crate::SqlError;

/// Other processes (the command line beside the daemon) hold the write lock for milliseconds.
const BUSY: Duration = Duration::from_secs(10);
const READERS: u32 = 3;

static MIGRATIONS: Migrator = sqlx::migrate!("migrations/sqlite");

/// All or none. Two processes may start at once: the write lock lets one in after the other.
pub(super) async fn migrate(pool: &SqlitePool) -> Result<()> {
    let mut tx = pool.begin_with("BEGIN IMMEDIATE").await?;
    migrations(&MIGRATIONS).run_direct(None, &mut *tx, false).await?;
    tx.commit().await?;
    Ok(())
}

pub(super) async fn open(url: &str) -> Result<Db> {
    let options = SqliteConnectOptions::from_str(url)
        .map_err(|_| SqlError::Url("expected sqlite:FILE, with ?mode=ro, rw or rwc at most".into()))?
        .create_if_missing(true)
        // A commit is on the disk when it returns: neither a kill nor a power cut takes it back.
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(BUSY)
        .foreign_keys(true)
        // Half a MiB for each connection: a run walks through the records once, so a large cache would only fill up.
        .pragma("cache_size", "-512")
        // The answer about a whole chunk comes over in one go, instead of the two threads taking turns row by row.
        .row_buffer_size(1024)
        .disable_statement_logging();
    let in_memory = url.contains(":memory:") || url.contains("mode=memory");
    let shown = format!(
        "sqlite:{}",
        if in_memory {
            ":memory:".into()
        } else {
            options.get_filename().display().to_string()
        }
    );
    // A connection lives as long as the ledger: it keeps its prepared statements, and a database in memory is lost with it.
    let pool = |connections: u32| {
        SqlitePoolOptions::new()
            .max_connections(connections)
            .acquire_timeout(BUSY)
            .max_lifetime(None)
            .idle_timeout(None)
            .test_before_acquire(false)
    };
    let write = pool(1)
        .connect_with(options.clone())
        .await
        .map_err(|source| SqlError::Open {
            place: shown.clone(),
            source,
        })?;
    let read = if in_memory {
        write.clone()
    } else {
        pool(READERS).connect_lazy_with(options.create_if_missing(false).read_only(true))
    };
    Ok(Db {
        pools: Pools::Sqlite { write, read },
        shown,
    })
}
