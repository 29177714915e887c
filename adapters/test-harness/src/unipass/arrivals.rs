//! What arrived when: the evidence for quota and rate checks.

use std::collections::VecDeque;
use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::Serialize;
use tokio::time::Instant;

use crate::error::StartError;

/// How many arrivals are kept in memory; older ones are in the file only.
const KEPT: usize = 10_000;

/// One request that reached the simulator.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Arrival {
    /// Microseconds since the simulator started.
    pub at_us: u64,
    /// `API001` and so on.
    pub service: Arc<str>,
}

/// The most arrivals in any such window of time.
///
/// ```
/// use std::time::Duration;
///
/// assert_eq!(customs_test_harness::unipass::fullest(&[], Duration::from_secs(1)), 0);
/// ```
pub fn fullest(arrivals: &[Arrival], window: Duration) -> usize {
    let window = u64::try_from(window.as_micros()).unwrap_or(u64::MAX);
    let from = |i: usize| {
        let later = arrivals.get(i..).unwrap_or_default();
        let first = later.first().map_or(0, |first| first.at_us);
        later.iter().take_while(|a| a.at_us - first < window).count()
    };
    (0..arrivals.len()).map(from).max().unwrap_or_default()
}

/// The share of so many calls a second that arrived over the middle 80 % of the time: 1 is all of them.
///
/// ```
/// assert_eq!(customs_test_harness::unipass::used(&[], 20.0), 0.0);
/// ```
pub fn used(arrivals: &[Arrival], per_second: f64) -> f64 {
    let (Some(first), Some(last)) = (arrivals.first(), arrivals.last()) else {
        return 0.0;
    };
    let tenth = (last.at_us - first.at_us) / 10;
    let middle = first.at_us + tenth..last.at_us - tenth;
    if middle.is_empty() {
        return 0.0;
    }
    let calls = arrivals.iter().filter(|a| middle.contains(&a.at_us)).count();
    calls as f64 * 1e6 / (middle.end - middle.start) as f64 / per_second
}

/// All arrivals.
#[derive(Debug)]
pub(super) struct Arrivals {
    started: Instant,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    kept: VecDeque<Arrival>,
    total: u64,
    file: Option<File>,
}

/// A line of the arrival log.
#[derive(Debug, Serialize)]
struct Line<'a> {
    at_us: u64,
    service: &'a str,
    scenario: &'a str,
    params: serde_json::Map<String, serde_json::Value>,
}

impl Arrivals {
    /// Starts the clock. The file is written anew: its times belong to this start.
    pub(super) fn start(file: Option<&Path>) -> Result<Self, StartError> {
        let file = file
            .map(|path| File::create(path).map_err(StartError::file(path)))
            .transpose()?;
        let state = State {
            kept: VecDeque::new(),
            total: 0,
            file,
        };
        Ok(Self {
            started: Instant::now(),
            state: Mutex::new(state),
        })
    }

    pub(super) const fn started(&self) -> Instant {
        self.started
    }

    /// Notes an arrival. The key is in no log, nor is the value of a private parameter.
    pub(super) fn note(
        &self,
        service: &Arc<str>,
        scenario: &str,
        params: &[(String, String)],
        private: &[String],
    ) {
        let at_us = u64::try_from(self.started.elapsed().as_micros()).unwrap_or(u64::MAX);
        let mut state = self.lock();
        state.total += 1;
        if state.kept.len() == KEPT {
            state.kept.pop_front();
        }
        state.kept.push_back(Arrival {
            at_us,
            service: Arc::clone(service),
        });
        let Some(file) = &mut state.file else { return };
        let shown = params
            .iter()
            .filter(|(name, _)| name != super::KEY)
            .map(|(name, value)| {
                let value = if private.contains(name) { "***" } else { value };
                (name.clone(), value.into())
            });
        let line = Line {
            at_us,
            service,
            scenario,
            params: shown.collect(),
        };
        let written = serde_json::to_vec(&line)
            .map_err(std::io::Error::from)
            .and_then(|mut line| {
                line.push(b'\n');
                file.write_all(&line)
            });
        if let Err(error) = written {
            tracing::warn!(message = "The arrival log cannot be written.", %error);
            state.file = None;
        }
    }

    pub(super) fn kept(&self) -> Vec<Arrival> {
        self.lock().kept.iter().cloned().collect()
    }

    pub(super) fn total(&self) -> u64 {
        self.lock().total
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(times: impl IntoIterator<Item = u64>) -> Vec<Arrival> {
        let arrival = |ms| Arrival {
            at_us: ms * 1000,
            service: "API001".into(),
        };
        times.into_iter().map(arrival).collect()
    }

    #[test]
    fn windows_are_counted_from_each_arrival_and_the_ends_do_not_count_as_use() {
        let second = Duration::from_secs(1);
        assert_eq!(
            fullest(&at([0, 500, 999, 1000, 1499, 3000]), second),
            4,
            "from 500 on"
        );
        assert_eq!(
            fullest(&at([0, 1000, 2000]), second),
            1,
            "a window is open at its end"
        );
        // Ten a second for ten seconds; half of that in the middle.
        let even = at((0..=100).map(|i| i * 100));
        assert!((used(&even, 10.0) - 1.0).abs() < 0.02, "{}", used(&even, 10.0));
        assert!((used(&even, 20.0) - 0.5).abs() < 0.01);
        let idle_ends = at([0].into_iter().chain((2000..8000).step_by(100)).chain([10_000]));
        assert!((used(&idle_ends, 10.0) - 0.75).abs() < 0.02);
        assert_eq!(used(&at([5]), 10.0), 0.0);
    }
}
