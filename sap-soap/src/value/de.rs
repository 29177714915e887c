//! From values into the user's own types. One deserializer drives both the dynamic [`Value`] and the buffer of a streamed
//! row, from which text is borrowed.
//!
//! How a field becomes a type:
//! - text: `String`, `&str`, `Cow<str>`, `char`;
//! - numbers as ABAP writes them (`0042`, `12.5-`, ` 12.5 `); `bool` from `X` and empty, `true` and `false`, `1` and `0`;
//! - `Option<T>`: absent is `None`, present is `Some`, also when it is empty; the modules of [`with`](super::with) make
//!   `None` of an initial date, time or number;
//! - sequences: a table; an empty field is an empty one, a single structure a sequence of one;
//! - structures and maps: by field name; fields that the type does not know are skipped;
//! - bytes: base64;
//! - a field with attributes read as a plain type is its text.

use std::fmt;

use serde::de::value::BorrowedStrDeserializer;
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, Error as _, IntoDeserializer, MapAccess,
    SeqAccess, VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;

use super::{Row, TEXT_FIELD, Value, cell};

/// A value that does not fit the type it was to become, or a type that no value can hold. Names the path of the field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConvertError {
    path: String,
    message: String,
}

impl ConvertError {
    /// Where: `EtDue[3].Menge`; empty for the whole value.
    pub fn path(&self) -> &str {
        &self.path
    }

    pub(crate) fn in_field(mut self, name: &str) -> Self {
        let dot = if self.path.is_empty() || self.path.starts_with('[') {
            ""
        } else {
            "."
        };
        self.path = format!("{name}{dot}{}", self.path);
        self
    }

    pub(crate) fn in_row(self, table: impl fmt::Display, index: u64) -> Self {
        self.in_field(&format!("{table}[{index}]"))
    }

    pub(crate) fn in_entry(mut self, index: usize) -> Self {
        let dot = if self.path.is_empty() || self.path.starts_with('[') {
            ""
        } else {
            "."
        };
        self.path = format!("[{index}]{dot}{}", self.path);
        self
    }
}

impl fmt::Display for ConvertError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for ConvertError {}

impl serde::de::Error for ConvertError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self {
            path: String::new(),
            message: message.to_string(),
        }
    }
}

impl serde::ser::Error for ConvertError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self {
            path: String::new(),
            message: message.to_string(),
        }
    }
}

/// Reads a value as a type of the user's own.
///
/// # Errors
/// The value does not fit; the error names the field.
pub fn from_value<'de, T: serde::Deserialize<'de>>(value: &'de Value) -> Result<T, ConvertError> {
    T::deserialize(Source(value))
}

/// Reads a row as a type of the user's own.
///
/// # Errors
/// The row does not fit; the error names the field.
pub fn from_row<T: DeserializeOwned>(row: &Row) -> Result<T, ConvertError> {
    T::deserialize(StructSource(row))
}

/// What a deserializer needs to know of a value, wherever it is held.
pub(crate) trait View<'de>: Copy {
    type Fields: Iterator<Item = (&'de str, Self)>;
    type Entries: Iterator<Item = Self>;

    fn view(self) -> Seen<'de, Self::Fields, Self::Entries>;

    /// The text, if it is one: what nearly every field is asked for.
    fn leaf(self) -> Option<&'de str>;
}

/// What a value is.
pub(crate) enum Seen<'de, F, E> {
    Text(&'de str),
    Struct(F),
    Table(E),
}

/// A deserializer over a [`View`].
#[derive(Clone, Copy)]
pub(crate) struct Source<V>(pub(crate) V);

