//! What every implementation of a trait of customs-core must do, as tests: one suite per trait, one test per bullet of the
//! trait's contract, under the bullet's name.
//!
//! A suite is a module of plain functions and a macro. The macro makes a module of tests, one per bullet, each with a fresh
//! subject: whatever implements the suite's subject trait. A subject tells the suite what it cannot see from outside, such as
//! what a sink holds. What it cannot do it answers with [`Cannot`] and the reason; the test prints it and does the rest.
//!
//! | trait | subject | macro |
//! |---|---|---|
//! | `SourceSystem` | [`source::SourceSubject`] | [`source_suite!`](crate::source_suite) |
//! | `CustomsApi` | [`customs::CustomsSubject`] | [`customs_suite!`](crate::customs_suite) |
//! | `Sink` | [`sink::SinkSubject`] | [`sink_suite!`](crate::sink_suite) |
//! | `ErrorReporter` | [`reporter::ReporterSubject`] | [`reporter_suite!`](crate::reporter_suite) |
//! | `Dispatcher` | [`dispatch::DispatchSubject`] | [`dispatch_suite!`](crate::dispatch_suite) |
//! | `RunLedger` | [`ledger::LedgerSubject`] | [`run_ledger_suite!`](crate::run_ledger_suite) |
//! | `RecordLedger` | [`ledger::LedgerSubject`] | [`record_ledger_suite!`](crate::record_ledger_suite) |
//! | `QuotaLedger` | [`ledger::LedgerSubject`] | [`quota_ledger_suite!`](crate::quota_ledger_suite) |
//! | `EpisodeLedger` | [`ledger::LedgerSubject`] | [`episode_ledger_suite!`](crate::episode_ledger_suite) |
//! | `AlertLedger` | [`ledger::LedgerSubject`] | [`alert_ledger_suite!`](crate::alert_ledger_suite) |
//! | `JobLedger` | [`ledger::LedgerSubject`] | [`job_ledger_suite!`](crate::job_ledger_suite) |
//! | `Retention` | [`ledger::LedgerSubject`] | [`retention_suite!`](crate::retention_suite) |
//! | `ErrorStore` | [`ledger::LedgerSubject`] | [`error_store_suite!`](crate::error_store_suite) |
//! | `Alerter` | [`alerter::AlerterSubject`] | [`alerter_suite!`](crate::alerter_suite) |
//! | `LedgerReader` | [`ledger::LedgerSubject`] | [`ledger_reader_suite!`](crate::ledger_reader_suite) |
//! | all ledgers together, under a whole run that is cut, hindered or repeated | [`recovery::RecoverySubject`] | [`recovery_suite!`](crate::recovery_suite) |
//! | `AuditLog` | [`audit_log::AuditSubject`] | [`audit_log_suite!`](crate::audit_log_suite) |
//! | `UrgentQueue` | [`urgent_queue::UrgentSubject`] | [`urgent_queue_suite!`](crate::urgent_queue_suite) |
//!
//! ```no_run
//! use customs_test_harness::conformance::Cannot;
//! use customs_test_harness::conformance::dispatch::DispatchSubject;
//! # use customs_core::{Chunk, Dispatcher, memory::MemoryDispatcher};
//!
//! struct Queue(MemoryDispatcher);
//!
//! impl DispatchSubject for Queue {
//!     fn dispatcher(&self) -> &dyn Dispatcher {
//!         &self.0
//!     }
//!     fn accepted(&self) -> Vec<Chunk> {
//!         self.0.chunks()
//!     }
//!     fn refuse(&self, _chunk: &Chunk) -> Result<(), Cannot> {
//!         Err(Cannot("this queue takes everything"))
//!     }
//! }
//!
//! customs_test_harness::dispatch_suite!(queue, async || Queue(MemoryDispatcher::new()));
//! ```
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "these are tests: they fail by panicking and say what they skip"
)]

pub mod alert_ledger;
pub mod alerter;
pub mod audit_log;
pub mod customs;
pub mod dispatch;
pub mod episode_ledger;
pub mod error_store;
pub mod job_ledger;
pub mod ledger;
pub mod ledger_reader;
pub mod quota_ledger;
pub mod record_ledger;
pub mod recovery;
pub mod reporter;
pub mod retention;
pub mod run_ledger;
pub mod sink;
pub mod source;
pub mod urgent_queue;

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use customs_core::{CallContext, Clock};
use jiff::Timestamp;

/// A subject cannot do what a test asks for, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cannot(pub &'static str);

/// Whether the subject did it; prints the reason if not.
fn able<T>(answer: Result<T, Cannot>) -> Option<T> {
    answer
        .map_err(|Cannot(reason)| println!("skipped: {reason}"))
        .ok()
}

/// A clock that stands still until it is moved: for ledgers on real threads, where tokio's paused clock does not help.
#[derive(Debug)]
pub struct ManualClock(Mutex<Timestamp>);

impl ManualClock {
    /// A clock that shows `now`.
    #[must_use]
    pub fn new(now: Timestamp) -> Self {
        Self(Mutex::new(now))
    }

    /// Moves it on.
    pub fn advance(&self, by: Duration) {
        let mut now = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *now = now.saturating_add(by).unwrap_or(Timestamp::MAX);
    }
}

impl Default for ManualClock {
    /// A clock at noon of a working day in Korea.
    fn default() -> Self {
        Self::new(at(0))
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A second of the day on which all tests happen, counted from noon in Korea.
fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_795_402_800 + second).unwrap()
}

/// A run of one company's job.
fn run(id: &str) -> CallContext {
    CallContext::new("1000".into(), "import".into(), id.into())
}

/// Makes a module of tests, one per bullet; the suites' macros call it.
#[doc(hidden)]
#[macro_export]
macro_rules! conformance_tests {
    (#[$test:meta] $name:ident, $factory:expr, $suite:ident: $($bullet:ident),+ $(,)?) => {
        mod $name {
            use super::*;
            $(
                #[$test]
                async fn $bullet() {
                    $crate::conformance::$suite::$bullet(&($factory)().await).await;
                }
            )+
        }
    };
}
