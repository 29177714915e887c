//! A month of shipments that never were: what polling is measured on.
//!
//! Their shape follows the three histories that were recorded from the real service (`unipass-client/tests/fixtures/live`:
//! one by air, two by sea). What these show, and what is assumed beside it:
//!
//! - Recorded: the manifest is handed in and examined at any hour, 0 to 5 hours apart. From the report of arrival on, all 27
//!   recorded steps lie between 09:30 and 17:40 in Korea, Sundays included.
//! - Recorded: the report of arrival comes 1 to 12 hours after the examined manifest, in the morning or at noon. Acceptance
//!   of the list and of the unloading follow within 0.2 to 1.3 hours.
//! - Recorded: by air, carrying in follows 3 hours later. By sea the extension of the carry-in period is asked for 5 to 76
//!   hours later and granted 0.6 to 2.3 hours after that; carrying in follows 17 to 139 hours later, in the morning.
//! - Recorded: release and the end of the examination fall into the same minute as carrying in. They are final.
//! - Assumed, since three histories prove little about nights: 3 % of the steps from the arrival on happen at any hour.
//! - Assumed: SAP puts a shipment on its due list 0 to 6 days before its manifest is handed in, and takes it off a week
//!   after the release.

use jiff::tz::{self, TimeZone};
use jiff::{Timestamp, Zoned};

use crate::rng::{mix, share};

/// One step of a shipment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// When it happened.
    pub at: Timestamp,
    /// The state from then on.
    pub status: &'static str,
    /// Nothing more is to come.
    pub last: bool,
}

/// A shipment: when it is due, and its steps in order of time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Life {
    /// On the due list from then.
    pub due_from: Timestamp,
    /// And until then.
    pub due_until: Timestamp,
    /// Its steps. Customs does not know it before the first.
    pub steps: Vec<Step>,
}

impl Life {
    /// The last step up to `now`, with its number.
    pub fn step(&self, now: Timestamp) -> Option<(usize, &Step)> {
        self.steps
            .iter()
            .enumerate()
            .take_while(|(_, step)| step.at <= now)
            .last()
    }
}

/// Shipments whose manifests are handed in evenly over the 30 days from `start`.
pub fn month(seed: u64, shipments: u64, start: Timestamp) -> Vec<Life> {
    (0..shipments)
        .map(|index| {
            Maker {
                seed,
                index,
                drawn: 0,
            }
            .life(start)
        })
        .collect()
}

/// Draws numbers for one shipment.
struct Maker {
    seed: u64,
    index: u64,
    drawn: u64,
}

const HOUR: f64 = 3600.0;

impl Maker {
    fn share(&mut self) -> f64 {
        self.drawn += 1;
        share(mix(self.seed, 7, self.index), 1, self.drawn)
    }

    /// A span between two numbers of hours.
    fn hours(&mut self, from: f64, to: f64) -> f64 {
        (from + (to - from) * self.share()) * HOUR
    }

    /// That many seconds later; at a time of day when customs works, but for a few.
    fn in_hours(&mut self, after: Timestamp, seconds: f64, from: i8, to: i8) -> Timestamp {
        let wanted = later(after, seconds);
        if self.share() < 0.03 {
            return wanted;
        }
        let local = korean(wanted);
        if (from..to).contains(&local.hour()) {
            return wanted;
        }
        // The next morning, or this one.
        let day = if local.hour() < from {
            local
        } else {
            local.tomorrow().unwrap_or(local)
        };
        let minute = (self.share() * 90.0) as i64;
        let opening = day.with().hour(from).minute(30).second(0).build().unwrap_or(day);
        later(opening.timestamp(), minute as f64 * 60.0)
    }

    fn life(&mut self, start: Timestamp) -> Life {
        let submitted = later(start, self.share() * 30.0 * 24.0 * HOUR);
        let wait = self.hours(0.0, 6.0 * 24.0);
        let by_air = self.share() < 1.0 / 3.0;
        let mut steps = Vec::new();
        let mut at = submitted;
        let mut step = |at: Timestamp, status| {
            steps.push(Step {
                at,
                status,
                last: false,
            })
        };
        step(at, "입항적하목록 제출");
        at = later(at, self.hours(0.1, 5.0));
        step(at, "입항적하목록 심사완료");
        let wait_for_arrival = self.hours(1.0, 12.0);
        at = self.in_hours(at, wait_for_arrival, 9, 14);
        step(at, "입항보고 수리");
        let between = self.hours(0.3, 1.3);
        at = self.in_hours(at, between, 9, 18);
        step(at, "통관목록접수");
        let between = self.hours(0.2, 0.5);
        at = self.in_hours(at, between, 9, 18);
        step(
            at,
            if by_air {
                "하기신고 수리"
            } else {
                "하선신고 수리"
            },
        );
        if by_air {
            let between = self.hours(1.0, 4.0);
            at = self.in_hours(at, between, 9, 18);
        } else {
            let between = self.hours(4.0, 76.0);
            at = self.in_hours(at, between, 9, 18);
            step(at, "반입기간연장 승인신청");
            let between = self.hours(0.5, 2.4);
            at = self.in_hours(at, between, 9, 18);
            step(at, "반입기간연장 승인");
            let between = self.hours(16.0, 139.0);
            at = self.in_hours(at, between, 9, 11);
        }
        step(at, "통관목록심사완료");
        if let Some(end) = steps.last_mut() {
            end.last = true;
        }
        Life {
            due_from: later(submitted, -wait),
            due_until: later(at, 7.0 * 24.0 * HOUR),
            steps,
        }
    }
}

fn korean(at: Timestamp) -> Zoned {
    let korea: TimeZone = tz::offset(9).to_time_zone();
    at.to_zoned(korea)
}

/// Seconds later, or earlier; whole ones.
fn later(at: Timestamp, seconds: f64) -> Timestamp {
    let span = jiff::SignedDuration::from_secs(seconds as i64);
    at.saturating_add(span).unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn start() -> Timestamp {
        "2026-11-01T00:00:00+09:00".parse().unwrap()
    }

    #[test]
    fn the_same_seed_is_the_same_month() {
        assert_eq!(month(7, 50, start()), month(7, 50, start()));
        assert_ne!(month(7, 50, start()), month(8, 50, start()));
    }

    #[test]
    fn steps_come_in_order_and_mostly_in_working_hours() {
        let lives = month(7, 500, start());
        let (mut steps, mut nights) = (0, 0);
        for life in &lives {
            assert!(
                life.due_from <= life.steps[0].at && life.due_until > life.steps[0].at,
                "{life:?}"
            );
            assert!(life.steps.is_sorted_by_key(|s| s.at), "{life:?}");
            assert!(life.steps.iter().rev().skip(1).all(|s| !s.last) && life.steps.last().unwrap().last);
            for step in &life.steps[2..] {
                steps += 1;
                nights += i32::from(!(9..18).contains(&korean(step.at).hour()));
            }
        }
        let share = f64::from(nights) / f64::from(steps);
        assert!((0.005..0.05).contains(&share), "{share}");
    }

    #[test]
    fn a_life_tells_how_far_it_is() {
        let life = &month(7, 1, start())[0];
        assert_eq!(
            life.step(
                life.due_from
                    .min(life.steps[0].at - jiff::SignedDuration::from_secs(1))
            ),
            None
        );
        let (number, last) = life.step(life.due_until).unwrap();
        assert_eq!((number, last.last), (life.steps.len() - 1, true));
    }
}
