//! The command line. One file per command; a command decodes its arguments, calls the crates, and prints.

mod check;
mod choice;
mod completions;
#[cfg(feature = "simulators")]
mod demo;
mod dry;
mod errors;
mod examples;
mod init;
mod lookup;
mod migrate;
mod once;
mod output;
mod outside;
mod pause;
mod plan;
mod progress;
mod replay;
mod resync;
mod run;
mod runs;
mod sap;
mod services;
mod show;
#[cfg(feature = "simulators")]
mod simulate;
mod table;
mod trigger;
mod unipass;
mod why;

use std::io::IsTerminal as _;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand, ValueEnum};

use secrecy::SecretString;
use tokio::runtime::Builder;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer as _};

use crate::config::{Config, TelemetryConfig};
use crate::telemetry;
use output::Output;

/// Connects SAP to the Korea Customs Service: reads due records, asks UNI-PASS, writes what changed back.
#[derive(Debug, Parser)]
#[command(
    name = "customs",
    version,
    after_help = "Begin with `customs demo --once`, or with `customs init`. Every command has a --help with examples.\n\n\
                  Exit codes: 0 done, 1 failed (one line on standard error says why), 2 wrong arguments.\n\
                  Colours and progress bars are for terminals only; NO_COLOR=1 turns colours off.\n\
                  Logs go to standard error and are off unless CUSTOMS_LOG sets their level (error, warn, info, debug).\n\
                  CUSTOMS_LOG_FORMAT=json writes each as a line of JSON."
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the whole product against simulators, on this machine alone.
    #[cfg(feature = "simulators")]
    Demo(demo::Args),
    /// Write a configuration: answer a few questions, and let the WSDL propose the rest.
    Init(Box<init::Args>),
    /// Run every job by its timetable, and urgent requests as they come, until told to stop.
    Run(run::Args),
    /// Run every job of a configuration once.
    Once(once::Args),
    /// Compare the whole due list with what SAP holds, and write what differs.
    Resync(resync::Args),
    /// Run single records at once.
    Trigger(trigger::Args),
    /// Tell the whole life of a record, and why it is not updated when it is not.
    Why(why::Args),
    /// List, show, retry and close errors.
    #[command(subcommand)]
    Errors(errors::Command),
    /// Pause jobs: their runs are skipped until they are resumed.
    Pause(pause::Args),
    /// Let paused jobs run again.
    Resume(pause::Args),
    /// Show the last runs and what they came to.
    Runs(runs::Args),
    /// Say whether the configured intervals fit, and what they cost.
    Plan(plan::Args),
    /// Make the ledger's tables, or bring them up to date.
    Migrate(migrate::Args),
    /// Try logon, mapping and one lookup, and say what is wrong and where to put it right.
    Check(check::Args),
    /// Start a simulated SAP or UNI-PASS on this machine.
    #[cfg(feature = "simulators")]
    Simulate(simulate::Args),
    /// Read a recorded run's answers again, and compare two versions of the program by them.
    Replay(replay::Args),
    /// List the services of the UNI-PASS Open API, or show what one asks for and answers.
    Services(services::Args),
    /// Ask customs one question.
    Lookup(lookup::Args),
    /// Work with answers of the UNI-PASS Open API.
    #[command(subcommand)]
    Unipass(unipass::Command),
    /// Work with SAP's WSDLs and messages.
    #[command(subcommand)]
    Sap(sap::Command),
    /// Print a script with which a shell completes commands and options.
    Completions(completions::Args),
}

/// The configuration of a command.
#[derive(Debug, clap::Args)]
struct ConfigArg {
    /// The configuration file.
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
}

/// How results are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    Text,
    /// For programs.
    Json,
}

/// The service of the Open API that is named by id or name.
fn service_named(name: &str) -> Result<&'static unipass_client::Service> {
    unipass_client::services::find(name)
        .with_context(|| format!("there is no service {name}; `customs services` lists them"))
}

/// Who sits at this terminal, unless the command line says it.
fn who(by: Option<String>) -> String {
    let variable = |name| std::env::var(name).ok().filter(|user| !user.is_empty());
    by.or_else(|| variable("SUDO_USER"))
        .or_else(|| variable("USER"))
        .unwrap_or_else(|| "somebody".to_owned())
}

/// What a command came to; an error is printed in one line.
type Result<T = ExitCode> = anyhow::Result<T>;

/// The whole command line, examples included.
fn command() -> clap::Command {
    examples::with_examples(Cli::command())
}

