//! Simulators of SAP and UNI-PASS over real HTTP, fault injection, and the conformance suites of customs-core.
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
