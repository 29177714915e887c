//! The HTTP face: logon, the WSDL, and the operations.

use std::convert::Infallible;
use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::{Router, routing};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;
use futures_util::stream;
use http::{HeaderMap, Method, StatusCode, Uri, header};
use secrecy::{ExposeSecret, SecretString};

use super::answer;
use super::request::{Call, Element, Version, parse};
use super::store::Store;
use crate::faults::GoesTo;
use crate::rng;

/// Every service of an ABAP system stands below this path.
pub(super) const SERVICES: &str = "/sap/bc/srt/";
/// Where the simulated service stands; any other path below [`SERVICES`] leads to it as well.
pub(super) const ENDPOINT: &str = "/sap/bc/srt/rfc/sap/zcustoms/100/zcustoms/zcustoms";
pub(super) const GET_DUE: &str = "ZCustomsGetDue";
pub(super) const PUT_STATUS: &str = "ZCustomsPutStatus";

const WSDL: &str = include_str!("zcustoms.wsdl");
/// How much of a long answer is made at a time, in bytes.
const CHUNK: usize = 32 * 1024;

/// What the handlers share.
#[derive(Debug)]
pub(super) struct Service {
    pub(super) store: Arc<Store>,
    pub(super) user: String,
    pub(super) password: SecretString,
    pub(super) reads: AtomicU64,
    pub(super) writes: AtomicU64,
    pub(super) faults: AtomicU64,
}

/// The routes.
pub(super) fn router(service: Arc<Service>) -> Router {
    Router::new().fallback(routing::any(serve)).with_state(service)
}

/// Whether a request goes to the operation of that name; the fault grammar's `on`. The WSDL is `wsdl`.
pub(super) fn goes_to() -> GoesTo {
    GoesTo::new(|uri, body, name| {
        if body.is_empty() {
            return name == "wsdl" && is_wsdl(uri);
        }
        parse(body).is_ok_and(|call| call.operation.name == name)
    })
}

fn is_wsdl(uri: &Uri) -> bool {
    uri.query()
        .is_some_and(|query| query.split('&').any(|part| part.eq_ignore_ascii_case("wsdl")))
}

