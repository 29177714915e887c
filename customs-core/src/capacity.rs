//! What an interval takes: time, connections, quota and money. Pure arithmetic, nothing is measured here.
//!
//! A run that asks N records, each answer taking L, with C calls under way, at most R calls a second and a burst of B, takes
//!
//! ```text
//! T ≥ max(N·L/C, (N−B)/R) + tail
//! ```
//!
//! where the tail is the last answer's latency. Connections beyond R·L buy nothing: the rate bounds the whole. A month has
//! 30 days here.

use std::time::Duration;

use serde::Serialize;

use crate::Rate;

/// Days of a month.
const MONTH: f64 = 30.0;
const DAY: f64 = 86_400.0;

/// What a job asks for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Load {
    /// Records asked in a run (N). Repeats come on top.
    pub records: u64,
    /// From one run to the next.
    pub interval: Duration,
    /// A run ends by then.
    pub deadline: Duration,
    /// How long one answer of customs takes (L).
    pub latency: Duration,
    /// Calls under way at once (C).
    pub in_flight: usize,
    /// Calls a second and at once (R and B); `None` is unlimited.
    pub rate: Option<Rate>,
}

/// What a [`Load`] comes to. Times are seconds, counts are calls without repeats.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Forecast {
    /// N·L/C: what the connections allow.
    pub by_connections: f64,
    /// (N−B)/R: what the rate allows; absent without a rate.
    pub by_rate: Option<f64>,
    /// The last answer's latency.
    pub tail: f64,
    /// No run can be faster.
    pub bound: f64,
    /// R·L, rounded up: more connections buy nothing. Absent without a rate.
    pub useful_connections: Option<u64>,
    /// Runs a day.
    pub runs_per_day: f64,
    /// Calls a day.
    pub calls_per_day: f64,
    /// Calls a month.
    pub calls_per_month: f64,
    /// Why it does not fit, in words with the arithmetic; empty if it does.
    pub infeasible: Vec<String>,
}

impl Load {
    /// What it comes to.
    pub fn forecast(&self) -> Forecast {
        let (n, l, c) = (
            self.records as f64,
            self.latency.as_secs_f64(),
            self.in_flight.max(1) as f64,
        );
        let by_connections = n * l / c;
        let by_rate = self
            .rate
            .map(|r| (n - f64::from(r.burst)).max(0.0) / r.per_second);
        let tail = if self.records == 0 { 0.0 } else { l };
        let bound = by_connections.max(by_rate.unwrap_or(0.0)) + tail;
        let runs_per_day = DAY / self.interval.as_secs_f64();
        let mut infeasible = Vec::new();
        let deadline = self.deadline.as_secs_f64();
        if bound > deadline {
            let rate = self.rate.zip(by_rate).map_or(String::new(), |(r, t)| {
                format!(", ({n} − {}) / {} = {t:.1} s", r.burst, r.per_second)
            });
            infeasible.push(format!(
                "a run takes at least max({n} × {l} s / {c} = {by_connections:.1} s{rate}) + {tail} s = {bound:.1} s, \
                 and its deadline is {deadline} s"
            ));
        }
        Forecast {
            by_connections,
            by_rate,
            tail,
            bound,
            useful_connections: self.rate.map(|r| ceil(r.per_second * l).max(1)),
            runs_per_day,
            calls_per_day: n * runs_per_day,
            calls_per_month: n * runs_per_day * MONTH,
            infeasible,
        }
    }

    /// How many workers, each with C calls under way, are useful: R·L/C, rounded up. Without a rate every worker is.
    pub fn useful_workers(&self) -> Option<u64> {
        let in_flight = self.in_flight.max(1) as f64;
        self.rate
            .map(|r| ceil(r.per_second * self.latency.as_secs_f64() / in_flight).max(1))
    }
}

