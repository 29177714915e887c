use std::io;

/// Why a WSDL or one of its parts cannot be loaded.
///
/// What is merely missing (a type, a schema file) is no error: the description loads, and the operations that need the
/// missing part say so ([`Operation::problem`](crate::wsdl::Operation::problem)).
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// The document is not well-formed XML.
    #[error("{file}:{line}: not well-formed: {reason}")]
    Malformed {
        /// The location it was added under.
        file: String,
        /// The line, counted from 1.
        line: usize,
        /// What is wrong.
        reason: String,
    },
    /// The document crosses a bound of [`Limits`](crate::wsdl::Limits), or holds a document type declaration.
    #[error("{file}:{line}: refused: {reason}")]
    Refused {
        /// The location it was added under.
        file: String,
        /// The line, counted from 1.
        line: usize,
        /// Which bound.
        reason: String,
    },
    /// The document is XML, but not what it should be.
    #[error("{file}:{line}: {reason}")]
    Unexpected {
        /// The location it was added under.
        file: String,
        /// The line, counted from 1.
        line: usize,
        /// Found and expected.
        reason: String,
    },
    /// The first document cannot be read.
    #[error("{file}: cannot be read")]
    Unreadable {
        /// The location that was asked for.
        file: String,
        /// What the resolver said.
        #[source]
        source: io::Error,
    },
}
