//! Customs' side: the whole pipeline, with ledger, comparison and writing back, against loops that only ask.
//!
//! The customs service is the [mock](crate::mock) and SAP the simulator, each in a process of its own, new for each run.

use std::io::BufRead as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, ensure};

use super::peers::script;
use super::{Bench, Ratios, Spread};
use crate::mock::Mock;
use crate::process::{Cost, Program};

const RECORDS: u64 = 5_000;
const LATENCY: u64 = 100;
/// A process pool is slow: it gets fewer.
const OF_POOL: u64 = 1_000;
const LONG: u64 = 100_000;
const LONG_LATENCY: u64 = 5;

/// What one way of asking took, round by round.
struct Row {
    name: String,
    records: u64,
    costs: Vec<Cost>,
}

impl Row {
    fn spread(&self, of: impl Fn(&Cost) -> f64) -> Option<Spread> {
        Spread::of(self.costs.iter().map(of))
    }

    fn cpu(&self) -> impl Iterator<Item = f64> + '_ {
        self.costs.iter().map(|cost| cost.cpu / self.records as f64)
    }
}

#[derive(Default)]
struct Rows(Vec<Row>);

impl Rows {
    fn add(&mut self, name: String, records: u64, cost: Cost) {
        match self.0.iter_mut().find(|row| row.name == name) {
            Some(row) => row.costs.push(cost),
            None => self.0.push(Row {
                name,
                records,
                costs: vec![cost],
            }),
        }
    }

    fn get(&self, name: &str) -> Option<&Row> {
        self.0.iter().find(|row| row.name == name)
    }
}

pub(super) async fn compare(
    bench: &Bench,
    ratios: &mut Ratios,
    say: &mut dyn FnMut(&str),
) -> anyhow::Result<()> {
    let records = bench.size(RECORDS);
    let customs = Mock::start(LATENCY).await?;
    let mut rows = Rows::default();
    for round in 1..=bench.options.lookup_rounds {
        for in_flight in [50, 10] {
            say(&format!(
                "round {round}: bare loop and pipeline, {in_flight} in flight"
            ));
            rows.add(
                bare_name(in_flight),
                records,
                bare(bench, &customs, records, in_flight)?,
            );
            rows.add(
                pipeline_name(in_flight),
                records,
                pipeline(bench, &customs, records, LATENCY, in_flight)?,
            );
        }
        for (name, mode, count, in_flight) in [
            (AIOHTTP, "aiohttp", records, 50),
            (
                "Python: threads and requests, 50",
                "threads",
                bench.size(OF_POOL),
                50,
            ),
            (POOL, "pool", bench.size(OF_POOL), 10),
        ] {
            let Some(python) = &bench.peers.python else {
                continue;
            };
            say(&format!("round {round}: {name}"));
            match peer(python, mode, &customs, count, in_flight) {
                Ok(cost) => rows.add(name.to_owned(), count, cost),
                Err(error) => ratios.leave_out(format!("{name}: {error:#}")),
            }
        }
    }
    drop(customs);
    say("the pipeline with 100,000 records");
    let customs = Mock::start(LONG_LATENCY).await?;
    let long = bench.size(LONG);
    rows.add(
        LONG_NAME.to_owned(),
        long,
        pipeline(bench, &customs, long, LONG_LATENCY, 50)?,
    );
    table(&rows, say);
    sum_up(&rows, ratios);
    Ok(())
}

const AIOHTTP: &str = "Python: aiohttp, 50";
const POOL: &str = "Python: pool of 10 processes";
const LONG_NAME: &str = "customs once, 50 in flight, 5 ms";

fn bare_name(in_flight: u64) -> String {
    format!("reqwest: bare loop, {in_flight} in flight")
}

fn pipeline_name(in_flight: u64) -> String {
    format!("customs once, {in_flight} in flight")
}

fn sum_up(rows: &Rows, ratios: &mut Ratios) {
    for (key, in_flight) in [("pipeline_over_bare_c10", 10), ("pipeline_over_bare_c50", 50)] {
        if let (Some(bare), Some(ours)) = (
            rows.get(&bare_name(in_flight)),
            rows.get(&pipeline_name(in_flight)),
        ) {
            ratios.set(
                key,
                ours.costs.iter().zip(&bare.costs).map(|(a, b)| a.wall / b.wall),
            );
        }
    }
    let Some(ours) = rows.get(&pipeline_name(50)) else {
        return;
    };
    for (key, other) in [("cpu_vs_aiohttp", AIOHTTP), ("cpu_vs_pool", POOL)] {
        if let Some(other) = rows.get(other) {
            ratios.set(key, ours.cpu().zip(other.cpu()).map(|(a, b)| a / b));
        }
    }
    let Some(peak) = ours.spread(|cost| cost.peak_mib) else {
        return;
    };
    ratios.set("peak_mib_c50", ours.costs.iter().map(|cost| cost.peak_mib));
    if let Some(long) = rows.get(LONG_NAME) {
        ratios.set(
            "peak_growth_100k",
            long.costs.iter().map(|cost| cost.peak_mib / peak.median),
        );
    }
}

