//! A function module as source and as sink, configured and never programmed.

use std::sync::Arc;

use customs_core::{
    CallContext, Cursor, Delivery, ErrorKind, FetchRequest, Fields, Idempotency, Page, RecordKey, Select,
    Sent, Sink, SourceSystem,
};
use customs_http::scripted::{Reply, ScriptedTransport};
use customs_http::{Phase, TransportErrorKind};
use http::StatusCode;
use sap_soap::pipeline::{SapSink, SapSource};
use sap_soap::wsdl::Wsdl;
use sap_soap::{Client, Config};
use serde_json::json;

fn client() -> (ScriptedTransport, Client) {
    client_of(Wsdl::from_bytes("customs.wsdl", include_bytes!("../data/customs.wsdl")).unwrap())
}

fn client_of(wsdl: Wsdl) -> (ScriptedTransport, Client) {
    let script = ScriptedTransport::new();
    let config = Config::new().endpoint("https://sap.example/zcustoms".parse().unwrap());
    (
        script.clone(),
        Client::new(Arc::new(script), Arc::new(wsdl), config),
    )
}

fn source(page: &serde_json::Value) -> (ScriptedTransport, SapSource) {
    let (script, client) = client();
    let mut config = json!({
        "wsdl": "customs.wsdl", "operation": "ZCustomsGetDue", "params": {"IvBukrs": "1000"}, "rows": "EtDue",
        "key": ["Bukrs", "Vbeln"], "origin": ["Bukrs", "Vbeln", "Posnr"], "current": "Stats"
    });
    if !page.is_null() {
        config["page"] = page.clone();
    }
    let query = json!({"service": "API001", "params": {"cargMtNo": "{CargMtNo|trim}"}});
    let config = serde_json::from_value(config).unwrap();
    (
        script,
        SapSource::new(client, config, serde_json::from_value(query).unwrap()).unwrap(),
    )
}

fn sink(results: &serde_json::Value) -> (ScriptedTransport, SapSink) {
    let (script, client) = client();
    let mut config = json!({
        "operation": "ZCustomsPutStatus", "rows": "ItStatus", "max_batch": 3,
        "columns": {"Vbeln": "{origin.Vbeln}", "Stats": "{status}"}
    });
    if !results.is_null() {
        config["results"] = results.clone();
    }
    (
        script,
        SapSink::new(client, serde_json::from_value(config).unwrap(), Idempotency::None).unwrap(),
    )
}

fn cx() -> CallContext {
    CallContext::new("1000".into(), "import".into(), "r".into())
}

fn reply(operation: &str, content: &str) -> Reply {
    Reply::ok(format!(
        "<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\"><e:Body><n0:{operation}Response \
         xmlns:n0=\"urn:sap-com:document:sap:soap:functions:mc-style\">{content}</n0:{operation}Response></e:Body></e:Envelope>"
    ))
}

fn due(vbeln: &str, cargo: &str) -> String {
    format!(
        "<item><Bukrs>1000</Bukrs><Vbeln>{vbeln}</Vbeln><Posnr>000010</Posnr><CargMtNo>{cargo}</CargMtNo><Stats>50</Stats></item>"
    )
}

fn first(limit: usize) -> FetchRequest {
    FetchRequest {
        select: Select::Due,
        after: None,
        limit,
    }
}

fn keys(page: &Page) -> Vec<&str> {
    page.records.iter().map(|record| record.key.as_str()).collect()
}

fn delivery(vbeln: &str, stats: &str) -> Delivery {
    Delivery {
        key: RecordKey::from_parts(["1000", vbeln]),
        idempotency_key: "0".repeat(32),
        observed_at: "2026-11-23T03:17:05Z".parse().unwrap(),
        columns: [("Vbeln", vbeln), ("Stats", stats)]
            .into_iter()
            .collect::<Fields>(),
        corrected: false,
    }
}

