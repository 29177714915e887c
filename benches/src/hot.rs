//! The hot paths, each as something to run again and again: criterion times them, `instructions` counts what they take.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, ensure};
use customs_core::memory::{MemoryCustoms, MemoryDispatcher, MemoryLedger, MemorySink, MemorySource};
use customs_core::template::Template;
use customs_core::{
    BeginRequest, Begun, CallContext, Calls, ClaimRequest, CustomsQuery, DueRecord, Idempotency, Instance,
    Job, Mapping, Parts, Pipeline, Priority, RecordKey, RecordLedger, RunId, RunLedger, SettleRequest,
    Settled, Settlement, SystemClock, Trigger, Verdict,
};
use customs_sql::SqlLedger;
use sap_soap::request::RequestEncoder;
use sap_soap::wsdl::{InMemory, Loader, Resolve};
use tokio::runtime::Runtime;
use unipass_client::Decoder;
use unipass_client::services::cargo_progress::SERVICE;

use crate::mock;
use crate::rows::{self, Item, OPERATION};

/// Rows of a reply or a request.
const ROWS: u64 = 500;
/// Records of a chunk, and of a plan or a run in memory.
const CHUNK: usize = 100;
const RECORDS: usize = 500;

/// The names of the hot paths.
pub const NAMES: [&str; 8] = [
    "row_decode",
    "row_decode_dynamic",
    "row_encode",
    "envelope",
    "catalogue_decode",
    "plan_and_split",
    "ledger_settle",
    "pipeline_in_memory",
];

/// A hot path with its input made.
pub type Hot = Box<dyn FnMut() -> anyhow::Result<()>>;

/// Prepares the hot path of this name; files go into `folder`.
///
/// # Errors
/// There is none of that name, or its input cannot be made.
pub fn prepare(name: &str, folder: &Path) -> anyhow::Result<Hot> {
    let runtime = || {
        tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
    };
    Ok(match name {
        "row_decode" => {
            let reply = reply(folder)?;
            Box::new(move || {
                expect(rows::read(&reply[..], |row| {
                    std::hint::black_box(row.deserialize::<Item>()?);
                    Ok(())
                })?)
            })
        }
        "row_decode_dynamic" => {
            let reply = reply(folder)?;
            Box::new(move || {
                expect(rows::read(&reply[..], |row| {
                    std::hint::black_box(row.to_value());
                    Ok(())
                })?)
            })
        }
        "row_encode" => {
            let encoder = encoder()?;
            Box::new(move || rows::write_pieces(&encoder, ROWS).map(|_| ()))
        }
        "envelope" => {
            let encoder = encoder()?;
            let parameters = serde_json::json!({ "IDate": "2024-05-17", "TItem": [rows::item(1)] });
            Box::new(move || {
                std::hint::black_box(encoder.encode(&parameters)?);
                Ok(())
            })
        }
        "catalogue_decode" => {
            let body = mock::body("26HNBAI012I00340001").into_bytes();
            Box::new(move || {
                let decoded = Decoder::new(&SERVICE).decode(&body);
                ensure!(decoded.verdict() == unipass_client::Verdict::Found, "not found");
                Ok(())
            })
        }
        "plan_and_split" => plan_and_split(runtime()?),
        "ledger_settle" => ledger_settle(runtime()?, folder)?,
        "pipeline_in_memory" => pipeline_in_memory(runtime()?),
        other => anyhow::bail!("there is no hot path {other:?}"),
    })
}

fn expect(found: u64) -> anyhow::Result<()> {
    ensure!(found == ROWS, "found {found} rows, expected {ROWS}");
    Ok(())
}

fn reply(folder: &Path) -> anyhow::Result<Vec<u8>> {
    let file = folder.join("reply.xml");
    rows::write_reply(&file, ROWS)?;
    Ok(std::fs::read(file)?)
}

fn encoder() -> anyhow::Result<RequestEncoder> {
    let source = InMemory::default().with("ours.wsdl", rows::wsdl().into_bytes());
    let wsdl = Loader::default().load("ours.wsdl", &source as &dyn Resolve)?;
    Ok(RequestEncoder::new(&wsdl, wsdl.operation(OPERATION)?)?)
}

fn record(i: usize) -> DueRecord {
    let number = format!("26HNBAI{i:08}");
    DueRecord {
        key: format!("1000/{i:010}").into(),
        query: CustomsQuery::new("API001", [("cargMtNo", number.as_str())].into_iter().collect()),
        priority: Priority::Normal,
        origin: [("Bukrs", "1000"), ("Vbeln", "0080001234"), ("Posnr", "000010")]
            .into_iter()
            .collect(),
        current: None,
    }
}

fn template(text: &str) -> anyhow::Result<Template> {
    text.parse().map_err(anyhow::Error::msg)
}

