//! From the user's own types into values: `None` is an absent field, bytes are base64, numbers and booleans their text.

use std::fmt;

use serde::ser::{
    Error as _, Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant,
    SerializeTuple, SerializeTupleStruct, SerializeTupleVariant, Serializer,
};

use super::{ConvertError, Name, Row, Value, cell};

/// Makes a value of any serializable type.
///
/// # Errors
/// A type that has no form here: a map whose keys are no text, say.
pub fn to_value<T: Serialize + ?Sized>(value: &T) -> Result<Value, ConvertError> {
    Ok(value.serialize(ToValue)?.unwrap_or_default())
}

/// Makes a row of a structure or a map.
///
/// # Errors
/// Something else than a structure, or a type that has no form here.
pub fn to_row<T: Serialize + ?Sized>(value: &T) -> Result<Row, ConvertError> {
    match to_value(value)? {
        Value::Struct(row) => Ok(row),
        Value::Text(_) | Value::Table(_) => Err(ConvertError::custom("expected a structure")),
    }
}

/// `None` is what is absent.
struct ToValue;

/// The entries of a table.
struct ToTable(Vec<Value>);

/// The fields of a structure, wrapped into a field of this name if it is the variant of an enum.
struct ToStruct {
    row: Row,
    key: Option<Name>,
    variant: Option<&'static str>,
}

/// The entries of a tuple variant.
struct ToVariant(&'static str, Vec<Value>);

type Absent = Option<Value>;

fn text(value: impl fmt::Display) -> Result<Absent, ConvertError> {
    Ok(Some(Value::Text(value.to_string())))
}

fn structure(len: usize, variant: Option<&'static str>) -> ToStruct {
    ToStruct {
        row: Row::with_capacity(len.min(256)),
        key: None,
        variant,
    }
}

fn wrapped(variant: &'static str, value: Value) -> Absent {
    Some(Value::Struct(Row::new().with(variant, value)))
}

macro_rules! as_text {
    ($($name:ident $t:ty)*) => {
        $(fn $name(self, v: $t) -> Result<Absent, ConvertError> { text(v) })*
    };
}

impl Serializer for ToValue {
    type Ok = Absent;
    type Error = ConvertError;
    type SerializeSeq = ToTable;
    type SerializeTuple = ToTable;
    type SerializeTupleStruct = ToTable;
    type SerializeTupleVariant = ToVariant;
    type SerializeMap = ToStruct;
    type SerializeStruct = ToStruct;
    type SerializeStructVariant = ToStruct;

    as_text! {
        serialize_bool bool
        serialize_i8 i8
        serialize_i16 i16
        serialize_i32 i32
        serialize_i64 i64
        serialize_i128 i128
        serialize_u8 u8
        serialize_u16 u16
        serialize_u32 u32
        serialize_u64 u64
        serialize_u128 u128
        serialize_f32 f32
        serialize_f64 f64
        serialize_char char
        serialize_str &str
    }

    fn serialize_bytes(self, v: &[u8]) -> Result<Absent, ConvertError> {
        Ok(Some(Value::Text(cell::raw_text(v))))
    }

    fn serialize_none(self) -> Result<Absent, ConvertError> {
        Ok(None)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Absent, ConvertError> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<Absent, ConvertError> {
        Ok(None)
    }

    fn serialize_unit_struct(self, _name: &'static str) -> Result<Absent, ConvertError> {
        Ok(None)
    }

    fn serialize_unit_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
    ) -> Result<Absent, ConvertError> {
        text(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        value: &T,
    ) -> Result<Absent, ConvertError> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<Absent, ConvertError> {
        Ok(wrapped(variant, value.serialize(self)?.unwrap_or_default()))
    }

    fn serialize_seq(self, len: Option<usize>) -> Result<ToTable, ConvertError> {
        Ok(ToTable(Vec::with_capacity(len.unwrap_or(0).min(256))))
    }

    fn serialize_tuple(self, len: usize) -> Result<ToTable, ConvertError> {
        self.serialize_seq(Some(len))
    }

    fn serialize_tuple_struct(self, _name: &'static str, len: usize) -> Result<ToTable, ConvertError> {
        self.serialize_seq(Some(len))
    }

    fn serialize_tuple_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        len: usize,
    ) -> Result<ToVariant, ConvertError> {
        Ok(ToVariant(variant, Vec::with_capacity(len)))
    }

    fn serialize_map(self, len: Option<usize>) -> Result<ToStruct, ConvertError> {
        Ok(structure(len.unwrap_or(0), None))
    }

    fn serialize_struct(self, _name: &'static str, len: usize) -> Result<ToStruct, ConvertError> {
        Ok(structure(len, None))
    }

    fn serialize_struct_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        len: usize,
    ) -> Result<ToStruct, ConvertError> {
        Ok(structure(len, Some(variant)))
    }
}

