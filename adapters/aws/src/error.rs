//! What went wrong between this process and AWS.

use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use customs_core::{Error, ErrorKind, Sent};

/// An error of a request to AWS. `Display` shows the service's code and text, never the request.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AwsError {
    /// The request never left this process: no credentials, no region, a wrong address.
    #[error("no request could be made: {0}")]
    NotSent(String),
    /// AWS could not be reached.
    #[error("{service} cannot be reached")]
    Unreachable {
        /// Which service.
        service: &'static str,
        /// Whether the request may have arrived.
        sent: bool,
    },
    /// It took too long.
    #[error("{service} did not answer in time")]
    Timeout {
        /// Which service.
        service: &'static str,
    },
    /// AWS refused.
    #[error("{service} refuses: {code}: {text}")]
    Refused {
        /// Which service.
        service: &'static str,
        /// Its code, such as `AccessDenied`.
        code: String,
        /// Its words.
        text: String,
        /// Trouble of the service rather than of the request.
        transient: bool,
    },
    /// The message is larger than AWS takes.
    #[error("a message of {bytes} bytes, and {limit} is the most: a lower chunk_size makes smaller ones")]
    TooLarge {
        /// Its size on the wire, attributes included.
        bytes: usize,
        /// The limit.
        limit: usize,
    },
    /// A topic cannot hold a message back.
    #[error(
        "the chunk begins in {0} s, and a topic cannot wait: name a queue, or let fewer records be due at once"
    )]
    CannotWait(u64),
    /// The answer cannot be understood, or lacks what was asked for.
    #[error("{service}: {text}")]
    Answer {
        /// Which service.
        service: &'static str,
        /// What is wrong with it.
        text: String,
    },
    /// A text that should name a secret does not.
    #[error("{0:?} names no secret: expected aws-sm:NAME, aws-sm:NAME#FIELD or aws-ssm:NAME")]
    Reference(String),
    /// What should travel cannot be written as JSON, or is not what was expected.
    #[error("not a message of this product")]
    Message(#[from] serde_json::Error),
}

impl AwsError {
    /// What the SDK's error says, without the request.
    pub(crate) fn of<E: ProvideErrorMetadata, R>(service: &'static str, error: &SdkError<E, R>) -> Self {
        match error {
            SdkError::TimeoutError(_) => Self::Timeout { service },
            SdkError::DispatchFailure(failure) if failure.is_timeout() => Self::Timeout { service },
            SdkError::DispatchFailure(failure) if failure.is_io() => {
                Self::Unreachable { service, sent: true }
            }
            SdkError::DispatchFailure(_) => Self::Unreachable { service, sent: false },
            SdkError::ConstructionFailure(_) => {
                Self::NotSent("the SDK could not build it (credentials, region, address)".into())
            }
            SdkError::ServiceError(answer) => {
                let code = answer.err().code().unwrap_or("unknown").to_owned();
                let transient = is_transient(&code);
                Self::Refused {
                    service,
                    code,
                    text: answer.err().message().unwrap_or_default().to_owned(),
                    transient,
                }
            }
            // `SdkError` may grow: whatever comes, the request may have arrived.
            _ => Self::Unreachable { service, sent: true },
        }
    }
}

/// Codes that pass by themselves.
pub(crate) fn is_transient(code: &str) -> bool {
    let code = code.to_ascii_lowercase();
    [
        "throttl",
        "internal",
        "unavailable",
        "toomanyrequests",
        "requestlimit",
        "slowdown",
    ]
    .iter()
    .any(|word| code.contains(word))
}

impl From<AwsError> for Error {
    fn from(error: AwsError) -> Self {
        let text = error.to_string();
        let new = |kind| Self::new(kind, text);
        match &error {
            AwsError::NotSent(_) => new(ErrorKind::Config).code("aws_request"),
            AwsError::Unreachable { sent, .. } => new(ErrorKind::Unavailable)
                .code("aws_unreachable")
                .transient()
                .sent(if *sent { Sent::Maybe } else { Sent::No }),
            AwsError::Timeout { .. } => new(ErrorKind::Timeout)
                .code("aws_timeout")
                .transient()
                .sent(Sent::Maybe),
            AwsError::Refused { code, transient, .. } => {
                let code = code.clone();
                let kind = match (code.as_str(), transient) {
                    (_, true) => ErrorKind::Unavailable,
                    (c, false) if is_about_rights(c) => ErrorKind::Unauthorized,
                    (_, false) => ErrorKind::Refused,
                };
                let error = new(kind).code(code).sent(Sent::Answered);
                if *transient { error.transient() } else { error }
            }
            AwsError::TooLarge { .. } => new(ErrorKind::Config).code("message_too_large"),
            AwsError::CannotWait(_) => new(ErrorKind::Config).code("no_queue"),
            AwsError::Answer { .. } => new(ErrorKind::Protocol).code("aws_answer").sent(Sent::Answered),
            AwsError::Reference(_) => new(ErrorKind::Config).code("secret_reference"),
            AwsError::Message(_) => new(ErrorKind::Protocol).code("not_a_message"),
        }
    }
}

fn is_about_rights(code: &str) -> bool {
    [
        "AccessDenied",
        "Authorization",
        "InvalidClientTokenId",
        "SignatureDoesNotMatch",
        "ExpiredToken",
        "KMS",
    ]
    .iter()
    .any(|word| code.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_become_kinds() {
        let refused = |code: &str| {
            Error::from(AwsError::Refused {
                service: "SNS",
                code: code.into(),
                text: "x".into(),
                transient: is_transient(code),
            })
        };
        for (code, kind, transient) in [
            ("Throttled", ErrorKind::Unavailable, true),
            ("RequestThrottled", ErrorKind::Unavailable, true),
            ("InternalError", ErrorKind::Unavailable, true),
            ("AuthorizationError", ErrorKind::Unauthorized, false),
            ("AccessDeniedException", ErrorKind::Unauthorized, false),
            ("NotFound", ErrorKind::Refused, false),
        ] {
            let error = refused(code);
            assert_eq!((error.kind(), error.is_transient()), (kind, transient), "{code}");
            assert_eq!(error.get_code(), code);
        }
    }
}
