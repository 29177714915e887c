use super::table::{Meaning, VerdictTable};
use super::{ErrorKind, Verdict};
use crate::catalogue::{CountMeaning, RecordDef, Service};
use crate::record::{Record, Records};

/// What stands around the records.
#[derive(Debug, Clone, Copy, Default)]
pub struct Envelope<'a> {
    /// The text of `ntceInfo`; absent: `None`.
    pub notice: Option<&'a str>,
    /// `tCnt` as a number.
    pub count: Option<i64>,
    /// `tCnt` as it came.
    pub count_text: Option<&'a str>,
    /// There is text where none belongs.
    pub has_stray_text: bool,
}

/// A verdict, and for an error the text behind it.
#[derive(Debug, PartialEq, Eq)]
pub struct Judged {
    /// The verdict.
    pub verdict: Verdict,
    /// What to say about an error; may hold text of the service.
    pub message: String,
}

impl VerdictTable {
    /// Judges an answer.
    ///
    /// In this order: a negative `tCnt` is an error, its kind told by the text. A text that means an error is one too, unless
    /// records came with a positive `tCnt`. Checks are told by `tCnt`. Then the records decide; unknown ones only where `tCnt`
    /// is positive. Without any, "not found" needs `tCnt` = 0 (or a service known to have none, or to answer with empty
    /// records) and no text anywhere, or one that is known to say so. Everything else is [`ErrorKind::Unclassified`].
    pub fn judge(
        &self,
        service: &Service,
        envelope: &Envelope<'_>,
        root_known: bool,
        records: &Records,
    ) -> Judged {
        let judge = Judge {
            table: self,
            service,
            envelope,
            records,
        };
        let verdict = if root_known {
            judge.verdict()
        } else {
            judge.of_unknown_root()
        };
        Judged {
            verdict,
            message: judge.message(verdict),
        }
    }
}

struct Judge<'a> {
    table: &'a VerdictTable,
    service: &'a Service,
    envelope: &'a Envelope<'a>,
    records: &'a Records,
}

/// What the text of the answer says.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Text {
    None,
    Unknown,
    Means(Meaning),
}

