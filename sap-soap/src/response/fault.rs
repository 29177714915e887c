//! Everything that is no good reply, as one type.

use std::fmt;

use serde::Serialize;

use super::message::Message;
use crate::value::{Row, Value};

/// What kind of refusal or failure it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum FaultKind {
    /// An exception that the function module declares (`FM.Exception`).
    Exception,
    /// The generic fault: a dump or a bad request; the reason is in the provider's error log.
    Processing,
    /// The user may not call the service (S_SERVICE).
    Authorization,
    /// The kernel's own SOAP (`/sap/bc/soap/rfc`): `rfc:Error`.
    SoapRfc,
    /// A fault of an A2A or Business ByDesign service (`StandardFaultMessage`).
    Standard,
    /// PI/PO or Cloud Integration: `SAP:Error`, in a fault or in an XI message's header.
    Xi,
    /// Any other SOAP fault.
    Soap,
    /// A good reply that says in its messages that what was asked was not done.
    Business,
    /// Wrong user or password, locked user, wrong mandant: a 401, or a logon page instead of a reply.
    Logon,
    /// 403: the service is not active, or not for this user or address.
    Forbidden,
    /// 404: no such service.
    NotFound,
    /// 413: the request is larger than the server allows. Send smaller packages.
    TooLarge,
    /// The server, the dispatcher or a proxy cannot answer now: 408, 429, 502, 503, 504, "Connection timed out",
    /// "Partner not reached".
    Unavailable,
    /// A `?wsdl` request was refused (an `<error>` with status 200).
    WsdlRefused,
    /// Nothing was sent although something was due.
    Empty,
    /// An HTML page of another kind.
    Html,
    /// Something else that is no SOAP.
    NotSoap,
}

/// What SAP answered instead of what was asked for.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Fault {
    /// What kind it is.
    pub kind: FaultKind,
    /// The fault code as it was sent: `soap-env:Server`, `env:Receiver`; of an `SAP:Error`, its code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The name of the exception: `NO_ACR`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The text, in the logon language.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The message behind it: class, number, variables, row and field.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<Message>,
    /// The HTTP status.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub http_status: Option<u16>,
    /// The transaction id under which the provider's error log (SRT_UTIL, SLG1) has the reason.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transaction_id: Option<String>,
    /// When it happened, by the provider's clock.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timestamp: Option<jiff::Timestamp>,
    /// Another key into a log: the security log of the Java stack, the message id of Cloud Integration.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log_id: Option<String>,
    /// The title of an HTML page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub html_title: Option<String>,
    /// The fault's detail as it was sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<Value>,
}

impl Fault {
    pub(crate) fn new(kind: FaultKind) -> Self {
        Self {
            kind,
            code: None,
            name: None,
            text: None,
            message: None,
            http_status: None,
            transaction_id: None,
            timestamp: None,
            log_id: None,
            html_title: None,
            detail: None,
        }
    }

    /// May the same call succeed a moment later, without anybody's doing? A business error is not counted as such, although
    /// a lock goes away, too: what to do then is the caller's business.
    pub fn is_transient(&self) -> bool {
        match self.kind {
            FaultKind::Unavailable | FaultKind::Empty => true,
            FaultKind::Html => self.http_status.is_some_and(|status| status >= 500),
            FaultKind::Exception
            | FaultKind::Processing
            | FaultKind::Authorization
            | FaultKind::SoapRfc
            | FaultKind::Standard
            | FaultKind::Xi
            | FaultKind::Soap
            | FaultKind::Business
            | FaultKind::Logon
            | FaultKind::Forbidden
            | FaultKind::NotFound
            | FaultKind::TooLarge
            | FaultKind::WsdlRefused
            | FaultKind::NotSoap => false,
        }
    }

