//! Parameters into requests: checked against the schema, in its order, with nothing missing.
//!
//! A [`RequestEncoder`] is made once for an operation and writes any number of requests. It takes whatever serializes: a
//! [`Value`](crate::Value) or [`Row`](crate::Row), JSON, or a struct of your own.
//!
//! ```
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use sap_soap::request::RequestEncoder;
//! use sap_soap::wsdl::Wsdl;
//!
//! # let wsdl = Wsdl::from_bytes("customs.wsdl", include_bytes!("../tests/data/customs.wsdl"))?;
//! let encoder = RequestEncoder::new(&wsdl, wsdl.operation("ZCustomsPutStatus")?)?;
//! let body = encoder.encode(&serde_json::json!({ "ItStatus": [{ "Vbeln": "0080001234", "Stats": "50" }] }))?;
//! # let body = std::str::from_utf8(&body)?;
//! assert!(body.contains("<Vbeln>0080001234</Vbeln><Posnr>000000</Posnr><Stats>50</Stats><Udate>0000-00-00</Udate>"));
//!
//! let error = encoder.encode(&serde_json::json!({ "ItStatus": [{ "Vbeln": "00800012345" }] })).unwrap_err();
//! assert_eq!(error.to_string(), "ItStatus[0].Vbeln: 11 characters, at most 10");
//! # Ok(())
//! # }
//! ```
//!
//! # The form of parameters
//! - A structure is an object. Fields may stand in any order and may be left out.
//! - A table is a list of its rows, or what stands on the wire: `{"item": [...]}`.
//! - Text may be given as text, number or truth value. A truth value in a field of one character is ABAP's `X` or blank.
//! - `null` is "not given", and so is an empty number, date or time.
//! - An attribute is a field `@name`; the text beside attributes is the field `$`.
//!
//! # What is filled in
//! A field that must be there and is not given gets its initial value ([`Schema::initial`](crate::schema::Schema::initial)):
//! ABAP itself is lenient, but strict receivers want every field of a row. Optional fields are left out, with one
//! exception: function modules return optional tables and structures only if the request names them, so those that the
//! response has too are named.

use std::sync::Arc;

use bytes::Bytes;
use http::HeaderMap;
use serde::Serialize;

mod arrange;
mod encode;
mod envelope;
mod error;
mod escape;
mod fields;
mod items;
mod message_id;
mod plan;
mod rows;
mod sample;

pub use envelope::HeaderBlock;
pub use error::EncodeError;
pub use message_id::{MessageId, ParseMessageIdError};
pub use rows::Rows;

use crate::wsdl::{ElementName, Operation, SoapVersion, Wsdl};
use encode::Encoder;
use plan::{Plan, TypePlan};
use rows::RowWriter;

/// The namespaces of function modules called as web services.
const RFC_NAMESPACES: [&str; 2] = [
    "urn:sap-com:document:sap:rfc:functions",
    "urn:sap-com:document:sap:soap:functions:mc-style",
];

/// How closely parameters are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Checks {
    /// Unknown fields, lengths, patterns, digits, ranges, enumerations, counts: an error that names the place.
    #[default]
    Strict,
    /// Sent as it is, unknown fields included. Characters that XML cannot hold become U+FFFD.
    Lenient,
}

/// Writes the requests of one operation. Cloning is cheap; it may be shared between threads.
#[derive(Debug, Clone)]
pub struct RequestEncoder {
    /// `None`: the operation's body is empty.
    plan: Option<Arc<Plan>>,
    soap: SoapVersion,
    http_headers: HeaderMap,
    header_blocks: Vec<HeaderBlock>,
    checks: Checks,
    once: Option<Once>,
}

impl RequestEncoder {
    /// Plans the requests of an operation.
    ///
    /// # Errors
    /// [`EncodeError::Operation`] when the operation cannot be called ([`Operation::problem`]).
    pub fn new(wsdl: &Wsdl, operation: &Operation) -> Result<Self, EncodeError> {
        let refuse = |reason: &str| EncodeError::Operation {
            operation: operation.name.to_string(),
            reason: reason.to_owned(),
        };
        if let Some(problem) = operation.problem() {
            return Err(refuse(problem));
        }
        let plan = match &operation.input.element {
            None => None,
            Some(element) => {
                let root = root(wsdl, element).ok_or_else(|| refuse("its element is not declared"))?;
                let mut plan = Plan::new(Arc::clone(&wsdl.schema), root);
                name_outputs(&mut plan, wsdl, operation, element);
                Some(Arc::new(plan))
            }
        };
        let http_headers = envelope::http_headers(operation.soap, operation.action.as_deref())
            .ok_or_else(|| refuse("its action cannot be sent as an HTTP header"))?;
        Ok(Self {
            plan,
            soap: operation.soap,
            http_headers,
            header_blocks: Vec::new(),
            checks: Checks::default(),
            once: None,
        })
    }

    /// Plans the requests of a function module that no WSDL describes, for `/sap/bc/soap/rfc`. Nothing can be checked or
    /// filled in; a list becomes a table with rows named `item`.
    ///
    /// # Errors
    /// [`EncodeError::Operation`] when the name is no XML name.
    pub fn without_wsdl(namespace: &str, name: &str) -> Result<Self, EncodeError> {
        if !fields::is_element_name(name) {
            let reason = "its name is not an XML name".to_owned();
            return Err(EncodeError::Operation {
                operation: name.to_owned(),
                reason,
            });
        }
        Ok(Self {
            plan: Some(Arc::new(Plan::free(namespace, name))),
            soap: SoapVersion::Soap11,
            // Without an action this cannot fail.
            http_headers: envelope::http_headers(SoapVersion::Soap11, None).unwrap_or_default(),
            header_blocks: Vec::new(),
            checks: Checks::default(),
            once: None,
        })
    }

