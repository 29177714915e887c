//! From an error to what people are told.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use customs_core::memory::MemoryAlerter;
use customs_core::{Alert, AlertKind, Alerter, CallContext, Error, ErrorKind, Relay, Result};
use tokio::time::Instant;

use crate::rig::{MINUTE, Rig};

const WITHIN: Duration = Duration::from_secs(10);

fn relay(rig: &Rig, alerters: &[&MemoryAlerter]) -> Relay {
    let alerters = alerters
        .iter()
        .map(|a| Arc::new((*a).clone()) as Arc<dyn Alerter>);
    Relay::new(Arc::new(rig.ledger.clone()), alerters.collect::<Vec<_>>())
}

fn kinds(alerter: &MemoryAlerter) -> Vec<AlertKind> {
    alerter.alerts().iter().map(|a| a.kind).collect()
}

/// Everything fails for an hour: one alert, and one when it is over.
#[tokio::test(start_paused = true)]
async fn an_outage_is_one_alert_and_its_end_another() {
    let rig = Rig::new(40);
    let people = MemoryAlerter::new();
    let relay = relay(&rig, &[&people]);
    for number in 0..40 {
        let down = || Error::new(ErrorKind::Unavailable, "no answer").code("connect");
        rig.customs.fail_times(&format!("C{number:05}"), 9, down);
    }
    for _ in 0..11 {
        rig.run().await;
        relay.send(WITHIN).await;
        tokio::time::advance(5 * MINUTE).await;
    }
    assert_eq!(kinds(&people), [AlertKind::Opened, AlertKind::Recovered]);
    let alerts = people.alerts();
    assert!(
        alerts[0].english.contains("40 errors, 40 records"),
        "{}",
        alerts[0].english
    );
    assert!(
        alerts[1].english.contains("360 errors, 40 records"),
        "{}",
        alerts[1].english
    );
}

/// An error that comes and goes all day long is told a few times, and not at each turn.
#[tokio::test(start_paused = true)]
async fn what_flaps_is_no_storm() {
    let rig = Rig::new(3);
    let people = MemoryAlerter::new();
    let relay = relay(&rig, &[&people]);
    for run in 0..288 {
        let times = u32::from(run % 2 == 0);
        let down = || Error::new(ErrorKind::Unavailable, "no answer").code("connect");
        rig.customs.fail_times("C00001", times, down);
        rig.run().await;
        relay.send(WITHIN).await;
        tokio::time::advance(5 * MINUTE).await;
    }
    let told = kinds(&people);
    assert!(told.len() <= 8, "{told:?}");
    assert_eq!(told[0], AlertKind::Opened);
}

/// Ten thousand errors that differ in nothing but numbers.
#[tokio::test(start_paused = true)]
async fn ten_thousand_equal_errors_are_one_alert() {
    let mut rig = Rig::new(10_000);
    (rig.job.page_size, rig.job.chunk_size) = (500, 100);
    for number in 0..10_000 {
        let refused =
            move || Error::new(ErrorKind::Refused, format!("number {number} is not known")).code("unknown");
        rig.customs.fail(&format!("C{number:05}"), refused);
    }
    let receipt = rig.run().await;
    assert_eq!(receipt.failed, 10_000);
    let people = MemoryAlerter::new();
    assert_eq!(relay(&rig, &[&people]).send(WITHIN).await, 1);
    let alerts = people.alerts();
    assert_eq!(alerts.len(), 1);
    assert!(
        alerts[0].english.contains("10000 errors, 10000 records"),
        "{}",
        alerts[0].english
    );
}

/// So many different errors that nobody would read them: ten alerts, the last of which says how many more there are.
#[tokio::test(start_paused = true)]
async fn too_many_alerts_become_one_that_says_so() {
    let rig = Rig::new(30);
    for number in 0..30 {
        let text = ["alpha", "beta", "gamma", "delta", "epsilon"][number % 5].repeat(1 + number / 5);
        rig.customs.fail(&format!("C{number:05}"), move || {
            Error::new(ErrorKind::Refused, text.clone())
        });
    }
    rig.run().await;
    let people = MemoryAlerter::new();
    relay(&rig, &[&people]).send(WITHIN).await;
    let told = kinds(&people);
    assert_eq!((told.len(), told[9]), (10, AlertKind::Many));
    assert!(
        people.alerts()[9].english.contains("21 more"),
        "{:?}",
        people.alerts()[9]
    );
}

async fn one_error(rig: &Rig) {
    rig.customs
        .fail("C00000", || Error::new(ErrorKind::Refused, "no"));
    rig.run().await;
}

/// What could not be sent is sent later, under the same id; who has it already gets it again, and nobody is left out.
#[tokio::test(start_paused = true)]
async fn what_was_not_sent_is_sent_later() {
    let rig = Rig::new(2);
    one_error(&rig).await;
    let (first, second) = (MemoryAlerter::new(), MemoryAlerter::new());
    first.refuse(1);
    let relay = relay(&rig, &[&first, &second]);
    assert_eq!(relay.send(WITHIN).await, 0);
    assert_eq!(relay.send(WITHIN).await, 0, "its turn comes later");
    tokio::time::advance(5 * MINUTE).await;
    assert_eq!(relay.send(WITHIN).await, 1);
    tokio::time::advance(5 * MINUTE).await;
    assert_eq!(relay.send(WITHIN).await, 0);
    let ids: Vec<_> = second.alerts().into_iter().map(|a| a.id).collect();
    assert_eq!((first.alerts().len(), ids.len()), (1, 2));
    assert!(ids.iter().all(|id| *id == first.alerts()[0].id));
}

/// Never answers.
#[derive(Debug)]
struct Hangs;

#[async_trait]
impl Alerter for Hangs {
    async fn alert(&self, _: &CallContext, _: &Alert) -> Result<()> {
        std::future::pending().await
    }
}

#[tokio::test(start_paused = true)]
async fn nobody_waits_for_an_alerter_that_hangs() {
    let rig = Rig::new(2);
    one_error(&rig).await;
    let relay = Relay::new(
        Arc::new(rig.ledger.clone()),
        [Arc::new(Hangs) as Arc<dyn Alerter>],
    );
    let start = Instant::now();
    assert_eq!(relay.send(WITHIN).await, 0);
    assert!(
        start.elapsed() <= WITHIN + Duration::from_secs(1),
        "{:?}",
        start.elapsed()
    );
}
