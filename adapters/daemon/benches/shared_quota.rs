//! Whether processes that share a quota keep to it and use it: `cargo bench -p customs-daemon --bench shared_quota`.
//!
//! Four `customs once`, started together, with one SQLite ledger, `rate = 50`, `burst = 10` and `shared = true`. What arrived when
//! stands in the simulator's own log. The bars: no window of a second with more than 60 arrivals, and at least 95 % of the quota
//! used over the middle 80 % of the time. It takes about 25 s, and needs no optimised build: `--profile dev` will do.

use std::io::Write as _;
use std::path::Path;
use std::process::{Child, Command, ExitCode, Stdio};
use std::time::Duration;

use customs_test_harness::sap::SapSimulator;
use customs_test_harness::unipass::{self, Arrival, UnipassSimulator};

#[path = "support/config.rs"]
mod config;
#[path = "support/verdict.rs"]
mod verdict;
use verdict::Outcome;

const PROCESSES: usize = 4;
const RECORDS: u32 = 300;
const RATE: f64 = 50.0;
const BURST: usize = 10;
const USED_BAR: f64 = 0.95;
const SECOND: Duration = Duration::from_secs(1);

fn main() -> ExitCode {
    verdict::of(2, run())
}

async fn run() -> Outcome<bool> {
    let folder = tempfile::tempdir()?;
    let customs = UnipassSimulator::builder()
        .key("API001", config::KEY)
        .start()
        .await?;
    let mut saps = Vec::new();
    for process in 0..PROCESSES {
        let sap = SapSimulator::builder()
            .records(RECORDS)
            .auth(config::USER, config::PASSWORD)
            .start()
            .await?;
        let text = config::text(
            &format!("process{process}"),
            &sap,
            &customs,
            "page_size = 100\nchunk_size = 50",
            &format!("rate = {RATE}\nburst = {BURST}\nshared = true\nin_flight = 20"),
        );
        std::fs::write(file(folder.path(), process), text)?;
        saps.push(sap);
    }
    let ready = program("migrate", &file(folder.path(), 0)).status()?;
    if !ready.success() {
        return Err("the ledger cannot be made".into());
    }
    let mut running: Vec<Child> = Vec::new();
    for process in 0..PROCESSES {
        running.push(program("once", &file(folder.path(), process)).spawn()?);
    }
    for child in running {
        // Waiting blocks this thread only; the simulators have the others.
        let status = tokio::task::spawn_blocking(move || child.wait_with_output()).await??;
        if !status.status.success() {
            let said = [status.stdout, status.stderr].concat();
            return Err(String::from_utf8_lossy(&said).into_owned().into());
        }
    }
    let arrivals = customs.arrivals();
    customs.shutdown().await;
    judge(&arrivals)
}

fn judge(arrivals: &[Arrival]) -> Outcome<bool> {
    let (Some(first), Some(last)) = (arrivals.first(), arrivals.last()) else {
        return Err("nothing arrived".into());
    };
    let most = RATE as usize + BURST;
    let (fullest, used) = (unipass::fullest(arrivals, SECOND), unipass::used(arrivals, RATE));
    let is_good = fullest <= most && used >= USED_BAR;
    writeln!(
        std::io::stdout(),
        "{} arrivals of {PROCESSES} processes in {:.1} s: fullest second {fullest} (bar {most}); {:.1} % used (bar {:.0} %): {}",
        arrivals.len(),
        (last.at_us - first.at_us) as f64 / 1e6,
        used * 100.0,
        USED_BAR * 100.0,
        if is_good { "met" } else { "MISSED" }
    )?;
    Ok(is_good)
}

fn file(folder: &Path, process: usize) -> std::path::PathBuf {
    folder.join(format!("process{process}.toml"))
}

fn program(command: &str, config: &Path) -> Command {
    let mut program = Command::new(env!("CARGO_BIN_EXE_customs"));
    program
        .arg(command)
        .arg("--config")
        .arg(config)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    program
}
