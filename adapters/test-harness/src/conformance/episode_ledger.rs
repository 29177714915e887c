//! The contract of [`EpisodeLedger`](customs_core::EpisodeLedger).

use std::time::Duration;

use customs_core::{
    Claim, DeferReason, Episode, EpisodeFilter, Error, ErrorFilter, ErrorKind, ErrorReport, ErrorRow,
    Settled, Settlement, Stage,
};

use super::ledger::{LedgerSubject, MOMENT, Work, deferred, failed, key, not_found, pushed};
use super::run;

/// Tests of an [`EpisodeLedger`](customs_core::EpisodeLedger): `episode_ledger_suite!(name, factory)`, where the factory makes
/// a [`LedgerSubject`](crate::conformance::ledger::LedgerSubject) and is awaited. An attribute in front replaces
/// `#[tokio::test]`.
#[macro_export]
macro_rules! episode_ledger_suite {
    ($name:ident, $factory:expr) => {
        $crate::episode_ledger_suite!(
            #[tokio::test]
            $name,
            $factory
        );
    };
    (#[$test:meta] $name:ident, $factory:expr) => {
        $crate::conformance_tests! {
            #[$test] $name, $factory, episode_ledger:
            equal_errors_are_one_episode,
            an_episode_counts_what_is_stored,
            an_episode_ends_when_its_records_came_through,
            an_episode_without_records_ends_when_a_run_comes_past,
            an_episode_that_comes_back_is_reopened,
            closing_by_hand_says_who,
        }
    };
}

/// A run that claims and settles these results and is closed.
pub(super) async fn whole_run(subject: &impl LedgerSubject, id: &str, settlements: &[Settlement]) {
    let work = Work::begin(subject, id).await;
    let keys: Vec<_> = settlements.iter().map(|s| s.record.key.clone()).collect();
    let claims = work.claim(subject, 0, "owner", &keys).await;
    assert!(claims.iter().all(|c| *c == Claim::Granted), "{claims:?}");
    let report = work
        .settle_at(subject, "owner", settlements, subject.now())
        .await
        .unwrap();
    assert_eq!(report.applied, keys.len() as u64);
    work.dispatched(subject, keys.len() as u64).await;
    work.close(subject).await;
    subject.advance(MOMENT).await;
}

/// A failure with a text of its own.
pub(super) fn failed_with(number: &str, text: &str) -> Settlement {
    let mut settlement = failed(number, "CZ115");
    if let Settled::Failed(row) = &mut settlement.settled {
        text.clone_into(&mut row.message);
    }
    settlement
}

pub(super) async fn episodes(subject: &impl LedgerSubject, open: bool) -> Vec<Episode> {
    let filter = EpisodeFilter {
        no: None,
        open,
        brief: false,
        limit: 100,
    };
    subject.reader().episodes(&filter).await.unwrap()
}

fn report(subject: &impl LedgerSubject, id: &str, stage: Stage) -> ErrorReport {
    let error = Error::new(ErrorKind::Unavailable, format!("no answer, try {id}")).code("connect");
    ErrorReport {
        id: id.to_owned(),
        at: subject.now(),
        key: None,
        error: ErrorRow::new(stage, &error),
        receipt: None,
    }
}

