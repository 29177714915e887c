//! A system that could not be reached when the program started.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use customs_core::{
    CallContext, Delivery, Error, ErrorKind, FetchRequest, Idempotency, Outcome, Page, Result, Sink,
    SourceSystem,
};
use tokio::sync::OnceCell;

use crate::bootstrap::{idempotency, sap};
use crate::config::{Config, JobConfig};

type Connected = (Arc<dyn SourceSystem>, Arc<dyn Sink>);

/// Connects when it is first used, and tries again at each run until it is connected. Until then runs fail with the error,
/// in a receipt and an error row, and other jobs go on. Clones share the connection.
#[derive(Clone)]
pub(crate) struct Late(Arc<Shared>);

struct Shared {
    config: Arc<Config>,
    job: JobConfig,
    connected: OnceCell<Connected>,
}

impl Late {
    pub(crate) fn new(config: Arc<Config>, job: JobConfig) -> Self {
        Self(Arc::new(Shared {
            config,
            job,
            connected: OnceCell::new(),
        }))
    }

    /// Whether the error means that the system is away. One about the configuration is for a person to put right, and no run
    /// begins.
    pub(crate) fn is_away(error: &anyhow::Error) -> bool {
        cause(error).is_some_and(|cause| cause.kind() != ErrorKind::Config)
    }

    async fn connected(&self) -> Result<&Connected> {
        let shared = &self.0;
        let connect = || async { sap(&shared.config, &shared.job).await };
        shared.connected.get_or_try_init(connect).await.map_err(|error| {
            let unknown = || Error::new(ErrorKind::Config, format!("{error:#}"));
            cause(&error).cloned().unwrap_or_else(unknown)
        })
    }
}

fn cause(error: &anyhow::Error) -> Option<&Error> {
    error.chain().find_map(|e| e.downcast_ref::<Error>())
}

impl fmt::Debug for Late {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Late")
            .field("job", &self.0.job.name)
            .field("connected", &self.0.connected.initialized())
            .finish()
    }
}

#[async_trait]
impl SourceSystem for Late {
    async fn fetch(&self, cx: &CallContext, request: FetchRequest) -> Result<Page> {
        self.connected().await?.0.fetch(cx, request).await
    }
}

#[async_trait]
impl Sink for Late {
    // As the connected sink will say: whoever asks decides by it before the first call connects.
    fn max_batch(&self) -> usize {
        self.0.job.sink.max_batch
    }

    fn idempotency(&self) -> Idempotency {
        idempotency(&self.0.job.sink)
    }

    async fn deliver(&self, cx: &CallContext, batch: &[Delivery]) -> Result<Vec<Outcome>> {
        let (_, sink) = self.connected().await?;
        Sink::deliver(&**sink, cx, batch).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_configuration_is_for_a_person() {
        let error = |kind| anyhow::Error::from(Error::new(kind, "x")).context("wsdl");
        assert!(Late::is_away(&error(ErrorKind::Unavailable)));
        assert!(Late::is_away(&error(ErrorKind::Unauthorized)));
        assert!(!Late::is_away(&error(ErrorKind::Config)));
        assert!(!Late::is_away(&anyhow::anyhow!("x")));
    }
}
