//! The configuration file: TOML, with `env:NAME` and `file:PATH` for what does not belong into a file; in functions
//! `aws-sm:NAME` and `aws-ssm:NAME` too.
//!
//! Every error names the file, the key, what was found and what was expected, and never shows a text that came from
//! outside the file.

mod aws;
mod door;
mod duration;
mod error;
mod load;
mod resting;

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use customs_core::template::{Maps, Template};
use customs_core::{Error, ErrorKind, Keep, KeyRule, Timetable};
use jiff::Timestamp;
use sap_soap::pipeline::{QueryConfig, SinkConfig, SourceConfig};
use secrecy::SecretString;
use serde::Deserialize;
use unipass_client::VerdictRule;

pub use aws::AwsConfig;
pub use error::ConfigError;
pub use resting::{AlarmsConfig, PollingConfig};

/// The whole file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The file's folder: relative paths begin here.
    #[serde(skip)]
    pub folder: PathBuf,
    /// The file, for messages.
    #[serde(skip)]
    pub file: PathBuf,
    /// What stands in each section, as a digest.
    #[serde(skip)]
    sections: BTreeMap<String, [u8; 32]>,
    /// Write every exchange with SAP and customs into this cassette, without secrets.
    #[serde(default)]
    pub record: Option<String>,
    /// The jobs.
    #[serde(default, rename = "job")]
    pub jobs: Vec<JobConfig>,
    /// Tables for the filter `map:name`.
    #[serde(default, rename = "map")]
    pub maps: Maps,
    /// The customs service.
    pub unipass: UnipassConfig,
    /// The database.
    #[serde(default)]
    pub ledger: LedgerConfig,
    /// The ways between functions, where there are several.
    #[serde(default)]
    pub aws: Option<AwsConfig>,
    /// The door for urgent requests, and the console.
    #[serde(default)]
    pub http: Option<HttpConfig>,
    /// Who is told.
    #[serde(default)]
    pub alerts: AlertsConfig,
    /// Who collects traces and logs.
    #[serde(default)]
    pub telemetry: TelemetryConfig,
}

/// `[telemetry]`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TelemetryConfig {
    /// The base address of an OpenTelemetry collector that takes OTLP over HTTP. It may hold a token. Default: what
    /// `OTEL_EXPORTER_OTLP_ENDPOINT` says, else nobody collects.
    #[serde(default)]
    pub otlp_endpoint: Option<SecretString>,
    /// What the collector wants to be told with each request, such as a token: `name=value`, more of them with commas between, values
    /// percent-encoded. Default: what `OTEL_EXPORTER_OTLP_HEADERS` says.
    #[serde(default)]
    pub otlp_headers: Option<SecretString>,
}

/// `[http]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HttpConfig {
    /// Where the daemon listens. Functions listen nowhere: a gateway calls them.
    #[serde(default)]
    pub listen: Option<SocketAddr>,
    /// API keys by the name under which they are written down.
    #[serde(default)]
    pub keys: BTreeMap<String, SecretString>,
    /// Web pages that may ask, by origin.
    #[serde(default)]
    pub origins: Vec<String>,
    /// Requests a second of each key.
    #[serde(default = "http_rate")]
    pub rate: f64,
    /// The largest body in bytes.
    #[serde(default = "max_body")]
    pub max_body: usize,
}

/// `[job.trigger]`: how urgent requests name the job and its records.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TriggerConfig {
    /// What users call it (`Type` in their body). Default: `API` for the first job, `company/name` for others.
    #[serde(default, rename = "type")]
    pub kind: Option<String>,
    /// How a number becomes a record's key. Default: `{number}` if the key has one field, else `{company}/{number}`.
    #[serde(default)]
    pub key: Option<Template>,
}

