//! Recording exchanges and replaying them: what a server said once answers again, without the server.
//!
//! [`RecordingTransport`] stands around any transport and writes each answered exchange into a **cassette**: a text file,
//! one line of JSON for each exchange, in the order in which they ended. [`ReplayTransport`] answers from it.
//!
//! **No secret gets into a cassette.** Headers are left out but for the content type; in query strings and bodies, [`redact`]
//! takes out what it knows and what it is given. A body that is not UTF-8 cannot be searched, so it is kept as text with
//! replacement characters, and marked `lossy`. What your systems say about people stays: a cassette is as confidential as
//! the answers in it.
//!
//! ```
//! use std::sync::Arc;
//!
//! use customs_http::cassette::{RecordingTransport, ReplayTransport};
//! use customs_http::scripted::{Reply, ScriptedTransport, When};
//! use customs_http::{Request, Transport};
//! use http::Method;
//!
//! # tokio::runtime::Builder::new_current_thread().enable_time().build()?.block_on(async {
//! # let folder = std::env::temp_dir().join(format!("cassette-{}", std::process::id()));
//! # std::fs::create_dir_all(&folder)?;
//! let file = folder.join("rates.ndjson");
//! let ask = |key: &str| Request::new(Method::GET, format!("https://customs.example/rates?crkyCn={key}&day=20261120").parse().unwrap());
//!
//! let server = ScriptedTransport::new();
//! server.push(Reply::ok("<rates/>"));
//! let recording = RecordingTransport::new(Arc::new(server), &file)?;
//! recording.send(ask("secret")).await?.body.collect(1024).await?;
//! assert!(!std::fs::read_to_string(&file)?.contains("secret"));
//!
//! let replay = ReplayTransport::open(&file)?;
//! let answer = replay.send(ask("another")).await?;
//! assert_eq!(answer.body.collect(1024).await?, "<rates/>");
//! # std::fs::remove_dir_all(&folder)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod record;
mod replay;

pub use record::RecordingTransport;
pub use replay::{CassetteError, ReplayTransport};

use http::Method;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use crate::{SafeUrl, redact};

/// One exchange of a cassette, without secrets.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Exchange {
    /// What was asked.
    pub request: Asked,
    /// What came back.
    pub response: Answered,
}

/// The request of an [`Exchange`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Asked {
    /// GET, POST …
    pub method: String,
    /// Scheme, host and port; not compared when an exchange is looked for.
    pub server: String,
    /// The path.
    pub path: String,
    /// The query parameters in order, decoded.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub query: Vec<(String, String)>,
    /// The body.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub body: String,
}

/// The response of an [`Exchange`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Answered {
    /// The status.
    pub status: u16,
    /// `Content-Type`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content_type: Option<String>,
    /// The body, inflated.
    pub body: String,
    /// The body was not UTF-8: `body` shows what of it could be read.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub lossy: bool,
}

impl Asked {
    /// A request as a cassette has it.
    fn new(method: &Method, url: &SafeUrl, body: &[u8], secrets: &[&SecretString]) -> Self {
        let address = url.expose();
        let query = address.query_pairs().map(|(name, value)| {
            let value = if redact::is_secret_parameter(&name) {
                redact::MARK.to_owned()
            } else {
                redact::mask(&value, secrets)
            };
            (name.into_owned(), value)
        });
        Self {
            method: method.to_string(),
            server: address.origin().ascii_serialization(),
            path: redact::mask(address.path(), secrets),
            query: query.collect(),
            body: redact::mask(&String::from_utf8_lossy(body), secrets),
        }
    }

    /// Whether they ask the same, of whichever server.
    fn same(&self, other: &Self) -> bool {
        let Self {
            method,
            server: _,
            path,
            query,
            body,
        } = self;
        (method, path, query, body) == (&other.method, &other.path, &other.query, &other.body)
    }
}
