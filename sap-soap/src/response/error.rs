use std::fmt;

/// Why a reply cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReadErrorKind {
    /// Nothing was sent.
    Empty,
    /// The reply ends in its middle.
    Truncated,
    /// It is not XML at all: HTML, plain text, JSON.
    NotXml,
    /// The XML is broken, in this way.
    Malformed(&'static str),
    /// It has a document type definition, which SOAP forbids and which is refused unread.
    Dtd,
    /// A bound of [`Limits`](super::Limits) is passed: this one.
    Limit(&'static str),
    /// A character that XML 1.0 forbids; see [`Characters`](super::Characters).
    Character(u32),
    /// Bytes that are no character of the reply's encoding; see [`Characters`](super::Characters).
    Bytes,
    /// An encoding that is not known.
    Encoding,
    /// It looks like SOAP, and is none: this is wrong.
    NotSoap(&'static str),
}

impl fmt::Display for ReadErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("the reply is empty"),
            Self::Truncated => f.write_str("the reply is truncated"),
            Self::NotXml => f.write_str("the reply is not XML"),
            Self::Malformed(what) => write!(f, "the reply's XML is broken: {what}"),
            Self::Dtd => f.write_str("the reply has a DTD, which is refused"),
            Self::Limit(what) => write!(f, "the reply has too many {what}"),
            Self::Character(code) => {
                write!(
                    f,
                    "the reply holds U+{code:04X}, which XML forbids (it can be replaced: `characters`)"
                )
            }
            Self::Bytes => f.write_str(
                "the reply holds bytes that its encoding does not know (they can be replaced: `characters`)",
            ),
            Self::Encoding => f.write_str("the reply's encoding is not known"),
            Self::NotSoap(what) => write!(f, "the reply is not SOAP: {what}"),
        }
    }
}

/// A reply that cannot be read, and where reading stopped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadError {
    kind: ReadErrorKind,
    offset: u64,
    path: String,
}

impl ReadError {
    pub(super) fn new(kind: ReadErrorKind, offset: u64) -> Self {
        Self {
            kind,
            offset,
            path: String::new(),
        }
    }

    pub(super) fn at_path(mut self, path: String) -> Self {
        self.path = path;
        self
    }

    /// What is wrong.
    pub fn kind(&self) -> ReadErrorKind {
        self.kind
    }

    /// Where, in bytes of the reply as UTF-8.
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// The field, if reading had come to the parameters: `EtDue[3].Maktx`.
    pub fn path(&self) -> &str {
        &self.path
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (byte {}", self.kind, self.offset)?;
        if !self.path.is_empty() {
            write!(f, ", in {}", self.path)?;
        }
        f.write_str(")")
    }
}

impl std::error::Error for ReadError {}
