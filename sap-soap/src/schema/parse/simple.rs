//! `xsd:simpleType` and the facets.

use std::sync::Arc;

use super::super::names::QName;
use super::super::raw::{RawSimple, RawSimpleKind, RawType, RawTypeRef};
use super::super::xml::Tag;
use super::super::{Facets, Pattern};
use super::{LoadError, SchemaParser};

impl SchemaParser<'_, '_, '_> {
    pub(super) fn simple_type(&mut self, name: Option<QName>) -> Result<u32, LoadError> {
        let mut kind = RawSimpleKind::Restriction(RawTypeRef::Any, Box::default());
        let mut documentation = None;
        while let Some(tag) = self.child()? {
            match tag.local {
                "restriction" => {
                    let mut base = self.type_attr(&tag, "base");
                    let mut facets = Facets::default();
                    while let Some(child) = self.child()? {
                        if child.local == "simpleType" {
                            base = Some(RawTypeRef::Inline(self.simple_type(None)?));
                        } else if !self.facet(&child, &mut facets)? {
                            self.xml.skip()?;
                        }
                    }
                    kind = RawSimpleKind::Restriction(base.unwrap_or(RawTypeRef::Any), Box::new(facets));
                }
                "list" => {
                    let mut item = self.type_attr(&tag, "itemType");
                    item = self.inline_simple()?.pop().or(item);
                    kind = RawSimpleKind::List(item.unwrap_or(RawTypeRef::Any));
                }
                "union" => {
                    let mut members: Vec<_> = tag
                        .attr("memberTypes")
                        .unwrap_or_default()
                        .split_ascii_whitespace()
                        .map(|n| RawTypeRef::Named(self.qname(n)))
                        .collect();
                    members.extend(self.inline_simple()?);
                    kind = RawSimpleKind::Union(members);
                }
                "annotation" => documentation = self.annotation()?,
                _ => self.xml.skip()?,
            }
        }
        self.add_type(RawType::Simple(RawSimple {
            name,
            kind,
            documentation,
        }))
    }

    pub(super) fn inline_simple(&mut self) -> Result<Vec<RawTypeRef>, LoadError> {
        let mut types = Vec::new();
        while let Some(child) = self.child()? {
            if child.local == "simpleType" {
                types.push(RawTypeRef::Inline(self.simple_type(None)?));
            } else {
                self.xml.skip()?;
            }
        }
        Ok(types)
    }

    /// Reads one facet; `false` (and nothing consumed) for any other element. Patterns of one level are alternatives.
    pub(super) fn facet(&mut self, tag: &Tag<'_>, facets: &mut Facets) -> Result<bool, LoadError> {
        let number = |facet: &mut Option<u32>| *facet = tag.attr("value").and_then(|v| v.parse().ok());
        let text = || -> Arc<str> { tag.raw_attr("value").unwrap_or_default().into() };
        match tag.local {
            "length" => number(&mut facets.length),
            "minLength" => number(&mut facets.min_length),
            "maxLength" => number(&mut facets.max_length),
            "totalDigits" => number(&mut facets.total_digits),
            "fractionDigits" => number(&mut facets.fraction_digits),
            "minInclusive" => facets.min = Some((text(), true)),
            "minExclusive" => facets.min = Some((text(), false)),
            "maxInclusive" => facets.max = Some((text(), true)),
            "maxExclusive" => facets.max = Some((text(), false)),
            "whiteSpace" => facets.white_space = Some(text()),
            "enumeration" => Arc::make_mut(&mut facets.enumeration).push(text()),
            "pattern" => {
                let mut own = facets.patterns.pop().unwrap_or_default();
                Arc::make_mut(&mut own).push(Pattern::new(text()));
                facets.patterns.push(own);
            }
            _ => return Ok(false),
        }
        self.count()?;
        self.xml.skip()?;
        Ok(true)
    }
}
