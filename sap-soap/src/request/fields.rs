//! Structures: fields into the schema's order, what is missing filled in, attributes into the start tag.

use std::fmt::{self, Write as _};
use std::sync::Arc;

use serde::ser::{Error as _, Serialize, SerializeMap, SerializeStruct};

use super::arrange::{Queues, emit};
use super::encode::{Encoder, Written, check_fixed, expected_structure, unwritable};
use super::items::check_count;
use super::plan::{self, Plan, Slot, StructPlan, TypePlan, close};
use super::{EncodeError, MessageId, Once, UUID, escape};
use crate::schema::nearest;
use crate::value::{self, TEXT_FIELD, TYPE_FIELD};

/// The field of [`Written`] that the schema does not know.
const UNKNOWN: u32 = u32::MAX;

/// Serializes a structure into a slot.
pub(super) struct Fields<'a, 'p> {
    encoder: &'a mut Encoder<'p>,
    slot: &'a Slot,
    /// `None`: the slot takes text only, or anything.
    plan: Option<&'p StructPlan>,
    /// Where the start tag begins, and where the content does.
    start: usize,
    content: usize,
    /// Where this structure's part of the encoder's stacks begins.
    written: usize,
    ends: usize,
    /// The field that comes next if the caller keeps the schema's order.
    next: usize,
    in_order: bool,
    has_text: bool,
    attributes: Vec<u8>,
    given_attributes: Vec<usize>,
    key: String,
    hole: Option<usize>,
    /// The id of the call, as long as its header did not come.
    once: Option<Once>,
    /// The id that this header has.
    uuid: Option<MessageId>,
}

impl<'a, 'p> Fields<'a, 'p> {
    pub(super) fn begin(encoder: &'a mut Encoder<'p>, slot: &'a Slot) -> Result<Self, EncodeError> {
        let plan = match encoder.type_of(slot) {
            TypePlan::Struct(plan) => Some(plan),
            TypePlan::Text(_) | TypePlan::Free => None,
            TypePlan::Unresolved(reason) => return Err(EncodeError::value("a value", &**reason)),
        };
        let start = encoder.out.len();
        encoder.out.extend_from_slice(&slot.open);
        let (hole, once, uuid) = (encoder.hole.take(), encoder.once.take(), encoder.uuid.take());
        let mut fields = Self {
            slot,
            plan,
            start,
            content: encoder.out.len(),
            written: encoder.written.len(),
            ends: encoder.ends.len(),
            next: 0,
            in_order: plan.is_some_and(|p| p.flat && !p.mixed),
            has_text: false,
            attributes: Vec::new(),
            given_attributes: Vec::new(),
            key: String::new(),
            hole,
            once,
            uuid: None,
            encoder,
        };
        fields.dig();
        if let Some(id) = uuid {
            fields.field(UUID, &id)?;
            fields.uuid = Some(id);
        }
        Ok(fields)
    }

    /// Marks the place of the rows that come later, as if they had been given.
    fn dig(&mut self) {
        let Some((plan, index)) = self.plan.zip(self.hole) else {
            return;
        };
        let Some(slot) = plan.slots.get(index) else { return };
        let out = &mut self.encoder.out;
        let start = out.len();
        if slot.max > 1 {
            out.push(0);
        } else {
            out.extend_from_slice(&slot.open);
            out.push(0);
            out.extend_from_slice(&slot.close);
        }
        let end = out.len();
        self.encoder.written.push(Written {
            field: index as u32,
            start,
            end,
        });
        self.in_order = false;
    }

    /// A structure of which only the text is given.
    pub(super) fn only_text(mut self, text: &str) -> Result<u32, EncodeError> {
        self.concrete()?;
        self.text(text)?;
        self.finish()
    }

