//! The router on in-memory back ends, without a socket.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

mod api;
mod console;
mod openapi;
mod rig;
