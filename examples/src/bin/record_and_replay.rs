//! Record what a system answers, and replay it without the system: for tests, and to hold two versions of a program against
//! each other (`customs replay`). No key gets into the cassette.
#![expect(clippy::print_stdout, reason = "an example prints")]

use std::sync::Arc;

use customs_http::cassette::{RecordingTransport, ReplayTransport};
use customs_http::{ReqwestTransport, Transport};
use customs_test_harness::unipass::UnipassSimulator;
use unipass_client::Client;
use unipass_client::services::cargo_progress;

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let cassette = folder.path().join("cassette.ndjson");

    let customs = UnipassSimulator::builder().start().await?;
    let Some(key) = customs.key("API001") else {
        anyhow::bail!("the simulator has no key for API001");
    };
    let numbers: Vec<String> = (0..3)
        .map(|i| customs.world().shipment(i).cargo_number())
        .collect();
    let base_url = customs.base_url();

    let network = Arc::new(ReqwestTransport::builder().build()?);
    let recording = Arc::new(RecordingTransport::new(network, &cassette)?);
    let client = Client::builder(recording)
        .base_url(base_url.clone())
        .key("API001", key.clone())
        .build()?;
    let before = ask_all(&client, &numbers).await?;
    customs.shutdown().await;

    // The server is gone; any key will do.
    let replay = Arc::new(ReplayTransport::open(&cassette)?);
    let client = Client::builder(Arc::clone(&replay) as Arc<dyn Transport>)
        .base_url(base_url)
        .key("API001", "a key of the test")
        .build()?;
    let after = ask_all(&client, &numbers).await?;
    anyhow::ensure!(before == after, "the replay says something else");
    println!(
        "{} answers are the same, {} are left over",
        after.len(),
        replay.unused().len()
    );

    let text = std::fs::read_to_string(&cassette)?;
    println!(
        "the cassette holds {} exchanges and \"crkyCn\",\"[redacted]\"",
        text.lines().count()
    );
    anyhow::ensure!(
        text.contains("\"crkyCn\",\"[redacted]\""),
        "the key is not taken out"
    );
    Ok(())
}

async fn ask_all(client: &Client, numbers: &[String]) -> anyhow::Result<Vec<String>> {
    let mut answers = Vec::new();
    for number in numbers {
        let question = cargo_progress::Request::by_cargo_management_number(number.as_str());
        answers.push(match client.ask(question).await {
            Ok(reply) => serde_json::to_string(reply.answer())?,
            // An answer too: some of the simulated ones say that something is wrong.
            Err(error) => error.to_string(),
        });
    }
    Ok(answers)
}
