//! A skeleton of an operation's parameters: what people start from.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::EncodeError;
use crate::schema::{Builtin, Complex, Compositor, Content, Field, Schema, Simple, SimpleKind, Type, TypeId};
use crate::value::{TEXT_FIELD, TYPE_FIELD};
use crate::wsdl::{Operation, Wsdl};

/// Fields after which only new types are shown in full: deep descriptions would go on for ever.
const FULL: usize = 2_000;
/// Fields after which only what must be there is shown.
const MOST: usize = 6_000;
const MAX_DEPTH: usize = 64;

impl Wsdl {
    /// A skeleton of an operation's parameters that encodes as it is: every field with a placeholder, one row in each
    /// table, the first branch of each choice. Structures that hold themselves end where they begin anew.
    ///
    /// # Errors
    /// [`EncodeError::Operation`] when the operation cannot be called.
    pub fn sample(&self, operation: &Operation) -> Result<Value, EncodeError> {
        let refuse = |reason: &str| EncodeError::Operation {
            operation: operation.name.to_string(),
            reason: reason.to_owned(),
        };
        if let Some(problem) = operation.problem() {
            return Err(refuse(problem));
        }
        let Some(element) = &operation.input.element else {
            return Ok(Value::Object(Map::new()));
        };
        let root = self
            .schema
            .element(element.namespace.as_deref(), &element.name)
            .ok_or_else(|| refuse("its element is not declared"))?;
        let mut sampler = Sampler {
            schema: &self.schema,
            path: Vec::new(),
            seen: HashSet::new(),
            fields: 0,
        };
        Ok(sampler
            .field(root, true)
            .unwrap_or_else(|| Value::Object(Map::new())))
    }
}

struct Sampler<'s> {
    schema: &'s Schema,
    path: Vec<TypeId>,
    seen: HashSet<TypeId>,
    fields: usize,
}

