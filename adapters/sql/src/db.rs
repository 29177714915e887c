//! Connections, transactions and rows: the only place that knows sqlx's drivers.

mod listed;
#[cfg(feature = "mysql")]
mod mysql;
#[cfg(feature = "postgres")]
mod postgres;
mod sqlite;

use std::fmt;

use futures_util::TryStreamExt as _;
use jiff::Timestamp;
use sqlx::migrate::Migrator;
use sqlx::{Row as _, Sqlite, SqlitePool, Transaction};

use self::listed::Listed;
use crate::SqlError;
use crate::dialect::{Dialect, Listing, Sql};
use crate::text::{restored, stored, time};

type Result<T, E = SqlError> = std::result::Result<T, E>;

/// An open database.
pub(crate) struct Db {
    pools: Pools,
    /// What people may see of the URL.
    shown: String,
}

enum Pools {
    /// One connection writes, so that writers queue here and not at SQLite's lock; some read beside it.
    Sqlite { write: SqlitePool, read: SqlitePool },
    #[cfg(feature = "postgres")]
    Postgres(sqlx::PgPool),
    #[cfg(feature = "mysql")]
    MySql(sqlx::MySqlPool),
}

impl fmt::Debug for Db {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Db").field(&self.shown).finish()
    }
}

/// A driver's query with its values.
macro_rules! query {
    ($sql:expr, $args:expr) => {{
        let mut query = sqlx::query($sql.text());
        for arg in $args {
            query = match arg {
                Arg::Text(text) => query.bind(text),
                Arg::Int(n) => query.bind(n),
            };
        }
        query
    }};
}

impl Db {
    /// Opens the database that the URL names.
    /// At most `connections` to a server; an embedded database has as many as it needs.
    #[cfg_attr(
        not(any(feature = "postgres", feature = "mysql")),
        expect(unused_variables, reason = "an embedded database has as many as it needs")
    )]
    pub(crate) async fn open(url: &str, connections: u32) -> Result<Self> {
        match url
            .split_once(':')
            .and_then(|(scheme, _)| Dialect::of_scheme(scheme))
        {
            Some(Dialect::Sqlite) => sqlite::open(url).await,
            #[cfg(feature = "postgres")]
            Some(Dialect::Postgres) => postgres::open(url, connections).await,
            #[cfg(not(feature = "postgres"))]
            Some(Dialect::Postgres) => Err(SqlError::Url("this program is built without PostgreSQL".into())),
            #[cfg(feature = "mysql")]
            Some(Dialect::MySql) => mysql::open(url, connections).await,
            #[cfg(not(feature = "mysql"))]
            Some(Dialect::MySql) => Err(SqlError::Url(
                "this program is built without MariaDB and MySQL".into(),
            )),
            // What stands before the first colon may be part of a secret: it is not repeated.
            None => Err(SqlError::Url(
                "expected sqlite:FILE, postgres://HOST/DATABASE or mysql://HOST/DATABASE".into(),
            )),
        }
    }

    pub(crate) fn shown(&self) -> &str {
        &self.shown
    }

    pub(crate) fn dialect(&self) -> Dialect {
        match self.pools {
            Pools::Sqlite { .. } => Dialect::Sqlite,
            #[cfg(feature = "postgres")]
            Pools::Postgres(_) => Dialect::Postgres,
            #[cfg(feature = "mysql")]
            Pools::MySql(_) => Dialect::MySql,
        }
    }

    /// Runs one statement as a transaction of its own; returns how many rows it changed.
    pub(crate) async fn execute(&self, sql: &Sql, args: Vec<Arg>) -> Result<u64> {
        Ok(match &self.pools {
            Pools::Sqlite { write, .. } => query!(sql, args).execute(write).await?.rows_affected(),
            #[cfg(feature = "postgres")]
            Pools::Postgres(pool) => query!(sql, args).execute(pool).await?.rows_affected(),
            #[cfg(feature = "mysql")]
            Pools::MySql(pool) => query!(sql, args).execute(pool).await?.rows_affected(),
        })
    }

    /// Begins a transaction that may write.
    pub(crate) async fn write(&self) -> Result<Tx> {
        Ok(match &self.pools {
            Pools::Sqlite { write, .. } => Tx::Sqlite(write.begin_with("BEGIN IMMEDIATE").await?),
            #[cfg(feature = "postgres")]
            Pools::Postgres(pool) => Tx::Postgres(pool.begin().await?),
            #[cfg(feature = "mysql")]
            Pools::MySql(pool) => Tx::MySql(pool.begin().await?),
        })
    }

    /// Begins a transaction that only reads, and sees one state of the database.
    pub(crate) async fn read(&self) -> Result<Tx> {
        Ok(match &self.pools {
            Pools::Sqlite { read, .. } => Tx::Sqlite(read.begin().await?),
            #[cfg(feature = "postgres")]
            Pools::Postgres(pool) => Tx::Postgres(
                pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
                    .await?,
            ),
            #[cfg(feature = "mysql")]
            Pools::MySql(pool) => Tx::MySql(
                pool.begin_with("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY")
                    .await?,
            ),
        })
    }

    /// Applies the migrations that are missing. Of several processes, one does it and the others wait.
    pub(crate) async fn migrate(&self) -> Result<()> {
        match &self.pools {
            Pools::Sqlite { write, .. } => sqlite::migrate(write).await,
            #[cfg(feature = "postgres")]
            Pools::Postgres(pool) => postgres::migrate(pool).await,
            #[cfg(feature = "mysql")]
            Pools::MySql(pool) => mysql::migrate(pool).await,
        }
    }

    /// Closes all connections.
    pub(crate) async fn close(&self) {
        match &self.pools {
            Pools::Sqlite { write, read } => {
                read.close().await;
                write.close().await;
            }
            #[cfg(feature = "postgres")]
            Pools::Postgres(pool) => pool.close().await,
            #[cfg(feature = "mysql")]
            Pools::MySql(pool) => pool.close().await,
        }
    }
}

