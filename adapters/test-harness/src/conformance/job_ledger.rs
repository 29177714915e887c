//! The contract of [`JobLedger`](customs_core::JobLedger).

use customs_core::{Begun, CallContext, Pause, RunStatus};

use super::ledger::{LedgerSubject, MOMENT, Work, full, key, pushed, urgent};
use super::run;

/// Tests of a [`JobLedger`](customs_core::JobLedger): `job_ledger_suite!(name, factory)`, where the factory makes a
/// [`LedgerSubject`](crate::conformance::ledger::LedgerSubject) and is awaited. An attribute in front replaces
/// `#[tokio::test]`.
#[macro_export]
macro_rules! job_ledger_suite {
    ($name:ident, $factory:expr) => {
        $crate::job_ledger_suite!(
            #[tokio::test]
            $name,
            $factory
        );
    };
    (#[$test:meta] $name:ident, $factory:expr) => {
        $crate::conformance_tests! {
            #[$test] $name, $factory, job_ledger:
            a_paused_job_does_not_begin,
            the_first_pause_stays,
            other_jobs_go_on,
        }
    };
}

fn by(begun: &Begun) -> Option<&str> {
    match begun {
        Begun::Paused(Pause { by, .. }) => Some(by),
        Begun::Started { .. } | Begun::Busy { .. } => None,
    }
}

/// No run of it begins, whatever set it off, until it is resumed; what is under way is settled and closed.
pub async fn a_paused_job_does_not_begin(subject: &impl LedgerSubject) {
    let under_way = Work::begin(subject, "a").await;
    under_way.claim(subject, 0, "owner", &[key("1")]).await;
    subject.advance(MOMENT).await;
    assert!(subject.jobs().pause(&run("p"), "김 \"대리\"").await.unwrap());
    for (id, request) in [("b", full("host", "boot", false)), ("c", urgent())] {
        let begun = subject.runs().begin(&run(id), &request).await.unwrap();
        assert_eq!(by(&begun), Some("김 \"대리\""));
        // The answer was lost on its way: the same once more.
        assert_eq!(subject.runs().begin(&run(id), &request).await.unwrap(), begun);
        let rows = subject.reader().runs(10).await.unwrap();
        let row = rows.iter().find(|r| r.receipt.run_id.as_str() == id).unwrap();
        assert_eq!(row.receipt.status, RunStatus::Skipped);
        let error = row.receipt.error.as_deref().unwrap();
        assert!(
            error.contains("paused") && error.contains("김 \"대리\""),
            "{error}"
        );
        assert!(row.closed_at.is_some());
    }
    let settled = under_way
        .settle(subject, "owner", &[pushed("1", 5, "d")])
        .await
        .unwrap();
    assert_eq!(settled.applied, 1);
    under_way.dispatched(subject, 1).await;
    assert_eq!(under_way.close(subject).await.status, RunStatus::Succeeded);

    assert!(subject.jobs().resume(&run("p")).await.unwrap());
    assert!(!subject.jobs().resume(&run("p")).await.unwrap());
    let begun = subject
        .runs()
        .begin(&run("d"), &full("host", "boot", false))
        .await
        .unwrap();
    assert!(matches!(begun, Begun::Started { .. }), "{begun:?}");
}

/// Who paused it first, and when, is what counts.
pub async fn the_first_pause_stays(subject: &impl LedgerSubject) {
    assert!(subject.jobs().pause(&run("p"), "kim").await.unwrap());
    let first = subject.jobs().jobs().await.unwrap();
    assert_eq!(first[0].pause.as_ref().map(|p| p.by.as_str()), Some("kim"));
    assert!(!subject.jobs().pause(&run("p"), "lee").await.unwrap());
    assert_eq!(subject.jobs().jobs().await.unwrap(), first);
    let pause = first[0].pause.as_ref().unwrap();
    let away = pause.at.duration_since(subject.now()).abs();
    assert!(away.as_secs() < 60, "{pause:?}");
}

/// A job of another name or company runs on.
pub async fn other_jobs_go_on(subject: &impl LedgerSubject) {
    assert!(subject.jobs().pause(&run("p"), "kim").await.unwrap());
    for (id, company, job) in [("a", "1000", "export"), ("b", "2000", "import")] {
        let cx = CallContext::new(company.into(), job.into(), id.into());
        let begun = subject
            .runs()
            .begin(&cx, &full("host", "boot", false))
            .await
            .unwrap();
        assert!(matches!(begun, Begun::Started { .. }), "{begun:?}");
        assert!(!subject.jobs().resume(&cx).await.unwrap());
    }
    let rows = subject.jobs().jobs().await.unwrap();
    let jobs: Vec<_> = rows
        .iter()
        .map(|r| (r.company.as_str(), r.job.as_str(), r.pause.is_some()))
        .collect();
    assert_eq!(
        jobs,
        [
            ("1000", "export", false),
            ("1000", "import", true),
            ("2000", "import", false)
        ]
    );
}