impl Sampler<'_> {
    /// One occurrence of a field. `None`: it is left out.
    fn field(&mut self, field: &Field, required: bool) -> Option<Value> {
        self.fields += 1;
        let schema = self.schema;
        if let Some(preset) = field.fixed.as_ref().or(field.default.as_ref()) {
            return Some(Value::String(preset.to_string()));
        }
        match schema.get(field.ty) {
            Type::Unresolved(_) => None,
            Type::Simple(simple) => self.text(simple).or(required.then_some(Value::Null)),
            Type::Complex(complex) => self.complex(field.ty, complex, required),
        }
    }

    fn text(&self, simple: &Simple) -> Option<Value> {
        let text = self.schema.placeholder(simple)?;
        Some(match &simple.kind {
            SimpleKind::Atomic(Builtin::Boolean) => Value::Bool(text == "true"),
            SimpleKind::Atomic(builtin) if builtin.integer_range().is_some() => {
                text.parse::<i64>().map_or(Value::String(text), Value::from)
            }
            _ => Value::String(text),
        })
    }

    /// The first type that has values, of those derived from an abstract one.
    fn derived(&mut self, declared: TypeId, required: bool) -> Option<Value> {
        let schema = self.schema;
        let mut open: Vec<TypeId> = schema.derived(declared).iter().rev().copied().collect();
        let (id, complex) = loop {
            let id = open.pop()?;
            match schema.get(id) {
                Type::Complex(complex) if !complex.is_abstract && complex.name.is_some() => {
                    break (id, complex);
                }
                Type::Complex(_) | Type::Simple(_) | Type::Unresolved(_) => open.extend(schema.derived(id)),
            }
        };
        let name = complex.name.as_deref()?;
        let name = match &complex.namespace {
            // Two derived types share the local name.
            Some(namespace) if schema.substitute(declared, name) != Some(id) => {
                format!("{{{namespace}}}{name}")
            }
            Some(_) | None => name.to_owned(),
        };
        let mut object = Map::from_iter([(TYPE_FIELD.to_owned(), Value::String(name))]);
        match self.complex(id, complex, required)? {
            Value::Object(fields) => object.extend(fields),
            Value::Array(rows) => {
                let item = complex.table_item()?;
                object.insert(item.name.to_string(), Value::Array(rows));
            }
            text => {
                object.insert(TEXT_FIELD.to_owned(), text);
            }
        }
        Some(Value::Object(object))
    }

    fn complex(&mut self, id: TypeId, complex: &Complex, required: bool) -> Option<Value> {
        let schema = self.schema;
        if complex.is_abstract {
            return self.derived(id, required);
        }
        let again = self.path.contains(&id) || self.path.len() >= MAX_DEPTH;
        let known = self.fields > FULL && self.seen.contains(&id);
        if !required && (again || known || schema.problem(id).is_some()) {
            return None;
        }
        // What needs itself twice would double with each step.
        if self.path.len() >= MAX_DEPTH * 2 || self.fields > MOST * 2 {
            return None;
        }
        let mut object = Map::new();
        for attribute in complex.attributes.iter().filter(|a| a.required) {
            let value = match (
                attribute.fixed.as_ref().or(attribute.default.as_ref()),
                schema.get(attribute.ty),
            ) {
                (Some(preset), _) => Some(Value::String(preset.to_string())),
                (None, Type::Simple(simple)) => self.text(simple),
                (None, Type::Complex(_) | Type::Unresolved(_)) => None,
            };
            object.insert(format!("@{}", attribute.name), value?);
        }
        if let Some(Type::Simple(simple)) = complex.text.map(|text| schema.get(text)) {
            let text = self.text(simple)?;
            if object.is_empty() {
                return Some(text);
            }
            object.insert(TEXT_FIELD.to_owned(), text);
            return Some(Value::Object(object));
        }
        self.seen.insert(id);
        self.path.push(id);
        let full = !again && !known && self.fields < MOST;
        let value = match complex.table_item() {
            Some(item) => {
                let before = self.fields;
                let row = if full || item.min > 0 {
                    self.field(item, item.min > 0)
                } else {
                    None
                };
                Value::Array(self.repeat(before, row, item.min))
            }
            None => {
                if let Some(content) = &complex.content {
                    self.content(complex, content, full, &mut object);
                }
                Value::Object(object)
            }
        };
        self.path.pop();
        Some(value)
    }

    /// Adds the fields of a content model. `full`: optional ones too.
    fn content(&mut self, complex: &Complex, content: &Content, full: bool, object: &mut Map<String, Value>) {
        match content {
            Content::Any { .. } => {}
            Content::Field { index, min, .. } => {
                let Some(field) = complex.fields.get(*index as usize) else {
                    return;
                };
                if object.contains_key(&*field.name) || (*min == 0 && !full) {
                    return;
                }
                let before = self.fields;
                let Some(value) = self.field(field, *min > 0) else {
                    return;
                };
                // Also where the element itself occurs once, and the group around it again and again.
                let value = if field.max > 1 {
                    Value::Array(self.repeat(before, Some(value), *min))
                } else {
                    value
                };
                object.insert(field.name.to_string(), value);
            }
            Content::Group {
                compositor,
                min,
                items,
                ..
            } => {
                if *min == 0 && !full {
                    return;
                }
                if *compositor == Compositor::Choice {
                    let before = object.len();
                    for item in items {
                        self.content(complex, item, true, object);
                        if object.len() > before {
                            return;
                        }
                    }
                    return;
                }
                for item in items {
                    self.content(complex, item, full, object);
                }
            }
        }
    }

    /// As many as there must be, one at least, within the bound on fields. `before`: the fields before the first one.
    fn repeat(&mut self, before: usize, value: Option<Value>, min: u32) -> Vec<Value> {
        let Some(value) = value else { return Vec::new() };
        let size = (self.fields - before).max(1);
        let room = 1 + MOST.saturating_sub(self.fields) / size;
        let times = (min.max(1) as usize).min(room);
        self.fields += size * (times - 1);
        vec![value; times]
    }
}
