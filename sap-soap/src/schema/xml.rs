//! A pull reader over one document in memory: namespaces, bounds and positions in one place.

use std::borrow::Cow;

use quick_xml::XmlVersion;
use quick_xml::events::attributes::Attributes;
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::{Namespace, NamespaceResolver, QName, ResolveResult};
use quick_xml::reader::Reader;
use smallvec::SmallVec;

use super::{Limits, LoadError};

pub(crate) const XSD: &str = "http://www.w3.org/2001/XMLSchema";
pub(crate) const WSDL: &str = "http://schemas.xmlsoap.org/wsdl/";
pub(crate) const SOAP11: &str = "http://schemas.xmlsoap.org/wsdl/soap/";
pub(crate) const SOAP12: &str = "http://schemas.xmlsoap.org/wsdl/soap12/";

/// The namespaces that the loader reads; everything else is skipped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Space {
    Xsd,
    Wsdl,
    Soap11,
    Soap12,
    Other,
}

/// The start of an element. Its content must be consumed before its parent goes on: by [`XmlReader::next`] until `None`,
/// [`XmlReader::skip`] or [`XmlReader::text`].
#[derive(Debug)]
pub(crate) struct Tag<'a> {
    pub(crate) space: Space,
    pub(crate) local: &'a str,
    attributes: SmallVec<[(&'a str, Cow<'a, str>); 4]>,
}

impl<'a> Tag<'a> {
    pub(crate) fn is(&self, space: Space, local: &str) -> bool {
        self.space == space && self.local == local
    }

    /// An attribute without prefix, surrounding blanks removed.
    pub(crate) fn attr(&self, name: &str) -> Option<&str> {
        self.raw_attr(name).map(str::trim)
    }

    /// An attribute without prefix as it stands: the value of a facet or a default may begin with blanks.
    pub(crate) fn raw_attr(&self, name: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|(n, _)| *n == name)
            .map(|(_, v)| &**v)
    }

    pub(crate) fn flag(&self, name: &str) -> bool {
        matches!(self.attr(name), Some("true" | "1"))
    }
}

/// A reader of one document.
pub(crate) struct XmlReader<'a> {
    reader: Reader<&'a [u8]>,
    namespaces: NamespaceResolver,
    /// For each open element: did it declare namespaces?
    declared: Vec<bool>,
    text: &'a str,
    file: &'a str,
    limits: Limits,
    depth: usize,
}

impl<'a> XmlReader<'a> {
    pub(crate) fn new(file: &'a str, text: &'a str, limits: Limits) -> Self {
        let mut reader = Reader::from_str(text);
        reader.config_mut().expand_empty_elements = true;
        // White space between elements is no event.
        reader.config_mut().trim_text_start = true;
        Self {
            reader,
            text,
            file,
            limits,
            depth: 0,
            namespaces: NamespaceResolver::default(),
            declared: Vec::new(),
        }
    }