#[tokio::test]
async fn a_row_becomes_a_due_record() {
    let (script, source) = source(&json!({"size": "IvMax", "cursor": "IvAfter"}));
    let rows = due("0080001234", " 00ABCD ") + &due("0080001235", "");
    script.push(reply(
        "ZCustomsGetDue",
        &format!("<EtDue>{rows}</EtDue><EvNext/>"),
    ));
    let cx = cx();
    let page = source.fetch(&cx, first(10)).await.unwrap();
    let record = &page.records[0];
    assert_eq!(record.key.as_str(), "1000/0080001234");
    assert_eq!(record.query.params.get("cargMtNo"), Some("00ABCD"));
    let origin: Vec<_> = record.origin.iter().collect();
    assert_eq!(
        origin,
        [("Bukrs", "1000"), ("Vbeln", "0080001234"), ("Posnr", "000010")]
    );
    assert_eq!(record.current.as_ref().unwrap().get("Stats"), Some("50"));
    // A row without a question is rejected with its cause, and costs no other row.
    assert_eq!(page.rejected[0].key.as_str(), "1000/0080001235");
    assert_eq!(page.rejected[0].error.get_code(), "nothing_to_ask");
    assert_eq!(page.next, None);
    assert_eq!(cx.meter.calls().source_reads, 1);
    let sent = script.requests()[0].text();
    assert!(
        sent.contains("<IvBukrs>1000</IvBukrs><IvMax>10</IvMax>"),
        "{sent}"
    );
}

#[tokio::test]
async fn pages_go_on_after_the_last_key() {
    let (script, source) = source(&json!({"size": "IvMax", "cursor": "IvAfter"}));
    let rows = due("0080000001", "A") + &due("0080000002", "B");
    script.push(reply(
        "ZCustomsGetDue",
        &format!("<EtDue>{rows}</EtDue><EvNext/>"),
    ));
    script.push(reply(
        "ZCustomsGetDue",
        &format!("<EtDue>{}</EtDue><EvNext/>", due("0080000003", "C")),
    ));
    let page = source.fetch(&cx(), first(2)).await.unwrap();
    assert_eq!(page.next, Some(Cursor("1000/0080000002".into())));
    let page = source
        .fetch(
            &cx(),
            FetchRequest {
                after: page.next,
                ..first(2)
            },
        )
        .await
        .unwrap();
    assert_eq!((keys(&page), page.next.clone()), (vec!["1000/0080000003"], None));
    let sent = script.requests()[1].text();
    assert!(sent.contains("<IvAfter>1000/0080000002</IvAfter>"), "{sent}");
}

#[tokio::test]
async fn pages_go_on_where_the_reply_says() {
    let (script, source) = source(&json!({"size": "IvMax", "cursor": "IvAfter", "next": "EvNext"}));
    script.push(reply(
        "ZCustomsGetDue",
        &format!("<EtDue>{}</EtDue><EvNext>42</EvNext>", due("1", "A")),
    ));
    let page = source.fetch(&cx(), first(2)).await.unwrap();
    assert_eq!(page.next, Some(Cursor("42".into())));
    // More rows than were asked for would be passed over.
    let rows = due("1", "A") + &due("2", "B") + &due("3", "C");
    script.push(reply(
        "ZCustomsGetDue",
        &format!("<EtDue>{rows}</EtDue><EvNext>42</EvNext>"),
    ));
    let error = source.fetch(&cx(), first(2)).await.unwrap_err();
    assert_eq!(error.get_code(), "page_size_ignored");
}

#[tokio::test]
async fn a_list_without_pages_is_cut_here() {
    let (script, source) = source(&json!(null));
    let rows = due("1", "A") + &due("2", "B") + &due("3", "C");
    let content = format!("<EtDue>{rows}</EtDue><EvNext/>");
    script
        .push(reply("ZCustomsGetDue", &content))
        .push(reply("ZCustomsGetDue", &content));
    let page = source.fetch(&cx(), first(2)).await.unwrap();
    assert_eq!(keys(&page), ["1000/1", "1000/2"]);
    let page = source
        .fetch(
            &cx(),
            FetchRequest {
                after: page.next,
                ..first(2)
            },
        )
        .await
        .unwrap();
    assert_eq!((keys(&page), page.next.clone()), (vec!["1000/3"], None));
}

