//! The catalogue and the verdict rules hold what is known from public sources (`unipass/` of the corpus).

use std::collections::BTreeSet;

use serde_json::Value;
use unipass_client::services::{ALL, find};
use unipass_client::{Envelope, ErrorKind, Meaning, Service, Verdict, VerdictTable};

fn read(name: &str) -> Option<String> {
    let folder = crate::corpus()?;
    Some(std::fs::read_to_string(folder.join("unipass").join(name)).unwrap())
}

fn texts<'a>(value: &'a Value, key: &str) -> Vec<&'a Value> {
    value[key]
        .as_array()
        .map(|list| list.iter().collect())
        .unwrap_or_default()
}

/// The names under which a fact knows a field.
fn spellings(field: &Value) -> impl Iterator<Item = &str> {
    ["name", "guide_table_name"]
        .into_iter()
        .filter_map(|key| field[key].as_str())
}

fn known_in(service: &Service, element: Option<&str>, wire: &str) -> bool {
    let record = match element {
        Some(element) if !service.knows_root(element) => service.record(element),
        _ => service.records.iter().find(|record| record.root),
    };
    record.is_some_and(|record| record.field(wire).is_some())
}

#[test]
fn each_service_has_every_parameter_root_element_and_field_that_is_known() {
    let Some(text) = read("catalogue.json") else {
        return;
    };
    let facts: Value = serde_json::from_str(&text).unwrap();
    let facts = texts(&facts, "services");
    let ids: BTreeSet<_> = facts
        .iter()
        .map(|fact| fact["api_id"].as_str().unwrap())
        .collect();
    assert_eq!(ids, ALL.iter().map(|s| s.id).collect::<BTreeSet<_>>());
    let mut fields = 0;
    for fact in facts {
        let id = fact["api_id"].as_str().unwrap();
        let service = find(id).unwrap();
        assert_eq!(
            fact["path"].as_str(),
            Some(format!("/ext/rest/{}", service.path).as_str()),
            "{id}"
        );
        let mut params = BTreeSet::new();
        for param in texts(fact, "params") {
            let wire = param["name"].as_str().unwrap();
            if wire == "crkyCn" {
                continue;
            }
            let ours = service
                .param(wire)
                .unwrap_or_else(|| panic!("{id}: parameter {wire}"));
            assert_eq!(ours.required, param["required"] == true, "{id}: {wire} required");
            params.insert(wire);
        }
        assert_eq!(
            params,
            service.params.iter().map(|p| p.wire).collect(),
            "{id}: no other parameters"
        );
        let roots = texts(fact, "responses");
        let roots = roots
            .iter()
            .map(|r| &r["root"])
            .chain([&fact["error_root"]["root"]]);
        for root in roots.filter_map(Value::as_str) {
            assert!(service.knows_root(root), "{id}: root {root}");
        }
        for record in texts(fact, "responses")
            .into_iter()
            .flat_map(|r| texts(r, "records"))
        {
            let element = record["element"].as_str();
            for field in texts(record, "fields") {
                for wire in spellings(field) {
                    let is_known = known_in(service, element, wire) || service.unplaced.contains(&wire);
                    assert!(is_known, "{id}: {element:?} {wire}");
                    fields += 1;
                }
            }
        }
    }
    assert!(fields >= 510, "{fields} fields were compared");
}

/// Both spellings of what guide and live service write differently, or nobody could settle: FACTS.md §3.
#[test]
fn both_spellings_are_read() {
    for (id, usual, other) in [
        ("API002", "loadDtyTmlm", "loadDtyTmIm"),
        ("API002", "shpmCmplYn", "shpmcmplYn"),
        ("API005", "ldunPlcSnarYn", "LdunPlcSnarYn"),
        ("API007", "telno", "telNo"),
        ("API008", "flcoEnglNm", "flcoEngNm"),
        ("API012", "mtryUtNm", "mtryUtlNm"),
        ("API014", "telno", "telNo"),
        ("API029", "dcerCrmLworCd", "dcerCfrmLworCd"),
        ("API046", "reexpFfmnPrcsStcd", "reexpFffmnPrcsStcd"),
        ("API048", "rlbrYn", "rlbrDYn"),
        ("API054", "bntpMethNo", "arlcSnarSgn"),
    ] {
        let service = find(id).unwrap();
        let field = service.records.iter().find_map(|record| record.field(other));
        assert_eq!(field.map(|f| f.wire), Some(usual), "{id} {other}");
    }
}

#[test]
fn each_known_text_has_its_meaning() {
    let Some(text) = read("notices.tsv") else { return };
    let table = VerdictTable::shipped();
    let mut known = 0;
    for line in text
        .lines()
        .filter(|line| !line.starts_with('#') && !line.trim().is_empty())
    {
        let cells: Vec<&str> = line.split('\t').collect();
        let [text, field, count, service, ..] = cells.as_slice() else {
            panic!("{line}")
        };
        let id = if *service == "any" { "API009" } else { service };
        let text = text.replace("‹name›", "카나리아");
        let count: Option<i64> = count.split(' ').next().and_then(|n| n.parse().ok());
        let meaning = table.meaning(id, field, text.trim_end_matches("..."));
        known += 1;
        if *field == "vhclPrgsStts" {
            assert_eq!(meaning, None, "a state is told by its field: {text}");
            continue;
        }
        let meaning = meaning.unwrap_or_else(|| panic!("{id}: no rule knows {text}"));
        match count {
            Some(n) if n < 0 => assert!(meaning.error().is_some(), "{text}: {meaning:?}"),
            Some(0) => assert!(
                matches!(meaning, Meaning::NotFound | Meaning::Mismatch),
                "{text}: {meaning:?}"
            ),
            Some(1) => assert_eq!(meaning, Meaning::Notice, "{text}"),
            _ => assert_eq!(meaning, Meaning::Many, "{text}"),
        }
    }
    assert!(known >= 25, "{known} texts were judged");
}

/// No rule, shipped or own, makes "not found" of what the service itself calls an error.
#[test]
fn a_negative_count_is_an_error_whatever_a_rule_says() {
    use unipass_client::VerdictRule;
    let own = VerdictTable::with(vec![
        VerdictRule::new("없음", Meaning::NotFound),
        VerdictRule::new("알림", Meaning::Notice),
    ]);
    for text in ["없음", "알림"] {
        for service in ALL {
            let envelope = Envelope {
                notice: Some(text),
                count: Some(-1),
                count_text: Some("-1"),
                has_stray_text: false,
            };
            let judged = own.judge(service, &envelope, true, &unipass_client::Records::default());
            assert_eq!(
                judged.verdict,
                Verdict::Error(ErrorKind::Unclassified),
                "{} {text}",
                service.id
            );
        }
    }
}
