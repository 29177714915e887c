//! Error rows wait on the disk while their store is away.

use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use tracing::{error, warn};

use crate::{CallContext, CompanyId, ErrorReport, ErrorReporter, JobName, Result, RunId};

/// The file grows no larger; what does not fit is in the log only.
const LARGEST: u64 = 16 * 1024 * 1024;
/// How long storing one report may take before it goes to the disk.
const LIMIT: Duration = Duration::from_secs(40);

/// A report with the run that it belongs to: what a store is given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spooled {
    /// The company.
    pub company: CompanyId,
    /// The job.
    pub job: JobName,
    /// The run.
    pub run: RunId,
    /// The report.
    pub report: ErrorReport,
}

impl Spooled {
    /// A report in its context.
    pub fn new(cx: &CallContext, report: &ErrorReport) -> Self {
        Self {
            company: cx.company.clone(),
            job: cx.job.clone(),
            run: cx.run.clone(),
            report: report.clone(),
        }
    }

    /// The context.
    pub fn context(&self) -> CallContext {
        CallContext::new(self.company.clone(), self.job.clone(), self.run.clone())
    }
}

/// Stores reports, and says when it cannot: what a [`Spool`] stands in front of.
///
/// Contract:
/// - **a_stored_report_is_there**: `Ok` means that the report is stored to last, and counted into its episode.
/// - **one_row_per_id**: the same report again changes nothing.
/// - **the_receipt_of_an_unknown_run_is_kept**: a report that brings the receipt of a run which is not there adds that run.
#[async_trait]
pub trait ErrorStore: fmt::Debug + Send + Sync + 'static {
    /// Stores one report.
    async fn store(&self, cx: &CallContext, report: &ErrorReport) -> Result<()>;
}

/// An [`ErrorReporter`] that stores reports, and keeps in a file what cannot be stored now: one JSON line each, on the disk
/// before `report` returns. [`drain`](Self::drain) stores them later, at least once; a report's id makes it one row. A line
/// that a kill tore is skipped. Clones share the file; it belongs to one process at a time.
#[derive(Clone)]
pub struct Spool {
    store: Arc<dyn ErrorStore>,
    file: Arc<Mutex<SpoolFile>>,
}

struct SpoolFile {
    path: PathBuf,
    file: File,
    /// Bytes that are written and not stored yet; zero if the file is empty.
    len: u64,
}

