//! One rate towards customs, shared by workers that know nothing of each other.
//!
//! The plan divides the rate: each chunk carries its slice, and the time at which the slice begins. Workers need no server in
//! between, and no clock but their own.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use tokio::time::Instant;

use crate::{Chunk, Lane, Rate};

/// What a plan must know to divide the rate among workers.
///
/// `W = ceil(R·L/C)` workers keep a rate `R` busy, where a call takes `L` and a worker has `C` calls under way. More workers
/// are no faster, since `R` bounds the whole: the chunks behind the first `W` wait for their wave.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FanOut {
    /// What customs takes from this job; `None` if there is no limit, or if the workers share a bucket.
    pub rate: Option<Rate>,
    /// How long one call to customs takes, about.
    pub latency: Duration,
    /// The share of the rate that is kept for urgent runs, from 0 to 1.
    pub urgent_reserve: f64,
    /// How many urgent chunks may be worked on at once: the reserve is divided by it.
    pub urgent_width: u32,
    /// How many workers there may be at once.
    pub max_width: u32,
}

/// A chunk's part of the rate and of the time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Slice {
    /// When it begins, after the plan.
    pub offset: Duration,
    /// Calls a second; `None` is unbounded.
    pub rate: Option<f64>,
}

impl FanOut {
    /// Calls a second that all workers of a lane may make together.
    fn of_lane(&self, lane: Lane) -> Option<f64> {
        let reserve = self.urgent_reserve.clamp(0.0, 1.0);
        let share = match lane {
            Lane::Main => 1.0 - reserve,
            Lane::Urgent => reserve,
        };
        let rate = self.rate?.per_second;
        // Without a reserve, urgent work still has to go on somehow: it takes what one worker takes.
        let none = share <= 0.0;
        Some(if none { rate } else { rate * share })
    }

    /// How many workers of a lane are useful at once, each with `in_flight` calls under way. At least one.
    pub fn width(&self, lane: Lane, in_flight: usize) -> u32 {
        let most = self.max_width.max(1);
        match (lane, self.of_lane(lane)) {
            (Lane::Urgent, _) => self.urgent_width.clamp(1, most),
            (Lane::Main, None) => most,
            (Lane::Main, Some(rate)) => {
                let busy = rate * self.latency.as_secs_f64() / in_flight.max(1) as f64;
                // A hair less, so that a quotient that is whole but for rounding stays whole. Saturates.
                ((busy - 1e-9).ceil() as u32).clamp(1, most)
            }
        }
    }

    /// How late a turn may be taken. All timetables of a lane together are one with a turn every `1/R`; so in any time `t` there
    /// are at most `R·(t + late) + 1` calls, which is what the rate and its burst allow.
    pub(crate) fn late(&self) -> Duration {
        self.rate.map_or(Duration::ZERO, |r| {
            seconds(f64::from(r.burst.saturating_sub(1)) / r.per_second)
        })
    }

    /// The slice of chunk number `index`, where each chunk holds at most `records`.
    pub fn slice(&self, lane: Lane, in_flight: usize, records: usize, index: u32) -> Slice {
        let Some(rate) = self.of_lane(lane) else {
            return Slice {
                offset: Duration::ZERO,
                rate: None,
            };
        };
        let width = self.width(lane, in_flight);
        let own = rate / f64::from(width);
        let (wave, slot) = (index / width, index % width);
        // Workers of one wave take their turns one after the other, not all at the same instant.
        let apart = seconds(f64::from(slot) / rate);
        Slice {
            offset: window(records, own).saturating_mul(wave).saturating_add(apart),
            rate: Some(own),
        }
    }
}

fn seconds(seconds: f64) -> Duration {
    Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX)
}

/// How long a slice of `rate` calls a second lasts for `records` records: a turn for each, and a twentieth (1 s to 5 s) on
/// top, which makes good for a late start, for a repeat, and for clocks that do not agree.
fn window(records: usize, rate: f64) -> Duration {
    let work = seconds(records as f64 / rate);
    let spare = (work / 20).clamp(Duration::from_secs(1), Duration::from_secs(5));
    work.saturating_add(spare)
}

