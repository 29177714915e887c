//! A wall clock that is put forward or back.

use std::sync::{Mutex, PoisonError};

use customs_core::{Clock, SystemClock};
use jiff::{SignedDuration, Timestamp};

use super::{RecoverySubject, Sap, Scene, in_a_process, stride};

const HOUR: SignedDuration = SignedDuration::from_hours(1);

/// The system's clock, put forward or back by somebody.
#[derive(Debug, Default)]
pub struct SteppingClock(Mutex<Steps>);

#[derive(Debug, Default)]
struct Steps {
    off: SignedDuration,
    reads: usize,
    next: Option<(usize, SignedDuration)>,
}

impl SteppingClock {
    /// From its n-th read on, counted from now and from 1, it is off by so much; until then it is right.
    fn step_at(&self, read: usize, by: SignedDuration) {
        let mut steps = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *steps = Steps {
            next: Some((read, by)),
            ..Steps::default()
        };
    }

    /// How often it was read since.
    fn reads(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).reads
    }
}

impl Clock for SteppingClock {
    fn now(&self) -> Timestamp {
        let mut steps = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        steps.reads += 1;
        if let Some((read, by)) = steps.next
            && steps.reads >= read
        {
            (steps.off, steps.next) = (by, None);
        }
        SystemClock
            .now()
            .saturating_add(steps.off)
            .unwrap_or(Timestamp::MAX)
    }
}

/// The clock is put forward or back by an hour at each of its reads in turn. The receipt tells the truth, the next run, under
/// the clock as it is then, completes at its first try, and SAP saw each state once.
pub async fn a_clock_that_steps_in_a_run_loses_nothing(subject: &impl RecoverySubject) {
    let (paused, clock) = (subject.waits_only_in_tokio(), subject.clock());
    for by in [HOUR, -HOUR] {
        for read in (1..).step_by(stride(subject) * 3) {
            let what = format!("{by:#} at read {read}");
            let scene = Scene::new(format!("clock-{by}-{read}"), Sap::KnowsKeys, clock.clone());
            clock.step_at(read, by);
            in_a_process(paused, async || {
                let receipt = scene.run(subject.open().await).await;
                scene.is_truthful(&receipt, &what);
            });
            let stepped = clock.reads() >= read;
            if !stepped {
                clock.step_at(1, SignedDuration::ZERO);
            }
            in_a_process(paused, async || {
                let ledger = subject.open().await;
                scene.is_whole(&scene.run(ledger.clone()).await, &what);
                scene.all_runs_are_closed(&ledger, &what).await;
            });
            if !stepped {
                assert!(
                    read > 50,
                    "fifty records take more than {read} looks at the clock"
                );
                break;
            }
        }
    }
}

/// The clock is put forward or back by an hour between two runs: what changed in between is written by the second one.
pub async fn a_clock_that_steps_between_runs_holds_nothing_up(subject: &impl RecoverySubject) {
    let (paused, clock) = (subject.waits_only_in_tokio(), subject.clock());
    for (before, after) in [(SignedDuration::ZERO, HOUR), (HOUR, SignedDuration::ZERO)] {
        let what = format!("from {before:#} to {after:#}");
        let mut scene = Scene::new(format!("clock-{before}-{after}"), Sap::KnowsKeys, clock.clone());
        clock.step_at(1, before);
        in_a_process(paused, async || {
            scene.is_whole(&scene.run(subject.open().await).await, &what);
        });
        let changed: Vec<usize> = scene.numbers().into_iter().step_by(4).collect();
        changed
            .iter()
            .for_each(|number| scene.change(*number, "수입신고수리"));
        clock.step_at(1, after);
        in_a_process(paused, async || {
            let second = scene.run(subject.open().await).await;
            scene.is_whole(&second, &what);
            assert_eq!(second.pushed, changed.len() as u64, "{what}: {second:?}");
        });
        in_a_process(paused, async || {
            let third = scene.run(subject.open().await).await;
            scene.is_whole(&third, &what);
            // The ledger remembers what was written, although the clock says that it was asked before.
            assert_eq!((third.pushed, third.sap_writes), (0, 0), "{what}: {third:?}");
        });
    }
    clock.step_at(1, SignedDuration::ZERO);
}
