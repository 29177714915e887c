//! The dead man's switch: an address outside is asked for after each good run. Who keeps it raises the alarm when it is not
//! asked for any more, whatever the reason.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use customs_core::{Board, RunStatus};
use customs_http::{Request, ReqwestTransport, Timeouts, Transport};
use http::Method;
use secrecy::{ExposeSecret as _, SecretString};
use tokio::sync::broadcast::error::RecvError;
use tracing::warn;

/// How long one request may take. It is nobody's business to wait for it.
const LIMIT: Duration = Duration::from_secs(10);

/// Asks for the address after each good run, as long as it is polled. Whatever comes of that harms no run.
#[derive(Debug)]
pub(crate) struct DeadMan {
    transport: Arc<dyn Transport>,
    url: url::Url,
}

impl DeadMan {
    /// The address may hold a token: no error shows it.
    pub(crate) fn new(url: &SecretString) -> anyhow::Result<Self> {
        let wrong = "alerts.dead_man_url: found something that is not shown, expected an http(s) address";
        let url: url::Url = url.expose_secret().parse().ok().context(wrong)?;
        anyhow::ensure!(matches!(url.scheme(), "http" | "https"), wrong);
        Ok(Self {
            transport: Arc::new(ReqwestTransport::builder().build()?),
            url,
        })
    }

    /// Never returns.
    pub(crate) async fn follow(&self, board: &Board) {
        let mut closed = board.listen();
        loop {
            match closed.recv().await {
                Ok(run) if run.receipt.status == RunStatus::Succeeded => self.tell().await,
                Ok(_) | Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => return std::future::pending().await,
            }
        }
    }

    async fn tell(&self) {
        let timeouts = Timeouts {
            head: LIMIT,
            idle: LIMIT,
            total: LIMIT,
        };
        let request = Request::new(Method::GET, self.url.clone()).timeouts(timeouts);
        match self.transport.send(request).await {
            Ok(response) if response.status.is_success() => {}
            Ok(response) => warn!(
                message = "The dead man's switch did not take it.",
                status = response.status.as_u16()
            ),
            // The error's text names the address, path included, and the path may be the token.
            Err(error) => warn!(message = "The dead man's switch cannot be reached.", kind = ?error.kind()),
        }
    }
}
