//! The `customs` program.

mod cli;
mod dead_man;
mod notify;
mod serve;
mod telemetry;

use customs_wiring::{bootstrap, config};

fn main() -> std::process::ExitCode {
    cli::main()
}
