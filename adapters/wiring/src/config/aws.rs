use std::time::Duration;

use customs_core::{FanOut, Rate};
use serde::{Deserialize, Deserializer};

use super::{Config, ConfigError, JobConfig, duration};

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
    AwsConfig::MAX_WORKERS
}

impl AwsConfig {
    /// Workers at once at most, unless the configuration says otherwise.
    pub const MAX_WORKERS: u32 = 10;
}

impl Config {
    /// How many jobs ask what this one asks. They have one key.
    fn sharing(&self, job: &JobConfig) -> u32 {
        let same = self.jobs.iter().filter(|j| j.query.service == job.query.service);
        u32::try_from(same.count()).unwrap_or(u32::MAX).max(1)
    }

    /// Functions divide the rate into two timetables, one for full runs and one for urgent work: each needs a part, and a burst of
    /// two lets a turn of both come at once.
    pub(super) fn check_sharing(&self) -> Result<(), ConfigError> {
        let unipass = &self.unipass;
        if self.aws.is_none() || unipass.shared || unipass.rate.is_none() {
            return Ok(());
        }
        let reserve = unipass.urgent_reserve;
        if reserve <= 0.0 || reserve >= 1.0 {
            let expected = "a share above 0 and below 1 with [aws], or urgent work comes on top of the rate; or shared = true";
            return Err(self.error("unipass.urgent_reserve", reserve.to_string(), expected));
        }
        for job in &self.jobs {
            let sharing = self.sharing(job);
            if unipass.burst / sharing < 2 {
                let found = format!(
                    "{} for {sharing} job(s) that ask {}",
                    unipass.burst, job.query.service
                );
                let expected = "2 or more for each with [aws], or a full run and urgent work together exceed it; or shared = true";
                return Err(self.error("unipass.burst", found, expected));
            }
        }
        Ok(())
    }

    /// The rate that a run of a job can count on. Functions have nobody to ask whose turn it is: there, jobs that ask the same
    /// service divide its rate among them, since they have one key. With `unipass.shared` the bucket in the ledger is asked.
    pub fn rate_of(&self, job: &JobConfig) -> Option<Rate> {
        let unipass = &self.unipass;
        let divided = self.aws.is_some() && !unipass.shared;
        let sharing = if divided { self.sharing(job) } else { 1 };
        unipass.rate.map(|rate| Rate {
            per_second: rate / f64::from(sharing),
            // The jobs' bursts together are no more than the whole.
            burst: unipass.burst / sharing,
        })
    }

    /// How the chunks of a job share its rate among functions. With `unipass.shared` the bucket in the ledger keeps the rate
    /// instead.
    pub(crate) fn fan_out(&self, job: &JobConfig) -> Option<FanOut> {
        let aws = self.aws.as_ref()?;
        let unipass = &self.unipass;
        Some(FanOut {
            rate: self.rate_of(job).filter(|_| !unipass.shared),
            latency: aws.latency,
            urgent_reserve: unipass.urgent_reserve,
            max_width: aws.max_workers,
        })
    }
}
