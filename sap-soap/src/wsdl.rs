//! A WSDL: which operations a service has, where they live, and the schema of their messages.
//!
//! ```
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use sap_soap::wsdl::Wsdl;
//!
//! # let bytes = include_bytes!("../tests/data/customs.wsdl");
//! let wsdl = Wsdl::from_bytes("customs.wsdl", bytes)?;
//! let operation = wsdl.operation("ZCustomsGetDue")?;
//! assert_eq!(operation.action.as_deref(), Some("urn:sap-com:document:sap:soap:functions:mc-style:Z_CUSTOMS:ZCustomsGetDueRequest"));
//! # Ok(())
//! # }
//! ```
//!
//! A description in several files, or behind HTTP, is loaded step by step with a [`Loader`]: it says which documents it
//! still needs, and whoever drives it fetches them.

use std::path::Path;
use std::sync::Arc;

mod describe;
mod link;
mod loader;
mod location;
mod parse;
mod resolve;

pub use crate::schema::{Limits, LoadError};
pub use describe::{Description, OperationDescription, PortTypeDescription, ServiceDescription};
pub use loader::{Loader, MissingDocument};
pub use resolve::{FileSystem, InMemory, Resolve};

use crate::schema::Schema;

/// A loaded description. Plain data: share it in an [`Arc`].
#[derive(Debug)]
#[non_exhaustive]
pub struct Wsdl {
    /// The services with their ports.
    pub services: Vec<Service>,
    /// The port types, also those that no service offers.
    pub port_types: Vec<PortType>,
    /// The types and root elements of all messages.
    pub schema: Arc<Schema>,
    /// Documents that were referred to and not provided. What needs them says so ([`Operation::problem`]).
    pub missing: Vec<MissingDocument>,
}

impl Wsdl {
    /// Loads a file and the files it refers to.
    ///
    /// # Errors
    /// [`LoadError`] when the file cannot be read, or a document is not what it should be.
    pub fn from_file(path: impl AsRef<Path>) -> Result<Self, LoadError> {
        Loader::default().load(&path.as_ref().to_string_lossy(), &FileSystem)
    }

    /// Loads a single document; `name` stands in error messages.
    ///
    /// # Errors
    /// [`LoadError`] when the document is not what it should be.
    pub fn from_bytes(name: &str, bytes: &[u8]) -> Result<Self, LoadError> {
        let mut loader = Loader::default();
        loader.add_document(name, bytes)?;
        loader.finish()
    }

    /// The operation of this name. Where several ports offer it, the first one that speaks SOAP 1.1 is taken, then the
    /// first of all, then a port type without a port; [`Wsdl::operation_at`] chooses otherwise.
    ///
    /// # Errors
    /// [`UnknownOperation`] names the nearest operation there is.
    pub fn operation(&self, name: &str) -> Result<&Operation, UnknownOperation> {
        let named = || self.operations().filter(|o| &*o.name == name);
        let bound = || named().filter(|o| o.port.is_some());
        bound()
            .find(|o| o.soap == SoapVersion::Soap11)
            .or_else(|| bound().next())
            .or_else(|| named().next())
            .ok_or_else(|| UnknownOperation::new(name, self.operations().map(|o| &*o.name)))
    }

    /// The operation of this name at a certain port.
    ///
    /// # Errors
    /// [`UnknownOperation`] names the nearest operation of that port.
    pub fn operation_at(&self, port: &str, name: &str) -> Result<&Operation, UnknownOperation> {
        let at_port = || self.operations().filter(|o| o.port.as_deref() == Some(port));
        at_port()
            .find(|o| &*o.name == name)
            .ok_or_else(|| UnknownOperation::new(name, at_port().map(|o| &*o.name)))
    }

    /// Every operation: those of the ports in order, then those of the port types.
    pub fn operations(&self) -> impl Iterator<Item = &Operation> {
        let ports = self
            .services
            .iter()
            .flat_map(|s| &s.ports)
            .flat_map(|p| &p.operations);
        ports.chain(self.port_types.iter().flat_map(|p| &p.operations))
    }
}

/// No operation of that name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no operation {name}{}", nearest.as_ref().map(|n| format!("; the nearest is {n}")).unwrap_or_default())]
#[non_exhaustive]
pub struct UnknownOperation {
    /// What was asked for.
    pub name: String,
    /// The most similar name there is.
    pub nearest: Option<String>,
}

impl UnknownOperation {
    fn new<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Self {
        Self {
            name: name.to_owned(),
            nearest: crate::schema::nearest(name, known).map(str::to_owned),
        }
    }
}

/// A service.
#[derive(Debug)]
#[non_exhaustive]
pub struct Service {
    /// Its name.
    pub name: Arc<str>,
    /// Where it is offered.
    pub ports: Vec<Port>,
}

/// A place where a service is offered.
#[derive(Debug)]
#[non_exhaustive]
pub struct Port {
    /// Its name.
    pub name: Arc<str>,
    /// The address as the WSDL gives it. Behind a proxy or in another system it is often not the one to call.
    pub endpoint: Option<Arc<str>>,
    /// SOAP 1.1 or 1.2.
    pub soap: SoapVersion,
    /// The port type it implements.
    pub port_type: Arc<str>,
    /// Its operations.
    pub operations: Vec<Operation>,
}

/// A set of operations, without an address.
#[derive(Debug)]
#[non_exhaustive]
pub struct PortType {
    /// Its name.
    pub name: Arc<str>,
    /// Its operations, without endpoint; the action is known where a binding gives it.
    pub operations: Vec<Operation>,
}

/// The version of the envelope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum SoapVersion {
    /// SOAP 1.1: `text/xml` and the header `SOAPAction`.
    #[default]
    Soap11,
    /// SOAP 1.2: `application/soap+xml` with the parameter `action`.
    Soap12,
}

/// An operation, at a port or of a port type.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Operation {
    /// Its name.
    pub name: Arc<str>,
    /// The SOAP action. `None`: the WSDL has none (7.0x systems), which is sent as `SOAPAction: ""`.
    pub action: Option<Arc<str>>,
    /// The version of the envelope.
    pub soap: SoapVersion,
    /// The address of its port.
    pub endpoint: Option<Arc<str>>,
    /// The service it belongs to.
    pub service: Option<Arc<str>>,
    /// The port it belongs to.
    pub port: Option<Arc<str>>,
    /// The request.
    pub input: Message,
    /// The response; `None` for one-way operations.
    pub output: Option<Message>,
    /// The declared faults.
    pub faults: Vec<Message>,
    /// The WSDL's documentation.
    pub documentation: Option<Arc<str>>,
    pub(crate) problem: Option<Arc<str>>,
}

impl Operation {
    /// Why this operation cannot be called, if it cannot: a missing type or schema file, or rpc style.
    pub fn problem(&self) -> Option<&str> {
        self.problem.as_deref()
    }
}

/// A request, response or fault.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Message {
    /// The message's name.
    pub name: Arc<str>,
    /// The element in the SOAP body. `None`: the body is empty, or the operation has a [problem](Operation::problem).
    pub element: Option<ElementName>,
    /// The elements that the binding puts into the SOAP header.
    pub headers: Vec<ElementName>,
}

/// The name of a root element.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct ElementName {
    /// The namespace.
    pub namespace: Option<Arc<str>>,
    /// The local name.
    pub name: Arc<str>,
}

impl std::fmt::Display for ElementName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.namespace {
            Some(namespace) => write!(f, "{{{namespace}}}{}", self.name),
            None => f.write_str(&self.name),
        }
    }
}
