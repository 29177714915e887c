//! The messages that SAP sends inside of a good reply: BAPIRET2 in all its spellings, and the `Log` of A2A services.

use serde::Serialize;

use crate::value::{Row, Value};

/// How grave a message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum Severity {
    /// `S`, or blank.
    #[serde(rename = "S")]
    Success,
    /// `I`.
    #[serde(rename = "I")]
    Information,
    /// `W`.
    #[serde(rename = "W")]
    Warning,
    /// `E`: what was asked was not done.
    #[serde(rename = "E")]
    Error,
    /// `A` or `X`: and processing was broken off.
    #[serde(rename = "A")]
    Abort,
}

impl Severity {
    /// Does the message say that what was asked was not done?
    pub fn is_error(self) -> bool {
        self >= Self::Error
    }

    fn from_type(letter: &str) -> Option<Self> {
        match letter.trim() {
            "" | "S" => Some(Self::Success),
            "I" => Some(Self::Information),
            "W" => Some(Self::Warning),
            "E" => Some(Self::Error),
            "A" | "X" => Some(Self::Abort),
            _ => None,
        }
    }

    /// The codes of A2A: 1 information, 2 warning, 3 error, 4 abort.
    fn from_code(code: &str) -> Option<Self> {
        match code.trim() {
            "" | "S" | "0" => Some(Self::Success),
            "1" => Some(Self::Information),
            "2" => Some(Self::Warning),
            "3" => Some(Self::Error),
            "4" => Some(Self::Abort),
            letter => Self::from_type(letter),
        }
    }
}

/// A message of SAP. Texts are in the logon language; class and number name the message in any.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Message {
    /// How grave it is.
    #[serde(rename = "type")]
    pub severity: Severity,
    /// The message class (`ID`): `V4`.
    pub id: String,
    /// The number in its class: `219`.
    pub number: String,
    /// The text.
    pub text: String,
    /// The variables V1 to V4.
    pub variables: [String; 4],
    /// The parameter it is about.
    pub parameter: String,
    /// The row of that parameter, counted from 1; 0 if it is about none in particular.
    pub row: u32,
    /// The field it is about.
    pub field: String,
    /// The system it comes from.
    pub system: String,
}

impl Message {
    pub(super) fn error(id: &str, number: &str, text: &str) -> Self {
        let (id, number) = (id.trim().to_owned(), number.trim().to_owned());
        Self {
            id,
            number,
            ..Self::from_text(Severity::Error, text)
        }
    }

    fn from_text(severity: Severity, text: &str) -> Self {
        Self {
            severity,
            id: String::new(),
            number: String::new(),
            text: text.to_owned(),
            variables: Default::default(),
            parameter: String::new(),
            row: 0,
            field: String::new(),
            system: String::new(),
        }
    }

    /// Is it the initial structure, which a function module returns when it has nothing to say?
    fn is_initial(&self) -> bool {
        self.severity == Severity::Success && self.id.is_empty() && self.text.is_empty()
    }

    /// Reads a BAPIRET2, BAPIRET1, BAPIRETURN or BAPIRETURN1, whatever its fields are called (`MESSAGE_V1`, `MessageV1`,
    /// `Messagev1`). `None`: the row is something else.
    pub fn from_row(row: &Row) -> Option<Self> {
        let severity = Self::severity_of(row)?;
        let mut found: [Option<Option<&str>>; WORDS.len()] = Default::default();
        for (name, value) in row.iter() {
            if let Some(place) = WORDS.iter().position(|word| spelled(name, word)) {
                // The first of a name counts.
                found[place].get_or_insert(value.text());
            }
        }
        let [
            message,
            id,
            number,
            code,
            logno,
            v1,
            v2,
            v3,
            v4,
            parameter,
            line,
            field,
            system,
        ] = found.map(Option::flatten);
        let text = message?;
        let (id, number) = match (id, number, code) {
            (Some(id), Some(number), _) => (id, number),
            // BAPIRETURN: class and number in one field, `V4219`.
            (_, _, Some(code)) if logno.is_some() => {
                let digits = code.len() - code.bytes().rev().take(3).take_while(u8::is_ascii_digit).count();
                code.split_at(digits)
            }
            _ => return None,
        };
        let owned = |text: Option<&str>| text.unwrap_or_default().to_owned();
        Some(Self {
            severity,
            id: id.trim().to_owned(),
            number: number.trim().to_owned(),
            text: text.trim().to_owned(),
            variables: [v1, v2, v3, v4].map(owned),
            parameter: owned(parameter),
            row: line.and_then(|row| row.trim().parse().ok()).unwrap_or(0),
            field: owned(field),
            system: owned(system),
        })
    }

