//! Look up a shipment at customs: a typed question, a verdict that never takes trouble for "no data", and typed events.
#![expect(clippy::print_stdout, reason = "an example prints")]

use std::sync::Arc;

use customs_http::ReqwestTransport;
use customs_test_harness::unipass::UnipassSimulator;
use unipass_client::services::cargo_progress;
use unipass_client::{Client, Verdict};

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    // Stands for https://unipass.customs.go.kr:38010; its key for yours.
    let customs = UnipassSimulator::builder().start().await?;
    let Some(key) = customs.key("API001") else {
        anyhow::bail!("the simulator has no key for API001");
    };
    let client = Client::builder(Arc::new(ReqwestTransport::builder().build()?))
        .base_url(customs.base_url())
        .key("cargo-progress", key.clone())
        .build()?;

    for index in 0..3 {
        let number = customs.world().shipment(index).cargo_number();
        show(&client, &number).await;
    }
    show(&client, "26NOBODYHASTHIS0001").await;
    customs.shutdown().await;
    Ok(())
}

async fn show(client: &Client, number: &str) {
    let question = cargo_progress::Request::by_cargo_management_number(number);
    // A refused key, a page instead of an answer, a text that nobody knows: an error, and never "no data".
    let reply = match client.ask(question).await {
        Ok(reply) => reply,
        Err(error) => {
            println!("{number}: {error}");
            return;
        }
    };
    match reply.answer().verdict() {
        Verdict::Found => {
            for cargo in reply.cargos() {
                println!("{number}: {}", cargo.clearance_progress_state().unwrap_or("?"));
            }
            for event in reply.cargo_events() {
                // The raw text stands beside each typed value.
                let at = event.processed_at().raw().unwrap_or("?");
                println!("  {at} {}", event.event().unwrap_or("?"));
            }
        }
        Verdict::Many => println!("{number}: {} cargoes", reply.cargos().count()),
        Verdict::NotFound => println!("{number}: customs says there is none"),
        other => println!("{number}: {other}"),
    }
}
