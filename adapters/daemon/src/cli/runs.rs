use std::process::ExitCode;

use customs_core::{LedgerReader as _, RunRow};

use super::output::Output;
use super::show::{elapsed, korean};
use super::table::{Side, Table};
use super::{ConfigArg, Format, Result};
use crate::bootstrap;
use crate::config::Config;

/// Shows the last runs and what they came to, the newest first.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    config: ConfigArg,
    /// At most how many.
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    limit: u32,
    /// How the runs are printed.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

pub(crate) async fn run(args: Args, output: &mut Output) -> Result {
    let config = Config::load_for_ledger(&args.config.config)?;
    let ledger = bootstrap::existing_ledger(&config).await?;
    let runs = ledger.runs(args.limit).await?;
    match args.format {
        Format::Json => output.json(&serde_json::json!({ "runs": runs }))?,
        Format::Text => text(&runs, output)?,
    }
    ledger.shut_down().await;
    Ok(ExitCode::SUCCESS)
}

fn text(runs: &[RunRow], output: &mut Output) -> anyhow::Result<()> {
    use Side::{Left, Right};
    if runs.is_empty() {
        return output.line("No run yet.");
    }
    let mut table = Table::new([
        ("STARTED (KST)", Left),
        ("COMPANY", Left),
        ("JOB", Left),
        ("BY", Left),
        ("STATUS", Left),
        ("DUE", Right),
        ("PUSHED", Right),
        ("UNCHANGED", Right),
        ("NOT FOUND", Right),
        ("FAILED", Right),
        ("DEFERRED", Right),
        ("TOOK", Right),
        ("RUN", Left),
        ("BECAUSE", Left),
    ]);
    for run in runs {
        let receipt = &run.receipt;
        let counts = [
            receipt.due,
            receipt.pushed,
            receipt.unchanged,
            receipt.not_found,
            receipt.failed,
            receipt.deferred,
        ];
        let mut cells = vec![
            korean(run.started_at),
            run.company.to_string(),
            run.job.to_string(),
            run.trigger.clone(),
            receipt.status.as_str().to_owned(),
        ];
        cells.extend(counts.map(|n| n.to_string()));
        cells.extend([
            elapsed(receipt.elapsed_ms),
            receipt.run_id.to_string(),
            receipt.error.clone().unwrap_or_default(),
        ]);
        table.row(cells);
    }
    table.print(output)
}