impl<'de, V: View<'de>> Source<V> {
    /// The text of a field, with attributes or without.
    #[inline]
    fn text(self, expected: &str) -> Result<&'de str, ConvertError> {
        match self.0.leaf() {
            Some(text) => Ok(text),
            None => self.text_within(expected),
        }
    }

    #[cold]
    fn text_within(self, expected: &str) -> Result<&'de str, ConvertError> {
        match self.0.view() {
            Seen::Text(text) => Ok(text),
            Seen::Struct(mut fields) => fields
                .find(|(name, _)| *name == TEXT_FIELD)
                .and_then(|(_, value)| match value.view() {
                    Seen::Text(text) => Some(text),
                    Seen::Struct(_) | Seen::Table(_) => None,
                })
                .ok_or_else(|| ConvertError::custom(format_args!("expected {expected}, found a structure"))),
            Seen::Table(_) => Err(ConvertError::custom(format_args!(
                "expected {expected}, found a table"
            ))),
        }
    }

    fn number<N: std::str::FromStr>(self) -> Result<N, ConvertError> {
        let text = self.text("a number")?;
        if let Ok(number) = text.parse() {
            return Ok(number);
        }
        let plain = cell::decimal_text(text).map_err(ConvertError::custom)?;
        // A decimal field may become a whole number as long as only zeros stand after its point.
        let whole = plain
            .split_once('.')
            .filter(|(_, zeros)| zeros.bytes().all(|b| b == b'0'));
        plain
            .parse()
            .or_else(|_| whole.map_or("", |(whole, _)| whole).parse())
            .map_err(|_| ConvertError::custom(cell::ValueError::new("a number in range", text)))
    }
}

macro_rules! numbers {
    ($($deserialize:ident $visit:ident $t:ty)*) => {
        $(fn $deserialize<W: Visitor<'de>>(self, visitor: W) -> Result<W::Value, ConvertError> {
            visitor.$visit(self.number::<$t>()?)
        })*
    };
}

