//! Where the databases' SQL differs. Everything else is written once, with `?` for each bound value.

use std::sync::Arc;

use sqlx::{AssertSqlSafe, SqlStr};

/// Which SQL a database speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    Sqlite,
    Postgres,
    /// MariaDB and MySQL.
    MySql,
}

/// A column of a row that is handed over in a JSON list.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Column {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
}

/// What a column holds.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind {
    Text,
    Int,
}

/// A statement, made of this crate's own texts only: values are always bound.
#[derive(Debug, Clone)]
pub(crate) struct Sql(Arc<str>);

impl Sql {
    pub(crate) fn text(&self) -> SqlStr {
        sqlx::SqlSafeStr::into_sql_str(AssertSqlSafe(Arc::clone(&self.0)))
    }
}

/// A query that gives its rows as JSON: each as a list of its columns, and several of them, in no certain order, as a list of those.
/// Drivers have much to do for each value that comes by itself; SQLite's has a thread of its own, which hands over row by row.
#[derive(Debug, Clone)]
pub(crate) struct Listing {
    pub(crate) sql: Sql,
    pub(crate) columns: Vec<&'static str>,
}

const UTF8: &str = "CHARACTER SET utf8mb4 COLLATE utf8mb4_bin";

impl Dialect {
    /// The dialect of the database that a URL names.
    pub(crate) fn of_scheme(scheme: &str) -> Option<Self> {
        match scheme {
            "sqlite" => Some(Self::Sqlite),
            "postgres" | "postgresql" => Some(Self::Postgres),
            "mysql" | "mariadb" => Some(Self::MySql),
            _ => None,
        }
    }

    /// A statement from a text with `?` for each bound value.
    pub(crate) fn sql(self, text: impl Into<Arc<str>>) -> Sql {
        match self {
            Self::Sqlite | Self::MySql => Sql(text.into()),
            Self::Postgres => Sql(numbered(&text.into()).into()),
        }
    }

    /// A table made of one bound JSON list: one array per row. One statement takes any number of rows, so it stays
    /// prepared, and no limit on bound values is met.
    fn rows(self, columns: &[Column]) -> String {
        let each = |column: fn((usize, &Column)) -> String| -> String {
            columns
                .iter()
                .enumerate()
                .map(column)
                .collect::<Vec<_>>()
                .join(", ")
        };
        match self {
            Self::Sqlite => {
                let columns = each(|(at, Column { name, .. })| format!("value ->> '$[{at}]' AS {name}"));
                // Rows come in SQLite's binary form: as text, each of their columns would have to be parsed out of it again.
                format!("(SELECT {columns} FROM jsonb_each(?))")
            }
            Self::Postgres => {
                let columns = each(|(at, Column { name, kind })| match kind {
                    Kind::Text => format!("value ->> {at} AS {name}"),
                    Kind::Int => format!("CAST(value ->> {at} AS BIGINT) AS {name}"),
                });
                format!("(SELECT {columns} FROM json_array_elements(CAST(? AS JSON)))")
            }
            Self::MySql => {
                let columns = each(|(at, Column { name, kind })| match kind {
                    Kind::Text => format!("{name} LONGTEXT {UTF8} PATH '$[{at}]' ERROR ON ERROR"),
                    Kind::Int => format!("{name} BIGINT PATH '$[{at}]' ERROR ON ERROR"),
                });
                format!("(SELECT * FROM JSON_TABLE(?, '$[*]' COLUMNS ({columns})) AS list)")
            }
        }
    }

    /// Inserts such a list into a table: first what all rows have in common is bound, a value for each of `common`, and then the
    /// list.
    pub(crate) fn insert_rows(self, table: &str, common: &[&str], columns: &[Column]) -> String {
        let named = columns.iter().map(|column| column.name);
        let into: Vec<&str> = common.iter().copied().chain(named.clone()).collect();
        let bound = common.iter().map(|_| "?".to_owned());
        let values: Vec<String> = bound.chain(named.map(|name| format!("n.{name}"))).collect();
        format!(
            "INSERT INTO {table} ({}) SELECT {} FROM {} AS n WHERE 1 = 1",
            into.join(", "),
            values.join(", "),
            self.rows(columns),
        )
    }

    /// Selects these columns of a table, the rest of the statement being `from`.
    pub(crate) fn listing(
        self,
        table: &str,
        columns: impl IntoIterator<Item = &'static str>,
        from: &str,
    ) -> Listing {
        let columns: Vec<&'static str> = columns.into_iter().collect();
        let named: Vec<String> = columns.iter().map(|column| format!("{table}.{column}")).collect();
        let named = named.join(", ");
        let list = match self {
            Self::Sqlite => format!("json_group_array(json_array({named}))"),
            // A server's rows come in one go anyway, and where they are locked they cannot be put together.
            Self::Postgres => format!("CAST(json_build_array(json_build_array({named})) AS TEXT)"),
            // As text: the type that MySQL has for JSON is another one for its driver.
            Self::MySql => format!("CONCAT(JSON_ARRAY(JSON_ARRAY({named})))"),
        };
        Listing {
            sql: self.sql(format!("SELECT {list} AS listed {from}")),
            columns,
        }
    }

    /// A table made of one bound JSON list of texts, as column `record_key`.
    pub(crate) fn keys(self) -> String {
        match self {
            Self::Sqlite => "(SELECT value AS record_key FROM json_each(?))".to_owned(),
            Self::Postgres => {
                "(SELECT value AS record_key FROM json_array_elements_text(CAST(? AS JSON)))".to_owned()
            }
            Self::MySql => format!(
                "(SELECT * FROM JSON_TABLE(?, '$[*]' COLUMNS (record_key VARCHAR(512) {UTF8} PATH '$' ERROR ON ERROR)) \
                 AS list)"
            ),
        }
    }