impl Chunk {
    /// How long this chunk has to wait before its work begins.
    pub fn early_by(&self, now: Timestamp) -> Duration {
        let begins = self.not_before.unwrap_or(now);
        Duration::try_from(begins.duration_since(now)).unwrap_or_default()
    }

    /// The turns that this chunk may take towards customs; `None` if it carries no rate. A turn may be taken `late` by so much.
    pub(crate) fn turns(&self, now: Timestamp, late: Duration) -> Option<Turns> {
        let rate = self.rate.filter(|r| *r > 0.0)?;
        let start = self.not_before.unwrap_or(now);
        let at = Instant::now();
        let since = Duration::try_from(now.duration_since(start)).unwrap_or_default();
        let start = at.checked_sub(since).unwrap_or(at) + self.early_by(now);
        Some(Turns {
            start,
            interval: seconds(1.0 / rate),
            late,
            ends: start
                .checked_add(window(self.records.len(), rate))
                .unwrap_or(start),
            next: Mutex::new(0),
        })
    }
}

/// A timetable of turns: number `k` comes at `start + k · interval`, and none after the slice has ended. A turn that nobody
/// took in time is lost, so whoever starts late is not faster for it, and no other slice is disturbed.
#[derive(Debug)]
pub struct Turns {
    start: Instant,
    interval: Duration,
    late: Duration,
    ends: Instant,
    next: Mutex<u64>,
}

