//! Speed and memory beside zeep (Python), on the same bytes, in one run: `cargo bench -p sap-soap --bench bars`.
//!
//! Everything is measured in processes of its own, as CPU seconds and peak memory, the median of three. zeep reads and writes fewer
//! rows of the same kind, since it holds them all; rows per CPU second are compared. It runs in a virtual environment that is made below
//! `target` when Python and its package index are there; otherwise its figures are left out, and the output says so. The largest WSDL of
//! the folder that `CUSTOMS_CORPUS` names is loaded; without one, that figure is left out too.
//!
//! The exit code says whether a bar was missed.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use sap_soap::wsdl::{FileSystem, Loader};
use serde::{Deserialize, Serialize};

#[path = "shared/measure.rs"]
mod measure;
#[path = "shared/rows.rs"]
mod rows;

use rows::{Owned, ROWS, build, events, made, make, read};

const CHILD: &str = "SAP_SOAP_BARS";
/// Rows that zeep gets.
const FEWER: u32 = 20_000;
const RUNS: usize = 3;

type Anyhow<T> = Result<T, Box<dyn std::error::Error>>;

/// What one process cost.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
struct Cost {
    /// CPU seconds of the work.
    cpu: f64,
    rows: u32,
    /// Peak memory of the process in MiB.
    peak: f64,
    version: Option<String>,
}

impl Cost {
    /// Rows per CPU second.
    fn rate(&self) -> f64 {
        f64::from(self.rows) / self.cpu
    }
}

/// What is compared, and what must hold.
struct Report {
    missed: bool,
    out: std::io::Stdout,
}

impl Report {
    fn line(&mut self, text: &str) -> Anyhow<()> {
        Ok(writeln!(self.out, "{text}")?)
    }

    fn bar(&mut self, what: &str, found: f64, bar: f64, at_least: bool, unit: &str) -> Anyhow<()> {
        let holds = if at_least { found >= bar } else { found <= bar };
        self.missed |= !holds;
        let (sign, verdict) = (
            if at_least { "≥" } else { "≤" },
            if holds { "ok" } else { "MISSED" },
        );
        self.line(&format!(
            "  {what}: {found:.2} {unit} (bar {sign} {bar:.2}) {verdict}"
        ))
    }
}

fn main() -> ExitCode {
    let done = match std::env::var(CHILD) {
        Ok(what) => child(&what).map(|()| true),
        Err(_) => compare(),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "{error}");
            ExitCode::FAILURE
        }
    }
}

fn compare() -> Anyhow<bool> {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("bars");
    std::fs::create_dir_all(&folder)?;
    let at = |name: &str| folder.join(name);
    let (many, few, wsdl) = (at("many.xml"), at("few.xml"), at("rows.wsdl"));
    make(&many, ROWS as usize)?;
    make(&few, FEWER as usize)?;
    std::fs::write(&wsdl, made())?;
    let mut report = Report {
        missed: false,
        out: std::io::stdout(),
    };
    let python = zeep(&folder);
    if let Err(reason) = &python {
        report.line(&format!("zeep is left out: {reason}"))?;
    }
    let peer = |arguments: [&std::ffi::OsStr; 3]| match &python {
        Ok(python) => median(|| measured(Command::new(python).arg(script()).args(arguments))).map(Some),
        Err(_) => Ok(None),
    };

    let owned = median(|| own("read", &many))?;
    let bare = median(|| own("events", &many))?;
    report.line(&format!(
        "reading {} rows of 15 fields into a structure with owned strings: {:.0} rows per CPU second",
        owned.rows,
        owned.rate()
    ))?;
    report.bar(
        "beside quick-xml's bare events",
        bare.cpu / owned.cpu,
        0.6,
        true,
        "x",
    )?;
    report.bar("peak memory", owned.peak, 16.0, false, "MiB")?;
    if let Some(zeep) = peer(["read".as_ref(), wsdl.as_os_str(), few.as_os_str()])? {
        let version = zeep.version.clone().unwrap_or_default();
        report.line(&format!(
            "  zeep {version}: {:.0} rows per CPU second, {:.0} MiB for {} rows",
            zeep.rate(),
            zeep.peak,
            zeep.rows
        ))?;
        report.bar("beside zeep", owned.rate() / zeep.rate(), 35.0, true, "x")?;
    }

    let written = median(|| own("write", &wsdl))?;
    report.line(&format!(
        "building a request of {} rows, streamed: {:.0} rows per CPU second",
        written.rows,
        written.rate()
    ))?;
    report.bar("peak memory", written.peak, 16.0, false, "MiB")?;
    if let Some(zeep) = peer(["write".as_ref(), wsdl.as_os_str(), FEWER.to_string().as_ref()])? {
        report.line(&format!("  zeep: {:.0} rows per CPU second", zeep.rate()))?;
        report.bar("beside zeep", written.rate() / zeep.rate(), 40.0, true, "x")?;
    }

    match largest() {
        None => {
            report.line("loading the largest WSDL is left out: CUSTOMS_CORPUS names no folder with one")?
        }
        Some((file, bytes)) => {
            let loaded = median(|| own("load", &file))?;
            let kib = bytes >> 10;
            report.line(&format!(
                "loading a WSDL of {kib} KiB: {:.2} ms of CPU",
                loaded.cpu * 1e3
            ))?;
            if let Some(zeep) = peer(["load".as_ref(), file.as_os_str(), "".as_ref()])? {
                report.line(&format!("  zeep: {:.2} ms", zeep.cpu * 1e3))?;
                report.bar("of zeep's time", loaded.cpu / zeep.cpu, 0.1, false, "x")?;
            }
        }
    }
    std::fs::remove_file(&many)?;
    Ok(!report.missed)
}

