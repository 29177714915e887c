//! Host it in axum: one service of your own with a route of its own, our router for urgent requests and the console beside it,
//! and a scheduler that runs the job. It stays until Ctrl-C or SIGTERM; then it settles what is under way.
#![expect(clippy::print_stdout, reason = "an example prints")]

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::get;
use customs_core::memory::{MemoryAudit, MemoryLedger, MemorySink, MemorySource, MemoryUrgentQueue};
use customs_core::{
    Board, CallContext, Clock, CustomsApi, CustomsQuery, DeskJob, DueRecord, Idempotency, Job, KeyRule,
    Mapping, Parts, Pipeline, Planned, Priority, RecordKey, RunId, Scheduler, Stop, SystemClock, Timetable,
    UrgentDesk,
};
use customs_http::ReqwestTransport;
use customs_http_trigger::{ApiKeys, Limits, Setup, router};
use customs_test_harness::unipass::UnipassSimulator;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use unipass_client::{Client, Customs};

/// What your own handlers share: the same client as the job's, so they keep to one rate where it has one.
#[derive(Clone)]
struct Shop {
    customs: Arc<dyn CustomsApi>,
    clock: Arc<dyn Clock>,
}

/// `GET /shipments/{number}`: a route of your own.
async fn shipment(
    State(shop): State<Shop>,
    Path(number): Path<String>,
) -> Result<String, (StatusCode, String)> {
    let run = RunId::new(shop.clock.now());
    let cx = CallContext::new("1000".into(), "shipments".into(), run);
    let query = CustomsQuery::new("API001", [("cargMtNo", number)].into_iter().collect());
    match shop.customs.query(&cx, &query).await {
        Ok(answer) => {
            let state = answer.state.map_or("-".to_owned(), |state| state.status);
            Ok(format!("{} {state}", answer.verdict))
        }
        // Trouble at customs is no answer about the shipment.
        Err(error) => Err((StatusCode::BAD_GATEWAY, error.get_code().to_owned())),
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let simulator = UnipassSimulator::builder().start().await?;
    let Some(key) = simulator.key("API001") else {
        anyhow::bail!("the simulator has no key for API001");
    };
    let client = Client::builder(Arc::new(ReqwestTransport::builder().build()?))
        .base_url(simulator.base_url())
        .key("cargo-progress", key.clone())
        .build()?;
    // The layers of `own_layer` belong around it.
    let customs: Arc<dyn CustomsApi> = Arc::new(Customs::new(client, clock.clone()));

    // A job from memory to memory; `own_source_and_sink` and the tutorial show real ones.
    let due = |index: u32| {
        let number = simulator.world().shipment(index).cargo_number();
        DueRecord {
            key: RecordKey::from_parts(["1000".to_owned(), format!("{}", 80_000_001 + index)]),
            query: CustomsQuery::new("API001", [("cargMtNo", number)].into_iter().collect()),
            priority: Priority::Normal,
            origin: Default::default(),
            current: None,
        }
    };
    let state = "{csclPrgsStts}".parse().map_err(anyhow::Error::msg)?;
    let ledger = Arc::new(MemoryLedger::new(clock.clone()));
    let job = Job::new(
        "1000",
        "import-cargo",
        Mapping::new(vec![("Stats".to_owned(), state)], Default::default())?,
    );
    let pipeline = Pipeline::new(
        job,
        Parts {
            source: Arc::new(MemorySource::new((0..10).map(due))),
            customs: customs.clone(),
            sink: Arc::new(MemorySink::new(Idempotency::ByKey)),
            reporter: ledger.clone(),
            runs: ledger.clone(),
            records: ledger.clone(),
        },
    );

    // The desk takes urgent requests, the scheduler does them, and the job every five minutes.
    let desk = UrgentDesk::new(
        vec![DeskJob {
            company: "1000".into(),
            job: "import-cargo".into(),
            kind: "API".to_owned(),
            rule: KeyRule::new("{company}/{number}".parse().map_err(anyhow::Error::msg)?)?,
        }],
        Arc::new(MemoryUrgentQueue::new(clock.clone())),
        clock.clone(),
    );
    let planned = Planned {
        pipeline,
        timetable: Timetable::Every(Duration::from_secs(300)),
        jitter: Duration::ZERO,
    };
    let scheduler = Scheduler::new(vec![planned], desk.clone(), clock.clone());
    let board = scheduler.board();
    tokio::spawn(tell(board.clone()));

    // An empty key is left out: without the variable nobody gets in.
    let api_key = std::env::var("CUSTOMS_API_KEY").unwrap_or_default();
    let setup = Setup {
        desk,
        reader: ledger.clone(),
        episodes: ledger.clone(),
        jobs: ledger.clone(),
        audit: Arc::new(MemoryAudit::new()),
        budgets: None,
        board,
        clock: clock.clone(),
        keys: ApiKeys::new().with("erp", &api_key.into()),
        origins: Vec::new(),
        limits: Limits::default(),
    };
    let service = Router::new()
        .route("/shipments/{number}", get(shipment))
        .with_state(Shop { customs, clock })
        .merge(router(setup));

    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("listening on {}", listener.local_addr()?);
    println!(
        "a number to ask for: {}",
        simulator.world().shipment(0).cargo_number()
    );
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let stop = Stop::new();
    let told = async {
        tokio::select! { _ = terminate.recv() => {}, _ = interrupt.recv() => {} }
    };
    // Runs settle first; requests are answered until then.
    let work = async {
        let settled = scheduler.run(told, Duration::from_secs(30)).await;
        stop.stop();
        settled
    };
    let closing = stop.clone();
    let serve = axum::serve(listener, service).with_graceful_shutdown(async move { closing.given().await });
    let (settled, served) = tokio::join!(work, serve.into_future());
    served?;
    println!("everything is settled: {settled}");
    simulator.shutdown().await;
    Ok(())
}

/// Prints each run that is closed.
async fn tell(board: Board) {
    let mut closed = board.listen();
    while let Ok(run) = closed.recv().await {
        let receipt = run.receipt;
        println!(
            "{:?} run: due {}, pushed {}, unchanged {}",
            run.lane, receipt.due, receipt.pushed, receipt.unchanged
        );
    }
}
