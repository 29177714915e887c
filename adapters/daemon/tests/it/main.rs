//! Black-box tests of the `customs` program: real processes, real HTTP on loopback, real SQLite.
//!
//! No test waits for time to pass. It waits for a line that a simulator prints, or for a log to grow, each with a bound.
#![cfg(feature = "simulators")]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking, in its helper functions too"
)]

mod alerts;
mod by_hand;
mod check;
mod completions;
mod config;
mod console;
mod databases;
mod demo;
mod failures;
mod faults;
mod hostile;
mod init;
mod kill;
mod kill_points;
mod ledger;
mod lookup;
mod once;
mod packaging;
mod people;
mod replay;
mod run;
mod sap;
mod sap_call;
#[cfg(all(feature = "postgres", feature = "mysql"))]
mod servers;
mod support;
mod telemetry;
mod unipass;
