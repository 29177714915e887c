//! A question to customs is data: it can be queued, recorded and replayed, and the core knows no service by name.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::Fields;
use crate::digest::Digest;

/// Names a customs service, by its id (`API001`) or its catalogue name (`cargo-progress`); the client knows both.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ServiceId(pub Arc<str>);

impl ServiceId {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for ServiceId {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

impl fmt::Display for ServiceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A question to customs: the service and its parameters by wire name. It never holds a key. `Debug` shows no values: some
/// services are asked about persons.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomsQuery {
    /// The service.
    pub service: ServiceId,
    /// Parameters by wire name.
    pub params: Fields,
}

impl CustomsQuery {
    /// A question.
    pub fn new(service: impl Into<ServiceId>, params: Fields) -> Self {
        Self {
            service: service.into(),
            params,
        }
    }

    /// Tells this question from every other one; shows none of its values.
    pub fn digest(&self) -> String {
        let params = self.params.iter().flat_map(|(name, value)| [name, value]);
        let digest: Digest = std::iter::once(self.service.as_str()).chain(params).collect();
        digest.hex()
    }
}

impl fmt::Debug for CustomsQuery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.params.iter().map(|(name, _)| name).collect();
        f.debug_struct("CustomsQuery")
            .field("service", &self.service)
            .field("params", &names)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_no_value() {
        let query = CustomsQuery::new("API028", [("pltxNm", "canary")].into_iter().collect());
        assert_eq!(
            format!("{query:?}"),
            r#"CustomsQuery { service: ServiceId("API028"), params: ["pltxNm"] }"#
        );
    }
}
