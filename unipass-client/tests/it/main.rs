//! Black-box tests of the crate, in one binary.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "this is a test binary; helpers outside #[test] functions may panic and print too"
)]

mod catalogue;
mod client;
#[cfg(feature = "pipeline")]
mod conformance;
mod decode;
mod docs;
mod facts;
mod generate;
mod live;
#[cfg(feature = "pipeline")]
mod pipeline;
mod services;
mod tracking;

use std::path::PathBuf;

/// The folder of real input. Without it a test that needs it is skipped, unless `CUSTOMS_REQUIRE` names `corpus`.
fn corpus() -> Option<PathBuf> {
    if let Some(folder) = std::env::var_os("CUSTOMS_CORPUS") {
        return Some(folder.into());
    }
    let required = std::env::var("CUSTOMS_REQUIRE").unwrap_or_default();
    assert!(
        !required.split(',').any(|r| r.trim() == "corpus"),
        "CUSTOMS_REQUIRE names corpus, but CUSTOMS_CORPUS is not set"
    );
    println!("skipped: CUSTOMS_CORPUS is not set");
    None
}
