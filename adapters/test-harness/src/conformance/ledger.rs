//! What the suites of the four ledger traits share: the subject, and short ways to make what goes into a ledger.

use std::time::Duration;

use async_trait::async_trait;
use customs_core::{
    AlertLedger, BeginRequest, Begun, CallContext, Calls, Claim, ClaimRequest, ClearanceState, CustomsQuery,
    DueRecord, EpisodeLedger, Error, ErrorKind, ErrorReporter, ErrorRow, ErrorStore, Fields, Instance,
    JobLedger, LedgerReader, Phase, PlanTotals, QuotaLedger, Receipt, RecordKey, RecordLedger, RecordState,
    Retention, RunId, RunLedger, SettleReport, SettleRequest, Settled, Settlement, Stage, Tally, Trigger,
    Verdict,
};
use jiff::Timestamp;

use super::{Cannot, at, run};

/// How long a lease lasts in these tests.
pub(super) const LEASE: Duration = Duration::from_secs(60);
/// How long a claim lasts, and how long a dispatched run waits for its chunks.
pub(super) const TTL: Duration = Duration::from_secs(120);
/// Enough to tell before from after on a ledger whose clock goes on by itself.
pub(super) const MOMENT: Duration = Duration::from_secs(20);

/// An empty ledger whose time the suite moves. All faces are one ledger.
#[async_trait]
pub trait LedgerSubject: Send + Sync {
    /// Its runs.
    fn runs(&self) -> &dyn RunLedger;

    /// Its records.
    fn records(&self) -> &dyn RecordLedger;

    /// Its quota.
    fn quota(&self) -> &dyn QuotaLedger;

    /// Its episodes.
    fn episodes(&self) -> &dyn EpisodeLedger;

    /// Its alerts.
    fn alerts(&self) -> &dyn AlertLedger;

    /// Its jobs.
    fn jobs(&self) -> &dyn JobLedger;

    /// What forgets.
    fn retention(&self) -> &dyn Retention;

    /// Where it takes reports.
    fn reporter(&self) -> &dyn ErrorReporter;

    /// Where it stores reports, and says so.
    fn store(&self) -> &dyn ErrorStore;

    /// What it shows.
    fn reader(&self) -> &dyn LedgerReader;

    /// Moves the ledger's clock on.
    async fn advance(&self, by: Duration);

    /// What the ledger's clock shows.
    fn now(&self) -> Timestamp;

    /// From now on, settling fails at the last thing that it writes.
    async fn break_settling(&self) -> Result<(), Cannot>;

    /// Settling works again.
    async fn mend_settling(&self);
}

/// A full run of an instance.
pub(super) fn full(name: &str, boot: &str, sole: bool) -> BeginRequest {
    BeginRequest {
        trigger: Trigger::Schedule,
        instance: Instance {
            boot: boot.into(),
            ..Instance::new(name, sole)
        },
        lease: LEASE,
    }
}

/// A run for one record, which waits for no other.
pub(super) fn urgent() -> BeginRequest {
    BeginRequest {
        trigger: Trigger::Keys(vec![key("1")]),
        ..full("host", "boot", false)
    }
}

pub(super) fn key(number: &str) -> RecordKey {
    RecordKey::from_parts(["1000", number])
}

/// Begins a run and says its fence.
pub(super) async fn begin(subject: &impl LedgerSubject, cx: &CallContext, request: &BeginRequest) -> u64 {
    match subject.runs().begin(cx, request).await.unwrap() {
        Begun::Started { fence } => fence,
        Begun::Busy { run } => panic!("{} cannot begin: {run} is under way", cx.run),
        Begun::Paused(pause) => panic!("{} cannot begin: {pause:?}", cx.run),
    }
}

/// Who is in the way of a full run.
pub(super) async fn busy(subject: &impl LedgerSubject, cx: &CallContext) -> Option<RunId> {
    match subject
        .runs()
        .begin(cx, &full("other", "boot", false))
        .await
        .unwrap()
    {
        Begun::Started { .. } => None,
        Begun::Busy { run } => Some(run),
        Begun::Paused(pause) => panic!("{} cannot begin: {pause:?}", cx.run),
    }
}

/// A run that may work on records beside others: its context and fence.
#[derive(Debug)]
pub(super) struct Work {
    pub(super) cx: CallContext,
    pub(super) fence: u64,
}

impl Work {
    /// Begins it.
    pub(super) async fn begin(subject: &impl LedgerSubject, id: &str) -> Self {
        let cx = run(id);
        let fence = begin(subject, &cx, &urgent()).await;
        Self { cx, fence }
    }

    /// Claims records for a chunk.
    pub(super) async fn claim(
        &self,
        subject: &impl LedgerSubject,
        chunk: u32,
        owner: &str,
        keys: &[RecordKey],
    ) -> Vec<Claim> {
        let request = ClaimRequest {
            chunk,
            fence: self.fence,
            owner,
            keys,
            ttl: TTL,
        };
        let claimed = subject.records().claim(&self.cx, request).await.unwrap();
        let named: Vec<_> = claimed.iter().map(|c| c.state.key.clone()).collect();
        assert_eq!(named, keys, "one answer per key, in order");
        claimed.into_iter().map(|c| c.claim).collect()
    }

