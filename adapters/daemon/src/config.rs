//! The configuration file: TOML, with `env:NAME` and `file:PATH` for what does not belong into a file.
//!
//! Every error names the file, the key, what was found and what was expected, and never shows a text that came from
//! outside the file.

mod duration;
mod error;
mod load;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use customs_core::template::Maps;
use sap_soap::pipeline::{QueryConfig, SinkConfig, SourceConfig};
use secrecy::SecretString;
use serde::Deserialize;

pub(crate) use error::ConfigError;

/// The whole file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    /// The file's folder: relative paths begin here.
    #[serde(skip)]
    pub(crate) folder: PathBuf,
    /// The file, for messages.
    #[serde(skip)]
    pub(crate) file: PathBuf,
    #[serde(rename = "job")]
    pub(crate) jobs: Vec<JobConfig>,
    /// Tables for the filter `map:name`.
    #[serde(default, rename = "map")]
    pub(crate) maps: Maps,
    pub(crate) unipass: UnipassConfig,
    #[serde(default)]
    pub(crate) ledger: LedgerConfig,
}

/// `[[job]]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct JobConfig {
    pub(crate) name: String,
    pub(crate) company: String,
    /// How often the job runs.
    #[serde(default = "five_minutes", with = "duration")]
    pub(crate) every: Duration,
    /// A run ends by then. Default: four fifths of `every`.
    #[serde(default, with = "duration::optional")]
    pub(crate) deadline: Option<Duration>,
    /// Records fetched at once.
    #[serde(default = "page_size")]
    pub(crate) page_size: usize,
    /// Records in a chunk.
    #[serde(default = "chunk_size")]
    pub(crate) chunk_size: usize,
    pub(crate) source: SourceConfig,
    pub(crate) query: QueryConfig,
    pub(crate) sink: SinkConfig,
}

impl JobConfig {
    pub(crate) fn deadline(&self) -> Duration {
        self.deadline.unwrap_or(self.every * 4 / 5)
    }
}

/// `[unipass]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct UnipassConfig {
    /// One key, or two during a rotation, for each service, by its id or name.
    pub(crate) keys: BTreeMap<String, OneOrTwo>,
    /// The service's address; default: the customs service's own.
    #[serde(default)]
    pub(crate) base_url: Option<String>,
    /// Calls a second for each key.
    #[serde(default)]
    pub(crate) rate: Option<f64>,
    /// Calls at once after a rest.
    #[serde(default = "burst")]
    pub(crate) burst: u32,
    /// Calls under way at once.
    #[serde(default = "in_flight")]
    pub(crate) in_flight: usize,
    /// Calls a day for each key.
    #[serde(default)]
    pub(crate) daily: Option<u64>,
    /// Share of the daily budget kept for urgent records.
    #[serde(default = "urgent_reserve")]
    pub(crate) urgent_reserve: f64,
    /// How long one call may take.
    #[serde(default = "twenty_seconds", with = "duration")]
    pub(crate) timeout: Duration,
    /// How often a call is tried.
    #[serde(default = "attempts")]
    pub(crate) attempts: u32,
    /// The wait before the second try; it doubles from there.
    #[serde(default = "retry_wait", with = "duration")]
    pub(crate) retry_wait: Duration,
    /// Certificates of authorities to trust beside the usual ones: a PEM file.
    #[serde(default)]
    pub(crate) ca_file: Option<String>,
}

/// One key, or two that overlap.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged, expecting = "a key or a list of two keys")]
pub(crate) enum OneOrTwo {
    One(SecretString),
    Two([SecretString; 2]),
}

impl OneOrTwo {
    pub(crate) fn all(&self) -> &[SecretString] {
        match self {
            Self::One(key) => std::slice::from_ref(key),
            Self::Two(keys) => keys,
        }
    }
}

/// `[ledger]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LedgerConfig {
    /// The database.
    #[serde(default = "ledger_url")]
    pub(crate) url: SecretString,
}

impl Default for LedgerConfig {
    fn default() -> Self {
        Self { url: ledger_url() }
    }
}

impl Config {
    /// Reads and checks a file.
    pub(crate) fn load(path: &Path) -> Result<Self, ConfigError> {
        load::load(path)
    }

    /// A path of the file, seen from where the program runs.
    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.folder.join(path)
    }

    /// An error about a key of this file.
    pub(crate) fn error(
        &self,
        key: impl Into<String>,
        found: impl Into<String>,
        expected: impl Into<String>,
    ) -> ConfigError {
        ConfigError::new(&self.file, key, found, expected)
    }
}

fn five_minutes() -> Duration {
    Duration::from_secs(300)
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
