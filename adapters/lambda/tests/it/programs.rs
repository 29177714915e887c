//! Planner and workers as programs, each under an emulator of the runtime of its own; queue and topic are a stand-in's, the ledger
//! is PostgreSQL.

use std::path::PathBuf;
use std::time::Duration;

use customs_aws::Message;
use customs_core::{CallContext, Chunk, Receipt, RunLedger as _, StoredError};
use customs_lambda::App;
use serde_json::{Value, json};

use crate::database::Database;
use crate::emulator::{Emulator, Function};
use crate::ministack::Ministack;
use crate::outside::until;
use crate::scene::{Scene, Setting, by_queue, errors, receipts};

/// More than any step here needs.
pub(crate) const LONG: Duration = Duration::from_secs(100);

/// What SQS is told by a function that has done all.
pub(crate) const ALL_DONE: &str = r#"{"batchItemFailures":[]}"#;

/// A planner, the systems around it, and the ledger as an administrator sees it.
pub(crate) struct Programs {
    pub(crate) scene: Scene,
    pub(crate) aws: Ministack,
    pub(crate) queue: String,
    pub(crate) planner: Emulator,
    pub(crate) ledger: App,
    // Gone last.
    pub(crate) database: Database,
}

impl Programs {
    /// `None` where something is missing that is not required.
    pub(crate) async fn new(setting: Setting) -> Option<Self> {
        let database = Database::get().await?;
        let aws = Ministack::start().await?;
        let queue = aws.queue("work").await;
        let scene = Scene::with(&Setting {
            ledger: Some(database.url()),
            aws: format!("queue = \"{queue}\"\n{}", setting.aws),
            ..setting
        })
        .await;
        let planner = function(&aws, "planner", LONG, scene.file()).await?;
        let (ledger, _) = scene.function().await;
        Some(Self {
            scene,
            aws,
            queue,
            planner,
            ledger,
            database,
        })
    }

    pub(crate) async fn worker(&self, timeout: Duration) -> Emulator {
        let file = self.scene.file();
        function(&self.aws, "worker", timeout, file).await.unwrap()
    }

    /// The due list is read; the chunks that wait in the queue then.
    pub(crate) async fn plan(&self) -> Vec<String> {
        let (status, answered) = self.planner.invoke(&json!({"plan": {}})).await;
        let answered: Value = serde_json::from_str(&answered).unwrap();
        assert_eq!(
            (status, &answered[0]["status"]),
            (200, &json!("dispatched")),
            "{answered}"
        );
        let dispatched = answered[0]["dispatched"].as_u64().unwrap();
        let mut chunks = Vec::new();
        until("all chunks are in the queue", async || {
            chunks.extend(self.aws.take(&self.queue).await);
            let records = chunks.iter().map(|c| chunk(c).records.len() as u64);
            (records.sum::<u64>() == dispatched).then_some(())
        })
        .await;
        chunks
    }

    /// Waits until so many questions have come to customs altogether.
    pub(crate) async fn asked(&self, questions: u64) {
        let unipass = &self.scene.unipass;
        until("customs is asked", async || {
            (unipass.arrived() >= questions).then_some(())
        })
        .await;
    }

    /// The receipts of the runs that are over.
    pub(crate) async fn receipts(&self) -> Vec<Receipt> {
        receipts(&self.ledger).await
    }

    /// The time of the run is over: its receipt.
    pub(crate) async fn close(&self, chunk: &Chunk) -> Receipt {
        let cx = CallContext::new(chunk.company.clone(), chunk.job.clone(), chunk.run.clone());
        let closed = self
            .ledger
            .ledger()
            .close(&cx, chunk.fence, Default::default(), None);
        closed.await.unwrap()
    }

    pub(crate) async fn errors(&self) -> Vec<StoredError> {
        errors(&self.ledger).await
    }

    /// SAP was told of each record once, and of as many as the receipts say.
    pub(crate) fn written_once(&self, receipts: &[Receipt]) {
        let log = std::fs::read_to_string(self.scene.dir.path().join("writes.ndjson")).unwrap();
        let mut keys: Vec<String> = log
            .lines()
            .map(|line| serde_json::from_str::<Value>(line).unwrap()["key"].to_string())
            .collect();
        let rows = keys.len();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), rows, "a record was written twice");
        let pushed: u64 = receipts.iter().map(|r| r.pushed).sum();
        assert_eq!(rows as u64, pushed);
        assert!(receipts.iter().all(|r| r.balanced), "{receipts:?}");
    }
}

pub(crate) async fn function(
    aws: &Ministack,
    name: &str,
    timeout: Duration,
    config: PathBuf,
) -> Option<Emulator> {
    Emulator::start(&Function {
        name,
        timeout,
        config: &config,
        endpoint: &aws.endpoint(),
    })
    .await
}

pub(crate) fn chunk(body: &str) -> Chunk {
    match Message::read(body).unwrap() {
        Message::Chunk(chunk) => chunk,
        other => panic!("no chunk: {other:?}"),
    }
}

/// A chunk as its queue delivers it.
pub(crate) fn work(body: &str) -> Value {
    by_queue(&[("m", body.to_owned())])
}