    /// Settles chunk 0. Each settlement has cost one call.
    pub(super) async fn settle(
        &self,
        subject: &impl LedgerSubject,
        owner: &str,
        settlements: &[Settlement],
    ) -> customs_core::Result<SettleReport> {
        self.settle_at(subject, owner, settlements, at(7)).await
    }

    /// Settles chunk 0 at that time.
    pub(super) async fn settle_at(
        &self,
        subject: &impl LedgerSubject,
        owner: &str,
        settlements: &[Settlement],
        at: Timestamp,
    ) -> customs_core::Result<SettleReport> {
        self.settle_without(subject, owner, settlements, at, &[]).await
    }

    /// Settles chunk 0 at that time; the rows keep nothing of `withhold`.
    pub(super) async fn settle_without(
        &self,
        subject: &impl LedgerSubject,
        owner: &str,
        settlements: &[Settlement],
        at: Timestamp,
        withhold: &[String],
    ) -> customs_core::Result<SettleReport> {
        let request = SettleRequest {
            chunk: 0,
            fence: self.fence,
            owner,
            at,
            settlements,
            calls: Calls {
                customs_calls: settlements.len() as u64,
                ..Calls::default()
            },
            withhold,
        };
        subject.records().settle(&self.cx, request).await
    }

    /// Claims and settles, and all is applied.
    pub(super) async fn work(&self, subject: &impl LedgerSubject, settlements: &[Settlement]) {
        let keys: Vec<_> = settlements.iter().map(|s| s.record.key.clone()).collect();
        let claims = self.claim(subject, 0, "owner", &keys).await;
        assert!(claims.iter().all(|c| *c == Claim::Granted), "{claims:?}");
        let report = self.settle(subject, "owner", settlements).await.unwrap();
        assert_eq!((report.applied, report.ignored), (keys.len() as u64, 0));
    }

    /// Planning has ended with `due` records, all of them in chunks.
    pub(super) async fn dispatched(&self, subject: &impl LedgerSubject, due: u64) {
        let totals = PlanTotals {
            due,
            dispatched: due,
            tally: Tally::default(),
            alarm: None,
        };
        let told = subject
            .runs()
            .dispatched(&self.cx, self.fence, &totals, TTL)
            .await;
        told.unwrap();
    }

    /// Closes it.
    pub(super) async fn close(&self, subject: &impl LedgerSubject) -> Receipt {
        let closed = subject
            .runs()
            .close(&self.cx, self.fence, Calls::default(), None)
            .await;
        closed.unwrap()
    }
}

/// What the ledger knows about a record.
pub(super) async fn known(subject: &impl LedgerSubject, number: &str) -> RecordState {
    let states = subject
        .records()
        .load(&run("reader"), &[key(number)])
        .await
        .unwrap();
    assert_eq!(states.len(), 1);
    states[0].clone()
}

fn settlement(number: &str, settled: Settled) -> Settlement {
    let record = DueRecord {
        key: key(number),
        query: CustomsQuery::new("API001", Fields::from_iter([("cargMtNo", "26KMTC0001")])),
        priority: Default::default(),
        origin: Fields::from_iter([("Vbeln", number), ("Name", "주식회사 '가나다'")]),
        current: Some(Fields::from_iter([("Stats", "")])),
    };
    Settlement::new(record, settled)
}

/// Written: asked at that second, with that digest.
pub(super) fn pushed(number: &str, second: i64, digest: &str) -> Settlement {
    let settled = Settled::Pushed {
        digest: digest.to_owned(),
        corrected: false,
    };
    Settlement {
        observed_at: Some(at(second)),
        verdict: Some(Verdict::Found),
        state: Some(ClearanceState {
            status: format!("수입신고 {digest}"),
            as_of: Some(at(second - 500)),
            phase: Phase::Moving,
        }),
        next_look: Some(at(second + 3600)),
        ..settlement(number, settled)
    }
}

/// Customs has none: asked at that second.
pub(super) fn not_found(number: &str, second: i64) -> Settlement {
    Settlement {
        observed_at: Some(at(second)),
        verdict: Some(Verdict::NotFound),
        ..settlement(number, Settled::NotFound)
    }
}

/// Failed with that code.
pub(super) fn failed(number: &str, code: &'static str) -> Settlement {
    let error = Error::new(ErrorKind::Refused, "레코드가 거부되었습니다: \"no\"")
        .code(code)
        .endpoint("https://customs.example/ext")
        .operation("API001");
    settlement(number, Settled::Failed(ErrorRow::new(Stage::Query, &error)))
}

/// Left for a later run.
pub(super) fn deferred(number: &str, reason: customs_core::DeferReason) -> Settlement {
    settlement(number, Settled::Deferred(reason))
}
