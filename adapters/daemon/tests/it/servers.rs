//! The same program with its ledger on a server.

use std::path::PathBuf;

use crate::support::{CANARY_LEDGER, Scene, Server, errors_of, files_holding, found, receipt, writes};

const RECORDS: u32 = 60;

/// Two runs: what changed is pushed, and then nothing; the errors are rows; no password shows.
fn pushes_what_changed_and_then_nothing(server: Server) {
    let Some(database) = server.database() else { return };
    let scene = Scene::new(RECORDS);
    scene.write_config(&scene.config_with("sqlite:customs.db", "env:LEDGER_URL"));
    // Either name is known.
    let url = database.url().replacen("mysql:", "mariadb:", 1);
    let program = |command| scene.program(command).env("LEDGER_URL", &url);
    let checked = program("check").env("CUSTOMS_LOG", "trace").run().code(0);
    assert!(checked.stdout.contains(&database.address()), "{checked:?}");
    let first = program("once").env("CUSTOMS_LOG", "trace").run().code(0);
    let expected = u64::try_from(found(RECORDS).len()).ok();
    let pushed = receipt(&first);
    assert_eq!(
        (pushed["due"].as_u64(), pushed["pushed"].as_u64()),
        (Some(60), expected)
    );
    assert_eq!(
        errors_of(database.url()).len() as u64,
        pushed["failed"].as_u64().unwrap()
    );
    let second = receipt(&program("once").run().code(0).quiet());
    assert_eq!(
        (second["unchanged"].as_u64(), second["sap_writes"].as_u64()),
        (expected, Some(0))
    );
    assert!(writes(&scene.write_log()).values().all(|w| w.len() == 1));
    assert!(!scene.ledger().exists());
    for shown in [&checked, &first] {
        assert!(shown.stderr.contains("DEBUG"), "the log was on");
        assert!(!shown.stdout.contains(CANARY_LEDGER) && !shown.stderr.contains(CANARY_LEDGER));
    }
    assert_eq!(
        files_holding(scene.folder(), CANARY_LEDGER),
        Vec::<PathBuf>::new()
    );
}

#[test]
fn postgres_pushes_what_changed_and_then_nothing() {
    pushes_what_changed_and_then_nothing(Server::Postgres);
}

#[test]
fn mariadb_pushes_what_changed_and_then_nothing() {
    pushes_what_changed_and_then_nothing(Server::MariaDb);
}

/// A URL that cannot be used, or leads nowhere, is told in one line without its password.
#[test]
fn a_wrong_url_is_told_without_its_password() {
    let scene = Scene::new(5);
    for (url, expected) in [
        (
            format!("postgres://customs:{CANARY_LEDGER}@127.0.0.1:no-port/db"),
            "expected postgres://",
        ),
        (
            format!("mysql://customs:{CANARY_LEDGER}@127.0.0.1:no-port/db"),
            "expected mysql://",
        ),
        (
            format!("oracle://customs:{CANARY_LEDGER}@127.0.0.1/db"),
            "expected sqlite:FILE",
        ),
    ] {
        for form in ["env:LEDGER_URL", "file:ledger-url"] {
            std::fs::write(scene.path("ledger-url"), format!("{url}\n")).unwrap();
            scene.write_config(&scene.config_with("sqlite:customs.db", form));
            let finished = scene.program("once").env("LEDGER_URL", &url).run().code(1);
            let said = finished.complaint();
            assert!(said.contains("ledger.url") && said.contains(expected), "{said}");
            assert!(!said.contains(CANARY_LEDGER), "{said}");
        }
    }
}
