//! A service's typed request, reply, records and codes.

use std::fmt::Write;

use super::model::{Codes, Param, Record, Service};
use super::names::{plural, quoted, snake};

/// Name and parameters of each way to ask: one per group, with what is always required.
pub(super) fn constructors(s: &Service) -> Vec<(String, Vec<&Param>)> {
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

pub(super) fn request(s: &Service) -> String {
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

pub(super) fn reply(s: &Service) -> String {
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

pub(super) fn record_type(index: usize, r: &Record) -> String {
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

pub(super) fn code_enum(c: &Codes) -> String {
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
