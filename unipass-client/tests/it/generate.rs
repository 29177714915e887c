//! Makes the Rust of `src/services` and `src/verdict/shipped.rs` from the catalogue, and fails when what is checked in differs.
//!
//! After a change of the catalogue: `UNIPASS_GENERATE=1 cargo test -p unipass-client --test it generate`.

mod docs;
mod entry;
mod model;
mod names;
mod service;
mod types;
mod verdicts;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use model::Service;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn catalogue() -> Vec<Service> {
    let mut files: Vec<PathBuf> = fs::read_dir(root().join("catalogue"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    files.iter().map(|file| model::read(file)).collect()
}

/// Every generated file: path below `src`, and content.
fn generated() -> BTreeMap<String, String> {
    let services = catalogue();
    let mut files: BTreeMap<String, String> = services
        .iter()
        .map(|s| {
            (
                format!("services/{}.rs", names::module(&s.slug)),
                service::file(s),
            )
        })
        .collect();
    files.insert("services.rs".into(), service::index(&services));
    let verdicts = fs::read_to_string(root().join("verdicts.toml")).unwrap();
    files.insert("verdict/shipped.rs".into(), verdicts::file(&verdicts));
    files
}

#[test]
fn generated_code_is_fresh() {
    let src = root().join("src");
    let files = generated();
    if std::env::var_os("UNIPASS_GENERATE").is_some() {
        for stale in stale_files(&src, &files) {
            fs::remove_file(stale).unwrap();
        }
        for (path, content) in &files {
            fs::write(src.join(path), content).unwrap();
        }
        return;
    }
    for (path, content) in &files {
        let found = fs::read_to_string(src.join(path)).unwrap_or_default();
        assert!(
            found == *content,
            "{path} is not what the catalogue says: run it again with UNIPASS_GENERATE=1"
        );
    }
    assert_eq!(
        stale_files(&src, &files),
        [""; 0].map(PathBuf::from),
        "no catalogue entry makes these files"
    );
}

fn stale_files(src: &Path, files: &BTreeMap<String, String>) -> Vec<PathBuf> {
    let dir = fs::read_dir(src.join("services")).unwrap();
    let is_stale = |path: &PathBuf| {
        !files.contains_key(&format!(
            "services/{}",
            path.file_name().unwrap().to_string_lossy()
        ))
    };
    dir.map(|entry| entry.unwrap().path()).filter(is_stale).collect()
}
