//! The contract of [`RecordLedger`](customs_core::RecordLedger).

use std::time::Duration;

use customs_core::{Claim, DeferReason, ErrorFilter, Fields, RecordState, Settled, Settlement, Verdict};

use super::ledger::{LedgerSubject, MOMENT, TTL, Work, deferred, failed, key, known, not_found, pushed};
use super::{able, at, run};

/// Tests of a [`RecordLedger`](customs_core::RecordLedger): `record_ledger_suite!(name, factory)`, where the factory makes a
/// [`LedgerSubject`](crate::conformance::ledger::LedgerSubject) and is awaited. An attribute in front replaces
/// `#[tokio::test]`.
#[macro_export]
macro_rules! record_ledger_suite {
    ($name:ident, $factory:expr) => {
        $crate::record_ledger_suite!(
            #[tokio::test]
            $name,
            $factory
        );
    };
    (#[$test:meta] $name:ident, $factory:expr) => {
        $crate::conformance_tests! {
            #[$test] $name, $factory, record_ledger:
            load_keeps_the_order,
            a_claim_excludes_others,
            a_second_delivery_is_a_duplicate,
            an_expired_claim_is_free,
            a_settled_record_is_a_duplicate,
            settle_is_one_transaction,
            settle_is_idempotent,
            a_lost_claim_settles_nothing,
            a_deferral_needs_no_claim,
            an_earlier_question_never_overwrites_a_later_one,
            a_deferred_record_keeps_its_state,
            what_is_withheld_is_in_no_row,
            a_failure_keeps_what_was_pushed,
            a_strike_is_counted_apart,
            a_doubtful_write_is_remembered,
            since_is_when_it_began,
            what_the_due_list_tells_is_remembered,
        }
    };
}

async fn errors(subject: &impl LedgerSubject) -> usize {
    let filter = ErrorFilter {
        run: None,
        key: None,
        episode: None,
        limit: 100,
    };
    subject.reader().errors(&filter).await.unwrap().len()
}

/// One state per key, as asked: unknown ones fresh, the same one twice if it was asked twice.
pub async fn load_keeps_the_order(subject: &impl LedgerSubject) {
    let work = Work::begin(subject, "a").await;
    work.work(subject, &[pushed("2", 5, "d"), pushed("1", 6, "e")])
        .await;
    let keys = ["3", "2", "1", "4", "2"].map(key);
    let states = subject.records().load(&run("b"), &keys).await.unwrap();
    let named: Vec<_> = states.iter().map(|s| s.key.clone()).collect();
    assert_eq!(named, keys);
    assert_eq!(
        (&states[0], &states[3]),
        (&RecordState::new(key("3")), &RecordState::new(key("4")))
    );
    let asked: Vec<_> = states.iter().map(|s| s.observed_at).collect();
    assert_eq!(asked, [None, Some(at(5)), Some(at(6)), None, Some(at(5))]);
    let settled = &states[1];
    assert_eq!(
        (settled.verdict.clone(), settled.pushes, settled.failures),
        (Some(Verdict::Found), 1, 0)
    );
    assert_eq!(settled.state.as_ref().unwrap().status, "수입신고 d");
    assert_eq!(settled.pushed.as_ref().unwrap().digest, "d");
    assert_eq!(settled.next_look, Some(at(3605)));
    let mut other = run("b");
    other.job = "export".into();
    let elsewhere = subject.records().load(&other, &[key("2")]).await.unwrap();
    assert_eq!(
        elsewhere,
        [RecordState::new(key("2"))],
        "each job has its own records"
    );
    assert_eq!(subject.records().load(&run("b"), &[]).await.unwrap(), []);
}

/// A record that another run holds is held until it is settled, its run closed, or its time over.
pub async fn a_claim_excludes_others(subject: &impl LedgerSubject) {
    let (first, second) = (Work::begin(subject, "a").await, Work::begin(subject, "b").await);
    let keys = ["1", "2", "3"].map(key);
    assert_eq!(
        first.claim(subject, 0, "one", &keys[..2]).await,
        [Claim::Granted, Claim::Granted]
    );
    let claims = second.claim(subject, 0, "two", &keys).await;
    assert_eq!(claims, [Claim::Held, Claim::Held, Claim::Granted]);
    assert_eq!(first.claim(subject, 1, "three", &keys[2..]).await, [Claim::Held]);
    first
        .settle(subject, "one", &[pushed("1", 5, "d")])
        .await
        .unwrap();
    let claims = second.claim(subject, 0, "two", &keys[..2]).await;
    assert_eq!(claims, [Claim::Granted, Claim::Held]);
    first.close(subject).await;
    assert_eq!(
        second.claim(subject, 0, "two", &keys[1..2]).await,
        [Claim::Granted]
    );
}

