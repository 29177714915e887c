//! The ledgers: what is true about runs, records and the quota, and who may work on what.
//!
//! Lease and claim times are taken from the ledger's own clock (the database's), so that workers with skewed clocks agree.

mod alert;
mod audit;
mod episode;
mod history;
mod job;
mod quota;
mod reader;
mod record;
mod retention;
mod run;
mod urgent;

pub use alert::{Alert, AlertKind, AlertLedger};
pub use audit::{AuditEntry, AuditLog};
pub use episode::{Episode, EpisodeFilter, EpisodeLedger, RunEnd, Signature};
pub use history::{Change, ChangeKind, LastOutcome, RecordEvent};
pub use job::{JobLedger, JobRow, Pause};
pub use quota::{QuotaGrant, QuotaLedger, QuotaRequest, Rate};
pub use reader::{
    Cause, ErrorFilter, LedgerReader, RunOutcomes, RunRow, StoredError, Waiting, WaitingFilter, WaitingPlace,
    WaitingRecord,
};
pub use record::{
    Claim, ClaimRequest, Claimed, PushedState, RecordLedger, RecordState, SettleReport, SettleRequest,
    Settled, Settlement,
};
pub use retention::{ForgetRequest, Forgotten, Keep, Retention};
pub use run::{BeginRequest, Begun, Instance, Lane, PlanTotals, RunLedger, Trigger};
pub use urgent::{
    RequestDone, RequestId, RequestRow, RequestStatus, TakeRequests, UrgentQueue, UrgentRequest,
};
