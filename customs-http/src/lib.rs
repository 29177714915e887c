//! The one HTTP seam of the workspace: everything that leaves the process as HTTP goes through a [`Transport`].
//!
//! What it promises:
//! - **No secret shows.** A [`Url`](url::Url) is wrapped in [`SafeUrl`], whose `Display` and `Debug` end before the query
//!   string; header values that are marked sensitive print as `Sensitive`; [`TransportError`] never carries a URL with a query.
//! - **Only a failed connect proves "not sent".** [`TransportError::sent`] says how far a request got.
//! - **Bodies stream both ways**, and what is inflated is capped ([`Body`], [`ResponseBody`]).
//!
//! It knows nothing of customs, SAP or XML.

mod body;
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