/// The same chunk again, for another owner, has nothing to do; its own owner may ask twice, another chunk finds it held.
pub async fn a_second_delivery_is_a_duplicate(subject: &impl LedgerSubject) {
    let work = Work::begin(subject, "a").await;
    let keys = ["1", "2"].map(key);
    assert_eq!(work.claim(subject, 0, "one", &keys[..1]).await, [Claim::Granted]);
    assert_eq!(
        work.claim(subject, 0, "two", &keys).await,
        [Claim::Duplicate, Claim::Granted]
    );
    assert_eq!(work.claim(subject, 0, "one", &keys[..1]).await, [Claim::Granted]);
    assert_eq!(work.claim(subject, 1, "three", &keys[..1]).await, [Claim::Held]);
}

/// After its time a claim goes to whoever asks next, of this run or another.
pub async fn an_expired_claim_is_free(subject: &impl LedgerSubject) {
    let (first, second) = (Work::begin(subject, "a").await, Work::begin(subject, "b").await);
    let keys = ["1", "2"].map(key);
    first.claim(subject, 0, "one", &keys).await;
    subject.advance(TTL - MOMENT).await;
    assert_eq!(second.claim(subject, 0, "two", &keys[..1]).await, [Claim::Held]);
    subject.advance(2 * MOMENT).await;
    assert_eq!(
        second.claim(subject, 0, "two", &keys[..1]).await,
        [Claim::Granted]
    );
    assert_eq!(
        first.claim(subject, 0, "three", &keys).await,
        [Claim::Held, Claim::Granted]
    );
}

/// A chunk that comes again after it was settled has nothing to do.
pub async fn a_settled_record_is_a_duplicate(subject: &impl LedgerSubject) {
    let work = Work::begin(subject, "a").await;
    let keys = ["1", "2", "3"].map(key);
    work.work(subject, &[pushed("1", 5, "d"), failed("2", "CZ115")])
        .await;
    for owner in ["owner", "other"] {
        let claims = work.claim(subject, 0, owner, &keys[..2]).await;
        assert_eq!(claims, [Claim::Duplicate, Claim::Duplicate]);
    }
    assert_eq!(
        work.claim(subject, 0, "other", &keys[2..]).await,
        [Claim::Granted]
    );
}

/// Results, error rows and counts come together; when the last of them fails, none is there.
pub async fn settle_is_one_transaction(subject: &impl LedgerSubject) {
    let work = Work::begin(subject, "a").await;
    let settlements = [pushed("1", 5, "d"), failed("2", "CZ115")];
    work.dispatched(subject, 2).await;
    work.claim(subject, 0, "owner", &["1", "2"].map(key)).await;
    if able(subject.break_settling().await).is_some() {
        work.settle(subject, "owner", &settlements).await.unwrap_err();
        assert_eq!(known(subject, "1").await, RecordState::new(key("1")));
        assert_eq!(
            (known(subject, "2").await.failures, errors(subject).await),
            (0, 0)
        );
        let other = Work::begin(subject, "b").await;
        assert_eq!(other.claim(subject, 0, "other", &[key("1")]).await, [Claim::Held]);
        subject.mend_settling().await;
    }
    let report = work.settle(subject, "owner", &settlements).await.unwrap();
    assert_eq!((report.applied, report.ignored), (2, 0));
    assert_eq!(known(subject, "1").await.pushes, 1);
    assert_eq!(
        (known(subject, "2").await.failures, errors(subject).await),
        (1, 1)
    );
    let receipt = work.close(subject).await;
    assert_eq!((receipt.pushed, receipt.failed, receipt.customs_calls), (1, 1, 2));
}

