//! What the typed modules of the services share.

use crate::catalogue::Service;
use crate::decode::Decoded;
use crate::query::Query;
use crate::record::Record;
use crate::value::{FromWire, Value};

/// A typed request of one service; see the modules under [`services`](crate::services).
pub trait TypedRequest: Into<Query> {
    /// What answers it.
    type Reply: From<Decoded>;
}

/// A decoded answer with the entry of its service.
#[derive(Debug)]
pub(crate) struct TypedReply {
    service: &'static Service,
    answer: Decoded,
}

impl TypedReply {
    pub(crate) fn new(service: &'static Service, answer: Decoded) -> Self {
        Self { service, answer }
    }

    pub(crate) fn answer(&self) -> &Decoded {
        &self.answer
    }

    /// The records of the catalogue's `index`-th definition.
    pub(crate) fn records(&self, index: usize) -> impl Iterator<Item = Record<'_>> {
        let def = self.service.records.get(index);
        let is_wanted = move |record: &Record<'_>| match def {
            Some(def) if def.root => self.service.knows_root(record.element()),
            Some(def) => crate::catalogue::same_name(def.element, record.element()),
            None => false,
        };
        self.answer.records().iter().filter(is_wanted)
    }
}

/// The text of a field; absent or empty: `None`.
pub(crate) fn text<'a>(service: &Service, record: Record<'a>, def: usize, field: usize) -> Option<&'a str> {
    raw(service, record, def, field).filter(|text| !text.is_empty())
}

/// The typed value of a field.
pub(crate) fn value<'a, T: FromWire>(
    service: &Service,
    record: Record<'a>,
    def: usize,
    field: usize,
) -> Value<'a, T> {
    Value::read(raw(service, record, def, field))
}

fn raw<'a>(service: &Service, record: Record<'a>, def: usize, field: usize) -> Option<&'a str> {
    service
        .records
        .get(def)?
        .fields
        .get(field)
        .and_then(|f| record.field(f))
}
