//! Fifty due records, a customs service that knows most of them, and a SAP; and what must hold whatever happened.

use std::collections::BTreeMap;
use std::sync::Arc;

use customs_core::memory::{MemoryCustoms, MemorySink, MemorySource};
use customs_core::template::Maps;
use customs_core::{
    Clock, CustomsApi, CustomsQuery, Dispatcher, DueRecord, Error, ErrorKind, Fields, Idempotency, Instance,
    Job, Mapping, Parts, Pipeline, Priority, Receipt, RecordKey, RunStatus, Sent, Sink, SourceSystem,
    Trigger,
};

use super::Ledger;
use super::points::Points;

const RECORDS: usize = 50;

/// What helps against writing a state twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sap {
    /// SAP recognises our idempotency key, and tells nothing of what it holds.
    KnowsKeys,
    /// SAP knows no keys; the due list tells what it holds.
    TellsWhatItHolds,
}

/// A job of fifty records on in-memory systems. Three are unknown to customs, two are refused; the rest is found.
#[derive(Debug)]
pub struct Scene {
    job: String,
    source: MemorySource,
    customs: MemoryCustoms,
    sink: MemorySink,
    found: BTreeMap<RecordKey, &'static str>,
    /// What SAP held before the scene began, which must not be written again.
    before: BTreeMap<RecordKey, Fields>,
    clock: Arc<dyn Clock>,
}

fn key(number: usize) -> RecordKey {
    RecordKey::from_parts(["1000", &format!("{number:05}")])
}

fn due(number: usize) -> DueRecord {
    DueRecord {
        key: key(number),
        query: CustomsQuery::new(
            "API001",
            Fields::from_iter([("cargMtNo", format!("C{number:05}"))]),
        ),
        priority: Priority::Normal,
        origin: Fields::from_iter([("Bukrs", "1000")]),
        current: None,
    }
}

impl Scene {
    /// A scene whose job has this name: two scenes of different names may share a ledger.
    #[must_use]
    pub fn new(job: impl Into<String>, sap: Sap, clock: Arc<dyn Clock>) -> Self {
        let sink = MemorySink::new(match sap {
            Sap::KnowsKeys => Idempotency::ByKey,
            Sap::TellsWhatItHolds => Idempotency::None,
        });
        let source = MemorySource::new((0..RECORDS).map(due));
        let source = match sap {
            Sap::KnowsKeys => source,
            Sap::TellsWhatItHolds => source.reflecting(sink.clone(), &["Stats"]),
        };
        let scene = Self {
            job: job.into(),
            source,
            customs: MemoryCustoms::new(),
            sink,
            found: BTreeMap::new(),
            before: BTreeMap::new(),
            clock,
        };
        (0..RECORDS).fold(scene, |scene, number| match number % 17 {
            3 => scene,
            7 if number % 2 == 1 => {
                let refused = || {
                    Error::new(ErrorKind::Refused, "no")
                        .code("refused")
                        .sent(Sent::Answered)
                };
                scene.customs.fail(&format!("C{number:05}"), refused);
                scene
            }
            _ => scene.with_state(number, "반입신고"),
        })
    }

    /// The same scene in which SAP holds from the start what another scene's SAP holds now.
    #[must_use]
    pub fn after(mut self, other: &Self) -> Self {
        for key in other.found.keys() {
            if let Some(held) = other.sink.held(key) {
                self.sink.overwrite(key.clone(), held.clone());
                self.before.insert(key.clone(), held);
            }
        }
        self
    }

    fn with_state(mut self, number: usize, status: &'static str) -> Self {
        self.change(number, status);
        self
    }

    /// Customs now tells this state of a record that is found.
    pub(super) fn change(&mut self, number: usize, status: &'static str) {
        let as_of = "2026-11-20T06:05:15Z".parse().unwrap();
        self.customs.put(&format!("C{number:05}"), status, as_of);
        self.found.insert(key(number), status);
    }

    /// The pipeline of a new process: of the same installation as all before it, and alone. `watched` wraps the systems.
    pub(super) fn pipeline(&self, ledger: Ledger, watched: impl FnOnce(Parts) -> Parts) -> Pipeline {
        let columns = [("Bukrs", "{origin.Bukrs}"), ("Stats", "{csclPrgsStts}")];
        let columns = columns.map(|(name, text)| (name.to_owned(), text.parse().unwrap()));
        let mapping = Mapping::new(columns.into(), Maps::new()).unwrap();
        let mut job = Job::new("1000", self.job.as_str(), mapping);
        (job.page_size, job.chunk_size) = (20, 10);
        let parts = Parts {
            source: Arc::new(self.source.clone()) as Arc<dyn SourceSystem>,
            customs: Arc::new(self.customs.clone()) as Arc<dyn CustomsApi>,
            sink: Arc::new(self.sink.clone()) as Arc<dyn Sink>,
            reporter: ledger.reporter,
            runs: ledger.runs,
            records: ledger.records,
        };
        Pipeline::with(
            job,
            watched(parts),
            Instance::new("installation", true),
            self.clock.clone(),
        )
    }