impl<'de, V: View<'de>> Deserializer<'de> for Source<V> {
    type Error = ConvertError;

    fn deserialize_any<W: Visitor<'de>>(self, visitor: W) -> Result<W::Value, ConvertError> {
        match self.0.view() {
            Seen::Text(text) => visitor.visit_borrowed_str(text),
            Seen::Struct(fields) => visitor.visit_map(Fields { fields, value: None }),
            Seen::Table(entries) => visitor.visit_seq(Entries { entries, index: 0 }),
        }
    }

    numbers! {
        deserialize_i8 visit_i8 i8
        deserialize_i16 visit_i16 i16
        deserialize_i32 visit_i32 i32
        deserialize_i64 visit_i64 i64
        deserialize_i128 visit_i128 i128
        deserialize_u8 visit_u8 u8
        deserialize_u16 visit_u16 u16
        deserialize_u32 visit_u32 u32
        deserialize_u64 visit_u64 u64
        deserialize_u128 visit_u128 u128
        deserialize_f32 visit_f32 f32
        deserialize_f64 visit_f64 f64
    }

    fn deserialize_bool<W: Visitor<'de>>(self, visitor: W) -> Result<W::Value, ConvertError> {
        visitor.visit_bool(cell::flag(self.text("a flag")?).map_err(ConvertError::custom)?)
    }

    fn deserialize_char<W: Visitor<'de>>(self, visitor: W) -> Result<W::Value, ConvertError> {
        self.deserialize_str(visitor)
    }

    fn deserialize_str<W: Visitor<'de>>(self, visitor: W) -> Result<W::Value, ConvertError> {
        visitor.visit_borrowed_str(self.text("text")?)
    }

    fn deserialize_string<W: Visitor<'de>>(self, visitor: W) -> Result<W::Value, ConvertError> {
        self.deserialize_str(visitor)
    }

    fn deserialize_bytes<W: Visitor<'de>>(self, visitor: W) -> Result<W::Value, ConvertError> {
        self.deserialize_byte_buf(visitor)
    }

    fn deserialize_byte_buf<W: Visitor<'de>>(self, visitor: W) -> Result<W::Value, ConvertError> {
        visitor.visit_byte_buf(cell::raw(self.text("base64")?).map_err(ConvertError::custom)?)
    }

    fn deserialize_option<W: Visitor<'de>>(self, visitor: W) -> Result<W::Value, ConvertError> {
        visitor.visit_some(self)
    }

    fn deserialize_unit<W: Visitor<'de>>(self, visitor: W) -> Result<W::Value, ConvertError> {
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<W: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: W,
    ) -> Result<W::Value, ConvertError> {
        visitor.visit_unit()
    }

    fn deserialize_newtype_struct<W: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: W,
    ) -> Result<W::Value, ConvertError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<W: Visitor<'de>>(self, visitor: W) -> Result<W::Value, ConvertError> {
        match self.0.view() {
            Seen::Text(text) if text.trim_ascii().is_empty() => visitor.visit_seq(Entries {
                entries: std::iter::empty::<V>(),
                index: 0,
            }),
            Seen::Text(_) | Seen::Struct(_) => visitor.visit_seq(Entries {
                entries: std::iter::once(self.0),
                index: 0,
            }),
            Seen::Table(entries) => visitor.visit_seq(Entries { entries, index: 0 }),
        }
    }

    fn deserialize_tuple<W: Visitor<'de>>(self, _len: usize, visitor: W) -> Result<W::Value, ConvertError> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<W: Visitor<'de>>(
        self,
        _name: &'static str,
        _len: usize,
        visitor: W,
    ) -> Result<W::Value, ConvertError> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_map<W: Visitor<'de>>(self, visitor: W) -> Result<W::Value, ConvertError> {
        match self.0.view() {
            Seen::Struct(fields) => visitor.visit_map(Fields { fields, value: None }),
            Seen::Text(text) if text.trim_ascii().is_empty() => visitor.visit_map(Fields {
                fields: std::iter::empty::<(&str, V)>(),
                value: None,
            }),
            // A field without attributes where a structure with `$` may stand.
            Seen::Text(_) => visitor.visit_map(Fields {
                fields: std::iter::once((TEXT_FIELD, self.0)),
                value: None,
            }),
            Seen::Table(_) => Err(ConvertError::custom("expected a structure, found a table")),
        }
    }

    fn deserialize_struct<W: Visitor<'de>>(
        self,
        _name: &'static str,
        _fields: &'static [&'static str],
        visitor: W,
    ) -> Result<W::Value, ConvertError> {
        self.deserialize_map(visitor)
    }

    fn deserialize_enum<W: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: W,
    ) -> Result<W::Value, ConvertError> {
        match self.0.view() {
            Seen::Struct(mut fields) => match fields.find(|(name, _)| !name.starts_with('@')) {
                Some((TEXT_FIELD, _)) => visitor.visit_enum(self.text("a name")?.into_deserializer()),
                Some((name, value)) => visitor.visit_enum(Variant {
                    name,
                    value: Source(value),
                }),
                None => Err(ConvertError::custom(
                    "expected one of several alternatives, found none",
                )),
            },
            Seen::Text(_) | Seen::Table(_) => visitor.visit_enum(self.text("a name")?.into_deserializer()),
        }
    }

    fn deserialize_identifier<W: Visitor<'de>>(self, visitor: W) -> Result<W::Value, ConvertError> {
        self.deserialize_str(visitor)
    }

    fn deserialize_ignored_any<W: Visitor<'de>>(self, visitor: W) -> Result<W::Value, ConvertError> {
        visitor.visit_unit()
    }
}

/// The fields of a structure; `value` is the one whose name was read last.
struct Fields<'de, F, V> {
    fields: F,
    value: Option<(&'de str, V)>,
}

