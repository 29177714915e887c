//! XML Schema as a client needs it: which fields a type has, in which order, and which values they take.
//!
//! A [`Schema`] is a flat arena: types are numbered ([`TypeId`]), groups and base types are expanded, and every reference
//! is resolved. What could not be resolved is a [`Type::Unresolved`] with the reason, so that it costs only those who
//! need it.

use std::sync::Arc;

mod builtin;
mod check;
mod compile;
mod error;
mod facets;
mod initial;
mod lexical;
mod limits;
pub(crate) mod names;
mod nearest;
mod outline;
pub(crate) mod parse;
mod pattern;
pub(crate) mod raw;
pub(crate) mod xml;

pub use builtin::Builtin;
pub(crate) use builtin::is_builtin;
pub use check::Mismatch;
pub(crate) use compile::compile;
pub use error::LoadError;
pub use facets::Facets;
pub use limits::Limits;
pub(crate) use nearest::nearest;
pub use outline::{Outline, OutlineLine};
pub use pattern::Pattern;

use names::HashMap;

/// The number of a type in its [`Schema`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TypeId(pub(crate) u32);

/// All types and root elements of a WSDL.
#[derive(Debug, Default)]
pub struct Schema {
    pub(crate) types: Vec<Type>,
    pub(crate) elements: Vec<Field>,
    pub(crate) element_index: HashMap<(Option<Arc<str>>, Arc<str>), u32>,
    pub(crate) type_index: HashMap<(Option<Arc<str>>, Arc<str>), TypeId>,
    pub(crate) problems: HashMap<TypeId, Arc<str>>,
    /// The types derived directly from a type, in the order of declaration.
    pub(crate) derived: HashMap<TypeId, Vec<TypeId>>,
}

impl Schema {
    /// A root element.
    pub fn element(&self, namespace: Option<&str>, name: &str) -> Option<&Field> {
        let key = (namespace.map(Arc::from), Arc::from(name));
        self.elements.get(*self.element_index.get(&key)? as usize)
    }

    /// A named type.
    pub fn named_type(&self, namespace: Option<&str>, name: &str) -> Option<TypeId> {
        self.type_index
            .get(&(namespace.map(Arc::from), Arc::from(name)))
            .copied()
    }

    /// A type. A number of another schema gives [`Type::Unresolved`].
    pub fn get(&self, id: TypeId) -> &Type {
        static UNKNOWN: std::sync::LazyLock<Type> =
            std::sync::LazyLock::new(|| Type::Unresolved("unknown type".into()));
        self.types.get(id.0 as usize).unwrap_or(&UNKNOWN)
    }

    /// The types derived directly from this complex type, by extension or restriction, in the order of declaration.
    pub fn derived(&self, id: TypeId) -> &[TypeId] {
        self.derived.get(&id).map_or(&[], Vec::as_slice)
    }

    /// The type that `xsi:type` names where `declared` is expected: that type itself, or one derived from it over any number of
    /// steps. `name` is a local name, or `{namespace}name` where several derived types share one; a prefix counts for nothing.
    pub fn substitute(&self, declared: TypeId, name: &str) -> Option<TypeId> {
        let (namespace, local) = names::split(name);
        let mut open = vec![declared];
        while let Some(id) = open.pop() {
            let Type::Complex(complex) = self.get(id) else {
                continue;
            };
            let fits = namespace.is_none_or(|ns| complex.namespace.as_deref().unwrap_or_default() == ns);
            if fits && complex.name.as_deref() == Some(local) {
                return Some(id);
            }
            // A type has one base, so that no type is met twice.
            open.extend(self.derived(id).iter().rev());
        }
        None
    }

    /// The row of a table: a type whose only content is one repeated element (`item`) gives that element.
    pub fn table_item(&self, id: TypeId) -> Option<&Field> {
        match self.get(id) {
            Type::Complex(complex) => complex.table_item(),
            _ => None,
        }
    }

    /// Why a value of this type cannot be written, if it cannot: the first unresolved part that every value needs.
    pub fn problem(&self, id: TypeId) -> Option<&Arc<str>> {
        self.problems.get(&id)
    }
}

/// A type.
#[derive(Debug)]
#[non_exhaustive]
pub enum Type {
    /// Text.
    Simple(Simple),
    /// Fields, attributes, or text with attributes.
    Complex(Complex),
    /// A type, or a part that it needs, is missing; the reason.
    Unresolved(Arc<str>),
}