fn table(rows: &Rows, say: &mut dyn FnMut(&str)) {
    say("");
    say(&format!(
        "{:<36} {:>8} {:>8} {:>18} {:>14} {:>18} {:>10}",
        "lookups over TLS", "records", "wall s", "spread", "CPU ms each", "spread", "peak MiB"
    ));
    for row in &rows.0 {
        let wall = row.spread(|cost| cost.wall);
        let cpu = Spread::of(row.cpu().map(|cpu| cpu * 1e3));
        let peak = row.spread(|cost| cost.tree_mib.unwrap_or(cost.peak_mib));
        if let (Some(wall), Some(cpu), Some(peak)) = (wall, cpu, peak) {
            say(&format!(
                "{:<36} {:>8} {:>8.2} {:>18} {:>14.3} {:>18} {:>10.1}",
                row.name,
                row.records,
                wall.median,
                format!("{:.2} – {:.2}", wall.min, wall.max),
                cpu.median,
                format!("{:.3} – {:.3}", cpu.min, cpu.max),
                peak.max
            ));
        }
    }
    say("");
}

fn bare(bench: &Bench, customs: &Mock, records: u64, in_flight: u64) -> anyhow::Result<Cost> {
    Program::new(&bench.own)
        .arg("ask-bare")
        .arg(customs.url()?)
        .arg(customs.authority())
        .arg(records.to_string())
        .arg(in_flight.to_string())
        .measure()
}

fn peer(python: &Path, mode: &str, customs: &Mock, count: u64, in_flight: u64) -> anyhow::Result<Cost> {
    let program = Program::new(python)
        .arg(script("lookups.py"))
        .arg(mode)
        .arg(customs.url()?)
        .arg(customs.authority())
        .arg(count.to_string())
        .arg(in_flight.to_string());
    if mode == "pool" { program.tree() } else { program }.measure()
}

/// `customs once` with a new ledger, against a new SAP.
fn pipeline(
    bench: &Bench,
    customs: &Mock,
    records: u64,
    latency: u64,
    in_flight: u64,
) -> anyhow::Result<Cost> {
    let folder = tempfile::tempdir_in(bench.scratch.path())?;
    let sap = Sap::start(&bench.customs, folder.path(), records)?;
    let file = folder.path().join("customs.toml");
    // Far more than it needs, so that nothing is put off.
    let deadline = 60 + 4 * records * latency / in_flight / 1000;
    let text = CONFIGURATION
        .replace("@WSDL@", &sap.wsdl)
        .replace("@ENDPOINT@", &sap.endpoint)
        .replace("@BASE@", &customs.url()?)
        .replace("@CA@", &customs.authority().display().to_string())
        .replace("@IN_FLIGHT@", &in_flight.to_string())
        .replace("@DEADLINE@", &deadline.to_string());
    std::fs::write(&file, text)?;
    let cost = Program::new(&bench.customs)
        .arg("once")
        .arg("--config")
        .arg(&file)
        .arg("--format")
        .arg("json")
        .measure()?;
    // What it did is counted where it arrived.
    let log = std::fs::File::open(&sap.writes).context("SAP was not written to")?;
    let written = std::io::BufReader::new(log).lines().count() as u64;
    ensure!(
        written == records,
        "{written} of {records} records were written back"
    );
    Ok(cost)
}

/// The SAP simulator in a process of its own; it ends with this.
struct Sap {
    child: Child,
    wsdl: String,
    endpoint: String,
    writes: PathBuf,
}

impl Sap {
    fn start(customs: &Path, folder: &Path, records: u64) -> anyhow::Result<Self> {
        let writes = folder.join("writes.ndjson");
        let child = Command::new(customs)
            .args([
                "simulate",
                "sap",
                "--format",
                "json",
                "--auth",
                "BENCH:simulated",
                "--records",
            ])
            .arg(records.to_string())
            .arg("--write-log")
            .arg(&writes)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut sap = Self {
            child,
            wsdl: String::new(),
            endpoint: String::new(),
            writes,
        };
        let out = sap.child.stdout.take().context("the simulator's output")?;
        let mut line = String::new();
        std::io::BufReader::new(out).read_line(&mut line)?;
        let told: serde_json::Value = serde_json::from_str(&line).context("the simulator's addresses")?;
        let text = |key: &str| told[key].as_str().unwrap_or_default().to_owned();
        (sap.wsdl, sap.endpoint) = (text("wsdl"), text("endpoint"));
        Ok(sap)
    }
}

impl Drop for Sap {
    fn drop(&mut self) {
        // It may be gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

const CONFIGURATION: &str = r#"
[[job]]
name = "bench"
company = "1000"
every = "@DEADLINE@s"
deadline = "@DEADLINE@s"
[job.source]
wsdl = "@WSDL@"
endpoint = "@ENDPOINT@"
user = "BENCH"
password = "simulated"
operation = "ZCustomsGetDue"
rows = "EtDue"
page = { size = "IvMax", cursor = "IvAfter", next = "EvNext" }
keys = { table = "ItKeys" }
key = ["Bukrs", "Vbeln"]
origin = ["Bukrs", "Vbeln", "Posnr"]
current = ["Stats", "Udate", "Uzeit"]
urgent = { field = "Prio", values = ["1"] }
[job.query]
service = "cargo-progress"
params = { cargMtNo = "{CargMtNo|trim}" }
[job.sink]
operation = "ZCustomsPutStatus"
rows = "ItStatus"
results = { table = "EtReturn", row = "Row" }
max_batch = 500
[job.sink.columns]
Bukrs = "{origin.Bukrs}"
Vbeln = "{origin.Vbeln}"
Posnr = "{origin.Posnr}"
Stats = "{csclPrgsStts|map:stats}"
Udate = "{prcsDttm|date}"
Uzeit = "{prcsDttm|time}"
Text = "{csclPrgsStts}"
IdemKey = "{idempotency_key}"
[map.stats]
"수입신고수리" = "50"
[unipass]
base_url = "@BASE@"
keys = { API001 = "bench" }
in_flight = @IN_FLIGHT@
ca_file = "@CA@"
[ledger]
url = "sqlite:customs.db"
"#;
