//! Each service: the address asked, and a found, an empty, a refused and a drifted answer.
//!
//! The answers are files of raw XML, none made from the catalogue. A service without such a file fails.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use jiff::civil::{Date, Time};
use rust_decimal::Decimal;
use serde::Deserialize;
use unipass_client::catalogue::{FieldDef, Form};
use unipass_client::services::ALL;
use unipass_client::{BASE_URL, Decoded, Decoder, ErrorKind, FromWire, KstDateTime, Query, Service, Verdict};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Scenario {
    params: Vec<(String, String)>,
    url: String,
    records: Vec<String>,
    state: Option<ExpectedState>,
    notice: Option<String>,
    found: String,
    empty_verdict: String,
    empty: String,
    refused: String,
    drifted: String,
    drift: Vec<ExpectedDrift>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExpectedState {
    status: String,
    as_of: Option<String>,
    is_final: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExpectedDrift {
    element: String,
    field: String,
    count: u32,
}

fn scenarios() -> impl Iterator<Item = (&'static Service, Scenario)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/services");
    ALL.iter().map(move |service| {
        let file = folder.join(format!("{}.toml", service.id));
        let text = fs::read_to_string(&file).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
        (
            *service,
            toml::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", file.display())),
        )
    })
}

fn decode(service: &'static Service, xml: &str) -> Decoded {
    Decoder::new(service).decode(xml.as_bytes())
}

/// Whether the text has the form that the catalogue promises.
fn has_form(field: &FieldDef, text: &str) -> bool {
    match field.form {
        Form::Text => true,
        Form::Date => Date::from_wire(text).is_some(),
        Form::DateTime => KstDateTime::from_wire(text).is_some(),
        Form::Time => Time::from_wire(text).is_some(),
        Form::Integer => i64::from_wire(text).is_some(),
        Form::Decimal => Decimal::from_wire(text).is_some(),
        Form::Flag => bool::from_wire(text).is_some(),
        Form::Code(list) => list.values.iter().any(|c| c.code == text),
    }
}

#[test]
fn the_address_is_the_documented_one() {
    for (service, scenario) in scenarios() {
        let query = scenario
            .params
            .iter()
            .fold(Query::new(service), |q, (wire, value)| q.with(wire, value));
        query.check().unwrap_or_else(|e| panic!("{e}"));
        let url = query.url(&BASE_URL.parse().unwrap(), &"canary".into());
        assert_eq!(url.as_str(), scenario.url, "{}", service.id);
    }
}

#[test]
fn found_is_found_with_every_field_in_its_form() {
    for (service, scenario) in scenarios() {
        let id = service.id;
        let answer = decode(service, &scenario.found);
        assert_eq!(answer.verdict(), Verdict::Found, "{id}: {:?}", answer.error());
        assert_eq!(answer.notice(), scenario.notice.as_deref(), "{id}");
        assert!(answer.drift().is_empty(), "{id}: {:?}", answer.drift());
        let elements: Vec<_> = answer.records().iter().map(|r| r.element()).collect();
        assert_eq!(elements, scenario.records, "{id}");
        let mut read = BTreeSet::new();
        for record in answer.records().iter() {
            let def = service.record(record.element()).unwrap();
            for (wire, text) in record.fields() {
                let field = def.field(wire).unwrap();
                assert!(
                    text.is_empty() || has_form(field, text),
                    "{id} {wire}: {text:?} as {:?}",
                    field.form
                );
                read.insert((def.element, field.wire));
            }
        }
        // Every field of the elements that came is in the answer; those of API024 differ by direction.
        let wanted = service.records.iter().filter(|r| elements.contains(&r.element));
        for def in wanted.filter(|_| id != "API024") {
            for field in def.fields {
                assert!(
                    read.contains(&(def.element, field.wire)),
                    "{id}: {}.{} is not in the answer",
                    def.element,
                    field.wire
                );
            }
        }
    }
}

#[test]
fn the_state_is_told_where_the_service_is_tracked() {
    for (service, scenario) in scenarios() {
        let state = decode(service, &scenario.found).state();
        assert_eq!(state.is_some(), !service.tracking.is_empty(), "{}", service.id);
        let found = state.map(|s| (s.status, s.as_of.map(|t| t.to_string()), s.is_final));
        let expected = scenario.state.map(|s| (s.status, s.as_of, s.is_final));
        assert_eq!(found, expected, "{}", service.id);
    }
}

#[test]
fn empty_is_what_the_service_says() {
    for (service, scenario) in scenarios() {
        let answer = decode(service, &scenario.empty);
        assert_eq!(
            answer.verdict().as_str(),
            scenario.empty_verdict,
            "{}: {:?}",
            service.id,
            answer.error()
        );
        assert!(answer.drift().is_empty(), "{}: {:?}", service.id, answer.drift());
        assert_eq!(answer.state(), None, "{}", service.id);
    }
}

#[test]
fn a_refused_key_is_never_empty() {
    for (service, scenario) in scenarios() {
        let answer = decode(service, &scenario.refused);
        assert_eq!(
            answer.verdict(),
            Verdict::Error(ErrorKind::RefusedKey),
            "{}",
            service.id
        );
    }
}

#[test]
fn drift_is_counted_and_harmless() {
    for (service, scenario) in scenarios() {
        let answer = decode(service, &scenario.drifted);
        assert_eq!(
            answer.verdict(),
            Verdict::Found,
            "{}: {:?}",
            service.id,
            answer.error()
        );
        let found: BTreeSet<_> = answer
            .drift()
            .items
            .iter()
            .map(|i| (i.element.as_str(), i.field.as_deref().unwrap_or(""), i.count))
            .collect();
        let expected: BTreeSet<_> = scenario
            .drift
            .iter()
            .map(|i| (i.element.as_str(), i.field.as_str(), i.count))
            .collect();
        assert_eq!(found, expected, "{}", service.id);
        let state = answer.state().map(|s| (s.status, s.is_final));
        assert_eq!(
            state,
            scenario.state.map(|s| (s.status, s.is_final)),
            "{}: alternate spellings",
            service.id
        );
    }
}

#[test]
fn an_answer_cut_anywhere_is_never_no_data() {
    for (service, scenario) in scenarios() {
        for xml in [&scenario.found, &scenario.empty, &scenario.drifted] {
            for (end, _) in xml.char_indices().step_by(7) {
                let verdict = decode(service, &xml[..end]).verdict();
                assert!(
                    matches!(verdict, Verdict::Error(_)),
                    "{} cut at {end}: {verdict}",
                    service.id
                );
            }
        }
    }
}
