//! The suites are complete: each bullet of a trait's contract has a test of its name, and no test is without a bullet.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails by panicking, in its helper functions too, and says why it is skipped"
)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

const TRAITS: [(&str, &str, &str); 17] = [
    ("SourceSystem", "source.rs", "source.rs"),
    ("CustomsApi", "customs.rs", "customs.rs"),
    ("Sink", "sink.rs", "sink.rs"),
    ("ErrorReporter", "reporter.rs", "reporter.rs"),
    ("Dispatcher", "dispatch.rs", "dispatch.rs"),
    ("RunLedger", "ledger/run.rs", "run_ledger.rs"),
    ("RecordLedger", "ledger/record.rs", "record_ledger.rs"),
    ("QuotaLedger", "ledger/quota.rs", "quota_ledger.rs"),
    ("LedgerReader", "ledger/reader.rs", "ledger_reader.rs"),
    ("EpisodeLedger", "ledger/episode.rs", "episode_ledger.rs"),
    ("AlertLedger", "ledger/alert.rs", "alert_ledger.rs"),
    ("JobLedger", "ledger/job.rs", "job_ledger.rs"),
    ("Retention", "ledger/retention.rs", "retention.rs"),
    ("Alerter", "alerter.rs", "alerter.rs"),
    ("ErrorStore", "spool.rs", "error_store.rs"),
    ("AuditLog", "ledger/audit.rs", "audit_log.rs"),
    ("UrgentQueue", "ledger/urgent.rs", "urgent_queue.rs"),
];

/// The core's sources; a packaged crate stands alone.
fn core() -> Option<PathBuf> {
    let core = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../customs-core/src");
    if core.is_dir() {
        return Some(core);
    }
    println!("skipped: the sources of customs-core are not beside this crate");
    None
}

/// The names of a trait's bullets: `/// - **name**: …`, between the trait and the nearest line above that is no doc comment.
fn bullets(source: &str, name: &str) -> BTreeSet<String> {
    let lines: Vec<_> = source.lines().collect();
    let start = lines
        .iter()
        .position(|l| l.starts_with(&format!("pub trait {name}:")))
        .unwrap();
    let docs = lines[..start]
        .iter()
        .rev()
        .skip_while(|l| l.starts_with('#'))
        .take_while(|l| l.starts_with("///"));
    docs.filter_map(|l| Some(l.strip_prefix("/// - **")?.split_once("**:")?.0.to_owned()))
        .collect()
}

#[test]
fn every_bullet_has_a_test_and_every_test_a_bullet() {
    let Some(core) = core() else { return };
    let suites = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/conformance");
    let mut seen = BTreeSet::new();
    for (name, contract, suite) in TRAITS {
        let contract = std::fs::read_to_string(core.join(contract)).unwrap();
        let suite = std::fs::read_to_string(suites.join(suite)).unwrap();
        let bullets = bullets(&contract, name);
        assert!(!bullets.is_empty(), "{name} has no contract");
        let tests: BTreeSet<String> = suite
            .lines()
            .filter_map(|l| Some(l.strip_prefix("pub async fn ")?.split_once('(')?.0.to_owned()))
            .collect();
        assert_eq!(
            bullets, tests,
            "the bullets of {name}, and the tests of its suite"
        );
        let macro_body = suite.split("conformance_tests! {").nth(1).unwrap();
        let listed: BTreeSet<String> = macro_body
            .split('}')
            .next()
            .unwrap()
            .lines()
            .skip(2)
            .map(|l| l.trim().trim_end_matches(',').to_owned())
            .filter(|l| !l.is_empty())
            .collect();
        assert_eq!(
            bullets, listed,
            "the bullets of {name}, and what the macro of its suite runs"
        );
        seen.insert(name.to_owned());
    }
    assert_eq!(
        traits_with_a_contract(&core),
        seen,
        "the core's traits, and those with a suite"
    );
}

/// All traits of the core whose documentation lists bullets.
fn traits_with_a_contract(folder: &Path) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(traits_with_a_contract(&path));
            continue;
        }
        let source = std::fs::read_to_string(&path).unwrap();
        let traits = source
            .lines()
            .filter_map(|l| l.strip_prefix("pub trait ")?.split_once(':'));
        for (name, _) in traits {
            if !bullets(&source, name).is_empty() {
                found.insert(name.to_owned());
            }
        }
    }
    found
}
