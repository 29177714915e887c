//! Runs that people set off: `resync`, `once --dry-run`.

use serde_json::Value;

use crate::support::{Program, Scene, found, lines, map_of, receipt, writes};

const RECORDS: u32 = 40;

/// What stands in the ledger and in SAP, to see that nothing changed.
fn traces(scene: &Scene) -> (usize, Value) {
    let runs = scene.program("runs").run().code(0).json();
    (lines(&scene.write_log()), runs)
}

#[test]
fn a_dry_run_shows_old_and_new_columns_and_writes_nothing() {
    let scene = Scene::new(RECORDS);
    let found = found(RECORDS);
    // Beside the old system: SAP is untouched, and so is the ledger.
    let dry = scene.program("once").arg("--dry-run").run().code(0).quiet();
    let shown = receipt(&dry);
    assert_eq!(shown["dry_run"], true);
    assert_eq!(shown["pushed"].as_u64(), u64::try_from(found.len()).ok());
    assert_eq!(shown["sap_writes"], 0);
    let write_list = shown["writes"].as_array().unwrap();
    assert_eq!(write_list.len(), found.len());
    let first = &found[0];
    let shown_first = write_list
        .iter()
        .find(|w| w["key"] == format!("1000/{}", first.delivery()).as_str())
        .unwrap();
    assert_eq!(shown_first["old"]["Stats"], "");
    assert_eq!(shown_first["new"]["Stats"], map_of(first.progress().status));
    assert_eq!(traces(&scene).0, 0);
    assert_eq!(traces(&scene).1["runs"].as_array().unwrap().len(), 0);

    // What was shown is what is written.
    let real = receipt(&scene.program("once").run().code(0).quiet());
    assert_eq!(real["pushed"], shown["pushed"]);
    let before = traces(&scene);
    for command in ["once", "resync"] {
        let again = receipt(&scene.program(command).arg("--dry-run").run().code(0).quiet());
        assert_eq!(
            (
                again["pushed"].as_u64(),
                again["writes"].as_array().unwrap().len()
            ),
            (Some(0), 0)
        );
    }
    assert_eq!(traces(&scene), before);
}

#[test]
fn a_dry_run_in_words_names_record_column_old_and_new() {
    let scene = Scene::new(3);
    let config = scene.path("customs.toml");
    let text = Program::new(["once", "--dry-run", "--config"])
        .arg(&config)
        .env("SAP_USER", "CUSTOMS")
        .env("SAP_PASSWORD", crate::support::CANARY_PASSWORD)
        .env("UNIPASS_API001", crate::support::CANARY_KEY)
        .run()
        .code(0)
        .quiet()
        .stdout;
    let first = &found(3)[0];
    assert!(text.starts_with("Dry run: nothing was written"), "{text}");
    let line = text
        .lines()
        .find(|l| l.contains("Stats") && l.contains(map_of(first.progress().status)))
        .unwrap_or_else(|| panic!("{text}"));
    assert!(line.contains("\"\""), "{line}");
    for secret in [crate::support::CANARY_PASSWORD, crate::support::CANARY_KEY] {
        assert!(!text.contains(secret));
    }
}

#[test]
fn a_resync_puts_right_what_somebody_changed_in_sap() {
    let scene = Scene::new(RECORDS);
    let first = receipt(&scene.program("once").run().code(0).quiet());
    let resync = receipt(&scene.program("resync").run().code(0).quiet());
    assert_eq!(
        (resync["unchanged"].clone(), resync["sap_writes"].as_u64()),
        (first["pushed"].clone(), Some(0))
    );
    // A new ledger knows nothing: SAP's own column decides, and nothing is written twice.
    for name in ["customs.db", "customs.db-wal", "customs.db-shm"] {
        let _ = std::fs::remove_file(scene.path(name));
    }
    let resync = receipt(&scene.program("resync").run().code(0).quiet());
    assert_eq!(resync["pushed"], 0);
    assert!(writes(&scene.write_log()).values().all(|w| w.len() == 1));
    let runs = scene.program("runs").run().code(0).json();
    assert_eq!(runs["runs"][0]["trigger"], "resync");
}

#[test]
fn a_job_that_is_not_there_is_named() {
    let scene = Scene::new(1);
    let finished = scene.program("resync").arg("--job").arg("exports").run().code(1);
    assert_eq!(
        finished.complaint(),
        "customs: --job: found \"exports\", expected one of import-cargo (company 1000)"
    );
}
