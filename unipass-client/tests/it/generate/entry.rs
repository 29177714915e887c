//! A service's entry as a static table.

use std::fmt::Write;

use super::model::{Codes, Final, Service, Tracking};
use super::names::{camel, list, quoted, snake_of};

pub(super) fn entry(s: &Service) -> String {
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

pub(super) fn code_list(c: &Codes) -> String {
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

fn constant(rust: &str) -> String {
    snake_of(rust).to_ascii_uppercase()
}
