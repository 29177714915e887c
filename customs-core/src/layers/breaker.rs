use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use tokio::time::Instant;
use tracing::{info, warn};

use super::sign::Sign;
use crate::{CallContext, CustomsAnswer, CustomsApi, CustomsQuery, Error, ErrorKind, Result, ServiceId};

/// When to stop asking a host that is in trouble, and for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BreakerPolicy {
    /// Opens after so many failures in a row. Default 10.
    pub failures: u32,
    /// Stays open for so long; then one call may try. Default 30 s.
    pub rest: Duration,
}

impl Default for BreakerPolicy {
    fn default() -> Self {
        Self {
            failures: 10,
            rest: Duration::from_secs(30),
        }
    }
}

/// Stops asking a host that keeps failing: calls end at once as `CircuitOpen`, and their records are left for the next run
/// instead of each waiting out its own timeout. Only trouble of the host counts (unreachable, timeout, too many requests,
/// an answer that is no answer). A refused record or a refused key is an answer: it shows a healthy host. A question that was
/// not sent shows nothing. One breaker guards one host; all services of the host share it.
#[derive(Debug)]
pub struct CircuitBreaker<T> {
    inner: T,
    policy: BreakerPolicy,
    state: Mutex<State>,
}

#[derive(Debug)]
enum State {
    Closed {
        failures: u32,
    },
    Open {
        until: Instant,
    },
    /// One call is trying; a lost one (its caller went away) makes room for the next after a rest.
    Trying {
        since: Instant,
    },
}

impl<T> CircuitBreaker<T> {
    /// Guards `inner`, which talks to one host.
    pub fn new(inner: T, policy: BreakerPolicy) -> Self {
        Self {
            inner,
            policy,
            state: Mutex::new(State::Closed { failures: 0 }),
        }
    }

    fn enter(&self) -> Result<()> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        let closed_until = match *state {
            State::Closed { .. } => return Ok(()),
            State::Open { until } => until,
            State::Trying { since } => since + self.policy.rest,
        };
        if now >= closed_until {
            *state = State::Trying { since: now };
            return Ok(());
        }
        Err(Error::new(
            ErrorKind::CircuitOpen,
            "not asked: the service failed too often just now",
        ))
    }

    fn leave(&self, sign: Sign) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        *state = match (&*state, sign) {
            (State::Closed { failures }, Sign::Trouble) if failures + 1 < self.policy.failures => {
                State::Closed {
                    failures: failures + 1,
                }
            }
            (State::Closed { .. } | State::Trying { .. }, Sign::Trouble) => {
                warn!(
                    message = "Circuit opened.",
                    rest_ms = self.policy.rest.as_millis() as u64
                );
                State::Open {
                    until: Instant::now() + self.policy.rest,
                }
            }
            (State::Closed { .. }, Sign::Health) => State::Closed { failures: 0 },
            (State::Closed { failures }, Sign::Nothing) => State::Closed { failures: *failures },
            (State::Trying { .. }, Sign::Health) => {
                info!(message = "Circuit closed.");
                State::Closed { failures: 0 }
            }
            // The call that was to try did not reach the host: the next one tries.
            (State::Trying { .. }, Sign::Nothing) => State::Open {
                until: Instant::now(),
            },
            // A late end of a call that began before the circuit opened: a failure does not lengthen the rest, and a success
            // proves nothing about now.
            (State::Open { until }, Sign::Trouble | Sign::Health | Sign::Nothing) => {
                State::Open { until: *until }
            }
        };
    }
}

#[async_trait]
impl<T: CustomsApi> CustomsApi for CircuitBreaker<T> {
    fn supports(&self, service: &ServiceId) -> bool {
        self.inner.supports(service)
    }

