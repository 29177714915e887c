use std::io::{Read, stdin};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::ValueEnum;
use sap_soap::request::RequestEncoder;
use sap_soap::response::{DecodeOptions, ReadOptions, Received, ReplyReader, Step, decode};
use sap_soap::wsdl::Wsdl;

use super::output::Output;
use super::{Format, Result};

mod call;
mod describe;

/// Works with SAP's WSDLs and messages; only `call` needs a SAP system.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// List the services and operations of a WSDL, in text with their fields.
    Describe {
        /// The WSDL file.
        wsdl: PathBuf,
        /// Only this operation, with all its fields; text only.
        #[arg(conflicts_with = "format")]
        operation: Option<String>,
        /// How the list is printed.
        #[arg(long, value_enum, default_value = "text")]
        format: Format,
    },
    /// Print a skeleton of an operation's parameters as JSON; it encodes as it is.
    Sample {
        /// The WSDL file.
        wsdl: PathBuf,
        /// The operation.
        operation: String,
    },
    /// Encode parameters (JSON on standard input) as a SOAP request.
    Encode {
        /// The WSDL file.
        wsdl: PathBuf,
        /// The operation.
        operation: String,
    },
    /// Call an operation with parameters from standard input (JSON).
    Call(Box<call::Args>),
    /// Generate Rust types from a WSDL: a struct for each structure of an operation, or of all.
    Codegen {
        /// The WSDL file.
        wsdl: PathBuf,
        /// The operation; all of them unless given.
        operation: Option<String>,
    },
    /// Decode a SOAP message from standard input as JSON. A fault is a message: the exit code is 0.
    Decode {
        /// The WSDL file; without it the message is read by its shape.
        #[arg(requires = "operation")]
        wsdl: Option<PathBuf>,
        /// The operation.
        operation: Option<String>,
        /// Print the rows of this table, one JSON object a line, in constant memory.
        #[arg(long, value_name = "TABLE")]
        rows: Option<String>,
        /// How the result is printed: ndjson goes with --rows.
        #[arg(long, value_enum, default_value = "json")]
        format: DecodeFormat,
    },
}

/// How decoded messages are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DecodeFormat {
    /// One JSON value.
    Json,
    /// A JSON value a line.
    Ndjson,
}

/// Read from standard input at once.
const PIECE: usize = 64 << 10;

pub(crate) fn run(command: Command, output: &mut Output) -> Result {
    match command {
        Command::Describe {
            wsdl,
            operation,
            format,
        } => {
            let wsdl = load(&wsdl)?;
            match format {
                Format::Json => output.json(&wsdl.describe())?,
                Format::Text => describe::text(&wsdl, operation.as_deref(), output)?,
            }
        }
        Command::Sample { wsdl, operation } => {
            let wsdl = load(&wsdl)?;
            output.pretty_json(&wsdl.sample(wsdl.operation(&operation)?)?)?;
        }
        Command::Encode { wsdl, operation } => {
            let wsdl = load(&wsdl)?;
            let encoder = RequestEncoder::new(&wsdl, wsdl.operation(&operation)?)?;
            let parameters: serde_json::Value = serde_json::from_reader(stdin().lock())
                .context("standard input: expected parameters as JSON")?;
            output.bytes(&encoder.encode(&parameters)?)?;
            output.line("")?;
        }
        Command::Call(args) => return super::block_on(call::run(*args, output)),
        Command::Codegen { wsdl, operation } => {
            let code = sap_soap::codegen::generate(&load(&wsdl)?, operation.as_deref())?;
            output.bytes(code.as_bytes())?;
        }
        Command::Decode {
            wsdl,
            operation,
            rows,
            format,
        } => match (rows, format) {
            (Some(table), _) => decode_rows(&table, output)?,
            (None, DecodeFormat::Ndjson) => {
                bail!("--format ndjson: found no --rows, expected the table whose rows to print")
            }
            (None, DecodeFormat::Json) => decode_whole(wsdl, operation, output)?,
        },
    }
    Ok(ExitCode::SUCCESS)
}

fn load(file: &std::path::Path) -> anyhow::Result<Wsdl> {
    Ok(Wsdl::from_file(file)?)
}

fn decode_whole(wsdl: Option<PathBuf>, operation: Option<String>, output: &mut Output) -> anyhow::Result<()> {
    let mut body = Vec::new();
    stdin()
        .lock()
        .read_to_end(&mut body)
        .context("standard input cannot be read")?;
    let received = Received {
        status: None,
        content_type: None,
        body: &body,
    };
    let mut decoded = decode(received, DecodeOptions::default())?;
    if let (Some(wsdl), Some(operation)) = (wsdl, operation) {
        let wsdl = load(&wsdl)?;
        decoded = decoded.of_operation(&wsdl.schema, wsdl.operation(&operation)?);
    }
    output.json(&decoded)
}

fn decode_rows(table: &str, output: &mut Output) -> anyhow::Result<()> {
    let mut reader = ReplyReader::new(ReadOptions {
        rows: vec![table.into()],
        ..ReadOptions::default()
    });
    let mut input = stdin().lock();
    let mut piece = vec![0; PIECE];
    loop {
        match reader.next()? {
            Step::Row(row) => output.json(&row)?,
            Step::Done => break,
            Step::More => match input.read(&mut piece).context("standard input cannot be read")? {
                0 => reader.finish(),
                n => reader.push(&piece[..n]),
            },
        }
    }
    let reply = reader.into_reply();
    if let Some(fault) = reply.fault {
        output.flush()?;
        bail!("the message is a fault: {}", serde_json::to_string(&fault)?);
    }
    if reply.rows.first().is_none_or(Option::is_none) {
        output.flush()?;
        bail!("the message has no table {table}");
    }
    Ok(())
}
