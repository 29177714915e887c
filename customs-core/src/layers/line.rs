//! The line in which calls wait for their turn: urgent ones first, then jobs in turn, each in the order of asking.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{Notify, oneshot};

use crate::{CallContext, CompanyId, JobName, Priority};

type Whose = (CompanyId, JobName);
type Waiting = VecDeque<oneshot::Sender<Head>>;

/// One at a time is at the head, and it alone may take what the line is for. The others sleep.
#[derive(Debug, Default)]
pub(super) struct Line {
    state: Mutex<State>,
    urgent_came: Notify,
}

#[derive(Debug, Default)]
struct State {
    taken: bool,
    urgent: Waiting,
    /// Jobs that wait; the one in front is next.
    jobs: VecDeque<(Whose, Waiting)>,
}

impl State {
    fn next(&mut self) -> Option<oneshot::Sender<Head>> {
        if let Some(urgent) = self.urgent.pop_front() {
            return Some(urgent);
        }
        let (whose, mut waiting) = self.jobs.pop_front()?;
        let next = waiting.pop_front();
        if !waiting.is_empty() {
            self.jobs.push_back((whose, waiting));
        }
        next
    }

    fn of(&mut self, whose: Whose) -> &mut Waiting {
        let at = self
            .jobs
            .iter()
            .position(|(w, _)| *w == whose)
            .unwrap_or_else(|| {
                self.jobs.push_back((whose, Waiting::new()));
                self.jobs.len() - 1
            });
        &mut self.jobs[at].1
    }

    fn in_front(&mut self, whose: Whose) -> &mut Waiting {
        let at = self.jobs.iter().position(|(w, _)| *w == whose);
        let waiting = at.and_then(|at| self.jobs.remove(at)).map(|(_, waiting)| waiting);
        self.jobs.push_front((whose, waiting.unwrap_or_default()));
        &mut self.jobs[0].1
    }
}

fn whose(cx: &CallContext) -> Whose {
    (cx.company.clone(), cx.job.clone())
}

/// The place at the head; the next one comes up when this goes.
#[derive(Debug)]
pub(super) struct Head(Option<Arc<Line>>);

impl Drop for Head {
    fn drop(&mut self) {
        let Some(line) = self.0.take() else { return };
        loop {
            let next = {
                let mut state = line.lock();
                let next = state.next();
                state.taken = next.is_some();
                next
            };
            let Some(next) = next else { return };
            match next.send(Head(Some(Arc::clone(&line)))) {
                Ok(()) => return,
                // Whoever waited there has gone away: the next one. The place must not be given up a second time.
                Err(mut head) => drop(head.0.take()),
            }
        }
    }
}

impl Line {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for the head of the line. Cancel safe.
    pub(super) async fn wait(self: &Arc<Self>, cx: &CallContext) -> Head {
        let turn = {
            let mut state = self.lock();
            if !state.taken {
                state.taken = true;
                return Head(Some(Arc::clone(self)));
            }
            let (called, turn) = oneshot::channel();
            match cx.priority {
                Priority::Urgent => {
                    state.urgent.push_back(called);
                    self.urgent_came.notify_one();
                }
                Priority::Normal => state.of(whose(cx)).push_back(called),
            }
            turn
        };
        // The sender is either kept in the line or used: the line outlives this call.
        turn.await.unwrap_or(Head(None))
    }

    /// How many wait. Those who went away meanwhile count until it would be their turn.
    pub(super) fn waiting(&self, priority: Priority) -> u64 {
        let state = self.lock();
        let waiting = match priority {
            Priority::Urgent => state.urgent.len(),
            Priority::Normal => state.jobs.iter().map(|(_, waiting)| waiting.len()).sum(),
        };
        waiting as u64
    }

    /// Gives the head up for an urgent call, and comes next after the urgent ones. Cancel safe.
    pub(super) async fn make_way(self: &Arc<Self>, head: Head, cx: &CallContext) -> Head {
        let (called, turn) = oneshot::channel();
        self.lock().in_front(whose(cx)).push_front(called);
        drop(head);
        turn.await.unwrap_or(Head(None))
    }

    /// For who is at the head and not urgent: returns when an urgent call waits behind it.
    pub(super) async fn urgent_waits(&self) {
        loop {
            let came = self.urgent_came.notified();
            if !self.lock().urgent.is_empty() {
                return;
            }
            came.await;
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;
    use crate::testing::context;

    fn of(job: &str) -> CallContext {
        CallContext {
            job: job.into(),
            ..context()
        }
    }

    fn urgent() -> CallContext {
        CallContext {
            priority: Priority::Urgent,
            ..context()
        }
    }

    #[tokio::test]
    async fn urgent_ones_first_then_jobs_in_turn() {
        let line = Arc::new(Line::default());
        let head = line.wait(&of("a")).await;
        let contexts = [of("a"), of("a"), of("a"), of("b"), of("b"), urgent(), of("c")];
        let mut waiting: Vec<_> = contexts.iter().map(|cx| Some(Box::pin(line.wait(cx)))).collect();
        for wait in waiting.iter_mut().flatten() {
            assert!(wait.now_or_never().is_none());
        }
        let (mut head, mut order) = (Some(head), Vec::new());
        for _ in 0..contexts.len() {
            drop(head.take());
            for (i, wait) in waiting.iter_mut().enumerate() {
                let came = wait.as_mut().and_then(|w| w.now_or_never());
                if let Some(came) = came {
                    assert!(head.replace(came).is_none(), "one at a time");
                    order.push(i);
                    *wait = None;
                }
            }
        }
        assert_eq!(order, [5, 0, 3, 6, 1, 4, 2]);
    }

    #[tokio::test]
    async fn who_goes_away_is_passed_over() {
        let line = Arc::new(Line::default());
        let head = line.wait(&of("a")).await;
        let (cx, first) = (of("a"), of("a"));
        let mut gone = Box::pin(line.wait(&first));
        assert!((&mut gone).now_or_never().is_none());
        let mut called = Box::pin(line.wait(&first));
        assert!((&mut called).now_or_never().is_none());
        let mut next = Box::pin(line.wait(&cx));
        assert!((&mut next).now_or_never().is_none());
        drop(gone);
        drop(head);
        // It was called, and goes away before it hears of it.
        drop(called);
        assert!((&mut next).now_or_never().is_some());
        assert!(line.wait(&cx).now_or_never().is_some(), "the line is empty again");
    }

    #[tokio::test]
    async fn who_makes_way_comes_next() {
        let line = Arc::new(Line::default());
        let head = line.wait(&of("a")).await;
        assert!(line.urgent_waits().now_or_never().is_none());
        let (other, urgent, own) = (of("b"), urgent(), of("a"));
        let mut other = Box::pin(line.wait(&other));
        assert!((&mut other).now_or_never().is_none());
        let mut urgent = Box::pin(line.wait(&urgent));
        assert!((&mut urgent).now_or_never().is_none());
        assert!(line.urgent_waits().now_or_never().is_some());
        let mut again = Box::pin(line.make_way(head, &own));
        assert!((&mut again).now_or_never().is_none());
        let head = (&mut urgent).now_or_never().unwrap();
        drop(head);
        assert!((&mut other).now_or_never().is_none());
        assert!((&mut again).now_or_never().is_some());
    }
}
