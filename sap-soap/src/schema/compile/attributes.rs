//! Attributes: groups and references expanded, prohibited ones taken out.

use std::sync::Arc;

use super::super::names::QName;
use super::{Attribute, Compiler, MAX_DERIVATION, RawAttribute, RawAttributeKind, RawTypeRef};

/// Attributes of one type: each is compared with all before it.
const MAX_ATTRIBUTES: usize = 4096;
const XML_NAMESPACE: &str = "http://www.w3.org/XML/1998/namespace";

impl Compiler<'_> {
    /// A type's attributes: those of its base, overridden and extended by its own.
    pub(super) fn attributes(
        &mut self,
        own: &[RawAttribute],
        inherited: Vec<Attribute>,
    ) -> Result<Vec<Attribute>, Arc<str>> {
        let mut out = inherited;
        for _ in &out {
            self.spend()?;
        }
        self.add_attributes(own, &mut out, 0)?;
        Ok(out)
    }

    fn add_attributes(
        &mut self,
        own: &[RawAttribute],
        out: &mut Vec<Attribute>,
        depth: usize,
    ) -> Result<(), Arc<str>> {
        if depth > MAX_DERIVATION {
            return Err(
                format!("attribute groups nest deeper than {MAX_DERIVATION}, or contain themselves").into(),
            );
        }
        let raw = self.raw;
        for attribute in own {
            self.spend()?;
            if out.len() >= MAX_ATTRIBUTES {
                return Err(format!("the type has more than {MAX_ATTRIBUTES} attributes").into());
            }
            let (name, ty, declared) = match attribute.kind {
                RawAttributeKind::Group(name) => {
                    let Some(id) = raw.global_attribute_groups.get(&name) else {
                        return Err(format!(
                            "the attribute group {} is not declared",
                            raw.names.display(name)
                        )
                        .into());
                    };
                    if let Some(group) = raw.attribute_groups.get(*id as usize) {
                        self.add_attributes(group, out, depth + 1)?;
                    }
                    continue;
                }
                RawAttributeKind::Local(name, ty) => (name, ty, None),
                RawAttributeKind::Ref(name) => match self.global_attribute(name) {
                    Some((ty, declared)) => (name, ty, declared),
                    // `xml:lang` and the like are declared nowhere; an unknown attribute that may be left out is left out.
                    None if !attribute.required || &**raw.names.get(name.ns) == XML_NAMESPACE => {
                        (name, RawTypeRef::Any, None)
                    }
                    None => {
                        return Err(
                            format!("the attribute {} is not declared", raw.names.display(name)).into(),
                        );
                    }
                },
            };
            let local = Arc::clone(raw.names.get(name.local));
            let namespace = raw.names.namespace(name.ns);
            out.retain(|a| a.name != local || a.namespace != namespace);
            if attribute.prohibited {
                continue;
            }
            let value =
                |of: fn(&RawAttribute) -> Option<super::Sym>| of(attribute).or_else(|| declared.and_then(of));
            let (default, fixed) = (self.text(value(|a| a.default)), self.text(value(|a| a.fixed)));
            let ty = self.text_type(ty, depth);
            out.push(Attribute {
                name: local,
                namespace,
                ty,
                required: attribute.required,
                default,
                fixed,
            });
        }
        Ok(())
    }

    fn global_attribute(&self, name: QName) -> Option<(RawTypeRef, Option<&RawAttribute>)> {
        let id = *self.raw.global_attributes.get(&name)?;
        let declared = self.raw.attributes.get(id as usize)?;
        match declared.kind {
            RawAttributeKind::Local(_, ty) => Some((ty, Some(declared))),
            RawAttributeKind::Ref(_) | RawAttributeKind::Group(_) => None,
        }
    }
}
