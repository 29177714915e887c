//! SAP's side: rows read, rows written, descriptions loaded.
//!
//! A reader's rate is `(N - 1) / (cpu of N rows - cpu of one row)`: what starting an interpreter, importing a package and
//! loading the description take counts for nobody.

use std::path::{Path, PathBuf};

use super::peers::script;
use super::{Bench, Ratios, Spread};
use crate::process::{Cost, Program};
use crate::rows::{OPERATION, TABLE, write_reply, wsdl};

/// Rows of a reply for the fast ones, and for those that need memory by the row.
const MANY: u64 = 500_000;
const FEW: u64 = 100_000;
/// Rows that zeep writes.
const WRITTEN_BY_ZEEP: u64 = 20_000;
/// Loads of a description, so that the clock's grain does not show.
/// So often is a description loaded that all loads together read about so many bytes, or starting a program would count more than
/// what is measured; but never less often than the second number.
const LOADS: (u64, u64) = (12_000_000, 30);
const LOADS_OF_ZEEP: (u64, u64) = (1_200_000, 3);

/// One contender: its name, how many rows, and the program for so many.
struct Contender<'a> {
    name: &'static str,
    many: u64,
    program: Box<dyn Fn(u64) -> Program + 'a>,
    rates: Vec<f64>,
    peak: f64,
}

impl<'a> Contender<'a> {
    fn new(name: &'static str, many: u64, program: impl Fn(u64) -> Program + 'a) -> Self {
        Self {
            name,
            many,
            program: Box::new(program),
            rates: Vec::new(),
            peak: 0.0,
        }
    }

    fn run(&mut self) -> anyhow::Result<()> {
        let one = (self.program)(1).measure()?;
        let all = (self.program)(self.many).measure()?;
        self.rates.push(rate(self.many, one, all));
        self.peak = self.peak.max(all.peak_mib);
        Ok(())
    }
}

fn rate(many: u64, one: Cost, all: Cost) -> f64 {
    (many - 1) as f64 / (all.cpu - one.cpu).max(1e-9)
}

/// Runs all contenders round by round. A peer that fails is left out; one of our own that fails is an error.
fn rounds(
    contenders: &mut Vec<Contender<'_>>,
    rounds: usize,
    own: &[&str],
    ratios: &mut Ratios,
    say: &mut dyn FnMut(&str),
) -> anyhow::Result<()> {
    for round in 1..=rounds {
        let mut failed = Vec::new();
        for contender in contenders.iter_mut() {
            say(&format!("round {round}: {}", contender.name));
            if let Err(error) = contender.run() {
                if own.contains(&contender.name) {
                    return Err(error.context(contender.name));
                }
                ratios.leave_out(format!("{}: {error:#}", contender.name));
                failed.push(contender.name);
            }
        }
        contenders.retain(|c| !failed.contains(&c.name));
    }
    Ok(())
}

fn table(title: &str, unit: &str, contenders: &[Contender<'_>], say: &mut dyn FnMut(&str)) {
    say("");
    say(&format!(
        "{title:<44} {unit:>20} {:>24} {:>10}",
        "spread", "peak MiB"
    ));
    for contender in contenders {
        if let Some(Spread { median, min, max }) = Spread::of(contender.rates.iter().copied()) {
            say(&format!(
                "{:<44} {median:>20.0} {:>24} {:>10.1}",
                contender.name,
                format!("{min:.0} – {max:.0}"),
                contender.peak
            ));
        }
    }
    say("");
}

fn find<'c, 'a>(contenders: &'c [Contender<'a>], name: &str) -> Option<&'c Contender<'a>> {
    contenders.iter().find(|c| c.name == name)
}

/// The ratios of two contenders, round by round.
fn against(ours: &Contender<'_>, other: &Contender<'_>) -> Vec<f64> {
    ours.rates.iter().zip(&other.rates).map(|(a, b)| a / b).collect()
}

