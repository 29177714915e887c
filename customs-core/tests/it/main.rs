//! Black-box tests of the core on its in-memory back ends.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

mod bounds;
mod by_hand;
mod closing;
mod conformance;
mod fan_out;
mod midnight;
mod month;
mod pipeline;
mod relay;
mod resting;
mod rig;
mod scheduler;
mod shift;
mod spool;
mod three_days;
mod urgent;
mod why;
