//! Each fault class, met once by a client that sees bytes.

use std::io::ErrorKind;
use std::time::Duration;

use customs_test_harness::sap::SapSimulator;
use customs_test_harness::unipass::UnipassSimulator;
use secrecy::ExposeSecret;
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;

use crate::http::{Answer, get};
use crate::sap::put_one;

/// Longer than any machine needs; it only ends a test that hangs.
const PATIENCE: Duration = Duration::from_secs(60);

async fn customs(faults: &str) -> UnipassSimulator {
    UnipassSimulator::builder()
        .faults(faults.parse().unwrap())
        .start()
        .await
        .unwrap()
}

fn path(customs: &UnipassSimulator) -> String {
    format!(
        "/ext/rest/cargCsclPrgsInfoQry/retrieveCargCsclPrgsInfo?crkyCn={}&cargMtNo={}",
        customs.key("API001").unwrap().expose_secret(),
        customs.world().shipment(0).cargo_number()
    )
}

async fn ask(customs: &UnipassSimulator) -> Answer {
    get(&path(customs)).send(customs.addr()).await
}

#[tokio::test]
async fn refuse_closes_the_port_and_opens_it_again() {
    let customs = customs("refuse").await;
    let refused = TcpStream::connect(customs.addr()).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::ConnectionRefused);
    customs.faults().clear();
    let open_again = async {
        while TcpStream::connect(customs.addr()).await.is_err() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, open_again).await.unwrap();
    assert_eq!(ask(&customs).await.status, 200);
}

#[tokio::test]
async fn refuse_cuts_an_open_connection() {
    let customs = customs("").await;
    let mut stream = TcpStream::connect(customs.addr()).await.unwrap();
    customs.faults().set("refuse".parse().unwrap());
    let request = format!("GET {} HTTP/1.1\r\nhost: a\r\n\r\n", path(&customs));
    tokio::io::AsyncWriteExt::write_all(&mut stream, request.as_bytes())
        .await
        .unwrap();
    let mut bytes = Vec::new();
    assert_eq!(
        stream.read_to_end(&mut bytes).await.unwrap_err().kind(),
        ErrorKind::ConnectionReset
    );
}

#[tokio::test]
async fn stall_gives_no_answer_until_the_end() {
    let customs = customs("stall").await;
    let mut stream = get(&path(&customs)).open(customs.addr()).await.unwrap();
    while customs.faults().hits("stall") == 0 {
        tokio::task::yield_now().await;
    }
    customs.shutdown().await;
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes).await;
    assert!(bytes.is_empty());
}

#[tokio::test]
async fn stall_can_stop_in_mid_body() {
    let customs = customs("stall:after_bytes=100").await;
    let mut stream = get(&path(&customs)).open(customs.addr()).await.unwrap();
    let mut seen = Vec::new();
    while !seen.windows(10).any(|window| window == b"<ntceInfo>") {
        assert_ne!(stream.read_buf(&mut seen).await.unwrap(), 0);
    }
    customs.shutdown().await;
    let _ = stream.read_to_end(&mut seen).await;
    let head = seen.windows(4).position(|window| window == b"\r\n\r\n").unwrap();
    assert_eq!(seen.len() - head - 4, 100, "so much of the body, and no more");
}

#[tokio::test]
async fn reset_cuts_in_mid_answer() {
    let customs = customs("reset:after_bytes=200").await;
    let mut stream = get(&path(&customs)).open(customs.addr()).await.unwrap();
    let mut seen = Vec::new();
    let error = stream.read_to_end(&mut seen).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionReset);
    assert!(seen.len() <= 200, "{}", seen.len());
}

#[tokio::test]
async fn drip_comes_in_pieces_and_whole() {
    let customs = customs("drip:bytes=500,ms=1").await;
    let dripped = ask(&customs).await;
    assert!(dripped.head.contains("transfer-encoding: chunked"));
    customs.faults().clear();
    assert_eq!(dripped.body, ask(&customs).await.body);
}

