//! Calls over a scripted transport: what goes out, what comes back, how memory and time are bounded.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use customs_http::scripted::{Reply, ScriptedTransport, When};
use customs_http::{CookieTransport, Phase, Request, Sent, Timeouts, Transport, TransportErrorKind};
use futures_util::{StreamExt as _, TryStreamExt as _};
use http::header::{AUTHORIZATION, CONTENT_TYPE, COOKIE, SET_COOKIE};
use http::{HeaderMap, HeaderValue, StatusCode};
use sap_soap::client::Hook;
use sap_soap::response::{Characters, FaultKind, Kind, ReadErrorKind};
use sap_soap::wsdl::Wsdl;
use sap_soap::{Client, Config, Error, Row};
use secrecy::SecretString;
use serde_json::json;

const CANARY: &str = "canary-pä55";
const ENDPOINT: &str = "https://sap.example:44300/sap/bc/srt/rfc/sap/z_customs/100/z_customs/z_customs";

fn config() -> Config {
    Config::new()
        .endpoint(ENDPOINT.parse().unwrap())
        .basic("RFCUSER", SecretString::from(CANARY))
        .mandant("100")
        .language("KO")
}

fn client_with(config: Config) -> (ScriptedTransport, Client) {
    let wsdl = Wsdl::from_bytes("customs.wsdl", include_bytes!("../data/customs.wsdl")).unwrap();
    let script = ScriptedTransport::new();
    (
        script.clone(),
        Client::new(Arc::new(script), Arc::new(wsdl), config),
    )
}

fn client() -> (ScriptedTransport, Client) {
    client_with(config())
}

fn xml(body: impl Into<String>) -> Reply {
    Reply::ok(body.into()).header(CONTENT_TYPE, HeaderValue::from_static("text/xml; charset=utf-8"))
}

fn envelope(operation: &str, content: &str) -> String {
    format!(
        "<soap-env:Envelope xmlns:soap-env=\"http://schemas.xmlsoap.org/soap/envelope/\"><soap-env:Header/><soap-env:Body>\
         <n0:{operation}Response xmlns:n0=\"urn:sap-com:document:sap:soap:functions:mc-style\">{content}</n0:{operation}Response>\
         </soap-env:Body></soap-env:Envelope>"
    )
}

fn due(vbeln: &str) -> String {
    format!(
        "<item><Bukrs>1000</Bukrs><Vbeln>{vbeln}</Vbeln><Posnr>000010</Posnr><Stats/><Menge>12.5-</Menge></item>"
    )
}

#[derive(Debug, serde::Deserialize, PartialEq)]
#[serde(rename_all = "PascalCase")]
struct Due {
    vbeln: String,
    posnr: u32,
    menge: f64,
}

#[tokio::test]
async fn a_call_carries_logon_action_and_mandant() {
    let (script, client) = client();
    script.push(xml(envelope("ZCustomsGetDue", "<EtDue/><EvNext/>")));
    let decoded = client
        .call("ZCustomsGetDue", &json!({"IvBukrs": "1000", "IvMax": 10}))
        .await
        .unwrap();
    assert_eq!(decoded.kind, Kind::Response);
    // `<EtDue/>` is a table, since the WSDL says so.
    assert_eq!(
        serde_json::to_string(&decoded.values).unwrap(),
        r#"{"EtDue":[],"EvNext":""}"#
    );
    let sent = &script.requests()[0];
    assert_eq!(sent.url.to_string(), format!("{ENDPOINT}?…"));
    assert_eq!(
        (
            sent.query("sap-client").as_deref(),
            sent.query("sap-language").as_deref()
        ),
        (Some("100"), Some("KO"))
    );
    assert_eq!(
        sent.headers["soapaction"],
        "\"urn:sap-com:document:sap:soap:functions:mc-style:Z_CUSTOMS:ZCustomsGetDueRequest\""
    );
    assert_eq!(sent.headers[CONTENT_TYPE], "text/xml; charset=utf-8");
    assert_eq!(sent.headers[AUTHORIZATION], "Basic UkZDVVNFUjpjYW5hcnktcMOkNTU=");
    let body = sent.text();
    assert!(
        body.contains("<IvBukrs>1000</IvBukrs><IvMax>10</IvMax>"),
        "{body}"
    );
    // Named, so that SAP sends it back.
    assert!(body.contains("<EtDue/>"), "{body}");
}

