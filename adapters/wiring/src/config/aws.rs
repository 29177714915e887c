use std::time::Duration;

use customs_core::{FanOut, Rate};
use serde::{Deserialize, Deserializer};

use super::{Config, JobConfig, duration};

/// `[aws]`: how functions hand work to each other. An empty name is none: the template sets an empty variable where it makes nothing.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AwsConfig {
    /// The topic for chunks that begin at once: its ARN.
    #[serde(default, deserialize_with = "named")]
    pub topic: Option<String>,
    /// The queue for chunks that begin later, or for all of them without a topic: its URL.
    #[serde(default, deserialize_with = "named")]
    pub queue: Option<String>,
    /// The topic for errors; without it a function writes them into the ledger itself.
    #[serde(default, deserialize_with = "named")]
    pub errors: Option<String>,
    /// The topic for alerts, which people subscribe to: its ARN. They are in the log in any case.
    #[serde(default, deserialize_with = "named")]
    pub alerts: Option<String>,
    /// How long one call to customs takes, about: with the rate it decides how many workers are useful.
    #[serde(default = "latency", with = "duration")]
    pub latency: Duration,
    /// Workers at once at most: the function's reserved concurrency.
    #[serde(default = "max_workers")]
    pub max_workers: u32,
}

fn named<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let name = Option::<String>::deserialize(deserializer)?;
    Ok(name.filter(|name| !name.is_empty()))
}

fn latency() -> Duration {
    Duration::from_millis(300)
}

fn max_workers() -> u32 {
    10
}

impl Config {
    /// How the chunks of a job share the rate among functions. Jobs that ask the same service divide it among them: they have
    /// one key. With `unipass.shared` the bucket in the ledger keeps the rate instead.
    pub(crate) fn fan_out(&self, job: &JobConfig) -> Option<FanOut> {
        let aws = self.aws.as_ref()?;
        let unipass = &self.unipass;
        let sharing = self
            .jobs
            .iter()
            .filter(|j| j.query.service == job.query.service)
            .count()
            .max(1);
        let rate = unipass.rate.filter(|_| !unipass.shared).map(|rate| Rate {
            per_second: rate / sharing as f64,
            // The jobs' bursts together are no more than the whole.
            burst: (unipass.burst / u32::try_from(sharing).unwrap_or(u32::MAX)).max(1),
        });
        Some(FanOut {
            rate,
            latency: aws.latency,
            urgent_reserve: unipass.urgent_reserve,
            max_width: aws.max_workers,
        })
    }
}