/// A simple type with the facets of all its bases.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Simple {
    /// The name in the schema (`char10`), if it has one.
    pub name: Option<Arc<str>>,
    /// What kind of text.
    pub kind: SimpleKind,
    /// The rules.
    pub facets: Facets,
    /// The schema's documentation.
    pub documentation: Option<Arc<str>>,
}

/// What kind of text a simple type takes.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum SimpleKind {
    /// One value.
    Atomic(Builtin),
    /// Values of a type with blanks between them.
    List(TypeId),
    /// A value of any of these types.
    Union(Arc<[TypeId]>),
}

/// A complex type: all of its fields, those of base types and groups included.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Complex {
    /// The name in the schema, if it has one.
    pub name: Option<Arc<str>>,
    /// The namespace of that name.
    pub namespace: Option<Arc<str>>,
    /// The complex type it is derived from, if it is from one (other than `anyType`). Its fields are among this type's own.
    pub base: Option<TypeId>,
    /// The child elements in the schema's order.
    pub fields: Box<[Field]>,
    /// The attributes.
    pub attributes: Box<[Attribute]>,
    /// The type of the text, where there is text and no child elements (simpleContent).
    pub text: Option<TypeId>,
    /// How the fields stand together; the numbers are indexes into [`Complex::fields`].
    pub content: Option<Content>,
    /// Are the fields one plain sequence in which each stands for itself? (All that ABAP generates for function modules.)
    pub flat: bool,
    /// May further elements stand there (`xsd:any`, `anyType`)?
    pub open: bool,
    /// May text stand between the child elements?
    pub mixed: bool,
    /// May further attributes stand there?
    pub any_attribute: bool,
    /// Only types derived from it have values.
    pub is_abstract: bool,
    /// The schema's documentation.
    pub documentation: Option<Arc<str>>,
}

impl Complex {
    /// The row of a table: the only field, if it may occur more than once.
    pub fn table_item(&self) -> Option<&Field> {
        match &*self.fields {
            [item] if item.max > 1 && self.attributes.is_empty() && !self.open => Some(item),
            _ => None,
        }
    }

    /// A field and its index.
    pub fn field(&self, name: &str) -> Option<(usize, &Field)> {
        self.fields.iter().enumerate().find(|(_, f)| &*f.name == name)
    }
}

/// An element: a field of a type, or a root element.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Field {
    /// The local name.
    pub name: Arc<str>,
    /// The namespace; `None` for an unqualified element (all children in what ABAP generates).
    pub namespace: Option<Arc<str>>,
    /// Its type.
    pub ty: TypeId,
    /// How often it must occur at least, with everything around it taken into account: 0 inside a choice.
    pub min: u32,
    /// How often it may occur at most; `u32::MAX` is unbounded.
    pub max: u32,
    /// May it be `xsi:nil`?
    pub nillable: bool,
    /// The value that the receiver takes for an empty element.
    pub default: Option<Arc<str>>,
    /// The only value.
    pub fixed: Option<Arc<str>>,
    /// It cannot stand there itself, only elements of its substitution group.
    pub is_abstract: bool,
    /// The schema's documentation.
    pub documentation: Option<Arc<str>>,
}

/// An attribute of a complex type.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Attribute {
    /// The local name.
    pub name: Arc<str>,
    /// The namespace, if it is qualified.
    pub namespace: Option<Arc<str>>,
    /// Its type.
    pub ty: TypeId,
    /// Must it be there?
    pub required: bool,
    /// The value that the receiver takes for a missing attribute.
    pub default: Option<Arc<str>>,
    /// The only value.
    pub fixed: Option<Arc<str>>,
}

/// How fields stand together in a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Compositor {
    /// In this order.
    Sequence,
    /// One of them.
    Choice,
    /// In any order.
    All,
}

/// A node of a content model.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Content {
    /// An element, by its index in [`Complex::fields`].
    Field {
        /// The index.
        index: u32,
        /// `minOccurs` of the element itself.
        min: u32,
        /// `maxOccurs` of the element itself.
        max: u32,
    },
    /// A group.
    Group {
        /// Sequence, choice or all.
        compositor: Compositor,
        /// `minOccurs` of the group.
        min: u32,
        /// `maxOccurs` of the group.
        max: u32,
        /// Its members.
        items: Box<[Content]>,
    },
    /// `xsd:any`.
    Any {
        /// `minOccurs`.
        min: u32,
    },
}
