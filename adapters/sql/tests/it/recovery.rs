//! Whole runs that are cut, hindered or repeated, on each database.

use std::sync::Arc;

use async_trait::async_trait;
use customs_sql::SqlLedger;
use customs_test_harness::conformance::recovery::{Ledger, RecoverySubject, SteppingClock};
use tempfile::TempDir;

struct Subject {
    url: String,
    clock: Arc<SteppingClock>,
    stride: usize,
    _dir: Option<TempDir>,
}

impl Subject {
    async fn sqlite() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", dir.path().join("ledger.db").display());
        SqlLedger::open(&url).await.unwrap().migrate().await.unwrap();
        Self {
            url,
            clock: Arc::default(),
            stride: 5,
            _dir: Some(dir),
        }
    }

    /// A server's clock is its own: here only the runs' clock steps.
    #[cfg(any(feature = "postgres", feature = "mysql"))]
    fn on_server(url: &str) -> Self {
        Self {
            url: url.to_owned(),
            clock: Arc::default(),
            stride: 17,
            _dir: None,
        }
    }
}

#[async_trait]
impl RecoverySubject for Subject {
    async fn open(&self) -> Ledger {
        Ledger::new(Arc::new(
            SqlLedger::open_with_clock(&self.url, self.clock.clone())
                .await
                .unwrap(),
        ))
    }

    fn clock(&self) -> Arc<SteppingClock> {
        self.clock.clone()
    }

    fn waits_only_in_tokio(&self) -> bool {
        false
    }

    fn stride(&self) -> usize {
        self.stride
    }
}

customs_test_harness::recovery_suite!(sqlite, Subject::sqlite);

#[cfg(any(feature = "postgres", feature = "mysql"))]
macro_rules! on_server {
    ($name:ident, $server:expr, $($bullet:ident),+ $(,)?) => {
        mod $name {
            use super::Subject;
            use customs_test_harness::conformance::recovery;

            $(
                #[tokio::test]
                async fn $bullet() {
                    $server
                        .test(|f| async move { recovery::$bullet(&Subject::on_server(&f.url)).await })
                        .await;
                }
            )+
        }
    };
}

#[cfg(feature = "postgres")]
on_server!(
    postgres,
    crate::server::POSTGRES,
    a_kill_at_any_point_loses_nothing,
    a_ledger_that_fails_loses_nothing,
    copies_of_a_chunk_count_once,
    late_chunks_change_nothing,
    a_clock_that_steps_in_a_run_loses_nothing,
    a_clock_that_steps_between_runs_holds_nothing_up,
);
#[cfg(feature = "mysql")]
on_server!(
    mariadb,
    crate::server::MARIADB,
    a_kill_at_any_point_loses_nothing,
    a_ledger_that_fails_loses_nothing,
    copies_of_a_chunk_count_once,
    late_chunks_change_nothing,
    a_clock_that_steps_in_a_run_loses_nothing,
    a_clock_that_steps_between_runs_holds_nothing_up,
);
