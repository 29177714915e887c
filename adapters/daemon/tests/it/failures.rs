//! What fails ends as a receipt and error rows, and shows no secret.

use std::path::PathBuf;

use customs_core::{ErrorKind, Stage, StoredError};
use serde_json::{Value, json};

use crate::support::{
    CANARY_KEY, CANARY_LOGON, CANARY_PASSWORD, Finished, Scene, causes, closed_port, errors, files_holding,
    found, lines, receipt, writes,
};

/// A run that failed: exit code 1, a receipt that balances and says why, and one line for people.
fn failed_run(finished: Finished) -> Value {
    let finished = finished.code(1);
    let receipt = receipt(&finished);
    assert_eq!(receipt["status"].as_str(), Some("failed"), "{receipt}");
    let why = receipt["error"].as_str().unwrap();
    let run = receipt["run_id"].as_str().unwrap();
    let said: Vec<&str> = finished
        .stderr
        .lines()
        .filter(|l| l.starts_with("customs: "))
        .collect();
    assert_eq!(said, [format!("customs: run {run} failed: {why}")]);
    receipt
}

/// The rows of errors that belong to no record: stage, kind, code.
fn of_the_run(errors: &[StoredError]) -> Vec<(Stage, ErrorKind, &str)> {
    let rows = errors.iter().filter(|e| e.key.is_none()).map(|e| &e.error);
    rows.map(|e| (e.stage, e.kind, e.code.as_str())).collect()
}

#[test]
fn sap_is_away_at_the_start() {
    let scene = Scene::new(10);
    let away = format!("http://{}/sap", closed_port());
    scene.write_config(&scene.config().replace(&scene.endpoint, &away));
    let receipt = failed_run(scene.program("once").run());
    assert_eq!(
        (receipt["due"].as_u64(), receipt["customs_calls"].as_u64()),
        (Some(0), Some(0))
    );
    let errors = errors(&scene.ledger());
    assert_eq!(
        of_the_run(&errors),
        [(Stage::Fetch, ErrorKind::Unavailable, "connect")]
    );
    assert_eq!(errors[0].error.endpoint.as_deref(), Some(away.as_str()));
    assert_eq!(errors[0].run.as_str(), receipt["run_id"]);
}

#[test]
fn sap_that_serves_the_wsdl_itself_is_away_at_the_start() {
    let scene = Scene::new(10);
    let away = format!("http://{}/sap?wsdl", closed_port());
    scene.write_config(&scene.config().replace("\"due.wsdl\"", &format!("{away:?}")));
    let receipt = failed_run(scene.program("once").run());
    assert_eq!(receipt["due"].as_u64(), Some(0));
    let errors = errors(&scene.ledger());
    assert_eq!(
        of_the_run(&errors),
        [(Stage::Fetch, ErrorKind::Unavailable, "connect")]
    );
}

#[test]
fn sap_refuses_the_logon() {
    let scene = Scene::new(10);
    let receipt = failed_run(scene.program("once").env("SAP_PASSWORD", "wrong").run());
    assert_eq!(
        receipt["sap_reads"].as_u64(),
        Some(1),
        "a refused logon is not tried again: users get locked"
    );
    let errors = errors(&scene.ledger());
    assert_eq!(
        of_the_run(&errors),
        [(Stage::Fetch, ErrorKind::Unauthorized, "logon_refused")]
    );
}

#[test]
fn customs_is_away_and_the_next_run_makes_up_for_it() {
    let scene = Scene::new(60);
    let away = format!("http://{}/ext/rest", closed_port());
    scene.write_config(&scene.config().replace(&scene.base_url, &away));
    let receipt = failed_run(scene.program("once").run());
    assert_eq!(
        (receipt["due"].as_u64(), receipt["pushed"].as_u64()),
        (Some(60), Some(0))
    );
    // Three chunks of ten are under way at once, two tries each. Then it is clear that nobody is there, and the rest is
    // left for later.
    assert!(
        receipt["reasons"]["deferred"]["circuit_open"].as_u64() >= Some(30),
        "{receipt}"
    );
    assert!(receipt["customs_calls"].as_u64() <= Some(60), "{receipt}");
    let errors = errors(&scene.ledger());
    assert!(
        errors
            .iter()
            .any(|e| e.error.kind == ErrorKind::Unavailable && e.error.code == "connect_failed"),
        "the cause is on record: {errors:?}"
    );

    scene.write_config(&scene.config());
    let again = crate::support::receipt(&scene.program("once").run().code(0).quiet());
    assert_eq!(again["pushed"].as_u64(), u64::try_from(found(60).len()).ok());
}

