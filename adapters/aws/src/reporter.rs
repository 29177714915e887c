//! Errors over SNS.

use std::fmt;

use async_trait::async_trait;
use aws_sdk_sns::Client;
use customs_core::{CallContext, Error, ErrorReport, ErrorReporter};

use crate::message::Wire;
use crate::{Aws, AwsError, ErrorMessage, MESSAGE_LIMIT, Message, sns};

/// Stands where a text was cut to fit a message.
const CUT: &str = " … (cut)";

/// Publishes errors to a topic, behind which a function writes them into the ledger. What cannot be published goes to the log,
/// whole, so that it is not lost without a trace.
///
/// A text that makes the message larger than [`MESSAGE_LIMIT`] is cut and says so.
pub struct SnsReporter {
    client: Client,
    topic: String,
}

impl SnsReporter {
    /// A reporter to the topic of this ARN.
    pub fn new(aws: &Aws, topic: impl Into<String>) -> Self {
        Self {
            client: Client::new(&aws.config),
            topic: topic.into(),
        }
    }

    async fn publish(&self, message: ErrorMessage) -> Result<(), AwsError> {
        let wire = fitting(message)?;
        let request = self.client.publish().topic_arn(&self.topic).message(&wire.body);
        sns::publish(request, wire.attributes()).await
    }
}

/// The message, its text cut if need be.
fn fitting(mut message: ErrorMessage) -> Result<Wire, AwsError> {
    let wire = Wire::new(&Message::Error(message.clone()))?;
    if wire.bytes() <= MESSAGE_LIMIT {
        return Ok(wire);
    }
    let text = &mut message.report.error.message;
    let others = wire.bytes().saturating_sub(text.chars().map(on_the_wire).sum());
    let mut room = MESSAGE_LIMIT.saturating_sub(others + CUT.len());
    let fits = |(_, c): &(usize, char)| {
        let left = room.checked_sub(on_the_wire(*c));
        room = left.unwrap_or_default();
        left.is_some()
    };
    let end = text
        .char_indices()
        .take_while(fits)
        .last()
        .map_or(0, |(i, c)| i + c.len_utf8());
    text.truncate(end);
    text.push_str(CUT);
    Wire::new(&Message::Error(message))
}

/// How many bytes a character takes in the message.
fn on_the_wire(c: char) -> usize {
    match c {
        '"' | '\\' | '\n' | '\r' | '\t' | '\u{8}' | '\u{c}' => 2,
        '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => 6,
        _ => c.len_utf8(),
    }
}

#[async_trait]
impl ErrorReporter for SnsReporter {
    async fn report(&self, cx: &CallContext, report: &ErrorReport) {
        let message = ErrorMessage::new(cx, report.clone());
        if let Err(error) = self.publish(message).await {
            tracing::error!(
                error = %Error::from(error).chain(),
                report.id,
                report.at = %report.at,
                report.key = report.key.as_ref().map(tracing::field::display),
                report.stage = report.error.stage.as_str(),
                report.kind = report.error.kind.as_str(),
                report.code = report.error.code,
                report.message = report.error.message,
                company = %cx.company,
                job = %cx.job,
                run = %cx.run,
                "An error could not be published.",
            );
        }
    }
}

impl fmt::Debug for SnsReporter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SnsReporter")
            .field("topic", &self.topic)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use customs_core::{ErrorKind, ErrorRow, Stage};

    use super::*;

    #[test]
    fn a_text_that_is_too_long_is_cut_and_says_so() {
        let cx = CallContext::new("1000".into(), "import".into(), "r".into());
        for (text, cut) in [
            ("short".to_owned(), false),
            ("통".repeat(100_000), true),
            ("\0".repeat(100_000), true),
            ("\"".repeat(200_000), true),
            ("a\u{fffe}\n\u{8}".repeat(80_000), true),
        ] {
            let error = Error::new(ErrorKind::Refused, text.clone());
            let row = ErrorRow::new(Stage::Fetch, &error);
            let at = "2026-11-23T03:00:00Z".parse().unwrap();
            let wire = fitting(ErrorMessage::new(&cx, ErrorReport::new(at, None, row))).unwrap();
            assert!(wire.bytes() <= MESSAGE_LIMIT, "{}", wire.bytes());
            let Message::Error(read) = Message::read(&wire.body).unwrap() else {
                unreachable!()
            };
            let message = read.report.error.message;
            assert_eq!(message.ends_with(CUT), cut);
            assert!(message.len() > 30_000 || !cut, "{}", message.len());
        }
    }
}