    /// Whether a row is a message that says that what was asked was not done.
    #[cfg(feature = "pipeline")]
    pub(crate) fn is_refusal(row: &Row) -> bool {
        Self::severity_of(row).is_some_and(Severity::is_error)
    }

    fn severity_of(row: &Row) -> Option<Severity> {
        let (_, value) = row.iter().find(|(name, _)| spelled(name, "type"))?;
        Severity::from_type(value.text()?)
    }
}

/// The fields of a message, of all its kinds, beside its type.
const WORDS: [&str; 13] = [
    "message",
    "id",
    "number",
    "code",
    "logno",
    "messagev1",
    "messagev2",
    "messagev3",
    "messagev4",
    "parameter",
    "row",
    "field",
    "system",
];

/// Is `name` this word, underscores and case aside?
fn spelled(name: &str, word: &str) -> bool {
    let mut letters = name
        .bytes()
        .filter(|b| *b != b'_')
        .map(|b| b.to_ascii_lowercase());
    word.bytes().all(|b| letters.next() == Some(b)) && letters.next().is_none()
}

/// The messages among the parameters of a reply: tables and structures of the shape of BAPIRET2, and the `Log` of an A2A
/// service. Structures among the parameters are looked into, tables of other rows are not.
pub fn messages(values: &Row) -> Vec<Message> {
    let mut found = Vec::new();
    collect(values, 0, &mut found);
    found
}

fn collect(values: &Row, depth: usize, found: &mut Vec<Message>) {
    const DEEPEST: usize = 3;
    for (name, value) in values.iter() {
        match value {
            Value::Struct(row) if spelled(name, "log") && row.get("MaximumLogItemSeverityCode").is_some() => {
                log(row, found);
            }
            Value::Struct(row) => match Message::from_row(row) {
                Some(message) => found.extend(Some(message).filter(|m| !m.is_initial())),
                None if depth < DEEPEST => collect(row, depth + 1, found),
                None => {}
            },
            Value::Table(_) => {
                // All rows or none: a table whose first row is no message is something else.
                found.extend(
                    value
                        .rows()
                        .map_while(Message::from_row)
                        .filter(|m| !m.is_initial()),
                );
            }
            Value::Text(_) => {}
        }
    }
}