impl Judge<'_> {
    fn verdict(&self) -> Verdict {
        let count = self.envelope.count;
        if count.is_some_and(|n| n < 0) {
            return Verdict::Error(self.known_error().unwrap_or(ErrorKind::Unclassified));
        }
        let text = self.notice();
        let has_data = self.has_data();
        if let Some(kind) = self.known_error()
            && !(has_data && count.is_some_and(|n| n > 0))
        {
            return Verdict::Error(kind);
        }
        if self.service.t_cnt == CountMeaning::Verification {
            return self.of_check(text);
        }
        let meaning = match text {
            Text::Means(meaning) => meaning,
            Text::None | Text::Unknown => Meaning::Notice,
        };
        match meaning {
            Meaning::Mismatch => Verdict::Mismatch,
            Meaning::Many if has_data => Verdict::Many,
            // A list without rows, or rows beside "nothing found", contradict themselves.
            Meaning::Many => UNCLEAR,
            Meaning::NotFound if has_data => UNCLEAR,
            _ if has_data => self.of_records(),
            _ => self.without_data(text),
        }
    }

    /// Data are there, and no text speaks against them.
    fn of_records(&self) -> Verdict {
        // One question, one cargo: several without the list notice are still a list.
        let ambiguous = self.service.t_cnt == CountMeaning::EventsOrRows
            && self
                .service
                .tracking
                .iter()
                .any(|t| self.records.of(t.record).nth(1).is_some());
        if ambiguous { Verdict::Many } else { Verdict::Found }
    }

    fn without_data(&self, text: Text) -> Verdict {
        if !matches!(text, Text::None | Text::Means(Meaning::NotFound)) || self.has_unexplained_text() {
            return UNCLEAR;
        }
        let echoes = !self.records.is_empty();
        match (self.envelope.count, self.envelope.count_text) {
            (Some(0), _) => Verdict::NotFound,
            (Some(_) | None, _) if self.service.echo_empty && echoes && self.count_is_readable() => {
                Verdict::NotFound
            }
            (None, None) => match self.service.t_cnt {
                CountMeaning::Optional if self.envelope.notice.is_some() => Verdict::NotFound,
                CountMeaning::None if echoes => Verdict::NotFound,
                _ => UNCLEAR,
            },
            _ => UNCLEAR,
        }
    }

    fn count_is_readable(&self) -> bool {
        self.envelope.count.is_some() || self.envelope.count_text.is_none()
    }

    /// A check: `tCnt` 1 is a match, 0 a mismatch; texts may say the same, and must not say another thing.
    fn of_check(&self, text: Text) -> Verdict {
        let said_mismatch = self.any_field_means(Meaning::Mismatch);
        match (self.envelope.count, text) {
            (Some(1), Text::None | Text::Unknown | Text::Means(Meaning::Notice)) if !said_mismatch => {
                Verdict::Found
            }
            (Some(0), Text::None | Text::Means(Meaning::Mismatch))
                if !self.any_field_means(Meaning::Notice) && !self.has_unexplained_text() =>
            {
                Verdict::Mismatch
            }
            (Some(0), Text::Means(Meaning::NotFound)) if !self.has_unexplained_text() => Verdict::NotFound,
            (None, Text::None | Text::Means(Meaning::Mismatch)) if said_mismatch => Verdict::Mismatch,
            (None, Text::Means(Meaning::Mismatch)) => Verdict::Mismatch,
            _ => UNCLEAR,
        }
    }

    /// An unknown root is an error of its own, unless its envelope holds an error that is known wherever it comes.
    fn of_unknown_root(&self) -> Verdict {
        let told = match self.notice() {
            Text::Means(meaning) if self.envelope.count.is_some_and(|n| n < 0) => meaning.error(),
            Text::None | Text::Unknown | Text::Means(_) => None,
        };
        Verdict::Error(told.unwrap_or(ErrorKind::UnknownRoot))
    }

    /// The error that the notice tells, or else the text of a field.
    fn known_error(&self) -> Option<ErrorKind> {
        let told = match self.notice() {
            Text::Means(meaning) => meaning.error(),
            Text::None | Text::Unknown => None,
        };
        told.or_else(|| self.meanings_of_fields().find_map(Meaning::error))
    }

    fn notice(&self) -> Text {
        match self.envelope.notice.map(str::trim) {
            None | Some("") => Text::None,
            Some(text) => match self.table.meaning(self.service.id, "ntceInfo", text) {
                Some(meaning) => Text::Means(meaning),
                None => Text::Unknown,
            },
        }
    }

    /// Whether the records hold anything that was asked for: known fields, or anything at all where `tCnt` counts some.
    fn has_data(&self) -> bool {
        let counts_some = self.envelope.count.is_some_and(|n| n > 0);
        self.records.iter().any(|record| {
            let is_root = self.service.knows_root(record.element());
            let def = self.definition(record);
            record.fields().any(|(wire, text)| {
                let is_known = def.is_some_and(|d| d.field(wire).is_some());
                !text.trim().is_empty() && (is_known || (counts_some && !is_root))
            })
        })
    }

    /// Whether there is text that neither the catalogue nor a rule knows: it may say what went wrong.
    fn has_unexplained_text(&self) -> bool {
        let is_explained = |wire: &str, text: &str| {
            let meaning = self.table.meaning(self.service.id, wire, text);
            matches!(
                meaning,
                Some(Meaning::NotFound | Meaning::Notice | Meaning::Mismatch)
            )
        };
        self.envelope.has_stray_text
            || self.records.iter().any(|record| {
                let def = self.definition(record);
                record.fields().any(|(wire, text)| {
                    let is_known = def.is_some_and(|d| d.field(wire).is_some());
                    !text.trim().is_empty() && !is_known && !is_explained(wire, text)
                })
            })
    }

    fn definition(&self, record: Record<'_>) -> Option<&'static RecordDef> {
        match self.service.knows_root(record.element()) {
            true => self.service.records.iter().find(|r| r.root),
            false => self.service.record(record.element()),
        }
    }

    fn any_field_means(&self, wanted: Meaning) -> bool {
        self.meanings_of_fields().any(|meaning| meaning == wanted)
    }

    /// What the texts of fields mean. Only fields that a rule names are looked at: most services have none.
    fn meanings_of_fields(&self) -> impl Iterator<Item = Meaning> {
        self.table
            .fields_with_rules(self.service.id)
            .flat_map(move |wire| {
                self.records
                    .iter()
                    .filter_map(move |record| record.get(wire))
                    .filter_map(move |text| self.table.meaning(self.service.id, wire, text))
            })
    }

    fn message(&self, verdict: Verdict) -> String {
        let Verdict::Error(kind) = verdict else {
            return String::new();
        };
        match self.envelope.notice.map(str::trim) {
            None | Some("") => match self.envelope.count_text {
                Some(count) => format!("{kind} (tCnt {})", count.trim()),
                None => format!("{kind} (no tCnt)"),
            },
            Some(text) => text.to_owned(),
        }
    }
}

const UNCLEAR: Verdict = Verdict::Error(ErrorKind::Unclassified);
