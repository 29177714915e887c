//! The contract of [`LedgerReader`](customs_core::LedgerReader).

use customs_core::{Calls, ErrorFilter, RunStatus, SettleRequest, Settled, StoredError};

use super::ledger::{LedgerSubject, MOMENT, Work, failed, key, not_found, pushed};
use super::{at, run};

/// Tests of a [`LedgerReader`](customs_core::LedgerReader): `ledger_reader_suite!(name, factory)`, where the factory makes a
/// [`LedgerSubject`](crate::conformance::ledger::LedgerSubject) and is awaited. An attribute in front replaces
/// `#[tokio::test]`.
#[macro_export]
macro_rules! ledger_reader_suite {
    ($name:ident, $factory:expr) => {
        $crate::ledger_reader_suite!(
            #[tokio::test]
            $name,
            $factory
        );
    };
    (#[$test:meta] $name:ident, $factory:expr) => {
        $crate::conformance_tests! {
            #[$test] $name, $factory, ledger_reader:
            newest_first,
            causes_add_up,
            what_was_settled_is_shown,
        }
    };
}

async fn errors(subject: &impl LedgerSubject, filter: ErrorFilter) -> Vec<StoredError> {
    subject.reader().errors(&filter).await.unwrap()
}

fn all() -> ErrorFilter {
    ErrorFilter {
        run: None,
        key: None,
        episode: None,
        limit: 100,
    }
}

fn keys(errors: &[StoredError]) -> Vec<&str> {
    errors
        .iter()
        .filter_map(|e| e.key.as_ref())
        .map(|k| k.as_str())
        .collect()
}

/// The newest run and the newest error stand on top, and a limit keeps the newest.
pub async fn newest_first(subject: &impl LedgerSubject) {
    // The ids sort the other way round: what counts is when it happened.
    for (number, id) in ["z", "y", "x"].into_iter().enumerate() {
        let work = Work::begin(subject, id).await;
        let number = number as i64 + 1;
        let text = number.to_string();
        work.claim(subject, 0, "owner", &[key(&text)]).await;
        let request = SettleRequest {
            chunk: 0,
            fence: work.fence,
            owner: "owner",
            at: at(number * 10),
            settlements: &[failed(&text, "CZ115")],
            calls: Calls::default(),
        };
        subject.records().settle(&work.cx, request).await.unwrap();
        subject.advance(MOMENT).await;
    }
    let rows = subject.reader().runs(2).await.unwrap();
    let ids: Vec<_> = rows.iter().map(|r| r.receipt.run_id.as_str()).collect();
    assert_eq!(ids, ["x", "y"]);
    assert!(rows[0].started_at > rows[1].started_at);
    assert_eq!(
        (rows[0].receipt.status, rows[0].closed_at),
        (RunStatus::Planning, None)
    );
    assert_eq!(
        (
            rows[0].trigger.as_str(),
            rows[0].job.as_str(),
            rows[0].company.as_str()
        ),
        ("keys", "import", "1000")
    );
    assert_eq!(
        keys(&errors(subject, all()).await),
        ["1000/3", "1000/2", "1000/1"]
    );
    assert_eq!(
        keys(&errors(subject, ErrorFilter { limit: 1, ..all() }).await),
        ["1000/3"]
    );
    let of_run = ErrorFilter {
        run: Some("y".into()),
        ..all()
    };
    assert_eq!(keys(&errors(subject, of_run).await), ["1000/2"]);
    let of_key = ErrorFilter {
        key: Some(key("1")),
        ..all()
    };
    assert_eq!(keys(&errors(subject, of_key).await), ["1000/1"]);
}

/// The causes of a run are its errors, counted; the most frequent comes first.
pub async fn causes_add_up(subject: &impl LedgerSubject) {
    let work = Work::begin(subject, "a").await;
    let codes = ["rare", "often", "often", "sometimes", "often", "sometimes"];
    let numbers: Vec<_> = (0..codes.len()).map(|i| i.to_string()).collect();
    let settlements: Vec<_> = numbers
        .iter()
        .zip(codes)
        .map(|(n, code)| failed(n, code))
        .collect();
    work.work(subject, &settlements).await;
    Work::begin(subject, "b")
        .await
        .work(subject, &[failed("9", "rare"), pushed("8", 5, "d")])
        .await;
    let causes = subject.reader().causes(&run("a").run).await.unwrap();
    let counts: Vec<_> = causes
        .iter()
        .map(|c| (c.example.code.as_str(), c.count))
        .collect();
    assert_eq!(counts, [("often", 3), ("sometimes", 2), ("rare", 1)]);
    let of_run = ErrorFilter {
        run: Some(run("a").run),
        ..all()
    };
    let errors = errors(subject, of_run).await;
    assert_eq!(causes.iter().map(|c| c.count).sum::<u64>(), errors.len() as u64);
    for cause in causes {
        let same = |e: &&StoredError| e.error == cause.example && e.key == cause.example_key;
        assert!(errors.iter().any(|e| same(&e)), "{cause:?}");
    }
    assert_eq!(subject.reader().causes(&run("c").run).await.unwrap(), []);
}

/// A failed record is an error row that holds the record whole; what is known is shown for every job that knows it.
pub async fn what_was_settled_is_shown(subject: &impl LedgerSubject) {
    let work = Work::begin(subject, "a").await;
    let settlements = [failed("1", "CZ115"), pushed("2", 5, "d"), not_found("3", 5)];
    work.work(subject, &settlements).await;
    let shown = errors(subject, all()).await;
    assert_eq!(shown.len(), 1);
    let Settled::Failed(row) = &settlements[0].settled else {
        return;
    };
    let error = &shown[0];
    assert_eq!(
        (&error.error, error.record.as_ref()),
        (row, Some(&settlements[0].record))
    );
    assert_eq!(
        (error.at, &error.run, error.key.as_ref()),
        (at(7), &work.cx.run, Some(&key("1")))
    );
    assert_eq!((&error.company, &error.job), (&work.cx.company, &work.cx.job));
    assert!(!error.id.is_empty());
    for number in ["1", "2", "3"] {
        let states = subject.reader().record(&key(number)).await.unwrap();
        let state = super::ledger::known(subject, number).await;
        assert_eq!(states, [(work.cx.company.clone(), work.cx.job.clone(), state)]);
    }
    assert_eq!(subject.reader().record(&key("4")).await.unwrap(), []);
}
