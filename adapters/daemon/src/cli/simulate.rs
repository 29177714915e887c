use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context;
use customs_test_harness::faults::{FaultSpec, HELP};
use customs_test_harness::sap::SapSimulator;
use customs_test_harness::unipass::UnipassSimulator;
use secrecy::ExposeSecret;

use super::output::Output;
use super::{Format, Result};

/// Starts a simulator and serves until it is interrupted.
#[derive(Debug, clap::Args)]
#[command(after_help = HELP)]
pub(crate) struct Args {
    #[command(subcommand)]
    system: System,
}

#[derive(Debug, clap::Subcommand)]
enum System {
    /// A SAP system with a due list and a write-back, over SOAP.
    #[command(after_help = HELP)]
    Sap {
        #[command(flatten)]
        common: Common,
        /// How many records are due.
        #[arg(long, default_value_t = 1000)]
        records: u32,
        /// Where each accepted row is logged, a line of JSON each. It is the state: give the same file at the next start.
        #[arg(long, value_name = "FILE")]
        write_log: Option<PathBuf>,
        /// Who may log on, as USER:PASSWORD.
        #[arg(
            long,
            value_name = "USER:PASSWORD",
            default_value = "CUSTOMS:simulated",
            env = "CUSTOMS_SIM_AUTH",
            hide_env_values = true
        )]
        auth: String,
    },
    /// The customs service's UNI-PASS Open API.
    #[command(after_help = HELP)]
    Unipass {
        #[command(flatten)]
        common: Common,
        /// How long each answer takes, in milliseconds.
        #[arg(long, default_value_t = 0)]
        latency_ms: u64,
        /// Where each request is logged, a line of JSON each (without the key).
        #[arg(long, value_name = "FILE")]
        arrival_log: Option<PathBuf>,
        /// A key for a service, as API001=KEY; made up where none is given. May be repeated.
        #[arg(long, value_name = "SERVICE=KEY")]
        key: Vec<String>,
    },
}

#[derive(Debug, clap::Args)]
struct Common {
    /// Where to listen; port 0 takes a free one.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// Where state is kept; both simulators of one directory show one world.
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// What makes the world; default: that of the data directory, else 1.
    #[arg(long)]
    seed: Option<u64>,
    /// What goes wrong, such as "html:share=0.1;truncated:count=3": see below.
    #[arg(long, value_name = "SPEC", default_value = "")]
    faults: String,
    /// How the addresses are printed.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

impl Common {
    fn faults(&self) -> anyhow::Result<FaultSpec> {
        self.faults.parse().context("--faults")
    }
}

pub(crate) async fn run(args: Args, output: &mut Output) -> Result {
    match args.system {
        System::Sap {
            common,
            records,
            write_log,
            auth,
        } => {
            let (user, password) = auth
                .split_once(':')
                .context("--auth: found no colon, expected USER:PASSWORD")?;
            let mut sap = SapSimulator::builder()
                .listen(common.listen)
                .records(records)
                .auth(user, password)
                .faults(common.faults()?);
            if let Some(seed) = common.seed {
                sap = sap.seed(seed);
            }
            if let Some(dir) = &common.data_dir {
                sap = sap.data_dir(dir);
            }
            if let Some(file) = write_log {
                sap = sap.write_log(file);
            }
            let sap = sap.start().await?;
            match common.format {
                Format::Json => output.json(&serde_json::json!({
                    "system": "sap", "listen": sap.addr(), "endpoint": sap.endpoint_url(), "wsdl": sap.wsdl_url(),
                    "user": user, "records": records,
                }))?,
                Format::Text => {
                    output.line(format_args!("SAP simulator with {records} due records, user {user}"))?;
                    output.line(format_args!("  wsdl     = \"{}\"", sap.wsdl_url()))?;
                    output.line(format_args!("  endpoint = \"{}\"", sap.endpoint_url()))?;
                }
            }
            output.flush()?;
            interrupted().await?;
            sap.shutdown().await;
        }
        System::Unipass {
            common,
            latency_ms,
            arrival_log,
            key,
        } => {
            let mut customs = UnipassSimulator::builder()
                .listen(common.listen)
                .latency(Duration::from_millis(latency_ms))
                .faults(common.faults()?);
            if let Some(seed) = common.seed {
                customs = customs.seed(seed);
            }
            if let Some(dir) = &common.data_dir {
                customs = customs.data_dir(dir);
            }
            if let Some(file) = arrival_log {
                customs = customs.arrival_log(file);
            }
            for pair in &key {
                let (service, key) = pair
                    .split_once('=')
                    .context("--key: found no =, expected SERVICE=KEY")?;
                customs = customs.key(service, key);
            }
            let customs = customs.start().await?;
            // The simulator's own keys are no secrets: without them nobody could ask it.
            let made_up = customs
                .key("API001")
                .filter(|_| key.is_empty())
                .map(|k| k.expose_secret().to_owned());
            match common.format {
                Format::Json => output.json(&serde_json::json!({
                    "system": "unipass", "listen": customs.addr(), "base_url": customs.base_url(), "api001_key": made_up,
                }))?,
                Format::Text => {
                    output.line("UNI-PASS simulator")?;
                    output.line(format_args!("  base_url = \"{}\"", customs.base_url()))?;
                    if let Some(key) = made_up {
                        output.line(format_args!("  keys     = {{ API001 = \"{key}\" }}"))?;
                    }
                }
            }
            output.flush()?;
            interrupted().await?;
            customs.shutdown().await;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Waits for Ctrl-C or a request to terminate.
async fn interrupted() -> anyhow::Result<()> {
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    tokio::select! {
        pressed = tokio::signal::ctrl_c() => pressed?,
        _ = terminate.recv() => {}
    }
    Ok(())
}