    /// Reads the content of a SOAP 1.1 or 1.2 fault.
    pub(super) fn from_soap(fault: &Row) -> Self {
        let mut found = Self::new(FaultKind::Soap);
        found.code = some(
            fault
                .text("faultcode")
                .or_else(|| inner(fault, &["Code", "Value"])),
        );
        let reason = fault
            .get("Reason")
            .and_then(Value::as_struct)
            .and_then(|reason| reason.get("Text"));
        let reason = reason.and_then(|text| text.entries().first());
        found.text = some(fault.text("faultstring").or_else(|| reason.and_then(Value::text)));
        let detail = fault.get("detail").or_else(|| fault.get("Detail"));
        if let Some(Value::Struct(detail)) = detail {
            found.detail(detail);
        }
        found.detail = detail.filter(|d| !d.is_initial()).cloned();
        found.find_ids();
        if found.kind == FaultKind::Soap && found.transaction_id.is_some() {
            // The text is in the logon language; a namespace in quotes is in none.
            let names_service = found
                .text
                .as_deref()
                .is_some_and(|text| text.contains("\"urn:sap-com:"));
            found.kind = if names_service {
                FaultKind::Authorization
            } else {
                FaultKind::Processing
            };
        }
        found
    }

    fn detail(&mut self, detail: &Row) {
        for (name, value) in detail.iter() {
            let Value::Struct(content) = value else {
                // A text alone, as the Java stack sends: better than nothing.
                if !name.is_attribute() && self.text.is_none() {
                    self.text = some(value.text());
                }
                continue;
            };
            if name.ends_with("Exception") && (content.get("Name").is_some() || content.get("Text").is_some())
            {
                self.exception(content);
            } else if *name == "Error" && content.get("Category").is_some() {
                self.xi(content);
            } else if *name == "Error" && (content.get("type").is_some() || content.get("message").is_some())
            {
                self.kind = FaultKind::SoapRfc;
                self.name = some(content.text("type"));
                self.text = some(content.text("message")).or_else(|| self.text.take());
            } else if let Some(Value::Struct(standard)) = content.get("standard") {
                self.standard(standard);
            } else if content.get("faultText").is_some() {
                self.standard(content);
            } else {
                continue;
            }
            return;
        }
    }

    /// `<n0:FM.Exception><Name/><Text/><Message><ID/><Number/></Message><Attributes><V1/>…</Attributes></n0:…>`.
    fn exception(&mut self, content: &Row) {
        self.kind = FaultKind::Exception;
        self.name = some(content.text("Name")).or_else(|| self.text.clone());
        self.text = some(content.text("Text")).or_else(|| self.text.take());
        let struct_of = |name: &str| content.get(name).and_then(Value::as_struct);
        let Some(message) = struct_of("Message") else {
            return;
        };
        let attributes = struct_of("Attributes").unwrap_or(message);
        let number = message.text("Number").unwrap_or_default();
        let id = message
            .text("ID")
            .or_else(|| message.text("Id"))
            .unwrap_or_default();
        if id.trim().is_empty() {
            return;
        }
        let text = self.text.as_deref().unwrap_or_default();
        let mut found = Message::error(id, number, text);
        found.variables = ["V1", "V2", "V3", "V4"].map(|v| attributes.text(v).unwrap_or_default().to_owned());
        self.message = Some(found);
    }

    /// `SAP:Error` of PI/PO and Cloud Integration.
    pub(super) fn xi(&mut self, content: &Row) {
        self.kind = FaultKind::Xi;
        self.name = some(content.text("Code"));
        self.code = some(content.text("Category")).or_else(|| self.code.take());
        let text = some(content.text("AdditionalText")).or_else(|| some(content.text("Stack")));
        self.text = text.or_else(|| self.text.take());
        let area = content
            .get("Code")
            .and_then(|code| code.attribute("area"))
            .unwrap_or_default();
        let mut found = Message::error(area, "", self.text.as_deref().unwrap_or_default());
        found.variables = ["P1", "P2", "P3", "P4"].map(|p| content.text(p).unwrap_or_default().to_owned());
        if found.variables.iter().any(|v| !v.is_empty()) {
            self.message = Some(found);
        }
    }

