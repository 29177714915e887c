use std::process::ExitCode;

use customs_core::{LedgerReader, Receipt, RecordKey, RecordResult, RunStatus, Trigger, results_of};
use serde::Serialize;

use super::choice::JobArg;
use super::output::Output;
use super::table::{Side, Table};
use super::{ConfigArg, Format, Result, progress};
use crate::bootstrap::App;
use crate::config::Config;

/// Runs single records at once, whatever rests, and prints what became of each.
#[derive(Debug, clap::Args)]
#[command(after_help = "Exit code 1 if the run failed, or was skipped because the job is paused.")]
pub(crate) struct Args {
    /// The records' keys: the fields of `source.key`, joined by a slash, such as 1000/0080001234.
    #[arg(required = true, value_name = "KEY")]
    keys: Vec<String>,
    #[command(flatten)]
    job: JobArg,
    #[command(flatten)]
    pub(super) config: ConfigArg,
    /// How the receipt is printed.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

pub(crate) async fn run(args: Args, output: &mut Output) -> Result {
    let config = Config::load(&args.config.config)?;
    let app = App::build(&config).await?;
    let pipeline = args.job.one(&config, &app.pipelines)?;
    let mut keys: Vec<RecordKey> = Vec::new();
    for key in args.keys.iter().map(|key| RecordKey::from(key.as_str())) {
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    let receipt = progress::run(pipeline, Trigger::Keys(keys.clone()), args.format).await;
    let code = print(&*app.ledger, &receipt, &keys, args.format, output).await?;
    app.ledger.shut_down().await;
    Ok(code)
}

/// A receipt, and what became of each record.
#[derive(Debug, Serialize)]
struct WithRecords<'a> {
    #[serde(flatten)]
    receipt: &'a Receipt,
    records: Vec<RecordResult>,
}

/// Prints the receipt of a run that somebody set off for these records. A run that did not do its work is a failure.
pub(super) async fn print(
    reader: &dyn LedgerReader,
    receipt: &Receipt,
    keys: &[RecordKey],
    format: Format,
    output: &mut Output,
) -> Result {
    let records = results_of(reader, &receipt.run_id, keys).await?;
    match format {
        Format::Json => output.json(&WithRecords { receipt, records })?,
        Format::Text => {
            output.receipt(receipt, &[], format)?;
            if receipt.status != RunStatus::Skipped {
                output.line("")?;
                text(&records, output)?;
            }
        }
    }
    let why = receipt.error.as_deref().unwrap_or("it does not balance");
    let word = match receipt.status {
        RunStatus::Failed => "failed",
        RunStatus::Skipped => "was skipped",
        RunStatus::Succeeded | RunStatus::Planning | RunStatus::Dispatched => return Ok(ExitCode::SUCCESS),
    };
    output.flush()?;
    Output::complain(&format!("run {} {word}: {why}", receipt.run_id));
    Ok(ExitCode::FAILURE)
}

fn text(records: &[RecordResult], output: &mut Output) -> anyhow::Result<()> {
    let mut table = Table::new([
        ("RECORD", Side::Left),
        ("OUTCOME", Side::Left),
        ("REASON", Side::Left),
        ("MESSAGE", Side::Left),
    ]);
    for record in records {
        table.row([
            record.key.to_string(),
            record
                .outcome
                .clone()
                .unwrap_or_else(|| "(not settled)".to_owned()),
            record.reason.clone().unwrap_or_default(),
            record.message.clone().unwrap_or_default(),
        ]);
    }
    table.print(output)
}
