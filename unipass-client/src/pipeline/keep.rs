use std::sync::Arc;

use async_trait::async_trait;
use customs_core::{
    CallContext, Clock, CustomsAnswer, CustomsApi, CustomsQuery, ServiceId, Verdict as CoreVerdict,
};

use super::asked;
use super::kept::KeptAnswers;
use crate::catalogue::{CacheLifetime, Service};
use crate::services;
use crate::verdict::Verdict;

/// A layer that keeps the answers of code tables and exchange rates for as long as
/// [`Query::keep_until`](crate::Query::keep_until) allows, in bounded memory, and asks nothing meanwhile. States, checks and
/// personal data are never kept.
#[derive(Debug)]
pub struct KeepAnswers<T> {
    inner: T,
    clock: Arc<dyn Clock>,
    kept: KeptAnswers,
}

impl<T> KeepAnswers<T> {
    /// Keeps answers of `inner`.
    pub fn new(inner: T, clock: Arc<dyn Clock>) -> Self {
        Self {
            inner,
            clock,
            kept: KeptAnswers::default(),
        }
    }
}

#[async_trait]
impl<T: CustomsApi> CustomsApi for KeepAnswers<T> {
    fn supports(&self, service: &ServiceId) -> bool {
        self.inner.supports(service)
    }

    async fn query(&self, cx: &CallContext, query: &CustomsQuery) -> customs_core::Result<CustomsAnswer> {
        let may_keep = |service: &&Service| service.cache != CacheLifetime::Never;
        let Some(service) = services::find(query.service.as_str()).filter(may_keep) else {
            return self.inner.query(cx, query).await;
        };
        let asked = asked(service, query);
        let now = self.clock.now();
        if let Some(answer) = self.kept.get(&asked, now) {
            return Ok(answer);
        }
        let answer = self.inner.query(cx, query).await?;
        let until = match answer.verdict {
            CoreVerdict::Found => asked.keep_until(Verdict::Found, now),
            CoreVerdict::NotFound | CoreVerdict::Many | CoreVerdict::Mismatch | CoreVerdict::Error(_) => None,
        };
        if let Some(until) = until {
            self.kept.keep(&asked, &answer, until, now);
        }
        Ok(answer)
    }
}
