//! BAPIRET2 messages.

use std::fmt::Write;

use super::answer::escape;

/// The message class of the simulated function group.
const CLASS: &str = "ZCUSTOMS";
/// The logical system that the messages name.
const SYSTEM: &str = "DEMCLNT100";

/// One row of a BAPIRET2 table.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Message {
    kind: &'static str,
    number: &'static str,
    text: String,
    variables: [String; 2],
    row: usize,
    field: &'static str,
}

impl Message {
    fn new(kind: &'static str, number: &'static str, text: String, variables: [&str; 2]) -> Self {
        Self {
            kind,
            number,
            text,
            variables: variables.map(str::to_owned),
            row: 0,
            field: "",
        }
    }

    /// The row was carried out, or was carried out before.
    pub(super) fn saved(key: &str, stats: &str, repeat: bool) -> Self {
        if repeat {
            Self::new(
                "S",
                "001",
                format!("Status {stats} of {key} was saved before"),
                [key, stats],
            )
        } else {
            Self::new("S", "000", format!("Status {stats} of {key} saved"), [key, stats])
        }
    }

    /// There is no such record.
    pub(super) fn unknown(key: &str) -> Self {
        Self::new("E", "010", format!("Delivery {key} does not exist"), [key, ""])
    }

    /// Somebody works on the record.
    pub(super) fn locked(key: &str) -> Self {
        Self::new(
            "E",
            "011",
            format!("Delivery {key} is currently being processed by user KIMMS"),
            [key, "KIMMS"],
        )
    }

    /// A field holds what it may not hold.
    pub(super) fn invalid(field: &'static str, value: &str) -> Self {
        let text = format!("Value \"{value}\" is not valid for field {field}");
        Self {
            field,
            ..Self::new("E", "012", text, [value, field])
        }
    }

    /// The row of `ItStatus` that it is about, from 1.
    pub(super) fn in_row(self, row: usize) -> Self {
        Self { row, ..self }
    }

    #[cfg(test)]
    pub(super) fn kind(&self) -> &'static str {
        self.kind
    }

    #[cfg(test)]
    pub(super) fn number(&self) -> &'static str {
        self.number
    }

    /// Writes it as an `<item>`; texts are cut to the lengths of their fields, as SAP does.
    pub(super) fn write(&self, out: &mut String) {
        let Self {
            kind,
            number,
            text,
            variables: [v1, v2],
            row,
            field,
        } = self;
        let (text, v1, v2) = (escape(cut(text, 220)), escape(cut(v1, 50)), escape(cut(v2, 50)));
        // Writing to a String cannot fail.
        let _ = write!(
            out,
            "<item><Type>{kind}</Type><Id>{CLASS}</Id><Number>{number}</Number><Message>{text}</Message><LogNo/>\
             <LogMsgNo>000000</LogMsgNo><MessageV1>{v1}</MessageV1><MessageV2>{v2}</MessageV2><MessageV3/><MessageV4/>\
             <Parameter>IT_STATUS</Parameter><Row>{row}</Row><Field>{field}</Field><System>{SYSTEM}</System></item>"
        );
    }
}

fn cut(text: &str, length: usize) -> &str {
    text.char_indices()
        .nth(length)
        .map_or(text, |(end, _)| &text[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_escaped_and_cut() {
        let mut out = String::new();
        Message::invalid("STATS", &"<관세>".repeat(60))
            .in_row(3)
            .write(&mut out);
        assert!(out.contains("<Type>E</Type>") && out.contains("<Row>3</Row><Field>STATS</Field>"));
        assert!(out.contains("Value \"&lt;관세&gt;"), "{out}");
        let v1 = out.split("MessageV1>").nth(1).unwrap();
        assert_eq!(v1.matches("관세").count(), 12, "50 characters");
    }
}
