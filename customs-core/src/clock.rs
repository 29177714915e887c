//! Wall-clock time. Everything else asks a [`Clock`]; `now()` elsewhere fails clippy.

use std::fmt::Debug;

use jiff::Timestamp;
use tokio::time::Instant;

/// Tells the wall-clock time. Durations and deadlines are [`tokio::time`]'s business, not the clock's.
pub trait Clock: Debug + Send + Sync + 'static {
    /// The current time.
    fn now(&self) -> Timestamp;
}

/// The operating system's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place where wall-clock time enters"
    )]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// A clock for tests: starts where it is told and moves with tokio's (paused) clock.
#[derive(Debug, Clone, Copy)]
pub struct TestClock {
    base: Timestamp,
    start: Instant,
}

impl TestClock {
    /// A clock that shows `base` now. Call it inside a tokio runtime.
    pub fn starting_at(base: Timestamp) -> Self {
        Self {
            base,
            start: Instant::now(),
        }
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        // Saturates instead of failing: a test clock cannot reach the end of time.
        self.base
            .saturating_add(self.start.elapsed())
            .unwrap_or(Timestamp::MAX)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn the_test_clock_moves_with_tokio() {
        let clock = TestClock::starting_at("2026-01-01T00:00:00Z".parse().unwrap());
        tokio::time::advance(Duration::from_secs(90)).await;
        assert_eq!(clock.now().to_string(), "2026-01-01T00:01:30Z");
    }
}
