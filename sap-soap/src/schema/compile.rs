//! From declarations with names ([`RawSchemas`]) to a [`Schema`] without: references resolved, bases and groups expanded.

use std::sync::Arc;

use super::builtin::BUILTINS;
use super::names::{HashMap, Interner, QName, Sym};
use super::raw::{
    RawAttribute, RawAttributeKind, RawComplex, RawDerivation, RawElement, RawParticle, RawSchemas, RawTerm,
    RawType, RawTypeRef, UNBOUNDED,
};
use super::xml::XSD;
use super::{
    Attribute, Complex, Compositor, Content, Facets, Field, Limits, Schema, Simple, SimpleKind, Type, TypeId,
};

mod attributes;
mod content;
mod simple;

/// How many bases a type may have above it, and how many groups a group may nest.
const MAX_DERIVATION: usize = 64;

const TOO_MANY_FIELDS: &str = "the types expand to too many fields";

/// Resolves everything. Never fails: what cannot be resolved becomes [`Type::Unresolved`].
pub(crate) fn compile(raw: &mut RawSchemas, limits: &Limits) -> Schema {
    let any = declare_builtins(raw);
    let raw = &*raw;
    let members = substitution_groups(raw);
    let count = raw.types.len();
    let mut compiler = Compiler {
        raw,
        any,
        any_text: any + 1,
        members,
        types: (0..count).map(|_| None).collect(),
        extra: Vec::new(),
        open: vec![false; count],
        fields_left: limits.fields,
    };
    for id in 0..count {
        compiler.ensure(id as u32, 0);
    }
    // In the order of declaration, so that runs are alike.
    let mut globals: Vec<(&QName, &u32)> = raw.global_elements.iter().collect();
    globals.sort_unstable_by_key(|(_, id)| **id);
    let elements: Vec<Field> = globals
        .iter()
        .filter_map(|(_, id)| raw.elements.get(**id as usize))
        .map(|e| compiler.field(e, 1, 1))
        .collect();
    let Compiler { types, extra, .. } = compiler;
    let mut types: Vec<Type> = types
        .into_iter()
        .map(|t| t.unwrap_or_else(|| unresolved("not compiled")))
        .collect();
    types.extend(extra);
    let key = |name: &QName| {
        (
            raw.names.namespace(name.ns),
            Arc::clone(raw.names.get(name.local)),
        )
    };
    Schema {
        problems: problems(&types),
        derived: derived(&types),
        types,
        elements,
        element_index: globals
            .iter()
            .zip(0..)
            .map(|((name, _), index)| (key(name), index))
            .collect(),
        type_index: raw
            .global_types
            .iter()
            .map(|(name, id)| (key(name), TypeId(*id)))
            .collect(),
    }
}

/// From each type to those that are derived from it directly.
fn derived(types: &[Type]) -> HashMap<TypeId, Vec<TypeId>> {
    let mut derived: HashMap<TypeId, Vec<TypeId>> = HashMap::default();
    for (ty, number) in types.iter().zip(0..) {
        if let Type::Complex(Complex { base: Some(base), .. }) = ty {
            derived.entry(*base).or_default().push(TypeId(number));
        }
    }
    derived
}

/// The types that cannot have a value, and why: the unresolved ones and, up from them, all that require one of them.
fn problems(types: &[Type]) -> HashMap<TypeId, Arc<str>> {
    let mut users: HashMap<TypeId, Vec<TypeId>> = HashMap::default();
    let mut open: Vec<(TypeId, Arc<str>)> = Vec::new();
    for (id, ty) in types
        .iter()
        .enumerate()
        .map(|(index, ty)| (TypeId(index as u32), ty))
    {
        match ty {
            Type::Unresolved(reason) => open.push((id, Arc::clone(reason))),
            Type::Simple(_) => {}
            Type::Complex(complex) => {
                let fields = complex.fields.iter().filter(|f| f.min > 0).map(|f| f.ty);
                let attributes = complex.attributes.iter().filter(|a| a.required).map(|a| a.ty);
                for needed in fields.chain(attributes).chain(complex.text) {
                    users.entry(needed).or_default().push(id);
                }
            }
        }
    }
    let mut problems = HashMap::default();
    while let Some((id, reason)) = open.pop() {
        if problems.insert(id, Arc::clone(&reason)).is_none() {
            open.extend(
                users
                    .get(&id)
                    .into_iter()
                    .flatten()
                    .map(|user| (*user, Arc::clone(&reason))),
            );
        }
    }
    problems
}

