//! `customs once` dies by SIGKILL in mid-run; the next run puts all right, with no help.
//!
//! So that the kill always finds a run under way, a simulator holds an answer back for ever.

use std::os::unix::process::ExitStatusExt as _;

use crate::support::{Scene, found, map_of, receipt, writes};

const RECORDS: u32 = 60;
const SIGKILL: i32 = 9;

/// What is held back, and how the test sees that the run got there.
struct Moment {
    what: &'static str,
    sap_faults: &'static str,
    customs_faults: &'static str,
    arrivals: usize,
    writes: usize,
}

const MOMENTS: [Moment; 5] = [
    Moment {
        what: "planning: the second page of the due list does not come",
        sap_faults: "stall:on=ZCustomsGetDue,skip=1",
        customs_faults: "",
        arrivals: 1,
        writes: 0,
    },
    Moment {
        what: "asking: one answer of the third chunk does not come",
        sap_faults: "",
        customs_faults: "stall:skip=23,count=1,after_bytes=0",
        arrivals: 24,
        writes: 0,
    },
    Moment {
        what: "writing: the first batch was carried out, nobody says so",
        sap_faults: "stall:on=ZCustomsPutStatus,after_bytes=0",
        customs_faults: "",
        arrivals: 0,
        writes: 1,
    },
    Moment {
        what: "writing: a later batch was carried out, nobody says so",
        sap_faults: "stall:on=ZCustomsPutStatus,skip=2,after_bytes=0",
        customs_faults: "",
        arrivals: 0,
        writes: 21,
    },
    Moment {
        what: "writing: a later batch was sent and not carried out",
        sap_faults: "stall:on=ZCustomsPutStatus,skip=3",
        customs_faults: "",
        arrivals: 0,
        writes: 15,
    },
];

/// Kills a run at each moment and runs again.
fn killed_and_run_again(configure: impl Fn(&Scene) -> String, by_key: bool) {
    for moment in &MOMENTS {
        let what = moment.what;
        let mut scene = Scene::with_faults(RECORDS, moment.sap_faults, moment.customs_faults);
        scene.write_config(&configure(&scene));
        let run = scene.program("once").start();
        scene.wait_for(&scene.arrival_log(), moment.arrivals);
        scene.wait_for(&scene.write_log(), moment.writes);
        let killed = run.kill();
        assert_eq!(
            (killed.status.signal(), killed.stdout.as_str()),
            (Some(SIGKILL), ""),
            "{what}"
        );

        if !moment.sap_faults.is_empty() {
            scene.kill_sap();
            scene.restart_sap();
        }
        let again = receipt(&scene.program("once").run().code(0).quiet());
        let found = found(RECORDS);
        assert_eq!(
            (again["status"].as_str(), again["due"].as_u64()),
            (Some("succeeded"), Some(60)),
            "{what}"
        );
        let through = again["pushed"].as_u64().unwrap() + again["unchanged"].as_u64().unwrap();
        assert_eq!(
            (through, again["deferred"].as_u64()),
            (found.len() as u64, Some(0)),
            "{what}: {again}"
        );
        let writes = writes(&scene.write_log());
        assert_eq!(writes.len(), found.len(), "{what}");
        for shipment in &found {
            let writes = &writes[&format!("1000/{}", shipment.delivery())];
            let (first, repeats) = writes.split_first().unwrap();
            assert_eq!(first.stats, map_of(shipment.progress().status), "{what}");
            let harmless = |again: &crate::support::Write| {
                by_key && again.repeat && again.idem_key == first.idem_key && again.stats == first.stats
            };
            assert!(repeats.iter().all(harmless), "{what}: {writes:?}");
        }
        // And all is quiet from then on.
        let quiet = receipt(&scene.program("once").run().code(0).quiet());
        assert_eq!(
            (quiet["unchanged"].as_u64(), quiet["sap_writes"].as_u64()),
            (Some(through), Some(0)),
            "{what}"
        );
    }
}

#[test]
fn without_an_idempotency_key_each_state_is_written_once() {
    killed_and_run_again(Scene::config, false);
}

#[test]
fn with_an_idempotency_key_each_state_is_written_once_or_again_under_its_key() {
    killed_and_run_again(Scene::config_by_key, true);
}
