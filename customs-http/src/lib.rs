//! The one HTTP seam of the workspace: everything that leaves the process as HTTP goes through a [`Transport`].
//!
//! What it promises, on every transport:
//! - **No secret shows.** An address is a [`SafeUrl`], whose `Display` and `Debug` end before the query string; headers
//!   that carry credentials are hidden; a [`TransportError`] never carries the text of a query. For what *servers* write
//!   there is [`redact`].
//! - **Only a failed connect, or a request that was never begun, proves "not sent".** [`TransportError::sent`] says how
//!   far a request got; a caller that writes decides by it whether it may repeat.
//! - **Every phase has an end**: [`Timeouts`] bound the head, the silence inside a body and the whole exchange.
//! - **Bodies stream both ways** ([`Body`], [`ResponseBody`]), and what is inflated is capped.
//! - **Nothing happens by itself**: no redirect is followed, nothing is retried, no proxy is taken from the environment.
//!
//! | transport | feature | what it does |
//! |---|---|---|
//! | `ReqwestTransport` | `reqwest`, on by default | sends over the network |
//! | [`ScriptedTransport`](scripted::ScriptedTransport) | | answers from a script, and records what was asked |
//! | [`CookieTransport`] | | keeps the cookies of one session, around any other |
//! | `cassette::RecordingTransport`, `cassette::ReplayTransport` | `cassette`, on by default | write exchanges into a file without secrets, and answer from it |
//!
//! Dropping a future of [`Transport::send`] closes the exchange; whether the server saw the request is then unknown. The crate knows
//! nothing of customs, SAP or XML.
//!
//! A client takes an `Arc<dyn Transport>`; its tests hand it a script:
//!
//! ```
//! use std::sync::Arc;
//!
//! use customs_http::scripted::{Reply, ScriptedTransport, When};
//! use customs_http::{Request, Sent, Transport, TransportError, TransportErrorKind};
//! use http::Method;
//!
//! /// A client of some service.
//! struct Client(Arc<dyn Transport>);
//!
//! impl Client {
//!     async fn ping(&self) -> Result<bool, TransportError> {
//!         let url = "https://customs.example:38010/ext/rest/ping?crkyCn=a123…".parse().expect("a valid address");
//!         let response = self.0.send(Request::new(Method::GET, url)).await?;
//!         Ok(response.status.is_success() && response.body.collect(1024).await? == "pong")
//!     }
//! }
//!
//! # tokio::runtime::Builder::new_current_thread().enable_time().build()?.block_on(async {
//! let script = ScriptedTransport::new();
//! script.on(When::get("/ext/rest/ping"), Reply::ok("pong"));
//! script.push(Reply::fail(TransportErrorKind::Reset, Sent::Maybe));
//! let client = Client(Arc::new(script.clone()));
//!
//! assert!(client.ping().await?);
//!
//! let error = client.ping().await.unwrap_err();
//! assert_eq!(error.sent(), Sent::Maybe);
//! assert_eq!(error.to_string(), "the connection broke (https://customs.example:38010/ext/rest/ping?…)");
//! assert_eq!(script.requests()[0].query("crkyCn").as_deref(), Some("a123…"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod body;
#[cfg(feature = "cassette")]
pub mod cassette;
mod cookies;
mod deadlines;
mod error;
pub mod redact;
mod request;
mod response;
mod safe_url;
mod transport;

#[cfg(feature = "reqwest")]
mod reqwest_transport;
pub mod scripted;

pub use body::Body;
pub use cookies::CookieTransport;
pub use error::{Phase, Sent, TransportError, TransportErrorKind};
pub use request::{Request, Timeouts};
pub use response::{Response, ResponseBody};
pub use safe_url::SafeUrl;
pub use transport::Transport;

#[cfg(feature = "reqwest")]
pub use reqwest_transport::{
    BuildError, BuildProblem, ClientIdentity, ReqwestTransport, ReqwestTransportBuilder,
};
