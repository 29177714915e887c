//! One `xsd:schema` element, read in a single pass into [`RawSchemas`].

use std::sync::Arc;

use super::names::{QName, Sym};
use super::raw::{
    RawComplex, RawDerivation, RawElement, RawParticle, RawSchemas, RawTerm, RawType, RawTypeRef, UNBOUNDED,
};
use super::xml::{Space, Tag, XmlReader};
use super::{Compositor, Facets, Limits, LoadError};

mod attributes;
mod simple;

/// An `xsd:import`, `xsd:include` or `xsd:redefine` with a location.
#[derive(Debug)]
pub(crate) struct SchemaLink {
    /// As written.
    pub(crate) location: String,
    /// The including schema's target namespace: an included document without one of its own takes it.
    pub(crate) chameleon: Option<Arc<str>>,
}

/// Parses the `xsd:schema` whose tag was just read. `chameleon` is the namespace of the schema that includes this one.
pub(crate) fn schema(
    raw: &mut RawSchemas,
    xml: &mut XmlReader<'_>,
    tag: &Tag<'_>,
    chameleon: Option<&str>,
    limits: &Limits,
) -> Result<Vec<SchemaLink>, LoadError> {
    let target = tag.attr("targetNamespace").or(chameleon).unwrap_or_default();
    let chameleon = match tag.attr("targetNamespace") {
        None => chameleon.map(|ns| raw.names.intern(ns)),
        Some(_) => None,
    };
    let target = raw.names.intern(target);
    let qualified = |name: &str| tag.attr(name) == Some("qualified");
    let mut parser = SchemaParser {
        elements_qualified: qualified("elementFormDefault"),
        attributes_qualified: qualified("attributeFormDefault"),
        raw,
        xml,
        target,
        chameleon,
        limits,
        links: Vec::new(),
    };
    parser.top()?;
    Ok(parser.links)
}

struct SchemaParser<'r, 'x, 'd> {
    raw: &'r mut RawSchemas,
    xml: &'x mut XmlReader<'d>,
    target: Sym,
    chameleon: Option<Sym>,
    elements_qualified: bool,
    attributes_qualified: bool,
    limits: &'r Limits,
    links: Vec<SchemaLink>,
}

impl<'d> SchemaParser<'_, '_, 'd> {
    fn top(&mut self) -> Result<(), LoadError> {
        while let Some(tag) = self.child()? {
            match tag.local {
                "element" => {
                    let name = self.global_name(&tag)?;
                    let element = self.element(&tag, name)?;
                    self.raw.global_elements.entry(name).or_insert(element);
                }
                "complexType" => {
                    let name = self.global_name(&tag)?;
                    let id = self.complex_type(&tag, Some(name))?;
                    self.raw.global_types.entry(name).or_insert(id);
                }
                "simpleType" => {
                    let name = self.global_name(&tag)?;
                    let id = self.simple_type(Some(name))?;
                    self.raw.global_types.entry(name).or_insert(id);
                }
                "group" => {
                    let name = self.global_name(&tag)?;
                    let particle = self.group_definition()?;
                    let id = self.id(self.raw.groups.len())?;
                    self.raw.groups.push(particle);
                    self.raw.global_groups.entry(name).or_insert(id);
                }
                "attribute" => {
                    let name = self.global_name(&tag)?;
                    let attribute = self.attribute(&tag, Some(name))?;
                    let id = self.id(self.raw.attributes.len())?;
                    self.raw.attributes.push(attribute);
                    self.raw.global_attributes.entry(name).or_insert(id);
                }
                "attributeGroup" => {
                    let name = self.global_name(&tag)?;
                    let mut attributes = Vec::new();
                    while let Some(child) = self.child()? {
                        if !self.attribute_child(&child, &mut attributes)? {
                            self.xml.skip()?;
                        }
                    }
                    let id = self.id(self.raw.attribute_groups.len())?;
                    self.raw.attribute_groups.push(attributes);
                    self.raw.global_attribute_groups.entry(name).or_insert(id);
                }
                "include" | "import" => {
                    self.link(&tag);
                    self.xml.skip()?;
                }
                // What is redefined is derived from itself, which is reported to whoever needs it; the rest is included.
                "redefine" | "override" => {
                    self.link(&tag);
                    self.top()?;
                }
                // notation and what later versions may bring
                _ => self.xml.skip()?,
            }
        }
        Ok(())
    }

