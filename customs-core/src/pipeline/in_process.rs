use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use tokio::sync::Semaphore;
use tokio::task::{JoinError, JoinSet};
use tracing::Instrument as _;

use super::{Pipeline, internal};
use crate::{CallContext, Chunk, Dispatcher, Outcome, Result, Stage, Tally};

/// Works on a run's chunks in this process, a few at a time. Handing over waits while all hands are full, so that a due
/// list of any length needs the memory of a few chunks. Dropping it stops the work.
#[derive(Debug)]
pub(super) struct InProcess {
    pipeline: Pipeline,
    cx: CallContext,
    hands: Arc<Semaphore>,
    work: Mutex<Work>,
}

#[derive(Debug, Default)]
struct Work {
    tasks: JoinSet<Tally>,
    done: Tally,
    /// Tasks that panicked. They count nothing: their records show as undelivered.
    panics: Vec<JoinError>,
}

impl Work {
    fn ended(&mut self, task: Result<Tally, JoinError>) {
        match task {
            Ok(tally) => self.done.add(&tally),
            Err(error) => self.panics.push(error),
        }
    }
}

impl InProcess {
    pub(super) fn new(pipeline: Pipeline, cx: CallContext) -> Self {
        let hands = Arc::new(Semaphore::new(pipeline.job().chunks_at_once()));
        Self {
            pipeline,
            cx,
            hands,
            work: Mutex::default(),
        }
    }

    /// Waits for all chunks and adds up what became of their records.
    pub(super) async fn join(self) -> Tally {
        let mut work = self.work.into_inner().unwrap_or_else(PoisonError::into_inner);
        while let Some(task) = work.tasks.join_next().await {
            work.ended(task);
        }
        for panic in work.panics {
            let error = internal("a worker panicked").source(panic);
            self.pipeline
                .report(&self.cx, Stage::Dispatch, None, &error)
                .await;
        }
        work.done
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
            let mut work = self.work.lock().unwrap_or_else(PoisonError::into_inner);
            // An ended task keeps its memory until somebody takes its result.
            while let Some(task) = work.tasks.try_join_next() {
                work.ended(task);
            }
            let task = async move {
                let _hand = hand;
                pipeline.process(chunk, deadline).await.tally
            };
            // The run's span, if there is one.
            work.tasks.spawn(task.in_current_span());
            outcomes.push(Ok(()));
        }
        Ok(outcomes)
    }
}
