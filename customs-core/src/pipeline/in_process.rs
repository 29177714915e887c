use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::{Pipeline, internal};
use crate::{CallContext, Chunk, Dispatcher, Outcome, Result, Stage, Tally};

/// Works on a run's chunks in this process, a few at a time. Handing over waits while all hands are full, so that a due
/// list of any length needs the memory of a few chunks. Dropping it stops the work.
#[derive(Debug)]
pub(super) struct InProcess {
    pipeline: Pipeline,
    cx: CallContext,
    hands: Arc<Semaphore>,
    tasks: Mutex<JoinSet<Tally>>,
}

impl InProcess {
    pub(super) fn new(pipeline: Pipeline, cx: CallContext) -> Self {
        let hands = Arc::new(Semaphore::new(pipeline.job().chunks_at_once()));
        Self {
            pipeline,
            cx,
            hands,
            tasks: Mutex::default(),
        }
    }

    /// Waits for all chunks and adds up what became of their records. A chunk whose task panicked counts nothing: its
    /// records show as undelivered.
    pub(super) async fn join(self) -> Tally {
        let mut tasks = self.tasks.into_inner().unwrap_or_else(PoisonError::into_inner);
        let mut tally = Tally::default();
        while let Some(ended) = tasks.join_next().await {
            match ended {
                Ok(one) => tally.add(&one),
                Err(error) => {
                    let error = internal("a worker panicked").source(error);
                    self.pipeline
                        .report(&self.cx, Stage::Dispatch, None, &error)
                        .await;
                }
            }
        }
        tally
    }
}

#[async_trait]
impl Dispatcher for InProcess {
    async fn dispatch(&self, cx: &CallContext, chunks: Vec<Chunk>) -> Result<Vec<Outcome>> {
        let mut outcomes = Vec::with_capacity(chunks.len());
        for chunk in chunks {
            let hand = self
                .hands
                .clone()
                .acquire_owned()
                .await
                .map_err(|_| internal("the workers are gone"))?;
            let (pipeline, deadline) = (self.pipeline.clone(), cx.deadline);
            let mut tasks = self.tasks.lock().unwrap_or_else(PoisonError::into_inner);
            tasks.spawn(async move {
                let _hand = hand;
                pipeline.process(chunk, deadline).await.tally
            });
            outcomes.push(Ok(()));
        }
        Ok(outcomes)
    }
}