/// A pipeline whose systems are all in memory, with a ledger that knows nothing yet.
fn in_memory() -> anyhow::Result<Pipeline> {
    let customs = MemoryCustoms::new();
    for i in 0..RECORDS {
        customs.put(
            &format!("26HNBAI{i:08}"),
            "수입신고수리",
            "2026-11-20T00:30:00Z".parse()?,
        );
    }
    let ledger = Arc::new(MemoryLedger::new(Arc::new(SystemClock)));
    let columns = vec![
        ("Bukrs".to_owned(), template("{origin.Bukrs}")?),
        ("Vbeln".to_owned(), template("{origin.Vbeln}")?),
        ("Stats".to_owned(), template("{csclPrgsStts}")?),
    ];
    let parts = Parts {
        source: Arc::new(MemorySource::new((0..RECORDS).map(record))),
        customs: Arc::new(customs),
        sink: Arc::new(MemorySink::new(Idempotency::ByKey)),
        reporter: ledger.clone(),
        runs: ledger.clone(),
        records: ledger,
    };
    Ok(Pipeline::new(
        Job::new("1000", "bench", Mapping::new(columns, Default::default())?),
        parts,
    ))
}

fn plan_and_split(runtime: Runtime) -> Hot {
    Box::new(move || {
        let pipeline = in_memory()?;
        let queue = MemoryDispatcher::new();
        let planned = runtime.block_on(pipeline.plan(Trigger::Schedule, &queue, None));
        let totals = planned.map_err(|receipt| anyhow::anyhow!("{:?}", receipt.error))?;
        ensure!(totals.dispatched == RECORDS as u64, "{totals:?}");
        Ok(())
    })
}

fn pipeline_in_memory(runtime: Runtime) -> Hot {
    Box::new(move || {
        let pipeline = in_memory()?;
        let receipt = runtime.block_on(pipeline.run_once(Trigger::Schedule));
        ensure!(receipt.pushed == RECORDS as u64, "{receipt:?}");
        Ok(())
    })
}

/// A chunk is claimed and settled in the embedded database, again and again in one run.
fn ledger_settle(runtime: Runtime, folder: &Path) -> anyhow::Result<Hot> {
    let url = format!("sqlite:{}", folder.join("ledger.db").display());
    let records: Vec<DueRecord> = (0..CHUNK).map(record).collect();
    let keys: Vec<RecordKey> = records.iter().map(|r| r.key.clone()).collect();
    let now = customs_core::Clock::now(&SystemClock);
    let cx = CallContext::new("1000".into(), "bench".into(), RunId::new(now));
    let (ledger, fence) = runtime.block_on(async {
        let ledger = SqlLedger::open(&url).await?;
        ledger.migrate().await?;
        let request = BeginRequest {
            trigger: Trigger::Schedule,
            instance: Instance::new("bench", true),
            lease: Duration::from_secs(3600),
        };
        match ledger.begin(&cx, &request).await? {
            Begun::Started { fence } => anyhow::Ok((ledger, fence)),
            Begun::Paused(pause) => anyhow::bail!("the job is paused: {pause:?}"),
            Begun::Busy { run } => anyhow::bail!("run {run} is under way"),
        }
    })?;
    let mut chunk = 0;
    Ok(Box::new(move || {
        chunk += 1;
        let settlements: Vec<Settlement> = records.iter().map(|record| settlement(record, chunk)).collect();
        runtime.block_on(async {
            let claim = ClaimRequest {
                chunk,
                fence,
                owner: "bench",
                keys: &keys,
                ttl: Duration::from_secs(600),
            };
            ledger.claim(&cx, claim).await.context("claim")?;
            let settle = SettleRequest {
                chunk,
                fence,
                owner: "bench",
                at: now,
                settlements: &settlements,
                calls: Calls::default(),
                withhold: &[],
            };
            let report = ledger.settle(&cx, settle).await.context("settle")?;
            ensure!(report.applied == CHUNK as u64, "{report:?}");
            Ok(())
        })
    }))
}

fn settlement(record: &DueRecord, round: u32) -> Settlement {
    let settled = Settled::Pushed {
        digest: format!("{round:064x}"),
        corrected: false,
    };
    Settlement {
        observed_at: Some(customs_core::Clock::now(&SystemClock)),
        verdict: Some(Verdict::Found),
        ..Settlement::new(record.clone(), settled)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_hot_path_runs_twice() {
        let folder = tempfile::tempdir().unwrap();
        for name in NAMES {
            let mut hot = prepare(name, folder.path()).unwrap();
            hot().unwrap();
            hot().unwrap();
        }
        assert!(prepare("nothing", folder.path()).is_err());
    }
}
