//! `[job.polling]` and `[job.alarms]`.

use std::time::Duration;

use customs_core::{Alarms, Polling};
use jiff::civil::Time;
use serde::Deserialize;

use super::duration::optional as duration;

/// `[job.polling]`: when a record is looked at again. What is not named has its default.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PollingConfig {
    /// Whether records rest at all. If not, every run asks about every record.
    pub adaptive: Option<bool>,
    /// How long after its last change a record is asked about at every run, day and night.
    #[serde(with = "duration")]
    pub moving: Option<Duration>,
    /// Customs' working hours in Korea: a record that stands still is asked about at every run in them.
    pub working_hours: Option<[Time; 2]>,
    /// Outside of them: how often.
    #[serde(with = "duration")]
    pub still: Option<Duration>,
    /// How long a record that customs does not know, or that has just reached its end, is asked about at every run.
    #[serde(with = "duration")]
    pub fresh: Option<Duration>,
    /// Afterwards, one that customs does not know: how often.
    #[serde(with = "duration")]
    pub not_found: Option<Duration>,
    /// After two weeks: how often.
    #[serde(with = "duration")]
    pub long_not_found: Option<Duration>,
    /// A record in a final state: how often.
    #[serde(with = "duration")]
    pub last: Option<Duration>,
    /// For how long.
    #[serde(with = "duration")]
    pub last_for: Option<Duration>,
}

impl PollingConfig {
    /// The core's rule.
    pub fn polling(&self) -> Polling {
        let usual = Polling::default();
        Polling {
            adaptive: self.adaptive.unwrap_or(usual.adaptive),
            moving: self.moving.unwrap_or(usual.moving),
            working_hours: self
                .working_hours
                .map_or(usual.working_hours, |[opens, closes]| (opens, closes)),
            still: self.still.unwrap_or(usual.still),
            fresh: self.fresh.unwrap_or(usual.fresh),
            not_found: self.not_found.unwrap_or(usual.not_found),
            long_not_found: self.long_not_found.unwrap_or(usual.long_not_found),
            last: self.last.unwrap_or(usual.last),
            last_for: self.last_for.unwrap_or(usual.last_for),
        }
    }
}

/// `[job.alarms]`: when the due list raises an alarm.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AlarmsConfig {
    /// Nothing is due although there usually is.
    pub zero_records: Option<bool>,
    /// Fewer are due than this share of what is usual.
    pub sudden_drop: Option<f64>,
    /// Below this usual number a drop raises none.
    pub least: Option<u64>,
}

impl AlarmsConfig {
    /// The core's rule.
    pub fn alarms(&self) -> Alarms {
        let usual = Alarms::default();
        Alarms {
            zero_records: self.zero_records.unwrap_or(usual.zero_records),
            sudden_drop: self.sudden_drop.unwrap_or(usual.sudden_drop),
            least: self.least.unwrap_or(usual.least),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_named_has_its_default() {
        let config: PollingConfig = toml::from_str("").unwrap();
        assert_eq!(config.polling(), Polling::default());
        let text =
            "adaptive = false\nmoving = \"6h\"\nworking_hours = [\"07:30\", \"22:00\"]\nlast_for = \"72h\"";
        let config: PollingConfig = toml::from_str(text).unwrap();
        let polling = config.polling();
        assert!(!polling.adaptive);
        assert_eq!(polling.moving, Duration::from_secs(6 * 3600));
        assert_eq!(
            polling.working_hours,
            (Time::constant(7, 30, 0, 0), Time::constant(22, 0, 0, 0))
        );
        assert_eq!(polling.last_for, Duration::from_secs(3 * 24 * 3600));
        assert_eq!(polling.still, Polling::default().still);
        let config: AlarmsConfig = toml::from_str("sudden_drop = 0.2").unwrap();
        assert_eq!(
            (config.alarms().sudden_drop, config.alarms().zero_records),
            (0.2, true)
        );
    }

    #[test]
    fn what_is_misspelt_or_out_of_range_is_refused() {
        for text in [
            "mooving = \"1h\"",
            "still = \"0s\"",
            "working_hours = [\"8\"]",
            "working_hours = [\"08:00\", \"25:00\"]",
        ] {
            toml::from_str::<PollingConfig>(text).unwrap_err();
        }
    }
}
