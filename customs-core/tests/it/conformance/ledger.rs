use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use customs_core::layers::Housekeeping;
use customs_core::memory::MemoryLedger;
use customs_core::{
    AlertLedger, Clock as _, EpisodeLedger, ErrorReporter, ErrorStore, JobLedger, Keep, LedgerReader,
    QuotaLedger, RecordLedger, Retention, RunLedger,
};
use customs_test_harness::conformance::ledger::LedgerSubject;
use customs_test_harness::conformance::{Cannot, ManualClock};
use customs_test_harness::{
    alert_ledger_suite, episode_ledger_suite, error_store_suite, job_ledger_suite, ledger_reader_suite,
    quota_ledger_suite, record_ledger_suite, retention_suite, run_ledger_suite,
};
use jiff::Timestamp;

struct Subject {
    clock: Arc<ManualClock>,
    ledger: MemoryLedger,
    runs: Arc<dyn RunLedger>,
}

fn subject() -> Subject {
    let clock = Arc::new(ManualClock::default());
    let ledger = MemoryLedger::new(clock.clone());
    Subject {
        runs: Arc::new(ledger.clone()),
        ledger,
        clock,
    }
}

/// The same, and old rows are forgotten after each run.
fn housekept() -> Subject {
    let subject = subject();
    let ledger = Arc::new(subject.ledger.clone());
    Subject {
        runs: Arc::new(Housekeeping::new(ledger.clone(), ledger, Keep::default())),
        ..subject
    }
}

#[async_trait]
impl LedgerSubject for Subject {
    fn runs(&self) -> &dyn RunLedger {
        &*self.runs
    }

    fn records(&self) -> &dyn RecordLedger {
        &self.ledger
    }

    fn quota(&self) -> &dyn QuotaLedger {
        &self.ledger
    }

    fn episodes(&self) -> &dyn EpisodeLedger {
        &self.ledger
    }

    fn alerts(&self) -> &dyn AlertLedger {
        &self.ledger
    }

    fn jobs(&self) -> &dyn JobLedger {
        &self.ledger
    }

    fn retention(&self) -> &dyn Retention {
        &self.ledger
    }

    fn reporter(&self) -> &dyn ErrorReporter {
        &self.ledger
    }

    fn store(&self) -> &dyn ErrorStore {
        &self.ledger
    }

    fn reader(&self) -> &dyn LedgerReader {
        &self.ledger
    }

    async fn advance(&self, by: Duration) {
        self.clock.advance(by);
    }

    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    async fn break_settling(&self) -> Result<(), Cannot> {
        Err(Cannot("nothing can fail in the middle of a change in memory"))
    }

    async fn mend_settling(&self) {}
}

run_ledger_suite!(runs, async || subject());
run_ledger_suite!(housekept_runs, async || housekept());
record_ledger_suite!(records, async || subject());
quota_ledger_suite!(quota, async || subject());
ledger_reader_suite!(reader, async || subject());
episode_ledger_suite!(episodes, async || subject());
alert_ledger_suite!(alerts, async || subject());
job_ledger_suite!(jobs, async || subject());
retention_suite!(retention, async || subject());
error_store_suite!(error_store, async || subject());
