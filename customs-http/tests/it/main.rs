//! Black-box tests: the reqwest transport against real servers on loopback, and the contract on every transport.

mod server;
mod wire;
