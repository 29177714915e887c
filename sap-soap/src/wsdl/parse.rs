//! One `wsdl:definitions` element, read in a single pass into [`RawDefinitions`]; its schemas go to [`RawSchemas`].

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::SoapVersion;
use crate::schema::names::{QName, Sym};
use crate::schema::parse::{SchemaLink, schema};
use crate::schema::raw::RawSchemas;
use crate::schema::xml::{Space, Tag, XmlReader};
use crate::schema::{Limits, LoadError};

/// Parts, and headers, of one message: each part is compared with each header.
const MAX_PARTS: usize = 256;

/// What the documents declare, names unresolved.
#[derive(Debug, Default)]
pub(super) struct RawDefinitions {
    pub(super) messages: HashMap<QName, RawMessage>,
    pub(super) port_types: Vec<RawPortType>,
    pub(super) port_type_index: HashMap<QName, usize>,
    pub(super) bindings: HashMap<QName, RawBinding>,
    pub(super) services: Vec<RawService>,
}

#[derive(Debug, Default)]
pub(super) struct RawMessage {
    pub(super) parts: Vec<RawPart>,
}

#[derive(Debug)]
pub(super) struct RawPart {
    pub(super) name: Sym,
    /// `None`: the part is given by type, as rpc style does.
    pub(super) element: Option<QName>,
}

#[derive(Debug)]
pub(super) struct RawPortType {
    pub(super) name: QName,
    pub(super) operations: Vec<RawOperation>,
}

#[derive(Debug)]
pub(super) struct RawOperation {
    pub(super) name: Sym,
    pub(super) input: Option<QName>,
    pub(super) output: Option<QName>,
    pub(super) faults: Vec<QName>,
    pub(super) documentation: Option<Sym>,
}

#[derive(Debug)]
pub(super) struct RawBinding {
    pub(super) port_type: Option<QName>,
    pub(super) soap: Option<SoapVersion>,
    pub(super) rpc: bool,
    pub(super) operations: Vec<RawBindingOperation>,
}

#[derive(Debug)]
pub(super) struct RawBindingOperation {
    pub(super) name: Sym,
    pub(super) action: Option<Sym>,
    pub(super) rpc: Option<bool>,
    pub(super) input: RawBody,
    pub(super) output: RawBody,
}

#[derive(Debug, Default)]
pub(super) struct RawBody {
    pub(super) encoded: bool,
    /// The parts in the body, where the binding names them.
    pub(super) parts: Option<Vec<Sym>>,
    /// Message and part of each header.
    pub(super) headers: Vec<(QName, Sym)>,
}

#[derive(Debug)]
pub(super) struct RawService {
    pub(super) name: Sym,
    pub(super) ports: Vec<RawPort>,
}

#[derive(Debug)]
pub(super) struct RawPort {
    pub(super) name: Sym,
    pub(super) binding: Option<QName>,
    pub(super) address: Option<Sym>,
    /// The version that the address' namespace says, for a binding that is missing.
    pub(super) soap: Option<SoapVersion>,
}

/// What a document refers to.
#[derive(Debug, Default)]
pub(super) struct Links {
    pub(super) wsdl: Vec<String>,
    pub(super) schema: Vec<SchemaLink>,
}

/// Parses the `wsdl:definitions` whose tag was just read.
pub(super) fn definitions(
    raw: &mut RawSchemas,
    definitions: &mut RawDefinitions,
    xml: &mut XmlReader<'_>,
    tag: &Tag<'_>,
    limits: &Limits,
) -> Result<Links, LoadError> {
    let target = raw.names.intern(tag.attr("targetNamespace").unwrap_or_default());
    let mut parser = Parser {
        raw,
        definitions,
        xml,
        target,
        limits,
        links: Links::default(),
    };
    parser.top()?;
    Ok(parser.links)
}

struct Parser<'r, 'x, 'd> {
    raw: &'r mut RawSchemas,
    definitions: &'r mut RawDefinitions,
    xml: &'x mut XmlReader<'d>,
    target: Sym,
    limits: &'r Limits,
    links: Links,
}

