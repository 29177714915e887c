//! Black-box tests of the core on its in-memory back ends.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

mod by_hand;
mod conformance;
mod fan_out;
mod midnight;
mod pipeline;
mod rig;
mod why;
