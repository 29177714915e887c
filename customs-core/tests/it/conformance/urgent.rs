use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use customs_core::memory::{MemoryAudit, MemoryUrgentQueue};
use customs_core::{AuditLog, UrgentQueue};
use customs_test_harness::conformance::ManualClock;
use customs_test_harness::conformance::audit_log::AuditSubject;
use customs_test_harness::conformance::urgent_queue::UrgentSubject;
use customs_test_harness::{audit_log_suite, urgent_queue_suite};

struct Subject {
    clock: Arc<ManualClock>,
    queue: MemoryUrgentQueue,
}

fn subject() -> Subject {
    let clock = Arc::new(ManualClock::default());
    Subject {
        queue: MemoryUrgentQueue::new(clock.clone()),
        clock,
    }
}

#[async_trait]
impl UrgentSubject for Subject {
    fn queue(&self) -> &dyn UrgentQueue {
        &self.queue
    }

    async fn other(&self) -> Box<dyn UrgentQueue> {
        Box::new(self.queue.clone())
    }

    async fn advance(&self, by: Duration) {
        self.clock.advance(by);
    }
}

struct Audit(MemoryAudit);

#[async_trait]
impl AuditSubject for Audit {
    fn log(&self) -> &dyn AuditLog {
        &self.0
    }

    async fn other(&self) -> Box<dyn AuditLog> {
        Box::new(self.0.clone())
    }
}

audit_log_suite!(audit, async || Audit(MemoryAudit::new()));
urgent_queue_suite!(urgent, async || subject());
