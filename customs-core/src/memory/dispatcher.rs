use std::collections::HashSet;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;

use super::lock;
use crate::{CallContext, Chunk, Dispatcher, Error, ErrorKind, Outcome, Result};

/// A queue in memory: keeps chunks for whoever processes them. Clones share them.
#[derive(Debug, Clone, Default)]
pub struct MemoryDispatcher(Arc<Mutex<Content>>);

#[derive(Debug, Default)]
struct Content {
    chunks: Vec<Chunk>,
    refused: HashSet<String>,
}

impl MemoryDispatcher {
    /// An empty queue.
    pub fn new() -> Self {
        Self::default()
    }

    /// What was handed over, in order.
    pub fn chunks(&self) -> Vec<Chunk> {
        lock(&self.0).chunks.clone()
    }

    /// From now on the chunk of this [`id`](Chunk::id) is refused.
    pub fn refuse(&self, id: impl Into<String>) {
        lock(&self.0).refused.insert(id.into());
    }
}

#[async_trait]
impl Dispatcher for MemoryDispatcher {
    async fn dispatch(&self, _: &CallContext, chunks: Vec<Chunk>) -> Result<Vec<Outcome>> {
        let mut content = lock(&self.0);
        let mut take = |chunk: Chunk| {
            if content.refused.contains(&chunk.id()) {
                let text = format!("the queue does not take {}", chunk.id());
                return Err(Error::new(ErrorKind::Unavailable, text));
            }
            content.chunks.push(chunk);
            Ok(())
        };
        Ok(chunks.into_iter().map(&mut take).collect())
    }
}
