//! Declarations as they were parsed: references are still names. [`super::compile`] turns them into a [`super::Schema`].

use super::Facets;
use super::names::{HashMap, Interner, QName, Sym};

/// Where a type is given: by name, or as the n-th of [`RawSchemas::types`].
#[derive(Debug, Clone, Copy)]
pub(crate) enum RawTypeRef {
    Named(QName),
    Inline(u32),
    /// No type was given.
    Any,
}

#[derive(Debug, Default)]
pub(crate) struct RawSchemas {
    pub(crate) names: Interner,
    pub(crate) types: Vec<RawType>,
    pub(crate) elements: Vec<RawElement>,
    pub(crate) groups: Vec<Option<RawParticle>>,
    pub(crate) attribute_groups: Vec<Vec<RawAttribute>>,
    pub(crate) attributes: Vec<RawAttribute>,
    pub(crate) global_types: HashMap<QName, u32>,
    pub(crate) global_elements: HashMap<QName, u32>,
    pub(crate) global_groups: HashMap<QName, u32>,
    pub(crate) global_attribute_groups: HashMap<QName, u32>,
    pub(crate) global_attributes: HashMap<QName, u32>,
    /// Declarations so far, against `Limits::components`.
    pub(crate) components: usize,
}

#[derive(Debug)]
pub(crate) struct RawElement {
    pub(crate) name: QName,
    pub(crate) ty: RawTypeRef,
    pub(crate) nillable: bool,
    pub(crate) is_abstract: bool,
    pub(crate) default: Option<Sym>,
    pub(crate) fixed: Option<Sym>,
    pub(crate) substitutes: Option<QName>,
    pub(crate) documentation: Option<Sym>,
}

#[derive(Debug, Clone)]
pub(crate) struct RawParticle {
    pub(crate) min: u32,
    pub(crate) max: u32,
    pub(crate) term: RawTerm,
}

/// `maxOccurs="unbounded"`.
pub(crate) const UNBOUNDED: u32 = u32::MAX;

#[derive(Debug, Clone)]
pub(crate) enum RawTerm {
    Element(u32),
    ElementRef(QName),
    Model(super::Compositor, Vec<RawParticle>),
    Group(QName),
    Any,
}

#[derive(Debug)]
pub(crate) enum RawType {
    Simple(RawSimple),
    Complex(RawComplex),
    /// One of XML Schema's own.
    Builtin(super::Builtin),
    /// `anyType`.
    Anything,
}

#[derive(Debug)]
pub(crate) struct RawSimple {
    pub(crate) name: Option<QName>,
    pub(crate) kind: RawSimpleKind,
    pub(crate) documentation: Option<Sym>,
}

#[derive(Debug)]
pub(crate) enum RawSimpleKind {
    Restriction(RawTypeRef, Box<Facets>),
    List(RawTypeRef),
    Union(Vec<RawTypeRef>),
}

#[derive(Debug)]
pub(crate) struct RawComplex {
    pub(crate) name: Option<QName>,
    pub(crate) is_abstract: bool,
    pub(crate) mixed: bool,
    pub(crate) derivation: RawDerivation,
    pub(crate) particle: Option<RawParticle>,
    pub(crate) attributes: Vec<RawAttribute>,
    pub(crate) any_attribute: bool,
    pub(crate) documentation: Option<Sym>,
}

#[derive(Debug)]
pub(crate) enum RawDerivation {
    None,
    Extension(QName),
    Restriction(QName),
    /// simpleContent: base, and the facets of a restriction.
    SimpleExtension(QName),
    SimpleRestriction(RawTypeRef, Box<Facets>),
}

#[derive(Debug, Clone)]
pub(crate) struct RawAttribute {
    pub(crate) kind: RawAttributeKind,
    pub(crate) required: bool,
    pub(crate) prohibited: bool,
    pub(crate) default: Option<Sym>,
    pub(crate) fixed: Option<Sym>,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum RawAttributeKind {
    Local(QName, RawTypeRef),
    Ref(QName),
    Group(QName),
}
