//! Chunks that come more than once, in any order, and late.

use customs_core::memory::MemoryDispatcher;
use customs_core::{Chunk, Receipt};
use tokio::task::JoinSet;

use super::{Ledger, RecoverySubject, Sap, Scene, in_a_process};
use crate::rng;

const COPIES: usize = 5;

/// Five copies of each chunk in an order of their own.
fn copies(chunks: &[Chunk], seed: u64) -> Vec<Chunk> {
    let mut copies: Vec<(u64, Chunk)> = Vec::new();
    for (place, chunk) in chunks.iter().cycle().take(chunks.len() * COPIES).enumerate() {
        let order = (rng::share(seed, 0, place as u64) * 1e9) as u64;
        copies.push((order, chunk.clone()));
    }
    copies.sort_by_key(|(order, _)| *order);
    copies.into_iter().map(|(_, chunk)| chunk).collect()
}

/// Works on chunks, all at once.
async fn work(scene: &Scene, ledger: &Ledger, chunks: Vec<Chunk>) {
    let pipeline = scene.pipeline(ledger.clone(), |parts| parts);
    let mut workers = JoinSet::new();
    for chunk in chunks {
        let pipeline = pipeline.clone();
        workers.spawn(async move { pipeline.process(chunk, None).await });
    }
    workers.join_all().await;
}

/// Each chunk comes five times, mixed up and all at once: the run counts each record once, and SAP sees each state once.
pub async fn copies_of_a_chunk_count_once(subject: &impl RecoverySubject) {
    let paused = subject.waits_only_in_tokio();
    for seed in 0..8 {
        for sap in [Sap::KnowsKeys, Sap::TellsWhatItHolds] {
            let what = format!("{sap:?}, order {seed}");
            let scene = Scene::new(format!("copies-{sap:?}-{seed}"), sap, subject.clock());
            in_a_process(paused, async || {
                let (ledger, queue) = (subject.open().await, MemoryDispatcher::new());
                scene.plan(ledger.clone(), &queue).await;
                work(&scene, &ledger, copies(&queue.chunks(), seed)).await;
                scene.sap_holds_each_state_once(&what);
                // The next run closes this one, and finds nothing to do.
                let quiet = scene.run(ledger.clone()).await;
                scene.is_whole(&quiet, &what);
                assert_eq!(quiet.sap_writes, 0, "{what}: {quiet:?}");
                let receipts = scene.all_runs_are_closed(&ledger, &what).await;
                let Receipt {
                    due,
                    pushed,
                    not_found,
                    failed,
                    deferred,
                    ..
                } = receipts[1];
                assert_eq!(
                    (due, pushed, deferred),
                    (50, scene.found(), 0),
                    "{what}: {receipts:?}"
                );
                assert_eq!(pushed + not_found + failed, due, "{what}: {receipts:?}");
            });
        }
    }
}

/// Chunks come when the next run is through already, and again when their own run is closed: they change nothing.
pub async fn late_chunks_change_nothing(subject: &impl RecoverySubject) {
    let paused = subject.waits_only_in_tokio();
    for sap in [Sap::KnowsKeys, Sap::TellsWhatItHolds] {
        let what = format!("{sap:?}");
        let scene = Scene::new(format!("late-{sap:?}"), sap, subject.clock());
        let chunks = in_a_process(paused, async || {
            let (ledger, queue) = (subject.open().await, MemoryDispatcher::new());
            scene.plan(ledger.clone(), &queue).await;
            let chunks = queue.chunks();
            work(&scene, &ledger, chunks[..2].to_vec()).await;
            chunks
        });
        in_a_process(paused, async || {
            let ledger = subject.open().await;
            scene.is_whole(&scene.run(ledger.clone()).await, &what);
            // All five of a run that the process before planned, and that is closed by now.
            work(&scene, &ledger, copies(&chunks, 1)).await;
            scene.sap_holds_each_state_once(&what);
            let receipts = scene.all_runs_are_closed(&ledger, &what).await;
            assert_eq!(receipts.len(), 2, "{what}: {receipts:?}");
            assert_eq!(
                (receipts[1].due, receipts[1].deferred, receipts[1].balanced),
                (50, 30, true),
                "{what}: what never came is undelivered: {receipts:?}"
            );
        });
    }
}
