//! What can go wrong with the ledger's database.

use std::borrow::Cow;
use std::time::Duration;

use customs_core::{Error, ErrorKind, Sent};
use sqlx::error::{DatabaseError, ErrorKind as DbErrorKind};
use sqlx::sqlite::SqliteError;

/// A failure of the ledger. No variant shows a URL or a password.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SqlError {
    /// The URL names no database that this build can open.
    #[error("the ledger's url cannot be used: {0}")]
    Url(Cow<'static, str>),
    /// The database cannot be opened or reached.
    #[error("the ledger's database {place} cannot be opened")]
    Open {
        /// Where it is, without user and password.
        place: String,
        /// Why.
        source: sqlx::Error,
    },
    /// The tables are not there, or lack what this program needs.
    #[error("the ledger's tables are of version {found}, this program needs {needed}: run `customs migrate`")]
    SchemaTooOld {
        /// The version found; 0 when there are no tables.
        found: i64,
        /// The version that this program needs.
        needed: i64,
    },
    /// The tables were changed by a newer program in a way that this one cannot work with.
    #[error(
        "the ledger's tables are of version {found} and need a program that knows version {needed}, this one knows {known}"
    )]
    SchemaTooNew {
        /// The version found.
        found: i64,
        /// The oldest version that a program must know.
        needed: i64,
        /// The version that this program knows.
        known: i64,
    },
    /// The database failed.
    #[error("the ledger's database failed")]
    Database(#[from] sqlx::Error),
    /// The tables could not be made or brought up to date.
    #[error("the ledger's tables could not be brought up to date")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// The database did not answer in time.
    #[error("the ledger's database did not answer within {0:?}")]
    Timeout(Duration),
    /// A row holds what this program cannot read.
    #[error("column {column} holds {found:?}, which is not {expected}")]
    Content {
        /// The column.
        column: &'static str,
        /// What it holds.
        found: String,
        /// What was expected.
        expected: &'static str,
    },
    /// A value could not be written as JSON.
    #[error("a value cannot be written as JSON")]
    Json(#[from] serde_json::Error),
    /// The run is unknown, closed, or belongs to somebody else.
    #[error("{0}")]
    Conflict(String),
}

impl SqlError {
    /// A short, stable word for tables and metrics.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Url(_) => "ledger_url",
            Self::SchemaTooOld { .. } => "ledger_schema_old",
            Self::SchemaTooNew { .. } => "ledger_schema_new",
            Self::Open { source, .. } => database_code(source),
            Self::Database(error) => database_code(error),
            Self::Migrate(_) => "ledger_migration",
            Self::Timeout(_) => "ledger_timeout",
            Self::Content { .. } => "ledger_content",
            Self::Json(_) => "ledger_json",
            Self::Conflict(_) => "conflict",
        }
    }

    fn kind(&self) -> ErrorKind {
        match self {
            Self::Url(_) | Self::SchemaTooOld { .. } | Self::SchemaTooNew { .. } => ErrorKind::Config,
            Self::Conflict(_) => ErrorKind::Conflict,
            Self::Open { .. }
            | Self::Database(_)
            | Self::Migrate(_)
            | Self::Timeout(_)
            | Self::Content { .. }
            | Self::Json(_) => ErrorKind::Ledger,
        }
    }

    /// Whether the same request may succeed a little later.
    fn is_transient(&self) -> bool {
        match self {
            Self::Timeout(_) => true,
            Self::Open { .. } | Self::Database(_) => {
                matches!(
                    self.code(),
                    "ledger_busy" | "ledger_unreachable" | "ledger_io" | "ledger_pool" | "ledger_deadlock"
                )
            }
            Self::Url(_)
            | Self::SchemaTooOld { .. }
            | Self::SchemaTooNew { .. }
            | Self::Migrate(_)
            | Self::Content { .. }
            | Self::Json(_)
            | Self::Conflict(_) => false,
        }
    }
}

impl From<SqlError> for Error {
    fn from(error: SqlError) -> Self {
        // All writes are transactions that may be repeated, so "maybe" is harmless; it is still the truth.
        let sent = match &error {
            SqlError::Url(_)
            | SqlError::SchemaTooOld { .. }
            | SqlError::SchemaTooNew { .. }
            | SqlError::Json(_)
            | SqlError::Open { .. } => Sent::No,
            SqlError::Conflict(_) | SqlError::Content { .. } => Sent::Answered,
            SqlError::Database(sqlx::Error::Database(_)) => Sent::Answered,
            SqlError::Database(_) | SqlError::Migrate(_) | SqlError::Timeout(_) => Sent::Maybe,
        };
        let (kind, transient, code, message) = (
            error.kind(),
            error.is_transient(),
            error.code(),
            error.to_string(),
        );
        let core = Self::new(kind, message).code(code).sent(sent);
        let core = if transient { core.transient() } else { core };
        // The message is this error's own text; what stands below it is its source.
        match error {
            SqlError::Open { source, .. } | SqlError::Database(source) => core.source(source),
            SqlError::Migrate(source) => core.source(source),
            SqlError::Json(source) => core.source(source),
            SqlError::Url(_)
            | SqlError::SchemaTooOld { .. }
            | SqlError::SchemaTooNew { .. }
            | SqlError::Timeout(_)
            | SqlError::Content { .. }
            | SqlError::Conflict(_) => core,
        }
    }
}

