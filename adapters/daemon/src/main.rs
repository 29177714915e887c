//! The `customs` program.

mod away;
mod bootstrap;
mod cli;
mod config;
mod lock;

fn main() -> std::process::ExitCode {
    cli::main()
}