    pub(super) fn field<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) -> Result<(), EncodeError> {
        if name == TYPE_FIELD {
            return self.substitute(value).map_err(|error| error.in_field(name));
        }
        self.concrete()?;
        let known = self
            .plan
            .and_then(|plan| Some((plan, plan.find(name, self.next)?)));
        let Some((plan, index)) = known else {
            return self.other(name, value).map_err(|error| error.in_field(name));
        };
        let slot = &plan.slots[index];
        if self.hole == Some(index) {
            return Err(EncodeError::value("a value", "none: its rows come from a stream").in_field(name));
        }
        if self.in_order && index >= self.next {
            for missing in &plan.slots[self.next..index] {
                self.encoder.fill_missing(missing)?;
            }
            self.next = index + 1;
        } else {
            self.in_order = false;
        }
        if name == UUID
            && let Some(id) = self.uuid
        {
            return self.same_id(id, value).map_err(|error| error.in_field(name));
        }
        let start = self.encoder.out.len();
        let ends = self.encoder.ends.len();
        let once = self.once.take_if(|once| *once.header == *name);
        self.encoder.uuid = once.as_ref().map(|once| once.id);
        let count = self
            .encoder
            .value(slot, value)
            .map_err(|error| error.in_field(name))?;
        if self.encoder.uuid.take().is_some() {
            if count > 0 {
                return Err(EncodeError::value("text", "a structure that takes the UUID").in_field(name));
            }
            // Not given, so that it is still to come.
            self.once = once;
        }
        if self.encoder.strict() {
            check_count(slot, count).map_err(|error| error.in_field(name))?;
        }
        if count == 0 {
            if self.in_order {
                self.encoder.fill_missing(slot)?;
            }
            return Ok(());
        }
        let mut push = |start, end| {
            self.encoder.written.push(Written {
                field: index as u32,
                start,
                end,
            })
        };
        if plan.flat || count == 1 {
            push(start, self.encoder.out.len());
        } else {
            let mut start = start;
            for end in self.encoder.ends.drain(ends..) {
                push(start, end);
                start = end;
            }
        }
        self.encoder.ends.truncate(ends);
        Ok(())
    }

    /// Is there nothing that says what may stand here?
    fn is_free(&self) -> bool {
        matches!(self.encoder.type_of(self.slot), TypePlan::Free)
    }

    /// A UUID that the caller gives beside the id of the call must be the same.
    fn same_id<T: Serialize + ?Sized>(&self, id: MessageId, value: &T) -> Result<(), EncodeError> {
        let value = value::to_value(value).map_err(EncodeError::custom)?;
        let text = value.text().unwrap_or_default();
        if text.is_empty() || text.parse() == Ok(id) {
            return Ok(());
        }
        Err(EncodeError::value(
            format!("{text:?}"),
            format!("{id}, the id of the call, or nothing"),
        ))
    }

    /// An abstract type has no values, only those derived from it do.
    fn concrete(&self) -> Result<(), EncodeError> {
        match self.plan {
            Some(plan) if plan.is_abstract && self.encoder.strict() => Err(EncodeError::value(
                "a value of an abstract type",
                format!("{TYPE_FIELD} first, naming a type derived from it"),
            )),
            _ => Ok(()),
        }
    }

    /// `xsi:type`: the structure is of a type derived from the declared one.
    fn substitute<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), EncodeError> {
        let value = value::to_value(value).map_err(EncodeError::custom)?;
        let Some(name) = value.text() else {
            return Err(EncodeError::value("a structure", "the name of a type"));
        };
        let fresh = self.encoder.out.len() == self.content
            && self.attributes.is_empty()
            && self.next == 0
            && self.hole.is_none();
        if !fresh {
            return Err(EncodeError::value(
                format!("{name:?} behind other fields"),
                "before them: it decides which they are",
            ));
        }
        let Some(declared) = self.plan else {
            return self.builtin(name);
        };
        let plan: &'p Plan = self.encoder.plan;
        match plan.substitute(declared, name) {
            Some(found) => {
                self.plan = Some(found);
                self.in_order = found.flat && !found.mixed;
                self.attributes.extend_from_slice(&found.named);
                Ok(())
            }
            None => {
                let known = plan.substitutes(declared);
                let expected = match nearest(name, known.iter().copied()).or(known.first().copied()) {
                    Some(nearest) => format!("a type derived from the declared one, such as {nearest}"),
                    None => "none: the declared type has no name".to_owned(),
                };
                Err(EncodeError::value(format!("{name:?}"), expected))
            }
        }
    }

    /// `xsi:type` where nothing or text is declared: one of XML Schema's own types.
    fn builtin(&mut self, name: &str) -> Result<(), EncodeError> {
        let local = name.rsplit(':').next().unwrap_or(name);
        let expected = match (self.is_free(), crate::schema::is_builtin(local)) {
            (true, true) => None,
            (true, false) => Some("one of XML Schema's own, such as string"),
            (false, _) => Some("none: the type is declared"),
        };
        if let Some(expected) = expected {
            return Err(EncodeError::value(format!("{name:?}"), expected));
        }
        self.attributes.extend_from_slice(plan::XSI_DECLARED);
        let rest = format!(" xmlns:t=\"http://www.w3.org/2001/XMLSchema\" xsi:type=\"t:{local}\"");
        self.attributes.extend_from_slice(rest.as_bytes());
        Ok(())
    }

    /// An attribute, the text, or a field that the schema does not know.
    fn other<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) -> Result<(), EncodeError> {
        if let Some(attribute) = name.strip_prefix('@') {
            return self.attribute(attribute, value);
        }
        if name == TEXT_FIELD {
            let value = value::to_value(value).map_err(EncodeError::custom)?;
            return match value.text() {
                Some(text) => self.text(text),
                None => Err(EncodeError::value("a structure", "text")),
            };
        }
        let allowed = match self.plan {
            Some(plan) => plan.open,
            None => self.is_free(),
        };
        if !allowed && self.encoder.strict() {
            return Err(self.unknown(name, ""));
        }
        if !is_element_name(name) {
            return Err(EncodeError::value("a name", "one that XML can hold"));
        }
        let start = self.encoder.out.len();
        self.encoder.value(&Slot::free(name), value)?;
        let end = self.encoder.out.len();
        self.encoder.written.push(Written {
            field: UNKNOWN,
            start,
            end,
        });
        Ok(())
    }

    fn unknown(&self, name: &str, prefix: &str) -> EncodeError {
        let nearest = self.plan.and_then(|plan| {
            if prefix.is_empty() {
                nearest(name, plan.slots.iter().map(|slot| &*slot.name))
            } else {
                nearest(name, plan.attributes.iter().map(|attribute| &*attribute.name))
            }
        });
        match self.plan {
            None => EncodeError::value("a structure", "text"),
            Some(_) => EncodeError::UnknownField {
                path: String::new(),
                nearest: nearest.map(|n| format!("{prefix}{n}")),
            },
        }
    }

    fn text(&mut self, text: &str) -> Result<(), EncodeError> {
        let ty = match (self.encoder.type_of(self.slot), self.plan) {
            (_, Some(StructPlan { text: Some(id), .. })) | (TypePlan::Text(id), _) => Some(*id),
            (_, Some(plan)) if !plan.mixed && self.encoder.strict() => {
                // What a decoder reads between child elements.
                return if text.trim().is_empty() {
                    Ok(())
                } else {
                    Err(EncodeError::value("text", expected_structure(plan)))
                };
            }
            _ => None,
        };
        if ty.is_some_and(|ty| text.is_empty() && self.encoder.empty_is_initial(ty)) {
            return Ok(());
        }
        self.has_text = true;
        self.encoder.text(ty, text)
    }

    fn attribute<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) -> Result<(), EncodeError> {
        let value = value::to_value(value).map_err(EncodeError::custom)?;
        let Some(text) = value.text() else {
            return Err(EncodeError::value("a structure", "text"));
        };
        let local = name.rsplit(':').next().unwrap_or(name);
        let known = self
            .plan
            .and_then(|p| p.attributes.iter().enumerate().find(|(_, a)| &*a.name == local));
        if let Some((index, attribute)) = known {
            if value == value::Value::default() && !attribute.required {
                return Ok(());
            }
            if self.encoder.strict() {
                self.encoder.check(attribute.ty, text)?;
                check_fixed(attribute.fixed(), text)?;
            }
            self.given_attributes.push(index);
            self.attributes.extend_from_slice(&attribute.open);
        } else if matches!(name, "xsi:nil" | "nil") && self.slot.nillable {
            self.attributes.extend_from_slice(b" xsi:nil=\"");
        } else if name.starts_with("xmlns") {
            // A declaration that a decoder kept; the plan makes its own.
            return Ok(());
        } else {
            let allowed = self.plan.is_none() && self.is_free();
            if !allowed && self.encoder.strict() {
                return Err(self.unknown(local, "@"));
            }
            if !is_element_name(local) {
                return Err(EncodeError::value("a name", "one that XML can hold"));
            }
            self.attributes
                .extend_from_slice(format!(" {local}=\"").as_bytes());
        }
        escape::attribute(&mut self.attributes, text, !self.encoder.strict()).map_err(unwritable)?;
        self.attributes.push(b'"');
        Ok(())
    }

    pub(super) fn finish(mut self) -> Result<u32, EncodeError> {
        self.concrete()?;
        if let Some(once) = &self.once {
            let header = Arc::clone(&once.header);
            self.field(&header, &std::collections::BTreeMap::<&str, &str>::new())?;
        }
        if let Some(plan) = self.plan {
            self.complete(plan)?;
        }
        self.encoder.written.truncate(self.written);
        self.encoder.ends.truncate(self.ends);
        close(self.slot, self.content, &mut self.encoder.out);
        if !self.attributes.is_empty() {
            // Into the start tag, before its `>` or `/>`: the tag's own bytes without the last one come first.
            let at = self.start + self.slot.open.len() - 1;
            self.encoder
                .out
                .splice(at..at, self.attributes.drain(..))
                .for_each(drop);
        }
        Ok(1)
    }

    fn complete(&mut self, plan: &'p StructPlan) -> Result<(), EncodeError> {
        for (index, attribute) in plan.attributes.iter().enumerate() {
            if attribute.required && !self.given_attributes.contains(&index) {
                let value = self.encoder.plan.attribute_value(attribute).ok_or_else(|| {
                    EncodeError::value("no value", "one").in_field(&format!("@{}", attribute.name))
                })?;
                self.attributes.extend_from_slice(&attribute.open);
                let _ = escape::attribute(&mut self.attributes, &value, true);
                self.attributes.push(b'"');
            }
        }
        if let (Some(ty), false) = (plan.text, self.has_text)
            && let crate::schema::Type::Simple(simple) = self.encoder.plan.schema.get(ty)
        {
            let text = self.encoder.plan.schema.initial(simple).unwrap_or_default();
            let _ = escape::text(&mut self.encoder.out, &text, true);
        }
        if self.in_order {
            for missing in &plan.slots[self.next..] {
                self.encoder.fill_missing(missing)?;
            }
            if self.encoder.written[self.written..]
                .iter()
                .all(|w| w.field != UNKNOWN)
            {
                return Ok(());
            }
        }
        self.arrange(plan)
    }

    /// The text that was given beside elements. It goes before them.
    fn text_between(&self) -> Vec<u8> {
        let mut text = Vec::new();
        let mut at = self.content;
        let out = &self.encoder.out;
        for written in &self.encoder.written[self.written..] {
            text.extend_from_slice(out.get(at..written.start).unwrap_or_default());
            at = written.end;
        }
        text.extend_from_slice(out.get(at..).unwrap_or_default());
        text
    }

    /// Writes the content anew, in the schema's order.
    fn arrange(&mut self, plan: &'p StructPlan) -> Result<(), EncodeError> {
        if plan.text.is_some() {
            return Ok(());
        }
        let mut ordered = if plan.mixed {
            self.text_between()
        } else {
            Vec::with_capacity(self.encoder.out.len() - self.content)
        };
        let nil = self.slot.nillable
            && self.encoder.written.len() == self.written
            && memchr::memmem::find(&self.attributes, b" xsi:nil=\"true").is_some();
        if plan.flat {
            self.each_in_its_place(plan, nil, &mut ordered)?;
        } else {
            self.by_content(plan, nil, &mut ordered)?;
        }
        self.encoder.written.truncate(self.written);
        self.encoder.out.truncate(self.content);
        self.encoder.out.append(&mut ordered);
        Ok(())
    }

    /// The order where every field has one place.
    fn each_in_its_place(
        &mut self,
        plan: &StructPlan,
        nil: bool,
        ordered: &mut Vec<u8>,
    ) -> Result<(), EncodeError> {
        let Encoder {
            plan: all,
            written,
            out: source,
            ..
        } = &mut *self.encoder;
        let written = written.get_mut(self.written..).unwrap_or_default();
        // Stable: the entries of a field stay in the order in which they came. What the schema does not know goes to the end.
        written.sort_by_key(|w| w.field);
        let mut written = written.iter().peekable();
        let emit = |written: &Written, ordered: &mut Vec<u8>| {
            ordered.extend_from_slice(source.get(written.start..written.end).unwrap_or_default());
        };
        for (index, slot) in (0..).zip(&plan.slots).filter(|_| !nil) {
            let mut is_given = false;
            while let Some(entry) = written.next_if(|w| w.field == index) {
                emit(entry, ordered);
                is_given = true;
            }
            if !is_given {
                all.fill_missing(slot, ordered)
                    .map_err(|reason| EncodeError::value("no value", &*reason).in_field(&slot.name))?;
            }
        }
        written.for_each(|entry| emit(entry, ordered));
        Ok(())
    }

    /// The order of a content model in which fields have several places, or a choice of them.
    fn by_content(&mut self, plan: &StructPlan, nil: bool, ordered: &mut Vec<u8>) -> Result<(), EncodeError> {
        let mut queues = Queues::new(&plan.slots);
        for written in self.encoder.written.drain(self.written..) {
            if written.field == UNKNOWN {
                queues.free.push(written.start..written.end);
            } else {
                queues.push(written.field, written.start..written.end);
            }
        }
        let all: &Plan = self.encoder.plan;
        let source = &self.encoder.out;
        if let (Some(content), false) = (&plan.content, nil) {
            let mut fill = |slot: &Slot, out: &mut Vec<u8>| {
                if out.len() > plan::INITIAL_BYTES + source.len() {
                    return Err("its initial value is too large".into());
                }
                all.fill(slot, out)
            };
            emit(content, &plan.slots, &mut queues, source, ordered, &mut fill)
                .map_err(|reason| EncodeError::value("no value", &*reason))?;
        }
        if let Some(slot) = queues
            .left_over()
            .and_then(|field| plan.slots.get(field as usize))
            && self.encoder.strict()
        {
            let error = EncodeError::value("a value", "none beside what else is given, or fewer entries");
            return Err(error.in_field(&slot.name));
        }
        for range in std::mem::take(&mut queues.free) {
            ordered.extend_from_slice(source.get(range).unwrap_or_default());
        }
        Ok(())
    }
}

