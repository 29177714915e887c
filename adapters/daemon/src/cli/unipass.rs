use std::io::Read;
use std::process::ExitCode;

use anyhow::Context;
use unipass_client::{Decoder, services};

use super::Result;
use super::output::Output;

/// Works with answers of the UNI-PASS Open API.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Decode an answer from standard input and print it as JSON. An error answer is an answer: the exit code is 0.
    Decode {
        /// The service, by its id (API001) or name (cargo-progress).
        service: String,
    },
}

pub(crate) fn run(command: Command, output: &mut Output) -> Result {
    match command {
        Command::Decode { service } => decode(&service, output),
    }
}

fn decode(service: &str, output: &mut Output) -> Result {
    let service = services::find(service)
        .with_context(|| format!("there is no service {service}; see the list in the documentation"))?;
    let mut body = Vec::new();
    std::io::stdin()
        .lock()
        .read_to_end(&mut body)
        .context("standard input cannot be read")?;
    output.json(&Decoder::new(service).decode(&body))?;
    Ok(ExitCode::SUCCESS)
}