/// `[[job]]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JobConfig {
    /// Its name.
    pub name: String,
    /// Whose it is.
    pub company: String,
    /// How often the job runs. Default: every five minutes, unless there is `cron`.
    #[serde(default, with = "duration::optional")]
    pub every: Option<Duration>,
    /// Times of day at which it runs instead: minute, hour, day of month, month, day of week.
    #[serde(default)]
    pub cron: Option<String>,
    /// Whose times those are.
    #[serde(default = "time_zone")]
    pub time_zone: String,
    /// Each run begins up to so much later, by chance.
    #[serde(default, with = "duration::optional")]
    pub jitter: Option<Duration>,
    /// A run ends by then. Default: four fifths of the interval.
    #[serde(default, with = "duration::optional")]
    pub deadline: Option<Duration>,
    /// Records fetched at once.
    #[serde(default = "page_size")]
    pub page_size: usize,
    /// Records in a chunk.
    #[serde(default = "chunk_size")]
    pub chunk_size: usize,
    /// When a record is looked at again.
    #[serde(default)]
    pub polling: PollingConfig,
    /// When the due list raises an alarm.
    #[serde(default)]
    pub alarms: AlarmsConfig,
    /// How urgent requests name it and its records.
    #[serde(default)]
    pub trigger: TriggerConfig,
    /// Where the due list is.
    pub source: SourceConfig,
    /// What is asked.
    pub query: QueryConfig,
    /// Where changes go.
    pub sink: SinkConfig,
}

impl JobConfig {
    /// How long a run may take.
    pub fn deadline(&self) -> Duration {
        self.deadline.unwrap_or(self.every() * 4 / 5)
    }

    /// The interval; with times of day, the shortest between two of them.
    pub fn every(&self) -> Duration {
        let by_cron = || self.timetable().ok()?.interval(Timestamp::UNIX_EPOCH);
        self.every.or_else(by_cron).unwrap_or(FIVE_MINUTES)
    }

    /// How much later a run may begin.
    pub fn jitter(&self) -> Duration {
        self.jitter.unwrap_or_default()
    }

    /// How a number becomes the key of a record.
    ///
    /// # Errors
    /// The template does not use the number, or uses what it must not.
    pub fn key_rule(&self) -> customs_core::Result<KeyRule> {
        let usual = if self.source.key.len() == 1 {
            "{number}"
        } else {
            "{company}/{number}"
        };
        match &self.trigger.key {
            Some(template) => KeyRule::new(template.clone()),
            None => KeyRule::new(
                usual
                    .parse()
                    .map_err(|text: String| Error::new(ErrorKind::Config, text))?,
            ),
        }
    }

    /// When it runs.
    ///
    /// # Errors
    /// `cron` is no cron expression, or `time_zone` no time zone.
    pub fn timetable(&self) -> customs_core::Result<Timetable> {
        match &self.cron {
            Some(cron) => Timetable::cron(cron, &self.time_zone),
            None => Ok(Timetable::Every(self.every.unwrap_or(FIVE_MINUTES))),
        }
    }
}

/// `[unipass]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnipassConfig {
    /// One key, or two during a rotation, for each service, by its id or name.
    pub keys: BTreeMap<String, OneOrTwo>,
    /// The service's address; default: the customs service's own.
    #[serde(default)]
    pub base_url: Option<String>,
    /// Calls a second for each key.
    #[serde(default)]
    pub rate: Option<f64>,
    /// Calls at once after a rest.
    #[serde(default = "burst")]
    pub burst: u32,
    /// The rate is kept by all processes with this ledger together, and not by each of them.
    #[serde(default)]
    pub shared: bool,
    /// Calls under way at once for each key, at most: fewer while the service is in trouble or slow.
    #[serde(default = "in_flight")]
    pub in_flight: usize,
    /// Calls a day for each key.
    #[serde(default)]
    pub daily: Option<u64>,
    /// Share of the daily budget kept for urgent records.
    #[serde(default = "urgent_reserve")]
    pub urgent_reserve: f64,
    /// How long one call may take.
    #[serde(default = "twenty_seconds", with = "duration")]
    pub timeout: Duration,
    /// How often a call is tried.
    #[serde(default = "attempts")]
    pub attempts: u32,
    /// The wait before the second try; it doubles from there.
    #[serde(default = "retry_wait", with = "duration")]
    pub retry_wait: Duration,
    /// Certificates of authorities to trust beside the usual ones: a PEM file.
    #[serde(default)]
    pub ca_file: Option<String>,
    /// The proxy that requests go through; none if it is empty. Its address may hold a password.
    #[serde(default)]
    pub proxy: Option<SecretString>,
    /// What texts of the service mean: these rules come before the shipped ones.
    #[serde(default, rename = "verdict")]
    pub verdicts: Vec<VerdictRule>,
}

