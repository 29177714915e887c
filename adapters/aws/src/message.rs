//! What travels between functions, as JSON: a chunk, an error, or a call to urgent requests.

use customs_core::{CallContext, Chunk, CompanyId, ErrorReport, JobName, Priority, RunId};
use serde::{Deserialize, Serialize};

use crate::AwsError;

/// The most that a message may hold, in bytes on the wire, its attributes included. It is the default of a topic and was long
/// the limit of a queue; both can be raised to 1 MiB, which nobody needs here.
pub const MESSAGE_LIMIT: usize = 262_144;

/// One message. `kind` tells them apart, so that every function recognises what it gets by its shape.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Message {
    /// Work.
    Chunk(Chunk),
    /// An error that waits to be written down.
    Error(ErrorMessage),
    /// Urgent requests wait in the ledger. The message is only the call: what is to be done stands there.
    Urgent,
}

/// An error with the context that its row needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorMessage {
    /// The company.
    pub company: CompanyId,
    /// The job.
    pub job: JobName,
    /// The run.
    pub run: RunId,
    /// The error.
    pub report: ErrorReport,
}

impl ErrorMessage {
    /// A report made in `cx`.
    pub fn new(cx: &CallContext, report: ErrorReport) -> Self {
        Self {
            company: cx.company.clone(),
            job: cx.job.clone(),
            run: cx.run.clone(),
            report,
        }
    }

    /// The context that it was made in, as far as a row needs it.
    pub fn context(&self) -> CallContext {
        CallContext::new(self.company.clone(), self.job.clone(), self.run.clone())
    }
}

impl Message {
    /// Reads a message.
    ///
    /// # Errors
    /// The text is none of ours.
    pub fn read(text: &str) -> Result<Self, AwsError> {
        Ok(serde_json::from_str(text)?)
    }
}

/// A message as it goes over the wire.
#[derive(Debug)]
pub(crate) struct Wire {
    pub(crate) body: String,
    pub(crate) attributes: Vec<(&'static str, String)>,
}

impl Wire {
    pub(crate) fn new(message: &Message) -> Result<Self, AwsError> {
        let (company, kind, urgency) = match message {
            Message::Chunk(chunk) => {
                let urgent = chunk.records.iter().any(|r| r.priority == Priority::Urgent);
                let urgency = if urgent { "urgent" } else { "normal" };
                (Some(&chunk.company), "chunk", urgency)
            }
            Message::Error(error) => (Some(&error.company), "error", "normal"),
            Message::Urgent => (None, "urgent", "urgent"),
        };
        let mut body = serde_json::to_string(message)?;
        // Two characters that JSON allows as they are, and SNS and SQS do not. They can only stand inside a string.
        if body.contains(['\u{fffe}', '\u{ffff}']) {
            body = body.replace('\u{fffe}', "\\ufffe").replace('\u{ffff}', "\\uffff");
        }
        let mut attributes = vec![("kind", kind.to_owned()), ("urgency", urgency.to_owned())];
        // An attribute may not be empty.
        if let Some(company) = company.filter(|c| !c.as_str().is_empty()) {
            attributes.push(("company", company.as_str().to_owned()));
        }
        Ok(Self { body, attributes })
    }

    /// The attributes, as texts that are lent.
    pub(crate) fn attributes(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.attributes.iter().map(|(name, value)| (*name, &**value))
    }

    /// Bytes on the wire: the body, and name, type and value of each attribute.
    pub(crate) fn bytes(&self) -> usize {
        let attributes = self
            .attributes
            .iter()
            .map(|(name, value)| name.len() + "String".len() + value.len());
        self.body.len() + attributes.sum::<usize>()
    }
}

#[cfg(test)]
mod tests {
    use customs_core::{CHUNK_VERSION, CustomsQuery, DueRecord, Error, ErrorKind, ErrorRow, Fields, Stage};

    use super::*;

    pub(crate) fn chunk(text: &str, priority: Priority) -> Chunk {
        Chunk {
            version: CHUNK_VERSION,
            company: "1000".into(),
            job: "import-cargo".into(),
            run: "20261123T031705Z-1f0c9a2b".into(),
            fence: 7,
            index: 3,
            not_before: None,
            not_after: "2026-11-23T03:21:05Z".parse().unwrap(),
            slice_ends: None,
            rate: Some(2.5),
            resync: false,
            records: vec![DueRecord {
                key: "1000/1".into(),
                query: CustomsQuery::new("API001", Fields::from_iter([("cargMtNo", text)])),
                priority,
                origin: Fields::from_iter([("Name", text)]),
                current: None,
            }],
        }
    }

    #[test]
    fn a_chunk_survives_the_wire_and_its_size_counts_bytes() {
        for text in ["가나다", "a\u{fffe}\u{ffff}\u{0}\u{1b}\"\\", ""] {
            let message = Message::Chunk(chunk(text, Priority::Normal));
            let wire = Wire::new(&message).unwrap();
            assert_eq!(Message::read(&wire.body).unwrap(), message, "{text:?}");
            assert!(!wire.body.contains(['\u{fffe}', '\u{ffff}', '\u{0}']));
        }
        let of = |text| Wire::new(&Message::Chunk(chunk(text, Priority::Normal))).unwrap();
        // The text stands twice in the message, and a Korean syllable has three bytes.
        assert_eq!(of("가나다").bytes() - of("").bytes(), 18);
        let wire = of("");
        assert_eq!(
            wire.bytes() - wire.body.len(),
            "kindStringchunkurgencyStringnormalcompanyString1000".len()
        );
    }

    #[test]
    fn attributes_tell_company_kind_and_urgency() {
        let wire = Wire::new(&Message::Chunk(chunk("x", Priority::Urgent))).unwrap();
        let attribute = |name| {
            let found = wire.attributes.iter().find(|(n, _)| *n == name);
            found.map(|(_, v)| v.as_str())
        };
        assert_eq!(
            (attribute("company"), attribute("kind"), attribute("urgency")),
            (Some("1000"), Some("chunk"), Some("urgent"))
        );
        let mut nobody = chunk("x", Priority::Normal);
        nobody.company = "".into();
        let wire = Wire::new(&Message::Chunk(nobody)).unwrap();
        assert!(wire.attributes.iter().all(|(_, v)| !v.is_empty()), "{wire:?}");
    }

    #[test]
    fn an_error_survives_and_what_is_not_ours_is_refused() {
        let error = Error::new(ErrorKind::Unavailable, "통관 \"x\"").code("connect");
        let report = ErrorReport::new(
            "2026-11-23T03:00:00Z".parse().unwrap(),
            None,
            ErrorRow::new(Stage::Fetch, &error),
        );
        let cx = CallContext::new("1000".into(), "import".into(), "r".into());
        let message = Message::Error(ErrorMessage::new(&cx, report));
        assert_eq!(
            Message::read(&Wire::new(&message).unwrap().body).unwrap(),
            message
        );
        let call = Wire::new(&Message::Urgent).unwrap();
        assert_eq!(call.body, r#"{"kind":"urgent"}"#);
        assert_eq!(Message::read(&call.body).unwrap(), Message::Urgent);
        let kind = call.attributes.iter().find(|(name, _)| *name == "kind").unwrap();
        assert_eq!(kind.1, "urgent", "a subscription filters by it");
        for text in ["", "{}", "[]", r#"{"kind":"chunk"}"#, r#"{"kind":"else"}"#] {
            assert!(matches!(Message::read(text), Err(AwsError::Message(_))), "{text}");
        }
    }
}
