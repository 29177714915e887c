//! Errors into a database of your own: an `ErrorReporter`, and a layer that tells it the records' errors, too.
//!
//! The ledger keeps its errors in SQLite, PostgreSQL or MariaDB. A shop whose staff look into Oracle or SQL Server only
//! writes them there as well, in a few lines: this file. `Table` stands for that database; put your driver's insert in
//! its place. Run it: `cargo run -p customs-core --example error_reporter`.
//!
//! Two rules of the contract matter: reporting never fails or delays a run (so rows wait in a queue of bounded length, and
//! another task writes them), and the same report twice is one row (so the table's key is the report's id).

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use customs_core::memory::{MemoryCustoms, MemoryLedger, MemorySink, MemorySource};
use customs_core::{
    CallContext, ClaimRequest, Claimed, CustomsQuery, DueRecord, Error, ErrorKind, ErrorReport,
    ErrorReporter, Fields, Idempotency, Job, Mapping, Parts, Pipeline, RecordKey, RecordLedger, RecordState,
    SettleReport, SettleRequest, Settled, SystemClock, Trigger,
};
use tokio::sync::mpsc;

/// Your database. The statement would be `MERGE INTO customs_error USING … ON (id = :1)`, with every value bound: a text
/// of customs may hold quotes, line ends and anything else.
#[derive(Debug, Clone, Default)]
struct Table(Arc<Mutex<BTreeMap<String, String>>>);

impl Table {
    fn merge(&self, id: String, row: String) {
        let mut rows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        rows.entry(id).or_insert(row);
    }

    fn rows(&self) -> Vec<String> {
        let rows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        rows.values().cloned().collect()
    }
}

/// Rows that may wait while the database is slow or away. The ledger has them all; those beyond this are left out here.
const WAITING: usize = 10_000;

/// Hands reports to a task that writes them.
#[derive(Debug, Clone)]
struct MyReporter {
    queue: mpsc::Sender<(String, String)>,
}

impl MyReporter {
    fn new(table: Table) -> (Self, tokio::task::JoinHandle<()>) {
        let (queue, mut rows) = mpsc::channel(WAITING);
        let writer = tokio::spawn(async move {
            while let Some((id, row)) = rows.recv().await {
                table.merge(id, row);
            }
        });
        (Self { queue }, writer)
    }
}

#[async_trait]
impl ErrorReporter for MyReporter {
    async fn report(&self, cx: &CallContext, report: &ErrorReport) {
        let ErrorReport {
            id, at, key, error, ..
        } = report;
        let key = key.as_ref().map_or("-", RecordKey::as_str);
        let row = format!(
            "{at} {}/{} {key} {} [{}] {}",
            cx.company,
            cx.job,
            error.stage.as_str(),
            error.code,
            error.message
        );
        // Never waits: a database that is away must not hold up a run.
        let _ = self.queue.try_send((id.clone(), row));
    }
}

/// A layer around the record ledger: what was settled as failed is reported, too. The ledger comes first: it keeps the truth.
#[derive(Debug)]
struct TellFailures {
    ledger: Arc<dyn RecordLedger>,
    reporter: MyReporter,
}

#[async_trait]
impl RecordLedger for TellFailures {
    async fn load(&self, cx: &CallContext, keys: &[RecordKey]) -> customs_core::Result<Vec<RecordState>> {
        self.ledger.load(cx, keys).await
    }

    async fn claim(&self, cx: &CallContext, request: ClaimRequest<'_>) -> customs_core::Result<Vec<Claimed>> {
        self.ledger.claim(cx, request).await
    }

    async fn settle(
        &self,
        cx: &CallContext,
        request: SettleRequest<'_>,
    ) -> customs_core::Result<SettleReport> {
        let (chunk, at, settlements) = (request.chunk, request.at, request.settlements);
        let settled = self.ledger.settle(cx, request).await?;
        for settlement in settlements {
            if let Settled::Failed(error) = &settlement.settled {
                let key = &settlement.record.key;
                let report = ErrorReport {
                    // Settling may be repeated; the same failure has the same id.
                    id: format!("{}/{chunk}/{key}", cx.run),
                    at,
                    key: Some(key.clone()),
                    error: error.clone(),
                    receipt: None,
                };
                self.reporter.report(cx, &report).await;
            }
        }
        Ok(settled)
    }
}

fn due(number: &str) -> DueRecord {
    DueRecord {
        key: RecordKey::from_parts(["1000", number]),
        query: CustomsQuery::new("API001", Fields::from_iter([("cargMtNo", number)])),
        priority: Default::default(),
        origin: Fields::new(),
        current: None,
    }
}

#[tokio::main(flavor = "current_thread")]
#[expect(clippy::print_stdout, reason = "an example shows what happened")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    for line in run().await? {
        println!("{line}");
    }
    Ok(())
}

/// The receipt, and the rows of the table.
async fn run() -> Result<Vec<String>, Box<dyn std::error::Error>> {
    let table = Table::default();
    let (reporter, writer) = MyReporter::new(table.clone());
    let ledger = Arc::new(MemoryLedger::new(Arc::new(SystemClock)));

    let customs = MemoryCustoms::new();
    customs.put("80001234", "반출완료", "2026-11-20T06:05:15Z".parse()?);
    customs.fail("80001235", || {
        Error::new(ErrorKind::Refused, "인증키가 \"유효\"하지 않습니다").code("refused_key")
    });
    let mapping = Mapping::new(
        vec![("Stats".into(), "{csclPrgsStts}".parse()?)],
        Default::default(),
    )?;
    let mut job = Job::new("1000", "import-cargo", mapping);
    job.deadline = Duration::from_secs(60);
    let source = MemorySource::new([due("80001234"), due("80001235")]);
    // A row of the due list from which no question can be made: an error that belongs to no settled record.
    source.add_broken(RecordKey::from_parts(["1000", "80001236"]));

    let pipeline = Pipeline::new(
        job,
        Parts {
            source: Arc::new(source),
            customs: Arc::new(customs),
            sink: Arc::new(MemorySink::new(Idempotency::ByKey)),
            reporter: Arc::new(reporter.clone()),
            runs: ledger.clone(),
            records: Arc::new(TellFailures { ledger, reporter }),
        },
    );
    let receipt = pipeline.run_once(Trigger::Schedule).await;
    // The last sender goes with the pipeline: the writer ends once everything is written.
    drop(pipeline);
    writer.await?;

    let mut shown = vec![serde_json::to_string(&receipt)?];
    shown.extend(table.rows());
    Ok(shown)
}

#[cfg(test)]
mod tests {
    #[tokio::test]
    async fn every_error_comes_into_the_table() {
        let shown = super::run().await.unwrap();
        let (receipt, rows) = shown.split_first().unwrap();
        assert!(
            receipt.contains("\"pushed\":1") && receipt.contains("\"failed\":2"),
            "{receipt}"
        );
        assert_eq!(rows.len(), 2, "{rows:?}");
        let rows = rows.join("\n");
        for text in [
            "1000/80001235 query [refused_key] ",
            "\"유효\"",
            "1000/80001236 fetch ",
        ] {
            assert!(rows.contains(text), "{text}: {rows}");
        }
    }
}
