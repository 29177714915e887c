//! Chunks over SNS.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use aws_sdk_sns::Client;
use aws_sdk_sns::error::BuildError;
use aws_sdk_sns::operation::publish::builders::PublishFluentBuilder;
use aws_sdk_sns::types::{MessageAttributeValue, PublishBatchRequestEntry};
use customs_core::{CallContext, Chunk, Clock, Dispatcher, Outcome, Result};

use crate::batch::{Queue, Ready, send_all};
use crate::error::is_transient;
use crate::{Aws, AwsError};

pub(crate) const SERVICE: &str = "SNS";

/// A worker may be paid for waiting so long, rather than a chunk be refused.
const PATIENCE: Duration = Duration::from_secs(5);

/// Publishing one message takes no longer, repeats included: a function's time is for its records.
const BOUND: Duration = Duration::from_secs(10);

/// Publishes chunks to a topic, ten at most in one request, with the attributes `company`, `kind` and `urgency`.
///
/// A topic cannot hold anything back: a chunk whose time comes later is refused. See [`Waves`](crate::Waves).
pub struct SnsDispatcher {
    client: Client,
    topic: String,
    clock: Arc<dyn Clock>,
}

impl SnsDispatcher {
    /// A dispatcher to the topic of this ARN.
    pub fn new(aws: &Aws, topic: impl Into<String>, clock: Arc<dyn Clock>) -> Self {
        Self {
            client: Client::new(&aws.config),
            topic: topic.into(),
            clock,
        }
    }
}

/// An attribute of a message.
pub(crate) fn attribute(value: &str) -> Result<MessageAttributeValue, BuildError> {
    MessageAttributeValue::builder()
        .data_type("String")
        .string_value(value)
        .build()
}

pub(crate) fn not_built(error: BuildError) -> AwsError {
    AwsError::NotSent(error.to_string())
}

/// Publishes one message with these attributes.
pub(crate) async fn publish<'a>(
    mut request: PublishFluentBuilder,
    attributes: impl IntoIterator<Item = (&'static str, &'a str)>,
) -> Result<(), AwsError> {
    for (name, value) in attributes {
        request = request.message_attributes(name, attribute(value).map_err(not_built)?);
    }
    let sent = tokio::time::timeout(BOUND, request.send()).await;
    sent.map_err(|_| AwsError::Timeout { service: SERVICE })?
        .map_err(|e| AwsError::of(SERVICE, &e))?;
    Ok(())
}

fn entry(ready: &Ready) -> Result<PublishBatchRequestEntry, BuildError> {
    let mut entry = PublishBatchRequestEntry::builder()
        .id(ready.place.to_string())
        .message(&ready.wire.body);
    for (name, value) in &ready.wire.attributes {
        entry = entry.message_attributes(*name, attribute(value)?);
    }
    entry.build()
}

#[async_trait]
impl Queue for SnsDispatcher {
    fn delay(&self, chunk: &Chunk) -> Result<i32, AwsError> {
        let early = chunk.early_by(self.clock.now());
        if early > PATIENCE {
            return Err(AwsError::CannotWait(early.as_secs()));
        }
        Ok(0)
    }

    async fn send(&self, batch: &[Ready]) -> Result<HashMap<usize, Outcome>, AwsError> {
        let entries: Result<Vec<_>, _> = batch.iter().map(entry).collect();
        let answer = self
            .client
            .publish_batch()
            .topic_arn(&self.topic)
            .set_publish_batch_request_entries(Some(entries.map_err(not_built)?))
            .send()
            .await
            .map_err(|e| AwsError::of(SERVICE, &e))?;
        let place = |id: Option<&str>| id.and_then(|id| id.parse::<usize>().ok());
        let taken = answer.successful().iter().map(|ok| (place(ok.id()), Ok(())));
        let refused = answer.failed().iter().map(|failed| {
            let error = AwsError::Refused {
                service: SERVICE,
                code: failed.code().to_owned(),
                text: failed.message().unwrap_or_default().to_owned(),
                transient: !failed.sender_fault() || is_transient(failed.code()),
            };
            (place(Some(failed.id())), Err(error.into()))
        });
        Ok(taken
            .chain(refused)
            .filter_map(|(place, outcome)| Some((place?, outcome)))
            .collect())
    }
}

#[async_trait]
impl Dispatcher for SnsDispatcher {
    async fn dispatch(&self, _: &CallContext, chunks: Vec<Chunk>) -> Result<Vec<Outcome>> {
        Ok(send_all(self, chunks).await)
    }
}

impl fmt::Debug for SnsDispatcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SnsDispatcher")
            .field("topic", &self.topic)
            .finish_non_exhaustive()
    }
}
