//! The template itself, deployed onto a stand-in for AWS that runs the bootstrap as processes; the simulators as SAP and customs,
//! PostgreSQL for the ledger and the errors. Nothing of ours stands between the functions but what the template makes.

use std::sync::Arc;
use std::time::Duration;

use customs_aws::{Message, SnsReporter, SqsDispatcher};
use customs_core::{
    CallContext, Chunk, Dispatcher as _, LedgerReader as _, Receipt, RequestStatus, RunRow, StoredError,
    SystemClock, UrgentQueue as _,
};
use customs_lambda::App;
use serde_json::{Value, json};

use crate::database::Database;
use crate::ministack::Ministack;
use crate::outside::until;
use crate::programs::chunk;
use crate::roles::by_topic;
use crate::scene::{RECORDS, Scene, Setting, errors, receipts};

/// The functions as the template made them, the systems around them, and the ledger as an administrator sees it.
struct Deployed {
    scene: Scene,
    aws: Ministack,
    outputs: Value,
    secret: Value,
    ledger: App,
    // Gone last.
    _database: Database,
}

impl Deployed {
    /// `None` where something is missing that is not required.
    async fn new(parameters: &[&str]) -> Option<Self> {
        let database = Database::get().await?;
        let aws = Ministack::start().await?;
        let scene = Scene::with(&Setting {
            ledger: Some(database.url()),
            // Long enough for every worker to be busy when the next chunk comes.
            latency: Duration::from_millis(500),
            // No rate: a stand-in on a busy machine starts functions whenever it can.
            unipass: "in_flight = 5\nattempts = 1".into(),
            ..Setting::default()
        })
        .await;
        let (folder, secret) = scene.for_a_zip("c").await;
        let outputs = aws.deploy(&folder, &secret, parameters).await;
        let (ledger, _) = scene.function().await;
        Some(Self {
            scene,
            aws,
            outputs,
            secret,
            ledger,
            _database: database,
        })
    }

    /// Functions that start from now on know this key for the door.
    async fn know(&mut self, key: &str) {
        self.secret["door"] = key.into();
        self.aws.put_secret("customs/c", &self.secret).await;
    }

    /// The runs that are closed, when there are so many.
    async fn closed(&self, runs: usize) -> Vec<RunRow> {
        until("a run is closed", async || {
            receipts(&self.ledger).await;
            let mut all = self.ledger.ledger().runs(10).await.unwrap();
            all.retain(|run| run.closed_at.is_some());
            (all.len() >= runs).then_some(all)
        })
        .await
    }

    async fn errors(&self) -> Vec<StoredError> {
        errors(&self.ledger).await
    }

    /// The error that says so, as soon as it stands in the table.
    async fn error(&self, what: &str, is_it: impl Fn(&StoredError) -> bool) -> StoredError {
        until(what, async || self.errors().await.into_iter().find(&is_it)).await
    }

    /// What nobody could do: a row for each of so many records, and what it says.
    async fn dead_letters(&self, records: usize) -> Vec<String> {
        until("the dead letters are rows", async || {
            let mut rows = self.errors().await;
            rows.retain(|e| e.error.code == "dead_letter");
            (rows.len() == records).then(|| rows.into_iter().map(|e| e.error.message).collect())
        })
        .await
    }

    /// Every record came through, each change was written once, and the one record of the simulated world that fails in every run has
    /// its row.
    async fn came_through(&self, receipt: &Receipt) {
        assert!(receipt.balanced, "{receipt:?}");
        assert_eq!(
            (receipt.due, receipt.failed, receipt.deferred),
            (u64::from(RECORDS), 1, 0),
            "{receipt:?}"
        );
        assert!(receipt.pushed > 20, "{receipt:?}");
        assert_eq!(self.scene.sap.rows_written(), receipt.pushed);
        assert_eq!(self.scene.unipass.arrived(), receipt.customs_calls);
        let rows = self.errors().await;
        let of_records: Vec<_> = rows.iter().filter(|e| e.key.is_some()).collect();
        assert_eq!(of_records.len(), 1, "{rows:?}");
    }
}

/// A chunk of a job that the configuration does not know.
fn nobodys() -> Chunk {
    let mut chunk = chunk(&crate::event("chunk").to_string());
    chunk.job = "nobody's".into();
    chunk
}

