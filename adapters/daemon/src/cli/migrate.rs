use std::process::ExitCode;

use anyhow::Context as _;

use super::output::Output;
use super::{ConfigArg, Format, Result};
use crate::bootstrap;
use crate::config::Config;

/// Makes the ledger's tables, or brings them up to date. Older programs go on working beside.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    config: ConfigArg,
    /// How the result is printed.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

pub(crate) async fn run(args: Args, output: &mut Output) -> Result {
    let config = Config::load_for_ledger(&args.config.config)?;
    let ledger = bootstrap::connect_ledger(&config).await?;
    let before = ledger.schema_version().await.context("ledger.url")?;
    ledger.migrate().await.context("ledger.url")?;
    let after = ledger.schema_version().await.context("ledger.url")?;
    match args.format {
        Format::Json => output
            .json(&serde_json::json!({ "ledger": ledger.location(), "before": before, "version": after }))?,
        Format::Text if before == after => output.line(format_args!(
            "{} is up to date (version {after})",
            ledger.location()
        ))?,
        Format::Text => output.line(format_args!(
            "{} is now of version {after} (was {before})",
            ledger.location()
        ))?,
    }
    ledger.shut_down().await;
    Ok(ExitCode::SUCCESS)
}
