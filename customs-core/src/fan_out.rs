//! One rate towards customs, shared by workers that know nothing of each other.
//!
//! The plan divides the rate: each chunk carries its slice, and the time at which the slice begins. Workers need no server in
//! between, and no clock but their own.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
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
    /// How many workers there may be at once.
    pub max_width: u32,
}

/// A chunk's part of the rate and of the time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Slice {
    /// When it begins.
    pub begins: Timestamp,
    /// When it is over: then the next chunk of its slot begins.
    pub ends: Timestamp,
    /// Calls a second.
    pub rate: f64,
}

/// The slices of one run's chunks, as they are handed out: `width` slots side by side, and in each slot one slice after the
/// other. The turns of all slots together are one timetable with a turn every `1/R`.
#[derive(Debug)]
pub struct Slots {
    rate: f64,
    /// Between turns of one slot, and between turns of all of them.
    step: Duration,
    apart: Duration,
    anchor: Option<Timestamp>,
    /// When each slot is free.
    free: Vec<Option<Timestamp>>,
    next: usize,
}

impl Slots {
    /// The slice of the next chunk, which is handed out now and holds so many records. It begins when its slot is free, and not
    /// before now: a due list that takes long to read costs no turns.
    pub fn slice(&mut self, now: Timestamp, records: usize) -> Slice {
        let slot = self.next % self.free.len().max(1);
        self.next += 1;
        let anchor = *self.anchor.get_or_insert(now);
        let free = self.free.get(slot).copied().flatten();
        let earliest = free.map_or(now, |free| free.max(now));
        // The slot's own turns: at the anchor and a few turns of all, and then each step.
        let first = later(
            anchor,
            self.apart.saturating_mul(u32::try_from(slot).unwrap_or(u32::MAX)),
        );
        let begins = next_turn(first, self.step, earliest);
        let ends = later(begins, window(records, self.rate));
        if let Some(free) = self.free.get_mut(slot) {
            *free = Some(ends);
        }
        Slice {
            begins,
            ends,
            rate: self.rate,
        }
    }

    /// How many slots there are.
    pub fn width(&self) -> usize {
        self.free.len()
    }
}

/// The first of `first`, `first + step`, … that is not before `earliest`.
fn next_turn(first: Timestamp, step: Duration, earliest: Timestamp) -> Timestamp {
    let gone = earliest.duration_since(first).as_nanos();
    let step = i128::try_from(step.as_nanos()).unwrap_or(i128::MAX).max(1);
    if gone <= 0 {
        return first;
    }
    let whole = (gone + step - 1) / step * step;
    let whole = SignedDuration::try_from_nanos_i128(whole).unwrap_or(SignedDuration::MAX);
    first.saturating_add(whole).unwrap_or(Timestamp::MAX)
}

fn later(time: Timestamp, by: Duration) -> Timestamp {
    time.saturating_add(by).unwrap_or(Timestamp::MAX)
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
            // One process at a time works on urgent requests.
            (Lane::Urgent, _) => 1,
            (Lane::Main, None) => most,
            (Lane::Main, Some(rate)) => {
                let busy = rate * self.latency.as_secs_f64() / in_flight.max(1) as f64;
                // A hair less, so that a quotient that is whole but for rounding stays whole. Saturates.
                ((busy - 1e-9).ceil() as u32).clamp(1, most)
            }
        }
    }

    /// How late a turn may be taken. There are two timetables, that of full runs and that of the reserve, with a turn every `1/R`
    /// together; so in any time `t` there are at most `R·(t + late) + 2` calls, which is what the rate and its burst allow.
    pub(crate) fn late(&self) -> Duration {
        self.rate.map_or(Duration::ZERO, |r| {
            seconds(f64::from(r.burst.saturating_sub(2)) / r.per_second)
        })
    }

    /// The slots of a run in this lane; `None` if its chunks share no rate.
    pub fn slots(&self, lane: Lane, in_flight: usize) -> Option<Slots> {
        let rate = self.of_lane(lane)?;
        let width = self.width(lane, in_flight);
        let own = rate / f64::from(width);
        Some(Slots {
            rate: own,
            step: seconds(1.0 / own),
            apart: seconds(1.0 / rate),
            anchor: None,
            free: vec![None; width as usize],
            next: 0,
        })
    }

    /// The turns of the reserve from now on, for the one process that works on urgent requests; `None` if there is no rate to
    /// share. They are fixed by the time of day, so that whoever comes next goes on where another one stopped: the turn
    /// that is next now is still to come for everybody.
    pub(crate) fn reserve(&self, now: Timestamp) -> Option<Turns> {
        let interval = seconds(1.0 / self.of_lane(Lane::Urgent)?);
        let step = i128::try_from(interval.as_nanos()).unwrap_or(i128::MAX).max(1);
        let wait = step - now.as_nanosecond().rem_euclid(step);
        let wait = Duration::from_nanos(u64::try_from(wait).unwrap_or(u64::MAX));
        let start = Instant::now().checked_add(wait)?;
        Some(Turns {
            start,
            interval,
            late: self.late(),
            ends: start.checked_add(A_DAY)?,
            next: Mutex::new(0),
        })
    }
}

