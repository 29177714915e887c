//! Durations as people write them: `5m`, `90s`, `1h30m`.

use std::time::Duration;

use jiff::SignedDuration;
use serde::{Deserialize, Deserializer, de::Error};

pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    let text = String::deserialize(deserializer)?;
    let expected = || {
        D::Error::custom(format!(
            "found {text:?}, expected a duration above zero such as \"90s\" or \"5m\""
        ))
    };
    let parsed: SignedDuration = text.parse().map_err(|_| expected())?;
    Duration::try_from(parsed)
        .ok()
        .filter(|d| !d.is_zero())
        .ok_or_else(expected)
}

/// How long something is kept, in days: `90d`.
pub(super) mod age {
    use super::{Deserialize, Deserializer, Duration, Error};

    const DAY: u64 = 24 * 3600;

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
        let text = String::deserialize(deserializer)?;
        let days = text.strip_suffix('d').map(str::trim_end);
        let days = days
            .and_then(|days| days.parse::<u32>().ok())
            .filter(|days| *days > 0);
        let age = days.map(|days| Duration::from_secs(u64::from(days) * DAY));
        age.ok_or_else(|| {
            D::Error::custom(format!(
                "found {text:?}, expected a number of days above zero such as \"90d\""
            ))
        })
    }
}

pub(super) mod optional {
    use super::{Deserializer, Duration};

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Duration>, D::Error> {
        super::deserialize(deserializer).map(Some)
    }
}
