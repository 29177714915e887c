//! OpenTelemetry: spans and logs go to a collector by OTLP over HTTP, as JSON, where one is configured.
//!
//! A thread of its own collects and sends. Nobody waits for it: what does not fit into the queue is dropped and counted, and a
//! collector that is away is said once.

mod layer;
mod wire;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc;
use std::time::Duration;

use anyhow::Context as _;
use customs_http::{Request, ReqwestTransport, Timeouts, Transport};
use http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use secrecy::{ExposeSecret as _, SecretString};
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tracing::{info, warn};
use url::Url;

pub(crate) use layer::Otlp;
use wire::{LogRecord, SpanRecord};

/// Spans and logs that wait to be sent, at most.
const WAITING: usize = 8192;
/// As many go in one request.
const BATCH: usize = 512;
/// As long they wait for others to travel with.
const GATHER: Duration = Duration::from_secs(1);
/// As long one request may take.
const LIMIT: Duration = Duration::from_secs(5);
/// As long the program's end may wait for the last ones.
const LAST: Duration = Duration::from_secs(6);

/// What travels to the thread.
#[derive(Debug)]
enum Item {
    Span(SpanRecord),
    Log(LogRecord),
    /// The program ends.
    End,
}

/// Where the layer puts what is to be sent.
#[derive(Debug, Clone)]
struct Way {
    items: Sender<Item>,
    dropped: Arc<AtomicU64>,
}

