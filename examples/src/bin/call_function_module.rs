//! Call a function module: parameters are JSON or a struct, the answer is one value that keeps what SAP sent.
#![expect(clippy::print_stdout, reason = "an example prints")]

use std::sync::Arc;

use customs_http::ReqwestTransport;
use customs_test_harness::sap::SapSimulator;
use sap_soap::{Client, Config, Error};

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    // Stands for your SAP system.
    let sap = SapSimulator::builder().records(3).start().await?;

    let config = Config::new()
        .basic(sap.user(), sap.password().clone())
        .language("KO");
    let transport = Arc::new(ReqwestTransport::builder().build()?);
    let client = Client::load(transport, &sap.wsdl_url(), config).await?;

    // What is not given gets its initial value; lengths and patterns are checked before anything is sent.
    let parameters = serde_json::json!({ "IvBukrs": "1000", "IvMax": 2 });
    let answer = client.call("ZCustomsGetDue", &parameters).await?;
    println!("{} are due", answer.values.text("EvTotal").unwrap_or("?"));
    for row in answer.values.rows("EtDue") {
        // Leading zeros stay: 0080000001 is no number.
        println!("delivery {}", row.text("Vbeln").unwrap_or_default());
    }

    // A value that does not fit is an error of ours that names its place; SAP never sees it.
    let too_long = serde_json::json!({ "IvBukrs": "10001" });
    match client.call("ZCustomsGetDue", &too_long).await {
        Err(Error::Encode(error)) => println!("not sent: {error}"),
        other => anyhow::bail!("expected an error of the encoder, found {other:?}"),
    }
    sap.shutdown().await;
    Ok(())
}