async fn serve(
    State(service): State<Arc<Service>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if !uri.path().starts_with(SERVICES) {
        return html(StatusCode::NOT_FOUND, answer::NOT_FOUND_PAGE);
    }
    if !service.knows(&headers) {
        let realm = [(
            header::WWW_AUTHENTICATE,
            "Basic realm=\"SAP NetWeaver Application Server [DEM/100]\"",
        )];
        return (realm, html(StatusCode::UNAUTHORIZED, answer::LOGON_PAGE)).into_response();
    }
    if method == Method::GET && is_wsdl(&uri) {
        let host = headers
            .get(header::HOST)
            .and_then(|host| host.to_str().ok())
            .unwrap_or("localhost");
        let wsdl = WSDL.replace("{{endpoint}}", &format!("http://{host}{ENDPOINT}"));
        return ([(header::CONTENT_TYPE, "text/xml; charset=utf-8")], wsdl).into_response();
    }
    if method != Method::POST {
        return html(StatusCode::METHOD_NOT_ALLOWED, answer::NOT_FOUND_PAGE);
    }
    let gzip = headers
        .get_all(header::ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .any(|value| value.split(',').any(|coding| coding.trim().starts_with("gzip")));
    match parse(&body) {
        Ok(call) => service.answer(call, gzip).await,
        Err(reason) => service.processing_error(Version::Soap11, &reason),
    }
}

impl Service {
    fn knows(&self, headers: &HeaderMap) -> bool {
        let expected = format!("{}:{}", self.user, self.password.expose_secret());
        headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.split_once(' '))
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("basic"))
            .and_then(|(_, credentials)| STANDARD.decode(credentials.trim()).ok())
            .is_some_and(|credentials| credentials == expected.as_bytes())
    }

    async fn answer(self: Arc<Self>, call: Call, gzip: bool) -> Response {
        match call.operation.name.as_str() {
            GET_DUE => {
                self.reads.fetch_add(1, Ordering::Relaxed);
                self.get_due(&call, gzip)
            }
            PUT_STATUS => {
                self.writes.fetch_add(1, Ordering::Relaxed);
                self.put_status(call).await
            }
            other => {
                let reason = format!("there is no operation {other}");
                self.processing_error(call.version, &reason)
            }
        }
    }

    fn get_due(self: Arc<Self>, call: &Call, gzip: bool) -> Response {
        let (version, parameters) = (call.version, &call.operation);
        let max = match parameters.value("IvMax") {
            "" => 0,
            text => match text.trim().parse::<u32>() {
                Ok(max) => max,
                Err(_) => return self.processing_error(version, "IvMax is no number that the module takes"),
            },
        };
        let mut selection = self.select(parameters);
        let total = selection.len();
        let cursor = parameters.value("IvAfter");
        if !cursor.is_empty() {
            let Some(after) = self.store.after(cursor) else {
                let text = format!("No record has the key {cursor}");
                return soap(
                    StatusCode::INTERNAL_SERVER_ERROR,
                    version,
                    answer::exception(version, GET_DUE, "INVALID_CURSOR", &text),
                );
            };
            selection.skip_before(after);
        }
        let next = if max > 0 && selection.len() > max as usize {
            selection.limit(max as usize)
        } else {
            None
        };
        let next = next.map(|index| self.store.key(&self.store.world().shipment(index)));
        let page = Page {
            store: Arc::clone(&self.store),
            version,
            selection,
            next,
            total,
            part: Part::Head,
        };
        let content_type = (header::CONTENT_TYPE, content_type(version));
        if gzip {
            let encoder = GzEncoder::new(Vec::new(), Compression::fast());
            let chunks = stream::unfold(Some((page, encoder)), |state| {
                std::future::ready(zip_chunk(state))
            });
            (
                [content_type, (header::CONTENT_ENCODING, "gzip")],
                Body::from_stream(chunks),
            )
                .into_response()
        } else {
            let chunks = stream::unfold(page, |mut page| {
                std::future::ready(page.chunk().map(|chunk| (Ok::<_, Infallible>(chunk), page)))
            });
            ([content_type], Body::from_stream(chunks)).into_response()
        }
    }

    fn select(&self, parameters: &Element) -> Selection {
        let company = parameters.value("IvBukrs");
        if !company.is_empty() && company != self.store.company() {
            return Selection::Range(0, 0);
        }
        let mut keys = parameters.rows("ItKeys").peekable();
        if keys.peek().is_none() {
            return Selection::Range(0, self.store.records());
        }
        let mut picked: Vec<u32> = keys
            .filter_map(|row| self.store.index(row.value("Bukrs"), row.value("Vbeln")))
            .collect();
        picked.sort_unstable();
        picked.dedup();
        Selection::Picked(picked, 0)
    }

    async fn put_status(self: Arc<Self>, call: Call) -> Response {
        let Call { version, operation } = call;
        let store = Arc::clone(&self.store);
        let put = move || store.put(&operation.rows("ItStatus").collect::<Vec<_>>());
        match tokio::task::spawn_blocking(put).await {
            Ok(Ok(messages)) => soap(
                StatusCode::OK,
                version,
                answer::messages(version, PUT_STATUS, &messages),
            ),
            Ok(Err(error)) => self.processing_error(version, &format!("the write log failed: {error}")),
            Err(error) => self.processing_error(version, &format!("the update task failed: {error}")),
        }
    }

    /// The general fault. As in SAP, the reason stands in the log of the provider only.
    fn processing_error(&self, version: Version, reason: &str) -> Response {
        let number = self.faults.fetch_add(1, Ordering::Relaxed);
        let seed = self.store.world().seed();
        let transaction = format!(
            "{:016X}{:016X}",
            rng::mix(seed, 0, number),
            rng::mix(seed, 1, number)
        );
        tracing::warn!(message = "A request cannot be processed.", transaction, reason);
        let timestamp = self.store.world().now().strftime("%Y%m%d%H%M%S").to_string();
        soap(
            StatusCode::INTERNAL_SERVER_ERROR,
            version,
            answer::processing_error(version, &timestamp, &transaction),
        )
    }
}

