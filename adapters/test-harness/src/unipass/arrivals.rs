//! What arrived when: the evidence for quota and rate checks.

use std::collections::VecDeque;
use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

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
