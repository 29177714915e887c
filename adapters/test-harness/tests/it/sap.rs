use std::fs;
use std::io::Read;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use customs_test_harness::sap::{LoggedWrite, SapSimulator};
use flate2::read::GzDecoder;

use crate::http::{Answer, Ask, get};

const PATH: &str = "/sap/bc/srt/rfc/sap/zcustoms/100/zcustoms/zcustoms";
const SOAP11: &str = "http://schemas.xmlsoap.org/soap/envelope/";
const SOAP12: &str = "http://www.w3.org/2003/05/soap-envelope";

fn logon() -> String {
    format!("Basic {}", STANDARD.encode("CUSTOMS:simulated"))
}

fn envelope(namespace: &str, operation: &str, parameters: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><e:Envelope xmlns:e=\"{namespace}\"><e:Body>\
         <u:{operation} xmlns:u=\"urn:sap-com:document:sap:soap:functions:mc-style\">{parameters}</u:{operation}>\
         </e:Body></e:Envelope>"
    )
}

async fn call(sap: &SapSimulator, operation: &str, parameters: &str) -> Answer {
    let (logon, body) = (logon(), envelope(SOAP11, operation, parameters));
    let headers = [
        ("authorization", logon.as_str()),
        ("content-type", "text/xml; charset=utf-8"),
    ];
    Ask {
        method: "POST",
        path: PATH,
        headers: &headers,
        body: &body,
    }
    .send(sap.addr())
    .await
}

pub(crate) fn status_row(delivery: &str, stats: &str, idem_key: &str) -> String {
    format!(
        "<item><Bukrs>1000</Bukrs><Vbeln>{delivery}</Vbeln><Posnr>000010</Posnr><Stats>{stats}</Stats>\
         <Udate>2026-11-20</Udate><Uzeit>10:00:00</Uzeit><Text/><IdemKey>{idem_key}</IdemKey></item>"
    )
}

/// A write of one row, as the fault tests send it.
pub(crate) async fn put_one(sap: &SapSimulator) -> std::io::Result<Vec<u8>> {
    let rows = format!("<ItStatus>{}</ItStatus>", status_row("0080000001", "50", "k1"));
    let (logon, body) = (logon(), envelope(SOAP11, "ZCustomsPutStatus", &rows));
    let headers = [("authorization", logon.as_str())];
    Ask {
        method: "POST",
        path: PATH,
        headers: &headers,
        body: &body,
    }
    .raw(sap.addr())
    .await
}

fn values<'t>(text: &'t str, name: &str) -> Vec<&'t str> {
    let (open, close) = (format!("<{name}>"), format!("</{name}>"));
    text.split(&open)
        .skip(1)
        .map(|part| part.split(&close).next().unwrap())
        .collect()
}

#[tokio::test]
async fn the_wsdl_needs_a_logon_and_names_its_own_address() {
    let sap = SapSimulator::builder().start().await.unwrap();
    let refused = get("/sap/bc/srt/anything?sap-client=100&wsdl")
        .send(sap.addr())
        .await;
    assert_eq!(refused.status, 401);
    assert!(refused.head.contains("www-authenticate: basic"));
    assert!(refused.text().contains("<title>Logon Error Message</title>"));

    let logon = logon();
    let wsdl = Ask {
        headers: &[("authorization", &logon)],
        ..get("/sap/bc/srt/anything?sap-client=100&wsdl")
    };
    let wsdl = wsdl.send(sap.addr()).await;
    assert_eq!(wsdl.status, 200);
    assert_eq!(
        wsdl.text()
            .matches(&format!("location=\"{}\"", sap.endpoint_url()))
            .count(),
        2
    );
    assert_eq!(get("/elsewhere").send(sap.addr()).await.status, 404);
}

#[tokio::test]
async fn a_wrong_password_is_a_page() {
    let sap = SapSimulator::builder().auth("A", "b:c").start().await.unwrap();
    assert_eq!(call(&sap, "ZCustomsGetDue", "").await.status, 401);
    let logon = format!("basic {}", STANDARD.encode("A:b:c"));
    let body = envelope(SOAP11, "ZCustomsGetDue", "<IvMax>1</IvMax>");
    let ask = Ask {
        method: "POST",
        path: PATH,
        headers: &[("authorization", &logon)],
        body: &body,
    };
    assert_eq!(ask.send(sap.addr()).await.status, 200);
}

