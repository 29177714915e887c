//! What is left to do when a run is over: error rows that wait on the disk, alerts that wait to be sent.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use customs_core::{
    Alerter, CallContext, Clock, DisplayChain, Error, ErrorKind, ErrorReport, ErrorReporter, ErrorRow,
    ErrorStore, LogAlerter, Receipt, Relay, Result, RunId, Spool, Stage, Tally,
};
use customs_sql::SqlLedger;

use crate::config::Config;

/// How long sending alerts may hold a host up.
const SENDING: Duration = Duration::from_secs(10);

/// Where errors go, and what carries alerts.
#[derive(Debug)]
pub(crate) struct Pending {
    /// None for a process that is not alone: the file belongs to one.
    spool: Option<Spool>,
    relay: Relay,
}

impl Pending {
    /// Error rows wait in `spool` while the ledger is away, if this process may write there.
    pub(crate) fn new(
        config: &Config,
        ledger: &Arc<SqlLedger>,
        spool: Option<&Path>,
    ) -> anyhow::Result<Self> {
        let mut alerters: Vec<Arc<dyn Alerter>> = vec![Arc::new(LogAlerter)];
        alerters.extend(crate::bootstrap::webhook(config)?);
        Ok(Self {
            spool: spool.and_then(|path| open(path, ledger.clone())),
            relay: Relay::new(ledger.clone(), alerters),
        })
    }

    /// Where a pipeline's errors go.
    pub(crate) fn reporter(&self, ledger: &Arc<SqlLedger>) -> Arc<dyn ErrorReporter> {
        match &self.spool {
            Some(spool) => Arc::new(spool.clone()),
            None => ledger.clone(),
        }
    }

    pub(crate) async fn carry(&self) {
        if let Some(spool) = &self.spool {
            let stored = spool.drain().await;
            if stored > 0 {
                tracing::info!(message = "Errors that waited on the disk are stored.", stored);
            }
        }
        self.relay.send(SENDING).await;
    }
}

fn open(path: &Path, store: Arc<dyn ErrorStore>) -> Option<Spool> {
    Spool::open(path, store)
        .inspect_err(
            |error| tracing::warn!(message = "Errors cannot wait on the disk.", path = %path.display(), %error),
        )
        .ok()
}

/// A ledger that could not be opened.
#[derive(Debug)]
struct Unreachable(Error);

#[async_trait]
impl ErrorStore for Unreachable {
    async fn store(&self, _: &CallContext, _: &ErrorReport) -> Result<()> {
        Err(self.0.clone())
    }
}

/// No run begins without its ledger: the error and a failed receipt for each job wait on the disk.
pub(crate) async fn nothing_ran(config: &Config, spool: &Path, clock: &dyn Clock, why: &anyhow::Error) {
    let text = DisplayChain(why.as_ref()).to_string();
    let error = Error::new(ErrorKind::Ledger, text).code("ledger_unreachable");
    let Some(spool) = open(spool, Arc::new(Unreachable(error.clone()))) else {
        return;
    };
    for job in &config.jobs {
        let now = clock.now();
        let cx = CallContext::new(
            job.company.as_str().into(),
            job.name.as_str().into(),
            RunId::new(now),
        );
        let receipt = Receipt::draw_up(
            cx.run.clone(),
            0,
            Tally::default(),
            0,
            Some(error.chain().to_string()),
        );
        let report = ErrorReport::new(now, None, ErrorRow::new(Stage::Plan, &error)).with_receipt(&receipt);
        spool.report(&cx, &report).await;
    }
}
