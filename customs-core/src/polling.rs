//! When a record is looked at again: adaptive polling and quarantine. Pure rules; the numbers come from the job.

use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::Time;

use crate::{ErrorKind, Phase, RecordState, Verdict, korean_time};

const HOUR: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(24 * 3600);

/// Failures of a record's own in a row before it rests.
const STRIKES: u32 = 3;
/// A record that keeps failing is tried at least this often.
const LONGEST_REST: Duration = DAY;

/// How often a record is asked about. A record that moves is asked about at every run; one that stands still, is not there
/// yet, or has reached its end, less often. docs/decisions/0050-polling.md says why these numbers.
///
/// Whatever rests is looked at at once when somebody asks for it by key, when its question changes, or when the due list
/// tells that SAP holds something else than was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Polling {
    /// Whether records rest at all. If not, every run asks about every record.
    pub adaptive: bool,
    /// A record moves for this long after its last change. Default 12 hours.
    pub moving: Duration,
    /// Customs' working hours in Korea, in which even a record that stands still is asked about at every run. Default 08:00
    /// to 20:00, every day.
    pub working_hours: (Time, Time),
    /// Outside of them: how often. Default 1 hour.
    pub still: Duration,
    /// A record that customs does not know, or that has just reached its end, is asked about at every run for this long.
    /// Default 2 hours.
    pub fresh: Duration,
    /// Afterwards, one that customs does not know: how often. Default 30 minutes.
    pub not_found: Duration,
    /// After two weeks of not being known: how often. Default 6 hours.
    pub long_not_found: Duration,
    /// A record in a final state, later on: how often. Default 1 day.
    pub last: Duration,
    /// For how long; afterwards it leaves the loop. Default 7 days.
    pub last_for: Duration,
}

impl Default for Polling {
    fn default() -> Self {
        Self {
            adaptive: true,
            moving: 12 * HOUR,
            working_hours: (Time::constant(8, 0, 0, 0), Time::constant(20, 0, 0, 0)),
            still: HOUR,
            fresh: 2 * HOUR,
            not_found: HOUR / 2,
            long_not_found: 6 * HOUR,
            last: DAY,
            last_for: 7 * DAY,
        }
    }
}

impl Polling {
    /// Every run asks about every record.
    pub fn every_run() -> Self {
        Self {
            adaptive: false,
            ..Self::default()
        }
    }

    /// When a record is due again after an answer that was asked for at `asked`; `None` is the next run. `state` is what is
    /// known after the answer. A record that has left the loop is due at the end of time.
    pub fn next_look(&self, state: &RecordState, asked: Timestamp, interval: Duration) -> Option<Timestamp> {
        if !self.adaptive {
            return None;
        }
        let after = |wait: Duration| asked.saturating_add(wait).unwrap_or(Timestamp::MAX);
        let changed = changed_at(state)?;
        let age = Duration::try_from(asked.duration_since(changed)).unwrap_or_default();
        let final_state = state.state.as_ref().is_some_and(|s| s.phase == Phase::Final);
        let due = match state.verdict {
            Some(Verdict::NotFound) if age < self.fresh => return None,
            Some(Verdict::NotFound) if age < 14 * DAY => after(self.not_found),
            Some(Verdict::NotFound) => after(self.long_not_found),
            _ if final_state && age < self.fresh => return None,
            _ if final_state && age >= self.last_for => return Some(Timestamp::MAX),
            _ if final_state => after(self.last),
            _ if age < self.moving => return None,
            _ => after(self.still).min(self.opening(asked)),
        };
        // A run that starts a little early must not leave the record to the one after it.
        let slack = interval / 2;
        let due = due.saturating_sub(slack).unwrap_or(Timestamp::MIN);
        (due > after(slack)).then_some(due)
    }

    /// The next instant at which customs works: now, or when it opens.
    fn opening(&self, now: Timestamp) -> Timestamp {
        let (opens, closes) = self.working_hours;
        let local = now.to_zoned(korean_time());
        let time = local.time();
        let open = if opens <= closes {
            (opens..closes).contains(&time)
        } else {
            time >= opens || time < closes
        };
        if open {
            return now;
        }
        let today = local.with().time(opens).build();
        let next = match today {
            Ok(today) if today.timestamp() > now => Ok(today),
            Ok(today) => today.tomorrow(),
            Err(error) => Err(error),
        };
        // At the end of time nothing opens any more.
        next.map_or(Timestamp::MAX, |zoned| zoned.timestamp())
    }
}

