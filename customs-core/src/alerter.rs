//! Where alerts go, and how they get there.

use std::fmt::Debug;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use tokio::time::{Instant, timeout_at};
use tracing::{info, warn};

use crate::{Alert, AlertKind, AlertLedger, CallContext, Error, ErrorKind, Result, Sent};

/// Alerts taken at once.
const BATCH: u32 = 10;
/// How long one alert may take to be sent.
const ONE: Duration = Duration::from_secs(10);
/// A taken alert comes back after this, if nobody says that it was sent.
const TAKEN: Duration = Duration::from_secs(120);

/// Tells people. It *alerts*: a source fetches, customs is queried, a sink delivers.
///
/// Contract:
/// - **an_alert_arrives_whole**: `Ok` means that the other side has taken both texts, whatever they hold.
/// - **a_refusal_is_an_error**: an alert that the other side refused, or that nobody is there to take, is an error.
/// - **no_secret_shows**: no error, log line or `Debug` form holds the address or a key, where these are secret.
#[async_trait]
pub trait Alerter: Debug + Send + Sync + 'static {
    /// Sends one alert. The context names company, job and run, and bounds the time.
    async fn alert(&self, cx: &CallContext, alert: &Alert) -> Result<()>;
}

/// Writes alerts to the log, as JSON or text, as everything else there.
#[derive(Debug, Clone, Copy, Default)]
pub struct LogAlerter;

#[async_trait]
impl Alerter for LogAlerter {
    async fn alert(&self, cx: &CallContext, alert: &Alert) -> Result<()> {
        let Alert {
            id,
            kind,
            episode,
            korean,
            english,
            ..
        } = alert;
        let (company, job, run) = (cx.company.as_str(), cx.job.as_str(), cx.run.as_str());
        match kind {
            AlertKind::Opened | AlertKind::Grew | AlertKind::Many => {
                warn!(
                    message = "Alert.",
                    id,
                    kind = kind.as_str(),
                    episode,
                    company,
                    job,
                    run,
                    korean,
                    english
                );
            }
            AlertKind::Recovered => {
                info!(
                    message = "Alert.",
                    id,
                    kind = kind.as_str(),
                    episode,
                    company,
                    job,
                    run,
                    korean,
                    english
                );
            }
        }
        Ok(())
    }
}

/// Carries alerts from the ledger to where they go: at least once, in order, and never in the way of a run.
#[derive(Debug, Clone)]
pub struct Relay {
    ledger: Arc<dyn AlertLedger>,
    alerters: Arc<[Arc<dyn Alerter>]>,
}

impl Relay {
    /// A relay to all of these. An alert is sent when all of them took it; one that failed gets it again, and with it the
    /// others.
    pub fn new(ledger: Arc<dyn AlertLedger>, alerters: impl IntoIterator<Item = Arc<dyn Alerter>>) -> Self {
        Self {
            ledger,
            alerters: alerters.into_iter().collect(),
        }
    }

    /// Sends what waits, for at most `within`; returns how many alerts were sent. What is left is sent by the next call: of
    /// this process, or of another one. It never fails: what goes wrong is in the log.
    ///
    /// Cancel safe: an alert that was sent and not marked is sent again, under the same id.
    pub async fn send(&self, within: Duration) -> u64 {
        let end = Instant::now() + within;
        let mut sent = 0;
        // A ledger that does not answer holds nobody up for longer, either.
        while let Ok(taken) = timeout_at(end, self.ledger.take_alerts(BATCH, TAKEN)).await {
            let alerts = match taken {
                Ok(alerts) if alerts.is_empty() => break,
                Ok(alerts) => alerts,
                Err(error) => {
                    warn!(message = "Alerts cannot be read.", error = %error.chain());
                    break;
                }
            };
            let mut done = Vec::new();
            let mut trouble = false;
            for alert in &alerts {
                match self.send_one(alert, end).await {
                    Ok(()) => done.push(alert.id.clone()),
                    Err(error) => {
                        warn!(message = "An alert was not sent.", id = alert.id, attempts = alert.attempts, error = %error.chain());
                        trouble = true;
                        // The next one would fare no better, and its turn comes again.
                        break;
                    }
                }
            }
            sent += done.len() as u64;
            if !done.is_empty()
                && let Err(error) = self.ledger.alerts_sent(&done).await
            {
                warn!(message = "Sent alerts cannot be marked.", error = %error.chain());
                break;
            }
            if trouble {
                break;
            }
        }
        sent
    }

    async fn send_one(&self, alert: &Alert, end: Instant) -> Result<()> {
        let deadline = end.min(Instant::now() + ONE);
        let cx = CallContext::new(alert.company.clone(), alert.job.clone(), alert.run.clone())
            .correlated(alert.id.as_str())
            .until(deadline);
        let mut failed = None;
        for alerter in self.alerters.iter() {
            let told = timeout_at(deadline, alerter.alert(&cx, alert)).await;
            let told = told.unwrap_or_else(|_| {
                Err(Error::new(ErrorKind::Timeout, "the alert took too long").sent(Sent::Maybe))
            });
            // The others get it all the same.
            failed = told.err().or(failed);
        }
        failed.map_or(Ok(()), Err)
    }
}