fn database_code(error: &sqlx::Error) -> &'static str {
    match error {
        sqlx::Error::Database(db) => match db.kind() {
            DbErrorKind::UniqueViolation => "ledger_unique",
            DbErrorKind::ForeignKeyViolation => "ledger_foreign_key",
            DbErrorKind::NotNullViolation | DbErrorKind::CheckViolation => "ledger_constraint",
            _ => vendor_code(&**db),
        },
        sqlx::Error::Io(_) | sqlx::Error::Tls(_) => "ledger_unreachable",
        sqlx::Error::PoolTimedOut => "ledger_pool",
        sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed => "ledger_closed",
        _ => "ledger_database",
    }
}

fn vendor_code(db: &dyn DatabaseError) -> &'static str {
    let code = db.code();
    let code = code.as_deref().unwrap_or_default();
    if db.try_downcast_ref::<SqliteError>().is_some() {
        return sqlite_code(code, db.message());
    }
    #[cfg(feature = "mysql")]
    if let Some(db) = db.try_downcast_ref::<sqlx::mysql::MySqlDatabaseError>() {
        return mysql_code(db.number());
    }
    sqlstate_code(code)
}

/// SQLite reports (extended) result codes, <https://sqlite.org/rescode.html>: the low byte is the primary code.
fn sqlite_code(code: &str, message: &str) -> &'static str {
    match code.parse::<u32>().map(|c| c & 0xff) {
        Ok(5 | 6) => "ledger_busy",
        Ok(8) => "ledger_read_only",
        Ok(10) => "ledger_io",
        Ok(11 | 26) => "ledger_corrupt",
        Ok(13) => "ledger_disk_full",
        Ok(14) => "ledger_unreachable",
        Ok(1) if message.contains("no such table") || message.contains("no such column") => {
            "ledger_schema_old"
        }
        _ => "ledger_database",
    }
}

/// PostgreSQL's codes, <https://www.postgresql.org/docs/current/errcodes-appendix.html>.
fn sqlstate_code(code: &str) -> &'static str {
    match code {
        "40001" | "40P01" => "ledger_deadlock",
        "55P03" | "57014" => "ledger_busy",
        "53300" | "57P01" | "57P02" | "57P03" => "ledger_unreachable",
        "53100" => "ledger_disk_full",
        "25006" => "ledger_read_only",
        "42501" => "ledger_denied",
        "42P01" | "42703" => "ledger_schema_old",
        "58030" => "ledger_io",
        "XX001" | "XX002" => "ledger_corrupt",
        code if code.starts_with("08") => "ledger_unreachable",
        code if code.starts_with("28") => "ledger_login",
        _ => "ledger_database",
    }
}

/// The servers' own numbers, <https://mariadb.com/kb/en/mariadb-error-code-reference/>: their SQLSTATE is mostly `HY000`.
#[cfg(feature = "mysql")]
fn mysql_code(number: u16) -> &'static str {
    match number {
        1213 => "ledger_deadlock",
        1205 | 1969 | 3024 => "ledger_busy",
        1040 | 1053 | 1080 | 1203 | 1927 => "ledger_unreachable",
        1021 | 1114 => "ledger_disk_full",
        1290 | 1792 | 1836 => "ledger_read_only",
        1146 | 1054 => "ledger_schema_old",
        1044 | 1045 | 1698 => "ledger_login",
        1142 | 1143 | 1227 | 1370 => "ledger_denied",
        1030 => "ledger_io",
        1034 | 1194 => "ledger_corrupt",
        _ => "ledger_database",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_server_names_the_same_causes_in_its_own_way() {
        let sqlite = |code| sqlite_code(code, "");
        assert_eq!(["5", "261", "517"].map(sqlite), ["ledger_busy"; 3]);
        assert_eq!(["10", "13"].map(sqlite), ["ledger_io", "ledger_disk_full"]);
        assert_eq!(sqlite_code("1", "no such table: run"), "ledger_schema_old");
        assert_eq!(
            ["42501", "40P01", "08006", "28P01", "53100", "42P01"].map(sqlstate_code),
            [
                "ledger_denied",
                "ledger_deadlock",
                "ledger_unreachable",
                "ledger_login",
                "ledger_disk_full",
                "ledger_schema_old"
            ]
        );
        #[cfg(feature = "mysql")]
        assert_eq!(
            [1142, 1213, 1040, 1045, 1114, 1146].map(mysql_code),
            [
                "ledger_denied",
                "ledger_deadlock",
                "ledger_unreachable",
                "ledger_login",
                "ledger_disk_full",
                "ledger_schema_old"
            ]
        );
    }

    #[test]
    fn a_lost_connection_is_transient_and_shows_its_cause_once() {
        let error = Error::from(SqlError::from(sqlx::Error::Io(std::io::Error::other(
            "reset by peer",
        ))));
        assert_eq!(
            (error.kind(), error.is_transient(), error.get_code()),
            (ErrorKind::Ledger, true, "ledger_unreachable")
        );
        let text = error.chain().to_string();
        assert_eq!(text.matches("reset by peer").count(), 1, "{text}");
    }
}
