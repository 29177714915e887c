//! Everything that the roles need, connected once.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use axum::Router;
use customs_aws::{Aws, Bell, SnsAlerter, SnsDispatcher, SnsReporter, SqsDispatcher, Waves};
use customs_core::{
    Alerter, Board, Chunk, Clock, CompanyId, Dispatcher, ErrorReporter, Instance, JobName, LogAlerter,
    Pipeline, Relay, UrgentDesk,
};
use customs_http_trigger::router;
use customs_sql::SqlLedger;
use customs_wiring::bootstrap;
use customs_wiring::config::Config;
use customs_wiring::door::Door;
use serde_json::Value;
use tokio::sync::OnceCell;
use tokio::time::Instant;

use crate::event::Event;
use crate::roles;

/// How long sending alerts may take after planning. What is left is sent after the next.
const SENDING: Duration = Duration::from_secs(10);

/// The ledger, a pipeline for each job, the door, and the ways to other functions.
#[derive(Debug)]
pub struct App {
    pub(crate) ledger: Arc<SqlLedger>,
    pub(crate) dispatcher: Option<Arc<dyn Dispatcher>>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) router: Router,
    pub(crate) desk: UrgentDesk,
    pub(crate) bell: Option<Bell>,
    config: Config,
    pipelines: OnceCell<Vec<Pipeline>>,
    reporter: Arc<dyn ErrorReporter>,
    instance: Instance,
    relay: Relay,
}

impl App {
    /// Connects. The tables must be there: a function that starts cold changes none (`customs migrate` does). SAP and customs are
    /// connected by the first event that needs them: the door and the errors do without.
    ///
    /// # Errors
    /// The configuration is wrong, the ledger cannot be opened, or its tables do not suit.
    pub async fn connect(config: Config, aws: &Aws, clock: Arc<dyn Clock>) -> anyhow::Result<Self> {
        uses_the_proxy(&config, std::env::var("CUSTOMS_PROXY").ok().as_deref())?;
        let ledger = Arc::new(bootstrap::connect_ledger_with(&config, 1).await?);
        ledger.check().await.context("ledger.url")?;
        let aws_config = config.aws.as_ref();
        let reporter: Arc<dyn ErrorReporter> = match aws_config.and_then(|c| c.errors.as_deref()) {
            Some(topic) => Arc::new(SnsReporter::new(aws, topic)),
            None => Arc::clone(&ledger) as _,
        };
        // Any number of instances of a function run at once: none of them is alone.
        let function = std::env::var("AWS_LAMBDA_FUNCTION_NAME").unwrap_or_else(|_| "lambda".into());
        let instance = Instance::new(format!("lambda:{function}"), false);
        let topic = aws_config.and_then(|c| c.topic.as_deref());
        let queue = aws_config.and_then(|c| c.queue.as_deref());
        let bell = match (topic, queue) {
            (Some(topic), _) => Some(Bell::topic(aws, topic)),
            (None, Some(queue)) => Some(Bell::queue(aws, queue)),
            (None, None) => None,
        };
        let topic = topic
            .map(|topic| Arc::new(SnsDispatcher::new(aws, topic, Arc::clone(&clock))) as Arc<dyn Dispatcher>);
        let queue = queue
            .map(|queue| Arc::new(SqsDispatcher::new(aws, queue, Arc::clone(&clock))) as Arc<dyn Dispatcher>);
        let dispatcher = match (topic, queue) {
            (Some(topic), Some(queue)) => Some(Arc::new(Waves::new(topic, queue, Arc::clone(&clock))) as _),
            (one, other) => one.or(other),
        };
        let mut alerters: Vec<Arc<dyn Alerter>> = vec![Arc::new(LogAlerter)];
        if let Some(topic) = aws_config.and_then(|c| c.alerts.as_deref()) {
            alerters.push(Arc::new(SnsAlerter::new(aws, topic)));
        }
        alerters.extend(bootstrap::webhook(&config)?);
        let desk = bootstrap::desk(&config, &ledger, &clock)?;
        // Runs of other functions: this one shows what the ledger knows of them, and no progress.
        let board = Board::new(config.jobs.iter().map(|job| {
            let timetable = job.timetable().map(|t| t.to_string()).unwrap_or_default();
            (job.company.as_str().into(), job.name.as_str().into(), timetable)
        }));
        let door = config.http.as_ref().map(Door::of).unwrap_or_default();
        let router = router(door.setup(&config, &ledger, board, desk.clone(), Arc::clone(&clock)));
        Ok(Self {
            relay: Relay::new(Arc::clone(&ledger) as _, alerters),
            pipelines: OnceCell::new(),
            ledger,
            dispatcher,
            clock,
            router,
            desk,
            bell,
            config,
            reporter,
            instance,
        })
    }