    fn link(&mut self, tag: &Tag<'_>) {
        if let Some(location) = tag.attr("schemaLocation") {
            let included = tag.local != "import" && self.target != Sym::EMPTY;
            let chameleon = included.then(|| Arc::clone(self.raw.names.get(self.target)));
            self.links.push(SchemaLink {
                location: location.to_owned(),
                chameleon,
            });
        }
    }

    fn element(&mut self, tag: &Tag<'_>, name: QName) -> Result<u32, LoadError> {
        let id = self.id(self.raw.elements.len())?;
        let mut ty = self.type_attr(tag, "type");
        let substitutes = tag.attr("substitutionGroup").map(|n| self.qname(n));
        let element = RawElement {
            name,
            ty: RawTypeRef::Any,
            nillable: tag.flag("nillable"),
            is_abstract: tag.flag("abstract"),
            default: self.value_attr(tag, "default"),
            fixed: self.value_attr(tag, "fixed"),
            substitutes,
            documentation: None,
        };
        self.raw.elements.push(element);
        let mut documentation = None;
        while let Some(child) = self.xml.next()? {
            match (child.space, child.local) {
                (Space::Xsd, "complexType") => {
                    ty = Some(RawTypeRef::Inline(self.complex_type(&child, None)?))
                }
                (Space::Xsd, "simpleType") => ty = Some(RawTypeRef::Inline(self.simple_type(None)?)),
                (Space::Xsd, "annotation") => documentation = self.annotation()?,
                _ => self.xml.skip()?,
            }
        }
        if let Some(element) = self.raw.elements.get_mut(id as usize) {
            element.ty = ty.unwrap_or(RawTypeRef::Any);
            element.documentation = documentation;
        }
        Ok(id)
    }

    fn complex_type(&mut self, tag: &Tag<'_>, name: Option<QName>) -> Result<u32, LoadError> {
        let mut ty = RawComplex {
            name,
            is_abstract: tag.flag("abstract"),
            mixed: tag.flag("mixed"),
            derivation: RawDerivation::None,
            particle: None,
            attributes: Vec::new(),
            any_attribute: false,
            documentation: None,
        };
        while let Some(child) = self.xml.next()? {
            match (child.space, child.local) {
                (Space::Xsd, "simpleContent") => self.derived_content(&mut ty, true)?,
                (Space::Xsd, "complexContent") => {
                    ty.mixed |= child.flag("mixed");
                    self.derived_content(&mut ty, false)?;
                }
                (Space::Xsd, "annotation") => ty.documentation = self.annotation()?,
                (Space::Xsd, _) => self.content_child(&child, &mut ty)?,
                _ => self.xml.skip()?,
            }
        }
        self.add_type(RawType::Complex(ty))
    }

