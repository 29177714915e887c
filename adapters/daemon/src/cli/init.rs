use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context as _, bail, ensure};
use customs_http::ReqwestTransport;
use sap_soap::Client;
use sap_soap::wsdl::Wsdl;
use secrecy::SecretString;
use serde_json::json;
use unipass_client::Service;

use super::output::Output;
use super::{Format, Result};
use crate::config::Config;
use ask::Asker;

mod ask;
mod propose;
mod write;

/// Writes a commented configuration: asks a few questions on a terminal, and reads the WSDL to propose the rest.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Each option answers a question beforehand; without a terminal, or with --yes, what is left is as proposed.\n\
    Secrets stay outside the file: it names the environment variables SAP_USER, SAP_PASSWORD and UNIPASS_<service>."
)]
pub(crate) struct Args {
    /// The file to write.
    #[arg(long, value_name = "FILE", default_value = "customs.toml")]
    config: PathBuf,
    /// Ask nothing: take every proposal.
    #[arg(long)]
    yes: bool,
    /// Write over a file that is there.
    #[arg(long)]
    force: bool,
    /// The WSDL of the function module that lists what is due: a file, or an address (logon: SAP_USER, SAP_PASSWORD).
    #[arg(long, value_name = "FILE|URL")]
    wsdl: Option<String>,
    /// The WSDL of the one that takes the result, if it is another.
    #[arg(long, value_name = "FILE|URL")]
    sink_wsdl: Option<String>,
    /// Where SAP listens, if not where the WSDL says.
    #[arg(long, value_name = "URL")]
    endpoint: Option<url::Url>,
    /// The company code.
    #[arg(long)]
    company: Option<String>,
    /// The job's name.
    #[arg(long, value_name = "NAME")]
    job: Option<String>,
    /// How often it runs.
    #[arg(long, value_name = "TIME")]
    every: Option<String>,
    /// The UNI-PASS service to ask, by id or name.
    #[arg(long, value_name = "SERVICE")]
    service: Option<String>,
    /// The operation that lists what is due.
    #[arg(long, value_name = "NAME")]
    operation: Option<String>,
    /// Its table with the due records.
    #[arg(long, value_name = "TABLE")]
    rows: Option<String>,
    /// The fields that identify a row.
    #[arg(long, value_name = "FIELD", value_delimiter = ',')]
    key: Vec<String>,
    /// The operation that takes the result.
    #[arg(long, value_name = "NAME")]
    sink_operation: Option<String>,
    /// Its table.
    #[arg(long, value_name = "TABLE")]
    sink_rows: Option<String>,
    /// A parameter of the question, from a row's fields. May be repeated.
    #[arg(long, value_name = "NAME=TEMPLATE")]
    param: Vec<String>,
    /// A column to write, from the answer's fields. May be repeated.
    #[arg(long, value_name = "NAME=TEMPLATE")]
    column: Vec<String>,
    /// What your SAP calls a state of customs. May be repeated.
    #[arg(long, value_name = "TEXT=CODE")]
    state: Vec<String>,
    /// The address of UNI-PASS, if not the customs service's own.
    #[arg(long, value_name = "URL")]
    base_url: Option<url::Url>,
    /// Calls a second for each service key.
    #[arg(long, value_name = "N", default_value_t = 10.0)]
    rate: f64,
    /// The ledger's database; one on a server as env:NAME, since its address holds a password.
    #[arg(long, value_name = "URL", default_value = "sqlite:customs.db")]
    ledger: String,
    /// Listen there for urgent requests and show the console; the API key is taken from CUSTOMS_API_KEY.
    #[arg(long, value_name = "ADDR")]
    listen: Option<SocketAddr>,
    /// How it is told what was written.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

/// What the file says.
struct Answers {
    company: String,
    job: String,
    every: String,
    wsdl: String,
    sink_wsdl: Option<String>,
    endpoint: Option<String>,
    service: &'static Service,
    source: propose::Source,
    sink: propose::Sink,
    params: Vec<(String, String)>,
    /// A column without a template is left to whoever reads the file.
    columns: Vec<(String, Option<String>)>,
    states: Vec<(String, String)>,
    base_url: Option<String>,
    rate: f64,
    ledger: String,
    listen: Option<SocketAddr>,
}

pub(crate) async fn run(args: Args, output: &mut Output) -> Result {
    let file = args.config.clone();
    ensure!(
        args.force || !file.exists(),
        "{} is there already: --force writes over it, --config names another file",
        file.display()
    );
    let (force, format) = (args.force, args.format);
    let answers = if args.yes || !Asker::is_possible() {
        answers(args, &mut Asker::silent()).await?
    } else {
        let (mut read, mut show) = (std::io::stdin().lock(), std::io::stderr());
        answers(args, &mut Asker::new(&mut read, &mut show)).await?
    };
    let text = write::text(&answers);
    // What is written is read first, as every command will read it.
    Config::parse_draft(&text, &file)?;
    save(&file, &text, force)?;
    told(&answers, &file, format, output)?;
    Ok(ExitCode::SUCCESS)
}

/// Asks what the arguments leave open.
async fn answers(args: Args, asker: &mut Asker<'_>) -> anyhow::Result<Answers> {
    let folder = args.config.parent().unwrap_or(Path::new("")).to_owned();
    let mut wsdl = args.wsdl;
    if wsdl.is_none() {
        wsdl =
            asker.ask_if_any("WSDL of the function module that lists what is due, a file or an address")?;
    }
    let read = match &wsdl {
        Some(location) => Some(load("--wsdl", location).await?),
        None => None,
    };
    let sink_read = match &args.sink_wsdl {
        Some(location) => Some(load("--sink-wsdl", location).await?),
        None => None,
    };
    let company = asker.ask("--company", args.company, "Company code", "1000")?;
    let service = asker.ask(
        "--service",
        args.service,
        "UNI-PASS service to ask (`customs services` lists them)",
        "cargo-progress",
    )?;
    let service = super::service_named(&service)?;
    let job = asker.ask("--job", args.job, "Name of the job", service.slug)?;
    let every = asker.ask("--every", args.every, "How often it runs", "5m")?;

    let (mut source, sink) = match &read {
        None => named(
            propose::documented(),
            args.operation,
            args.rows,
            args.sink_operation,
            args.sink_rows,
        ),
        Some(wsdl) => {
            let offers = propose::offers(wsdl);
            let sink_offers = sink_read.as_ref().map(|wsdl| propose::offers(wsdl));
            let first = propose::source(&offers, args.operation.as_deref(), args.rows.as_deref())
                .or_else(|| propose::source(&offers, args.operation.as_deref(), None));
            let likely = first.as_ref().map(|s| s.operation.clone()).unwrap_or_default();
            let operation = asker.ask(
                "--operation",
                args.operation,
                "Operation that lists what is due",
                &likely,
            )?;
            wsdl.operation(&operation).context("--operation")?;
            let first = propose::source(&offers, Some(&operation), args.rows.as_deref());
            let likely = first.as_ref().map(|s| s.rows.name.clone()).unwrap_or_default();
            let rows = asker.ask("--rows", args.rows, "Its table with the due records", &likely)?;
            let source = propose::source(&offers, Some(&operation), Some(&rows)).with_context(|| {
                format!("--rows: found {rows:?}, expected a table that {operation} answers")
            })?;

            let takes = sink_offers.as_ref().unwrap_or(&offers);
            let named = args.sink_operation.as_deref();
            let first = propose::sink(takes, named, args.sink_rows.as_deref(), &operation)
                .or_else(|| propose::sink(takes, named, None, &operation));
            let likely = first.as_ref().map(|s| s.operation.clone()).unwrap_or_default();
            let operation = asker.ask(
                "--sink-operation",
                args.sink_operation,
                "Operation that takes the result",
                &likely,
            )?;
            sink_read
                .as_ref()
                .unwrap_or(wsdl)
                .operation(&operation)
                .context("--sink-operation")?;
            let first = propose::sink(takes, Some(&operation), args.sink_rows.as_deref(), "");
            let likely = first.as_ref().map(|s| s.rows.name.clone()).unwrap_or_default();
            let rows = asker.ask("--sink-rows", args.sink_rows, "Its table", &likely)?;
            let sink = propose::sink(takes, Some(&operation), Some(&rows), "").with_context(|| {
                format!("--sink-rows: found {rows:?}, expected a table that {operation} takes")
            })?;
            (source, sink)
        }
    };
    let given = Some(args.key.join(",")).filter(|key| !key.is_empty());
    let key = asker.ask(
        "--key",
        given,
        "Fields that identify a row",
        &source.key.join(","),
    )?;
    source.key = key.split(',').map(|field| field.trim().to_owned()).collect();
    for field in &source.key {
        known(&source.rows, "--key", field)?;
    }
    let mut params = propose::params(service, &source.rows);
    merge(&mut params, &pairs("--param", &args.param)?);
    let mut columns = propose::columns(service, &source, &sink);
    for (name, template) in pairs("--column", &args.column)? {
        match columns.iter_mut().find(|(column, _)| *column == name) {
            Some((_, old)) => *old = Some(template),
            None => columns.push((name, Some(template))),
        }
    }
    if params.is_empty() {
        let wires: Vec<_> = service.params.iter().map(|p| p.wire).collect();
        let question = format!(
            "What {} asks for ({}), as NAME={{Field|trim}}",
            service.id,
            wires.join(", ")
        );
        let pair = asker.ask("--param", None, &question, "")?;
        params = pairs("--param", &[pair])?;
    }
    let mut states = pairs("--state", &args.state)?;
    let is_mapped = columns
        .iter()
        .any(|(_, t)| t.as_ref().is_some_and(|t| t.contains("|map:stats")));
    if is_mapped && states.is_empty() {
        for text in write::usual_states(service) {
            let question = format!("What your SAP calls {text}");
            let Some(code) = asker.ask_if_any(&question)? else {
                continue;
            };
            states.push((text.to_string(), code));
        }
    }
    Ok(Answers {
        company,
        job,
        every,
        wsdl: wsdl.map_or_else(|| Ok("due.wsdl".to_owned()), |wsdl| seen_from(&folder, &wsdl))?,
        sink_wsdl: args.sink_wsdl.map(|wsdl| seen_from(&folder, &wsdl)).transpose()?,
        endpoint: args.endpoint.map(String::from),
        service,
        source,
        sink,
        params,
        columns,
        states,
        base_url: args.base_url.map(String::from),
        rate: args.rate,
        ledger: ledger(args.ledger)?,
        listen: args.listen,
    })
}

/// What was proposed, under the names that were given.
fn named(
    (mut source, mut sink): (propose::Source, propose::Sink),
    operation: Option<String>,
    rows: Option<String>,
    sink_operation: Option<String>,
    sink_rows: Option<String>,
) -> (propose::Source, propose::Sink) {
    source.operation = operation.unwrap_or(source.operation);
    source.rows.name = rows.unwrap_or(source.rows.name);
    sink.operation = sink_operation.unwrap_or(sink.operation);
    sink.rows.name = sink_rows.unwrap_or(sink.rows.name);
    (source, sink)
}

fn known(rows: &propose::Table, option: &str, field: &str) -> anyhow::Result<()> {
    let names: Vec<_> = rows.columns.iter().map(|c| c.name.as_str()).collect();
    ensure!(
        names.contains(&field),
        "{option}: found {field:?}, expected fields of {}: {}",
        rows.name,
        names.join(", ")
    );
    Ok(())
}

fn merge(old: &mut Vec<(String, String)>, new: &[(String, String)]) {
    if !new.is_empty() {
        // A question is one combination of parameters: those that are given replace the proposed one.
        new.clone_into(old);
    }
}

fn pairs(option: &str, texts: &[String]) -> anyhow::Result<Vec<(String, String)>> {
    let pair = |text: &String| {
        let (name, value) = text
            .split_once('=')
            .filter(|(name, value)| !name.trim().is_empty() && !value.trim().is_empty())
            .with_context(|| format!("{option}: found {text:?}, expected NAME=VALUE"))?;
        Ok((name.trim().to_owned(), value.trim().to_owned()))
    };
    texts.iter().map(pair).collect()
}

/// A database's address may hold a password, which has no place in the file.
fn ledger(url: String) -> anyhow::Result<String> {
    if url.starts_with("sqlite:") || url.starts_with("env:") || url.starts_with("file:") {
        return Ok(url);
    }
    bail!(
        "--ledger: found another address, expected sqlite:FILE, or env:NAME where the address holds a password"
    )
}

fn is_address(wsdl: &str) -> bool {
    wsdl.starts_with("http://") || wsdl.starts_with("https://")
}

/// A relative path of the file begins at its folder, one of the command line where the program runs.
fn seen_from(folder: &Path, wsdl: &str) -> anyhow::Result<String> {
    if is_address(wsdl) || folder.as_os_str().is_empty() {
        return Ok(wsdl.to_owned());
    }
    let (wsdl, folder) = (std::path::absolute(wsdl)?, std::path::absolute(folder)?);
    let short = wsdl.strip_prefix(&folder).unwrap_or(&wsdl);
    short
        .to_str()
        .map(str::to_owned)
        .context("--wsdl: found a path that is no text, expected another name for the file")
}

async fn load(option: &str, location: &str) -> anyhow::Result<Arc<Wsdl>> {
    if !is_address(location) {
        return Ok(Arc::new(
            Wsdl::from_file(location).with_context(|| option.to_owned())?,
        ));
    }
    let address: url::Url = location
        .parse()
        .with_context(|| format!("{option}: found no address"))?;
    ensure!(
        address.username().is_empty() && address.password().is_none(),
        "{option}: found a user in the address, expected SAP_USER and SAP_PASSWORD"
    );
    let mut config = sap_soap::Config::new();
    if let (Ok(user), Ok(password)) = (std::env::var("SAP_USER"), std::env::var("SAP_PASSWORD")) {
        config = config.basic(user, SecretString::from(password));
    }
    let transport = Arc::new(ReqwestTransport::builder().build()?);
    let client = Client::load(transport, location, config).await;
    let client = client.with_context(|| {
        format!("{option} (the logon is taken from SAP_USER and SAP_PASSWORD; a file does, too)")
    })?;
    Ok(Arc::clone(client.wsdl()))
}

fn save(file: &Path, text: &str, force: bool) -> anyhow::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true);
    // A file that came in the meantime is not written over either.
    if force {
        options.create(true).truncate(true)
    } else {
        options.create_new(true)
    };
    let mut written = options
        .open(file)
        .with_context(|| format!("{} cannot be written", file.display()))?;
    written
        .write_all(text.as_bytes())
        .with_context(|| format!("{} cannot be written", file.display()))
}

