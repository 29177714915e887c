//! One [`axum::Router`] over the traits of `customs-core`, served by the daemon and by API Gateway alike: urgent requests,
//! what became of them, health, metrics.
//!
//! | route | key | answers |
//! |---|---|---|
//! | `POST /runs` | yes | keeps an urgent request; `"job success"` to the users' own body, 202 and a status resource to the modern one |
//! | `GET /runs` | yes | the last runs and urgent requests |
//! | `GET /runs/{id}` | yes | one of them, with each record's outcome; a run's a page at a time |
//! | `GET /healthz`, `/readyz` | no | whether the process lives, and whether it can work |
//! | `GET /metrics` | no | counters for Prometheus; names of companies and jobs, never of records |
//! | `GET /console` and below | sign-in | pages for people: see below |
//! | `GET /openapi.json` | no | the description of all this |
//!
//! The key travels in the header `x-api-key`. Only digests of keys are held here. A host whose gateway has checked the caller says so with
//! [`Admitted`], and [`BasePath`] tells what that gateway puts before the paths.
//!
//! ```
//! use std::sync::Arc;
//!
//! use customs_core::memory::{MemoryAudit, MemoryLedger, MemoryUrgentQueue};
//! use customs_core::{Board, Clock, DeskJob, KeyRule, SystemClock, UrgentDesk};
//! use customs_http_trigger::{ApiKeys, Limits, Setup, router};
//!
//! let clock: Arc<dyn Clock> = Arc::new(SystemClock);
//! let ledger = Arc::new(MemoryLedger::new(clock.clone()));
//! let job = DeskJob {
//!     company: "1000".into(),
//!     job: "import-cargo".into(),
//!     kind: "API".to_owned(),
//!     rule: KeyRule::new("{company}/{number}".parse()?)?,
//! };
//! let setup = Setup {
//!     desk: UrgentDesk::new(vec![job], Arc::new(MemoryUrgentQueue::new(clock.clone())), clock.clone()),
//!     reader: ledger.clone(),
//!     episodes: ledger.clone(),
//!     jobs: ledger,
//!     audit: Arc::new(MemoryAudit::new()),
//!     budgets: None,
//!     board: Board::new([]), // of the scheduler: `Scheduler::board`
//!     clock,
//!     keys: ApiKeys::new().with("erp", &std::env::var("ERP_KEY").unwrap_or_default().into()),
//!     origins: Vec::new(),
//!     limits: Limits::default(),
//! };
//! let service: axum::Router = axum::Router::new().merge(router(setup)); // and routes of your own
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! `host_in_axum` among the examples of the repository is a whole service around it. Every error is `{"error":{"code","message"}}` with a
//! status that fits. A request that was answered is in the queue: whether the asker still listens makes no difference. There are no
//! features.
//!
//! The console is made here, in Korean and English, without scripts and without anything from elsewhere. People sign in with an API
//! key; each act is in the audit log before it is done.

mod api;
mod auth;
mod body;
mod console;
mod cors;
mod front;
mod limit;
mod metrics;
mod openapi;
mod problem;
mod setup;

pub use auth::ApiKeys;
pub use front::{Admitted, BasePath};
pub use openapi::OPENAPI;
pub use setup::{Budgets, Limits, Setup, router};
