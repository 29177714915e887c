//! Reading what SAP answers: the rows of tables one by one, the rest as values, and what went wrong as one [`Fault`].
//!
//! Nothing here does input or output: [`ReplyReader`] is fed with the bytes of a reply as they come, [`decode()`] takes a reply
//! as a whole.

mod decode;
mod encoding;
mod error;
mod fault;
mod limits;
mod message;
mod mime;
mod namespaces;
mod page;
mod reader;
mod reply;
mod select;
mod shape;
mod tape;
mod xml;

pub use decode::{DecodeOptions, Decoded, Kind, Received, decode};
pub use error::{ReadError, ReadErrorKind};
pub use fault::{Fault, FaultKind};
pub use limits::{Characters, Limits};
pub use message::{Message, Severity, messages};
pub use reader::ReplyReader;
pub use reply::{ReadOptions, Reply, RowRef, Step};
pub use select::RowPath;
pub use shape::Unknown;
pub(crate) use {
    decode::{judge, unreadable},
    mime::parameter,
    page::classify,
    shape::{conform_row, row_type},
};
