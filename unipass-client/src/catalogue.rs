//! The catalogue: what is known of each service of the Open API, as data.
//!
//! One reviewed file per service (`catalogue/API001.toml` …) is the only source. The static tables and the typed modules
//! under [`services`](crate::services) are made from it, and a test fails when they are not fresh.

use serde::Serialize;

/// One service: where it is, what it asks for, what it answers, and how sure that is.
#[derive(Debug, Serialize)]
#[non_exhaustive]
pub struct Service {
    /// The official identifier: `API001`.
    pub id: &'static str,
    /// The name for people, configuration and command lines: `cargo-progress`.
    pub slug: &'static str,
    /// The official Korean name.
    pub ko: &'static str,
    /// The English name.
    pub en: &'static str,
    /// What it answers, in a sentence.
    pub answers: &'static str,
    /// Service and operation below the base address.
    pub path: &'static str,
    /// How well all this is known.
    pub evidence: Evidence,
    /// The roots its answers may have; compared without regard to the case of the first letter.
    pub roots: &'static [&'static str],
    /// What `tCnt` counts.
    pub t_cnt: CountMeaning,
    /// "Not found" comes back as empty record elements.
    pub echo_empty: bool,
    /// How long an answer may be kept.
    pub cache: CacheLifetime,
    /// Known fields whose place in the answer is not known: kept wherever they come, and no drift.
    pub unplaced: &'static [&'static str],
    /// What a user should know before relying on it.
    pub notes: &'static [&'static str],
    /// Rules between parameters.
    pub rules: Rules,
    /// The parameters, the key (`crkyCn`) left out.
    pub params: &'static [Param],
    /// The record elements.
    pub records: &'static [RecordDef],
    /// The known code lists.
    pub codes: &'static [&'static CodeList],
    /// Which state is worth polling; one entry per record that can hold it.
    pub tracking: &'static [Tracking],
}

impl Service {
    /// The parameter of this wire name.
    pub fn param(&self, wire: &str) -> Option<&'static Param> {
        self.params.iter().find(|p| p.wire == wire)
    }

    /// The record of this element name; the case of the first letter does not matter.
    pub fn record(&self, element: &str) -> Option<&'static RecordDef> {
        self.records.iter().find(|r| same_name(r.element, element))
    }

    /// Whether `root` is a root that this service is known to answer with.
    pub fn knows_root(&self, root: &str) -> bool {
        self.roots.iter().any(|r| same_name(r, root))
    }

    /// Whether requests or answers hold personal data, which is treated like a key: never in `Debug` output or logs.
    pub fn is_personal(&self) -> bool {
        self.params.iter().any(|p| p.personal)
    }
}

impl PartialEq for Service {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for Service {}

/// Element names are compared without regard to the case of the first letter: the guide and the live service differ there.
pub(crate) fn same_name(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    match (a.split_first(), b.split_first()) {
        (Some((x, a)), Some((y, b))) => x.eq_ignore_ascii_case(y) && a == b,
        (None, None) => true,
        _ => false,
    }
}

/// How well the entry is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Evidence {
    /// Checked against recorded answers of the live service.
    Live,
    /// From the official guide and what other programs do; no recorded answer.
    Guide,
    /// From one version of the guide only.
    Unproven,
}

/// What `tCnt` counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CountMeaning {
    /// Rows.
    Rows,
    /// Events of a single match, or rows of a list.
    EventsOrRows,
    /// The result of a check: 1 match, 0 mismatch.
    Verification,
    /// It may be missing; without it, an answer without records is "not found".
    Optional,
    /// There is none: the root is the record.
    None,
    /// It is there and means nothing: the records decide.
    Unreliable,
}

/// How long an answer may be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CacheLifetime {
    /// Not at all: a state, a check, or personal data.
    Never,
    /// This many days: a code table.
    Days(u16),
    /// Until Saturday 24:00 KST of the week asked for.
    Week,
}

/// A parameter.
#[derive(Debug, Serialize)]
#[non_exhaustive]
pub struct Param {
    /// The name on the wire.
    pub wire: &'static str,
    /// The Korean term.
    pub ko: &'static str,
    /// The English term.
    pub en: &'static str,
    /// The form of its value.
    pub form: ParamForm,
    /// Allowed lengths in characters, as inclusive ranges; none: not checked.
    pub len: &'static [(u16, u16)],
    /// It must always be given.
    pub required: bool,
    /// Personal data: treated like a key.
    pub personal: bool,
    /// A year that may be wrong around the turn of the year; see [`neighbour_year`](crate::neighbour_year).
    pub turn_of_year: bool,
}

/// The form of a parameter's value.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ParamForm {
    /// Any text.
    Text,
    /// ASCII digits only.
    Digits,
    /// A number with an optional fraction.
    Number,
    /// `yyyyMMdd`.
    Date,
    /// `yyyy`.
    Year,
    /// One of a code list.
    Code(&'static CodeList),
}

/// Rules between parameters.
#[derive(Debug, Serialize)]
#[non_exhaustive]
pub struct Rules {
    /// At least one of these groups must be complete; none: no such rule.
    pub one_of: &'static [&'static [&'static str]],
    /// Exactly one of the groups may be given.
    pub only_one: bool,
    /// A bounded period.
    pub range: Option<DateRange>,
    /// What a value demands of other parameters.
    pub when: &'static [Condition],
}

/// A period between two date parameters.
#[derive(Debug, Clone, Copy, Serialize)]
#[non_exhaustive]
pub struct DateRange {
    /// The parameter of the first day.
    pub from: &'static str,
    /// The parameter of the last day.
    pub to: &'static str,
    /// The longest period.
    pub max: Span,
}

/// A length of time in the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Span {
    /// Days.
    Days(u16),
    /// Years.
    Years(u16),
}

