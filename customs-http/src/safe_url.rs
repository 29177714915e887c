use std::fmt;

use url::Url;

/// An address whose `Display` and `Debug` show neither user info nor query string nor fragment:
/// `https://host:38010/ext/rest/x?…`.
#[derive(Clone, PartialEq, Eq)]
pub struct SafeUrl(Url);

impl SafeUrl {
    /// Wraps an address.
    pub fn new(url: Url) -> Self {
        Self(url)
    }

    /// The whole address, query string included: only for putting it on the wire.
    pub fn expose(&self) -> &Url {
        &self.0
    }
}

impl From<Url> for SafeUrl {
    fn from(url: Url) -> Self {
        Self(url)
    }
}

impl fmt::Display for SafeUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.cannot_be_a_base() {
            return write!(f, "{}:…", self.0.scheme());
        }
        write!(f, "{}://", self.0.scheme())?;
        if let Some(host) = self.0.host_str() {
            f.write_str(host)?;
        }
        if let Some(port) = self.0.port() {
            write!(f, ":{port}")?;
        }
        f.write_str(self.0.path())?;
        if self.0.query().is_some() {
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
    fn neither_fragment_nor_opaque_part_prints() {
        for (address, expected) in [("https://h/a#canary", "https://h/a"), ("data:canary", "data:…")] {
            assert_eq!(SafeUrl::new(Url::parse(address).unwrap()).to_string(), expected);
        }
    }
}