fn log(log: &Row, found: &mut Vec<Message>) {
    let before = found.len();
    for item in log.rows("Item") {
        let severity = item
            .text("SeverityCode")
            .and_then(Severity::from_code)
            .unwrap_or(Severity::Information);
        let mut message = Message::from_text(severity, item.text("Note").unwrap_or_default().trim());
        // `219(V4)`: the number and its class.
        let id = item.text("TypeID").unwrap_or_default();
        let (number, class) = id.split_once('(').unwrap_or((id, ""));
        message.number = number.trim().to_owned();
        message.id = class.trim().trim_end_matches(')').to_owned();
        found.push(message);
    }
    // The head may say "error" although no item does.
    let worst = log
        .text("MaximumLogItemSeverityCode")
        .and_then(Severity::from_code);
    let failed = log
        .text("BusinessDocumentProcessingResultCode")
        .is_some_and(|code| code.trim() == "5");
    let head = if failed {
        Some(Severity::Error)
    } else {
        worst.filter(|s| s.is_error())
    };
    if let Some(severity) = head.filter(|_| !found[before..].iter().any(|m| m.severity.is_error())) {
        let text = found
            .last()
            .filter(|_| found.len() > before)
            .map(|m| m.text.clone())
            .unwrap_or_default();
        found.push(Message::from_text(severity, &text));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(json: &str) -> Vec<Message> {
        messages(&serde_json::from_str(json).unwrap())
    }

    #[test]
    fn every_spelling_is_the_same_message() {
        for json in [
            r#"{"Return":[{"Type":"E","Id":"V4","Number":"219","Message":"not changed","LogNo":"","MessageV1":"a","MessageV2":"b","Row":"3","Field":"VBELN"}]}"#,
            r#"{"RETURN":{"TYPE":"E","ID":"V4","NUMBER":"219","MESSAGE":"not changed","LOG_NO":"","MESSAGE_V1":"a","MESSAGE_V2":"b","ROW":"3","FIELD":"VBELN"}}"#,
            r#"{"EtReturn":[{"Type":"E","Id":"V4","Number":"219","Message":"not changed","Logno":"","Messagev1":"a","Messagev2":"b","Row":3,"Field":"VBELN"}]}"#,
            r#"{"RETURN":{"TYPE":"E","CODE":"V4219","MESSAGE":"not changed","LOG_NO":"","MESSAGE_V1":"a","MESSAGE_V2":"b","ROW":"3","FIELD":"VBELN"}}"#,
            r#"{"Outer":{"Return":{"Type":"E","Id":"V4","Number":"219","Message":"not changed","MessageV1":"a","MessageV2":"b","Row":"3","Field":"VBELN"}}}"#,
        ] {
            let messages = found(json);
            assert_eq!(messages.len(), 1, "{json}");
            let m = &messages[0];
            assert_eq!(
                (m.severity, m.id.as_str(), m.number.as_str(), m.row),
                (Severity::Error, "V4", "219", 3),
                "{json}"
            );
            assert_eq!((m.text.as_str(), m.field.as_str()), ("not changed", "VBELN"));
            assert_eq!(m.variables, ["a", "b", "", ""]);
        }
    }

    #[cfg(feature = "pipeline")]
    #[test]
    fn a_refusal_is_told_without_reading_the_message() {
        for kind in ["", "S", "I", "W", "E", "A", "X", "?"] {
            for name in ["Type", "TYPE"] {
                let json = format!(r#"{{"{name}":"{kind}","Id":"V4","Number":"219","Message":"m"}}"#);
                let row = serde_json::from_str(&json).unwrap();
                let message = Message::from_row(&row);
                let is_error = message.is_some_and(|m| m.severity.is_error());
                assert_eq!(Message::is_refusal(&row), is_error, "{json}");
            }
        }
        assert!(!Message::is_refusal(&Row::new()));
    }

    #[test]
    fn an_initial_structure_says_nothing() {
        assert_eq!(
            found(r#"{"RETURN":{"TYPE":"","ID":"","NUMBER":"000","MESSAGE":""}}"#),
            []
        );
        assert_eq!(
            found(r#"{"RETURN":{"TYPE":" ","CODE":"","MESSAGE":"","LOG_NO":""}}"#),
            []
        );
    }

    #[test]
    fn what_only_resembles_a_message_is_none() {
        assert_eq!(
            found(r#"{"RETURN":"1","T":[{"Type":"ZPGO","Id":"1","Number":"2","Message":"x"}]}"#),
            []
        );
        assert_eq!(found(r#"{"E":{"Type":"E","Message":"x"}}"#), []);
    }

    #[test]
    fn a_log_gives_its_items_and_its_verdict() {
        let json = r#"{"Log":{"BusinessDocumentProcessingResultCode":"3","MaximumLogItemSeverityCode":"1",
            "Item":{"TypeID":"027(>3)","SeverityCode":"1","Note":"created"}}}"#;
        let m = &found(json)[0];
        assert_eq!(
            (m.id.as_str(), m.number.as_str(), m.severity),
            (">3", "027", Severity::Information)
        );
        let json = r#"{"Log":{"BusinessDocumentProcessingResultCode":"5","MaximumLogItemSeverityCode":"3","Item":[
            {"TypeID":"1(A)","SeverityCode":"1","Note":"a"},{"TypeID":"2(A)","SeverityCode":"3","Note":"b"}]}}"#;
        assert_eq!(found(json).iter().filter(|m| m.severity.is_error()).count(), 1);
        let json = r#"{"Log":{"BusinessDocumentProcessingResultCode":"5","MaximumLogItemSeverityCode":"3"}}"#;
        assert_eq!(found(json)[0].severity, Severity::Error);
    }
}
