//! Chunks over SQS.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use aws_sdk_sqs::Client;
use aws_sdk_sqs::error::BuildError;
use aws_sdk_sqs::types::{MessageAttributeValue, SendMessageBatchRequestEntry};
use customs_core::{CallContext, Chunk, Clock, Dispatcher, Outcome, Result};

use crate::batch::{Queue, Ready, send_all};
use crate::error::is_transient;
use crate::{Aws, AwsError};

pub(crate) const SERVICE: &str = "SQS";

/// A queue holds a message back no longer than this, in seconds.
const LONGEST_DELAY: u64 = 900;

/// Sends chunks to a standard queue, ten at most in one request, with the attributes `company`, `kind` and `urgency`.
///
/// A chunk whose time comes later is held back by the queue, 15 minutes at most. Whoever gets one that is still early sends it
/// again ([`Chunk::early_by`]).
pub struct SqsDispatcher {
    client: Client,
    queue: String,
    clock: Arc<dyn Clock>,
}

impl SqsDispatcher {
    /// A dispatcher to the queue of this URL.
    pub fn new(aws: &Aws, queue: impl Into<String>, clock: Arc<dyn Clock>) -> Self {
        Self {
            client: Client::new(&aws.config),
            queue: queue.into(),
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

fn entry(ready: &Ready) -> Result<SendMessageBatchRequestEntry, BuildError> {
    let mut entry = SendMessageBatchRequestEntry::builder()
        .id(ready.place.to_string())
        .delay_seconds(ready.delay)
        .message_body(&ready.wire.body);
    for (name, value) in &ready.wire.attributes {
        entry = entry.message_attributes(*name, attribute(value)?);
    }
    entry.build()
}

#[async_trait]
impl Queue for SqsDispatcher {
    fn delay(&self, chunk: &Chunk) -> Result<i32, AwsError> {
        // Whole seconds, rounded down: the worker waits for the rest.
        let early = chunk.early_by(self.clock.now()).as_secs();
        Ok(i32::try_from(early.min(LONGEST_DELAY)).unwrap_or(i32::MAX))
    }

    async fn send(&self, batch: &[Ready]) -> Result<HashMap<usize, Outcome>, AwsError> {
        let entries: Result<Vec<_>, _> = batch.iter().map(entry).collect();
        let entries = entries.map_err(|e| AwsError::NotSent(e.to_string()))?;
        let answer = self
            .client
            .send_message_batch()
            .queue_url(&self.queue)
            .set_entries(Some(entries))
            .send()
            .await
            .map_err(|e| AwsError::of(SERVICE, &e))?;
        let place = |id: &str| id.parse::<usize>().ok();
        let taken = answer.successful().iter().map(|ok| (place(ok.id()), Ok(())));
        let refused = answer.failed().iter().map(|failed| {
            let error = AwsError::Refused {
                service: SERVICE,
                code: failed.code().to_owned(),
                text: failed.message().unwrap_or_default().to_owned(),
                transient: !failed.sender_fault() || is_transient(failed.code()),
            };
            (place(failed.id()), Err(error.into()))
        });
        Ok(taken
            .chain(refused)
            .filter_map(|(place, outcome)| Some((place?, outcome)))
            .collect())
    }
}

#[async_trait]
impl Dispatcher for SqsDispatcher {
    async fn dispatch(&self, _: &CallContext, chunks: Vec<Chunk>) -> Result<Vec<Outcome>> {
        Ok(send_all(self, chunks).await)
    }
}

impl fmt::Debug for SqsDispatcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqsDispatcher")
            .field("queue", &self.queue)
            .finish_non_exhaustive()
    }
}
