//! The simulators over real sockets, asked by a client that knows nothing but bytes.

mod faults;
mod http;
mod sap;
mod unipass;
