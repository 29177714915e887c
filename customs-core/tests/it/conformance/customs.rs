use std::sync::Arc;
use std::time::Duration;

use customs_core::layers::{
    BreakerPolicy, CircuitBreaker, ErrorContext, Pace, Quota, QuotaPolicy, RateLimit, Retry, RetryPolicy,
    Timeout, Trace, Watch,
};
use customs_core::memory::{MemoryCustoms, MemoryLedger};
use customs_core::{CustomsApi, CustomsQuery, Error, ErrorKind, Fields, Records};
use customs_test_harness::conformance::customs::CustomsSubject;
use customs_test_harness::conformance::{Cannot, ManualClock};
use customs_test_harness::customs_suite;

struct Subject {
    memory: MemoryCustoms,
    customs: Box<dyn CustomsApi>,
}

/// A memory back end inside a layer.
fn subject<T: CustomsApi>(layer: impl FnOnce(MemoryCustoms) -> T) -> Subject {
    let memory = MemoryCustoms::new();
    memory.put(
        "found",
        "수입신고수리 & <반출>",
        "2026-11-20T06:05:15Z".parse().unwrap(),
    );
    memory.fail("unclear", || Error::new(ErrorKind::Unclassified, "what is this?"));
    memory.fail("refused", || {
        Error::new(ErrorKind::Refused, "예상치 못한 오류가 발생하였습니다.").code("E1")
    });
    Subject {
        customs: Box::new(layer(memory.clone())),
        memory,
    }
}

fn ask(number: &str) -> CustomsQuery {
    CustomsQuery::new("API001", Fields::from_iter([("cargMtNo", number)]))
}

impl CustomsSubject for Subject {
    fn customs(&self) -> &dyn CustomsApi {
        &*self.customs
    }

    fn found(&self) -> CustomsQuery {
        ask("found")
    }

    fn records(&self) -> Records {
        let mut records = Records::new();
        records.push(
            "cargCsclPrgsInfoQryVo",
            [("cargMtNo", "found"), ("csclPrgsStts", "수입신고수리 & <반출>")],
        );
        records
    }

    fn not_found(&self) -> CustomsQuery {
        ask("unknown")
    }

    fn unclear(&self) -> CustomsQuery {
        ask("unclear")
    }

    fn refused(&self) -> CustomsQuery {
        ask("refused")
    }

    fn unsupported(&self) -> CustomsQuery {
        CustomsQuery::new("API999", Fields::new())
    }

    fn calls(&self) -> u64 {
        self.memory.asked_at().len() as u64
    }

    fn secrets(&self) -> Result<Vec<String>, Cannot> {
        Err(Cannot("what is in memory asks without a key"))
    }
}

const MINUTE: Duration = Duration::from_secs(60);

customs_suite!(memory, async || subject(|customs| customs));
customs_suite!(trace, async || subject(Trace::new));
customs_suite!(error_context, async || subject(|customs| ErrorContext::new(
    customs,
    "https://customs.example"
)));
customs_suite!(
    #[tokio::test(start_paused = true)]
    retry,
    async || subject(|customs| { Retry::new(customs, RetryPolicy::default()) })
);
customs_suite!(
    #[tokio::test(start_paused = true)]
    circuit_breaker,
    async || subject(|customs| { CircuitBreaker::new(customs, BreakerPolicy::default()) })
);
customs_suite!(
    #[tokio::test(start_paused = true)]
    rate_limit,
    async || subject(|customs| {
        let rate = customs_core::Rate {
            per_second: 1.0,
            burst: 1,
        };
        RateLimit::new(customs, Pace::new(1), Some(rate))
    })
);
customs_suite!(
    #[tokio::test(start_paused = true)]
    timeout,
    async || subject(|customs| Timeout::new(customs, MINUTE))
);
customs_suite!(
    #[tokio::test(start_paused = true)]
    all_layers,
    async || subject(|customs| {
        let pace = Arc::new(Pace::new(2));
        let customs = Watch::new(Timeout::new(customs, MINUTE), Arc::clone(&pace));
        let customs = RateLimit::new(customs, pace, None);
        let customs = CircuitBreaker::new(customs, BreakerPolicy::default());
        Trace::new(ErrorContext::new(
            Retry::new(customs, RetryPolicy::default()),
            "https://customs.example",
        ))
    })
);
customs_suite!(
    #[tokio::test(start_paused = true)]
    watch,
    async || subject(|customs| Watch::new(customs, Arc::new(Pace::new(1))))
);

fn quota(customs: MemoryCustoms, shared: Option<customs_core::Rate>) -> Quota<MemoryCustoms> {
    let clock = Arc::new(ManualClock::default());
    let ledger = Arc::new(MemoryLedger::new(clock.clone()));
    let policy = QuotaPolicy {
        daily: Some(100),
        urgent_reserve: 0.1,
        shared,
    };
    Quota::new(customs, ledger, clock, policy)
}

customs_suite!(daily_budget, async || subject(|customs| quota(customs, None)));
customs_suite!(shared_bucket, async || subject(|customs| {
    let rate = customs_core::Rate {
        per_second: 1.0,
        burst: 100,
    };
    quota(customs, Some(rate))
}));
