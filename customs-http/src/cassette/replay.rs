use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::stream;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, StatusCode};
use secrecy::SecretString;

use super::{Asked, Exchange};
use crate::deadlines::Deadlines;
use crate::{Request, Response, ResponseBody, Sent, Transport, TransportError, TransportErrorKind};

/// A cassette cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CassetteError {
    /// The file cannot be read.
    #[error("{} cannot be read", file.display())]
    Read {
        /// The file.
        file: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A line is no exchange.
    #[error("{}, line {line}: expected an exchange", file.display())]
    Line {
        /// The file.
        file: PathBuf,
        /// Its number, from 1.
        line: usize,
        /// Why.
        #[source]
        source: serde_json::Error,
    },
}

/// A [`Transport`] that answers from a cassette; see the [module](super).
///
/// A request gets the answer to the first request of the cassette that asked the same and has not been answered yet: same
/// method, path, query and body, secrets aside; the server does not matter. When all are used up the last one answers again,
/// as a server does that is asked twice. What was never asked is an error of kind `Request` that nothing was sent of.
///
/// Clones share what is used up.
#[derive(Debug, Clone)]
pub struct ReplayTransport {
    exchanges: Arc<[Exchange]>,
    used: Arc<Mutex<Vec<bool>>>,
    secrets: Arc<[SecretString]>,
}

impl ReplayTransport {
    /// Reads a cassette.
    ///
    /// # Errors
    ///
    /// The file cannot be read, or a line of it is no exchange.
    pub fn open(file: impl AsRef<Path>) -> Result<Self, CassetteError> {
        Self::with_secrets(file, Vec::new())
    }

    /// As [`open`](Self::open); `secrets` are taken out of requests before they are compared, as they were when
    /// [recording](super::RecordingTransport::with_secrets).
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open).
    pub fn with_secrets(file: impl AsRef<Path>, secrets: Vec<SecretString>) -> Result<Self, CassetteError> {
        let file = file.as_ref();
        let text = std::fs::read_to_string(file).map_err(|source| CassetteError::Read {
            file: file.to_owned(),
            source,
        })?;
        let lines = text
            .lines()
            .enumerate()
            .filter(|(_, line)| !line.trim().is_empty());
        let exchanges: Arc<[Exchange]> = lines
            .map(|(index, line)| {
                serde_json::from_str(line).map_err(|source| CassetteError::Line {
                    file: file.to_owned(),
                    line: index + 1,
                    source,
                })
            })
            .collect::<Result<_, _>>()?;
        Ok(Self {
            used: Arc::new(Mutex::new(vec![false; exchanges.len()])),
            exchanges,
            secrets: secrets.into(),
        })
    }

    /// The exchanges, in order.
    pub fn exchanges(&self) -> &[Exchange] {
        &self.exchanges
    }

    /// The exchanges that nobody has asked for yet.
    pub fn unused(&self) -> Vec<&Exchange> {
        let used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        let each = self.exchanges.iter().zip(used.iter());
        each.filter(|(_, used)| !**used)
            .map(|(exchange, _)| exchange)
            .collect()
    }

    fn find(&self, asked: &Asked) -> Option<&Exchange> {
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        let same = |index: &usize| self.exchanges[*index].request.same(asked);
        let fresh = (0..used.len()).find(|index| !used[*index] && same(index));
        let index = fresh.or_else(|| (0..used.len()).rev().find(same))?;
        used[index] = true;
        self.exchanges.get(index)
    }
}

#[async_trait]
impl Transport for ReplayTransport {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        let deadlines = Deadlines::start(request.timeouts);
        let url = request.url.clone();
        let failed = |text: String| {
            TransportError::new(TransportErrorKind::Request, Sent::No)
                .with_source(text)
                .with_url(url.clone())
        };
        let body = deadlines.head(request.body.whole()).await.flatten();
        let body = body.map_err(|error| error.with_url(url.clone()))?;
        let secrets: Vec<&SecretString> = self.secrets.iter().collect();
        let asked = Asked::new(&request.method, &url, &body, &secrets);
        let Some(Exchange { response, .. }) = self.find(&asked) else {
            let there = self
                .exchanges
                .iter()
                .filter(|e| e.request.path == asked.path)
                .count();
            return Err(failed(format!(
                "the cassette has no such exchange: {there} of its {} are of this path",
                self.exchanges.len()
            )));
        };
        let status = StatusCode::from_u16(response.status)
            .map_err(|_| failed(format!("the cassette has a status {}", response.status)))?;
        let mut headers = HeaderMap::new();
        if let Some(value) = response
            .content_type
            .as_deref()
            .and_then(|v| HeaderValue::from_str(v).ok())
        {
            headers.insert(CONTENT_TYPE, value);
        }
        let piece = Bytes::from(response.body.clone());
        let limit = request.max_body.unwrap_or(usize::MAX);
        let pieces = stream::iter([Ok(piece)]);
        Ok(Response {
            status,
            headers,
            body: ResponseBody::guarded(pieces, deadlines, limit, url.clone()),
            url,
        })
    }
}
