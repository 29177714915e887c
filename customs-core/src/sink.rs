//! Where changes are written.

use std::fmt::Debug;
use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{CallContext, Fields, RecordKey, Result};

/// What one item of a batch came to.
pub type Outcome = Result<()>;

/// One record's change, ready to be written: the columns are mapped already.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// The record.
    pub key: RecordKey,
    /// The same change carries the same key, however often it is delivered (32 hexadecimal characters).
    pub idempotency_key: String,
    /// When customs was asked.
    pub observed_at: Timestamp,
    /// The columns to write, by the sink's names.
    pub columns: Fields,
    /// Customs corrected itself: the state's time went back.
    pub corrected: bool,
}

/// Whether the sink recognises a change that it has already carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Idempotency {
    /// By [`Delivery::idempotency_key`]: delivering again is harmless.
    ByKey,
    /// It does not: a write that may have been carried out is never repeated blindly.
    None,
}

/// The system that changes are written to.
///
/// Contract:
/// - **one_outcome_per_item_in_order**: `Ok` holds exactly one outcome per delivery, in the same order.
/// - **a_bad_item_never_sinks_its_neighbours**: a refused item is an `Err` outcome, and the others are carried out.
/// - **ok_means_confirmed**: an outcome is `Ok` only when the system has confirmed the write.
/// - **unknown_is_maybe**: a write that may have been carried out is an error marked [`Sent::Maybe`](crate::Sent::Maybe).
/// - **idempotent_by_key**: with `Idempotency::ByKey`, the same key again is `Ok` and changes nothing.
/// - **max_batch_is_kept**: a larger batch is refused as a `Config` error, and nothing is written.
/// - **writes_are_counted**: each request that leaves the process is counted in the context's meter.
///
/// Not cancel safe: a dropped call may have been carried out. The next run reads back.
#[async_trait]
pub trait Sink: Debug + Send + Sync + 'static {
    /// The largest batch that `deliver` takes, at least 1.
    fn max_batch(&self) -> usize;

    /// Whether repeats are harmless.
    fn idempotency(&self) -> Idempotency;

    /// Writes a batch.
    async fn deliver(&self, cx: &CallContext, batch: &[Delivery]) -> Result<Vec<Outcome>>;
}

#[async_trait]
impl<T: Sink + ?Sized> Sink for Arc<T> {
    fn max_batch(&self) -> usize {
        (**self).max_batch()
    }

    fn idempotency(&self) -> Idempotency {
        (**self).idempotency()
    }

    async fn deliver(&self, cx: &CallContext, batch: &[Delivery]) -> Result<Vec<Outcome>> {
        (**self).deliver(cx, batch).await
    }
}