    /// `xsd:simpleContent` or `xsd:complexContent`: an extension or a restriction of a base.
    fn derived_content(&mut self, ty: &mut RawComplex, simple: bool) -> Result<(), LoadError> {
        while let Some(tag) = self.child()? {
            if !matches!(tag.local, "extension" | "restriction") {
                self.xml.skip()?;
                continue;
            }
            let Some(base) = tag.attr("base").map(|b| self.qname(b)) else {
                return Err(self.xml.unexpected(format!("xsd:{} has no base", tag.local)));
            };
            let extension = tag.local == "extension";
            let mut facets = Facets::default();
            let mut inner = None;
            while let Some(child) = self.child()? {
                if simple && child.local == "simpleType" {
                    inner = Some(RawTypeRef::Inline(self.simple_type(None)?));
                } else if !(simple && self.facet(&child, &mut facets)?) {
                    self.content_child(&child, ty)?;
                }
            }
            ty.derivation = match (simple, extension) {
                (true, true) => RawDerivation::SimpleExtension(base),
                (true, false) => RawDerivation::SimpleRestriction(
                    inner.unwrap_or(RawTypeRef::Named(base)),
                    Box::new(facets),
                ),
                (false, true) => RawDerivation::Extension(base),
                (false, false) => RawDerivation::Restriction(base),
            };
        }
        Ok(())
    }

    fn content_child(&mut self, tag: &Tag<'_>, ty: &mut RawComplex) -> Result<(), LoadError> {
        match tag.local {
            "sequence" | "choice" | "all" | "group" | "any" => {
                let particle = self.particle(tag)?;
                ty.particle = particle;
            }
            "anyAttribute" => {
                ty.any_attribute = true;
                self.xml.skip()?;
            }
            _ => {
                if !self.attribute_child(tag, &mut ty.attributes)? {
                    self.xml.skip()?;
                }
            }
        }
        Ok(())
    }

    /// A member of a content model. `None`: one that can never occur (`maxOccurs="0"`).
    fn particle(&mut self, tag: &Tag<'_>) -> Result<Option<RawParticle>, LoadError> {
        let min = self.occurs(tag, "minOccurs")?;
        let max = self.occurs(tag, "maxOccurs")?;
        let term = match tag.local {
            "element" => {
                if let Some(name) = tag.attr("ref") {
                    let name = self.qname(name);
                    self.xml.skip()?;
                    RawTerm::ElementRef(name)
                } else {
                    let name = self.local_name(tag, self.elements_qualified)?;
                    RawTerm::Element(self.element(tag, name)?)
                }
            }
            "group" => {
                let Some(name) = tag.attr("ref") else {
                    return Err(self
                        .xml
                        .unexpected("an xsd:group inside a content model has no ref"));
                };
                let name = self.qname(name);
                self.xml.skip()?;
                RawTerm::Group(name)
            }
            "any" => {
                self.xml.skip()?;
                RawTerm::Any
            }
            compositor => {
                let compositor = match compositor {
                    "choice" => Compositor::Choice,
                    "all" => Compositor::All,
                    _ => Compositor::Sequence,
                };
                let mut items = Vec::new();
                while let Some(child) = self.child()? {
                    match child.local {
                        "element" | "group" | "any" | "sequence" | "choice" | "all" => {
                            items.extend(self.particle(&child)?)
                        }
                        _ => self.xml.skip()?,
                    }
                }
                RawTerm::Model(compositor, items)
            }
        };
        self.count()?;
        Ok((max > 0).then_some(RawParticle {
            min: min.min(max),
            max,
            term,
        }))
    }

    fn group_definition(&mut self) -> Result<Option<RawParticle>, LoadError> {
        let mut particle = None;
        while let Some(child) = self.child()? {
            match child.local {
                "sequence" | "choice" | "all" => particle = self.particle(&child)?,
                _ => self.xml.skip()?,
            }
        }
        Ok(particle)
    }

    /// The text of the first `xsd:documentation` with any.
    fn annotation(&mut self) -> Result<Option<Sym>, LoadError> {
        let mut found = None;
        while let Some(child) = self.xml.next()? {
            if child.is(Space::Xsd, "documentation") && found.is_none() {
                let text = self.xml.text()?;
                let text = text.trim();
                if !text.is_empty() {
                    found = Some(self.raw.names.push(text));
                }
            } else {
                self.xml.skip()?;
            }
        }
        Ok(found)
    }

