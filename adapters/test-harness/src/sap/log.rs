//! The write log: one line of JSON for each accepted row, durable before SAP answers.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::error::StartError;

/// One accepted row, as it stands in the write log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct LoggedWrite {
    /// From 1, without gaps.
    pub seq: u64,
    /// The record, `Bukrs/Vbeln`.
    pub key: String,
    /// The status that was sent.
    pub stats: String,
    /// Its date, `yyyy-mm-dd`.
    pub udate: String,
    /// Its time, `hh:mm:ss`.
    pub uzeit: String,
    /// The text that was sent; may be empty.
    pub text: String,
    /// The idempotency key; may be empty.
    pub idem_key: String,
    /// Whether the same record was written under the same key before, so that nothing was changed.
    pub repeat: bool,
    /// Microseconds since this simulator started.
    pub at_us: u64,
}

/// The file, open for appending.
#[derive(Debug)]
pub(super) struct WriteLog {
    file: File,
}

impl WriteLog {
    /// Opens or creates the log and hands each whole line to `replay`. A last line without an end was never answered:
    /// it is cut off.
    pub(super) fn open(path: &Path, mut replay: impl FnMut(LoggedWrite)) -> Result<Self, StartError> {
        let mut file = OpenOptions::new()
            .create(true)
            .read(true)
            .append(true)
            .open(path)
            .map_err(StartError::file(path))?;
        let mut text = Vec::new();
        file.read_to_end(&mut text).map_err(StartError::file(path))?;
        let whole = text
            .iter()
            .rposition(|byte| *byte == b'\n')
            .map_or(0, |end| end + 1);
        if whole < text.len() {
            tracing::warn!(message = "The last line of the write log is torn and is cut off.", path = %path.display());
            file.set_len(whole as u64).map_err(StartError::file(path))?;
            file.seek(SeekFrom::End(0)).map_err(StartError::file(path))?;
        }
        for (index, line) in text[..whole].split(|byte| *byte == b'\n').enumerate() {
            if line.is_empty() {
                continue;
            }
            let write = serde_json::from_slice(line).map_err(|error| StartError::Content {
                path: PathBuf::from(path),
                line: index + 1,
                reason: error.to_string(),
            })?;
            replay(write);
        }
        Ok(Self { file })
    }

    /// Appends the rows of one request; they are on disk when this returns.
    pub(super) fn append(&mut self, writes: &[LoggedWrite]) -> io::Result<()> {
        let mut text = Vec::with_capacity(writes.len() * 200);
        for write in writes {
            serde_json::to_writer(&mut text, write)?;
            text.push(b'\n');
        }
        self.file.write_all(&text)?;
        self.file.sync_data()
    }
}
