//! A router on in-memory back ends, and short ways to ask it.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response, StatusCode};
use customs_core::memory::{MemoryAudit, MemoryLedger, MemoryUrgentQueue};
use customs_core::{
    BeginRequest, Begun, Board, CallContext, Clock, DeskJob, Instance, KeyRule, RunLedger as _, SystemClock,
    Trigger, UrgentDesk, UrgentQueue,
};
use customs_http_trigger::{ApiKeys, Budgets, Limits, Setup, router};
use secrecy::SecretString;
use serde_json::Value;
use tower::ServiceExt as _;

pub(crate) const CANARY: &str = "canary-api-key-8d2f";

pub(crate) struct Rig {
    pub(crate) queue: MemoryUrgentQueue,
    pub(crate) ledger: MemoryLedger,
    pub(crate) audit: MemoryAudit,
    router: Router,
}

pub(crate) fn job(name: &str, kind: &str) -> DeskJob {
    DeskJob {
        company: "1000".into(),
        job: name.into(),
        kind: kind.to_owned(),
        rule: KeyRule::new("{company}/{number}".parse().unwrap()).unwrap(),
    }
}

impl Rig {
    pub(crate) fn new() -> Self {
        Self::with(Limits::default(), None)
    }

    /// Begins the run `run-1` of a job; returns its fence.
    pub(crate) async fn begin(&self, job: &str, trigger: Trigger) -> (CallContext, u64) {
        let cx = CallContext::new("1000".into(), job.into(), "run-1".into());
        let begin = BeginRequest {
            trigger,
            instance: Instance::new("host", false),
            lease: Duration::from_secs(60),
        };
        let Begun::Started { fence } = self.ledger.begin(&cx, &begin).await.unwrap() else {
            panic!("nothing is under way");
        };
        (cx, fence)
    }

    pub(crate) fn with(limits: Limits, other_queue: Option<Arc<dyn UrgentQueue>>) -> Self {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let queue = MemoryUrgentQueue::new(clock.clone());
        let ledger = MemoryLedger::new(clock.clone());
        let audit = MemoryAudit::new();
        let jobs = vec![job("import-cargo", "API"), job("export", "EXP")];
        let board = jobs
            .iter()
            .map(|j| (j.company.clone(), j.job.clone(), "every 5m".to_owned()));
        let setup = Setup {
            board: Board::new(board),
            desk: UrgentDesk::new(
                jobs,
                other_queue.unwrap_or_else(|| Arc::new(queue.clone())),
                clock.clone(),
            ),
            reader: Arc::new(ledger.clone()),
            episodes: Arc::new(ledger.clone()),
            jobs: Arc::new(ledger.clone()),
            audit: Arc::new(audit.clone()),
            budgets: Some(Budgets {
                ledger: Arc::new(ledger.clone()),
                services: vec![("API001".to_owned(), Some(50_000))],
            }),
            clock,
            keys: ApiKeys::new().with("erp", &SecretString::from(CANARY.to_owned())),
            origins: vec!["https://erp.example".to_owned()],
            limits,
        };
        assert!(!format!("{setup:?}").contains(CANARY));
        Self {
            queue,
            ledger,
            audit,
            router: router(setup),
        }
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        Answer::read(response).await
    }

    /// A request with the key.
    pub(crate) async fn ask(&self, method: &str, path: &str, body: impl Into<Body>) -> Answer {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("x-api-key", CANARY);
        self.send(request.body(body.into()).unwrap()).await
    }
}

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: axum::http::HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    async fn read(response: Response<Body>) -> Self {
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        let answer = Self {
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8(bytes.to_vec()).unwrap(),
        };
        assert!(!format!("{answer:?}").contains(CANARY), "{answer:?}");
        answer
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|v| v.to_str().unwrap())
    }

    /// The status, and the code of the error.
    #[track_caller]
    pub(crate) fn error(&self) -> (u16, String) {
        let code = self.json()["error"]["code"].as_str().unwrap().to_owned();
        (self.status.as_u16(), code)
    }
}
