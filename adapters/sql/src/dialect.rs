//! Where the databases' SQL differs. Everything else is written once, with `?` for each bound value.

use std::sync::Arc;

use sqlx::{AssertSqlSafe, SqlStr};

/// Which SQL a database speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    Sqlite,
}

/// A column of a row that is handed over in a JSON list.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Column {
    Text(&'static str),
    Int(&'static str),
}

impl Column {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Text(name) | Self::Int(name) => name,
        }
    }
}

/// A statement, made of this crate's own texts only: values are always bound.
#[derive(Debug, Clone)]
pub(crate) struct Sql(Arc<str>);

impl Sql {
    pub(crate) fn text(&self) -> SqlStr {
        sqlx::SqlSafeStr::into_sql_str(AssertSqlSafe(Arc::clone(&self.0)))
    }
}

impl Dialect {
    /// A statement from a text with `?` for each bound value.
    pub(crate) fn sql(self, text: impl Into<Arc<str>>) -> Sql {
        match self {
            Self::Sqlite => Sql(text.into()),
        }
    }

    /// A table made of one bound JSON list: one object per row. One statement takes any number of rows, so it stays
    /// prepared, and no limit on bound values is met.
    pub(crate) fn rows(self, columns: &[Column]) -> String {
        match self {
            Self::Sqlite => {
                let columns: Vec<String> = columns
                    .iter()
                    .map(|c| format!("value ->> '{0}' AS {0}", c.name()))
                    .collect();
                format!("(SELECT {} FROM json_each(?))", columns.join(", "))
            }
        }
    }

    /// A table made of one bound JSON list of texts, as column `record_key`.
    pub(crate) fn keys(self) -> &'static str {
        match self {
            Self::Sqlite => "(SELECT value AS record_key FROM json_each(?))",
        }
    }

    /// Joins a list that was handed over, on the left, with a table: row by row by the table's index. Left to itself,
    /// SQLite reads the whole table, and the list again for each of its rows.
    pub(crate) fn join(self) -> &'static str {
        match self {
            Self::Sqlite => "CROSS JOIN",
        }
    }

    /// Ends an `INSERT`: a row whose `key` exists is changed by `changes` instead.
    pub(crate) fn or_update(self, key: &str, changes: &str) -> String {
        match self {
            Self::Sqlite => format!("ON CONFLICT ({key}) DO UPDATE SET {changes}"),
        }
    }

    /// Ends an `INSERT`: a row whose `key` exists stays as it is.
    pub(crate) fn or_keep(self, key: &str) -> String {
        match self {
            Self::Sqlite => format!("ON CONFLICT ({key}) DO NOTHING"),
        }
    }

    /// In [`or_update`](Self::or_update): the value that was to be inserted.
    pub(crate) fn offered(self, column: &str) -> String {
        match self {
            Self::Sqlite => format!("excluded.{column}"),
        }
    }

    /// Ends a `SELECT`: locks its rows until the transaction ends. SQLite's write transactions are alone anyway.
    pub(crate) fn lock(self) -> &'static str {
        match self {
            Self::Sqlite => "",
        }
    }

    /// Counts the tables of one name, as column `tables`.
    pub(crate) fn has_table(self) -> &'static str {
        match self {
            Self::Sqlite => "SELECT COUNT(*) AS tables FROM sqlite_master WHERE type = 'table' AND name = ?",
        }
    }

    /// Ends the `INSERT` that claims records: a record is taken over if nobody holds it at the time that is bound last, or
    /// if its owner asks again.
    pub(crate) fn or_claim(self) -> &'static str {
        match self {
            Self::Sqlite => {
                "ON CONFLICT (company, job, record_key) DO UPDATE SET claim_owner = excluded.claim_owner, \
                 claim_run_id = excluded.claim_run_id, claim_chunk = excluded.claim_chunk, \
                 claim_until = excluded.claim_until \
                 WHERE record.claim_until IS NULL OR record.claim_until <= ? OR record.claim_owner = excluded.claim_owner"
            }
        }
    }
}
