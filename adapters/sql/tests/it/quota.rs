//! The daily budget, beyond its contract.

use std::sync::Arc;
use std::time::Duration;

use customs_core::{Priority, QuotaLedger as _, QuotaRequest, Rate};
use jiff::Timestamp;
use jiff::civil::{Date, date};

use crate::fixture::{Fixture, on_each_database, run};

on_each_database!(processes_share_one_budget, processes_share_one_bucket);

const DAY: Date = date(2026, 11, 23);

const fn ask(calls: u64) -> QuotaRequest<'static> {
    QuotaRequest {
        budget: "API001",
        day: DAY,
        calls,
        daily: Some(100),
        urgent_reserve: 0.0,
        priority: Priority::Normal,
        rate: None,
    }
}

async fn take(f: &Fixture, request: &QuotaRequest<'_>) -> u64 {
    f.ledger.take(&run("a"), request).await.unwrap().granted
}

/// Several processes take at once.
async fn processes_share_one_budget(f: Fixture) {
    let mut takers = tokio::task::JoinSet::new();
    for _ in 0..4 {
        let ledger = Arc::new(f.another().await);
        for _ in 0..4 {
            let ledger = Arc::clone(&ledger);
            takers.spawn(async move { ledger.take(&run("a"), &ask(7)).await.unwrap().granted });
        }
    }
    let granted: u64 = takers.join_all().await.into_iter().sum();
    assert_eq!(granted, 100);
    assert_eq!(f.ledger.used(&run("a"), "API001", DAY).await.unwrap(), 100);
    assert_eq!(
        take(
            &f,
            &QuotaRequest {
                daily: None,
                ..ask(7)
            }
        )
        .await,
        7
    );
    assert_eq!(
        take(
            &f,
            &QuotaRequest {
                budget: "API002",
                ..ask(101)
            }
        )
        .await,
        100
    );
}

/// As the contract says, measured so that a slow server's own clock does no harm.
async fn processes_share_one_bucket(f: Fixture) {
    let rate = Rate {
        per_second: 3.0,
        burst: 5,
    };
    let request = QuotaRequest {
        daily: None,
        rate: Some(rate),
        ..ask(2)
    };
    let other = f.another().await;
    // When each granted call may start: not before the first, not after the second.
    let mut starts: Vec<(Timestamp, Timestamp)> = Vec::new();
    let mut waited = Duration::ZERO;
    while starts.len() < 40 {
        // Two processes take in turn.
        for ledger in [&f.ledger, &other] {
            let before = f.now();
            let grant = ledger.take(&run("a"), &request).await.unwrap();
            starts.extend((0..grant.granted).map(|_| (before, f.now())));
            if grant.granted == 0 {
                assert!(grant.wait > Duration::ZERO);
                f.advance(grant.wait).await;
                waited += grant.wait;
            }
        }
    }
    for (i, (first, _)) in starts.iter().enumerate() {
        for (j, (_, last)) in starts.iter().enumerate().skip(i) {
            let (calls, span) = ((j - i + 1) as f64, last.duration_since(*first));
            let allowed = f64::from(rate.burst) + span.as_secs_f64() * rate.per_second;
            assert!(calls <= allowed + 1e-3, "{calls} calls within {span:?}");
        }
    }
    // And it is no slower than it must be.
    assert!(waited <= Duration::from_secs(13), "{waited:?}");
}