/// The same settlement again is ignored: no state, no error row, no count and no call changes.
pub async fn settle_is_idempotent(subject: &impl LedgerSubject) {
    let work = Work::begin(subject, "a").await;
    work.dispatched(subject, 3).await;
    let settlements = [
        pushed("1", 5, "d"),
        failed("2", "CZ115"),
        deferred("3", DeferReason::Quota),
    ];
    work.work(subject, &settlements).await;
    let states = (known(subject, "1").await, known(subject, "2").await);
    for owner in ["owner", "other"] {
        let report = work.settle(subject, owner, &settlements).await.unwrap();
        assert_eq!((report.applied, report.ignored), (0, 3));
    }
    assert_eq!((known(subject, "1").await, known(subject, "2").await), states);
    assert_eq!(
        (states.0.pushes, states.1.failures, errors(subject).await),
        (1, 1, 1)
    );
    let receipt = work.close(subject).await;
    assert_eq!(
        (
            receipt.pushed,
            receipt.failed,
            receipt.deferred,
            receipt.customs_calls
        ),
        (1, 1, 1, 3)
    );
}

/// Who lost its claim writes nothing and counts nothing.
pub async fn a_lost_claim_settles_nothing(subject: &impl LedgerSubject) {
    let (slow, next) = (Work::begin(subject, "a").await, Work::begin(subject, "b").await);
    slow.dispatched(subject, 2).await;
    slow.claim(subject, 0, "slow", &["1", "2"].map(key)).await;
    subject.advance(TTL + MOMENT).await;
    assert_eq!(
        next.claim(subject, 0, "next", &[key("1")]).await,
        [Claim::Granted]
    );
    let lost = [pushed("1", 5, "lost"), pushed("3", 5, "never claimed")];
    let report = slow.settle(subject, "slow", &lost).await.unwrap();
    assert_eq!((report.applied, report.ignored), (0, 2));
    let report = slow
        .settle(subject, "slow", &[failed("1", "CZ115")])
        .await
        .unwrap();
    assert_eq!((report.applied, report.ignored, errors(subject).await), (0, 1, 0));
    assert_eq!(known(subject, "1").await, RecordState::new(key("1")));
    let report = next
        .settle(subject, "next", &[pushed("1", 6, "d")])
        .await
        .unwrap();
    assert_eq!(report.applied, 1, "the new claim was left alone");
    let receipt = slow.close(subject).await;
    assert_eq!(
        (
            receipt.pushed,
            receipt.failed,
            receipt.customs_calls,
            receipt.deferred
        ),
        (0, 0, 0, 2)
    );
}

/// A record that somebody else holds can be deferred, once, and stays held.
pub async fn a_deferral_needs_no_claim(subject: &impl LedgerSubject) {
    let (holder, work) = (Work::begin(subject, "a").await, Work::begin(subject, "b").await);
    holder.claim(subject, 0, "holder", &[key("1")]).await;
    work.dispatched(subject, 2).await;
    let settlements = [
        deferred("1", DeferReason::Claimed),
        deferred("9", DeferReason::Deadline),
    ];
    let report = work.settle(subject, "work", &settlements).await.unwrap();
    assert_eq!((report.applied, report.ignored), (2, 0));
    let report = work.settle(subject, "work", &settlements).await.unwrap();
    assert_eq!((report.applied, report.ignored), (0, 2));
    let other = Work::begin(subject, "c").await;
    assert_eq!(other.claim(subject, 0, "other", &[key("1")]).await, [Claim::Held]);
    let report = holder
        .settle(subject, "holder", &[pushed("1", 5, "d")])
        .await
        .unwrap();
    assert_eq!(report.applied, 1);
    let receipt = work.close(subject).await;
    assert_eq!((receipt.deferred, receipt.balanced), (2, true));
    assert_eq!(receipt.reasons.deferred.get("claimed"), Some(&1));
}

/// What was asked earlier and settled later changes nothing, whatever it found; the same moment does.
pub async fn an_earlier_question_never_overwrites_a_later_one(subject: &impl LedgerSubject) {
    Work::begin(subject, "a")
        .await
        .work(subject, &[pushed("1", 20, "later")])
        .await;
    let later = known(subject, "1").await;
    for (id, earlier) in [("b", pushed("1", 10, "earlier")), ("c", not_found("1", 19))] {
        Work::begin(subject, id).await.work(subject, &[earlier]).await;
        assert_eq!(known(subject, "1").await, later);
    }
    Work::begin(subject, "d")
        .await
        .work(subject, &[pushed("1", 21, "latest")])
        .await;
    let latest = known(subject, "1").await;
    assert_eq!((latest.observed_at, latest.pushes), (Some(at(21)), 2));
    assert_eq!(latest.pushed.unwrap().digest, "latest");
}

