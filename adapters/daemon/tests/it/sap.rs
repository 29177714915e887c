//! `customs sap describe|sample|encode|decode` on the WSDL of the simulator.

use serde_json::{Value, json};

use crate::support::{Finished, Program, Scene, closed_form};

fn sap(scene: &Scene, command: &str, operation: Option<&str>, input: &str) -> Finished {
    let program = Program::new(["sap", command]).arg(scene.path("due.wsdl"));
    let program = match operation {
        Some(operation) => program.arg(operation),
        None => program.arg("--format").arg("json"),
    };
    program.input(input).run().code(0).quiet()
}

fn decode(message: &str) -> Value {
    let decoded = Program::new(["sap", "decode"])
        .input(message)
        .run()
        .code(0)
        .quiet()
        .json();
    closed_form(&decoded, &["kind", "operation", "values", "fault", "messages"]);
    decoded
}

fn envelope(body: &str) -> String {
    format!(
        "<soap-env:Envelope xmlns:soap-env=\"http://schemas.xmlsoap.org/soap/envelope/\"><soap-env:Header/>\
         <soap-env:Body>{body}</soap-env:Body></soap-env:Envelope>"
    )
}

fn reply(operation: &str, values: &str) -> String {
    let namespace = "urn:sap-com:document:sap:soap:functions:mc-style";
    envelope(&format!(
        "<n0:{operation}Response xmlns:n0=\"{namespace}\">{values}</n0:{operation}Response>"
    ))
}

#[test]
fn describe_lists_services_and_port_types() {
    let scene = Scene::new(1);
    let action =
        |name: &str| format!("urn:sap-com:document:sap:soap:functions:mc-style:ZCUSTOMS:{name}Request");
    let operations = ["ZCustomsGetDue", "ZCustomsPutStatus"].map(|name| {
        json!({ "name": name, "action": action(name), "input": name, "output": format!("{name}Response") })
    });
    let expected = json!({
        "services": [{ "name": "ZCUSTOMS", "operations": operations }],
        "port_types": [{ "name": "ZCUSTOMS", "operations": operations }],
    });
    assert_eq!(sap(&scene, "describe", None, "").json(), expected);
}

#[test]
fn describe_shows_the_fields_in_text() {
    let scene = Scene::new(1);
    let described = Program::new(["sap", "describe"])
        .arg(scene.path("due.wsdl"))
        .run()
        .code(0)
        .quiet();
    let lines: Vec<&str> = described.stdout.lines().collect();
    assert_eq!(lines[0], "service ZCUSTOMS");
    assert_eq!(
        lines[1],
        "  ZCustomsGetDue: ZCustomsGetDue → ZCustomsGetDueResponse"
    );
    assert_eq!(lines[2], "    request");
    // Each field with what it takes, rows below their table.
    let field = |name: &str| {
        let fields = lines.iter().filter_map(|line| line.trim_start().split_once("  "));
        let kinds: Vec<&str> = fields
            .filter(|(n, _)| *n == name)
            .map(|(_, kind)| kind.trim())
            .collect();
        kinds
    };
    assert!(field("IvMax").contains(&"int (optional)"), "{described:?}");
    assert!(field("EtDue").iter().all(|kind| kind.starts_with("table")) && !field("EtDue").is_empty());
    assert!(field("Vbeln").contains(&"string, at most 10"), "{described:?}");
    let depth = |name: &str| {
        lines
            .iter()
            .find(|line| line.trim_start().starts_with(name))
            .unwrap()
    };
    let indent = |line: &str| line.len() - line.trim_start().len();
    assert_eq!(indent(depth("Bukrs ")), indent(depth("EtDue ")) + 2);
    // The port type offers the same.
    assert!(
        lines.contains(&"  ZCustomsPutStatus (see above)"),
        "{described:?}"
    );

    let one = Program::new(["sap", "describe"])
        .arg(scene.path("due.wsdl"))
        .arg("ZCustomsPutStatus");
    let one = one.run().code(0).quiet().stdout;
    assert!(
        one.starts_with("  ZCustomsPutStatus: ") && !one.contains("ZCustomsGetDue"),
        "{one}"
    );
    let none = Program::new(["sap", "describe"])
        .arg(scene.path("due.wsdl"))
        .arg("ZCustomsPutStats")
        .run()
        .code(1);
    assert!(
        none.complaint().contains("the nearest is ZCustomsPutStatus"),
        "{none:?}"
    );
}

#[test]
fn a_sample_encodes_and_decodes_to_itself() {
    let scene = Scene::new(1);
    for operation in ["ZCustomsGetDue", "ZCustomsPutStatus"] {
        let sample = sap(&scene, "sample", Some(operation), "");
        let request = sap(&scene, "encode", Some(operation), &sample.stdout);
        let decoded = decode(&request.stdout);
        assert_eq!(
            (&decoded["kind"], &decoded["operation"]),
            (&json!("request"), &json!(operation))
        );
        // Values come back as the texts that stand in the message, and encode to the same message.
        let mut expected = sample.json();
        if let Some(max) = expected.get_mut("IvMax") {
            *max = json!(max.to_string());
        }
        assert_eq!(decoded["values"], expected, "{operation}");
        let by_wsdl = sap(&scene, "decode", Some(operation), &request.stdout).json();
        assert_eq!(by_wsdl["values"], expected, "{operation}");
        let again = sap(&scene, "encode", Some(operation), &decoded["values"].to_string());
        assert_eq!(again.stdout, request.stdout, "{operation}");
    }
}

