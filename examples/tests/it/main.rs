//! Each example runs as it is, against simulators of its own, and prints what the README promises.

#![expect(
    clippy::unwrap_used,
    reason = "a test fails by panicking, in its helper functions too"
)]

mod hosts;
mod tutorial;

use std::process::Command;

/// Runs an example to its end; gives what it printed.
fn run(program: &str) -> String {
    let output = Command::new(program).output().unwrap();
    let complaints = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program}: {complaints}");
    String::from_utf8(output.stdout).unwrap()
}

fn has(printed: &str, lines: &[&str]) {
    for line in lines {
        assert!(
            printed.lines().any(|l| l == *line),
            "{line:?} is missing in:\n{printed}"
        );
    }
}

#[test]
fn the_readme_lists_every_example() {
    let readme = include_str!("../../README.md");
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/bin");
    for file in std::fs::read_dir(folder).unwrap() {
        let name = file
            .unwrap()
            .path()
            .file_stem()
            .unwrap()
            .to_string_lossy()
            .into_owned();
        assert!(
            readme.contains(&format!("](src/bin/{name}.rs)")),
            "{name} is not in the README"
        );
    }
}

#[test]
fn generated_code_is_that_of_todays_generator() {
    let wsdl = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../adapters/test-harness/src/sap/zcustoms.wsdl"
    );
    let wsdl = sap_soap::wsdl::Wsdl::from_file(wsdl).unwrap();
    let code = sap_soap::codegen::generate(&wsdl, None).unwrap();
    assert_eq!(code, include_str!("../../src/generated/zcustoms.rs"));
}

#[test]
fn call_function_module() {
    let printed = run(env!("CARGO_BIN_EXE_call_function_module"));
    has(&printed, &["3 are due"]);
    assert_eq!(printed.matches("delivery ").count(), 2, "{printed}");
    assert!(printed.contains("not sent: IvBukrs: "), "{printed}");
}

#[test]
fn stream_a_table() {
    let printed = run(env!("CARGO_BIN_EXE_stream_a_table"));
    assert!(printed.starts_with("20000 rows, "), "{printed}");
    has(&printed, &["EvTotal: 20000"]);
}

#[test]
fn push_rows() {
    let printed = run(env!("CARGO_BIN_EXE_push_rows"));
    has(&printed, &["SAP holds Some(\"50\") for the first one"]);
    assert!(printed.contains("row 2: E "), "{printed}");
    assert!(
        !printed.contains("row 1: E ") && !printed.contains("row 3: E "),
        "{printed}"
    );
}

#[test]
fn typed_code() {
    let printed = run(env!("CARGO_BIN_EXE_typed_code"));
    assert_eq!(printed.matches("1000 008").count(), 2, "{printed}");
    assert!(
        printed.contains("2 of 5, the next page begins after "),
        "{printed}"
    );
}

#[test]
fn look_up_shipment() {
    let printed = run(env!("CARGO_BIN_EXE_look_up_shipment"));
    has(&printed, &["26NOBODYHASTHIS0001: customs says there is none"]);
    assert!(printed.contains("입항"), "{printed}");
}

#[test]
fn exchange_rates() {
    let printed = run(env!("CARGO_BIN_EXE_exchange_rates"));
    let mut lines = printed.lines();
    assert_eq!(lines.next(), Some("day,currency,rate_in_krw,applies_from"));
    let lines: Vec<&str> = lines.collect();
    assert!(lines.contains(&"2026-11-16,USD,1441.57,2026-11-15"), "{printed}");
    assert!(
        lines.iter().any(|line| line.starts_with("2026-11-22,")),
        "{printed}"
    );
    assert!(lines.iter().all(|line| line.split(',').count() == 4), "{printed}");
}

#[test]
fn own_source_and_sink() {
    let printed = run(env!("CARGO_BIN_EXE_own_source_and_sink"));
    assert!(printed.starts_with("due 11, pushed "), "{printed}");
    assert!(printed.contains("balanced true"), "{printed}");
    assert!(printed.contains("again: pushed 0, unchanged "), "{printed}");
    assert!(printed.contains("{\"order\":\"PO-"), "{printed}");
}

#[test]
fn own_layer() {
    let printed = run(env!("CARGO_BIN_EXE_own_layer"));
    assert!(
        printed.lines().any(|line| line.starts_with("Found: ")),
        "{printed}"
    );
    assert!(
        printed.lines().any(|line| line.starts_with("error ")),
        "{printed}"
    );
}

#[test]
fn test_your_service() {
    let printed = run(env!("CARGO_BIN_EXE_test_your_service"));
    has(
        &printed,
        &[
            "with a page instead of an answer: Unknown",
            "when it is over: Yes",
        ],
    );
}

#[test]
fn record_and_replay() {
    let printed = run(env!("CARGO_BIN_EXE_record_and_replay"));
    has(
        &printed,
        &[
            "3 answers are the same, 0 are left over",
            "the cassette holds 3 exchanges and \"crkyCn\",\"[redacted]\"",
        ],
    );
}
