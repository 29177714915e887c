//! What can be known before any value is: tags as bytes, which fields to fill in, and the initial value of each type.

use std::collections::HashMap;
use std::sync::Arc;

mod initial;

use super::escape;
use crate::schema::{Attribute, Complex, Content, Field, Schema, Type, TypeId};
pub(super) use initial::INITIAL_BYTES;
use initial::{Initial, TOO_LARGE, initial_values, write_initial};

/// How many entries are made up where a list must have some.
const MAX_FILLED: u32 = 1000;
pub(super) const XSI_DECLARED: &[u8] = b" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"";
const XML_NAMESPACE: &str = "http://www.w3.org/XML/1998/namespace";

/// All that is needed to write one root element.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) schema: Arc<Schema>,
    pub(super) types: Vec<TypePlan>,
    /// The numbers of the types in `types`.
    numbers: HashMap<TypeId, usize>,
    /// The content of an initial value of each type, and its attributes; or why there is none.
    initial: Vec<Result<Initial, Arc<str>>>,
    pub(super) root: Slot,
    /// The row of tables that no schema describes; without it, their entries are repeated elements.
    pub(super) free_row: Option<Slot>,
}

/// The type of elements that no schema describes.
pub(super) const FREE: usize = 0;

#[derive(Debug)]
pub(super) enum TypePlan {
    /// Not described: whatever is given.
    Free,
    Text(TypeId),
    Struct(StructPlan),
    Unresolved(Arc<str>),
}

#[derive(Debug)]
pub(super) struct StructPlan {
    id: TypeId,
    /// ` xmlns:xsi="…" xmlns:t="…" xsi:type="t:Name"`: what a start tag says where a base of this type is declared. Empty for a
    /// type without a name.
    pub(super) named: Box<[u8]>,
    pub(super) slots: Box<[Slot]>,
    /// Indexes of `slots`, by name.
    sorted: Box<[u32]>,
    pub(super) attributes: Box<[AttributePlan]>,
    pub(super) text: Option<TypeId>,
    pub(super) content: Option<Content>,
    pub(super) flat: bool,
    /// A wrapper around rows.
    pub(super) table: bool,
    pub(super) open: bool,
    pub(super) mixed: bool,
    pub(super) is_abstract: bool,
}

/// An element that may stand at one place.
#[derive(Debug, Clone)]
pub(super) struct Slot {
    pub(super) name: Arc<str>,
    /// `<n0:Name xmlns:n0="…">`; attributes go before the last byte.
    pub(super) open: Box<[u8]>,
    /// `</n0:Name>`.
    pub(super) close: Box<[u8]>,
    pub(super) ty: usize,
    pub(super) min: u32,
    pub(super) max: u32,
    pub(super) nillable: bool,
    /// The schema's `fixed` or `default`.
    preset: Option<Arc<str>>,
    is_fixed: bool,
    pub(super) fill: Fill,
}

/// What is written where the caller gives nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fill {
    Nothing,
    Initial,
}

#[derive(Debug)]
pub(super) struct AttributePlan {
    pub(super) name: Arc<str>,
    /// ` n1:name="`.
    pub(super) open: Box<[u8]>,
    pub(super) ty: TypeId,
    pub(super) required: bool,
    preset: Option<Arc<str>>,
    is_fixed: bool,
}

impl AttributePlan {
    /// The only value, if there is only one.
    pub(super) fn fixed(&self) -> Option<&str> {
        self.preset.as_deref().filter(|_| self.is_fixed)
    }
}

impl StructPlan {
    /// The index of a field. `hint` is where it is if the caller keeps the schema's order.
    pub(super) fn find(&self, name: &str, hint: usize) -> Option<usize> {
        if self.slots.get(hint).is_some_and(|slot| &*slot.name == name) {
            return Some(hint);
        }
        let by_name = |i: &u32| (*self.slots[*i as usize].name).cmp(name);
        let first = self.sorted.partition_point(|i| by_name(i).is_lt());
        let index = *self.sorted.get(first)?;
        by_name(&index).is_eq().then_some(index as usize)
    }
}

