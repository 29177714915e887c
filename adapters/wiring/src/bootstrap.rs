//! From the configuration to running pipelines: the one place that names concrete clients.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use customs_core::layers::{
    BreakerPolicy, CircuitBreaker, ErrorContext, Housekeeping, Pace, Quota, QuotaPolicy, RateLimit, Retry,
    RetryPolicy, Timeout, Trace, Watch,
};
use customs_core::{
    Alerter, Clock, CustomsApi, DeskJob, ErrorReporter, Idempotency, Instance, Job, Mapping, Parts, Pipeline,
    Planned, QuotaLedger, Rate, Scheduler, Sink, SourceSystem, SystemClock, UrgentDesk,
};
use customs_http::cassette::RecordingTransport;
use customs_http::{ClientIdentity, ReqwestTransport, ReqwestTransportBuilder, Timeouts, Transport};
use customs_sql::{SqlError, SqlLedger};
use sap_soap::pipeline::{SapSink, SapSource, SinkConfig};
use secrecy::{ExposeSecret, SecretString};
use unipass_client::{AroundNewYear, KeepAnswers, VerdictTable};

use crate::away::Late;
use crate::config::{Config, JobConfig, Migrate};
use crate::lock::InstanceLock;
use crate::pending::{self, Pending};
use crate::webhook::Webhook;

/// How long one read or write of SAP may take: SAP itself gives up after its `PROCTIMEOUT` of 60 s by default, and a
/// dispatcher in front of it may queue.
const SAP_TIMEOUT: Duration = Duration::from_secs(90);

/// Everything that a run needs, made once.
#[derive(Debug)]
pub struct App {
    /// The ledger.
    pub ledger: Arc<SqlLedger>,
    /// One for each job, in the file's order.
    pub pipelines: Vec<Pipeline>,
    pending: Arc<Pending>,
    customs: Arc<dyn CustomsApi>,
    instance: Instance,
    /// Held as long as the app lives.
    lock: Arc<InstanceLock>,
}

impl App {
    /// Opens the ledger, loads the WSDLs and connects the parts. Sends nothing but what loading a WSDL takes.
    ///
    /// # Errors
    /// The configuration is wrong, or the ledger cannot be opened. A SAP that is away is no error: its runs fail.
    pub async fn build(config: &Config) -> anyhow::Result<Self> {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        // One file on one host is one instance; its name and its lock come from the same canonical path.
        let file = config.file.canonicalize()?;
        let lock = Arc::new(InstanceLock::take(&file.with_extension("lock")));
        let spool = Some(file.with_extension("spool")).filter(|_| lock.is_sole());
        let ledger = match (open_ledger(config).await, &spool) {
            (Ok(ledger), _) => Arc::new(ledger),
            (Err(error), Some(spool)) if is_away(&error) => {
                pending::nothing_ran(config, spool, &*clock, &error).await;
                return Err(error);
            }
            (Err(error), _) => return Err(error),
        };
        let pending = Arc::new(Pending::new(config, &ledger, spool.as_deref())?);
        // A process that is not alone keeps out of that name: nobody may take its live runs for a dead process's.
        let mut name = format!("{}:{}", host(), file.display());
        if !lock.is_sole() {
            name = format!("{name}:{}", std::process::id());
        }
        let instance = Instance::new(name, lock.is_sole());
        let customs = customs(config, Some(Arc::clone(&ledger) as _), Arc::clone(&clock))?;
        let reporter = pending.reporter(&ledger);
        let pipelines = connect(config, &ledger, &customs, reporter, &instance, &clock).await?;
        Ok(Self {
            ledger,
            pipelines,
            pending,
            customs,
            instance,
            lock,
        })
    }

    /// The same installation with other jobs and maps: it keeps the ledger, the lock, and the client of customs with its pace
    /// and rate.
    ///
    /// # Errors
    /// The jobs or maps are wrong.
    pub async fn again(&self, config: &Config) -> anyhow::Result<Self> {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let reporter = self.pending.reporter(&self.ledger);
        Ok(Self {
            ledger: Arc::clone(&self.ledger),
            pipelines: connect(
                config,
                &self.ledger,
                &self.customs,
                reporter,
                &self.instance,
                &clock,
            )
            .await?,
            pending: Arc::clone(&self.pending),
            customs: Arc::clone(&self.customs),
            instance: self.instance.clone(),
            lock: Arc::clone(&self.lock),
        })
    }

    /// Stores the errors that wait on the disk, and sends the alerts that wait. A host calls it after each run, and now and
    /// then in between. What cannot be done now is done by the next call; alerts take ten seconds at most. A dry run leaves
    /// it out.
    pub async fn carry(&self) {
        self.pending.carry().await;
    }
}

