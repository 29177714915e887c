use std::fmt;
use std::sync::Arc;

use url::Url;

/// An address whose `Display` and `Debug` show neither user info nor query string nor fragment:
/// `https://host:38010/ext/rest/x?…`. Cloning is cheap.
#[derive(Clone, PartialEq, Eq)]
pub struct SafeUrl {
    url: Arc<Url>,
    /// The path is secret, too.
    hides_path: bool,
}

impl SafeUrl {
    /// Wraps an address.
    pub fn new(url: Url) -> Self {
        Self {
            url: Arc::new(url),
            hides_path: false,
        }
    }

    /// Wraps an address whose path is secret, too, as a webhook's is: it shows scheme, host and port only.
    pub fn without_path(url: Url) -> Self {
        Self {
            url: Arc::new(url),
            hides_path: true,
        }
    }

    /// The whole address, query string included: only for putting it on the wire.
    pub fn expose(&self) -> &Url {
        &self.url
    }
}

impl From<Url> for SafeUrl {
    fn from(url: Url) -> Self {
        Self::new(url)
    }
}

impl fmt::Display for SafeUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.url.cannot_be_a_base() {
            return write!(f, "{}:…", self.url.scheme());
        }
        write!(f, "{}://", self.url.scheme())?;
        if let Some(host) = self.url.host_str() {
            f.write_str(host)?;
        }
        if let Some(port) = self.url.port() {
            write!(f, ":{port}")?;
        }
        if self.hides_path {
            return f.write_str("/…");
        }
        f.write_str(self.url.path())?;
        if self.url.query().is_some() {
            f.write_str("?…")?;
        }
        Ok(())
    }
}

impl fmt::Debug for SafeUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SafeUrl({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_prints_without_query_and_user_info() {
        let url = SafeUrl::new(Url::parse("https://me:canary@h:38010/ext/rest/a?crkyCn=canary").unwrap());
        assert_eq!(url.to_string(), "https://h:38010/ext/rest/a?…");
        assert_eq!(format!("{url:?}"), "SafeUrl(https://h:38010/ext/rest/a?…)");
    }

    #[test]
    fn a_secret_path_does_not_print() {
        let url = SafeUrl::without_path(Url::parse("https://h:8443/services/canary?canary=1").unwrap());
        assert_eq!(url.to_string(), "https://h:8443/…");
        assert_eq!(url.expose().path(), "/services/canary");
    }

    #[test]
    fn neither_fragment_nor_opaque_part_prints() {
        for (address, expected) in [("https://h/a#canary", "https://h/a"), ("data:canary", "data:…")] {
            assert_eq!(SafeUrl::new(Url::parse(address).unwrap()).to_string(), expected);
        }
    }
}
