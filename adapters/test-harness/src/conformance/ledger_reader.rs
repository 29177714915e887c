//! The contract of [`LedgerReader`](customs_core::LedgerReader).

use customs_core::{
    BeginRequest, CallContext, Calls, ChangeKind, DeferReason, ErrorFilter, ErrorReport, RecordOutcome,
    RunOutcomes, RunStatus, SettleRequest, Settled, StoredError, Waiting, WaitingFilter,
};

use super::ledger::{
    LedgerSubject, MOMENT, Work, begin, deferred, failed, full, key, not_found, pushed, urgent,
};
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
            one_run_is_shown_as_in_the_list,
            the_last_full_run_since_is_found,
            what_became_of_each_record_is_told,
            causes_add_up,
            what_was_settled_is_shown,
            a_history_holds_changes_only,
            the_last_outcome_names_its_run,
            each_waiting_record_stands_in_one_list,
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

/// With its counts and reasons.
pub async fn one_run_is_shown_as_in_the_list(subject: &impl LedgerSubject) {
    let work = Work::begin(subject, "a").await;
    work.dispatched(subject, 1).await;
    work.work(subject, &[failed("1", "CZ115")]).await;
    work.close(subject).await;
    Work::begin(subject, "b").await;
    let rows = subject.reader().runs(9).await.unwrap();
    assert_eq!(rows.len(), 2);
    for row in rows {
        let one = subject.reader().run(&row.receipt.run_id).await.unwrap().unwrap();
        // An open run's time goes on.
        let one = customs_core::RunRow {
            receipt: customs_core::Receipt {
                elapsed_ms: row.receipt.elapsed_ms,
                ..one.receipt
            },
            ..one
        };
        assert_eq!(one, row);
    }
    assert_eq!(subject.reader().run(&"c".into()).await.unwrap(), None);
}

/// Of the full runs that succeeded, the newest; not one of another job, and not one that lost records.
pub async fn the_last_full_run_since_is_found(subject: &impl LedgerSubject) {
    // Since the beginning of a run, or of all time.
    let found = async |since: Option<&str>| {
        let since = match since {
            Some(id) => {
                subject
                    .reader()
                    .run(&id.into())
                    .await
                    .unwrap()
                    .unwrap()
                    .started_at
            }
            None => jiff::Timestamp::UNIX_EPOCH,
        };
        let cx = run("reader");
        let found = subject.reader().full_run_since(&cx.company, &cx.job, since).await;
        let (id, at) = found.unwrap()?;
        let shown = subject.reader().run(&id).await.unwrap().unwrap();
        assert_eq!(shown.started_at, at);
        Some(id.to_string())
    };
    let began = async |request: &BeginRequest, cx: CallContext| {
        subject.advance(MOMENT).await;
        let fence = begin(subject, &cx, request).await;
        Work { cx, fence }
    };
    let full = &full("host", "boot", false);
    assert_eq!(found(None).await, None);
    let first = began(full, run("a")).await;
    first.dispatched(subject, 0).await;
    assert_eq!(found(None).await, None, "it is under way");
    first.close(subject).await;
    assert_eq!(found(None).await.as_deref(), Some("a"));
    assert_eq!(found(Some("a")).await, None, "it began then, and not later");
    let second = began(full, run("b")).await;
    second.dispatched(subject, 0).await;
    second.close(subject).await;
    // Newer ones that say nothing about this job's due list.
    let keys = began(&urgent(), run("c")).await;
    keys.dispatched(subject, 0).await;
    keys.close(subject).await;
    let lost = began(full, run("d")).await;
    lost.work(subject, &[pushed("1", 5, "d")]).await;
    lost.dispatched(subject, 2).await;
    let receipt = lost.close(subject).await;
    assert_eq!(
        (receipt.status, receipt.reasons.deferred.get("undelivered")),
        (RunStatus::Succeeded, Some(&1))
    );
    let broken = began(full, run("e")).await;
    let closed = subject
        .runs()
        .close(&broken.cx, broken.fence, Calls::default(), Some("no"));
    closed.await.unwrap();
    let export = CallContext {
        job: "export".into(),
        ..run("f")
    };
    let other = began(full, export).await;
    other.dispatched(subject, 0).await;
    other.close(subject).await;
    for since in [None, Some("a")] {
        assert_eq!(found(since).await.as_deref(), Some("b"));
    }
    assert_eq!(found(Some("b")).await, None);
}

