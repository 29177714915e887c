//! What a test needs from outside, and whether it may be missing.

use std::path::PathBuf;
use std::time::Duration;

/// The value of a variable that names something from outside. Missing it fails where `what` is required, else the test is left out,
/// and says why.
pub(crate) fn named(variable: &str, what: &str) -> Option<String> {
    let value = std::env::var(variable).ok();
    if value.is_none() {
        let required = std::env::var("CUSTOMS_REQUIRE").unwrap_or_default();
        assert!(
            !required.split(',').any(|r| r.trim() == what),
            "{variable} is not set, and {what} is required"
        );
        println!("skipped: {variable} is not set");
    }
    value
}

/// What is deployed: the zip that `deploy/build` made if `CUSTOMS_LAMBDA_ZIP` names it, else the bootstrap of this build.
pub(crate) fn artefact() -> PathBuf {
    std::env::var_os("CUSTOMS_LAMBDA_ZIP")
        .map_or_else(|| env!("CARGO_BIN_EXE_bootstrap").into(), PathBuf::from)
}

/// Looks again until there is something to see. The bound is far more than any step needs, so that only a hang meets it.
pub(crate) async fn until<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    const LOOKS: u32 = 1200;
    for _ in 0..LOOKS {
        if let Some(seen) = look().await {
            return seen;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("it did not happen: {what}")
}
