//! The contract of [`Sink`].

use customs_core::{Delivery, ErrorKind, Idempotency, RecordKey, Sent, Sink};

use super::{Cannot, able, run};

/// Tests of a [`Sink`]: `sink_suite!(name, factory)`, where the factory makes a
/// [`SinkSubject`](crate::conformance::sink::SinkSubject) and is awaited. An attribute in front replaces `#[tokio::test]`.
#[macro_export]
macro_rules! sink_suite {
    ($name:ident, $factory:expr) => {
        $crate::sink_suite!(
            #[tokio::test]
            $name,
            $factory
        );
    };
    (#[$test:meta] $name:ident, $factory:expr) => {
        $crate::conformance_tests! {
            #[$test] $name, $factory, sink:
            one_outcome_per_item_in_order,
            a_bad_item_never_sinks_its_neighbours,
            ok_means_confirmed,
            unknown_is_maybe,
            idempotent_by_key,
            max_batch_is_kept,
            writes_are_counted,
        }
    };
}

/// A sink that takes at least three items at once, and what it holds.
pub trait SinkSubject: Send + Sync {
    /// The sink.
    fn sink(&self) -> &dyn Sink;

    /// A change of record `number` to `status`, which is two digits. The idempotency key is that of number and status.
    fn delivery(&self, number: usize, status: &str) -> Delivery;

    /// The status that the other side holds for a record.
    fn held(&self, key: &RecordKey) -> Option<String>;

    /// How often a change of the record was carried out; a repeat that was recognised is none.
    fn writes(&self, key: &RecordKey) -> u64;

    /// How many requests have reached the other side.
    fn requests(&self) -> u64;

    /// From now on the other side refuses changes of the record.
    fn refuse(&self, key: &RecordKey) -> Result<(), Cannot>;

    /// The next request is carried out, and its answer is lost.
    fn lose_answer(&self) -> Result<(), Cannot>;
}

fn batch(subject: &impl SinkSubject, status: &str) -> Vec<Delivery> {
    (0..3).map(|number| subject.delivery(number, status)).collect()
}

/// `Ok` holds as many outcomes as items, and each stands in its item's place.
pub async fn one_outcome_per_item_in_order(subject: &impl SinkSubject) {
    let items = batch(subject, "10");
    let refused = able(subject.refuse(&items[1].key)).is_some();
    let outcomes = subject.sink().deliver(&run("push"), &items).await.unwrap();
    let ok: Vec<_> = outcomes.iter().map(Result::is_ok).collect();
    assert_eq!(ok, [true, !refused, true], "{outcomes:?}");
    assert_eq!(subject.sink().deliver(&run("push"), &[]).await.unwrap().len(), 0);
}

/// A refused item is an error, and the others are carried out.
pub async fn a_bad_item_never_sinks_its_neighbours(subject: &impl SinkSubject) {
    let items = batch(subject, "10");
    for bad in 0..items.len() {
        if able(subject.refuse(&items[bad].key)).is_none() {
            return;
        }
        let status = ["20", "30", "40"][bad];
        let items = batch(subject, status);
        let outcomes = subject.sink().deliver(&run("push"), &items).await.unwrap();
        for (i, (item, outcome)) in items.iter().zip(&outcomes).enumerate() {
            assert_eq!(outcome.is_ok(), i > bad, "{outcome:?}");
            let carried_out = subject.held(&item.key).as_deref() == Some(status);
            assert_eq!(
                carried_out,
                i > bad,
                "item {i} when items up to {bad} are refused"
            );
        }
    }
}

