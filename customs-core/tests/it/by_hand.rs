//! Runs that people set off: retry, resync, dry runs.

use customs_core::memory::MemorySink;
use customs_core::{
    BeginRequest, Begun, CallContext, Chunk, Error, ErrorFilter, ErrorKind, Idempotency, Instance,
    LedgerReader, PlannedWrite, RecordLedger, RunLedger, SettleRequest, Settled, Settlement, Sink, Trigger,
};

use crate::rig::{MINUTE, Rig, assert_succeeded, counts, due, key};

fn refused() -> Error {
    Error::new(ErrorKind::Refused, "no").code("refused")
}

/// What is kept of the errors.
async fn dead_letters(rig: &Rig) -> Vec<customs_core::DueRecord> {
    let filter = ErrorFilter {
        limit: 100,
        ..ErrorFilter::default()
    };
    let errors = rig.ledger.errors(&filter).await.unwrap();
    errors.into_iter().filter_map(|e| e.record).collect()
}

#[tokio::test(start_paused = true)]
async fn a_question_about_a_person_is_kept_by_nobody_and_read_again() {
    let mut rig = Rig::new(3);
    rig.job.personal_params = vec!["cargMtNo".to_owned()];
    rig.customs.fail_times("C00002", 1, refused);
    rig.customs.fail_times("C00001", 1, refused);
    assert_eq!(counts(&rig.run().await), [1, 0, 0, 2, 0]);
    let letters = dead_letters(&rig).await;
    assert_eq!(letters.len(), 2);
    assert!(
        !format!(
            "{:?}",
            rig.ledger
                .errors(&ErrorFilter {
                    limit: 9,
                    ..ErrorFilter::default()
                })
                .await
        )
        .contains("C0000")
    );
    assert!(
        letters.iter().all(|l| l.query.params.get("cargMtNo").is_none()),
        "{letters:?}"
    );
    rig.source.remove(&key(1));
    let receipt = rig.pipeline().run_once(Trigger::Retry(letters)).await;
    // What the source does not know any more cannot be asked.
    assert_eq!(counts(&receipt), [1, 0, 0, 1, 0]);
    assert_eq!(receipt.reasons.failed.get("unknown_key"), Some(&1));
    assert!(rig.held(2).is_some());
}

