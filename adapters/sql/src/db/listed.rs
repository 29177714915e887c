//! Rows that came as JSON lists, see [`Listing`](crate::dialect::Listing).

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, Visitor};

use super::{Cells, Result};
use crate::SqlError;

/// The values of such a row, by the names of its columns.
pub(super) struct Listed<'a> {
    columns: &'a [&'static str],
    values: Vec<Cell<'a>>,
}

impl<'a> Listed<'a> {
    /// The rows of a list.
    pub(super) fn rows(columns: &'a [&'static str], list: &'a str) -> Result<impl Iterator<Item = Self>> {
        // Says where it goes wrong, and shows no text.
        let rows: Vec<Vec<Cell<'a>>> = serde_json::from_str(list).map_err(|error| SqlError::Content {
            column: "listed",
            found: error.to_string(),
            expected: "lists of texts and whole numbers",
        })?;
        Ok(rows.into_iter().map(move |values| Self { columns, values }))
    }

    fn cell(&self, column: &str) -> sqlx::Result<&Cell<'a>> {
        let at = self.columns.iter().position(|name| *name == column);
        at.and_then(|at| self.values.get(at))
            .ok_or_else(|| sqlx::Error::ColumnNotFound(column.to_owned()))
    }
}

impl Cells for Listed<'_> {
    fn text(&self, column: &str) -> sqlx::Result<Option<String>> {
        match self.cell(column)? {
            Cell::Null => Ok(None),
            Cell::Text(text) => Ok(Some(text.clone().into_owned())),
            Cell::Int(_) => Err(other_kind(column, "a text")),
        }
    }

    fn int(&self, column: &str) -> sqlx::Result<Option<i64>> {
        match self.cell(column)? {
            Cell::Null => Ok(None),
            Cell::Int(n) => Ok(Some(*n)),
            Cell::Text(_) => Err(other_kind(column, "a number")),
        }
    }
}

fn other_kind(column: &str, expected: &str) -> sqlx::Error {
    sqlx::Error::ColumnDecode {
        index: column.to_owned(),
        source: format!("expected {expected}").into(),
    }
}

enum Cell<'a> {
    Null,
    Int(i64),
    Text(Cow<'a, str>),
}

impl<'de> Deserialize<'de> for Cell<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct CellVisitor;

        impl<'de> Visitor<'de> for CellVisitor {
            type Value = Cell<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text, a whole number or null")
            }

            fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
                Ok(Cell::Null)
            }

            fn visit_i64<E: Error>(self, n: i64) -> Result<Self::Value, E> {
                Ok(Cell::Int(n))
            }

            fn visit_u64<E: Error>(self, n: u64) -> Result<Self::Value, E> {
                i64::try_from(n).map(Cell::Int).map_err(E::custom)
            }

            fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Cell::Text(text.into()))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Cell::Text(text.to_owned().into()))
            }
        }

        deserializer.deserialize_any(CellVisitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_read_by_the_names_of_its_columns() {
        let list = r#"[["수입\"신고", null, -3], ["", "", 0]]"#;
        let mut rows = Listed::rows(&["status", "code", "pushes"], list).unwrap();
        let row = rows.next().unwrap();
        assert_eq!(row.text("status").unwrap().as_deref(), Some("수입\"신고"));
        assert_eq!(
            (row.text("code").unwrap(), row.int("code").unwrap()),
            (None, None)
        );
        assert_eq!(row.int("pushes").unwrap(), Some(-3));
        assert_eq!(rows.next().unwrap().text("code").unwrap().as_deref(), Some(""));
        assert!(rows.next().is_none());
    }

    #[test]
    fn what_is_not_there_or_of_another_kind_is_an_error() {
        let mut rows = Listed::rows(&["status", "pushes", "more"], r#"[["1", 2]]"#).unwrap();
        let row = rows.next().unwrap();
        assert!(row.int("status").is_err());
        assert!(row.text("pushes").is_err());
        assert!(row.text("more").is_err());
        assert!(row.text("other").is_err());
        for list in ["", "[[1.5]]", "[[[]]]", "[1]", "{}", "[[18446744073709551615]]"] {
            assert!(Listed::rows(&["a"], list).is_err(), "{list}");
        }
    }
}