impl Way {
    fn put(&self, item: Item) {
        if self.items.try_send(item).is_err() {
            self.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// The thread that sends.
#[derive(Debug)]
pub(crate) struct Exporter {
    items: Sender<Item>,
    done: mpsc::Receiver<()>,
}

impl Exporter {
    /// Sends what is left, for a bounded time.
    pub(crate) fn finish(self) {
        // A full queue that nobody takes from holds up no end.
        if self.items.try_send(Item::End).is_ok() {
            let _ = self.done.recv_timeout(LAST);
        }
    }
}

/// Starts the thread. `endpoint` is the collector's base address, such as `http://127.0.0.1:4318`; `headers` go with each request.
///
/// # Errors
/// The one is no address, the others are no headers, or the thread cannot be started.
pub(crate) fn start(
    endpoint: &SecretString,
    headers: Option<&SecretString>,
) -> anyhow::Result<(Otlp, Exporter)> {
    let headers = headers.map(|text| said_headers(text.expose_secret()));
    let collector = Collector::new(endpoint.expose_secret(), headers.transpose()?.unwrap_or_default())?;
    let (items, waiting) = channel(WAITING);
    let dropped = Arc::new(AtomicU64::new(0));
    let (over, done) = mpsc::channel();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let lost = Arc::clone(&dropped);
    std::thread::Builder::new()
        .name("telemetry".to_owned())
        .spawn(move || {
            runtime.block_on(work(waiting, &collector, &lost));
            // Nobody may wait for it any more.
            let _ = over.send(());
        })?;
    let way = Way {
        items: items.clone(),
        dropped,
    };
    Ok((Otlp::new(way), Exporter { items, done }))
}

/// Takes batches until the end.
async fn work(mut waiting: Receiver<Item>, collector: &Collector, dropped: &AtomicU64) {
    let mut away = false;
    let mut end = false;
    while !end {
        let (mut spans, mut logs) = (Vec::new(), Vec::new());
        let gather = async {
            while spans.len() + logs.len() < BATCH {
                match waiting.recv().await {
                    Some(Item::Span(span)) => spans.push(span),
                    Some(Item::Log(log)) => logs.push(log),
                    Some(Item::End) | None => {
                        end = true;
                        break;
                    }
                }
            }
        };
        // Either way: what came so far goes.
        let _ = tokio::time::timeout(GATHER, gather).await;
        let mut sent = Ok(());
        if !spans.is_empty() {
            sent = collector.send("v1/traces", wire::traces(&spans)).await;
        }
        if !logs.is_empty() && sent.is_ok() {
            sent = collector.send("v1/logs", wire::logs(&logs)).await;
        }
        match (sent, away) {
            (Err(why), false) => {
                away = true;
                warn!(
                    message = "The collector does not take traces and logs; work goes on without.",
                    why
                );
            }
            (Ok(()), true) if !spans.is_empty() || !logs.is_empty() => {
                away = false;
                let dropped = dropped.swap(0, Ordering::Relaxed);
                info!(message = "The collector takes traces and logs again.", dropped);
            }
            (Err(_), true) | (Ok(()), _) => {}
        }
    }
}

/// Who takes it.
#[derive(Debug)]
struct Collector {
    transport: ReqwestTransport,
    base: Url,
    headers: HeaderMap,
}

impl Collector {
    fn new(endpoint: &str, headers: HeaderMap) -> anyhow::Result<Self> {
        // Not shown: an address may hold a token.
        let wrong = "telemetry.otlp_endpoint (or OTEL_EXPORTER_OTLP_ENDPOINT): found no http(s) address, \
                     expected one such as \"http://127.0.0.1:4318\"";
        let mut base: Url = endpoint.trim().parse().ok().context(wrong)?;
        anyhow::ensure!(matches!(base.scheme(), "http" | "https"), wrong);
        if !base.path().ends_with('/') {
            let path = format!("{}/", base.path());
            base.set_path(&path);
        }
        Ok(Self {
            transport: ReqwestTransport::builder().build()?,
            base,
            headers,
        })
    }

    async fn send(&self, path: &str, body: Vec<u8>) -> Result<(), String> {
        let url = self.base.join(path).map_err(|_| "no such address".to_owned())?;
        let mut request = Request::new(Method::POST, url).timeouts(Timeouts {
            head: LIMIT,
            idle: LIMIT,
            total: LIMIT,
        });
        request.headers.extend(self.headers.clone());
        let json = HeaderValue::from_static("application/json");
        request.headers.insert(header::CONTENT_TYPE, json);
        request.body = body.into();
        match self.transport.send(request).await {
            Ok(response) if response.status.is_success() => Ok(()),
            Ok(response) => Err(format!("HTTP status {}", response.status.as_u16())),
            Err(error) => Err(format!("{:?}", error.kind())),
        }
    }
}

/// The headers of a text as OpenTelemetry writes them: `name=value,name=value`, values percent-encoded.
fn said_headers(text: &str) -> anyhow::Result<HeaderMap> {
    let header = |pair: &str| {
        let (name, value) = pair.split_once('=')?;
        let name: HeaderName = name.trim().parse().ok()?;
        let mut value = HeaderValue::from_bytes(&percent_decoded(value.trim())?).ok()?;
        value.set_sensitive(true);
        Some((name, value))
    };
    let pairs = text.split(',').filter(|pair| !pair.trim().is_empty());
    let headers: Option<HeaderMap> = pairs.map(header).collect();
    // Not shown: they are there to hold a token.
    headers.context(
        "telemetry.otlp_headers (or OTEL_EXPORTER_OTLP_HEADERS): found a text that is not shown, \
         expected name=value, and commas between several",
    )
}

fn percent_decoded(text: &str) -> Option<Vec<u8>> {
    let mut parts = text.split('%');
    let mut out = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        let (code, rest) = part.split_at_checked(2)?;
        out.push(u8::from_str_radix(code, 16).ok()?);
        out.extend_from_slice(rest.as_bytes());
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_read_as_opentelemetry_writes_them() {
        let headers = said_headers("authorization=Bearer%20a%3Db, x-tenant = 7,").unwrap();
        assert_eq!(headers["authorization"], "Bearer a=b");
        assert_eq!(headers["x-tenant"], "7");
        assert!(!format!("{headers:?}").contains("Bearer"));
        assert!(said_headers("").unwrap().is_empty());
        for wrong in ["canary", "a b=canary", "a=canary%2", "a=%zz", "a=canary%0a"] {
            let error = said_headers(wrong).unwrap_err().to_string();
            assert!(
                error.contains("otlp_headers") && !error.contains("canary"),
                "{wrong}: {error}"
            );
        }
    }
}