/// One key, or two that overlap.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged, expecting = "a key or a list of two keys")]
pub enum OneOrTwo {
    /// The usual case.
    One(SecretString),
    /// While one replaces the other.
    Two([SecretString; 2]),
}

impl OneOrTwo {
    /// All keys, the one to try first in front.
    pub fn all(&self) -> &[SecretString] {
        match self {
            Self::One(key) => std::slice::from_ref(key),
            Self::Two(keys) => keys,
        }
    }
}

/// `[alerts]`. Alerts are in the log in any case.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AlertsConfig {
    /// A webhook that takes Slack's form, `{"text": "…"}`. Its address is a secret.
    #[serde(default)]
    pub webhook: Option<SecretString>,
    /// Asked for after each good run of the daemon, so that somebody outside notices when there is none any more.
    #[serde(default)]
    pub dead_man_url: Option<SecretString>,
    /// Certificates of authorities to trust beside the usual ones: a PEM file.
    #[serde(default)]
    pub ca_file: Option<String>,
}

/// `[ledger]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LedgerConfig {
    /// The database.
    #[serde(default = "ledger_url")]
    pub url: SecretString,
    /// Who makes the tables and brings them up to date.
    #[serde(default)]
    pub migrate: Migrate,
    /// How long it keeps what it knows.
    #[serde(default)]
    pub keep: KeepConfig,
}

/// `[ledger] keep`: what is older is forgotten.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct KeepConfig {
    /// The original records of errors.
    #[serde(with = "duration::age")]
    pub dead_letters: Duration,
    /// Error rows, episodes that are over, alerts.
    #[serde(with = "duration::age")]
    pub errors: Duration,
    /// What happened to records.
    #[serde(with = "duration::age")]
    pub events: Duration,
    /// What became of each record of a run.
    #[serde(with = "duration::age")]
    pub outcomes: Duration,
    /// Closed runs.
    #[serde(with = "duration::age")]
    pub runs: Duration,
    /// Records that no run has looked at.
    #[serde(with = "duration::age")]
    pub records: Duration,
}

impl Default for KeepConfig {
    fn default() -> Self {
        let Keep {
            dead_letters,
            errors,
            events,
            outcomes,
            runs,
            records,
            ..
        } = Keep::default();
        Self {
            dead_letters,
            errors,
            events,
            outcomes,
            runs,
            records,
        }
    }
}

impl KeepConfig {
    /// The core's form of it.
    pub fn ages(self) -> Keep {
        let Self {
            dead_letters,
            errors,
            events,
            outcomes,
            runs,
            records,
        } = self;
        Keep {
            dead_letters,
            errors,
            events,
            outcomes,
            runs,
            records,
            ..Keep::default()
        }
    }
}

/// Who makes the ledger's tables and brings them up to date.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Migrate {
    /// Every command that uses them.
    #[default]
    Auto,
    /// Only `customs migrate`, as a database user who may do so.
    Manual,
}

impl Default for LedgerConfig {
    fn default() -> Self {
        Self {
            url: ledger_url(),
            migrate: Migrate::default(),
            keep: KeepConfig::default(),
        }
    }
}

