//! One opaque error: what went wrong, whether to try again, and how far the request got.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// A result whose error is [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong, as a small closed set: tables and metrics group by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ErrorKind {
    /// The configuration does not fit.
    Config,
    /// User, password or key was refused.
    Unauthorized,
    /// The other side understood the request and refuses it.
    Refused,
    /// Several records match where one was asked for.
    Ambiguous,
    /// The record does not agree with what was asked.
    Mismatch,
    /// An answer that nobody has classified yet.
    Unclassified,
    /// The answer is not what the protocol allows: HTML, truncated, a DTD, an unknown root …
    Protocol,
    /// The other side cannot be reached or says that it is in trouble.
    Unavailable,
    /// A bound on time was reached.
    Timeout,
    /// The other side asks for fewer requests.
    RateLimited,
    /// The circuit breaker is open: nothing was tried.
    CircuitOpen,
    /// The budget is used up: nothing was tried.
    QuotaExhausted,
    /// The run's deadline came first.
    Deadline,
    /// A value could not be mapped.
    Mapping,
    /// What was read is possible, and not to be believed without a look.
    Suspicious,
    /// A write may have been carried out, and nobody can tell.
    InDoubt,
    /// The ledger's database failed.
    Ledger,
    /// A lease or a claim was lost to somebody else.
    Conflict,
    /// A bug of ours: a panic, or a broken invariant.
    Internal,
}

impl ErrorKind {
    /// The name used in tables, JSON and logs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Config => "config",
            Self::Unauthorized => "unauthorized",
            Self::Refused => "refused",
            Self::Ambiguous => "ambiguous",
            Self::Mismatch => "mismatch",
            Self::Unclassified => "unclassified",
            Self::Protocol => "protocol",
            Self::Unavailable => "unavailable",
            Self::Timeout => "timeout",
            Self::RateLimited => "rate_limited",
            Self::CircuitOpen => "circuit_open",
            Self::QuotaExhausted => "quota_exhausted",
            Self::Deadline => "deadline",
            Self::Mapping => "mapping",
            Self::Suspicious => "suspicious",
            Self::InDoubt => "in_doubt",
            Self::Ledger => "ledger",
            Self::Conflict => "conflict",
            Self::Internal => "internal",
        }
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Whether trying again can help.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Retryability {
    /// Never: the same request ends the same way.
    Permanent,
    /// It may pass.
    Transient,
    /// It was transient, and the retry layer gave up. Nobody tries again within this run.
    Exhausted,
}

/// How far a request got. Only a failed connect proves that nothing was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sent {
    /// Nothing left this process, or nothing reached the server.
    No,
    /// The server may have carried it out.
    Maybe,
    /// The server answered.
    Answered,
}

/// The one error of the core's traits. `Display` shows kind, code and message, never the source; [`Error::chain`] shows all.
/// Clones share the source.
#[derive(Clone)]
pub struct Error(Box<Inner>);

#[derive(Clone)]
struct Inner {
    kind: ErrorKind,
    retry: Retryability,
    sent: Sent,
    code: Option<Cow<'static, str>>,
    message: String,
    endpoint: Option<String>,
    operation: Option<Cow<'static, str>>,
    retry_after: Option<Duration>,
    source: Option<Arc<dyn StdError + Send + Sync>>,
}

impl Error {
    /// A permanent error about something that never left the process.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            kind,
            retry: Retryability::Permanent,
            sent: Sent::No,
            code: None,
            message: message.into(),
            endpoint: None,
            operation: None,
            retry_after: None,
            source: None,
        }))
    }

    /// Marks it as worth trying again.
    #[must_use]
    pub fn transient(mut self) -> Self {
        self.0.retry = Retryability::Transient;
        self
    }

    /// Sets whether trying again can help.
    #[must_use]
    pub fn retryability(mut self, retry: Retryability) -> Self {
        self.0.retry = retry;
        self
    }

    /// Sets how far the request got.
    #[must_use]
    pub fn sent(mut self, sent: Sent) -> Self {
        self.0.sent = sent;
        self
    }

    /// Sets the code: a short, stable word such as `html_instead_of_xml`, or SAP's `CZ115`.
    #[must_use]
    pub fn code(mut self, code: impl Into<Cow<'static, str>>) -> Self {
        self.0.code = Some(code.into());
        self
    }

    /// Sets the endpoint, without a query string. Keeps one that is already there.
    #[must_use]
    pub fn endpoint(mut self, endpoint: impl Into<String>) -> Self {
        self.0.endpoint.get_or_insert_with(|| endpoint.into());
        self
    }

    /// Sets the operation. Keeps one that is already there.
    #[must_use]
    pub fn operation(mut self, operation: impl Into<Cow<'static, str>>) -> Self {
        self.0.operation.get_or_insert_with(|| operation.into());
        self
    }

    /// The other side's wish when to try again.
    #[must_use]
    pub fn retry_after(mut self, wait: Duration) -> Self {
        self.0.retry_after = Some(wait);
        self
    }

    /// Sets the cause.
    #[must_use]
    pub fn source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.0.source = Some(Arc::from(source.into()));
        self
    }

    /// Marks it as given up by the retry layer.
    #[must_use]
    pub fn exhausted(mut self) -> Self {
        if self.0.retry == Retryability::Transient {
            self.0.retry = Retryability::Exhausted;
        }
        self
    }

    /// What went wrong.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Whether trying again can help.
    pub fn get_retryability(&self) -> Retryability {
        self.0.retry
    }

    /// Whether trying again now can help.
    pub fn is_transient(&self) -> bool {
        self.0.retry == Retryability::Transient
    }

    /// How far the request got.
    pub fn get_sent(&self) -> Sent {
        self.0.sent
    }

    /// The code; the kind's name where there is none.
    pub fn get_code(&self) -> &str {
        self.0.code.as_deref().unwrap_or(self.0.kind.as_str())
    }

    /// The message, without kind and code.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The endpoint, if known.
    pub fn get_endpoint(&self) -> Option<&str> {
        self.0.endpoint.as_deref()
    }

    /// The operation, if known.
    pub fn get_operation(&self) -> Option<&str> {
        self.0.operation.as_deref()
    }

    /// The other side's wish when to try again.
    pub fn get_retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// Shows the error and all its causes in one line: `a: b: c`. A cause that only repeats its parent's text is left out.
    pub fn chain(&self) -> impl fmt::Display + '_ {
        DisplayChain(self)
    }
}

