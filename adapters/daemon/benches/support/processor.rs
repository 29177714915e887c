//! How much a process has worked, as the system accounts for it.

use crate::verdict::Outcome;

/// Nanoseconds that all threads of a process have worked: its number, or `self`.
pub(crate) fn worked(process: &str) -> Outcome<u64> {
    let mut sum = 0;
    for thread in std::fs::read_dir(format!("/proc/{process}/task"))? {
        let text = std::fs::read_to_string(thread?.path().join("schedstat"))?;
        sum += text.split(' ').next().unwrap_or_default().parse::<u64>()?;
    }
    Ok(sum)
}