/// Deferring counts and releases the claim; what is known stays.
pub async fn a_deferred_record_keeps_its_state(subject: &impl LedgerSubject) {
    Work::begin(subject, "a")
        .await
        .work(subject, &[pushed("1", 5, "d"), failed("2", "CZ115")])
        .await;
    let states = (known(subject, "1").await, known(subject, "2").await);
    let defer = |number| Settlement {
        observed_at: Some(at(30)),
        verdict: Some(Verdict::NotFound),
        quarantined_until: Some(at(900)),
        next_look: Some(at(901)),
        ..deferred(number, DeferReason::Claimed)
    };
    Work::begin(subject, "b")
        .await
        .work(subject, &[defer("1"), defer("2")])
        .await;
    assert_eq!((known(subject, "1").await, known(subject, "2").await), states);
    let next = Work::begin(subject, "c").await;
    let claims = next.claim(subject, 0, "next", &["1", "2"].map(key)).await;
    assert_eq!(claims, [Claim::Granted, Claim::Granted]);
}

/// A failed record is kept whole, but for the parameters that nobody may keep.
pub async fn what_is_withheld_is_in_no_row(subject: &impl LedgerSubject) {
    let work = Work::begin(subject, "a").await;
    let mut settlement = failed("1", "CZ115");
    let params = [("persEcm", "P1"), ("pltxNm", "canary"), ("cralTelno", "010")];
    settlement.record.query.params = params.into_iter().collect();
    work.claim(subject, 0, "owner", &[key("1")]).await;
    let withhold = ["pltxNm", "cralTelno"].map(str::to_owned);
    let settled = work.settle_without(
        subject,
        "owner",
        std::slice::from_ref(&settlement),
        at(7),
        &withhold,
    );
    settled.await.unwrap();
    let filter = ErrorFilter {
        limit: 1,
        ..ErrorFilter::default()
    };
    let errors = subject.reader().errors(&filter).await.unwrap();
    let kept = errors[0].record.clone().unwrap();
    settlement.record.query.params = params[..1].iter().copied().collect();
    assert_eq!(kept, settlement.record);
}

/// Failures add up and leave alone what was written; an answer of any kind ends the row of failures.
pub async fn a_failure_keeps_what_was_pushed(subject: &impl LedgerSubject) {
    Work::begin(subject, "a")
        .await
        .work(subject, &[pushed("1", 5, "d")])
        .await;
    let written = known(subject, "1").await;
    for (id, failures) in [("b", 1), ("c", 2)] {
        let rest = Settlement {
            quarantined_until: Some(at(600)),
            ..failed("1", "CZ115")
        };
        Work::begin(subject, id).await.work(subject, &[rest]).await;
        let state = known(subject, "1").await;
        assert_eq!((&state.pushed, state.pushes), (&written.pushed, written.pushes));
        assert_eq!(
            (state.observed_at, &state.verdict),
            (written.observed_at, &written.verdict)
        );
        assert_eq!(
            (state.failures, state.quarantined_until),
            (failures, Some(at(600)))
        );
    }
    subject.advance(Duration::from_secs(30)).await;
    Work::begin(subject, "d")
        .await
        .work(subject, &[not_found("1", 30)])
        .await;
    let state = known(subject, "1").await;
    assert_eq!((state.failures, state.quarantined_until), (0, None));
    assert_eq!(
        (state.verdict, &state.pushed),
        (Some(Verdict::NotFound), &written.pushed)
    );
}

async fn one(subject: &impl LedgerSubject, id: &str, settlement: Settlement) -> RecordState {
    Work::begin(subject, id).await.work(subject, &[settlement]).await;
    known(subject, "1").await
}

