//! A layer of your own around customs: here one that counts verdicts. A layer is a `CustomsApi` that holds another one, so it
//! goes anywhere between the layers that are there.
#![expect(clippy::print_stdout, reason = "an example prints")]

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use customs_core::layers::{Pace, RateLimit, Retry, RetryPolicy, Timeout};
use customs_core::{
    CallContext, CustomsAnswer, CustomsApi, CustomsQuery, Result, RunId, ServiceId, SystemClock,
};
use customs_http::ReqwestTransport;
use customs_test_harness::unipass::UnipassSimulator;
use unipass_client::{Client, Customs};

/// Counts what questions come to; changes nothing.
#[derive(Debug)]
struct CountVerdicts<C> {
    inner: C,
    counts: Arc<Mutex<BTreeMap<String, u32>>>,
}

#[async_trait]
impl<C: CustomsApi> CustomsApi for CountVerdicts<C> {
    fn supports(&self, service: &ServiceId) -> bool {
        self.inner.supports(service)
    }

    async fn query(&self, cx: &CallContext, query: &CustomsQuery) -> Result<CustomsAnswer> {
        let answer = self.inner.query(cx, query).await;
        let came_to = match &answer {
            Ok(answer) => format!("{:?}", answer.verdict),
            Err(error) => format!("error {}", error.get_code()),
        };
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        *counts.entry(came_to).or_default() += 1;
        drop(counts);
        answer
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let simulator = UnipassSimulator::builder().start().await?;
    let Some(key) = simulator.key("API001") else {
        anyhow::bail!("the simulator has no key for API001");
    };
    let client = Client::builder(Arc::new(ReqwestTransport::builder().build()?))
        .base_url(simulator.base_url())
        .key("cargo-progress", key.clone())
        .build()?;

    // Outside in: retry → our layer → rate limit → timeout → client. Inside of the retry it sees each try.
    let counts = Arc::new(Mutex::new(BTreeMap::new()));
    let clock = Arc::new(SystemClock);
    let customs = Timeout::new(Customs::new(client, clock.clone()), Duration::from_secs(5));
    let customs = CountVerdicts {
        inner: RateLimit::new(customs, Pace::new(5), None),
        counts: counts.clone(),
    };
    let policy = RetryPolicy {
        attempts: 2,
        first_wait: Duration::from_millis(1),
        ..RetryPolicy::default()
    };
    let customs = Retry::new(customs, policy);

    let cx = CallContext::new(
        "1000".into(),
        "example".into(),
        RunId::new(customs_core::Clock::now(&*clock)),
    );
    for index in 0..100 {
        let number = simulator.world().shipment(index).cargo_number();
        let query = CustomsQuery::new("API001", [("cargMtNo", number)].into_iter().collect());
        // An answer that is an error is counted, and the next one asked.
        let _ = customs.query(&cx, &query).await;
    }
    for (verdict, count) in counts.lock().unwrap_or_else(PoisonError::into_inner).iter() {
        println!("{verdict}: {count}");
    }
    simulator.shutdown().await;
    Ok(())
}