/// When the state last changed: as customs tells, or as we saw it.
fn changed_at(state: &RecordState) -> Option<Timestamp> {
    let told = state
        .state
        .as_ref()
        .filter(|_| state.verdict != Some(Verdict::NotFound))
        .and_then(|s| s.as_of);
    state.since.max(told)
}

/// How others fared at the place where a record failed, in the same chunk.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Others {
    /// They came past it.
    pub(crate) passed: usize,
    /// They failed there, too.
    pub(crate) failed: usize,
}

/// Whether a failure is the record's own fault. Trouble of a host says nothing about a record, unless the others came
/// through; a refusal does, unless many others were refused as well and hardly any was not: then it is something that all
/// have in common.
pub(crate) fn is_strike(kind: ErrorKind, others: Others) -> bool {
    match kind {
        // Nothing was tried, or nothing that is about a record.
        ErrorKind::CircuitOpen
        | ErrorKind::QuotaExhausted
        | ErrorKind::Deadline
        | ErrorKind::Ledger
        | ErrorKind::Conflict
        | ErrorKind::Config
        | ErrorKind::Unauthorized
        | ErrorKind::Suspicious => false,
        ErrorKind::Unavailable
        | ErrorKind::Timeout
        | ErrorKind::RateLimited
        | ErrorKind::Protocol
        | ErrorKind::InDoubt => others.passed > 0 && others.passed >= 9 * others.failed,
        ErrorKind::Refused
        | ErrorKind::Ambiguous
        | ErrorKind::Mismatch
        | ErrorKind::Unclassified
        | ErrorKind::Mapping
        | ErrorKind::Internal => others.failed < 10 || 9 * others.passed >= others.failed,
    }
}

