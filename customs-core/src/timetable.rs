//! When a job runs.

use std::fmt;
use std::str::FromStr as _;
use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::{Error, ErrorKind, Result};

/// When a job runs: at an interval, or at times of day.
#[derive(Debug, Clone)]
pub enum Timetable {
    /// At the start, and again each time so much time has passed.
    Every(Duration),
    /// At the times that a cron expression names.
    Cron(Box<CronTimes>),
}

/// A cron expression in a time zone.
#[derive(Debug, Clone)]
pub struct CronTimes {
    text: String,
    cron: croner::Cron,
    zone: TimeZone,
    zone_name: String,
}

impl Timetable {
    /// Times that a cron expression of five fields names (minute, hour, day of month, month, day of week), in a time zone.
    /// Where the clocks are set, a time that does not exist comes as soon as the clocks go on, and one that comes twice
    /// comes once.
    ///
    /// # Errors
    /// `Config`, if the expression or the zone's name is none, or if the expression names no time to come.
    pub fn cron(text: &str, zone_name: &str) -> Result<Self> {
        let wrong = |text: String| Error::new(ErrorKind::Config, text);
        let zone = TimeZone::get(zone_name)
            .map_err(|_| wrong(format!("{zone_name:?} is no time zone such as Asia/Seoul")))?;
        if text.split_whitespace().count() != 5 {
            return Err(wrong(format!(
                "{text:?} has not the five fields of a cron expression"
            )));
        }
        let cron = croner::Cron::from_str(text)
            .map_err(|e| wrong(format!("{text:?} is no cron expression: {e}")))?;
        let times = CronTimes {
            text: text.to_owned(),
            cron,
            zone,
            zone_name: zone_name.to_owned(),
        };
        // "31 February" is written well, and never comes. Every date comes within eight years.
        if times.after(Timestamp::UNIX_EPOCH).is_none() {
            return Err(wrong(format!("{text:?} names no time that ever comes")));
        }
        Ok(Self::Cron(Box::new(times)))
    }

    /// The least time between two runs, as far as it is known.
    pub fn interval(&self, now: Timestamp) -> Option<Duration> {
        match self {
            Self::Every(every) => Some(*every),
            Self::Cron(times) => {
                let (mut shortest, mut at) = (None, now);
                for _ in 0..50 {
                    let next = times.after(at)?;
                    if at != now {
                        let span = Duration::try_from(next.duration_since(at)).unwrap_or_default();
                        shortest = Some(shortest.map_or(span, |s: Duration| s.min(span)));
                    }
                    at = next;
                }
                shortest
            }
        }
    }
}

impl CronTimes {
    /// The first time after `now`.
    pub fn after(&self, now: Timestamp) -> Option<Timestamp> {
        let next = self
            .cron
            .find_next_occurrence(&now.to_zoned(self.zone.clone()), false)
            .ok()?;
        Some(next.timestamp())
    }
}

impl fmt::Display for Timetable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Every(every) => write!(f, "every {}", Span(*every)),
            Self::Cron(times) => write!(f, "{} ({})", times.text, times.zone_name),
        }
    }
}

/// A duration as the configuration writes it.
struct Span(Duration);

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (ms, s) = (self.0.as_millis(), self.0.as_secs());
        match () {
            () if !ms.is_multiple_of(1000) => write!(f, "{ms}ms"),
            () if s.is_multiple_of(3600) && s > 0 => write!(f, "{}h", s / 3600),
            () if s.is_multiple_of(60) && s > 0 => write!(f, "{}m", s / 60),
            () => write!(f, "{s}s"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next(cron: &str, zone: &str, now: &str) -> String {
        match Timetable::cron(cron, zone).unwrap() {
            Timetable::Cron(times) => times.after(now.parse().unwrap()).unwrap().to_string(),
            Timetable::Every(_) => unreachable!(),
        }
    }

    #[test]
    fn times_of_day_are_those_of_the_zone() {
        // 06:30 in Korea is 21:30 UTC of the day before.
        assert_eq!(
            next("30 6 * * *", "Asia/Seoul", "2026-11-23T00:00:00Z"),
            "2026-11-23T21:30:00Z"
        );
        assert_eq!(
            next("*/10 * * * *", "Asia/Seoul", "2026-11-23T00:00:00Z"),
            "2026-11-23T00:10:00Z"
        );
        // Friday evening: the next working day is Monday.
        assert_eq!(
            next("0 9 * * 1-5", "Asia/Seoul", "2026-11-27T10:00:00Z"),
            "2026-11-30T00:00:00Z"
        );
        assert_eq!(
            next("0 0 29 2 *", "UTC", "2026-01-01T00:00:00Z"),
            "2028-02-29T00:00:00Z"
        );
    }

    #[test]
    fn the_clocks_may_be_set() {
        // 02:30 does not exist on 29 March 2026 in Berlin: it comes when the clocks go on.
        assert_eq!(
            next("30 2 29 3 *", "Europe/Berlin", "2026-03-28T12:00:00Z"),
            "2026-03-29T01:00:00Z"
        );
        // 02:30 comes twice on 25 October 2026: one run.
        let first = next("30 2 * * *", "Europe/Berlin", "2026-10-24T12:00:00Z");
        assert_eq!(first, "2026-10-25T00:30:00Z");
        assert_eq!(
            next("30 2 * * *", "Europe/Berlin", &first),
            "2026-10-26T01:30:00Z"
        );
    }

    #[test]
    fn what_is_no_timetable_says_so() {
        for (cron, zone, text) in [
            ("* * * *", "UTC", "has not the five fields"),
            ("* * * * * *", "UTC", "has not the five fields"),
            ("61 * * * *", "UTC", "is no cron expression"),
            ("0 0 31 2 *", "UTC", "names no time that ever comes"),
            ("0 0 * * *", "Asia/Soul", "is no time zone"),
        ] {
            let error = Timetable::cron(cron, zone).unwrap_err().to_string();
            assert!(error.contains(text), "{cron} {zone}: {error}");
        }
    }

    #[test]
    fn the_shortest_span_is_found() {
        let now = "2026-11-23T00:00:00Z".parse().unwrap();
        let cron = Timetable::cron("0,10 9-10 * * *", "Asia/Seoul").unwrap();
        assert_eq!(cron.interval(now), Some(Duration::from_secs(600)));
        assert_eq!(cron.to_string(), "0,10 9-10 * * * (Asia/Seoul)");
        assert_eq!(Timetable::Every(Duration::from_secs(300)).to_string(), "every 5m");
    }
}
