//! Black-box tests of the ledgers, each on every database.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking, in its helper functions too"
)]

mod beside;
mod bullets;
mod conformance;
#[cfg(any(feature = "postgres", feature = "mysql"))]
mod deadlock;
mod fixture;
mod hostile;
mod kill;
mod opening;
mod quota;
mod reader;
mod readme;
mod records;
mod recovery;
mod runs;
#[cfg(any(feature = "postgres", feature = "mysql"))]
mod server;
mod side_by_side;
mod torn;
