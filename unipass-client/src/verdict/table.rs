use std::borrow::Cow;

use serde::Deserialize;

use super::ErrorKind;
use super::shipped::SHIPPED;

/// The rules that say what a text means: the shipped ones, and before them the user's own.
#[derive(Debug, Clone)]
pub struct VerdictTable {
    own: Vec<VerdictRule>,
}

impl VerdictTable {
    /// The shipped rules only.
    pub fn shipped() -> &'static Self {
        static TABLE: VerdictTable = VerdictTable { own: Vec::new() };
        &TABLE
    }

    /// The shipped rules, and before them these, in their order.
    pub fn with(own: Vec<VerdictRule>) -> Self {
        Self { own }
    }

    /// All rules, the first one strongest.
    pub fn rules(&self) -> impl Iterator<Item = &VerdictRule> {
        self.own.iter().chain(SHIPPED)
    }

    /// What the text of a field of a service means; `None`: no rule knows it.
    pub fn meaning(&self, service: &str, field: &str, text: &str) -> Option<Meaning> {
        let text = squeeze(text);
        self.rules()
            .find(|rule| rule.matches(service, field, &text))
            .map(|rule| rule.meaning)
    }

    /// The fields of records that rules for this service look at.
    pub(super) fn fields_with_rules(&self, service: &str) -> impl Iterator<Item = &str> {
        let looks = move |rule: &VerdictRule| rule.field != "ntceInfo" && rule.is_for(service);
        self.rules().enumerate().filter_map(move |(i, rule)| {
            let is_new = || {
                !self
                    .rules()
                    .take(i)
                    .any(|before| before.field == rule.field && looks(before))
            };
            (looks(rule) && is_new()).then_some(&*rule.field)
        })
    }
}

/// What one text means. In a configuration file:
///
/// ```toml
/// [[unipass.verdict]]
/// text = "점검 중"
/// match = "contains"
/// meaning = "service_trouble"
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct VerdictRule {
    /// Only answers of this service (`API018`); none: of any.
    #[serde(default)]
    pub service: Option<Cow<'static, str>>,
    /// The field looked at: `ntceInfo` (default) or a field of a record.
    #[serde(default = "default_field")]
    pub field: Cow<'static, str>,
    /// The text looked for; runs of blanks count as one.
    pub text: Cow<'static, str>,
    /// How it is looked for.
    #[serde(default, rename = "match")]
    pub matching: TextMatch,
    /// What it means.
    pub meaning: Meaning,
}

impl VerdictRule {
    /// A rule on the whole text of `ntceInfo`, of any service.
    pub fn new(text: impl Into<Cow<'static, str>>, meaning: Meaning) -> Self {
        Self {
            service: None,
            field: default_field(),
            text: text.into(),
            matching: TextMatch::Is,
            meaning,
        }
    }

    /// Looks for the text in another way.
    #[must_use]
    pub fn matching(mut self, matching: TextMatch) -> Self {
        self.matching = matching;
        self
    }

    /// Looks at answers of one service only.
    #[must_use]
    pub fn of_service(mut self, id: impl Into<Cow<'static, str>>) -> Self {
        self.service = Some(id.into());
        self
    }

    /// Looks at a field of the records.
    #[must_use]
    pub fn in_field(mut self, wire: impl Into<Cow<'static, str>>) -> Self {
        self.field = wire.into();
        self
    }

    fn is_for(&self, service: &str) -> bool {
        self.service
            .as_deref()
            .is_none_or(|id| id.eq_ignore_ascii_case(service))
    }

    fn matches(&self, service: &str, field: &str, squeezed: &str) -> bool {
        if !self.is_for(service) || self.field != field {
            return false;
        }
        let wanted = squeeze(&self.text);
        match self.matching {
            TextMatch::Is => squeezed == wanted,
            TextMatch::StartsWith => squeezed.starts_with(&*wanted),
            TextMatch::Contains => squeezed.contains(&*wanted),
        }
    }
}

fn default_field() -> Cow<'static, str> {
    Cow::Borrowed("ntceInfo")
}

/// How a text is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TextMatch {
    /// The whole text.
    #[default]
    Is,
    /// Its beginning.
    StartsWith,
    /// Any part of it.
    Contains,
}

/// What a text means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Meaning {
    /// Nothing that changes the verdict.
    Notice,
    /// Several things match.
    Many,
    /// There is nothing.
    NotFound,
    /// A check failed.
    Mismatch,
    /// The key was refused.
    RefusedKey,
    /// The key belongs to another service.
    WrongServiceKey,
    /// A parameter was refused.
    BadParameter,
    /// The service is in trouble.
    ServiceTrouble,
}

impl Meaning {
    /// The kind of error it means, if it means one.
    pub fn error(self) -> Option<ErrorKind> {
        match self {
            Self::RefusedKey => Some(ErrorKind::RefusedKey),
            Self::WrongServiceKey => Some(ErrorKind::WrongServiceKey),
            Self::BadParameter => Some(ErrorKind::BadParameter),
            Self::ServiceTrouble => Some(ErrorKind::ServiceTrouble),
            Self::Notice | Self::Many | Self::NotFound | Self::Mismatch => None,
        }
    }
}

/// Blanks trimmed, and runs of them made one.
fn squeeze(text: &str) -> Cow<'_, str> {
    let trimmed = text.trim();
    let mut blank_before = false;
    let is_squeezed = trimmed.chars().all(|c| {
        let fine = !c.is_whitespace() || (c == ' ' && !blank_before);
        blank_before = c.is_whitespace();
        fine
    });
    if is_squeezed {
        Cow::Borrowed(trimmed)
    } else {
        Cow::Owned(trimmed.split_whitespace().collect::<Vec<_>>().join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_do_not_matter() {
        let table = VerdictTable::shipped();
        assert_eq!(
            table.meaning("API029", "ntceInfo", " 조회된  정보가\n없습니다. "),
            Some(Meaning::NotFound)
        );
        assert_eq!(
            table.meaning("API029", "ntceInfo", "조회된 정보가 있습니다."),
            None
        );
    }

    #[test]
    fn own_rules_come_first() {
        let own = VerdictRule::new("납부", Meaning::ServiceTrouble).of_service("api049");
        let table = VerdictTable::with(vec![own]);
        assert_eq!(
            table.meaning("API049", "ntceInfo", "납부"),
            Some(Meaning::ServiceTrouble)
        );
        assert_eq!(table.meaning("API050", "ntceInfo", "납부"), None);
        assert_eq!(
            VerdictTable::shipped().meaning("API049", "ntceInfo", "납부"),
            Some(Meaning::Notice)
        );
    }

    #[test]
    fn a_rule_of_a_field_does_not_read_the_notice() {
        let table = VerdictTable::shipped();
        assert_eq!(
            table.meaning("API035", "vrfcRsltCn", "일치하지않음"),
            Some(Meaning::Mismatch)
        );
        assert_eq!(table.meaning("API035", "ntceInfo", "일치하지않음"), None);
    }
}