pub(super) fn compare(bench: &Bench, ratios: &mut Ratios, say: &mut dyn FnMut(&str)) -> anyhow::Result<()> {
    let description = description(bench, ratios)?;
    read(bench, &description, ratios, say)?;
    write(bench, &description, ratios, say)?;
    load(bench, &description, ratios, say)
}

/// The real description, or ours of the same shape.
fn description(bench: &Bench, ratios: &mut Ratios) -> anyhow::Result<PathBuf> {
    let real = bench
        .corpus
        .as_ref()
        .map(|corpus| corpus.join("sap/wsdl/rfc/fivem__webservice-client__sap.wsdl"));
    if let Some(real) = real.filter(|file| file.exists()) {
        return Ok(real);
    }
    ratios.leave_out("SAP's own WSDL (CUSTOMS_CORPUS): one of ours of the same shape stands for it");
    let file = bench.scratch.path().join("ours.wsdl");
    std::fs::write(&file, wsdl())?;
    Ok(file)
}

const STRUCTS: &str = "customs: rows into structs";
const NDJSON: &str = "customs sap decode --rows --format ndjson";

fn read(
    bench: &Bench,
    description: &Path,
    ratios: &mut Ratios,
    say: &mut dyn FnMut(&str),
) -> anyhow::Result<()> {
    let (many, few) = (bench.size(MANY), bench.size(FEW));
    let reply = |rows: u64| bench.scratch.path().join(format!("reply-{rows}.xml"));
    let reply = &reply;
    for rows in [1, few, many] {
        write_reply(&reply(rows), rows)?;
    }
    let own = |mode: &'static str| {
        move |rows: u64| {
            Program::new(&bench.own)
                .arg(mode)
                .arg(reply(rows))
                .arg(rows.to_string())
        }
    };
    let mut contenders = vec![
        Contender::new(STRUCTS, many, own("read-rows")),
        Contender::new(NDJSON, many, |rows| {
            Program::new(&bench.customs)
                .arg("sap")
                .arg("decode")
                .arg("--rows")
                .arg(TABLE)
                .arg("--format")
                .arg("ndjson")
                .input(&reply(rows))
        }),
        Contender::new("quick-xml: bare event loop, BufRead", many, own("read-events")),
    ];
    if let Some(python) = &bench.peers.python {
        let bare = |mode: &'static str| {
            move |rows: u64| {
                Program::new(python)
                    .arg(script("sap.py"))
                    .arg(mode)
                    .arg(reply(rows))
                    .arg(rows.to_string())
            }
        };
        contenders.push(Contender::new("expat: no handlers", many, bare("expat")));
        contenders.push(Contender::new("lxml: tree, nothing more", few, bare("lxml")));
        contenders.push(Contender::new(
            "lxml: iterparse into dictionaries",
            few,
            bare("iterparse"),
        ));
        contenders.push(Contender::new("zeep: objects", few, move |rows| {
            Program::new(python)
                .arg(script("sap.py"))
                .arg("read")
                .arg(description)
                .arg(reply(rows))
                .arg(OPERATION)
                .arg(TABLE)
                .arg(rows.to_string())
        }));
    }
    if let Some(node) = &bench.peers.node {
        contenders.push(Contender::new("node-soap: objects", few, move |rows| {
            Program::new("env")
                .arg("-C")
                .arg(node)
                .arg("node")
                .arg("--max-old-space-size=4096")
                .arg(script("sap.mjs"))
                .arg(description)
                .arg(reply(rows))
                .arg(TABLE)
                .arg(rows.to_string())
        }));
    }
    let own = [STRUCTS, NDJSON, "quick-xml: bare event loop, BufRead"];
    rounds(&mut contenders, bench.options.sap_rounds, &own, ratios, say)?;
    table(
        "reading a table of 15 fields",
        "rows per CPU second",
        &contenders,
        say,
    );
    if let Some(ours) = find(&contenders, STRUCTS) {
        ratios.set("sap_read_peak_mib", [ours.peak]);
        for (key, other) in [
            ("sap_read_vs_zeep", "zeep: objects"),
            ("sap_read_vs_quick_xml", "quick-xml: bare event loop, BufRead"),
        ] {
            if let Some(other) = find(&contenders, other) {
                ratios.set(key, against(ours, other));
            }
        }
    }
    Ok(())
}