impl Spool {
    /// Opens the file, or makes it. What an earlier process left waits in it.
    ///
    /// # Errors
    /// The file cannot be opened.
    pub fn open(path: impl Into<PathBuf>, store: Arc<dyn ErrorStore>) -> io::Result<Self> {
        let path = path.into();
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&path)?;
        let len = file.seek(SeekFrom::End(0))?;
        let mut file = SpoolFile { path, file, len };
        file.end_torn_line()?;
        Ok(Self {
            store,
            file: Arc::new(Mutex::new(file)),
        })
    }

    /// Where the file is.
    pub fn path(&self) -> PathBuf {
        self.lock().path.clone()
    }

    /// Whether nothing waits.
    pub fn is_empty(&self) -> bool {
        self.lock().len == 0
    }

    /// Stores what waits; returns how many reports. It stops at the first one that cannot be stored, and the file stays.
    pub async fn drain(&self) -> u64 {
        if self.is_empty() {
            return 0;
        }
        let (waiting, read) = match self.lock().read() {
            Ok(waiting) => waiting,
            Err(error) => {
                error!(message = "The spool cannot be read.", path = %self.path().display(), %error);
                return 0;
            }
        };
        let mut stored = 0;
        for spooled in &waiting {
            if let Err(error) = self.try_store(&spooled.context(), &spooled.report).await {
                warn!(message = "Spooled errors still wait.", waiting = waiting.len() as u64 - stored, error = %error.chain());
                return stored;
            }
            stored += 1;
        }
        // Only what was read goes: a report may have come meanwhile.
        if let Err(error) = self.lock().forget(read) {
            error!(message = "The spool cannot be emptied.", path = %self.path().display(), %error);
        }
        stored
    }

    async fn try_store(&self, cx: &CallContext, report: &ErrorReport) -> Result<()> {
        let stored = tokio::time::timeout(LIMIT, self.store.store(cx, report)).await;
        stored.unwrap_or_else(|_| {
            let text = format!("the store did not answer within {LIMIT:?}");
            Err(crate::Error::new(crate::ErrorKind::Ledger, text).code("ledger_timeout"))
        })
    }

    fn lock(&self) -> MutexGuard<'_, SpoolFile> {
        self.file.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl SpoolFile {
    /// A line that a kill tore is ended, so that the next one begins at its own beginning.
    fn end_torn_line(&mut self) -> io::Result<()> {
        let Some(last) = self.len.checked_sub(1) else {
            return Ok(());
        };
        self.file.seek(SeekFrom::Start(last))?;
        let mut byte = [0];
        self.file.read_exact(&mut byte)?;
        if byte != *b"\n" {
            self.file.write_all(b"\n")?;
            self.file.sync_data()?;
            self.len += 1;
        }
        Ok(())
    }

    /// Adds a line; it is on the disk when this returns.
    fn add(&mut self, spooled: &Spooled) -> io::Result<()> {
        let mut line = serde_json::to_string(spooled)?;
        line.push('\n');
        if self.len + line.len() as u64 > LARGEST {
            return Err(io::Error::other("the spool is full"));
        }
        self.file.seek(SeekFrom::Start(self.len))?;
        let written = self
            .file
            .write_all(line.as_bytes())
            .and_then(|()| self.file.sync_data());
        if let Err(error) = written {
            // Half a line would hide the next one.
            let _ = self.file.set_len(self.len);
            return Err(error);
        }
        self.len += line.len() as u64;
        Ok(())
    }

    /// All lines that can be read, and how many bytes they and the others take.
    fn read(&mut self) -> io::Result<(Vec<Spooled>, u64)> {
        let mut text = Vec::new();
        self.file.seek(SeekFrom::Start(0))?;
        (&self.file).take(self.len).read_to_end(&mut text)?;
        let mut waiting = Vec::new();
        for line in text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
            match serde_json::from_slice(line) {
                Ok(spooled) => waiting.push(spooled),
                Err(error) => {
                    warn!(message = "A torn line of the spool is skipped.", path = %self.path.display(), %error);
                }
            }
        }
        Ok((waiting, text.len() as u64))
    }

    /// Forgets the first bytes. Should the process die in between, they are stored again, under the same ids.
    fn forget(&mut self, bytes: u64) -> io::Result<()> {
        if bytes == self.len {
            self.file.set_len(0)?;
            self.len = 0;
            return self.file.sync_data();
        }
        let mut rest = Vec::new();
        self.file.seek(SeekFrom::Start(bytes))?;
        self.file.read_to_end(&mut rest)?;
        // Beside it, and then in its place: no kill leaves a half of it.
        let new = self.path.with_extension("new");
        std::fs::write(&new, &rest)?;
        File::open(&new)?.sync_data()?;
        std::fs::rename(&new, &self.path)?;
        sync_folder(&self.path);
        self.file = OpenOptions::new().read(true).write(true).open(&self.path)?;
        self.len = rest.len() as u64;
        Ok(())
    }
}

/// The new name is on the disk, too, where the system can say so.
fn sync_folder(path: &Path) {
    if let Some(folder) = path.parent().and_then(|folder| File::open(folder).ok()) {
        let _ = folder.sync_data();
    }
}

#[async_trait]
impl ErrorReporter for Spool {
    async fn report(&self, cx: &CallContext, report: &ErrorReport) {
        let Err(away) = self.try_store(cx, report).await else {
            return;
        };
        let added = self.lock().add(&Spooled::new(cx, report));
        match added {
            Ok(()) => warn!(message = "An error waits on the disk.", id = report.id, error = %away.chain()),
            Err(spool) => error!(
                message = "An error could neither be stored nor spooled.",
                %spool,
                error = %away.chain(),
                id = report.id,
                at = %report.at,
                key = report.key.as_ref().map(tracing::field::display),
                stage = report.error.stage.as_str(),
                kind = report.error.kind.as_str(),
                code = report.error.code,
                text = report.error.message,
                company = %cx.company,
                job = %cx.job,
                run = %cx.run,
            ),
        }
    }
}

impl fmt::Debug for Spool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let file = self.lock();
        f.debug_struct("Spool")
            .field("store", &self.store)
            .field("path", &file.path)
            .field("bytes", &file.len)
            .finish()
    }
}
