//! A job's source and sink as they stand in TOML. Nothing here is secret-free by itself: a host replaces `env:NAME` by the
//! variable's text before it reads these types.

use std::collections::BTreeMap;

use customs_core::template::Template;
use secrecy::SecretString;
use serde::Deserialize;

/// `[job.source]`: the function module that lists due records, how to reach it, and what its rows mean.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceConfig {
    /// The WSDL: a file (relative to the configuration's folder) or an `http(s)` address.
    pub wsdl: String,
    /// Where to send requests; default: what the WSDL says.
    #[serde(default)]
    pub endpoint: Option<String>,
    /// The SAP user.
    #[serde(default)]
    pub user: Option<String>,
    /// Its password.
    #[serde(default)]
    pub password: Option<SecretString>,
    /// The mandant (`sap-client`), three digits; default: the system's own.
    #[serde(default)]
    pub mandant: Option<String>,
    /// The logon language (`sap-language`); default: the user's own.
    #[serde(default)]
    pub language: Option<String>,
    /// Certificates of authorities to trust beside the usual ones: a PEM file.
    #[serde(default)]
    pub ca_file: Option<String>,
    /// The certificate (X.509) with which to log on, and its chain: a PEM file.
    #[serde(default)]
    pub client_cert_file: Option<String>,
    /// The private key of that certificate, PEM.
    #[serde(default)]
    pub client_key: Option<SecretString>,
    /// The proxy: `http://host:port`, a user in it allowed.
    #[serde(default)]
    pub proxy: Option<SecretString>,
    /// The operation, as the WSDL names it.
    pub operation: String,
    /// Parameters that are always the same.
    #[serde(default)]
    pub params: BTreeMap<String, String>,
    /// The table parameter that holds the due records.
    pub rows: String,
    /// How to read page by page; default: everything in one reply.
    #[serde(default)]
    pub page: Option<PageConfig>,
    /// How to ask for single records; default: read the whole list and pick.
    #[serde(default)]
    pub keys: Option<KeysConfig>,
    /// Fields that identify a row, in order.
    pub key: Vec<String>,
    /// Fields that go back with the answer. Default: those of `key`.
    #[serde(default)]
    pub origin: Vec<String>,
    /// Fields that tell what SAP holds now; each is named like the sink's column that writes it.
    #[serde(default, deserialize_with = "one_or_many")]
    pub current: Vec<String>,
    /// Which rows are urgent; default: none.
    #[serde(default)]
    pub urgent: Option<UrgentConfig>,
}

/// A row is urgent when its field holds one of these values.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UrgentConfig {
    /// The field.
    pub field: String,
    /// The values.
    pub values: Vec<String>,
}

/// Reading page by page.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PageConfig {
    /// The parameter that takes the page's size.
    pub size: String,
    /// The parameter that takes where the page begins.
    pub cursor: String,
    /// The reply's parameter that tells where the next page begins (empty: nowhere). Default: the next page begins after the
    /// key of the last row, in its text form (`1000/0080001234`), and a page that is not full is the last.
    #[serde(default)]
    pub next: Option<String>,
}

/// Asking for single records.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeysConfig {
    /// The table parameter that takes the keys; its columns are named like the fields of `key`.
    pub table: String,
}

/// `[job.query]`: which service to ask, and how its parameters come from a row's fields.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QueryConfig {
    /// The service's id or name.
    pub service: String,
    /// Parameters by wire name. A parameter that comes out empty is left out.
    pub params: BTreeMap<String, Template>,
}

/// `[job.sink]`: the function module that takes changes. How to reach it is the source's, where it says nothing of its own.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SinkConfig {
    /// The WSDL; default: the source's.
    #[serde(default)]
    pub wsdl: Option<String>,
    /// Where to send requests; default: the source's, if the WSDL is the source's too.
    #[serde(default)]
    pub endpoint: Option<String>,
    /// The SAP user; default: the source's.
    #[serde(default)]
    pub user: Option<String>,
    /// Its password; default: the source's.
    #[serde(default)]
    pub password: Option<SecretString>,
    /// The operation, as the WSDL names it.
    pub operation: String,
    /// Parameters that are always the same.
    #[serde(default)]
    pub params: BTreeMap<String, String>,
    /// The table parameter that takes the rows.
    pub rows: String,
    /// How to tell what became of each row; default: all or nothing.
    #[serde(default)]
    pub results: Option<ResultsConfig>,
    /// Rows in one call. Default 500.
    #[serde(default = "default_max_batch")]
    pub max_batch: usize,
    /// The columns of a row. A column that comes out empty is sent as its initial value.
    pub columns: BTreeMap<String, Template>,
}

/// The reply's table with results (BAPIRET2), and how its rows belong to the rows that were sent.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResultsConfig {
    /// The table parameter.
    pub table: String,
    /// The field that holds the number of the row sent, from 1; 0 means all rows.
    #[serde(default)]
    pub row: Option<String>,
    /// Instead: columns that stand in both rows and identify them.
    #[serde(default)]
    pub key: Vec<String>,
}

fn default_max_batch() -> usize {
    500
}

fn one_or_many<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged, expecting = "a field's name or a list of them")]
    enum OneOrMany {
        One(String),
        Many(Vec<String>),
    }
    Ok(match OneOrMany::deserialize(deserializer)? {
        OneOrMany::One(name) => vec![name],
        OneOrMany::Many(names) => names,
    })
}
