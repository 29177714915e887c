//! The contract of [`Dispatcher`].

use customs_core::{CHUNK_VERSION, Chunk, CustomsQuery, Dispatcher, DueRecord, Fields, Priority, RecordKey};

use super::{Cannot, able, at, run};

/// Tests of a [`Dispatcher`]: `dispatch_suite!(name, factory)`, where the factory makes a
/// [`DispatchSubject`](crate::conformance::dispatch::DispatchSubject) and is awaited. An attribute in front replaces
/// `#[tokio::test]`.
#[macro_export]
macro_rules! dispatch_suite {
    ($name:ident, $factory:expr) => {
        $crate::dispatch_suite!(
            #[tokio::test]
            $name,
            $factory
        );
    };
    (#[$test:meta] $name:ident, $factory:expr) => {
        $crate::conformance_tests! {
            #[$test] $name, $factory, dispatch:
            one_outcome_per_chunk_in_order,
            ok_means_accepted,
            a_refused_chunk_never_sinks_its_neighbours,
        }
    };
}

/// A dispatcher, and what arrived behind it.
pub trait DispatchSubject: Send + Sync {
    /// The dispatcher.
    fn dispatcher(&self) -> &dyn Dispatcher;

    /// What was handed over, in any order; a chunk may be there more than once.
    fn accepted(&self) -> Vec<Chunk>;

    /// From now on this chunk is refused.
    fn refuse(&self, chunk: &Chunk) -> Result<(), Cannot>;
}

fn chunk(index: u32) -> Chunk {
    let cx = run("20261123T031705Z-1f0c9a2b");
    let record = |number: u32| DueRecord {
        key: RecordKey::from_parts(["1000", &format!("{number:010}")]),
        query: CustomsQuery::new(
            "API001",
            Fields::from_iter([("cargMtNo", format!("26KMTC{number:09}"))]),
        ),
        priority: Priority::Urgent,
        origin: Fields::from_iter([("Name", "주식회사 \"가나다\" & <나>")]),
        current: Some(Fields::new()),
    };
    Chunk {
        version: CHUNK_VERSION,
        company: cx.company,
        job: cx.job,
        run: cx.run,
        fence: 7,
        index,
        not_before: Some(at(1)),
        not_after: at(240),
        resync: false,
        slice_ends: None,
        rate: Some(2.5),
        records: (0..3).map(|n| record(index * 3 + n)).collect(),
    }
}

fn chunks() -> Vec<Chunk> {
    (0..12).map(chunk).collect()
}

/// `Ok` holds as many outcomes as chunks, and each stands in its chunk's place.
pub async fn one_outcome_per_chunk_in_order(subject: &impl DispatchSubject) {
    let refused = able(subject.refuse(&chunk(4))).is_some();
    let outcomes = subject.dispatcher().dispatch(&run("a"), chunks()).await.unwrap();
    let ok: Vec<_> = outcomes.iter().map(Result::is_ok).collect();
    let expected: Vec<_> = (0..12).map(|i| i != 4 || !refused).collect();
    assert_eq!(ok, expected, "{outcomes:?}");
    assert_eq!(
        subject
            .dispatcher()
            .dispatch(&run("a"), vec![])
            .await
            .unwrap()
            .len(),
        0
    );
}

/// An accepted chunk arrives, as it was.
pub async fn ok_means_accepted(subject: &impl DispatchSubject) {
    let outcomes = subject.dispatcher().dispatch(&run("a"), chunks()).await.unwrap();
    assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
    let accepted = subject.accepted();
    assert!(chunks().iter().all(|c| accepted.contains(c)), "{accepted:?}");
}

/// A refused chunk is an error and does not arrive; the others do.
pub async fn a_refused_chunk_never_sinks_its_neighbours(subject: &impl DispatchSubject) {
    if able(subject.refuse(&chunk(0))).is_none() || able(subject.refuse(&chunk(11))).is_none() {
        return;
    }
    let outcomes = subject.dispatcher().dispatch(&run("a"), chunks()).await.unwrap();
    let accepted = subject.accepted();
    for (chunk, outcome) in chunks().iter().zip(&outcomes) {
        assert_eq!(
            outcome.is_ok(),
            chunk.index != 0 && chunk.index != 11,
            "{outcome:?}"
        );
        assert_eq!(accepted.contains(chunk), outcome.is_ok(), "{}", chunk.id());
    }
}