impl Slot {
    /// The only value, if there is only one.
    pub(super) fn fixed(&self) -> Option<&str> {
        self.preset.as_deref().filter(|_| self.is_fixed)
    }

    /// An element that no schema describes.
    pub(super) fn free(name: &str) -> Self {
        Self {
            name: name.into(),
            open: format!("<{name}>").into_bytes().into(),
            close: format!("</{name}>").into_bytes().into(),
            ty: FREE,
            min: 0,
            max: u32::MAX,
            nillable: false,
            preset: None,
            is_fixed: false,
            fill: Fill::Nothing,
        }
    }
}

impl Plan {
    /// Plans a root element.
    pub(super) fn new(schema: Arc<Schema>, root: &Field) -> Self {
        let mut builder = Builder {
            schema: &schema,
            numbers: HashMap::new(),
            queue: Vec::new(),
            prefixes: Vec::new(),
            nillable: false,
        };
        let root_type = builder.number(root.ty);
        let root_tag = builder.tag(root.namespace.as_ref(), &root.name);
        let mut types = vec![TypePlan::Free];
        let mut next = 0;
        loop {
            let begun = next;
            while let Some(id) = builder.queue.get(next).copied() {
                next += 1;
                types.push(builder.type_plan(id));
            }
            // What may stand for them by `xsi:type`. Afterwards, so that it takes no room from what is asked for.
            for index in begun..next {
                for derived in schema.derived(builder.queue[index]) {
                    builder.number(*derived);
                }
            }
            if builder.queue.len() == next {
                break;
            }
        }
        let mut open = format!("<{root_tag}");
        for (number, namespace) in builder.prefixes.iter().enumerate() {
            let mut value = Vec::new();
            // Namespaces come from a parsed document, so they hold nothing that XML cannot.
            let _ = escape::attribute(&mut value, namespace, true);
            open.push_str(&format!(
                " xmlns:n{number}=\"{}\"",
                String::from_utf8_lossy(&value)
            ));
        }
        if builder.nillable {
            open.push_str(r#" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance""#);
        }
        open.push('>');
        let root = Slot {
            open: open.into_bytes().into(),
            ..slot(root, &root_tag, root_type)
        };
        let initial = initial_values(&schema, &types);
        let numbers = builder.numbers;
        Self {
            schema,
            types,
            numbers,
            initial,
            root,
            free_row: None,
        }
    }

    /// Plans a root element that no schema describes. Tables have rows named `item`, as in all that ABAP reads.
    pub(super) fn free(namespace: &str, name: &str) -> Self {
        let mut value = Vec::new();
        let _ = escape::attribute(&mut value, namespace, true);
        let tag = format!("n0:{name}");
        let root = Slot {
            open: format!("<{tag} xmlns:n0=\"{}\">", String::from_utf8_lossy(&value))
                .into_bytes()
                .into(),
            close: format!("</{tag}>").into_bytes().into(),
            ..Slot::free(name)
        };
        Self {
            schema: Arc::default(),
            types: vec![TypePlan::Free],
            numbers: HashMap::new(),
            initial: vec![Ok(Initial::default())],
            root,
            free_row: Some(Slot::free("item")),
        }
    }

    /// Names a field of the root element even if the caller does not give it.
    pub(super) fn always_name(&mut self, wanted: impl Fn(&Slot, bool) -> bool) {
        let tables: Vec<bool> = self
            .types
            .iter()
            .map(|t| matches!(t, TypePlan::Struct(plan) if plan.table))
            .collect();
        let structures: Vec<bool> = self
            .types
            .iter()
            .map(|t| matches!(t, TypePlan::Struct(_)))
            .collect();
        if let Some(TypePlan::Struct(plan)) = self.types.get_mut(self.root.ty) {
            for slot in plan
                .slots
                .iter_mut()
                .filter(|slot| structures[slot.ty] && slot.max == 1)
            {
                if wanted(slot, tables[slot.ty]) {
                    slot.fill = Fill::Initial;
                }
            }
        }
    }

    /// The field of the root element that is a message header with a UUID.
    pub(super) fn message_header(&self) -> Option<Arc<str>> {
        let TypePlan::Struct(root) = self.types.get(self.root.ty)? else {
            return None;
        };
        let header = root.slots.iter().find(|slot| {
            let has_uuid = || match self.types.get(slot.ty) {
                Some(TypePlan::Struct(header)) => header.find(super::UUID, 0).is_some(),
                Some(TypePlan::Free | TypePlan::Text(_) | TypePlan::Unresolved(_)) | None => false,
            };
            slot.name.ends_with("MessageHeader") && slot.max == 1 && has_uuid()
        })?;
        Some(Arc::clone(&header.name))
    }

    /// The type that `xsi:type` names where `declared` is expected.
    pub(super) fn substitute(&self, declared: &StructPlan, name: &str) -> Option<&StructPlan> {
        let id = self.schema.substitute(declared.id, name)?;
        match self.types.get(*self.numbers.get(&id)?) {
            Some(TypePlan::Struct(plan)) => Some(plan),
            Some(TypePlan::Free | TypePlan::Text(_) | TypePlan::Unresolved(_)) | None => None,
        }
    }

    /// The names of the types that may stand for `declared`, itself included.
    pub(super) fn substitutes(&self, declared: &StructPlan) -> Vec<&str> {
        let mut names = Vec::new();
        let mut open = vec![declared.id];
        while let Some(id) = open.pop() {
            if let Type::Complex(complex) = self.schema.get(id) {
                names.extend(complex.name.as_deref());
            }
            open.extend(self.schema.derived(id));
        }
        names
    }

    /// Writes the element with its preset or initial value.
    pub(super) fn fill(&self, slot: &Slot, out: &mut Vec<u8>) -> Result<(), Arc<str>> {
        write_initial(slot, &self.initial, out)
    }

    /// Writes what stands for a field that the caller left out.
    pub(super) fn fill_missing(&self, slot: &Slot, out: &mut Vec<u8>) -> Result<(), Arc<str>> {
        match slot.fill {
            Fill::Nothing => Ok(()),
            Fill::Initial => {
                let start = out.len();
                for _ in 0..slot.min.clamp(1, MAX_FILLED) {
                    if out.len() - start > INITIAL_BYTES {
                        return Err(TOO_LARGE.into());
                    }
                    self.fill(slot, out)?;
                }
                Ok(())
            }
        }
    }

    /// The text that stands for an attribute that must be there and was not given.
    pub(super) fn attribute_value(&self, attribute: &AttributePlan) -> Option<String> {
        attribute_value(&self.schema, attribute)
    }
}

/// Ends an element whose content begins at `content`: an empty one becomes `<Name/>`.
pub(super) fn close(slot: &Slot, content: usize, out: &mut Vec<u8>) {
    if out.len() == content {
        out.pop();
        out.extend_from_slice(b"/>");
    } else {
        out.extend_from_slice(&slot.close);
    }
}

/// See [`StructPlan::named`]. The prefixes are declared where they are used: few elements need them.
fn type_attribute(complex: &Complex) -> Vec<u8> {
    let Some(name) = &complex.name else {
        return Vec::new();
    };
    let mut out = XSI_DECLARED.to_vec();
    match &complex.namespace {
        None => out.extend_from_slice(b" xsi:type=\""),
        Some(namespace) => {
            out.extend_from_slice(b" xmlns:t=\"");
            let _ = escape::attribute(&mut out, namespace, true);
            out.extend_from_slice(b"\" xsi:type=\"t:");
        }
    }
    out.extend_from_slice(name.as_bytes());
    out.push(b'"');
    out
}

fn attribute_value(schema: &Schema, attribute: &AttributePlan) -> Option<String> {
    match (&attribute.preset, schema.get(attribute.ty)) {
        (Some(preset), _) => Some(preset.to_string()),
        (None, Type::Simple(simple)) => schema.initial(simple),
        (None, Type::Complex(_) | Type::Unresolved(_)) => None,
    }
}

fn slot(field: &Field, tag: &str, ty: usize) -> Slot {
    Slot {
        name: Arc::clone(&field.name),
        open: format!("<{tag}>").into_bytes().into(),
        close: format!("</{tag}>").into_bytes().into(),
        ty,
        min: field.min,
        max: field.max,
        nillable: field.nillable,
        preset: field.fixed.clone().or_else(|| field.default.clone()),
        is_fixed: field.fixed.is_some(),
        fill: if field.min > 0 {
            Fill::Initial
        } else {
            Fill::Nothing
        },
    }
}

struct Builder<'s> {
    schema: &'s Schema,
    /// Numbers of types, in the order of `queue`; 0 is [`FREE`].
    numbers: HashMap<TypeId, usize>,
    queue: Vec<TypeId>,
    /// `n0`, `n1` …
    prefixes: Vec<Arc<str>>,
    nillable: bool,
}

