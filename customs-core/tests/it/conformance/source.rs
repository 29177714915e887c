use std::time::Duration;

use customs_core::layers::{ErrorContext, Retry, RetryPolicy, Timeout, Trace};
use customs_core::memory::MemorySource;
use customs_core::{RecordKey, SourceSystem};
use customs_test_harness::conformance::Cannot;
use customs_test_harness::conformance::source::SourceSubject;
use customs_test_harness::source_suite;

use crate::rig::{due, key};

struct Subject(Box<dyn SourceSystem>);

/// Records 0 to 5, and broken rows first, among them and last.
fn subject<T: SourceSystem>(layer: impl FnOnce(MemorySource) -> T) -> Subject {
    let memory = MemorySource::new((0..6).map(due));
    for key in broken() {
        memory.add_broken(key);
    }
    Subject(Box::new(layer(memory)))
}

fn broken() -> Vec<RecordKey> {
    ["0999/1", "1000/00002a", "2000/1"].map(RecordKey::from).to_vec()
}

impl SourceSubject for Subject {
    fn source(&self) -> &dyn SourceSystem {
        &*self.0
    }

    fn due(&self) -> Vec<RecordKey> {
        (0..6).map(key).chain(broken()).collect()
    }

    fn broken(&self) -> Result<Vec<RecordKey>, Cannot> {
        Ok(broken())
    }

    fn not_due(&self) -> Result<RecordKey, Cannot> {
        Err(Cannot("this source holds due records only"))
    }

    fn reads(&self) -> Result<u64, Cannot> {
        Err(Cannot("there is no other side that could count"))
    }
}

source_suite!(memory, async || subject(|source| source));
source_suite!(trace, async || subject(Trace::new));
source_suite!(error_context, async || subject(|source| ErrorContext::new(
    source,
    "https://sap.example"
)));
source_suite!(
    #[tokio::test(start_paused = true)]
    retry,
    async || subject(|source| { Retry::new(source, RetryPolicy::default()) })
);
source_suite!(
    #[tokio::test(start_paused = true)]
    timeout,
    async || subject(|source| { Timeout::new(source, Duration::from_secs(60)) })
);