#[tokio::test]
async fn an_action_that_the_wsdl_does_not_give_is_sent_empty() {
    let (script, client) = client();
    script.push(xml(envelope("ZCustomsPutStatus", "")));
    client
        .call("ZCustomsPutStatus", &json!({"ItStatus": []}))
        .await
        .unwrap();
    assert_eq!(script.requests()[0].headers["soapaction"], "\"\"");
}

#[tokio::test]
async fn nothing_secret_shows() {
    let (script, client) = client();
    script.push(Reply::fail(TransportErrorKind::Connect, Sent::No));
    script.push(Reply::new(StatusCode::UNAUTHORIZED).body(format!("<html>{CANARY}</html>")));
    let no_connection = client
        .call("ZCustomsGetDue", &json!({"IvMax": 1}))
        .await
        .unwrap_err();
    let refused = client
        .call("ZCustomsGetDue", &json!({"IvMax": 1}))
        .await
        .unwrap_err();
    for shown in [
        format!("{client:?}"),
        format!("{no_connection} {no_connection:?}"),
        format!("{refused} {refused:?}"),
    ] {
        assert!(!shown.contains(CANARY), "{shown}");
        assert!(!shown.contains("UkZDVVNFUjpjYW5hcnk"), "{shown}");
        assert!(!shown.contains("sap-client=100"), "{shown}");
    }
    assert_eq!(
        (no_connection.sent(), no_connection.is_transient()),
        (Sent::No, true)
    );
    assert_eq!((refused.sent(), refused.is_transient()), (Sent::Answered, false));
    assert_eq!(refused.fault().unwrap().kind, FaultKind::Logon);
}

#[tokio::test]
async fn rows_stream_as_they_come() {
    let (script, client) = client();
    let whole = envelope(
        "ZCustomsGetDue",
        &format!(
            "<EvNext>0080000002</EvNext><EtDue>{}{}</EtDue>",
            due("0080000001"),
            due("0080000002")
        ),
    );
    // The last piece never comes: the first row must be there all the same.
    let first = whole.find("0080000002</Vbeln>").unwrap();
    script.push(xml("").pieces([whole[..first].to_owned()]).then_hang());
    let mut rows = client
        .call_rows("ZCustomsGetDue", &json!({"IvMax": 2}), "EtDue")
        .await
        .unwrap();
    assert_eq!(
        rows.next().await.unwrap().unwrap().text("Vbeln"),
        Some("0080000001")
    );
    drop(rows);

    script.push(xml("").pieces(whole.as_bytes().chunks(100).map(<[u8]>::to_vec)));
    let mut rows = client
        .call_rows("ZCustomsGetDue", &json!({"IvMax": 2}), "EtDue")
        .await
        .unwrap();
    assert!(rows.reply().is_none());
    let all: Vec<Row> = rows.by_ref().try_collect().await.unwrap();
    assert_eq!(all[1].text("Vbeln"), Some("0080000002"));
    assert_eq!(rows.rows_read(0), Some(2));
    assert_eq!(
        rows.into_reply().unwrap().values.text("EvNext"),
        Some("0080000002")
    );
}

#[tokio::test]
async fn rows_read_as_structures_and_an_error_names_the_row() {
    let (script, client) = client();
    let rows = format!(
        "{}{}",
        due("0080000001"),
        due("0080000002").replace("000010", "x")
    );
    script.push(xml(envelope(
        "ZCustomsGetDue",
        &format!("<EtDue>{rows}</EtDue><EvNext/>"),
    )));
    let rows = client
        .call_rows("ZCustomsGetDue", &json!({"IvMax": 2}), "EtDue")
        .await
        .unwrap();
    let all: Vec<Result<Due, Error>> = rows.typed().collect().await;
    assert_eq!(
        *all[0].as_ref().unwrap(),
        Due {
            vbeln: "0080000001".into(),
            posnr: 10,
            menge: -12.5
        }
    );
    assert_eq!(
        all[1].as_ref().unwrap_err().to_string(),
        "EtDue[1].Posnr: expected a number, found \"x\""
    );
}