    /// `<standard><faultText/><faultDetail><severity/><text/><id/></faultDetail></standard>`.
    fn standard(&mut self, content: &Row) {
        self.kind = FaultKind::Standard;
        self.text = some(content.text("faultText")).or_else(|| self.text.take());
        if let Some(first) = content.rows("faultDetail").next() {
            let id = first.text("id").unwrap_or_default();
            let (number, class) = id.split_once('(').unwrap_or((id, ""));
            let text = first.text("text").unwrap_or_default();
            self.message = Some(Message::error(class.trim_end_matches(')'), number, text));
        }
    }

    /// Pulls out of the text what leads into the provider's logs. The words around differ by logon language, so only the
    /// forms are looked at: 14 digits are a time, 32 hexadecimal digits a transaction.
    pub(super) fn find_ids(&mut self) {
        let Some(text) = &self.text else { return };
        for mark in ["logID=", "MPL ID "] {
            if let Some(at) = text.find(mark) {
                let id = text[at + mark.len()..]
                    .split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | ')'))
                    .next()
                    .unwrap_or_default();
                self.log_id = some(Some(id.trim_end_matches('.')));
            }
        }
        for word in text.split(|c: char| !c.is_ascii_alphanumeric()) {
            let is_log = self.log_id.as_deref() == Some(word);
            if word.len() == 14 && self.timestamp.is_none() && word.bytes().all(|b| b.is_ascii_digit()) {
                self.timestamp = Value::from(word).timestamp().ok().flatten();
            } else if word.len() == 32 && !is_log && word.bytes().all(|b| b.is_ascii_hexdigit()) {
                self.transaction_id.get_or_insert_with(|| word.to_owned());
            }
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.kind {
            FaultKind::Exception => "exception",
            FaultKind::Processing => "processing error",
            FaultKind::Authorization => "authorization missing",
            FaultKind::SoapRfc => "soap/rfc error",
            FaultKind::Standard => "service fault",
            FaultKind::Xi => "integration error",
            FaultKind::Soap => "SOAP fault",
            FaultKind::Business => "business error",
            FaultKind::Logon => "logon failed",
            FaultKind::Forbidden => "forbidden, or the service is not active",
            FaultKind::NotFound => "no such service",
            FaultKind::TooLarge => "the request is too large for the server",
            FaultKind::Unavailable => "the server is not available",
            FaultKind::WsdlRefused => "the WSDL was refused",
            FaultKind::Empty => "the reply is empty",
            FaultKind::Html => "an HTML page instead of SOAP",
            FaultKind::NotSoap => "the reply is not SOAP",
        };
        f.write_str(what)?;
        if let Some(name) = self
            .name
            .as_deref()
            .filter(|name| self.text.as_deref() != Some(*name))
        {
            write!(f, " {name}")?;
        }
        if let Some(message) = self.message.as_ref().filter(|m| !m.id.is_empty()) {
            write!(f, " {} {}", message.id, message.number)?;
        }
        if let Some(text) = self.text.as_ref().or(self.html_title.as_ref()) {
            write!(f, ": {text}")?;
        }
        if let Some(status) = self.http_status {
            write!(f, " (HTTP {status})")?;
        }
        Ok(())
    }
}

impl std::error::Error for Fault {}

/// The text, trimmed; nothing if it is blank.
fn some(text: Option<&str>) -> Option<String> {
    text.map(str::trim)
        .filter(|text| !text.is_empty())
        .map(str::to_owned)
}

/// The text of a field inside of structures.
fn inner<'a>(row: &'a Row, path: &[&str]) -> Option<&'a str> {
    let (last, on_the_way) = path.split_last()?;
    let mut row = row;
    for name in on_the_way {
        row = row.get(name)?.as_struct()?;
    }
    row.text(last)
}
