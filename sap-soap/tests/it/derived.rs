//! `xsi:type`: structures of types that are derived from the declared one, in replies and requests.

use sap_soap::Value;
use sap_soap::request::{Checks, RequestEncoder};
use sap_soap::response::{DecodeOptions, Decoded, Received, decode};
use sap_soap::value::TYPE_FIELD;
use sap_soap::wsdl::Wsdl;
use serde_json::json;

fn wsdl() -> Wsdl {
    Wsdl::from_bytes("derived.wsdl", include_bytes!("../data/derived.wsdl")).unwrap()
}

fn encode(checks: Checks, parameters: &serde_json::Value) -> Result<String, String> {
    let wsdl = wsdl();
    let encoder = RequestEncoder::new(&wsdl, wsdl.operation("Move").unwrap()).unwrap();
    let body = encoder
        .checks(checks)
        .encode(parameters)
        .map_err(|e| e.to_string())?;
    Ok(String::from_utf8(body.to_vec())
        .unwrap()
        .replace(" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"", ""))
}

fn error(parameters: &serde_json::Value) -> String {
    encode(Checks::Strict, parameters).unwrap_err()
}

fn reply(stops: &str) -> Decoded {
    let body = format!(
        "<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/' xmlns:i='http://www.w3.org/2001/XMLSchema-instance'><e:Body>\
         <m:MoveResponse xmlns:m='urn:example:derived'>{stops}</m:MoveResponse></e:Body></e:Envelope>"
    );
    let received = Received {
        status: Some(200),
        content_type: None,
        body: body.as_bytes(),
    };
    let wsdl = wsdl();
    let decoded = decode(received, DecodeOptions::default()).unwrap();
    decoded.of_operation(&wsdl.schema, wsdl.operation("Move").unwrap())
}

#[test]
fn a_derived_type_is_written_with_its_own_fields() {
    let parameters = json!({
        "Stop": [
            {"@xsi:type": "Port", "Berths": 3, "Code": "KRPUS", "@country": "KR"},
            // Over two steps, of another namespace, with a prefix that means nothing here; a table in it.
            {"@xsi:type": "x:Bonded", "Licence": "L1", "Sheds": ["A", "B"]},
            {"@xsi:type": "{urn:example:far}Warehouse"},
        ],
        "Price": {"@xsi:type": "Duty", "$": "12.5", "@currency": "KRW", "@rate": "8"},
    });
    let body = encode(Checks::Strict, &parameters).unwrap();
    for expected in [
        "<Stop xmlns:t=\"urn:example:derived\" xsi:type=\"t:Port\" country=\"KR\"><Code>KRPUS</Code><Berths>3</Berths></Stop>",
        "<Stop xmlns:t=\"urn:example:far\" xsi:type=\"t:Bonded\"><Code/><Sheds><item>A</item><item>B</item></Sheds><Licence>L1</Licence></Stop>",
        "<Stop xmlns:t=\"urn:example:far\" xsi:type=\"t:Warehouse\"><Code/><Sheds/></Stop>",
        "<Price xmlns:t=\"urn:example:derived\" xsi:type=\"t:Duty\" currency=\"KRW\" rate=\"8\">12.5</Price>",
    ] {
        assert!(body.contains(expected), "{expected}\n{body}");
    }
}

#[test]
fn an_undeclared_type_may_be_one_of_xml_schemas_own() {
    let stop = json!([{"@xsi:type": "Port", "@country": "KR"}]);
    let note = |value: serde_json::Value| encode(Checks::Strict, &json!({"Stop": stop, "Note": value}));
    let expected = "<Note xmlns:t=\"http://www.w3.org/2001/XMLSchema\" xsi:type=\"t:string\">a</Note>";
    for name in ["string", "xsd:string"] {
        let body = note(json!({"@xsi:type": name, "$": "a"})).unwrap();
        assert!(body.contains(expected), "{body}");
    }
    let body = note(json!({"@lang": "ko", "Line": ["a", "b"]})).unwrap();
    assert!(
        body.contains("<Note lang=\"ko\"><Line>a</Line><Line>b</Line></Note>"),
        "{body}"
    );
    assert_eq!(
        note(json!({"@xsi:type": "strong", "$": "a"})).unwrap_err(),
        "Note.@xsi:type: \"strong\", one of XML Schema's own, such as string"
    );
}

#[test]
fn a_type_that_does_not_fit_is_named_with_its_path() {
    assert_eq!(
        error(&json!({"Stop": [{"@xsi:type": "Prot"}]})),
        "Stop[0].@xsi:type: \"Prot\", a type derived from the declared one, such as Port"
    );
    // Derived, but from another type.
    assert!(error(&json!({"Stop": [{"@xsi:type": "Duty"}]})).starts_with("Stop[0].@xsi:type: \"Duty\", "));
    assert_eq!(
        error(&json!({"Stop": [{"@xsi:type": "Port", "Licence": "L"}]})),
        "Stop[0].Licence: unknown field"
    );
    assert_eq!(
        error(&json!({"Stop": [{"Code": "A", "@xsi:type": "Port"}]})),
        "Stop[0]: a value of an abstract type, @xsi:type first, naming a type derived from it"
    );
    assert_eq!(
        error(&json!({"Stop": [{"@xsi:type": "Port"}], "Price": {"@currency": "KRW", "@xsi:type": "Duty"}})),
        "Price.@xsi:type: \"Duty\" behind other fields, before them: it decides which they are"
    );
    assert_eq!(
        error(&json!({"Stop": [{}]})),
        "Stop[0]: a value of an abstract type, @xsi:type first, naming a type derived from it"
    );
    assert_eq!(
        error(&json!({"MessageHeader": {"ID": {"@xsi:type": "string", "$": "1"}}})),
        "MessageHeader.ID.@xsi:type: \"string\", none: the type is declared"
    );
}

#[test]
fn a_reply_keeps_the_fields_of_a_derived_type() {
    let decoded = reply(
        "<Stop i:type='m:Port' country='KR'><Code>KRPUS</Code><Berths>3</Berths><New>1</New></Stop>\
         <Stop i:type='f:Bonded' xmlns:f='urn:example:far'><Code>B</Code><Sheds><item>A</item></Sheds><Licence>L</Licence></Stop>\
         <Stop i:type='Mystery'><Code>C</Code><Odd>1</Odd></Stop>",
    );
    let expected = json!({"Stop": [
        {"@xsi:type": "Port", "@country": "KR", "Code": "KRPUS", "Berths": "3"},
        // One row, and a table all the same: the derived type says so.
        {"@xsi:type": "Bonded", "Code": "B", "Sheds": ["A"], "Licence": "L"},
        {"@xsi:type": "Mystery", "Code": "C"},
    ]});
    assert_eq!(serde_json::to_value(&decoded.values).unwrap(), expected);
    assert_eq!(
        decoded.unknown.into_iter().collect::<Vec<_>>(),
        [("Stop.New".to_owned(), 1), ("Stop.Odd".to_owned(), 1)]
    );
}

#[test]
fn what_was_read_can_be_written_again() {
    let decoded = reply("<Stop i:type='m:Port' country='KR'><Code>KRPUS</Code><Berths>3</Berths></Stop>");
    let stop = &decoded.values.get("Stop").unwrap().entries()[0];
    assert_eq!(stop.attribute("xsi:type"), Some("Port"));
    assert_eq!(
        stop.as_struct().and_then(|row| row.get(TYPE_FIELD)),
        Some(&Value::from("Port"))
    );
    let body = encode(Checks::Strict, &serde_json::to_value(&decoded.values).unwrap()).unwrap();
    assert!(
        body.contains("xsi:type=\"t:Port\" country=\"KR\"><Code>KRPUS</Code><Berths>3</Berths></Stop>"),
        "{body}"
    );
}

#[test]
fn a_sample_names_a_type_where_the_declared_one_is_abstract() {
    let wsdl = wsdl();
    let sample = wsdl.sample(wsdl.operation("Move").unwrap()).unwrap();
    assert_eq!(
        sample["Stop"],
        json!([{"@xsi:type": "Port", "@country": "", "Code": "", "Berths": 0}])
    );
    // libxml2 takes it: request/corpus_samples.rs.
    encode(Checks::Strict, &sample).unwrap();
}
