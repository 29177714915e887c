//! Calls of idempotent services: the UUID in the message header.

use std::sync::Arc;

use customs_http::scripted::{Reply, ScriptedTransport};
use http::HeaderValue;
use http::header::CONTENT_TYPE;
use sap_soap::request::{MessageId, RequestEncoder};
use sap_soap::wsdl::Wsdl;
use sap_soap::{Client, Config};
use serde_json::json;

use crate::corpus;

const ID: &str = "0195e0c2-9a4b-4c5d-8e6f-a0b1c2d3e4f5";

fn wsdl() -> Wsdl {
    Wsdl::from_bytes("derived.wsdl", include_bytes!("../data/derived.wsdl")).unwrap()
}

fn xml(body: &'static str) -> Reply {
    Reply::ok(body).header(CONTENT_TYPE, HeaderValue::from_static("text/xml"))
}

/// The message header of a request.
fn header(parameters: &serde_json::Value) -> Result<String, String> {
    let wsdl = wsdl();
    let encoder = RequestEncoder::new(&wsdl, wsdl.operation("Move").unwrap()).unwrap();
    let encoder = encoder.message_id(ID.parse().unwrap()).unwrap();
    let body = encoder.encode(parameters).map_err(|e| e.to_string())?;
    let body = String::from_utf8(body.to_vec()).unwrap();
    assert_eq!(body.matches("<MessageHeader>").count(), 1, "{body}");
    assert_eq!(body.matches("</MessageHeader><Stop ").count(), 1, "{body}");
    let (_, rest) = body.split_once("<MessageHeader>").unwrap();
    Ok(rest.split_once("</MessageHeader>").unwrap().0.to_owned())
}

#[test]
fn the_id_stands_in_the_header_whatever_the_caller_gives_of_it() {
    let stop = json!([{"@xsi:type": "Port"}]);
    let initial = "<CreationDateTime>0001-01-01T00:00:00Z</CreationDateTime>";
    let bare = format!("<UUID>{ID}</UUID>{initial}");
    for given in [
        json!({"Stop": stop}),
        json!({"Stop": stop, "MessageHeader": {}}),
        json!({"Stop": stop, "MessageHeader": null}),
        // The same, in capitals.
        json!({"MessageHeader": {"UUID": ID.to_uppercase()}, "Stop": stop}),
        json!({"MessageHeader": {"UUID": ""}, "Stop": stop}),
    ] {
        assert_eq!(header(&given).unwrap(), bare, "{given}");
    }
    let time = "2026-11-25T03:00:00Z";
    let given = json!({"MessageHeader": {"CreationDateTime": time, "ID": "7"}, "Stop": stop});
    assert_eq!(
        header(&given).unwrap(),
        format!("<ID>7</ID><UUID>{ID}</UUID><CreationDateTime>{time}</CreationDateTime>")
    );
}

#[test]
fn another_id_and_a_header_that_is_none_are_refused() {
    let stop = json!([{"@xsi:type": "Port"}]);
    let other = "0195e0c2-9a4b-4c5d-8e6f-ffffffffffff";
    assert_eq!(
        header(&json!({"MessageHeader": {"UUID": other}, "Stop": stop})).unwrap_err(),
        format!("MessageHeader.UUID: {other:?}, {ID}, the id of the call, or nothing")
    );
    assert_eq!(
        header(&json!({"MessageHeader": "", "Stop": stop})).unwrap_err(),
        "MessageHeader: text, a structure that takes the UUID"
    );
    assert_eq!(header(&json!("x")).unwrap_err(), "text, a structure");
    let customs = Wsdl::from_bytes("customs.wsdl", include_bytes!("../data/customs.wsdl")).unwrap();
    let encoder = RequestEncoder::new(&customs, customs.operation("ZCustomsPutStatus").unwrap()).unwrap();
    assert_eq!(
        encoder.message_id(MessageId::random()).unwrap_err().to_string(),
        "ZCustomsPutStatus cannot be called: it has no message header with a UUID, so it is not idempotent"
    );
}

#[tokio::test]
async fn a_call_is_repeated_under_its_id() {
    let transport = ScriptedTransport::new();
    let client = Client::new(Arc::new(transport.clone()), Arc::new(wsdl()), Config::new());
    let reply = "<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/'><e:Body>\
                 <m:MoveResponse xmlns:m='urn:example:derived'/></e:Body></e:Envelope>";
    let parameters = json!({"Stop": [{"@xsi:type": "Port"}]});
    let id = MessageId::from_bytes(*b"key-of-this-call");
    for _ in 0..2 {
        transport.push(xml(reply));
        client.call_once("Move", &parameters, id).await.unwrap();
    }
    // A call without one has none.
    transport.push(xml(reply));
    client.call("Move", &parameters).await.unwrap();
    let bodies: Vec<String> = transport
        .requests()
        .iter()
        .map(|request| request.text())
        .collect();
    assert_eq!(bodies[0], bodies[1]);
    assert!(bodies[0].contains(&format!("<UUID>{id}</UUID>")), "{}", bodies[0]);
    assert!(!bodies[2].contains("UUID"), "{}", bodies[2]);
}

#[test]
fn real_services_have_a_header_that_takes_it() {
    let Some(folder) = corpus::folder("sap/wsdl") else {
        return;
    };
    let mut taken = 0;
    for file in corpus::files(&folder, "wsdl") {
        let wsdl = Wsdl::from_file(&file).unwrap();
        for operation in wsdl.operations().filter(|o| o.problem().is_none()) {
            let encoder = RequestEncoder::new(&wsdl, operation).unwrap();
            if let Ok(encoder) = encoder.message_id(ID.parse().unwrap()) {
                let body = encoder.encode(&json!({})).unwrap();
                assert!(
                    String::from_utf8_lossy(&body).contains(&format!(">{ID}</")),
                    "{}",
                    operation.name
                );
                taken += 1;
            }
        }
    }
    assert!(taken >= 10, "{taken}");
}
