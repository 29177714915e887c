//! Reads due records, asks customs, writes what changed back.
//!
//! This crate holds what every way of running the product shares: the traits [`SourceSystem`], [`CustomsApi`], [`Sink`],
//! [`ErrorReporter`], [`Dispatcher`] and the ledgers; the records that travel between them; the one opaque [`Error`]; the
//! [`layers`] around a client; the [`Pipeline`]; and in-memory back ends ([`memory`]). It knows no HTTP, XML, SQL or AWS.
//!
//! The promise: **it tells the truth, it recovers alone.** Every due record ends a run as exactly one of pushed, unchanged,
//! not found, failed and deferred, and the [`Receipt`] checks the sum.

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
pub use answer::{ClearanceState, CustomsAnswer, Phase, Record, Verdict};
pub use board::{Board, ClosedRun, JobTotals, JobView, RunningView};
pub use clock::{Clock, SystemClock, TestClock};
pub use context::{CallContext, Calls, CompanyId, JobName, Meter, RunId};
pub use customs::CustomsApi;
pub use desk::{Ask, DeskJob, KeyRule, MAX_KEYS, MAX_WAITING, UrgentDesk, Which};
pub use dispatch::{CHUNK_VERSION, Chunk, Dispatcher};
pub use dry_run::{DryRun, PlannedWrite};
pub use error::{DisplayChain, Error, ErrorKind, ErrorRow, Result, Retryability, Sent, Stage};
pub use fan_out::{FanOut, Slice, Turns};
pub use job::Job;
pub use ledger::{
    Alert, AlertKind, AlertLedger, AuditEntry, AuditLog, BeginRequest, Begun, Cause, Change, ChangeKind,
    Claim, ClaimRequest, Claimed, Episode, EpisodeFilter, EpisodeLedger, ErrorFilter, ForgetRequest,
    Forgotten, Instance, JobLedger, JobRow, Keep, Lane, LastOutcome, LedgerReader, Pause, PlanTotals,
    PushedState, QuotaGrant, QuotaLedger, QuotaRequest, Rate, RecordEvent, RecordLedger, RecordState,
    RequestDone, RequestId, RequestRow, RequestStatus, Retention, RunEnd, RunLedger, RunRow, SettleReport,
    SettleRequest, Settled, Settlement, Signature, StoredError, TakeRequests, Trigger, UrgentQueue,
    UrgentRequest,
};
pub use mapping::{Mapping, korean_time};
pub use pipeline::{ChunkReport, Parts, Pipeline, Progress, RecordOutcome};
pub use polling::Polling;
pub use query::{CustomsQuery, ServiceId};
pub use record::{DueRecord, Fields, Priority, RecordKey};
pub use reporter::{ErrorReport, ErrorReporter};
pub use scheduler::{Planned, Scheduler};
pub use sink::{Delivery, Idempotency, Outcome, Sink};
pub use source::{Cursor, FetchRequest, Page, RejectedRecord, Select, SourceSystem};
pub use spool::{ErrorStore, Spool, Spooled};
pub use stop::Stop;
pub use tally::{DeferReason, Reasons, Receipt, RunStatus, Tally};
pub use timetable::{CronTimes, Timetable};
pub use why::{Life, Reason, RecordResult, results_of, why};
