//! What a WSDL adds to a reply.

use sap_soap::response::{DecodeOptions, Decoded, Kind, Received, decode};
use sap_soap::wsdl::Wsdl;

use crate::corpus;

fn wsdl() -> Wsdl {
    Wsdl::from_bytes("customs.wsdl", include_bytes!("../data/customs.wsdl")).unwrap()
}

fn read(element: &str, content: &str) -> Decoded {
    let body = format!(
        "<n0:{element} xmlns:n0=\"urn:sap-com:document:sap:soap:functions:mc-style\">{content}</n0:{element}>"
    );
    decode(
        Received {
            body: body.as_bytes(),
            ..Received::default()
        },
        DecodeOptions::default(),
    )
    .unwrap()
}

fn shaped(operation: &str, element: &str, content: &str) -> (Decoded, String) {
    let wsdl = wsdl();
    let decoded = read(element, content).of_operation(&wsdl.schema, wsdl.operation(operation).unwrap());
    let json = serde_json::to_string(&decoded.values).unwrap();
    (decoded, json)
}

#[test]
fn a_table_is_a_table_with_any_number_of_rows() {
    for (content, json) in [
        ("<EtDue/>", r#"{"EtDue":[]}"#),
        ("<EtDue>\n  </EtDue>", r#"{"EtDue":[]}"#),
        (
            "<EtDue><item><Bukrs>1</Bukrs></item></EtDue>",
            r#"{"EtDue":[{"Bukrs":"1"}]}"#,
        ),
        ("<EtDue><item/></EtDue>", r#"{"EtDue":[{}]}"#),
        ("<EtDue><item/><item/></EtDue>", r#"{"EtDue":[{},{}]}"#),
        ("<EvNext/>", r#"{"EvNext":""}"#),
    ] {
        let (decoded, found) = shaped("ZCustomsGetDue", "ZCustomsGetDueResponse", content);
        assert_eq!(
            (decoded.kind, found.as_str()),
            (Kind::Response, json),
            "{content}"
        );
        assert!(decoded.unknown.is_empty());
    }
}

#[test]
fn a_dot_before_response_makes_no_difference() {
    let (decoded, json) = shaped("ZCustomsGetDue", "ZCustomsGetDue.Response", "<EtDue/>");
    assert_eq!(
        (decoded.operation.as_deref(), json.as_str()),
        (Some("ZCustomsGetDue"), r#"{"EtDue":[]}"#)
    );
}

#[test]
fn what_the_schema_does_not_know_is_counted_by_its_path() {
    let content = "<EtDue><item><New>1</New><Vbeln>2</Vbeln></item><item><New/><New/></item></EtDue><EtNew><item/></EtNew>";
    let (decoded, json) = shaped("ZCustomsGetDue", "ZCustomsGetDueResponse", content);
    assert_eq!(json, r#"{"EtDue":[{"Vbeln":"2"},{}]}"#);
    let counted: Vec<_> = decoded
        .unknown
        .iter()
        .map(|(path, times)| (path.as_str(), *times))
        .collect();
    assert_eq!(counted, [("EtDue.New", 3), ("EtNew", 1)]);
}

#[test]
fn a_request_is_told_by_its_element() {
    let (decoded, json) = shaped(
        "ZCustomsGetDue",
        "ZCustomsGetDue",
        "<ItKeys><item>A2</item></ItKeys><IvMax>1</IvMax>",
    );
    assert_eq!(
        (decoded.kind, json.as_str()),
        (Kind::Request, r#"{"ItKeys":["A2"],"IvMax":"1"}"#)
    );
}

#[test]
fn the_message_of_another_operation_stays_as_it_is() {
    let (decoded, json) = shaped("ZCustomsPutStatus", "ZCustomsGetDueResponse", "<EtDue/><New/>");
    assert_eq!(
        (decoded.operation.as_deref(), json.as_str()),
        (Some("ZCustomsGetDue"), r#"{"EtDue":"","New":""}"#)
    );
}

#[test]
fn real_messages_fit_real_descriptions() {
    let (Some(wsdls), Some(messages)) = (corpus::folder("sap/wsdl"), corpus::folder("sap/messages")) else {
        return;
    };
    let read = |path| {
        let body = std::fs::read(path).unwrap();
        decode(
            Received {
                body: &body,
                ..Received::default()
            },
            DecodeOptions::default(),
        )
        .unwrap()
    };
    let messages: Vec<Decoded> = corpus::files(&messages, "xml").into_iter().map(read).collect();
    let mut fitted = 0;
    for path in corpus::files(&wsdls, "wsdl") {
        let Ok(wsdl) = Wsdl::from_file(&path) else {
            continue;
        };
        for plain in &messages {
            for operation in wsdl
                .operations()
                .filter(|o| plain.operation.as_deref() == Some(&*o.name))
            {
                let shaped = plain.clone().of_operation(&wsdl.schema, operation);
                assert_eq!(
                    (shaped.kind, &shaped.messages),
                    (plain.kind, &plain.messages),
                    "{}",
                    path.display()
                );
                fitted += 1;
            }
        }
    }
    assert!(fitted >= 10, "only {fitted} messages met their description");
}