/// Each once, with the error in words, also after later runs settled it again and when the run is closed.
pub async fn what_became_of_each_record_is_told(subject: &impl LedgerSubject) {
    let told = async |id: &str, after, limit| {
        let page = subject.reader().run_outcomes(&id.into(), after, limit).await;
        let RunOutcomes { records, next } = page.unwrap();
        let one = |r: RecordOutcome| {
            let number = r.key.as_str().trim_start_matches("1000/");
            let words = [
                Some(number),
                Some(&r.outcome),
                r.reason.as_deref(),
                r.message.as_deref(),
            ];
            words.into_iter().flatten().collect::<Vec<_>>().join(" ")
        };
        (records.into_iter().map(one).collect::<Vec<_>>(), next)
    };
    let Settled::Failed(no) = failed("0", "CZ115").settled else {
        return;
    };
    let no = no.message;
    let work = Work::begin(subject, "a").await;
    assert_eq!(told("a", 0, 9).await, (vec![], None));
    work.work(subject, &[pushed("2", 5, "d"), failed("1", "CZ115")])
        .await;
    work.settle(subject, "another", &[deferred("3", DeferReason::Quota)])
        .await
        .unwrap();
    // A second delivery of the same chunk, and a row about which nothing could be asked.
    let again = [deferred("3", DeferReason::Claimed), failed("2", "late")];
    work.settle(subject, "another", &again).await.unwrap();
    let Settled::Failed(row) = failed("4", "missing_key").settled else {
        return;
    };
    let report = ErrorReport::new(at(8), Some(key("4")), row);
    for _ in 0..2 {
        subject.store().store(&work.cx, &report).await.unwrap();
    }
    let all = [
        format!("1 failed CZ115 {no}"),
        "2 pushed".to_owned(),
        "3 deferred quota".to_owned(),
        format!("4 failed missing_key {no}"),
    ];
    work.dispatched(subject, 3).await;
    work.close(subject).await;
    Work::begin(subject, "b")
        .await
        .work(subject, &[pushed("1", 9, "d"), not_found("2", 9)])
        .await;
    let (mut whole, next) = told("a", 0, 9).await;
    whole.sort();
    assert_eq!((whole.as_slice(), next), (all.as_slice(), None));
    let (mut first, next) = told("a", 0, 1).await;
    first.sort();
    assert_eq!(first, all[..2], "what was settled at once stays together");
    let (second, next) = told("a", next.unwrap(), 1).await;
    assert_eq!(second, all[2..3]);
    assert_eq!(told("a", next.unwrap(), 1).await, (all[3..].to_vec(), None));
    assert_eq!(told("b", 0, 9).await.0.len(), 2);
    assert_eq!(told("c", 0, 9).await, (vec![], None));
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
            withhold: &[],
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

/// The changes of a record since the first `known` of them, as their names.
async fn history(subject: &impl LedgerSubject, number: &str, known: usize) -> Vec<ChangeKind> {
    let events = subject.reader().history(&key(number)).await.unwrap();
    events[known..].iter().map(|e| e.change.kind).collect()
}

/// Each change is an event, in order, with what is telling about it; nothing else is.
pub async fn a_history_holds_changes_only(subject: &impl LedgerSubject) {
    use ChangeKind::{
        Answered, Failed, FirstSeen, InDoubt, Pushed, Quarantined, Recovered, Released, Resolved,
    };
    let first = pushed("1", 5, "d1");
    Work::begin(subject, "a")
        .await
        .work(subject, std::slice::from_ref(&first))
        .await;
    assert_eq!(history(subject, "1", 0).await, [FirstSeen, Answered, Pushed]);
    let events = subject.reader().history(&key("1")).await.unwrap();
    let status = first.state.as_ref().map(|s| s.status.as_str());
    let answered = &events[1].change;
    assert_eq!(
        (answered.verdict.as_deref(), answered.status.as_deref()),
        (Some("found"), status)
    );
    assert_eq!(
        (&events[2].run, events[2].at, &events[2].key),
        (&run("a").run, at(7), &key("1"))
    );
    assert_eq!(
        (events[2].company.as_str(), events[2].job.as_str()),
        ("1000", "import")
    );

    // A look that finds everything as it was; a result of somebody who does not hold the record.
    let settled = Settled::Unchanged {
        digest: "d1".to_owned(),
    };
    let same = customs_core::Settlement {
        settled,
        observed_at: Some(at(10)),
        ..first.clone()
    };
    let work = Work::begin(subject, "b").await;
    work.claim(subject, 0, "owner", &[key("1")]).await;
    let report = work
        .settle(subject, "another", &[failed("1", "x")])
        .await
        .unwrap();
    assert_eq!(report.ignored, 1);
    work.settle(subject, "owner", &[same]).await.unwrap();
    assert_eq!(history(subject, "1", 3).await, []);

    // A streak of failures is told where it begins, where its cause changes, and where it ends.
    let mut rests = failed("1", "worse");
    (rests.quarantined_until, rests.in_doubt) = (Some(at(9000)), Some("d2".to_owned()));
    for (id, failure) in [("c", failed("1", "bad")), ("d", failed("1", "bad")), ("e", rests)] {
        Work::begin(subject, id).await.work(subject, &[failure]).await;
    }
    assert_eq!(
        history(subject, "1", 3).await,
        [Failed, Failed, Quarantined, InDoubt]
    );
    Work::begin(subject, "f")
        .await
        .work(subject, &[pushed("1", 20, "d2")])
        .await;
    assert_eq!(
        history(subject, "1", 7).await,
        [Answered, Pushed, Recovered, Released, Resolved]
    );
    let events = subject.reader().history(&key("1")).await.unwrap();
    let codes = [3, 4].map(|i| events[i].change.code.as_deref());
    assert_eq!(codes, [Some("bad"), Some("worse")]);
    assert!(events[3].change.episode.is_some() && events[3].change.episode != events[4].change.episode);
    assert_eq!(
        (events[5].change.until, events[9].change.failures),
        (Some(at(9000)), Some(3))
    );

    // What was only left for later is seen, and nothing more.
    Work::begin(subject, "g")
        .await
        .work(subject, &[deferred("2", DeferReason::Quota)])
        .await;
    Work::begin(subject, "h")
        .await
        .work(subject, &[not_found("2", 30)])
        .await;
    assert_eq!(history(subject, "2", 0).await, [FirstSeen, Answered]);
    assert_eq!(history(subject, "3", 0).await, []);
}

/// How each record's last run ended for it, whichever way it was.
pub async fn the_last_outcome_names_its_run(subject: &impl LedgerSubject) {
    let first = [failed("1", "CZ115"), pushed("2", 5, "d"), not_found("3", 5)];
    Work::begin(subject, "a").await.work(subject, &first).await;
    let second = [deferred("1", DeferReason::Quota)];
    Work::begin(subject, "b").await.work(subject, &second).await;
    let wanted = ["3", "1", "2", "4"].map(key);
    let outcomes = subject.reader().outcomes(&wanted).await.unwrap();
    let told: Vec<_> = outcomes
        .iter()
        .map(|o| {
            (
                o.key.as_str(),
                o.run.as_str(),
                o.outcome.as_str(),
                o.reason.as_deref(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            ("1000/1", "b", "deferred", Some("quota")),
            ("1000/2", "a", "pushed", None),
            ("1000/3", "a", "not_found", None),
        ]
    );
    assert!(
        outcomes
            .iter()
            .all(|o| o.at == at(7) && o.company.as_str() == "1000")
    );
}

/// The numbers of the records that wait for `what` at a time, read two by two.
async fn waiting(subject: &impl LedgerSubject, what: Waiting, now: i64) -> Vec<String> {
    let mut filter = WaitingFilter {
        what,
        now: at(now),
        after: None,
        limit: 2,
    };
    let mut numbers = Vec::new();
    loop {
        let page = subject.reader().waiting_records(&filter).await.unwrap();
        assert!(page.len() <= 2, "{page:?}");
        let Some(last) = page.last() else {
            return numbers;
        };
        filter.after = Some(last.place.clone());
        numbers.extend(
            page.iter()
                .filter_map(|r| r.place.key.as_str().split('/').nth(1).map(str::to_owned)),
        );
    }
}

/// What holds at a time decides; quarantine comes before rest, and who has left the loop waits for nothing.
pub async fn each_waiting_record_stands_in_one_list(subject: &impl LedgerSubject) {
    let look = |number, until: Option<i64>| {
        let mut settlement = pushed(number, 5, "d");
        settlement.next_look = until.map(at);
        settlement
    };
    let rest = |number, until, look: Option<i64>| {
        let mut settlement = failed(number, "bad");
        (settlement.quarantined_until, settlement.next_look) = (Some(at(until)), look.map(at));
        settlement
    };
    let mut gone = look("9", None);
    gone.next_look = Some(jiff::Timestamp::MAX);
    let settlements = [
        look("1", None),
        look("5", Some(300)),
        rest("7", 400, None),
        look("3", Some(200)),
        look("2", Some(100)),
        look("4", Some(200)),
        rest("6", 150, Some(250)),
        look("0", None),
        gone,
        not_found("8", 5),
    ];
    Work::begin(subject, "a").await.work(subject, &settlements).await;
    // A record that is only claimed was never settled.
    Work::begin(subject, "b")
        .await
        .claim(subject, 0, "owner", &[key("x")])
        .await;
    for (now, due, resting, quarantined) in [
        (50, "018", "2345", "67"),
        (100, "0182", "345", "67"),
        (150, "0182", "3465", "7"),
        (200, "018234", "65", "7"),
        (1000, "017823465", "", ""),
    ] {
        for (what, wanted) in [
            (Waiting::Due, due),
            (Waiting::Resting, resting),
            (Waiting::Quarantined, quarantined),
        ] {
            assert_eq!(
                waiting(subject, what, now).await.concat(),
                wanted,
                "{what:?} at {now}"
            );
        }
    }
    let filter = WaitingFilter {
        what: Waiting::Quarantined,
        now: at(50),
        after: None,
        limit: 1,
    };
    let row = &subject.reader().waiting_records(&filter).await.unwrap()[0];
    assert_eq!((row.place.until, row.failures), (Some(at(150)), 1));
    assert_eq!(
        (row.outcome.as_str(), row.reason.as_deref()),
        ("failed", Some("bad"))
    );
    assert_eq!(
        (row.place.company.as_str(), row.place.job.as_str()),
        ("1000", "import")
    );
    let due = WaitingFilter {
        what: Waiting::Due,
        ..filter
    };
    let row = &subject.reader().waiting_records(&due).await.unwrap()[0];
    assert!(row.place.until.is_none() && row.status.is_some(), "{row:?}");
}