impl Turns {
    /// Takes the first free turn from `now` on, if it comes before `deadline` and before the slice ends.
    pub(crate) fn take(&self, now: Instant, deadline: Option<Instant>) -> Option<Instant> {
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let since = now
            .saturating_duration_since(self.start)
            .saturating_sub(self.late);
        let gone = since.as_secs_f64() / self.interval.as_secs_f64();
        // Whole numbers of turns; a run has far fewer than a float holds exactly.
        let number = (*next).max((gone - 1e-6).ceil() as u64);
        let turn = self
            .start
            .checked_add(seconds(self.interval.as_secs_f64() * number as f64))?;
        if turn >= self.ends || deadline.is_some_and(|d| turn >= d) {
            return None;
        }
        *next = number + 1;
        Some(turn.max(now))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::CHUNK_VERSION;

    const LANES: [Lane; 2] = [Lane::Main, Lane::Urgent];

    fn fan_out(per_second: f64, latency_ms: u64, reserve: f64, most: u32) -> FanOut {
        FanOut {
            rate: Some(Rate { per_second, burst: 5 }),
            latency: Duration::from_millis(latency_ms),
            urgent_reserve: reserve,
            urgent_width: 2,
            max_width: most,
        }
    }

    fn chunk(rate: Option<f64>, not_before: Option<&str>) -> Chunk {
        Chunk {
            version: CHUNK_VERSION,
            company: "1000".into(),
            job: "import".into(),
            run: "r".into(),
            fence: 1,
            index: 0,
            not_before: not_before.map(|t| t.parse().unwrap()),
            not_after: "2026-11-23T04:00:00Z".parse().unwrap(),
            rate,
            resync: false,
            records: Vec::new(),
        }
    }

    #[test]
    fn the_width_is_what_keeps_the_rate_busy() {
        for (rate, latency, in_flight, reserve, most, width) in [
            (100.0, 100, 10, 0.0, 50, 1), // exactly
            (101.0, 100, 10, 0.0, 50, 2),
            (100.0, 1000, 10, 0.0, 50, 10),
            (100.0, 1000, 10, 0.1, 50, 9), // of nine tenths
            (100.0, 1000, 10, 0.0, 4, 4),  // no more than there may be
            (0.5, 10, 10, 0.0, 50, 1),
            (10.0, 0, 0, 0.0, 0, 1),
        ] {
            let fan = fan_out(rate, latency, reserve, most);
            assert_eq!(fan.width(Lane::Main, in_flight), width, "{fan:?}");
        }
        let unbounded = FanOut {
            rate: None,
            ..fan_out(1.0, 1, 0.1, 7)
        };
        assert_eq!(unbounded.width(Lane::Main, 10), 7);
        assert_eq!(unbounded.slice(Lane::Main, 10, 100, 900).rate, None);
    }

    /// For many rates, widths and sizes: at any time, the slices under way add up to no more than the lane's share.
    #[test]
    fn slices_never_add_up_to_more_than_the_rate() {
        for seed in 0..300_u32 {
            let pick = |n: u32, by: u32| f64::from(seed.wrapping_mul(2_654_435_761).rotate_left(n) % by);
            let fan = fan_out(
                1.0 + pick(3, 200),
                20 + u64::from(seed * 7 % 3000),
                pick(7, 10) / 10.0,
                1 + seed % 40,
            );
            let (records, in_flight) = (1 + (seed as usize * 13) % 300, 1 + (seed as usize) % 20);
            for lane in LANES {
                let slices: Vec<_> = (0..120).map(|i| fan.slice(lane, in_flight, records, i)).collect();
                let share = fan.of_lane(lane).unwrap();
                for at in &slices {
                    let under_way = |s: &&Slice| {
                        s.offset <= at.offset && at.offset < s.offset + window(records, s.rate.unwrap())
                    };
                    let sum: f64 = slices.iter().filter(under_way).map(|s| s.rate.unwrap()).sum();
                    assert!(sum <= share * (1.0 + 1e-9), "seed {seed}: {sum} of {share}");
                }
            }
            let both: f64 = LANES.iter().filter_map(|l| fan.of_lane(*l)).sum();
            assert!(fan.urgent_reserve == 0.0 || both <= fan.rate.unwrap().per_second + 1e-9);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn turns_come_at_the_rate_and_a_late_start_makes_none_up() {
        let now: Timestamp = "2026-11-23T03:00:10Z".parse().unwrap();
        let late = chunk(Some(2.0), Some("2026-11-23T03:00:07.900Z"));
        let start = Instant::now();
        let mut long = late.turns(now, Duration::ZERO).unwrap();
        long.ends = start + Duration::from_secs(60);
        // 2.1 s late: the turns at 0 to 2 s are gone, the next is that of 2.5 s.
        let at: Vec<_> = (0..4).map(|_| long.take(start, None).unwrap() - start).collect();
        assert_eq!(at, [400, 900, 1400, 1900].map(Duration::from_millis));
        assert_eq!(long.take(start, Some(start + Duration::from_millis(2400))), None);
        assert!(
            long.take(start, Some(start + Duration::from_millis(2401)))
                .is_some(),
            "the turn was not used up"
        );
        // Without records there is a second to spare, and that is over.
        assert_eq!(late.turns(now, Duration::ZERO).unwrap().take(start, None), None);
        // The turn of 2 s may be taken a little late.
        let mut patient = late.turns(now, Duration::from_millis(100)).unwrap();
        patient.ends = start + Duration::from_secs(60);
        let at: Vec<_> = (0..2)
            .map(|_| patient.take(start, None).unwrap() - start)
            .collect();
        assert_eq!(at, [0, 400].map(Duration::from_millis));
        for rate in [None, Some(0.0)] {
            assert!(chunk(rate, None).turns(now, Duration::ZERO).is_none());
        }
    }

    #[tokio::test(start_paused = true)]
    async fn an_early_chunk_waits_and_its_turns_begin_with_its_time() {
        let now: Timestamp = "2026-11-23T03:00:00Z".parse().unwrap();
        let early = chunk(Some(1.0), Some("2026-11-23T03:00:20Z"));
        assert_eq!(early.early_by(now), Duration::from_secs(20));
        assert_eq!(chunk(None, None).early_by(now), Duration::ZERO);
        let start = Instant::now();
        assert_eq!(
            early.turns(now, Duration::ZERO).unwrap().take(start, None),
            Some(start + Duration::from_secs(20))
        );
    }
}