/// What is `Ok` is held by the other side, and what is refused is not.
pub async fn ok_means_confirmed(subject: &impl SinkSubject) {
    let items = batch(subject, "10");
    let refused = able(subject.refuse(&items[2].key)).is_some();
    let outcomes = subject.sink().deliver(&run("push"), &items).await.unwrap();
    assert!(outcomes[0].is_ok() && outcomes[1].is_ok(), "{outcomes:?}");
    for (item, outcome) in items.iter().zip(&outcomes) {
        assert_eq!(
            subject.held(&item.key).as_deref() == Some("10"),
            outcome.is_ok(),
            "{outcome:?}"
        );
        assert_eq!(subject.writes(&item.key), u64::from(outcome.is_ok()));
    }
    if refused {
        assert_eq!(outcomes[2].as_ref().unwrap_err().get_sent(), Sent::Answered);
    }
}

/// When the answer is lost, a write that was carried out is `Sent::Maybe`, or was confirmed by repeating it harmlessly.
pub async fn unknown_is_maybe(subject: &impl SinkSubject) {
    let items = batch(subject, "10");
    if able(subject.lose_answer()).is_none() {
        return;
    }
    let result = subject.sink().deliver(&run("push"), &items).await;
    let errors = match &result {
        Err(error) => vec![error; items.len()],
        Ok(outcomes) => outcomes.iter().filter_map(|o| o.as_ref().err()).collect(),
    };
    assert!(errors.iter().all(|e| e.get_sent() == Sent::Maybe), "{errors:?}");
    if subject.sink().idempotency() == Idempotency::None {
        assert_eq!(errors.len(), items.len(), "{result:?}");
    }
    for item in &items {
        assert_eq!(
            (subject.held(&item.key).as_deref(), subject.writes(&item.key)),
            (Some("10"), 1)
        );
    }
}

/// The same key again is `Ok` and changes nothing, even after another change.
pub async fn idempotent_by_key(subject: &impl SinkSubject) {
    if subject.sink().idempotency() == Idempotency::None {
        println!("skipped: this sink does not recognise repeats, and says so");
        return;
    }
    let (first, second) = (batch(subject, "10"), batch(subject, "20"));
    for (items, held, writes) in [
        (&first, "10", 1),
        (&first, "10", 1),
        (&second, "20", 2),
        (&first, "20", 2),
    ] {
        let outcomes = subject.sink().deliver(&run("push"), items).await.unwrap();
        assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
        for item in items {
            assert_eq!(
                (subject.held(&item.key).as_deref(), subject.writes(&item.key)),
                (Some(held), writes)
            );
        }
    }
}

/// A batch of the largest size is taken; a larger one is a `Config` error, and nothing is written.
pub async fn max_batch_is_kept(subject: &impl SinkSubject) {
    let max = subject.sink().max_batch();
    assert!(max >= 3, "the suite needs batches of three");
    let cx = run("push");
    let before = subject.requests();
    let items: Vec<_> = (0..=max).map(|number| subject.delivery(number, "10")).collect();
    let error = subject.sink().deliver(&cx, &items).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.get_sent(), error.is_transient()),
        (ErrorKind::Config, Sent::No, false)
    );
    assert!(items.iter().all(|i| subject.held(&i.key).is_none()));
    assert_eq!((subject.requests(), cx.meter.calls().sink_writes), (before, 0));
    let outcomes = subject.sink().deliver(&cx, &items[..max]).await.unwrap();
    assert_eq!(outcomes.len(), max);
}

/// The meter counts what the other side sees.
pub async fn writes_are_counted(subject: &impl SinkSubject) {
    let (cx, before) = (run("push"), subject.requests());
    for status in ["10", "20"] {
        subject
            .sink()
            .deliver(&cx, &batch(subject, status))
            .await
            .unwrap();
        assert_eq!(cx.meter.calls().sink_writes, subject.requests() - before);
    }
    if able(subject.lose_answer()).is_some() {
        let _lost = subject.sink().deliver(&cx, &batch(subject, "30")).await;
    }
    let calls = cx.meter.calls();
    assert!(calls.sink_writes >= 2);
    assert_eq!(calls.sink_writes, subject.requests() - before);
    assert_eq!((calls.source_reads, calls.customs_calls), (0, 0));
}
