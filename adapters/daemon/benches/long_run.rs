//! Whether the daemon stays as it is: `cargo bench -p customs-daemon --bench long_run`.
//!
//! For ten minutes (`LONG_RUN_MINUTES`) one daemon runs a job of 40 records each second over sockets, while a twentieth of the
//! answers are errors, somebody asks for a record at once each second, and somebody looks at the API and at the metrics. A second
//! one has nothing to do after its first run. Each second the system is asked about both.
//!
//! The bars, from the second minute on: the first one's resident memory in the second half is at most 1.02 times what it was at
//! most in the first half, and it holds no more files and sockets open than then. The second one uses less than a second of the
//! processor in ten minutes. It needs no optimised build: `--profile dev` will do. In less than four minutes the first half is
//! too short to tell anything.
//!
//! That some runs fail is part of the scene, and none fails by the errors of that twentieth: each question is asked up to three times.
//! The simulator has no answer of a known form for one of these 40 shipments (`unknown_root`), so the run of whoever asks for that
//! one alone ends with nothing that came through: one in forty. And a job of each second has 0.8 s for a run: on a machine that is
//! busy with other things, some end by their deadline.

use std::io::Write as _;
use std::process::ExitCode;
use std::time::Duration;

use tokio::time::Instant;

#[path = "support/config.rs"]
mod config;
#[path = "support/processor.rs"]
mod processor;
#[path = "support/scene.rs"]
mod scene;
#[path = "support/verdict.rs"]
mod verdict;
use scene::{Daemon, Scene};
use verdict::Outcome;

const MEMORY_BAR: f64 = 1.02;
const IDLE_BAR: f64 = 1.0;
const RECORDS: u32 = 40;

fn main() -> ExitCode {
    verdict::of(2, run())
}

/// What the system says of a process.
struct Sample {
    resident_kib: u64,
    files: u64,
}

fn sample(daemon: &Daemon) -> Outcome<Sample> {
    let of = format!("/proc/{}", daemon.child.id());
    let status = std::fs::read_to_string(format!("{of}/status"))?;
    let line = status.lines().find_map(|l| l.strip_prefix("VmRSS:"));
    let resident = line.and_then(|l| l.split_whitespace().next()).ok_or("no VmRSS")?;
    Ok(Sample {
        resident_kib: resident.parse()?,
        files: std::fs::read_dir(format!("{of}/fd"))?.count() as u64,
    })
}

/// Seconds of the processor that a process has used, all its threads together.
fn worked(daemon: &Daemon) -> Outcome<f64> {
    Ok(processor::worked(&daemon.child.id().to_string())? as f64 / 1e9)
}

async fn run() -> Outcome<bool> {
    let minutes: u32 = std::env::var("LONG_RUN_MINUTES").map_or(Ok(10), |text| text.parse())?;
    let scene = Scene::start(RECORDS, Duration::from_millis(5), "5xx:share=0.05").await?;
    let unipass = "daily = 1000000\nretry_wait = \"20ms\"\nin_flight = 20";
    let busy = scene.daemon(
        "busy",
        "every = \"1s\"\nchunk_size = 10\n[job.polling]\nadaptive = false",
        unipass,
    )?;
    let idle = scene.daemon("idle", "every = \"24h\"", unipass)?;
    let world = scene.customs.world();
    let mut second = tokio::time::interval_at(Instant::now(), Duration::from_secs(1));
    let seconds = (minutes * 60) as usize;
    let mut samples = Vec::with_capacity(seconds);
    let mut idle_from = None;
    for at in 0..seconds {
        second.tick().await;
        busy.post(&[world.shipment(at as u32 % RECORDS).delivery()])
            .await?;
        for path in ["/runs?limit=5", "/metrics"] {
            let (status, body) = busy.ask("GET", path, "").await?;
            if status != 200 {
                return Err(format!("{path}: {status} {body}").into());
            }
        }
        samples.push(sample(&busy)?);
        if at == 60 {
            idle_from = Some((at, worked(&idle)?));
        }
    }
    let (from, before) = idle_from.ok_or("it takes more than a minute")?;
    let idle_used = (worked(&idle)? - before) * 600.0 / (seconds - from) as f64;
    let runs = busy.ask("GET", "/metrics", "").await?.1;
    judge(&samples, idle_used, &runs, scene.customs.arrived())
}

fn judge(samples: &[Sample], idle_used: f64, metrics: &str, calls: u64) -> Outcome<bool> {
    let steady = samples.get(60..).unwrap_or_default();
    // The first minute is for warming up; what follows is halved where the whole time is.
    let half = (samples.len() / 2).saturating_sub(60).max(1);
    let (first, second) = steady.split_at(half.min(steady.len()));
    let most = |part: &[Sample], of: fn(&Sample) -> u64| part.iter().map(of).max().unwrap_or_default();
    let memory = [first, second].map(|part| most(part, |s| s.resident_kib));
    let files = [first, second].map(|part| most(part, |s| s.files));
    let growth = memory[1] as f64 / memory[0] as f64;
    let runs = metrics.lines().filter(|l| l.starts_with("customs_runs_total"));
    let is_good = growth <= MEMORY_BAR && files[1] <= files[0] && idle_used < IDLE_BAR;
    let mut out = std::io::stdout();
    for line in runs {
        writeln!(out, "{line}")?;
    }
    let minutes: Vec<String> = samples
        .chunks(60)
        .map(|minute| format!("{}", most(minute, |s| s.resident_kib)))
        .collect();
    writeln!(
        out,
        "calls to customs {calls}; VmRSS in KiB, most of each minute: {}",
        minutes.join(" ")
    )?;
    writeln!(
        out,
        "memory {} then {} KiB: {growth:.3} x (bar {MEMORY_BAR}); files open {} then {}; \
         idle daemon {idle_used:.2} s of the processor in ten minutes (bar {IDLE_BAR}): {}",
        memory[0],
        memory[1],
        files[0],
        files[1],
        if is_good { "met" } else { "MISSED" }
    )?;
    Ok(is_good)
}
