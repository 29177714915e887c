//! The programs of others: a Python environment and a Node folder of our own, made where pip and npm are there.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::{Options, Ratios};

/// What zeep, lxml and aiohttp are measured with.
const PYTHON: [&str; 4] = ["zeep", "lxml", "requests", "aiohttp"];

/// Where the programs are; `None` for what is missing.
#[derive(Debug)]
pub(super) struct Peers {
    /// Python with [`PYTHON`]'s packages.
    pub(super) python: Option<PathBuf>,
    /// The folder in which `node` finds the package soap.
    pub(super) node: Option<PathBuf>,
}

impl Peers {
    /// Makes what is missing; what cannot be made is left out.
    pub(super) fn prepare(
        target: &Path,
        options: &Options,
        ratios: &mut Ratios,
        say: &mut dyn FnMut(&str),
    ) -> Self {
        let python = python(&target.join("venv"), say);
        if python.is_none() {
            ratios.leave_out(format!(
                "{}: no environment with pip can be made",
                PYTHON.join(", ")
            ));
        }
        let node = (!options.no_sap)
            .then(|| node(&target.join("node"), say))
            .flatten();
        if node.is_none() && !options.no_sap {
            ratios.leave_out("node-soap: no node or npm");
        }
        Self { python, node }
    }
}

/// One of our scripts.
pub(super) fn script(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("peers").join(name)
}

fn works(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

fn python(venv: &Path, say: &mut dyn FnMut(&str)) -> Option<PathBuf> {
    let python = venv.join("bin/python");
    let complete = || {
        works(
            Command::new(&python)
                .arg("-c")
                .arg(format!("import {}", PYTHON.join(", "))),
        )
    };
    if !complete() {
        say("making a Python environment with zeep, lxml and aiohttp");
        let made = works(Command::new("python3").args(["-m", "venv"]).arg(venv))
            && works(
                Command::new(&python)
                    .args(["-m", "pip", "install", "--quiet"])
                    .args(PYTHON),
            );
        if !made || !complete() {
            return None;
        }
    }
    Some(python)
}

fn node(folder: &Path, say: &mut dyn FnMut(&str)) -> Option<PathBuf> {
    let complete = || {
        works(
            Command::new("node")
                .args(["-e", "require('soap')"])
                .current_dir(folder),
        )
    };
    std::fs::create_dir_all(folder).ok()?;
    if !complete() {
        say("fetching node-soap");
        let made = works(
            Command::new("npm")
                .args([
                    "install",
                    "--silent",
                    "--no-audit",
                    "--no-fund",
                    "--prefix",
                    ".",
                    "soap",
                ])
                .current_dir(folder),
        );
        if !made || !complete() {
            return None;
        }
    }
    Some(folder.to_owned())
}
