//! `customs demo`: the whole product on one machine.

use customs_test_harness::world::{Outcome, World};

use crate::support::{Program, causes, errors, found, map_of, receipt, writes};

const RECORDS: u32 = 300;

fn demo(dir: &std::path::Path, format: &str) -> Program {
    Program::new([
        "demo",
        "--once",
        "--records",
        "300",
        "--latency-ms",
        "1",
        "--format",
        format,
    ])
    .arg("--data-dir")
    .arg(dir)
}

#[test]
fn what_is_found_is_pushed_once_and_the_rest_is_an_error_row_each() {
    let dir = tempfile::tempdir().unwrap();
    let first = receipt(&demo(dir.path(), "json").run().code(0).quiet());
    assert_eq!(
        (first["status"].as_str(), first["due"].as_u64()),
        (Some("succeeded"), Some(300))
    );
    assert!(first["pushed"].as_u64() >= Some(240), "{first}");

    // SAP holds, for each record that customs finds, what customs says, and nothing else.
    let writes = writes(&dir.path().join("sap-writes.ndjson"));
    let held: Vec<_> = writes
        .iter()
        .map(|(key, writes)| {
            assert_eq!(writes.len(), 1, "{writes:?}");
            let write = &writes[0];
            assert!(!write.idem_key.is_empty() && !write.repeat, "{write:?}");
            (
                key.clone(),
                write.stats.clone(),
                format!("{}T{}", write.udate, write.uzeit),
            )
        })
        .collect();
    let expected: Vec<_> = found(RECORDS)
        .iter()
        .map(|shipment| {
            let progress = shipment.progress();
            let (code, as_of) = (map_of(progress.status).to_owned(), progress.as_of.to_string());
            (format!("1000/{}", shipment.delivery()), code, as_of)
        })
        .collect();
    assert_eq!(held, expected);
    assert_eq!(first["pushed"].as_u64(), u64::try_from(expected.len()).ok());

    // Each failed record is an error row, with the record in it.
    let rows = errors(&dir.path().join("customs.db"));
    assert_eq!(
        serde_json::to_value(causes(&rows)).unwrap(),
        first["reasons"]["failed"]
    );
    assert!(
        rows.iter()
            .all(|row| row.record.is_some() && row.run.as_str() == first["run_id"])
    );
    let refused: Vec<String> = (0..RECORDS)
        .map(|index| World::new(1, 0).shipment(index))
        .filter(|s| !matches!(s.outcome(), Outcome::Found | Outcome::NotFound))
        .map(|s| format!("1000/{}", s.delivery()))
        .collect();
    let mut failed: Vec<String> = rows
        .iter()
        .map(|row| row.key.clone().unwrap().as_str().to_owned())
        .collect();
    failed.sort();
    assert_eq!(failed, refused);

    // Nothing changed in between: nothing is written.
    let second = receipt(&demo(dir.path(), "json").run().code(0).quiet());
    for name in ["due", "not_found", "failed"] {
        assert_eq!(second[name], first[name], "{name}");
    }
    assert_eq!(second["unchanged"], first["pushed"]);
    assert_eq!(
        (second["pushed"].as_u64(), second["sap_writes"].as_u64()),
        (Some(0), Some(0))
    );
    assert_eq!(
        crate::support::writes(&dir.path().join("sap-writes.ndjson")),
        writes
    );
}

#[test]
fn for_people_it_lists_the_errors_by_cause_and_says_where_to_look() {
    let dir = tempfile::tempdir().unwrap();
    let finished = demo(dir.path(), "text").run().code(0).quiet();
    let text = &finished.stdout;
    let (receipt, causes) = text.split_once("\nErrors by cause:\n").unwrap();
    for line in ["  due            300", "  balanced       yes"] {
        assert!(receipt.lines().any(|l| l == line), "{line}: {text}");
    }
    for cause in [
        "query [many]",
        "query [unknown_root]",
        "query [service_trouble]",
        "map [unmapped_value]",
    ] {
        assert!(causes.contains(cause), "{cause}: {text}");
    }
    assert!(causes.contains("(for example 1000/00800"), "{text}");
    for file in ["customs.db", "sap-writes.ndjson", "customs.toml"] {
        assert!(
            causes.contains(&dir.path().join(file).display().to_string()),
            "{file}: {text}"
        );
        assert!(dir.path().join(file).exists(), "{file}");
    }
    // A progress bar lives on colours and carriage returns.
    assert!(!text.contains(['\u{1b}', '\r']), "{text:?}");
}

#[test]
fn a_data_directory_that_cannot_be_made_is_one_line() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("file");
    std::fs::write(&file, "").unwrap();
    let finished = demo(&file.join("below"), "json").run().code(1);
    assert!(finished.complaint().starts_with("customs: "), "{finished:?}");
    assert!(
        finished.complaint().contains("below cannot be made"),
        "{finished:?}"
    );
}