/// The webhook that `[alerts]` names, if it names one.
///
/// # Errors
/// Its address or its certificate file cannot be used.
pub fn webhook(config: &Config) -> anyhow::Result<Option<Arc<dyn Alerter>>> {
    let Some(address) = &config.alerts.webhook else {
        return Ok(None);
    };
    let transport = Arc::new(transport(config, config.alerts.ca_file.as_deref())?.build()?);
    let webhook = Webhook::new(transport, address.clone())
        .map_err(|_| config.error("alerts.webhook", "a text that is not shown", "an http(s) address"))?;
    Ok(Some(Arc::new(webhook)))
}

/// Whether the ledger is away, and not named wrongly.
fn is_away(error: &anyhow::Error) -> bool {
    let sql = error.chain().find_map(|cause| cause.downcast_ref::<SqlError>());
    sql.is_some_and(|error| {
        matches!(
            error,
            SqlError::Open { .. } | SqlError::Database(_) | SqlError::Timeout(_)
        )
    })
}

impl App {
    /// What runs the jobs by their timetables, and the desk where urgent requests come in.
    ///
    /// # Errors
    /// A timetable or a rule for numbers is wrong; loading the configuration has checked them.
    pub fn scheduler(&self, config: &Config) -> anyhow::Result<(Scheduler, UrgentDesk)> {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let mut planned = Vec::new();
        for (job, pipeline) in config.jobs.iter().zip(&self.pipelines) {
            planned.push(Planned {
                pipeline: pipeline.clone(),
                timetable: job.timetable()?,
                jitter: job.jitter(),
            });
        }
        let desk = desk(config, &self.ledger, &clock)?;
        Ok((Scheduler::new(planned, desk.clone(), clock), desk))
    }
}

/// The desk where urgent requests for these jobs come in.
///
/// # Errors
/// A rule for numbers is wrong; loading the configuration has checked them.
pub fn desk(config: &Config, ledger: &Arc<SqlLedger>, clock: &Arc<dyn Clock>) -> anyhow::Result<UrgentDesk> {
    let mut jobs = Vec::new();
    for (i, job) in config.jobs.iter().enumerate() {
        jobs.push(DeskJob {
            company: job.company.as_str().into(),
            job: job.name.as_str().into(),
            kind: config.kind_of(i),
            rule: job.key_rule()?,
        });
    }
    Ok(UrgentDesk::new(jobs, Arc::clone(ledger) as _, Arc::clone(clock)))
}

/// A pipeline for each job, in the file's order, on a ledger that is open. Loads the WSDLs and connects the parts; sends
/// nothing but what loading a WSDL takes.
///
/// # Errors
/// The configuration is wrong. A SAP that is away is no error: its runs fail.
pub async fn pipelines(
    config: &Config,
    ledger: &Arc<SqlLedger>,
    reporter: Arc<dyn ErrorReporter>,
    instance: &Instance,
    clock: &Arc<dyn Clock>,
) -> anyhow::Result<Vec<Pipeline>> {
    let customs = customs(config, Some(Arc::clone(ledger) as _), Arc::clone(clock))?;
    connect(config, ledger, &customs, reporter, instance, clock).await
}

/// The same with a client of customs that is there already.
async fn connect(
    config: &Config,
    ledger: &Arc<SqlLedger>,
    customs: &Arc<dyn CustomsApi>,
    reporter: Arc<dyn ErrorReporter>,
    instance: &Instance,
    clock: &Arc<dyn Clock>,
) -> anyhow::Result<Vec<Pipeline>> {
    let shared = Arc::new(config.clone());
    let mut pipelines = Vec::with_capacity(config.jobs.len());
    for (i, job) in config.jobs.iter().enumerate() {
        let service = &job.query.service;
        if !customs.supports(&service.as_str().into()) {
            let found = format!("no key for {service}, which job[{i}].query asks");
            return Err(config.error("unipass.keys", found, "a key for it").into());
        }
        let (source, sink) = match sap(config, job).await {
            Ok(connected) => connected,
            Err(error) if Late::is_away(&error) => {
                let late = Late::new(Arc::clone(&shared), job.clone());
                (Arc::new(late.clone()) as _, Arc::new(late) as _)
            }
            Err(error) => {
                return Err(error.context(format!("{}: job[{i}] ({})", config.file.display(), job.name)));
            }
        };
        let parts = Parts {
            source,
            customs: Arc::clone(customs),
            sink,
            reporter: Arc::clone(&reporter),
            // What is too old is forgotten by the runs themselves.
            runs: Arc::new(Housekeeping::new(
                Arc::clone(ledger) as _,
                Arc::clone(ledger) as _,
                config.ledger.keep.ages(),
            )),
            records: Arc::clone(ledger) as _,
        };
        pipelines.push(Pipeline::with(
            core_job(config, job)?,
            parts,
            instance.clone(),
            Arc::clone(clock),
        ));
    }
    Ok(pipelines)
}

