//! Calling a worker to the urgent requests that wait.

use std::fmt;

use customs_core::Result;

use crate::message::{Message, Wire};
use crate::{Aws, AwsError, sns, sqs};

/// Sends [`Message::Urgent`] to a topic or a queue. What is to be done stands in the ledger: a call that is lost or comes five
/// times does no harm.
pub struct Bell(Way);

enum Way {
    Topic(aws_sdk_sns::Client, String),
    Queue(aws_sdk_sqs::Client, String),
}

impl Bell {
    /// By the topic of this ARN.
    pub fn topic(aws: &Aws, topic: impl Into<String>) -> Self {
        Self(Way::Topic(aws_sdk_sns::Client::new(&aws.config), topic.into()))
    }

    /// By the queue of this URL.
    pub fn queue(aws: &Aws, queue: impl Into<String>) -> Self {
        Self(Way::Queue(aws_sdk_sqs::Client::new(&aws.config), queue.into()))
    }

    /// Calls. Cancel safe: the call is sent or not.
    ///
    /// # Errors
    /// The topic or the queue refuses, or cannot be reached.
    pub async fn ring(&self) -> Result<()> {
        let wire = Wire::new(&Message::Urgent)?;
        match &self.0 {
            Way::Topic(client, topic) => {
                let publish = client.publish().topic_arn(topic).message(&wire.body);
                sns::publish(publish, wire.attributes()).await?;
            }
            Way::Queue(client, queue) => {
                let mut send = client.send_message().queue_url(queue).message_body(&wire.body);
                for (name, value) in wire.attributes() {
                    let value = sqs::attribute(value).map_err(sns::not_built)?;
                    send = send.message_attributes(name, value);
                }
                let sent = send.send().await;
                sent.map_err(|e| AwsError::of(sqs::SERVICE, &e))?;
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Bell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Way::Topic(_, topic) => f.debug_tuple("Bell").field(topic).finish(),
            Way::Queue(_, queue) => f.debug_tuple("Bell").field(queue).finish(),
        }
    }
}
