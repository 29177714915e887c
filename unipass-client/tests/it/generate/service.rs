//! A service's module, put together.

use std::fmt::Write;

use super::model::Service;
use super::names::module;
use super::{
    docs::docs,
    entry::{code_list, entry},
    types::{code_enum, record_type, reply, request},
};

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
        out += &record_type(i, record);
    }
    for codes in &s.codes {
        out += &code_enum(codes);
    }
    out
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
