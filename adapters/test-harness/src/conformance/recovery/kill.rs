//! A process that dies.

use super::{RecoverySubject, Sap, Scene, in_a_process, stride};

/// A run dies at every point where it calls or waits, one after the other. The next process of the same installation takes
/// over at once: it completes at its first try, nothing is lost, SAP saw each state once, and the dead run is closed.
#[expect(clippy::print_stdout, reason = "how many points were taken is told")]
pub async fn a_kill_at_any_point_loses_nothing(subject: &impl RecoverySubject) {
    for sap in [Sap::KnowsKeys, Sap::TellsWhatItHolds] {
        let mut killed = 0;
        for point in (1..).step_by(stride(subject)) {
            let what = format!("{sap:?}, killed at point {point}");
            let scene = Scene::new(format!("{sap:?}-{point}"), sap, subject.clock());
            let receipt = in_a_process(subject.waits_only_in_tokio(), async || {
                scene.run_until(subject.open().await, point).await
            });
            in_a_process(subject.waits_only_in_tokio(), async || {
                let ledger = subject.open().await;
                scene.is_whole(&scene.run(ledger.clone()).await, &what);
                let receipts = scene.all_runs_are_closed(&ledger, &what).await;
                assert!(receipts.len() <= 2, "{what}: {receipts:?}");
                let quiet = scene.run(ledger).await;
                scene.is_whole(&quiet, &what);
                assert_eq!((quiet.pushed, quiet.sap_writes), (0, 0), "{what}: {quiet:?}");
            });
            if receipt.is_some() {
                break;
            }
            killed += 1;
        }
        println!("{sap:?}: killed at {killed} points");
        assert!(
            killed * stride(subject) > 150,
            "fifty records are more than {killed} points"
        );
    }
}