/// What all jobs ask of one service's key together.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Demand {
    /// Calls a day.
    pub calls_per_day: f64,
    /// Calls a second, on average.
    pub calls_per_second: f64,
    /// Calls a day that normal records may use: the budget less the urgent reserve. Absent without a budget.
    pub usable_per_day: Option<f64>,
    /// Why it does not fit, in words with the arithmetic; empty if it does.
    pub infeasible: Vec<String>,
}

impl Demand {
    /// Adds up the loads on one key. `daily` is the key's budget, `urgent_reserve` the share kept for urgent records.
    pub fn of(loads: &[Load], daily: Option<u64>, urgent_reserve: f64) -> Self {
        let forecasts = loads.iter().map(Load::forecast);
        let calls_per_day: f64 = forecasts.map(|f| f.calls_per_day).sum();
        let calls_per_second = calls_per_day / DAY;
        let usable_per_day = daily.map(|d| (d as f64 * (1.0 - urgent_reserve.clamp(0.0, 1.0))).floor());
        let sum = loads
            .iter()
            .map(|l| format!("{} × {:.0} s / {} s", l.records, DAY, l.interval.as_secs_f64()))
            .collect::<Vec<_>>()
            .join(" + ");
        let mut infeasible = Vec::new();
        if let (Some(daily), Some(usable)) = (daily, usable_per_day)
            && calls_per_day > usable
        {
            infeasible.push(format!(
                "{sum} = {calls_per_day:.0} calls a day, and daily = {daily} less the urgent reserve of {urgent_reserve} \
                 leaves {usable:.0}"
            ));
        }
        let rate = loads
            .iter()
            .filter_map(|l| l.rate)
            .map(|r| r.per_second)
            .reduce(f64::min);
        if let Some(rate) = rate.filter(|r| calls_per_second > *r) {
            infeasible.push(format!(
                "{sum} = {calls_per_day:.0} calls a day are {calls_per_second:.2} a second, and rate = {rate}"
            ));
        }
        Self {
            calls_per_day,
            calls_per_second,
            usable_per_day,
            infeasible,
        }
    }
}

/// Prices in US dollars. The defaults are AWS's list prices for arm64 in Seoul (ap-northeast-2) as of 2025, without free
/// tiers, and a small virtual server; they change, so give your own.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Prices {
    /// A server for a month.
    pub server_month: f64,
    /// One GiB of memory of a function for one second.
    pub lambda_gib_second: f64,
    /// One million calls of functions.
    pub lambda_million_calls: f64,
}

impl Default for Prices {
    fn default() -> Self {
        Self {
            server_month: 5.0,
            lambda_gib_second: 0.000_013_333_4,
            lambda_million_calls: 0.20,
        }
    }
}

/// How the job runs on AWS Lambda: one function call plans, and each worker takes a share.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LambdaShape {
    /// Memory of a function in MiB.
    pub memory_mib: u32,
    /// Workers of a run; 0 if the planning call does all the work itself.
    pub workers: u64,
    /// What a call takes beside asking: reading the due list, writing, settling.
    pub overhead: Duration,
}

/// What a month costs.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct MonthlyCost {
    /// GiB-seconds of memory.
    pub gib_seconds: f64,
    /// Calls of functions.
    pub calls: f64,
    /// US dollars.
    pub dollars: f64,
}

impl Forecast {
    /// The least that a month costs on Lambda: every function is billed from the run's beginning to its end.
    pub fn lambda_month(&self, shape: LambdaShape, prices: &Prices) -> MonthlyCost {
        let calls = (1 + shape.workers) as f64 * self.runs_per_day * MONTH;
        let seconds = (self.bound + shape.overhead.as_secs_f64()) * calls;
        let gib_seconds = seconds * f64::from(shape.memory_mib) / 1024.0;
        MonthlyCost {
            gib_seconds,
            calls,
            dollars: gib_seconds * prices.lambda_gib_second + calls / 1e6 * prices.lambda_million_calls,
        }
    }
}

