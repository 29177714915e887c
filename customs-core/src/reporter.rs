//! Where errors that belong to no record go, and notifications.

use std::fmt::Debug;
use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{CallContext, ErrorRow, Receipt, RecordKey};

/// One error to be reported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorReport {
    /// The same report carries the same id, so that two ways into one table give one row.
    pub id: String,
    /// When it happened.
    pub at: Timestamp,
    /// The record concerned, if any.
    pub key: Option<RecordKey>,
    /// What happened.
    pub error: ErrorRow,
    /// The receipt of a run that its ledger does not know the end of, if that is what happened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt: Option<Box<Receipt>>,
}

impl ErrorReport {
    /// A report with a fresh random id.
    pub fn new(at: Timestamp, key: Option<RecordKey>, error: ErrorRow) -> Self {
        Self {
            id: format!("{:032x}", fastrand::u128(..)),
            at,
            key,
            error,
            receipt: None,
        }
    }

    /// The same report with the receipt of a run that its ledger does not know the end of.
    #[must_use]
    pub fn with_receipt(mut self, receipt: &Receipt) -> Self {
        self.receipt = Some(Box::new(receipt.clone()));
        self
    }
}

/// Takes errors that belong to no record, and notifications. A record's own error is written by
/// [`RecordLedger::settle`](crate::RecordLedger::settle) in the record's transaction.
///
/// Contract:
/// - **reporting_never_fails_a_run**: it returns nothing, does not panic, and comes back in bounded time.
/// - **one_row_per_id**: the same report twice is one row.
/// - **the_text_is_kept_whole**: whatever the text holds, it arrives as it is.
#[async_trait]
pub trait ErrorReporter: Debug + Send + Sync + 'static {
    /// Reports one error.
    async fn report(&self, cx: &CallContext, report: &ErrorReport);
}

#[async_trait]
impl<T: ErrorReporter + ?Sized> ErrorReporter for Arc<T> {
    async fn report(&self, cx: &CallContext, report: &ErrorReport) {
        (**self).report(cx, report).await;
    }
}
