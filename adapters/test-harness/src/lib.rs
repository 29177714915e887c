//! Simulators of SAP and UNI-PASS over real HTTP, fault injection, and the conformance suites of customs-core.
//!
//! ```
//! use customs_test_harness::sap::SapSimulator;
//! use customs_test_harness::unipass::UnipassSimulator;
//!
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // One made-up world: the SAP lists deliveries whose cargoes the customs service knows.
//! let sap = SapSimulator::builder().records(1_000).seed(1).start().await?;
//! let customs = UnipassSimulator::builder().seed(1).start().await?;
//! println!("{} and {}", sap.wsdl_url(), customs.base_url());
//! // A tenth of the answers is a page of HTML with status 200.
//! customs.faults().set("html:share=0.1".parse()?);
//! customs.shutdown().await;
//! sap.shutdown().await;
//! # Ok(())
//! # }
//! ```
//!
//! - [`sap`] and [`unipass`]: the simulators. They listen on loopback, on a port of their own, and end when they are dropped.
//! - [`faults`]: what goes wrong between a client and a simulator, in words.
//! - [`world`] and [`month`]: what the simulators show, a pure function of seed and index.
//! - `conformance` (feature, on by default): a suite for each trait of customs-core, one test for each bullet of its contract.
//!
//! [`StartError`] says why a simulator could not be started. Nothing here knows our clients or encoders: a mistake of theirs must not be
//! able to hide behind itself.
#[cfg(feature = "conformance")]
pub mod conformance;
mod data_dir;
mod error;
pub mod faults;
pub mod month;
mod rng;
pub mod sap;
mod server;
pub mod unipass;
pub mod world;

pub use error::StartError;