/// Strikes are the failures that are the record's own; any other answer ends both rows.
pub async fn a_strike_is_counted_apart(subject: &impl LedgerSubject) {
    let struck = || Settlement {
        strike: true,
        ..failed("1", "CZ115")
    };
    one(subject, "a", failed("1", "timeout")).await;
    one(subject, "b", struck()).await;
    let state = one(subject, "c", struck()).await;
    assert_eq!((state.failures, state.strikes), (3, 2));
    let state = one(subject, "d", failed("1", "timeout")).await;
    assert_eq!((state.failures, state.strikes), (4, 2));
    let state = one(subject, "e", pushed("1", 5, "d")).await;
    assert_eq!((state.failures, state.strikes), (0, 0));
}

/// A write in doubt stays in mind through answers and failures; it counts as a write once another one was tried.
pub async fn a_doubtful_write_is_remembered(subject: &impl LedgerSubject) {
    let doubtful = |digest: &str, second| Settlement {
        in_doubt: Some(digest.to_owned()),
        observed_at: Some(at(second)),
        ..failed("1", "in_doubt")
    };
    one(subject, "a", pushed("1", 5, "old")).await;
    // Though a later question was answered meanwhile.
    let state = one(subject, "b", doubtful("new", 4)).await;
    assert_eq!((state.in_doubt.as_deref(), state.pushes), (Some("new"), 1));
    let state = one(subject, "c", not_found("1", 6)).await;
    assert_eq!(state.in_doubt.as_deref(), Some("new"));
    let state = one(subject, "d", doubtful("new", 7)).await;
    assert_eq!((state.in_doubt.as_deref(), state.pushes), (Some("new"), 1));
    let state = one(subject, "e", doubtful("old", 8)).await;
    assert_eq!((state.in_doubt.as_deref(), state.pushes), (Some("old"), 2));
    assert_eq!(state.pushed.as_ref().unwrap().digest, "old");
    let state = one(subject, "f", pushed("1", 9, "old")).await;
    assert_eq!((state.in_doubt, state.pushes), (None, 3));
    one(subject, "g", doubtful("next", 10)).await;
    let unchanged = |digest: &str, second| Settlement {
        settled: Settled::Unchanged {
            digest: digest.to_owned(),
        },
        ..pushed("1", second, digest)
    };
    // The sink is seen to hold it.
    let state = one(subject, "h", unchanged("next", 11)).await;
    assert_eq!((state.in_doubt, state.pushes), (None, 4));
    assert_eq!(state.pushed.unwrap().digest, "next");
}

/// The first answer of a kind sets it; the same one again, failures and deferrals leave it.
pub async fn since_is_when_it_began(subject: &impl LedgerSubject) {
    let answer = |second: i64, status: &str| {
        let mut settlement = pushed("1", second, "d");
        if let Some(state) = &mut settlement.state {
            (state.status, state.as_of) = (status.to_owned(), Some(at(0)));
        }
        settlement
    };
    assert_eq!(one(subject, "a", not_found("1", 1)).await.since, Some(at(1)));
    assert_eq!(one(subject, "b", not_found("1", 2)).await.since, Some(at(1)));
    assert_eq!(one(subject, "c", answer(3, "반입신고")).await.since, Some(at(3)));
    assert_eq!(one(subject, "d", failed("1", "CZ115")).await.since, Some(at(3)));
    assert_eq!(one(subject, "e", answer(5, "반입신고")).await.since, Some(at(3)));
    assert_eq!(one(subject, "f", answer(6, "수입신고")).await.since, Some(at(6)));
}

/// It comes back as it was, whatever it holds; another question is another digest.
pub async fn what_the_due_list_tells_is_remembered(subject: &impl LedgerSubject) {
    let told = Fields::from_iter([("Stats", "수입신고수리 \"A\" ␛"), ("Udate", "")]);
    let settlement = Settlement {
        told: told.clone(),
        ..pushed("1", 5, "d")
    };
    let question = settlement.record.query.digest();
    let state = one(subject, "a", settlement).await;
    assert_eq!(
        (state.pushed.unwrap().told, state.question),
        (told.clone(), Some(question.clone()))
    );
    let mut other = failed("1", "CZ115");
    other.record.query.params = Fields::from_iter([("cargMtNo", "26KMTC0002")]);
    let state = one(subject, "b", other).await;
    assert_eq!(state.pushed.unwrap().told, told);
    assert!(state.question.is_some_and(|q| q != question));
}
