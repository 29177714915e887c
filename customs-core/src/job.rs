//! What a job is made of, apart from the systems it talks to.

use std::time::Duration;

use crate::{Alarms, CompanyId, FanOut, JobName, Mapping, Polling};

/// A job: whose, how much at once, how long.
#[derive(Debug, Clone)]
pub struct Job {
    /// The company.
    pub company: CompanyId,
    /// Its name.
    pub name: JobName,
    /// Which columns are written, and how they come from an answer.
    pub mapping: Mapping,
    /// How often the job runs, for what rests a number of runs. Default 5 minutes.
    pub interval: Duration,
    /// When a record is looked at again.
    pub polling: Polling,
    /// When a due list raises an alarm.
    pub alarms: Alarms,
    /// A run ends by then; what is left is deferred. Default 4 minutes.
    pub deadline: Duration,
    /// Records fetched at once. Default 500.
    pub page_size: usize,
    /// Records in a chunk. Default 100.
    pub chunk_size: usize,
    /// Questions of one chunk that are on their way at once, those that wait for another try included. Default 10. The calls
    /// of the whole process are bounded by [`RateLimit`](crate::layers::RateLimit), inside the retry layer.
    pub in_flight: usize,
    /// Parameters of the question that say something of a person, by wire name: no error row keeps them. A retry of such a
    /// job reads its records from the source again. Default: none.
    pub personal_params: Vec<String>,
    /// How chunks that are handed to other processes share the rate towards customs. `None`, the default, leaves it to them.
    pub fan_out: Option<FanOut>,
}

impl Job {
    /// A job with default measures.
    pub fn new(company: impl Into<CompanyId>, name: impl Into<JobName>, mapping: Mapping) -> Self {
        Self {
            company: company.into(),
            name: name.into(),
            mapping,
            interval: Duration::from_secs(300),
            polling: Polling::default(),
            alarms: Alarms::default(),
            deadline: Duration::from_secs(240),
            page_size: 500,
            chunk_size: 100,
            in_flight: 10,
            personal_params: Vec::new(),
            fan_out: None,
        }
    }

    /// Chunks that this process works on at once: enough to keep `in_flight` questions under way while one chunk is being
    /// written and another is being fetched.
    pub(crate) fn chunks_at_once(&self) -> usize {
        self.in_flight.div_ceil(self.chunk_size.max(1)) + 2
    }

    /// The last part of a run's time, kept for writing what was asked: an eighth, at most 20 s.
    pub(crate) fn closing_time(&self) -> Duration {
        (self.deadline / 8).min(Duration::from_secs(20))
    }
}