impl<'de, V: View<'de>, F: Iterator<Item = (&'de str, V)>> MapAccess<'de> for Fields<'de, F, V> {
    type Error = ConvertError;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, ConvertError> {
        self.value = self.fields.next();
        match self.value {
            Some((name, _)) => seed.deserialize(BorrowedStrDeserializer::new(name)).map(Some),
            None => Ok(None),
        }
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, ConvertError> {
        let (name, value) = self
            .value
            .ok_or_else(|| ConvertError::custom("a value was asked for before its name"))?;
        seed.deserialize(Source(value))
            .map_err(|error| error.in_field(name))
    }
}

struct Entries<E> {
    entries: E,
    index: usize,
}

impl<'de, V: View<'de>, E: Iterator<Item = V>> SeqAccess<'de> for Entries<E> {
    type Error = ConvertError;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, ConvertError> {
        let Some(entry) = self.entries.next() else {
            return Ok(None);
        };
        let index = self.index;
        self.index += 1;
        seed.deserialize(Source(entry))
            .map(Some)
            .map_err(|error| error.in_entry(index))
    }

    fn size_hint(&self) -> Option<usize> {
        self.entries.size_hint().1
    }
}

/// One alternative of a choice: the structure's only field.
struct Variant<'de, V> {
    name: &'de str,
    value: Source<V>,
}

impl<'de, V: View<'de>> EnumAccess<'de> for Variant<'de, V> {
    type Error = ConvertError;
    type Variant = Self;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Self), ConvertError> {
        seed.deserialize(BorrowedStrDeserializer::new(self.name))
            .map(|name: S::Value| (name, self))
    }
}

impl<'de, V: View<'de>> VariantAccess<'de> for Variant<'de, V> {
    type Error = ConvertError;

    fn unit_variant(self) -> Result<(), ConvertError> {
        Ok(())
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, ConvertError> {
        seed.deserialize(self.value)
            .map_err(|error| error.in_field(self.name))
    }

    fn tuple_variant<W: Visitor<'de>>(self, _len: usize, visitor: W) -> Result<W::Value, ConvertError> {
        self.value
            .deserialize_seq(visitor)
            .map_err(|error| error.in_field(self.name))
    }

    fn struct_variant<W: Visitor<'de>>(
        self,
        _fields: &'static [&'static str],
        visitor: W,
    ) -> Result<W::Value, ConvertError> {
        self.value
            .deserialize_map(visitor)
            .map_err(|error| error.in_field(self.name))
    }
}

impl<'de> View<'de> for &'de Value {
    type Fields = RowFields<'de>;
    type Entries = std::slice::Iter<'de, Value>;

    fn view(self) -> Seen<'de, RowFields<'de>, std::slice::Iter<'de, Value>> {
        match self {
            Value::Text(text) => Seen::Text(text),
            Value::Struct(row) => Seen::Struct(RowFields(row.fields.iter())),
            Value::Table(entries) => Seen::Table(entries.iter()),
        }
    }

    fn leaf(self) -> Option<&'de str> {
        match self {
            Value::Text(text) => Some(text),
            Value::Struct(_) | Value::Table(_) => None,
        }
    }
}

/// The fields of a [`Row`].
pub(crate) struct RowFields<'de>(std::slice::Iter<'de, (super::Name, Value)>);

impl<'de> Iterator for RowFields<'de> {
    type Item = (&'de str, &'de Value);

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next().map(|(name, value)| (name.as_str(), value))
    }
}

/// A row as the deserializer of a structure, without a [`Value`] around it.
struct StructSource<'de>(&'de Row);

