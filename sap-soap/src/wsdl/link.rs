//! From declarations to services with operations: bindings, port types and messages put together.

use std::collections::HashMap;
use std::sync::Arc;

use super::parse::{
    RawBinding, RawBindingOperation, RawBody, RawDefinitions, RawOperation, RawPort, RawPortType,
};
use super::{ElementName, Message, MissingDocument, Operation, Port, PortType, Service, SoapVersion, Wsdl};
use crate::schema::Schema;
use crate::schema::names::{Interner, QName, Sym};

/// Operations of all ports and port types together. Ports that share one large binding multiply.
const MAX_OPERATIONS: usize = 10_000;

pub(super) fn link(
    raw: &RawDefinitions,
    names: &Interner,
    schema: Arc<Schema>,
    missing: Vec<MissingDocument>,
) -> Result<Wsdl, String> {
    let declared = raw
        .port_types
        .iter()
        .flat_map(|p| p.operations.iter().map(|o| ((p.name, o.name), o)))
        .collect();
    let mut linker = Linker {
        raw,
        names,
        schema: &schema,
        missing: &missing,
        declared,
        left: MAX_OPERATIONS,
    };
    let mut services = Vec::with_capacity(raw.services.len());
    for service in &raw.services {
        let name = linker.text(service.name);
        let mut ports = Vec::with_capacity(service.ports.len());
        for port in &service.ports {
            ports.extend(linker.port(&name, port)?);
        }
        services.push(Service { name, ports });
    }
    // Where several bindings implement a port type, the action is that of SOAP 1.1, else of the one declared first.
    let mut declared: Vec<_> = raw.bindings.iter().filter(|(_, b)| b.soap.is_some()).collect();
    declared.sort_unstable_by_key(|(name, b)| (b.soap != Some(SoapVersion::Soap11), **name));
    let mut bindings: HashMap<QName, &RawBinding> = HashMap::new();
    for (_, binding) in declared {
        if let Some(port_type) = binding.port_type {
            bindings.entry(port_type).or_insert(binding);
        }
    }
    let mut port_types = Vec::with_capacity(raw.port_types.len());
    for port_type in &raw.port_types {
        port_types.push(linker.port_type(port_type, bindings.get(&port_type.name).copied())?);
    }
    Ok(Wsdl {
        services,
        port_types,
        schema,
        missing,
    })
}

struct Linker<'a> {
    raw: &'a RawDefinitions,
    names: &'a Interner,
    schema: &'a Schema,
    missing: &'a [MissingDocument],
    /// Port type and operation → the operation.
    declared: HashMap<(QName, Sym), &'a RawOperation>,
    left: usize,
}