impl Builder<'_> {
    fn number(&mut self, id: TypeId) -> usize {
        *self.numbers.entry(id).or_insert_with(|| {
            self.queue.push(id);
            self.queue.len()
        })
    }

    fn tag(&mut self, namespace: Option<&Arc<str>>, name: &str) -> String {
        match namespace {
            None => name.to_owned(),
            Some(namespace) if &**namespace == XML_NAMESPACE => format!("xml:{name}"),
            Some(namespace) => {
                let known = self.prefixes.iter().position(|p| p == namespace);
                let number = known.unwrap_or_else(|| {
                    self.prefixes.push(Arc::clone(namespace));
                    self.prefixes.len() - 1
                });
                format!("n{number}:{name}")
            }
        }
    }

    fn type_plan(&mut self, id: TypeId) -> TypePlan {
        let schema = self.schema;
        match schema.get(id) {
            Type::Unresolved(reason) => TypePlan::Unresolved(Arc::clone(reason)),
            Type::Simple(_) => TypePlan::Text(id),
            Type::Complex(complex) if complex.open && complex.mixed && complex.fields.is_empty() => {
                TypePlan::Free
            }
            Type::Complex(complex) => TypePlan::Struct(self.struct_plan(id, complex)),
        }
    }

    fn struct_plan(&mut self, id: TypeId, complex: &Complex) -> StructPlan {
        let mut slots = Vec::with_capacity(complex.fields.len());
        for field in &complex.fields {
            self.nillable |= field.nillable;
            let ty = self.number(field.ty);
            let tag = self.tag(field.namespace.as_ref(), &field.name);
            slots.push(slot(field, &tag, ty));
        }
        let mut sorted: Vec<u32> = (0..slots.len() as u32).collect();
        sorted.sort_by(|a, b| slots[*a as usize].name.cmp(&slots[*b as usize].name));
        StructPlan {
            id,
            named: type_attribute(complex).into(),
            slots: slots.into(),
            sorted: sorted.into(),
            attributes: complex.attributes.iter().map(|a| self.attribute(a)).collect(),
            text: complex.text,
            content: complex.content.clone(),
            flat: complex.flat,
            table: complex.table_item().is_some(),
            open: complex.open,
            mixed: complex.mixed,
            is_abstract: complex.is_abstract,
        }
    }

    fn attribute(&mut self, attribute: &Attribute) -> AttributePlan {
        let tag = self.tag(attribute.namespace.as_ref(), &attribute.name);
        AttributePlan {
            name: Arc::clone(&attribute.name),
            open: format!(" {tag}=\"").into_bytes().into(),
            ty: attribute.ty,
            required: attribute.required,
            preset: attribute.fixed.clone().or_else(|| attribute.default.clone()),
            is_fixed: attribute.fixed.is_some(),
        }
    }
}
