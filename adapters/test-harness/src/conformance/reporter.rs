//! The contract of [`ErrorReporter`].

use std::time::Duration;

use async_trait::async_trait;
use customs_core::{Error, ErrorKind, ErrorReport, ErrorReporter, ErrorRow, Stage};

use super::{Cannot, able, at, run};

/// Tests of an [`ErrorReporter`]: `reporter_suite!(name, factory)`, where the factory makes a
/// [`ReporterSubject`](crate::conformance::reporter::ReporterSubject) and is awaited. An attribute in front replaces
/// `#[tokio::test]`.
#[macro_export]
macro_rules! reporter_suite {
    ($name:ident, $factory:expr) => {
        $crate::reporter_suite!(
            #[tokio::test]
            $name,
            $factory
        );
    };
    (#[$test:meta] $name:ident, $factory:expr) => {
        $crate::conformance_tests! {
            #[$test] $name, $factory, reporter:
            reporting_never_fails_a_run,
            one_row_per_id,
            the_text_is_kept_whole,
        }
    };
}

/// No report may take longer, whatever stands behind the reporter. Nothing waits for this: it only ends a test that hangs.
const BOUND: Duration = Duration::from_secs(60);

/// A reporter, and what it keeps.
#[async_trait]
pub trait ReporterSubject: Send + Sync {
    /// The reporter.
    fn reporter(&self) -> &dyn ErrorReporter;

    /// Everything that was reported, in any order.
    async fn kept(&self) -> Vec<ErrorReport>;

    /// From now on nothing can be stored.
    async fn break_store(&self) -> Result<(), Cannot>;
}

fn report(id: &str, text: &str) -> ErrorReport {
    let error = Error::new(ErrorKind::Unavailable, text).code("connect");
    ErrorReport {
        id: id.to_owned(),
        at: at(0),
        key: Some("1000/0080001234".into()),
        error: ErrorRow::new(Stage::Fetch, &error),
        receipt: None,
    }
}

async fn send(subject: &impl ReporterSubject, report: &ErrorReport) {
    let cx = run("never-begun");
    let sent = subject.reporter().report(&cx, report);
    tokio::time::timeout(BOUND, sent).await.unwrap();
}

/// It comes back, for a run that nobody knows and with nothing behind it.
pub async fn reporting_never_fails_a_run(subject: &impl ReporterSubject) {
    send(subject, &report("1", "")).await;
    send(
        subject,
        &ErrorReport {
            key: None,
            ..report("2", "no record")
        },
    )
    .await;
    assert_eq!(subject.kept().await.len(), 2);
    if able(subject.break_store().await).is_some() {
        send(subject, &report("3", "lost")).await;
    }
}

/// The same report again is no second row; another one is.
pub async fn one_row_per_id(subject: &impl ReporterSubject) {
    for id in ["1", "2", "1"] {
        send(subject, &report(id, "the same text")).await;
    }
    let mut ids: Vec<_> = subject.kept().await.into_iter().map(|r| r.id).collect();
    ids.sort();
    assert_eq!(ids, ["1", "2"]);
}

/// What a text holds arrives as it is.
pub async fn the_text_is_kept_whole(subject: &impl ReporterSubject) {
    let long = "통관 ".repeat(20_000);
    let texts = [
        "'; DROP TABLE error; --",
        "a \"quoted\" \\ text\r\n\twith % and ${braces}",
        "인증키(crkyCn)는 필수입력입니다. 🚢",
        "a NUL \0 inside, and \u{fffd} and \u{1b}[0m",
        " blanks around ",
        long.as_str(),
    ];
    for (i, text) in texts.iter().enumerate() {
        send(subject, &report(&i.to_string(), text)).await;
    }
    let mut kept = subject.kept().await;
    kept.sort_by(|a, b| a.id.cmp(&b.id));
    let sent: Vec<_> = texts
        .iter()
        .enumerate()
        .map(|(i, text)| report(&i.to_string(), text))
        .collect();
    assert!(kept == sent, "a report arrived changed");
}
