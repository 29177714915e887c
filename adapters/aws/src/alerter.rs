//! Alerts over SNS.

use std::fmt;

use async_trait::async_trait;
use aws_sdk_sns::Client;
use customs_core::{Alert, Alerter, CallContext, Result};

use crate::{Aws, AwsError, sns};

/// What a mail shows in its subject line. SNS takes ASCII there, and no more than 100 characters.
const SUBJECT: &str = "customs";

/// Publishes alerts to a topic that people subscribe to: by mail, by chat, by telephone. The message is the alert's text in both
/// languages; the attributes `company`, `kind` (`opened`, `grew` …) and `id` let a subscription choose. The same alert sent
/// again has the same `id`.
pub struct SnsAlerter {
    client: Client,
    topic: String,
}

impl SnsAlerter {
    /// An alerter to the topic of this ARN.
    pub fn new(aws: &Aws, topic: impl Into<String>) -> Self {
        Self {
            client: Client::new(&aws.config),
            topic: topic.into(),
        }
    }

    async fn publish(&self, alert: &Alert) -> Result<(), AwsError> {
        let request = self
            .client
            .publish()
            .topic_arn(&self.topic)
            .subject(SUBJECT)
            .message(alert.text());
        let attributes = [
            ("company", alert.company.as_str()),
            ("kind", alert.kind.as_str()),
            ("id", &*alert.id),
        ];
        sns::publish(request, attributes).await
    }
}

#[async_trait]
impl Alerter for SnsAlerter {
    async fn alert(&self, _: &CallContext, alert: &Alert) -> Result<()> {
        Ok(self.publish(alert).await?)
    }
}

impl fmt::Debug for SnsAlerter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SnsAlerter")
            .field("topic", &self.topic)
            .finish_non_exhaustive()
    }
}
