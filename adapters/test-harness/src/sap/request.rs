//! Reading a SOAP request as an ABAP system reads it: the order of children is irrelevant, unknown ones are ignored,
//! missing ones are initial; the operation is qualified, its children are not.

use quick_xml::NsReader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::Event;
use quick_xml::name::{Namespace, ResolveResult};

/// The namespace of function modules in the mixed-case style.
pub(super) const MC_STYLE: &str = "urn:sap-com:document:sap:soap:functions:mc-style";

/// The version of the envelope, which is answered in kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Version {
    Soap11,
    Soap12,
}

impl Version {
    pub(super) fn namespace(self) -> &'static str {
        match self {
            Self::Soap11 => "http://schemas.xmlsoap.org/soap/envelope/",
            Self::Soap12 => "http://www.w3.org/2003/05/soap-envelope",
        }
    }

    fn of(namespace: &str) -> Option<Self> {
        [Self::Soap11, Self::Soap12]
            .into_iter()
            .find(|version| version.namespace() == namespace)
    }
}

/// An operation with its parameters.
#[derive(Debug, PartialEq)]
pub(super) struct Call {
    pub(super) version: Version,
    pub(super) operation: Element,
}

/// An element whose text is unescaped.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Element {
    pub(super) name: String,
    pub(super) text: String,
    pub(super) children: Vec<Element>,
}

impl Element {
    /// The parameter or field of that name.
    pub(super) fn child(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.name == name)
    }

    /// The text of the parameter or field of that name; initial where it is missing. Trailing blanks of a CHAR field
    /// mean nothing.
    pub(super) fn value(&self, name: &str) -> &str {
        self.child(name).map_or("", |child| child.text.trim_end())
    }

    /// The rows of a table parameter.
    pub(super) fn rows(&self, name: &str) -> impl Iterator<Item = &Element> {
        self.child(name)
            .into_iter()
            .flat_map(|table| &table.children)
            .filter(|row| row.name == "item")
    }
}

/// Reads a request; an error is what the system's error log would hold.
pub(super) fn parse(body: &[u8]) -> Result<Call, String> {
    let text = std::str::from_utf8(body).map_err(|error| format!("the request is not UTF-8: {error}"))?;
    let mut reader = NsReader::from_str(text.trim_start_matches('\u{feff}'));
    let mut version = None;
    let mut path = Vec::<Element>::new();
    let mut in_body = false;
    loop {
        let (namespace, event) = reader
            .read_resolved_event()
            .map_err(|error| format!("the request is not XML: {error}"))?;
        let ends = matches!(event, Event::Empty(_) | Event::End(_));
        match event {
            Event::Start(start) | Event::Empty(start) => {
                let namespace = match namespace {
                    ResolveResult::Bound(Namespace(namespace)) => namespace,
                    ResolveResult::Unbound => "",
                    ResolveResult::Unknown(prefix) => {
                        return Err(format!("the prefix {prefix} is not declared"));
                    }
                };
                let name = start.local_name().into_inner().to_owned();
                match path.len() {
                    0 if name == "Envelope" => {
                        version = Some(Version::of(namespace).ok_or("the envelope is of no SOAP version")?);
                    }
                    0 => return Err(format!("the root is {name}, not Envelope")),
                    1 => in_body = name == "Body",
                    2 if in_body && namespace != MC_STYLE => {
                        return Err(format!(
                            "{name} is in the namespace `{namespace}`, not in {MC_STYLE}"
                        ));
                    }
                    depth if in_body && depth > 2 && !namespace.is_empty() => {
                        return Err(format!(
                            "{name} is qualified with `{namespace}`, but only the operation is"
                        ));
                    }
                    _ => {}
                }
                path.push(Element {
                    name,
                    ..Element::default()
                });
            }
            Event::Text(text) => append(&mut path, &text.xml10_content()),
            Event::CData(text) => append(&mut path, &text.xml10_content()),
            Event::GeneralRef(reference) => {
                let character = reference.resolve_char_ref().map_err(|error| error.to_string())?;
                match (character, resolve_predefined_entity(&reference)) {
                    (Some(character), _) => append(&mut path, character.encode_utf8(&mut [0; 4])),
                    (None, Some(text)) => append(&mut path, text),
                    (None, None) => return Err(format!("the entity {} is not defined", &*reference)),
                }
            }
            Event::DocType(_) => return Err("a document type is not allowed".to_owned()),
            Event::Eof => return Err("the request has no operation".to_owned()),
            Event::End(_) | Event::Decl(_) | Event::PI(_) | Event::Comment(_) => {}
        }
        let Some(done) = ends.then(|| path.pop()).flatten() else {
            continue;
        };
        match (path.len(), path.last_mut(), version) {
            (2, _, Some(version)) if in_body => {
                return Ok(Call {
                    version,
                    operation: done,
                });
            }
            (depth, Some(parent), _) if in_body && depth > 2 => parent.children.push(done),
            _ => {}
        }
    }
}

fn append(path: &mut [Element], text: &str) {
    if let Some(element) = path.last_mut() {
        element.text.push_str(text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn envelope(body: &str) -> String {
        format!(
            "<?xml version=\"1.0\"?>\n<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Header><x/></s:Header>\
             <s:Body>{body}</s:Body></s:Envelope>"
        )
    }

    #[test]
    fn an_operation_is_read() {
        let call = parse(
            envelope(
                "<n:ZOp xmlns:n=\"urn:sap-com:document:sap:soap:functions:mc-style\">\n <Unknown/><IvMax>50</IvMax>\
                 <ItKeys><item><Vbeln>a&amp;b&#65;<![CDATA[<]]> </Vbeln></item><item/></ItKeys></n:ZOp>",
            )
            .as_bytes(),
        )
        .unwrap();
        assert_eq!(
            (call.version, call.operation.name.as_str()),
            (Version::Soap11, "ZOp")
        );
        assert_eq!(call.operation.value("IvMax"), "50");
        assert_eq!(call.operation.value("Missing"), "");
        let rows: Vec<_> = call
            .operation
            .rows("ItKeys")
            .map(|row| row.value("Vbeln"))
            .collect();
        assert_eq!(rows, ["a&bA<", ""]);
    }

    #[test]
    fn what_is_wrong_is_said() {
        let wrong = |body: &str| parse(envelope(body).as_bytes()).unwrap_err();
        assert!(wrong("<ZOp/>").contains("ZOp is in the namespace ``"));
        assert!(
            wrong("<ZOp xmlns=\"urn:sap-com:document:sap:soap:functions:mc-style\"><A/></ZOp>")
                .contains("A is qualified")
        );
        assert!(wrong("<n:A/>").contains("the prefix n is not declared"));
        assert!(wrong("").contains("no operation"));
        assert!(wrong("<a>&nbsp;</a>").contains("namespace"));
        assert!(parse(b"<a/>").unwrap_err().contains("the root is a"));
        assert!(parse(b"\xff").unwrap_err().contains("not UTF-8"));
        assert!(parse(b"<!DOCTYPE a><a/>").unwrap_err().contains("document type"));
        assert!(parse(b"<a").unwrap_err().contains("not XML"));
    }
}
