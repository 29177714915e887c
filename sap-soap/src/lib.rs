//! A SOAP client for SAP: loads the WSDLs that ABAP systems generate, streams table rows in constant memory, keeps what SAP
//! sent, and turns everything that can go wrong into one error.
//!
//! - [`Client`] calls operations over any [`Transport`](customs_http::Transport): values, streams of rows, sessions.
//! - [`value`] is what stands between two tags, untouched, and serde both ways into types of your own.
//! - [`response`] and [`request`] read and write messages without input or output, so they work with any.
//! - [`wsdl`] and [`schema`] say what a service offers.
//!
//! Feature `codegen` generates typed Rust from a WSDL.
//! Feature `pipeline` makes a function module a `SourceSystem` and a `Sink` of customs-core, configured in TOML alone.

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
