//! A WSDL for people: services, operations, and their fields.

use std::collections::BTreeSet;

use sap_soap::wsdl::{Message, Operation, Wsdl};

use crate::cli::output::Output;

/// Fields of a message that are shown where the operation was not named.
const SOME: usize = 100;
/// Fields of a message that are shown where it was.
const ALL: usize = 20_000;

/// Prints all operations, or one of them.
pub(super) fn text(wsdl: &Wsdl, operation: Option<&str>, output: &mut Output) -> anyhow::Result<()> {
    if let Some(name) = operation {
        return one(wsdl, wsdl.operation(name)?, ALL, output);
    }
    let mut offered = BTreeSet::new();
    for service in &wsdl.services {
        output.line(format_args!("service {}", service.name))?;
        for port in &service.ports {
            for operation in &port.operations {
                // Several ports of a service offer the same, in two versions of SOAP.
                if offered.insert((&service.name, &operation.name)) {
                    one(wsdl, operation, SOME, output)?;
                }
            }
        }
    }
    for port_type in &wsdl.port_types {
        output.line(format_args!("port type {}", port_type.name))?;
        for operation in &port_type.operations {
            if offered.iter().any(|(_, name)| **name == operation.name) {
                output.line(format_args!("  {} (see above)", operation.name))?;
            } else {
                one(wsdl, operation, SOME, output)?;
            }
        }
    }
    for missing in &wsdl.missing {
        output.line(format_args!("missing: {} ({})", missing.location, missing.reason))?;
    }
    Ok(())
}

fn one(wsdl: &Wsdl, operation: &Operation, most: usize, output: &mut Output) -> anyhow::Result<()> {
    let element = |message: Option<&Message>| {
        let element = message.and_then(|m| m.element.as_ref());
        element.map_or_else(|| "(nothing)".to_owned(), |e| e.name.to_string())
    };
    output.line(format_args!(
        "  {}: {} → {}",
        operation.name,
        element(Some(&operation.input)),
        element(operation.output.as_ref())
    ))?;
    if let Some(problem) = operation.problem() {
        output.line(format_args!("    cannot be called: {problem}"))?;
    }
    message("request", wsdl, &operation.input, most, output)?;
    match &operation.output {
        Some(reply) => message("response", wsdl, reply, most, output),
        None => Ok(()),
    }
}

fn message(
    what: &str,
    wsdl: &Wsdl,
    message: &Message,
    most: usize,
    output: &mut Output,
) -> anyhow::Result<()> {
    let Some(element) = &message.element else {
        return Ok(());
    };
    let Some(field) = wsdl.schema.element(element.namespace.as_deref(), &element.name) else {
        return Ok(());
    };
    let outline = wsdl.schema.outline(field.ty, most);
    if outline.lines.is_empty() {
        return output.line(format_args!("    {what}: no fields"));
    }
    output.line(format_args!("    {what}"))?;
    let width = |line: &sap_soap::schema::OutlineLine| line.depth * 2 + line.name.chars().count();
    let widest = outline.lines.iter().map(width).max().unwrap_or_default().min(40);
    for line in &outline.lines {
        let (depth, name, kind) = (line.depth * 2, &line.name, &line.kind);
        let pad = widest.saturating_sub(width(line));
        let optional = if line.required { "" } else { " (optional)" };
        output.line(format_args!(
            "      {:depth$}{name}{:pad$}  {kind}{optional}",
            "", ""
        ))?;
    }
    if outline.cut {
        output.line("      … more; name the operation to see all")?;
    }
    Ok(())
}
