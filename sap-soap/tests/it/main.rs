//! The crate from outside, in one binary.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test fails by panicking, in its helper functions too"
)]

mod client;
#[cfg(feature = "codegen")]
mod codegen;
#[cfg(feature = "pipeline")]
mod conformance;
mod corpus;
mod fault;
#[cfg(feature = "pipeline")]
mod pipeline;
mod request;
mod response;
mod response_bombs;
mod response_corpus;
mod response_fuzz;
mod response_quirks;
mod response_shape;
mod wsdl;
mod wsdl_fuzz;
mod wsdl_hostile;
