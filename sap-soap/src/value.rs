//! The dynamic value: what stands between two tags, kept as SAP sent it.
//!
//! # The model
//! - [`Value::Text`]: a field. Leading blanks, zeros, `0000-00-00`, `24:00:00` and `12.5-` stay as they are; the typed
//!   accessors ([`Value::date`], [`Value::decimal`] …) read them without changing them.
//! - [`Value::Struct`]: a structure. A [`Row`] is an ordered list of named values.
//! - [`Value::Table`]: a table, or an element that occurs several times.
//!
//! Attributes are fields named `@name`, and the text beside attributes (or beside child elements) is the field `$`:
//! `<Menge unitCode="EA">5.0</Menge>` is the structure `{"@unitCode": "EA", "$": "5.0"}`. [`Value::text`] reads both forms.
//!
//! `xsi:type` is the attribute `@xsi:type` ([`TYPE_FIELD`]): the name of the type without its prefix, as all names are. In a request
//! it comes first in its structure and makes it one of that type, which is derived from the declared one.
//!
//! Three things are kept apart: **absent** (the row has no such field), **empty** (`<X/>`, the text `""`) and **initial**
//! (what ABAP takes for "no value": [`Value::is_initial`]).
//!
//! # JSON
//! [`Value`] and [`Row`] implement `Serialize` and `Deserialize`. Every text is a JSON string, so nothing is lost; tables are
//! arrays, structures are objects in SAP's order. On input, numbers and booleans become their text (`true`, `false`), and
//! `null` means absent.

use std::borrow::Borrow;
use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use rust_decimal::Decimal;

mod cell;
mod de;
mod json;
mod ser;
pub mod with;

pub use cell::{Time, ValueError, alpha_in, alpha_out, decimal_text, pad_numc};
pub use de::{ConvertError, from_row, from_value};
pub(crate) use de::{Seen, Source, View};
pub use ser::{to_row, to_value};

/// The name of a field that names the type of a structure where it is derived from the declared one.
pub const TYPE_FIELD: &str = "@xsi:type";

/// The name of a field that holds the text beside attributes or child elements.
pub const TEXT_FIELD: &str = "$";

/// A field's name. Cloning is cheap: the names of a table are shared by all of its rows.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(Arc<str>);

impl Name {
    /// A name.
    pub fn new(name: impl Into<Arc<str>>) -> Self {
        Self(name.into())
    }

    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Is this an attribute (`@name`)?
    pub fn is_attribute(&self) -> bool {
        self.0.starts_with('@')
    }
}

impl Deref for Name {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl Borrow<str> for Name {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl From<&str> for Name {
    fn from(name: &str) -> Self {
        Self(name.into())
    }
}

impl From<String> for Name {
    fn from(name: String) -> Self {
        Self(name.into())
    }
}

impl PartialEq<str> for Name {
    fn eq(&self, other: &str) -> bool {
        &*self.0 == other
    }
}

impl PartialEq<&str> for Name {
    fn eq(&self, other: &&str) -> bool {
        &*self.0 == *other
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&*self.0, f)
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A field, a structure or a table, as SAP sent it.
#[derive(Clone, PartialEq, Eq)]
pub enum Value {
    /// A field: its text, untouched.
    Text(String),
    /// A structure, or a field with attributes.
    Struct(Row),
    /// A table, or an element that occurs several times.
    Table(Vec<Value>),
}

impl Value {
    /// The text of a field, with attributes or without. `None` for a table, and for a structure without text.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Struct(row) => row.text(TEXT_FIELD),
            Self::Table(_) => None,
        }
    }

    /// The value of an attribute: `value.attribute("unitCode")`.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        let row = self.as_struct()?;
        row.iter()
            .find(|(n, _)| n.strip_prefix('@') == Some(name))
            .and_then(|(_, v)| v.text())
    }

    /// The structure.
    pub fn as_struct(&self) -> Option<&Row> {
        match self {
            Self::Struct(row) => Some(row),
            Self::Text(_) | Self::Table(_) => None,
        }
    }

    /// The entries of a table. An empty field is an empty table (`<T/>` has both meanings), and any other value is a list
    /// of one: an element that may occur several times occurred once.
    pub fn entries(&self) -> &[Value] {
        match self {
            Self::Table(entries) => entries,
            Self::Text(text) if text.trim_ascii().is_empty() => &[],
            Self::Text(_) | Self::Struct(_) => std::slice::from_ref(self),
        }
    }

    /// The structures among [`Value::entries`].
    pub fn rows(&self) -> impl Iterator<Item = &Row> {
        self.entries().iter().filter_map(Value::as_struct)
    }

