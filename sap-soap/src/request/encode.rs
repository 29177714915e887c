//! From anything serializable to XML: a serializer that is driven by the plan, so that nothing stands in between.

use serde::ser::{Error as _, Serialize, Serializer};

use super::escape;
use super::fields::Fields;
use super::items::Items;
use super::plan::{Plan, Slot, StructPlan, TypePlan, close};
use super::{Checks, EncodeError, MessageId, Once};
use crate::schema::{Builtin, Pattern, Simple, SimpleKind, Type, TypeId};

/// The state of one encoding.
#[derive(Debug)]
pub(super) struct Encoder<'p> {
    pub(super) plan: &'p Plan,
    pub(super) checks: Checks,
    pub(super) out: Vec<u8>,
    /// Fields of the structures that are open.
    pub(super) written: Vec<Written>,
    /// Ends of the entries of repeated elements, for structures whose order is not plain.
    pub(super) ends: Vec<usize>,
    /// The field of the root element whose rows come from a stream. Its place is marked by a NUL, which no document can
    /// hold.
    pub(super) hole: Option<usize>,
    /// The id of the call, until the root element takes it.
    pub(super) once: Option<Once>,
    /// The id of the call, until the message header takes it.
    pub(super) uuid: Option<MessageId>,
}

/// A field of an open structure, as it was given.
#[derive(Debug, Clone, Copy)]
pub(super) struct Written {
    /// Its index; `u32::MAX` for one that the schema does not know.
    pub(super) field: u32,
    pub(super) start: usize,
    pub(super) end: usize,
}

impl<'p> Encoder<'p> {
    pub(super) fn new(plan: &'p Plan, checks: Checks, out: Vec<u8>) -> Self {
        Self {
            plan,
            checks,
            out,
            written: Vec::new(),
            ends: Vec::new(),
            hole: None,
            once: None,
            uuid: None,
        }
    }

    pub(super) fn strict(&self) -> bool {
        self.checks == Checks::Strict
    }

    /// Writes a value into a slot: how many elements were written; none for `null`.
    pub(super) fn value<T: Serialize + ?Sized>(
        &mut self,
        slot: &Slot,
        value: &T,
    ) -> Result<u32, EncodeError> {
        value.serialize(Element {
            encoder: self,
            slot,
            single: false,
        })
    }

    /// Writes the root element.
    pub(super) fn root<T: Serialize + ?Sized>(&mut self, parameters: &T) -> Result<(), EncodeError> {
        let plan = self.plan;
        let written = parameters.serialize(Element {
            encoder: self,
            slot: &plan.root,
            single: true,
        })?;
        if written == 0 && self.once.is_some() {
            Fields::begin(self, &plan.root)?.finish()?;
        } else if written == 0 {
            self.fill(&plan.root)?;
        }
        match self.once {
            Some(_) => Err(EncodeError::value("text", "a structure with a message header")),
            None => Ok(()),
        }
    }

    /// Writes exactly one element.
    pub(super) fn single<T: Serialize + ?Sized>(
        &mut self,
        slot: &Slot,
        value: &T,
    ) -> Result<u32, EncodeError> {
        let written = value.serialize(Element {
            encoder: self,
            slot,
            single: true,
        })?;
        if written == 0 {
            self.fill(slot)?;
        }
        Ok(1)
    }

    /// Writes the initial value.
    pub(super) fn fill(&mut self, slot: &Slot) -> Result<(), EncodeError> {
        self.plan
            .fill(slot, &mut self.out)
            .map_err(|reason| EncodeError::value("no value", &*reason))
    }

    /// Writes what stands for a field that was not given.
    pub(super) fn fill_missing(&mut self, slot: &Slot) -> Result<(), EncodeError> {
        self.plan
            .fill_missing(slot, &mut self.out)
            .map_err(|reason| EncodeError::value("no value", &*reason).in_field(&slot.name))
    }

