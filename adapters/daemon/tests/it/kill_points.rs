//! `customs once` dies by SIGKILL at each of its requests: just before the k-th one is carried out, and just after it was,
//! before its answer. The same instance runs again, at once and with no help: nothing is lost, and SAP saw each state once.
//!
//! The simulator holds the k-th request back for ever, so that the kill always finds the run there. At each change a sample
//! of the points is taken; `CUSTOMS_KILL_POINTS=all` (`.ci/long`) takes all of them.

use std::os::unix::process::ExitStatusExt as _;

use customs_test_harness::faults::FaultSwitch;

use crate::support::{LiveScene, met, receipt};

const RECORDS: u32 = 50;
const SIGKILL: i32 = 9;

/// Where a request is held back.
#[derive(Debug, Clone, Copy)]
enum At {
    Customs,
    SapRead,
    SapWrite,
}

impl At {
    fn faults(self, scene: &LiveScene) -> &FaultSwitch {
        match self {
            Self::Customs => scene.customs.faults(),
            Self::SapRead | Self::SapWrite => scene.sap.faults(),
        }
    }

    fn operation(self) -> &'static str {
        match self {
            Self::Customs => "API001",
            Self::SapRead => "ZCustomsGetDue",
            Self::SapWrite => "ZCustomsPutStatus",
        }
    }
}

/// Kills a run at its k-th request (from 0); false if it made fewer, and ended by itself.
fn killed_at(at: At, k: u64, carried_out: bool, by_key: bool) -> bool {
    let what = format!("{at:?}, request {k}, carried out: {carried_out}, by key: {by_key}");
    let scene = LiveScene::new(RECORDS);
    let mut changes = vec![("page_size = 25", "page_size = 20")];
    if by_key {
        changes.push(("columns = { ", "columns = { IdemKey = \"{idempotency_key}\", "));
    }
    scene.write_config(&scene.config_with(&changes));
    let after = if carried_out { ",after_bytes=0" } else { "" };
    let stall = format!("stall:on={},skip={k},count=1{after}", at.operation());
    at.faults(&scene).set(stall.parse().unwrap());
    let mut run = scene.once().start();
    let reached = met(at.faults(&scene), "stall", 1, &mut run);
    if reached {
        let killed = run.kill();
        assert_eq!(
            (killed.status.signal(), killed.stdout.as_str()),
            (Some(SIGKILL), ""),
            "{what}"
        );
    } else {
        receipt(&run.finish().code(0).quiet());
    }
    scene.clear_faults();
    // Succeeded at its first try, not skipped: no lease was waited for.
    scene.heals(&what);
    reached
}

/// Kills runs at every `step`-th request until a run makes no such request; returns how many were killed.
fn enumerate(at: At, step: usize, by_key: bool) -> usize {
    let step = if std::env::var("CUSTOMS_KILL_POINTS").is_ok_and(|points| points == "all") {
        1
    } else {
        step
    };
    let mut killed = 0;
    for k in (0..).step_by(step) {
        // Each is one of the two at each change, and both where all are taken.
        let both = [[false].as_slice(), &[true]];
        let sides = if step == 1 {
            [false, true].as_slice()
        } else {
            both[killed % 2]
        };
        for carried_out in sides {
            if !killed_at(at, k, *carried_out, by_key) {
                return killed;
            }
            killed += 1;
        }
    }
    killed
}

#[test]
fn at_questions_to_customs() {
    let killed = enumerate(At::Customs, 12, false);
    assert!(killed >= 4, "50 records are at least 50 questions: {killed}");
}

#[test]
fn at_reads_of_the_due_list() {
    let killed = enumerate(At::SapRead, 1, false);
    assert_eq!(killed, 6, "three pages, before and after");
}

#[test]
fn at_writes_without_an_idempotency_key() {
    let killed = enumerate(At::SapWrite, 1, false);
    assert_eq!(killed, 10, "five chunks, before and after");
}

#[test]
fn at_writes_with_an_idempotency_key() {
    let killed = enumerate(At::SapWrite, 1, true);
    assert_eq!(killed, 10, "five chunks, before and after");
}