#[tokio::test]
async fn a_list_that_lost_the_place_where_the_page_begins_is_an_error() {
    let (script, source) = source(&json!(null));
    script.push(reply(
        "ZCustomsGetDue",
        &format!("<EtDue>{}</EtDue>", due("3", "C")),
    ));
    let after = Some(customs_core::Cursor("1000/2".to_owned()));
    let error = source
        .fetch(&cx(), FetchRequest { after, ..first(2) })
        .await
        .unwrap_err();
    assert_eq!(error.get_code(), "cursor_lost");
}

#[tokio::test]
async fn a_misspelt_next_loses_no_page_in_silence() {
    let (script, source) = source(&json!({"size": "IvMax", "cursor": "IvAfter", "next": "EvNxt"}));
    script.push(reply(
        "ZCustomsGetDue",
        &format!("<EtDue>{}</EtDue><EvNext>x</EvNext>", due("1", "A")),
    ));
    assert_eq!(
        source.fetch(&cx(), first(10)).await.unwrap_err().get_code(),
        "no_such_parameter"
    );
}

#[tokio::test]
async fn a_due_list_that_is_missing_is_no_empty_one() {
    let (script, source) = source(&json!({"size": "IvMax", "cursor": "IvAfter"}));
    script.push(reply("ZCustomsGetDue", "<EvNext/>"));
    script.push(reply("ZCustomsGetDue", "<EtDue/><EvNext/>"));
    assert_eq!(
        source.fetch(&cx(), first(10)).await.unwrap_err().get_code(),
        "no_such_table"
    );
    assert!(source.fetch(&cx(), first(10)).await.unwrap().records.is_empty());
}

#[tokio::test]
async fn single_keys_are_picked_from_the_list() {
    let (script, source) = source(&json!({"size": "IvMax", "cursor": "IvAfter"}));
    let rows = due("1", "A") + &due("2", "B") + &due("3", "C");
    script.push(reply(
        "ZCustomsGetDue",
        &format!("<EtDue>{rows}</EtDue><EvNext/>"),
    ));
    let select = Select::Keys(vec!["1000/2".into(), "1000/9".into()]);
    let page = source
        .fetch(&cx(), FetchRequest { select, ..first(10) })
        .await
        .unwrap();
    assert_eq!(keys(&page), ["1000/2"]);
}

#[tokio::test]
async fn an_unreadable_list_is_an_error_with_its_cause() {
    let (script, source) = source(&json!({"size": "IvMax", "cursor": "IvAfter"}));
    script.push(Reply::new(StatusCode::UNAUTHORIZED).body("<html><title>Logon Error Message</title></html>"));
    script.push(Reply::new(StatusCode::SERVICE_UNAVAILABLE));
    script.push(Reply::ok("<!DOCTYPE a [<!ENTITY b 'c'>]><a/>"));
    script.push(Reply::ok(
        "<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/'><e:Body>",
    ));
    for (kind, code, transient) in [
        (ErrorKind::Unauthorized, "logon_refused", false),
        (ErrorKind::Unavailable, "unavailable", true),
        (ErrorKind::Protocol, "dtd_refused", false),
        (ErrorKind::Protocol, "truncated_xml", true),
    ] {
        let error = source.fetch(&cx(), first(10)).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.get_code(), error.is_transient()),
            (kind, code, transient),
            "{error}"
        );
    }
}

fn message(severity: &str, row: &str, text: &str) -> String {
    format!(
        "<item><Type>{severity}</Type><Id>ZC</Id><Number>007</Number><Message>{text}</Message><Row>{row}</Row></item>"
    )
}

