//! What a run leaves behind: receipt, write log, ledger.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use customs_core::{ErrorFilter, LedgerReader as _, StoredError};
use customs_sql::SqlLedger;
use serde::Deserialize;
use serde_json::Value;

use super::Finished;

/// The receipt on standard output, after checking that it has all keys and adds up.
#[track_caller]
pub(crate) fn receipt(finished: &Finished) -> Value {
    let receipt = finished.json();
    let keys: Vec<&str> = receipt.as_object().unwrap().keys().map(String::as_str).collect();
    let expected = [
        "run_id",
        "status",
        "due",
        "pushed",
        "unchanged",
        "not_found",
        "failed",
        "deferred",
        "balanced",
        "reasons",
        "elapsed_ms",
        "customs_calls",
        "calls_saved",
        "sap_reads",
        "sap_writes",
    ];
    assert_eq!(keys[..expected.len()], expected);
    let count = |name: &str| receipt[name].as_u64().unwrap();
    let ends: u64 = ["pushed", "unchanged", "not_found", "failed", "deferred"]
        .map(count)
        .iter()
        .sum();
    assert_eq!(
        (count("due"), receipt["balanced"].as_bool()),
        (ends, Some(true)),
        "{receipt}"
    );
    for outcome in ["failed", "deferred"] {
        let reasons = receipt["reasons"][outcome].as_object().unwrap().values();
        let sum: u64 = reasons.map(|n| n.as_u64().unwrap()).sum();
        assert_eq!(sum, count(outcome), "{receipt}");
    }
    receipt
}

/// A line of the simulated SAP's write log.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Write {
    pub(crate) key: String,
    pub(crate) stats: String,
    pub(crate) udate: String,
    pub(crate) uzeit: String,
    pub(crate) idem_key: String,
    pub(crate) repeat: bool,
}

/// The write log, by record.
pub(crate) fn writes(file: &Path) -> BTreeMap<String, Vec<Write>> {
    let mut writes: BTreeMap<String, Vec<Write>> = BTreeMap::new();
    for line in std::fs::read_to_string(file).unwrap_or_default().lines() {
        let write: Write = serde_json::from_str(line).unwrap();
        writes.entry(write.key.clone()).or_default().push(write);
    }
    writes
}

/// How many whole lines a file has; none if it is not there yet.
pub(crate) fn lines(file: &Path) -> usize {
    let text = std::fs::read(file).unwrap_or_default();
    text.iter().filter(|byte| **byte == b'\n').count()
}

/// All rows of the error table, oldest first.
pub(crate) fn errors(ledger: &Path) -> Vec<StoredError> {
    assert!(ledger.exists(), "{}", ledger.display());
    errors_of(&format!("sqlite:{}", ledger.display()))
}

/// All rows of the error table of the database that the URL names, oldest first.
pub(crate) fn errors_of(url: &str) -> Vec<StoredError> {
    block_on(async {
        let ledger = SqlLedger::open(url).await.unwrap();
        let filter = ErrorFilter {
            run: None,
            key: None,
            episode: None,
            limit: 10_000,
        };
        let mut errors = ledger.errors(&filter).await.unwrap();
        ledger.shut_down().await;
        errors.reverse();
        errors
    })
}

/// Waits for what only a runtime can do.
pub(crate) fn block_on<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.unwrap().block_on(work)
}

/// How many error rows of records there are, by code.
pub(crate) fn causes(errors: &[StoredError]) -> BTreeMap<String, u64> {
    let mut causes = BTreeMap::new();
    for error in errors.iter().filter(|e| e.key.is_some()) {
        *causes.entry(error.error.code.clone()).or_default() += 1;
    }
    causes
}

/// The files below a folder that hold a text, whatever they are.
pub(crate) fn files_holding(folder: &Path, text: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files_holding(&path, text));
        } else {
            let bytes = std::fs::read(&path).unwrap();
            if bytes.windows(text.len()).any(|w| w == text.as_bytes()) {
                found.push(path);
            }
        }
    }
    found
}

/// Checks that a JSON object has exactly these keys, in this order.
#[track_caller]
pub(crate) fn closed_form(object: &Value, keys: &[&str]) {
    let found: Vec<&str> = object.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(found, keys, "{object}");
}

/// The folder with recorded input, if there is one. Missing it fails where it is required.
#[expect(
    clippy::print_stdout,
    reason = "whoever runs the tests is told what was left out"
)]
pub(crate) fn corpus() -> Option<String> {
    let folder = std::env::var("CUSTOMS_CORPUS").ok();
    let required = std::env::var("CUSTOMS_REQUIRE").unwrap_or_default();
    if folder.is_none() {
        assert!(
            !required.split(',').any(|r| r.trim() == "corpus"),
            "CUSTOMS_CORPUS is not set, and it is required"
        );
        println!("skipped: CUSTOMS_CORPUS is not set");
    }
    folder
}