#[tokio::test]
async fn rows_can_be_borrowed_from_the_buffer() {
    let (script, client) = client();
    script.push(xml(envelope(
        "ZCustomsGetDue",
        &format!("<EtDue>{}</EtDue><EvNext/>", due("0080000001")),
    )));
    let mut rows = client
        .call_rows("ZCustomsGetDue", &json!({"IvMax": 2}), "EtDue")
        .await
        .unwrap();
    let row = rows.next_row().await.unwrap().unwrap();
    assert_eq!(row.text("Vbeln"), Some("0080000001"));
    assert!(rows.next_row().await.is_none());
    assert!(rows.reply().is_some());
}

#[tokio::test]
async fn fields_that_the_wsdl_does_not_know_are_counted() {
    let (script, client) = client();
    let rows = due("0080000001")
        .replace("<Stats/>", "<Stats/><Zznew>1</Zznew>")
        .repeat(3);
    script.push(xml(envelope(
        "ZCustomsGetDue",
        &format!("<EtNew/><EtDue>{rows}</EtDue><EvNext/>"),
    )));
    let mut rows = client
        .call_rows("ZCustomsGetDue", &json!({"IvMax": 2}), "EtDue")
        .await
        .unwrap();
    while let Some(row) = rows.next().await {
        assert_eq!(row.unwrap().get("Zznew"), None);
    }
    let unknown = &rows.reply().unwrap().unknown;
    let expected = [("EtDue.Zznew".to_owned(), 3), ("EtNew".to_owned(), 1)];
    assert_eq!(
        unknown.iter().map(|(p, n)| (p.clone(), *n)).collect::<Vec<_>>(),
        expected
    );
}

#[tokio::test]
async fn a_message_of_type_e_ends_the_rows_with_an_error() {
    let (script, client) = client();
    let message = "<EtReturn><item><Type>E</Type><Id>Z1</Id><Number>007</Number><Message>locked</Message></item></EtReturn>";
    let content = format!("<EtDue>{}</EtDue>{message}", due("0080000001"));
    script.push(xml(envelope("ZCustomsGetDue", &content)));
    let mut rows = client
        .call_rows("ZCustomsGetDue", &json!({"IvMax": 2}), "EtDue")
        .await
        .unwrap();
    assert!(rows.next().await.unwrap().is_ok());
    let error = rows.next().await.unwrap().unwrap_err();
    assert_eq!(error.to_string(), "business error Z1 007: locked (HTTP 200)");
    assert!(rows.next().await.is_none());
}

#[tokio::test]
async fn an_exchange_gives_messages_without_judging_them() {
    let (script, client) = client();
    let message = "<EtReturn><item><Type>E</Type><Id>Z1</Id><Number>007</Number><Message>locked</Message><Row>2</Row></item></EtReturn>";
    script.push(xml(envelope("ZCustomsPutStatus", message)));
    let decoded = client
        .exchange("ZCustomsPutStatus", &json!({"ItStatus": []}))
        .await
        .unwrap();
    assert_eq!((decoded.kind, decoded.messages[0].row), (Kind::BusinessError, 2));
}

#[tokio::test]
async fn a_fault_instead_of_rows_is_the_calls_own_error() {
    let (script, client) = client();
    let fault = "<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\"><e:Body><e:Fault><faultcode>e:Client</faultcode>\
        <faultstring>INVALID_CURSOR</faultstring><detail><n0:ZCustomsGetDue.Exception xmlns:n0=\"urn:x\"><Name>INVALID_CURSOR</Name>\
        </n0:ZCustomsGetDue.Exception></detail></e:Fault></e:Body></e:Envelope>";
    script.push(Reply::new(StatusCode::INTERNAL_SERVER_ERROR).body(fault));
    let error = client
        .call_rows("ZCustomsGetDue", &json!({"IvMax": 2}), "EtDue")
        .await
        .unwrap_err();
    assert_eq!(error.fault().unwrap().name.as_deref(), Some("INVALID_CURSOR"));
}

