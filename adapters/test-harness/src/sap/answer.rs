//! Writing what SAP sends: envelopes, due rows, faults, pages. The wire style is that of recorded answers: no XML
//! declaration, prefixes `soap-env` and `n0`, children without a namespace, `<X/>` for an empty field.

use std::borrow::Cow;
use std::fmt::Write;

use super::message::Message;
use super::request::{MC_STYLE, Version};
use super::store::Held;
use crate::world::Shipment;

/// The text with what XML reserves written as references.
pub(super) fn escape(text: &str) -> Cow<'_, str> {
    quick_xml::escape::partial_escape(text)
}

/// The prefix of the envelope.
fn prefix(version: Version) -> &'static str {
    match version {
        Version::Soap11 => "soap-env",
        Version::Soap12 => "env",
    }
}

/// From the start of the envelope to the first parameter.
pub(super) fn open(out: &mut String, version: Version, operation: &str) {
    let (prefix, namespace) = (prefix(version), version.namespace());
    // Writing to a String cannot fail, here and below.
    let _ = write!(
        out,
        "<{prefix}:Envelope xmlns:{prefix}=\"{namespace}\"><{prefix}:Header/><{prefix}:Body>\
         <n0:{operation}Response xmlns:n0=\"{MC_STYLE}\">"
    );
}

/// From the last parameter to the end of the envelope.
pub(super) fn close(out: &mut String, version: Version, operation: &str) {
    let prefix = prefix(version);
    let _ = write!(
        out,
        "</n0:{operation}Response></{prefix}:Body></{prefix}:Envelope>"
    );
}

/// A row of the due list.
pub(super) fn due_row(out: &mut String, company: &str, shipment: &Shipment, held: Option<&Held>) {
    let (stats, udate, uzeit) = held.map_or(("", "", ""), |held| {
        (held.stats.as_str(), held.udate.as_str(), held.uzeit.as_str())
    });
    out.push_str("<item>");
    field(out, "Bukrs", company);
    field(out, "Vbeln", &shipment.delivery());
    field(out, "Posnr", shipment.item());
    field(out, "CargMtNo", &shipment.cargo_number());
    field(out, "Mblnr", &shipment.master_bl());
    field(out, "Hblnr", &shipment.house_bl());
    field(out, "ExpDclrNo", &shipment.export_declaration());
    field(out, "Ardat", &shipment.arrival().date().to_string());
    field(out, "Prio", shipment.priority());
    field(out, "Stats", stats);
    field(out, "Udate", if udate.is_empty() { "0000-00-00" } else { udate });
    field(out, "Uzeit", if uzeit.is_empty() { "00:00:00" } else { uzeit });
    out.push_str("</item>");
}

/// One field.
pub(super) fn field(out: &mut String, name: &str, value: &str) {
    let _ = if value.is_empty() {
        write!(out, "<{name}/>")
    } else {
        write!(out, "<{name}>{}</{name}>", escape(value))
    };
}

/// A whole answer that holds messages only.
pub(super) fn messages(version: Version, operation: &str, messages: &[Message]) -> String {
    let mut out = String::with_capacity(400 + messages.len() * 420);
    open(&mut out, version, operation);
    out.push_str("<EtReturn>");
    for message in messages {
        message.write(&mut out);
    }
    out.push_str("</EtReturn>");
    close(&mut out, version, operation);
    out
}

/// The fault of an exception that the function module declares.
pub(super) fn exception(version: Version, operation: &str, name: &str, text: &str) -> String {
    let detail = format!(
        "<n0:{operation}.Exception xmlns:n0=\"{MC_STYLE}\"><Name>{name}</Name><Text>{}</Text></n0:{operation}.Exception>",
        escape(text)
    );
    match version {
        Version::Soap11 => fault(version, "Client", name, &detail),
        Version::Soap12 => fault(version, "Sender", name, &detail),
    }
}

/// The fault of a request that SAP cannot process; the reason stands in an error log, under the transaction id.
pub(super) fn processing_error(version: Version, timestamp: &str, transaction: &str) -> String {
    let text = format!(
        "Web service processing error; more details in the web service error log on provider side \
         (UTC timestamp {timestamp}; Transaction ID {transaction})"
    );
    match version {
        Version::Soap11 => fault(version, "Server", &text, ""),
        Version::Soap12 => fault(version, "Receiver", &text, ""),
    }
}

fn fault(version: Version, code: &str, text: &str, detail: &str) -> String {
    let (prefix, namespace) = (prefix(version), version.namespace());
    let text = escape(text);
    let inner = match version {
        Version::Soap11 => format!(
            "<faultcode>{prefix}:{code}</faultcode><faultstring xml:lang=\"en\">{text}</faultstring>\
             <detail>{detail}</detail>"
        ),
        Version::Soap12 => format!(
            "<{prefix}:Code><{prefix}:Value>{prefix}:{code}</{prefix}:Value></{prefix}:Code>\
             <{prefix}:Reason><{prefix}:Text xml:lang=\"en\">{text}</{prefix}:Text></{prefix}:Reason>\
             <{prefix}:Detail>{detail}</{prefix}:Detail>"
        ),
    };
    format!(
        "<{prefix}:Envelope xmlns:{prefix}=\"{namespace}\"><{prefix}:Header/><{prefix}:Body>\
         <{prefix}:Fault>{inner}</{prefix}:Fault></{prefix}:Body></{prefix}:Envelope>"
    )
}

/// The page of a failed logon.
pub(super) const LOGON_PAGE: &str = "<!DOCTYPE html PUBLIC \"-//W3C//DTD HTML 4.01 Transitional//EN\">\r\n<html>\
    <head><title>Logon Error Message</title></head><body><h1>Logon failed</h1>\
    <p>What has happened?</p><p>Call of URL terminated due to error in logon data.</p>\
    <ul><li>HTTP 401 - Unauthorized</li></ul></body></html>";

/// The page of a path that leads nowhere.
pub(super) const NOT_FOUND_PAGE: &str = "<html><head><title>404 Not Found</title></head><body><h1>404 Resource not found</h1>\
    <p>The requested resource does not exist.</p></body></html>";
