//! From `tracing` to spans and log records.

use std::fmt;

use customs_core::{Clock as _, SystemClock};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::LookupSpan;

use super::wire::{Attribute, LogRecord, SpanRecord, Value};
use super::{Item, Way};

/// Sends spans of the pipeline and what is logged at level info and above.
#[derive(Debug)]
pub(crate) struct Otlp {
    way: Way,
}

impl Otlp {
    pub(super) fn new(way: Way) -> Self {
        Self { way }
    }

    /// Only our own: other crates' spans may hold anything.
    pub(crate) fn wants(metadata: &Metadata<'_>) -> bool {
        let ours = metadata.target().starts_with("customs")
            || metadata.target().starts_with("sap_soap")
            || metadata.target().starts_with("unipass_client");
        ours && (metadata.is_span() || *metadata.level() <= Level::INFO)
    }
}

fn now() -> i128 {
    SystemClock.now().as_nanosecond()
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Otlp {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, cx: Context<'_, S>) {
        let Some(span) = cx.span(id) else { return };
        let parent = span.parent().and_then(|parent| {
            let extensions = parent.extensions();
            extensions.get::<SpanRecord>().map(|p| (p.trace, p.span))
        });
        let mut record = SpanRecord {
            trace: parent.map_or_else(|| fastrand::u128(1..), |(trace, _)| trace),
            span: fastrand::u64(1..),
            parent: parent.map(|(_, span)| span),
            name: span.name(),
            begin: now(),
            end: 0,
            attributes: Vec::new(),
        };
        attributes.record(&mut Collect(&mut record.attributes));
        span.extensions_mut().insert(record);
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, cx: Context<'_, S>) {
        let Some(span) = cx.span(id) else { return };
        if let Some(record) = span.extensions_mut().get_mut::<SpanRecord>() {
            values.record(&mut Collect(&mut record.attributes));
        }
    }

    fn on_event(&self, event: &Event<'_>, cx: Context<'_, S>) {
        let place = cx.event_span(event).and_then(|span| {
            let extensions = span.extensions();
            extensions.get::<SpanRecord>().map(|s| (s.trace, s.span))
        });
        let mut attributes = Vec::new();
        event.record(&mut Collect(&mut attributes));
        let body = attributes.iter().position(|a| a.key == "message");
        let body = match body.map(|i| attributes.remove(i).value) {
            Some(Value::Text(text)) => text,
            Some(_) | None => String::new(),
        };
        self.way.put(Item::Log(LogRecord {
            at: now(),
            level: *event.metadata().level(),
            target: event.metadata().target(),
            body,
            attributes,
            place,
        }));
    }

    fn on_close(&self, id: Id, cx: Context<'_, S>) {
        let Some(span) = cx.span(&id) else { return };
        let record = span.extensions_mut().remove::<SpanRecord>();
        if let Some(mut record) = record {
            record.end = now();
            self.way.put(Item::Span(record));
        }
    }
}

/// Takes fields as attributes.
struct Collect<'a>(&'a mut Vec<Attribute>);

impl Collect<'_> {
    fn put(&mut self, field: &Field, value: Value) {
        let key = field.name();
        self.0.push(Attribute { key, value });
    }
}

impl Visit for Collect<'_> {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.put(field, Value::Text(value.to_owned()));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field, Value::Number(value));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field, Value::Number(i64::try_from(value).unwrap_or(i64::MAX)));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field, Value::Truth(value));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.put(field, Value::Text(format!("{value:?}")));
    }
}
