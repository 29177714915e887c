//! Typed code from a WSDL: `customs sap codegen FILE > src/zcustoms.rs` (or [`sap_soap::codegen::generate`] from a build
//! script) gives a struct for each structure. No field name can be misspelt, and a changed WSDL is an error of the compiler.
#![expect(clippy::print_stdout, reason = "an example prints")]

use std::sync::Arc;

use customs_examples::zcustoms::{Z_CUSTOMS_GET_DUE, ZCustomsGetDue, ZCustomsGetDueResponse};
use customs_http::ReqwestTransport;
use customs_test_harness::sap::SapSimulator;
use sap_soap::value::from_row;
use sap_soap::{Client, Config};

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let sap = SapSimulator::builder().records(5).start().await?;
    let config = Config::new().basic(sap.user(), sap.password().clone());
    let client = Client::load(
        Arc::new(ReqwestTransport::builder().build()?),
        &sap.wsdl_url(),
        config,
    )
    .await?;

    let question = ZCustomsGetDue {
        iv_bukrs: Some("1000".to_owned()),
        iv_max: Some(2),
        ..ZCustomsGetDue::default()
    };
    let answer = client.call(Z_CUSTOMS_GET_DUE, &question).await?;
    let ZCustomsGetDueResponse {
        et_due,
        ev_next,
        ev_total,
    } = from_row(&answer.values)?;
    for due in &et_due {
        println!(
            "{} {} arrived {:?}",
            due.bukrs,
            due.vbeln,
            due.ardat.map(|day| day.to_string())
        );
    }
    println!(
        "{} of {ev_total}, the next page begins after {ev_next:?}",
        et_due.len()
    );
    sap.shutdown().await;
    Ok(())
}
