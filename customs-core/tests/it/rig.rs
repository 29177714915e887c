//! A pipeline on in-memory back ends, and what tests do to them.

use std::sync::Arc;
use std::time::Duration;

use customs_core::memory::{MemoryCustoms, MemoryLedger, MemoryReporter, MemorySink, MemorySource};
use customs_core::template::Maps;
use customs_core::{
    Clock, CustomsQuery, DueRecord, Fields, Idempotency, Instance, Job, Mapping, Parts, Pipeline, Priority,
    Receipt, RecordKey, RunStatus, TestClock, Trigger,
};

pub(crate) struct Rig {
    pub(crate) clock: TestClock,
    pub(crate) source: MemorySource,
    pub(crate) customs: MemoryCustoms,
    pub(crate) sink: MemorySink,
    pub(crate) reporter: MemoryReporter,
    pub(crate) ledger: MemoryLedger,
    pub(crate) job: Job,
}

pub(crate) fn due(number: usize) -> DueRecord {
    DueRecord {
        key: key(number),
        query: CustomsQuery::new(
            "API001",
            [("cargMtNo", format!("C{number:05}"))].into_iter().collect(),
        ),
        priority: Priority::Normal,
        origin: [("Bukrs", "1000")].into_iter().collect(),
        current: None,
    }
}

pub(crate) fn key(number: usize) -> RecordKey {
    RecordKey::from_parts(["1000", &format!("{number:05}")])
}

impl Rig {
    /// `records` due records, all found at customs, small pages and chunks, an idempotent sink that the source reflects.
    pub(crate) fn new(records: usize) -> Self {
        Self::with_sink(records, MemorySink::new(Idempotency::ByKey))
    }

    pub(crate) fn with_sink(records: usize, sink: MemorySink) -> Self {
        let columns = [
            ("Bukrs", "{origin.Bukrs}"),
            ("Stats", "{csclPrgsStts}"),
            ("Udate", "{as_of|date}"),
        ];
        let columns = columns
            .iter()
            .map(|(n, t)| ((*n).to_owned(), t.parse().unwrap()))
            .collect();
        let mut job = Job::new(
            "1000",
            "import-cargo",
            Mapping::new(columns, Maps::new()).unwrap(),
        );
        job.page_size = 7;
        job.chunk_size = 5;
        let clock = TestClock::starting_at("2026-11-23T03:00:00Z".parse().unwrap());
        let rig = Self {
            clock,
            source: MemorySource::new((0..records).map(due)).reflecting(sink.clone(), &["Stats"]),
            customs: MemoryCustoms::new(),
            sink,
            reporter: MemoryReporter::new(),
            ledger: MemoryLedger::new(Arc::new(clock)),
            job,
        };
        for number in 0..records {
            rig.found(number, "반출완료");
        }
        rig
    }

    pub(crate) fn found(&self, number: usize, status: &str) {
        self.customs.put(
            &format!("C{number:05}"),
            status,
            "2026-11-20T06:05:15Z".parse().unwrap(),
        );
    }

    pub(crate) fn parts(&self) -> Parts {
        Parts {
            source: Arc::new(self.source.clone()),
            customs: Arc::new(self.customs.clone()),
            sink: Arc::new(self.sink.clone()),
            reporter: Arc::new(self.reporter.clone()),
            runs: Arc::new(self.ledger.clone()),
            records: Arc::new(self.ledger.clone()),
        }
    }

    pub(crate) fn pipeline(&self) -> Pipeline {
        self.pipeline_of(self.parts())
    }

    pub(crate) fn pipeline_of(&self, parts: Parts) -> Pipeline {
        Pipeline::with(self.job.clone(), parts, Instance::new("test", true), self.clock())
    }

    pub(crate) fn clock(&self) -> Arc<dyn Clock> {
        Arc::new(self.clock)
    }

    pub(crate) fn now(&self) -> jiff::Timestamp {
        self.clock.now()
    }

    pub(crate) async fn run(&self) -> Receipt {
        self.pipeline().run_once(Trigger::Schedule).await
    }

    pub(crate) fn held(&self, number: usize) -> Option<Fields> {
        self.sink.held(&key(number))
    }
}

/// Checks what must hold for every receipt: it adds up. Returns `[pushed, unchanged, not_found, failed, deferred]`.
pub(crate) fn counts(receipt: &Receipt) -> [u64; 5] {
    let Receipt {
        pushed,
        unchanged,
        not_found,
        failed,
        deferred,
        ..
    } = *receipt;
    assert!(receipt.balanced, "{receipt:?}");
    assert_eq!(
        receipt.due,
        pushed + unchanged + not_found + failed + deferred,
        "{receipt:?}"
    );
    assert_eq!(
        receipt.reasons.failed.values().sum::<u64>(),
        failed,
        "{receipt:?}"
    );
    assert_eq!(
        receipt.reasons.deferred.values().sum::<u64>(),
        deferred,
        "{receipt:?}"
    );
    [pushed, unchanged, not_found, failed, deferred]
}

pub(crate) fn assert_succeeded(receipt: &Receipt) {
    assert_eq!(
        (receipt.status, &receipt.error),
        (RunStatus::Succeeded, &None),
        "{receipt:?}"
    );
}

pub(crate) const MINUTE: Duration = Duration::from_secs(60);
