//! The AWS side of customs-core: chunks travel over SNS and SQS, errors and alerts over SNS, and secrets come from Secrets Manager and
//! the SSM parameter store.
//!
//! - [`SnsDispatcher`] and [`SqsDispatcher`] hand chunks over in batches; [`Waves`] sends what begins now by SNS and what
//!   begins later by SQS, which holds it back without cost.
//! - [`SnsReporter`] sends errors to a topic; whoever reads it writes them into the ledger.
//! - [`SnsAlerter`] sends alerts to a topic that people subscribe to.
//! - [`Bell`] calls a worker to urgent requests, which wait in the ledger.
//! - [`Message`] is what travels, as JSON.
//! - [`Secrets`] reads `aws-sm:NAME` and `aws-ssm:NAME`, keeps them for a while, and so follows a rotation.
//! - [`Aws`] is the connection they share. Credentials and region come from where the AWS SDK looks for them.
//!
//! Requests to AWS itself are repeated by the SDK (three tries): see `docs/decisions/0021-aws-requests.md`. A message that was
//! sent twice does no harm: a chunk's records are claimed, and a report is one row by its id.
//!
//! ```no_run
//! use std::sync::Arc;
//!
//! use customs_aws::{Aws, SnsDispatcher};
//! use customs_core::{Pipeline, SystemClock, Trigger};
//!
//! /// Reads the due list and hands its chunks to a topic; the functions behind it call `Pipeline::process`.
//! async fn plan(pipeline: &Pipeline, topic: &str) {
//!     let aws = Aws::from_env().await;
//!     let topic = SnsDispatcher::new(&aws, topic, Arc::new(SystemClock));
//!     match pipeline.plan(Trigger::Schedule, &topic, None).await {
//!         Ok(totals) => println!("{} of {} handed over", totals.dispatched, totals.due),
//!         Err(receipt) => println!("no run: {}", receipt.status.as_str()),
//!     }
//! }
//! ```
//!
//! No text of this crate shows a secret, and no error ([`AwsError`]) shows a request. A call that is dropped may have been sent. There are
//! no features.

mod alerter;
mod batch;
mod bell;
mod client;
mod error;
mod message;
mod reporter;
mod secrets;
mod sns;
mod sqs;
mod waves;

pub use alerter::SnsAlerter;
pub use bell::Bell;
pub use client::Aws;
pub use error::AwsError;
pub use message::{ErrorMessage, MESSAGE_LIMIT, Message};
pub use reporter::SnsReporter;
pub use secrets::{Reference, Secrets};
pub use sns::SnsDispatcher;
pub use sqs::SqsDispatcher;
pub use waves::Waves;
