//! One file for each thing a function is asked to do. A role decodes, calls one method of the core, and encodes.

pub(crate) mod api;
mod letter;
mod plan;
mod urgent;

use anyhow::bail;
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::App;
use crate::event::{Delivered, Event};

/// Answers an event.
pub(crate) async fn answer(app: &App, event: Event, deadline: Instant) -> anyhow::Result<Value> {
    match event {
        Event::Plan { job } => plan::answer(app, job.as_deref(), deadline).await,
        Event::Topic(letters) => {
            let failed = open_all(app, &letters, deadline).await;
            // A topic delivers an event as a whole: one failure brings all of it again. What was done already is a duplicate.
            match failed.first() {
                None => Ok(json!({ "done": letters.len() })),
                Some((_, why)) => bail!("{} of {} messages failed: {why}", failed.len(), letters.len()),
            }
        }
        Event::Queue(letters) => {
            let failed = open_all(app, &letters, deadline).await;
            let failures = failed.iter().map(|(id, _)| json!({ "itemIdentifier": id }));
            Ok(json!({ "batchItemFailures": failures.collect::<Vec<_>>() }))
        }
        Event::Undone(undone) => {
            letter::give_up(app, &undone).await?;
            Ok(json!({ "done": 1 }))
        }
        Event::Api(call) => api::answer(app, *call).await,
    }
}

/// Opens all letters at once, since each chunk keeps to its own slice of the rate. Returns those that failed, and why.
async fn open_all<'a>(app: &App, letters: &'a [Delivered], deadline: Instant) -> Vec<(&'a str, String)> {
    let opened = letters.iter().map(async |delivered| {
        let result = letter::open(app, delivered, deadline).await;
        result.err().map(|error| {
            let why = format!("{error:#}");
            tracing::error!(message = "A message failed.", id = delivered.id, why);
            (delivered.id.as_str(), why)
        })
    });
    futures_util::future::join_all(opened)
        .await
        .into_iter()
        .flatten()
        .collect()
}