    /// Sets how closely parameters are looked at.
    #[must_use]
    pub fn checks(mut self, checks: Checks) -> Self {
        self.checks = checks;
        self
    }

    /// Adds an entry to the SOAP header of each request.
    #[must_use]
    pub fn header(mut self, block: HeaderBlock) -> Self {
        self.header_blocks.push(block);
        self
    }

    /// Makes each request one of an idempotent call: `id` goes into the field `UUID` of the message header among its parameters
    /// (`MessageHeader`, `BasicMessageHeader`), which need not be given.
    ///
    /// # Errors
    /// [`EncodeError::Operation`] when the operation has no such header.
    pub fn message_id(mut self, id: MessageId) -> Result<Self, EncodeError> {
        let plan = self.plan.as_ref();
        let Some(header) = plan.and_then(|plan| plan.message_header()) else {
            let operation = plan.map_or_else(String::new, |plan| plan.root.name.to_string());
            let reason = "it has no message header with a UUID, so it is not idempotent".to_owned();
            return Err(EncodeError::Operation { operation, reason });
        };
        self.once = Some(Once { header, id });
        Ok(self)
    }

    /// `Content-Type`, and for SOAP 1.1 `SOAPAction`: empty quotes where the WSDL gives none.
    pub fn http_headers(&self) -> &HeaderMap {
        &self.http_headers
    }

    /// Writes a request.
    ///
    /// # Errors
    /// [`EncodeError`] with the path of the first value that does not fit.
    pub fn encode<T: Serialize + ?Sized>(&self, parameters: &T) -> Result<Bytes, EncodeError> {
        let mut out = envelope::head(self.soap, &self.header_blocks);
        if let Some(plan) = &self.plan {
            let mut encoder = Encoder::new(plan, self.checks, out);
            encoder.once.clone_from(&self.once);
            encoder.root(parameters)?;
            out = encoder.out;
        }
        out.extend_from_slice(envelope::TAIL);
        Ok(out.into())
    }

    /// Writes a request in pieces: the rows of the table parameter `table` come from an iterator or a stream, everything
    /// else from `parameters`. The pieces come out of [`Rows`], which is an iterator or a stream like its source.
    ///
    /// # Errors
    /// [`EncodeError`] when `parameters` do not fit, or `table` is no table parameter. Rows that do not fit are errors of
    /// [`Rows`].
    pub fn rows<T: Serialize + ?Sized, S>(
        &self,
        parameters: &T,
        table: &str,
        rows: S,
    ) -> Result<Rows<S>, EncodeError> {
        let unknown = |nearest| EncodeError::UnknownField {
            path: table.to_owned(),
            nearest,
        };
        let plan = self.plan.as_ref().ok_or_else(|| unknown(None))?;
        let Some(TypePlan::Struct(root)) = plan.types.get(plan.root.ty) else {
            return Err(unknown(None));
        };
        let Some(index) = root.find(table, 0) else {
            let known = root.slots.iter().map(|slot| &*slot.name);
            return Err(unknown(crate::schema::nearest(table, known).map(str::to_owned)));
        };
        let slot = &root.slots[index];
        let item = match plan.types.get(slot.ty) {
            _ if slot.max > 1 => slot,
            Some(TypePlan::Struct(wrapper)) if wrapper.table => &wrapper.slots[0],
            _ => return Err(EncodeError::value("a field or a structure", "a table").in_field(table)),
        };
        let mut encoder = Encoder::new(plan, self.checks, envelope::head(self.soap, &self.header_blocks));
        encoder.hole = Some(index);
        encoder.once.clone_from(&self.once);
        encoder.root(parameters)?;
        let mut head = encoder.out;
        let Some(hole) = memchr::memchr(0, &head) else {
            return Err(EncodeError::value("no parameters", "a structure"));
        };
        let mut tail = head.split_off(hole + 1);
        head.pop();
        tail.extend_from_slice(envelope::TAIL);
        let writer = RowWriter {
            plan: Arc::clone(plan),
            checks: self.checks,
            item: item.clone(),
            table: Arc::clone(&slot.name),
            buffer: head,
            tail: Some(tail),
            count: 0,
            written: Vec::new(),
            ends: Vec::new(),
        };
        Ok(Rows::new(rows, writer))
    }
}

/// The id of a call, and the root's field whose `UUID` takes it.
#[derive(Debug, Clone)]
struct Once {
    header: Arc<str>,
    id: MessageId,
}

/// The field of a message header that takes the id.
const UUID: &str = "UUID";

fn root<'w>(wsdl: &'w Wsdl, element: &ElementName) -> Option<&'w crate::schema::Field> {
    wsdl.schema.element(element.namespace.as_deref(), &element.name)
}

/// Function modules return optional tables and structures only if the request names them.
fn name_outputs(plan: &mut Plan, wsdl: &Wsdl, operation: &Operation, element: &ElementName) {
    if !element
        .namespace
        .as_deref()
        .is_some_and(|ns| RFC_NAMESPACES.contains(&ns))
    {
        return;
    }
    let output = operation
        .output
        .as_ref()
        .and_then(|m| m.element.as_ref())
        .and_then(|e| root(wsdl, e));
    let Some(crate::schema::Type::Complex(output)) = output.map(|field| wsdl.schema.get(field.ty)) else {
        return;
    };
    let returned: std::collections::HashSet<&str> = output.fields.iter().map(|f| &*f.name).collect();
    plan.always_name(|slot, _| returned.contains(&*slot.name));
}