/// What differs only in numbers, keys and quoted words is one episode over chunks, runs and reporters; anything else is
/// another one, and so is another job.
pub async fn equal_errors_are_one_episode(subject: &impl LedgerSubject) {
    let first = [
        failed_with("1", "order 1000/1 of 2026-11-23 is locked by 'KIM'"),
        failed_with("2", "order 1000/2 of 2026-11-24 is locked by 'LEE'"),
        failed_with("3", "order 1000/3 is not known"),
    ];
    whole_run(subject, "a", &first).await;
    whole_run(
        subject,
        "b",
        &[failed_with("2", "order 1000/2 of 2026-11-25 is locked by '박'")],
    )
    .await;
    let mut other = run("c");
    other.job = "export".into();
    let Settled::Failed(row) = &first[0].settled else {
        return;
    };
    for (id, cx) in [("c", run("c")), ("d", other)] {
        let report = ErrorReport {
            id: id.to_owned(),
            at: subject.now(),
            key: Some(key("4")),
            error: row.clone(),
            receipt: None,
        };
        subject.reporter().report(&cx, &report).await;
    }
    let mut all = episodes(subject, false).await;
    all.sort_by_key(|e| e.no);
    let counts: Vec<_> = all
        .iter()
        .map(|e| (e.job.as_str(), e.count, e.records, e.failing))
        .collect();
    assert_eq!(
        counts,
        [("import", 4, 3, 2), ("import", 1, 1, 1), ("export", 1, 1, 0)]
    );
    let locked = &all[0];
    assert_eq!((&locked.example, locked.last_run.as_str()), (row, "c"));
    assert_eq!((locked.is_open(), locked.reopened), (true, 0));
    assert!(locked.first_seen < locked.last_seen);
    assert_eq!(locked.signature.text, "order # of # is locked by '…'");
    let of_episode = ErrorFilter {
        episode: Some(locked.no),
        limit: 100,
        ..ErrorFilter::default()
    };
    let errors = subject.reader().errors(&of_episode).await.unwrap();
    assert_eq!(errors.len(), 4);
    assert!(errors.iter().all(|e| e.episode == Some(locked.no)), "{errors:?}");
    let of_run = ErrorFilter {
        run: Some(run("a").run),
        ..of_episode.clone()
    };
    assert_eq!(subject.reader().errors(&of_run).await.unwrap().len(), 2);
    let of_key = ErrorFilter {
        key: Some(key("2")),
        ..of_episode
    };
    assert_eq!(subject.reader().errors(&of_key).await.unwrap().len(), 2);
    let one = EpisodeFilter {
        no: Some(locked.no),
        open: true,
        brief: false,
        limit: 1,
    };
    let shown = subject.reader().episodes(&one).await.unwrap();
    assert_eq!(shown.iter().collect::<Vec<_>>(), [locked]);
    let brief = EpisodeFilter { brief: true, ..one };
    let shown = subject.reader().episodes(&brief).await.unwrap();
    let records = shown.iter().map(|e| e.records);
    assert!(locked.records > 0 && records.eq([0]), "{shown:?}");
    assert_eq!(shown[0].failing, locked.failing);
}

/// A settlement that comes again, one whose claim is lost, and a report that is there already add nothing.
pub async fn an_episode_counts_what_is_stored(subject: &impl LedgerSubject) {
    let work = Work::begin(subject, "a").await;
    work.claim(subject, 0, "owner", &[key("1")]).await;
    let settlements = [failed("1", "CZ115"), failed("2", "CZ115")];
    for applied in [1, 0] {
        let report = work
            .settle_at(subject, "owner", &settlements, subject.now())
            .await
            .unwrap();
        assert_eq!(report.applied, applied);
    }
    for _ in 0..3 {
        let report = report(subject, "the same", Stage::Fetch);
        subject.reporter().report(&work.cx, &report).await;
    }
    let mut counts: Vec<_> = episodes(subject, false)
        .await
        .iter()
        .map(|e| (e.count, e.records))
        .collect();
    counts.sort_unstable();
    assert_eq!(counts, [(1, 0), (1, 1)]);
}

/// It stays open while one of its records has not come through, and is over when the last one has.
pub async fn an_episode_ends_when_its_records_came_through(subject: &impl LedgerSubject) {
    whole_run(subject, "a", &[failed("1", "CZ115"), failed("2", "CZ115")]).await;
    whole_run(
        subject,
        "b",
        &[pushed("1", 100, "d"), deferred("2", DeferReason::Quota)],
    )
    .await;
    let open = episodes(subject, true).await;
    assert_eq!(
        open.iter()
            .map(|e| (e.count, e.records, e.failing))
            .collect::<Vec<_>>(),
        [(2, 2, 1)]
    );
    // Others come through, this one rests.
    whole_run(subject, "c", &[pushed("3", 100, "d")]).await;
    assert_eq!(episodes(subject, true).await.len(), 1);
    whole_run(subject, "d", &[not_found("2", 100)]).await;
    assert_eq!(episodes(subject, true).await, []);
    let all = episodes(subject, false).await;
    assert_eq!(all.len(), 1);
    assert_eq!((all[0].records, all[0].failing, &all[0].closed_by), (2, 0, &None));
    assert!(all[0].closed_at.is_some_and(|at| at >= all[0].last_seen));
    // A record that fails with something else now does not keep the first one open.
    whole_run(subject, "e", &[failed("7", "first")]).await;
    whole_run(subject, "f", &[failed("7", "second")]).await;
    let open: Vec<_> = episodes(subject, true)
        .await
        .into_iter()
        .map(|e| e.example.code)
        .collect();
    assert_eq!(open, ["second"]);
}

