//! Real descriptions and messages, kept outside of the repository.

use std::path::{Path, PathBuf};

/// Is a test requirement named in `CUSTOMS_REQUIRE`, a list with commas?
pub(crate) fn required(what: &str) -> bool {
    std::env::var("CUSTOMS_REQUIRE").is_ok_and(|list| list.split(',').any(|item| item.trim() == what))
}

/// The folder `CUSTOMS_CORPUS`/`folder`. Without it the test is skipped with a printed reason, or fails where `corpus` is
/// required.
pub(crate) fn folder(folder: &str) -> Option<PathBuf> {
    match std::env::var_os("CUSTOMS_CORPUS") {
        Some(root) => Some(Path::new(&root).join(folder)),
        None if required("corpus") => {
            panic!("CUSTOMS_CORPUS is not set, but CUSTOMS_REQUIRE names the corpus")
        }
        None => {
            println!("skipped: CUSTOMS_CORPUS is not set");
            None
        }
    }
}

/// All files below a folder with this extension (in any case), sorted.
pub(crate) fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(&folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display())) {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path
                .extension()
                .is_some_and(|e| e.eq_ignore_ascii_case(extension))
            {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}
