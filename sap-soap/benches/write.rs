//! How fast requests are built and descriptions loaded: `cargo bench -p sap-soap --bench write [-- WSDL [OPERATION TABLE]]`.
//!
//! Prints rows per CPU second of a request whose rows come from an iterator, and CPU milliseconds for loading the WSDL.
//! Without arguments both are of a description made here: one table with rows of 15 fields, as ABAP generates it.

use std::io::Write;
use std::process::ExitCode;

use sap_soap::wsdl::{InMemory, Loader, Resolve};

#[path = "shared/measure.rs"]
mod measure;
#[path = "shared/rows.rs"]
mod rows;

use measure::{cpu, peak};
use rows::{ROWS, build, made};

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "{error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Box<dyn std::error::Error>> {
    let mut out = std::io::stdout();
    let arguments: Vec<String> = std::env::args()
        .skip(1)
        .filter(|a| !a.starts_with("--"))
        .collect();
    let (file, bytes) = match arguments.first() {
        Some(file) => (file.clone(), std::fs::read(file)?),
        None => ("made here".to_owned(), made().into_bytes()),
    };
    let source = InMemory::default().with(file.clone(), bytes);
    let mut load = f64::MAX;
    let mut wsdl = None;
    for _ in 0..5 {
        let start = cpu()?;
        wsdl = Some(Loader::default().load(&file, &source as &dyn Resolve)?);
        load = load.min(cpu()? - start);
    }
    writeln!(out, "loading the WSDL: {:.2} ms of CPU", load * 1e3)?;
    let Some(wsdl) = wsdl else { return Ok(()) };
    let (operation, table) = match arguments.get(1..3) {
        Some([operation, table]) => (operation.as_str(), table.as_str()),
        _ if arguments.is_empty() => ("ZmmfmDeliveryOrder", "TItem"),
        _ => return Ok(()),
    };
    let mut best = f64::MAX;
    let mut bytes = 0;
    for _ in 0..3 {
        let start = cpu()?;
        bytes = build(&wsdl, operation, table, ROWS)?;
        best = best.min(cpu()? - start);
    }
    let rate = f64::from(ROWS) / best;
    writeln!(
        out,
        "rows of a struct: {rate:.0} per CPU second, {:.0} MB/s",
        bytes as f64 / best / 1e6
    )?;
    writeln!(out, "peak memory: {:.1} MiB", peak()?)?;
    Ok(())
}
