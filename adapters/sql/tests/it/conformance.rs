//! The contracts of the ledgers and the reporter, on each database.

use std::time::Duration;

use async_trait::async_trait;
use customs_core::{
    AlertLedger, AuditLog, EpisodeLedger, ErrorFilter, ErrorReport, ErrorReporter, ErrorStore, JobLedger,
    LedgerReader, QuotaLedger, RecordLedger, Retention, RunLedger, UrgentQueue,
};
use customs_test_harness::conformance::Cannot;
use customs_test_harness::conformance::audit_log::AuditSubject;
use customs_test_harness::conformance::ledger::LedgerSubject;
use customs_test_harness::conformance::reporter::ReporterSubject;
use customs_test_harness::conformance::urgent_queue::UrgentSubject;
use jiff::Timestamp;

use crate::fixture::Fixture;

#[async_trait]
impl LedgerSubject for Fixture {
    fn runs(&self) -> &dyn RunLedger {
        &self.ledger
    }

    fn records(&self) -> &dyn RecordLedger {
        &self.ledger
    }

    fn quota(&self) -> &dyn QuotaLedger {
        &self.ledger
    }

    fn episodes(&self) -> &dyn EpisodeLedger {
        &self.ledger
    }

    fn alerts(&self) -> &dyn AlertLedger {
        &self.ledger
    }

    fn jobs(&self) -> &dyn JobLedger {
        &self.ledger
    }

    fn retention(&self) -> &dyn Retention {
        &self.ledger
    }

    fn reporter(&self) -> &dyn ErrorReporter {
        &self.ledger
    }

    fn store(&self) -> &dyn ErrorStore {
        &self.ledger
    }

    fn reader(&self) -> &dyn LedgerReader {
        &self.ledger
    }

    async fn advance(&self, by: Duration) {
        Self::advance(self, by).await;
    }

    fn now(&self) -> Timestamp {
        Self::now(self)
    }

    async fn break_settling(&self) -> Result<(), Cannot> {
        self.break_counting().await;
        Ok(())
    }

    async fn mend_settling(&self) {
        self.mend_counting().await;
    }
}

#[async_trait]
impl ReporterSubject for Fixture {
    fn reporter(&self) -> &dyn ErrorReporter {
        &self.ledger
    }

    async fn kept(&self) -> Vec<ErrorReport> {
        let all = ErrorFilter {
            run: None,
            key: None,
            episode: None,
            limit: 100,
        };
        let errors = LedgerReader::errors(&self.ledger, &all).await.unwrap();
        errors
            .into_iter()
            .map(|e| ErrorReport {
                id: e.id,
                at: e.at,
                key: e.key,
                error: e.error,
                receipt: None,
            })
            .collect()
    }

    async fn break_store(&self) -> Result<(), Cannot> {
        self.ledger.shut_down().await;
        Ok(())
    }
}

#[async_trait]
impl AuditSubject for Fixture {
    fn log(&self) -> &dyn AuditLog {
        &self.ledger
    }

    async fn other(&self) -> Box<dyn AuditLog> {
        Box::new(self.another().await)
    }
}

#[async_trait]
impl UrgentSubject for Fixture {
    fn queue(&self) -> &dyn UrgentQueue {
        &self.ledger
    }

    async fn other(&self) -> Box<dyn UrgentQueue> {
        Box::new(self.another().await)
    }

    async fn advance(&self, by: Duration) {
        Self::advance(self, by).await;
    }
}

/// The harness's own lists of bullets: a bullet that is new there is tested here.
mod sqlite {
    use crate::fixture::Fixture;

    customs_test_harness::run_ledger_suite!(run_ledger, Fixture::sqlite);
    customs_test_harness::record_ledger_suite!(record_ledger, Fixture::sqlite);
    customs_test_harness::quota_ledger_suite!(quota_ledger, Fixture::sqlite);
    customs_test_harness::episode_ledger_suite!(episode_ledger, Fixture::sqlite);
    customs_test_harness::error_store_suite!(error_store, Fixture::sqlite);
    customs_test_harness::alert_ledger_suite!(alert_ledger, Fixture::sqlite);
    customs_test_harness::job_ledger_suite!(job_ledger, Fixture::sqlite);
    customs_test_harness::retention_suite!(retention, Fixture::sqlite);
    customs_test_harness::ledger_reader_suite!(ledger_reader, Fixture::sqlite);
    customs_test_harness::reporter_suite!(reporter, Fixture::sqlite);
    customs_test_harness::audit_log_suite!(audit_log, Fixture::sqlite);
    customs_test_harness::urgent_queue_suite!(urgent_queue, Fixture::sqlite);
}