/// Shows an error and all its causes in one line.
#[derive(Debug)]
pub struct DisplayChain<'a>(pub &'a (dyn StdError + 'static));

impl fmt::Display for DisplayChain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = self.0.to_string();
        f.write_str(&shown)?;
        let mut cause = self.0.source();
        while let Some(error) = cause {
            let text = error.to_string();
            if !shown.ends_with(&text) {
                write!(f, ": {text}")?;
                shown = text;
            }
            cause = error.source();
        }
        Ok(())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.kind.as_str())?;
        if let Some(code) = &self.0.code {
            write!(f, " [{code}]")?;
        }
        write!(f, ": {}", self.0.message)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner {
            kind,
            retry,
            sent,
            code,
            message,
            endpoint,
            operation,
            retry_after,
            source,
        } = &*self.0;
        f.debug_struct("Error")
            .field("kind", kind)
            .field("retry", retry)
            .field("sent", sent)
            .field("code", code)
            .field("message", message)
            .field("endpoint", endpoint)
            .field("operation", operation)
            .field("retry_after", retry_after)
            .field("source", source)
            .finish()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|s| s as &(dyn StdError + 'static))
    }
}

/// An error as it is stored: flat texts, nothing of the source's type left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorRow {
    /// Where in the life of a record: `fetch`, `query`, `map`, `deliver`, `settle`, `plan` …
    pub stage: Stage,
    /// What went wrong.
    pub kind: ErrorKind,
    /// The code, or the kind's name.
    pub code: String,
    /// The error and its causes, whole.
    pub message: String,
    /// The endpoint, if known.
    pub endpoint: Option<String>,
    /// The operation, if known.
    pub operation: Option<String>,
}

impl ErrorRow {
    /// Flattens an error that happened in `stage`.
    pub fn new(stage: Stage, error: &Error) -> Self {
        let chain = error.chain().to_string();
        let prefix = match &error.0.code {
            Some(code) => format!("{} [{code}]: ", error.kind()),
            None => format!("{}: ", error.kind()),
        };
        Self {
            stage,
            kind: error.kind(),
            code: error.get_code().to_owned(),
            message: chain.strip_prefix(&prefix).unwrap_or(&chain).to_owned(),
            endpoint: error.0.endpoint.clone(),
            operation: error.0.operation.as_deref().map(str::to_owned),
        }
    }
}

/// Where in a run something happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Beginning, planning or closing a run.
    Plan,
    /// Reading the due list.
    Fetch,
    /// Handing chunks to workers.
    Dispatch,
    /// Asking customs.
    Query,
    /// Turning an answer into columns.
    Map,
    /// Writing to the sink.
    Deliver,
    /// Writing to the ledger.
    Settle,
}

impl Stage {
    /// The name used in tables, JSON and logs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Plan => "plan",
            Self::Fetch => "fetch",
            Self::Dispatch => "dispatch",
            Self::Query => "query",
            Self::Map => "map",
            Self::Deliver => "deliver",
            Self::Settle => "settle",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn display_shows_kind_code_and_message_and_the_chain_shows_the_rest() {
        let io = std::io::Error::other("reset by peer");
        let error = Error::new(ErrorKind::Unavailable, "no answer")
            .code("reset")
            .source(io);
        assert_eq!(error.to_string(), "unavailable [reset]: no answer");
        assert_eq!(
            error.chain().to_string(),
            "unavailable [reset]: no answer: reset by peer"
        );
        assert_eq!(
            ErrorRow::new(Stage::Query, &error).message,
            "no answer: reset by peer"
        );
    }

    #[test]
    fn only_a_transient_error_becomes_exhausted() {
        assert_eq!(
            Error::new(ErrorKind::Timeout, "")
                .transient()
                .exhausted()
                .get_retryability(),
            Retryability::Exhausted
        );
        assert_eq!(
            Error::new(ErrorKind::Refused, "").exhausted().get_retryability(),
            Retryability::Permanent
        );
    }

    #[test]
    fn the_name_of_a_kind_is_its_json() {
        let json = serde_json::to_string(&ErrorKind::CircuitOpen).unwrap();
        assert_eq!(json, format!("{:?}", ErrorKind::CircuitOpen.as_str()));
    }
}
