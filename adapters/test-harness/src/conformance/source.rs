//! The contract of [`SourceSystem`].

use std::collections::BTreeSet;

use customs_core::{Cursor, FetchRequest, Page, RecordKey, Select, SourceSystem};

use super::{Cannot, able, run};

/// Tests of a [`SourceSystem`]: `source_suite!(name, factory)`, where the factory makes a
/// [`SourceSubject`](crate::conformance::source::SourceSubject) and is awaited. An attribute in front replaces `#[tokio::test]`.
#[macro_export]
macro_rules! source_suite {
    ($name:ident, $factory:expr) => {
        $crate::source_suite!(
            #[tokio::test]
            $name,
            $factory
        );
    };
    (#[$test:meta] $name:ident, $factory:expr) => {
        $crate::conformance_tests! {
            #[$test] $name, $factory, source:
            pages_cover_the_due_list_once,
            limit_bounds_a_page,
            keys_select_whether_due_or_not,
            a_broken_row_is_rejected_not_fatal,
            reading_changes_nothing,
            reads_are_counted,
        }
    };
}

/// A source whose due list of at least five rows the suite knows.
pub trait SourceSubject: Send + Sync {
    /// The source.
    fn source(&self) -> &dyn SourceSystem;

    /// The keys of all due rows, broken ones included, in any order.
    fn due(&self) -> Vec<RecordKey>;

    /// The keys of the broken rows.
    fn broken(&self) -> Result<Vec<RecordKey>, Cannot>;

    /// A record that exists and is not due.
    fn not_due(&self) -> Result<RecordKey, Cannot>;

    /// How many requests have reached the other side.
    fn reads(&self) -> Result<u64, Cannot>;
}

async fn page(subject: &impl SourceSubject, select: &Select, after: Option<Cursor>, limit: usize) -> Page {
    let request = FetchRequest {
        select: select.clone(),
        after,
        limit,
    };
    subject.source().fetch(&run("read"), request).await.unwrap()
}

/// All pages; a source that never ends fails.
async fn pages(subject: &impl SourceSubject, select: &Select, limit: usize) -> Vec<Page> {
    let mut pages = vec![page(subject, select, None, limit).await];
    while let Some(next) = pages.last().and_then(|p| p.next.clone()) {
        assert!(
            pages.len() <= 2 * subject.due().len(),
            "the pages do not end: {next:?}"
        );
        pages.push(page(subject, select, Some(next), limit).await);
    }
    pages
}

/// Records first, then rejected rows, page by page.
fn keys(pages: &[Page]) -> Vec<RecordKey> {
    let of = |p: &Page| {
        let rejected: Vec<_> = p.rejected.iter().map(|r| r.key.clone()).collect();
        let mut keys: Vec<_> = p.records.iter().map(|r| r.key.clone()).collect();
        keys.extend(rejected);
        keys
    };
    pages.iter().flat_map(of).collect()
}

/// Following `next` yields every due row once, in one order, whatever the page's size.
pub async fn pages_cover_the_due_list_once(subject: &impl SourceSubject) {
    let due: BTreeSet<_> = subject.due().into_iter().collect();
    assert!(due.len() >= 5, "the suite needs five due rows");
    for limit in [1, 2, due.len(), due.len() + 1, 1000] {
        let read = keys(&pages(subject, &Select::Due, limit).await);
        assert_eq!(read.len(), due.len(), "limit {limit}: {read:?}");
        assert_eq!(
            read.iter().cloned().collect::<BTreeSet<_>>(),
            due,
            "limit {limit}"
        );
        assert_eq!(
            keys(&pages(subject, &Select::Due, limit).await),
            read,
            "limit {limit}"
        );
    }
}

/// Records and rejected rows of a page are no more than its limit.
pub async fn limit_bounds_a_page(subject: &impl SourceSubject) {
    for limit in [1, 2, 3] {
        for page in pages(subject, &Select::Due, limit).await {
            assert!(page.records.len() + page.rejected.len() <= limit, "{page:?}");
        }
    }
}

/// Keys find what exists, due or not; what does not exist is missing.
pub async fn keys_select_whether_due_or_not(subject: &impl SourceSubject) {
    let broken: Vec<_> = subject.broken().unwrap_or_default();
    let due: Vec<_> = subject
        .due()
        .into_iter()
        .filter(|k| !broken.contains(k))
        .collect();
    let mut wanted = vec![due[due.len() - 1].clone(), due[0].clone()];
    if let Some(key) = able(subject.not_due()) {
        assert!(!due.contains(&key));
        wanted.push(key);
    }
    let mut asked = wanted.clone();
    asked.insert(1, RecordKey::from_parts(["1000", "9999999999"]));
    wanted.sort();
    for limit in [1, 100] {
        let mut read = keys(&pages(subject, &Select::Keys(asked.clone()), limit).await);
        read.sort();
        assert_eq!(read, wanted, "limit {limit}");
    }
    let unknown = Select::Keys(vec![asked[1].clone()]);
    assert_eq!(keys(&pages(subject, &unknown, 100).await), []);
}

/// A broken row stands in `rejected` with a cause; all other rows are there.
pub async fn a_broken_row_is_rejected_not_fatal(subject: &impl SourceSubject) {
    let Some(broken) = able(subject.broken()) else {
        return;
    };
    let read = pages(subject, &Select::Due, 1000).await;
    let rejected: Vec<_> = read.iter().flat_map(|p| &p.rejected).collect();
    assert!(!broken.is_empty());
    assert_eq!(
        rejected.iter().map(|r| r.key.clone()).collect::<BTreeSet<_>>(),
        broken.iter().cloned().collect()
    );
    assert!(
        rejected.iter().all(|r| !r.error.message().is_empty()),
        "{rejected:?}"
    );
    let good: usize = read.iter().map(|p| p.records.len()).sum();
    assert_eq!(good, subject.due().len() - broken.len());
}

/// The same request yields the same page.
pub async fn reading_changes_nothing(subject: &impl SourceSubject) {
    let first = page(subject, &Select::Due, None, 2).await;
    let again = page(subject, &Select::Due, None, 2).await;
    assert_eq!((&first.records, &first.next), (&again.records, &again.next));
    let second = page(subject, &Select::Due, first.next.clone(), 2).await;
    let again = page(subject, &Select::Due, first.next, 2).await;
    assert_eq!((&second.records, &second.next), (&again.records, &again.next));
}

/// The meter counts what the other side sees: at least one request per page.
pub async fn reads_are_counted(subject: &impl SourceSubject) {
    let cx = run("read");
    let before = subject.reads();
    let mut after = None;
    for pages in 1..=2 {
        let request = FetchRequest {
            select: Select::Due,
            after,
            limit: 2,
        };
        after = subject.source().fetch(&cx, request).await.unwrap().next;
        assert!(cx.meter.calls().source_reads >= pages);
    }
    let calls = cx.meter.calls();
    assert_eq!((calls.customs_calls, calls.sink_writes), (0, 0));
    if let Some(seen) = able(subject.reads()) {
        assert_eq!(calls.source_reads, seen - before.unwrap_or_default());
    }
}