/// The program: parses, runs, prints, and says how it went by its exit code.
pub(crate) fn main() -> ExitCode {
    let cli = Cli::from_arg_matches(&command().get_matches()).unwrap_or_else(|error| error.exit());
    let mut output = Output::new();
    let result = start_logging(&cli.command).and_then(|exporter| {
        let result = run(cli.command, &mut output);
        if let Some(exporter) = exporter {
            exporter.finish();
        }
        result
    });
    match result.and_then(|code| output.flush().map(|()| code)) {
        Ok(code) => code,
        // Whoever read the output has seen enough.
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            Output::complain(&one_line(&error));
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command, output: &mut Output) -> Result {
    match command {
        #[cfg(feature = "simulators")]
        Command::Demo(args) => serve(demo::run(args, output)),
        Command::Init(args) => block_on(init::run(*args, output)),
        Command::Run(args) => serve(run::run(args, output)),
        Command::Once(args) => block_on(once::run(args, output)),
        Command::Resync(args) => block_on(resync::run(args, output)),
        Command::Trigger(args) => block_on(trigger::run(args, output)),
        Command::Why(args) => block_on(why::run(args, output)),
        Command::Errors(command) => block_on(errors::run(command, output)),
        Command::Pause(args) => block_on(pause::run(args, true, output)),
        Command::Resume(args) => block_on(pause::run(args, false, output)),
        Command::Runs(args) => block_on(runs::run(args, output)),
        Command::Plan(args) => block_on(plan::run(args, output)),
        Command::Migrate(args) => block_on(migrate::run(args, output)),
        Command::Check(args) => block_on(check::run(args, output)),
        #[cfg(feature = "simulators")]
        Command::Simulate(args) => serve(simulate::run(args, output)),
        Command::Replay(args) => replay::run(&args, output),
        Command::Services(args) => services::run(&args, output),
        Command::Lookup(args) => block_on(lookup::run(args, output)),
        Command::Unipass(command) => unipass::run(command, output),
        Command::Sap(command) => sap::run(command, output),
        Command::Completions(args) => completions::run(&args, output),
    }
}

/// On one thread: a command waits for SAP, customs and the disk, and handing work from thread to thread would cost more than it
/// gains.
fn block_on(work: impl Future<Output = Result>) -> Result {
    wait_for(Builder::new_current_thread(), work)
}

/// On two threads: whoever asks the server is answered while a large reply of SAP is read.
fn serve(work: impl Future<Output = Result>) -> Result {
    let mut builder = Builder::new_multi_thread();
    builder.worker_threads(2);
    wait_for(builder, work)
}

fn wait_for(mut builder: Builder, work: impl Future<Output = Result>) -> Result {
    let runtime = builder.enable_all().build()?;
    let result = runtime.block_on(work);
    // Blocking work that is still under way (a name being looked up) must not hold up the end.
    runtime.shutdown_background();
    result
}

/// The collector of traces and logs, and the headers that it wants, for commands that run jobs: the configuration's, else those that
/// the environment names.
fn collector(command: &Command) -> Option<(SecretString, Option<SecretString>)> {
    let file = match command {
        Command::Run(args) => Some(&args.config),
        Command::Once(args) => Some(&args.config),
        Command::Resync(args) => Some(&args.config),
        Command::Trigger(args) => Some(&args.config),
        #[cfg(feature = "simulators")]
        Command::Demo(_) => None,
        _ => return None,
    };
    let TelemetryConfig {
        otlp_endpoint,
        otlp_headers,
    } = file
        .map(|file| Config::telemetry(&file.config))
        .unwrap_or_default();
    let named = |name| {
        let text = std::env::var(name).ok().filter(|text| !text.is_empty());
        text.map(SecretString::from)
    };
    let endpoint = otlp_endpoint.or_else(|| named("OTEL_EXPORTER_OTLP_ENDPOINT"))?;
    Some((
        endpoint,
        otlp_headers.or_else(|| named("OTEL_EXPORTER_OTLP_HEADERS")),
    ))
}

fn start_logging(command: &Command) -> anyhow::Result<Option<telemetry::Exporter>> {
    let filter = EnvFilter::try_from_env("CUSTOMS_LOG").unwrap_or_else(|_| EnvFilter::new("off"));
    // https://no-color.org: set and not empty means no colours.
    let no_color = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let ansi = std::io::stderr().is_terminal() && !no_color;
    let logs = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let logs = if std::env::var("CUSTOMS_LOG_FORMAT").is_ok_and(|format| format == "json") {
        logs.json().flatten_event(true).with_ansi(false).boxed()
    } else {
        logs.with_ansi(ansi).boxed()
    };
    let mut layers = vec![logs.with_filter(filter).boxed()];
    let exporter = collector(command)
        .map(|(endpoint, headers)| telemetry::start(&endpoint, headers.as_ref()))
        .transpose()
        .map(|started| {
            started.map(|(otlp, exporter)| {
                layers.push(otlp.with_filter(filter_fn(telemetry::Otlp::wants)).boxed());
                exporter
            })
        });
    tracing_subscriber::registry().with(layers).init();
    exporter
}

/// An error and its causes in one line. A cause that only repeats its parent is left out.
fn one_line(error: &anyhow::Error) -> String {
    let chain = customs_core::DisplayChain(error.as_ref()).to_string();
    chain.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error
        .downcast_ref::<std::io::Error>()
        .is_some_and(|e| e.kind() == std::io::ErrorKind::BrokenPipe)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        command().debug_assert();
    }
}
