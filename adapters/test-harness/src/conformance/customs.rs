//! The contract of [`CustomsApi`].

use customs_core::{CustomsApi, CustomsQuery, DisplayChain, Error, ErrorKind, Records, Sent, Verdict};

use super::{Cannot, able, run};

/// Tests of a [`CustomsApi`]: `customs_suite!(name, factory)`, where the factory makes a
/// [`CustomsSubject`](crate::conformance::customs::CustomsSubject) and is awaited. An attribute in front replaces
/// `#[tokio::test]`.
#[macro_export]
macro_rules! customs_suite {
    ($name:ident, $factory:expr) => {
        $crate::customs_suite!(
            #[tokio::test]
            $name,
            $factory
        );
    };
    (#[$test:meta] $name:ident, $factory:expr) => {
        $crate::conformance_tests! {
            #[$test] $name, $factory, customs:
            unsupported_service_is_a_config_error,
            not_found_only_if_the_service_says_so,
            an_error_answer_is_an_error,
            raw_texts_are_kept,
            calls_are_counted,
            no_secret_shows,
        }
    };
}

/// A customs service of which the suite knows some answers.
pub trait CustomsSubject: Send + Sync {
    /// The service.
    fn customs(&self) -> &dyn CustomsApi;

    /// A question that is answered with records.
    fn found(&self) -> CustomsQuery;

    /// The records of that answer, as they were sent.
    fn records(&self) -> Records;

    /// A question to which the service answers that it has none.
    fn not_found(&self) -> CustomsQuery;

    /// A question whose answer nobody can classify.
    fn unclear(&self) -> CustomsQuery;

    /// A question that the service answers with an error.
    fn refused(&self) -> CustomsQuery;

    /// A question to a service that cannot be asked.
    fn unsupported(&self) -> CustomsQuery;

    /// How many requests have reached the other side.
    fn calls(&self) -> u64;

    /// The keys that it asks with.
    fn secrets(&self) -> Result<Vec<String>, Cannot>;
}

async fn error(subject: &impl CustomsSubject, query: &CustomsQuery) -> Error {
    match subject.customs().query(&run("ask"), query).await {
        Err(error) => error,
        Ok(answer) => panic!("{query:?} was answered by {answer:?}"),
    }
}

/// A service that cannot be asked is a permanent `Config` error, and nothing is sent.
pub async fn unsupported_service_is_a_config_error(subject: &impl CustomsSubject) {
    let (cx, calls, query) = (run("ask"), subject.calls(), subject.unsupported());
    assert!(subject.customs().supports(&subject.found().service));
    assert!(!subject.customs().supports(&query.service));
    let error = subject.customs().query(&cx, &query).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.is_transient(), error.get_sent()),
        (ErrorKind::Config, false, Sent::No)
    );
    assert_eq!((subject.calls() - calls, cx.meter.calls().customs_calls), (0, 0));
}

/// "Not found" is an answer without records; what is unclear is an error.
pub async fn not_found_only_if_the_service_says_so(subject: &impl CustomsSubject) {
    let answer = subject
        .customs()
        .query(&run("ask"), &subject.not_found())
        .await
        .unwrap();
    assert_eq!((answer.verdict, answer.state), (Verdict::NotFound, None));
    let found = subject
        .customs()
        .query(&run("ask"), &subject.found())
        .await
        .unwrap();
    assert_eq!(found.verdict, Verdict::Found);
    let error = error(subject, &subject.unclear()).await;
    assert!(
        matches!(error.kind(), ErrorKind::Unclassified | ErrorKind::Protocol),
        "{error:?}"
    );
}

/// An error answer is an error with a code, and it was answered.
pub async fn an_error_answer_is_an_error(subject: &impl CustomsSubject) {
    let error = error(subject, &subject.refused()).await;
    assert_eq!(error.get_sent(), Sent::Answered, "{error:?}");
    assert!(
        !error.get_code().is_empty() && !error.message().is_empty(),
        "{error:?}"
    );
}

/// Every field of every record is there, as it was sent.
pub async fn raw_texts_are_kept(subject: &impl CustomsSubject) {
    let (answer, sent) = (
        subject
            .customs()
            .query(&run("ask"), &subject.found())
            .await
            .unwrap(),
        subject.records(),
    );
    assert!(sent.iter().any(|r| r.fields().len() > 0));
    assert_eq!(answer.records.len(), sent.len());
    for (record, sent) in answer.records.iter().zip(sent.iter()) {
        assert_eq!(record.element(), sent.element());
        assert_eq!(
            record.fields().collect::<Vec<_>>(),
            sent.fields().collect::<Vec<_>>()
        );
    }
}

/// The meter counts what the other side sees.
pub async fn calls_are_counted(subject: &impl CustomsSubject) {
    let (cx, before) = (run("ask"), subject.calls());
    for query in [
        subject.found(),
        subject.not_found(),
        subject.refused(),
        subject.found(),
    ] {
        let _answer = subject.customs().query(&cx, &query).await;
        assert_eq!(
            cx.meter.calls().customs_calls,
            subject.calls() - before,
            "{query:?}"
        );
    }
    let calls = cx.meter.calls();
    assert!(calls.customs_calls > 0);
    assert_eq!((calls.source_reads, calls.sink_writes), (0, 0));
}

/// Neither the service nor an answer nor an error shows a key.
pub async fn no_secret_shows(subject: &impl CustomsSubject) {
    let Some(secrets) = able(subject.secrets()) else {
        return;
    };
    assert!(!secrets.is_empty() && secrets.iter().all(|s| !s.is_empty()));
    let mut shown = format!("{:?}", subject.customs());
    for query in [
        subject.found(),
        subject.not_found(),
        subject.unclear(),
        subject.refused(),
        subject.unsupported(),
    ] {
        match subject.customs().query(&run("ask"), &query).await {
            Ok(answer) => shown += &format!("{answer:?}{}", serde_json::to_string(&answer).unwrap()),
            Err(error) => shown += &format!("{error}{error:?}{}", DisplayChain(&error)),
        }
    }
    assert!(secrets.iter().all(|s| !shown.contains(s)), "a key shows");
}
