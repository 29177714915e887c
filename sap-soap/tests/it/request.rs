//! Building requests: order, what is filled in, what is refused, and streaming.

use futures_util::StreamExt;
use sap_soap::request::{Checks, EncodeError, HeaderBlock, RequestEncoder};
use sap_soap::wsdl::Wsdl;
use sap_soap::{Row, Value};
use serde::Serialize;
use serde_json::json;

mod corpus_samples;
mod models;

fn wsdl() -> Wsdl {
    Wsdl::from_bytes("customs.wsdl", include_bytes!("../data/customs.wsdl")).unwrap()
}

fn encoder(operation: &str) -> RequestEncoder {
    let wsdl = wsdl();
    RequestEncoder::new(&wsdl, wsdl.operation(operation).unwrap()).unwrap()
}

/// The content of the root element.
fn content<T: Serialize>(encoder: &RequestEncoder, parameters: &T) -> Result<String, EncodeError> {
    let body = encoder.encode(parameters)?;
    let body = std::str::from_utf8(&body).unwrap();
    let body = body.split_once("<soap-env:Body>").unwrap().1;
    let body = body.split_once('>').unwrap().1;
    Ok(body
        .rsplit_once("</n0:")
        .map_or("", |(content, _)| content)
        .to_owned())
}

fn error<T: Serialize>(operation: &str, parameters: &T) -> String {
    encoder(operation).encode(parameters).unwrap_err().to_string()
}

#[test]
fn only_the_root_element_is_qualified() {
    let body = encoder("ZCustomsGetDue").encode(&json!({"IvMax": 10})).unwrap();
    assert_eq!(
        std::str::from_utf8(&body).unwrap(),
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><soap-env:Envelope xmlns:soap-env=\"http://schemas.xmlsoap.org/soap/envelope/\">\
         <soap-env:Header/><soap-env:Body><n0:ZCustomsGetDue xmlns:n0=\"urn:sap-com:document:sap:soap:functions:mc-style\">\
         <IvAfter/><IvMax>10</IvMax><EtDue/></n0:ZCustomsGetDue></soap-env:Body></soap-env:Envelope>"
    );
}

#[test]
fn missing_fields_get_their_initial_value() {
    let parameters = json!({"ItStatus": [{"Vbeln": "1"}]});
    assert_eq!(
        content(&encoder("ZCustomsPutStatus"), &parameters).unwrap(),
        "<EtReturn/><ItStatus><item><Bukrs/><Vbeln>1</Vbeln><Posnr>000000</Posnr><Stats/><Udate>0000-00-00</Udate>\
         <Uzeit>00:00:00</Uzeit><Menge>0.0</Menge><Guid>AAAAAAAAAAAAAAAAAAAAAA==</Guid><Count>0</Count></item></ItStatus>"
    );
}

#[test]
fn optional_tables_that_return_are_named_and_other_optional_fields_are_not() {
    let nothing = content(&encoder("ZCustomsGetDue"), &json!({})).unwrap();
    assert_eq!(nothing, "<IvAfter/><IvMax>0</IvMax><EtDue/>");
    let null = json!({"IvBukrs": null, "IvMax": null, "EtDue": null, "ItKeys": null});
    assert_eq!(content(&encoder("ZCustomsGetDue"), &null).unwrap(), nothing);
}

#[test]
fn fields_stand_in_the_schemas_order_whatever_the_callers() {
    let encoder = encoder("ZCustomsPutStatus");
    let ordered = json!({"ItStatus": [{"Bukrs": "1000", "Vbeln": "1", "Stats": "50", "Count": 3}]});
    let shuffled = json!({"ItStatus": [{"Count": 3, "Stats": "50", "Bukrs": "1000", "Vbeln": "1"}]});
    let partly =
        json!({"ItStatus": [{"Vbeln": "1", "Bukrs": "1000", "Count": 3, "Stats": "50"}], "EtReturn": []});
    assert_eq!(
        content(&encoder, &ordered).unwrap(),
        content(&encoder, &shuffled).unwrap()
    );
    assert_eq!(
        content(&encoder, &ordered).unwrap(),
        content(&encoder, &partly).unwrap()
    );
}

#[test]
fn tables_take_lists_and_items_and_values() {
    let encoder = encoder("ZCustomsGetDue");
    let expected = "<IvAfter/><IvMax>0</IvMax><ItKeys><item>A</item><item>B</item></ItKeys><EtDue/>";
    assert_eq!(
        content(&encoder, &json!({"ItKeys": ["A", "B"]})).unwrap(),
        expected
    );
    assert_eq!(
        content(&encoder, &json!({"ItKeys": {"item": ["A", "B"]}})).unwrap(),
        expected
    );
    let row = Row::new().with(
        "ItKeys",
        Value::Table(vec![Value::Text("A".into()), Value::Text("B".into())]),
    );
    assert_eq!(content(&encoder, &row).unwrap(), expected);
    let one = json!({"ItKeys": {"item": "A"}});
    assert!(
        content(&encoder, &one)
            .unwrap()
            .contains("<ItKeys><item>A</item></ItKeys>")
    );
}

