//! The ledgers and error rows of customs-core in SQL databases.
//!
//! [`SqlLedger`] is all ledgers in one database, opened by URL: `sqlite:customs.db` is embedded, and needs no server.
//! Feature `postgres` adds `postgres://…`, feature `mysql` adds `mysql://…` for MariaDB (10.6 or later) and MySQL (8.0 or
//! later). The tables are the same everywhere; give them a database, or a schema, of their own.
//!
//! ```
//! use customs_core::LedgerReader as _;
//! use customs_sql::SqlLedger;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // "sqlite:customs.db" keeps it in a file; this one is gone with the ledger.
//! let ledger = SqlLedger::open("sqlite::memory:").await?;
//! ledger.migrate().await?;
//! // Parts { runs: ledger.clone(), records: ledger.clone(), reporter: ledger.clone(), … } of a pipeline take it in an Arc.
//! for run in ledger.runs(10).await? {
//!     println!("{} {}", run.receipt.run_id, run.receipt.status.as_str());
//! }
//! # Ok(())
//! # }
//! ```
//!
//! [`SqlError`] names the database by host, port and name, never by its password; it becomes the core's error at the traits. Every call may
//! be dropped: it has written all or nothing, and may be made again.
//!
//! # Tables
//!
//! Names and words are plain, so that operations staff can read them in SQL; README.md has ready statements.
//!
//! | table | one row for each |
//! |---|---|
//! | `run` | run: its lease while it plans, its counts, how it ended, its receipt's numbers |
//! | `run_reason` | code for which records of a run failed, reason for which they were left for later |
//! | `record` | record of a job: its last state, what was written to SAP, who works on it |
//! | `error` | error: when, where, what, the record as it was |
//! | `record_event` | change of a record: first seen, answered, pushed, failed, recovered, quarantined and so on |
//! | `episode` | episode: the same error from its first time until it is over, its count, what was told |
//! | `alert` | alert: its texts, whether it is sent |
//! | `quota` | budget and Korean day: calls used |
//! | `bucket` | budget: when its token bucket is full again |
//! | `job` | company and job: the fencing token of the latest run, and whether it is paused |
//! | `chunk` | chunk of an open run: which of its records are settled |
//! | `housekeeping` | task: when everything old was forgotten for the last time |
//! | `schema_version` | version of these tables, and the oldest program that it suits |
//!
//! For staff there are the views `v_open_errors`, `v_last_runs` and `v_record_status`.
//!
//! Times are UTC texts with milliseconds (`2026-11-23T03:17:05.123Z`) on every database: they read, sort and compare alike
//! everywhere. Yes and no are 1 and 0. A NUL inside a text, which PostgreSQL refuses, is stored as `␛0`, and `␛` as `␛␛`.
//! Company, job and run have at most 64 characters, a record's key 512: more does not fit into a server's index. MariaDB and
//! MySQL take keys that differ in blanks at their end only for one.
//!
//! # What holds
//!
//! - Each call that writes is one transaction, and may be made again: a kill leaves all of it or nothing.
//! - Values are bound, never put into a statement's text. Rows travel as one JSON list per statement, so that a chunk of
//!   any size takes the same few prepared statements.
//! - A commit is on the disk when it returns (SQLite: WAL, `synchronous = FULL`; servers: as they are set up).
//! - SQLite: in a process one connection writes; another process waits for its lock, at most ten seconds. On servers rows are
//!   locked in the order of their keys, so that two workers never wait for each other in a circle.
//! - Leases and claims take their time from the server; from the [`Clock`](customs_core::Clock) where it is embedded.
//! - Tables only grow: a program refuses tables only if a newer one has marked them as unsuitable for it, so that an old
//!   and a new version may run side by side.

mod db;
mod dialect;
mod error;
mod ledger;
mod lines;
mod schema;
mod text;

pub use error::SqlError;
pub use ledger::SqlLedger;
