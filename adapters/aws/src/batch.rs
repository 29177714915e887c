//! Handing messages over in batches: at most ten, and no more bytes than one request takes.

use std::collections::HashMap;
use std::fmt::Debug;
use std::ops::Range;

use async_trait::async_trait;
use customs_core::{Chunk, Error, ErrorKind, Outcome, Sent};

use crate::message::Wire;
use crate::{AwsError, MESSAGE_LIMIT, Message};

/// The most entries of one batch.
const ENTRIES: usize = 10;

/// A message that waits in its place.
#[derive(Debug)]
pub(crate) struct Ready {
    /// Its place among the chunks; the entry's id in the batch.
    pub(crate) place: usize,
    pub(crate) wire: Wire,
    /// Seconds that it is held back.
    pub(crate) delay: i32,
}

/// Takes one batch.
#[async_trait]
pub(crate) trait Queue: Debug + Send + Sync {
    /// How long this chunk is to be held back; an error if it cannot be.
    fn delay(&self, chunk: &Chunk) -> Result<i32, AwsError>;

    /// Sends one batch and tells, by place, what became of each entry.
    async fn send(&self, batch: &[Ready]) -> Result<HashMap<usize, Outcome>, AwsError>;
}

/// Sends all chunks; a chunk that cannot be sent, or that is refused, does not touch its neighbours.
pub(crate) async fn send_all(queue: &dyn Queue, chunks: Vec<Chunk>) -> Vec<Outcome> {
    let mut outcomes: Vec<Option<Outcome>> = chunks.iter().map(|_| None).collect();
    let mut ready = Vec::with_capacity(chunks.len());
    for (place, chunk) in chunks.into_iter().enumerate() {
        match prepare(queue, place, chunk) {
            Ok(message) => ready.push(message),
            Err(error) => outcomes[place] = Some(Err(error.into())),
        }
    }
    let sizes: Vec<usize> = ready.iter().map(|r| r.wire.bytes()).collect();
    for range in batches(&sizes) {
        let batch = &ready[range];
        let mut sent = queue.send(batch).await.map_err(Error::from);
        for message in batch {
            outcomes[message.place] = Some(match &mut sent {
                Ok(answers) => answers.remove(&message.place).unwrap_or_else(|| {
                    let text = "the answer does not say what became of the message";
                    Err(Error::new(ErrorKind::Protocol, text).sent(Sent::Maybe))
                }),
                Err(error) => Err(error.clone()),
            });
        }
    }
    let missing = || Err(Error::new(ErrorKind::Internal, "a chunk was left out"));
    outcomes.into_iter().map(|o| o.unwrap_or_else(missing)).collect()
}

fn prepare(queue: &dyn Queue, place: usize, chunk: Chunk) -> Result<Ready, AwsError> {
    let delay = queue.delay(&chunk)?;
    let wire = Wire::new(&Message::Chunk(chunk))?;
    let bytes = wire.bytes();
    if bytes > MESSAGE_LIMIT {
        return Err(AwsError::TooLarge {
            bytes,
            limit: MESSAGE_LIMIT,
        });
    }
    Ok(Ready { place, wire, delay })
}

/// Cuts a list of sizes into batches, in order. Each size is at most [`MESSAGE_LIMIT`].
fn batches(sizes: &[usize]) -> Vec<Range<usize>> {
    let (mut batches, mut from, mut bytes) = (Vec::new(), 0, 0);
    for (i, size) in sizes.iter().enumerate() {
        if i - from == ENTRIES || (i > from && bytes + size > MESSAGE_LIMIT) {
            batches.push(from..i);
            (from, bytes) = (i, 0);
        }
        bytes += size;
    }
    if from < sizes.len() {
        batches.push(from..sizes.len());
    }
    batches
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn batches_are_bounded_by_number_and_by_bytes() {
        assert_eq!(batches(&[]), []);
        assert_eq!(batches(&[1; 23]), [0..10, 10..20, 20..23]);
        assert_eq!(batches(&[MESSAGE_LIMIT, 1, MESSAGE_LIMIT]), [0..1, 1..2, 2..3]);
        let half = MESSAGE_LIMIT / 2;
        assert_eq!(batches(&[half, half, half]), [0..2, 2..3]);
        assert_eq!(batches(&[half, half + 1]), [0..1, 1..2]);
        assert_eq!(batches(&[half; 10]).len(), 5);
    }
}
