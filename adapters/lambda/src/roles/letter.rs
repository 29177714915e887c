//! A message: a chunk to work on, an error to write down, or what others could not do.

use std::time::Duration;

use anyhow::{Context as _, anyhow};
use customs_aws::{ErrorMessage, Message};
use customs_core::{CallContext, Chunk, Error, ErrorKind, ErrorReport, ErrorRow, ErrorStore as _, Stage};
use tokio::time::Instant;

use super::urgent;
use crate::App;
use crate::event::{Delivered, Letter, Undone};

/// A worker waits this long for its time; a chunk that is earlier goes back to the queue.
const PATIENCE: Duration = Duration::from_secs(10);

/// Opens one message.
pub(super) async fn open(app: &App, delivered: &Delivered, deadline: Instant) -> anyhow::Result<()> {
    let letter = delivered.letter.as_ref().map_err(|why| anyhow!("{why}"))?;
    match letter {
        Letter::Undone(undone) => give_up(app, undone).await,
        Letter::Message(message) => match &**message {
            Message::Error(error) => write_down(app, error).await,
            Message::Chunk(chunk) if delivered.dead => {
                dead_letters(app, chunk, "its queue gave it up after its last try").await
            }
            Message::Chunk(chunk) => work(app, chunk, deadline).await,
            // The requests wait in the ledger, whatever becomes of the call.
            Message::Urgent if delivered.dead => Ok(()),
            Message::Urgent => urgent::work(app, deadline).await,
        },
    }
}

async fn work(app: &App, chunk: &Chunk, deadline: Instant) -> anyhow::Result<()> {
    let pipeline = app.pipeline_of(chunk).await?;
    if chunk.early_by(app.clock.now()) > PATIENCE {
        // Its time is further off than a queue can wait at once.
        let cx = CallContext::new(chunk.company.clone(), chunk.job.clone(), chunk.run.clone());
        let outcomes = app.dispatcher()?.dispatch(&cx, vec![chunk.clone()]).await?;
        return Ok(outcomes.into_iter().collect::<Result<(), _>>()?);
    }
    let report = pipeline.process(chunk.clone(), Some(deadline)).await;
    let tally = &report.tally;
    tracing::info!(
        message = "Chunk done.", chunk = %chunk.id(), pushed = tally.pushed, unchanged = tally.unchanged,
        not_found = tally.not_found, failed = tally.failed_total(), deferred = tally.deferred_total()
    );
    if report.wants_another_delivery() {
        return Err(anyhow!("the ledger could not be reached"));
    }
    Ok(())
}

async fn write_down(app: &App, error: &ErrorMessage) -> anyhow::Result<()> {
    app.ledger
        .store(&error.context(), &error.report)
        .await
        .context("an error could not be stored")
}

/// Writes down what another function gave up: a row for each record of its chunks; one row where it had none.
pub(super) async fn give_up(app: &App, undone: &Undone) -> anyhow::Result<()> {
    let Undone {
        condition,
        cause,
        messages,
    } = undone;
    let why = format!("{condition}: {cause}");
    for message in messages {
        match message {
            Message::Chunk(chunk) => dead_letters(app, chunk, &why).await?,
            Message::Error(error) => write_down(app, error).await?,
            Message::Urgent => {}
        }
    }
    if messages.is_empty() {
        let error =
            Error::new(ErrorKind::Internal, format!("a function gave up ({why})")).code("dead_letter");
        let report = ErrorReport::new(app.clock.now(), None, ErrorRow::new(Stage::Dispatch, &error));
        if let Some((company, job)) = app.first_job() {
            let cx = CallContext::new(company, job, "none".into());
            app.ledger.store(&cx, &report).await?;
        }
    }
    Ok(())
}

async fn dead_letters(app: &App, chunk: &Chunk, why: &str) -> anyhow::Result<()> {
    let cx = CallContext::new(chunk.company.clone(), chunk.job.clone(), chunk.run.clone());
    for report in chunk.dead_letters(app.clock.now(), why) {
        app.ledger
            .store(&cx, &report)
            .await
            .context("a dead letter could not be stored")?;
    }
    Ok(())
}
