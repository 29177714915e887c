//! The `customs` program.

mod bootstrap;
mod cli;
mod config;
mod lock;

fn main() -> std::process::ExitCode {
    cli::main()
}
