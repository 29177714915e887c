//! One call of a live system.

use std::io::stdin;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use customs_http::{ClientIdentity, ReqwestTransport, ReqwestTransportBuilder, Timeouts};
use futures_util::StreamExt as _;
use sap_soap::request::{Checks, MessageId};
use sap_soap::{Client, Config};
use secrecy::{ExposeSecret as _, SecretString};

use super::DecodeFormat;
use crate::cli::output::Output;
use crate::cli::{Result, outside};

/// Calls an operation with parameters from standard input (JSON), and prints the answer as `sap decode` does.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Exit codes: 0 a good answer; 1 no answer, or SAP answered that it did not do it (a fault, a message of type E or A: the \
                  answer is printed all the same, and one line on standard error says what is wrong); 2 wrong arguments.\n\
                  A call is made once, never again by itself."
)]
pub(crate) struct Args {
    /// The WSDL: a file or an http(s) address.
    wsdl: String,
    /// The operation.
    operation: String,
    /// Where to send the call; default: what the WSDL says.
    #[arg(long, value_name = "URL")]
    endpoint: Option<url::Url>,
    /// The SAP user, or where it stands: env:NAME or file:PATH.
    #[arg(long, requires = "password")]
    user: Option<String>,
    /// Where the password stands: env:NAME or file:PATH. (A password among the arguments could be seen by everybody on this machine.)
    #[arg(long, value_name = "WHERE", requires = "user", value_parser = secret)]
    password: Option<SecretString>,
    /// The mandant (sap-client), three digits.
    #[arg(long)]
    mandant: Option<String>,
    /// The logon language: KO, EN.
    #[arg(long)]
    language: Option<String>,
    /// Certificates of authorities to trust beside the usual ones: a PEM file.
    #[arg(long, value_name = "FILE")]
    ca_file: Option<PathBuf>,
    /// The client certificate (X.509 logon) with its chain: a PEM file.
    #[arg(long, value_name = "FILE", requires = "client_key")]
    client_cert: Option<PathBuf>,
    /// Where the client certificate's key stands, PEM: env:NAME or file:PATH.
    #[arg(long, value_name = "WHERE", requires = "client_cert", value_parser = secret)]
    client_key: Option<SecretString>,
    /// The proxy: http://host:port, or where its address stands if that holds a password: env:NAME or file:PATH.
    #[arg(long, value_name = "URL", value_parser = secret)]
    proxy: Option<SecretString>,
    /// How many seconds the call may take.
    #[arg(long, value_name = "SECONDS", default_value = "60", value_parser = clap::value_parser!(u64).range(1..=86_400))]
    timeout: u64,
    /// Make it a call of an idempotent service: the UUID goes into the message header, and the same one again gives the same answer.
    #[arg(long, value_name = "UUID")]
    message_id: Option<MessageId>,
    /// Send the parameters although they do not fit the WSDL.
    #[arg(long)]
    lenient: bool,
    /// Print the rows of this table as they come, one JSON object a line, in constant memory.
    #[arg(long, value_name = "TABLE", conflicts_with = "message_id")]
    rows: Option<String>,
    /// How the answer is printed: ndjson goes with --rows.
    #[arg(long, value_enum, default_value = "json")]
    format: DecodeFormat,
}

/// The exit code of every program for arguments that cannot be.
const WRONG_ARGUMENTS: u8 = 2;

/// Whatever it is: a complaint must not show it.
#[expect(clippy::unnecessary_wraps, reason = "the form that clap wants")]
fn secret(text: &str) -> std::result::Result<SecretString, std::convert::Infallible> {
    Ok(SecretString::from(text))
}

/// What the arguments come to.
struct Connection {
    transport: ReqwestTransportBuilder,
    config: Config,
}

pub(super) async fn run(args: Args, output: &mut Output) -> Result {
    let connection = match connection(&args) {
        Ok(connection) => connection,
        Err(error) => {
            Output::complain(&crate::cli::one_line(&error));
            return Ok(ExitCode::from(WRONG_ARGUMENTS));
        }
    };
    let transport = Arc::new(connection.transport.build()?);
    let client = Client::load(transport, &args.wsdl, connection.config).await?;
    let parameters: serde_json::Value =
        serde_json::from_reader(stdin().lock()).context("standard input: expected parameters as JSON")?;
    let operation = &args.operation;
    if let Some(table) = &args.rows {
        let mut rows = client.call_rows(operation, &parameters, table.as_str()).await?;
        while let Some(row) = rows.next().await {
            output.json(&row?)?;
        }
        if rows.rows_read(0).is_none() {
            output.flush()?;
            bail!("the answer has no table {table}");
        }
        return Ok(ExitCode::SUCCESS);
    }
    let decoded = match args.message_id {
        Some(id) => client.exchange_once(operation, &parameters, id).await?,
        None => client.exchange(operation, &parameters).await?,
    };
    output.json(&decoded)?;
    match &decoded.fault {
        None => Ok(ExitCode::SUCCESS),
        Some(fault) => {
            output.flush()?;
            bail!("{fault}")
        }
    }
}

fn connection(args: &Args) -> anyhow::Result<Connection> {
    if args.format == DecodeFormat::Ndjson && args.rows.is_none() {
        bail!("--format ndjson: found no --rows, expected the table whose rows to print");
    }
    let mut transport = ReqwestTransport::builder();
    if let Some(file) = &args.ca_file {
        transport = transport.ca_bundle(read("--ca-file", file)?);
    }
    if let (Some(chain), Some(key)) = (&args.client_cert, &args.client_key) {
        let key = outside::secret("--client-key", key.expose_secret())?;
        transport = transport.identity(ClientIdentity::from_pem(read("--client-cert", chain)?, key));
    }
    if let Some(proxy) = &args.proxy {
        transport = transport.proxy(match outside::outside("--proxy", proxy.expose_secret())? {
            Some(address) => address,
            None if proxy.expose_secret().contains('@') => {
                bail!("--proxy: found a user in the address, expected env:NAME or file:PATH, where such an address stands")
            }
            None => proxy.clone(),
        });
    }
    let limit = Duration::from_secs(args.timeout);
    let mut config = Config::new()
        .timeouts(Timeouts {
            head: limit,
            idle: limit,
            total: limit,
        })
        .checks(if args.lenient {
            Checks::Lenient
        } else {
            Checks::Strict
        });
    if let Some(endpoint) = &args.endpoint {
        if !endpoint.username().is_empty() || endpoint.password().is_some() {
            bail!("--endpoint: found a user in the address, expected --user and --password");
        }
        config = config.endpoint(endpoint.clone());
    }
    if let (Some(user), Some(password)) = (&args.user, &args.password) {
        let user = outside::outside("--user", user)?
            .map_or_else(|| user.clone(), |user| user.expose_secret().to_owned());
        config = config.basic(user, outside::secret("--password", password.expose_secret())?);
    }
    if let Some(mandant) = &args.mandant {
        config = config.mandant(mandant.as_str());
    }
    if let Some(language) = &args.language {
        config = config.language(language.as_str());
    }
    Ok(Connection { transport, config })
}

fn read(option: &str, file: &std::path::Path) -> anyhow::Result<Vec<u8>> {
    std::fs::read(file).with_context(|| format!("{option}: {} cannot be read", file.display()))
}
