use std::fmt;
use std::path::{Path, PathBuf};

/// What is wrong with the configuration: file, key, what was found, what was expected.
#[derive(Debug)]
pub struct ConfigError {
    file: PathBuf,
    key: String,
    found: String,
    expected: String,
}

impl ConfigError {
    pub(crate) fn new(
        file: &Path,
        key: impl Into<String>,
        found: impl Into<String>,
        expected: impl Into<String>,
    ) -> Self {
        Self {
            file: file.to_owned(),
            key: key.into(),
            found: found.into(),
            expected: expected.into(),
        }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            file,
            key,
            found,
            expected,
        } = self;
        write!(f, "{}: {key}: found {found}, expected {expected}", file.display())
    }
}

impl std::error::Error for ConfigError {}
