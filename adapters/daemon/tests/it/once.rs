//! `customs once` with a configuration of one's own, against simulators in processes of their own.

use crate::support::{Scene, Write, errors, found, map_of, receipt, writes};

const RECORDS: u32 = 60;

/// Every record that is found stands in the write log with its state, once.
fn all_pushed_once(scene: &Scene) {
    let written: Vec<(String, Vec<String>)> = writes(&scene.write_log())
        .into_iter()
        .map(|(key, writes)| (key, writes.into_iter().map(|w: Write| w.stats).collect()))
        .collect();
    let expected: Vec<(String, Vec<String>)> = found(RECORDS)
        .iter()
        .map(|s| {
            (
                format!("1000/{}", s.delivery()),
                vec![map_of(s.progress().status).to_owned()],
            )
        })
        .collect();
    assert_eq!(written, expected);
}

#[test]
fn the_documented_configuration_pushes_what_changed_and_then_nothing() {
    let scene = Scene::new(RECORDS);
    let first = receipt(&scene.program("once").run().code(0).quiet());
    assert_eq!(
        (first["status"].as_str(), first["due"].as_u64()),
        (Some("succeeded"), Some(60))
    );
    assert_eq!(first["pushed"].as_u64(), u64::try_from(found(RECORDS).len()).ok());
    // 25 and 25 and 10 records.
    assert_eq!(first["sap_reads"].as_u64(), Some(3));
    all_pushed_once(&scene);
    assert_eq!(
        errors(&scene.ledger()).len() as u64,
        first["failed"].as_u64().unwrap()
    );

    let second = receipt(&scene.program("once").run().code(0).quiet());
    assert_eq!(second["unchanged"], first["pushed"]);
    assert_eq!(
        (second["pushed"].as_u64(), second["sap_writes"].as_u64()),
        (Some(0), Some(0))
    );
    all_pushed_once(&scene);
}

#[test]
fn a_lost_ledger_writes_nothing_twice() {
    let scene = Scene::new(RECORDS);
    let first = receipt(&scene.program("once").run().code(0).quiet());
    for name in ["customs.db", "customs.db-wal", "customs.db-shm"] {
        // The side files are there only while the database is open.
        let _ = std::fs::remove_file(scene.path(name));
    }
    let second = receipt(&scene.program("once").run().code(0).quiet());
    assert_eq!(second["unchanged"], first["pushed"]);
    assert_eq!(second["sap_writes"].as_u64(), Some(0));
    all_pushed_once(&scene);
}

#[test]
fn several_jobs_are_several_receipts() {
    let scene = Scene::new(5);
    let config = scene.config();
    let (jobs, rest) = config.split_once("[map.stats]").unwrap();
    let other = jobs.replace("import-cargo", "import-cargo-again");
    scene.write_config(&format!("{jobs}{other}[map.stats]{rest}"));
    let finished = scene.program("once").run().code(0).quiet();
    let receipts: Vec<serde_json::Value> = finished
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(receipts.len(), 2);
    assert!(receipts[0]["run_id"] != receipts[1]["run_id"]);
    assert!(
        receipts
            .iter()
            .all(|r| r["due"].as_u64() == Some(5) && r["balanced"].as_bool() == Some(true))
    );
    // What the first job wrote, the second finds in SAP.
    assert_eq!(receipts[1]["unchanged"], receipts[0]["pushed"]);
}

#[test]
fn a_second_start_beside_a_run_does_nothing_and_says_so() {
    // One answer never comes, so that the first run is still under way.
    let scene = Scene::with_faults(RECORDS, "", "stall:skip=5,count=1,after_bytes=0");
    let first = scene.program("once").start();
    scene.wait_for(&scene.arrival_log(), 6);
    let second = receipt(&scene.program("once").run().code(0).quiet());
    assert_eq!(
        (
            second["status"].as_str(),
            second["due"].as_u64(),
            second["customs_calls"].as_u64()
        ),
        (Some("skipped"), Some(0), Some(0))
    );
    assert!(
        second["error"].as_str().unwrap().ends_with(" is under way"),
        "{second}"
    );
    first.kill();
    let third = receipt(&scene.program("once").run().code(0).quiet());
    assert_eq!(
        (third["status"].as_str(), third["due"].as_u64()),
        (Some("succeeded"), Some(60))
    );
    all_pushed_once(&scene);
}
