//! The system whose records are due.

use std::fmt::Debug;
use std::sync::Arc;

use async_trait::async_trait;

use crate::{CallContext, DueRecord, Error, Fields, RecordKey, Result};

/// Where the next page begins; opaque to everybody but the source.
#[derive(Debug, Clone, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Cursor(pub String);

/// Which records to fetch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Select {
    /// All that are due.
    Due,
    /// These, whether due or not.
    Keys(Vec<RecordKey>),
}

/// One page to fetch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FetchRequest {
    /// Which records.
    pub select: Select,
    /// Where the page begins; `None` for the first.
    pub after: Option<Cursor>,
    /// At most how many.
    pub limit: usize,
}

/// A row of the due list from which no question to customs can be made. It counts as due and as failed.
#[derive(Debug)]
pub struct RejectedRecord {
    /// Its key, or as much of it as there is.
    pub key: RecordKey,
    /// The fields of the source as they came.
    pub origin: Fields,
    /// Why.
    pub error: Error,
}

/// One page of the due list.
#[derive(Debug, Default)]
pub struct Page {
    /// The records, in the source's order.
    pub records: Vec<DueRecord>,
    /// Rows that are broken; they never hide the good ones.
    pub rejected: Vec<RejectedRecord>,
    /// Where the next page begins; `None` at the end.
    pub next: Option<Cursor>,
}

/// The system that holds the due list. It is the truth: what it does not list is not asked for.
///
/// Contract:
/// - **pages_cover_the_due_list_once**: following `next` from the first page yields every due record once, in a stable order.
/// - **limit_bounds_a_page**: a page holds at most `limit` records and rejected rows together.
/// - **keys_select_whether_due_or_not**: `Select::Keys` yields the records that exist, in any order; unknown keys are missing, not an error.
/// - **a_broken_row_is_rejected_not_fatal**: it stands in `rejected` with its cause, and the rest of the page is there.
/// - **reading_changes_nothing**: the same request again yields the same page while nothing was written.
/// - **reads_are_counted**: each request that leaves the process is counted in the context's meter.
///
/// Errors are transient when asking again may help. Cancel safe: reading has no effect.
#[async_trait]
pub trait SourceSystem: Debug + Send + Sync + 'static {
    /// Fetches one page.
    async fn fetch(&self, cx: &CallContext, request: FetchRequest) -> Result<Page>;
}

#[async_trait]
impl<T: SourceSystem + ?Sized> SourceSystem for Arc<T> {
    async fn fetch(&self, cx: &CallContext, request: FetchRequest) -> Result<Page> {
        (**self).fetch(cx, request).await
    }
}
