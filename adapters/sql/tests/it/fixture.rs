//! A ledger to test, and short ways to make what goes into it.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use customs_core::{
    BeginRequest, Begun, CallContext, Calls, Claim, ClaimRequest, ClearanceState, Clock, CustomsQuery,
    DueRecord, Error, ErrorKind, ErrorRow, Fields, Instance, Phase, PlanTotals, RecordKey, RecordLedger as _,
    RunLedger as _, SettleReport, SettleRequest, Settled, Settlement, Stage, Tally, Trigger, Verdict,
};
use customs_sql::SqlLedger;
use jiff::Timestamp;
use sqlx::{AssertSqlSafe, Connection as _};
use tempfile::TempDir;

/// Runs each test on each database, under a name that says which.
macro_rules! on_each_database {
    ($($test:ident),* $(,)?) => {
        mod sqlite {
            $(
                #[tokio::test]
                async fn $test() {
                    super::$test(crate::fixture::Fixture::sqlite().await).await;
                }
            )*
        }
        #[cfg(feature = "postgres")]
        mod postgres {
            $(
                #[tokio::test]
                async fn $test() {
                    crate::server::POSTGRES.test(super::$test).await;
                }
            )*
        }
        #[cfg(feature = "mysql")]
        mod mariadb {
            $(
                #[tokio::test]
                async fn $test() {
                    crate::server::MARIADB.test(super::$test).await;
                }
            )*
        }
    };
}
pub(crate) use on_each_database;

pub(crate) const LEASE: Duration = Duration::from_secs(60);
pub(crate) const TTL: Duration = Duration::from_secs(120);

/// A clock that stands still until it is moved.
#[derive(Debug)]
pub(crate) struct StepClock(Mutex<Timestamp>);

impl Clock for StepClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

/// Where a ledger is kept, and what a test does to it from outside.
#[async_trait]
pub(crate) trait Place: Send + Sync {
    /// The same database, as another process sees it.
    async fn open(&self) -> SqlLedger;
    /// Runs statements beside the ledger.
    async fn sql(&self, text: &str);
    /// Moves the ledger's time on.
    async fn advance(&self, by: Duration);
    /// The ledger's time.
    fn now(&self) -> Timestamp;
    /// Makes the last statement of settling fail, and lets it succeed again.
    fn broken_trigger(&self) -> [&'static str; 2];
}

/// A file. Its time stands still until it is moved.
struct Embedded {
    url: String,
    clock: Arc<StepClock>,
    _dir: TempDir,
}

#[async_trait]
impl Place for Embedded {
    async fn open(&self) -> SqlLedger {
        SqlLedger::open_with_clock(&self.url, self.clock.clone())
            .await
            .unwrap()
    }

    async fn sql(&self, text: &str) {
        let mut connection = sqlx::SqliteConnection::connect(&self.url).await.unwrap();
        sqlx::raw_sql(AssertSqlSafe(text))
            .execute(&mut connection)
            .await
            .unwrap();
        connection.close().await.unwrap();
    }

    async fn advance(&self, by: Duration) {
        let mut now = self.clock.0.lock().unwrap();
        *now = now.checked_add(by).unwrap();
    }

    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    fn broken_trigger(&self) -> [&'static str; 2] {
        [
            "CREATE TRIGGER broken BEFORE INSERT ON chunk BEGIN SELECT RAISE(ABORT, 'broken'); END",
            "DROP TRIGGER broken",
        ]
    }
}

/// An empty ledger of its own.
pub(crate) struct Fixture {
    pub(crate) ledger: SqlLedger,
    pub(crate) url: String,
    place: Arc<dyn Place>,
}

impl Fixture {
    pub(crate) async fn sqlite() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", dir.path().join("ledger.db").display());
        let clock = Arc::new(StepClock(Mutex::new(at(0))));
        Self::new(
            url.clone(),
            Arc::new(Embedded {
                url,
                clock,
                _dir: dir,
            }),
        )
        .await
    }

    pub(crate) async fn new(url: String, place: Arc<dyn Place>) -> Self {
        let ledger = place.open().await;
        ledger.migrate().await.unwrap();
        Self { ledger, url, place }
    }

    pub(crate) async fn another(&self) -> SqlLedger {
        self.place.open().await
    }

    pub(crate) async fn advance(&self, by: Duration) {
        self.place.advance(by).await;
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.place.now()
    }

    pub(crate) async fn sql(&self, text: &str) {
        self.place.sql(text).await;
    }

