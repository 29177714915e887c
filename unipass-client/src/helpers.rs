//! Answers to questions that people ask, where the raw API misleads.
//!
//! Each helper is a pure function over a typed reply; it asks nothing itself and says when it cannot tell.

mod exchange;
mod export;
mod tariff;

pub use exchange::{DayRate, NoRate, rate_on};
pub use export::{ExportDeadline, LoadingStatus, export_deadlines};
pub use tariff::{DayTariff, NoTariff, tariff_on};
