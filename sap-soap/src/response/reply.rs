use serde::Deserialize;
use serde::ser::{Serialize, Serializer};

use super::limits::{Characters, Limits};
use super::select::RowPath;
use super::tape::Node;
use crate::value::{ConvertError, Row, Value};
use crate::wsdl::SoapVersion;

/// How a reply is read.
#[derive(Debug, Clone, Default)]
pub struct ReadOptions {
    /// The tables whose rows are handed out one by one. Everything else is collected.
    pub rows: Vec<RowPath>,
    /// Bounds.
    pub limits: Limits,
    /// What to do with forbidden characters.
    pub characters: Characters,
    /// The character set that the HTTP header names.
    pub charset: Option<String>,
}

/// What a [`ReplyReader`](super::ReplyReader) has for its caller.
#[derive(Debug)]
pub enum Step<'a> {
    /// A row; it is gone with the next step.
    Row(RowRef<'a>),
    /// More bytes are needed: [`ReplyReader::push`](super::ReplyReader::push), or [`ReplyReader::finish`](super::ReplyReader::finish) if there are none.
    More,
    /// The reply is complete: [`ReplyReader::into_reply`](super::ReplyReader::into_reply).
    Done,
}

/// A row of a streamed table, in the reader's buffer.
#[derive(Debug, Clone, Copy)]
pub struct RowRef<'a> {
    pub(super) node: Node<'a>,
    pub(super) table: usize,
    pub(super) index: u64,
}

impl<'a> RowRef<'a> {
    /// Which of [`ReadOptions::rows`] it belongs to.
    pub fn table(self) -> usize {
        self.table
    }

    /// Its number among the rows of this path, from 0.
    pub fn index(self) -> u64 {
        self.index
    }

    /// The text of a field; `None` if it is absent or no field.
    pub fn text(self, name: &str) -> Option<&'a str> {
        self.node.get(name).and_then(Node::text)
    }

    /// Reads the row as a type of the user's own, which may borrow from the buffer. A table of plain fields
    /// (`<item>A2</item>`) reads as `String` and the like.
    ///
    /// # Errors
    /// The row does not fit; the error names the field.
    pub fn deserialize<T: Deserialize<'a>>(self) -> Result<T, ConvertError> {
        self.node.deserialize()
    }

    /// The row as a dynamic value: a structure, or a field in a table of plain fields.
    pub fn to_value(self) -> Value {
        self.node.to_value()
    }
}

/// As its [`Value`] does it: without making one.
impl Serialize for RowRef<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.node.serialize(serializer)
    }
}

/// What remains when the rows are handed out.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Reply {
    /// `None`: the payload came without an envelope.
    pub soap: Option<SoapVersion>,
    /// The SOAP header's entries.
    pub header: Row,
    /// The name of the element in the body, as it stands there: `ZCustomsGetDueResponse`, `RFC_PING.Response`.
    pub element: Option<String>,
    /// Its namespace.
    pub namespace: String,
    /// Its attributes, and the parameters that were not streamed.
    pub values: Row,
    /// The content of `Fault`.
    pub fault: Option<Row>,
    /// For each of [`ReadOptions::rows`], how many rows it had; `None` if the table itself was absent.
    pub rows: Vec<Option<u64>>,
}