    /// From now on the last statement of settling fails.
    pub(crate) async fn break_counting(&self) {
        self.sql(self.place.broken_trigger()[0]).await;
    }

    pub(crate) async fn mend_counting(&self) {
        self.sql(self.place.broken_trigger()[1]).await;
    }

    /// Begins a run; returns its fence.
    pub(crate) async fn begin(&self, cx: &CallContext) -> u64 {
        match self.ledger.begin(cx, &main("host", false)).await.unwrap() {
            Begun::Started { fence } => fence,
            other @ (Begun::Busy { .. } | Begun::Paused(_)) => panic!("{other:?}"),
        }
    }

    /// Claims records for chunk 0.
    pub(crate) async fn claim(
        &self,
        cx: &CallContext,
        fence: u64,
        owner: &str,
        keys: &[RecordKey],
    ) -> Vec<Claim> {
        let request = ClaimRequest {
            chunk: 0,
            fence,
            owner,
            keys,
            ttl: TTL,
        };
        self.ledger
            .claim(cx, request)
            .await
            .unwrap()
            .into_iter()
            .map(|c| c.claim)
            .collect()
    }

    /// Settles chunk 0.
    pub(crate) async fn settle(
        &self,
        cx: &CallContext,
        fence: u64,
        owner: &str,
        settlements: &[Settlement],
    ) -> SettleReport {
        let calls = Calls {
            customs_calls: settlements.len() as u64,
            ..Calls::default()
        };
        let request = SettleRequest {
            chunk: 0,
            fence,
            owner,
            at: at(7),
            settlements,
            calls,
            withhold: &[],
        };
        self.ledger.settle(cx, request).await.unwrap()
    }

    /// Plans `due` records, all of them in chunks.
    pub(crate) async fn dispatched(&self, cx: &CallContext, fence: u64, due: u64) {
        let totals = PlanTotals {
            due,
            dispatched: due,
            tally: Tally::default(),
            alarm: None,
        };
        self.ledger.dispatched(cx, fence, &totals, TTL).await.unwrap();
    }
}

/// A second of the day on which all tests happen.
pub(crate) fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_795_403_825 + second).unwrap()
}

/// A run of one company's job.
pub(crate) fn run(id: &str) -> CallContext {
    CallContext::new("1000".into(), "import".into(), id.into())
}

pub(crate) fn keys<const N: usize>(keys: [&str; N]) -> [RecordKey; N] {
    keys.map(RecordKey::from)
}

/// A full run of an instance.
pub(crate) fn main(name: &str, sole: bool) -> BeginRequest {
    BeginRequest {
        trigger: Trigger::Schedule,
        instance: Instance::new(name, sole),
        lease: LEASE,
    }
}

/// A run for one record.
pub(crate) fn urgent(name: &str) -> BeginRequest {
    BeginRequest {
        trigger: Trigger::Keys(vec!["1000/1".into()]),
        ..main(name, false)
    }
}

pub(crate) fn record(key: &str) -> DueRecord {
    DueRecord {
        key: key.into(),
        query: CustomsQuery::new("cargo-progress", Fields::from_iter([("cargMtNo", "26KMTC0001")])),
        priority: Default::default(),
        origin: Fields::from_iter([("Vbeln", "0080001234")]),
        current: None,
    }
}

pub(crate) fn state(status: &str) -> ClearanceState {
    ClearanceState {
        status: status.to_owned(),
        as_of: Some(at(-500)),
        phase: Phase::Moving,
    }
}

pub(crate) fn settlement(key: &str, settled: Settled) -> Settlement {
    let answered = !matches!(settled, Settled::Deferred(_) | Settled::Failed(_));
    Settlement {
        observed_at: answered.then(|| at(5)),
        verdict: answered.then_some(Verdict::Found),
        state: answered.then(|| state("반입신고")),
        ..Settlement::new(record(key), settled)
    }
}

pub(crate) fn pushed(key: &str, digest: &str) -> Settlement {
    settlement(
        key,
        Settled::Pushed {
            digest: digest.to_owned(),
            corrected: false,
        },
    )
}

pub(crate) fn failed(key: &str, code: &'static str, text: &str) -> Settlement {
    settlement(key, Settled::Failed(error_row(code, text)))
}

pub(crate) fn error_row(code: &'static str, text: &str) -> ErrorRow {
    let error = Error::new(ErrorKind::Refused, text)
        .code(code)
        .endpoint("https://customs.example/ext")
        .operation("API001");
    ErrorRow::new(Stage::Query, &error)
}
