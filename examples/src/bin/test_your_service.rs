//! Test a service of your own against the simulators: real HTTP, the same world at each run, and faults on demand. In your
//! project this is a `#[tokio::test]` with `customs-test-harness` under `[dev-dependencies]`.
#![expect(clippy::print_stdout, reason = "an example prints")]

use std::sync::Arc;

use customs_http::ReqwestTransport;
use customs_test_harness::unipass::UnipassSimulator;
use unipass_client::services::cargo_progress;
use unipass_client::{Client, Error, Verdict};

/// The service to test: may the goods be fetched?
struct Warehouse {
    customs: Client,
}

#[derive(Debug, PartialEq)]
enum MayFetch {
    Yes,
    NotYet,
    /// Nobody knows: ask again later. Never a "no".
    Unknown,
}

impl Warehouse {
    async fn may_fetch(&self, number: &str) -> MayFetch {
        let question = cargo_progress::Request::by_cargo_management_number(number);
        let reply: Result<_, Error> = self.customs.ask(question).await;
        match reply {
            Ok(reply) if reply.answer().verdict() == Verdict::Found => {
                let state = reply.cargos().find_map(|cargo| cargo.clearance_progress_state());
                match state {
                    Some("수입신고수리" | "통관목록심사완료" | "반출완료") => MayFetch::Yes,
                    Some(_) => MayFetch::NotYet,
                    None => MayFetch::Unknown,
                }
            }
            Ok(reply) if reply.answer().verdict() == Verdict::NotFound => MayFetch::NotYet,
            Ok(_) | Err(_) => MayFetch::Unknown,
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    // The same seed and day make the same world.
    let simulator = UnipassSimulator::builder().seed(7).day(3).start().await?;
    let Some(key) = simulator.key("API001") else {
        anyhow::bail!("the simulator has no key for API001");
    };
    let customs = Client::builder(Arc::new(ReqwestTransport::builder().build()?))
        .base_url(simulator.base_url())
        .key("cargo-progress", key.clone())
        .build()?;
    let warehouse = Warehouse { customs };

    let (mut yes, mut not_yet) = (None, 0);
    for index in 0..50 {
        let number = simulator.world().shipment(index).cargo_number();
        match warehouse.may_fetch(&number).await {
            MayFetch::Yes => yes = yes.or(Some(number)),
            MayFetch::NotYet => not_yet += 1,
            MayFetch::Unknown => {}
        }
    }
    let Some(number) = yes else {
        anyhow::bail!("nothing may be fetched in this world");
    };
    println!("{number} may be fetched, {not_yet} of 50 may not yet");

    // A maintenance page with status 200: the classic that is taken for "no data".
    simulator.faults().set("html".parse()?);
    let answer = warehouse.may_fetch(&number).await;
    println!("with a page instead of an answer: {answer:?}");
    anyhow::ensure!(answer == MayFetch::Unknown, "a page was taken for an answer");
    simulator.faults().clear();
    println!("when it is over: {:?}", warehouse.may_fetch(&number).await);
    simulator.shutdown().await;
    Ok(())
}
