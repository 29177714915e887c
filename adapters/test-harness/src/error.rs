//! Why a simulator does not start.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

/// Why a simulator does not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The address cannot be listened on.
    #[error("cannot listen on {addr}")]
    Bind {
        /// The address that was asked for.
        addr: SocketAddr,
        /// What the system says.
        source: io::Error,
    },
    /// A file or folder cannot be read or written.
    #[error("cannot use {path}")]
    File {
        /// Which one.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A file holds something else than it should.
    #[error("{path}, line {line}: {reason}")]
    Content {
        /// Which one.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What was found and what was expected.
        reason: String,
    },
    /// The data directory belongs to a world of another seed.
    #[error("{path} holds the world of seed {found}, not of seed {expected}")]
    OtherSeed {
        /// The file that says so.
        path: PathBuf,
        /// The seed in the file.
        found: u64,
        /// The seed that was asked for.
        expected: u64,
    },
}

impl StartError {
    pub(crate) fn file(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::File { path, source }
    }
}