/// One measurement of this crate, in a process of its own.
fn own(what: &str, file: &Path) -> Anyhow<Cost> {
    measured(Command::new(std::env::current_exe()?).arg(file).env(CHILD, what))
}

fn measured(command: &mut Command) -> Anyhow<Cost> {
    let output = command.stderr(Stdio::inherit()).output()?;
    if !output.status.success() {
        return Err(format!("{command:?} failed").into());
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// Of several runs the one in the middle by CPU time.
fn median(mut run: impl FnMut() -> Anyhow<Cost>) -> Anyhow<Cost> {
    let mut costs = Vec::new();
    for _ in 0..RUNS {
        costs.push(run()?);
    }
    costs.sort_by(|a, b| a.cpu.total_cmp(&b.cpu));
    Ok(costs.swap_remove(RUNS / 2))
}

fn child(what: &str) -> Anyhow<()> {
    let file = std::env::args().nth(1).ok_or("a file is missing")?;
    let path = Path::new(&file);
    let mut rows = 0;
    let start = measure::cpu()?;
    match what {
        "events" => drop(std::hint::black_box(events(path)?)),
        "read" => {
            rows = read(path, |row| {
                row.deserialize::<Owned>().map(|row| {
                    std::hint::black_box(row);
                })
            })?;
        }
        "write" => {
            let wsdl = Loader::default().load(&file, &FileSystem)?;
            build(&wsdl, "ZmmfmDeliveryOrder", "TItem", ROWS)?;
            rows = ROWS as usize;
        }
        "load" => drop(std::hint::black_box(Loader::default().load(&file, &FileSystem)?)),
        other => return Err(format!("no measurement {other}").into()),
    }
    let cost = Cost {
        cpu: measure::cpu()? - start,
        rows: u32::try_from(rows)?,
        peak: measure::peak()?,
        version: None,
    };
    Ok(writeln!(std::io::stdout(), "{}", serde_json::to_string(&cost)?)?)
}

fn script() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/peers/zeep_speed.py")
}

/// A Python that has zeep; made if need be.
fn zeep(folder: &Path) -> Result<PathBuf, String> {
    let python = folder.join("zeep/bin/python");
    let has = |python: &Path| {
        let check = Command::new(python)
            .args(["-c", "import zeep"])
            .stderr(Stdio::null())
            .status();
        check.is_ok_and(|status| status.success())
    };
    if has(&python) {
        return Ok(python);
    }
    let run = |what: &str, command: &mut Command| match command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
    {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{what}: {status}")),
        Err(error) => Err(format!("{what}: {error}")),
    };
    run(
        "python3 -m venv",
        Command::new("python3")
            .args(["-m", "venv"])
            .arg(folder.join("zeep")),
    )?;
    run(
        "pip install zeep",
        Command::new(&python).args(["-m", "pip", "install", "-q", "zeep"]),
    )?;
    if has(&python) {
        Ok(python)
    } else {
        Err("zeep does not import".to_owned())
    }
}

/// The largest WSDL of the corpus.
fn largest() -> Option<(PathBuf, u64)> {
    let mut found: Option<(PathBuf, u64)> = None;
    let mut open = vec![PathBuf::from(std::env::var_os("CUSTOMS_CORPUS")?).join("sap/wsdl")];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).ok()?.flatten() {
            let (path, size) = (entry.path(), entry.metadata().map_or(0, |m| m.len()));
            let is_wsdl = path.extension().is_some_and(|e| e.eq_ignore_ascii_case("wsdl"));
            if path.is_dir() {
                open.push(path);
            } else if is_wsdl && found.as_ref().is_none_or(|(_, most)| size > *most) {
                found = Some((path, size));
            }
        }
    }
    found
}