    /// The next child of the current element, or `None` at its end (and at the end of the document).
    pub(crate) fn next(&mut self) -> Result<Option<Tag<'a>>, LoadError> {
        loop {
            match self.event()? {
                Event::Start(start) => return self.tag(&start).map(Some),
                Event::End(_) | Event::Eof => return Ok(None),
                _ => {}
            }
        }
    }

    /// Consumes the content of the current element.
    pub(crate) fn skip(&mut self) -> Result<(), LoadError> {
        let outer = self.depth;
        while self.depth >= outer {
            if matches!(self.event()?, Event::Eof) {
                break;
            }
        }
        Ok(())
    }

    /// Consumes the content of the current element and gives its text, that of child elements included.
    pub(crate) fn text(&mut self) -> Result<String, LoadError> {
        let outer = self.depth;
        let mut out = String::new();
        self.reader.config_mut().trim_text_start = false;
        while self.depth >= outer {
            match self.event()? {
                Event::Text(t) => out.push_str(&t.xml10_content()),
                Event::CData(t) => out.push_str(&t.xml10_content()),
                Event::GeneralRef(r) => {
                    let name = r.xml10_content();
                    match r.resolve_char_ref() {
                        Ok(Some(c)) => out.push(c),
                        _ => out.push_str(quick_xml::escape::resolve_predefined_entity(&name).unwrap_or("")),
                    }
                }
                Event::Eof => break,
                _ => {}
            }
        }
        self.reader.config_mut().trim_text_start = true;
        Ok(out)
    }

    /// The namespace and local part of a prefixed name in an attribute's value, by the declarations in scope at the tag
    /// that was read last. An undeclared prefix gives `Err(prefix)`.
    pub(crate) fn resolve<'n>(&self, name: &'n str) -> Result<(Cow<'_, str>, &'n str), &'n str> {
        let qname = QName(name);
        let (result, local) = self.namespaces.resolve(qname, true);
        let local = local.into_inner();
        match result {
            ResolveResult::Bound(Namespace(ns)) => Ok((unescape(ns), local)),
            ResolveResult::Unbound => Ok((Cow::Borrowed(""), local)),
            ResolveResult::Unknown(_) => Err(name.split_once(':').map_or("", |(prefix, _)| prefix)),
        }
    }

    /// The line of the reader's position, counted from 1.
    pub(crate) fn line(&self) -> usize {
        line_at(self.text, self.reader.buffer_position())
    }

    pub(crate) fn refused(&self, reason: impl Into<String>) -> LoadError {
        LoadError::Refused {
            file: self.file.to_owned(),
            line: self.line(),
            reason: reason.into(),
        }
    }

    pub(crate) fn unexpected(&self, reason: impl Into<String>) -> LoadError {
        LoadError::Unexpected {
            file: self.file.to_owned(),
            line: self.line(),
            reason: reason.into(),
        }
    }

    fn malformed(&self, position: u64, reason: impl ToString) -> LoadError {
        LoadError::Malformed {
            file: self.file.to_owned(),
            line: line_at(self.text, position),
            reason: reason.to_string(),
        }
    }

    fn event(&mut self) -> Result<Event<'a>, LoadError> {
        let event = match self.reader.read_event() {
            Ok(event) => event,
            Err(error) => return Err(self.malformed(self.reader.error_position(), error)),
        };
        match &event {
            Event::Start(start) => {
                let declares = memchr::memmem::find(start.attributes_raw().as_bytes(), b"xmlns").is_some();
                if declares && let Err(error) = self.namespaces.push(start) {
                    return Err(self.malformed(self.reader.buffer_position(), error));
                }
                self.declared.push(declares);
                self.depth += 1;
                if self.depth > self.limits.depth {
                    return Err(self.refused(format!("more than {} levels of elements", self.limits.depth)));
                }
            }
            Event::End(_) => {
                self.depth = self.depth.saturating_sub(1);
                if self.declared.pop() == Some(true) {
                    self.namespaces.pop();
                }
            }
            Event::DocType(_) => return Err(self.refused("a document type declaration")),
            Event::Eof if self.depth > 0 => {
                return Err(self.malformed(
                    self.reader.buffer_position(),
                    "the document ends inside an element",
                ));
            }
            _ => {}
        }
        Ok(event)
    }

    fn tag(&mut self, start: &BytesStart<'_>) -> Result<Tag<'a>, LoadError> {
        let content = self.slice(start);
        let name = QName(content.get(..start.name().0.len()).unwrap_or_default());
        let (result, local) = self.namespaces.resolve_element(name);
        let space = match result {
            ResolveResult::Bound(Namespace(ns)) => match ns {
                XSD => Space::Xsd,
                WSDL => Space::Wsdl,
                SOAP11 => Space::Soap11,
                SOAP12 => Space::Soap12,
                _ => Space::Other,
            },
            ResolveResult::Unbound => Space::Other,
            ResolveResult::Unknown(_) => {
                return Err(self.unexpected(format!("the prefix of <{}> is not declared", name.0)));
            }
        };
        let mut attributes = SmallVec::new();
        if space != Space::Other {
            let mut iter = Attributes::new(content, name.0.len());
            iter.with_checks(false);
            for attribute in iter {
                let position = self.reader.buffer_position();
                let attribute = attribute.map_err(|e| self.malformed(position, e))?;
                if attributes.len() >= self.limits.attributes {
                    return Err(self.refused(format!("more than {} attributes", self.limits.attributes)));
                }
                let value = match attribute.value {
                    // The common case: nothing to unescape or to normalize, so nothing is copied.
                    Cow::Borrowed(v) if !v.bytes().any(|b| matches!(b, b'&' | b'\t' | b'\n' | b'\r')) => {
                        Cow::Borrowed(v)
                    }
                    _ => Cow::Owned(
                        attribute
                            .normalized_value(XmlVersion::Explicit1_0)
                            .map_err(|e| self.malformed(position, e))?
                            .into_owned(),
                    ),
                };
                attributes.push((attribute.key.0, value));
            }
        }
        Ok(Tag {
            space,
            local: local.into_inner(),
            attributes,
        })
    }

    /// The part of the document that an event borrowed, with the document's lifetime.
    fn slice(&self, start: &BytesStart<'_>) -> &'a str {
        let offset = (start.as_ptr() as usize).wrapping_sub(self.text.as_ptr() as usize);
        self.text
            .get(offset..offset.saturating_add(start.len()))
            .unwrap_or_default()
    }
}

fn unescape(ns: &str) -> Cow<'_, str> {
    quick_xml::escape::unescape(ns).unwrap_or(Cow::Borrowed(ns))
}