#[test]
fn sap_dies_in_mid_run_and_the_next_run_makes_up_for_it() {
    for by_key in [false, true] {
        // The third batch gets no answer, so that the run is under way when SAP dies.
        let mut scene = Scene::with_faults(60, "stall:on=ZCustomsPutStatus,skip=2", "");
        if by_key {
            scene.write_config(&scene.config_by_key());
        }
        let run = scene.program("once").start();
        scene.wait_for(&scene.write_log(), 11);
        scene.kill_sap();
        let finished = run.finish();
        let code = finished.status.code();
        let first = receipt(&finished);
        assert!(
            first["pushed"].as_u64() < u64::try_from(found(60).len()).ok(),
            "{first}"
        );
        // A part came through: what did not is on record.
        let failed = first["failed"].as_u64().unwrap();
        let rows = errors(&scene.ledger());
        assert!(failed > 0 || !of_the_run(&rows).is_empty(), "{first} {rows:?}");
        assert_eq!(code, Some(i32::from(first["status"].as_str() == Some("failed"))));
        assert_eq!(
            serde_json::to_value(causes(&rows)).unwrap(),
            first["reasons"]["failed"]
        );

        scene.restart_sap();
        let again = receipt(&scene.program("once").run().code(0).quiet());
        let through = again["pushed"].as_u64().unwrap() + again["unchanged"].as_u64().unwrap();
        assert_eq!(through, found(60).len() as u64, "{again}");
        let writes = writes(&scene.write_log());
        assert_eq!(writes.len(), found(60).len());
        for writes in writes.values() {
            let (first, repeats) = writes.split_first().unwrap();
            assert!(
                repeats
                    .iter()
                    .all(|w| by_key && w.repeat && w.idem_key == first.idem_key),
                "{writes:?}"
            );
        }
    }
}

/// Whatever a run leaves behind or says: no secret is in it.
fn no_secret(scene: &Scene, finished: &Finished) {
    for secret in [CANARY_KEY, CANARY_PASSWORD, CANARY_LOGON, "crkyCn="] {
        assert!(!finished.stdout.contains(secret), "{secret} on standard output");
        assert!(!finished.stderr.contains(secret), "{secret} on standard error");
        assert_eq!(
            files_holding(scene.folder(), secret),
            Vec::<PathBuf>::new(),
            "{secret}"
        );
    }
}

#[test]
fn each_bad_answer_is_a_cause_of_its_own_and_nothing_secret_is_told() {
    let found = found(60);
    let number = |i: usize| found[i].cargo_number();
    let faults = format!(
        "html:key={};truncated:key={};dtd:key={};empty:key={};reset:key={}",
        number(3),
        number(9),
        number(20),
        number(31),
        number(40),
    );
    let scene = Scene::with_faults(60, "", &faults);
    let finished = scene.program("once").env("CUSTOMS_LOG", "trace").run().code(0);
    let receipt = receipt(&finished);
    let expected = json!({
        "dtd_refused": 1, "empty_body": 1, "html_instead_of_xml": 1, "truncated_xml": 1, "connection_reset": 1, "many": 1, "unknown_root": 1,
    });
    assert_eq!(receipt["reasons"]["failed"], expected);
    let errors = errors(&scene.ledger());
    assert_eq!(serde_json::to_value(causes(&errors)).unwrap(), expected);
    for (index, code, says) in [
        (3, "html_instead_of_xml", "시스템 점검"),
        (9, "truncated_xml", "ends too early"),
        (20, "dtd_refused", "document type"),
        (31, "empty_body", "empty"),
        // This one tells the address that was asked, without its query string.
        (40, "connection_reset", "/retrieveCargCsclPrgsInfo?…"),
    ] {
        let key = format!("1000/{}", found[index].delivery());
        let rows: Vec<_> = errors
            .iter()
            .filter(|e| e.key.as_ref().is_some_and(|k| k.as_str() == key))
            .collect();
        assert_eq!(rows.len(), 1, "{key}");
        let row = &rows[0].error;
        assert_eq!((row.stage, row.code.as_str()), (Stage::Query, code));
        assert!(row.message.contains(says), "{row:?}");
        assert!(rows[0].record.is_some(), "{key} can be asked again");
    }
    assert!(
        finished.stderr.contains("DEBUG"),
        "the log was on: {}",
        finished.stderr
    );
    no_secret(&scene, &finished);
}

