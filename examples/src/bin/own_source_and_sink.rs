//! A pipeline with a source and a sink of your own: due records from a CSV text, results into a file of JSON lines. Claims,
//! comparison, error rows and the receipt that checks its sum come with the pipeline.
#![expect(clippy::print_stdout, reason = "an example prints")]

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use customs_core::memory::MemoryLedger;
use customs_core::{
    CallContext, Cursor, CustomsQuery, Delivery, DueRecord, Error, ErrorKind, FetchRequest, Fields,
    Idempotency, Job, Mapping, Outcome, Page, Parts, Pipeline, Priority, RecordKey, RejectedRecord, Result,
    Select, Sent, Sink, SourceSystem, SystemClock, Trigger,
};
use customs_http::ReqwestTransport;
use customs_test_harness::unipass::UnipassSimulator;
use unipass_client::{Client, Customs};

/// Lines of `ORDER,CARGO NUMBER`.
#[derive(Debug)]
struct Csv(String);

#[async_trait]
impl SourceSystem for Csv {
    async fn fetch(&self, cx: &CallContext, request: FetchRequest) -> Result<Page> {
        cx.meter.count_source_read();
        let begin = request.after.map_or(0, |cursor| cursor.0.parse().unwrap_or(0));
        let lines: Vec<&str> = self.0.lines().collect();
        let mut page = Page::default();
        for (index, line) in lines.iter().enumerate().skip(begin) {
            if page.records.len() + page.rejected.len() == request.limit {
                page.next = Some(Cursor(index.to_string()));
                break;
            }
            let (order, number) = line.split_once(',').unwrap_or((line, ""));
            let key = RecordKey::from_parts([order]);
            if matches!(&request.select, Select::Keys(keys) if !keys.contains(&key)) {
                continue;
            }
            let origin: Fields = [("order", order)].into_iter().collect();
            if number.is_empty() {
                // It counts as failed, and does not hide the others.
                let error =
                    Error::new(ErrorKind::Mapping, "the line has no cargo number").code("missing_field");
                page.rejected.push(RejectedRecord { key, origin, error });
                continue;
            }
            page.records.push(DueRecord {
                key,
                query: CustomsQuery::new("API001", [("cargMtNo", number)].into_iter().collect()),
                priority: Priority::Normal,
                origin,
                current: None,
            });
        }
        Ok(page)
    }
}

/// A file to which lines are added.
#[derive(Debug)]
struct Lines(PathBuf);

#[async_trait]
impl Sink for Lines {
    fn max_batch(&self) -> usize {
        100
    }

    fn idempotency(&self) -> Idempotency {
        // The file does not recognise a line that it has already.
        Idempotency::None
    }

    async fn deliver(&self, cx: &CallContext, batch: &[Delivery]) -> Result<Vec<Outcome>> {
        cx.meter.count_sink_write();
        let failed = |error: std::io::Error| {
            Error::new(ErrorKind::Unavailable, "the file cannot be written")
                .sent(Sent::Maybe)
                .source(error)
        };
        let mut text = Vec::new();
        for item in batch {
            serde_json::to_writer(&mut text, &item.columns).map_err(|error| failed(error.into()))?;
            text.push(b'\n');
        }
        let mut file = OpenOptions::new()
            .create(true)
            .append(true)
            .open(&self.0)
            .map_err(failed)?;
        file.write_all(&text).map_err(failed)?;
        file.sync_data().map_err(failed)?;
        Ok(batch.iter().map(|_| Ok(())).collect())
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let customs = UnipassSimulator::builder().start().await?;
    let Some(key) = customs.key("API001") else {
        anyhow::bail!("the simulator has no key for API001");
    };
    let client = Client::builder(Arc::new(ReqwestTransport::builder().build()?))
        .base_url(customs.base_url())
        .key("cargo-progress", key.clone())
        .build()?;

    let mut csv: String = (0..10)
        .map(|i| format!("PO-{i},{}\n", customs.world().shipment(i).cargo_number()))
        .collect();
    csv.push_str("PO-10,\n");
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("states.ndjson");

    let template = |text: &str| text.parse().map_err(anyhow::Error::msg);
    let columns = vec![
        ("order".to_owned(), template("{origin.order}")?),
        ("state".to_owned(), template("{csclPrgsStts}")?),
    ];
    let clock = Arc::new(SystemClock);
    // In memory it forgets; `customs_sql::SqlLedger` keeps it in a database.
    let ledger = Arc::new(MemoryLedger::new(clock.clone()));
    let job = Job::new("1000", "orders", Mapping::new(columns, Default::default())?);
    let pipeline = Pipeline::new(
        job,
        Parts {
            source: Arc::new(Csv(csv)),
            customs: Arc::new(Customs::new(client, clock)),
            sink: Arc::new(Lines(file.clone())),
            reporter: ledger.clone(),
            runs: ledger.clone(),
            records: ledger,
        },
    );
    let first = pipeline.run_once(Trigger::Schedule).await;
    println!(
        "due {}, pushed {}, not found {}, failed {}, balanced {}",
        first.due, first.pushed, first.not_found, first.failed, first.balanced
    );
    // Nothing has changed at customs, so nothing is written again.
    let second = pipeline.run_once(Trigger::Schedule).await;
    println!("again: pushed {}, unchanged {}", second.pushed, second.unchanged);
    print!("{}", std::fs::read_to_string(file)?);
    customs.shutdown().await;
    Ok(())
}