#[tokio::test]
async fn pages_follow_the_cursor_to_the_end() {
    let sap = SapSimulator::builder().records(25).start().await.unwrap();
    let (mut after, mut keys) = (String::new(), Vec::new());
    loop {
        let page = call(
            &sap,
            "ZCustomsGetDue",
            &format!("<IvAfter>{after}</IvAfter><IvMax>10</IvMax>"),
        )
        .await;
        assert_eq!(values(page.text(), "EvTotal"), ["25"]);
        keys.extend(values(page.text(), "Vbeln").into_iter().map(str::to_owned));
        match values(page.text(), "EvNext").as_slice() {
            [next] => after = (*next).to_owned(),
            _ => break assert!(page.text().contains("<EvNext/>")),
        }
    }
    assert_eq!(keys.len(), 25);
    assert!(keys.is_sorted());
    assert_eq!(format!("1000/{}", keys[24]), sap.key(24));
    assert_eq!(sap.reads(), 3);
}

#[tokio::test]
async fn a_row_has_every_field_in_order() {
    let sap = SapSimulator::builder().records(1).start().await.unwrap();
    let all = call(&sap, "ZCustomsGetDue", "").await;
    assert!(all.text().starts_with(
        "<soap-env:Envelope xmlns:soap-env=\"http://schemas.xmlsoap.org/soap/envelope/\"><soap-env:Header/><soap-env:Body>\
         <n0:ZCustomsGetDueResponse xmlns:n0=\"urn:sap-com:document:sap:soap:functions:mc-style\"><EtDue><item>\
         <Bukrs>1000</Bukrs><Vbeln>0080000001</Vbeln><Posnr>000010</Posnr><CargMtNo>"
    ));
    assert!(all.text().contains(
        "<Stats/><Udate>0000-00-00</Udate><Uzeit>00:00:00</Uzeit></item></EtDue><EvNext/><EvTotal>1</EvTotal>"
    ));
}

#[tokio::test]
async fn keys_select() {
    let sap = SapSimulator::builder().records(10).start().await.unwrap();
    let key = |delivery| format!("<item><Bukrs>1000</Bukrs><Vbeln>{delivery}</Vbeln></item>");
    let keys = ["0080000007", "0080000002", "0080009999", "0080000007"]
        .map(key)
        .concat();
    let found = call(&sap, "ZCustomsGetDue", &format!("<ItKeys>{keys}</ItKeys>")).await;
    assert_eq!(values(found.text(), "Vbeln"), ["0080000002", "0080000007"]);
    assert_eq!(values(found.text(), "EvTotal"), ["2"]);
    let page = call(
        &sap,
        "ZCustomsGetDue",
        &format!("<ItKeys>{keys}</ItKeys><IvMax>1</IvMax>"),
    )
    .await;
    assert_eq!(values(page.text(), "EvNext"), ["1000/0080000002"]);
    let other = call(&sap, "ZCustomsGetDue", "<IvBukrs>2000</IvBukrs>").await;
    assert!(
        other
            .text()
            .contains("<EtDue></EtDue><EvNext/><EvTotal>0</EvTotal>")
    );
}

#[tokio::test]
async fn faults_are_those_of_sap() {
    let sap = SapSimulator::builder().records(10).start().await.unwrap();
    let cursor = call(&sap, "ZCustomsGetDue", "<IvAfter>1000/1</IvAfter>").await;
    assert_eq!(cursor.status, 500);
    assert!(cursor.text().contains("<faultcode>soap-env:Client</faultcode>"));
    assert!(cursor.text().contains("<n0:ZCustomsGetDue.Exception"));
    assert!(cursor.text().contains("<Name>INVALID_CURSOR</Name>"));
    for (operation, parameters) in [
        ("ZNothing", ""),
        ("ZCustomsGetDue", "<IvMax>x</IvMax>"),
        ("ZCustomsGetDue", "<"),
    ] {
        let fault = call(&sap, operation, parameters).await;
        assert_eq!(fault.status, 500);
        assert!(
            fault.text().contains("<faultcode>soap-env:Server</faultcode>"),
            "{}",
            fault.text()
        );
        assert!(
            fault
                .text()
                .contains("(UTC timestamp 20261120120000; Transaction ID ")
        );
    }
}

