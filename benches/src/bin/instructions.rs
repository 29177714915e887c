//! How many instructions each hot path takes: `cargo run --release -p customs-benches --bin instructions [-- --write]`.
//!
//! valgrind counts them, so that a regression shows on a noisy machine too. Held against the counts in
//! `benches/instructions.txt`; more than a twentieth above them is a warning, never a failure: compilers and the standard
//! library move counts as well. `--write` keeps the new counts.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::process::{Command, ExitCode, Stdio};

use anyhow::{Context, bail, ensure};
use customs_benches::hot::{NAMES, prepare};

const KEPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/instructions.txt");
/// Runs that a count is the mean of; one more comes before them, and does not count.
const TIMES: u64 = 4;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match words[..] {
        ["run", name, times] => times.parse().context("TIMES").and_then(|times| run(name, times)),
        [] => compare(false),
        ["--write"] => compare(true),
        _ => Err(anyhow::anyhow!("expected nothing or --write")),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // If even that cannot be written there is nobody left to tell.
            let _ = writeln!(std::io::stderr(), "instructions: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(name: &str, times: u64) -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let mut hot = prepare(name, folder.path())?;
    for _ in 0..times {
        hot()?;
    }
    Ok(())
}

fn compare(write: bool) -> anyhow::Result<()> {
    let mut out = std::io::stdout();
    let before = std::fs::read_to_string(KEPT).unwrap_or_default();
    let kept = kept(&before)?;
    let mut text = String::from(
        "# Instructions that one run of each hot path takes, counted by valgrind. `instructions --write` renews them.\n",
    );
    let mut more = 0;
    for name in NAMES {
        let each = (count(name, TIMES + 1)? - count(name, 1)?) / TIMES;
        text.push_str(&format!("{name} {each}\n"));
        match kept.get(name) {
            Some(before) => {
                let change = each as f64 / *before as f64 - 1.0;
                let warning = if change > 0.05 {
                    "  WARNING: more than before"
                } else {
                    ""
                };
                more += u32::from(change > 0.05);
                writeln!(out, "{name:<20} {each:>12} {:>+7.1} %{warning}", change * 100.0)?;
            }
            None => writeln!(out, "{name:<20} {each:>12}   (new)")?,
        }
    }
    if write {
        std::fs::write(KEPT, text)?;
    } else if more > 0 {
        writeln!(
            out,
            "warning: {more} hot paths take more instructions than benches/instructions.txt says"
        )?;
    }
    Ok(())
}

fn kept(text: &str) -> anyhow::Result<BTreeMap<&str, u64>> {
    text.lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| {
            let (name, count) = line
                .split_once(' ')
                .context("instructions.txt: expected NAME COUNT")?;
            Ok((name, count.parse().context("instructions.txt: expected a count")?))
        })
        .collect()
}

/// Instructions of a whole process that runs a hot path so many times.
fn count(name: &str, times: u64) -> anyhow::Result<u64> {
    let output = Command::new("valgrind")
        .args([
            "--tool=cachegrind",
            "--cache-sim=no",
            "--cachegrind-out-file=/dev/null",
        ])
        .arg(std::env::current_exe()?)
        .args(["run", name, &times.to_string()])
        .stdin(Stdio::null())
        .output()
        .context("valgrind cannot be started")?;
    let text = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{name}: {text}");
    // `==123== I   refs:      33,355,785`, with one blank or more.
    let Some((_, refs)) = text.lines().find_map(|line| line.split_once(" refs:")) else {
        bail!("valgrind tells no count: {text}");
    };
    Ok(refs.trim().replace(',', "").parse()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kept_counts_name_every_hot_path() {
        let text = std::fs::read_to_string(KEPT).unwrap();
        let kept = kept(&text).unwrap();
        assert_eq!(
            kept.keys().copied().collect::<std::collections::BTreeSet<_>>(),
            NAMES.into_iter().collect()
        );
        assert!(super::kept("row_decode many").is_err());
    }
}
