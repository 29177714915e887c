//! Simple types: restrictions, lists and unions.

use std::sync::Arc;

use super::super::raw::{RawSimple, RawSimpleKind, RawTypeRef};
use super::super::{Builtin, Facets, Simple, SimpleKind, Type, TypeId};
use super::{Compiler, unresolved};

/// How many types a union may offer.
const MAX_UNION: usize = 256;
const LIST_OF_LISTS: &str = "the type is a list of lists";

impl Compiler<'_> {
    pub(super) fn simple(&mut self, raw: &RawSimple, depth: usize) -> Type {
        let name = self.local(raw.name);
        let documentation = self.text(raw.documentation);
        let (kind, facets) = match &raw.kind {
            RawSimpleKind::Restriction(RawTypeRef::Any, facets) => {
                (SimpleKind::Atomic(Builtin::Any), (**facets).clone())
            }
            RawSimpleKind::Restriction(base, facets) => {
                let base = self.resolve(*base);
                match self.base(base, depth) {
                    Type::Simple(base) => (base.kind.clone(), facets.derive(&base.facets)),
                    Type::Unresolved(reason) => return Type::Unresolved(Arc::clone(reason)),
                    Type::Complex(_) => return unresolved("a simple type is derived from a complex type"),
                }
            }
            RawSimpleKind::List(item) => {
                let item = self.text_type(*item, depth);
                match self.base(item, depth) {
                    Type::Unresolved(reason) => return Type::Unresolved(Arc::clone(reason)),
                    Type::Simple(Simple {
                        kind: SimpleKind::List(_),
                        ..
                    }) => return unresolved(LIST_OF_LISTS),
                    Type::Simple(Simple {
                        kind: SimpleKind::Union(members),
                        ..
                    }) => {
                        let members = Arc::clone(members);
                        for member in members.iter() {
                            if let Type::Simple(Simple {
                                kind: SimpleKind::List(_),
                                ..
                            }) = self.base(*member, depth)
                            {
                                return unresolved(LIST_OF_LISTS);
                            }
                        }
                    }
                    Type::Simple(_) | Type::Complex(_) => {}
                }
                (SimpleKind::List(item), Facets::default())
            }
            RawSimpleKind::Union(members) => match self.union(members, depth) {
                Ok(members) => (SimpleKind::Union(members), Facets::default()),
                Err(reason) => return Type::Unresolved(reason),
            },
        };
        Type::Simple(Simple {
            name,
            kind,
            facets,
            documentation,
        })
    }

    /// The members of a union; unions among them give their own members, so that no union holds another.
    fn union(&mut self, members: &[RawTypeRef], depth: usize) -> Result<Arc<[TypeId]>, Arc<str>> {
        let mut ids = Vec::new();
        for member in members {
            let id = self.text_type(*member, depth);
            match self.base(id, depth) {
                Type::Unresolved(reason) => return Err(Arc::clone(reason)),
                Type::Simple(Simple {
                    kind: SimpleKind::Union(inner),
                    ..
                }) => ids.extend(inner.iter().copied()),
                Type::Simple(_) | Type::Complex(_) => ids.push(id),
            }
            if ids.len() > MAX_UNION {
                return Err(format!("the union has more than {MAX_UNION} types").into());
            }
        }
        Ok(ids.into())
    }

    /// A reference where only text may stand.
    pub(super) fn text_type(&mut self, reference: RawTypeRef, depth: usize) -> TypeId {
        let id = match reference {
            RawTypeRef::Any => TypeId(self.any_text),
            _ => self.resolve(reference),
        };
        match self.base(id, depth) {
            Type::Simple(_) | Type::Unresolved(_) => id,
            Type::Complex(complex) => match complex.text {
                Some(text) => text,
                None => TypeId(self.any_text),
            },
        }
    }
}