/// How long a record rests after so many strikes: not at all, then two intervals, doubled each time, at most a day.
pub(crate) fn quarantine(strikes: u32, interval: Duration) -> Option<Duration> {
    let times = strikes.checked_sub(STRIKES)?;
    Some(
        interval
            .saturating_mul(2_u32.saturating_pow(times.saturating_add(1)))
            .min(LONGEST_REST),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ClearanceState;

    const INTERVAL: Duration = Duration::from_secs(300);

    fn at(text: &str) -> Timestamp {
        format!("{text}+09:00").parse().unwrap()
    }

    fn state(verdict: Verdict, phase: Phase, since: &str) -> RecordState {
        let clearance = ClearanceState {
            status: "반입신고".into(),
            as_of: None,
            phase,
        };
        RecordState {
            verdict: Some(verdict),
            since: Some(at(since)),
            state: Some(clearance),
            ..RecordState::new("1000/1".into())
        }
    }

    fn next(state: &RecordState, asked: &str) -> Option<Timestamp> {
        Polling::default().next_look(state, at(asked), INTERVAL)
    }

    #[test]
    fn what_moves_is_asked_about_at_every_run_day_and_night() {
        let moving = state(Verdict::Found, Phase::Moving, "2026-11-23T21:00");
        assert_eq!(next(&moving, "2026-11-24T08:59"), None);
        assert_eq!(next(&moving, "2026-11-24T03:00"), None);
    }

    #[test]
    fn what_stands_still_is_asked_about_at_every_run_in_working_hours_only() {
        let still = state(Verdict::Found, Phase::Moving, "2026-11-20T10:00");
        assert_eq!(next(&still, "2026-11-23T08:00"), None);
        assert_eq!(next(&still, "2026-11-23T19:59"), None);
        assert_eq!(next(&still, "2026-11-23T20:00"), Some(at("2026-11-23T20:57:30")));
        // The first run of the morning finds it due.
        assert_eq!(next(&still, "2026-11-24T07:30"), Some(at("2026-11-24T07:57:30")));
        assert_eq!(next(&still, "2026-11-24T07:58"), None);
    }

    #[test]
    fn customs_own_time_of_the_change_counts_too() {
        let mut record = state(Verdict::Found, Phase::Moving, "2026-11-20T10:00");
        if let Some(state) = &mut record.state {
            state.as_of = Some(at("2026-11-23T20:00"));
        }
        assert_eq!(next(&record, "2026-11-23T23:00"), None);
    }

    #[test]
    fn what_is_not_there_yet_is_asked_about_less_and_less() {
        let record = state(Verdict::NotFound, Phase::Moving, "2026-11-01T10:00");
        assert_eq!(next(&record, "2026-11-01T11:59"), None);
        assert_eq!(next(&record, "2026-11-01T12:00"), Some(at("2026-11-01T12:27:30")));
        assert_eq!(next(&record, "2026-11-15T10:00"), Some(at("2026-11-15T15:57:30")));
    }

    #[test]
    fn a_final_state_leaves_the_loop_after_its_slow_tail() {
        let record = state(Verdict::Found, Phase::Final, "2026-11-01T10:00");
        assert_eq!(next(&record, "2026-11-01T11:59"), None);
        assert_eq!(next(&record, "2026-11-01T12:00"), Some(at("2026-11-02T11:57:30")));
        assert_eq!(next(&record, "2026-11-08T09:59"), Some(at("2026-11-09T09:56:30")));
        assert_eq!(next(&record, "2026-11-08T10:00"), Some(Timestamp::MAX));
    }

    #[test]
    fn intervals_longer_than_a_rest_leave_nothing_out() {
        let still = state(Verdict::Found, Phase::Moving, "2026-11-20T10:00");
        let polling = Polling::default();
        assert_eq!(polling.next_look(&still, at("2026-11-23T22:00"), 2 * HOUR), None);
        assert_eq!(
            Polling::every_run().next_look(&still, at("2026-11-23T22:00"), INTERVAL),
            None
        );
    }

    #[test]
    fn working_hours_may_span_midnight() {
        let polling = Polling {
            working_hours: (Time::constant(22, 0, 0, 0), Time::constant(6, 0, 0, 0)),
            still: 12 * HOUR,
            ..Polling::default()
        };
        let still = state(Verdict::Found, Phase::Moving, "2026-11-20T10:00");
        let next = |asked| polling.next_look(&still, at(asked), INTERVAL);
        assert_eq!(next("2026-11-23T23:00"), None);
        assert_eq!(next("2026-11-23T05:59"), None);
        assert_eq!(next("2026-11-23T12:00"), Some(at("2026-11-23T21:57:30")));
    }

    #[test]
    fn a_record_rests_for_twice_as_long_each_time_and_at_most_a_day() {
        let rests: Vec<_> = (0..20)
            .filter_map(|n| quarantine(n, INTERVAL))
            .map(|d| d.as_secs())
            .collect();
        assert_eq!(rests[..4], [600, 1200, 2400, 4800]);
        assert_eq!((rests.len(), rests[16]), (17, 24 * 3600));
        assert_eq!(quarantine(u32::MAX, Duration::MAX), Some(LONGEST_REST));
    }

    #[test]
    fn trouble_of_the_host_is_no_fault_of_the_record() {
        let others = |passed, failed| Others { passed, failed };
        assert!(!is_strike(ErrorKind::CircuitOpen, others(99, 0)));
        assert!(!is_strike(ErrorKind::Unauthorized, others(99, 0)));
        assert!(!is_strike(ErrorKind::Timeout, others(0, 0)));
        assert!(!is_strike(ErrorKind::Timeout, others(80, 19)));
        assert!(is_strike(ErrorKind::Timeout, others(98, 1)));
        assert!(is_strike(ErrorKind::Ambiguous, others(0, 0)));
        assert!(is_strike(ErrorKind::Refused, others(99, 0)));
        assert!(is_strike(ErrorKind::Refused, others(0, 9)));
        // All rows refused, a page of HTML for everybody: not one record's fault.
        assert!(!is_strike(ErrorKind::Refused, others(1, 98)));
        assert!(!is_strike(ErrorKind::Protocol, others(3, 96)));
    }
}
