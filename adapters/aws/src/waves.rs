//! What begins now goes one way, what begins later another.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use customs_core::{CallContext, Chunk, Clock, Dispatcher, Outcome, Result};

/// A chunk that begins within this time goes out at once.
const SOON: Duration = Duration::from_secs(2);

/// Sends the first wave by the quick way (SNS) and the later ones by the way that can hold them back (SQS), so that no
/// worker is paid for waiting.
#[derive(Debug)]
pub struct Waves {
    now: Arc<dyn Dispatcher>,
    later: Arc<dyn Dispatcher>,
    clock: Arc<dyn Clock>,
}

impl Waves {
    /// `now` takes what begins within two seconds, `later` the rest.
    pub fn new(now: Arc<dyn Dispatcher>, later: Arc<dyn Dispatcher>, clock: Arc<dyn Clock>) -> Self {
        Self { now, later, clock }
    }
}

#[async_trait]
impl Dispatcher for Waves {
    async fn dispatch(&self, cx: &CallContext, chunks: Vec<Chunk>) -> Result<Vec<Outcome>> {
        let time = self.clock.now();
        let is_later: Vec<bool> = chunks.iter().map(|c| c.early_by(time) > SOON).collect();
        let (later, now): (Vec<_>, Vec<_>) =
            chunks.into_iter().zip(&is_later).partition(|(_, later)| **later);
        let mut now = dispatch(&*self.now, cx, now).await;
        let mut later = dispatch(&*self.later, cx, later).await;
        // Each way keeps the order of its own.
        Ok(is_later
            .iter()
            .filter_map(|is_later| if *is_later { later.next() } else { now.next() })
            .collect())
    }
}

/// If one way fails as a whole, its chunks fail; the other's do not.
async fn dispatch(
    way: &dyn Dispatcher,
    cx: &CallContext,
    chunks: Vec<(Chunk, &bool)>,
) -> std::vec::IntoIter<Outcome> {
    let chunks: Vec<Chunk> = chunks.into_iter().map(|(chunk, _)| chunk).collect();
    let count = chunks.len();
    if chunks.is_empty() {
        return Vec::new().into_iter();
    }
    way.dispatch(cx, chunks)
        .await
        .unwrap_or_else(|error| vec![Err(error); count])
        .into_iter()
}
