//! One runnable file per task, in `src/bin`; the README lists them. Each starts the simulators it needs, so that it runs as it is
//! (the one for Lambda is started by Lambda); with addresses and keys of your own it runs against the real systems.
//!
//! This library holds what the example `typed_code` shows: the types of the simulated SAP's WSDL, as `customs sap codegen`
//! generates them. A test sees to it that they are those of today's generator.

/// The types of the simulated SAP's WSDL.
#[path = "generated/zcustoms.rs"]
#[rustfmt::skip]
pub mod zcustoms;