#[tokio::test]
async fn soap_12_is_answered_in_kind() {
    let sap = SapSimulator::builder().records(1).start().await.unwrap();
    let logon = logon();
    for (parameters, expected) in [
        (
            "",
            "<env:Envelope xmlns:env=\"http://www.w3.org/2003/05/soap-envelope\">",
        ),
        (
            "<IvAfter>1</IvAfter>",
            "<env:Code><env:Value>env:Sender</env:Value></env:Code>",
        ),
    ] {
        let body = envelope(SOAP12, "ZCustomsGetDue", parameters);
        let ask = Ask {
            method: "POST",
            path: PATH,
            headers: &[("authorization", &logon)],
            body: &body,
        };
        let answer = ask.send(sap.addr()).await;
        assert!(answer.head.contains("content-type: application/soap+xml"));
        assert!(answer.text().contains(expected), "{}", answer.text());
    }
}

#[tokio::test]
async fn a_long_list_streams_and_is_zipped_when_asked() {
    let sap = SapSimulator::builder().records(5000).start().await.unwrap();
    let plain = call(&sap, "ZCustomsGetDue", "").await;
    assert!(plain.head.contains("transfer-encoding: chunked"));
    assert_eq!(values(plain.text(), "Vbeln").len(), 5000);
    let (logon, body) = (logon(), envelope(SOAP11, "ZCustomsGetDue", ""));
    let headers = [
        ("authorization", logon.as_str()),
        ("accept-encoding", "deflate, gzip"),
    ];
    let zipped = Ask {
        method: "POST",
        path: PATH,
        headers: &headers,
        body: &body,
    }
    .send(sap.addr())
    .await;
    assert!(zipped.head.contains("content-encoding: gzip"));
    assert!(zipped.body.len() * 5 < plain.body.len());
    let mut unzipped = Vec::new();
    GzDecoder::new(zipped.body.as_slice())
        .read_to_end(&mut unzipped)
        .unwrap();
    assert_eq!(unzipped, plain.body);
}

#[tokio::test]
async fn rows_are_written_once_and_kept() {
    let dir = tempfile::tempdir().unwrap();
    let start = || SapSimulator::builder().records(10).data_dir(dir.path()).start();
    let sap = start().await.unwrap();
    sap.lock(&sap.key(2));
    let rows = [
        status_row("0080000001", "50", "k1"),
        status_row("0080000011", "50", "k2"),
        status_row("0080000003", "50", "k3"),
        status_row("0080000004", "", "k4"),
    ];
    let put = format!("<ItStatus>{}</ItStatus>", rows.concat());
    let answer = call(&sap, "ZCustomsPutStatus", &put).await;
    assert_eq!(values(answer.text(), "Type"), ["S", "E", "E", "E"]);
    assert_eq!(values(answer.text(), "Number"), ["000", "010", "011", "012"]);
    assert_eq!(values(answer.text(), "Row"), ["1", "2", "3", "4"]);
    let due = call(&sap, "ZCustomsGetDue", "").await;
    assert_eq!(
        values(due.text(), "Stats"),
        ["50"],
        "what was written shows in the due list"
    );
    sap.shutdown().await;

    let sap = start().await.unwrap();
    let again = call(&sap, "ZCustomsPutStatus", &put).await;
    assert_eq!(
        values(again.text(), "Number")[0],
        "001",
        "the key is known after a restart"
    );
    let held = sap.held("1000/0080000001").unwrap();
    assert_eq!((held.stats.as_str(), held.writes, held.repeats), ("50", 1, 1));
    let log = fs::read_to_string(dir.path().join("sap-writes.ndjson")).unwrap();
    let log: Vec<LoggedWrite> = log
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let told: Vec<_> = log
        .iter()
        .map(|write| (write.seq, write.key.as_str(), write.repeat))
        .collect();
    assert_eq!(told[0], (1, "1000/0080000001", false));
    assert_eq!(told[1], (2, "1000/0080000001", true));
    assert_eq!(told.len(), 3, "the unlocked record came through: {told:?}");
}

#[tokio::test]
async fn too_large_a_request_is_refused() {
    let sap = SapSimulator::builder().max_request(1000).start().await.unwrap();
    let answer = call(&sap, "ZCustomsPutStatus", &"<x/>".repeat(500)).await;
    assert_eq!(answer.status, 413);
}

#[tokio::test]
async fn the_password_shows_nowhere() {
    let sap = SapSimulator::builder()
        .auth("A", "canary-secret")
        .start()
        .await
        .unwrap();
    assert!(!format!("{sap:?}").contains("canary-secret"));
}
