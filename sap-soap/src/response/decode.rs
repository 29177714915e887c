//! A reply as a whole: read, and judged.

use serde::Serialize;

use super::fault::{Fault, FaultKind};
use super::limits::{Characters, Limits};
use super::message::{Message, messages};
use super::reader::ReplyReader;
use super::reply::{ReadOptions, Reply, Step};
use super::shape::Unknown;
use super::{ReadError, ReadErrorKind, mime, page};
use crate::value::{Row, Value};

/// Pieces in which a reply in memory is read.
const PIECE: usize = 64 << 10;

/// What came back: the head of an HTTP response as far as it matters, and the body.
#[derive(Debug, Clone, Copy, Default)]
pub struct Received<'a> {
    /// The HTTP status; `None` for a message that did not come by HTTP (a file). Such a message may also be a request.
    pub status: Option<u16>,
    /// The header `Content-Type`.
    pub content_type: Option<&'a str>,
    /// The body, inflated.
    pub body: &'a [u8],
}

/// How [`decode`] reads.
#[derive(Debug, Clone, Copy, Default)]
pub struct DecodeOptions {
    /// Bounds.
    pub limits: Limits,
    /// What to do with forbidden characters.
    pub characters: Characters,
}

/// What a message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A reply that says what was asked for, or nothing (one-way accepted).
    Response,
    /// A request; only of a message that did not come as a reply.
    Request,
    /// A SOAP fault, or an XI message that reports an error.
    Fault,
    /// A reply whose messages say that what was asked was not done.
    BusinessError,
    /// HTML, plain text, nothing.
    NotSoap,
}

/// A message, read and judged. It serializes as `{"kind","operation","values","fault","messages"}`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Decoded {
    /// What it is.
    pub kind: Kind,
    /// The operation: the name of the element in the body, without `Response` at its end.
    pub operation: Option<String>,
    /// The parameters.
    pub values: Row,
    /// What is wrong, for every kind but [`Kind::Response`] and [`Kind::Request`].
    pub fault: Option<Fault>,
    /// SAP's messages, good ones too.
    pub messages: Vec<Message>,
    /// The SOAP header's entries.
    #[serde(skip)]
    pub header: Row,
    /// The name of the element in the body, as it stands there.
    #[serde(skip)]
    pub element: Option<String>,
    /// Its namespace.
    #[serde(skip)]
    pub namespace: String,
    /// What a schema did not know ([`Decoded::of_operation`]).
    #[serde(skip)]
    pub unknown: Unknown,
}

impl Decoded {
    /// The reply if it is a good one, the fault if it is not.
    ///
    /// # Errors
    /// The fault.
    pub fn into_result(self) -> Result<Self, Box<Fault>> {
        match self.fault {
            Some(fault) => Err(Box::new(fault)),
            None => Ok(self),
        }
    }

    pub(crate) fn not_soap(fault: Fault) -> Self {
        Self {
            kind: Kind::NotSoap,
            operation: None,
            values: Row::new(),
            fault: Some(fault),
            messages: Vec::new(),
            header: Row::new(),
            element: None,
            namespace: String::new(),
            unknown: Unknown::new(),
        }
    }
}

/// Reads a message as a whole and tells what it is. Works by shape, without a WSDL; [`Decoded::of_operation`] adds what a
/// WSDL knows.
///
/// # Errors
/// XML that cannot be read: truncated, malformed, with a DTD, over a bound. What is no XML at all is no error here but
/// [`Kind::NotSoap`].
pub fn decode(received: Received<'_>, options: DecodeOptions) -> Result<Decoded, ReadError> {
    let Received {
        status,
        content_type,
        body,
    } = received;
    if status == Some(202) && body.trim_ascii().is_empty() {
        // One-way: accepted.
        let reply = Reply {
            rows: Vec::new(),
            ..Reply::default()
        };
        return Ok(judge(reply, status, true));
    }
    if let Some(parts) = mime::parts(content_type, body) {
        return multipart(&parts, status, options);
    }
    match read(content_type, body, options) {
        Ok(reply) => Ok(judge(reply, status, status.is_some())),
        Err(error) => unreadable(error, received).map(Decoded::not_soap),
    }
}

fn read(content_type: Option<&str>, body: &[u8], options: DecodeOptions) -> Result<Reply, ReadError> {
    let DecodeOptions { limits, characters } = options;
    let charset = content_type.and_then(|t| mime::parameter(t, "charset"));
    let mut reader = ReplyReader::new(ReadOptions {
        rows: Vec::new(),
        limits,
        characters,
        charset,
    });
    let mut pieces = body.chunks(PIECE);
    loop {
        match reader.next()? {
            Step::Row(_) => {}
            Step::More => match pieces.next() {
                Some(piece) => reader.push(piece),
                None => reader.finish(),
            },
            Step::Done => return Ok(reader.into_reply()),
        }
    }
}

/// What a body is that cannot be read as XML: a page, if that explains it, or the error.
pub(crate) fn unreadable(error: ReadError, received: Received<'_>) -> Result<Fault, ReadError> {
    let Received {
        status,
        content_type,
        body,
    } = received;
    let no_xml = matches!(error.kind(), ReadErrorKind::NotXml | ReadErrorKind::Empty);
    let failed = status.is_some_and(|status| status >= 400);
    // A status of 500 comes with SOAP as a rule; broken XML there is an error of its own.
    let explained = no_xml || page::is_html(content_type, body) || (failed && status != Some(500));
    if explained {
        Ok(page::classify(status, content_type, body))
    } else {
        Err(error)
    }
}

