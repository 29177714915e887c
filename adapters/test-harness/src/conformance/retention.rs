//! The contract of [`Retention`](customs_core::Retention).

use std::time::Duration;

use customs_core::{
    ChangeKind, EpisodeFilter, ErrorFilter, ForgetRequest, Forgotten, Keep, Settlement, StoredError,
};

use super::ledger::{LedgerSubject, Work, begin, failed, full, key, pushed};
use super::run;

/// Tests of a [`Retention`](customs_core::Retention): `retention_suite!(name, factory)`, where the factory makes a
/// [`LedgerSubject`](crate::conformance::ledger::LedgerSubject) and is awaited. An attribute in front replaces
/// `#[tokio::test]`.
#[macro_export]
macro_rules! retention_suite {
    ($name:ident, $factory:expr) => {
        $crate::retention_suite!(
            #[tokio::test]
            $name,
            $factory
        );
    };
    (#[$test:meta] $name:ident, $factory:expr) => {
        $crate::conformance_tests! {
            #[$test] $name, $factory, retention:
            what_is_old_is_forgotten,
            what_is_needed_stays,
            a_sweep_is_bounded,
            a_finished_sweep_rests,
            a_record_keeps_its_newest_events,
        }
    };
}

const DAY: Duration = Duration::from_secs(24 * 3600);

fn days(days: u32) -> Duration {
    DAY * days
}

const KEEP: Keep = Keep {
    dead_letters: Duration::from_secs(90 * 24 * 3600),
    errors: Duration::from_secs(200 * 24 * 3600),
    events: Duration::from_secs(210 * 24 * 3600),
    events_of_a_record: 500,
    outcomes: Duration::from_secs(95 * 24 * 3600),
    runs: Duration::from_secs(220 * 24 * 3600),
    records: Duration::from_secs(300 * 24 * 3600),
};

async fn forget(subject: &impl LedgerSubject, keep: Keep, limit: u32, rest: Duration) -> Forgotten {
    let request = ForgetRequest { keep, limit, rest };
    subject.retention().forget(&run("sweep"), &request).await.unwrap()
}

/// Forgets until nothing old is left.
async fn forget_all(subject: &impl LedgerSubject) {
    while forget(subject, KEEP, 100, Duration::ZERO).await.more {}
}

async fn errors(subject: &impl LedgerSubject) -> Vec<StoredError> {
    let all = ErrorFilter {
        limit: 1000,
        ..ErrorFilter::default()
    };
    subject.reader().errors(&all).await.unwrap()
}

/// A run that settles these now, and is closed.
async fn whole_run(subject: &impl LedgerSubject, id: &str, settlements: &[Settlement]) {
    let work = Work::begin(subject, id).await;
    let keys: Vec<_> = settlements.iter().map(|s| s.record.key.clone()).collect();
    work.claim(subject, 0, "owner", &keys).await;
    let settled = work
        .settle_at(subject, "owner", settlements, subject.now())
        .await
        .unwrap();
    assert_eq!(settled.applied, keys.len() as u64);
    work.dispatched(subject, keys.len() as u64).await;
    work.close(subject).await;
}

/// How many runs, events of record 2, episodes, and jobs that know record 2 there are.
async fn kept(subject: &impl LedgerSubject) -> [usize; 4] {
    let reader = subject.reader();
    let episodes = EpisodeFilter {
        limit: 100,
        ..EpisodeFilter::default()
    };
    [
        reader.runs(100).await.unwrap().len(),
        reader.history(&key("2")).await.unwrap().len(),
        reader.episodes(&episodes).await.unwrap().len(),
        reader.record(&key("2")).await.unwrap().len(),
    ]
}

/// The record of an error first, the error, the events, the run, and at last what is known of the record.
pub async fn what_is_old_is_forgotten(subject: &impl LedgerSubject) {
    whole_run(subject, "a", &[failed("1", "CZ115"), pushed("2", 5, "d")]).await;
    forget_all(subject).await;
    assert!(errors(subject).await[0].record.is_some());
    let all = kept(subject).await;
    assert_eq!(all, [1, 3, 1, 1]);
    let told = async || {
        let page = subject.reader().run_outcomes(&"a".into(), 0, 10).await.unwrap();
        page.records.len()
    };
    assert_eq!(told().await, 2);

    subject.advance(days(100)).await;
    forget_all(subject).await;
    let left = errors(subject).await;
    assert_eq!(
        (left.len(), &left[0].record, left[0].error.code.as_str()),
        (1, &None, "CZ115")
    );
    assert_eq!((kept(subject).await, told().await), (all, 0));

    subject.advance(days(105)).await;
    forget_all(subject).await;
    assert_eq!((errors(subject).await.len(), kept(subject).await), (0, all));

    // Since when a record is due is known as long as the record; its episode is open.
    subject.advance(days(20)).await;
    forget_all(subject).await;
    assert_eq!(kept(subject).await, [0, 1, 1, 1]);
    let events = subject.reader().history(&key("2")).await.unwrap();
    assert_eq!(events[0].change.kind, ChangeKind::FirstSeen);

    let episode = subject
        .reader()
        .episodes(&EpisodeFilter {
            limit: 1,
            ..EpisodeFilter::default()
        })
        .await
        .unwrap();
    assert!(
        subject
            .episodes()
            .close_episode(episode[0].no, "kim")
            .await
            .unwrap()
    );
    subject.advance(days(100)).await;
    forget_all(subject).await;
    assert_eq!(kept(subject).await, [0, 0, 1, 0]);
    subject.advance(days(101)).await;
    forget_all(subject).await;
    assert_eq!(kept(subject).await, [0; 4]);
    // An old alert tells nobody anything.
    assert!(subject.alerts().take_alerts(10, DAY).await.unwrap().is_empty());
}

