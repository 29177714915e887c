//! From a configuration file to running pipelines, for every host.
//!
//! [`config::Config`] is the file; [`bootstrap::App`] is what it describes, connected: the ledger and a pipeline for each job.
//! This is the one place that names concrete clients, layers and databases, so that the program, the Lambda bootstrap and
//! a host of your own run the same product.
//!
//! ```
//! use customs_wiring::bootstrap::App;
//! use customs_wiring::config::Config;
//!
//! /// One run of every job, as `customs once` does it.
//! async fn once(file: &std::path::Path) -> anyhow::Result<()> {
//!     let app = App::build(&Config::load(file)?).await?;
//!     for pipeline in &app.pipelines {
//!         let receipt = pipeline.run_once(customs_core::Trigger::Schedule).await;
//!         println!("{}: {}", pipeline.job().name, receipt.status.as_str());
//!     }
//!     app.carry().await;
//!     Ok(())
//! }
//! ```
//!
//! # Errors
//!
//! [`config::ConfigError`] names the file, the key, what was found and what was expected, and shows no secret. What goes wrong while
//! connecting comes with the section that it belongs to. A SAP that is away is no error: its runs fail until it is back.
//!
//! # Features
//!
//! `postgres` and `mysql` add the ledger on a server; SQLite is always there.

mod away;
pub mod bootstrap;
pub mod config;
pub mod door;
mod lock;
mod pending;
mod webhook;
