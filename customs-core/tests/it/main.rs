//! Black-box tests of the core on its in-memory back ends.
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

mod conformance;
mod pipeline;
mod rig;
