//! The lock that tells a program whether it is alone.

use std::fs::{File, TryLockError};
use std::path::Path;

/// Held while the process lives; the operating system lets go of it when the process dies, however it dies.
#[derive(Debug)]
pub(crate) struct InstanceLock {
    _file: Option<File>,
    sole: bool,
}

impl InstanceLock {
    /// Tries to take the lock file. Not getting it is no error: another process of the same instance is at work, and this
    /// one then takes nothing over. A folder that cannot be written to counts as not getting it.
    pub(crate) fn take(path: &Path) -> Self {
        let Ok(file) = File::options().create(true).append(true).open(path) else {
            return Self {
                _file: None,
                sole: false,
            };
        };
        match file.try_lock() {
            Ok(()) => Self {
                _file: Some(file),
                sole: true,
            },
            Err(TryLockError::WouldBlock | TryLockError::Error(_)) => Self {
                _file: None,
                sole: false,
            },
        }
    }

    /// Whether no other process of this instance is alive.
    pub(crate) fn is_sole(&self) -> bool {
        self.sole
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_first_is_alone() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("customs.lock");
        let first = InstanceLock::take(&path);
        assert!(first.is_sole());
        assert!(!InstanceLock::take(&path).is_sole());
        drop(first);
        assert!(InstanceLock::take(&path).is_sole());
        assert!(!InstanceLock::take(&dir.path().join("missing").join("customs.lock")).is_sole());
    }
}
