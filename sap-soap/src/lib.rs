//! A SOAP client for SAP: loads the WSDLs that ABAP systems generate, streams table rows in constant memory, keeps what SAP
//! sent, and turns everything that can go wrong into one error.
//!
//! - [`Client`] calls operations over any [`Transport`](customs_http::Transport): values, streams of rows, sessions.
//! - [`value`] is what stands between two tags, untouched, and serde both ways into types of your own.
//! - [`response`] and [`request`] read and write messages without input or output, so they work with any.
//! - [`wsdl`] and [`schema`] say what a service offers.
//!
//! A reply is read without a network, a WSDL or a type; here one with status 200 that says that SAP did nothing:
//!
//! ```
//! use sap_soap::response::{DecodeOptions, Kind, Received, decode};
//!
//! let reply = br#"<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>
//!   <n:ZPutResponse xmlns:n="urn:sap-com:document:sap:soap:functions:mc-style"><Return>
//!     <item><Type>E</Type><Id>ZZ</Id><Number>001</Number><Message>Delivery 80001234 is locked</Message></item>
//!   </Return></n:ZPutResponse></e:Body></e:Envelope>"#;
//! let received = Received { status: Some(200), content_type: Some("text/xml"), body: reply };
//! let decoded = decode(received, DecodeOptions::default())?;
//! assert_eq!(decoded.kind, Kind::BusinessError);
//! assert_eq!(decoded.messages[0].text, "Delivery 80001234 is locked");
//! # Ok::<(), sap_soap::response::ReadError>(())
//! ```
//!
//! # Errors
//!
//! [`Error`] is the one error of a call. [`Error::sent`] says how far the request got, [`Error::is_transient`] whether the same call may
//! succeed a moment later; a [`Fault`](response::Fault) keeps what SAP said. No error shows a password or a query string.
//!
//! # Cancel safety
//!
//! A call is sent once. Dropping its future closes the exchange, and what SAP has begun it ends: after a dropped write read back. Reading
//! rows ([`client::Rows`]) loses nothing when a future is dropped.
//!
//! # Features
//!
//! Both only add, and both are off by default.
//! - `codegen`: typed Rust from a WSDL.
//! - `pipeline`: a function module as `SourceSystem` and `Sink` of `customs-core`, configured in TOML alone.

pub mod client;
#[cfg(feature = "codegen")]
pub mod codegen;
mod config;
mod error;
#[cfg(feature = "pipeline")]
pub mod pipeline;
pub mod request;
pub mod response;
pub mod schema;
pub mod value;
pub mod wsdl;

pub use client::Client;
pub use config::{Config, Credentials};
pub use error::{Error, Result};
pub use value::{Row, Value};

// Crates whose types are part of this one's interface.
pub use {jiff, rust_decimal};

/// The examples of the README are compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
