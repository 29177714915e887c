//! The customs exchange rates of a week as CSV, on standard output. Complaints go to standard error.
#![expect(clippy::print_stdout, reason = "an example prints")]

use std::sync::Arc;

use customs_http::ReqwestTransport;
use customs_test_harness::unipass::UnipassSimulator;
use jiff::ToSpan as _;
use unipass_client::services::exchange_rate::{Direction, Request};
use unipass_client::{Client, Verdict};

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let customs = UnipassSimulator::builder().start().await?;
    let Some(key) = customs.key("API012") else {
        anyhow::bail!("the simulator has no key for API012");
    };
    let client = Client::builder(Arc::new(ReqwestTransport::builder().build()?))
        .base_url(customs.base_url())
        .key("exchange-rate", key.clone())
        .build()?;

    println!("day,currency,rate_in_krw,applies_from");
    let monday = jiff::civil::date(2026, 11, 16);
    for n in 0..7 {
        let day = monday.checked_add(n.days())?;
        let reply = client.ask(Request::new(day, Direction::Import)).await?;
        if reply.answer().verdict() != Verdict::Found {
            anyhow::bail!("{day}: {}", reply.answer().verdict());
        }
        for rate in reply.exchange_rates() {
            let Some(krw) = rate.rate_in_krw_per_unit().get() else {
                continue;
            };
            let since = rate.applies_from().get().map(|day| day.to_string());
            println!(
                "{day},{},{krw},{}",
                rate.currency_code().unwrap_or_default(),
                since.unwrap_or_default()
            );
        }
    }
    customs.shutdown().await;
    Ok(())
}
