use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use customs_wiring::config::Config;
use unipass_client::{Decoder, VerdictTable};

use super::output::Output;
use super::{Result, service_named};

/// Works with answers of the UNI-PASS Open API.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Decode an answer from standard input and print it as JSON. An error answer is an answer: the exit code is 0.
    Decode {
        /// The service, by its id (API001) or name (cargo-progress).
        service: String,
        /// A configuration file whose own rules on verdicts are to count.
        #[arg(long, value_name = "FILE")]
        config: Option<PathBuf>,
    },
}

pub(crate) fn run(command: Command, output: &mut Output) -> Result {
    match command {
        Command::Decode { service, config } => decode(&service, config.as_deref(), output),
    }
}

fn decode(service: &str, config: Option<&Path>, output: &mut Output) -> Result {
    let service = service_named(service)?;
    let config = Config::load_for_questions(config, None)?;
    let table = VerdictTable::with(config.unipass.verdicts);
    let mut body = Vec::new();
    std::io::stdin()
        .lock()
        .read_to_end(&mut body)
        .context("standard input cannot be read")?;
    output.json(&Decoder::new(service).table(&table).decode(&body))?;
    Ok(ExitCode::SUCCESS)
}
