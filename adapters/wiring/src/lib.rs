//! From a configuration file to running pipelines, for every host.
//!
//! [`config::Config`] is the file; [`bootstrap::App`] is what it describes, connected: the ledger and a pipeline for each job.
//! This is the one place that names concrete clients, layers and databases, so that the program, the Lambda bootstrap and
//! a host of your own run the same product.

mod away;
pub mod bootstrap;
pub mod config;
mod lock;
mod pending;
mod webhook;
