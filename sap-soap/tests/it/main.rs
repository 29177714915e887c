//! The crate from outside, in one binary.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test fails by panicking, in its helper functions too"
)]

mod bombs;
mod client;
#[cfg(feature = "codegen")]
mod codegen;
#[cfg(feature = "pipeline")]
mod conformance;
mod connection;
mod corpus;
mod derived;
mod fault;
mod fuzz;
mod message_id;
mod peers;
#[cfg(feature = "pipeline")]
mod pipeline;
mod request;
mod response;
mod response_corpus;
mod response_quirks;
mod response_shape;
mod wsdl;
mod wsdl_hostile;
