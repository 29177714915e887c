use std::sync::Arc;

use async_trait::async_trait;
use customs_core::{CallContext, Clock, CustomsAnswer, CustomsApi, CustomsQuery, ServiceId, Verdict};

use super::by_catalogue;
use crate::value::kst_day;

/// A layer that asks about the neighbouring year when the first answer is "not found", where a service takes the year of
/// arrival and the turn of the year is near by the clock; see [`neighbour_year`](crate::neighbour_year).
///
/// "Not found" only if both years were answered so; an error of either is the result.
#[derive(Debug)]
pub struct AroundNewYear<T> {
    inner: T,
    clock: Arc<dyn Clock>,
}

impl<T> AroundNewYear<T> {
    /// Asks `inner`.
    pub fn new(inner: T, clock: Arc<dyn Clock>) -> Self {
        Self { inner, clock }
    }
}

#[async_trait]
impl<T: CustomsApi> CustomsApi for AroundNewYear<T> {
    fn supports(&self, service: &ServiceId) -> bool {
        self.inner.supports(service)
    }

    async fn query(&self, cx: &CallContext, query: &CustomsQuery) -> customs_core::Result<CustomsAnswer> {
        let answer = self.inner.query(cx, query).await?;
        if answer.verdict != Verdict::NotFound {
            return Ok(answer);
        }
        let today = kst_day(self.clock.now());
        match by_catalogue(query).and_then(|asked| asked.for_neighbour_year(today)) {
            Some(other) => {
                let params = other.params().collect();
                self.inner
                    .query(cx, &CustomsQuery::new(query.service.clone(), params))
                    .await
            }
            None => Ok(answer),
        }
    }
}
