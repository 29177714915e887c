use std::sync::Arc;

use async_trait::async_trait;
use customs_core::memory::MemoryLedger;
use customs_test_harness::conformance::recovery::{Ledger, RecoverySubject, SteppingClock};
use customs_test_harness::recovery_suite;

struct Subject {
    clock: Arc<SteppingClock>,
    ledger: MemoryLedger,
}

fn subject() -> Subject {
    let clock = Arc::new(SteppingClock::default());
    Subject {
        ledger: MemoryLedger::new(clock.clone()),
        clock,
    }
}

#[async_trait]
impl RecoverySubject for Subject {
    async fn open(&self) -> Ledger {
        Ledger::new(Arc::new(self.ledger.clone()))
    }

    fn clock(&self) -> Arc<SteppingClock> {
        self.clock.clone()
    }

    fn waits_only_in_tokio(&self) -> bool {
        true
    }

    fn stride(&self) -> usize {
        1
    }
}

recovery_suite!(recovery, async || subject());
