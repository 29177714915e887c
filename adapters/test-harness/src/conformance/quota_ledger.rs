//! The contract of [`QuotaLedger`](customs_core::QuotaLedger).

use std::time::Duration;

use customs_core::{Priority, QuotaGrant, QuotaRequest, Rate};
use futures_util::future::join_all;
use jiff::civil::{Date, date};

use super::ledger::LedgerSubject;
use super::run;

/// Tests of a [`QuotaLedger`](customs_core::QuotaLedger): `quota_ledger_suite!(name, factory)`, where the factory makes a
/// [`LedgerSubject`](crate::conformance::ledger::LedgerSubject) and is awaited. An attribute in front replaces
/// `#[tokio::test]`.
#[macro_export]
macro_rules! quota_ledger_suite {
    ($name:ident, $factory:expr) => {
        $crate::quota_ledger_suite!(
            #[tokio::test]
            $name,
            $factory
        );
    };
    (#[$test:meta] $name:ident, $factory:expr) => {
        $crate::conformance_tests! {
            #[$test] $name, $factory, quota_ledger:
            never_more_than_the_budget,
            the_reserve_is_for_urgent_calls,
            a_day_is_a_day,
            what_is_given_back_can_be_taken_again,
            a_shared_bucket_keeps_the_rate,
        }
    };
}

const TODAY: Date = date(2026, 11, 23);

fn request(calls: u64) -> QuotaRequest<'static> {
    QuotaRequest {
        budget: "API001",
        day: TODAY,
        calls,
        daily: Some(10),
        urgent_reserve: 0.0,
        priority: Priority::Normal,
        rate: None,
    }
}

async fn grant(subject: &impl LedgerSubject, request: QuotaRequest<'_>) -> QuotaGrant {
    let grant = subject.quota().take(&run("a"), &request).await.unwrap();
    assert!(grant.granted <= request.calls, "{grant:?}");
    grant
}

async fn take(subject: &impl LedgerSubject, request: QuotaRequest<'_>) -> u64 {
    grant(subject, request).await.granted
}

async fn give_back(subject: &impl LedgerSubject, day: Date, calls: u64) {
    subject
        .quota()
        .give_back(&run("a"), "API001", day, calls)
        .await
        .unwrap();
}

async fn used(subject: &impl LedgerSubject, day: Date) -> u64 {
    subject.quota().used(&run("a"), "API001", day).await.unwrap()
}

/// As many as there are, and not one more, also when many ask at once. Without a bound all are granted and counted.
pub async fn never_more_than_the_budget(subject: &impl LedgerSubject) {
    assert_eq!(used(subject, TODAY).await, 0);
    assert_eq!(
        [take(subject, request(6)).await, take(subject, request(6)).await],
        [6, 4]
    );
    assert_eq!(
        (take(subject, request(1)).await, used(subject, TODAY).await),
        (0, 10)
    );
    let other = |calls| QuotaRequest {
        budget: "API002",
        ..request(calls)
    };
    let granted: u64 = join_all((0..30).map(|_| take(subject, other(1))))
        .await
        .into_iter()
        .sum();
    assert_eq!(granted, 10);
    let unlimited = QuotaRequest {
        daily: None,
        ..request(1_000_000)
    };
    assert_eq!(
        (take(subject, unlimited).await, used(subject, TODAY).await),
        (1_000_000, 1_000_010)
    );
    assert_eq!(
        take(subject, request(1)).await,
        0,
        "a bound that is set later counts what was used"
    );
}

/// Normal calls stop before the reserve, rounded in its favour; urgent ones take all.
pub async fn the_reserve_is_for_urgent_calls(subject: &impl LedgerSubject) {
    let normal = |calls| QuotaRequest {
        urgent_reserve: 0.25,
        ..request(calls)
    };
    let urgent = |calls| QuotaRequest {
        priority: Priority::Urgent,
        ..normal(calls)
    };
    assert_eq!(
        [take(subject, normal(9)).await, take(subject, normal(1)).await],
        [7, 0]
    );
    assert_eq!(
        [take(subject, urgent(2)).await, take(subject, normal(1)).await],
        [2, 0]
    );
    assert_eq!(
        [take(subject, urgent(9)).await, take(subject, urgent(1)).await],
        [1, 0]
    );
}

/// What one day has used is no other day's, nor another budget's.
pub async fn a_day_is_a_day(subject: &impl LedgerSubject) {
    let tomorrow = date(2026, 11, 24);
    let next = |calls| QuotaRequest {
        day: tomorrow,
        ..request(calls)
    };
    assert_eq!(
        [take(subject, request(10)).await, take(subject, next(3)).await],
        [10, 3]
    );
    assert_eq!(
        (used(subject, TODAY).await, used(subject, tomorrow).await),
        (10, 3)
    );
    give_back(subject, tomorrow, 3).await;
    assert_eq!(
        take(subject, request(1)).await,
        0,
        "what is given back to another day"
    );
    let other = QuotaRequest {
        budget: "API002",
        ..request(10)
    };
    assert_eq!(take(subject, other).await, 10);
    assert_eq!(used(subject, TODAY).await, 10);
}

/// Unused calls return, and never make a day larger than it is.
pub async fn what_is_given_back_can_be_taken_again(subject: &impl LedgerSubject) {
    assert_eq!(take(subject, request(10)).await, 10);
    give_back(subject, TODAY, 4).await;
    assert_eq!(
        (used(subject, TODAY).await, take(subject, request(9)).await),
        (6, 4)
    );
    give_back(subject, TODAY, 1_000).await;
    assert_eq!(
        (used(subject, TODAY).await, take(subject, request(99)).await),
        (0, 10)
    );
}

/// In any span of time, no more than `burst + t · rate` are granted, and nobody who comes back in time starves.
pub async fn a_shared_bucket_keeps_the_rate(subject: &impl LedgerSubject) {
    let rate = Rate {
        per_second: 10.0,
        burst: 5,
    };
    let shared = |calls| QuotaRequest {
        daily: None,
        rate: Some(rate),
        ..request(calls)
    };
    assert_eq!(take(subject, shared(20)).await, 5);
    let empty = grant(subject, shared(1)).await;
    assert_eq!(empty.granted, 0);
    assert!(
        empty.wait > Duration::ZERO && empty.wait <= Duration::from_millis(101),
        "{empty:?}"
    );
    assert_eq!(used(subject, TODAY).await, 5, "what was not granted is not used");
    // A millisecond more than told: ledgers may keep time in milliseconds.
    subject.advance(empty.wait + Duration::from_millis(1)).await;
    assert_eq!(take(subject, shared(1)).await, 1);

    // Each take, with the ledger's time before and after it.
    let mut takes = Vec::new();
    for _ in 0..40 {
        subject.advance(Duration::from_millis(70)).await;
        let before = subject.now();
        let granted = take(subject, shared(3)).await;
        takes.push((before, granted, subject.now()));
    }
    for (i, (from, ..)) in takes.iter().enumerate() {
        let mut sum = 0;
        for (_, granted, until) in &takes[i..] {
            sum += granted;
            let span = until.duration_since(*from).as_secs_f64();
            assert!(
                sum as f64 <= 5.0 + span * 10.0 + 0.01,
                "{sum} in {span} s: {takes:?}"
            );
        }
    }
    let all: u64 = takes.iter().map(|(_, granted, _)| granted).sum();
    assert!(all >= 26, "2.8 s at 10 a second: {takes:?}");
}