impl Config {
    /// Reads and checks a file.
    ///
    /// # Errors
    /// What is wrong, where, and what was expected.
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        load::load(path)
    }

    /// Reads and checks a file for a command that works with the ledger alone: what only a run needs from outside the
    /// file (a logon, a key) may be missing.
    ///
    /// # Errors
    /// As [`load`](Self::load).
    pub fn load_for_ledger(path: &Path) -> Result<Self, ConfigError> {
        load::load_for_ledger(path)
    }

    /// Reads and checks a file for questions to customs: no job is needed, and of the keys only those of `service` (by id)
    /// are read. Without a file everything has its default, and there is no key.
    ///
    /// # Errors
    /// As [`load`](Self::load).
    pub fn load_for_questions(path: Option<&Path>, service: Option<&str>) -> Result<Self, ConfigError> {
        load::load_for_questions(path, service)
    }

    /// What a file says of the collector, nothing if it cannot be read; what is wrong with the file is for [`load`](Self::load) to say.
    pub fn telemetry(path: &Path) -> TelemetryConfig {
        load::telemetry(path)
    }

    /// Reads and checks a text that stands for `file`, which need not be there. `secrets` holds what its
    /// [`names_of_secrets`](Self::names_of_secrets) stand for.
    ///
    /// # Errors
    /// What is wrong, where, and what was expected.
    pub fn parse(
        text: &str,
        file: &Path,
        secrets: &BTreeMap<String, SecretString>,
    ) -> Result<Self, ConfigError> {
        load::parse(text, file, secrets)
    }

    /// Reads and checks a text that is about to become `file`: nothing that it names outside of itself needs to be there.
    ///
    /// # Errors
    /// What is wrong, where, and what was expected.
    pub fn parse_draft(text: &str, file: &Path) -> Result<Self, ConfigError> {
        load::parse_draft(text, file)
    }

    /// The texts of the form `aws-sm:NAME` and `aws-ssm:NAME`: what a host has to read from AWS before it can
    /// [`parse`](Self::parse).
    ///
    /// # Errors
    /// The text is no TOML.
    pub fn names_of_secrets(text: &str, file: &Path) -> Result<BTreeSet<String>, ConfigError> {
        load::names_of_secrets(text, file)
    }

    /// Of the sections that a working program cannot take again, one that differs in `new`: only jobs and maps may.
    pub fn needs_restart(&self, new: &Self) -> Option<String> {
        let names = self.sections.keys().chain(new.sections.keys());
        names
            .filter(|name| !matches!(name.as_str(), "job" | "map"))
            .find(|name| self.sections.get(*name) != new.sections.get(*name))
            .cloned()
    }

    /// What users call the requests of a job.
    pub fn kind_of(&self, job: usize) -> String {
        let Some(config) = self.jobs.get(job) else {
            return String::new();
        };
        let usual = match job {
            0 => "API".to_owned(),
            _ => format!("{}/{}", config.company, config.name),
        };
        config.trigger.kind.clone().unwrap_or(usual)
    }

    /// All keys and passwords of the file.
    pub(crate) fn secrets(&self) -> Vec<SecretString> {
        let keys = self.unipass.keys.values().flat_map(|keys| keys.all().iter());
        let passwords = self
            .jobs
            .iter()
            .flat_map(|job| [&job.source.password, &job.sink.password]);
        keys.chain(passwords.flatten()).cloned().collect()
    }

    /// A path of the file, seen from where the program runs.
    pub fn path(&self, path: &str) -> PathBuf {
        self.folder.join(path)
    }

    /// An error about a key of this file.
    pub fn error(
        &self,
        key: impl Into<String>,
        found: impl Into<String>,
        expected: impl Into<String>,
    ) -> ConfigError {
        ConfigError::new(&self.file, key, found, expected)
    }
}

const FIVE_MINUTES: Duration = Duration::from_secs(300);

fn time_zone() -> String {
    "Asia/Seoul".to_owned()
}

fn http_rate() -> f64 {
    20.0
}

fn max_body() -> usize {
    1024 * 1024
}

fn twenty_seconds() -> Duration {
    Duration::from_secs(20)
}

fn page_size() -> usize {
    500
}

fn chunk_size() -> usize {
    100
}

fn burst() -> u32 {
    10
}

fn in_flight() -> usize {
    10
}

fn urgent_reserve() -> f64 {
    0.1
}

fn attempts() -> u32 {
    3
}

fn retry_wait() -> Duration {
    Duration::from_millis(200)
}

fn ledger_url() -> SecretString {
    SecretString::from("sqlite:customs.db")
}