fn told(answers: &Answers, file: &Path, format: Format, output: &mut Output) -> anyhow::Result<()> {
    let open: Vec<_> = answers
        .columns
        .iter()
        .filter(|(_, t)| t.is_none())
        .map(|(name, _)| name)
        .collect();
    let variables = write::variables(answers);
    let file = file.display().to_string();
    if format == Format::Json {
        let columns: BTreeMap<_, _> = answers.columns.iter().map(|(name, t)| (name, t)).collect();
        return output.json(&json!({
            "file": file, "operation": answers.source.operation, "rows": answers.source.rows.name,
            "key": answers.source.key, "service": answers.service.id, "columns": columns,
            "states": answers.states.len(), "variables": variables,
        }));
    }
    output.line(format_args!("{file} is written."))?;
    output.line(format_args!(
        "  {} lists what is due, {} takes the result, {} is asked",
        answers.source.operation, answers.sink.operation, answers.service.id
    ))?;
    for column in open {
        output.line(format_args!(
            "  {column}: nothing is known to write there; its line waits in the file"
        ))?;
    }
    if answers.states.is_empty() {
        output.line("  [map.stats] is empty: fill in what your SAP calls the states of customs")?;
    }
    output.line("")?;
    output.line("Next:")?;
    output.line(format_args!(
        "  export {}",
        variables
            .iter()
            .map(|name| format!("{name}=…"))
            .collect::<Vec<_>>()
            .join(" ")
    ))?;
    output.line(format_args!("  customs check --config {file}"))?;
    output.line(format_args!("  customs once --dry-run --config {file}"))
}