/// Opens the ledger for a run. An embedded one is made and brought up to date at once; a server's is, too, unless
/// `ledger.migrate` leaves that to `customs migrate`.
///
/// # Errors
/// It cannot be opened, or its tables are not, and cannot be brought, up to date.
pub async fn open_ledger(config: &Config) -> anyhow::Result<SqlLedger> {
    let ledger = connect_ledger(config).await?;
    match config.ledger.migrate {
        Migrate::Auto => ledger.migrate().await,
        Migrate::Manual => ledger.check().await,
    }
    .context("ledger.url")?;
    Ok(ledger)
}

/// Opens a ledger that must be there: a command that only looks into it makes none.
///
/// # Errors
/// There is none, or as [`open_ledger`].
pub async fn existing_ledger(config: &Config) -> anyhow::Result<SqlLedger> {
    let file = ledger_file(config).map(|file| PathBuf::from(file.split('?').next().unwrap_or_default()));
    if let Some(file) = file.filter(|file| !file.exists()) {
        let found = format!("no database {}", file.display());
        return Err(config
            .error(
                "ledger.url",
                found,
                "the ledger of earlier runs: `customs once` makes it",
            )
            .into());
    }
    open_ledger(config).await
}

/// Connects to the ledger's database, whatever tables it has. A relative file is found beside the configuration.
///
/// # Errors
/// It cannot be opened.
pub async fn connect_ledger(config: &Config) -> anyhow::Result<SqlLedger> {
    SqlLedger::open(&ledger_url(config)).await.context("ledger.url")
}

/// As [`connect_ledger`], with no more than `connections` to a server.
///
/// # Errors
/// It cannot be opened.
pub async fn connect_ledger_with(config: &Config, connections: u32) -> anyhow::Result<SqlLedger> {
    let clock = Arc::new(SystemClock);
    let ledger = SqlLedger::open_with(&ledger_url(config), clock, connections).await;
    ledger.context("ledger.url")
}

fn ledger_url(config: &Config) -> String {
    match ledger_file(config) {
        Some(file) => format!("sqlite:{file}"),
        None => config.ledger.url.expose_secret().to_owned(),
    }
}

/// The file of an embedded ledger, as its URL names it, options included.
fn ledger_file(config: &Config) -> Option<String> {
    let file = config.ledger.url.expose_secret().strip_prefix("sqlite:")?;
    (!file.starts_with(':')).then(|| config.path(file).display().to_string())
}

fn core_job(config: &Config, job: &JobConfig) -> anyhow::Result<Job> {
    let columns = job
        .sink
        .columns
        .iter()
        .map(|(name, template)| (name.clone(), template.clone()))
        .collect();
    let mut core = Job::new(
        job.company.as_str(),
        job.name.as_str(),
        Mapping::new(columns, config.maps.clone())?,
    );
    core.interval = job.every();
    core.polling = job.polling.polling();
    core.alarms = job.alarms.alarms();
    core.deadline = job.deadline();
    core.page_size = job.page_size;
    core.chunk_size = job.chunk_size;
    core.in_flight = config.unipass.in_flight;
    core.fan_out = config.fan_out(job);
    core.personal_params = unipass_client::services::find(&job.query.service)
        .map(|service| service.params.iter().filter(|p| p.personal))
        .into_iter()
        .flatten()
        .map(|param| param.wire.to_owned())
        .collect();
    Ok(core)
}

/// The host's name, as far as it can be read.
fn host() -> String {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    if name.trim().is_empty() {
        "localhost".to_owned()
    } else {
        name.trim().to_owned()
    }
}

