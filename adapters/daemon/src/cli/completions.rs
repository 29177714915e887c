use std::process::ExitCode;

use clap_complete::Shell;

use super::Result;
use super::output::Output;

/// Prints a script with which a shell completes commands, options and their values.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The shell.
    #[arg(value_enum)]
    shell: Shell,
}

pub(crate) fn run(args: &Args, output: &mut Output) -> Result {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut super::command(), "customs", &mut script);
    output.bytes(&script)?;
    Ok(ExitCode::SUCCESS)
}