#[tokio::test]
async fn a_page_with_status_200_is_told_from_broken_xml() {
    let (script, client) = client();
    script.push(xml(
        "<html><head><title>Logon</title></head><body><br><input type=\"password\"></body></html>",
    ));
    let whole = envelope("ZCustomsGetDue", &format!("<EtDue>{}</EtDue>", due("0080000001")));
    script.push(xml(&whole[..whole.len() - 40]));
    for expected in [Some(FaultKind::Logon), None] {
        let mut rows = client
            .call_rows("ZCustomsGetDue", &json!({"IvMax": 2}), "EtDue")
            .await
            .unwrap();
        let error = loop {
            if let Err(error) = rows.next().await.unwrap() {
                break error;
            }
        };
        match (&error, expected) {
            (Error::Fault(fault), Some(kind)) => assert_eq!(fault.kind, kind),
            (Error::Read(read), None) => assert_eq!(read.kind(), ReadErrorKind::Truncated),
            (other, _) => panic!("{other}"),
        }
    }
}

#[tokio::test]
async fn a_page_without_end_is_cut() {
    let (script, client) = client();
    let page = vec![b'x'; 5 << 20];
    script.push(Reply::new(StatusCode::BAD_GATEWAY).body(page));
    let error = client
        .call("ZCustomsGetDue", &json!({"IvMax": 2}))
        .await
        .unwrap_err();
    let Error::Transport(error) = error else {
        panic!("{error}")
    };
    assert_eq!(error.kind(), TransportErrorKind::TooLarge);
}

#[tokio::test]
async fn a_multipart_answer_gives_its_payload() {
    let (script, client) = client();
    let envelope = "<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/'><e:Body><m:Manifest xmlns:m='u'>\
        <m:Payload xmlns:x='l' x:href='cid:p@x'/></m:Manifest></e:Body></e:Envelope>";
    let payload = "<n0:ZCustomsGetDueResponse xmlns:n0='u'><EvNext>7</EvNext></n0:ZCustomsGetDueResponse>";
    let body = format!(
        "--b\r\nContent-ID: <r@x>\r\n\r\n{envelope}\r\n--b\r\nContent-ID: <p@x>\r\n\r\n{payload}\r\n--b--\r\n"
    );
    let content_type = HeaderValue::from_static("Multipart/Related; boundary=b; type=\"text/xml\"");
    script.push(Reply::ok(body).header(CONTENT_TYPE, content_type));
    let decoded = client.call("ZCustomsGetDue", &json!({"IvMax": 2})).await.unwrap();
    assert_eq!(decoded.values.text("EvNext"), Some("7"));
}

#[tokio::test]
async fn a_broken_connection_ends_the_rows() {
    let (script, client) = client();
    let whole = envelope("ZCustomsGetDue", &format!("<EtDue>{}</EtDue>", due("0080000001")));
    script.push(
        xml("")
            .pieces([whole[..whole.len() - 60].to_owned()])
            .then_fail(TransportErrorKind::Reset),
    );
    let mut rows = client
        .call_rows("ZCustomsGetDue", &json!({"IvMax": 2}), "EtDue")
        .await
        .unwrap();
    assert!(rows.next().await.unwrap().is_ok());
    let error = rows.next().await.unwrap().unwrap_err();
    assert_eq!((error.sent(), error.is_transient()), (Sent::Answered, true));
    assert!(rows.next().await.is_none());
}

#[tokio::test(start_paused = true)]
async fn a_silent_server_costs_the_time_that_was_set() {
    let timeouts = Timeouts {
        head: Duration::from_secs(2),
        idle: Duration::from_secs(3),
        total: Duration::from_secs(60),
    };
    let (script, client) = client_with(config().timeouts(timeouts));
    script.push(Reply::hang());
    let started = tokio::time::Instant::now();
    let error = client
        .call("ZCustomsGetDue", &json!({"IvMax": 2}))
        .await
        .unwrap_err();
    assert_eq!(started.elapsed(), Duration::from_secs(2));
    let Error::Transport(error) = error else {
        panic!("{error}")
    };
    assert_eq!(
        (error.kind(), error.sent()),
        (TransportErrorKind::Timeout(Phase::Head), Sent::Maybe)
    );
}

