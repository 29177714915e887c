//! The customs service.

use std::fmt::Debug;
use std::sync::Arc;

use async_trait::async_trait;

use crate::{CallContext, CustomsAnswer, CustomsQuery, Result, ServiceId};

/// Answers questions about clearance.
///
/// Contract:
/// - **unsupported_service_is_a_config_error**: asking a service for which `supports` is false is a permanent `Config` error, and nothing is sent.
/// - **not_found_only_if_the_service_says_so**: `NotFound` is an answer; everything unclear is an `Err` of kind `Unclassified` or `Protocol`.
/// - **an_error_answer_is_an_error**: a verdict of kind error is returned as `Err` with its code, marked [`Sent::Answered`](crate::Sent::Answered).
/// - **raw_texts_are_kept**: every field of every record is there, as it was sent.
/// - **calls_are_counted**: each request that leaves the process is counted in the context's meter.
/// - **no_secret_shows**: no error, no answer and no `Debug` output holds a key.
///
/// Cancel safe: asking has no effect at customs (it uses up quota).
#[async_trait]
pub trait CustomsApi: Debug + Send + Sync + 'static {
    /// Whether this service can be asked: the client knows it and has a key for it.
    fn supports(&self, service: &ServiceId) -> bool;

    /// Asks one question.
    async fn query(&self, cx: &CallContext, query: &CustomsQuery) -> Result<CustomsAnswer>;
}

#[async_trait]
impl<T: CustomsApi + ?Sized> CustomsApi for Arc<T> {
    fn supports(&self, service: &ServiceId) -> bool {
        (**self).supports(service)
    }

    async fn query(&self, cx: &CallContext, query: &CustomsQuery) -> Result<CustomsAnswer> {
        (**self).query(cx, query).await
    }
}
