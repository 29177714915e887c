//! A service's module: its static entry, its typed request, reply and records.

use std::fmt::Write;

use super::model::{Codes, Field, Final, Param, Record, Service, Tracking};
use super::names::{list, module, plural, quoted, snake};
use super::verdicts::camel;

const HEAD: &str = "Do not edit: change it there.\n";

pub(crate) fn index(services: &[Service]) -> String {
    let mut out = format!("// Made from catalogue/*.toml. {HEAD}");
    out += "//! The services of the Open API, each with its catalogue entry and its typed request, reply and records.\n//!\n";
    out += "//! | service | name | evidence |\n//! |---|---|---|\n";
    for s in services {
        let m = module(&s.slug);
        writeln!(
            out,
            "//! | [{}]({m}) `{}` | {} · {} | {} |",
            s.id, s.slug, s.ko, s.en, s.evidence
        )
        .unwrap();
    }
    out += "\nuse crate::catalogue::Service;\n\n";
    for s in services {
        writeln!(out, "pub mod {};", module(&s.slug)).unwrap();
    }
    out += "\n/// All services, by identifier.\npub static ALL: &[&Service] = &[\n";
    for s in services {
        writeln!(out, "    &{}::SERVICE,", module(&s.slug)).unwrap();
    }
    out += "];\n\n";
    out += r#"/// The service of this identifier or slug, in any case.
///
/// ```
/// use unipass_client::services;
/// assert_eq!(services::find("exchange-rate").map(|s| s.id), Some("API012"));
/// assert_eq!(services::find("api012").map(|s| s.slug), Some("exchange-rate"));
/// assert!(services::find("API041").is_none());
/// ```
pub fn find(name: &str) -> Option<&'static Service> {
    ALL.iter().copied().find(|s| s.id.eq_ignore_ascii_case(name) || s.slug.eq_ignore_ascii_case(name))
}
"#;
    out
}

pub(crate) fn file(s: &Service) -> String {
    let mut out = format!("// Made from catalogue/{}.toml. {HEAD}", s.id);
    out += &docs(s);
    out += &imports(s);
    for codes in &s.codes {
        out += &code_list(codes);
    }
    out += &entry(s);
    out += &request(s);
    out += &reply(s);
    for (i, record) in s.records.iter().enumerate() {
        out += &record_type(s, i, record);
    }
    for codes in &s.codes {
        out += &code_enum(codes);
    }
    out
}

