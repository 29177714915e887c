//! Black-box tests: the reqwest transport against real servers on loopback, and the contract on every transport.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking, in its helper functions too")]

mod server;
mod wire;
