//! Alerts over SNS.

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use aws_sdk_sns::Client;
use customs_core::{Alert, Alerter, CallContext, Result};

use crate::sns::{SERVICE, attribute, not_built};
use crate::{Aws, AwsError};

/// Sending takes no longer, repeats included.
const BOUND: Duration = Duration::from_secs(10);

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
        let mut request = self
            .client
            .publish()
            .topic_arn(&self.topic)
            .subject(SUBJECT)
            .message(alert.text());
        for (name, value) in [
            ("company", alert.company.as_str()),
            ("kind", alert.kind.as_str()),
            ("id", &alert.id),
        ] {
            request = request.message_attributes(name, attribute(value).map_err(not_built)?);
        }
        let sent = tokio::time::timeout(BOUND, request.send()).await;
        sent.map_err(|_| AwsError::Timeout { service: SERVICE })?
            .map_err(|e| AwsError::of(SERVICE, &e))?;
        Ok(())
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
