//! Reads due records, asks customs, writes what changed back.
//!
//! This crate holds what every way of running the product shares: the traits [`SourceSystem`], [`CustomsApi`], [`Sink`],
//! [`ErrorReporter`], [`Dispatcher`] and the ledgers; the records that travel between them; the one opaque [`Error`]; the
//! [`layers`] around a client; the [`Pipeline`]; and in-memory back ends ([`memory`]). It knows no HTTP, XML, SQL or AWS.
//!
//! The promise: **it tells the truth, it recovers alone.** Every due record ends a run as exactly one of pushed, unchanged,
//! not found, failed and deferred, and the [`Receipt`] checks the sum.
//!
//! ```
//! use std::sync::Arc;
//! use customs_core::memory::*;
//! use customs_core::*;
//!
//! # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
//! let due = DueRecord {
//!     key: "1000/80001234".into(),
//!     query: CustomsQuery::new("API001", [("cargMtNo", "20OZ007835I00012577")].into_iter().collect()),
//!     priority: Priority::Normal,
//!     origin: Fields::new(),
//!     current: None,
//! };
//! let customs = MemoryCustoms::new();
//! customs.put("20OZ007835I00012577", "반출완료", "2026-11-20T06:05:15Z".parse().unwrap());
//! let sink = MemorySink::new(Idempotency::ByKey);
//! let ledger = Arc::new(MemoryLedger::new(Arc::new(SystemClock)));
//! let mapping = Mapping::new(vec![("Stats".into(), "{csclPrgsStts}".parse().unwrap())], Default::default()).unwrap();
//!
//! let pipeline = Pipeline::new(Job::new("1000", "import-cargo", mapping), Parts {
//!     source: Arc::new(MemorySource::new([due])),
//!     customs: Arc::new(customs),
//!     sink: Arc::new(sink.clone()),
//!     reporter: ledger.clone(),
//!     runs: ledger.clone(),
//!     records: ledger,
//! });
//! let receipt = pipeline.run_once(Trigger::Schedule).await;
//! assert_eq!((receipt.due, receipt.pushed, receipt.balanced), (1, 1, true));
//! assert_eq!(sink.held(&"1000/80001234".into()).unwrap().get("Stats"), Some("반출완료"));
//! # });
//! ```
//!
//! # Where to find what
//!
//! | you want to … | look at |
//! |---|---|
//! | run a job | [`Pipeline`], its [`Parts`] and [`Job`]; [`Scheduler`] and [`Timetable`] for good |
//! | connect a system of your own | [`SourceSystem`], [`CustomsApi`], [`Sink`]; the [`memory`] ones show how it is done |
//! | say how an answer becomes columns | [`Mapping`], [`template`] |
//! | bound and repeat calls | [`layers`]: retry, circuit breaker, rate, quota, timeout |
//! | let people ask for records at once | [`UrgentDesk`] |
//! | hand chunks to other processes | [`Pipeline::plan`], [`Pipeline::process`], [`Dispatcher`] |
//! | know what happened | [`Receipt`], [`LedgerReader`], [`why()`](why), [`ErrorReporter`] |
//! | keep it in a database | the ledgers ([`RunLedger`], [`RecordLedger`] …), implemented by the crate `customs-sql` |
//! | size a job before it runs | [`capacity`] |
//!
//! # Contracts
//!
//! Each trait's documentation lists its contract, one name for each bullet; a test of that name in
//! `customs_test_harness::conformance` holds every implementation to it. An implementation of your own can run the same suites.
//!
//! # Errors
//!
//! One opaque [`Error`] crosses all traits: its kind, whether it may pass by itself, **how far the request got** ([`Sent`]), a code for
//! programs and a message for people. `Display` shows neither its causes nor a secret; [`Error::chain`] shows the causes.
//!
//! # Cancel safety
//!
//! A run may be dropped at any await, as a killed process drops it: what was claimed is free again after its time, and no record
//! is lost or counted twice. Reading and asking have no effect and may be dropped. [`Sink::deliver`] is not cancel safe: what it
//! wrote is read back by the next run. Each trait says so for itself.
//!
//! # Features
//!
//! None. Time comes from a [`Clock`] and waiting is tokio's, so that everything is testable on a paused clock.

mod alarm;
mod alerter;
mod answer;
mod board;
pub mod capacity;
mod clock;
mod context;
mod customs;
mod desk;
mod digest;
mod dispatch;
mod dry_run;
mod error;
mod fan_out;
mod job;
pub mod layers;
mod ledger;
mod mapping;
pub mod memory;
mod pipeline;
mod polling;
mod query;
mod record;
mod reporter;
mod scheduler;
mod shift;
mod sink;
mod source;
mod spool;
mod stop;
mod tally;
pub mod template;
#[cfg(test)]
mod testing;
mod timetable;
mod why;

pub use alarm::Alarms;
pub use alerter::{Alerter, LogAlerter, Relay};
pub use answer::{ClearanceState, CustomsAnswer, Phase, Record, Records, Verdict};
pub use board::{Board, ClosedRun, JobTotals, JobView, RunningView};
pub use clock::{Clock, SystemClock, TestClock};
pub use context::{CallContext, Calls, CompanyId, JobName, Meter, RunId};
pub use customs::CustomsApi;
pub use desk::{Ask, DeskJob, KeyRule, MAX_KEYS, MAX_WAITING, UrgentDesk, Which};
pub use dispatch::{CHUNK_VERSION, Chunk, Dispatcher};
pub use dry_run::{DryRun, PlannedWrite};
pub use error::{DisplayChain, Error, ErrorKind, ErrorRow, Result, Retryability, Sent, Stage};
pub use fan_out::{FanOut, Slice, Slots, Turns};
pub use job::Job;
pub use ledger::{
    Alert, AlertKind, AlertLedger, AuditEntry, AuditLog, BeginRequest, Begun, Cause, Change, ChangeKind,
    Claim, ClaimRequest, Claimed, Episode, EpisodeFilter, EpisodeLedger, ErrorFilter, ForgetRequest,
    Forgotten, Instance, JobLedger, JobRow, Keep, Lane, LastOutcome, LedgerReader, Pause, PlanTotals,
    PushedState, QuotaGrant, QuotaLedger, QuotaRequest, Rate, RecordEvent, RecordLedger, RecordState,
    RequestDone, RequestId, RequestRow, RequestStatus, Retention, RunEnd, RunLedger, RunOutcomes, RunRow,
    SettleReport, SettleRequest, Settled, Settlement, Signature, StoredError, TakeRequests, Trigger,
    UrgentQueue, UrgentRequest, Waiting, WaitingFilter, WaitingPlace, WaitingRecord,
};
pub use mapping::{Mapping, korean_time};
pub use pipeline::{ChunkReport, Parts, Pipeline, Progress, RecordOutcome};
pub use polling::Polling;
pub use query::{CustomsQuery, ServiceId};
pub use record::{DueRecord, Fields, Priority, RecordKey};
pub use reporter::{ErrorReport, ErrorReporter};
pub use scheduler::{Planned, Scheduler};
pub use shift::UrgentShift;
pub use sink::{Delivery, Idempotency, Outcome, Sink};
pub use source::{Cursor, FetchRequest, Page, RejectedRecord, Select, SourceSystem};
pub use spool::{ErrorStore, Spool, Spooled};
pub use stop::Stop;
pub use tally::{DeferReason, Reasons, Receipt, RunStatus, Tally};
pub use timetable::{CronTimes, Timetable};
pub use why::{Life, Reason, RecordResult, results_of, why};
