use async_trait::async_trait;

use crate::{
    CallContext, CustomsAnswer, CustomsApi, CustomsQuery, Delivery, Error, FetchRequest, Idempotency,
    Outcome, Page, Result, ServiceId, Sink, SourceSystem,
};

/// Writes endpoint and operation into each error, once, here: no call site has to. What an error says already is kept.
#[derive(Debug, Clone)]
pub struct ErrorContext<T> {
    inner: T,
    endpoint: String,
}

impl<T> ErrorContext<T> {
    /// `endpoint` is shown as it is: pass it without user and query string.
    pub fn new(inner: T, endpoint: impl Into<String>) -> Self {
        Self {
            inner,
            endpoint: endpoint.into(),
        }
    }

    fn add(&self, error: Error, operation: impl Into<std::borrow::Cow<'static, str>>) -> Error {
        error.endpoint(&*self.endpoint).operation(operation)
    }
}

#[async_trait]
impl<T: CustomsApi> CustomsApi for ErrorContext<T> {
    fn supports(&self, service: &ServiceId) -> bool {
        self.inner.supports(service)
    }

    async fn query(&self, cx: &CallContext, query: &CustomsQuery) -> Result<CustomsAnswer> {
        self.inner
            .query(cx, query)
            .await
            .map_err(|e| self.add(e, query.service.to_string()))
    }
}

#[async_trait]
impl<T: SourceSystem> SourceSystem for ErrorContext<T> {
    async fn fetch(&self, cx: &CallContext, request: FetchRequest) -> Result<Page> {
        self.inner
            .fetch(cx, request)
            .await
            .map_err(|e| self.add(e, "fetch"))
    }
}

#[async_trait]
impl<T: Sink> Sink for ErrorContext<T> {
    fn max_batch(&self) -> usize {
        self.inner.max_batch()
    }

    fn idempotency(&self) -> Idempotency {
        self.inner.idempotency()
    }

    async fn deliver(&self, cx: &CallContext, batch: &[Delivery]) -> Result<Vec<Outcome>> {
        let outcomes = self
            .inner
            .deliver(cx, batch)
            .await
            .map_err(|e| self.add(e, "deliver"))?;
        Ok(outcomes
            .into_iter()
            .map(|o| o.map_err(|e| self.add(e, "deliver")))
            .collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;
    use crate::memory::MemoryCustoms;
    use crate::testing::{context, query};

    #[tokio::test]
    async fn an_error_tells_where_it_happened() {
        let customs = MemoryCustoms::new();
        customs.fail("1", || Error::new(ErrorKind::Refused, "no"));
        let error = ErrorContext::new(customs, "https://h/ext/rest")
            .query(&context(), &query("1"))
            .await
            .unwrap_err();
        assert_eq!(
            (error.get_endpoint(), error.get_operation()),
            (Some("https://h/ext/rest"), Some("API001"))
        );
    }
}