#[test]
fn structs_and_numbers_and_truth_values_are_written() {
    #[derive(Serialize)]
    #[serde(rename_all = "PascalCase")]
    struct Status<'a> {
        bukrs: &'a str,
        posnr: Option<&'a str>,
        stats: bool,
        menge: f64,
        guid: Bytes,
        count: i32,
    }
    struct Bytes([u8; 2]);
    impl Serialize for Bytes {
        fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.serialize_bytes(&self.0)
        }
    }
    #[derive(Serialize)]
    #[serde(rename_all = "PascalCase")]
    struct Parameters<'a> {
        it_status: [Status<'a>; 1],
    }
    let status = Status {
        bukrs: "1000",
        posnr: None,
        stats: true,
        menge: -1.25,
        guid: Bytes([1, 2]),
        count: -7,
    };
    let error = encoder("ZCustomsPutStatus")
        .encode(&Parameters { it_status: [status] })
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "ItStatus[0].Stats: 4 characters, at most 2",
        "a flag has one character"
    );
    let parameters = json!({"EtReturn": [{"Type": true, "Row": 1}, {"Type": false}], "ItStatus": []});
    let content = content(&encoder("ZCustomsPutStatus"), &parameters).unwrap();
    assert!(content.starts_with(
        "<EtReturn><item><Type>X</Type><Id/><Number>000</Number><Message/><Row>1</Row></item><item><Type/>"
    ));
}

#[test]
fn what_does_not_fit_is_named_with_its_path() {
    let put = |row| error("ZCustomsPutStatus", &json!({"ItStatus": [{}, {}, {}, row]}));
    assert_eq!(
        put(json!({"Vbeln": "12345678901"})),
        "ItStatus[3].Vbeln: 11 characters, at most 10"
    );
    assert_eq!(
        put(json!({"Vbelm": "1"})),
        "ItStatus[3].Vbelm: unknown field, the nearest is Vbeln"
    );
    assert_eq!(
        put(json!({"Posnr": "1a"})),
        r#"ItStatus[3].Posnr: "1a", the pattern \d+"#
    );
    assert_eq!(
        put(json!({"Udate": "17.05.2024"})),
        r#"ItStatus[3].Udate: "17.05.2024", a date like 2024-05-17"#
    );
    assert_eq!(
        put(json!({"Menge": "1.2345"})),
        "ItStatus[3].Menge: 4 decimals, at most 3"
    );
    assert_eq!(
        put(json!({"Menge": "12345678901234.5"})),
        "ItStatus[3].Menge: 15 digits, at most 13"
    );
}

#[test]
fn shapes_that_do_not_fit_are_named() {
    assert_eq!(
        error("ZCustomsPutStatus", &json!({"ItStatus": "text"})),
        "ItStatus: text, a table"
    );
    assert_eq!(
        error("ZCustomsGetDue", &json!({"IvMax": [1]})),
        "IvMax: a list, one value"
    );
    assert_eq!(
        error("ZCustomsGetDue", &json!({"IvMax": {"a": 1}})),
        "IvMax.a: a structure, text"
    );
    assert_eq!(
        error("ZCustomsGetDue", &json!({"ItKeys": [["a"]]})),
        "ItKeys[0]: a list, one value"
    );
    assert_eq!(error("ZCustomsGetDue", &json!({"@x": "1"})), "@x: unknown field");
    let rows = json!({"ItStatus": {"Vbeln": "1"}});
    assert_eq!(error("ZCustomsPutStatus", &rows), "ItStatus.Vbeln: unknown field");
}

#[test]
fn characters_that_xml_cannot_hold_are_refused_or_replaced() {
    let parameters = json!({"IvAfter": "a\u{1}<&>"});
    assert_eq!(
        error("ZCustomsGetDue", &parameters),
        "IvAfter: the character U+0001, a character that XML can hold"
    );
    let lenient = encoder("ZCustomsGetDue").checks(Checks::Lenient);
    assert!(
        content(&lenient, &parameters)
            .unwrap()
            .starts_with("<IvAfter>a\u{FFFD}&lt;&amp;&gt;</IvAfter>")
    );
}

#[test]
fn lenient_sends_what_it_is_given() {
    let lenient = encoder("ZCustomsPutStatus").checks(Checks::Lenient);
    let parameters = json!({"ItStatus": [{"New": "field", "Vbeln": "12345678901"}]});
    let content = content(&lenient, &parameters).unwrap();
    assert!(content.contains("<Vbeln>12345678901</Vbeln>"), "{content}");
    assert!(
        content.contains("<Count>0</Count><New>field</New></item>"),
        "{content}"
    );
}

