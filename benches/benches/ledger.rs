//! What the ledger costs: `cargo bench -p customs-benches --bench ledger`.
//!
//! Runs the pipeline on in-memory systems, once with the ledger in memory and once in an SQLite file: the difference is what
//! the ledger costs. Beside it stands the CPU time of one lookup as a run makes it, through the client over TLS, its layers
//! left out. Then the same run with 10,000 equal errors. CPU times are those of all threads of this process; the customs
//! service is a process of its own. Prints the figures, and fails where a bar is missed: the ledger costs no more than the
//! lookup itself, and a run of equal errors no more than 1.2 times one without.

use std::io::Write as _;
use std::process::ExitCode;
use std::sync::Arc;

use customs_benches::mock::{self, Mock};
use customs_core::memory::{MemoryCustoms, MemoryLedger, MemoryReporter, MemorySink, MemorySource};
use customs_core::template::Maps;
use customs_core::{
    CallContext, CustomsApi as _, CustomsQuery, DueRecord, EpisodeFilter, Error, ErrorKind, Fields,
    Idempotency, Instance, Job, LedgerReader, Mapping, Parts, Pipeline, Polling, Priority, Receipt,
    RecordLedger, RunLedger, SystemClock, Trigger, Verdict,
};
use customs_http::ReqwestTransport;
use customs_sql::SqlLedger;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

const RECORDS: usize = 10_000;
const LOOKUPS: u32 = 5_000;
const IN_FLIGHT: usize = 50;
const LATENCY_MS: u64 = 50;
const ROUNDS: usize = 5;

fn main() -> ExitCode {
    let mut out = std::io::stdout();
    let args: Vec<String> = std::env::args().skip(1).collect();
    let measured = match args.as_slice() {
        [role, folder, _] if role == "serve-customs" => serve(folder.as_ref()),
        _ => measure(&mut out),
    };
    match measured {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "{error}");
            ExitCode::FAILURE
        }
    }
}

/// The service, until it is killed.
fn serve(folder: &std::path::Path) -> Outcome<bool> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(mock::serve(folder, std::time::Duration::from_millis(LATENCY_MS)))?;
    Ok(true)
}

fn measure(out: &mut impl std::io::Write) -> Outcome<bool> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let lookup = lookup(&runtime)?;
    let mut rounds: Vec<[f64; 5]> = Vec::new();
    for _ in 0..ROUNDS {
        rounds.push(runtime.block_on(round())?);
    }
    let median = |column: usize| {
        let mut values: Vec<f64> = rounds.iter().map(|round| round[column]).collect();
        values.sort_by(f64::total_cmp);
        values[values.len() / 2]
    };
    let [memory_first, memory_again, first, again, errors] = [0, 1, 2, 3, 4].map(median);
    let (pushed, unchanged) = (first - memory_first, again - memory_again);
    let ratio = (errors + lookup) / (first + lookup);
    writeln!(
        out,
        "CPU per record in microseconds, medians of {ROUNDS} rounds of {RECORDS} records:"
    )?;
    writeln!(out, "  a lookup through the client       {:8.1}", lookup * 1e6)?;
    writeln!(
        out,
        "  the ledger, all written           {:8.1}   {:.2} lookups",
        pushed * 1e6,
        pushed / lookup
    )?;
    writeln!(
        out,
        "  the ledger, nothing changed       {:8.1}   {:.2} lookups (bar 1)",
        unchanged * 1e6,
        unchanged / lookup
    )?;
    writeln!(out, "  a run, all written                {:8.1}", first * 1e6)?;
    writeln!(out, "  a run, all fail alike             {:8.1}", errors * 1e6)?;
    writeln!(out, "  equal errors / none, with lookups {ratio:8.2}   (bar 1.2)")?;
    writeln!(out, "  equal errors / none, without      {:8.2}", errors / first)?;
    Ok(pushed <= lookup && unchanged <= lookup && ratio <= 1.2)
}

/// CPU seconds per record: in memory all written and again, in SQLite all written and again, in SQLite all failed.
async fn round() -> Outcome<[f64; 5]> {
    let memory = Arc::new(MemoryLedger::new(Arc::new(SystemClock)));
    let (memory_first, memory_again) = twice(memory.clone(), memory).await?;
    let dir = tempfile::tempdir()?;
    let open = async |name: &str| -> Outcome<Arc<SqlLedger>> {
        let ledger = SqlLedger::open(&format!("sqlite:{}", dir.path().join(name).display())).await?;
        ledger.migrate().await?;
        Ok(Arc::new(ledger))
    };
    let ledger = open("good.db").await?;
    let (first, again) = twice(ledger.clone(), ledger.clone()).await?;
    ledger.shut_down().await;
    let ledger = open("errors.db").await?;
    let world = World::new();
    for number in 0..RECORDS {
        let refused =
            move || Error::new(ErrorKind::Refused, format!("number {number} is not known")).code("unknown");
        world.customs.fail(&format!("C{number:06}"), refused);
    }
    let (errors, receipt) = run(&world.pipeline(ledger.clone(), ledger.clone())?).await?;
    let episodes = ledger
        .episodes(&EpisodeFilter {
            limit: 9,
            ..EpisodeFilter::default()
        })
        .await?;
    let counts: Vec<(u64, u64)> = episodes.iter().map(|e| (e.count, e.records)).collect();
    if receipt.failed != RECORDS as u64 || counts != [(RECORDS as u64, RECORDS as u64)] {
        return Err(format!("wrong counts: {receipt:?}, {counts:?}").into());
    }
    ledger.shut_down().await;
    Ok([memory_first, memory_again, first, again, errors])
}

