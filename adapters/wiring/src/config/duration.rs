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

pub(super) mod optional {
    use super::{Deserializer, Duration};

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Duration>, D::Error> {
        super::deserialize(deserializer).map(Some)
    }
}