#[tokio::test]
async fn pushed_rows_are_written_while_they_are_sent() {
    let (script, client) = client();
    script.push(xml(envelope("ZCustomsPutStatus", "")));
    let rows = (0..10_000).map(|i| json!({"Vbeln": format!("{i:010}"), "Stats": "50"}));
    let rows = futures_util::stream::iter(rows);
    let decoded = client
        .push_rows("ZCustomsPutStatus", &json!({}), "ItStatus", rows)
        .await
        .unwrap();
    assert_eq!(decoded.kind, Kind::Response);
    let body = script.requests()[0].text();
    assert_eq!(body.matches("<item>").count(), 10_000);
    assert!(body.ends_with("</soap-env:Envelope>"));
}

#[tokio::test]
async fn a_row_that_cannot_be_written_is_named() {
    let (script, client) = client();
    script.push(xml(envelope("ZCustomsPutStatus", "")));
    let rows = futures_util::stream::iter([json!({"Vbeln": "1"}), json!({"Vbeln": "12345678901"})]);
    let error = client
        .push_rows("ZCustomsPutStatus", &json!({}), "ItStatus", rows)
        .await
        .unwrap_err();
    assert_eq!(error.to_string(), "ItStatus[1].Vbeln: 11 characters, at most 10");
    assert_eq!(error.sent(), Sent::No);
}

#[tokio::test]
async fn parameters_that_do_not_fit_are_never_sent() {
    let (script, client) = client();
    let error = client
        .call("ZCustomsGetDue", &json!({"IvBukrs": "10000"}))
        .await
        .unwrap_err();
    assert_eq!(error.to_string(), "IvBukrs: 5 characters, at most 4");
    let error = client.call("ZCustomsGetDu", &json!({})).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "no operation ZCustomsGetDu; the nearest is ZCustomsGetDue"
    );
    assert!(script.requests().is_empty());
}

#[tokio::test]
async fn control_characters_are_replaced_if_one_likes() {
    let (script, client) = client_with(config().characters(Characters::Replace('?')));
    script.push(xml(envelope(
        "ZCustomsGetDue",
        "<EtDue/><EvNext>a&#x1;b</EvNext>",
    )));
    let decoded = client.call("ZCustomsGetDue", &json!({"IvMax": 2})).await.unwrap();
    assert_eq!(decoded.values.text("EvNext"), Some("a?b"));
}

#[tokio::test]
async fn a_session_keeps_its_cookies_to_itself() {
    let (_, client) = client();
    let script = ScriptedTransport::new();
    let cookie = HeaderValue::from_static("sap-contextid=SID%3aANON; path=/sap");
    script.push(xml(envelope("ZCustomsPutStatus", "")).header(SET_COOKIE, cookie));
    script.push(xml(envelope("ZCustomsPutStatus", "")));
    script.push(xml(envelope("ZCustomsPutStatus", "")));
    let client = Client::new(Arc::new(script.clone()), Arc::clone(client.wsdl()), config());
    let session = client.session();
    for client in [&session, &session, &client] {
        client
            .call("ZCustomsPutStatus", &json!({"ItStatus": []}))
            .await
            .unwrap();
    }
    let cookies: Vec<_> = script
        .requests()
        .iter()
        .map(|r| r.headers.get(COOKIE).cloned())
        .collect();
    assert_eq!(
        cookies,
        [
            None,
            Some(HeaderValue::from_static("sap-contextid=SID%3aANON")),
            None
        ]
    );
}

