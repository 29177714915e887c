//! The in-memory back ends and the layers pass the suites of their traits.
//!
//! Not here: in-process dispatch is private to the pipeline, and its tests are the pipeline's.

mod customs;
mod ledger;
mod recovery;
mod rest;
mod sink;
mod source;
mod urgent;
