//! Small helpers of this crate's own unit tests.

use async_trait::async_trait;

use crate::{CallContext, CustomsAnswer, CustomsApi, CustomsQuery, Delivery, Fields, Result, ServiceId};

pub(crate) fn context() -> CallContext {
    CallContext::new("1000".into(), "import".into(), "run-1".into())
}

pub(crate) fn query(number: &str) -> CustomsQuery {
    CustomsQuery::new("API001", [("cargMtNo", number)].into_iter().collect())
}

pub(crate) fn delivery(key: &str) -> Delivery {
    Delivery {
        key: key.into(),
        idempotency_key: format!("idem-{key}"),
        observed_at: "2026-01-01T00:00:00Z".parse().unwrap(),
        columns: Fields::new(),
        corrected: false,
    }
}

/// Never answers.
#[derive(Debug)]
pub(crate) struct HangingCustoms;

#[async_trait]
impl CustomsApi for HangingCustoms {
    fn supports(&self, _: &ServiceId) -> bool {
        true
    }

    async fn query(&self, _: &CallContext, _: &CustomsQuery) -> Result<CustomsAnswer> {
        std::future::pending().await
    }
}