    /// The next child in XML Schema's namespace; annotations and foreign elements are skipped.
    fn child(&mut self) -> Result<Option<Tag<'d>>, LoadError> {
        while let Some(tag) = self.xml.next()? {
            if tag.space == Space::Xsd && (tag.local != "annotation") {
                return Ok(Some(tag));
            }
            self.xml.skip()?;
        }
        Ok(None)
    }

    fn occurs(&self, tag: &Tag<'_>, name: &str) -> Result<u32, LoadError> {
        match tag.attr(name) {
            None => Ok(1),
            Some("unbounded") => Ok(UNBOUNDED),
            Some(text) if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) => {
                Ok(text.parse().unwrap_or(UNBOUNDED))
            }
            Some(text) => Err(self
                .xml
                .unexpected(format!("{name} is {text:?}, expected a number or \"unbounded\""))),
        }
    }

    fn type_attr(&mut self, tag: &Tag<'_>, name: &str) -> Option<RawTypeRef> {
        tag.attr(name).map(|n| RawTypeRef::Named(self.qname(n)))
    }

    fn value_attr(&mut self, tag: &Tag<'_>, name: &str) -> Option<Sym> {
        tag.raw_attr(name).map(|v| self.raw.names.intern(v))
    }

    /// The name of a reference. An undeclared prefix becomes a namespace that nothing is declared in, so that the
    /// reference costs only what needs it.
    fn qname(&mut self, text: &str) -> QName {
        match self.xml.resolve(text) {
            Ok((ns, local)) => {
                let ns = match self.chameleon {
                    Some(chameleon) if ns.is_empty() => chameleon,
                    _ => self.raw.names.intern(&ns),
                };
                QName {
                    ns,
                    local: self.raw.names.intern(local),
                }
            }
            Err(prefix) => QName {
                ns: self.raw.names.intern(&format!("undeclared prefix {prefix:?}")),
                local: self.raw.names.intern(text),
            },
        }
    }

    fn global_name(&mut self, tag: &Tag<'_>) -> Result<QName, LoadError> {
        self.required_name(tag).map(|local| QName {
            ns: self.target,
            local,
        })
    }

    fn local_name(&mut self, tag: &Tag<'_>, qualified_by_default: bool) -> Result<QName, LoadError> {
        let qualified = match tag.attr("form") {
            Some(form) => form == "qualified",
            None => qualified_by_default,
        };
        let local = self.required_name(tag)?;
        Ok(QName {
            ns: if qualified { self.target } else { Sym::EMPTY },
            local,
        })
    }

    fn required_name(&mut self, tag: &Tag<'_>) -> Result<Sym, LoadError> {
        match tag.attr("name") {
            Some(name) if is_xml_name(name) => Ok(self.raw.names.intern(name)),
            Some(name) => Err(self.xml.unexpected(format!("{name:?} is not an XML name"))),
            None => Err(self.xml.unexpected(format!("xsd:{} has no name", tag.local))),
        }
    }

    fn add_type(&mut self, ty: RawType) -> Result<u32, LoadError> {
        let id = self.id(self.raw.types.len())?;
        self.raw.types.push(ty);
        Ok(id)
    }

    fn id(&mut self, index: usize) -> Result<u32, LoadError> {
        self.count()?;
        u32::try_from(index).map_err(|_| self.xml.refused("too many declarations"))
    }

    fn count(&mut self) -> Result<(), LoadError> {
        self.raw.components += 1;
        if self.raw.components > self.limits.components {
            return Err(self
                .xml
                .refused(format!("more than {} declarations", self.limits.components)));
        }
        Ok(())
    }
}

/// Names are written into requests, so nothing else may pass. Wider than XML's own rule for characters beyond ASCII.
fn is_xml_name(name: &str) -> bool {
    let start = |c: char| c.is_alphabetic() || c == '_' || !c.is_ascii();
    name.starts_with(start)
        && name
            .chars()
            .all(|c| start(c) || c.is_numeric() || matches!(c, '-' | '.'))
}