/// What the value of one parameter demands of others.
#[derive(Debug, Serialize)]
#[non_exhaustive]
pub struct Condition {
    /// The parameter looked at.
    pub param: &'static str,
    /// The values that bring the rule in.
    pub is: &'static [&'static str],
    /// One of these must be given; none: no such demand.
    pub any_of: &'static [&'static str],
    /// None of these may be given.
    pub none_of: &'static [&'static str],
}

/// A record element and its fields.
#[derive(Debug, Serialize)]
#[non_exhaustive]
pub struct RecordDef {
    /// The element's name on the wire; for [`root`](Self::root) records, the root's.
    pub element: &'static str,
    /// The name of its Rust type.
    pub rust: &'static str,
    /// Its fields stand directly under the root.
    pub root: bool,
    /// When this element comes; empty: always.
    pub when: &'static str,
    /// The fields.
    pub fields: &'static [FieldDef],
}

impl RecordDef {
    /// The field of this wire name or alternate spelling.
    pub fn field(&self, wire: &str) -> Option<&'static FieldDef> {
        self.fields
            .iter()
            .find(|f| f.wire == wire || f.alt.contains(&wire))
    }
}

/// A field of a record.
#[derive(Debug, Serialize)]
#[non_exhaustive]
pub struct FieldDef {
    /// The name on the wire.
    pub wire: &'static str,
    /// Other spellings that were seen in guides or code: read as the same field.
    pub alt: &'static [&'static str],
    /// The Korean term.
    pub ko: &'static str,
    /// The English term.
    pub en: &'static str,
    /// The form of its value.
    pub form: Form,
    /// Personal data: treated like a key.
    pub personal: bool,
}

/// The form of a field's value. A value of another form is kept as text and is no error.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// Any text.
    Text,
    /// A day.
    Date,
    /// A day and a time of day, in KST.
    DateTime,
    /// A time of day, in KST.
    Time,
    /// A whole number.
    Integer,
    /// A number with an optional fraction.
    Decimal,
    /// `Y` or `N`.
    Flag,
    /// One of a code list.
    Code(&'static CodeList),
}

/// A list of known codes.
#[derive(Debug, Serialize)]
#[non_exhaustive]
pub struct CodeList {
    /// The name of its Rust type.
    pub rust: &'static str,
    /// The codes.
    pub values: &'static [Code],
}

/// A known code.
#[derive(Debug, Serialize)]
#[non_exhaustive]
pub struct Code {
    /// The code on the wire.
    pub code: &'static str,
    /// The Korean term.
    pub ko: &'static str,
    /// The English term.
    pub en: &'static str,
}

/// A state worth polling: where it stands, when it arose, and what ends it.
#[derive(Debug, Serialize)]
#[non_exhaustive]
pub struct Tracking {
    /// The record element that holds the state.
    pub record: &'static str,
    /// The fields that tell the state; the first one that is not empty counts.
    pub states: &'static [&'static str],
    /// Where the state's time stands: element and field; `None`: the service does not tell.
    pub as_of: Option<(&'static str, &'static str)>,
    /// Which row counts when there are several.
    pub pick: Pick,
    /// One of these makes the state final; none: nothing known does.
    pub finals: &'static [FinalRule],
    /// For how many days a final state is still looked at, once a day.
    pub slow_tail_days: u16,
}

/// Which row holds the state when there are several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Pick {
    /// The only one; of several, none: the state is ambiguous.
    Only,
    /// The one with the latest time.
    Latest,
}

/// A rule that makes a state final when a row satisfies it.
#[derive(Debug, Serialize)]
#[non_exhaustive]
pub struct FinalRule {
    /// The record element looked at.
    pub record: &'static str,
    /// The field looked at.
    pub field: &'static str,
    /// What it must hold.
    pub test: FieldTest,
    /// A row that satisfies this as well does not count.
    pub unless: Option<(&'static str, FieldTest)>,
}

/// A condition on the text of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldTest {
    /// Exactly this text.
    Is(&'static str),
    /// It begins so.
    StartsWith(&'static str),
    /// Any text.
    Present,
    /// No text, or text that contains this.
    EmptyOrContains(&'static str),
}

impl FieldTest {
    /// Whether `text`, without surrounding blanks, satisfies the condition.
    pub fn holds(self, text: &str) -> bool {
        let text = text.trim();
        match self {
            Self::Is(wanted) => text == wanted,
            Self::StartsWith(wanted) => text.starts_with(wanted),
            Self::Present => !text.is_empty(),
            Self::EmptyOrContains(wanted) => text.is_empty() || text.contains(wanted),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_differ_in_the_first_letter_only() {
        assert!(same_name("CcctLworCdQryRtnVo", "ccctLworCdQryRtnVo"));
        assert!(!same_name("ccctLworCdQryRtnVo", "ccctLworcdQryRtnVo"));
        assert!(!same_name("a", ""));
    }

    #[test]
    fn a_field_test_looks_at_trimmed_text() {
        assert!(FieldTest::Is("Y").holds(" Y "));
        assert!(!FieldTest::Present.holds("  "));
        assert!(FieldTest::StartsWith("완료").holds("완료/배송준비중"));
        assert!(FieldTest::EmptyOrContains("보세운송").holds(""));
        assert!(FieldTest::EmptyOrContains("보세운송").holds("보세운송 반출"));
        assert!(!FieldTest::EmptyOrContains("보세운송").holds("수입신고 수리후 반출"));
    }
}