/// A run that gets past the place ends it; one that does not get there, or brings the error again, does not.
pub async fn an_episode_without_records_ends_when_a_run_comes_past(subject: &impl LedgerSubject) {
    let work = Work::begin(subject, "a").await;
    let settle = report(subject, "1", Stage::Settle);
    subject.reporter().report(&work.cx, &settle).await;
    work.dispatched(subject, 0).await;
    work.close(subject).await;
    assert_eq!(
        episodes(subject, true).await.len(),
        1,
        "its own run does not end it"
    );
    subject.advance(MOMENT).await;
    let broken = Work::begin(subject, "b").await;
    let closed = subject
        .runs()
        .close(&broken.cx, broken.fence, Default::default(), Some("no due list"));
    closed.await.unwrap();
    assert_eq!(
        episodes(subject, true).await.len(),
        1,
        "the run did not get there"
    );
    whole_run(subject, "c", &[pushed("1", 100, "d")]).await;
    assert_eq!(episodes(subject, true).await, []);
}

/// Soon after it ended it goes on, reopened, and has to stay away for longer; a day later the same error is a new episode.
pub async fn an_episode_that_comes_back_is_reopened(subject: &impl LedgerSubject) {
    whole_run(subject, "a", &[failed("1", "CZ115")]).await;
    whole_run(subject, "b", &[pushed("1", 100, "d")]).await;
    assert_eq!(episodes(subject, true).await, []);
    whole_run(subject, "c", &[failed("1", "CZ115")]).await;
    let open = episodes(subject, true).await;
    assert_eq!(
        open.iter().map(|e| (e.count, e.reopened)).collect::<Vec<_>>(),
        [(2, 1)]
    );
    whole_run(subject, "d", &[pushed("1", 200, "e")]).await;
    assert_eq!(episodes(subject, true).await.len(), 1, "it may come back at once");
    subject.advance(Duration::from_secs(3600)).await;
    whole_run(subject, "e", &[pushed("1", 300, "f")]).await;
    assert_eq!(episodes(subject, true).await, []);
    subject.advance(Duration::from_secs(25 * 3600)).await;
    whole_run(subject, "f", &[failed("1", "CZ115")]).await;
    let all = episodes(subject, false).await;
    assert_eq!(
        all.iter()
            .map(|e| (e.count, e.reopened, e.is_open()))
            .collect::<Vec<_>>(),
        [(1, 0, true), (2, 1, false)]
    );
    assert!(all[0].no > all[1].no);
}

/// Whoever closes it is named; closing again, or what is not there, is false; the error coming back opens it again.
pub async fn closing_by_hand_says_who(subject: &impl LedgerSubject) {
    whole_run(subject, "a", &[failed("1", "CZ115")]).await;
    let no = episodes(subject, true).await[0].no;
    assert!(!subject.episodes().close_episode(no + 1, "kim").await.unwrap());
    assert!(subject.episodes().close_episode(no, "kim '김'").await.unwrap());
    assert!(!subject.episodes().close_episode(no, "lee").await.unwrap());
    let all = episodes(subject, false).await;
    assert_eq!(
        (all[0].is_open(), all[0].closed_by.as_deref()),
        (false, Some("kim '김'"))
    );
    whole_run(subject, "b", &[failed("1", "CZ115")]).await;
    let open = episodes(subject, true).await;
    assert_eq!((open[0].no, open[0].reopened, &open[0].closed_by), (no, 1, &None));
}