#[tokio::test]
async fn messages_fail_the_rows_they_name() {
    let (script, sink) = sink(&json!({"table": "EtReturn", "row": "Row"}));
    let messages = message("S", "1", "ok") + &message("E", "2", "locked") + &message("W", "3", "odd");
    script.push(reply(
        "ZCustomsPutStatus",
        &format!("<EtReturn>{messages}</EtReturn>"),
    ));
    let cx = cx();
    let batch = [delivery("1", "50"), delivery("2", "50"), delivery("3", "50")];
    let outcomes = sink.deliver(&cx, &batch).await.unwrap();
    assert!(outcomes[0].is_ok() && outcomes[2].is_ok());
    let error = outcomes[1].as_ref().unwrap_err();
    assert_eq!(
        (error.kind(), error.get_code(), error.message()),
        (ErrorKind::Refused, "ZC007", "locked")
    );
    assert_eq!(error.get_sent(), Sent::Answered);
    assert_eq!(cx.meter.calls().sink_writes, 1);
    let sent = script.requests()[0].text();
    // Every field of a row is there, and the table with the results is named.
    assert!(
        sent.contains("<Vbeln>1</Vbeln><Posnr>000000</Posnr><Stats>50</Stats><Udate>0000-00-00</Udate>"),
        "{sent}"
    );
    assert!(sent.contains("<EtReturn/>"), "{sent}");
}

#[tokio::test]
async fn a_message_without_a_row_fails_all() {
    let (script, sink) = sink(&json!({"table": "EtReturn", "row": "Row"}));
    script.push(reply(
        "ZCustomsPutStatus",
        &format!("<EtReturn>{}</EtReturn>", message("A", "0", "no authority")),
    ));
    let outcomes = sink
        .deliver(&cx(), &[delivery("1", "50"), delivery("2", "50")])
        .await
        .unwrap();
    assert!(
        outcomes
            .iter()
            .all(|o| o.as_ref().is_err_and(|e| e.message() == "no authority"))
    );
}

#[tokio::test]
async fn results_may_name_rows_by_their_key() {
    let row = "<xsd:element name=\"Row\" type=\"xsd:int\"/>";
    let wsdl =
        include_str!("../data/customs.wsdl").replace(row, &format!("{row}{}", row.replace("Row", "Vbeln")));
    let wsdl = Wsdl::from_bytes("customs.wsdl", wsdl.as_bytes()).unwrap();
    let (script, client) = client_of(wsdl);
    let config = json!({
        "operation": "ZCustomsPutStatus", "rows": "ItStatus", "results": {"table": "EtReturn", "key": ["Vbeln"]},
        "columns": {"Vbeln": "{origin.Vbeln}"}
    });
    let sink = SapSink::new(client, serde_json::from_value(config).unwrap(), Idempotency::None).unwrap();
    let result = message("E", "0", "locked").replace("<Row>0</Row>", "<Vbeln>2</Vbeln>");
    script.push(reply(
        "ZCustomsPutStatus",
        &format!("<EtReturn>{result}</EtReturn>"),
    ));
    let outcomes = sink
        .deliver(&cx(), &[delivery("1", "50"), delivery("2", "50")])
        .await
        .unwrap();
    assert!(outcomes[0].is_ok() && outcomes[1].is_err());
    // A message that names no row we sent is about all of them.
    let result = message("E", "0", "locked").replace("<Row>0</Row>", "<Vbeln>0000000002</Vbeln>");
    script.push(reply(
        "ZCustomsPutStatus",
        &format!("<EtReturn>{result}</EtReturn>"),
    ));
    let outcomes = sink
        .deliver(&cx(), &[delivery("1", "50"), delivery("2", "50")])
        .await
        .unwrap();
    assert!(outcomes.iter().all(Result::is_err));
}

#[tokio::test]
async fn without_results_it_is_all_or_nothing() {
    let (script, sink) = sink(&json!(null));
    script.push(reply("ZCustomsPutStatus", "<EtReturn/>"));
    script.push(reply(
        "ZCustomsPutStatus",
        &format!("<EtReturn>{}</EtReturn>", message("E", "1", "x")),
    ));
    let batch = [delivery("1", "50"), delivery("2", "50")];
    assert!(
        sink.deliver(&cx(), &batch)
            .await
            .unwrap()
            .iter()
            .all(Result::is_ok)
    );
    assert!(
        sink.deliver(&cx(), &batch)
            .await
            .unwrap()
            .iter()
            .all(Result::is_err)
    );
}

