use std::net::SocketAddr;
use std::process::ExitCode;

use anyhow::Context as _;
use customs_wiring::door::Door;
use serde_json::json;

use super::output::Output;
use super::{ConfigArg, Format, Result};
use crate::bootstrap::App;
use crate::config::Config;
use crate::serve::{News, OpenDoor, serve};

/// Runs every job by its timetable, and urgent requests as they come, until it is told to stop (SIGTERM, or Ctrl-C).
#[derive(Debug, clap::Args)]
#[command(
    after_help = "SIGHUP takes the file again: jobs and maps may change, anything else takes a restart and is refused in the log."
)]
pub(crate) struct Args {
    #[command(flatten)]
    pub(super) config: ConfigArg,
    /// Where to listen for urgent requests, instead of `http.listen`.
    #[arg(long, value_name = "ADDR")]
    listen: Option<SocketAddr>,
    /// How runs are told as they end.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

/// Exit code 0 once it was told to stop.
pub(crate) async fn run(args: Args, output: &mut Output) -> Result {
    let config = Config::load(&args.config.config)?;
    let door = match &config.http {
        Some(http) => {
            let nowhere = || {
                config.error(
                    "http.listen",
                    "nothing",
                    "where to listen, such as \"127.0.0.1:8080\"",
                )
            };
            Some(OpenDoor {
                listen: args.listen.or(http.listen).ok_or_else(nowhere)?,
                door: Door::of(http),
            })
        }
        None => {
            let text = "--listen: found no [http] in the configuration, expected one with `keys`";
            args.listen.is_none().then_some(()).context(text)?;
            None
        }
    };
    let app = App::build(&config).await?;
    let format = args.format;
    serve(app, config, door, |news| tell(output, format, &news)).await?;
    Ok(ExitCode::SUCCESS)
}

/// One line for each piece of news.
pub(super) fn tell(output: &mut Output, format: Format, news: &News) -> anyhow::Result<()> {
    match (news, format) {
        (News::Listening(address), Format::Json) => {
            output.json(&json!({"listening": address.map(|a| format!("http://{a}"))}))?;
        }
        (News::Listening(Some(address)), Format::Text) => {
            output.line(format_args!("Listening on http://{address}"))?;
        }
        (News::Listening(None), Format::Text) => {
            output.line("Working; no [http], so nobody is listened to")?
        }
        (News::Taken, Format::Json) => output.json(&json!({"configuration": "taken"}))?,
        (News::Taken, Format::Text) => output.line("The configuration was taken again")?,
        (News::NotTaken(why), Format::Json) => {
            output.json(&json!({"configuration": "refused", "reason": why}))?;
        }
        (News::NotTaken(why), Format::Text) => {
            output.line(format_args!(
                "The configuration is refused, the old one stays: {why}"
            ))?;
        }
        (News::Closed(run), Format::Json) => output.json(&run.receipt)?,
        (News::Closed(run), Format::Text) => output.run_line(run)?,
    }
    output.flush()
}
