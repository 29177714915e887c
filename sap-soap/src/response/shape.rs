//! What a schema adds to a reply that was read by shape: tables of one or no row are tables, and what the schema does not
//! know is set aside and counted.

use std::collections::BTreeMap;

use super::decode::{Decoded, Kind};
use crate::schema::{Complex, Schema, Type, TypeId};
use crate::value::{Row, TEXT_FIELD, TYPE_FIELD, Value};
use crate::wsdl::Operation;

/// How often each element came that the schema does not know, by its path without row numbers: `EtDue.NewField`.
pub type Unknown = BTreeMap<String, u64>;

/// More different paths are not told apart, so that a hostile reply cannot fill the memory with them.
const MOST: usize = 1000;

impl Decoded {
    /// Brings the parameters into the form of `operation`'s messages: a table is a table whether it has many rows, one or
    /// none; elements that the schema does not know are taken out and counted in [`Decoded::unknown`]. A message that is
    /// none of this operation's stays as it is.
    #[must_use]
    pub fn of_operation(mut self, schema: &Schema, operation: &Operation) -> Self {
        let Some(element) = self.element.as_deref() else {
            return self;
        };
        let named = |message: &crate::wsdl::Message| {
            let expected = message.element.as_ref()?;
            // The kernel's own SOAP, and some web services, put a dot before `Response`.
            let dotted = element
                .strip_suffix(".Response")
                .zip(expected.name.strip_suffix("Response"));
            let same = *expected.name == *element || dotted.is_some_and(|(a, b)| a == b);
            same.then(|| schema.element(expected.namespace.as_deref(), &expected.name))
                .flatten()
        };
        let (field, is_request) = match (operation.output.as_ref().and_then(named), named(&operation.input)) {
            (Some(output), _) => (output, false),
            (None, Some(input)) => (input, true),
            (None, None) => return self,
        };
        match self.kind {
            Kind::Response if is_request => self.kind = Kind::Request,
            Kind::Request if !is_request => self.kind = Kind::Response,
            _ => {}
        }
        self.operation = Some(operation.name.to_string());
        let values = std::mem::take(&mut self.values);
        let mut conform = Conform {
            schema,
            path: String::new(),
            unknown: std::mem::take(&mut self.unknown),
        };
        self.values = match schema.get(field.ty) {
            Type::Complex(complex) => conform.row(complex, values),
            Type::Simple(_) | Type::Unresolved(_) => values,
        };
        self.unknown = conform.unknown;
        self
    }
}

/// Brings one streamed row into the form of its type.
pub(crate) fn conform_row(
    schema: &Schema,
    ty: TypeId,
    path: &str,
    value: Value,
    unknown: &mut Unknown,
) -> Value {
    let mut conform = Conform {
        schema,
        path: path.to_owned(),
        unknown: std::mem::take(unknown),
    };
    let value = conform.value(ty, value);
    *unknown = conform.unknown;
    value
}

/// The type of the rows of a table, by its path from the response element.
pub(crate) fn row_type(
    schema: &Schema,
    operation: &Operation,
    segments: &[String],
    repeated: bool,
) -> Option<TypeId> {
    let element = operation.output.as_ref()?.element.as_ref()?;
    let mut ty = schema.element(element.namespace.as_deref(), &element.name)?.ty;
    for segment in segments {
        // The rows of a table on the way are not named in the path.
        while let Some(item) = schema.table_item(ty).filter(|item| *item.name != **segment) {
            ty = item.ty;
        }
        let Type::Complex(complex) = schema.get(ty) else {
            return None;
        };
        ty = complex.field(segment)?.1.ty;
    }
    if repeated {
        Some(ty)
    } else {
        schema.table_item(ty).map(|item| item.ty)
    }
}

struct Conform<'a> {
    schema: &'a Schema,
    path: String,
    unknown: Unknown,
}

impl Conform<'_> {
    fn value(&mut self, ty: TypeId, value: Value) -> Value {
        let named = value.as_struct().and_then(|row| row.text(TYPE_FIELD));
        let ty = named
            .and_then(|name| self.schema.substitute(ty, name))
            .unwrap_or(ty);
        let Type::Complex(complex) = self.schema.get(ty) else {
            return value;
        };
        if let Some(item) = complex.table_item() {
            let entries = match value {
                // A table whose rows are not called `item`.
                Value::Struct(mut row) if row.len() == 1 && row.get(&item.name).is_some() => {
                    row.remove(&item.name).map_or_else(Vec::new, into_entries)
                }
                other => into_entries(other),
            };
            return Value::Table(
                entries
                    .into_iter()
                    .map(|entry| self.value(item.ty, entry))
                    .collect(),
            );
        }
        match value {
            Value::Struct(row) => Value::Struct(self.row(complex, row)),
            // An empty structure.
            Value::Text(text) if complex.text.is_none() && !complex.mixed && text.trim_ascii().is_empty() => {
                Value::Struct(Row::new())
            }
            other => other,
        }
    }

    fn row(&mut self, complex: &Complex, row: Row) -> Row {
        let mut conformed = Vec::with_capacity(row.len());
        for (name, value) in row {
            let length = self.path.len();
            if !self.path.is_empty() {
                self.path.push('.');
            }
            self.path.push_str(&name);
            match complex.field(&name) {
                Some((_, field)) if field.max > 1 => {
                    let entries = into_entries_of(value)
                        .into_iter()
                        .map(|entry| self.value(field.ty, entry));
                    conformed.push((name, Value::Table(entries.collect())));
                }
                Some((_, field)) => {
                    let value = self.value(field.ty, value);
                    conformed.push((name, value));
                }
                None if complex.open || name.is_attribute() || name == TEXT_FIELD => {
                    conformed.push((name, value))
                }
                None => self.skip(&value),
            }
            self.path.truncate(length);
        }
        Row::from_distinct(conformed)
    }

    /// Counts what is not known at the current path.
    fn skip(&mut self, value: &Value) {
        let times = match value {
            Value::Table(entries) => entries.len().max(1) as u64,
            Value::Text(_) | Value::Struct(_) => 1,
        };
        if let Some(count) = self.unknown.get_mut(&self.path) {
            *count += times;
        } else if self.unknown.len() < MOST {
            self.unknown.insert(self.path.clone(), times);
        }
    }
}

/// The rows of a table; blank text is a table without rows.
fn into_entries(value: Value) -> Vec<Value> {
    match value {
        Value::Table(entries) => entries,
        Value::Text(text) if text.trim_ascii().is_empty() => Vec::new(),
        one => vec![one],
    }
}

/// The occurrences of an element; an empty one is one, too.
fn into_entries_of(value: Value) -> Vec<Value> {
    match value {
        Value::Table(entries) => entries,
        one => vec![one],
    }
}