/// The same suites where a server may be missing, and where something must be cleared away afterwards. A server's clock goes
/// on by itself, so the shared bucket, which refills within 100 ms there, is tested in `quota.rs`.
#[cfg(any(feature = "postgres", feature = "mysql"))]
macro_rules! on_server {
    ($name:ident, $server:expr, $($suite:ident: $($bullet:ident),+;)+) => {
        mod $name {
            $(
                mod $suite {
                    use customs_test_harness::conformance::$suite;

                    $(
                        #[tokio::test]
                        async fn $bullet() {
                            $server.test(|f| async move { $suite::$bullet(&f).await }).await;
                        }
                    )+
                }
            )+
        }
    };
}

#[cfg(any(feature = "postgres", feature = "mysql"))]
macro_rules! all_suites {
    ($name:ident, $server:expr) => {
        on_server! {
            $name, $server,
            run_ledger: one_run_at_a_time, a_skipped_run_is_shown, fences_rise, an_expired_lease_is_taken_over, a_sole_instance_reclaims_at_once,
                heartbeat_extends, close_draws_up_the_receipt, close_is_idempotent, an_alarm_is_an_error_of_the_run,
                usual_due_is_that_of_good_runs, reap_closes_what_died,
                reap_closes_what_is_settled;
            record_ledger: load_keeps_the_order, a_claim_excludes_others, a_second_delivery_is_a_duplicate,
                an_expired_claim_is_free, a_settled_record_is_a_duplicate, settle_is_one_transaction,
                settle_is_idempotent, a_lost_claim_settles_nothing, a_deferral_needs_no_claim,
                an_earlier_question_never_overwrites_a_later_one, a_deferred_record_keeps_its_state,
                what_is_withheld_is_in_no_row, a_failure_keeps_what_was_pushed, a_strike_is_counted_apart,
                a_doubtful_write_is_remembered,
                since_is_when_it_began, what_the_due_list_tells_is_remembered;
            episode_ledger: equal_errors_are_one_episode, an_episode_counts_what_is_stored,
                an_episode_ends_when_its_records_came_through, an_episode_without_records_ends_when_a_run_comes_past,
                an_episode_that_comes_back_is_reopened, closing_by_hand_says_who;
            alert_ledger: one_alert_when_it_opens, one_alert_when_it_grows_tenfold, one_alert_when_it_recovers,
                an_alert_is_taken_by_one_at_a_time, an_alert_that_was_not_sent_comes_back, a_sent_alert_never_comes_back;
            quota_ledger: never_more_than_the_budget, the_reserve_is_for_urgent_calls, a_day_is_a_day,
                what_is_given_back_can_be_taken_again;
            job_ledger: a_paused_job_does_not_begin, the_first_pause_stays, other_jobs_go_on;
            retention: what_is_old_is_forgotten, what_is_needed_stays, a_sweep_is_bounded, a_finished_sweep_rests,
                a_record_keeps_its_newest_events;
            ledger_reader: newest_first, one_run_is_shown_as_in_the_list, the_last_full_run_since_is_found, what_became_of_each_record_is_told,
                causes_add_up,
                what_was_settled_is_shown, a_history_holds_changes_only, the_last_outcome_names_its_run, each_waiting_record_stands_in_one_list;
            error_store: a_stored_report_is_there, one_row_per_id, the_receipt_of_an_unknown_run_is_kept;
            reporter: reporting_never_fails_a_run, one_row_per_id, the_text_is_kept_whole;
            audit_log: what_is_noted_is_shown, acts_come_newest_first;
            urgent_queue: what_is_accepted_waits, accepted_together_or_not_at_all, accepting_again_changes_nothing,
                the_oldest_is_taken_first, taken_by_one, a_lease_that_ended_is_free,
                a_sole_instance_takes_its_own_back, who_wants_to_be_alone_waits_for_the_others, what_is_released_waits_again, finish_keeps_receipt_and_outcomes,
                a_lost_request_is_not_finished, recent_is_newest_first, only_done_ones_are_forgotten;
        }
    };
}

#[cfg(feature = "postgres")]
all_suites!(postgres, crate::server::POSTGRES);
#[cfg(feature = "mysql")]
all_suites!(mariadb, crate::server::MARIADB);
