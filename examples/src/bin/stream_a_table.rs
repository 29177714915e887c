//! Stream a big table: rows come one by one into a struct of your own, in constant memory however many there are.
#![expect(clippy::print_stdout, reason = "an example prints")]

use std::collections::BTreeMap;
use std::sync::Arc;

use customs_http::ReqwestTransport;
use customs_test_harness::sap::SapSimulator;
use futures_util::StreamExt as _;
use sap_soap::{Client, Config};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Due {
    vbeln: String,
    /// `0000-00-00` is `None`.
    #[serde(with = "sap_soap::value::with::date")]
    ardat: Option<jiff::civil::Date>,
    prio: String,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let sap = SapSimulator::builder().records(20_000).start().await?;
    let config = Config::new().basic(sap.user(), sap.password().clone());
    let client = Client::load(
        Arc::new(ReqwestTransport::builder().build()?),
        &sap.wsdl_url(),
        config,
    )
    .await?;

    let parameters = serde_json::json!({ "IvMax": 20_000 });
    let mut rows = client
        .call_rows("ZCustomsGetDue", &parameters, "EtDue")
        .await?
        .typed::<Due>();
    let (mut count, mut urgent, mut last) = (0, 0, String::new());
    let mut by_month: BTreeMap<String, u32> = BTreeMap::new();
    while let Some(row) = rows.next().await {
        let Due { vbeln, ardat, prio } = row?;
        count += 1;
        urgent += u32::from(prio == "1");
        last = vbeln;
        if let Some(day) = ardat {
            *by_month.entry(day.strftime("%Y-%m").to_string()).or_default() += 1;
        }
    }
    println!("{count} rows, {urgent} of them urgent, the last one is {last}");
    for (month, count) in by_month {
        println!("arrived in {month}: {count}");
    }
    // What came beside the table is there once the stream has ended.
    let rest = rows
        .into_inner()
        .into_reply()
        .map(|reply| reply.values)
        .unwrap_or_default();
    println!("EvTotal: {}", rest.text("EvTotal").unwrap_or("?"));
    sap.shutdown().await;
    Ok(())
}
