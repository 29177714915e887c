//! SAP as a [`SourceSystem`](customs_core::SourceSystem) and a [`Sink`](customs_core::Sink), configured in TOML alone: another
//! function module needs no Rust.

mod config;
mod error;
mod sink;
mod source;

pub use config::{
    KeysConfig, PageConfig, QueryConfig, ResultsConfig, SinkConfig, SourceConfig, UrgentConfig,
};
pub use sink::SapSink;
pub use source::SapSource;
