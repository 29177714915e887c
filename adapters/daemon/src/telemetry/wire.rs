//! OTLP's JSON form (opentelemetry-proto 1.x): numbers of 64 bits are texts, identifiers are hexadecimal.

use serde_json::{Value as Json, json};
use tracing::Level;

/// A span that is over.
#[derive(Debug)]
pub(super) struct SpanRecord {
    pub(super) trace: u128,
    pub(super) span: u64,
    pub(super) parent: Option<u64>,
    pub(super) name: &'static str,
    /// Nanoseconds since 1970.
    pub(super) begin: i128,
    pub(super) end: i128,
    pub(super) attributes: Vec<Attribute>,
}

/// Something that was logged.
#[derive(Debug)]
pub(super) struct LogRecord {
    pub(super) at: i128,
    pub(super) level: Level,
    pub(super) target: &'static str,
    pub(super) body: String,
    pub(super) attributes: Vec<Attribute>,
    /// Trace and span in which it happened.
    pub(super) place: Option<(u128, u64)>,
}

#[derive(Debug)]
pub(super) struct Attribute {
    pub(super) key: &'static str,
    pub(super) value: Value,
}

#[derive(Debug)]
pub(super) enum Value {
    Text(String),
    Number(i64),
    Truth(bool),
}

fn attribute(Attribute { key, value }: &Attribute) -> Json {
    let value = match value {
        Value::Text(text) => json!({"stringValue": text}),
        Value::Number(number) => json!({"intValue": number.to_string()}),
        Value::Truth(truth) => json!({"boolValue": truth}),
    };
    json!({"key": key, "value": value})
}

fn text(key: &str, value: &str) -> Json {
    json!({"key": key, "value": {"stringValue": value}})
}

fn resource() -> Json {
    json!({"attributes": [text("service.name", "customs"), text("service.version", env!("CARGO_PKG_VERSION"))]})
}

fn trace_id(id: u128) -> String {
    format!("{id:032x}")
}

fn span_id(id: u64) -> String {
    format!("{id:016x}")
}

/// The body of `/v1/traces`.
pub(super) fn traces(spans: &[SpanRecord]) -> Vec<u8> {
    let spans: Vec<Json> = spans.iter().map(span).collect();
    let scope = json!({"scope": {"name": "customs"}, "spans": spans});
    json!({"resourceSpans": [{"resource": resource(), "scopeSpans": [scope]}]})
        .to_string()
        .into_bytes()
}

fn span(span: &SpanRecord) -> Json {
    // An error's kind stands in `error.type`, after the semantic conventions.
    let failed = span.attributes.iter().any(|a| a.key == "error.type");
    let calls_out = matches!(span.name, "query" | "fetch" | "deliver");
    json!({
        "traceId": trace_id(span.trace),
        "spanId": span_id(span.span),
        "parentSpanId": span.parent.map(span_id).unwrap_or_default(),
        "name": span.name,
        "kind": if calls_out { 3 } else { 1 },
        "startTimeUnixNano": span.begin.to_string(),
        "endTimeUnixNano": span.end.to_string(),
        "attributes": span.attributes.iter().map(attribute).collect::<Vec<_>>(),
        "status": if failed { json!({"code": 2}) } else { json!({}) },
    })
}

/// The body of `/v1/logs`.
pub(super) fn logs(logs: &[LogRecord]) -> Vec<u8> {
    let logs: Vec<Json> = logs.iter().map(log).collect();
    let scope = json!({"scope": {"name": "customs"}, "logRecords": logs});
    json!({"resourceLogs": [{"resource": resource(), "scopeLogs": [scope]}]})
        .to_string()
        .into_bytes()
}

fn log(log: &LogRecord) -> Json {
    let severity = match log.level {
        Level::ERROR => 17,
        Level::WARN => 13,
        Level::INFO => 9,
        Level::DEBUG => 5,
        Level::TRACE => 1,
    };
    let mut attributes: Vec<Json> = log.attributes.iter().map(attribute).collect();
    attributes.push(text("target", log.target));
    let (trace, span) = log
        .place
        .map_or_else(Default::default, |(t, s)| (trace_id(t), span_id(s)));
    json!({
        "timeUnixNano": log.at.to_string(),
        "observedTimeUnixNano": log.at.to_string(),
        "severityNumber": severity,
        "severityText": log.level.as_str(),
        "body": {"stringValue": log.body},
        "attributes": attributes,
        "traceId": trace,
        "spanId": span,
    })
}