    /// A run of a new process.
    pub async fn run(&self, ledger: Ledger) -> Receipt {
        self.pipeline(ledger, |parts| parts)
            .run_once(Trigger::Schedule)
            .await
    }

    /// A run of a new process that dies at its n-th point, from 1: each call and each wait is one. `None` if it died; all that
    /// it had under way stands still then.
    pub async fn run_until(&self, ledger: Ledger, point: usize) -> Option<Receipt> {
        let points = Points::until(point);
        let pipeline = self.pipeline(ledger, |parts| points.watching(parts));
        points.live(pipeline.run_once(Trigger::Schedule)).await
    }

    /// Plans a run whose chunks go to `queue`.
    pub(super) async fn plan(&self, ledger: Ledger, queue: &dyn Dispatcher) {
        let pipeline = self.pipeline(ledger, |parts| parts);
        pipeline.plan(Trigger::Schedule, queue, None).await.unwrap();
    }

    /// A run that was hindered tells the truth: it adds up, or it is a failed one.
    #[track_caller]
    pub(super) fn is_truthful(&self, receipt: &Receipt, what: &str) {
        assert!(
            receipt.balanced || receipt.status == RunStatus::Failed,
            "{what}: {receipt:?}"
        );
    }

    /// A run that nothing hindered came through at its first try, and each state that customs tells is in SAP, written once.
    #[track_caller]
    pub fn is_whole(&self, receipt: &Receipt, what: &str) {
        assert_eq!(
            (receipt.status, receipt.due, receipt.balanced),
            (RunStatus::Succeeded, RECORDS as u64, true),
            "{what}: {receipt:?}"
        );
        // What rests by rule was through before; nothing else is left over.
        let rests = ["not_due_yet", "quarantined"];
        assert!(
            receipt
                .reasons
                .deferred
                .keys()
                .all(|reason| rests.contains(&reason.as_str())),
            "{what}: {receipt:?}"
        );
        self.sap_holds_each_state_once(what);
    }

    /// SAP holds what customs tells, and got each state once; what customs does not tell was not written.
    #[track_caller]
    pub(super) fn sap_holds_each_state_once(&self, what: &str) {
        let mut writes: BTreeMap<RecordKey, Vec<String>> = BTreeMap::new();
        for (key, columns) in self.sink.writes() {
            writes
                .entry(key)
                .or_default()
                .push(columns.get("Stats").unwrap_or_default().to_owned());
        }
        for (key, status) in &self.found {
            let held = self
                .sink
                .held(key)
                .unwrap_or_else(|| panic!("{what}: {key} was not written"));
            assert_eq!(held.get("Stats"), Some(*status), "{what}: {key}");
            let mut states = writes.remove(key).unwrap_or_default();
            if let Some(before) = self.before.get(key) {
                states.insert(0, before.get("Stats").unwrap_or_default().to_owned());
            }
            let distinct = states.iter().collect::<std::collections::BTreeSet<_>>();
            assert_eq!(
                states.len(),
                distinct.len(),
                "{what}: {key} was written as {states:?}"
            );
        }
        assert!(writes.is_empty(), "{what}: written, and not found: {writes:?}");
    }

    /// Every run of this job is over, and adds up or is a failed one; the newest first.
    pub(super) async fn all_runs_are_closed(&self, ledger: &Ledger, what: &str) -> Vec<Receipt> {
        let runs = ledger.reader.runs(10_000).await.unwrap();
        let ours = runs.into_iter().filter(|run| run.job.as_str() == self.job);
        let receipts: Vec<Receipt> = ours
            .map(|run| {
                assert!(run.closed_at.is_some(), "{what}: {run:?} is open");
                run.receipt
            })
            .collect();
        receipts
            .iter()
            .for_each(|receipt| self.is_truthful(receipt, what));
        receipts
    }

    /// The records that customs finds.
    pub(super) fn found(&self) -> u64 {
        self.found.len() as u64
    }

    /// The numbers of the records that customs finds.
    pub(super) fn numbers(&self) -> Vec<usize> {
        (0..RECORDS)
            .filter(|number| self.found.contains_key(&key(*number)))
            .collect()
    }
}
