//! A WSDL-driven SOAP client for SAP: loads what ABAP systems generate, streams table rows in constant memory, keeps what
//! SAP sent.

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