    /// Joins a list that was handed over, on the left, with a table: row by row by the table's index. Left to itself,
    /// SQLite reads the whole table, and the list again for each of its rows.
    pub(crate) fn join(self) -> &'static str {
        match self {
            Self::Sqlite => "CROSS JOIN",
            Self::Postgres => "JOIN",
            Self::MySql => "STRAIGHT_JOIN",
        }
    }

    /// Ends an `INSERT`: a row whose `key` exists is changed by `changes` instead.
    pub(crate) fn or_update(self, key: &str, changes: &str) -> String {
        match self {
            Self::Sqlite | Self::Postgres => format!("ON CONFLICT ({key}) DO UPDATE SET {changes}"),
            Self::MySql => format!("ON DUPLICATE KEY UPDATE {changes}"),
        }
    }

    /// Ends an `INSERT`: a row of `table` whose `key` exists stays as it is.
    pub(crate) fn or_keep(self, table: &str, key: &str) -> String {
        match self {
            Self::Sqlite | Self::Postgres => format!("ON CONFLICT ({key}) DO NOTHING"),
            // `INSERT IGNORE` would hide other errors, too.
            Self::MySql => {
                let column = key.split_once(',').map_or(key, |(first, _)| first);
                format!("ON DUPLICATE KEY UPDATE {table}.{column} = {table}.{column}")
            }
        }
    }

    /// In [`or_update`](Self::or_update): the value that was to be inserted.
    pub(crate) fn offered(self, column: &str) -> String {
        match self {
            Self::Sqlite | Self::Postgres => format!("excluded.{column}"),
            Self::MySql => format!("VALUES({column})"),
        }
    }

    /// Ends the `INSERT` that claims records: a record is taken over if nobody holds it at the time that is bound last, or
    /// if its owner asks again.
    pub(crate) fn or_claim(self) -> &'static str {
        match self {
            Self::Sqlite | Self::Postgres => {
                "ON CONFLICT (company, job, record_key) DO UPDATE SET claim_owner = excluded.claim_owner, \
                 claim_run_id = excluded.claim_run_id, claim_chunk = excluded.claim_chunk, \
                 claim_until = excluded.claim_until \
                 WHERE record.claim_until IS NULL OR record.claim_until <= ? OR record.claim_owner = excluded.claim_owner"
            }
            // Assigned from left to right: once the owner is decided, the rest follows the owner.
            Self::MySql => {
                "ON DUPLICATE KEY UPDATE claim_owner = IF(record.claim_until IS NULL OR record.claim_until <= ?, \
                 VALUES(claim_owner), record.claim_owner), \
                 claim_run_id = IF(record.claim_owner = VALUES(claim_owner), VALUES(claim_run_id), record.claim_run_id), \
                 claim_chunk = IF(record.claim_owner = VALUES(claim_owner), VALUES(claim_chunk), record.claim_chunk), \
                 claim_until = IF(record.claim_owner = VALUES(claim_owner), VALUES(claim_until), record.claim_until)"
            }
        }
    }

    /// Ends a `SELECT`: locks its rows of `table` until the transaction ends, in the order of `key`, so that two
    /// transactions never wait for each other. SQLite's write transactions are alone anyway.
    pub(crate) fn lock(self, table: &str, key: &str) -> String {
        match self {
            Self::Sqlite => String::new(),
            Self::Postgres => format!(" ORDER BY {table}.{key} FOR UPDATE OF {table}"),
            Self::MySql => format!(" ORDER BY {table}.{key} FOR UPDATE"),
        }
    }

    /// Ends a `SELECT`: locks its rows until the transaction ends.
    pub(crate) fn for_update(self) -> &'static str {
        match self {
            Self::Sqlite => "",
            Self::Postgres | Self::MySql => " FOR UPDATE",
        }
    }

    /// Counts the tables of one name, as column `tables`.
    pub(crate) fn has_table(self) -> &'static str {
        match self {
            Self::Sqlite => "SELECT COUNT(*) AS tables FROM sqlite_master WHERE type = 'table' AND name = ?",
            Self::Postgres => {
                "SELECT COUNT(*) AS tables FROM information_schema.tables \
                 WHERE table_schema = current_schema() AND table_name = ?"
            }
            Self::MySql => {
                "SELECT COUNT(*) AS tables FROM information_schema.tables \
                 WHERE table_schema = DATABASE() AND table_name = ?"
            }
        }
    }

    /// The server's time, as column `instant`. An embedded database has no clock of its own.
    pub(crate) fn clock(self) -> Option<&'static str> {
        match self {
            Self::Sqlite => None,
            Self::Postgres => Some(
                "SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"') AS instant",
            ),
            Self::MySql => Some("SELECT DATE_FORMAT(UTC_TIMESTAMP(6), '%Y-%m-%dT%H:%i:%s.%fZ') AS instant"),
        }
    }
}

/// Writes `$1`, `$2` … for each `?`. No text of this crate holds a `?` that means anything else.
fn numbered(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for (n, part) in text.split('?').enumerate() {
        if n > 0 {
            out.push('$');
            out.push_str(&n.to_string());
        }
        out.push_str(part);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn postgres_numbers_its_values() {
        assert_eq!(numbered("a = ? AND b = ?"), "a = $1 AND b = $2");
        assert_eq!(numbered("no value"), "no value");
    }
}