pub(super) fn is_element_name(name: &str) -> bool {
    let start = |c: char| c.is_alphabetic() || c == '_';
    name.starts_with(start)
        && name
            .chars()
            .all(|c| start(c) || c.is_numeric() || matches!(c, '-' | '.'))
}

impl SerializeStruct for Fields<'_, '_> {
    type Ok = u32;
    type Error = EncodeError;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        key: &'static str,
        value: &T,
    ) -> Result<(), EncodeError> {
        self.field(key, value)
    }

    fn end(self) -> Result<u32, EncodeError> {
        self.finish()
    }
}

/// The key of a map as text.
struct Key<'a, T: ?Sized>(&'a T);

impl<T: Serialize + ?Sized> fmt::Display for Key<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.serialize(f)
    }
}

impl SerializeMap for Fields<'_, '_> {
    type Ok = u32;
    type Error = EncodeError;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), EncodeError> {
        self.key.clear();
        write!(self.key, "{}", Key(key)).map_err(|_| EncodeError::custom("a key of a map is not text"))
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), EncodeError> {
        let key = std::mem::take(&mut self.key);
        let written = self.field(&key, value);
        // Its memory serves for the next one.
        self.key = key;
        written
    }

    fn end(self) -> Result<u32, EncodeError> {
        self.finish()
    }
}
