//! What is promised in words: the documentation of each service, and the feature table of the README.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use unipass_client::Service;
use unipass_client::catalogue::Evidence;
use unipass_client::services::ALL;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn source(service: &Service) -> String {
    let file = folder().join(format!("src/services/{}.rs", service.slug.replace('-', "_")));
    fs::read_to_string(&file).unwrap_or_else(|e| panic!("{}: {e}", file.display()))
}

/// Documentation as rustdoc sees it: of the module, and of everything in it.
fn docs(source: &str, mark: &str) -> String {
    let lines = source.lines().map(str::trim_start);
    lines
        .filter_map(|line| line.strip_prefix(mark))
        .map(|line| format!("{}\n", line.trim_start()))
        .collect()
}

#[test]
fn each_service_tells_what_it_answers_and_how_that_is_known_and_has_an_example_that_runs() {
    for service in ALL {
        let (id, source) = (service.id, source(service));
        let docs = docs(&source, "//!");
        let evidence = match service.evidence {
            Evidence::Live => "Evidence: **live**",
            Evidence::Guide => "Evidence: **guide**",
            Evidence::Unproven => "Evidence: **unproven**",
        };
        for part in [
            service.id,
            service.slug,
            service.ko,
            service.en,
            service.answers,
            service.path,
            evidence,
        ] {
            assert!(docs.contains(part), "{id}: {part}\n{docs}");
        }
        for note in service.notes {
            assert!(docs.contains(note), "{id}: {note}");
        }
        // A plain block is compiled and run by `cargo test --doc`; `ignore`, `no_run` and others are not.
        let blocks: Vec<&str> = docs.lines().filter(|line| line.starts_with("```")).collect();
        assert_eq!(blocks, ["```", "```"], "{id}");
        for step in [
            "Request::",
            ".check()?",
            "Decoder::new",
            "assert_eq!(reply.answer().verdict()",
        ] {
            assert!(docs.contains(step), "{id}: the example has no {step}");
        }
    }
}

#[test]
fn each_parameter_and_field_is_documented_with_its_wire_and_korean_name() {
    for service in ALL {
        let docs = docs(&source(service), "/// ");
        let lines: Vec<&str> = docs.lines().collect();
        let params = service.params.iter().map(|p| (p.wire, p.ko));
        let fields = service
            .records
            .iter()
            .flat_map(|r| r.fields)
            .map(|f| (f.wire, f.ko));
        for (wire, ko) in params.chain(fields) {
            let wire = format!("`{wire}`");
            let is_documented = lines.iter().any(|line| line.contains(&wire) && line.contains(ko));
            assert!(is_documented, "{}: {wire} {ko}", service.id);
        }
    }
}

/// Each test that the README names behind a cell of the feature table exists.
#[test]
fn each_cell_of_ours_in_the_feature_table_names_a_test() {
    let readme = fs::read_to_string(folder().join("README.md")).unwrap();
    let table: Vec<&str> = readme
        .lines()
        .skip_while(|line| !line.starts_with("| | unipass-client"))
        .skip(2)
        .take_while(|line| line.starts_with('|'))
        .collect();
    assert!(table.len() >= 11, "{table:?}");
    let (_, notes) = readme.split_once("\n\n¹ `").unwrap();
    let notes = format!("¹ `{}", notes.split("\n\n").next().unwrap());
    let notes: Vec<&str> = notes.split('·').map(str::trim).collect();
    let is_mark = |c: &char| "¹²³⁴⁵⁶⁷⁸⁹⁰".contains(*c);
    let mut named = BTreeSet::new();
    for row in table {
        let cell = row.split('|').nth(2).unwrap();
        let mark: String = cell.chars().filter(is_mark).collect();
        let note = notes
            .iter()
            .find(|note| note.chars().take_while(is_mark).collect::<String>() == mark)
            .unwrap_or_else(|| panic!("no note for {row}"));
        let tests: Vec<&str> = note.split('`').skip(1).step_by(2).collect();
        assert!(!mark.is_empty() && !tests.is_empty(), "{row}: {note}");
        named.extend(tests);
    }
    for test in named {
        let (module, name) = test.rsplit_once("::").unwrap();
        let file = match module.strip_suffix("::tests") {
            Some(module) => format!("src/{}.rs", module.replace("::", "/")),
            None => format!("tests/it/{module}.rs"),
        };
        let source =
            fs::read_to_string(folder().join(&file)).unwrap_or_else(|e| panic!("{test}: {file}: {e}"));
        assert!(has_test(&source, name), "{test}: no such test in {file}");
    }
}

fn has_test(source: &str, name: &str) -> bool {
    let is_test = |at: usize| {
        let before = source[..at].rsplit("\n\n").next().unwrap();
        before.contains("#[test]") || before.contains("#[tokio::test")
    };
    source
        .match_indices(&format!("fn {name}("))
        .any(|(at, _)| is_test(at))
}

#[test]
fn a_missing_test_would_be_noticed() {
    let source = fs::read_to_string(folder().join(Path::new("tests/it/docs.rs"))).unwrap();
    assert!(has_test(&source, "a_missing_test_would_be_noticed"));
    assert!(!has_test(&source, "folder") && !has_test(&source, "nothing"));
}
