use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::parse::{Links, RawDefinitions, definitions};
use super::{Resolve, Wsdl, link, location};
use crate::schema::raw::RawSchemas;
use crate::schema::xml::{Space, XmlReader, decode};
use crate::schema::{Limits, LoadError, compile, parse};

/// Loads a WSDL document by document.
///
/// It fetches nothing itself: it says what it needs, and whoever drives it decides where that comes from.
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use sap_soap::wsdl::{InMemory, Loader, Resolve};
///
/// # let main = br#"<definitions xmlns="http://schemas.xmlsoap.org/wsdl/"><import location="types.wsdl"/></definitions>"#;
/// # let files = InMemory::default().with("http://host/a/types.wsdl", *br#"<definitions xmlns="http://schemas.xmlsoap.org/wsdl/"/>"#);
/// let mut loader = Loader::default();
/// loader.add_document("http://host/a/main?wsdl", main)?;
/// loop {
///     let missing = loader.missing();
///     if missing.is_empty() {
///         break;
///     }
///     for location in missing {
///         match files.fetch(&location) {
///             Ok(bytes) => loader.add_document(&location, &bytes)?,
///             Err(error) => loader.give_up(&location, error.to_string()),
///         }
///     }
/// }
/// let wsdl = loader.finish()?;
/// # assert!(wsdl.missing.is_empty());
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Default)]
pub struct Loader {
    limits: Limits,
    raw: RawSchemas,
    definitions: RawDefinitions,
    main: Option<String>,
    /// Location → the namespaces it is wanted for (`None`: its own).
    wanted: BTreeMap<String, BTreeSet<Option<Arc<str>>>>,
    added: HashMap<String, Added>,
    given_up: BTreeMap<String, String>,
}

/// A document that was referred to and not provided.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct MissingDocument {
    /// Where it should be.
    pub location: String,
    /// Why it is not there.
    pub reason: String,
}

#[derive(Debug)]
struct Added {
    /// Kept for a schema without a namespace of its own: it takes that of each schema that includes it.
    chameleon: Option<Arc<[u8]>>,
}

