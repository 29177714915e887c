//! Whether the functions keep their bars: `cargo bench -p customs-lambda --bench bars --profile dev`.
//!
//! The program is that of the zip that `CUSTOMS_LAMBDA_ZIP` names; this bench around it needs no optimised build. It runs under AWS's own
//! emulator (`CUSTOMS_RIE`), with simulators of SAP and customs, a stand-in for the queue (`CUSTOMS_MINISTACK`) and PostgreSQL
//! (`CUSTOMS_TEST_POSTGRES_URL`). `CUSTOMS_PYTHON` names a Python with zeep, requests and boto3, which the old functions import.
//! It takes about two minutes. On a busy machine the times are the machine's.
//!
//! sqlx 0.9.0 lets the system wait for company before it sends (no `TCP_NODELAY`, issue 4335 of sqlx): over TLS two steps of connecting
//! come some 45 ms late, and so does each statement of more than 16 KiB. A chunk of 50 has none, one of 100 has two.
//!
//! | what | bar |
//! |---|---|
//! | the zip with all roles | 8 MB |
//! | a worker's init | a fifth of the imports' init |
//! | its memory at most (`VmHWM`) | 40 MiB |
//! | a chunk of 50 records, an answer takes 100 ms, 10 at once, connected before | 1.15 × the bound |
//! | the same with the share of a processor that 128 MB get | 1.15 × the bound |
//! | the cost model (`capacity`) | within 10 % of the billed time |
//! | four workers, 20 calls a second, a burst of 5 | never more than 25 in a second, 90 % used in the middle |
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "what it shares with the tests fails by panicking, and a bench says what it measured"
)]
#![expect(dead_code, reason = "the tests use more of what both stand on")]

use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use customs_core::Rate;
use customs_core::capacity::{LambdaShape, Load};
use customs_test_harness::unipass;
use futures_util::future::join_all;

#[path = "../tests/it/database.rs"]
mod database;
#[path = "../tests/it/emulator.rs"]
mod emulator;
#[path = "../tests/it/http.rs"]
mod http;
#[path = "../tests/it/ministack.rs"]
mod ministack;
#[path = "../tests/it/outside.rs"]
mod outside;
#[path = "../tests/it/programs.rs"]
mod programs;
#[path = "../tests/it/scene.rs"]
mod scene;

use emulator::Emulator;
use programs::{ALL_DONE, LONG, Programs, work};
use scene::Setting;

const SAMPLES: usize = 5;

/// The old functions' imports, and no more of a runtime than it takes to say that they are ready.
const IMPORTS: &str = r#"
import http.client, os
import zeep, requests, boto3
api = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
while True:
    api.request("GET", "/2018-06-01/runtime/invocation/next")
    event = api.getresponse()
    event.read()
    api.request("POST", f"/2018-06-01/runtime/invocation/{event.headers['Lambda-Runtime-Aws-Request-Id']}/response", "{}")
    api.getresponse().read()
"#;