#[tokio::test(start_paused = true)]
async fn a_retry_replays_dead_letters_that_are_not_due_any_more() {
    let rig = Rig::new(9);
    for number in [2, 5] {
        rig.customs.fail_times(&format!("C{number:05}"), 1, refused);
    }
    assert_eq!(counts(&rig.run().await), [7, 0, 0, 2, 0]);
    let letters = dead_letters(&rig).await;
    assert_eq!(letters.len(), 2);
    for number in [2, 5] {
        rig.found(number, "반출완료");
        rig.source.remove(&key(number));
    }
    // The same letter twice is one record.
    let chosen = [letters.clone(), letters[..1].to_vec()].concat();
    let receipt = rig.pipeline().run_once(Trigger::Retry(chosen)).await;
    assert_succeeded(&receipt);
    assert_eq!((receipt.due, counts(&receipt)), (3, [2, 0, 0, 0, 1]));
    assert_eq!(receipt.reasons.deferred["duplicate"], 1);
    assert_eq!(receipt.sap_reads, 0);
    assert_eq!(rig.held(5).unwrap().get("Stats"), Some("반출완료"));
    let runs = rig.ledger.runs(10).await.unwrap();
    assert_eq!(runs.iter().filter(|run| run.trigger == "retry").count(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_resync_lets_the_source_decide_and_asks_what_rests() {
    let rig = Rig::new(6);
    assert_eq!(counts(&rig.run().await), [6, 0, 0, 0, 0]);
    // Somebody changed SAP by hand in record 1; the ledger remembers something else than SAP holds in record 2; record 3 rests.
    rig.sink
        .overwrite(key(1), [("Stats", "XX")].into_iter().collect());
    remember(&rig, 2, "another digest", None).await;
    remember(&rig, 3, "another digest", Some(rig.now() + 100 * MINUTE)).await;
    let resync = rig.pipeline().run_once(Trigger::Resync).await;
    assert_succeeded(&resync);
    assert_eq!((resync.due, counts(&resync)), (6, [1, 5, 0, 0, 0]));
    assert_eq!(rig.held(1).unwrap().get("Stats"), Some("반출완료"));
    // The memory was put right, too: nothing is left to write.
    assert_eq!(counts(&rig.run().await)[0], 0);
    let runs = rig.ledger.runs(10).await.unwrap();
    assert_eq!(runs.iter().filter(|run| run.trigger == "resync").count(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_resync_keeps_to_the_memory_where_the_source_tells_nothing() {
    let mut rig = Rig::new(3);
    rig.source = customs_core::memory::MemorySource::new((0..3).map(due));
    assert_eq!(counts(&rig.run().await), [3, 0, 0, 0, 0]);
    let resync = rig.pipeline().run_once(Trigger::Resync).await;
    assert_eq!((counts(&resync), resync.sap_writes), ([0, 3, 0, 0, 0], 0));
}

#[tokio::test(start_paused = true)]
async fn a_dry_run_shows_what_would_be_written_and_writes_nothing() {
    let rig = Rig::new(12);
    rig.customs.fail("C00004", refused);
    rig.run().await;
    rig.found(7, "수입신고수리");
    rig.customs.fail("C00009", refused);
    let (before, writes) = (rig.ledger.runs(10).await.unwrap(), rig.sink.writes().len());
    for trigger in [Trigger::Schedule, Trigger::Resync] {
        let (pipeline, dry) = rig.pipeline().dry_run();
        let receipt = pipeline.run_once(trigger).await;
        assert_succeeded(&receipt);
        assert_eq!(
            (receipt.due, counts(&receipt), receipt.sap_writes),
            (12, [1, 9, 0, 2, 0], 0)
        );
        let [
            PlannedWrite {
                key: k,
                old,
                new,
                corrected,
            },
        ] = &dry.planned()[..]
        else {
            panic!("{:?}", dry.planned());
        };
        assert_eq!((k, *corrected), (&key(7), false));
        assert_eq!(old.as_ref().unwrap().get("Stats"), Some("반출완료"));
        assert_eq!(new.get("Stats"), Some("수입신고수리"));
        assert_eq!(dry.ledger().causes(&receipt.run_id).await.unwrap()[0].count, 2);
    }
    assert_eq!(rig.ledger.runs(10).await.unwrap(), before);
    assert_eq!(rig.sink.writes().len(), writes);
    assert_eq!(dead_letters(&rig).await.len(), 1);
    assert_eq!(
        counts(&rig.run().await)[0],
        1,
        "the real run writes what was shown"
    );
}

#[tokio::test(start_paused = true)]
async fn a_dry_run_goes_beside_a_run_and_is_bounded_by_the_sink() {
    let rig = Rig::with_sink(250, MemorySink::new(Idempotency::None));
    let cx = CallContext::new("1000".into(), "import-cargo".into(), "busy".into());
    let request = BeginRequest {
        trigger: Trigger::Schedule,
        instance: Instance::new("other", false),
        lease: MINUTE,
    };
    assert!(matches!(
        rig.ledger.begin(&cx, &request).await.unwrap(),
        Begun::Started { .. }
    ));
    let (pipeline, dry) = rig.pipeline().dry_run();
    let receipt = pipeline.run_once(Trigger::Schedule).await;
    assert_eq!((receipt.pushed, dry.planned().len()), (250, 250));
    assert_eq!(
        (dry.max_batch(), dry.idempotency()),
        (rig.sink.max_batch(), Idempotency::None)
    );
}

#[test]
fn a_chunk_of_an_older_program_is_no_resync() {
    let chunk = serde_json::json!({
        "version": 1, "company": "1000", "job": "import", "run": "r", "fence": 1, "index": 0, "not_before": null,
        "not_after": "2026-11-23T03:00:00Z", "rate": null, "records": [],
    });
    let chunk: Chunk = serde_json::from_value(chunk).unwrap();
    assert!(!chunk.resync);
}

/// Makes the ledger remember a write that SAP does not show.
async fn remember(rig: &Rig, number: usize, digest: &str, next_look: Option<jiff::Timestamp>) {
    let cx = CallContext::new("1000".into(), "import-cargo".into(), format!("r{number}").into());
    let request = BeginRequest {
        trigger: Trigger::Keys(vec![key(number)]),
        instance: Instance::new("test", false),
        lease: MINUTE,
    };
    let Begun::Started { fence } = rig.ledger.begin(&cx, &request).await.unwrap() else {
        panic!("an urgent run waits for nobody");
    };
    let claim = customs_core::ClaimRequest {
        chunk: 0,
        fence,
        owner: "o",
        keys: &[key(number)],
        ttl: MINUTE,
    };
    rig.ledger.claim(&cx, claim).await.unwrap();
    let settlement = Settlement {
        observed_at: Some(rig.now()),
        next_look,
        ..Settlement::new(
            due(number),
            Settled::Pushed {
                digest: digest.to_owned(),
                corrected: false,
            },
        )
    };
    let request = SettleRequest {
        chunk: 0,
        fence,
        owner: "o",
        at: rig.now(),
        settlements: &[settlement],
        calls: Default::default(),
        withhold: &[],
    };
    assert_eq!(rig.ledger.settle(&cx, request).await.unwrap().applied, 1);
    rig.ledger
        .close(&cx, fence, Default::default(), None)
        .await
        .unwrap();
}