/// An open run, a record that somebody works on, and one whose last write is in doubt.
pub async fn what_is_needed_stays(subject: &impl LedgerSubject) {
    let mut doubtful = failed("2", "in_doubt");
    doubtful.in_doubt = Some("d".to_owned());
    whole_run(subject, "a", &[doubtful]).await;
    let cx = run("b");
    let fence = begin(subject, &cx, &full("host", "boot", false)).await;
    let open = Work { cx, fence };
    open.claim(subject, 0, "owner", &[key("3")]).await;
    subject.advance(days(2000)).await;
    forget_all(subject).await;
    let runs = subject.reader().runs(10).await.unwrap();
    let ids: Vec<_> = runs.iter().map(|r| r.receipt.run_id.as_str()).collect();
    assert_eq!(ids, ["b"]);
    let known = super::ledger::known(subject, "2").await;
    assert_eq!(known.in_doubt.as_deref(), Some("d"));
    // The claim has expired, but nobody took it over: its owner may still settle.
    let settled = open
        .settle_at(subject, "owner", &[pushed("3", 5, "d")], subject.now())
        .await;
    assert_eq!(settled.unwrap().applied, 1);
}

/// One call forgets a few rows of each kind, and says that there are more.
pub async fn a_sweep_is_bounded(subject: &impl LedgerSubject) {
    let numbers = ["1", "2", "3", "4", "5"];
    let failures: Vec<_> = numbers.iter().map(|n| failed(n, "CZ115")).collect();
    whole_run(subject, "a", &failures).await;
    subject.advance(days(205)).await;
    let first = forget(subject, KEEP, 2, Duration::ZERO).await;
    assert!(first.more && first.rows >= 2, "{first:?}");
    assert_eq!(errors(subject).await.len(), 3);
    let mut calls = 1;
    while forget(subject, KEEP, 2, Duration::ZERO).await.more {
        calls += 1;
        assert!(calls < 10, "it goes on for ever");
    }
    assert_eq!(errors(subject).await.len(), 0);
}

/// Once nothing old is left, it does nothing for a while; as long as something is left, it goes on.
pub async fn a_finished_sweep_rests(subject: &impl LedgerSubject) {
    whole_run(
        subject,
        "a",
        &[failed("1", "CZ115"), failed("2", "CZ115"), failed("3", "CZ115")],
    )
    .await;
    subject.advance(days(205)).await;
    assert!(forget(subject, KEEP, 2, DAY).await.more);
    while forget(subject, KEEP, 2, DAY).await.more {}
    assert_eq!(errors(subject).await.len(), 0);
    let stricter = Keep {
        runs: days(1),
        ..KEEP
    };
    assert_eq!(forget(subject, stricter, 2, DAY).await, Forgotten::default());
    assert_eq!(subject.reader().runs(10).await.unwrap().len(), 1);
    subject.advance(days(2)).await;
    forget(subject, stricter, 2, DAY).await;
    assert_eq!(subject.reader().runs(10).await.unwrap().len(), 0);
}

/// A record that changes all the time does not fill the ledger.
pub async fn a_record_keeps_its_newest_events(subject: &impl LedgerSubject) {
    for (number, id) in ["a", "b", "c", "d"].into_iter().enumerate() {
        let second = number as i64 + 1;
        whole_run(
            subject,
            id,
            &[pushed("2", second, id), pushed("3", second, "same")],
        )
        .await;
    }
    let before = subject.reader().history(&key("2")).await.unwrap();
    assert_eq!(before.len(), 9);
    let keep = Keep {
        events_of_a_record: 4,
        ..KEEP
    };
    while forget(subject, keep, 2, Duration::ZERO).await.more {}
    let after = subject.reader().history(&key("2")).await.unwrap();
    assert_eq!(after.len(), 5);
    assert_eq!((&after[0], &after[1..]), (&before[0], &before[5..]));
}