impl Loader {
    /// A loader with bounds of your own.
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            ..Self::default()
        }
    }

    /// Adds a document: first the WSDL, then what [`Loader::missing`] names, in any order.
    ///
    /// # Errors
    /// [`LoadError`] with file, line and reason when the document is not what it should be. The loader is then of no use
    /// any more.
    pub fn add_document(&mut self, location: &str, bytes: &[u8]) -> Result<(), LoadError> {
        let refused = |reason: String| LoadError::Refused {
            file: location.to_owned(),
            line: 1,
            reason,
        };
        if self.added.contains_key(location) {
            return Ok(());
        }
        if self.added.len() >= self.limits.documents {
            return Err(refused(format!("more than {} documents", self.limits.documents)));
        }
        if bytes.len() > self.limits.document_bytes {
            return Err(refused(format!("more than {} bytes", self.limits.document_bytes)));
        }
        let namespaces = self.wanted.remove(location).unwrap_or_default();
        // Before it is parsed, so that a document that refers to itself does not ask for itself.
        self.added.insert(location.to_owned(), Added { chameleon: None });
        if self.parse(location, bytes, None)?
            && let Some(added) = self.added.get_mut(location)
        {
            added.chameleon = Some(Arc::from(bytes));
        }
        for namespace in namespaces.into_iter().flatten() {
            self.want(location.to_owned(), Some(namespace))?;
        }
        Ok(())
    }

    /// The locations of documents that are still needed: absolute, as seen from the document that refers to them.
    pub fn missing(&self) -> Vec<String> {
        self.wanted
            .keys()
            .filter(|l| !self.given_up.contains_key(*l))
            .cloned()
            .collect()
    }

    /// Says that a document cannot be had. It costs only what needs it.
    pub fn give_up(&mut self, location: &str, reason: impl Into<String>) {
        self.given_up.insert(location.to_owned(), reason.into());
    }

    /// Resolves everything and gives the description.
    ///
    /// # Errors
    /// [`LoadError`] when no document was added, or the services list too many operations.
    pub fn finish(mut self) -> Result<Wsdl, LoadError> {
        let Some(main) = self.main else {
            return Err(LoadError::Unexpected {
                file: String::new(),
                line: 1,
                reason: "no document was added".to_owned(),
            });
        };
        let missing: Vec<MissingDocument> = self
            .wanted
            .into_keys()
            .map(|location| {
                let reason = self.given_up.get(&location).map_or("it was not provided", |r| r);
                MissingDocument {
                    reason: reason.to_owned(),
                    location,
                }
            })
            .collect();
        let schema = Arc::new(compile(&mut self.raw, &self.limits));
        link::link(&self.definitions, &self.raw.names, schema, missing).map_err(|reason| LoadError::Refused {
            file: main,
            line: 1,
            reason,
        })
    }

    /// Loads a WSDL and everything it refers to from one source.
    ///
    /// # Errors
    /// [`LoadError`] when the first document cannot be read, or any document is not what it should be.
    pub fn load(mut self, location: &str, source: &dyn Resolve) -> Result<Wsdl, LoadError> {
        let bytes = source.fetch(location).map_err(|source| LoadError::Unreadable {
            file: location.to_owned(),
            source,
        })?;
        self.add_document(location, &bytes)?;
        drop(bytes);
        loop {
            let missing = self.missing();
            if missing.is_empty() {
                return self.finish();
            }
            for location in missing {
                match source.fetch(&location) {
                    Ok(bytes) => self.add_document(&location, &bytes)?,
                    Err(error) => self.give_up(&location, error.to_string()),
                }
            }
        }
    }

    /// Parses a document; `true`: it is a schema without a namespace of its own, and was not read into one.
    fn parse(&mut self, location: &str, bytes: &[u8], namespace: Option<&str>) -> Result<bool, LoadError> {
        let text = decode(location, bytes)?;
        let mut xml = XmlReader::new(location, &text, self.limits);
        let Some(tag) = xml.next()? else {
            return Err(xml.unexpected("the document is empty"));
        };
        let is_main = self.main.is_none();
        let mut chameleon = false;
        let links = match (tag.space, tag.local) {
            (Space::Wsdl, "definitions") => {
                definitions(&mut self.raw, &mut self.definitions, &mut xml, &tag, &self.limits)?
            }
            (Space::Xsd, "schema") if !is_main => {
                chameleon = tag.attr("targetNamespace").is_none();
                let schema = parse::schema(&mut self.raw, &mut xml, &tag, namespace, &self.limits)?;
                Links {
                    wsdl: Vec::new(),
                    schema,
                }
            }
            (_, local) => {
                let expected = if is_main {
                    "wsdl:definitions (WSDL 1.1)"
                } else {
                    "wsdl:definitions or xsd:schema"
                };
                return Err(xml.unexpected(format!("the root element is <{local}>, expected {expected}")));
            }
        };
        // What follows the root element must be well-formed too.
        if xml.next()?.is_some() {
            return Err(xml.unexpected("a second root element"));
        }
        if is_main {
            self.main = Some(location.to_owned());
        }
        for reference in links.wsdl {
            self.want(location::resolve(location, &reference), None)?;
        }
        for link in links.schema {
            self.want(location::resolve(location, &link.location), link.chameleon)?;
        }
        Ok(chameleon && namespace.is_none())
    }

    /// Notes that a document is needed, for its own namespace or for that of the schema that includes it.
    fn want(&mut self, location: String, namespace: Option<Arc<str>>) -> Result<(), LoadError> {
        let Some(added) = self.added.get_mut(&location) else {
            if Some(&location) != self.main.as_ref() {
                self.wanted.entry(location).or_default().insert(namespace);
            }
            return Ok(());
        };
        let (Some(bytes), Some(namespace)) = (added.chameleon.clone(), namespace) else {
            return Ok(());
        };
        let key = format!("{location} in {namespace}");
        if !self.added.contains_key(&key) {
            if self.added.len() >= self.limits.documents {
                let reason = format!("more than {} documents", self.limits.documents);
                return Err(LoadError::Refused {
                    file: location,
                    line: 1,
                    reason,
                });
            }
            self.added.insert(key, Added { chameleon: None });
            self.parse(&location, &bytes, Some(&namespace))?;
        }
        Ok(())
    }
}
