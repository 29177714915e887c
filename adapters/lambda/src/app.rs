//! Everything that the roles need, connected once.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use customs_aws::{Aws, SnsAlerter, SnsDispatcher, SnsReporter, SqsDispatcher, Waves};
use customs_core::{Alerter, Chunk, Clock, Dispatcher, ErrorReporter, Instance, LogAlerter, Pipeline, Relay};
use customs_sql::SqlLedger;
use customs_wiring::bootstrap;
use customs_wiring::config::Config;
use serde_json::Value;
use tokio::time::Instant;

use crate::event::Event;
use crate::roles;

/// How long sending alerts may take after planning. What is left is sent after the next.
const SENDING: Duration = Duration::from_secs(10);

/// The ledger, a pipeline for each job, and the ways to other functions.
#[derive(Debug)]
pub struct App {
    pub(crate) ledger: Arc<SqlLedger>,
    pub(crate) pipelines: Vec<Pipeline>,
    pub(crate) dispatcher: Option<Arc<dyn Dispatcher>>,
    pub(crate) clock: Arc<dyn Clock>,
    relay: Relay,
}

impl App {
    /// Connects. The tables must be there: a function that starts cold changes none (`customs migrate` does).
    ///
    /// # Errors
    /// The configuration is wrong, the ledger cannot be opened, or its tables do not suit.
    pub async fn connect(config: &Config, aws: &Aws, clock: Arc<dyn Clock>) -> anyhow::Result<Self> {
        let ledger = Arc::new(bootstrap::connect_ledger_with(config, 1).await?);
        ledger.check().await.context("ledger.url")?;
        let aws_config = config.aws.as_ref();
        let reporter: Arc<dyn ErrorReporter> = match aws_config.and_then(|c| c.errors.as_deref()) {
            Some(topic) => Arc::new(SnsReporter::new(aws, topic)),
            None => Arc::clone(&ledger) as _,
        };
        // Any number of instances of a function run at once: none of them is alone.
        let function = std::env::var("AWS_LAMBDA_FUNCTION_NAME").unwrap_or_else(|_| "lambda".into());
        let instance = Instance::new(format!("lambda:{function}"), false);
        let topic = aws_config
            .and_then(|c| c.topic.as_deref())
            .map(|topic| Arc::new(SnsDispatcher::new(aws, topic, Arc::clone(&clock))) as Arc<dyn Dispatcher>);
        let queue = aws_config
            .and_then(|c| c.queue.as_deref())
            .map(|queue| Arc::new(SqsDispatcher::new(aws, queue, Arc::clone(&clock))) as Arc<dyn Dispatcher>);
        let dispatcher = match (topic, queue) {
            (Some(topic), Some(queue)) => Some(Arc::new(Waves::new(topic, queue, Arc::clone(&clock))) as _),
            (one, other) => one.or(other),
        };
        let pipelines = bootstrap::pipelines(config, &ledger, reporter, &instance, &clock).await?;
        let mut alerters: Vec<Arc<dyn Alerter>> = vec![Arc::new(LogAlerter)];
        // The template sets an empty one where there is none.
        let topic = aws_config.and_then(|c| c.alerts.as_deref());
        if let Some(topic) = topic.filter(|topic| !topic.is_empty()) {
            alerters.push(Arc::new(SnsAlerter::new(aws, topic)));
        }
        alerters.extend(bootstrap::webhook(config)?);
        Ok(Self {
            relay: Relay::new(Arc::clone(&ledger) as _, alerters),
            ledger,
            pipelines,
            dispatcher,
            clock,
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
        let answer = roles::answer(self, event, deadline).await;
        if closes {
            let left = deadline.saturating_duration_since(Instant::now());
            self.relay.send(left.min(SENDING)).await;
        }
        answer
    }

    /// The pipeline that a chunk belongs to.
    pub(crate) fn pipeline_of(&self, chunk: &Chunk) -> anyhow::Result<&Pipeline> {
        self.pipelines
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