#[test]
fn the_version_and_the_action_go_into_http_headers() {
    let wsdl = wsdl();
    let headers = |port: &str, operation: &str| {
        let encoder = RequestEncoder::new(&wsdl, wsdl.operation_at(port, operation).unwrap()).unwrap();
        let header = |name: &str| {
            encoder
                .http_headers()
                .get(name)
                .map(|v| v.to_str().unwrap().to_owned())
        };
        (header("content-type").unwrap(), header("soapaction"))
    };
    let action = "urn:sap-com:document:sap:soap:functions:mc-style:Z_CUSTOMS:ZCustomsGetDueRequest";
    assert_eq!(
        headers("Z_CUSTOMS", "ZCustomsGetDue"),
        ("text/xml; charset=utf-8".into(), Some(format!("\"{action}\"")))
    );
    assert_eq!(
        headers("Z_CUSTOMS", "ZCustomsPutStatus"),
        ("text/xml; charset=utf-8".into(), Some("\"\"".into()))
    );
    assert_eq!(
        headers("Z_CUSTOMS_soap12", "ZCustomsGetDue"),
        (
            format!("application/soap+xml; charset=utf-8; action=\"{action}\""),
            None
        )
    );
    assert_eq!(
        headers("Z_CUSTOMS_soap12", "ZCustomsPutStatus"),
        ("application/soap+xml; charset=utf-8".into(), None)
    );
}

#[test]
fn header_blocks_are_sent_and_never_shown() {
    let encoder = encoder("ZCustomsGetDue").header(HeaderBlock::from_xml("<t>canary</t>"));
    let body = encoder.encode(&json!({})).unwrap();
    assert!(
        std::str::from_utf8(&body)
            .unwrap()
            .contains("<soap-env:Header><t>canary</t></soap-env:Header>")
    );
    assert!(!format!("{encoder:?}").contains("canary"));
}

#[test]
fn a_function_module_is_called_without_a_wsdl() {
    let encoder =
        RequestEncoder::without_wsdl("urn:sap-com:document:sap:rfc:functions", "RFC_READ_TABLE").unwrap();
    let parameters = json!({"QUERY_TABLE": "T000", "OPTIONS": [{"TEXT": "A = 'B'"}], "DATA": []});
    assert_eq!(
        content(&encoder, &parameters).unwrap(),
        "<QUERY_TABLE>T000</QUERY_TABLE><OPTIONS><item><TEXT>A = 'B'</TEXT></item></OPTIONS><DATA/>"
    );
    assert!(RequestEncoder::without_wsdl("urn:x", "a b").is_err());
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Status {
    bukrs: &'static str,
    vbeln: String,
    stats: &'static str,
}

fn status(number: u32) -> Status {
    Status {
        bukrs: "1000",
        vbeln: format!("{number:010}"),
        stats: "50",
    }
}

#[test]
fn rows_from_an_iterator_make_the_same_request_as_a_list() {
    let encoder = encoder("ZCustomsPutStatus");
    let pieces: Vec<_> = encoder
        .rows(&json!({}), "ItStatus", (0..2000).map(status))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    assert!(pieces.len() > 2, "{} pieces", pieces.len());
    assert!(pieces.iter().all(|p| p.len() < 70_000));
    let rows: Vec<Status> = (0..2000).map(status).collect();
    let whole = encoder
        .encode(&json!({"ItStatus": serde_json::to_value(rows).unwrap()}))
        .unwrap();
    assert_eq!(pieces.concat(), whole);
}

#[tokio::test]
async fn rows_from_a_stream_make_the_same_request_as_a_list() {
    let encoder = encoder("ZCustomsPutStatus");
    let rows = futures_util::stream::iter((0..10).map(status));
    let pieces: Vec<_> = encoder
        .rows(&json!({}), "ItStatus", rows)
        .unwrap()
        .map(Result::unwrap)
        .collect()
        .await;
    let rows: Vec<Status> = (0..10).map(status).collect();
    let whole = encoder
        .encode(&json!({"ItStatus": serde_json::to_value(rows).unwrap()}))
        .unwrap();
    assert_eq!(pieces.concat(), whole);
}

#[test]
fn a_row_that_does_not_fit_ends_the_request() {
    let rows = [json!({"Stats": "50"}), json!({"Stats": "too long"}), json!({})];
    let mut rows = encoder("ZCustomsPutStatus")
        .rows(&json!({}), "ItStatus", rows.into_iter())
        .unwrap();
    assert_eq!(
        rows.next().unwrap().unwrap_err().to_string(),
        "ItStatus[1].Stats: 8 characters, at most 2"
    );
    assert!(rows.next().is_none());
}

#[test]
fn rows_go_into_a_table_parameter_that_is_not_given_otherwise() {
    let encoder = encoder("ZCustomsPutStatus");
    let rows = |parameters, table| {
        encoder
            .rows(&parameters, table, std::iter::empty::<Status>())
            .map(drop)
            .unwrap_err()
            .to_string()
    };
    assert_eq!(
        rows(json!({}), "ItState"),
        "ItState: unknown field, the nearest is ItStatus"
    );
    assert_eq!(
        rows(json!({"ItStatus": []}), "ItStatus"),
        "ItStatus: a value, none: its rows come from a stream"
    );
    let due = self::encoder("ZCustomsGetDue");
    let error = due
        .rows(&json!({}), "IvMax", std::iter::empty::<Status>())
        .map(drop)
        .unwrap_err();
    assert_eq!(error.to_string(), "IvMax: a field or a structure, a table");
}
