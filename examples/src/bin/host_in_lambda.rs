//! Host it in Lambda: a small function of your own that tells where cargoes stand. Clients are built once for each instance;
//! an event is decoded, asked, and encoded. The product's own function, which runs whole jobs, is `adapters/lambda`.
//!
//! `{"numbers":["…"]}` is answered `[{"number":"…","verdict":"found","state":"…"}]`. The key of customs comes from
//! `UNIPASS_API001` (`customs_aws::Secrets` reads one from Secrets Manager); `UNIPASS_BASE_URL` names another address than
//! that of customs.

use std::sync::Arc;
use std::time::Duration;

use customs_core::layers::{Pace, RateLimit, Retry, RetryPolicy, Timeout};
use customs_core::{CallContext, Clock, CustomsApi, CustomsQuery, RunId, SystemClock};
use customs_http::ReqwestTransport;
use futures_util::StreamExt as _;
use lambda_runtime::{LambdaEvent, service_fn};
use serde::{Deserialize, Serialize};
use tokio::time::Instant;
use unipass_client::{BASE_URL, Client, Customs};

#[derive(Deserialize)]
struct Event {
    numbers: Vec<String>,
}

#[derive(Serialize)]
struct Standing {
    number: String,
    verdict: String,
    state: Option<String>,
}

/// How much of its time a function keeps for sending its answer.
const CLOSING: Duration = Duration::from_secs(1);

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    if std::env::var_os("AWS_LAMBDA_RUNTIME_API").is_none() {
        return Err("this is a Lambda function: deploy it, or run it with `cargo lambda watch`".into());
    }
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let base_url = std::env::var("UNIPASS_BASE_URL").unwrap_or_else(|_| BASE_URL.to_owned());
    let client = Client::builder(Arc::new(ReqwestTransport::builder().build()?))
        .base_url(base_url)
        .key("cargo-progress", std::env::var("UNIPASS_API001")?)
        .build()?;
    let customs = Timeout::new(Customs::new(client, clock.clone()), Duration::from_secs(5));
    let customs = RateLimit::new(customs, Pace::new(10), None);
    let customs: &dyn CustomsApi = &Retry::new(customs, RetryPolicy::default());
    let clock = &*clock;

    lambda_runtime::run(service_fn(async |event: LambdaEvent<Event>| {
        let now = clock.now();
        let cx = CallContext::new("1000".into(), "standing".into(), RunId::new(now))
            .correlated(event.context.request_id.as_str());
        // Lambda says when it cuts the function off, in milliseconds since 1970. No call, wait or retry goes past that.
        let now = u64::try_from(now.as_millisecond())?;
        let left = Duration::from_millis(event.context.deadline.saturating_sub(now));
        let cx = cx.until(Instant::now() + left.saturating_sub(CLOSING));
        let asked = event.payload.numbers.into_iter();
        let standings = futures_util::stream::iter(asked.map(|number| standing(customs, &cx, number)));
        Ok::<_, lambda_runtime::Error>(standings.buffered(10).collect::<Vec<_>>().await)
    }))
    .await
}

/// Where one cargo stands. An error is this number's own: the others are answered.
async fn standing(customs: &dyn CustomsApi, cx: &CallContext, number: String) -> Standing {
    let params = [("cargMtNo", number.as_str())].into_iter().collect();
    let (verdict, state) = match customs.query(cx, &CustomsQuery::new("API001", params)).await {
        Ok(answer) => (answer.verdict.to_string(), answer.state.map(|state| state.status)),
        Err(error) => (format!("error({})", error.get_code()), None),
    };
    Standing {
        number,
        verdict,
        state,
    }
}