/// The client of customs in all its layers, shared by all jobs: they share keys, pace and, with `quota`, what the
/// ledger keeps: the daily budget, and the rate if processes share it.
///
/// # Errors
/// An address or a certificate file cannot be used.
pub fn customs(
    config: &Config,
    quota: Option<Arc<dyn QuotaLedger>>,
    clock: Arc<dyn Clock>,
) -> anyhow::Result<Arc<dyn CustomsApi>> {
    let unipass = &config.unipass;
    let transport = transport(config, unipass.ca_file.as_deref())?;
    let transport = built(config, through(transport, unipass.proxy.as_ref()))?;
    let timeouts = Timeouts {
        head: unipass.timeout,
        idle: unipass.timeout,
        total: unipass.timeout,
    };
    let mut client = unipass_client::Client::builder(transport)
        .timeouts(timeouts)
        .verdicts(VerdictTable::with(unipass.verdicts.clone()));
    let base_url = unipass.base_url.as_deref().unwrap_or(unipass_client::BASE_URL);
    client = client.base_url(base_url);
    for (service, keys) in &unipass.keys {
        for key in keys.all() {
            client = client.key(service, key.clone());
        }
    }
    let customs = unipass_client::Customs::new(client.build().context("[unipass]")?, Arc::clone(&clock));
    let pace = Arc::new(Pace::new(unipass.in_flight));
    let customs = Watch::new(Timeout::new(customs, unipass.timeout), Arc::clone(&pace));
    let rate = unipass.rate.map(|per_second| Rate {
        per_second,
        burst: unipass.burst,
    });
    let in_ledger = quota.filter(|_| unipass.daily.is_some() || unipass.shared);
    let shared = rate.filter(|_| unipass.shared && in_ledger.is_some());
    let customs: Arc<dyn CustomsApi> = match in_ledger {
        Some(ledger) => {
            let policy = QuotaPolicy {
                daily: unipass.daily,
                urgent_reserve: unipass.urgent_reserve,
                shared,
            };
            Arc::new(Quota::new(customs, ledger, Arc::clone(&clock), policy))
        }
        None => Arc::new(customs),
    };
    // One bucket is enough: the shared one is never fuller than a process's own.
    let customs = RateLimit::new(customs, pace, rate.filter(|_| shared.is_none()));
    let customs = CircuitBreaker::new(customs, BreakerPolicy::default());
    let policy = RetryPolicy {
        attempts: unipass.attempts,
        first_wait: unipass.retry_wait,
        ..RetryPolicy::default()
    };
    let customs = Retry::new(customs, policy);
    let customs = Trace::new(ErrorContext::new(customs, base_url));
    // A second year that is asked is a question of its own, with its own turn; an answer that is kept is none.
    Ok(Arc::new(KeepAnswers::new(
        AroundNewYear::new(customs, Arc::clone(&clock)),
        clock,
    )))
}

/// Source and sink of a job. Where the sink says nothing of its own, it uses the source's connection.
pub(crate) async fn sap(
    config: &Config,
    job: &JobConfig,
) -> anyhow::Result<(Arc<dyn SourceSystem>, Arc<dyn Sink>)> {
    let source_client = source_client(config, job).await?;
    let sink = &job.sink;
    let sink_client =
        if sink.wsdl.is_some() || sink.endpoint.is_some() || sink.user.is_some() || sink.password.is_some() {
            let mut own = job.source.clone();
            if let Some(wsdl) = &sink.wsdl {
                own.wsdl.clone_from(wsdl);
                own.endpoint = None;
            }
            own.endpoint = sink.endpoint.clone().or(own.endpoint);
            own.user = sink.user.clone().or(own.user);
            own.password = sink.password.clone().or(own.password);
            sap_client(config, &own).await.context("sink")?
        } else {
            source_client.clone()
        };
    let endpoint = job
        .source
        .endpoint
        .clone()
        .unwrap_or_else(|| job.source.wsdl.clone());
    let shown = |text: &str| text.split(['?', '#']).next().unwrap_or_default().to_owned();
    let source = SapSource::new(source_client, job.source.clone(), job.query.clone())
        .with_context(|| wrong_operation("source", &job.source.operation))?;
    let source = Retry::new(Timeout::new(source, SAP_TIMEOUT), RetryPolicy::default());
    let source = Trace::new(ErrorContext::new(source, shown(&endpoint)));
    let endpoint = sink
        .endpoint
        .clone()
        .or_else(|| sink.wsdl.clone())
        .unwrap_or(endpoint);
    let sink = SapSink::new(sink_client, sink.clone(), idempotency(sink))
        .with_context(|| wrong_operation("sink", &sink.operation))?;
    let sink = Retry::new(Timeout::new(sink, SAP_TIMEOUT), RetryPolicy::default());
    let sink = Trace::new(ErrorContext::new(sink, shown(&endpoint)));
    Ok((Arc::new(source), Arc::new(sink)))
}

