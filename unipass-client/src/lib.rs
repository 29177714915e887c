//! A client for the UNI-PASS Open API of the Korea Customs Service, made from one catalogue: typed, lossless, and never a wrong
//! "no data".

mod cache;
pub mod catalogue;
mod client;
mod decode;
mod error;
pub mod helpers;
mod keys;
#[cfg(feature = "pipeline")]
mod pipeline;
mod query;
mod record;
#[rustfmt::skip]
pub mod services;
mod tracking;
mod typed;
mod value;
mod verdict;

pub use catalogue::Service;
pub use client::{BASE_URL, BuildError, Client, ClientBuilder};
pub use decode::{AnswerError, Decoded, Decoder, Drift, DriftItem, Limits};
pub use error::Error;
#[cfg(feature = "pipeline")]
pub use pipeline::Customs;
pub use query::{ParamError, Problem, Query, neighbour_year};
pub use record::{Fields, Record, Records};
pub use tracking::State;
pub use typed::TypedRequest;
pub use value::{FromWire, KstDateTime, NO_END, Value, kst, kst_day};
pub use verdict::{Envelope, ErrorKind, Judged, Meaning, TextMatch, Verdict, VerdictRule, VerdictTable};

/// The examples of the README, run as tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
