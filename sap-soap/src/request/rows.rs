use std::fmt;
use std::mem;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_util::Stream;
use serde::Serialize;

use super::encode::{Encoder, Written};
use super::plan::{Plan, Slot};
use super::{Checks, EncodeError};

/// A piece is passed on when it has this many bytes; the largest row comes on top.
const PIECE: usize = 64 << 10;

/// A request in pieces, the rows of one table coming from an iterator ([`Iterator`]) or a stream ([`Stream`]).
///
/// Memory is that of one piece (64 KiB) and one row, however many rows there are. A row that cannot be written ends it
/// with an error; what was sent before is then no complete document, which no receiver takes.
pub struct Rows<S> {
    rows: S,
    writer: RowWriter,
}

/// What a stream of rows needs, whatever it comes from.
pub(super) struct RowWriter {
    pub(super) plan: Arc<Plan>,
    pub(super) checks: Checks,
    /// The element of a row.
    pub(super) item: Slot,
    pub(super) table: Arc<str>,
    /// The envelope before the rows at first, then what is not yet passed on.
    pub(super) buffer: Vec<u8>,
    /// The envelope after the rows; `None` once it was written.
    pub(super) tail: Option<Vec<u8>>,
    pub(super) count: u64,
    pub(super) written: Vec<Written>,
    pub(super) ends: Vec<usize>,
}

impl<S> Rows<S> {
    pub(super) fn new(rows: S, writer: RowWriter) -> Self {
        Self { rows, writer }
    }
}

impl RowWriter {
    fn write<T: Serialize + ?Sized>(&mut self, row: &T) -> Result<Option<Bytes>, EncodeError> {
        let mut encoder = Encoder {
            plan: &self.plan,
            checks: self.checks,
            out: mem::take(&mut self.buffer),
            written: mem::take(&mut self.written),
            ends: mem::take(&mut self.ends),
            hole: None,
            once: None,
            uuid: None,
        };
        let result = encoder.single(&self.item, row);
        let Encoder {
            out,
            mut written,
            mut ends,
            ..
        } = encoder;
        written.clear();
        ends.clear();
        (self.buffer, self.written, self.ends) = (out, written, ends);
        if let Err(error) = result {
            self.tail = None;
            self.buffer.clear();
            return Err(error.in_entry(self.count).in_field(&self.table));
        }
        self.count += 1;
        Ok((self.buffer.len() >= PIECE).then(|| self.piece()))
    }

    fn piece(&mut self) -> Bytes {
        let capacity = self.buffer.len() + (4 << 10);
        mem::replace(&mut self.buffer, Vec::with_capacity(capacity)).into()
    }

    /// The last piece, once.
    fn finish(&mut self) -> Option<Bytes> {
        let tail = self.tail.take()?;
        self.buffer.extend_from_slice(&tail);
        Some(mem::take(&mut self.buffer).into())
    }
}

impl<I> Iterator for Rows<I>
where
    I: Iterator,
    I::Item: Serialize,
{
    type Item = Result<Bytes, EncodeError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.writer.tail.as_ref()?;
        for row in self.rows.by_ref() {
            if let Some(piece) = self.writer.write(&row).transpose() {
                return Some(piece);
            }
        }
        self.writer.finish().map(Ok)
    }
}

/// Dropping it in the middle loses the rows that were not passed on; the request is then incomplete.
impl<S> Stream for Rows<S>
where
    S: Stream + Unpin,
    S::Item: Serialize,
{
    type Item = Result<Bytes, EncodeError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        if this.writer.tail.is_none() {
            return Poll::Ready(None);
        }
        while let Some(row) = ready!(Pin::new(&mut this.rows).poll_next(cx)) {
            if let Some(piece) = this.writer.write(&row).transpose() {
                return Poll::Ready(Some(piece));
            }
        }
        Poll::Ready(this.writer.finish().map(Ok))
    }
}

impl<S> fmt::Debug for Rows<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rows")
            .field("table", &self.writer.table)
            .field("count", &self.writer.count)
            .finish_non_exhaustive()
    }
}
