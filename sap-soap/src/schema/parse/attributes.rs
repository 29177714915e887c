//! `xsd:attribute` and `xsd:attributeGroup`.

use super::super::names::QName;
use super::super::raw::{RawAttribute, RawAttributeKind, RawTypeRef};
use super::super::xml::Tag;
use super::{LoadError, SchemaParser};

impl SchemaParser<'_, '_, '_> {
    /// Reads an attribute or a reference to an attribute group; `false` (and nothing consumed) for any other element.
    pub(super) fn attribute_child(
        &mut self,
        tag: &Tag<'_>,
        attributes: &mut Vec<RawAttribute>,
    ) -> Result<bool, LoadError> {
        match tag.local {
            "attribute" => attributes.push(self.attribute(tag, None)?),
            "attributeGroup" => {
                let Some(name) = tag.attr("ref") else {
                    return Err(self
                        .xml
                        .unexpected("an xsd:attributeGroup inside a type has no ref"));
                };
                let kind = RawAttributeKind::Group(self.qname(name));
                attributes.push(RawAttribute {
                    kind,
                    required: false,
                    prohibited: false,
                    default: None,
                    fixed: None,
                });
                self.count()?;
                self.xml.skip()?;
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// The attribute whose tag was just read; `global` is its name at the top of a schema.
    pub(super) fn attribute(
        &mut self,
        tag: &Tag<'_>,
        global: Option<QName>,
    ) -> Result<RawAttribute, LoadError> {
        self.count()?;
        let usage = tag.attr("use");
        let default = self.value_attr(tag, "default");
        let fixed = self.value_attr(tag, "fixed");
        let kind = if let (None, Some(name)) = (global, tag.attr("ref")) {
            let name = self.qname(name);
            self.xml.skip()?;
            RawAttributeKind::Ref(name)
        } else {
            let name = match global {
                Some(name) => name,
                None => self.local_name(tag, self.attributes_qualified)?,
            };
            let named = self.type_attr(tag, "type");
            let ty = self.inline_simple()?.pop().or(named).unwrap_or(RawTypeRef::Any);
            RawAttributeKind::Local(name, ty)
        };
        Ok(RawAttribute {
            kind,
            required: usage == Some("required"),
            prohibited: usage == Some("prohibited"),
            default,
            fixed,
        })
    }
}
