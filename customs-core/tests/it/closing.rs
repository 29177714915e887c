//! The log's line for each run that is closed: alarms outside listen for it.

use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use customs_core::memory::MemoryDispatcher;
use customs_core::{LedgerReader as _, Trigger};

use crate::rig::Rig;

#[derive(Debug, Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, text: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(text);
        Ok(text.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Log {
    fn catch(&self) -> tracing::subscriber::DefaultGuard {
        let log = self.clone();
        let subscriber = tracing_subscriber::fmt().with_ansi(false).without_time();
        tracing::subscriber::set_default(subscriber.with_writer(move || log.clone()).finish())
    }

    /// The lines that say that a run was closed.
    fn closed(&self) -> Vec<String> {
        let text = String::from_utf8(self.0.lock().unwrap().clone()).unwrap();
        let lines = text.lines().filter(|line| line.contains("Run closed."));
        lines.map(str::to_owned).collect()
    }
}

#[tokio::test(start_paused = true)]
async fn a_run_that_the_next_plan_closes_is_logged_like_any_other() {
    let log = Log::default();
    let _caught = log.catch();
    let rig = Rig::new(8);
    // Its chunks are lost: nobody works on them, and the run stays open.
    let lost = MemoryDispatcher::new();
    rig.pipeline().plan(Trigger::Schedule, &lost, None).await.unwrap();
    tokio::time::advance(Duration::from_secs(300)).await;
    assert_eq!(log.closed(), Vec::<String>::new());

    let receipt = rig.run().await;
    let runs = rig.ledger.runs(10).await.unwrap();
    let closed = log.closed();
    assert_eq!((runs.len(), closed.len()), (2, 2), "{closed:?}");
    let first = format!("run={} ", runs[1].receipt.run_id);
    assert!(
        closed[0].contains(&first) && closed[0].contains("deferred=8"),
        "{closed:?}"
    );
    let second = format!("run={} ", receipt.run_id);
    assert!(
        closed[1].contains(&second) && closed[1].contains("pushed=8"),
        "{closed:?}"
    );
}
