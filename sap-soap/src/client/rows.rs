use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use customs_http::ResponseBody;
use futures_util::{Stream, StreamExt as _};
use serde::de::DeserializeOwned;

use super::{Head, Target};
use crate::response::{
    Decoded, ReplyReader, RowPath, RowRef, Step, Unknown, conform_row, judge, row_type, unreadable,
};
use crate::schema::TypeId;
use crate::value::{Row, TEXT_FIELD, Value};
use crate::{Error, Result};

/// The rows of an answer, as a `Stream` of dynamic [`Row`]s; [`Rows::typed`] gives structures of your own.
///
/// Memory stays constant however many rows there are. When the last row is out, the answer is judged: a message of type E or
/// A ends the stream with an error, otherwise [`Rows::reply`] has the other parameters.
///
/// Dropping it closes the connection; a row that was not polled yet is lost.
#[derive(Debug)]
pub struct Rows {
    reader: ReplyReader,
    body: ResponseBody,
    head: Head,
    target: Arc<Target>,
    tables: Vec<Table>,
    unknown: Unknown,
    reply: Option<Decoded>,
    over: bool,
}

/// A table that is streamed.
#[derive(Debug)]
struct Table {
    path: RowPath,
    row: Option<TypeId>,
    count: Option<u64>,
}

impl Rows {
    pub(super) fn new(
        reader: ReplyReader,
        body: ResponseBody,
        head: Head,
        target: Arc<Target>,
        paths: Vec<RowPath>,
    ) -> Self {
        let row_type = |path: &RowPath| {
            row_type(
                &target.wsdl.schema,
                &target.operation,
                path.segments(),
                path.is_repeated(),
            )
        };
        let tables = paths
            .into_iter()
            .map(|path| Table {
                row: row_type(&path),
                path,
                count: None,
            })
            .collect();
        Self {
            reader,
            body,
            head,
            target,
            tables,
            unknown: Unknown::new(),
            reply: None,
            over: false,
        }
    }

    /// The next row, in the reader's buffer: the fastest way, since nothing is copied. `None` at the end.
    ///
    /// Cancel safe: nothing is lost when the future is dropped.
    ///
    /// # Errors
    /// The answer breaks off, cannot be read, or says at its end that it is none. Nothing comes after an error.
    pub async fn next_row(&mut self) -> Option<Result<RowRef<'_>>> {
        match std::future::poll_fn(|cx| self.poll_row(cx)).await? {
            Ok(()) => self.reader.row().map(Ok),
            Err(error) => Some(Err(error)),
        }
    }

    /// Reads each row as a structure of your own.
    pub fn typed<T: DeserializeOwned>(self) -> TypedRows<T> {
        TypedRows {
            rows: self,
            row: PhantomData,
        }
    }

    /// The other parameters and the messages, once the stream has ended without an error.
    pub fn reply(&self) -> Option<&Decoded> {
        self.reply.as_ref()
    }

    /// Takes the other parameters and the messages out, once the stream has ended without an error.
    pub fn into_reply(self) -> Option<Decoded> {
        self.reply
    }

    /// How many rows the table of this number (in the order of the call) had; `None` as long as the stream has not ended,
    /// and if the answer does not hold the table at all.
    pub fn rows_read(&self, table: usize) -> Option<u64> {
        self.tables.get(table)?.count
    }

    /// Reads on until a row is in the buffer.
    fn poll_row(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<()>>> {
        if self.over {
            return Poll::Ready(None);
        }
        let done = ready!(self.poll_step(cx));
        match &done {
            Some(Ok(())) => {}
            Some(Err(_)) | None => self.over = true,
        }
        Poll::Ready(done)
    }

    fn poll_step(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<()>>> {
        loop {
            match self.reader.next() {
                Ok(Step::Row(_)) => return Poll::Ready(Some(Ok(()))),
                Ok(Step::Done) => return Poll::Ready(self.end()),
                Ok(Step::More) => match ready!(self.body.poll_next_unpin(cx)) {
                    Some(Ok(piece)) => self.reader.push(&piece),
                    Some(Err(error)) => return Poll::Ready(Some(Err(error.into()))),
                    None => self.reader.finish(),
                },
                Err(error) => {
                    let fault = unreadable(error, self.head.received(self.reader.sample()));
                    return Poll::Ready(Some(Err(fault.map_or_else(Error::from, Error::from))));
                }
            }
        }
    }

    fn end(&mut self) -> Option<Result<()>> {
        let reply = self.reader.take_reply();
        for (table, count) in self.tables.iter_mut().zip(&reply.rows) {
            table.count = *count;
        }
        let mut decoded = self.target.conform(judge(reply, Some(self.head.status), true));
        for (path, times) in std::mem::take(&mut self.unknown) {
            *decoded.unknown.entry(path).or_default() += times;
        }
        match decoded.into_result() {
            Ok(decoded) => {
                self.reply = Some(decoded);
                None
            }
            Err(fault) => Some(Err(fault.into())),
        }
    }

    fn dynamic(&mut self) -> Option<Row> {
        let row = self.reader.row()?;
        let table = &self.tables[row.table()];
        let mut value = row.to_value();
        if let Some(ty) = table.row {
            let path = table.path.segments().join(".");
            value = conform_row(&self.target.wsdl.schema, ty, &path, value, &mut self.unknown);
        }
        Some(match value {
            Value::Struct(row) => row,
            other => Row::new().with(TEXT_FIELD, other),
        })
    }
}

impl Stream for Rows {
    type Item = Result<Row>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Row>>> {
        Poll::Ready(match ready!(self.poll_row(cx)) {
            Some(Ok(())) => self.dynamic().map(Ok),
            Some(Err(error)) => Some(Err(error)),
            None => None,
        })
    }
}

/// The rows of an answer as structures of your own; made by [`Rows::typed`].
#[derive(Debug)]
pub struct TypedRows<T> {
    rows: Rows,
    row: PhantomData<fn() -> T>,
}

impl<T> TypedRows<T> {
    /// The rows as they were, with the other parameters once the stream has ended.
    pub fn into_inner(self) -> Rows {
        self.rows
    }
}

impl<T: DeserializeOwned> Stream for TypedRows<T> {
    type Item = Result<T>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<T>>> {
        let rows = &mut self.rows;
        Poll::Ready(match ready!(rows.poll_row(cx)) {
            Some(Ok(())) => rows.reader.row().map(|row| {
                let path = &rows.tables[row.table()].path;
                row.deserialize()
                    .map_err(|error| error.in_row(path, row.index()).into())
            }),
            Some(Err(error)) => Some(Err(error)),
            None => None,
        })
    }
}
