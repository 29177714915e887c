//! The side-by-side comparison: `cargo run --release -p customs-benches --bin compare [-- --json FILE]`.
//!
//! Started with the name of a piece of work as its first argument, the program does that work: so each contender of ours
//! is measured as a process of its own, from outside.

use std::ffi::OsString;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, bail};
use clap::Parser;
use customs_benches::compare::{self, Options};
use customs_benches::process::{self, HELPER};
use customs_benches::{bare, mock, rows};

/// Measures us beside what users would pick instead, in one run, and prints ratios.
#[derive(Debug, Parser)]
struct Args {
    /// Write the ratios here, as JSON.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Rounds of the readings of SAP's replies.
    #[arg(long, default_value_t = 3)]
    sap_rounds: usize,
    /// Rounds of the lookups.
    #[arg(long, default_value_t = 3)]
    lookup_rounds: usize,
    /// Leave out SAP's replies.
    #[arg(long)]
    no_sap: bool,
    /// Leave out the lookups.
    #[arg(long)]
    no_lookups: bool,
    /// Do a hundredth of the work, to try the program: the ratios mean nothing.
    #[arg(long)]
    smoke: bool,
    /// The program customs; it is built unless given.
    #[arg(long, value_name = "FILE")]
    customs: Option<PathBuf>,
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(&format!("compare: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn complain(text: &str) {
    // If even that cannot be written there is nobody left to tell.
    let _ = writeln!(std::io::stderr(), "{text}");
}

fn run() -> anyhow::Result<()> {
    let arguments: Vec<OsString> = std::env::args_os().skip(1).collect();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    if let Some((work, rest)) = arguments.split_first()
        && let Some(done) = piece(&runtime, &work.to_string_lossy(), rest)
    {
        return done;
    }
    let Args {
        json,
        sap_rounds,
        lookup_rounds,
        no_sap,
        no_lookups,
        smoke,
        customs,
    } = Args::parse();
    let options = Options {
        sap_rounds,
        lookup_rounds,
        no_sap,
        no_lookups,
        smoke,
        customs,
    };
    let ratios = runtime.block_on(compare::run(options, &mut complain))?;
    write!(std::io::stdout(), "{}", ratios.table())?;
    if let Some(file) = json {
        std::fs::write(&file, serde_json::to_vec_pretty(&ratios.json())?)
            .with_context(|| format!("{} cannot be written", file.display()))?;
    }
    Ok(())
}

/// One piece of work, if `work` names one.
fn piece(runtime: &tokio::runtime::Runtime, work: &str, args: &[OsString]) -> Option<anyhow::Result<()>> {
    Some(match work {
        HELPER => runtime.block_on(process::helper(args)),
        "serve-customs" => two(args).and_then(|(folder, latency)| {
            runtime.block_on(mock::serve(Path::new(folder), Duration::from_millis(latency)))
        }),
        "read-rows" => two(args).and_then(|(file, count)| rows::read_file(Path::new(file), count)),
        "read-events" => two(args).and_then(|(file, count)| rows::events(Path::new(file), count)),
        "write-rows" => two(args).and_then(|(wsdl, count)| rows::write_request(Path::new(wsdl), count)),
        "load-wsdl" => two(args).and_then(|(wsdl, times)| rows::load(Path::new(wsdl), times)),
        "ask-bare" => ask_bare(runtime, args),
        _ => return None,
    })
}

fn two(args: &[OsString]) -> anyhow::Result<(&OsString, u64)> {
    let [first, second] = args else {
        bail!("expected two arguments, found {}", args.len());
    };
    Ok((first, number(second)?))
}

fn number(text: &OsString) -> anyhow::Result<u64> {
    text.to_string_lossy()
        .parse()
        .with_context(|| format!("{}: expected a number", text.to_string_lossy()))
}

fn ask_bare(runtime: &tokio::runtime::Runtime, args: &[OsString]) -> anyhow::Result<()> {
    let [base, authority, count, in_flight] = args else {
        bail!("expected four arguments, found {}", args.len());
    };
    let in_flight = usize::try_from(number(in_flight)?)?;
    runtime.block_on(bare::run(
        &base.to_string_lossy(),
        Path::new(authority),
        number(count)?,
        in_flight,
    ))
}
