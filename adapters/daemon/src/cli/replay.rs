use std::io::IsTerminal as _;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use customs_http::cassette::{Exchange, ReplayTransport};
use sap_soap::response::{DecodeOptions, Received, decode};
use serde_json::{Value, json};
use unipass_client::{Decoder, Service, services};

use super::output::Output;
use super::{Format, Result, progress};

/// Reads the answers of a cassette as this version reads them, and prints a line of JSON for each. Two versions of the program
/// are compared by what they print: give the lines of the other one with --against.
#[derive(Debug, clap::Args)]
#[command(after_help = "A run writes a cassette if its configuration has `record = \"FILE\"` at its top.")]
pub(crate) struct Args {
    /// The cassette.
    cassette: PathBuf,
    /// What another version printed: print only what differs, and exit with 1 if anything does.
    #[arg(long, value_name = "FILE")]
    against: Option<PathBuf>,
    /// How differences are printed; what is read is printed as JSON anyway.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

pub(crate) fn run(args: &Args, output: &mut Output) -> Result {
    let cassette = ReplayTransport::open(&args.cassette)?;
    let read = cassette.exchanges().iter().enumerate();
    let bar = progress::bar(Format::Text, "answers");
    bar.set_length(cassette.exchanges().len() as u64);
    let lines = read.map(|(index, exchange)| {
        bar.inc(1);
        reading(index + 1, exchange)
    });
    // Lines on a terminal show by themselves how far it is.
    if args.against.is_none() && std::io::stdout().is_terminal() {
        bar.set_draw_target(indicatif::ProgressDrawTarget::hidden());
    }
    let Some(file) = &args.against else {
        for line in lines {
            output.json(&line)?;
        }
        bar.finish_and_clear();
        return Ok(ExitCode::SUCCESS);
    };
    let text = std::fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
    let mut others = text.lines();
    let (mut count, mut differ) = (0, 0);
    for line in lines {
        let line = line.to_string();
        count += 1;
        let other = others.next();
        if other != Some(line.as_str()) {
            differ += 1;
            tell(other, Some(&line), args.format, output)?;
        }
    }
    bar.finish_and_clear();
    for other in others {
        count += 1;
        differ += 1;
        tell(Some(other), None, args.format, output)?;
    }
    match args.format {
        Format::Json => output.json(&json!({ "exchanges": count, "differ": differ }))?,
        Format::Text => output.line(format_args!("{differ} of {count} exchanges are read differently"))?,
    }
    Ok(if differ == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// A difference: what the other version read, and what this one reads.
fn tell(other: Option<&str>, now: Option<&str>, format: Format, output: &mut Output) -> anyhow::Result<()> {
    match format {
        Format::Json => {
            let read = |line: &str| serde_json::from_str(line).unwrap_or_else(|_| Value::from(line));
            output.json(&json!({ "other": other.map(read), "this": now.map(read) }))
        }
        Format::Text => {
            output.line(format_args!("- {}", other.unwrap_or("(nothing)")))?;
            output.line(format_args!("+ {}", now.unwrap_or("(nothing)")))
        }
    }
}

/// What this version makes of an answer.
fn reading(number: usize, exchange: &Exchange) -> Value {
    let Exchange {
        request, response, ..
    } = exchange;
    let path = &request.path;
    let (system, service, answer) = if let Some(service) = service_at(path) {
        let decoded = Decoder::new(service).decode(response.body.as_bytes());
        ("unipass", Some(service.id), serde_json::to_value(&decoded))
    } else if request.method == "POST" {
        let received = Received {
            status: Some(response.status),
            content_type: response.content_type.as_deref(),
            body: response.body.as_bytes(),
        };
        let answer = match decode(received, DecodeOptions::default()) {
            Ok(decoded) => serde_json::to_value(&decoded),
            Err(error) => Ok(json!({ "error": error.to_string() })),
        };
        ("sap", None, answer)
    } else {
        ("other", None, Ok(json!({ "bytes": response.body.len() })))
    };
    json!({
        "exchange": number,
        "system": system,
        "service": service,
        "path": path,
        "status": response.status,
        "answer": answer.unwrap_or_else(|error| json!({ "error": error.to_string() })),
    })
}

/// The service of the Open API that is asked at this path.
fn service_at(path: &str) -> Option<&'static Service> {
    services::ALL
        .iter()
        .copied()
        .find(|service| path.ends_with(&format!("/{}", service.path.trim_start_matches('/'))))
}
