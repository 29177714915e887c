use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read};

use crate::schema::Limits;

/// Where documents come from. Only for sources that answer at once; documents behind HTTP are fetched by whoever drives a
/// [`Loader`](super::Loader).
pub trait Resolve {
    /// The bytes of the document at a location, as [`Loader::missing`](super::Loader::missing) names it.
    ///
    /// # Errors
    /// Any error: the document then counts as missing, except for the first one.
    fn fetch(&self, location: &str) -> io::Result<Vec<u8>>;
}

/// Reads regular files of a bounded size; never a device, a pipe or a URL.
#[derive(Debug, Clone, Copy, Default)]
pub struct FileSystem;

impl Resolve for FileSystem {
    fn fetch(&self, location: &str) -> io::Result<Vec<u8>> {
        let path = location.strip_prefix("file://").unwrap_or(location);
        if !std::fs::metadata(path)?.is_file() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a regular file"));
        }
        let limit = Limits::default().document_bytes as u64;
        let mut bytes = Vec::new();
        // One byte more than allowed, so that the loader sees that it is too large.
        File::open(path)?
            .take(limit.saturating_add(1))
            .read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}

/// Documents held in memory, by location.
#[derive(Debug, Clone, Default)]
pub struct InMemory(HashMap<String, Vec<u8>>);

impl InMemory {
    /// Adds a document.
    #[must_use]
    pub fn with(mut self, location: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        self.0.insert(location.into(), bytes.into());
        self
    }
}

impl Resolve for InMemory {
    fn fetch(&self, location: &str) -> io::Result<Vec<u8>> {
        self.0
            .get(location)
            .cloned()
            .ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, "not in memory"))
    }
}
