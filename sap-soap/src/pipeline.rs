//! SAP as a [`SourceSystem`](customs_core::SourceSystem) and a [`Sink`](customs_core::Sink), configured in TOML alone: another
//! function module needs no Rust.

mod config;

pub use config::{KeysConfig, PageConfig, QueryConfig, ResultsConfig, SinkConfig, SourceConfig};
