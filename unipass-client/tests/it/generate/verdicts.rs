//! `verdicts.toml` as a static table.

use serde::Deserialize;

use super::names::{camel, quoted};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    rule: Vec<Rule>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    service: Option<String>,
    #[serde(default = "notice_field")]
    field: String,
    text: String,
    #[serde(default = "whole_text", rename = "match")]
    matching: String,
    meaning: String,
    evidence: String,
}

fn notice_field() -> String {
    "ntceInfo".into()
}

fn whole_text() -> String {
    "is".into()
}

pub(crate) fn file(toml: &str) -> String {
    let file: File = toml::from_str(toml).unwrap();
    let mut out = String::from(
        "// Made from verdicts.toml. Do not edit: change it there.\n\nuse std::borrow::Cow;\n\n\
         use super::table::{Meaning, TextMatch, VerdictRule};\n\n/// The shipped rules.\n\
         pub(super) static SHIPPED: &[VerdictRule] = &[\n",
    );
    for rule in file.rule {
        assert!(
            ["live", "guide", "unproven"].contains(&rule.evidence.as_str()),
            "{}",
            rule.text
        );
        let service = rule
            .service
            .map_or("None".into(), |s| format!("Some(Cow::Borrowed({}))", quoted(&s)));
        out += &format!(
            "    // {}\n    VerdictRule {{\n        service: {service},\n        field: Cow::Borrowed({}),\n        \
             text: Cow::Borrowed({}),\n        matching: TextMatch::{},\n        meaning: Meaning::{},\n    }},\n",
            rule.evidence,
            quoted(&rule.field),
            quoted(&rule.text),
            camel(&rule.matching),
            camel(&rule.meaning),
        );
    }
    out + "];\n"
}
