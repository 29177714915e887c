//! How fast rows are read: `cargo bench -p sap-soap --bench read [-- FILE]`.
//!
//! Prints rows per CPU second of four readings of the same bytes: quick-xml's bare event loop, rows into a structure with
//! owned strings, into one that borrows, and into dynamic values. FILE is a reply to `ZmmfmDeliveryOrder` with a table `TItem`; without
//! one, 500,000 rows of the same shape are made.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

#[path = "shared/measure.rs"]
mod measure;
#[path = "shared/rows.rs"]
mod rows;

use measure::{cpu, peak};
use rows::{Borrowed, Owned, ROWS, events, make, read};

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
    let file = std::env::args()
        .skip(1)
        .find(|a| !a.starts_with("--"))
        .map(PathBuf::from);
    let made = std::env::temp_dir().join(format!("sap-soap-read-{}.xml", std::process::id()));
    let path = match &file {
        Some(path) => path.clone(),
        None => {
            make(&made, ROWS as usize)?;
            made.clone()
        }
    };
    let mut best = [f64::MAX; 4];
    let mut rows = 0;
    for _ in 0..3 {
        let start = cpu()?;
        events(&path)?;
        best[0] = best[0].min(cpu()? - start);
        let start = cpu()?;
        rows = read(&path, |row| {
            row.deserialize::<Owned>().map(|row| {
                std::hint::black_box(row);
            })
        })?;
        best[1] = best[1].min(cpu()? - start);
        let start = cpu()?;
        read(&path, |row| {
            row.deserialize::<Borrowed<'_>>().map(|row| {
                std::hint::black_box(row);
            })
        })?;
        best[2] = best[2].min(cpu()? - start);
        let start = cpu()?;
        read(&path, |row| {
            std::hint::black_box(row.to_value());
            Ok::<(), std::convert::Infallible>(())
        })?;
        best[3] = best[3].min(cpu()? - start);
    }
    if file.is_none() {
        std::fs::remove_file(&made)?;
    }
    for (name, seconds) in [
        "quick-xml's events",
        "owned rows",
        "borrowed rows",
        "dynamic rows",
    ]
    .into_iter()
    .zip(best)
    {
        writeln!(
            out,
            "{name}: {:.0} rows per CPU second, {:.2} x",
            rows as f64 / seconds,
            best[0] / seconds
        )?;
    }
    writeln!(out, "peak memory: {:.1} MiB", peak()?)?;
    Ok(())
}
