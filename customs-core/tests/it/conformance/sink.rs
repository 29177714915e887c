use std::time::Duration;

use customs_core::layers::{ErrorContext, Retry, RetryPolicy, Timeout, Trace};
use customs_core::memory::MemorySink;
use customs_core::{Delivery, Error, ErrorKind, Fields, Idempotency, RecordKey, Sink};
use customs_test_harness::conformance::Cannot;
use customs_test_harness::conformance::sink::SinkSubject;
use customs_test_harness::sink_suite;

use crate::rig::key;

struct Subject {
    memory: MemorySink,
    sink: Box<dyn Sink>,
}

fn subject<T: Sink>(idempotency: Idempotency, layer: impl FnOnce(MemorySink) -> T) -> Subject {
    let memory = MemorySink::new(idempotency);
    Subject {
        sink: Box::new(layer(memory.clone())),
        memory,
    }
}

impl SinkSubject for Subject {
    fn sink(&self) -> &dyn Sink {
        &*self.sink
    }

    fn delivery(&self, number: usize, status: &str) -> Delivery {
        Delivery {
            key: key(number),
            idempotency_key: format!("{number:030}{status}"),
            observed_at: "2026-11-23T03:00:00Z".parse().unwrap(),
            columns: Fields::from_iter([("Stats", status)]),
            corrected: false,
        }
    }

    fn held(&self, key: &RecordKey) -> Option<String> {
        self.memory.held(key)?.get("Stats").map(str::to_owned)
    }

    fn writes(&self, key: &RecordKey) -> u64 {
        self.memory.writes().iter().filter(|(k, _)| k == key).count() as u64
    }

    fn requests(&self) -> u64 {
        self.memory.batches().len() as u64
    }

    fn refuse(&self, key: &RecordKey) -> Result<(), Cannot> {
        self.memory
            .fail_times(key.clone(), u32::MAX, || Error::new(ErrorKind::Refused, "locked"));
        Ok(())
    }

    fn lose_answer(&self) -> Result<(), Cannot> {
        self.memory.lose_answers(1);
        Ok(())
    }
}

const BY_KEY: Idempotency = Idempotency::ByKey;

sink_suite!(memory, async || subject(BY_KEY, |sink| sink));
sink_suite!(memory_without_keys, async || subject(Idempotency::None, |sink| {
    sink
}));
sink_suite!(trace, async || subject(BY_KEY, Trace::new));
sink_suite!(error_context, async || subject(BY_KEY, |sink| ErrorContext::new(
    sink,
    "https://sap.example"
)));
sink_suite!(
    #[tokio::test(start_paused = true)]
    retry,
    async || subject(BY_KEY, |sink| { Retry::new(sink, RetryPolicy::default()) })
);
sink_suite!(
    #[tokio::test(start_paused = true)]
    retry_without_keys,
    async || subject(Idempotency::None, |sink| {
        Retry::new(sink, RetryPolicy::default())
    })
);
sink_suite!(
    #[tokio::test(start_paused = true)]
    timeout,
    async || subject(BY_KEY, |sink| { Timeout::new(sink, Duration::from_secs(60)) })
);