impl<'de> Deserializer<'de> for StructSource<'de> {
    type Error = ConvertError;

    fn deserialize_any<W: Visitor<'de>>(self, visitor: W) -> Result<W::Value, ConvertError> {
        visitor.visit_map(Fields {
            fields: RowFields(self.0.fields.iter()),
            value: None,
        })
    }

    fn deserialize_newtype_struct<W: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: W,
    ) -> Result<W::Value, ConvertError> {
        visitor.visit_newtype_struct(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct seq
        tuple tuple_struct map struct enum identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::Deserialize;

    use super::*;

    fn value(json: &str) -> Value {
        serde_json::from_str(json).unwrap()
    }

    #[derive(Debug, Deserialize, PartialEq)]
    #[serde(rename_all = "PascalCase")]
    struct Item<'a> {
        matnr: &'a str,
        menge: f64,
        zeile: u16,
        saldo: i64,
        loekz: bool,
        werks: Option<String>,
        #[serde(default)]
        lines: Vec<String>,
    }

    #[test]
    fn a_structure_reads_with_borrowed_text_and_abap_numbers() {
        let v = value(
            r#"{"Matnr":"000042","Menge":"12.5-","Zeile":"0007","Saldo":" 5.000-","Loekz":"X","Unknown":{"A":"1"},"Lines":""}"#,
        );
        let item: Item<'_> = from_value(&v).unwrap();
        let expected = Item {
            matnr: "000042",
            menge: -12.5,
            zeile: 7,
            saldo: -5,
            loekz: true,
            werks: None,
            lines: vec![],
        };
        assert_eq!(item, expected);
    }

    #[test]
    fn present_but_empty_is_some() {
        let v = value(r#"{"Werks":""}"#);
        let map: BTreeMap<String, Option<String>> = from_value(&v).unwrap();
        assert_eq!(map["Werks"], Some(String::new()));
    }

    #[test]
    fn one_structure_is_a_sequence_of_one() {
        let v = value(r#"{"Item":{"A":"1"},"Many":[{"A":"1"},{"A":"2"}]}"#);
        let map: BTreeMap<String, Vec<BTreeMap<String, u8>>> = from_value(&v).unwrap();
        assert_eq!((map["Item"].len(), map["Many"][1]["A"]), (1, 2));
    }

    #[test]
    fn a_field_with_attributes_reads_as_text_and_as_structure() {
        #[derive(Deserialize)]
        struct Amount {
            #[serde(rename = "@currencyCode")]
            currency: Option<String>,
            #[serde(rename = "$")]
            value: f64,
        }
        let v = value(r#"{"@currencyCode":"RUB","$":"500000.0"}"#);
        assert_eq!(from_value::<String>(&v).unwrap(), "500000.0");
        let amount: Amount = from_value(&v).unwrap();
        assert_eq!(
            (amount.currency.as_deref(), amount.value),
            (Some("RUB"), 500_000.0)
        );
        let plain: Amount = from_value(&Value::from("7")).unwrap();
        assert_eq!((plain.currency, plain.value), (None, 7.0));
    }

    #[test]
    fn alternatives_read_as_enums() {
        #[derive(Debug, Deserialize, PartialEq)]
        enum Kind {
            A(String),
            B { x: u8 },
            C,
        }
        assert_eq!(
            from_value::<Kind>(&value(r#"{"A":"1"}"#)).unwrap(),
            Kind::A("1".into())
        );
        assert_eq!(
            from_value::<Kind>(&value(r#"{"B":{"x":"2"}}"#)).unwrap(),
            Kind::B { x: 2 }
        );
        assert_eq!(from_value::<Kind>(&value(r#""C""#)).unwrap(), Kind::C);
    }

    #[test]
    fn an_error_names_the_path() {
        let v = value(r#"{"T":[{"N":"1"},{"N":"x"}]}"#);
        let error = from_value::<BTreeMap<String, Vec<BTreeMap<String, u8>>>>(&v).unwrap_err();
        assert_eq!(error.to_string(), "T[1].N: expected a number, found \"x\"");
        let error = from_value::<BTreeMap<String, u8>>(&value(r#"{"N":"300"}"#)).unwrap_err();
        assert_eq!(error.to_string(), "N: expected a number in range, found \"300\"");
    }

    #[test]
    fn a_row_reads_like_a_structure() {
        let row: Row = [("A", "1"), ("B", "2")].into_iter().collect();
        let map: BTreeMap<String, u8> = from_row(&row).unwrap();
        assert_eq!(map["B"], 2);
    }
}