#[tokio::test]
async fn a_bapi_and_its_commit_of_another_wsdl_share_a_session() {
    let script = ScriptedTransport::new();
    let cookie = HeaderValue::from_static("sap-contextid=SID%3aANON; path=/sap");
    script.push(xml(envelope("ZCustomsPutStatus", "")).header(SET_COOKIE, cookie));
    script.push(xml(
        "<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\"><e:Body><r:BAPI_TRANSACTION_COMMIT.Response \
         xmlns:r=\"urn:sap-com:document:sap:rfc:functions\"><RETURN/></r:BAPI_TRANSACTION_COMMIT.Response></e:Body></e:Envelope>",
    ));
    let session: Arc<dyn Transport> = Arc::new(CookieTransport::new(Arc::new(script.clone())));
    let (_, described) = client();
    let bapi = Client::new(Arc::clone(&session), Arc::clone(described.wsdl()), config());
    let commit = Client::without_wsdl(session, config());
    bapi.call("ZCustomsPutStatus", &json!({"ItStatus": []}))
        .await
        .unwrap();
    commit
        .call("BAPI_TRANSACTION_COMMIT", &json!({"WAIT": "X"}))
        .await
        .unwrap();
    let sent = script.requests();
    assert_eq!(sent[1].headers[COOKIE], "sap-contextid=SID%3aANON");
    assert!(sent[1].text().contains("<WAIT>X</WAIT>"));
}

#[tokio::test]
async fn the_kernels_own_soap_needs_no_wsdl() {
    let script = ScriptedTransport::new();
    let endpoint = "https://sap.example/sap/bc/soap/rfc".parse().unwrap();
    let client = Client::without_wsdl(Arc::new(script.clone()), Config::new().endpoint(endpoint));
    script.push(xml(
        "<SOAP-ENV:Envelope xmlns:SOAP-ENV=\"http://schemas.xmlsoap.org/soap/envelope/\"><SOAP-ENV:Body>\
         <rfc:RFC_READ_TABLE.Response xmlns:rfc=\"urn:sap-com:document:sap:rfc:functions\"><DATA><item><WA>  1</WA></item></DATA>\
         </rfc:RFC_READ_TABLE.Response></SOAP-ENV:Body></SOAP-ENV:Envelope>",
    ));
    let parameters = json!({"QUERY_TABLE": "T001", "DATA": []});
    let rows = client
        .call_rows("RFC_READ_TABLE", &parameters, "DATA")
        .await
        .unwrap();
    let rows: Vec<Row> = rows.try_collect().await.unwrap();
    assert_eq!(rows[0].text("WA"), Some("  1"));
    let body = script.requests()[0].text();
    assert!(body.contains("RFC_READ_TABLE xmlns:"), "{body}");
    assert!(body.contains("<QUERY_TABLE>T001</QUERY_TABLE><DATA/>"), "{body}");
}

#[tokio::test]
async fn a_username_token_stands_in_the_envelope_only() {
    let config = Config::new()
        .endpoint(ENDPOINT.parse().unwrap())
        .username_token("A&B", SecretString::from("<pw>"));
    let (script, client) = client_with(config);
    script.push(xml(envelope("ZCustomsPutStatus", "")));
    client
        .call("ZCustomsPutStatus", &json!({"ItStatus": []}))
        .await
        .unwrap();
    let sent = &script.requests()[0];
    assert!(sent.headers.get(AUTHORIZATION).is_none());
    let body = sent.text();
    assert!(body.contains("<wsse:Username>A&amp;B</wsse:Username>"), "{body}");
    assert!(
        body.contains("#PasswordText\">&lt;pw&gt;</wsse:Password>"),
        "{body}"
    );
    assert!(!format!("{client:?}").contains("<pw>"));
}

#[tokio::test]
async fn ranges_of_keys_are_read_side_by_side() {
    let (script, client) = client();
    for range in ["A", "B", "C"] {
        let when = When::any().body_contains(format!("<IvAfter>{range}</IvAfter>"));
        let rows = due(&format!("{range}1")) + &due(&format!("{range}2"));
        script.on(
            when,
            xml(envelope(
                "ZCustomsGetDue",
                &format!("<EtDue>{rows}</EtDue><EvNext/>"),
            )),
        );
    }
    let ranges = ["A", "B", "C"]
        .map(|after| json!({"IvAfter": after, "IvMax": 2}))
        .to_vec();
    let rows: Vec<Row> = client
        .call_ranges("ZCustomsGetDue", ranges, "EtDue", 2)
        .try_collect()
        .await
        .unwrap();
    let mut found: Vec<_> = rows.iter().map(|row| row.text("Vbeln").unwrap()).collect();
    found.sort_unstable();
    assert_eq!(found, ["A1", "A2", "B1", "B2", "C1", "C2"]);
}