#[tokio::test]
async fn a_row_that_does_not_fit_fails_alone() {
    let (script, sink) = sink(&json!({"table": "EtReturn", "row": "Row"}));
    script.push(reply(
        "ZCustomsPutStatus",
        &format!("<EtReturn>{}</EtReturn>", message("E", "2", "locked")),
    ));
    let batch = [
        delivery("1", "50"),
        delivery("12345678901", "50"),
        delivery("3", "50"),
    ];
    let outcomes = sink.deliver(&cx(), &batch).await.unwrap();
    assert!(outcomes[0].is_ok());
    assert_eq!(outcomes[1].as_ref().unwrap_err().get_code(), "value_does_not_fit");
    // Row 2 of what was sent is the third of the batch.
    assert_eq!(outcomes[2].as_ref().unwrap_err().message(), "locked");
}

#[tokio::test]
async fn a_batch_that_is_too_large_is_refused_unsent() {
    let (script, sink) = sink(&json!(null));
    let batch: Vec<_> = (0..4).map(|i| delivery(&i.to_string(), "50")).collect();
    let error = sink.deliver(&cx(), &batch).await.unwrap_err();
    assert_eq!((error.kind(), error.get_sent()), (ErrorKind::Config, Sent::No));
    assert!(script.requests().is_empty());
}

#[tokio::test]
async fn a_write_whose_end_nobody_saw_is_in_doubt() {
    let fault = "<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/'><e:Body><e:Fault><faultcode>e:Server</faultcode>\
        <faultstring>x</faultstring></e:Fault></e:Body></e:Envelope>";
    for (reply, sent) in [
        (
            Reply::fail(TransportErrorKind::Connect, customs_http::Sent::No),
            Sent::No,
        ),
        (
            Reply::fail(
                TransportErrorKind::Timeout(Phase::Head),
                customs_http::Sent::Maybe,
            ),
            Sent::Maybe,
        ),
        (
            Reply::ok("")
                .pieces(["<e:Envelope"])
                .then_fail(TransportErrorKind::Reset),
            Sent::Maybe,
        ),
        (
            Reply::ok("<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/'>"),
            Sent::Maybe,
        ),
        (
            Reply::new(StatusCode::GATEWAY_TIMEOUT).body("<html><title>504</title></html>"),
            Sent::Maybe,
        ),
        (
            Reply::new(StatusCode::INTERNAL_SERVER_ERROR).body(fault),
            Sent::Answered,
        ),
        (
            Reply::new(StatusCode::UNAUTHORIZED).body("<html></html>"),
            Sent::Answered,
        ),
    ] {
        let shown = format!("{reply:?}");
        let (script, sink) = sink(&json!({"table": "EtReturn", "row": "Row"}));
        script.push(reply);
        let error = sink.deliver(&cx(), &[delivery("1", "50")]).await.unwrap_err();
        assert_eq!(error.get_sent(), sent, "{shown}: {error}");
    }
    // An answer without the table that would confirm the write.
    let (script, sink) = sink(&json!({"table": "EtReturn", "row": "Row"}));
    script.push(self::reply("ZCustomsPutStatus", ""));
    let outcomes = sink.deliver(&cx(), &[delivery("1", "50")]).await.unwrap();
    assert_eq!(outcomes[0].as_ref().unwrap_err().get_sent(), Sent::Maybe);
}

#[tokio::test]
async fn an_operation_that_the_wsdl_does_not_have_is_a_config_error() {
    let (_, client) = client();
    let config = json!({"operation": "ZCustomsPutStatu", "rows": "ItStatus", "columns": {}});
    let error = SapSink::new(client, serde_json::from_value(config).unwrap(), Idempotency::None).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(error.message().contains("ZCustomsPutStatus"), "{error}");
}
