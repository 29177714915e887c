use std::fmt;

use http::{HeaderName, HeaderValue, Method};

use super::Recorded;

/// Which requests a rule fits; every condition must hold. `Display` and `Debug` show no value of the query, of a header
/// or of the body.
#[derive(Clone, Default)]
pub struct When {
    method: Option<Method>,
    path: Option<String>,
    query: Vec<(String, String)>,
    headers: Vec<(HeaderName, HeaderValue)>,
    body: Vec<String>,
}

impl When {
    /// Every request.
    pub fn any() -> Self {
        Self::default()
    }

    /// GET of exactly this path.
    pub fn get(path: impl Into<String>) -> Self {
        Self::any().method(Method::GET).path(path)
    }

    /// POST to exactly this path.
    pub fn post(path: impl Into<String>) -> Self {
        Self::any().method(Method::POST).path(path)
    }

    /// Only this method.
    #[must_use]
    pub fn method(mut self, method: Method) -> Self {
        self.method = Some(method);
        self
    }

    /// Only exactly this path, as it is on the wire (percent-encoded), without the query string.
    #[must_use]
    pub fn path(mut self, path: impl Into<String>) -> Self {
        self.path = Some(path.into());
        self
    }

    /// Only with this query parameter of this value, both decoded.
    #[must_use]
    pub fn query(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.query.push((name.into(), value.into()));
        self
    }

    /// Only with this header of this value.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    /// Only with this text somewhere in the body.
    #[must_use]
    pub fn body_contains(mut self, text: impl Into<String>) -> Self {
        self.body.push(text.into());
        self
    }

    pub(super) fn fits(&self, asked: &Recorded) -> bool {
        let pairs = asked.query_pairs();
        let body = asked.text();
        self.method.as_ref().is_none_or(|method| *method == asked.method)
            && self
                .path
                .as_ref()
                .is_none_or(|path| path == asked.url.expose().path())
            && self.query.iter().all(|pair| pairs.contains(pair))
            && self
                .headers
                .iter()
                .all(|(name, value)| asked.headers.get_all(name).iter().any(|v| v == value))
            && self.body.iter().all(|text| body.contains(text))
    }
}

impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.method.as_ref().map_or("*", Method::as_str))?;
        write!(f, " {}", self.path.as_deref().unwrap_or("*"))?;
        for (i, (name, _)) in self.query.iter().enumerate() {
            write!(f, "{}{name}=…", if i == 0 { '?' } else { '&' })?;
        }
        for (name, _) in &self.headers {
            write!(f, " with {name}")?;
        }
        if !self.body.is_empty() {
            f.write_str(" with text in its body")?;
        }
        Ok(())
    }
}

impl fmt::Debug for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "When({self})")
    }
}
