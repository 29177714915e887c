use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context;
use customs_core::{RunStatus, Trigger};
use customs_http_trigger::ApiKeys;
use customs_test_harness::faults::FaultSpec;
use customs_test_harness::sap::SapSimulator;
use customs_test_harness::unipass::UnipassSimulator;
use customs_wiring::door::Door;
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;

use super::output::Output;
use super::{Format, Result, once, progress};
use crate::bootstrap::App;
use crate::config::Config;
use crate::serve::{News, OpenDoor, serve};

/// Runs the whole product against simulators, on this machine alone: due records travel from a simulated SAP to a
/// simulated UNI-PASS and back, and each error becomes a row in an embedded database.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// How many records are due.
    #[arg(long, default_value_t = 1000)]
    records: u32,
    /// End after one run, instead of staying up as the daemon.
    #[arg(long)]
    once: bool,
    /// Where the daemon listens for urgent requests. Its API key is taken from CUSTOMS_API_KEY; one is made and printed if
    /// there is none.
    #[arg(
        long,
        value_name = "ADDR",
        default_value = "127.0.0.1:8080",
        conflicts_with = "once"
    )]
    listen: SocketAddr,
    /// How long each answer of customs takes, in milliseconds.
    #[arg(long, default_value_t = 20)]
    latency_ms: u64,
    /// Questions under way at once.
    #[arg(long, default_value_t = 20)]
    in_flight: usize,
    /// Questions a second; unlimited unless set.
    #[arg(long)]
    rate: Option<f64>,
    /// What goes wrong at both simulators; `on=API001`, `on=ZCustomsGetDue` and `on=ZCustomsPutStatus` pick one. The grammar
    /// stands in `customs simulate --help`.
    #[arg(long, value_name = "SPEC", default_value = "")]
    faults: String,
    /// How the receipt is printed.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    /// Where state is kept, to look at it and to run again; unless set, a new place in the temporary folder.
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
}