#[tokio::test(flavor = "multi_thread")]
async fn a_timetable_reads_the_due_list_three_workers_write_back_and_errors_come_to_the_database() {
    // A timetable for one moment that is over: it fires once, at once.
    let timetable = "Schedule=at(2026-01-01T00:00:00)";
    let Some(all) = Deployed::new(&["Transport=SnsAndSqs", "MaxWorkers=3", timetable]).await else {
        return;
    };
    let runs = all.closed(1).await;
    assert_eq!(runs[0].trigger, "schedule");
    all.came_through(&runs[0].receipt).await;
    let workers = all.aws.processes(&all.outputs["WorkerFunctionName"]);
    assert_eq!(workers, 3, "one for each chunk");

    // SAP is away: the plan's error goes by the topic to the error function, which INSERTs it.
    all.scene.sap.faults().set("5xx".parse().unwrap());
    let answered = all
        .aws
        .invoke(&all.outputs["PlanFunctionName"], &json!({"plan": {}}))
        .await;
    assert_eq!(answered[0]["status"], "failed", "{answered}");
    let row = all
        .error("the error of the due list", |e| {
            e.error.stage == customs_core::Stage::Fetch
        })
        .await;
    assert_eq!(row.key, None);

    // The same by hand, five times: one row.
    let report = all.errors().await.len();
    let message = crate::event("error");
    let Message::Error(error) = Message::read(&message.to_string()).unwrap() else {
        panic!("not an error")
    };
    let topic = all.outputs["ErrorTopicArn"].as_str().unwrap();
    let reporter = SnsReporter::new(&all.aws.aws(), topic);
    for _ in 0..5 {
        customs_core::ErrorReporter::report(&reporter, &error.context(), &error.report).await;
    }
    all.error("the error by hand", |e| e.error.message.contains("DROP TABLE"))
        .await;
    assert_eq!(all.errors().await.len(), report + 1);

    // A topic's chunk that no worker can do: after its last try the function's destination tells why. (The stand-in's own topics try
    // once; this is what a topic does at Lambda.)
    let stranger = nobodys();
    let worker = &all.outputs["WorkerFunctionName"];
    all.aws.invoke_later(worker, &by_topic(&stranger)).await;
    for row in all.dead_letters(stranger.records.len()).await {
        assert!(row.contains("RetriesExhausted: Customs.NotDone: "), "{row}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn by_a_queue_a_failing_record_and_a_poison_message_harm_no_neighbour() {
    let Some(all) = Deployed::new(&["Transport=Sqs", "MaxWorkers=3", "ScheduleState=DISABLED"]).await else {
        return;
    };
    // Its queue gives a message up after five tries; here without half an hour between them.
    let queue = all.outputs["WorkQueueUrl"].as_str().unwrap();
    all.aws.shorten_visibility(queue).await;
    let stranger = nobodys();
    let by_hand = SqsDispatcher::new(&all.aws.aws(), queue, Arc::new(SystemClock));
    let cx = CallContext::new(
        stranger.company.clone(),
        stranger.job.clone(),
        stranger.run.clone(),
    );
    let records = stranger.records.len();
    by_hand.dispatch(&cx, vec![stranger]).await.unwrap()[0]
        .as_ref()
        .unwrap();

    let answered = all
        .aws
        .invoke(&all.outputs["PlanFunctionName"], &json!({"plan": {}}))
        .await;
    assert_eq!(answered[0]["dispatched"], RECORDS, "{answered}");
    let runs = all.closed(1).await;
    let receipt = &runs[0].receipt;
    assert_eq!(
        (receipt.failed, receipt.deferred, receipt.balanced),
        (1, 0, true),
        "{receipt:?}"
    );
    assert_eq!(all.scene.sap.rows_written(), receipt.pushed);

    // What nobody can do ends as dead letters.
    for row in all.dead_letters(records).await {
        assert!(row.contains("its queue gave it up"), "{row}");
    }
}

const TWO: &str = r#"{"API":[{"Type":"API","Data":["0080000001","0080000002"]}]}"#;

/// Whoever has no key is refused; whoever has this one is let in, and the urgent function does what he asks for.
async fn urgent_work_is_done(all: &Deployed, refused: u16, key: &str) {
    for nobody in [None, Some("wrong")] {
        let (status, body) = all.aws.call(&all.outputs, nobody, TWO).await;
        assert_eq!(status, refused, "{nobody:?}: {body}");
    }
    assert!(all.ledger.ledger().recent(10).await.unwrap().is_empty());
    let answered = all.aws.call(&all.outputs, Some(key), TWO).await;
    assert_eq!(answered, (200, "\"job success\"".to_owned()));
    let row = until("the request is done", async || {
        let rows = all.ledger.ledger().recent(10).await.unwrap();
        assert_eq!(rows.len(), 1);
        rows.into_iter().find(|row| row.status == RequestStatus::Done)
    })
    .await;
    assert_eq!(row.request.by, "erp");
    let records = row.done.unwrap().records;
    let pushed = records.iter().filter(|r| r.outcome == "pushed").count() as u64;
    assert_eq!(records.len(), 2);
    assert!(pushed > 0, "{records:?}");
    assert_eq!(
        (all.scene.unipass.arrived(), all.scene.sap.rows_written()),
        (2, pushed)
    );
    // No worker was called, and no plan: the urgent function did it.
    let processes = ["UrgentFunctionName", "WorkerFunctionName", "PlanFunctionName"]
        .map(|name| all.aws.processes(&all.outputs[name]));
    assert_eq!(processes, [1, 0, 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_lets_in_who_has_its_key_and_the_urgent_function_writes_back() {
    let Some(mut all) = Deployed::new(&["ApiForm=REST", "ScheduleState=DISABLED"]).await else {
        return;
    };
    // The stand-in checks keys, and does not tell the function which one it was (`requestContext.identity`), as API Gateway does:
    // here the function has to know the key itself.
    let key = all.aws.api_key(&all.outputs["RestKeyId"]).await;
    all.know(&key).await;
    urgent_work_is_done(&all, 403, &key).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_http_api_lets_in_who_has_a_key_that_the_function_knows() {
    let Some(mut all) = Deployed::new(&["ApiForm=HTTP", "ScheduleState=DISABLED"]).await else {
        return;
    };
    all.know("erp's own").await;
    urgent_work_is_done(&all, 401, "erp's own").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_function_url_lets_in_who_has_a_key_that_the_function_knows() {
    let Some(mut all) = Deployed::new(&["ApiForm=URL", "ScheduleState=DISABLED"]).await else {
        return;
    };
    all.know("erp's own").await;
    urgent_work_is_done(&all, 401, "erp's own").await;
}
