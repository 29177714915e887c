//! `customs sap call` against the simulated SAP.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;

use serde_json::{Value, json};

use crate::support::{CANARY_LOGON, CANARY_PASSWORD, Finished, Program, Scene, closed_form, closed_port};

/// A call with the logon of the simulator.
fn program(scene: &Scene, operation: &str) -> Program {
    bare(scene, operation)
        .arg("--endpoint")
        .arg(&scene.endpoint)
        .arg("--user")
        .arg("CUSTOMS")
        .arg("--password")
        .arg("env:SAP_PASSWORD")
}

fn bare(scene: &Scene, operation: &str) -> Program {
    Program::new(["sap", "call"])
        .arg(scene.path("due.wsdl"))
        .arg(operation)
        .env("SAP_PASSWORD", CANARY_PASSWORD)
}

/// Runs it; nothing secret shows.
fn run(program: Program, code: i32) -> Finished {
    let finished = program.run().code(code);
    for secret in [CANARY_PASSWORD, CANARY_LOGON] {
        assert!(
            !finished.stdout.contains(secret) && !finished.stderr.contains(secret),
            "{finished:?}"
        );
    }
    finished
}

fn answer(finished: &Finished) -> Value {
    let decoded = finished.json();
    closed_form(&decoded, &["kind", "operation", "values", "fault", "messages"]);
    decoded
}

#[test]
fn a_good_answer_is_printed_as_decode_prints_it() {
    let scene = Scene::new(3);
    let call = program(&scene, "ZCustomsGetDue").input("{\"IvMax\": 2}");
    let finished = run(call.arg("--language").arg("KO").arg("--mandant").arg("100"), 0).quiet();
    let decoded = answer(&finished);
    assert_eq!(
        (&decoded["kind"], &decoded["operation"], &decoded["fault"]),
        (&json!("response"), &json!("ZCustomsGetDue"), &Value::Null)
    );
    assert_eq!(decoded["values"]["EtDue"].as_array().map(Vec::len), Some(2));
    assert_eq!(decoded["values"]["EvTotal"], "3");
}

#[test]
fn secrets_come_from_variables_and_files() {
    let scene = Scene::new(1);
    std::fs::write(scene.path("password"), format!("{CANARY_PASSWORD}\n")).unwrap();
    std::fs::write(scene.path("user"), "CUSTOMS\n").unwrap();
    let at = |name: &str| format!("file:{}", scene.path(name).display());
    let call = bare(&scene, "ZCustomsGetDue")
        .arg("--endpoint")
        .arg(&scene.endpoint);
    let call = call
        .arg("--user")
        .arg(at("user"))
        .arg("--password")
        .arg(at("password"));
    run(call.input("{}"), 0).quiet();

    // The secret itself, a variable that is not set, a file that is not there.
    for (password, code, found) in [
        (
            CANARY_PASSWORD,
            2,
            "--password: expected env:NAME or file:PATH, never the secret itself",
        ),
        (
            "env:CUSTOMS_TEST_NOT_SET",
            2,
            "--password: there is no variable CUSTOMS_TEST_NOT_SET",
        ),
        (
            "file:/nowhere/password",
            2,
            "--password: /nowhere/password cannot be read",
        ),
    ] {
        let call = bare(&scene, "ZCustomsGetDue")
            .arg("--user")
            .arg("CUSTOMS")
            .arg("--password")
            .arg(password);
        let finished = run(call.input("{}"), code);
        assert!(finished.complaint().contains(found), "{finished:?}");
        assert_eq!(finished.stdout, "");
    }
    // One without the other.
    let finished = run(bare(&scene, "ZCustomsGetDue").arg("--user").arg("CUSTOMS"), 2);
    assert!(finished.stderr.contains("--password"), "{finished:?}");
}

#[test]
fn a_failed_answer_is_printed_and_the_exit_code_says_so() {
    let scene = Scene::new(1);
    let fault = run(
        program(&scene, "ZCustomsGetDue").input("{\"IvAfter\": \"nowhere\"}"),
        1,
    );
    assert!(fault.complaint().contains("INVALID_CURSOR"), "{fault:?}");
    let decoded = answer(&fault);
    assert_eq!(
        (&decoded["kind"], &decoded["fault"]["name"]),
        (&json!("fault"), &json!("INVALID_CURSOR"))
    );

    let row = json!({"ItStatus": [{"Bukrs": "1000", "Vbeln": "NOBODY", "Stats": "50"}]});
    let refused = run(program(&scene, "ZCustomsPutStatus").input(row.to_string()), 1);
    let decoded = answer(&refused);
    assert_eq!(
        (&decoded["kind"], &decoded["messages"][0]["number"]),
        (&json!("business_error"), &json!("010"))
    );
    assert!(!refused.complaint().is_empty());

    let stranger = program(&scene, "ZCustomsGetDue")
        .env("SAP_PASSWORD", "wrong-canary-0815")
        .input("{}");
    let refused = run(stranger, 1);
    let decoded = answer(&refused);
    assert_eq!(
        (&decoded["kind"], &decoded["fault"]["kind"]),
        (&json!("not_soap"), &json!("logon"))
    );
    assert!(!refused.stderr.contains("0815") && !refused.stdout.contains("0815"));
}

