//! What a test needs from outside, and whether it may be missing.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
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

/// The program that is deployed; what has to be unpacked for it comes into the folder.
pub(crate) fn program(folder: &Path) -> PathBuf {
    let artefact = artefact();
    if artefact.extension().is_none_or(|e| e != "zip") {
        return artefact;
    }
    let unpacked = Command::new("python3")
        .args(["-m", "zipfile", "-e"])
        .args([&*artefact, folder])
        .status();
    assert!(unpacked.unwrap().success());
    let program = folder.join("bootstrap");
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
    program
}

/// The processes that have all of these variables, `NAME=VALUE` each.
pub(crate) fn processes(wanted: &[&str]) -> Vec<u32> {
    let all = std::fs::read_dir("/proc").unwrap();
    let has_all = |process: &u32| {
        let variables = std::fs::read(format!("/proc/{process}/environ")).unwrap_or_default();
        let variables: Vec<&[u8]> = variables.split(|byte| *byte == 0).collect();
        wanted.iter().all(|wanted| variables.contains(&wanted.as_bytes()))
    };
    all.filter_map(|process| process.ok()?.file_name().to_str()?.parse().ok())
        .filter(has_all)
        .collect()
}

/// Sends a signal to a process that this test has made. Whether it was there.
pub(crate) fn signal(process: u32, signal: &str) -> bool {
    let mut kill = Command::new("kill");
    kill.args(["-s", signal, &process.to_string()]);
    kill.stderr(Stdio::null()).status().unwrap().success()
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