/// The migrations of one dialect. Tables of a newer program that this one can work with hold some that it does not know.
fn migrations(known: &Migrator) -> Migrator {
    let mut migrator = Migrator {
        migrations: known.migrations.clone(),
        ..Migrator::DEFAULT
    };
    migrator.set_ignore_missing(true);
    migrator
}

/// A value to bind.
#[derive(Debug)]
pub(crate) enum Arg {
    Text(Option<String>),
    Int(Option<i64>),
}

impl From<&str> for Arg {
    fn from(text: &str) -> Self {
        Self::Text(Some(stored(text).into_owned()))
    }
}

impl From<Option<&str>> for Arg {
    fn from(text: Option<&str>) -> Self {
        Self::Text(text.map(|t| stored(t).into_owned()))
    }
}

impl From<Timestamp> for Arg {
    fn from(at: Timestamp) -> Self {
        Self::Text(Some(time(at)))
    }
}

impl From<i64> for Arg {
    fn from(n: i64) -> Self {
        Self::Int(Some(n))
    }
}

impl From<u32> for Arg {
    fn from(n: u32) -> Self {
        Self::Int(Some(n.into()))
    }
}

impl From<u64> for Arg {
    /// Counts never get near the limit; one that does stays there.
    fn from(n: u64) -> Self {
        Self::Int(Some(i64::try_from(n).unwrap_or(i64::MAX)))
    }
}

impl From<bool> for Arg {
    fn from(yes: bool) -> Self {
        Self::Int(Some(yes.into()))
    }
}

/// A JSON text made by this crate. Its strings are escaped already, see [`stored`].
#[derive(Debug)]
pub(crate) struct Json(pub(crate) String);

impl From<Json> for Arg {
    fn from(json: Json) -> Self {
        Self::Text(Some(json.0))
    }
}

/// The values to bind, in order.
macro_rules! args {
    ($($value:expr),* $(,)?) => { vec![$($crate::db::Arg::from($value)),*] };
}
pub(crate) use args;