    async fn query(&self, cx: &CallContext, query: &CustomsQuery) -> Result<CustomsAnswer> {
        self.enter()?;
        let result = self.inner.query(cx, query).await;
        self.leave(Sign::of(&result));
        result
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::MemoryCustoms;
    use crate::testing::{StagedCustoms, context, query};

    fn policy() -> BreakerPolicy {
        BreakerPolicy {
            failures: 3,
            rest: Duration::from_secs(30),
        }
    }

    async fn kinds(customs: &impl CustomsApi, key: &str, calls: usize) -> Vec<Option<ErrorKind>> {
        let mut kinds = Vec::new();
        for _ in 0..calls {
            kinds.push(
                customs
                    .query(&context(), &query(key))
                    .await
                    .err()
                    .map(|e| e.kind()),
            );
        }
        kinds
    }

    #[tokio::test(start_paused = true)]
    async fn it_opens_after_failures_in_a_row_and_lets_one_call_try_after_a_rest() {
        let customs = MemoryCustoms::new();
        customs.fail("down", || {
            Error::new(ErrorKind::Unavailable, "refused").transient()
        });
        let guarded = CircuitBreaker::new(customs.clone(), policy());
        let (down, open) = (Some(ErrorKind::Unavailable), Some(ErrorKind::CircuitOpen));
        assert_eq!(kinds(&guarded, "down", 2).await, [down, down]);
        assert_eq!(
            kinds(&guarded, "up", 1).await,
            [None],
            "a success sets the count back"
        );
        assert_eq!(kinds(&guarded, "down", 5).await, [down, down, down, open, open]);
        tokio::time::advance(Duration::from_secs(31)).await;
        assert_eq!(
            kinds(&guarded, "down", 2).await,
            [down, open],
            "one call tries, fails, and it stays open"
        );
        tokio::time::advance(Duration::from_secs(31)).await;
        assert_eq!(kinds(&guarded, "up", 3).await, [None, None, None]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_refused_record_says_nothing_about_the_host() {
        let customs = MemoryCustoms::new();
        customs.fail("bad", || Error::new(ErrorKind::Refused, "no"));
        let guarded = CircuitBreaker::new(customs, policy());
        assert_eq!(kinds(&guarded, "bad", 9).await, [Some(ErrorKind::Refused); 9]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_refused_key_is_an_answer_of_a_healthy_host() {
        let customs = MemoryCustoms::new();
        customs.fail("down", || {
            Error::new(ErrorKind::Unavailable, "refused").transient()
        });
        customs.fail("key", || Error::new(ErrorKind::Unauthorized, "no such key"));
        let guarded = CircuitBreaker::new(customs, policy());
        let (down, key) = (Some(ErrorKind::Unavailable), Some(ErrorKind::Unauthorized));
        assert_eq!(kinds(&guarded, "key", 9).await, [key; 9]);
        for _ in 0..3 {
            assert_eq!(kinds(&guarded, "down", 2).await, [down; 2]);
            assert_eq!(kinds(&guarded, "key", 1).await, [key]);
        }
        assert_eq!(kinds(&guarded, "down", 3).await, [down; 3]);
        tokio::time::advance(Duration::from_secs(31)).await;
        assert_eq!(kinds(&guarded, "key", 1).await, [key], "the trial call closes it");
        assert_eq!(kinds(&guarded, "up", 3).await, [None; 3]);
    }

    #[tokio::test(start_paused = true)]
    async fn what_was_not_sent_neither_counts_nor_closes() {
        let customs = StagedCustoms::taking(Duration::ZERO);
        let guarded = CircuitBreaker::new(customs.clone(), policy());
        let (down, quota) = (Some(ErrorKind::Unavailable), Some(ErrorKind::QuotaExhausted));
        let stage = |kind| customs.fail_with(Some(Error::new(kind, "x")));
        stage(ErrorKind::Unavailable);
        assert_eq!(kinds(&guarded, "1", 2).await, [down; 2]);
        stage(ErrorKind::QuotaExhausted);
        assert_eq!(kinds(&guarded, "1", 5).await, [quota; 5]);
        stage(ErrorKind::Unavailable);
        assert_eq!(
            kinds(&guarded, "1", 2).await,
            [down, Some(ErrorKind::CircuitOpen)],
            "the third failure in a row of those that were sent"
        );
        tokio::time::advance(Duration::from_secs(31)).await;
        stage(ErrorKind::QuotaExhausted);
        assert_eq!(kinds(&guarded, "1", 2).await, [quota; 2], "each of them may try");
        stage(ErrorKind::Unavailable);
        assert_eq!(
            kinds(&guarded, "1", 2).await,
            [down, Some(ErrorKind::CircuitOpen)],
            "the circuit was never closed"
        );
    }
}
