//! What customs answered.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

mod records;

pub use records::{Record, Records};

/// What an answer means. The same words stand in code, JSON and tables.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum Verdict {
    /// The record is there.
    Found,
    /// The service says that it has none. Only the service can say so; silence is an error.
    NotFound,
    /// Several records match; the question must be narrowed.
    Many,
    /// The record is there, but does not agree with what was asked.
    Mismatch,
    /// Anything else, by kind: `refused_key`, `service_trouble`, `unclassified` …
    Error(Arc<str>),
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Found => f.write_str("found"),
            Self::NotFound => f.write_str("not_found"),
            Self::Many => f.write_str("many"),
            Self::Mismatch => f.write_str("mismatch"),
            Self::Error(kind) => write!(f, "error({kind})"),
        }
    }
}

impl FromStr for Verdict {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Ok(match text {
            "found" => Self::Found,
            "not_found" => Self::NotFound,
            "many" => Self::Many,
            "mismatch" => Self::Mismatch,
            _ => match text.strip_prefix("error(").and_then(|t| t.strip_suffix(')')) {
                Some(kind) => Self::Error(kind.into()),
                None => return Err(format!("unknown verdict {text:?}")),
            },
        })
    }
}

impl From<Verdict> for String {
    fn from(verdict: Verdict) -> Self {
        verdict.to_string()
    }
}

impl TryFrom<String> for Verdict {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

/// Whether a record still moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Its state may still change.
    Moving,
    /// An event happened after which it does not change any more, by the service's rule.
    Final,
}

/// The state of one record at customs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClearanceState {
    /// The state in customs' own words.
    pub status: String,
    /// Since when, if the service says so.
    pub as_of: Option<Timestamp>,
    /// Whether it still moves.
    pub phase: Phase,
}

/// An answer of customs to one question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomsAnswer {
    /// What it means: found, not found, many or mismatch (an error is an `Err`).
    pub verdict: Verdict,
    /// The records, detail rows included, in order.
    pub records: Records,
    /// The state, for services that have one.
    pub state: Option<ClearanceState>,
    /// Text that the service sent along and that is not an error.
    pub notice: Option<String>,
    /// Elements and fields that the catalogue does not know.
    pub drift: u32,
}

impl CustomsAnswer {
    /// A field by name: `name` is the first record that has it, `Element.name` the first record of that element that has it.
    pub fn field(&self, name: &str) -> Option<&str> {
        match name.split_once('.') {
            Some((element, field)) => self
                .records
                .iter()
                .filter(|r| r.element() == element)
                .find_map(|r| r.get(field)),
            None => self.records.field(name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verdicts_have_one_spelling() {
        for text in ["found", "not_found", "many", "mismatch", "error(refused_key)"] {
            let verdict: Verdict = text.parse().unwrap();
            assert_eq!(verdict.to_string(), text);
            assert_eq!(serde_json::to_string(&verdict).unwrap(), format!("{text:?}"));
        }
        assert!("ok".parse::<Verdict>().is_err());
    }
}
