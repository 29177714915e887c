//! What is left out of a run, and what a run may not believe: quarantine, adaptive polling, writes in doubt.

use std::time::Duration;

use customs_core::memory::{MemorySink, MemorySource};
use customs_core::{
    ClearanceState, CustomsAnswer, DueRecord, Error, ErrorKind, Fields, Idempotency, LedgerReader as _,
    Phase, Priority, Receipt, RecordState, Records, Trigger, Verdict,
};

use crate::rig::{MINUTE, Rig, counts, due, key};

const INTERVAL: Duration = Duration::from_secs(300);

async fn known(rig: &Rig, number: usize) -> RecordState {
    rig.ledger.record(&key(number)).await.unwrap().remove(0).2
}

/// Runs at each interval; returns how often customs was asked in each run.
async fn runs(rig: &Rig, times: usize) -> Vec<u64> {
    let mut calls = Vec::new();
    for _ in 0..times {
        calls.push(rig.run().await.customs_calls);
        tokio::time::advance(INTERVAL).await;
    }
    calls
}

fn deferred(receipt: &Receipt, reason: &str) -> u64 {
    receipt.reasons.deferred.get(reason).copied().unwrap_or_default()
}

fn final_answer(status: &str) -> CustomsAnswer {
    let mut records = Records::new();
    records.push("cargCsclPrgsInfoQryVo", [("csclPrgsStts", status)]);
    CustomsAnswer {
        verdict: Verdict::Found,
        records,
        state: Some(ClearanceState {
            status: status.to_owned(),
            as_of: Some("2026-11-23T02:00:00Z".parse().unwrap()),
            phase: Phase::Final,
        }),
        notice: None,
        drift: 0,
    }
}

#[tokio::test(start_paused = true)]
async fn a_record_that_keeps_failing_rests_and_is_tried_once_at_each_step() {
    let rig = Rig::new(1);
    rig.customs.put_answer(
        "C00000",
        CustomsAnswer {
            verdict: Verdict::Many,
            ..final_answer("")
        },
    );
    // Three failures in a row, then a rest of 2, 4, 8, … intervals with one call after each.
    let calls = runs(&rig, 3 + 2 + 4 + 8).await;
    let asked: Vec<_> = (0..calls.len()).filter(|run| calls[*run] > 0).collect();
    assert_eq!(asked, [0, 1, 2, 4, 8, 16]);
    assert!(calls.iter().all(|n| *n <= 1));
    let resting = rig.run().await;
    assert_eq!(
        (counts(&resting), deferred(&resting, "quarantined")),
        ([0, 0, 0, 0, 1], 1)
    );
    assert_eq!(resting.calls_saved, 0, "resting is no saving");
    let state = known(&rig, 0).await;
    assert_eq!((state.failures, state.strikes), (6, 6));
}

#[tokio::test(start_paused = true)]
async fn a_day_is_the_longest_rest_and_an_answer_ends_it() {
    let mut rig = Rig::new(1);
    rig.job.interval = Duration::from_secs(6 * 3600);
    rig.customs
        .fail("C00000", || Error::new(ErrorKind::Refused, "no such key"));
    for _ in 0..9 {
        rig.run().await;
        tokio::time::advance(Duration::from_secs(24 * 3600)).await;
    }
    assert_eq!(known(&rig, 0).await.strikes, 9, "released by itself each day");
    rig.customs
        .fail_times("C00000", 0, || Error::new(ErrorKind::Refused, ""));
    assert_eq!(counts(&rig.run().await), [1, 0, 0, 0, 0]);
    let state = known(&rig, 0).await;
    assert_eq!(
        (state.failures, state.strikes, state.quarantined_until),
        (0, 0, None)
    );
}

#[tokio::test(start_paused = true)]
async fn trouble_of_the_host_does_not_count_against_the_record() {
    let rig = Rig::new(3);
    for number in 0..3 {
        let down = || Error::new(ErrorKind::Unavailable, "refused").code("connect");
        rig.customs.fail(&format!("C{number:05}"), down);
    }
    assert_eq!(runs(&rig, 6).await, [3; 6]);
    let state = known(&rig, 0).await;
    assert_eq!(
        (state.failures, state.strikes, state.quarantined_until),
        (6, 0, None)
    );
}

