use std::process::ExitCode;

use customs_core::{RunStatus, Trigger};

use super::choice::JobArg;
use super::output::Output;
use super::{ConfigArg, Format, Result, dry, once, progress};
use crate::bootstrap::App;
use crate::config::Config;

/// Compares the whole due list with what SAP holds: asks what rests or is final too, and lets SAP's own columns decide.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Exit code 1 if a run failed, or was skipped: another run is under way, or the job is paused."
)]
pub(crate) struct Args {
    /// Show what would be written, and write nothing.
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    job: JobArg,
    #[command(flatten)]
    pub(super) config: ConfigArg,
    /// How the receipts are printed.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

pub(crate) async fn run(args: Args, output: &mut Output) -> Result {
    let config = Config::load(&args.config.config)?;
    let meant = args.job.all(&config)?;
    let app = App::build(&config).await?;
    let mut code = ExitCode::SUCCESS;
    for pipeline in &app.pipelines {
        let job = pipeline.job();
        if !meant
            .iter()
            .any(|m| *m.company == *job.company.as_str() && *m.name == *job.name.as_str())
        {
            continue;
        }
        if args.dry_run {
            if dry::run(pipeline, Trigger::Resync, args.format, output).await? != ExitCode::SUCCESS {
                code = ExitCode::FAILURE;
            }
            continue;
        }
        let receipt = progress::run(pipeline, Trigger::Resync, args.format).await;
        once::print(&app, &receipt, args.format, output).await?;
        if receipt.status == RunStatus::Skipped {
            output.flush()?;
            let why = receipt.error.as_deref().unwrap_or_default();
            Output::complain(&format!("run {} was skipped: {why}", receipt.run_id));
        }
        if receipt.status != RunStatus::Succeeded {
            code = ExitCode::FAILURE;
        }
    }
    if !args.dry_run {
        app.carry().await;
    }
    app.ledger.shut_down().await;
    Ok(code)
}
