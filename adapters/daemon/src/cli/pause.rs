use std::process::ExitCode;

use customs_core::{CallContext, Clock as _, JobLedger as _, RunId, SystemClock};

use super::choice::JobArg;
use super::output::Output;
use super::{ConfigArg, Format, Result, who};
use crate::bootstrap;
use crate::config::Config;

/// Which jobs, and who says so.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    job: JobArg,
    /// Who does it; default: the user of this terminal.
    #[arg(long, value_name = "WHO")]
    by: Option<String>,
    #[command(flatten)]
    config: ConfigArg,
    /// How the result is printed.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

/// Pauses or resumes jobs in the ledger, for every process that uses it. All jobs of the configuration, unless one is named.
pub(crate) async fn run(args: Args, pause: bool, output: &mut Output) -> Result {
    let config = Config::load_for_ledger(&args.config.config)?;
    let jobs = args.job.all(&config)?;
    let ledger = bootstrap::open_ledger(&config).await?;
    let by = who(args.by);
    let mut rows = Vec::new();
    for job in jobs {
        let id = RunId::new(SystemClock.now());
        let cx = CallContext::new(job.company.as_str().into(), job.name.as_str().into(), id);
        let changed = if pause {
            ledger.pause(&cx, &by).await?
        } else {
            ledger.resume(&cx).await?
        };
        let (word, stays) = if pause {
            ("paused", "was paused already")
        } else {
            ("resumed", "was not paused")
        };
        match args.format {
            Format::Json => rows.push(serde_json::json!({
                "company": job.company, "job": job.name, "paused": pause, "changed": changed,
            })),
            Format::Text => output.line(format_args!(
                "{} of company {} {}",
                job.name,
                job.company,
                if changed { word } else { stays }
            ))?,
        }
    }
    if args.format == Format::Json {
        output.json(&serde_json::json!({ "jobs": rows }))?;
    }
    ledger.shut_down().await;
    Ok(ExitCode::SUCCESS)
}
