//! Small helpers of this crate's own unit tests.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;

use crate::{
    CallContext, CustomsAnswer, CustomsApi, CustomsQuery, Delivery, Error, ErrorKind, Fields, Records,
    Result, Sent, ServiceId, Verdict,
};

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

/// Answers after a time, or fails, and counts how many ask at once. Clones share all that.
#[derive(Debug, Clone, Default)]
pub(crate) struct StagedCustoms(Arc<Mutex<Stage>>);

#[derive(Debug, Default)]
struct Stage {
    takes: Duration,
    error: Option<Error>,
    fails_at: Option<usize>,
    asked: usize,
    under_way: usize,
    most: usize,
}

impl StagedCustoms {
    pub(crate) fn taking(takes: Duration) -> Self {
        let customs = Self::default();
        customs.take(takes);
        customs
    }

    pub(crate) fn take(&self, takes: Duration) {
        self.stage().takes = takes;
    }

    pub(crate) fn fail_with(&self, error: Option<Error>) {
        self.stage().error = error;
    }

    /// The nth question from now on is too much: it fails after half the time.
    pub(crate) fn fail_nth(&self, n: usize) {
        let mut stage = self.stage();
        stage.fails_at = Some(stage.asked + n);
    }

    /// The most that asked at once.
    pub(crate) fn most(&self) -> usize {
        self.stage().most
    }

    pub(crate) fn forget(&self) {
        self.stage().most = 0;
    }

    fn stage(&self) -> std::sync::MutexGuard<'_, Stage> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Asking<'a>(&'a StagedCustoms);

impl Drop for Asking<'_> {
    fn drop(&mut self) {
        self.0.stage().under_way -= 1;
    }
}

#[async_trait]
impl CustomsApi for StagedCustoms {
    fn supports(&self, _: &ServiceId) -> bool {
        true
    }

    async fn query(&self, cx: &CallContext, _: &CustomsQuery) -> Result<CustomsAnswer> {
        cx.meter.count_customs_call();
        let (takes, error) = {
            let mut stage = self.stage();
            stage.asked += 1;
            stage.under_way += 1;
            stage.most = stage.most.max(stage.under_way);
            if stage.fails_at == Some(stage.asked) {
                let trouble = Error::new(ErrorKind::RateLimited, "429").sent(Sent::Answered);
                (stage.takes / 2, Some(trouble))
            } else {
                (stage.takes, stage.error.clone())
            }
        };
        let _asking = Asking(self);
        tokio::time::sleep(takes).await;
        match error {
            Some(error) => Err(error),
            None => Ok(CustomsAnswer {
                verdict: Verdict::NotFound,
                records: Records::new(),
                state: None,
                notice: None,
                drift: 0,
            }),
        }
    }
}