#[test]
fn a_refused_key_fails_each_record_and_is_not_told() {
    let scene = Scene::new(20);
    let other = "0th3rk3y0000000000000000";
    let finished = scene
        .program("once")
        .env("UNIPASS_API001", other)
        .env("CUSTOMS_LOG", "trace")
        .run();
    no_secret(&scene, &finished);
    assert!(
        !finished.stderr.contains(other) && !finished.stdout.contains(other),
        "{finished:?}"
    );
    assert_eq!(files_holding(scene.folder(), other), Vec::<PathBuf>::new());
    let receipt = failed_run(finished);
    assert_eq!(receipt["reasons"]["failed"], json!({ "refused_key": 20 }));
    let errors = errors(&scene.ledger());
    assert_eq!(errors.len(), 20);
    assert!(
        errors
            .iter()
            .all(|e| e.error.kind == ErrorKind::Unauthorized && e.error.message.contains("인증키"))
    );
    assert_eq!(lines(&scene.write_log()), 0);
}

#[test]
fn trouble_that_passes_costs_more_tries_and_no_record() {
    let scene = Scene::with_faults(
        20,
        "5xx:on=ZCustomsGetDue,count=1",
        "html:count=2;truncated:count=2;reset:count=1",
    );
    // One record may meet all of them.
    scene.write_config(&scene.config_with("attempts = 2", "attempts = 6"));
    let receipt = receipt(&scene.program("once").run().code(0));
    assert_eq!(
        receipt["pushed"].as_u64(),
        u64::try_from(found(20).len()).ok(),
        "{receipt}"
    );
    assert_eq!(receipt["customs_calls"].as_u64(), Some(25), "{receipt}");
}

#[test]
fn a_row_that_sap_refuses_is_its_own_error() {
    let scene = Scene::new(20);
    let texts = scene.config();
    let map = texts.lines().find(|l| l.ends_with("= \"60\"")).unwrap();
    scene.write_config(&texts.replace(map, &map.replace("\"60\"", "\"far too long for it\"")));
    let receipt = receipt(&scene.program("once").run().code(0));
    let late = found(20)
        .iter()
        .filter(|s| s.progress().status == "반출완료")
        .count() as u64;
    assert!(
        late > 0 && receipt["pushed"].as_u64() == Some(found(20).len() as u64 - late),
        "{receipt}"
    );
    let errors = errors(&scene.ledger());
    let refused: Vec<_> = errors
        .iter()
        .filter(|e| e.error.stage == Stage::Deliver)
        .collect();
    assert_eq!(refused.len() as u64, late, "{errors:?}");
}

#[test]
fn a_write_whose_answer_is_lost_is_read_back_or_repeated_under_its_key() {
    for by_key in [false, true] {
        let scene = Scene::with_faults(30, "lost:on=ZCustomsPutStatus,part=answer,skip=1,count=1", "");
        if by_key {
            scene.write_config(&scene.config_by_key());
        }
        let receipt = receipt(&scene.program("once").run().code(0));
        assert_eq!(
            receipt["pushed"].as_u64(),
            Some(found(30).len() as u64),
            "by key {by_key}: {receipt}"
        );
        let writes = writes(&scene.write_log());
        assert_eq!(writes.len(), found(30).len());
        let repeats: Vec<_> = writes.values().flat_map(|w| &w[1..]).collect();
        assert_eq!(repeats.is_empty(), !by_key, "{repeats:?}");
        assert!(repeats.iter().all(|w| w.repeat), "{repeats:?}");
    }
}

#[test]
fn a_write_that_was_lost_on_the_way_is_never_taken_for_done() {
    for by_key in [false, true] {
        let scene = Scene::with_faults(30, "lost:on=ZCustomsPutStatus,part=request,skip=1,count=1", "");
        if by_key {
            scene.write_config(&scene.config_by_key());
        }
        let first = receipt(&scene.program("once").run().code(0));
        let pushed = first["pushed"].as_u64().unwrap();
        assert_eq!(
            writes(&scene.write_log()).len() as u64,
            pushed,
            "by key {by_key}: {first}"
        );
        let errors = errors(&scene.ledger());
        let lost: Vec<_> = errors
            .iter()
            .filter(|e| e.error.code == "not_delivered")
            .collect();
        assert_eq!(
            pushed + lost.len() as u64,
            found(30).len() as u64,
            "{first} {errors:?}"
        );
        // A key makes it safe to repeat at once; without one the next run writes.
        assert_eq!(lost.is_empty(), by_key, "{errors:?}");
        let second = receipt(&scene.program("once").run().code(0).quiet());
        assert_eq!(second["pushed"].as_u64(), Some(lost.len() as u64), "{second}");
        assert!(writes(&scene.write_log()).values().all(|w| w.len() == 1));
        assert_eq!(writes(&scene.write_log()).len(), found(30).len());
    }
}