/// Rounds up; what is a hair above a whole number, by the arithmetic of floats, is that number.
fn ceil(number: f64) -> u64 {
    // Never negative, and far below 2^53.
    (number - 1e-9).ceil().max(0.0) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOAD: Load = Load {
        records: 1000,
        interval: Duration::from_secs(300),
        deadline: Duration::from_secs(240),
        latency: Duration::from_millis(100),
        in_flight: 10,
        rate: Some(Rate {
            per_second: 20.0,
            burst: 10,
        }),
    };

    fn close(a: f64, b: f64) -> bool {
        (a - b).abs() < 1e-6 * b.abs().max(1.0)
    }

    #[test]
    fn the_slower_of_connections_and_rate_bounds_a_run() {
        let f = LOAD.forecast();
        assert!(close(f.by_connections, 10.0) && close(f.by_rate.unwrap(), 49.5) && close(f.bound, 49.6));
        assert_eq!((f.useful_connections, LOAD.useful_workers()), (Some(2), Some(1)));
        assert!(close(f.calls_per_day, 288_000.0) && close(f.calls_per_month, 8_640_000.0));
        assert_eq!(f.infeasible, [""; 0]);
        let free = Load { rate: None, ..LOAD }.forecast();
        assert!(close(free.bound, 10.1) && free.by_rate.is_none() && free.useful_connections.is_none());
        let few = Load { records: 4, ..LOAD }.forecast();
        assert!(close(few.by_rate.unwrap(), 0.0) && close(few.bound, 0.14));
        let none = Load { records: 0, ..LOAD }.forecast();
        assert!(close(none.bound, 0.0) && none.infeasible.is_empty());
    }

    #[test]
    fn a_run_that_does_not_fit_is_infeasible_with_the_arithmetic() {
        let f = Load {
            records: 10_000,
            ..LOAD
        }
        .forecast();
        assert_eq!(
            f.infeasible,
            [
                "a run takes at least max(10000 × 0.1 s / 10 = 100.0 s, (10000 − 10) / 20 = 499.5 s) + 0.1 s = 499.6 s, \
              and its deadline is 240 s"
            ]
        );
        let slow = Load {
            latency: Duration::from_secs(10),
            rate: None,
            ..LOAD
        };
        assert_eq!(
            slow.forecast().infeasible,
            [
                "a run takes at least max(1000 × 10 s / 10 = 1000.0 s) + 10 s = 1010.0 s, and its deadline is 240 s"
            ]
        );
    }

    #[test]
    fn all_jobs_of_a_key_share_its_budget_and_its_rate() {
        assert_eq!(
            Demand::of(&[LOAD], Some(400_000), 0.1).infeasible,
            [""; 0],
            "360000 are left for 288000"
        );
        let tight = Demand::of(&[LOAD], Some(300_000), 0.1);
        assert_eq!(
            tight.infeasible,
            [
                "1000 × 86400 s / 300 s = 288000 calls a day, and daily = 300000 less the urgent reserve of 0.1 leaves 270000"
            ]
        );
        let six = Demand::of(&[LOAD; 7], None, 0.1);
        assert!(
            six.infeasible.len() == 1 && six.infeasible[0].ends_with("are 23.33 a second, and rate = 20")
        );
    }

    #[test]
    fn a_month_on_lambda_is_billed_by_memory_and_time() {
        let shape = LambdaShape {
            memory_mib: 128,
            workers: 1,
            overhead: Duration::from_millis(400),
        };
        let cost = LOAD.forecast().lambda_month(shape, &Prices::default());
        // 8,640 runs of two functions, 50 s each, an eighth of a GiB.
        assert!(close(cost.calls, 17_280.0) && close(cost.gib_seconds, 108_000.0));
        assert!(close(
            cost.dollars,
            108_000.0 * 0.000_013_333_4 + 17_280.0 / 1e6 * 0.2
        ));
    }
}
