//! Urgent requests: kept by the API, called to by a message, worked on by whoever comes.

use customs_core::UrgentShift;
use futures_util::FutureExt as _;
use std::sync::Arc;
use tokio::time::Instant;

use crate::App;

/// Works on what waits, until nothing does or the time is over. Whoever comes while another one works finds nothing to do.
pub(super) async fn work(app: &App, deadline: Instant) -> anyhow::Result<()> {
    let queue = Arc::clone(&app.ledger) as _;
    let shift = UrgentShift::new(app.pipelines().await?, queue, Arc::clone(&app.clock), deadline);
    // Boxed: as one piece it is deeper than the compiler likes.
    let taken = Box::pin(shift.work()).await?;
    if taken > 0 {
        tracing::info!(message = "Urgent requests done.", taken);
    }
    Ok(())
}

/// Calls a worker if something has come in. It is kept by now: if nobody can be called, the next plan does it.
pub(super) async fn call_if_needed(app: &App) {
    if app.desk.news().now_or_never().is_none() {
        return;
    }
    let Some(bell) = &app.bell else { return };
    if let Err(error) = bell.ring().await {
        tracing::warn!(message = "No worker could be called; the next plan does the request.", error = %error.chain());
    }
}
