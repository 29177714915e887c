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
    /// Adds up the loads on one key. `rate` is the key's calls a second, of which each load may have a part; `daily` is its budget,
    /// `urgent_reserve` the share kept for urgent records.
    pub fn of(loads: &[Load], rate: Option<f64>, daily: Option<u64>, urgent_reserve: f64) -> Self {
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
    /// A NAT gateway and its fixed address for an hour: customs lets in only known addresses. Zero if there is another way out.
    pub nat_hour: f64,
    /// One GiB through the NAT gateway.
    pub nat_gib: f64,
}

impl Default for Prices {
    fn default() -> Self {
        Self {
            server_month: 5.0,
            lambda_gib_second: 0.000_013_333_4,
            lambda_million_calls: 0.20,
            nat_hour: 0.064,
            nat_gib: 0.059,
        }
    }
}

impl Prices {
    /// What the NAT gateway costs in a month before anything goes through it. All jobs share it.
    pub fn nat_month(&self) -> f64 {
        self.nat_hour * 24.0 * MONTH
    }
}

/// How a job runs on AWS Lambda: one function call plans, and one for each chunk asks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LambdaShape {
    /// Memory of a function in MiB.
    pub memory_mib: u32,
    /// Workers that share the rate at once (W, see [`FanOut`](crate::FanOut)).
    pub workers: u32,
    /// Records of a chunk.
    pub chunk_size: u64,
    /// Pages of the due list.
    pub pages: u64,
    /// How long SAP takes for a call (S).
    pub sap: Duration,
    /// The share of the rate that is kept for urgent work.
    pub urgent_reserve: f64,
}

/// What a month costs.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct MonthlyCost {
    /// Seconds that the functions of one run are billed for.
    pub run_seconds: f64,
    /// GiB-seconds of memory.
    pub gib_seconds: f64,
    /// Calls of functions.
    pub calls: f64,
    /// GiB to and from customs.
    pub traffic_gib: f64,
    /// US dollars for the functions.
    pub functions: f64,
    /// US dollars for the traffic.
    pub traffic: f64,
}

/// A function's beginning and end: its event, the ledger's two transactions, and now and then a cold start. An assumption.
const AROUND: f64 = 0.1;

/// KiB of a question and its answer. An assumption.
const CALL_KIB: f64 = 5.0;

impl Load {
    /// The seconds that the functions of one run are billed for, all together:
    ///
    /// ```text
    /// the plan           A + pages·S
    /// each chunk of n    A + max(⌈n/C⌉·L, (n−1)·W/R' + L) + S
    /// ```
    ///
    /// where R' is the rate less the urgent reserve, S is SAP's time for a call, and A is a tenth of a second. Workers that share a rate
    /// have no burst.
    pub fn lambda_run(&self, shape: &LambdaShape) -> f64 {
        let (latency, sap) = (self.latency.as_secs_f64(), shape.sap.as_secs_f64());
        let share = 1.0 - shape.urgent_reserve.clamp(0.0, 1.0);
        let between = self
            .rate
            .map_or(0.0, |r| f64::from(shape.workers.max(1)) / (r.per_second * share));
        let chunk = |records: u64| {
            if records == 0 {
                return 0.0;
            }
            let by_connections = records.div_ceil(self.in_flight.max(1) as u64) as f64 * latency;
            let by_rate = (records - 1) as f64 * between + latency;
            AROUND + by_connections.max(by_rate) + sap
        };
        let size = shape.chunk_size.max(1);
        let chunks = (self.records / size) as f64 * chunk(size) + chunk(self.records % size);
        AROUND + shape.pages as f64 * sap + chunks
    }

    /// What a month of such runs costs on Lambda. The NAT gateway itself is [`Prices::nat_month`].
    pub fn lambda_month(&self, shape: &LambdaShape, prices: &Prices) -> MonthlyCost {
        let forecast = self.forecast();
        let runs = forecast.runs_per_day * MONTH;
        let run_seconds = self.lambda_run(shape);
        let calls = (1 + self.records.div_ceil(shape.chunk_size.max(1))) as f64 * runs;
        let gib_seconds = run_seconds * runs * f64::from(shape.memory_mib) / 1024.0;
        let traffic_gib = forecast.calls_per_month * CALL_KIB / (1024.0 * 1024.0);
        MonthlyCost {
            run_seconds,
            gib_seconds,
            calls,
            traffic_gib,
            functions: gib_seconds * prices.lambda_gib_second + calls / 1e6 * prices.lambda_million_calls,
            traffic: traffic_gib * prices.nat_gib,
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
            Demand::of(&[LOAD], Some(20.0), Some(400_000), 0.1).infeasible,
            [""; 0],
            "360000 are left for 288000"
        );
        let tight = Demand::of(&[LOAD], Some(20.0), Some(300_000), 0.1);
        assert_eq!(
            tight.infeasible,
            [
                "1000 × 86400 s / 300 s = 288000 calls a day, and daily = 300000 less the urgent reserve of 0.1 leaves 270000"
            ]
        );
        let six = Demand::of(&[LOAD; 7], Some(20.0), None, 0.1);
        assert!(
            six.infeasible.len() == 1 && six.infeasible[0].ends_with("are 23.33 a second, and rate = 20")
        );
    }

    /// The example of adapters/lambda/README.md.
    #[test]
    fn a_month_on_lambda_is_billed_by_memory_and_time() {
        let load = Load {
            records: 200,
            latency: Duration::from_millis(300),
            rate: Some(Rate {
                per_second: 10.0,
                burst: 10,
            }),
            ..LOAD
        };
        let shape = LambdaShape {
            memory_mib: 128,
            workers: 1,
            chunk_size: 100,
            pages: 1,
            sap: Duration::from_secs(1),
            urgent_reserve: 0.1,
        };
        let cost = load.lambda_month(&shape, &Prices::default());
        // 99 turns at nine a second and the last answer, 0.1 s, and 1 s for SAP: 12.4 s for each chunk, and 1.1 s for the plan.
        assert!(close(cost.run_seconds, 25.9), "{cost:?}");
        assert!(
            close(cost.calls, 25_920.0) && close(cost.gib_seconds, 27_972.0),
            "{cost:?}"
        );
        assert!(close(
            cost.functions,
            27_972.0 * 0.000_013_333_4 + 25_920.0 / 1e6 * 0.2
        ));
        assert!(close(cost.traffic_gib, 1_728_000.0 * 5.0 / 1024.0 / 1024.0));
        assert!(close(cost.traffic, cost.traffic_gib * 0.059));
        assert!(close(Prices::default().nat_month(), 46.08));
        // Two workers share the rate: each takes twice as long, and both are paid for.
        let two = LambdaShape { workers: 2, ..shape };
        assert!(close(load.lambda_run(&two), 1.1 + 2.0 * (99.0 / 4.5 + 1.4)));
        // Without a rate the connections bound a chunk: ten questions at once.
        let free = Load { rate: None, ..load };
        assert!(close(free.lambda_run(&shape), 1.1 + 2.0 * (10.0 * 0.3 + 1.1)));
        // What does not fill a chunk makes a smaller one; nothing due costs the plan.
        let odd = Load { records: 101, ..free };
        assert!(close(odd.lambda_run(&shape), 1.1 + 4.1 + 1.4));
        let none = Load { records: 0, ..load };
        assert!(close(none.lambda_run(&shape), 1.1));
    }
}
