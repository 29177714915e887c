//! Reporters and dispatchers.

use std::sync::Arc;

use async_trait::async_trait;
use customs_core::memory::{MemoryAlerter, MemoryDispatcher, MemoryLedger, MemoryReporter};
use customs_core::{
    Alert, Alerter, Chunk, Dispatcher, ErrorFilter, ErrorReport, ErrorReporter, LedgerReader as _,
};
use customs_test_harness::conformance::alerter::AlerterSubject;
use customs_test_harness::conformance::dispatch::DispatchSubject;
use customs_test_harness::conformance::reporter::ReporterSubject;
use customs_test_harness::conformance::{Cannot, ManualClock};
use customs_test_harness::{alerter_suite, dispatch_suite, reporter_suite};

const NEVER_BROKEN: Cannot = Cannot("there is always room in memory");

struct Reporter(MemoryReporter);

#[async_trait]
impl ReporterSubject for Reporter {
    fn reporter(&self) -> &dyn ErrorReporter {
        &self.0
    }

    async fn kept(&self) -> Vec<ErrorReport> {
        self.0.reports()
    }

    async fn break_store(&self) -> Result<(), Cannot> {
        Err(NEVER_BROKEN)
    }
}

struct Ledger(MemoryLedger);

#[async_trait]
impl ReporterSubject for Ledger {
    fn reporter(&self) -> &dyn ErrorReporter {
        &self.0
    }

    async fn kept(&self) -> Vec<ErrorReport> {
        let filter = ErrorFilter {
            run: None,
            key: None,
            episode: None,
            limit: 100,
        };
        let stored = self.0.errors(&filter).await.unwrap();
        let report = |e: customs_core::StoredError| ErrorReport {
            id: e.id,
            at: e.at,
            key: e.key,
            error: e.error,
            receipt: None,
        };
        stored.into_iter().map(report).collect()
    }

    async fn break_store(&self) -> Result<(), Cannot> {
        Err(NEVER_BROKEN)
    }
}

struct Queue(MemoryDispatcher);

impl DispatchSubject for Queue {
    fn dispatcher(&self) -> &dyn Dispatcher {
        &self.0
    }

    fn accepted(&self) -> Vec<Chunk> {
        self.0.chunks()
    }

    fn refuse(&self, chunk: &Chunk) -> Result<(), Cannot> {
        self.0.refuse(chunk.id());
        Ok(())
    }
}

struct People(MemoryAlerter);

#[async_trait]
impl AlerterSubject for People {
    fn alerter(&self) -> &dyn Alerter {
        &self.0
    }

    async fn arrived(&self) -> Vec<String> {
        self.0.alerts().iter().map(Alert::text).collect()
    }

    async fn refuse(&self) -> Result<(), Cannot> {
        self.0.refuse(9);
        Ok(())
    }

    fn secret(&self) -> Option<&str> {
        None
    }
}

alerter_suite!(memory_alerter, async || People(MemoryAlerter::new()));
reporter_suite!(memory_reporter, async || Reporter(MemoryReporter::new()));
reporter_suite!(memory_ledger, async || Ledger(MemoryLedger::new(Arc::new(
    ManualClock::default()
))));
dispatch_suite!(memory_dispatcher, async || Queue(MemoryDispatcher::new()));
