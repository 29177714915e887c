//! The simulators over real sockets, asked by a client that knows nothing but bytes.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "tests fail by panicking")]

#[cfg(feature = "conformance")]
mod conformance;
mod faults;
mod http;
mod sap;
mod unipass;
mod unipass_services;
