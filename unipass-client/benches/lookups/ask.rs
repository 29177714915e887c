//! The two clients.

use std::sync::Arc;
use std::time::Duration;

use customs_core::layers::{
    BreakerPolicy, CircuitBreaker, ErrorContext, Pace, Quota, QuotaPolicy, RateLimit, Retry, RetryPolicy,
    Timeout, Trace, Watch,
};
use customs_core::memory::MemoryLedger;
use customs_core::{CallContext, Clock, CustomsApi as _, CustomsQuery, Rate, SystemClock, Verdict};
use customs_http::ReqwestTransport;
use customs_test_harness::world::{Outcome as Customs, World};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use quick_xml::Reader;
use quick_xml::events::Event;
use unipass_client::{AroundNewYear, Client, KeepAnswers};

use super::{IN_FLIGHT, Outcome, QUESTIONS};

const LIMIT: Duration = Duration::from_secs(20);

/// Cargo numbers that the simulator finds.
fn numbers() -> impl Iterator<Item = String> {
    let world = World::new(1, 0);
    (0..)
        .map(move |index| world.shipment(index))
        .filter(|shipment| shipment.outcome() == Customs::Found)
        .map(|shipment| shipment.full_cargo_number())
        .take(QUESTIONS as usize)
}

/// What a script would do: ask, read, look for one field.
pub(super) async fn bare(base: &str, key: &str, ca: &str) -> Outcome<()> {
    rustls::crypto::ring::default_provider()
        .install_default()
        .map_err(|_| "a provider is installed")?;
    let ca = reqwest::Certificate::from_pem(&std::fs::read(ca)?)?;
    let client = reqwest::Client::builder()
        .tls_certs_only([ca])
        .http1_only()
        .timeout(LIMIT)
        .build()?;
    let found = stream::iter(numbers())
        .map(|number| {
            let client = &client;
            async move {
                let url = format!(
                    "{base}/cargCsclPrgsInfoQry/retrieveCargCsclPrgsInfo?crkyCn={key}&cargMtNo={number}"
                );
                let body = client.get(url).send().await?.bytes().await?;
                Outcome::Ok(u32::from(status(std::str::from_utf8(&body)?)?.is_some()))
            }
        })
        .buffer_unordered(IN_FLIGHT)
        .try_fold(0, async |sum, found| Ok(sum + found))
        .await?;
    all(found)
}

fn status(xml: &str) -> Outcome<Option<String>> {
    let mut reader = Reader::from_str(xml);
    let (mut is_it, mut found) = (false, None);
    loop {
        match reader.read_event()? {
            Event::Start(e) => is_it = e.name().as_ref() == "csclPrgsStts",
            Event::Text(text) if is_it => {
                found = Some(text.xml10_content().into_owned());
                is_it = false;
            }
            Event::Eof => return Ok(found),
            _ => {}
        }
    }
}

/// The client in all its layers, as a host puts them together.
pub(super) async fn whole(base: &str, key: &str, ca: &str) -> Outcome<()> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let transport = ReqwestTransport::builder()
        .ca_bundle(std::fs::read(ca)?)
        .build()?;
    let client = Client::builder(Arc::new(transport))
        .base_url(base)
        .key("API001", key)
        .build()?;
    let pace = Arc::new(Pace::new(IN_FLIGHT));
    let customs = unipass_client::Customs::new(client, Arc::clone(&clock));
    let customs = Watch::new(Timeout::new(customs, LIMIT), Arc::clone(&pace));
    let ledger = Arc::new(MemoryLedger::new(Arc::clone(&clock)));
    let policy = QuotaPolicy {
        daily: Some(1_000_000),
        urgent_reserve: 0.1,
        shared: None,
    };
    let customs = Quota::new(customs, ledger, Arc::clone(&clock), policy);
    let rate = Rate {
        per_second: 100_000.0,
        burst: 1_000,
    };
    let customs = CircuitBreaker::new(
        RateLimit::new(customs, pace, Some(rate)),
        BreakerPolicy::default(),
    );
    let customs = Trace::new(ErrorContext::new(
        Retry::new(customs, RetryPolicy::default()),
        base,
    ));
    let customs = KeepAnswers::new(AroundNewYear::new(customs, Arc::clone(&clock)), clock);
    let cx = CallContext::new("1000".into(), "bench".into(), "run".into());
    let found = stream::iter(numbers())
        .map(|number| {
            let (customs, cx) = (&customs, &cx);
            async move {
                let query = CustomsQuery::new("API001", [("cargMtNo", number)].into_iter().collect());
                let answer = customs.query(cx, &query).await?;
                let has_status = answer.verdict == Verdict::Found && answer.field("csclPrgsStts").is_some();
                Outcome::Ok(u32::from(has_status))
            }
        })
        .buffer_unordered(IN_FLIGHT)
        .try_fold(0, async |sum, found| Ok(sum + found))
        .await?;
    all(found)
}

fn all(found: u32) -> Outcome<()> {
    if found == QUESTIONS {
        return Ok(());
    }
    Err(format!("{found} of {QUESTIONS} were found").into())
}