fn main() -> ExitCode {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build();
    let mut bars = Bars { missed: 0 };
    runtime.unwrap().block_on(async {
        zip(&mut bars);
        starts_and_chunks(&mut bars).await;
        small_share(&mut bars).await;
        cost(&mut bars).await;
        shared_rate(&mut bars).await;
    });
    println!("{} bars missed", bars.missed);
    if bars.missed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

struct Bars {
    missed: usize,
}

impl Bars {
    /// A figure that must not be above its bar.
    fn at_most(&mut self, what: &str, figure: f64, bar: f64, unit: &str) {
        let is_met = figure <= bar;
        self.missed += usize::from(!is_met);
        let verdict = if is_met { "met" } else { "MISSED" };
        println!("{what}: {figure:.2} {unit} (bar {bar:.2}): {verdict}");
    }
}

/// What must be here, or there is nothing to measure.
fn needed(variable: &str) -> String {
    std::env::var(variable).unwrap_or_else(|_| panic!("{variable} is not set"))
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_unstable_by(f64::total_cmp);
    figures[figures.len() / 2]
}

fn zip(bars: &mut Bars) {
    let bytes = std::fs::metadata(needed("CUSTOMS_LAMBDA_ZIP")).unwrap().len();
    bars.at_most("zip with all roles", bytes as f64 / 1e6, 8.0, "MB");
}

/// One chunk of 50 records, asked as fast as ten connections allow, by a customs that takes 100 ms for an answer.
fn fifty() -> Setting {
    Setting {
        records: 50,
        chunk_size: 50,
        latency: Duration::from_millis(100),
        unipass: "in_flight = 10\nattempts = 1".into(),
        aws: String::new(),
        ..Setting::default()
    }
}

/// What `customs plan` calls the bound of that chunk, in milliseconds: N·L/C and the last answer. Customs alone takes 500 ms.
fn bound() -> f64 {
    let load = Load {
        records: 50,
        interval: Duration::from_secs(300),
        deadline: Duration::from_secs(240),
        latency: Duration::from_millis(100),
        in_flight: 10,
        rate: None,
    };
    load.forecast().bound * 1000.0
}

async fn programs(setting: Setting) -> Programs {
    Programs::new(setting)
        .await
        .unwrap_or_else(|| panic!("see above for what is missing"))
}

/// An urgent call when nothing urgent waits: it connects everything, and does nothing.
fn call() -> serde_json::Value {
    work(r#"{"kind":"urgent"}"#)
}

/// Milliseconds of each invocation.
fn invocations(of: &Emulator) -> Vec<f64> {
    of.milliseconds("INVOKE RTDONE(status: success, produced bytes: 0, duration:")
}

async fn starts_and_chunks(bars: &mut Bars) {
    let (mut init, mut ready, mut memory) = (Vec::new(), Vec::new(), Vec::new());
    let (mut cold, mut connected) = (Vec::new(), Vec::new());
    let (mut connecting, mut working) = (Vec::new(), Vec::new());
    for _ in 0..SAMPLES {
        let all = programs(fifty()).await;
        let worker = all.worker(LONG).await;
        let event = work(&all.plan().await[0]);
        assert_eq!(worker.invoke(&event).await.1, ALL_DONE, "{}", worker.log());
        assert!(all.scene.sap.rows_written() > 20);
        cold.push(invocations(&worker)[0]);
        memory.push(most_memory(worker.process().unwrap()));

        let all = programs(fifty()).await;
        let worker = all.worker(LONG).await;
        assert_eq!(worker.invoke(&call()).await.1, ALL_DONE, "{}", worker.log());
        let started = worker.milliseconds("INIT REPORT(durationMs:")[0];
        init.push(started);
        ready.push(started + invocations(&worker)[0]);
        let event = work(&all.plan().await[0]);
        let before = worked(worker.process().unwrap());
        connecting.push(before);
        assert_eq!(worker.invoke(&event).await.1, ALL_DONE, "{}", worker.log());
        connected.push(invocations(&worker)[1]);
        working.push(worked(worker.process().unwrap()) - before);
    }
    let python = needed("CUSTOMS_PYTHON");
    let mut imports = Vec::new();
    // The first one fills the system's cache of files.
    for _ in 0..=SAMPLES {
        let folder = tempfile::tempdir().unwrap();
        let script = folder.path().join("bootstrap.py");
        std::fs::write(&script, IMPORTS).unwrap();
        let program = [Path::new(&python), &script];
        let old = Emulator::around(&program, "imports", LONG, &[], folder)
            .await
            .unwrap();
        assert_eq!(old.invoke(&serde_json::json!({})).await.0, 200, "{}", old.log());
        imports.push(old.milliseconds("INIT REPORT(durationMs:")[0]);
    }
    let imports = median(imports.split_off(1));
    println!("init of `import zeep, requests, boto3`: {imports:.1} ms");
    let (connecting, working) = (median(connecting), median(working));
    println!("the processor works {connecting:.1} ms to start and connect, {working:.1} ms for 50 records");
    bars.at_most("a worker's init", median(init), imports / 5.0, "ms");
    println!(
        "its init and what its first event connects: {:.1} ms",
        median(ready)
    );
    bars.at_most("its memory at most", median(memory), 40.0, "MiB");
    println!("50 records, not connected before: {:.1} ms", median(cold));
    bars.at_most("50 records, connected", median(connected), 1.15 * bound(), "ms");
}

/// Milliseconds of the processor that all threads of a process have used.
fn worked(process: u32) -> f64 {
    let threads = std::fs::read_dir(format!("/proc/{process}/task")).unwrap();
    let used = threads.map(|thread| {
        let text = std::fs::read_to_string(thread.unwrap().path().join("schedstat")).unwrap();
        text.split(' ').next().unwrap().parse::<f64>().unwrap()
    });
    used.sum::<f64>() / 1e6
}

/// VmHWM in MiB.
fn most_memory(process: u32) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:")).unwrap();
    let kib: f64 = line.split_whitespace().next().unwrap().parse().unwrap();
    kib / 1024.0
}

/// A group of processes that has the share of a processor that 128 MB get: 128/1769.
struct Share(std::path::PathBuf);

impl Share {
    fn new() -> std::io::Result<Self> {
        let group = format!("/sys/fs/cgroup/cpu/customs-bars-{}", std::process::id());
        std::fs::create_dir(&group)?;
        let share = Self(group.into());
        const PERIOD_US: u32 = 20_000;
        std::fs::write(share.0.join("cpu.cfs_period_us"), PERIOD_US.to_string())?;
        let quota = PERIOD_US * 128 / 1769;
        std::fs::write(share.0.join("cpu.cfs_quota_us"), quota.to_string())?;
        Ok(share)
    }

    fn take(&self, process: u32) {
        std::fs::write(self.0.join("cgroup.procs"), process.to_string()).unwrap();
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir(&self.0);
    }
}

async fn small_share(bars: &mut Bars) {
    let share = match Share::new() {
        Ok(share) => share,
        Err(error) => {
            println!(
                "50 records with the processor's share of 128 MB: left out, no such group can be made ({error})"
            );
            return;
        }
    };
    let mut took = Vec::new();
    for _ in 0..SAMPLES {
        let all = programs(fifty()).await;
        let worker = all.worker(LONG).await;
        assert_eq!(worker.invoke(&call()).await.1, ALL_DONE, "{}", worker.log());
        let event = work(&all.plan().await[0]);
        share.take(worker.process().unwrap());
        assert_eq!(worker.invoke(&event).await.1, ALL_DONE, "{}", worker.log());
        took.push(invocations(&worker)[1]);
    }
    let what = "50 records, connected, with the processor's share of 128 MB";
    bars.at_most(what, median(took), 1.15 * bound(), "ms");
}

/// One run of two workers at ten calls a second, with an SAP that takes half a second.
async fn cost(bars: &mut Bars) {
    let sap = Duration::from_millis(500);
    let load = Load {
        records: 100,
        interval: Duration::from_secs(300),
        deadline: Duration::from_secs(240),
        latency: Duration::from_millis(100),
        in_flight: 10,
        rate: Some(Rate {
            per_second: 10.0,
            burst: 10,
        }),
    };
    let shape = LambdaShape {
        memory_mib: 128,
        workers: 2,
        chunk_size: 50,
        pages: 1,
        sap,
        urgent_reserve: 0.1,
    };
    let all = programs(Setting {
        records: 100,
        chunk_size: 50,
        latency: load.latency,
        unipass: "rate = 10\nburst = 10\nin_flight = 10\nattempts = 1".into(),
        // Nine calls a second and ten at once: two workers.
        aws: "latency = \"2s\"\nmax_workers = 2".into(),
        ..Setting::default()
    })
    .await;
    let slow = |operation: &str| format!("slow:ms={},on={operation}", sap.as_millis());
    let faults = [slow("ZCustomsGetDue"), slow("ZCustomsPutStatus")].join(";");
    all.scene.sap.faults().set(faults.parse().unwrap());
    let workers = [all.worker(LONG).await, all.worker(LONG).await];
    let chunks = all.plan().await;
    all_done(&workers, &chunks).await;
    let receipt = all.receipts().await.remove(0);
    assert_eq!(receipt.deferred, 0, "{receipt:?}");
    let billed: f64 = workers
        .iter()
        .chain([&all.planner])
        .flat_map(|function| function.milliseconds("Billed Duration:"))
        .sum();
    let forecast = load.lambda_run(&shape) * 1000.0;
    println!("billed {billed:.0} ms, forecast {forecast:.0} ms");
    let off = (forecast / billed - 1.0).abs() * 100.0;
    bars.at_most("the cost model is off by", off, 10.0, "%");
}

/// Each worker does one of the chunks, all at once.
async fn all_done(workers: &[Emulator], chunks: &[String]) {
    assert_eq!(chunks.len(), workers.len());
    let work = workers.iter().zip(chunks);
    join_all(work.map(async |(worker, chunk)| {
        let answered = worker.invoke(&programs::work(chunk)).await;
        assert_eq!(answered.1, ALL_DONE, "{}", worker.log());
    }))
    .await;
}

async fn shared_rate(bars: &mut Bars) {
    const RATE: u32 = 20;
    const BURST: u32 = 5;
    let all = programs(Setting {
        records: 400,
        chunk_size: 100,
        latency: Duration::from_millis(100),
        // A twentieth is kept for urgent work, of which there is none here.
        unipass: format!(
            "rate = {RATE}\nburst = {BURST}\nin_flight = 5\nattempts = 1\nurgent_reserve = 0.05"
        ),
        aws: "latency = \"1s\"\nmax_workers = 4".into(),
        ..Setting::default()
    })
    .await;
    let workers = join_all((0..4).map(|_| all.worker(LONG))).await;
    let chunks = all.plan().await;
    all_done(&workers, &chunks).await;
    let arrivals = all.scene.unipass.arrivals();
    let fullest = unipass::fullest(&arrivals, Duration::from_secs(1)) as f64;
    let used = unipass::used(&arrivals, f64::from(RATE)) * 100.0;
    println!("four workers, {} calls", arrivals.len());
    bars.at_most("the fullest second", fullest, f64::from(RATE + BURST), "calls");
    bars.at_most("not used of the quota in the middle", 100.0 - used, 10.0, "%");
}
