//! The README's table beside zeep and node-soap: it is what was measured, and this crate's column is measured here, on the same bytes.

use std::path::Path;

use base64::Engine as _;
use sap_soap::Value;
use sap_soap::request::RequestEncoder;
use sap_soap::response::{DecodeOptions, Decoded, Received, decode};
use sap_soap::wsdl::Wsdl;
use serde::Deserialize;

#[derive(Deserialize)]
struct Case {
    name: String,
    zeep: String,
    node_soap: String,
    sap_soap: String,
    test: String,
    reply: Option<Reply>,
    #[serde(default)]
    look: Vec<String>,
    request: Option<serde_json::Value>,
    zeep_found: String,
    node_soap_found: String,
}

#[derive(Deserialize)]
struct Reply {
    status: u16,
    #[serde(rename = "type")]
    content_type: String,
    body: Option<String>,
    base64: Option<String>,
}

fn folder(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn cases() -> Vec<Case> {
    let text = std::fs::read_to_string(folder("benches/peers/cases.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

#[test]
fn the_table_of_the_readme_is_what_was_measured() {
    let readme = std::fs::read_to_string(folder("README.md")).unwrap();
    let rows: Vec<&str> = readme
        .lines()
        .skip_while(|line| !line.starts_with("| what SAP does |"))
        .skip(2)
        .take_while(|line| line.starts_with('|'))
        .collect();
    let expected: Vec<String> = cases()
        .iter()
        .map(|case| {
            let Case {
                name,
                zeep,
                node_soap,
                sap_soap,
                test,
                ..
            } = case;
            format!("| {name} | {zeep} | {node_soap} | {sap_soap} | `{test}` |")
        })
        .collect();
    assert_eq!(rows, expected);
    // Each cell's test is one.
    let tests: String = std::fs::read_dir(folder("tests/it"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .chain([folder("src/response/encoding.rs")])
        .filter(|path| path.extension().is_some_and(|e| e == "rs"))
        .map(|path| std::fs::read_to_string(path).unwrap())
        .collect();
    for case in cases() {
        assert!(
            tests.contains(&format!("fn {}()", case.test)),
            "{}: {}",
            case.name,
            case.test
        );
        // Words that stand for failures stand for failures that were seen, and others not.
        for (cell, found) in [
            (&case.zeep, &case.zeep_found),
            (&case.node_soap, &case.node_soap_found),
        ] {
            let words = [
                "fails",
                "invalid",
                "refused",
                "Error",
                "\"",
                "its name",
                "its text",
                "its status",
            ];
            let failure = words.iter().any(|word| cell.contains(word));
            assert_eq!(
                found.starts_with("error: "),
                failure,
                "{}: {cell} for {found}",
                case.name
            );
        }
    }
}

/// What this crate makes of a case, in the words of the two scripts.
fn found(case: &Case, wsdl: &Wsdl) -> String {
    let operation = wsdl.operation("ZQuirks").unwrap();
    if let Some(parameters) = &case.request {
        let encoder = RequestEncoder::new(wsdl, operation).unwrap();
        return match encoder.encode(parameters) {
            Err(error) => format!("error: {error}"),
            Ok(body) => {
                let body = String::from_utf8(body.to_vec()).unwrap();
                let sent = body.split_once("mc-style\">").unwrap().1;
                format!("sent: {}", sent.split_once("</n0:ZQuirks>").unwrap().0)
            }
        };
    }
    let reply = case.reply.as_ref().unwrap();
    let bytes = match (&reply.body, &reply.base64) {
        (Some(body), _) => body.clone().into_bytes(),
        (None, Some(text)) => base64::engine::general_purpose::STANDARD.decode(text).unwrap(),
        (None, None) => panic!("{}: no body", case.name),
    };
    let received = Received {
        status: Some(reply.status),
        content_type: Some(&reply.content_type),
        body: &bytes,
    };
    let decoded = match decode(received, DecodeOptions::default()) {
        Err(error) => return format!("error: {error}"),
        Ok(decoded) => decoded.of_operation(&wsdl.schema, operation),
    };
    match decoded.fault.clone() {
        Some(fault) => format!("{:?}: {fault}", fault.kind),
        None => values(case, &decoded),
    }
}

fn values(case: &Case, decoded: &Decoded) -> String {
    if decoded.element.is_none() {
        return "nothing".to_owned();
    }
    let look = |name: &String| {
        decoded
            .values
            .get(name)
            .map_or("absent".to_owned(), Value::to_json)
    };
    let values: Vec<String> = case.look.iter().map(look).collect();
    let unknown: String = decoded
        .unknown
        .iter()
        .map(|(path, n)| format!(", {n} × {path} unknown"))
        .collect();
    values.join(", ") + &unknown
}

trait ToJson {
    fn to_json(&self) -> String;
}

impl ToJson for Value {
    fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap()
    }
}

#[test]
fn every_cell_of_our_own_is_what_the_same_bytes_give() {
    let wsdl = Wsdl::from_bytes("quirks.wsdl", include_bytes!("../data/quirks.wsdl")).unwrap();
    let found: Vec<(String, String)> = cases()
        .iter()
        .map(|case| (case.name.clone(), found(case, &wsdl)))
        .collect();
    let row = "<item><A>1</A><B>000002</B><C>2026-11-25</C></item>";
    let sent = |row: &str| format!("sent: <ItRows>{row}</ItRows><EtRows/>");
    let expected = [
        ("blanks in front of a field", "\"  x\"".to_owned()),
        ("an empty field and an absent one", "\"\", absent".to_owned()),
        ("a date `0000-00-00`", "\"0000-00-00\", \"0000-00-00\"".to_owned()),
        ("a time `24:00:00`", "\"24:00:00\"".to_owned()),
        ("a number `12.5-`", "\"12.5-\"".to_owned()),
        (
            "a field that the WSDL does not know",
            "\"x\", absent, 1 × New unknown".to_owned(),
        ),
        ("parameters in another order", "\"x\", \"1.0\"".to_owned()),
        ("a response element `Z_X.Response`", "\"x\"".to_owned()),
        (
            "a table of one row",
            "[{\"A\":\"1\",\"B\":\"000001\",\"C\":\"\"}]".to_owned(),
        ),
        ("a control character in a text", String::new()),
        ("UTF-16", "\"수입\"".to_owned()),
        ("EUC-KR", "\"수입\"".to_owned()),
        ("ISO-8859-1", "\"Größe\"".to_owned()),
        ("a logon page instead of an answer", "Logon: ".to_owned()),
        (
            "a logon page with status 200",
            "Html: an HTML page instead of SOAP: Logon (HTTP 200)".to_owned(),
        ),
        ("`<error>` with status 200", "WsdlRefused: ".to_owned()),
        ("202 without a body", "nothing".to_owned()),
        ("200 without a body", "Empty: ".to_owned()),
        ("503 without a body", "Unavailable: ".to_owned()),
        ("an exception of a function module", "Exception: ".to_owned()),
        ("the generic fault", "Processing: ".to_owned()),
        ("type E in a BAPIRET2, status 200", "Business: ".to_owned()),
        ("a document type definition", "error: ".to_owned()),
        (
            "a row without all its fields",
            sent("<item><A>1</A><B>000000</B><C>0000-00-00</C></item>"),
        ),
        ("fields in the caller's order", sent(row)),
        (
            "a value that is too long",
            "error: ItRows.item[0].A: 11 characters, at most 10".to_owned(),
        ),
        ("an optional table that should return", sent(row)),
    ];
    assert_eq!(found.len(), expected.len());
    for ((name, found), (expected_name, expected)) in found.iter().zip(expected) {
        assert_eq!(name, expected_name);
        let fits = if expected.ends_with(": ") || expected.is_empty() {
            found.starts_with(&expected)
        } else {
            *found == expected
        };
        assert!(fits, "{name}: {found}, expected {expected}");
    }
    // Where the kind alone does not prove the cell.
    let text = |name: &str| found.iter().find(|(n, _)| n == name).unwrap().1.clone();
    assert!(
        text("a control character in a text").starts_with("error: "),
        "{}",
        text("a control character in a text")
    );
    assert!(text("a logon page instead of an answer").contains("Logon Error Message"));
    assert!(text("`<error>` with status 200").contains("WSP Exception caught: something"));
    for part in ["NO_ACR", "none found", "ZF", "007"] {
        assert!(
            text("an exception of a function module").contains(part),
            "{}",
            text("an exception of a function module")
        );
    }
    assert!(text("the generic fault").contains("8983FE51F96F0070E0060F4D76A52F12"));
}

/// Each line of the list of quirks that were measured with zeep, and the tests that hold this crate's answer to it.
const QUIRKS: [(&str, &[&str]); 33] = [
    (
        "normal",
        &[
            "every_cell_of_our_own_is_what_the_same_bytes_give",
            "line_ends_become_one_kind_and_blanks_stay",
        ],
    ),
    ("time 24:00:00", &["the_end_of_the_day_is_a_time"]),
    ("empty decimal", &["numbers_come_in_all_of_abaps_spellings"]),
    (
        "decimal with trailing minus 12.5-",
        &["numbers_come_in_all_of_abaps_spellings"],
    ),
    ("decimal with blanks", &["numbers_come_in_all_of_abaps_spellings"]),
    ("tables left out", &["tables_may_be_left_out"]),
    (
        "unknown extra element",
        &["fields_that_are_new_or_swapped_cost_nothing"],
    ),
    ("order swapped", &["fields_that_are_new_or_swapped_cost_nothing"]),
    (
        "response with dot: X.Response",
        &["a_response_element_may_have_a_dot"],
    ),
    (
        "control char &#x1;",
        &["control_characters_cost_one_character_if_one_likes"],
    ),
    (
        "fault file omkarttl__FaultCodeTest__02_fault.xml",
        &["every_message_is_read_as_what_it_is"],
    ),
    (
        "fault file sap_cloud_sdk__SoapRemoteFunctionRequestExecutorTest__01_fault.xml",
        &["every_message_is_read_as_what_it_is"],
    ),
    (
        "fault file sap_cloud_sdk__SoapRemoteFunctionRequestExecutorTest__02_fault.xml",
        &["every_message_is_read_as_what_it_is"],
    ),
    (
        "fault file sap_cloud_sdk__SoapRemoteFunctionRequestExecutorTest__03_fault.xml",
        &["every_message_is_read_as_what_it_is"],
    ),
    (
        "fault file fault_Z_FI_WS_CONS_DEUD_ACR_exception.xml",
        &["every_message_is_read_as_what_it_is"],
    ),
    (
        "fault file fault_es_webservice_processing_error_http500.xml",
        &["every_message_is_read_as_what_it_is"],
    ),
    (
        "fault file s4_fault_en_webservice_processing_error.xml",
        &["every_message_is_read_as_what_it_is"],
    ),
    (
        "fault file soap_rfc__fault_with_rfc_Error_detail.xml",
        &["the_kernels_own_soap_puts_the_reason_into_the_detail"],
    ),
    (
        "fault file wsdl_get_error_http200_not_soap.xml",
        &["every_message_is_read_as_what_it_is", "a_refused_wsdl_says_why"],
    ),
    (
        "fault file karlutka__pi_AdapterMM__06fault.xml",
        &["every_message_is_read_as_what_it_is"],
    ),
    ("401 HTML", &["pages_and_empty_replies_are_not_soap"]),
    (
        "200 HTML logon page",
        &[
            "pages_and_empty_replies_are_not_soap",
            "a_page_with_status_200_is_told_from_broken_xml",
        ],
    ),
    ("503 empty", &["pages_and_empty_replies_are_not_soap"]),
    ("200 empty", &["pages_and_empty_replies_are_not_soap"]),
    ("202 empty", &["accepted_without_a_body_is_a_good_reply"]),
    (
        "empty table in request",
        &["tables_take_lists_and_items_and_values"],
    ),
    ("item=[]", &["tables_take_lists_and_items_and_values"]),
    ("partial row", &["missing_fields_get_their_initial_value"]),
    (
        "too long / bad pattern is sent as it is",
        &[
            "what_does_not_fit_is_named_with_its_path",
            "lenient_sends_what_it_is_given",
        ],
    ),
    (
        "xsd:date restriction '0000-00-00'",
        &["an_initial_date_keeps_its_text_and_reads_as_none"],
    ),
    (
        "xsd:date restriction '2024-02-30'",
        &["an_initial_date_keeps_its_text_and_reads_as_none"],
    ),
    (
        "xsd:date restriction '9999-12-31'",
        &["an_initial_date_keeps_its_text_and_reads_as_none"],
    ),
    (
        "xsd:date restriction ''",
        &["an_initial_date_keeps_its_text_and_reads_as_none"],
    ),
];

#[test]
fn every_quirk_that_was_seen_with_zeep_has_a_test() {
    let Some(folder_of_corpus) = crate::corpus::folder("bench/sap") else {
        return;
    };
    let list = std::fs::read_to_string(folder_of_corpus.join("zeep_on_sap_data.txt")).unwrap();
    let tests: String = crate::corpus::files(&folder("tests/it"), "rs")
        .iter()
        .map(|path| std::fs::read_to_string(path).unwrap())
        .collect();
    let mut seen = 0;
    for line in list.lines().filter_map(|line| line.strip_prefix("- ")) {
        let known = QUIRKS.iter().filter(|(quirk, _)| line.starts_with(quirk));
        // The longest name: some begin like others.
        let Some((quirk, held)) = known.max_by_key(|(quirk, _)| quirk.len()) else {
            panic!("no test for: {line}");
        };
        assert!(!held.is_empty());
        for test in *held {
            assert!(tests.contains(&format!("fn {test}()")), "{quirk}: no test {test}");
        }
        seen += 1;
    }
    assert_eq!(seen, QUIRKS.len());
}
