//! The contract of [`AlertLedger`](customs_core::AlertLedger).

use customs_core::{Alert, AlertKind, Settlement};

use super::episode_ledger::{episodes, whole_run};
use super::ledger::{LedgerSubject, MOMENT, TTL, Work, failed, key, pushed};

/// Tests of an [`AlertLedger`](customs_core::AlertLedger): `alert_ledger_suite!(name, factory)`, where the factory makes a
/// [`LedgerSubject`](crate::conformance::ledger::LedgerSubject) and is awaited. An attribute in front replaces
/// `#[tokio::test]`.
#[macro_export]
macro_rules! alert_ledger_suite {
    ($name:ident, $factory:expr) => {
        $crate::alert_ledger_suite!(
            #[tokio::test]
            $name,
            $factory
        );
    };
    (#[$test:meta] $name:ident, $factory:expr) => {
        $crate::conformance_tests! {
            #[$test] $name, $factory, alert_ledger:
            one_alert_when_it_opens,
            one_alert_when_it_grows_tenfold,
            one_alert_when_it_recovers,
            an_alert_is_taken_by_one_at_a_time,
            an_alert_that_was_not_sent_comes_back,
            a_sent_alert_never_comes_back,
        }
    };
}

/// Takes what there is, as sent.
async fn told(subject: &impl LedgerSubject) -> Vec<Alert> {
    let alerts = subject.alerts().take_alerts(100, TTL).await.unwrap();
    let ids: Vec<_> = alerts.iter().map(|a| a.id.clone()).collect();
    subject.alerts().alerts_sent(&ids).await.unwrap();
    alerts
}

fn kinds(alerts: &[Alert]) -> Vec<AlertKind> {
    alerts.iter().map(|a| a.kind).collect()
}

fn failures(numbers: std::ops::Range<u32>) -> Vec<Settlement> {
    numbers.map(|n| failed(&n.to_string(), "CZ115")).collect()
}

/// One for each episode, when its run is closed, with its count; the same error in the next runs is told no more.
pub async fn one_alert_when_it_opens(subject: &impl LedgerSubject) {
    let work = Work::begin(subject, "a").await;
    let settlements = failures(0..25);
    let keys: Vec<_> = settlements.iter().map(|s| s.record.key.clone()).collect();
    work.claim(subject, 0, "owner", &keys).await;
    for part in settlements.chunks(1) {
        work.settle_at(subject, "owner", part, subject.now())
            .await
            .unwrap();
    }
    assert_eq!(told(subject).await, [], "the run is not over");
    work.dispatched(subject, 25).await;
    work.close(subject).await;
    let alerts = told(subject).await;
    assert_eq!(kinds(&alerts), [AlertKind::Opened]);
    let (alert, episode) = (&alerts[0], &episodes(subject, true).await[0]);
    assert_eq!((alert.episode, &alert.run), (Some(episode.no), &work.cx.run));
    assert_eq!((&alert.company, &alert.job), (&work.cx.company, &work.cx.job));
    for text in [&alert.korean, &alert.english] {
        assert!(text.contains("25") && text.contains("CZ115"), "{text}");
    }
    assert_eq!((episode.alerted, alert.attempts), (25, 1));
    subject.advance(MOMENT).await;
    whole_run(subject, "b", &failures(0..25)).await;
    assert_eq!(told(subject).await, []);
}

/// At ten times what was last told, and ten times that: each once.
pub async fn one_alert_when_it_grows_tenfold(subject: &impl LedgerSubject) {
    whole_run(subject, "a", &failures(0..2)).await;
    assert_eq!(kinds(&told(subject).await), [AlertKind::Opened]);
    whole_run(subject, "b", &failures(0..17)).await;
    assert_eq!(kinds(&told(subject).await), [], "19 are not 20");
    whole_run(subject, "c", &failures(0..1)).await;
    assert_eq!(kinds(&told(subject).await), [AlertKind::Grew]);
    whole_run(subject, "d", &failures(0..179)).await;
    assert_eq!(kinds(&told(subject).await), []);
    whole_run(subject, "e", &failures(0..1)).await;
    assert_eq!(kinds(&told(subject).await), [AlertKind::Grew]);
}

/// One when it is over. Closed by hand, nobody has to be told.
pub async fn one_alert_when_it_recovers(subject: &impl LedgerSubject) {
    whole_run(subject, "a", &[failed("1", "CZ115"), failed("2", "other")]).await;
    assert_eq!(kinds(&told(subject).await), [AlertKind::Opened; 2]);
    let by_hand = episodes(subject, true).await;
    let by_hand = by_hand.iter().find(|e| e.example.code == "other").unwrap().no;
    assert!(subject.episodes().close_episode(by_hand, "kim").await.unwrap());
    whole_run(subject, "b", &[pushed("1", 100, "d"), pushed("2", 100, "d")]).await;
    let alerts = told(subject).await;
    assert_eq!(kinds(&alerts), [AlertKind::Recovered]);
    assert!(alerts[0].english.contains("CZ115"), "{alerts:?}");
    whole_run(subject, "c", &[pushed("1", 200, "e")]).await;
    assert_eq!(told(subject).await, []);
}

async fn three(subject: &impl LedgerSubject) {
    for (number, code) in [("1", "first"), ("2", "second"), ("3", "third")] {
        let work = Work::begin(subject, code).await;
        work.claim(subject, 0, "owner", &[key(number)]).await;
        let settlements = [failed(number, code)];
        work.settle_at(subject, "owner", &settlements, subject.now())
            .await
            .unwrap();
        work.close(subject).await;
        subject.advance(MOMENT).await;
    }
}

/// The oldest first, and each to one taker only while its time runs.
pub async fn an_alert_is_taken_by_one_at_a_time(subject: &impl LedgerSubject) {
    three(subject).await;
    let alerts = subject.alerts();
    let first = alerts.take_alerts(2, TTL).await.unwrap();
    let second = alerts.take_alerts(2, TTL).await.unwrap();
    let told: Vec<_> = first.iter().chain(&second).map(|a| a.run.as_str()).collect();
    assert_eq!(told, ["first", "second", "third"]);
    subject.advance(TTL - MOMENT).await;
    assert_eq!(alerts.take_alerts(9, TTL).await.unwrap(), []);
}

/// What was taken and not sent is taken again, under its id, and says how often.
pub async fn an_alert_that_was_not_sent_comes_back(subject: &impl LedgerSubject) {
    three(subject).await;
    let first = subject.alerts().take_alerts(9, TTL).await.unwrap();
    subject.advance(TTL + MOMENT).await;
    let again = subject.alerts().take_alerts(9, TTL).await.unwrap();
    let ids = |alerts: &[Alert]| alerts.iter().map(|a| a.id.clone()).collect::<Vec<_>>();
    assert_eq!(ids(&again), ids(&first));
    assert!(first.iter().all(|a| a.attempts == 1) && again.iter().all(|a| a.attempts == 2));
}

/// Sent is sent, once or twice, after its time and before.
pub async fn a_sent_alert_never_comes_back(subject: &impl LedgerSubject) {
    three(subject).await;
    let alerts = subject.alerts().take_alerts(9, TTL).await.unwrap();
    for _ in 0..2 {
        subject
            .alerts()
            .alerts_sent(&[alerts[1].id.clone(), "unknown".into()])
            .await
            .unwrap();
    }
    subject.advance(TTL + MOMENT).await;
    let again = subject.alerts().take_alerts(9, TTL).await.unwrap();
    let runs: Vec<_> = again.iter().map(|a| a.run.as_str()).collect();
    assert_eq!(runs, ["first", "third"]);
}