async fn twice(runs: Arc<dyn RunLedger>, records: Arc<dyn RecordLedger>) -> Outcome<(f64, f64)> {
    let pipeline = World::new().pipeline(runs, records)?;
    let (first, receipt) = run(&pipeline).await?;
    let (again, second) = run(&pipeline).await?;
    if receipt.pushed != RECORDS as u64 || second.unchanged != RECORDS as u64 {
        return Err(format!("wrong counts: {receipt:?}, {second:?}").into());
    }
    Ok((first, again))
}

async fn run(pipeline: &Pipeline) -> Outcome<(f64, Receipt)> {
    let before = cpu_of_all_threads()?;
    let receipt = pipeline.run_once(Trigger::Schedule).await;
    Ok(((cpu_of_all_threads()? - before) / RECORDS as f64, receipt))
}

struct World {
    source: MemorySource,
    customs: MemoryCustoms,
}

impl World {
    fn new() -> Self {
        let customs = MemoryCustoms::new();
        let due = (0..RECORDS).map(|number| DueRecord {
            key: format!("1000/{number:010}").into(),
            query: CustomsQuery::new(
                "API001",
                [("cargMtNo", format!("C{number:06}"))].into_iter().collect(),
            ),
            priority: Priority::Normal,
            origin: [("Bukrs", "1000"), ("Vbeln", "0080001234")].into_iter().collect(),
            current: Some(Fields::from_iter([("Stats", "")])),
        });
        for number in 0..RECORDS {
            customs.put(
                &format!("C{number:06}"),
                "수입신고수리",
                jiff::Timestamp::UNIX_EPOCH,
            );
        }
        Self {
            source: MemorySource::new(due),
            customs,
        }
    }

    fn pipeline(&self, runs: Arc<dyn RunLedger>, records: Arc<dyn RecordLedger>) -> Outcome<Pipeline> {
        let columns = [
            ("Bukrs", "{origin.Bukrs}"),
            ("Stats", "{csclPrgsStts}"),
            ("Udate", "{as_of|date}"),
        ];
        let columns: Vec<_> = columns
            .iter()
            .map(|(name, template)| template.parse().map(|t| ((*name).to_owned(), t)))
            .collect::<Result<_, _>>()?;
        let mut job = Job::new("1000", "import", Mapping::new(columns, Maps::new())?);
        job.polling = Polling::every_run();
        let sink = MemorySink::new(Idempotency::ByKey);
        let parts = Parts {
            source: Arc::new(self.source.clone().reflecting(sink.clone(), &["Stats"])),
            customs: Arc::new(self.customs.clone()),
            sink: Arc::new(sink),
            reporter: Arc::new(MemoryReporter::new()),
            runs,
            records,
        };
        Ok(Pipeline::with(
            job,
            parts,
            Instance::new("bench", true),
            Arc::new(SystemClock),
        ))
    }
}

/// CPU seconds of one lookup as a run makes it: through the client, over TLS, 50 under way at once, the answer read. The layers
/// around the client are left out.
fn lookup(runtime: &tokio::runtime::Runtime) -> Outcome<f64> {
    runtime.block_on(async {
        let service = Mock::start(LATENCY_MS).await?;
        let transport = ReqwestTransport::builder()
            .ca_bundle(std::fs::read(service.authority())?)
            .build()?;
        let client = unipass_client::Client::builder(Arc::new(transport))
            .base_url(&service.url()?)
            .key("API001", "k")
            .build()?;
        let customs = unipass_client::Customs::new(client, Arc::new(SystemClock));
        let cx = CallContext::new("1000".into(), "bench".into(), "run".into());
        let ask = async |number: u32| {
            let number = format!("26LOOK{number:09}");
            let query = CustomsQuery::new("API001", [("cargMtNo", number)].into_iter().collect());
            let answer = customs.query(&cx, &query).await?;
            match answer.verdict {
                Verdict::Found => Ok(()),
                other => Err(Error::new(ErrorKind::Internal, other.to_string())),
            }
        };
        let asked = async |numbers: std::ops::Range<u32>| {
            stream::iter(numbers)
                .map(&ask)
                .buffer_unordered(IN_FLIGHT)
                .try_collect::<()>()
                .await
        };
        // Until all connections stand.
        asked(0..500).await?;
        let before = cpu_of_this_thread()?;
        asked(500..500 + LOOKUPS).await?;
        Ok((cpu_of_this_thread()? - before) / f64::from(LOOKUPS))
    })
}

fn schedstat(path: &std::path::Path) -> Outcome<f64> {
    let stat = std::fs::read_to_string(path)?;
    Ok(stat.split(' ').next().unwrap_or("0").parse::<f64>()? / 1e9)
}

fn cpu_of_this_thread() -> Outcome<f64> {
    schedstat("/proc/thread-self/schedstat".as_ref())
}

/// A thread that ended meanwhile takes its time with it: SQLite's threads live as long as their ledger.
fn cpu_of_all_threads() -> Outcome<f64> {
    let mut cpu = 0.0;
    for task in std::fs::read_dir("/proc/self/task")? {
        cpu += schedstat(&task?.path().join("schedstat"))?;
    }
    Ok(cpu)
}
