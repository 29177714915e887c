//! `customs unipass decode`: an answer as JSON, whatever the answer is.

use std::path::Path;

use serde_json::{Map, Value, json};

use crate::support::{Program, closed_form};

fn decode(answer: impl Into<Vec<u8>>) -> Value {
    let finished = Program::new(["unipass", "decode", "API001"])
        .input(answer)
        .run()
        .code(0)
        .quiet();
    let decoded = finished.json();
    closed_form(&decoded, &["service", "verdict", "notice", "error", "records"]);
    for record in decoded["records"].as_array().unwrap() {
        closed_form(record, &["element", "fields"]);
        assert!(
            record["fields"]
                .as_object()
                .unwrap()
                .values()
                .all(Value::is_string),
            "{record}"
        );
    }
    if !decoded["error"].is_null() {
        closed_form(&decoded["error"], &["kind", "message"]);
    }
    assert_eq!(
        decoded["verdict"] == "error",
        !decoded["error"].is_null(),
        "{decoded}"
    );
    assert_eq!(decoded["service"], "API001");
    decoded
}

/// The leaf elements of one record, in the order of the file. The recorded answers have no attributes, entities or
/// comments in their records, so that plain cutting reads them, independent of the decoder under test.
fn fields_of(record: &str) -> Map<String, Value> {
    let mut fields = Map::new();
    let mut rest = record;
    while let Some((_, behind)) = rest.split_once('<') {
        let (name, behind) = behind.split_once('>').unwrap();
        let (text, behind) = behind.split_once(&format!("</{name}>")).unwrap();
        fields.insert(name.to_owned(), json!(unescaped(text)));
        rest = behind;
    }
    fields
}

fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&apos;", "'")
        .replace("&amp;", "&")
}

/// All records of an answer as the text of the file shows them, sorted by what they are.
fn records_of(answer: &str) -> Vec<Value> {
    let mut records = Vec::new();
    for element in ["cargCsclPrgsInfoQryVo", "cargCsclPrgsInfoDtlQryVo"] {
        for part in answer.split(&format!("<{element}>")).skip(1) {
            let (inside, _) = part.split_once(&format!("</{element}>")).unwrap();
            records.push(json!({ "element": element, "fields": fields_of(inside) }));
        }
    }
    records
}

#[test]
fn each_recorded_answer_decodes_with_all_its_fields_and_events() {
    let Some(corpus) = crate::support::corpus() else {
        return;
    };
    for (file, verdict, kind) in [
        ("completed-cn-ship.xml", "found", None),
        ("completed-us-air.xml", "found", None),
        ("in-progress.xml", "found", None),
        ("empty-results.xml", "not_found", None),
        ("multiple-results.xml", "many", None),
        ("invalid-key.xml", "error", Some("refused_key")),
        ("missing-key.xml", "error", Some("refused_key")),
        ("missing-reference.xml", "error", Some("bad_parameter")),
    ] {
        let bytes = std::fs::read(Path::new(&corpus).join("unipass/live").join(file)).unwrap();
        let text = String::from_utf8(bytes.clone()).unwrap();
        let decoded = decode(bytes);
        assert_eq!(
            (decoded["verdict"].as_str(), decoded["error"]["kind"].as_str()),
            (Some(verdict), kind),
            "{file}"
        );
        let mut found = decoded["records"].as_array().unwrap().clone();
        // The form does not say in which order kinds of records come; within a kind the order is the file's.
        found.sort_by_key(|record| record["element"] == "cargCsclPrgsInfoDtlQryVo");
        let expected = records_of(&text);
        assert_eq!(found.len(), expected.len(), "{file}");
        for (found, expected) in found.iter().zip(&expected) {
            assert_eq!(found, expected, "{file}");
        }
        if verdict == "many" {
            assert!(decoded["notice"].as_str().unwrap().starts_with("[N00]"), "{file}");
            assert_eq!(found.len(), 1211, "{file}");
        }
    }
}

#[test]
fn what_is_no_answer_is_an_error_answer() {
    let whole = "<cargCsclPrgsInfoQryRtnVo><ntceInfo></ntceInfo><tCnt>0</tCnt></cargCsclPrgsInfoQryRtnVo>";
    assert_eq!(decode(whole)["verdict"], "not_found");
    for (answer, kind) in [
        (String::new(), "empty_body"),
        (" \r\n".to_owned(), "empty_body"),
        (
            "<!DOCTYPE html><html><body>점검 중</body></html>".to_owned(),
            "html_instead_of_xml",
        ),
        ("<html><head></head></html>".to_owned(), "html_instead_of_xml"),
        (whole[..whole.len() - 9].to_owned(), "truncated_xml"),
        (format!("<!DOCTYPE a [<!ENTITY x \"y\">]>{whole}"), "dtd_refused"),
        (
            "<responseVo><tCnt>0</tCnt></responseVo>".to_owned(),
            "unknown_root",
        ),
        ("{\"error\":1}".to_owned(), "not_xml"),
        (
            whole
                .replace("<ntceInfo></ntceInfo>", "<ntceInfo>뜻밖의 말</ntceInfo>")
                .replace(">0<", ">-1<"),
            "unclassified",
        ),
    ] {
        let decoded = decode(answer.clone());
        assert_eq!(decoded["error"]["kind"], kind, "{answer}");
        assert_eq!(decoded["records"], json!([]), "{answer}");
    }
}

#[test]
fn a_service_is_known_by_its_name_too() {
    let whole = "<cargCsclPrgsInfoQryRtnVo><ntceInfo></ntceInfo><tCnt>0</tCnt></cargCsclPrgsInfoQryRtnVo>";
    let by_name = Program::new(["unipass", "decode", "cargo-progress"])
        .input(whole)
        .run()
        .code(0)
        .quiet();
    assert_eq!(by_name.json(), decode(whole));
}
