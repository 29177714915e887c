//! The `customs` program.

mod cli;

use customs_wiring::{bootstrap, config};

fn main() -> std::process::ExitCode {
    cli::main()
}
