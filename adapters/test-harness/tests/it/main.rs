//! The simulators over real sockets, asked by a client that knows nothing but bytes.

#[cfg(feature = "conformance")]
mod conformance;
mod faults;
mod http;
mod sap;
mod unipass;
