use std::borrow::Cow;

use customs_core::ErrorKind as CoreKind;
use customs_http::{Sent, TransportErrorKind};
use http::StatusCode;
use jiff::Timestamp;

use crate::error::Error;
use crate::verdict::ErrorKind;

/// The error as the core's; `now` tells how long a wait until a moment is.
pub(super) fn core_error(error: Error, service: &'static str, now: Timestamp) -> customs_core::Error {
    let message = match &error {
        // The service stands in the operation.
        Error::Answer { message, .. } => Cow::Owned(message.clone()),
        other => Cow::Owned(other.to_string()),
    };
    let sent = match error.sent() {
        Sent::No => customs_core::Sent::No,
        Sent::Maybe => customs_core::Sent::Maybe,
        Sent::Answered => customs_core::Sent::Answered,
    };
    let mut core = customs_core::Error::new(core_kind(&error), message)
        .code(error.code())
        .sent(sent)
        .operation(service);
    if error.is_transient() {
        core = core.transient();
    }
    if let Some(wait) = error.retry_after() {
        core = core.retry_after(wait.wait(now));
    }
    match error {
        Error::Transport { source, .. } => {
            if let Some(url) = source.url() {
                core = core.endpoint(url.to_string());
            }
            core.source(source)
        }
        Error::Params(_) | Error::NoKey { .. } | Error::Status { .. } | Error::Answer { .. } => core,
    }
}

fn core_kind(error: &Error) -> CoreKind {
    match error {
        // The values come from the due record.
        Error::Params(_) => CoreKind::Refused,
        Error::NoKey { .. } => CoreKind::Config,
        Error::Transport { source, .. } => match source.kind() {
            TransportErrorKind::Connect | TransportErrorKind::Reset => CoreKind::Unavailable,
            TransportErrorKind::Timeout(_) => CoreKind::Timeout,
            TransportErrorKind::TooLarge | TransportErrorKind::Decode => CoreKind::Protocol,
            _ => CoreKind::Internal,
        },
        Error::Status { status, .. } => match *status {
            StatusCode::TOO_MANY_REQUESTS => CoreKind::RateLimited,
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => CoreKind::Unauthorized,
            StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_EARLY => CoreKind::Unavailable,
            status if status.is_server_error() => CoreKind::Unavailable,
            status if status.is_client_error() => CoreKind::Refused,
            _ => CoreKind::Protocol,
        },
        Error::Answer { kind, .. } => match kind {
            ErrorKind::RefusedKey | ErrorKind::WrongServiceKey => CoreKind::Unauthorized,
            ErrorKind::BadParameter => CoreKind::Refused,
            ErrorKind::ServiceTrouble => CoreKind::Unavailable,
            ErrorKind::Unclassified => CoreKind::Unclassified,
            ErrorKind::HtmlInsteadOfXml
            | ErrorKind::EmptyBody
            | ErrorKind::TruncatedXml
            | ErrorKind::NotXml
            | ErrorKind::DtdRefused
            | ErrorKind::UnknownRoot
            | ErrorKind::NotUtf8
            | ErrorKind::TooDeep
            | ErrorKind::TooLarge => CoreKind::Protocol,
        },
    }
}
