//! Push rows to SAP and learn what became of each: the request is written while it is sent, and SAP's messages name the row.
#![expect(clippy::print_stdout, reason = "an example prints")]

use std::sync::Arc;

use customs_http::ReqwestTransport;
use customs_test_harness::sap::SapSimulator;
use sap_soap::{Client, Config};
use serde::Serialize;

#[derive(Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Status {
    bukrs: String,
    vbeln: String,
    stats: String,
    #[serde(with = "sap_soap::value::with::date")]
    udate: Option<jiff::civil::Date>,
    idem_key: String,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let sap = SapSimulator::builder().records(3).start().await?;
    let config = Config::new().basic(sap.user(), sap.password().clone());
    let client = Client::load(
        Arc::new(ReqwestTransport::builder().build()?),
        &sap.wsdl_url(),
        config,
    )
    .await?;

    let mut rows: Vec<Status> = (0..3)
        .map(|index| {
            let key = sap.key(index);
            let (bukrs, vbeln) = key.split_once('/').unwrap_or(("1000", &key));
            Status {
                bukrs: bukrs.to_owned(),
                vbeln: vbeln.to_owned(),
                stats: "50".to_owned(),
                udate: Some(jiff::civil::date(2026, 11, 20)),
                // The same write repeated carries the same key: SAP carries it out once.
                idem_key: format!("example-{index}"),
            }
        })
        .collect();
    rows[1].vbeln = "9999999999".to_owned();

    // `exchange` gives the answer unjudged: with many rows, one that fails is no failed call.
    let sent = rows.clone();
    let rows_of_request = futures_util::stream::iter(sent);
    let answer = client
        .push_rows(
            "ZCustomsPutStatus",
            &serde_json::json!({}),
            "ItStatus",
            rows_of_request,
        )
        .await?;
    for message in answer.values.rows("EtReturn") {
        let text = |name: &str| message.text(name).unwrap_or_default().to_owned();
        println!("row {}: {} {}", text("Row"), text("Type"), text("Message"));
    }
    println!(
        "SAP holds {:?} for the first one",
        sap.held(&sap.key(0)).map(|held| held.stats)
    );
    sap.shutdown().await;
    Ok(())
}