impl ToTable {
    fn push<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), ConvertError> {
        let index = self.0.len();
        self.0.push(
            value
                .serialize(ToValue)
                .map_err(|e| e.in_entry(index))?
                .unwrap_or_default(),
        );
        Ok(())
    }
}

impl SerializeSeq for ToTable {
    type Ok = Absent;
    type Error = ConvertError;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), ConvertError> {
        self.push(value)
    }

    fn end(self) -> Result<Absent, ConvertError> {
        Ok(Some(Value::Table(self.0)))
    }
}

impl SerializeTuple for ToTable {
    type Ok = Absent;
    type Error = ConvertError;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), ConvertError> {
        self.push(value)
    }

    fn end(self) -> Result<Absent, ConvertError> {
        SerializeSeq::end(self)
    }
}

impl SerializeTupleStruct for ToTable {
    type Ok = Absent;
    type Error = ConvertError;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), ConvertError> {
        self.push(value)
    }

    fn end(self) -> Result<Absent, ConvertError> {
        SerializeSeq::end(self)
    }
}

impl SerializeTupleVariant for ToVariant {
    type Ok = Absent;
    type Error = ConvertError;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), ConvertError> {
        self.1.push(value.serialize(ToValue)?.unwrap_or_default());
        Ok(())
    }

    fn end(self) -> Result<Absent, ConvertError> {
        Ok(wrapped(self.0, Value::Table(self.1)))
    }
}

impl ToStruct {
    fn field<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) -> Result<(), ConvertError> {
        if let Some(value) = value.serialize(ToValue).map_err(|e| e.in_field(name))? {
            self.row.set(name, value);
        }
        Ok(())
    }

    fn finish(self) -> Absent {
        match self.variant {
            Some(variant) => wrapped(variant, Value::Struct(self.row)),
            None => Some(Value::Struct(self.row)),
        }
    }
}

impl SerializeMap for ToStruct {
    type Ok = Absent;
    type Error = ConvertError;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), ConvertError> {
        match key.serialize(ToValue)? {
            Some(Value::Text(name)) => {
                self.key = Some(name.into());
                Ok(())
            }
            Some(Value::Struct(_) | Value::Table(_)) | None => {
                Err(ConvertError::custom("a map's key must be text"))
            }
        }
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), ConvertError> {
        let key = self
            .key
            .take()
            .ok_or_else(|| ConvertError::custom("a value came before its key"))?;
        self.field(&key, value)
    }

    fn end(self) -> Result<Absent, ConvertError> {
        Ok(self.finish())
    }
}

impl SerializeStruct for ToStruct {
    type Ok = Absent;
    type Error = ConvertError;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        key: &'static str,
        value: &T,
    ) -> Result<(), ConvertError> {
        self.field(key, value)
    }

    fn end(self) -> Result<Absent, ConvertError> {
        Ok(self.finish())
    }
}

impl SerializeStructVariant for ToStruct {
    type Ok = Absent;
    type Error = ConvertError;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        key: &'static str,
        value: &T,
    ) -> Result<(), ConvertError> {
        self.field(key, value)
    }

    fn end(self) -> Result<Absent, ConvertError> {
        Ok(self.finish())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::{Deserialize, Serialize};

    use super::*;
    use crate::value::from_value;

    #[derive(Debug, Serialize, Deserialize, PartialEq)]
    #[serde(rename_all = "PascalCase")]
    struct Status {
        vbeln: String,
        menge: f64,
        done: bool,
        note: Option<String>,
        lines: Vec<u8>,
    }

    #[test]
    fn a_structure_goes_there_and_back() {
        let status = Status {
            vbeln: "0080001234".into(),
            menge: 12.5,
            done: true,
            note: None,
            lines: vec![1, 2],
        };
        let value = to_value(&status).unwrap();
        let json = r#"{"Vbeln":"0080001234","Menge":"12.5","Done":"true","Lines":["1","2"]}"#;
        assert_eq!(serde_json::to_string(&value).unwrap(), json);
        assert_eq!(from_value::<Status>(&value).unwrap(), status);
    }

    #[test]
    fn a_map_needs_text_as_keys() {
        assert_eq!(to_row(&BTreeMap::from([("A", 1)])).unwrap().text("A"), Some("1"));
        assert!(to_row(&BTreeMap::from([(vec![1], 1)])).is_err());
        assert!(to_row("text").is_err());
    }
}