#[tokio::test(start_paused = true)]
async fn what_all_have_in_common_is_no_fault_of_one() {
    let rig = Rig::new(5);
    for number in 0..5 {
        rig.sink.fail_times(key(number), 99, || {
            Error::new(ErrorKind::Refused, "the period is closed").code("F5201")
        });
    }
    let mut all = Rig::new(40);
    all.job.chunk_size = 20;
    for number in 0..40 {
        all.sink.fail_times(key(number), 99, || {
            Error::new(ErrorKind::Refused, "the period is closed").code("F5201")
        });
    }
    // A few may be wrong each for itself; twenty out of twenty are not.
    assert_eq!(runs(&rig, 5).await, [5, 5, 5, 0, 5]);
    assert_eq!(runs(&all, 5).await, [40; 5]);
}

#[tokio::test(start_paused = true)]
async fn a_mended_record_and_one_that_is_asked_for_do_not_rest() {
    let rig = Rig::new(2);
    for number in 0..2 {
        let refused = || Error::new(ErrorKind::Refused, "not a cargo management number");
        rig.customs.fail(&format!("C{number:05}"), refused);
    }
    assert_eq!(runs(&rig, 4).await, [2, 2, 2, 0]);
    let asked = rig.pipeline().run_once(Trigger::Keys(vec![key(1)])).await;
    assert_eq!((asked.customs_calls, asked.failed), (1, 1));
    // Somebody corrects the number in SAP.
    let mut mended = due(0);
    mended.query.params = [("cargMtNo", "C00077")].into_iter().collect();
    rig.source.put(mended);
    rig.found(77, "반출완료");
    let next = rig.run().await;
    assert_eq!(
        (counts(&next), deferred(&next, "quarantined")),
        ([1, 0, 0, 0, 1], 1)
    );
}

