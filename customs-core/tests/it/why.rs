//! Why a record is as it is, and forgetting what is old, on the pipeline.

use std::sync::Arc;
use std::time::Duration;

use customs_core::layers::Housekeeping;
use customs_core::{
    CallContext, Error, ErrorKind, JobLedger, Keep, LedgerReader, Life, Parts, Reason, Receipt, RunLedger,
    Trigger, results_of, why,
};

use crate::rig::{MINUTE, Rig, assert_succeeded, key};

async fn life(rig: &Rig, number: usize) -> Option<Life> {
    let lives = why(&rig.ledger, &rig.ledger, &key(number), rig.now())
        .await
        .unwrap();
    assert!(lives.len() < 2);
    lives.into_iter().next()
}

async fn first_reason(rig: &Rig, number: usize) -> Reason {
    life(rig, number).await.unwrap().reasons.remove(0)
}

/// Runs on a rig whose ledger takes the reports, too.
async fn run(rig: &Rig, trigger: Trigger) -> Receipt {
    let parts = Parts {
        reporter: Arc::new(rig.ledger.clone()),
        ..rig.parts()
    };
    rig.pipeline_of(parts).run_once(trigger).await
}

fn job() -> CallContext {
    CallContext::new("1000".into(), "import-cargo".into(), "by-hand".into())
}

#[tokio::test(start_paused = true)]
async fn a_record_is_told_with_the_reason_that_counts_most() {
    let rig = Rig::new(4);
    rig.customs.fail("C00002", || {
        Error::new(ErrorKind::Refused, "no such cargo").code("refused")
    });
    rig.source.add_broken(key(90));
    assert!(life(&rig, 1).await.is_none());
    let began = rig.now();
    run(&rig, Trigger::Schedule).await;
    assert_eq!(first_reason(&rig, 1).await, Reason::Pushed { at: began });
    assert_eq!(life(&rig, 1).await.unwrap().due_since, Some(began));
    let failing = first_reason(&rig, 2).await;
    let Reason::Failing {
        code,
        message,
        failures,
    } = &failing
    else {
        panic!("{failing:?}");
    };
    assert_eq!((code.as_str(), *failures), ("refused", 1));
    assert!(message.as_deref().unwrap().contains("no such cargo"));
    assert!(matches!(first_reason(&rig, 90).await, Reason::Rejected { .. }));
    assert!(life(&rig, 77).await.is_none());

    // A later full run that does not find it on the due list says so; until then nobody can know.
    rig.source.remove(&key(1));
    tokio::time::advance(MINUTE).await;
    assert!(!matches!(first_reason(&rig, 1).await, Reason::NotListed { .. }));
    let later = run(&rig, Trigger::Schedule).await;
    let told = first_reason(&rig, 1).await;
    assert_eq!(
        told,
        Reason::NotListed {
            run: later.run_id,
            at: rig.now()
        }
    );

    // A pause stands before everything else.
    rig.ledger.pause(&job(), "kim").await.unwrap();
    let reason = first_reason(&rig, 1).await;
    assert!(
        matches!(&reason, Reason::Paused(pause) if pause.by == "kim"),
        "{reason:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn results_name_what_the_run_settled_and_what_the_source_does_not_know() {
    let rig = Rig::new(3);
    rig.customs
        .fail("C00002", || Error::new(ErrorKind::Refused, "no").code("refused"));
    let keys = [key(2), key(50), key(1)];
    let receipt = run(&rig, Trigger::Keys(keys.to_vec())).await;
    assert_succeeded(&receipt);
    let results = results_of(&rig.ledger, &receipt.run_id, &keys).await.unwrap();
    let told: Vec<_> = results
        .iter()
        .map(|r| (r.outcome.as_deref(), r.reason.as_deref(), r.message.is_some()))
        .collect();
    assert_eq!(
        told,
        [
            (Some("failed"), Some("refused"), true),
            (Some("failed"), Some("unknown_key"), true),
            (Some("pushed"), None, false),
        ]
    );
    // What another run settled since is not this run's.
    rig.pipeline().run_once(Trigger::Keys(vec![key(1)])).await;
    let results = results_of(&rig.ledger, &receipt.run_id, &[key(1)]).await.unwrap();
    assert_eq!(results[0].outcome, None);
}

#[tokio::test(start_paused = true)]
async fn a_run_forgets_what_is_too_old_once_a_day() {
    let rig = Rig::new(2);
    rig.customs
        .fail("C00001", || Error::new(ErrorKind::Refused, "no").code("refused"));
    let keep = Keep {
        runs: 3 * 24 * 60 * MINUTE,
        ..Keep::default()
    };
    let ledger = Arc::new(rig.ledger.clone());
    let runs: Arc<dyn RunLedger> = Arc::new(Housekeeping::new(ledger.clone(), ledger, keep));
    let go = async || {
        let parts = Parts {
            runs: runs.clone(),
            ..rig.parts()
        };
        rig.pipeline_of(parts).run_once(Trigger::Schedule).await
    };
    let first = go().await;
    tokio::time::advance(Duration::from_secs(2 * 24 * 3600)).await;
    go().await;
    tokio::time::advance(Duration::from_secs(24 * 3600 + 1)).await;
    // Three days and a second after the first run.
    let third = go().await;
    let left: Vec<_> = rig
        .ledger
        .runs(10)
        .await
        .unwrap()
        .into_iter()
        .map(|r| r.receipt.run_id)
        .collect();
    assert_eq!(left.len(), 2, "{left:?}");
    assert!(left.contains(&third.run_id) && !left.contains(&first.run_id));
}