#[derive(Debug, Default)]
struct Passport(Mutex<Vec<String>>);

impl Hook for Passport {
    fn request(&self, operation: &str, request: &mut Request) {
        request
            .headers
            .insert("sap-passport", HeaderValue::from_static("2A54"));
        self.0.lock().unwrap().push(format!("> {operation}"));
    }

    fn response(&self, operation: &str, status: StatusCode, _headers: &HeaderMap) {
        self.0.lock().unwrap().push(format!("< {operation} {status}"));
    }
}

#[tokio::test]
async fn hooks_see_and_change_what_goes_out() {
    let hook = Arc::new(Passport::default());
    let (script, client) = client_with(config().hook(hook.clone()));
    script.push(xml(envelope("ZCustomsPutStatus", "")));
    client
        .call("ZCustomsPutStatus", &json!({"ItStatus": []}))
        .await
        .unwrap();
    assert_eq!(script.requests()[0].headers["sap-passport"], "2A54");
    assert_eq!(
        *hook.0.lock().unwrap(),
        ["> ZCustomsPutStatus", "< ZCustomsPutStatus 200 OK"]
    );
}

#[tokio::test]
async fn a_wsdl_is_loaded_over_http_with_what_it_imports() {
    let main = "<definitions xmlns=\"http://schemas.xmlsoap.org/wsdl/\" targetNamespace=\"urn:m\"><import namespace=\"urn:o\" location=\"part.wsdl\"/>\
        <import namespace=\"urn:p\" location=\"https://other.example/p.wsdl\"/></definitions>";
    let part = "<definitions xmlns=\"http://schemas.xmlsoap.org/wsdl/\"/>";
    let script = ScriptedTransport::new();
    script.on(When::get("/sap/main"), xml(main));
    script.on(When::get("/sap/part.wsdl"), xml(part));
    script.on(When::get("/p.wsdl"), Reply::new(StatusCode::NOT_FOUND));
    let client = Client::load(
        Arc::new(script.clone()),
        "https://sap.example/sap/main?wsdl",
        config(),
    )
    .await
    .unwrap();
    let missing = &client.wsdl().missing;
    assert_eq!(missing.len(), 1);
    assert_eq!(missing[0].location, "https://other.example/p.wsdl");
    assert!(
        missing[0].reason.contains("no such service"),
        "{}",
        missing[0].reason
    );
    let with_logon: Vec<_> = script
        .requests()
        .iter()
        .map(|r| {
            (
                r.url.expose().host_str().unwrap().to_owned(),
                r.headers.contains_key(AUTHORIZATION),
            )
        })
        .collect();
    let sap = || "sap.example".to_owned();
    assert_eq!(
        with_logon,
        [(sap(), true), ("other.example".to_owned(), false), (sap(), true)]
    );
}

#[tokio::test]
async fn a_refused_wsdl_says_why() {
    let refusal =
        "<error><user>X</user><errorText>WSP Exception caught: no binding</errorText><bindingKey/></error>";
    let page = "<html><head><title>Logon Error Message</title></head></html>";
    for (reply, kind) in [
        (xml(refusal), FaultKind::WsdlRefused),
        (Reply::new(StatusCode::UNAUTHORIZED).body(page), FaultKind::Logon),
        (xml(page), FaultKind::Logon),
    ] {
        let script = ScriptedTransport::new();
        script.push(reply);
        let error = Client::load(Arc::new(script), "https://sap.example/x?wsdl", config())
            .await
            .unwrap_err();
        assert_eq!(error.fault().map(|fault| fault.kind), Some(kind), "{error}");
    }
}
