//! A WSDL-driven SOAP client for SAP: loads what ABAP systems generate, streams table rows in constant memory, keeps what
//! SAP sent.

#[cfg(feature = "pipeline")]
pub mod pipeline;
pub mod request;
pub mod response;
pub mod schema;
pub mod value;
pub mod wsdl;

pub use value::{Row, Value};
