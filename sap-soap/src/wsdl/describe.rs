use std::collections::HashSet;
use std::sync::Arc;

use serde::Serialize;

use super::{Operation, Wsdl};

/// What a WSDL offers, for people and for JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Description {
    /// The services.
    pub services: Vec<ServiceDescription>,
    /// The port types, also those that no service offers.
    pub port_types: Vec<PortTypeDescription>,
}

/// A service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ServiceDescription {
    /// Its name.
    pub name: Arc<str>,
    /// Its operations, each once, although several ports may offer it.
    pub operations: Vec<OperationDescription>,
}

/// A port type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct PortTypeDescription {
    /// Its name.
    pub name: Arc<str>,
    /// Its operations.
    pub operations: Vec<OperationDescription>,
}

/// An operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct OperationDescription {
    /// Its name.
    pub name: Arc<str>,
    /// The SOAP action.
    pub action: Option<Arc<str>>,
    /// The local name of the request's element.
    pub input: Option<Arc<str>>,
    /// The local name of the response's element; `None` for one-way operations.
    pub output: Option<Arc<str>>,
    /// Why it cannot be called, if it cannot; not part of the JSON.
    #[serde(skip)]
    pub problem: Option<Arc<str>>,
}

impl Wsdl {
    /// The summary of this description.
    pub fn describe(&self) -> Description {
        let services = self.services.iter().map(|service| ServiceDescription {
            name: Arc::clone(&service.name),
            operations: describe(service.ports.iter().flat_map(|p| &p.operations)),
        });
        let port_types = self.port_types.iter().map(|port_type| PortTypeDescription {
            name: Arc::clone(&port_type.name),
            operations: describe(port_type.operations.iter()),
        });
        Description {
            services: services.collect(),
            port_types: port_types.collect(),
        }
    }
}

fn describe<'a>(operations: impl Iterator<Item = &'a Operation>) -> Vec<OperationDescription> {
    let mut seen = HashSet::new();
    operations
        .filter(|o| seen.insert(Arc::clone(&o.name)))
        .map(|o| OperationDescription {
            name: Arc::clone(&o.name),
            action: o.action.clone(),
            input: o.input.element.as_ref().map(|e| Arc::clone(&e.name)),
            output: o
                .output
                .as_ref()
                .and_then(|m| m.element.as_ref())
                .map(|e| Arc::clone(&e.name)),
            problem: o.problem.clone(),
        })
        .collect()
}
