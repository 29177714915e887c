//! A timetable: read the due list and hand out chunks.

use customs_core::Trigger;
use serde_json::{Value, json};
use tokio::time::Instant;

use super::urgent;
use crate::App;

/// Plans every job, or the one that is named, one after the other. A run that could not begin or whose planning failed has its
/// receipt and its error row, and is no failure of the function: the timetable comes again before any repeat would help.
pub(super) async fn answer(app: &App, job: Option<&str>, deadline: Instant) -> anyhow::Result<Value> {
    let dispatcher = app.dispatcher()?;
    let named = app
        .pipelines()
        .await?
        .iter()
        .filter(|p| job.is_none_or(|name| p.job().name.as_str() == name));
    let mut answers = Vec::new();
    for pipeline in named {
        let name = &pipeline.job().name;
        answers.push(
            match pipeline.plan(Trigger::Schedule, dispatcher, Some(deadline)).await {
                Ok(totals) => json!({
                    "job": name, "status": "dispatched", "due": totals.due, "dispatched": totals.dispatched,
                    "deferred": totals.tally.deferred_total(), "failed": totals.tally.failed_total(),
                }),
                Err(receipt) => json!({ "job": name, "status": receipt.status, "receipt": receipt }),
            },
        );
    }
    // What nobody was called to, or whoever was called to has died.
    if let Err(error) = urgent::work(app, deadline).await {
        let why = format!("{error:#}");
        tracing::error!(message = "Urgent requests wait for the next plan.", why);
    }
    anyhow::ensure!(
        !answers.is_empty(),
        "no job {:?} in this configuration",
        job.unwrap_or_default()
    );
    Ok(Value::Array(answers))
}
