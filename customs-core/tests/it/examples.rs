//! The examples of this crate run, and show what their task is about.

use std::process::Command;

/// What an example prints. Cargo builds the examples for the tests of their package.
fn run(example: &str) -> String {
    let test = std::env::current_exe().unwrap();
    let folder = test.parent().unwrap().parent().unwrap().join("examples");
    let output = Command::new(folder.join(example)).output().unwrap();
    assert!(output.status.success(), "{example}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn error_reporter_brings_every_error_into_a_table_of_its_own() {
    let shown = run("error_reporter");
    assert_eq!(shown.lines().count(), 3, "{shown}");
    assert!(
        shown.contains("\"pushed\":1") && shown.contains("\"failed\":2"),
        "{shown}"
    );
    for row in [
        "1000/80001235 query [refused_key] ",
        "\"유효\"",
        "1000/80001236 fetch ",
    ] {
        assert!(shown.contains(row), "{row}: {shown}");
    }
}
