//! A service's documentation, with an example that asks and reads without a network.

use std::fmt::Write;

use super::model::{Codes, Field, Param, Service};
use super::names::{module, plural, quoted, snake, snake_of};
use super::types::constructors;

pub(super) fn docs(s: &Service) -> String {
    let mut out = format!(
        "//! {} · {} ({}, `{}`).\n//!\n//! {}\n//!\n",
        s.ko, s.en, s.id, s.slug, s.answers
    );
    let evidence = match s.evidence.as_str() {
        "live" => "checked against recorded answers of the live service",
        "guide" => "from the official guide and other programs; no recorded answer",
        "unproven" => "from one version of the guide only",
        other => panic!("{}: evidence {other}", s.id),
    };
    writeln!(
        out,
        "//! Wire: `{}`. Evidence: **{}**, {evidence}.",
        s.path, s.evidence
    )
    .unwrap();
    if !s.notes.is_empty() {
        out += "//!\n";
        for note in &s.notes {
            writeln!(out, "//! - {note}").unwrap();
        }
    }
    let example = example(s);
    writeln!(out, "//!\n//! ```\n{example}//! ```\n").unwrap();
    out
}

/// Asking and reading, without a network.
fn example(s: &Service) -> String {
    let m = module(&s.slug);
    let (constructor, params) = constructors(s).into_iter().next().unwrap();
    let args: Vec<String> = params.iter().map(|p| sample_argument(s, p)).collect();
    let mut uses = vec!["Reply", "Request"];
    uses.extend(params.iter().filter_map(|p| p.code_type.as_deref()));
    uses.sort_unstable();
    let mut out = format!(
        "//! use unipass_client::services::{m}::{{{}}};\n//! use unipass_client::Decoder;\n//!\n",
        uses.join(", ")
    );
    let setters: String = conditional(s)
        .iter()
        .map(|p| format!(".{}({})", snake(&p.en), sample_argument(s, p)))
        .collect();
    writeln!(
        out,
        "//! let request = Request::{constructor}({}){setters};",
        args.join(", ")
    )
    .unwrap();
    out += "//! request.query().check()?;\n//!\n";
    writeln!(out, "//! let xml = {:?};", sample_answer(s)).unwrap();
    writeln!(
        out,
        "//! let reply = Reply::from(Decoder::new(request.query().service()).decode(xml.as_bytes()));"
    )
    .unwrap();
    out += "//! assert_eq!(reply.answer().verdict().as_str(), \"found\");\n";
    if let Some(record) = s
        .records
        .first()
        .filter(|_| s.t_cnt != "verification" || s.id == "API035")
    {
        let field = &record.fields[0];
        writeln!(
            out,
            "//! let {0} = reply.{1}().next().ok_or(\"no record\")?;\n//! assert_eq!({0}.record().get({2:?}), Some({3:?}));",
            snake_of(&record.rust), plural(&record.rust), field.wire, sample_text(s, field)
        )
        .unwrap();
    }
    out + "//! # Ok::<(), Box<dyn std::error::Error>>(())\n"
}

/// Parameters that the sample values of the others demand.
fn conditional(s: &Service) -> Vec<&Param> {
    let mut found = Vec::new();
    for when in &s.rules.when {
        let param = s.params.iter().find(|p| p.wire == when.param).unwrap();
        if when.is.contains(&first_code(s, param)) {
            found.extend(
                when.any_of
                    .first()
                    .and_then(|w| s.params.iter().find(|p| p.wire == *w)),
            );
        }
    }
    found
}

fn first_code(s: &Service, param: &Param) -> String {
    codes_of(s, param.code_type.as_deref().unwrap()).values[0]
        .code
        .clone()
}

fn codes_of<'a>(s: &'a Service, rust: &str) -> &'a Codes {
    s.codes
        .iter()
        .find(|c| c.rust == rust)
        .unwrap_or_else(|| panic!("{}: code list {rust}", s.id))
}

fn sample_argument(s: &Service, p: &Param) -> String {
    match p.form.as_str() {
        "date" => "jiff::civil::date(2026, 11, 20)".into(),
        "year" => "2026".into(),
        "number" => "rust_decimal::Decimal::new(125, 1)".into(),
        "code" => {
            let rust = p.code_type.as_deref().unwrap();
            format!("{rust}::{}", codes_of(s, rust).values[0].rust)
        }
        "digits" | "text" => {
            let len = p.len.first().map_or(1, |(min, _)| usize::from(*min));
            quoted(&"1234567890".chars().cycle().take(len).collect::<String>())
        }
        other => panic!("{}: form {other}", s.id),
    }
}

fn sample_text(s: &Service, f: &Field) -> String {
    match f.form.as_str() {
        "date" => "20261120".into(),
        "datetime" => "20261120093000".into(),
        "time" => "093000".into(),
        "integer" | "decimal" => "12".into(),
        "flag" => "Y".into(),
        "code" => codes_of(s, f.code_type.as_deref().unwrap()).values[0]
            .code
            .clone(),
        _ => "A1".into(),
    }
}

fn sample_answer(s: &Service) -> String {
    let root = &s.roots[0];
    let body = s
        .records
        .first()
        .filter(|_| s.id != "API028")
        .map_or(String::new(), |record| {
            let field = &record.fields[0];
            let field = format!("<{0}>{1}</{0}>", field.wire, sample_text(s, field));
            if record.root {
                field
            } else {
                format!("<{0}>{field}</{0}>", record.element)
            }
        });
    let count = if s.t_cnt == "none" {
        ""
    } else {
        "<ntceInfo></ntceInfo><tCnt>1</tCnt>"
    };
    format!("<{root}>{count}{body}</{root}>")
}
