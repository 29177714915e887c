//! Whole runs on a ledger, and what is left when they are cut, hindered or repeated: nothing is lost, SAP sees each state
//! once, and the next run completes with nobody helping.
//!
//! Source, customs and sink are those in memory, so that all which differs between subjects is the ledger.

mod clock;
mod copies;
mod kill;
mod points;
mod scene;
mod trouble;

use std::sync::Arc;

use async_trait::async_trait;
use customs_core::{ErrorReporter, LedgerReader, RecordLedger, RunLedger};

pub use clock::{
    SteppingClock, a_clock_that_steps_between_runs_holds_nothing_up,
    a_clock_that_steps_in_a_run_loses_nothing,
};
pub use copies::{copies_of_a_chunk_count_once, late_chunks_change_nothing};
pub use kill::a_kill_at_any_point_loses_nothing;
pub use scene::{Sap, Scene};
pub use trouble::a_ledger_that_fails_loses_nothing;

/// Tests of whole runs on a ledger: `recovery_suite!(name, factory)`, where the factory makes a
/// [`RecoverySubject`](crate::conformance::recovery::RecoverySubject) and is awaited. An attribute in front replaces
/// `#[tokio::test]`.
#[macro_export]
macro_rules! recovery_suite {
    ($name:ident, $factory:expr) => {
        $crate::recovery_suite!(
            #[tokio::test]
            $name,
            $factory
        );
    };
    (#[$test:meta] $name:ident, $factory:expr) => {
        $crate::conformance_tests! {
            #[$test] $name, $factory, recovery:
            a_kill_at_any_point_loses_nothing,
            a_ledger_that_fails_loses_nothing,
            copies_of_a_chunk_count_once,
            late_chunks_change_nothing,
            a_clock_that_steps_in_a_run_loses_nothing,
            a_clock_that_steps_between_runs_holds_nothing_up,
        }
    };
}

/// A ledger that lives longer than the processes which use it.
#[async_trait]
pub trait RecoverySubject: Send + Sync {
    /// The ledger as a process sees it that has just started. It is called inside the process's own runtime.
    async fn open(&self) -> Ledger;

    /// The clock that the subject was made with; runs read it, too.
    fn clock(&self) -> Arc<SteppingClock>;

    /// Whether nothing but tokio's clock is waited for, so that it can be paused: no thread, no socket.
    fn waits_only_in_tokio(&self) -> bool;

    /// Of the points at which something may happen, each so-many-th is taken: 1 takes all. `CUSTOMS_KILL_POINTS=all` does so
    /// for every subject.
    fn stride(&self) -> usize;
}

/// The faces of one ledger that a run needs.
#[derive(Debug, Clone)]
pub struct Ledger {
    runs: Arc<dyn RunLedger>,
    records: Arc<dyn RecordLedger>,
    reporter: Arc<dyn ErrorReporter>,
    reader: Arc<dyn LedgerReader>,
}

impl Ledger {
    /// All faces of one ledger.
    pub fn new<L: RunLedger + RecordLedger + ErrorReporter + LedgerReader>(ledger: Arc<L>) -> Self {
        Self {
            runs: ledger.clone(),
            records: ledger.clone(),
            reporter: ledger.clone(),
            reader: ledger,
        }
    }
}

fn stride(subject: &impl RecoverySubject) -> usize {
    if std::env::var("CUSTOMS_KILL_POINTS").is_ok_and(|points| points == "all") {
        1
    } else {
        subject.stride().max(1)
    }
}

/// Does some work as a process of its own: on a thread with a runtime, both gone at its end, with all that was under way.
fn in_a_process<T: Send>(paused: bool, work: impl AsyncFnOnce() -> T + Send) -> T {
    std::thread::scope(|threads| {
        let process = threads.spawn(|| {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .start_paused(paused)
                .build()
                .unwrap();
            runtime.block_on(work())
        });
        process
            .join()
            .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}
