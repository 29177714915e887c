//! The ledger's handle: opening, migrating, closing.

mod alert;
mod audit;
mod claim;
mod episode;
mod history;
mod job;
mod outcomes;
mod quota;
mod reader;
mod receipt;
mod reporter;
mod retention;
mod run;
mod settle;
mod state;
mod urgent;
mod waiting;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use customs_core::{Clock, Error, SystemClock};
use jiff::Timestamp;

use crate::db::{Db, Tx, args};
use crate::dialect::Sql;
use crate::{SqlError, schema};

/// Connections to a server.
const CONNECTIONS: u32 = 4;

type Result<T, E = SqlError> = std::result::Result<T, E>;

/// No call takes longer than this, whatever the database does.
const LIMIT: Duration = Duration::from_secs(30);

/// The ledgers and error rows of one database: a [`RunLedger`](customs_core::RunLedger),
/// [`RecordLedger`](customs_core::RecordLedger), [`QuotaLedger`](customs_core::QuotaLedger),
/// [`EpisodeLedger`](customs_core::EpisodeLedger), [`AlertLedger`](customs_core::AlertLedger),
/// [`JobLedger`](customs_core::JobLedger), [`LedgerReader`](customs_core::LedgerReader), [`Retention`](customs_core::Retention) and [`ErrorReporter`](customs_core::ErrorReporter).
///
/// Every write is one transaction. A call that is dropped, or whose process is killed, has written all or nothing, and may
/// be made again. A call ends within half a minute even if the database does not answer; it does not heed the context's
/// deadline, since what happened must be written down after it, too.
///
/// Its `Debug` form shows where the database is, never a password. The page of [this crate](crate) has an example.
pub struct SqlLedger {
    db: Db,
    clock: Arc<dyn Clock>,
    sql: Statements,
}

/// All statements, put together once for the database's dialect.
struct Statements {
    clock: Option<Sql>,
    run: run::Statements,
    claim: claim::Statements,
    settle: settle::Statements,
    episode: episode::Statements,
    alert: alert::Statements,
    quota: quota::Statements,
    job: job::Statements,
    history: history::Statements,
    outcomes: outcomes::Statements,
    retention: retention::Statements,
    reader: reader::Statements,
    reporter: reporter::Statements,
    urgent: urgent::Statements,
    audit: audit::Statements,
    waiting: waiting::Statements,
}

impl SqlLedger {
    /// Opens `sqlite:FILE` (made if it is not there), `sqlite::memory:` (gone with the ledger), and with the features of that
    /// name `postgres://…` and `mysql://…`. Makes no tables: see [`migrate`](Self::migrate) and [`check`](Self::check).
    ///
    /// # Errors
    ///
    /// [`SqlError::Url`] if the URL cannot be used, [`SqlError::SchemaTooNew`] if the tables are for newer programs only,
    /// [`SqlError::Open`] if the database cannot be opened.
    pub async fn open(url: &str) -> Result<Self, SqlError> {
        Self::open_with_clock(url, Arc::new(SystemClock)).await
    }

    /// As [`open`](Self::open). Leases and claims of an embedded database take their time from `clock`: process and
    /// database share one machine.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open).
    pub async fn open_with_clock(url: &str, clock: Arc<dyn Clock>) -> Result<Self, SqlError> {
        Self::open_with(url, clock, CONNECTIONS).await
    }

    /// As [`open_with_clock`](Self::open_with_clock), with no more than `connections` to a server (4 unless told). One is
    /// enough where one call is under way at a time, as in a function.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open).
    pub async fn open_with(url: &str, clock: Arc<dyn Clock>, connections: u32) -> Result<Self, SqlError> {
        let db = Db::open(url, connections.max(1)).await?;
        schema::check_not_newer(&db).await?;
        let dialect = db.dialect();
        let sql = Statements {
            clock: dialect.clock().map(|text| dialect.sql(text)),
            run: run::Statements::new(dialect),
            claim: claim::Statements::new(dialect),
            settle: settle::Statements::new(dialect),
            episode: episode::Statements::new(dialect),
            alert: alert::Statements::new(dialect),
            quota: quota::Statements::new(dialect),
            job: job::Statements::new(dialect),
            history: history::Statements::new(dialect),
            outcomes: outcomes::Statements::new(dialect),
            retention: retention::Statements::new(dialect),
            reader: reader::Statements::new(dialect),
            reporter: reporter::Statements::new(dialect),
            urgent: urgent::Statements::new(dialect),
            audit: audit::Statements::new(dialect),
            waiting: waiting::Statements::new(dialect),
        };
        Ok(Self { db, clock, sql })
    }

    /// Makes the tables, or brings them up to date. Safe to call at every start and from several processes at once. The
    /// database's user must be allowed to make tables; all other calls only read and write rows.
    ///
    /// # Errors
    ///
    /// [`SqlError::Migrate`] if a change fails, [`SqlError::SchemaTooNew`] if the tables are for newer programs only.
    pub async fn migrate(&self) -> Result<(), SqlError> {
        schema::migrate(&self.db).await
    }

    /// Checks that the tables are there and suit this program.
    ///
    /// # Errors
    ///
    /// [`SqlError::SchemaTooOld`], which says that `customs migrate` helps, or [`SqlError::SchemaTooNew`].
    pub async fn check(&self) -> Result<(), SqlError> {
        schema::check(&self.db).await
    }

    /// The version of the tables; 0 when there are none yet.
    ///
    /// # Errors
    ///
    /// [`SqlError::Database`] if the database fails.
    pub async fn schema_version(&self) -> Result<i64, SqlError> {
        schema::found(&self.db).await
    }

    /// Waits for running calls and closes all connections. A ledger that is dropped instead loses nothing.
    pub async fn shut_down(&self) {
        self.db.close().await;
    }

    /// Where the database is, without user and password.
    pub fn location(&self) -> &str {
        self.db.shown()
    }

    /// Runs one call within [`LIMIT`] and says in its error what was tried, and where.
    async fn bounded<T>(
        &self,
        operation: &'static str,
        call: impl Future<Output = Result<T>>,
    ) -> customs_core::Result<T> {
        let result = tokio::time::timeout(LIMIT, call)
            .await
            .unwrap_or(Err(SqlError::Timeout(LIMIT)));
        result.map_err(|e| Error::from(e).operation(operation).endpoint(self.db.shown()))
    }

    /// The time for leases and claims: the server's, so that workers with skewed clocks agree.
    async fn now(&self, tx: &mut Tx) -> Result<Timestamp> {
        match &self.sql.clock {
            None => Ok(self.clock.now()),
            Some(clock) => {
                let instant = tx.row(clock, args![], |row| row.time("instant")).await?;
                instant.ok_or(SqlError::Database(sqlx::Error::RowNotFound))
            }
        }
    }
}

impl fmt::Debug for SqlLedger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqlLedger")
            .field("db", &self.db)
            .finish_non_exhaustive()
    }
}