#[test]
fn what_never_reached_sap_is_one_line() {
    let scene = Scene::new(1);
    let nobody = format!("http://{}/sap", closed_port());
    let call = |operation: &str, endpoint: &str| {
        let call = bare(&scene, operation).arg("--endpoint").arg(endpoint);
        call.arg("--user")
            .arg("CUSTOMS")
            .arg("--password")
            .arg("env:SAP_PASSWORD")
    };
    for (call, found) in [
        (call("ZCustomsGetDue", &nobody).input("{}"), "no connection"),
        (call("ZNobody", &nobody).input("{}"), "no operation ZNobody"),
        (
            call("ZCustomsGetDue", &nobody).input("{\"IvMaximum\":1}"),
            "IvMaximum: unknown field",
        ),
        (
            call("ZCustomsGetDue", &nobody).input("{"),
            "standard input: expected parameters as JSON",
        ),
        (
            call("ZCustomsGetDue", &nobody)
                .arg("--message-id")
                .arg("0195e0c2-9a4b-4c5d-8e6f-a0b1c2d3e4f5")
                .input("{}"),
            "no message header with a UUID",
        ),
    ] {
        let finished = run(call, 1);
        assert!(finished.complaint().contains(found), "{found}: {finished:?}");
        assert_eq!(finished.stdout, "");
    }
    let address = scene
        .endpoint
        .replace("http://", &format!("http://u:{CANARY_PASSWORD}@"));
    let finished = run(call("ZCustomsGetDue", &address).input("{}"), 2);
    assert!(
        finished
            .complaint()
            .contains("--endpoint: found a user in the address"),
        "{finished:?}"
    );
}

#[test]
fn rows_come_one_a_line() {
    let scene = Scene::new(40);
    let call = program(&scene, "ZCustomsGetDue")
        .arg("--rows")
        .arg("EtDue")
        .arg("--format")
        .arg("ndjson");
    let finished = run(call.input("{}"), 0).quiet();
    let rows: Vec<Value> = finished
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(rows.len(), 40);
    assert_eq!(rows[0]["Bukrs"], "1000");
    let none = program(&scene, "ZCustomsGetDue").arg("--rows").arg("EtNone");
    assert!(run(none.input("{}"), 1).complaint().contains("no table EtNone"));
}

/// A proxy that answers by itself.
#[test]
fn a_proxy_is_asked_instead() {
    let scene = Scene::new(1);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let seen = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut request = Vec::new();
        let mut piece = [0; 4096];
        while !request.ends_with(b"</soap-env:Envelope>") {
            let n = stream.read(&mut piece).unwrap();
            assert!(n > 0, "{}", String::from_utf8_lossy(&request));
            request.extend_from_slice(&piece[..n]);
        }
        let body = "<html><head><title>By the proxy</title></head></html>";
        let length = body.len();
        write!(
            stream,
            "HTTP/1.1 503 Busy\r\nContent-Type: text/html\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
        )
        .unwrap();
        String::from_utf8(request).unwrap()
    });
    let call = program(&scene, "ZCustomsGetDue").env("PROXY", &format!("http://me:canary-0816@{address}"));
    let finished = run(call.arg("--proxy").arg("env:PROXY").input("{}"), 1);
    assert!(finished.complaint().contains("By the proxy"), "{finished:?}");
    assert!(!finished.stderr.contains("0816"), "{finished:?}");
    let seen = seen.join().unwrap();
    assert!(
        seen.starts_with(&format!("POST {} HTTP/1.1\r\n", scene.endpoint)),
        "{seen}"
    );
    assert!(seen.contains("proxy-authorization: Basic "), "{seen}");

    let call = program(&scene, "ZCustomsGetDue")
        .arg("--proxy")
        .arg("http://me:canary-0816@127.0.0.1:1");
    let finished = run(call.input("{}"), 2);
    assert!(
        finished
            .complaint()
            .contains("--proxy: found a user in the address"),
        "{finished:?}"
    );
    assert!(!finished.stderr.contains("0816"), "{finished:?}");
}

#[test]
fn a_client_certificate_that_is_none_is_refused() {
    let scene = Scene::new(1);
    std::fs::write(scene.path("client.pem"), "no certificate").unwrap();
    let call = program(&scene, "ZCustomsGetDue")
        .env("KEY", "canary-0817")
        .arg("--client-key")
        .arg("env:KEY");
    let finished = run(
        call.arg("--client-cert")
            .arg(scene.path("client.pem"))
            .input("{}"),
        1,
    );
    let complaint = finished.complaint();
    assert!(
        complaint.contains("client certificate: ") && complaint.contains("client key: "),
        "{complaint}"
    );
    assert!(!complaint.contains("0817"), "{complaint}");
}