/// Whether a repeated write is recognised: if a column carries the key.
pub(crate) fn idempotency(sink: &SinkConfig) -> Idempotency {
    let mut fields = sink.columns.values().flat_map(|template| template.fields());
    if fields.any(|field| field == "idempotency_key") {
        Idempotency::ByKey
    } else {
        Idempotency::None
    }
}

fn wrong_operation(part: &str, found: &str) -> String {
    format!("{part}.operation: found {found:?}, expected an operation of the WSDL that has what {part} names")
}

/// The client of a job's source, with its WSDL loaded.
///
/// # Errors
/// The WSDL cannot be read, or the connection's settings are wrong.
pub async fn source_client(config: &Config, job: &JobConfig) -> anyhow::Result<sap_soap::Client> {
    sap_client(config, &job.source).await.context("source")
}

async fn sap_client(
    config: &Config,
    source: &sap_soap::pipeline::SourceConfig,
) -> anyhow::Result<sap_soap::Client> {
    let mut transport = transport(config, source.ca_file.as_deref())?;
    match (&source.client_cert_file, &source.client_key) {
        (Some(file), Some(key)) => {
            let chain = pem(config, "client_cert_file", file)?;
            transport = transport.identity(ClientIdentity::from_pem(chain, key.clone()));
        }
        (None, None) => {}
        (Some(_), None) => {
            anyhow::bail!("client_key: found nothing, expected the key of the client certificate")
        }
        (None, Some(_)) => {
            anyhow::bail!("client_cert_file: found nothing, expected the certificate of the client key")
        }
    }
    let transport = built(config, through(transport, source.proxy.as_ref()))?;
    let mut soap = sap_soap::Config::new().timeouts(Timeouts {
        head: SAP_TIMEOUT,
        idle: SAP_TIMEOUT,
        total: SAP_TIMEOUT,
    });
    if let Some(endpoint) = &source.endpoint {
        // Not shown: an address may hold a password where none belongs.
        let address: url::Url = endpoint
            .parse()
            .context("endpoint: found no address, expected an http(s) address")?;
        if !address.username().is_empty() || address.password().is_some() {
            anyhow::bail!(
                "endpoint: found a user in the address, expected `user` and `password` as keys of their own"
            );
        }
        soap = soap.endpoint(address);
    }
    match (&source.user, &source.password) {
        (Some(user), Some(password)) => soap = soap.basic(user.as_str(), password.clone()),
        (None, None) => {}
        (Some(_), None) => anyhow::bail!("password: found nothing, expected a password for the user"),
        (None, Some(_)) => anyhow::bail!("user: found nothing, expected a user for the password"),
    }
    if let Some(mandant) = &source.mandant {
        soap = soap.mandant(mandant.as_str());
    }
    if let Some(language) = &source.language {
        soap = soap.language(language.as_str());
    }
    let is_address = source.wsdl.starts_with("http://") || source.wsdl.starts_with("https://");
    let location = if is_address {
        PathBuf::from(&source.wsdl)
    } else {
        config.path(&source.wsdl)
    };
    let client = sap_soap::Client::load(transport, &location.to_string_lossy(), soap).await;
    client.map_err(customs_core::Error::from).context("wsdl")
}

pub(crate) fn transport(config: &Config, ca_file: Option<&str>) -> anyhow::Result<ReqwestTransportBuilder> {
    let builder = ReqwestTransport::builder();
    Ok(match ca_file {
        Some(file) => builder.ca_bundle(pem(config, "ca_file", file)?),
        None => builder,
    })
}

/// An empty proxy is none: a variable that is set to nothing where there is no proxy.
fn through(transport: ReqwestTransportBuilder, proxy: Option<&SecretString>) -> ReqwestTransportBuilder {
    match proxy.filter(|proxy| !proxy.expose_secret().trim().is_empty()) {
        Some(proxy) => transport.proxy(proxy.clone()),
        None => transport,
    }
}

/// The transport, with a recorder around it if the configuration asks for one.
fn built(config: &Config, builder: ReqwestTransportBuilder) -> anyhow::Result<Arc<dyn Transport>> {
    let transport = Arc::new(builder.build()?);
    let Some(file) = &config.record else {
        return Ok(transport);
    };
    let file = config.path(file);
    let recording = RecordingTransport::with_secrets(transport, &file, config.secrets())
        .with_context(|| format!("record: {} cannot be written", file.display()))?;
    Ok(Arc::new(recording))
}

fn pem(config: &Config, key: &str, file: &str) -> anyhow::Result<Vec<u8>> {
    let file = config.path(file);
    std::fs::read(&file).with_context(|| format!("{key}: {} cannot be read", file.display()))
}