    /// Is this what ABAP takes for "no value", in any type: empty or blank text, only zeros (`0000`, `0.00`, `0000-00-00`,
    /// `00:00:00`), a structure of initial fields, an empty table? A RAW field is looked at by [`Value::raw`].
    ///
    /// A CHAR field whose content is the text `0` counts as initial, too: without the type the two look alike.
    pub fn is_initial(&self) -> bool {
        match self {
            Self::Text(text) => cell::is_initial(text),
            Self::Struct(row) => row.iter().all(|(_, v)| v.is_initial()),
            Self::Table(entries) => entries.is_empty(),
        }
    }

    /// A date (DATS): `2024-05-17` or `20240517`. Initial (`0000-00-00`, zeros, blanks, empty) is `None`.
    ///
    /// # Errors
    /// Something that is no day of the calendar (`2024-02-30`), or no field.
    pub fn date(&self) -> Result<Option<jiff::civil::Date>, ValueError> {
        cell::date(self.field("a date")?)
    }

    /// A time (TIMS): `08:15:30` or `081530`, `24:00:00` included. Empty and blanks are `None`; `00:00:00`, which ABAP
    /// cannot tell from "no value", is midnight.
    ///
    /// # Errors
    /// Something that is no time of day, or no field.
    pub fn time(&self) -> Result<Option<Time>, ValueError> {
        cell::time(self.field("a time")?)
    }

    /// A point in time: `2021-05-05T19:07:05Z` (with any offset), or ABAP's TIMESTAMP in UTC as a number
    /// (`20210505190705`, `20210505190705.1230000`). Initial (`0000-00-00T00:00:00`, zeros, blanks, empty) is `None`.
    ///
    /// # Errors
    /// Something else, a time without offset included, or no field.
    pub fn timestamp(&self) -> Result<Option<jiff::Timestamp>, ValueError> {
        cell::timestamp(self.field("a timestamp")?)
    }

    /// A number (DEC, CURR, QUAN, FLTP, DECFLOAT), exactly: `-1.23`, `12.5-`, ` 12.5 `, `1.23E+3`. Empty and blanks are `None`.
    ///
    /// # Errors
    /// Something that is no number, a number that 96 bits cannot hold exactly (it is never rounded;
    /// [`decimal_text`] keeps any number), or no field.
    pub fn decimal(&self) -> Result<Option<Decimal>, ValueError> {
        cell::decimal(self.field("a number")?)
    }

    /// A whole number (INT1 to INT8, NUMC): `42`, `0042`, `42-`. Empty and blanks are `None`.
    ///
    /// # Errors
    /// Something that is no whole number of 64 bits, or no field.
    pub fn integer(&self) -> Result<Option<i64>, ValueError> {
        cell::integer(self.field("a whole number")?)
    }

    /// The digits of a NUMC field, zeros kept.
    ///
    /// # Errors
    /// Something that is not only digits, or no field.
    pub fn numc(&self) -> Result<&str, ValueError> {
        cell::numc(self.field("digits")?)
    }

    /// A flag: `X`, `true` and `1` are set; empty, blank, `false` and `0` are not.
    ///
    /// # Errors
    /// Something else, or no field.
    pub fn flag(&self) -> Result<bool, ValueError> {
        cell::flag(self.field("a flag")?)
    }

    /// The bytes of a RAW, RAWSTRING or XSTRING field (base64). An initial RAW of fixed length is its zero bytes.
    ///
    /// # Errors
    /// Something that is no base64, or no field.
    pub fn raw(&self) -> Result<Vec<u8>, ValueError> {
        cell::raw(self.field("base64")?)
    }

    fn field(&self, expected: &'static str) -> Result<&str, ValueError> {
        self.text().ok_or_else(|| ValueError::not_a_field(expected))
    }
}

impl Default for Value {
    /// The empty field.
    fn default() -> Self {
        Self::Text(String::new())
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => fmt::Debug::fmt(text, f),
            Self::Struct(row) => fmt::Debug::fmt(row, f),
            Self::Table(entries) => fmt::Debug::fmt(entries, f),
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<Row> for Value {
    fn from(row: Row) -> Self {
        Self::Struct(row)
    }
}

impl From<Vec<Value>> for Value {
    fn from(entries: Vec<Value>) -> Self {
        Self::Table(entries)
    }
}

/// An ordered list of named values: a structure, a row of a table, the parameters of a call.
///
/// Looking up a name compares with each field in turn, which is fastest for rows of usual width.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Row {
    fields: Vec<(Name, Value)>,
}

impl Row {
    /// A row without fields.
    pub fn new() -> Self {
        Self::default()
    }

    /// A row with room for `n` fields.
    pub fn with_capacity(n: usize) -> Self {
        Self {
            fields: Vec::with_capacity(n),
        }
    }