/// No process works on urgent requests for longer.
const A_DAY: Duration = Duration::from_secs(24 * 3600);

fn seconds(seconds: f64) -> Duration {
    Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX)
}

/// How long a slice of `rate` calls a second lasts for `records` records: a turn for each, and a tenth (2 s to 10 s) on top,
/// which makes good for a late start, for a repeat, and for clocks that do not agree. A chunk behind which none comes
/// in its slot has the time until its run ends.
fn window(records: usize, rate: f64) -> Duration {
    let work = seconds(records as f64 / rate);
    let spare = (work / 10).clamp(Duration::from_secs(2), Duration::from_secs(10));
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
        let lasts = match self.slice_ends {
            Some(ends) => {
                let begins = self.not_before.unwrap_or(now);
                Duration::try_from(ends.duration_since(begins)).unwrap_or_default()
            }
            None => window(self.records.len(), rate),
        };
        Some(Turns {
            start,
            interval: seconds(1.0 / rate),
            late,
            ends: start.checked_add(lasts).unwrap_or(start),
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
            slice_ends: None,
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
        assert!(unbounded.slots(Lane::Main, 10).is_none());
    }

    /// For many rates, widths and sizes, and however long the plan takes between chunks: the turns of all slices of a lane are
    /// one timetable, in which no two come closer than `1/R`.
    #[test]
    fn slices_never_add_up_to_more_than_the_rate() {
        let at: Timestamp = "2026-11-23T03:00:00.123456789Z".parse().unwrap();
        for seed in 0..300_u32 {
            let pick = |n: u32, by: u32| f64::from(seed.wrapping_mul(2_654_435_761).rotate_left(n) % by);
            let fan = fan_out(
                1.0 + pick(3, 200),
                20 + u64::from(seed * 7 % 3000),
                pick(7, 10) / 10.0,
                1 + seed % 40,
            );
            let (records, in_flight) = (1 + (seed as usize * 13) % 40, 1 + (seed as usize) % 20);
            for lane in LANES {
                let (share, mut slots) = (fan.of_lane(lane).unwrap(), fan.slots(lane, in_flight).unwrap());
                let (mut now, mut turns) = (at, Vec::new());
                for i in 0..60_u32 {
                    let slice = slots.slice(now, records);
                    assert!(slice.begins >= now && slice.ends > slice.begins);
                    let own = seconds(1.0 / slice.rate);
                    let mut turn = slice.begins;
                    while turn < slice.ends {
                        turns.push(turn);
                        turn = later(turn, own);
                    }
                    // Some pages of the due list come at once, some slowly.
                    now = later(now, Duration::from_millis(u64::from(seed * i % 7 * 1300)));
                }
                turns.sort_unstable();
                let closest = turns.windows(2).map(|w| w[1].duration_since(w[0])).min().unwrap();
                // To the microsecond: intervals are whole nanoseconds.
                let least = seconds(1.0 / share).saturating_sub(Duration::from_micros(1));
                assert!(
                    closest >= SignedDuration::try_from(least).unwrap(),
                    "seed {seed} {lane:?}: {closest}"
                );
            }
            let both: f64 = LANES.iter().filter_map(|l| fan.of_lane(*l)).sum();
            assert!(fan.urgent_reserve == 0.0 || both <= fan.rate.unwrap().per_second + 1e-9);
        }
    }

    #[test]
    fn a_slice_begins_when_its_chunk_is_handed_out_and_its_slot_is_free() {
        let at = |text: &str| -> Timestamp { format!("2026-11-23T03:{text}Z").parse().unwrap() };
        // 10 a second in two slots: 5 each.
        let mut slots = fan_out(10.0, 2000, 0.0, 50).slots(Lane::Main, 10).unwrap();
        assert_eq!(slots.width(), 2);
        let first = slots.slice(at("00:07"), 50);
        assert_eq!(
            (first.begins, first.ends),
            (at("00:07"), at("00:19")),
            "10 s, and 2 to spare"
        );
        assert_eq!(slots.slice(at("00:07"), 50).begins, at("00:07.1"));
        // The first slot's next one comes when that is free; the second slot's comes so late that it has been free for long.
        assert_eq!(slots.slice(at("00:08"), 50).begins, at("00:19"));
        assert_eq!(
            slots.slice(at("00:40.15"), 50).begins,
            at("00:40.3"),
            "at a turn of its slot"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn the_reserve_goes_on_where_another_process_stopped() {
        let fan = fan_out(20.0, 100, 0.1, 50);
        let start = Instant::now();
        let mut taken = Vec::new();
        // Processes that come one after the other, each for one call: two a second are the reserve.
        for _ in 0..6 {
            let since = SignedDuration::try_from(Instant::now() - start).unwrap();
            let now = "2026-11-23T03:00:00.2Z".parse::<Timestamp>().unwrap() + since;
            let turn = fan.reserve(now).unwrap().take(Instant::now(), None).unwrap();
            tokio::time::sleep_until(turn).await;
            taken.push((turn - start).as_millis());
        }
        assert_eq!(taken, [300, 800, 1300, 1800, 2300, 2800]);
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
        // Without records there are two seconds to spare, and they are over.
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
