//! One Lambda function for every role.
//!
//! The same bootstrap serves a schedule (read the due list, hand out chunks), a topic or a queue of chunks (ask customs, write
//! back), a topic of errors (write them down) and dead letters
//! of both kinds. It tells what it is asked by the event's shape ([`event`]), so there is one artefact to build, to test and to
//! roll back. What decides lives in customs-core: a role decodes, calls one method, and encodes.

mod app;
pub mod event;
mod host;
mod roles;

pub use app::App;
pub use host::{Host, Source};
