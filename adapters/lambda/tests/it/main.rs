//! Black-box tests: each role is given the events that AWS sends it, as JSON files.
#![expect(
    clippy::unwrap_used,
    reason = "a test fails by panicking, in its helper functions too"
)]

mod api;
mod events;
mod roles;
mod template;
mod urgent;

/// The events of `tests/events`.
fn event(name: &str) -> serde_json::Value {
    let path = format!("{}/tests/events/{name}.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}