fn write(
    bench: &Bench,
    description: &Path,
    ratios: &mut Ratios,
    say: &mut dyn FnMut(&str),
) -> anyhow::Result<()> {
    const OURS: &str = "customs: rows of a struct, streamed";
    const ZEEP: &str = "zeep: a message, in memory";
    let mut contenders = vec![Contender::new(OURS, bench.size(MANY), |rows| {
        Program::new(&bench.own)
            .arg("write-rows")
            .arg(description)
            .arg(rows.to_string())
    })];
    if let Some(python) = &bench.peers.python {
        contenders.push(Contender::new(ZEEP, bench.size(WRITTEN_BY_ZEEP), move |rows| {
            Program::new(python)
                .arg(script("sap.py"))
                .arg("write")
                .arg(description)
                .arg(OPERATION)
                .arg(TABLE)
                .arg(rows.to_string())
        }));
    }
    rounds(&mut contenders, bench.options.sap_rounds, &[OURS], ratios, say)?;
    table(
        "writing a table of 15 fields",
        "rows per CPU second",
        &contenders,
        say,
    );
    if let Some(ours) = find(&contenders, OURS) {
        ratios.set("sap_write_peak_mib", [ours.peak]);
        if let Some(zeep) = find(&contenders, ZEEP) {
            ratios.set("sap_write_vs_zeep", against(ours, zeep));
        }
    }
    Ok(())
}

fn load(
    bench: &Bench,
    description: &Path,
    ratios: &mut Ratios,
    say: &mut dyn FnMut(&str),
) -> anyhow::Result<()> {
    const OURS: &str = "customs: load a description";
    const ZEEP: &str = "zeep: load a description";
    let largest = bench.corpus.as_deref().and_then(largest);
    let file = largest.as_deref().unwrap_or(description);
    let bytes = std::fs::metadata(file)?.len().max(1);
    let often = |(all, least): (u64, u64)| (all / bytes).max(least) + 1;
    let mut contenders = vec![Contender::new(OURS, often(LOADS), |times| {
        Program::new(&bench.own)
            .arg("load-wsdl")
            .arg(file)
            .arg(times.to_string())
    })];
    if let Some(python) = &bench.peers.python {
        contenders.push(Contender::new(ZEEP, often(LOADS_OF_ZEEP), move |times| {
            Program::new(python)
                .arg(script("sap.py"))
                .arg("load")
                .arg(file)
                .arg(times.to_string())
        }));
    }
    rounds(&mut contenders, bench.options.sap_rounds, &[OURS], ratios, say)?;
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    table(
        &format!("loading {name}"),
        "loads per CPU second",
        &contenders,
        say,
    );
    if let (Some(ours), Some(zeep)) = (find(&contenders, OURS), find(&contenders, ZEEP)) {
        ratios.set("wsdl_load_vs_zeep", against(zeep, ours));
    }
    Ok(())
}

/// The largest description below a folder.
fn largest(corpus: &Path) -> Option<PathBuf> {
    let folders = std::fs::read_dir(corpus.join("sap/wsdl")).ok()?.flatten();
    let files = folders
        .filter_map(|folder| std::fs::read_dir(folder.path()).ok())
        .flatten()
        .flatten();
    files
        .map(|file| file.path())
        .filter(|path| path.extension().is_some_and(|e| e.eq_ignore_ascii_case("wsdl")))
        .max_by_key(|path| path.metadata().map_or(0, |m| m.len()))
}