/// Adds XML Schema's own types where no document declares them, and gives the number of `anyType`; the number after it is
/// `anySimpleType`.
fn declare_builtins(raw: &mut RawSchemas) -> u32 {
    let ns = raw.names.intern(XSD);
    let any = raw.types.len() as u32;
    let local = raw.names.intern("anyType");
    raw.types.push(RawType::Anything);
    raw.global_types.entry(QName { ns, local }).or_insert(any);
    for (name, builtin) in BUILTINS {
        let local = raw.names.intern(name);
        let id = raw.types.len() as u32;
        raw.types.push(RawType::Builtin(*builtin));
        raw.global_types.entry(QName { ns, local }).or_insert(id);
    }
    any
}

/// The elements that may stand for a head, direct members only.
fn substitution_groups(raw: &RawSchemas) -> HashMap<QName, Vec<u32>> {
    let mut members: HashMap<QName, Vec<u32>> = HashMap::default();
    for (id, element) in raw.elements.iter().enumerate() {
        if let Some(head) = element.substitutes
            && raw.global_elements.get(&element.name) == Some(&(id as u32))
        {
            members.entry(head).or_default().push(id as u32);
        }
    }
    members
}

struct Compiler<'r> {
    raw: &'r RawSchemas,
    any: u32,
    any_text: u32,
    members: HashMap<QName, Vec<u32>>,
    types: Vec<Option<Type>>,
    /// Types without a declaration of their own: the reasons of unresolved references, restricted text.
    extra: Vec<Type>,
    /// Being compiled: a type that needs itself as its base has none.
    open: Vec<bool>,
    fields_left: usize,
}