    /// A row of fields whose names differ.
    pub(crate) fn from_distinct(fields: Vec<(Name, Value)>) -> Self {
        Self { fields }
    }

    /// The value of a field; `None` if it is absent.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.fields.iter().find(|(n, _)| n == name).map(|(_, v)| v)
    }

    /// The value of a field, to be changed.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut Value> {
        self.fields.iter_mut().find(|(n, _)| n == name).map(|(_, v)| v)
    }

    /// The text of a field; `None` if it is absent or has no text.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.get(name).and_then(Value::text)
    }

    /// The rows of a table; none if it is absent.
    pub fn rows(&self, name: &str) -> impl Iterator<Item = &Row> {
        self.get(name).into_iter().flat_map(Value::rows)
    }

    /// Sets a field: replaces its value where it stands, or appends it. Returns the value it had.
    pub fn set(&mut self, name: impl Into<Name>, value: impl Into<Value>) -> Option<Value> {
        let (name, value) = (name.into(), value.into());
        if let Some(old) = self.get_mut(&name) {
            return Some(std::mem::replace(old, value));
        }
        self.fields.push((name, value));
        None
    }

    /// Sets a field, for building a row in one expression.
    #[must_use]
    pub fn with(mut self, name: impl Into<Name>, value: impl Into<Value>) -> Self {
        self.set(name, value);
        self
    }

    /// Appends a value under a name that may be there already: the second value of a name turns the field into a
    /// [`Value::Table`], as elements do that occur several times.
    pub fn add(&mut self, name: Name, value: Value) {
        let Some(old) = self.get_mut(&name) else {
            self.fields.push((name, value));
            return;
        };
        match old {
            Value::Table(entries) => entries.push(value),
            Value::Text(_) | Value::Struct(_) => {
                let first = std::mem::take(old);
                *old = Value::Table(vec![first, value]);
            }
        }
    }

    /// Removes a field and returns its value.
    pub fn remove(&mut self, name: &str) -> Option<Value> {
        let at = self.fields.iter().position(|(n, _)| n == name)?;
        Some(self.fields.remove(at).1)
    }

    /// The fields in their order.
    pub fn iter(&self) -> impl Iterator<Item = (&Name, &Value)> {
        self.fields.iter().map(|(n, v)| (n, v))
    }

    /// The number of fields, attributes included.
    pub fn len(&self) -> usize {
        self.fields.len()
    }

    /// Has the row no field?
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }
}

impl fmt::Debug for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

impl<N: Into<Name>, V: Into<Value>> FromIterator<(N, V)> for Row {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(fields: I) -> Self {
        let mut row = Self::new();
        for (name, value) in fields {
            row.set(name, value);
        }
        row
    }
}

impl IntoIterator for Row {
    type Item = (Name, Value);
    type IntoIter = std::vec::IntoIter<(Name, Value)>;

    fn into_iter(self) -> Self::IntoIter {
        self.fields.into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absent_empty_and_initial_are_three_things() {
        let row = Row::new()
            .with("Biaos", "")
            .with("Bldat", "0000-00-00")
            .with("Maktx", "  x");
        assert_eq!(row.get("Matnr"), None);
        assert_eq!(row.text("Biaos"), Some(""));
        assert_eq!(row.text("Bldat"), Some("0000-00-00"));
        assert!(row.get("Bldat").is_some_and(Value::is_initial));
        assert!(!row.get("Maktx").is_some_and(Value::is_initial));
    }

    #[test]
    fn a_second_value_of_a_name_makes_a_table_in_place() {
        let mut row = Row::new().with("A", "1").with("B", "2");
        row.add("A".into(), "3".into());
        row.add("A".into(), "4".into());
        let names: Vec<_> = row.iter().map(|(n, _)| n.as_str()).collect();
        assert_eq!(names, ["A", "B"]);
        assert_eq!(
            row.get("A"),
            Some(&Value::Table(vec!["1".into(), "3".into(), "4".into()]))
        );
    }

    #[test]
    fn text_beside_attributes_reads_like_text() {
        let amount = Value::from(
            Row::new()
                .with("@currencyCode", "RUB")
                .with(TEXT_FIELD, "500000.0"),
        );
        assert_eq!(amount.text(), Some("500000.0"));
        assert_eq!(amount.attribute("currencyCode"), Some("RUB"));
        assert_eq!(amount.decimal().unwrap(), Some("500000.0".parse().unwrap()));
    }

    #[test]
    fn an_empty_field_is_an_empty_table_and_a_structure_a_list_of_one() {
        assert_eq!(Value::default().entries(), []);
        let one = Value::from(Row::new().with("A", "1"));
        assert_eq!(one.rows().count(), 1);
        assert_eq!(Row::new().rows("T").count(), 0);
    }
}