    /// The same, handing chunks to `dispatcher` instead of to what `[aws]` names.
    #[must_use]
    pub fn dispatching(mut self, dispatcher: Arc<dyn Dispatcher>) -> Self {
        self.dispatcher = Some(dispatcher);
        self
    }

    /// The ledger.
    pub fn ledger(&self) -> &SqlLedger {
        &self.ledger
    }

    /// Answers one event. Work ends by `deadline`; what is left is deferred, and stands on the receipt.
    ///
    /// # Errors
    /// The event was not dealt with, and whoever sent it should try again or put it aside.
    pub async fn answer(&self, event: Event, deadline: Instant) -> anyhow::Result<Value> {
        // Runs are closed where runs are planned, and alerts are raised where runs are closed.
        let closes = matches!(event, Event::Plan { .. });
        // Sending them comes last, and needs some of the time.
        let (now, sending) = (Instant::now(), if closes { SENDING } else { Duration::ZERO });
        let left = deadline.saturating_duration_since(now);
        let answer = roles::answer(self, event, now + left.saturating_sub(sending.min(left / 4))).await;
        if closes {
            let left = deadline.saturating_duration_since(Instant::now());
            self.relay.send(left.min(SENDING)).await;
        }
        answer
    }

    /// A pipeline for each job. If they cannot be connected, the next event tries again.
    pub(crate) async fn pipelines(&self) -> anyhow::Result<&[Pipeline]> {
        let connect = || async {
            let reporter = Arc::clone(&self.reporter);
            bootstrap::pipelines(&self.config, &self.ledger, reporter, &self.instance, &self.clock).await
        };
        Ok(self.pipelines.get_or_try_init(connect).await?)
    }

    /// The first job: what belongs to none is written down under its name.
    pub(crate) fn first_job(&self) -> Option<(CompanyId, JobName)> {
        let job = self.config.jobs.first()?;
        Some((job.company.as_str().into(), job.name.as_str().into()))
    }

    /// The pipeline that a chunk belongs to.
    pub(crate) async fn pipeline_of(&self, chunk: &Chunk) -> anyhow::Result<&Pipeline> {
        self.pipelines()
            .await?
            .iter()
            .find(|p| p.job().company == chunk.company && p.job().name == chunk.job)
            .with_context(|| {
                format!(
                    "no job {} of company {} in this configuration",
                    chunk.job, chunk.company
                )
            })
    }

    /// The way to other functions.
    pub(crate) fn dispatcher(&self) -> anyhow::Result<&dyn Dispatcher> {
        let dispatcher = self.dispatcher.as_deref();
        dispatcher.context("[aws]: found neither topic nor queue, expected one of them to hand chunks to")
    }
}

/// The template's proxy is used by what the configuration names it for. One that nothing is sent through would leave customs
/// to see another address than the one it lets in.
fn uses_the_proxy(config: &Config, given: Option<&str>) -> anyhow::Result<()> {
    if given.is_some_and(|given| !given.trim().is_empty()) && config.unipass.proxy.is_none() {
        let expected = "proxy = \"env:CUSTOMS_PROXY\", since the function is given a proxy";
        return Err(config.error("unipass.proxy", "nothing", expected).into());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::path::Path;

    use super::*;

    #[test]
    fn a_proxy_that_nothing_goes_through_is_an_error() {
        let text = |unipass: &str| {
            format!(
                "[[job]]\nname = \"a\"\ncompany = \"1\"\n[job.source]\nwsdl = \"a.wsdl\"\noperation = \"A\"\nrows = \"R\"\n\
                 key = [\"K\"]\n[job.query]\nservice = \"API001\"\nparams = {{ cargMtNo = \"{{N}}\" }}\n[job.sink]\n\
                 operation = \"B\"\nrows = \"R\"\ncolumns = {{ K = \"{{idempotency_key}}\" }}\n[unipass]\nkeys = {{ API001 = \"k\" }}\n{unipass}"
            )
        };
        let config = |unipass: &str| {
            Config::parse(&text(unipass), Path::new("customs.toml"), &BTreeMap::new()).unwrap()
        };
        let without = config("");
        for nothing in [None, Some(""), Some(" ")] {
            assert!(uses_the_proxy(&without, nothing).is_ok());
        }
        let error = uses_the_proxy(&without, Some("http://me:canary-11@10.0.0.1:3128"))
            .unwrap_err()
            .to_string();
        assert!(
            error.starts_with("customs.toml: unipass.proxy: found nothing"),
            "{error}"
        );
        assert!(!error.contains("canary-11"));
        let with = config("proxy = \"http://10.0.0.1:3128\"\n");
        assert!(uses_the_proxy(&with, Some("http://10.0.0.1:3128")).is_ok());
    }
}
