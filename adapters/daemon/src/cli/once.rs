use std::process::ExitCode;

use customs_core::{LedgerReader, Receipt, RunStatus, Trigger};

use super::output::Output;
use super::{ConfigArg, Format, Result, dry, progress};
use crate::bootstrap::App;
use crate::config::Config;

/// Runs every job once and prints a receipt for each.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Show what would be written, and write nothing: neither to SAP nor to the ledger.
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    pub(super) config: ConfigArg,
    /// How the receipts are printed.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

/// Runs the jobs one after the other. Exit code 1 if a run failed.
pub(crate) async fn run(args: Args, output: &mut Output) -> Result {
    let app = App::build(&Config::load(&args.config.config)?).await?;
    let mut code = ExitCode::SUCCESS;
    for pipeline in &app.pipelines {
        if args.dry_run {
            if dry::run(pipeline, Trigger::Schedule, args.format, output).await? != ExitCode::SUCCESS {
                code = ExitCode::FAILURE;
            }
            continue;
        }
        let receipt = progress::run(pipeline, Trigger::Schedule, args.format).await;
        print(&app, &receipt, args.format, output).await?;
        if receipt.status == RunStatus::Failed {
            code = ExitCode::FAILURE;
        }
    }
    if !args.dry_run {
        app.carry().await;
    }
    app.ledger.shut_down().await;
    Ok(code)
}

/// Prints a receipt, for people with its errors by cause; a failed run is a line on standard error too. A ledger that cannot tell the causes keeps no receipt back.
pub(crate) async fn print(
    app: &App,
    receipt: &Receipt,
    format: Format,
    output: &mut Output,
) -> anyhow::Result<()> {
    let causes = match format {
        Format::Json => Vec::new(),
        Format::Text => app.ledger.causes(&receipt.run_id).await.unwrap_or_default(),
    };
    output.receipt(receipt, &causes, format)?;
    if receipt.status == RunStatus::Failed {
        // Behind the receipt it belongs to, should both go to one place.
        output.flush()?;
        let reason = receipt.error.as_deref().unwrap_or("the receipt does not balance");
        Output::complain(&format!("run {} failed: {reason}", receipt.run_id));
    }
    Ok(())
}
