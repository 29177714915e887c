//! In-memory back ends: the reference for every other one, and what examples and tests run on.

mod alerter;
mod audit;
mod customs;
mod dispatcher;
mod ledger;
mod reporter;
mod sink;
mod source;
mod urgent;

pub use alerter::MemoryAlerter;
pub use audit::MemoryAudit;
pub use customs::MemoryCustoms;
pub use dispatcher::MemoryDispatcher;
pub use ledger::MemoryLedger;
pub use reporter::MemoryReporter;
pub use sink::MemorySink;
pub use source::MemorySource;
pub use urgent::MemoryUrgentQueue;

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Locks; a panic elsewhere does not take the data away.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
