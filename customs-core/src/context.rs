//! What every call carries: whose work it is, in which run, and until when.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use crate::{Priority, Turns};

/// A company (SAP company code, `Bukrs`), as named in the configuration.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CompanyId(pub Arc<str>);

/// A job's name, as in the configuration.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct JobName(pub Arc<str>);

/// Names one run. Sorts by time: `20261123T031705Z-1f0c9a2b`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RunId(pub Arc<str>);

macro_rules! text_id {
    ($($name:ident),*) => {$(
        impl $name {
            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.into())
            }
        }
        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text.into())
            }
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}
text_id!(CompanyId, JobName, RunId);

impl RunId {
    /// A new id: the time to the second, then 32 random bits.
    pub fn new(now: Timestamp) -> Self {
        Self(format!("{}-{:08x}", now.strftime("%Y%m%dT%H%M%SZ"), fastrand::u32(..)).into())
    }
}

/// Counts the calls that really left the process. Clients count, hosts read; shared by all clones of a context.
#[derive(Debug, Default)]
pub struct Meter {
    /// Counts the same, with others.
    outer: Option<Arc<Meter>>,
    customs_calls: AtomicU64,
    customs_us: AtomicU64,
    source_reads: AtomicU64,
    sink_writes: AtomicU64,
}

impl Meter {
    /// One request to customs.
    pub fn count_customs_call(&self) {
        self.customs_calls.fetch_add(1, Ordering::Relaxed);
        if let Some(outer) = &self.outer {
            outer.count_customs_call();
        }
    }

    /// How long customs took for a call, or for its being cut off.
    pub fn add_customs_time(&self, time: Duration) {
        let us = u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        self.customs_us.fetch_add(us, Ordering::Relaxed);
        if let Some(outer) = &self.outer {
            outer.add_customs_time(time);
        }
    }

    /// One read request to the source system.
    pub fn count_source_read(&self) {
        self.source_reads.fetch_add(1, Ordering::Relaxed);
        if let Some(outer) = &self.outer {
            outer.count_source_read();
        }
    }

    /// One write request to the sink.
    pub fn count_sink_write(&self) {
        self.sink_writes.fetch_add(1, Ordering::Relaxed);
        if let Some(outer) = &self.outer {
            outer.count_sink_write();
        }
    }

    /// What was counted so far.
    pub fn calls(&self) -> Calls {
        Calls {
            customs_calls: self.customs_calls.load(Ordering::Relaxed),
            customs_ms: self.customs_us.load(Ordering::Relaxed) / 1000,
            source_reads: self.source_reads.load(Ordering::Relaxed),
            sink_writes: self.sink_writes.load(Ordering::Relaxed),
        }
    }
}

/// Requests that left the process.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Calls {
    /// Requests to customs, repeats included.
    pub customs_calls: u64,
    /// How long customs took for them, all added up, in milliseconds.
    #[serde(default)]
    pub customs_ms: u64,
    /// Read requests to the source system.
    pub source_reads: u64,
    /// Write requests to the sink.
    pub sink_writes: u64,
}

/// Whose call it is, in which run, and until when. Cheap to clone.
#[derive(Debug, Clone)]
pub struct CallContext {
    /// The company.
    pub company: CompanyId,
    /// The job.
    pub job: JobName,
    /// The run.
    pub run: RunId,
    /// Follows one piece of work through logs, messages and tables (the chunk, or the record).
    pub correlation: Arc<str>,
    /// No work goes on past this instant.
    pub deadline: Option<Instant>,
    /// Which try this is, from 1.
    pub attempt: u32,
    /// Urgent work may use the reserved part of the budget.
    pub priority: Priority,
    /// Where requests are counted.
    pub meter: Arc<Meter>,
    /// The turns towards customs of the chunk, where it carries a slice of the rate: they stand for the process's own rate.
    pub turns: Option<Arc<Turns>>,
    /// How many calls of the same service and priority wait behind this one, which has its turn: what each of them will need may be
    /// got for all of them now.
    pub behind: u64,
}

impl CallContext {
    /// A context without deadline, at its first attempt, with a meter of its own.
    pub fn new(company: CompanyId, job: JobName, run: RunId) -> Self {
        let correlation = run.0.clone();
        Self {
            company,
            job,
            run,
            correlation,
            deadline: None,
            attempt: 1,
            priority: Priority::Normal,
            meter: Arc::default(),
            turns: None,
            behind: 0,
        }
    }

    /// The same context with `correlation`.
    #[must_use]
    pub fn correlated(&self, correlation: impl Into<Arc<str>>) -> Self {
        Self {
            correlation: correlation.into(),
            ..self.clone()
        }
    }

    /// The same context that ends at `deadline`, or earlier if it did already.
    #[must_use]
    pub fn until(&self, deadline: Instant) -> Self {
        let deadline = Some(self.deadline.map_or(deadline, |own| own.min(deadline)));
        Self {
            deadline,
            ..self.clone()
        }
    }

    /// The same context for try number `attempt`.
    #[must_use]
    pub fn attempt(&self, attempt: u32) -> Self {
        Self {
            attempt,
            ..self.clone()
        }
    }

    /// The same context with a fresh meter, to count one piece of work on its own.
    #[must_use]
    pub fn metered(&self) -> Self {
        Self {
            meter: Arc::default(),
            ..self.clone()
        }
    }

    /// The same context with a meter that begins at zero and counts for this context's meter too.
    #[must_use]
    pub fn metered_within(&self) -> Self {
        let meter = Meter {
            outer: Some(Arc::clone(&self.meter)),
            ..Meter::default()
        };
        Self {
            meter: Arc::new(meter),
            ..self.clone()
        }
    }

    /// Time left; `None` when there is no deadline, zero when it has passed (zero is a value, not "no deadline").
    pub fn remaining(&self) -> Option<Duration> {
        self.deadline.map(|d| d.saturating_duration_since(Instant::now()))
    }

    /// Whether the deadline has passed.
    pub fn is_over(&self) -> bool {
        self.remaining().is_some_and(|r| r.is_zero())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn the_earlier_deadline_wins() {
        let cx = CallContext::new("1000".into(), "import".into(), "r".into());
        let soon = Instant::now() + Duration::from_secs(1);
        let cx = cx.until(soon).until(soon + Duration::from_secs(5));
        assert_eq!(cx.remaining(), Some(Duration::from_secs(1)));
        tokio::time::advance(Duration::from_secs(2)).await;
        assert!(cx.is_over());
    }

    #[test]
    fn a_meter_within_another_counts_for_both() {
        let cx = CallContext::new("1000".into(), "import".into(), "r".into());
        cx.meter.count_customs_call();
        let own = cx.metered_within();
        own.meter.count_customs_call();
        own.meter.count_source_read();
        own.meter.count_sink_write();
        let calls = |customs_calls| Calls {
            customs_calls,
            customs_ms: 0,
            source_reads: 1,
            sink_writes: 1,
        };
        assert_eq!((own.meter.calls(), cx.meter.calls()), (calls(1), calls(2)));
    }

    #[test]
    fn run_ids_sort_by_time() {
        let a = RunId::new("2026-11-23T03:17:05Z".parse().unwrap());
        let b = RunId::new("2026-11-23T03:17:06Z".parse().unwrap());
        assert!(a < b, "{a} {b}");
    }
}
