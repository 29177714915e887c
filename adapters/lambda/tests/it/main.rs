//! Black-box tests: each role is given the events that AWS sends it, as JSON files; and the bootstrap as a program, deployed by the
//! template onto a stand-in for AWS.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test fails by panicking, in its helper functions too, and says what it skips"
)]

mod api;
mod database;
mod deployed;
mod emulated;
mod emulator;
mod events;
mod http;
mod ministack;
mod outside;
mod programs;
mod roles;
mod scene;
mod template;
mod urgent;

/// The events of `tests/events`.
fn event(name: &str) -> serde_json::Value {
    let path = format!("{}/tests/events/{name}.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}
