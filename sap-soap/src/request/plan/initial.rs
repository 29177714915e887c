//! The initial value of each type, made once for all requests.

use std::sync::Arc;

use super::super::arrange::{Queues, emit};
use super::super::escape;
use super::{Slot, TypePlan, attribute_value, close};
use crate::schema::{Schema, Type, TypeId};

/// Bytes that the initial values of all types may take together.
const ALL_BYTES: usize = 1 << 20;
/// Bytes that are filled in at one place: a few hundred structures of the largest kind.
pub(in crate::request) const INITIAL_BYTES: usize = 256 << 10;
pub(super) const TOO_LARGE: &str = "its initial value is too large";
/// How deep required structures may nest.
const INITIAL_DEPTH: usize = 100;

/// An initial value: its attributes as they stand in a start tag, and its content.
#[derive(Debug, Default)]
pub(super) struct Initial {
    attributes: Box<[u8]>,
    content: Box<[u8]>,
}

/// The initial values of all types, or why one has none.
pub(super) fn initial_values(schema: &Schema, types: &[TypePlan]) -> Vec<Result<Initial, Arc<str>>> {
    let mut filler = InitialValues {
        schema,
        types,
        left: ALL_BYTES,
        open: vec![false; types.len()],
        done: (0..types.len()).map(|_| None).collect(),
    };
    for number in 0..types.len() {
        filler.ensure(number, 0);
    }
    filler
        .done
        .into_iter()
        .map(|initial| initial.unwrap_or_else(|| Err("it has no initial value".into())))
        .collect()
}

struct InitialValues<'a> {
    schema: &'a Schema,
    types: &'a [TypePlan],
    left: usize,
    open: Vec<bool>,
    done: Vec<Option<Result<Initial, Arc<str>>>>,
}

impl InitialValues<'_> {
    /// Required structures first; what requires itself has no value.
    fn ensure(&mut self, number: usize, depth: usize) {
        if self.done.get(number).is_none_or(Option::is_some) {
            return;
        }
        let result = if self.open[number] || depth > INITIAL_DEPTH {
            Err("it needs itself, or structures nested too deep".into())
        } else {
            self.open[number] = true;
            self.initial(number, depth)
        };
        let size = result
            .as_ref()
            .map_or(0, |i| i.content.len() + i.attributes.len());
        let result = match self.left.checked_sub(size) {
            Some(left) => {
                self.left = left;
                result
            }
            None => Err(TOO_LARGE.into()),
        };
        self.done[number].get_or_insert(result);
    }

    fn initial(&mut self, number: usize, depth: usize) -> Result<Initial, Arc<str>> {
        let (schema, types) = (self.schema, self.types);
        let mut content = Vec::new();
        let mut attributes = Vec::new();
        match &types[number] {
            TypePlan::Free => {}
            TypePlan::Unresolved(reason) => return Err(Arc::clone(reason)),
            TypePlan::Text(id) => self.text(*id, &mut content)?,
            TypePlan::Struct(plan) => {
                if plan.is_abstract {
                    return Err("its type is abstract".into());
                }
                for attribute in plan.attributes.iter().filter(|a| a.required) {
                    let value = attribute_value(schema, attribute)
                        .ok_or_else(|| format!("its attribute {} has no initial value", attribute.name))?;
                    attributes.extend_from_slice(&attribute.open);
                    let _ = escape::attribute(&mut attributes, &value, true);
                    attributes.push(b'"');
                }
                if let Some(id) = plan.text {
                    self.text(id, &mut content)?;
                }
                if let Some(model) = &plan.content {
                    let mut fill = |slot: &Slot, out: &mut Vec<u8>| {
                        self.ensure(slot.ty, depth + 1);
                        if out.len() > INITIAL_BYTES {
                            return Err(TOO_LARGE.into());
                        }
                        write_optional(slot, self.done[slot.ty].as_ref(), out)
                    };
                    emit(
                        model,
                        &plan.slots,
                        &mut Queues::default(),
                        &[],
                        &mut content,
                        &mut fill,
                    )?;
                }
            }
        }
        Ok(Initial {
            attributes: attributes.into(),
            content: content.into(),
        })
    }

    fn text(&self, id: TypeId, out: &mut Vec<u8>) -> Result<(), Arc<str>> {
        let Type::Simple(simple) = self.schema.get(id) else {
            return Ok(());
        };
        let text = self
            .schema
            .initial(simple)
            .ok_or("its type has no initial value")?;
        let _ = escape::text(out, &text, true);
        Ok(())
    }
}

/// Writes an element with its preset or initial value.
pub(super) fn write_initial(
    slot: &Slot,
    initial: &[Result<Initial, Arc<str>>],
    out: &mut Vec<u8>,
) -> Result<(), Arc<str>> {
    write_optional(slot, initial.get(slot.ty), out)
}

fn write_optional(
    slot: &Slot,
    initial: Option<&Result<Initial, Arc<str>>>,
    out: &mut Vec<u8>,
) -> Result<(), Arc<str>> {
    let empty = Initial::default();
    let initial = match (initial, &slot.preset) {
        (Some(Ok(initial)), _) => initial,
        (_, Some(_)) => &empty,
        (Some(Err(reason)), None) => return Err(Arc::clone(reason)),
        (None, None) => return Err("it needs itself".into()),
    };
    out.extend_from_slice(&slot.open);
    if !initial.attributes.is_empty() {
        out.pop();
        out.extend_from_slice(&initial.attributes);
        out.push(b'>');
    }
    let content = out.len();
    if let Some(preset) = &slot.preset {
        let _ = escape::text(out, preset, true);
    } else {
        out.extend_from_slice(&initial.content);
    }
    close(slot, content, out);
    Ok(())
}