/// One run, or the daemon. Exit code 1 if the one run failed.
pub(crate) async fn run(args: Args, output: &mut Output) -> Result {
    // For a program that reads the receipt, a temporary place goes with the process; people want to look into it.
    let scratch = Scratch(match &args.data_dir {
        None if args.format == Format::Json => Some(temporary()),
        None | Some(_) => None,
    });
    let dir = &args
        .data_dir
        .clone()
        .or(scratch.0.clone())
        .unwrap_or_else(temporary);
    let faults: FaultSpec = args.faults.parse().context("--faults")?;
    std::fs::create_dir_all(dir).with_context(|| format!("{} cannot be made", dir.display()))?;
    let sap = SapSimulator::builder()
        .records(args.records)
        .data_dir(dir)
        .faults(faults.clone())
        .start()
        .await?;
    let customs = UnipassSimulator::builder()
        .data_dir(dir)
        .latency(Duration::from_millis(args.latency_ms))
        .faults(faults)
        .start()
        .await?;
    let file = write_config(dir, &args, &sap, &customs)?;
    let app = App::build(&Config::load(&file)?).await?;
    if !args.once {
        stay_up(app, Config::load(&file)?, &args, output).await?;
        sap.shutdown().await;
        customs.shutdown().await;
        return Ok(ExitCode::SUCCESS);
    }
    let pipeline = app.pipelines.first().context("the demo has a job")?;

    let receipt = progress::run(pipeline, Trigger::Schedule, args.format).await;
    once::print(&app, &receipt, args.format, output).await?;
    app.carry().await;
    app.ledger.shut_down().await;
    sap.shutdown().await;
    customs.shutdown().await;
    if args.format == Format::Text {
        where_to_look(dir, output)?;
    }
    Ok(if receipt.status == RunStatus::Failed {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

/// The daemon, with the simulators beside it in this process.
async fn stay_up(app: App, config: Config, args: &Args, output: &mut Output) -> anyhow::Result<()> {
    let given = std::env::var("CUSTOMS_API_KEY")
        .ok()
        .filter(|key| !key.is_empty());
    let made = if given.is_none() {
        Some(random_key()?)
    } else {
        None
    };
    let key = SecretString::from(given.or_else(|| made.clone()).unwrap_or_default());
    let door = OpenDoor {
        listen: args.listen,
        door: Door {
            keys: ApiKeys::new().with("demo", &key),
            ..Door::default()
        },
    };
    let format = args.format;
    serve(app, config, Some(door), |news| {
        match (&news, &made, format) {
            (News::Listening(Some(address)), Some(key), Format::Json) => {
                output.json(&json!({"listening": format!("http://{address}"), "api_key": key}))?;
                return output.flush();
            }
            (News::Listening(_), Some(key), Format::Text) => {
                output.line(format_args!(
                    "API key (made for this demo; set CUSTOMS_API_KEY for one of your own): {key}"
                ))?;
            }
            _ => {}
        }
        super::run::tell(output, format, &news)
    })
    .await
}

/// 128 random bits that nobody can foresee.
fn random_key() -> anyhow::Result<String> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|e| anyhow::anyhow!("no random bits for an API key: {e}"))?;
    Ok(bytes.iter().map(|b| format!("{b:02x}")).collect())
}

fn where_to_look(dir: &Path, output: &mut Output) -> anyhow::Result<()> {
    let dir = dir.display();
    output.line("")?;
    output.line("Where to look next:")?;
    output.line(format_args!(
        "  {dir}/customs.db          the ledger: sqlite3 {dir}/customs.db 'SELECT * FROM error'"
    ))?;
    output.line(format_args!(
        "  {dir}/sap-writes.ndjson   what was written back to SAP, a line each"
    ))?;
    output.line(format_args!(
        "  {dir}/customs.toml        the configuration of this run"
    ))?;
    output.line(format_args!(
        "Run it again with --data-dir {dir}: nothing changed, so nothing is written."
    ))
}

/// The demo's job is configured like any other: by a file. Each start writes it anew, since the ports differ.
fn write_config(
    dir: &Path,
    args: &Args,
    sap: &SapSimulator,
    customs: &UnipassSimulator,
) -> anyhow::Result<PathBuf> {
    let key = customs
        .key("API001")
        .context("the simulator has no key for API001")?;
    let rate = args.rate.map(|r| format!("rate = {r:?}\n")).unwrap_or_default();
    let deadline = deadline(args);
    let text = format!(
        r#"# Written by `customs demo`. The simulators listen on other ports at each start.
[[job]]
name = "import-cargo"
company = "1000"
every = "{deadline}s"
deadline = "{deadline}s"
[job.source]
wsdl = "{wsdl}"
endpoint = "{endpoint}"
user = "{user}"
password = "{password}"
operation = "ZCustomsGetDue"
rows = "EtDue"
page = {{ size = "IvMax", cursor = "IvAfter", next = "EvNext" }}
keys = {{ table = "ItKeys" }}
key = ["Bukrs", "Vbeln"]
origin = ["Bukrs", "Vbeln", "Posnr"]
current = ["Stats", "Udate", "Uzeit"]
urgent = {{ field = "Prio", values = ["1"] }}
[job.query]
service = "cargo-progress"      # API001
params = {{ cargMtNo = "{{CargMtNo|trim}}" }}
[job.sink]
operation = "ZCustomsPutStatus"
rows = "ItStatus"
results = {{ table = "EtReturn", row = "Row" }}
max_batch = 500
[job.sink.columns]
Bukrs = "{{origin.Bukrs}}"
Vbeln = "{{origin.Vbeln}}"
Posnr = "{{origin.Posnr}}"
Stats = "{{csclPrgsStts|map:stats}}"
Udate = "{{prcsDttm|date}}"
Uzeit = "{{prcsDttm|time}}"
Text = "{{csclPrgsStts}}"
IdemKey = "{{idempotency_key}}"
[job.trigger]                   # people say 80000021, SAP says 0080000021
key = "{{company}}/{{number|pad:10}}"
[map.stats]                     # customs' text → the company's own
{stats}
[unipass]
base_url = "{base_url}"
keys = {{ API001 = "{key}" }}
in_flight = {in_flight}
{rate}attempts = 2                    # a few records fail for good on purpose
retry_wait = "50ms"
[ledger]
url = "sqlite:customs.db"
"#,
        wsdl = sap.wsdl_url(),
        endpoint = sap.endpoint_url(),
        user = sap.user(),
        password = sap.password().expose_secret(),
        base_url = customs.base_url(),
        key = key.expose_secret(),
        in_flight = args.in_flight,
        stats = STATS,
    );
    let file = dir.join("customs.toml");
    std::fs::write(&file, text).with_context(|| format!("{} cannot be written", file.display()))?;
    Ok(file)
}

/// Enough for the whole run: twice what the latency or the rate needs, and a minute.
fn deadline(args: &Args) -> u64 {
    let records = f64::from(args.records);
    let by_latency = records * args.latency_ms as f64 / 1000.0 / args.in_flight.max(1) as f64;
    let by_rate = args.rate.map_or(0.0, |r| records / r.max(0.001));
    60 + (2.0 * by_latency.max(by_rate)) as u64
}

/// What the company of the demo calls customs' states.
const STATS: &str = r#""입항적하목록 심사완료" = "10"
"하선신고 수리" = "20"
"하기신고 수리" = "20"
"반입신고" = "30"
"통관목록접수" = "40"
"수입신고" = "40"
"통관목록심사완료" = "50"
"수입신고수리" = "50"
"반출완료" = "60""#;

/// A new place in the temporary folder.
fn temporary() -> PathBuf {
    std::env::temp_dir().join(format!(
        "customs-demo-{}-{:08x}",
        std::process::id(),
        fastrand::u32(..)
    ))
}

/// A place that goes with the process, if there is one.
struct Scratch(Option<PathBuf>);

impl Drop for Scratch {
    fn drop(&mut self) {
        // Left-overs in the temporary folder do no harm.
        let _ = self.0.as_ref().map(std::fs::remove_dir_all);
    }
}
