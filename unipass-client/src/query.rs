//! A question to one service: its parameters, the rules they must keep, and the address to ask.

mod check;
mod year;

use std::fmt;

use secrecy::{ExposeSecret, SecretString};
use url::Url;

use crate::catalogue::Service;

pub use check::{ParamError, Problem};
pub use year::neighbour_year;

/// A question as data. Typed requests turn into it; it can be stored, sent on and asked later.
///
/// `Debug` hides the values of personal parameters.
///
/// ```
/// use unipass_client::{Query, services};
///
/// let query = Query::new(&services::cargo_progress::SERVICE).with("mblNo", "98822131314").with("blYy", "2020");
/// assert!(query.check().is_ok());
/// let query = Query::new(&services::cargo_progress::SERVICE).with("mblNo", "98822131314");
/// assert!(query.check().is_err());
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Query {
    service: &'static Service,
    params: Vec<(String, String)>,
}

impl Query {
    /// A question without parameters.
    pub fn new(service: &'static Service) -> Self {
        Self {
            service,
            params: Vec::new(),
        }
    }

    /// Sets a parameter by its wire name, replacing an earlier value. Blank text counts as not given.
    #[must_use]
    pub fn with(mut self, wire: impl Into<String>, value: impl Into<String>) -> Self {
        let (wire, value) = (wire.into(), value.into());
        self.params.retain(|(name, _)| *name != wire);
        if !value.trim().is_empty() {
            self.params.push((wire, value));
        }
        self
    }

    /// The service asked.
    pub fn service(&self) -> &'static Service {
        self.service
    }

    /// The value of a parameter.
    pub fn get(&self, wire: &str) -> Option<&str> {
        self.params
            .iter()
            .find(|(name, _)| name == wire)
            .map(|(_, value)| value.as_str())
    }

    /// All parameters given, in order.
    pub fn params(&self) -> impl Iterator<Item = (&str, &str)> {
        self.params
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Checks the parameters against the rules of the catalogue.
    ///
    /// # Errors
    /// [`ParamError`] with every rule that is broken, in Korean and English.
    pub fn check(&self) -> Result<(), ParamError> {
        check::check(self)
    }

    /// The address to ask: below `base`, with the key first and each value percent-encoded as UTF-8. The result holds the key:
    /// wrap it in [`SafeUrl`](customs_http::SafeUrl) before anything prints it.
    pub fn url(&self, base: &Url, key: &SecretString) -> Url {
        let mut url = base.clone();
        let path = format!("{}/{}", base.path().trim_end_matches('/'), self.service.path);
        url.set_path(&path);
        url.query_pairs_mut()
            .clear()
            .append_pair("crkyCn", key.expose_secret())
            .extend_pairs(self.params());
        url
    }

    /// The same question about the neighbouring year, where one parameter is a year that may be off by one; see
    /// [`neighbour_year`].
    pub fn for_neighbour_year(&self, today: jiff::civil::Date) -> Option<Query> {
        let param = self.service.params.iter().find(|p| p.turn_of_year)?;
        let year = self.get(param.wire)?.trim().parse().ok()?;
        let neighbour = neighbour_year(year, today)?;
        Some(self.clone().with(param.wire, format!("{neighbour:04}")))
    }

    /// The values that must not be shown.
    pub(crate) fn personal_values(&self) -> impl Iterator<Item = &str> {
        self.params()
            .filter(|(wire, _)| self.is_personal(wire))
            .map(|(_, value)| value)
    }

    fn is_personal(&self, wire: &str) -> bool {
        // An unknown parameter of such a service may be a misspelt one.
        self.service
            .param(wire)
            .map_or_else(|| self.service.is_personal(), |p| p.personal)
    }
}

impl fmt::Debug for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut s = f.debug_struct(self.service.id);
        for (wire, value) in self.params() {
            match self.is_personal(wire) {
                true => s.field(wire, &format_args!("…")),
                false => s.field(wire, &value),
            };
        }
        s.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::services;

    #[test]
    fn the_address_is_encoded_as_utf_8() {
        let base = Url::parse("https://unipass.customs.go.kr:38010/ext/rest").unwrap();
        let query = Query::new(&services::personal_code_check::SERVICE)
            .with("persEcm", "P123456789012")
            .with("pltxNm", "홍 길동&x=1")
            .with("cralTelno", "01012345678");
        assert_eq!(
            query.url(&base, &"k1".into()).as_str(),
            "https://unipass.customs.go.kr:38010/ext/rest/persEcmQry/retrievePersEcm?crkyCn=k1&persEcm=P123456789012\
             &pltxNm=%ED%99%8D+%EA%B8%B8%EB%8F%99%26x%3D1&cralTelno=01012345678"
        );
        let slash = Url::parse("http://127.0.0.1:1/ext/rest/").unwrap();
        assert_eq!(
            Query::new(query.service()).url(&slash, &"k".into()).path(),
            "/ext/rest/persEcmQry/retrievePersEcm"
        );
    }

    #[test]
    fn personal_values_are_not_shown() {
        let query = Query::new(&services::personal_code_check::SERVICE)
            .with("pltxNm", "canary")
            .with("plxtNm", "canary");
        assert_eq!(format!("{query:?}"), "API028 { pltxNm: …, plxtNm: … }");
        let query = Query::new(&services::airline::SERVICE).with("flcoSgn", "KE");
        assert_eq!(format!("{query:?}"), r#"API009 { flcoSgn: "KE" }"#);
    }

    #[test]
    fn blank_is_not_given_and_the_last_value_counts() {
        let query = Query::new(&services::airline::SERVICE)
            .with("flcoSgn", "KE")
            .with("flcoSgn", " ");
        assert_eq!(query.get("flcoSgn"), None);
    }
}
