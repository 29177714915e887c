//! Error rows wait on the disk while their store is away.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use customs_core::memory::MemoryLedger;
use customs_core::{
    CallContext, Error, ErrorFilter, ErrorKind, ErrorReport, ErrorReporter as _, ErrorRow, ErrorStore,
    LedgerReader as _, Result, RunStatus, Spool, Stage, SystemClock, Trigger,
};

use crate::rig::Rig;

/// A folder that goes with the test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("customs-spool-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    fn file(&self) -> PathBuf {
        self.0.join("errors.spool")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A ledger that can be away.
#[derive(Debug)]
struct Store {
    ledger: MemoryLedger,
    away: AtomicBool,
}

impl Store {
    fn new() -> Arc<Self> {
        Self::of(MemoryLedger::new(Arc::new(SystemClock)))
    }

    fn of(ledger: MemoryLedger) -> Arc<Self> {
        Arc::new(Self {
            ledger,
            away: AtomicBool::new(true),
        })
    }

    fn comes_back(&self) {
        self.away.store(false, Ordering::Relaxed);
    }

    async fn texts(&self) -> Vec<String> {
        let all = ErrorFilter {
            limit: 1000,
            ..ErrorFilter::default()
        };
        let mut rows = self.ledger.errors(&all).await.unwrap();
        rows.sort_by(|a, b| a.id.cmp(&b.id));
        rows.into_iter().map(|e| e.error.message).collect()
    }
}

#[async_trait]
impl ErrorStore for Store {
    async fn store(&self, cx: &CallContext, report: &ErrorReport) -> Result<()> {
        if self.away.load(Ordering::Relaxed) {
            return Err(Error::new(ErrorKind::Ledger, "the database is away").transient());
        }
        self.ledger.store(cx, report).await
    }
}

fn cx() -> CallContext {
    CallContext::new("1000".into(), "import".into(), "r1".into())
}

fn report(id: &str, text: &str) -> ErrorReport {
    let error = Error::new(ErrorKind::Unavailable, text).code("connect");
    ErrorReport {
        id: id.to_owned(),
        ..ErrorReport::new(
            jiff::Timestamp::UNIX_EPOCH,
            None,
            ErrorRow::new(Stage::Fetch, &error),
        )
    }
}

fn open(folder: &Folder, store: &Arc<Store>) -> Spool {
    Spool::open(folder.file(), store.clone()).unwrap()
}

fn size(file: &Path) -> u64 {
    std::fs::metadata(file).unwrap().len()
}

#[tokio::test]
async fn what_cannot_be_stored_waits_and_arrives_once() {
    let (folder, store) = (Folder::new("waits"), Store::new());
    let spool = open(&folder, &store);
    let texts = ["first", "둘째 \"q\" \\ \r\n 🚢", "a NUL \0 inside"];
    for (id, text) in texts.iter().enumerate() {
        spool.report(&cx(), &report(&id.to_string(), text)).await;
    }
    assert_eq!(spool.drain().await, 0, "it is still away");
    assert!(!spool.is_empty() && size(&folder.file()) > 0);
    store.comes_back();
    assert_eq!(spool.drain().await, 3);
    assert_eq!(store.texts().await, texts);
    assert_eq!(
        (spool.is_empty(), size(&folder.file()), spool.drain().await),
        (true, 0, 0)
    );
    spool.report(&cx(), &report("9", "straight through")).await;
    assert_eq!((store.texts().await.len(), size(&folder.file())), (4, 0));
}

#[tokio::test]
async fn a_kill_loses_nothing_but_a_torn_last_line() {
    let (folder, store) = (Folder::new("kill"), Store::new());
    // Dropped without a word, as a kill does.
    open(&folder, &store).report(&cx(), &report("1", "one")).await;
    open(&folder, &store).report(&cx(), &report("2", "two")).await;
    let whole = std::fs::read(folder.file()).unwrap();
    let first = whole.iter().position(|b| *b == b'\n').unwrap() + 1;
    // The last write may have ended at any byte.
    for cut in first..=whole.len() {
        std::fs::write(folder.file(), &whole[..cut]).unwrap();
        let store = Store::new();
        let spool = open(&folder, &store);
        spool.report(&cx(), &report("3", "three")).await;
        store.comes_back();
        spool.drain().await;
        let expected: &[&str] = if cut >= whole.len() - 1 {
            &["one", "two", "three"]
        } else {
            &["one", "three"]
        };
        assert_eq!(store.texts().await, expected, "cut at {cut}");
    }
}

#[tokio::test]
async fn a_kill_between_storing_and_forgetting_stores_nothing_twice() {
    let (folder, store) = (Folder::new("twice"), Store::new());
    let spool = open(&folder, &store);
    spool.report(&cx(), &report("1", "one")).await;
    let before = std::fs::read(folder.file()).unwrap();
    store.comes_back();
    assert_eq!(spool.drain().await, 1);
    std::fs::write(folder.file(), before).unwrap();
    assert_eq!(open(&folder, &store).drain().await, 1);
    assert_eq!(store.texts().await, ["one"]);
}

#[tokio::test]
async fn what_is_no_line_of_ours_is_skipped() {
    let (folder, store) = (Folder::new("garbage"), Store::new());
    let spool = open(&folder, &store);
    spool.report(&cx(), &report("1", "one")).await;
    drop(spool);
    let mut file = std::fs::OpenOptions::new()
        .append(true)
        .open(folder.file())
        .unwrap();
    file.write_all(b"\xff\xfe\0\0{\"company\":1}\n\n[]\n").unwrap();
    let spool = open(&folder, &store);
    spool.report(&cx(), &report("2", "two")).await;
    store.comes_back();
    assert_eq!(spool.drain().await, 2);
    assert_eq!(store.texts().await, ["one", "two"]);
}

#[tokio::test]
async fn the_file_is_bounded_and_for_its_owner_only() {
    let (folder, store) = (Folder::new("full"), Store::new());
    let spool = open(&folder, &store);
    let long = "x".repeat(1024 * 1024);
    for id in 0..20 {
        spool.report(&cx(), &report(&id.to_string(), &long)).await;
    }
    assert!(size(&folder.file()) <= 16 * 1024 * 1024);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(
            std::fs::metadata(folder.file()).unwrap().permissions().mode() & 0o077,
            0
        );
    }
    store.comes_back();
    assert_eq!(spool.drain().await, 15);
}

/// A run that cannot reach its ledger: its error and its failed receipt stand in the ledger afterwards.
#[tokio::test(start_paused = true)]
async fn the_failed_receipt_arrives_too() {
    let (folder, rig) = (Folder::new("receipt"), Rig::new(3));
    let store = Store::of(rig.ledger.clone());
    let spool = open(&folder, &store);
    let mut parts = rig.parts();
    parts.runs = crate::pipeline::no_run_begins(&rig);
    parts.reporter = Arc::new(spool.clone());
    let receipt = rig.pipeline_of(parts).run_once(Trigger::Schedule).await;
    assert_eq!(receipt.status, RunStatus::Failed);
    assert_eq!(rig.ledger.runs(9).await.unwrap(), []);
    store.comes_back();
    assert_eq!(spool.drain().await, 1);
    let rows = rig.ledger.runs(9).await.unwrap();
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].receipt, receipt);
    assert!(rows[0].closed_at.is_some());
    // What came late does not stand in anybody's way.
    assert_eq!(rig.run().await.pushed, 3);
}