    pub(super) fn type_of(&self, slot: &Slot) -> &'p TypePlan {
        self.plan.types.get(slot.ty).unwrap_or(&TypePlan::Free)
    }

    /// Appends text of a type, checked and escaped.
    pub(super) fn text(&mut self, ty: Option<TypeId>, text: &str) -> Result<(), EncodeError> {
        if let (Some(ty), Checks::Strict) = (ty, self.checks) {
            self.check(ty, text)?;
        }
        let replace = !self.strict();
        escape::text(&mut self.out, text, replace).map_err(unwritable)
    }

    /// Numbers, dates and times have no empty value: to ABAP empty means initial there.
    pub(super) fn empty_is_initial(&self, ty: TypeId) -> bool {
        let Type::Simple(simple) = self.plan.schema.get(ty) else {
            return false;
        };
        let SimpleKind::Atomic(builtin) = &simple.kind else {
            return false;
        };
        let digits = simple
            .facets
            .patterns
            .iter()
            .flat_map(|level| &**level)
            .any(Pattern::is_digits);
        (!builtin.is_text() || digits) && self.plan.schema.check(simple, "").is_err()
    }

    pub(super) fn check(&self, ty: TypeId, text: &str) -> Result<(), EncodeError> {
        if let Type::Simple(simple) = self.plan.schema.get(ty) {
            self.plan
                .schema
                .check(simple, text)
                .map_err(|m| EncodeError::value(m.found, m.expected))?;
        }
        Ok(())
    }
}

/// An element or attribute that has only one value. (Blanks around it do not count.)
pub(super) fn check_fixed(fixed: Option<&str>, text: &str) -> Result<(), EncodeError> {
    match fixed {
        Some(fixed) if fixed.trim() != text.trim() => Err(EncodeError::value(
            format!("{text:?}"),
            format!("{fixed:?}, the only value"),
        )),
        _ => Ok(()),
    }
}

pub(super) fn unwritable(c: char) -> EncodeError {
    EncodeError::value(
        format!("the character U+{:04X}", u32::from(c)),
        "a character that XML can hold",
    )
}

/// Serializes into a slot. Gives the number of elements written.
pub(super) struct Element<'a, 'p> {
    pub(super) encoder: &'a mut Encoder<'p>,
    pub(super) slot: &'a Slot,
    /// One entry of a repeated element: a list is not its repetition.
    pub(super) single: bool,
}

impl<'a, 'p> Element<'a, 'p> {
    /// Writes an element that is text.
    fn text(self, text: &str) -> Result<u32, EncodeError> {
        let Self { encoder, slot, .. } = self;
        let ty = match encoder.type_of(slot) {
            TypePlan::Text(id) if text.is_empty() && encoder.empty_is_initial(*id) => return Ok(0),
            TypePlan::Text(id) => Some(*id),
            TypePlan::Free => None,
            TypePlan::Unresolved(reason) => return Err(EncodeError::value("a value", &**reason)),
            TypePlan::Struct(plan) => match plan.text {
                // Attributes that must be there are written as for an initial value.
                Some(_) => return Fields::begin(encoder, slot).and_then(|f| f.only_text(text)),
                None if plan.mixed => None,
                // What a decoder reads of an empty element.
                None if text.is_empty() => return encoder.fill(slot).map(|()| 1),
                None => return Err(EncodeError::value("text", expected_structure(plan))),
            },
        };
        if encoder.strict() {
            check_fixed(slot.fixed(), text)?;
        }
        encoder.out.extend_from_slice(&slot.open);
        let content = encoder.out.len();
        encoder.text(ty, text)?;
        close(slot, content, &mut encoder.out);
        Ok(1)
    }

    /// The simple type that text in this slot has.
    fn simple(&self) -> Option<&'p Simple> {
        let id = match self.encoder.type_of(self.slot) {
            TypePlan::Text(id) => *id,
            TypePlan::Struct(StructPlan { text: Some(id), .. }) => *id,
            TypePlan::Free | TypePlan::Struct(_) | TypePlan::Unresolved(_) => return None,
        };
        let plan: &'p Plan = self.encoder.plan;
        match plan.schema.get(id) {
            Type::Simple(simple) => Some(simple),
            Type::Complex(_) | Type::Unresolved(_) => None,
        }
    }

    fn float(self, value: f64) -> Result<u32, EncodeError> {
        if value.is_finite() {
            // Never an exponent, so that a decimal takes it too.
            return self.text(&value.to_string());
        }
        self.text(if value.is_nan() {
            "NaN"
        } else if value > 0.0 {
            "INF"
        } else {
            "-INF"
        })
    }
}

pub(super) fn expected_structure(plan: &StructPlan) -> &'static str {
    if plan.table { "a table" } else { "a structure" }
}

