//! A client for the UNI-PASS Open API of the Korea Customs Service, made from one catalogue: typed, lossless, and never a wrong
//! "no data".
//!
//! The way of a question:
//!
//! 1. A typed [`Request`](services::cargo_progress::Request) of one of the [`services`], or a [`Query`] by wire names.
//! 2. [`Query::check`]: the rules of the [`catalogue`], before anything is sent.
//! 3. [`Client`]: address, key of the service, one GET over a [`Transport`](customs_http::Transport).
//! 4. [`Decoder`]: bytes → [`Decoded`], pure. Judged by a [`VerdictTable`]: found, not found, many, mismatch, or an error with
//!    its [`ErrorKind`].
//! 5. A typed `Reply` over the same [`Records`]: [`Value`]s with the raw text beside, the [`State`] worth polling, [`helpers`].
//!
//! What must not be here: retries, rate limits and clocks (they belong to who calls), any other way to reach the network than the
//! transport given, and facts about a service outside the catalogue.
//!
//! ```
//! use unipass_client::services::cargo_progress::{Reply, SERVICE};
//! use unipass_client::{Decoder, Verdict};
//!
//! let refused = "<cargCsclPrgsInfoQryRtnVo><ntceInfo>존재하지 않는 인증키입니다.</ntceInfo><tCnt>-1</tCnt></cargCsclPrgsInfoQryRtnVo>";
//! let reply = Reply::from(Decoder::new(&SERVICE).decode(refused.as_bytes()));
//! assert_eq!(reply.answer().verdict().to_string(), "error(refused_key)");
//! assert_ne!(reply.answer().verdict(), Verdict::NotFound);
//! ```
//!
//! # Errors
//!
//! [`Error`] says why there is no answer to believe: the question was refused before it was sent, the network failed, or customs
//! answered with an error of one of the [`ErrorKind`]s. A text that no rule knows is an error, too. No error shows a key, a query string
//! or the personal parameters of API022 and API028.
//!
//! # Cancel safety
//!
//! Asking changes nothing at customs, so every future may be dropped. The call may have been counted against the key's limit.
//!
//! # Features
//!
//! - `pipeline` (off by default): the client as a `CustomsApi` of `customs-core` (`Customs`), and two layers that know the catalogue
//!   (`AroundNewYear`, `KeepAnswers`).

mod cache;
pub mod catalogue;
mod client;
mod decode;
mod error;
pub mod helpers;
mod keys;
mod names;
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
pub use error::{Error, RetryAfter};
#[cfg(feature = "pipeline")]
pub use pipeline::{AroundNewYear, Customs, KeepAnswers};
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