#[test]
fn values_of_ones_own_travel_unharmed() {
    let scene = Scene::new(1);
    let row = |key: &str| {
        json!({
            "Bukrs": "1000", "Vbeln": key, "Posnr": "000010", "Stats": "50", "Udate": "2026-11-20", "Uzeit": "10:00:00",
            "Text": "<수입> & \"신고\" 'ok'", "IdemKey": "",
        })
    };
    let parameters = json!({ "ItStatus": [row("0080000001"), row("0080000002")] });
    let request = sap(
        &scene,
        "encode",
        Some("ZCustomsPutStatus"),
        &parameters.to_string(),
    );
    assert_eq!(decode(&request.stdout)["values"], parameters);

    let rows =
        Program::new(["sap", "decode", "--rows", "ItStatus", "--format", "ndjson"]).input(request.stdout);
    let rows: Vec<Value> = rows
        .run()
        .code(0)
        .quiet()
        .stdout
        .lines()
        .map(|l| serde_json::from_str(l).unwrap())
        .collect();
    assert_eq!(json!(rows), parameters["ItStatus"]);
}

#[test]
fn parameters_that_do_not_fit_are_one_line() {
    let scene = Scene::new(1);
    for (operation, input, found) in [
        ("ZCustomsGetDue", "{\"IvMax\":\"many\"}", "IvMax"),
        ("ZCustomsGetDue", "{\"IvMaximum\":1}", "IvMaximum"),
        (
            "ZCustomsGetDue",
            "{\"IvAfter\":",
            "standard input: expected parameters as JSON",
        ),
        ("ZNobody", "{}", "ZNobody"),
    ] {
        let program = Program::new(["sap", "encode"])
            .arg(scene.path("due.wsdl"))
            .arg(operation);
        let finished = program.input(input).run().code(1);
        assert!(finished.complaint().contains(found), "{finished:?}");
        assert_eq!(finished.stdout, "");
    }
    let finished = Program::new(["sap", "describe", "nowhere.wsdl"]).run().code(1);
    assert!(finished.complaint().contains("nowhere.wsdl"), "{finished:?}");
}

#[test]
fn each_kind_of_message_is_told_apart() {
    let good = decode(&reply(
        "ZCustomsGetDue",
        "<EtDue><item><Bukrs>1000</Bukrs></item></EtDue><EvNext/>",
    ));
    let expected = json!({
        "kind": "response", "operation": "ZCustomsGetDue",
        "values": { "EtDue": [{ "Bukrs": "1000" }], "EvNext": "" }, "fault": null, "messages": [],
    });
    assert_eq!(good, expected);

    let message = |kind: &str| {
        let row = format!(
            "<Type>{kind}</Type><Id>ZCUSTOMS</Id><Number>011</Number><Message>locked</Message><Row>1</Row>"
        );
        decode(&reply(
            "ZCustomsPutStatus",
            &format!("<EtReturn><item>{row}</item></EtReturn>"),
        ))
    };
    assert_eq!(message("S")["kind"], "response");
    let refused = message("E");
    assert_eq!(refused["kind"], "business_error");
    assert_eq!(
        (&refused["messages"][0]["type"], &refused["messages"][0]["text"]),
        (&json!("E"), &json!("locked"))
    );

    let fault = "<soap-env:Fault><faultcode>soap-env:Server</faultcode><faultstring>no luck</faultstring></soap-env:Fault>";
    let fault = decode(&envelope(fault));
    assert_eq!(fault["kind"], "fault");
    assert!(fault["fault"].to_string().contains("no luck"), "{fault}");

    for page in ["<html><body>Logon Error Message</body></html>", ""] {
        assert_eq!(decode(page)["kind"], "not_soap", "{page}");
    }
}

#[test]
fn what_cannot_be_read_is_one_line() {
    let whole = reply("ZCustomsGetDue", "<EtDue/>");
    for message in [
        whole[..whole.len() - 20].to_owned(),
        format!("<!DOCTYPE a [<!ENTITY x \"y\">]>{whole}"),
    ] {
        let finished = Program::new(["sap", "decode"]).input(message).run().code(1);
        assert!(!finished.complaint().is_empty());
        assert_eq!(finished.stdout, "");
    }
    let finished = Program::new(["sap", "decode", "--rows", "EtNone"])
        .input(whole)
        .run()
        .code(1);
    assert!(finished.complaint().contains("no table EtNone"), "{finished:?}");
}

#[test]
fn many_rows_come_one_by_one() {
    let rows: String = (0..5000)
        .map(|i| format!("<item><Vbeln>{i:010}</Vbeln></item>"))
        .collect();
    let message = reply("ZCustomsGetDue", &format!("<EtDue>{rows}</EtDue>"));
    let program = Program::new(["sap", "decode", "--rows", "EtDue", "--format", "ndjson"]).input(message);
    let finished = program.run().code(0).quiet();
    assert_eq!(finished.stdout.lines().count(), 5000);
    assert_eq!(finished.stdout.lines().last(), Some("{\"Vbeln\":\"0000004999\"}"));
}