impl<'d> Parser<'_, '_, 'd> {
    fn top(&mut self) -> Result<(), LoadError> {
        while let Some(tag) = self.child()? {
            match tag.local {
                "import" => {
                    if let Some(location) = tag.attr("location") {
                        self.links.wsdl.push(location.to_owned());
                    }
                    self.xml.skip()?;
                }
                "types" => self.types()?,
                "message" => self.message(&tag)?,
                "portType" => self.port_type(&tag)?,
                "binding" => self.binding(&tag)?,
                "service" => self.service(&tag)?,
                _ => self.xml.skip()?,
            }
        }
        Ok(())
    }

    fn types(&mut self) -> Result<(), LoadError> {
        while let Some(tag) = self.xml.next()? {
            if tag.is(Space::Xsd, "schema") {
                let links = schema(self.raw, self.xml, &tag, None, self.limits)?;
                self.links.schema.extend(links);
            } else {
                self.xml.skip()?;
            }
        }
        Ok(())
    }

    fn message(&mut self, tag: &Tag<'_>) -> Result<(), LoadError> {
        let name = self.global_name(tag)?;
        let mut message = RawMessage::default();
        while let Some(part) = self.child()? {
            if part.local == "part" {
                if message.parts.len() >= MAX_PARTS {
                    return Err(self
                        .xml
                        .refused(format!("more than {MAX_PARTS} parts in a message")));
                }
                let name = self.raw.names.intern(part.attr("name").unwrap_or_default());
                let element = self.reference(&part, "element");
                message.parts.push(RawPart { name, element });
            }
            self.xml.skip()?;
        }
        self.definitions.messages.entry(name).or_insert(message);
        Ok(())
    }

    fn port_type(&mut self, tag: &Tag<'_>) -> Result<(), LoadError> {
        let name = self.global_name(tag)?;
        let mut operations = Vec::new();
        while let Some(tag) = self.child()? {
            if tag.local == "operation" {
                operations.push(self.operation(&tag)?);
            } else {
                self.xml.skip()?;
            }
        }
        let next = self.definitions.port_types.len();
        if let Entry::Vacant(entry) = self.definitions.port_type_index.entry(name) {
            entry.insert(next);
            self.definitions.port_types.push(RawPortType { name, operations });
        }
        Ok(())
    }

    fn operation(&mut self, tag: &Tag<'_>) -> Result<RawOperation, LoadError> {
        let name = self.name(tag)?;
        let mut operation = RawOperation {
            name,
            input: None,
            output: None,
            faults: Vec::new(),
            documentation: None,
        };
        while let Some(child) = self.xml.next()? {
            match (child.space, child.local) {
                (Space::Wsdl, "input") => operation.input = self.reference(&child, "message"),
                (Space::Wsdl, "output") => operation.output = self.reference(&child, "message"),
                (Space::Wsdl, "fault") => operation.faults.extend(self.reference(&child, "message")),
                (Space::Wsdl, "documentation") => {
                    let text = self.xml.text()?;
                    let text = text.trim();
                    operation.documentation = (!text.is_empty()).then(|| self.raw.names.push(text));
                    continue;
                }
                _ => {}
            }
            self.xml.skip()?;
        }
        Ok(operation)
    }

    fn binding(&mut self, tag: &Tag<'_>) -> Result<(), LoadError> {
        let name = self.global_name(tag)?;
        let port_type = self.reference(tag, "type");
        let mut binding = RawBinding {
            port_type,
            soap: None,
            rpc: false,
            operations: Vec::new(),
        };
        while let Some(child) = self.xml.next()? {
            match (soap(child.space), child.local) {
                (Some(version), "binding") => {
                    binding.soap = Some(version);
                    binding.rpc = child.attr("style") == Some("rpc");
                    self.xml.skip()?;
                }
                (None, "operation") if child.space == Space::Wsdl => {
                    let operation = self.binding_operation(&child)?;
                    binding.operations.push(operation);
                }
                _ => self.xml.skip()?,
            }
        }
        self.definitions.bindings.entry(name).or_insert(binding);
        Ok(())
    }