/// A Rust `bool` in a flag of one character is ABAP's `X` or blank.
fn bool_text(simple: Option<&Simple>, value: bool) -> &'static str {
    let flag = simple.is_some_and(|s| {
        s.facets.longest() == Some(1) && matches!(&s.kind, SimpleKind::Atomic(b) if *b != Builtin::Boolean)
    });
    match (flag, value) {
        (true, true) => "X",
        (true, false) => "",
        (false, true) => "true",
        (false, false) => "false",
    }
}

macro_rules! as_text {
    ($($name:ident $ty:ty)*) => {
        $(fn $name(self, value: $ty) -> Result<u32, EncodeError> {
            self.text(&value.to_string())
        })*
    };
}

impl<'a, 'p> Serializer for Element<'a, 'p> {
    type Ok = u32;
    type Error = EncodeError;
    type SerializeSeq = Items<'a, 'p>;
    type SerializeTuple = Items<'a, 'p>;
    type SerializeTupleStruct = Items<'a, 'p>;
    type SerializeTupleVariant = Items<'a, 'p>;
    type SerializeMap = Fields<'a, 'p>;
    type SerializeStruct = Fields<'a, 'p>;
    type SerializeStructVariant = serde::ser::Impossible<u32, EncodeError>;

    as_text! { serialize_i8 i8 serialize_i16 i16 serialize_i32 i32 serialize_i64 i64 serialize_i128 i128
    serialize_u8 u8 serialize_u16 u16 serialize_u32 u32 serialize_u64 u64 serialize_u128 u128 }

    fn serialize_str(self, value: &str) -> Result<u32, EncodeError> {
        self.text(value)
    }

    fn serialize_bool(self, value: bool) -> Result<u32, EncodeError> {
        let text = bool_text(self.simple(), value);
        self.text(text)
    }

    fn serialize_f32(self, value: f32) -> Result<u32, EncodeError> {
        // By way of its shortest decimal form: 0.1 stays 0.1.
        let exact = value.to_string().parse().unwrap_or_else(|_| f64::from(value));
        self.float(exact)
    }

    fn serialize_f64(self, value: f64) -> Result<u32, EncodeError> {
        self.float(value)
    }

    fn serialize_char(self, value: char) -> Result<u32, EncodeError> {
        self.text(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<u32, EncodeError> {
        use base64::Engine as _;
        let hex = matches!(
            self.simple().map(|s| &s.kind),
            Some(SimpleKind::Atomic(Builtin::HexBinary))
        );
        let text = if hex {
            value.iter().map(|byte| format!("{byte:02X}")).collect()
        } else {
            base64::engine::general_purpose::STANDARD.encode(value)
        };
        self.text(&text)
    }

    fn serialize_none(self) -> Result<u32, EncodeError> {
        self.serialize_unit()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<u32, EncodeError> {
        value.serialize(self)
    }

    /// Not given: initial where it must be there, else left out.
    fn serialize_unit(self) -> Result<u32, EncodeError> {
        let Self { encoder, slot, .. } = self;
        if !slot.nillable || slot.min == 0 {
            return Ok(0);
        }
        encoder.out.extend_from_slice(&slot.open);
        encoder.out.pop();
        encoder.out.extend_from_slice(b" xsi:nil=\"true\"/>");
        Ok(1)
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<u32, EncodeError> {
        self.serialize_unit()
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<u32, EncodeError> {
        self.text(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<u32, EncodeError> {
        value.serialize(self)
    }

    /// `{variant: value}`: the branch of a choice.
    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<u32, EncodeError> {
        let mut fields = Fields::begin(self.encoder, self.slot)?;
        fields.field(variant, value)?;
        fields.finish()
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Items<'a, 'p>, EncodeError> {
        Items::begin(self)
    }

    fn serialize_tuple(self, _: usize) -> Result<Items<'a, 'p>, EncodeError> {
        Items::begin(self)
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Items<'a, 'p>, EncodeError> {
        Items::begin(self)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Items<'a, 'p>, EncodeError> {
        Err(EncodeError::custom("a tuple variant has no form in XML"))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Fields<'a, 'p>, EncodeError> {
        Fields::begin(self.encoder, self.slot)
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Fields<'a, 'p>, EncodeError> {
        Fields::begin(self.encoder, self.slot)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, EncodeError> {
        Err(EncodeError::custom(
            "a struct variant has no form in XML; use a newtype variant",
        ))
    }

    fn collect_str<T: std::fmt::Display + ?Sized>(self, value: &T) -> Result<u32, EncodeError> {
        self.text(&value.to_string())
    }
}
