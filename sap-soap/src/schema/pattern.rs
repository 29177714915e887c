use std::fmt;
use std::sync::Arc;

/// A pattern of XML Schema. It must match the whole value.
#[derive(Clone)]
pub struct Pattern(Arc<str>);

impl Pattern {
    pub(crate) fn new(source: Arc<str>) -> Self {
        Self(source)
    }

    /// As the schema writes it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pattern({:?})", self.0)
    }
}