    fn binding_operation(&mut self, tag: &Tag<'_>) -> Result<RawBindingOperation, LoadError> {
        let mut operation = RawBindingOperation {
            name: self.name(tag)?,
            action: None,
            rpc: None,
            input: RawBody::default(),
            output: RawBody::default(),
        };
        while let Some(child) = self.xml.next()? {
            match (child.space, child.local) {
                (Space::Soap11 | Space::Soap12, "operation") => {
                    // An action of blanks is none.
                    let action = child.attr("soapAction").filter(|a| !a.is_empty());
                    operation.action = action.map(|a| self.raw.names.intern(a));
                    operation.rpc = child.attr("style").map(|s| s == "rpc");
                    self.xml.skip()?;
                }
                (Space::Wsdl, "input") => operation.input = self.body()?,
                (Space::Wsdl, "output") => operation.output = self.body()?,
                _ => self.xml.skip()?,
            }
        }
        Ok(operation)
    }

    fn body(&mut self) -> Result<RawBody, LoadError> {
        let mut body = RawBody::default();
        while let Some(child) = self.xml.next()? {
            match (soap(child.space), child.local) {
                (Some(_), "body") => {
                    body.encoded = child.attr("use") == Some("encoded");
                    body.parts = child.attr("parts").map(|p| {
                        p.split_ascii_whitespace()
                            .take(MAX_PARTS)
                            .map(|n| self.raw.names.intern(n))
                            .collect()
                    });
                }
                (Some(_), "header") => {
                    let part = self.raw.names.intern(child.attr("part").unwrap_or_default());
                    if body.headers.len() >= MAX_PARTS {
                        return Err(self
                            .xml
                            .refused(format!("more than {MAX_PARTS} headers in a message")));
                    }
                    if let Some(message) = self.reference(&child, "message") {
                        body.headers.push((message, part));
                    }
                }
                _ => {}
            }
            self.xml.skip()?;
        }
        Ok(body)
    }

    fn service(&mut self, tag: &Tag<'_>) -> Result<(), LoadError> {
        let name = self.name(tag)?;
        let mut ports = Vec::new();
        while let Some(child) = self.child()? {
            if child.local != "port" {
                self.xml.skip()?;
                continue;
            }
            let mut port = RawPort {
                name: self.name(&child)?,
                binding: self.reference(&child, "binding"),
                address: None,
                soap: None,
            };
            while let Some(address) = self.xml.next()? {
                if let (Some(version), "address") = (soap(address.space), address.local) {
                    port.soap = Some(version);
                    let location = address.attr("location").filter(|l| !l.is_empty());
                    port.address = location.map(|l| self.raw.names.intern(l));
                }
                self.xml.skip()?;
            }
            ports.push(port);
        }
        self.definitions.services.push(RawService { name, ports });
        Ok(())
    }

    /// The next child in WSDL's namespace; policies and other extensions are skipped, whatever they say is required.
    fn child(&mut self) -> Result<Option<Tag<'d>>, LoadError> {
        while let Some(tag) = self.xml.next()? {
            if tag.space == Space::Wsdl {
                self.count()?;
                return Ok(Some(tag));
            }
            self.xml.skip()?;
        }
        Ok(None)
    }

    fn reference(&mut self, tag: &Tag<'_>, name: &str) -> Option<QName> {
        let text = tag.attr(name)?;
        Some(match self.xml.resolve(text) {
            Ok((ns, local)) => QName {
                ns: self.raw.names.intern(&ns),
                local: self.raw.names.intern(local),
            },
            Err(prefix) => QName {
                ns: self.raw.names.intern(&format!("undeclared prefix {prefix:?}")),
                local: self.raw.names.intern(text),
            },
        })
    }

    fn global_name(&mut self, tag: &Tag<'_>) -> Result<QName, LoadError> {
        Ok(QName {
            ns: self.target,
            local: self.name(tag)?,
        })
    }

    fn name(&mut self, tag: &Tag<'_>) -> Result<Sym, LoadError> {
        match tag.attr("name") {
            Some(name) if !name.is_empty() => Ok(self.raw.names.intern(name)),
            _ => Err(self.xml.unexpected(format!("wsdl:{} has no name", tag.local))),
        }
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

fn soap(space: Space) -> Option<SoapVersion> {
    match space {
        Space::Soap11 => Some(SoapVersion::Soap11),
        Space::Soap12 => Some(SoapVersion::Soap12),
        Space::Xsd | Space::Wsdl | Space::Other => None,
    }
}