impl Linker<'_> {
    fn text(&self, sym: Sym) -> Arc<str> {
        Arc::clone(self.names.get(sym))
    }

    /// `None`: the port does not speak SOAP (HTTP GET bindings of other vendors).
    fn port(&mut self, service: &Arc<str>, raw: &RawPort) -> Result<Option<Port>, String> {
        let binding = raw.binding.and_then(|name| self.raw.bindings.get(&name));
        let Some(soap) = binding.map_or(raw.soap, |b| b.soap) else {
            return Ok(None);
        };
        let mut port = Port {
            name: self.text(raw.name),
            endpoint: raw.address.map(|a| self.text(a)),
            soap,
            port_type: binding
                .and_then(|b| b.port_type)
                .map(|t| self.text(t.local))
                .unwrap_or_default(),
            operations: Vec::new(),
        };
        let Some(binding) = binding else {
            return Ok(Some(port));
        };
        for bound in &binding.operations {
            let declared = binding
                .port_type
                .and_then(|name| self.declared.get(&(name, bound.name)).copied());
            let mut operation = self.operation(bound.name, declared, Some((binding, bound)))?;
            operation.endpoint.clone_from(&port.endpoint);
            operation.service = Some(Arc::clone(service));
            operation.port = Some(Arc::clone(&port.name));
            port.operations.push(operation);
        }
        Ok(Some(port))
    }

    fn port_type(&mut self, raw: &RawPortType, binding: Option<&RawBinding>) -> Result<PortType, String> {
        let bound: HashMap<Sym, &RawBindingOperation> = binding
            .map(|b| b.operations.iter().map(|o| (o.name, o)).collect())
            .unwrap_or_default();
        let mut operations = Vec::with_capacity(raw.operations.len());
        for operation in &raw.operations {
            let bound = binding.zip(bound.get(&operation.name).copied());
            operations.push(self.operation(operation.name, Some(operation), bound)?);
        }
        Ok(PortType {
            name: self.text(raw.name.local),
            operations,
        })
    }

    fn operation(
        &mut self,
        name: Sym,
        declared: Option<&RawOperation>,
        bound: Option<(&RawBinding, &RawBindingOperation)>,
    ) -> Result<Operation, String> {
        self.left = self
            .left
            .checked_sub(1)
            .ok_or_else(|| format!("more than {MAX_OPERATIONS} operations"))?;
        let mut problem = None;
        let no_body = RawBody::default();
        let (input_body, output_body) = bound.map_or((&no_body, &no_body), |(_, o)| (&o.input, &o.output));
        let (input, output, faults, documentation) = match declared {
            None => {
                problem =
                    Some(self.hint("the port type of its binding is not declared, or lacks the operation"));
                (Message::default(), None, Vec::new(), None)
            }
            Some(declared) => {
                let input = match declared.input {
                    Some(message) => self.message(message, input_body, &mut problem),
                    None => {
                        problem = Some("it has no input: it notifies and cannot be called".into());
                        Message::default()
                    }
                };
                // An output or fault that cannot be resolved is no reason not to call: answers are read by their shape.
                let output = declared
                    .output
                    .map(|message| self.message(message, output_body, &mut None));
                let faults = declared
                    .faults
                    .iter()
                    .map(|f| self.message(*f, &no_body, &mut None))
                    .collect();
                (
                    input,
                    output,
                    faults,
                    declared.documentation.map(|d| self.text(d)),
                )
            }
        };
        if let Some((binding, operation)) = bound {
            if operation.rpc.unwrap_or(binding.rpc) {
                problem = Some("it is of rpc style; only document style is supported".into());
            } else if operation.input.encoded {
                problem = Some("its body is encoded; only literal bodies are supported".into());
            }
        }
        if problem.is_none()
            && let Some(element) = &input.element
        {
            problem = match self.schema.element(element.namespace.as_deref(), &element.name) {
                Some(field) => self.schema.problem(field.ty).map(|reason| self.hint(reason)),
                None => Some(self.hint(&format!("the element {element} is not declared"))),
            };
        }
        Ok(Operation {
            name: self.text(name),
            action: bound.and_then(|(_, o)| o.action).map(|a| self.text(a)),
            soap: bound.and_then(|(b, _)| b.soap).unwrap_or(SoapVersion::Soap11),
            endpoint: None,
            service: None,
            port: None,
            input,
            output,
            faults,
            documentation,
            problem,
        })
    }

    fn message(&self, name: QName, body: &RawBody, problem: &mut Option<Arc<str>>) -> Message {
        let mut message = Message {
            name: self.text(name.local),
            ..Message::default()
        };
        message.headers = body
            .headers
            .iter()
            .filter_map(|(m, part)| self.part(*m, *part))
            .collect();
        let Some(raw) = self.raw.messages.get(&name) else {
            *problem = Some(self.hint(&format!(
                "the message {} is not declared",
                self.names.display(name)
            )));
            return message;
        };
        let in_body = |part: Sym| match &body.parts {
            Some(parts) => parts.contains(&part),
            None => !body.headers.contains(&(name, part)),
        };
        let mut parts = raw.parts.iter().filter(|p| in_body(p.name));
        match (parts.next(), parts.next()) {
            (None, _) => {}
            (Some(part), None) => match part.element {
                Some(element) => message.element = Some(self.element(element)),
                None => {
                    let part = self.names.get(part.name);
                    *problem = Some(
                        format!("its part {part} has a type, not an element: rpc style is not supported")
                            .into(),
                    );
                }
            },
            (Some(_), Some(_)) => {
                *problem = Some("its body has several parts: rpc style is not supported".into())
            }
        }
        message
    }

    fn part(&self, message: QName, part: Sym) -> Option<ElementName> {
        let parts = &self.raw.messages.get(&message)?.parts;
        parts
            .iter()
            .find(|p| p.name == part)?
            .element
            .map(|e| self.element(e))
    }

    fn element(&self, name: QName) -> ElementName {
        ElementName {
            namespace: self.names.namespace(name.ns),
            name: self.text(name.local),
        }
    }

    /// A reason, with the documents that may be why.
    fn hint(&self, reason: &str) -> Arc<str> {
        match self.missing {
            [] => reason.into(),
            [one] => format!("{reason} ({} is missing: {})", one.location, one.reason).into(),
            [first, rest @ ..] => format!(
                "{reason} ({} and {} more documents are missing)",
                first.location,
                rest.len()
            )
            .into(),
        }
    }
}
