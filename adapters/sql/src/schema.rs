//! The tables' version, and bringing them up to date.

use crate::SqlError;
use crate::db::{Db, args};

/// The version that this program needs: the number of its last migration.
pub(crate) const NEEDED: i64 = 6;

/// Brings the tables up to date. What a newer program added stays. Where there is nothing to do nothing is tried, so that a
/// user who may not make tables can work.
pub(crate) async fn migrate(db: &Db) -> Result<(), SqlError> {
    check_not_newer(db).await?;
    if found(db).await? >= NEEDED {
        return Ok(());
    }
    db.migrate().await
}

/// Refuses tables that a newer program changed in a way that this one cannot work with.
pub(crate) async fn check_not_newer(db: &Db) -> Result<(), SqlError> {
    match version(db).await? {
        Some((found, needed)) if needed > NEEDED => Err(SqlError::SchemaTooNew {
            found,
            needed,
            known: NEEDED,
        }),
        _ => Ok(()),
    }
}

/// Refuses tables that lack what this program needs, too.
pub(crate) async fn check(db: &Db) -> Result<(), SqlError> {
    check_not_newer(db).await?;
    match found(db).await? {
        found if found < NEEDED => Err(SqlError::SchemaTooOld {
            found,
            needed: NEEDED,
        }),
        _ => Ok(()),
    }
}

/// The tables' version; 0 when there are none yet.
pub(crate) async fn found(db: &Db) -> Result<i64, SqlError> {
    Ok(version(db).await?.map_or(0, |(found, _)| found))
}

/// The tables' version and the oldest program that they suit; `None` when there are no tables yet.
async fn version(db: &Db) -> Result<Option<(i64, i64)>, SqlError> {
    let dialect = db.dialect();
    let mut tx = db.read().await?;
    let there = tx
        .row(
            &dialect.sql(dialect.has_table()),
            args!["schema_version"],
            |row| row.int("tables"),
        )
        .await?;
    if there.unwrap_or(0) == 0 {
        return Ok(None);
    }
    let sql =
        dialect.sql("SELECT MAX(version) AS version, MAX(works_with) AS works_with FROM schema_version");
    let found = tx
        .row(&sql, args![], |row| {
            Ok((row.opt_int("version")?, row.opt_int("works_with")?))
        })
        .await?;
    Ok(found.and_then(|(version, works_with)| version.zip(works_with)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_that_of_the_last_migration() {
        for dialect in ["sqlite", "postgres", "mysql"] {
            let folder = format!("{}/migrations/{dialect}", env!("CARGO_MANIFEST_DIR"));
            let files = std::fs::read_dir(folder).unwrap();
            let numbers = files.map(|file| {
                file.unwrap().file_name().to_string_lossy()[..4]
                    .parse::<i64>()
                    .unwrap()
            });
            assert_eq!(numbers.max(), Some(NEEDED), "{dialect}");
        }
    }
}
