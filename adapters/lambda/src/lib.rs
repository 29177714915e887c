//! One Lambda function for every role.
//!
//! The same bootstrap serves a schedule (read the due list, hand out chunks), a topic or a queue of chunks (ask customs, write
//! back), a topic of errors (write them down) and dead letters
//! of both kinds. It tells what it is asked by the event's shape ([`event`]), so there is one artefact to build, to test and to
//! roll back. What decides lives in customs-core: a role decodes, calls one method, and encodes.
//!
//! ```
//! use customs_lambda::event::Event;
//!
//! let event = Event::read(serde_json::json!({ "source": "aws.events", "detail-type": "Scheduled Event" }))?;
//! assert!(matches!(event, Event::Plan { .. }));
//! # Ok::<(), anyhow::Error>(())
//! ```
//!
//! [`Host`] answers events with what lives between them, [`App`] is what one configuration describes, connected. An event that was not dealt
//! with is an error to Lambda, which tries again or puts it aside. For a function of your own, `host_in_lambda` among the examples
//! of the repository is smaller.
//!
//! # Features
//!
//! `postgres` (on by default) and `mysql`: the database that the ledger stands in.

mod app;
pub mod event;
mod host;
mod roles;

pub use app::App;
pub use host::{Host, Source};