/// The records that an answer holds, in the order of their keys.
#[derive(Debug)]
enum Selection {
    Range(u32, u32),
    Picked(Vec<u32>, usize),
}

impl Selection {
    fn len(&self) -> usize {
        match self {
            Self::Range(start, end) => (end - start) as usize,
            Self::Picked(indices, start) => indices.len() - start,
        }
    }

    fn skip_before(&mut self, index: u32) {
        match self {
            Self::Range(start, end) => *start = index.clamp(*start, *end),
            Self::Picked(indices, start) => *start = indices.partition_point(|picked| *picked < index),
        }
    }

    /// Keeps the first `count`, which is above 0 and below the length; returns the last kept one.
    fn limit(&mut self, count: usize) -> Option<u32> {
        match self {
            Self::Range(start, end) => {
                *end = *start + u32::try_from(count).unwrap_or(u32::MAX);
                end.checked_sub(1)
            }
            Self::Picked(indices, start) => {
                indices.truncate(*start + count);
                indices.last().copied()
            }
        }
    }

    fn next(&mut self) -> Option<u32> {
        match self {
            Self::Range(start, end) => (start < end).then(|| {
                *start += 1;
                *start - 1
            }),
            Self::Picked(indices, start) => {
                let index = indices.get(*start).copied();
                *start += 1;
                index
            }
        }
    }
}

/// An answer of `ZCustomsGetDue`, made as it is sent: a long list needs no memory.
#[derive(Debug)]
struct Page {
    store: Arc<Store>,
    version: Version,
    selection: Selection,
    next: Option<String>,
    total: usize,
    part: Part,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Part {
    Head,
    Rows,
    Done,
}

impl Page {
    fn chunk(&mut self) -> Option<Bytes> {
        if self.part == Part::Done {
            return None;
        }
        let mut out = String::with_capacity(CHUNK + 1024);
        if self.part == Part::Head {
            answer::open(&mut out, self.version, GET_DUE);
            out.push_str("<EtDue>");
            self.part = Part::Rows;
        }
        while out.len() < CHUNK {
            let Some(index) = self.selection.next() else {
                out.push_str("</EtDue>");
                answer::field(&mut out, "EvNext", self.next.as_deref().unwrap_or(""));
                answer::field(&mut out, "EvTotal", &self.total.to_string());
                answer::close(&mut out, self.version, GET_DUE);
                self.part = Part::Done;
                break;
            };
            let shipment = self.store.world().shipment(index);
            answer::due_row(
                &mut out,
                self.store.company(),
                &shipment,
                self.store.held_at(index).as_ref(),
            );
        }
        Some(Bytes::from(out))
    }
}

type Zipping = (Page, GzEncoder<Vec<u8>>);

fn zip_chunk(state: Option<Zipping>) -> Option<(std::io::Result<Bytes>, Option<Zipping>)> {
    let (mut page, mut encoder) = state?;
    // Writing to a Vec cannot fail, but the encoder's signatures allow it.
    let Some(chunk) = page.chunk() else {
        return Some((encoder.finish().map(Bytes::from), None));
    };
    let zipped = encoder
        .write_all(&chunk)
        .map(|()| Bytes::from(std::mem::take(encoder.get_mut())));
    Some((zipped, Some((page, encoder))))
}

fn content_type(version: Version) -> &'static str {
    match version {
        Version::Soap11 => "text/xml; charset=utf-8",
        Version::Soap12 => "application/soap+xml; charset=utf-8",
    }
}

fn soap(status: StatusCode, version: Version, envelope: String) -> Response {
    (status, [(header::CONTENT_TYPE, content_type(version))], envelope).into_response()
}

fn html(status: StatusCode, page: &'static str) -> Response {
    (status, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], page).into_response()
}