#[tokio::test(start_paused = true)]
async fn a_final_state_is_looked_at_daily_for_a_week_and_no_more() {
    let rig = Rig::new(1);
    rig.customs.put_answer("C00000", final_answer("반출완료"));
    let mut asked = Vec::new();
    for hour in 0..24 * 9 {
        let receipt = rig.run().await;
        if receipt.customs_calls > 0 {
            asked.push(hour);
        } else {
            assert_eq!((deferred(&receipt, "not_due_yet"), receipt.calls_saved), (1, 1));
        }
        tokio::time::advance(Duration::from_secs(3600)).await;
    }
    assert_eq!(asked, [0, 1, 2, 26, 50, 74, 98, 122, 146, 170]);
    // Somebody asks for it.
    let asked = rig.pipeline().run_once(Trigger::Keys(vec![key(0)])).await;
    assert_eq!((asked.customs_calls, asked.unchanged), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn what_sap_holds_instead_makes_a_record_due_at_once() {
    let rig = Rig::new(2);
    for number in 0..2 {
        rig.customs
            .put_answer(&format!("C{number:05}"), final_answer("반출완료"));
    }
    assert_eq!(counts(&rig.run().await), [2, 0, 0, 0, 0]);
    tokio::time::advance(Duration::from_secs(3 * 3600)).await;
    assert_eq!(counts(&rig.run().await), [0, 2, 0, 0, 0]);
    assert_eq!(counts(&rig.run().await), [0, 0, 0, 0, 2]);
    let by_hand: Fields = [("Bukrs", "1000"), ("Stats", "99")].into_iter().collect();
    rig.sink.overwrite(key(1), by_hand);
    let next = rig.run().await;
    assert_eq!((counts(&next), next.customs_calls), ([1, 0, 0, 0, 1], 1));
    assert_eq!(rig.held(1).unwrap().get("Stats"), Some("반출완료"));
    assert_eq!(counts(&rig.run().await), [0, 0, 0, 0, 2]);
}

#[tokio::test(start_paused = true)]
async fn a_run_in_which_all_others_rest_is_no_failed_one() {
    let rig = Rig::new(3);
    for number in 0..2 {
        rig.customs
            .put_answer(&format!("C{number:05}"), final_answer("반출완료"));
    }
    rig.run().await;
    tokio::time::advance(Duration::from_secs(3 * 3600)).await;
    rig.run().await;
    rig.customs
        .fail("C00002", || Error::new(ErrorKind::Refused, "no such key"));
    let alone = rig.run().await;
    assert_eq!(
        (counts(&alone), deferred(&alone, "not_due_yet")),
        ([0, 0, 0, 1, 2], 2)
    );
    crate::rig::assert_succeeded(&alone);
}

#[tokio::test(start_paused = true)]
async fn an_urgent_record_rests_only_in_its_final_state() {
    let rig = Rig::new(0);
    for number in 0..3 {
        let priority = if number == 2 {
            Priority::Normal
        } else {
            Priority::Urgent
        };
        rig.source.put(DueRecord {
            priority,
            ..due(number)
        });
    }
    rig.customs.put_answer("C00001", final_answer("반출완료"));
    rig.run().await;
    // Unknown, or at the end, for a while: from now on they rest.
    tokio::time::advance(Duration::from_secs(3 * 3600)).await;
    assert_eq!(rig.run().await.customs_calls, 3);
    tokio::time::advance(INTERVAL).await;
    let next = rig.run().await;
    assert_eq!((next.customs_calls, deferred(&next, "not_due_yet")), (1, 2));
}

#[tokio::test(start_paused = true)]
async fn every_run_may_be_asked_for() {
    let mut rig = Rig::new(1);
    rig.job.polling = customs_core::Polling::every_run();
    rig.job.interval = Duration::from_secs(3600);
    rig.customs.put_answer("C00000", final_answer("반출완료"));
    assert_eq!(runs(&rig, 60).await, [1; 60]);
}

/// A source that does not tell what SAP holds, and a sink whose function module keeps no key.
fn blind() -> Rig {
    let mut rig = Rig::with_sink(1, MemorySink::new(Idempotency::None));
    rig.source = MemorySource::new([due(0)]);
    rig
}

#[tokio::test(start_paused = true)]
async fn after_a_write_in_doubt_the_older_state_is_written_again() {
    let rig = blind();
    rig.found(0, "하선신고 수리");
    rig.run().await;
    // The write of the next state arrives, and nobody learns of it.
    rig.found(0, "반입신고");
    rig.sink.lose_answers(1);
    let doubtful = rig.run().await;
    assert_eq!(doubtful.reasons.failed.get("in_doubt"), Some(&1));
    // Customs goes back to exactly what the ledger remembers as written.
    rig.found(0, "하선신고 수리");
    tokio::time::advance(MINUTE).await;
    let back = rig.run().await;
    assert_eq!(counts(&back), [1, 0, 0, 0, 0]);
    assert_eq!(rig.held(0).unwrap().get("Stats"), Some("하선신고 수리"));
    assert_eq!(known(&rig, 0).await.in_doubt, None);
    tokio::time::advance(MINUTE).await;
    assert_eq!(counts(&rig.run().await), [0, 1, 0, 0, 0]);
}

#[tokio::test(start_paused = true)]
async fn a_doubtful_write_keeps_its_key_and_what_follows_has_another() {
    let mut rig = Rig::with_sink(1, MemorySink::new(Idempotency::ByKey));
    rig.source = MemorySource::new([due(0)]);
    let doubt = async |status: &str| {
        rig.found(0, status);
        rig.sink.lose_answers(1);
        let receipt = rig.run().await;
        assert_eq!(receipt.reasons.failed.get("in_doubt"), Some(&1), "{receipt:?}");
    };
    doubt("A").await;
    doubt("A").await;
    assert_eq!(rig.sink.writes().len(), 1, "the repeat carried the same key");
    doubt("B").await;
    // Back to A: not the write from before, and so not taken for its repeat.
    doubt("A").await;
    let states: Vec<_> = rig
        .sink
        .writes()
        .iter()
        .filter_map(|(_, c)| c.get("Stats").map(str::to_owned))
        .collect();
    assert_eq!(states, ["A", "B", "A"]);
}

#[tokio::test(start_paused = true)]
async fn a_doubtful_write_that_the_source_shows_is_not_written_again() {
    let rig = Rig::with_sink(1, MemorySink::new(Idempotency::None));
    rig.found(0, "하선신고 수리");
    rig.run().await;
    rig.found(0, "반입신고");
    rig.sink.lose_answers(1);
    // SAP answers nothing any more: reading back fails, too.
    rig.source.break_after(1);
    let doubtful = rig.run().await;
    assert_eq!(doubtful.reasons.failed.get("in_doubt"), Some(&1), "{doubtful:?}");
    rig.source.break_after(usize::MAX);
    assert_eq!(counts(&rig.run().await), [0, 1, 0, 0, 0]);
    assert_eq!(
        (known(&rig, 0).await.in_doubt, rig.sink.writes().len()),
        (None, 2)
    );
}
