//! What the whole client costs beside a bare HTTP loop: `cargo bench -p unipass-client --features pipeline --bench lookups`.
//!
//! Asks 5,000 questions, 50 at a time, of a simulator that takes 100 ms for each, over TLS: once through the client in all its
//! layers, as a host puts them together, and once with a bare reqwest loop that looks for one field. Simulator and clients run in
//! processes of their own; wall and CPU time of the clients are measured from outside, pair by pair. Prints the medians of the
//! ratios; the bars are 1.05 for the wall time and 2 for the CPU time.

#[path = "lookups/ask.rs"]
mod ask;
#[path = "lookups/serve.rs"]
mod serve;

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, Command, ExitCode, Stdio};
use std::time::Duration;

use tokio::time::Instant;

const QUESTIONS: u32 = 5_000;
const IN_FLIGHT: usize = 50;
const LATENCY: Duration = Duration::from_millis(100);
const PAIRS: usize = 3;
const WALL_BAR: f64 = 1.05;
const CPU_BAR: f64 = 2.0;

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build();
    let result = runtime.map_err(Into::into).and_then(|runtime| {
        runtime.block_on(async {
            match args.as_slice() {
                ["serve"] => serve::serve().await.map(|()| true),
                ["bare", base, key, ca] => ask::bare(base, key, ca).await.map(|()| true),
                ["whole", base, key, ca] => ask::whole(base, key, ca).await.map(|()| true),
                _ => compare(),
            }
        })
    });
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "{error}");
            ExitCode::FAILURE
        }
    }
}

/// A child that ends with this.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn compare() -> Outcome<bool> {
    let folder = tempfile::tempdir()?;
    let mut server = Server(
        Command::new(std::env::current_exe()?)
            .arg("serve")
            .stdout(Stdio::piped())
            .spawn()?,
    );
    let mut said = String::new();
    BufReader::new(server.0.stdout.take().ok_or("no output")?).read_line(&mut said)?;
    let mut said = said.trim().splitn(3, ' ');
    let (base, key, ca) = (said.next(), said.next(), said.next());
    let (base, key) = (base.ok_or("no address")?, key.ok_or("no key")?);
    let file = folder.path().join("ca.pem");
    std::fs::write(&file, ca.ok_or("no certificate")?.replace("\\n", "\n"))?;
    let ca = file.to_string_lossy();
    let (mut walls, mut cpus) = (Vec::new(), Vec::new());
    for pair in 0..PAIRS {
        let bare = measure(&["bare", base, key, &ca])?;
        let whole = measure(&["whole", base, key, &ca])?;
        writeln!(
            std::io::stdout(),
            "pair {}: bare {:.2} s, {:.0} ms CPU; whole client {:.2} s, {:.0} ms CPU",
            pair + 1,
            bare.0,
            bare.1 * 1e3,
            whole.0,
            whole.1 * 1e3
        )?;
        walls.push(whole.0 / bare.0);
        cpus.push(whole.1 / bare.1);
    }
    let (wall, cpu) = (median(walls), median(cpus));
    let is_good = wall <= WALL_BAR && cpu <= CPU_BAR;
    writeln!(
        std::io::stdout(),
        "{QUESTIONS} lookups, {IN_FLIGHT} at once, {} ms each, TLS: wall × {wall:.3} (bar {WALL_BAR}), CPU × {cpu:.2} (bar {CPU_BAR}): {}",
        LATENCY.as_millis(),
        if is_good { "met" } else { "MISSED" }
    )?;
    Ok(is_good)
}

/// Wall and CPU seconds of a client in a process of its own.
fn measure(args: &[&str]) -> Outcome<(f64, f64)> {
    let (cpu, start) = (cpu_of_children()?, Instant::now());
    let status = Command::new(std::env::current_exe()?).args(args).status()?;
    let wall = start.elapsed().as_secs_f64();
    if !status.success() {
        return Err(format!("{}: {status}", args.first().unwrap_or(&"")).into());
    }
    Ok((wall, cpu_of_children()? - cpu))
}

/// CPU seconds of all children that have ended; the system counts them in hundredths.
fn cpu_of_children() -> Outcome<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    // The name in front may hold anything, but ends in the last bracket.
    let (_, fields) = stat.rsplit_once(')').ok_or("no status")?;
    let ticks: f64 = fields
        .split_whitespace()
        .skip(13)
        .take(2)
        .map(|field| field.parse::<f64>().unwrap_or_default())
        .sum();
    Ok(ticks / 100.0)
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
