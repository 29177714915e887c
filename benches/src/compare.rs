//! The side-by-side comparison: us and what users would pick instead, in one run on one machine.
//!
//! Each round runs every contender once, one after the other, so that what disturbs the machine disturbs all of them; a ratio
//! is that of one round, and what is shown is the median of the rounds with the smallest and the largest.

mod lookups;
mod peers;
mod ratios;
mod sap;

use std::path::PathBuf;

use anyhow::Context;

use peers::Peers;
pub use ratios::{KEYS, Ratios, Spread};

/// What to compare.
#[derive(Debug, Clone)]
pub struct Options {
    /// Rounds of the readings of SAP's replies.
    pub sap_rounds: usize,
    /// Rounds of the lookups.
    pub lookup_rounds: usize,
    /// Leave out SAP's replies.
    pub no_sap: bool,
    /// Leave out the lookups.
    pub no_lookups: bool,
    /// A hundredth of the work, to try the program; its ratios mean nothing.
    pub smoke: bool,
    /// The `customs` program; built unless given.
    pub customs: Option<PathBuf>,
}

/// What the parts need.
#[derive(Debug)]
struct Bench {
    options: Options,
    /// This program.
    own: PathBuf,
    customs: PathBuf,
    peers: Peers,
    scratch: tempfile::TempDir,
    /// The folder of real descriptions, if there is one.
    corpus: Option<PathBuf>,
}

impl Bench {
    /// Less of it for a trial.
    fn size(&self, full: u64) -> u64 {
        if self.options.smoke { full / 100 } else { full }
    }
}

/// Compares; what happens is told line by line to `say`.
///
/// # Errors
/// Something of our own fails. A peer that is missing or fails is left out, and the ratios say so.
pub async fn run(options: Options, say: &mut dyn FnMut(&str)) -> anyhow::Result<Ratios> {
    let own = std::env::current_exe()?;
    let target = own
        .ancestors()
        .nth(2)
        .context("this program lies in no target folder")?
        .join("compare");
    std::fs::create_dir_all(&target)?;
    let customs = match &options.customs {
        Some(customs) => customs.clone(),
        None => build(&own, say)?,
    };
    let mut ratios = Ratios::default();
    let peers = Peers::prepare(&target, &options, &mut ratios, say);
    let bench = Bench {
        options,
        own,
        customs,
        peers,
        scratch: tempfile::tempdir_in(&target)?,
        corpus: std::env::var_os("CUSTOMS_CORPUS").map(PathBuf::from),
    };
    if bench.options.no_sap {
        ratios.leave_out("SAP's replies: not asked for");
    } else {
        sap::compare(&bench, &mut ratios, say)?;
    }
    if bench.options.no_lookups {
        ratios.leave_out("lookups: not asked for");
    } else {
        lookups::compare(&bench, &mut ratios, say).await?;
    }
    Ok(ratios)
}

/// Builds the program beside this one.
fn build(own: &std::path::Path, say: &mut dyn FnMut(&str)) -> anyhow::Result<PathBuf> {
    say("building the program customs");
    let status = std::process::Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args([
            "build",
            "--quiet",
            "--release",
            "--locked",
            "-p",
            "customs-daemon",
        ])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .status()?;
    anyhow::ensure!(status.success(), "customs cannot be built");
    let customs = own.with_file_name("customs");
    anyhow::ensure!(
        customs.exists(),
        "{} is not there: give the program with --customs",
        customs.display()
    );
    Ok(customs)
}
