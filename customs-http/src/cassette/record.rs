use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use futures_util::{StreamExt, stream};
use http::header::CONTENT_TYPE;
use secrecy::SecretString;

use super::{Answered, Asked, Exchange};
use crate::deadlines::Deadlines;
use crate::{
    Body, Request, Response, ResponseBody, Sent, Transport, TransportError, TransportErrorKind, redact,
};

/// A [`Transport`] that writes what goes over another one into a cassette; see the [module](super).
///
/// It keeps that one's contract. An exchange is written when the last byte of its answer has been handed out; one that fails, or
/// whose answer is not read to its end, is not written. A streamed request is read before it is sent, and an answer is
/// kept in memory until its end: recording costs memory.
///
/// A cassette that cannot be written fails the exchange: kind `Request`, and the server has answered.
#[derive(Debug, Clone)]
pub struct RecordingTransport {
    inner: Arc<dyn Transport>,
    recorder: Arc<Recorder>,
}

#[derive(Debug)]
struct Recorder {
    file: Mutex<File>,
    secrets: Vec<SecretString>,
}

impl RecordingTransport {
    /// Records around `inner`; what `file` holds already stays, and new exchanges come behind it.
    ///
    /// # Errors
    ///
    /// The file cannot be opened for writing.
    pub fn new(inner: Arc<dyn Transport>, file: impl AsRef<Path>) -> std::io::Result<Self> {
        Self::with_secrets(inner, file, Vec::new())
    }

    /// As [`new`](Self::new); `secrets` are taken out wherever they stand, beside what [`redact`] finds by itself.
    ///
    /// # Errors
    ///
    /// The file cannot be opened for writing.
    pub fn with_secrets(
        inner: Arc<dyn Transport>,
        file: impl AsRef<Path>,
        secrets: Vec<SecretString>,
    ) -> std::io::Result<Self> {
        let file = OpenOptions::new().create(true).append(true).open(file)?;
        let recorder = Recorder {
            file: Mutex::new(file),
            secrets,
        };
        Ok(Self {
            inner,
            recorder: Arc::new(recorder),
        })
    }
}

impl Recorder {
    fn secrets(&self) -> Vec<&SecretString> {
        self.secrets.iter().collect()
    }

    fn write(&self, request: Asked, head: Head, body: &[u8]) -> std::io::Result<()> {
        let text = String::from_utf8_lossy(body);
        let exchange = Exchange {
            request,
            response: Answered {
                status: head.status,
                content_type: head.content_type,
                lossy: matches!(text, std::borrow::Cow::Owned(_)),
                body: redact::mask(&text, &self.secrets()),
            },
        };
        let mut line = serde_json::to_vec(&exchange)?;
        line.push(b'\n');
        // One call, so that two exchanges never mix.
        self.file
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .write_all(&line)
    }
}

struct Head {
    status: u16,
    content_type: Option<String>,
}

#[async_trait]
impl Transport for RecordingTransport {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        let deadlines = Deadlines::start(request.timeouts);
        let url = request.url.clone();
        let body = deadlines.head(request.body.whole()).await.flatten();
        let body = body.map_err(|error| error.with_url(url.clone()))?;
        let asked = Asked::new(&request.method, &url, &body, &self.recorder.secrets());
        let request = Request {
            body: if body.is_empty() {
                Body::Empty
            } else {
                Body::Bytes(body)
            },
            ..request
        };
        let response = self.inner.send(request).await?;
        let head = Head {
            status: response.status.as_u16(),
            content_type: response
                .headers
                .get(CONTENT_TYPE)
                .map(|value| redact::scrub(&String::from_utf8_lossy(value.as_bytes()), &[])),
        };
        let tape = Tape {
            recorder: Arc::clone(&self.recorder),
            asked,
            head,
            heard: Vec::new(),
        };
        let pieces = stream::try_unfold(Some((response.body, tape)), move |state| {
            let url = url.clone();
            async move {
                let Some((mut body, mut tape)) = state else {
                    return Ok(None);
                };
                match body.next().await.transpose()? {
                    Some(piece) => {
                        tape.heard.extend_from_slice(&piece);
                        Ok(Some((piece, Some((body, tape)))))
                    }
                    None => {
                        let Tape {
                            recorder,
                            asked,
                            head,
                            heard,
                        } = tape;
                        recorder.write(asked, head, &heard).map_err(|error| {
                            TransportError::new(TransportErrorKind::Request, Sent::Answered)
                                .with_url(url)
                                .with_source(format!("the cassette cannot be written: {error}"))
                        })?;
                        Ok(None)
                    }
                }
            }
        });
        Ok(Response {
            body: ResponseBody::new(pieces),
            ..response
        })
    }
}

/// An exchange that is under way.
struct Tape {
    recorder: Arc<Recorder>,
    asked: Asked,
    head: Head,
    heard: Vec<u8>,
}