/// A transaction. Dropped without [`commit`](Self::commit) it changes nothing.
pub(crate) enum Tx {
    Sqlite(Transaction<'static, Sqlite>),
    #[cfg(feature = "postgres")]
    Postgres(Transaction<'static, sqlx::Postgres>),
    #[cfg(feature = "mysql")]
    MySql(Transaction<'static, sqlx::MySql>),
}

/// Does the same with every driver's transaction.
macro_rules! with_each {
    ($on:expr, $tx:ident => $work:expr) => {
        match $on {
            Tx::Sqlite($tx) => $work,
            #[cfg(feature = "postgres")]
            Tx::Postgres($tx) => $work,
            #[cfg(feature = "mysql")]
            Tx::MySql($tx) => $work,
        }
    };
}

impl Tx {
    /// Runs a statement; returns how many rows it changed.
    pub(crate) async fn execute(&mut self, sql: &Sql, args: Vec<Arg>) -> Result<u64> {
        Ok(with_each!(self, tx => query!(sql, args).execute(&mut **tx).await?.rows_affected()))
    }

    /// Runs a query; turns each row into a value.
    pub(crate) async fn rows<T>(
        &mut self,
        sql: &Sql,
        args: Vec<Arg>,
        mut read: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        let mut values = Vec::new();
        with_each!(self, tx => {
            // Row by row: a row of the driver takes much more memory than what is read from it.
            let mut rows = query!(sql, args).fetch(&mut **tx);
            while let Some(row) = rows.try_next().await? {
                values.push(read(&Row(&row))?);
            }
        });
        Ok(values)
    }

    /// Runs a query whose rows come as lists; turns each into a value. They come in no certain order.
    pub(crate) async fn listed<T>(
        &mut self,
        listing: &Listing,
        args: Vec<Arg>,
        mut read: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        let mut values = Vec::new();
        self.rows(&listing.sql, args, |row| {
            let text = row.json("listed")?;
            for row in Listed::rows(&listing.columns, &text)? {
                values.push(read(&Row(&row))?);
            }
            Ok(())
        })
        .await?;
        Ok(values)
    }

    /// Runs a query that yields at most one row.
    pub(crate) async fn row<T>(
        &mut self,
        sql: &Sql,
        args: Vec<Arg>,
        read: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<Option<T>> {
        Ok(self.rows(sql, args, read).await?.pop())
    }

    /// Makes all changes last.
    pub(crate) async fn commit(self) -> Result<()> {
        with_each!(self, tx => tx.commit().await?);
        Ok(())
    }
}

/// A row of any driver.
pub(crate) struct Row<'a>(&'a dyn Cells);

trait Cells: Sync {
    fn text(&self, column: &str) -> sqlx::Result<Option<String>>;
    fn int(&self, column: &str) -> sqlx::Result<Option<i64>>;
}

macro_rules! cells {
    ($row:ty) => {
        impl Cells for $row {
            fn text(&self, column: &str) -> sqlx::Result<Option<String>> {
                self.try_get(column)
            }
            fn int(&self, column: &str) -> sqlx::Result<Option<i64>> {
                self.try_get(column)
            }
        }
    };
}
cells!(sqlx::sqlite::SqliteRow);
#[cfg(feature = "postgres")]
impl Cells for sqlx::postgres::PgRow {
    fn text(&self, column: &str) -> sqlx::Result<Option<String>> {
        self.try_get(column)
    }
    /// All columns are BIGINT; a number that stands in a statement is INTEGER here, and no other type is read for it.
    fn int(&self, column: &str) -> sqlx::Result<Option<i64>> {
        let small = || self.try_get(column).map(|n: Option<i32>| n.map(i64::from));
        self.try_get(column).or_else(|error| small().map_err(|_| error))
    }
}
#[cfg(feature = "mysql")]
cells!(sqlx::mysql::MySqlRow);

impl Row<'_> {
    pub(crate) fn opt_text(&self, column: &'static str) -> Result<Option<String>> {
        Ok(self.0.text(column)?.map(restored))
    }

    /// A JSON text as this crate made it: what is escaped in its strings still is.
    pub(crate) fn json(&self, column: &'static str) -> Result<String> {
        self.0.text(column)?.ok_or_else(|| null(column, "a JSON text"))
    }

    pub(crate) fn text(&self, column: &'static str) -> Result<String> {
        self.opt_text(column)?.ok_or_else(|| null(column, "a text"))
    }

    pub(crate) fn opt_time(&self, column: &'static str) -> Result<Option<Timestamp>> {
        self.opt_parsed(column, "a time such as 2026-11-23T03:17:05.123Z", |text| {
            text.parse().ok()
        })
    }

    pub(crate) fn time(&self, column: &'static str) -> Result<Timestamp> {
        self.opt_time(column)?.ok_or_else(|| null(column, "a time"))
    }

    pub(crate) fn opt_int(&self, column: &'static str) -> Result<Option<i64>> {
        Ok(self.0.int(column)?)
    }

    pub(crate) fn int(&self, column: &'static str) -> Result<i64> {
        self.opt_int(column)?.ok_or_else(|| null(column, "a number"))
    }

    /// A count, which is never below zero.
    pub(crate) fn count(&self, column: &'static str) -> Result<u64> {
        let n = self.int(column)?;
        u64::try_from(n).map_err(|_| SqlError::Content {
            column,
            found: n.to_string(),
            expected: "zero or more",
        })
    }

    /// A text that must be one of a set of words, or of a certain form.
    pub(crate) fn parsed<T>(
        &self,
        column: &'static str,
        expected: &'static str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<T> {
        self.opt_parsed(column, expected, parse)?
            .ok_or_else(|| null(column, expected))
    }

    pub(crate) fn opt_parsed<T>(
        &self,
        column: &'static str,
        expected: &'static str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>> {
        match self.opt_text(column)? {
            None => Ok(None),
            Some(text) => match parse(&text) {
                Some(value) => Ok(Some(value)),
                None => Err(SqlError::Content {
                    column,
                    found: text.chars().take(80).collect(),
                    expected,
                }),
            },
        }
    }
}

fn null(column: &'static str, expected: &'static str) -> SqlError {
    SqlError::Content {
        column,
        found: "NULL".to_owned(),
        expected,
    }
}