fn line_at(text: &str, position: u64) -> usize {
    let end = usize::try_from(position).unwrap_or(usize::MAX).min(text.len());
    1 + memchr::memchr_iter(b'\n', &text.as_bytes()[..end]).count()
}

/// The text of a document: UTF-8 (with or without a byte order mark), UTF-16 with one, or Latin-1 where the declaration
/// says so.
pub(crate) fn decode<'a>(file: &str, bytes: &'a [u8]) -> Result<Cow<'a, str>, LoadError> {
    let refused = |reason: String| LoadError::Refused {
        file: file.to_owned(),
        line: 1,
        reason,
    };
    if let Some(rest) = bytes.strip_prefix(b"\xFE\xFF") {
        return utf16(rest, u16::from_be_bytes).ok_or_else(|| refused("not valid UTF-16".to_owned()));
    }
    if let Some(rest) = bytes.strip_prefix(b"\xFF\xFE") {
        return utf16(rest, u16::from_le_bytes).ok_or_else(|| refused("not valid UTF-16".to_owned()));
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let encoding = declared_encoding(bytes).unwrap_or_else(|| "utf-8".to_owned());
    match encoding.as_str() {
        "iso-8859-1" | "latin1" | "us-ascii" | "ascii" if !bytes.is_ascii() => {
            Ok(Cow::Owned(bytes.iter().map(|b| char::from(*b)).collect()))
        }
        _ => match std::str::from_utf8(bytes) {
            Ok(text) => Ok(Cow::Borrowed(text)),
            Err(error) => Err(LoadError::Malformed {
                file: file.to_owned(),
                line: 1 + memchr::memchr_iter(b'\n', &bytes[..error.valid_up_to()]).count(),
                reason: format!("the text is not valid UTF-8 (declared encoding: {encoding})"),
            }),
        },
    }
}

fn declared_encoding(bytes: &[u8]) -> Option<String> {
    let head = bytes.get(..bytes.len().min(200))?;
    let end = memchr::memmem::find(head, b"?>")?;
    let declaration = std::str::from_utf8(&head[..end]).ok()?.strip_prefix("<?xml")?;
    let rest = declaration
        .split_once("encoding")?
        .1
        .trim_start()
        .strip_prefix('=')?
        .trim_start();
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    rest[1..]
        .split_once(quote)
        .map(|(name, _)| name.to_ascii_lowercase())
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Option<Cow<'static, str>> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    if !rest.is_empty() {
        return None;
    }
    char::decode_utf16(pairs.iter().map(|p| unit(*p)))
        .collect::<Result<String, _>>()
        .ok()
        .map(Cow::Owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reader(text: &str) -> XmlReader<'_> {
        XmlReader::new(
            "t.wsdl",
            text,
            Limits {
                depth: 4,
                attributes: 3,
                ..Limits::default()
            },
        )
    }

    #[test]
    fn it_walks_children_and_resolves_names() {
        let mut r = reader(
            r#"<x:a xmlns:x="http://www.w3.org/2001/XMLSchema" xmlns="u&amp;v"><x:b t=" x:s " u="q"/> <c/></x:a>"#,
        );
        assert!(r.next().unwrap().unwrap().is(Space::Xsd, "a"));
        let b = r.next().unwrap().unwrap();
        assert_eq!(b.attr("t"), Some("x:s"));
        assert_eq!(r.resolve("x:s").unwrap(), (XSD.into(), "s"));
        assert_eq!(r.resolve("q").unwrap(), ("u&v".into(), "q"));
        assert_eq!(r.resolve("nope:q").unwrap_err(), "nope");
        r.skip().unwrap();
        assert_eq!(r.next().unwrap().unwrap().space, Space::Other);
        r.skip().unwrap();
        assert!(r.next().unwrap().is_none());
    }

    #[test]
    fn bounds_and_doctypes_are_refused_with_their_line() {
        let mut r = reader("<a>\n<b><c>\n<d><e/></d></c></b></a>");
        r.next().unwrap();
        let error = r.skip().unwrap_err().to_string();
        assert_eq!(error, "t.wsdl:3: refused: more than 4 levels of elements");
        let error = reader("\n<!DOCTYPE a []><a/>").next().unwrap_err().to_string();
        assert_eq!(error, "t.wsdl:2: refused: a document type declaration");
    }

    #[test]
    fn encodings() {
        assert_eq!(decode("f", b"\xEF\xBB\xBF<a/>").unwrap(), "<a/>");
        assert_eq!(decode("f", b"\xFF\xFE<\0a\0/\0>\0").unwrap(), "<a/>");
        let latin = b"<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a>\xE4</a>";
        assert!(decode("f", latin).unwrap().ends_with("<a>ä</a>"));
        let error = decode("f", b"<a>\n\xE4</a>").unwrap_err().to_string();
        assert!(
            error.starts_with("f:2: not well-formed: the text is not valid UTF-8"),
            "{error}"
        );
    }
}
