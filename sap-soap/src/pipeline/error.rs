use customs_core::{ErrorKind, Sent};
use customs_http::TransportErrorKind;

use crate::Error;
use crate::response::{Fault, FaultKind, ReadErrorKind};

impl From<Error> for customs_core::Error {
    fn from(error: Error) -> Self {
        let (kind, code) = classify(&error);
        let core = Self::new(kind, error.to_string())
            .code(code)
            .sent(match error.sent() {
                customs_http::Sent::No => Sent::No,
                customs_http::Sent::Maybe => Sent::Maybe,
                customs_http::Sent::Answered => Sent::Answered,
            });
        let core = if error.is_transient() {
            core.transient()
        } else {
            core
        };
        match std::error::Error::source(&error).map(ToString::to_string) {
            Some(cause) => core.source(cause),
            None => core,
        }
    }
}

/// The core's kind and a short stable code.
fn classify(error: &Error) -> (ErrorKind, String) {
    let named = |kind, code: &str| (kind, code.to_owned());
    match error {
        Error::Config(_) => named(ErrorKind::Config, "sap_config"),
        Error::Load(_) => named(ErrorKind::Config, "wsdl"),
        Error::UnknownOperation(_) => named(ErrorKind::Config, "unknown_operation"),
        Error::Encode(_) => named(ErrorKind::Mapping, "value_does_not_fit"),
        Error::Convert(_) => named(ErrorKind::Protocol, "reply_does_not_fit"),
        Error::Transport(error) => match error.kind() {
            TransportErrorKind::Connect => named(ErrorKind::Unavailable, "connect"),
            TransportErrorKind::Timeout(_) => named(ErrorKind::Timeout, "timeout"),
            TransportErrorKind::Reset => named(ErrorKind::Unavailable, "reset"),
            TransportErrorKind::TooLarge => named(ErrorKind::Protocol, "reply_too_large"),
            TransportErrorKind::Decode => named(ErrorKind::Protocol, "reply_broken"),
            TransportErrorKind::Request => named(ErrorKind::Config, "request"),
            // The kinds may grow.
            _ => named(ErrorKind::Unavailable, "transport"),
        },
        Error::Read(error) => match error.kind() {
            ReadErrorKind::Empty => named(ErrorKind::Protocol, "empty_body"),
            ReadErrorKind::Truncated => named(ErrorKind::Protocol, "truncated_xml"),
            ReadErrorKind::NotXml => named(ErrorKind::Protocol, "not_xml"),
            ReadErrorKind::Malformed(_) => named(ErrorKind::Protocol, "malformed_xml"),
            ReadErrorKind::Dtd => named(ErrorKind::Protocol, "dtd_refused"),
            ReadErrorKind::Limit(_) => named(ErrorKind::Protocol, "over_a_limit"),
            ReadErrorKind::Character(_) | ReadErrorKind::Bytes => named(ErrorKind::Protocol, "bad_character"),
            ReadErrorKind::Encoding => named(ErrorKind::Protocol, "unknown_encoding"),
            ReadErrorKind::NotSoap(_) => named(ErrorKind::Protocol, "not_soap"),
        },
        Error::Fault(fault) => of_fault(fault),
    }
}

/// SAP's own name for what went wrong is the code, where it gave one: message class and number, or the exception.
fn of_fault(fault: &Fault) -> (ErrorKind, String) {
    let (kind, code) = match fault.kind {
        FaultKind::Exception => (ErrorKind::Refused, "rfc_exception"),
        FaultKind::Business => (ErrorKind::Refused, "business_error"),
        FaultKind::Processing => (ErrorKind::Refused, "processing_error"),
        FaultKind::SoapRfc | FaultKind::Standard | FaultKind::Xi | FaultKind::Soap => {
            (ErrorKind::Refused, "soap_fault")
        }
        FaultKind::Authorization => (ErrorKind::Unauthorized, "not_authorized"),
        FaultKind::Logon => (ErrorKind::Unauthorized, "logon_refused"),
        FaultKind::Forbidden => (ErrorKind::Unauthorized, "forbidden"),
        FaultKind::NotFound => (ErrorKind::Config, "no_such_service"),
        FaultKind::TooLarge => (ErrorKind::Config, "request_too_large"),
        FaultKind::Unavailable => (ErrorKind::Unavailable, "unavailable"),
        FaultKind::WsdlRefused => (ErrorKind::Config, "wsdl_refused"),
        FaultKind::Empty => (ErrorKind::Protocol, "empty_body"),
        FaultKind::Html => (ErrorKind::Protocol, "html_instead_of_xml"),
        FaultKind::NotSoap => (ErrorKind::Protocol, "not_soap"),
    };
    let message = fault
        .message
        .as_ref()
        .filter(|m| !m.id.is_empty())
        .map(|m| format!("{}{}", m.id, m.number));
    (
        kind,
        message
            .or_else(|| fault.name.clone())
            .unwrap_or_else(|| code.to_owned()),
    )
}
