//! The hot paths of the workspace: `cargo bench -p customs-benches [-- NAME]`.

use std::process::ExitCode;

use criterion::Criterion;
use customs_benches::hot::{NAMES, prepare};

fn main() -> ExitCode {
    let mut criterion = Criterion::default().configure_from_args();
    let Ok(folder) = tempfile::tempdir() else {
        return ExitCode::FAILURE;
    };
    for name in NAMES {
        let Ok(mut hot) = prepare(name, folder.path()) else {
            return ExitCode::FAILURE;
        };
        let mut failed = false;
        criterion.bench_function(name, |bencher| bencher.iter(|| failed |= hot().is_err()));
        if failed {
            return ExitCode::FAILURE;
        }
    }
    criterion.final_summary();
    ExitCode::SUCCESS
}
