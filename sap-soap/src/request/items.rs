//! Lists: repeated elements, the rows of a table, and values with blanks between them.

use serde::ser::{Serialize, SerializeSeq, SerializeTuple, SerializeTupleStruct, SerializeTupleVariant};

use super::EncodeError;
use super::encode::{Element, Encoder, expected_structure};
use super::plan::{Plan, Slot, TypePlan, close};
use crate::schema::{SimpleKind, Type};
use crate::value;

/// Serializes a list into a slot.
pub(super) struct Items<'a, 'p> {
    encoder: &'a mut Encoder<'p>,
    slot: &'a Slot,
    count: u32,
    form: Form<'p>,
}

enum Form<'p> {
    /// Each entry is an element.
    Repeated,
    /// One element, in which each entry is an element.
    Table { item: &'p Slot, content: usize },
    /// One element with text.
    List(String),
}

impl<'a, 'p> Items<'a, 'p> {
    pub(super) fn begin(element: Element<'a, 'p>) -> Result<Self, EncodeError> {
        let Element {
            encoder,
            slot,
            single,
        } = element;
        let plan: &'p Plan = encoder.plan;
        let form = match (encoder.type_of(slot), &plan.free_row) {
            (TypePlan::Free, Some(item)) => {
                encoder.out.extend_from_slice(&slot.open);
                Form::Table {
                    item,
                    content: encoder.out.len(),
                }
            }
            _ if slot.max > 1 && !single => Form::Repeated,
            (TypePlan::Struct(plan), _) if plan.table => {
                let Some(item) = plan.slots.first() else {
                    return Err(EncodeError::value("a list", "a structure"));
                };
                encoder.out.extend_from_slice(&slot.open);
                Form::Table {
                    item,
                    content: encoder.out.len(),
                }
            }
            (TypePlan::Struct(plan), _) => {
                return Err(EncodeError::value("a list", expected_structure(plan)));
            }
            (TypePlan::Text(id), _) => match plan.schema.get(*id) {
                Type::Simple(simple) if matches!(simple.kind, SimpleKind::List(_)) => {
                    Form::List(String::new())
                }
                _ => return Err(EncodeError::value("a list", "one value")),
            },
            (TypePlan::Free, None) => return Err(EncodeError::value("a list of lists", "values")),
            (TypePlan::Unresolved(reason), _) => return Err(EncodeError::value("a value", &**reason)),
        };
        Ok(Self {
            encoder,
            slot,
            count: 0,
            form,
        })
    }

    fn item<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), EncodeError> {
        let result = match &mut self.form {
            Form::Repeated => {
                let written = self.encoder.single(self.slot, value);
                self.encoder.ends.push(self.encoder.out.len());
                written.map(drop)
            }
            Form::Table { item, .. } => self.encoder.single(item, value).map(drop),
            Form::List(text) => match value::to_value(value) {
                Ok(value) => {
                    if self.count > 0 {
                        text.push(' ');
                    }
                    text.push_str(value.text().unwrap_or_default());
                    Ok(())
                }
                Err(error) => Err(serde::ser::Error::custom(error)),
            },
        };
        result.map_err(|error| error.in_entry(self.count.into()))?;
        self.count = self.count.saturating_add(1);
        Ok(())
    }

    fn finish(self) -> Result<u32, EncodeError> {
        let Self {
            encoder,
            slot,
            count,
            form,
        } = self;
        match form {
            Form::Repeated => return Ok(count),
            Form::Table { item, content } => {
                if encoder.strict() {
                    check_count(item, count)?;
                }
                for _ in count..item.min.min(1000) {
                    encoder.fill(item)?;
                }
                close(slot, content, &mut encoder.out);
            }
            Form::List(text) => {
                encoder.single(slot, text.as_str())?;
            }
        }
        Ok(1)
    }
}

/// Too many, or some but not enough. (None at all are filled in.)
pub(super) fn check_count(slot: &Slot, count: u32) -> Result<(), EncodeError> {
    let entries = |n: u32| format!("{n} {}", if n == 1 { "entry" } else { "entries" });
    if count > slot.max {
        return Err(EncodeError::value(
            entries(count),
            format!("at most {}", slot.max),
        ));
    }
    if count > 0 && count < slot.min {
        return Err(EncodeError::value(
            entries(count),
            format!("at least {}", slot.min),
        ));
    }
    Ok(())
}

impl SerializeSeq for Items<'_, '_> {
    type Ok = u32;
    type Error = EncodeError;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), EncodeError> {
        self.item(value)
    }

    fn end(self) -> Result<u32, EncodeError> {
        self.finish()
    }
}

impl SerializeTuple for Items<'_, '_> {
    type Ok = u32;
    type Error = EncodeError;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), EncodeError> {
        self.item(value)
    }

    fn end(self) -> Result<u32, EncodeError> {
        self.finish()
    }
}

impl SerializeTupleStruct for Items<'_, '_> {
    type Ok = u32;
    type Error = EncodeError;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), EncodeError> {
        self.item(value)
    }

    fn end(self) -> Result<u32, EncodeError> {
        self.finish()
    }
}

impl SerializeTupleVariant for Items<'_, '_> {
    type Ok = u32;
    type Error = EncodeError;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), EncodeError> {
        self.item(value)
    }

    fn end(self) -> Result<u32, EncodeError> {
        self.finish()
    }
}