#[tokio::test]
async fn http_errors_have_pages() {
    let customs = customs("5xx:count=1;5xx:status=502,count=1;429:retry_after=7").await;
    for status in [503, 502] {
        let answer = ask(&customs).await;
        assert_eq!(answer.status, status);
        assert!(answer.text().starts_with("<html>"));
    }
    let answer = ask(&customs).await;
    assert_eq!(answer.status, 429);
    assert!(answer.head.contains("retry-after: 7"));
}

#[tokio::test]
async fn html_and_empty_are_http_200() {
    let customs = customs("html:count=1;empty").await;
    let page = ask(&customs).await;
    assert_eq!(page.status, 200);
    assert!(page.head.contains("text/html") && page.text().starts_with("<!DOCTYPE html>"));
    let empty = ask(&customs).await;
    assert_eq!((empty.status, empty.body.len()), (200, 0));
}

#[tokio::test]
async fn truncated_is_half_of_it() {
    let customs = customs("truncated:count=1").await;
    let (half, whole) = (ask(&customs).await, ask(&customs).await);
    assert_eq!(half.status, 200);
    assert_eq!(half.body, whole.body[..whole.body.len() / 2]);
}

#[tokio::test]
async fn charset_is_no_utf8() {
    let customs = customs("charset").await;
    let answer = ask(&customs).await;
    assert!(answer.head.contains("charset=utf-8"));
    assert!(std::str::from_utf8(&answer.body).is_err());
}

#[tokio::test]
async fn dtd_stands_in_front() {
    let customs = customs("dtd").await;
    assert!(
        ask(&customs)
            .await
            .text()
            .contains("standalone=\"yes\"?><!DOCTYPE answer [<!ENTITY")
    );
}

#[tokio::test]
async fn slow_is_right_in_the_end() {
    let customs = customs("slow:ms=1,count=1").await;
    let slow = ask(&customs).await;
    assert_eq!(customs.faults().hits("slow"), 1);
    assert_eq!(slow.body, ask(&customs).await.body);
}

#[tokio::test]
async fn duplicate_arrives_twice() {
    let sap = SapSimulator::builder()
        .faults("duplicate".parse().unwrap())
        .start()
        .await
        .unwrap();
    let answer = put_one(&sap).await.unwrap();
    assert!(
        String::from_utf8_lossy(&answer).contains("<Number>001</Number>"),
        "the second one is a repeat"
    );
    let held = sap.held(&sap.key(0)).unwrap();
    assert_eq!((held.writes, held.repeats), (1, 1));
}

#[tokio::test]
async fn lost_answers_were_carried_out_and_lost_requests_were_not() {
    let sap = SapSimulator::builder()
        .faults("lost:part=request".parse().unwrap())
        .start()
        .await
        .unwrap();
    assert!(put_one(&sap).await.map_or(true, |bytes| bytes.is_empty()));
    assert_eq!(sap.held(&sap.key(0)), None);
    sap.faults().set("lost".parse().unwrap());
    assert!(put_one(&sap).await.map_or(true, |bytes| bytes.is_empty()));
    assert_eq!(sap.held(&sap.key(0)).unwrap().writes, 1);
}

#[tokio::test]
async fn a_key_or_an_operation_selects() {
    let sap = SapSimulator::builder().start().await.unwrap();
    let faults = |spec: &str| sap.faults().set(spec.parse().unwrap());
    let hit = async || String::from_utf8_lossy(&put_one(&sap).await.unwrap()).contains(" 503 ");
    faults("5xx:key=1000/0080000002");
    assert!(!hit().await);
    faults("5xx:key=1000/0080000001,on=ZCustomsPutStatus");
    assert!(hit().await);
    faults("5xx:on=ZCustomsGetDue");
    assert!(!hit().await);

    let customs = customs("html:on=API002;empty:on=cargCsclPrgsInfoQry").await;
    assert_eq!(ask(&customs).await.body.len(), 0);
}