impl Compiler<'_> {
    fn names(&self) -> &Interner {
        &self.raw.names
    }

    fn text(&self, sym: Option<Sym>) -> Option<Arc<str>> {
        sym.map(|s| Arc::clone(self.names().get(s)))
    }

    fn local(&self, name: Option<QName>) -> Option<Arc<str>> {
        name.map(|n| Arc::clone(self.names().get(n.local)))
    }

    /// Compiles a type, its bases first.
    fn ensure(&mut self, id: u32, depth: usize) {
        let index = id as usize;
        if self.types.get(index).is_none_or(Option::is_some) {
            return;
        }
        let Some(raw) = self.raw.types.get(index) else {
            return;
        };
        let ty = if self.open[index] {
            unresolved("the type is derived from itself")
        } else if depth > MAX_DERIVATION {
            unresolved(format!("the type has more than {MAX_DERIVATION} bases above it"))
        } else {
            self.open[index] = true;
            match raw {
                RawType::Builtin(builtin) => Type::Simple(Simple {
                    name: None,
                    kind: SimpleKind::Atomic(*builtin),
                    facets: Facets::default(),
                    documentation: None,
                }),
                RawType::Anything => Type::Complex(Complex {
                    open: true,
                    mixed: true,
                    any_attribute: true,
                    ..Complex::default()
                }),
                RawType::Simple(simple) => self.simple(simple, depth),
                RawType::Complex(complex) => self.complex(complex, depth),
            }
        };
        // A base that leads back here has already stored why this type cannot be.
        self.types[index].get_or_insert(ty);
    }

    /// The type a reference leads to; an unresolved one gets a type that says so.
    fn resolve(&mut self, reference: RawTypeRef) -> TypeId {
        match reference {
            RawTypeRef::Any => TypeId(self.any),
            RawTypeRef::Inline(id) => TypeId(id),
            RawTypeRef::Named(name) => match self.raw.global_types.get(&name) {
                Some(id) => TypeId(*id),
                None => self.add_extra(unresolved(format!(
                    "the type {} is not declared",
                    self.names().display(name)
                ))),
            },
        }
    }

    fn add_extra(&mut self, ty: Type) -> TypeId {
        let id = self.types.len() + self.extra.len();
        self.extra.push(ty);
        TypeId(id as u32)
    }

    /// A base, compiled.
    fn base(&mut self, id: TypeId, depth: usize) -> &Type {
        self.ensure(id.0, depth + 1);
        let index = id.0 as usize;
        let known = self.types.len();
        let found = if index < known {
            self.types[index].as_ref()
        } else {
            self.extra.get(index - known)
        };
        found.unwrap_or(&UNCOMPILED)
    }

    fn complex(&mut self, raw: &RawComplex, depth: usize) -> Type {
        let mut out = Complex {
            name: self.local(raw.name),
            namespace: raw.name.and_then(|name| self.names().namespace(name.ns)),
            mixed: raw.mixed,
            any_attribute: raw.any_attribute,
            is_abstract: raw.is_abstract,
            documentation: self.text(raw.documentation),
            ..Complex::default()
        };
        let mut base = None;
        match &raw.derivation {
            RawDerivation::None => {}
            RawDerivation::SimpleExtension(name) => {
                match self.simple_base(RawTypeRef::Named(*name), depth, &mut out) {
                    Ok(text) => out.text = Some(text),
                    Err(reason) => return Type::Unresolved(reason),
                }
            }
            RawDerivation::SimpleRestriction(reference, facets) => {
                let text = match self.simple_base(*reference, depth, &mut out) {
                    Ok(text) => text,
                    Err(reason) => return Type::Unresolved(reason),
                };
                let restricted = match self.base(text, depth) {
                    Type::Simple(simple) => Some(Type::Simple(Simple {
                        facets: facets.derive(&simple.facets),
                        ..simple.clone()
                    })),
                    _ => None,
                };
                out.text = Some(restricted.map_or(text, |ty| self.add_extra(ty)));
            }
            RawDerivation::Extension(name) | RawDerivation::Restriction(name) => {
                let id = self.resolve(RawTypeRef::Named(*name));
                let left = self.fields_left;
                match self.base(id, depth) {
                    // Checked before the copy: many types on one large base must not cost many copies.
                    Type::Complex(complex) if complex.fields.len() > left => {
                        return unresolved(TOO_MANY_FIELDS);
                    }
                    Type::Complex(complex) => {
                        base = Some(complex.clone());
                        out.base = Some(id).filter(|id| id.0 != self.any);
                    }
                    Type::Simple(_) => out.text = Some(id),
                    Type::Unresolved(reason) => return Type::Unresolved(Arc::clone(reason)),
                }
            }
        }
        let restricts = matches!(raw.derivation, RawDerivation::Restriction(_));
        match self.content(
            raw.particle.as_ref(),
            base.as_ref().filter(|_| !restricts),
            &mut out,
        ) {
            Ok(()) => {}
            Err(reason) => return Type::Unresolved(reason),
        }
        if let Some(base) = &base {
            out.mixed |= base.mixed;
            out.any_attribute |= base.any_attribute;
            out.text = out.text.or(base.text);
        }
        let inherited = match &base {
            Some(base) => base.attributes.to_vec(),
            None => std::mem::take(&mut out.attributes).into_vec(),
        };
        match self.attributes(&raw.attributes, inherited) {
            Ok(attributes) => out.attributes = attributes.into(),
            Err(reason) => return Type::Unresolved(reason),
        }
        Type::Complex(out)
    }

    /// The text type below a simpleContent; the attributes of a complex base go to `out`.
    fn simple_base(&mut self, base: RawTypeRef, depth: usize, out: &mut Complex) -> Result<TypeId, Arc<str>> {
        let id = self.resolve(base);
        match self.base(id, depth) {
            Type::Simple(_) => Ok(id),
            Type::Unresolved(reason) => Err(Arc::clone(reason)),
            Type::Complex(complex) => {
                out.base = Some(id);
                out.attributes = complex.attributes.clone();
                out.any_attribute |= complex.any_attribute;
                complex
                    .text
                    .ok_or_else(|| "simple content is derived from a type without text".into())
            }
        }
    }

    fn field(&mut self, raw: &RawElement, min: u32, max: u32) -> Field {
        Field {
            name: Arc::clone(self.names().get(raw.name.local)),
            namespace: self.names().namespace(raw.name.ns),
            ty: self.resolve(raw.ty),
            min,
            max,
            nillable: raw.nillable,
            default: self.text(raw.default),
            fixed: self.text(raw.fixed),
            is_abstract: raw.is_abstract,
            documentation: self.text(raw.documentation),
        }
    }

    /// Takes one from the budget of fields.
    fn spend(&mut self) -> Result<(), Arc<str>> {
        self.fields_left = self.fields_left.checked_sub(1).ok_or(TOO_MANY_FIELDS)?;
        Ok(())
    }
}

static UNCOMPILED: std::sync::LazyLock<Type> =
    std::sync::LazyLock::new(|| unresolved("the type is derived from itself"));

fn unresolved(reason: impl Into<Arc<str>>) -> Type {
    Type::Unresolved(reason.into())
}
