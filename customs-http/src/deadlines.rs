use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use crate::{Phase, Sent, Timeouts, TransportError, TransportErrorKind};

/// "Never", where the sum of now and a timeout cannot be represented.
const FAR: Duration = Duration::from_secs(60 * 60 * 24 * 365 * 30);

/// The [`Timeouts`] of one exchange, started.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Deadlines {
    head: Instant,
    idle: Duration,
    total: Instant,
}

impl Deadlines {
    /// Starts the clock.
    pub(crate) fn start(timeouts: Timeouts) -> Self {
        let now = Instant::now();
        Self {
            head: after(now, timeouts.head),
            idle: timeouts.idle,
            total: after(now, timeouts.total),
        }
    }

    /// Waits for the head of the response. A timeout here never proves that nothing was sent.
    pub(crate) async fn head<T>(&self, work: impl Future<Output = T>) -> Result<T, TransportError> {
        let (until, phase) = earlier((self.head, Phase::Head), (self.total, Phase::Total));
        timeout_at(until, work)
            .await
            .map_err(|_| timed_out(phase, Sent::Maybe))
    }

    /// Waits for one piece of the body. The silence is counted from this call, so a slow reader does not cause it.
    pub(crate) async fn piece<T>(&self, work: impl Future<Output = T>) -> Result<T, TransportError> {
        let now = Instant::now();
        // `timeout_at` looks at its work first: a peer that always has a piece ready would never be cut off.
        if now >= self.total {
            return Err(timed_out(Phase::Total, Sent::Answered));
        }
        let (until, phase) = earlier((after(now, self.idle), Phase::Idle), (self.total, Phase::Total));
        timeout_at(until, work)
            .await
            .map_err(|_| timed_out(phase, Sent::Answered))
    }
}

fn after(now: Instant, wait: Duration) -> Instant {
    now.checked_add(wait).unwrap_or_else(|| now + FAR)
}

fn earlier(a: (Instant, Phase), b: (Instant, Phase)) -> (Instant, Phase) {
    if b.0 < a.0 { b } else { a }
}

fn timed_out(phase: Phase, sent: Sent) -> TransportError {
    TransportError::new(TransportErrorKind::Timeout(phase), sent)
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};

    use super::*;

    fn of(head: u64, idle: u64, total: u64) -> Deadlines {
        let secs = Duration::from_secs;
        Deadlines::start(Timeouts {
            head: secs(head),
            idle: secs(idle),
            total: secs(total),
        })
    }

    #[tokio::test(start_paused = true)]
    async fn the_earlier_bound_names_the_phase() {
        let kind = |e: TransportError| (e.kind(), e.sent());
        let head = of(1, 9, 9).head(pending::<()>()).await.map_err(kind);
        assert_eq!(head, Err((TransportErrorKind::Timeout(Phase::Head), Sent::Maybe)));
        let head = of(9, 9, 1).head(pending::<()>()).await.map_err(kind);
        assert_eq!(
            head,
            Err((TransportErrorKind::Timeout(Phase::Total), Sent::Maybe))
        );
        let piece = of(9, 1, 9).piece(pending::<()>()).await.map_err(kind);
        assert_eq!(
            piece,
            Err((TransportErrorKind::Timeout(Phase::Idle), Sent::Answered))
        );
        let piece = of(9, 9, 1).piece(pending::<()>()).await.map_err(kind);
        assert_eq!(
            piece,
            Err((TransportErrorKind::Timeout(Phase::Total), Sent::Answered))
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_peer_that_is_always_ready_meets_the_total_bound() {
        let deadlines = of(1, 1, 2);
        assert_eq!(deadlines.piece(ready(1)).await.ok(), Some(1));
        tokio::time::advance(Duration::from_secs(2)).await;
        let error = deadlines.piece(ready(1)).await.unwrap_err();
        assert_eq!(error.kind(), TransportErrorKind::Timeout(Phase::Total));
    }

    #[tokio::test(start_paused = true)]
    async fn the_longest_timeouts_do_not_overflow() {
        let never = Timeouts {
            head: Duration::MAX,
            idle: Duration::MAX,
            total: Duration::MAX,
        };
        let deadlines = Deadlines::start(never);
        assert_eq!(deadlines.head(ready(1)).await.ok(), Some(1));
        assert_eq!(deadlines.piece(ready(2)).await.ok(), Some(2));
    }
}