/// An XI message: the envelope is the first part, and its manifest names the part that holds the payload.
fn multipart(
    parts: &[mime::Part<'_>],
    status: Option<u16>,
    options: DecodeOptions,
) -> Result<Decoded, ReadError> {
    let Some((root, others)) = parts.split_first() else {
        return Ok(Decoded::not_soap(page::classify(status, None, &[])));
    };
    let mut reply = match read(root.content_type.as_deref(), root.body, options) {
        Ok(reply) => reply,
        Err(error) => {
            let received = Received {
                status,
                content_type: root.content_type.as_deref(),
                body: root.body,
            };
            return unreadable(error, received).map(Decoded::not_soap);
        }
    };
    let payload = reply
        .values
        .get("Payload")
        .and_then(|payload| payload.entries().first());
    let named = payload
        .and_then(|payload| payload.attribute("href"))
        .and_then(|href| href.strip_prefix("cid:"));
    if let Some(part) = named.and_then(|id| others.iter().find(|part| part.id == id)) {
        let content = read(part.content_type.as_deref(), part.body, options)?;
        reply.element = content.element;
        reply.namespace = content.namespace;
        reply.values = content.values;
    }
    Ok(judge(reply, status, status.is_some()))
}

/// Tells what a message is. `is_reply`: it cannot be a request.
pub(crate) fn judge(reply: Reply, status: Option<u16>, is_reply: bool) -> Decoded {
    let Reply {
        soap,
        header,
        element,
        namespace,
        values,
        fault,
        ..
    } = reply;
    let xi = header.get("Main").and_then(Value::as_struct);
    let xi_class = xi.and_then(|main| main.text("MessageClass")).unwrap_or_default();
    let mut found = if let Some(content) = &fault {
        Some(Fault::from_soap(content))
    } else if let Some(Value::Struct(error)) = header.get("Error").filter(|_| xi.is_some()) {
        let mut fault = Fault::new(FaultKind::Xi);
        fault.xi(error);
        Some(fault)
    } else if soap.is_none() && element.as_deref() == Some("error") && values.get("errorText").is_some() {
        let mut fault = Fault::new(FaultKind::WsdlRefused);
        fault.text = values.text("errorText").map(|text| text.trim().to_owned());
        Some(fault)
    } else {
        None
    };
    let mut kind = match &found {
        Some(fault) if fault.kind == FaultKind::WsdlRefused => Kind::NotSoap,
        Some(_) => Kind::Fault,
        None if is_reply => Kind::Response,
        None => match xi_class {
            "" if is_request(element.as_deref(), &namespace) => Kind::Request,
            "ApplicationMessage" => Kind::Request,
            _ => Kind::Response,
        },
    };
    let messages = if kind == Kind::Response {
        messages(&values)
    } else {
        Vec::new()
    };
    let grave = messages.iter().filter(|m| m.severity.is_error());
    // The first of the worst: an abort before errors, and of several errors the one that came first.
    let worst = grave.fold(None, |worst: Option<&Message>, m| match worst {
        Some(w) if w.severity >= m.severity => Some(w),
        Some(_) | None => Some(m),
    });
    if let Some(worst) = worst {
        let mut fault = Fault::new(FaultKind::Business);
        fault.text = Some(worst.text.clone()).filter(|text| !text.is_empty());
        fault.message = Some(worst.clone());
        kind = Kind::BusinessError;
        found = Some(fault);
    }
    if found.is_none() && kind == Kind::Response && status.is_some_and(|status| status >= 400) {
        found = Some(Fault::new(FaultKind::Soap));
        kind = Kind::Fault;
    }
    if let Some(fault) = &mut found {
        fault.http_status = status;
    }
    let operation = match kind {
        Kind::Response | Kind::BusinessError => {
            element.as_deref().map(|name| operation_name(name).to_owned())
        }
        Kind::Request => element.clone(),
        Kind::Fault | Kind::NotSoap => None,
    };
    Decoded {
        kind,
        operation,
        values,
        fault: found,
        messages,
        header,
        element,
        namespace,
        unknown: Unknown::new(),
    }
}

/// The operation whose response element this is.
pub(crate) fn operation_name(element: &str) -> &str {
    element
        .strip_suffix(".Response")
        .or_else(|| element.strip_suffix("Response"))
        .unwrap_or(element)
}

/// By shape: the root of a request is qualified, and its name does not say that it answers something.
fn is_request(element: Option<&str>, namespace: &str) -> bool {
    const ANSWERS: [&str; 6] = [
        "Response",
        "Confirmation",
        "Result",
        "Results",
        "Reply",
        "Acknowledgement",
    ];
    let Some(element) = element else { return false };
    // `ContractAccountCreateConfirmation_sync`, `PurchasingContractERPRequest_V1`
    let stem = element.split(['_', '.']).rev().find(|part| {
        let version = part.strip_prefix(['V', 'v']).unwrap_or(part);
        !matches!(*part, "sync" | "async" | "Sync" | "Async" | "In" | "Out")
            && version.parse::<u32>().is_err()
    });
    let answers = ANSWERS
        .iter()
        .any(|word| stem.is_some_and(|stem| stem.ends_with(word)));
    !namespace.is_empty() && !answers
}
