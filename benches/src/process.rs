//! What a whole process costs, as the operating system accounts for it.
//!
//! A program is started by a helper process (this program again), so that processor time and peak memory are those of
//! its children alone, of their children too, once they are waited for.

use std::ffi::{OsStr, OsString};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::signal::{Signal, killpg};
use nix::sys::time::TimeValLike;
use nix::unistd::Pid;
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

/// The first argument that makes this program the helper.
pub const HELPER: &str = "measure-one";

/// What one run took.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Cost {
    /// Seconds from its start to its end.
    pub wall: f64,
    /// Processor seconds of the process and of the children that it waited for.
    pub cpu: f64,
    /// Peak memory in MiB: of the process, or of the largest one of its tree.
    pub peak_mib: f64,
    /// For a whole tree: the most that its processes took together, shared pages counted once; looked at 20 times a second.
    pub tree_mib: Option<f64>,
}

/// A program to measure.
#[derive(Debug, Clone)]
pub struct Program {
    words: Vec<OsString>,
    input: Option<PathBuf>,
    tree: bool,
    limit: Duration,
}

impl Program {
    /// A program by its path.
    pub fn new(program: impl AsRef<OsStr>) -> Self {
        Self {
            words: vec![program.as_ref().to_owned()],
            input: None,
            tree: false,
            limit: Duration::from_secs(300),
        }
    }

    /// An argument.
    #[must_use]
    pub fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        self.words.push(arg.as_ref().to_owned());
        self
    }

    /// Standard input; nothing unless set.
    #[must_use]
    pub fn input(mut self, file: &Path) -> Self {
        self.input = Some(file.to_owned());
        self
    }

    /// It works in several processes: their memory is added up.
    #[must_use]
    pub fn tree(mut self) -> Self {
        self.tree = true;
        self
    }

    /// Runs it. Its output goes nowhere, what it complains about is in the error.
    ///
    /// # Errors
    /// It cannot be started, fails, or takes too long.
    pub fn measure(&self) -> anyhow::Result<Cost> {
        let report = tempfile::NamedTempFile::new()?;
        let complaints = tempfile::NamedTempFile::new()?;
        let input = match &self.input {
            Some(file) => std::fs::File::open(file)?.into(),
            None => Stdio::null(),
        };
        let status = Command::new(std::env::current_exe()?)
            .arg(HELPER)
            .arg(report.path())
            .arg(if self.tree { "tree" } else { "one" })
            .arg(self.limit.as_secs().to_string())
            .args(&self.words)
            .stdin(input)
            .stdout(Stdio::null())
            .stderr(complaints.reopen()?)
            .status()?;
        if !status.success() {
            let text = std::fs::read_to_string(complaints.path()).unwrap_or_default();
            let tail: Vec<&str> = text.lines().rev().take(4).collect();
            let tail: Vec<&str> = tail.into_iter().rev().collect();
            bail!("{}: {}", self.name(), tail.join(" / "));
        }
        serde_json::from_slice(&std::fs::read(report.path())?).context("the helper's report")
    }

    fn name(&self) -> String {
        let words: Vec<_> = self.words.iter().map(|w| w.to_string_lossy()).collect();
        words.join(" ")
    }
}

/// The helper: runs the program that the arguments name, and writes its cost to a file.
///
/// # Errors
/// The program cannot be started, fails, or takes too long.
pub async fn helper(args: &[OsString]) -> anyhow::Result<()> {
    let [report, kind, limit, program, rest @ ..] = args else {
        bail!("{HELPER}: expected REPORT, KIND, LIMIT and a program");
    };
    let limit = Duration::from_secs(limit.to_string_lossy().parse()?);
    let tree = kind == "tree";
    let start = Instant::now();
    let mut child = Command::new(program)
        .args(rest)
        // With all its children, so that none is left over when it is killed.
        .process_group(0)
        .spawn()
        .with_context(|| format!("{} cannot be started", program.to_string_lossy()))?;
    let mut tree_kib = 0;
    let mut looked = start;
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        if tree && looked.elapsed() > Duration::from_millis(50) {
            tree_kib = tree_kib.max(tree_memory(child.id()));
            looked = Instant::now();
        }
        if start.elapsed() > limit {
            killpg(Pid::from_raw(i32::try_from(child.id())?), Signal::SIGKILL)?;
            child.wait()?;
            bail!("took longer than {} s", limit.as_secs());
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    };
    let wall = start.elapsed().as_secs_f64();
    ensure!(status.success(), "ended with {status}");
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    let cost = Cost {
        wall,
        cpu: (usage.user_time().num_microseconds() + usage.system_time().num_microseconds()) as f64 / 1e6,
        peak_mib: usage.max_rss() as f64 / 1024.0,
        tree_mib: tree.then_some(tree_kib as f64 / 1024.0),
    };
    Ok(std::fs::write(report, serde_json::to_vec(&cost)?)?)
}

/// KiB that a process and all below it take, shared pages counted once.
fn tree_memory(pid: u32) -> u64 {
    let of = |pid: u32| {
        let text = std::fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).ok()?;
        let line = text.lines().find_map(|line| line.strip_prefix("Pss:"))?;
        line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok()
    };
    let below = std::fs::read_dir(format!("/proc/{pid}/task")).map(|tasks| {
        tasks
            .flatten()
            .filter_map(|task| std::fs::read_to_string(task.path().join("children")).ok())
            .flat_map(|list| {
                list.split_whitespace()
                    .filter_map(|p| p.parse().ok())
                    .collect::<Vec<u32>>()
            })
            .map(tree_memory)
            .sum::<u64>()
    });
    of(pid).unwrap_or(0) + below.unwrap_or(0)
}
