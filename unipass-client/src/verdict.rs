//! What an answer means, judged by rules that are data.
//!
//! HTTP 200 and an empty list prove nothing here: the service reports errors inside successful answers. So `not_found` is said
//! only when the service itself says so, and whatever is not clear is an error.

mod judge;
#[rustfmt::skip]
mod shipped;
mod table;

use std::fmt;

use serde::Serialize;

pub use judge::{Envelope, Judged};
pub use table::{Meaning, TextMatch, VerdictRule, VerdictTable};

/// What an answer means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// What was asked for is there.
    Found,
    /// The service says that there is nothing.
    NotFound,
    /// Several things match: the records are a list to choose from.
    Many,
    /// A check was carried out and failed.
    Mismatch,
    /// Anything else.
    Error(ErrorKind),
}

impl Verdict {
    /// The word used in JSON, tables and configuration.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Found => "found",
            Self::NotFound => "not_found",
            Self::Many => "many",
            Self::Mismatch => "mismatch",
            Self::Error(_) => "error",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Error(kind) => write!(f, "error({})", kind.code()),
            other => f.write_str(other.as_str()),
        }
    }
}

/// Why an answer is an error. [`code`](Self::code) is stable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ErrorKind {
    /// The key is unknown, missing, suspended or not allowed.
    RefusedKey,
    /// The key belongs to another service.
    WrongServiceKey,
    /// A parameter is missing or wrong.
    BadParameter,
    /// The service failed.
    ServiceTrouble,
    /// An error, or no clear answer, of a kind that no rule knows.
    Unclassified,
    /// An HTML page: a maintenance page, a proxy.
    HtmlInsteadOfXml,
    /// Nothing, or blanks.
    EmptyBody,
    /// XML that ends too early.
    TruncatedXml,
    /// Something else than well-formed XML.
    NotXml,
    /// A document type declaration, which is never read.
    DtdRefused,
    /// Well-formed XML of another service or another system.
    UnknownRoot,
    /// Another charset than UTF-8.
    NotUtf8,
    /// Nested deeper than allowed.
    TooDeep,
    /// Larger than allowed.
    TooLarge,
}

impl ErrorKind {
    /// The stable code used in JSON, tables and metrics.
    pub fn code(self) -> &'static str {
        match self {
            Self::RefusedKey => "refused_key",
            Self::WrongServiceKey => "wrong_service_key",
            Self::BadParameter => "bad_parameter",
            Self::ServiceTrouble => "service_trouble",
            Self::Unclassified => "unclassified",
            Self::HtmlInsteadOfXml => "html_instead_of_xml",
            Self::EmptyBody => "empty_body",
            Self::TruncatedXml => "truncated_xml",
            Self::NotXml => "not_xml",
            Self::DtdRefused => "dtd_refused",
            Self::UnknownRoot => "unknown_root",
            Self::NotUtf8 => "not_utf8",
            Self::TooDeep => "too_deep",
            Self::TooLarge => "too_large",
        }
    }

    /// Whether the same question may be answered later: trouble of the service or on the way, not of the question.
    pub fn is_transient(self) -> bool {
        match self {
            Self::ServiceTrouble | Self::HtmlInsteadOfXml | Self::EmptyBody | Self::TruncatedXml => true,
            Self::RefusedKey
            | Self::WrongServiceKey
            | Self::BadParameter
            | Self::Unclassified
            | Self::NotXml
            | Self::DtdRefused
            | Self::UnknownRoot
            | Self::NotUtf8
            | Self::TooDeep
            | Self::TooLarge => false,
        }
    }

    /// Whether another key may help.
    pub fn is_about_the_key(self) -> bool {
        matches!(self, Self::RefusedKey | Self::WrongServiceKey)
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::RefusedKey => "the key was refused",
            Self::WrongServiceKey => "the key belongs to another service",
            Self::BadParameter => "a parameter was refused",
            Self::ServiceTrouble => "the service is in trouble",
            Self::Unclassified => "an answer that no rule knows",
            Self::HtmlInsteadOfXml => "an HTML page instead of XML",
            Self::EmptyBody => "an empty body",
            Self::TruncatedXml => "the XML ends too early",
            Self::NotXml => "not XML",
            Self::DtdRefused => "a document type declaration was refused",
            Self::UnknownRoot => "an unknown root element",
            Self::NotUtf8 => "not UTF-8",
            Self::TooDeep => "nested too deeply",
            Self::TooLarge => "too large",
        })
    }
}
