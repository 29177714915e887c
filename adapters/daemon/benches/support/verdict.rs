//! What every bench here does around its work: a runtime, and an exit code that says whether the bars are met.

use std::io::Write as _;
use std::process::ExitCode;

pub(crate) type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

/// Runs the bench on a runtime with so many threads beside the main one. True means that all bars are met.
pub(crate) fn of(threads: usize, bench: impl Future<Output = Outcome<bool>>) -> ExitCode {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(threads)
        .enable_all()
        .build();
    match runtime
        .map_err(Into::into)
        .and_then(|runtime| runtime.block_on(bench))
    {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "{error}");
            ExitCode::FAILURE
        }
    }
}