fn docs(s: &Service) -> String {
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

fn snake_of(camel: &str) -> String {
    let mut name = String::new();
    for c in camel.chars() {
        if c.is_ascii_uppercase() && !name.is_empty() {
            name.push('_');
        }
        name.push(c.to_ascii_lowercase());
    }
    name
}

fn imports(s: &Service) -> String {
    let mut names = vec!["CacheLifetime", "CountMeaning", "Evidence", "Rules", "Service"];
    if !s.params.is_empty() {
        names.extend(["Param", "ParamForm"]);
    }
    if !s.records.is_empty() {
        names.extend(["FieldDef", "Form", "RecordDef"]);
    }
    if !s.codes.is_empty() {
        names.extend(["Code", "CodeList"]);
    }
    if s.rules.range.is_some() {
        names.extend(["DateRange", "Span"]);
    }
    if !s.rules.when.is_empty() {
        names.push("Condition");
    }
    if !s.tracking.is_empty() {
        names.extend(["Pick", "Tracking"]);
        if s.tracking.iter().any(|t| !t.finals.is_empty()) {
            names.extend(["FieldTest", "FinalRule"]);
        }
    }
    names.sort_unstable();
    let mut out = format!(
        "use crate::catalogue::{{{}}};\nuse crate::query::Query;\n",
        names.join(", ")
    );
    if !s.records.is_empty() {
        out += "use crate::record::Record;\n";
    }
    out += "use crate::typed::{TypedReply, TypedRequest};\n";
    let typed_fields = s.records.iter().flat_map(|r| &r.fields).any(|f| f.form != "text");
    match (typed_fields, s.codes.is_empty()) {
        (true, true) => out += "use crate::value::Value;\n",
        (true, false) => out += "use crate::value::{FromWire, Value};\n",
        (false, true) => {}
        (false, false) => out += "use crate::value::FromWire;\n",
    }
    out + "\n"
}

fn entry(s: &Service) -> String {
    let cache = match s.cache.as_str() {
        "never" => "Never".into(),
        "week" => "Week".into(),
        days => format!("Days({})", days.strip_suffix('d').unwrap()),
    };
    let mut out = "/// The catalogue's entry.\npub static SERVICE: Service = Service {\n".to_owned();
    for (name, value) in [
        ("id", quoted(&s.id)),
        ("slug", quoted(&s.slug)),
        ("ko", quoted(&s.ko)),
        ("en", quoted(&s.en)),
        ("answers", quoted(&s.answers)),
        ("path", quoted(&s.path)),
        ("evidence", format!("Evidence::{}", camel(&s.evidence))),
        ("roots", list(&s.roots)),
        ("t_cnt", format!("CountMeaning::{}", camel(&s.t_cnt))),
        ("echo_empty", s.echo_empty.to_string()),
        ("cache", format!("CacheLifetime::{cache}")),
        ("unplaced", list(&s.unplaced)),
    ] {
        writeln!(out, "    {name}: {value},").unwrap();
    }
    out += "    notes: &[\n";
    for note in &s.notes {
        writeln!(out, "        {},", quoted(note)).unwrap();
    }
    out += "    ],\n";
    out += &rules(s);
    out += "    params: &[\n";
    for p in &s.params {
        let form = match &p.code_type {
            Some(rust) => format!("Code(&{})", constant(rust)),
            None => camel(&p.form),
        };
        writeln!(
            out,
            "        Param {{ wire: {}, ko: {}, en: {}, form: ParamForm::{form}, len: &{:?}, required: {}, personal: {}, turn_of_year: {} }},",
            quoted(&p.wire), quoted(&p.ko), quoted(&p.en), p.len, p.required, p.personal, p.turn_of_year
        )
        .unwrap();
    }
    out += "    ],\n    records: &[\n";
    for r in &s.records {
        writeln!(
            out,
            "        RecordDef {{\n            element: {},\n            rust: {},\n            root: {},\n            when: {},\n            fields: &[",
            quoted(&r.element), quoted(&r.rust), r.root, quoted(&r.when)
        )
        .unwrap();
        for f in &r.fields {
            let form = match (&f.code_type, f.form.as_str()) {
                (Some(rust), _) => format!("Code(&{})", constant(rust)),
                (None, "datetime") => "DateTime".into(),
                (None, form) => camel(form),
            };
            writeln!(
                out,
                "                FieldDef {{ wire: {}, alt: {}, ko: {}, en: {}, form: Form::{form}, personal: {} }},",
                quoted(&f.wire), list(&f.alt), quoted(&f.ko), quoted(&f.en), f.personal
            )
            .unwrap();
        }
        out += "            ],\n        },\n";
    }
    let codes: Vec<String> = s
        .codes
        .iter()
        .map(|c| format!("&{}", constant(&c.rust)))
        .collect();
    writeln!(
        out,
        "    ],\n    codes: &[{}],\n    tracking: &[",
        codes.join(", ")
    )
    .unwrap();
    for t in &s.tracking {
        out += &tracking(t);
    }
    out + "    ],\n};\n\n"
}

fn rules(s: &Service) -> String {
    let groups: Vec<String> = s.rules.one_of.iter().map(|g| list(g)).collect();
    let range = s.rules.range.as_ref().map_or("None".into(), |r| {
        let (n, unit) = r.max.split_once(' ').unwrap();
        let unit = camel(unit.trim_end_matches('s')) + "s";
        format!(
            "Some(DateRange {{ from: {}, to: {}, max: Span::{unit}({n}) }})",
            quoted(&r.from),
            quoted(&r.to)
        )
    });
    let when: Vec<String> = s
        .rules
        .when
        .iter()
        .map(|w| {
            format!(
                "Condition {{ param: {}, is: {}, any_of: {}, none_of: {} }}",
                quoted(&w.param),
                list(&w.is),
                list(&w.any_of),
                list(&w.none_of)
            )
        })
        .collect();
    format!(
        "    rules: Rules {{ one_of: &[{}], only_one: {}, range: {range}, when: &[{}] }},\n",
        groups.join(", "),
        s.rules.only_one,
        when.join(", ")
    )
}

fn tracking(t: &Tracking) -> String {
    let as_of = t.as_of.as_ref().map_or("None".into(), |at| {
        let (element, field) = at.split_once('.').unwrap_or((&t.record, at));
        format!("Some(({}, {}))", quoted(element), quoted(field))
    });
    let mut out = format!(
        "        Tracking {{\n            record: {},\n            states: {},\n            as_of: {as_of},\n            pick: Pick::{},\n            finals: &[\n",
        quoted(&t.record),
        list(&t.states),
        camel(&t.pick)
    );
    for f in &t.finals {
        let unless = f.unless.as_ref().map_or("None".into(), |u| {
            format!(
                "Some(({}, FieldTest::EmptyOrContains({})))",
                quoted(&u.field),
                quoted(&u.empty_or_contains)
            )
        });
        writeln!(
            out,
            "                FinalRule {{ record: {}, field: {}, test: FieldTest::{}, unless: {unless} }},",
            quoted(f.record.as_ref().unwrap_or(&t.record)),
            quoted(&f.field),
            test(f)
        )
        .unwrap();
    }
    out + &format!(
        "            ],\n            slow_tail_days: {},\n        }},\n",
        t.slow_tail_days
    )
}

fn test(f: &Final) -> String {
    match (&f.is, &f.starts_with, f.present) {
        (Some(text), None, false) => format!("Is({})", quoted(text)),
        (None, Some(text), false) => format!("StartsWith({})", quoted(text)),
        (None, None, true) => "Present".into(),
        _ => panic!("{}: exactly one test", f.field),
    }
}

/// Name and parameters of each way to ask: one per group, with what is always required.
fn constructors(s: &Service) -> Vec<(String, Vec<&Param>)> {
    let find = |wire: &String| {
        s.params
            .iter()
            .find(|p| p.wire == *wire)
            .unwrap_or_else(|| panic!("{}: {wire}", s.id))
    };
    let required: Vec<&Param> = s.params.iter().filter(|p| p.required).collect();
    if s.rules.one_of.is_empty() {
        return vec![("new".into(), required)];
    }
    let groups = s.rules.one_of.iter().map(|group| {
        let params: Vec<&Param> = group.iter().map(find).collect();
        (
            format!("by_{}", snake(&params[0].en)),
            params.into_iter().chain(required.iter().copied()).collect(),
        )
    });
    groups.collect()
}

fn request(s: &Service) -> String {
    let mut out = format!(
        "/// Asks for: {} ({}). Parameters that are not given are not sent.\n",
        s.en, s.ko
    );
    out += "#[derive(Debug, Clone, PartialEq, Eq)]\npub struct Request(Query);\n\nimpl Request {\n";
    for (name, params) in constructors(s) {
        let what: Vec<String> = params
            .iter()
            .map(|p| format!("{} ({}, `{}`)", p.en, p.ko, p.wire))
            .collect();
        let doc = if what.is_empty() {
            "A request without parameters.".into()
        } else {
            format!("Asks by {}.", what.join(", "))
        };
        let args: Vec<String> = params
            .iter()
            .map(|p| format!("{}: {}", snake(&p.en), argument_type(p)))
            .collect();
        let setters: String = params
            .iter()
            .map(|p| format!(".{0}({0})", snake(&p.en)))
            .collect();
        let lint = if name == "new" && params.is_empty() {
            "    #[expect(clippy::new_without_default, reason = \"other services need parameters: one way to make a request\")]\n"
        } else {
            ""
        };
        writeln!(
            out,
            "    /// {doc}\n{lint}    pub fn {name}({}) -> Self {{\n        Self(Query::new(&SERVICE)){setters}\n    }}\n",
            args.join(", ")
        )
        .unwrap();
    }
    for p in &s.params {
        let mut doc = format!("{} · {}: `{}`.", p.ko, p.en, p.wire);
        let lens: Vec<String> = p
            .len
            .iter()
            .map(|(a, b)| {
                if a == b {
                    a.to_string()
                } else {
                    format!("{a} to {b}")
                }
            })
            .collect();
        if !lens.is_empty() {
            doc += &format!(" {} characters.", lens.join(" or "));
        }
        if p.personal {
            doc += " Personal data: never shown.";
        }
        let value = match p.form.as_str() {
            "date" => "value.strftime(\"%Y%m%d\").to_string()".into(),
            "year" => "format!(\"{value:04}\")".into(),
            "number" => "value.normalize().to_string()".into(),
            "code" => "value.code()".to_string(),
            _ => "value".into(),
        };
        writeln!(
            out,
            "    /// {doc}\n    #[must_use]\n    pub fn {}(self, value: {}) -> Self {{\n        Self(self.0.with({}, {value}))\n    }}\n",
            snake(&p.en), argument_type(p), quoted(&p.wire)
        )
        .unwrap();
    }
    out +=
        "    /// The question as data.\n    pub fn query(&self) -> &Query {\n        &self.0\n    }\n}\n\n";
    out + "impl From<Request> for Query {\n    fn from(request: Request) -> Self {\n        request.0\n    }\n}\n\n\
           impl TypedRequest for Request {\n    type Reply = Reply;\n}\n\n"
}

fn argument_type(p: &Param) -> String {
    match p.form.as_str() {
        "date" => "jiff::civil::Date".into(),
        "year" => "i16".into(),
        "number" => "rust_decimal::Decimal".into(),
        "code" => p.code_type.clone().unwrap(),
        _ => "impl Into<String>".into(),
    }
}

fn reply(s: &Service) -> String {
    let mut out = format!(
        "/// The answer: {} ({}).\n#[derive(Debug)]\npub struct Reply(TypedReply);\n\nimpl Reply {{\n",
        s.en, s.ko
    );
    out += "    /// Verdict, notice, error and all records as they came.\n    pub fn answer(&self) -> &crate::decode::Decoded {\n        self.0.answer()\n    }\n";
    for (i, r) in s.records.iter().enumerate() {
        let when = if r.when.is_empty() {
            String::new()
        } else {
            format!(" They come with `{}`.", r.when)
        };
        write!(
            out,
            "\n    /// The records `{}`, in the order of the answer.{when}\n    pub fn {}(&self) -> impl Iterator<Item = {}<'_>> {{\n        self.0.records({i}).map({})\n    }}\n",
            r.element, plural(&r.rust), r.rust, r.rust
        )
        .unwrap();
    }
    out + "}\n\nimpl From<crate::decode::Decoded> for Reply {\n    fn from(answer: crate::decode::Decoded) -> Self {\n        Self(TypedReply::new(&SERVICE, answer))\n    }\n}\n\n"
}

fn record_type(_s: &Service, index: usize, r: &Record) -> String {
    let mut out = format!(
        "/// A record `{}`, read where it stands.\n#[derive(Debug, Clone, Copy)]\npub struct {}<'a>(Record<'a>);\n\nimpl<'a> {}<'a> {{\n",
        r.element, r.rust, r.rust
    );
    out +=
        "    /// The record as it came.\n    pub fn record(&self) -> Record<'a> {\n        self.0\n    }\n";
    for (i, f) in r.fields.iter().enumerate() {
        let mut doc = format!("{} · {}: `{}`", f.ko, f.en, f.wire);
        for alt in &f.alt {
            doc += &format!(", also `{alt}`");
        }
        doc += ".";
        let (what, read) = match f.form.as_str() {
            "text" => ("Option<&'a str>".to_owned(), "crate::typed::text".to_owned()),
            form => {
                let inner = match form {
                    "date" => "jiff::civil::Date",
                    "datetime" => "crate::value::KstDateTime",
                    "time" => "jiff::civil::Time",
                    "integer" => "i64",
                    "decimal" => "rust_decimal::Decimal",
                    "flag" => "bool",
                    "code" => f.code_type.as_deref().unwrap(),
                    other => panic!("{}: form {other}", f.wire),
                };
                (format!("Value<'a, {inner}>"), "crate::typed::value".to_owned())
            }
        };
        write!(
            out,
            "\n    /// {doc}\n    pub fn {}(&self) -> {what} {{\n        {read}(&SERVICE, self.0, {index}, {i})\n    }}\n",
            snake(&f.en)
        )
        .unwrap();
    }
    out + "}\n\n"
}

fn constant(rust: &str) -> String {
    snake_of(rust).to_ascii_uppercase()
}

fn code_list(c: &Codes) -> String {
    let mut out = format!(
        "static {}: CodeList = CodeList {{\n    rust: {},\n    values: &[\n",
        constant(&c.rust),
        quoted(&c.rust)
    );
    for v in &c.values {
        writeln!(
            out,
            "        Code {{ code: {}, ko: {}, en: {} }},",
            quoted(&v.code),
            quoted(&v.ko),
            quoted(&v.en)
        )
        .unwrap();
    }
    out + "    ],\n};\n\n"
}

fn code_enum(c: &Codes) -> String {
    let mut out = format!(
        "/// The known codes.\n#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]\n#[non_exhaustive]\npub enum {} {{\n",
        c.rust
    );
    for v in &c.values {
        writeln!(out, "    /// {} · {}: `{}`.\n    {},", v.ko, v.en, v.code, v.rust).unwrap();
    }
    write!(out, "}}\n\nimpl {} {{\n    /// The code on the wire.\n    pub fn code(self) -> &'static str {{\n        match self {{\n", c.rust).unwrap();
    for v in &c.values {
        writeln!(out, "            Self::{} => {},", v.rust, quoted(&v.code)).unwrap();
    }
    write!(out, "        }}\n    }}\n}}\n\nimpl FromWire for {} {{\n    fn from_wire(text: &str) -> Option<Self> {{\n        match text {{\n", c.rust).unwrap();
    for v in &c.values {
        writeln!(out, "            {} => Some(Self::{}),", quoted(&v.code), v.rust).unwrap();
    }
    out + "            _ => None,\n        }\n    }\n}\n\n"
}
