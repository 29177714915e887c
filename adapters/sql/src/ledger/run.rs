//! Runs: who may work, and what a run came to.

use std::time::Duration;

use async_trait::async_trait;
use customs_core::{
    BeginRequest, Begun, CallContext, Calls, DeferReason, ErrorReport, Lane, PlanTotals, Reasons, Receipt,
    RunEnd, RunId, RunLedger, RunStatus, Tally,
};
use jiff::Timestamp;

use super::job::read_pause;
use super::receipt::{ReasonRow, StoredRun, elapsed_ms, lane_name, read_reason, reason_rows};
use super::{Result, SqlLedger};
use crate::SqlError;
use crate::db::{Json, Tx, args};
use crate::dialect::{Dialect, Sql};
use crate::text::later;

/// The texts of runs that did not close themselves.
const LEASE_EXPIRED: &str = "the run's process stopped while planning: its lease expired";
const LEFT_BEHIND: &str = "the run's process died: its instance started again";

/// What set off a run that the ledger learned of afterwards: nobody knows any more.
const SPOOLED: &str = "spooled";

pub(super) struct Statements {
    raise_fence: Sql,
    fence: Sql,
    run: Sql,
    open: Sql,
    insert: Sql,
    heartbeat: Sql,
    dispatched: Sql,
    add_counts: Sql,
    add_reasons: Sql,
    reasons: Sql,
    close: Sql,
    forget_chunks: Sql,
    release_claims: Sql,
    skip: Sql,
    alarm: Sql,
    usual_due: Sql,
    late: Sql,
}

impl Statements {
    pub(super) fn new(d: Dialect) -> Self {
        let add_reason = d.or_update(
            "run_id, outcome, reason",
            &format!("records = run_reason.records + {}", d.offered("records")),
        );
        Self {
            raise_fence: d.sql(format!(
                "INSERT INTO job (company, job, fence) VALUES (?, ?, 1) {}",
                d.or_update("company, job", "fence = job.fence + 1")
            )),
            fence: d.sql("SELECT fence, paused_at, paused_by FROM job WHERE company = ? AND job = ?"),
            run: d.sql(format!("SELECT * FROM run WHERE run_id = ?{}", d.lock("run", "run_id"))),
            open: d.sql(format!(
                "SELECT * FROM run WHERE company = ? AND job = ? AND status IN ('planning', 'dispatched'){}",
                d.lock("run", "run_id")
            )),
            insert: d.sql(
                "INSERT INTO run (run_id, company, job, fence, lane, triggered_by, instance, boot, status, started_at, \
                 lease_until) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'planning', ?, ?)",
            ),
            heartbeat: d.sql("UPDATE run SET lease_until = ? WHERE run_id = ?"),
            dispatched: d.sql(
                "UPDATE run SET status = 'dispatched', lease_until = NULL, not_after = ?, due = ?, dispatched = ? \
                 WHERE run_id = ?",
            ),
            add_counts: d.sql(
                "UPDATE run SET settled = settled + ?, pushed = pushed + ?, unchanged = unchanged + ?, \
                 not_found = not_found + ?, failed = failed + ?, deferred = deferred + ?, \
                 customs_calls = customs_calls + ?, customs_ms = customs_ms + ?, calls_saved = calls_saved + ?, sap_reads = sap_reads + ?, \
                 sap_writes = sap_writes + ? WHERE run_id = ?",
            ),
            add_reasons: d.sql(format!(
                "{} {add_reason}",
                d.insert_rows("run_reason", &["run_id"], ReasonRow::COLUMNS)
            )),
            reasons: d.sql("SELECT outcome, reason, records FROM run_reason WHERE run_id = ?"),
            close: d.sql(
                "UPDATE run SET status = ?, lease_until = NULL, closed_at = ?, balanced = ?, elapsed_ms = ?, error = ? \
                 WHERE run_id = ?",
            ),
            forget_chunks: d.sql("DELETE FROM chunk WHERE run_id = ?"),
            release_claims: d.sql(
                "UPDATE record SET claim_owner = NULL, claim_run_id = NULL, claim_chunk = NULL, claim_until = NULL \
                 WHERE company = ? AND job = ? AND claim_run_id = ?",
            ),
            skip: d.sql(
                "UPDATE run SET status = ?, lease_until = NULL, closed_at = ?, balanced = 1, elapsed_ms = 0, error = ?, \
                 busy_with = ? WHERE run_id = ?",
            ),
            late: d.sql(
                "UPDATE run SET status = ?, started_at = ?, lease_until = NULL, closed_at = ?, due = ?, balanced = ?, \
                 elapsed_ms = ?, error = ? WHERE run_id = ?",
            ),
            alarm: d.sql("UPDATE run SET alarm = ? WHERE run_id = ?"),
            usual_due: d.sql(
                "SELECT due FROM run WHERE company = ? AND job = ? AND status = 'succeeded' AND lane = 'main' \
                 AND alarm IS NULL AND started_at >= ? ORDER BY started_at DESC, run_id DESC LIMIT ?",
            ),
        }
    }
}

#[async_trait]
impl RunLedger for SqlLedger {
    async fn begin(&self, cx: &CallContext, request: &BeginRequest) -> customs_core::Result<Begun> {
        self.bounded("begin", self.begin_run(cx, request)).await
    }

    async fn heartbeat(&self, cx: &CallContext, fence: u64, lease: Duration) -> customs_core::Result<()> {
        self.bounded("heartbeat", async {
            let mut tx = self.db.write().await?;
            let run = self.own_run(&mut tx, cx, fence).await?;
            let now = self.now(&mut tx).await?;
            if run.status != RunStatus::Planning || run.is_overdue(now) {
                return Err(SqlError::Conflict(format!(
                    "run {} holds no lease any more",
                    cx.run
                )));
            }
            tx.execute(&self.sql.run.heartbeat, args![later(now, lease), cx.run.as_str()])
                .await?;
            tx.commit().await
        })
        .await
    }

    async fn dispatched(
        &self,
        cx: &CallContext,
        fence: u64,
        totals: &PlanTotals,
        not_after: Duration,
    ) -> customs_core::Result<()> {
        self.bounded("dispatched", async {
            let mut tx = self.db.write().await?;
            if totals.alarm.is_some() {
                self.lock_job(&mut tx, &cx.company, &cx.job).await?;
            }
            let run = self.own_run(&mut tx, cx, fence).await?;
            match run.status {
                RunStatus::Planning => {}
                // The answer to an earlier call was lost on its way.
                RunStatus::Dispatched => return Ok(()),
                RunStatus::Succeeded | RunStatus::Failed | RunStatus::Skipped => return Err(closed(cx)),
            }
            let now = self.now(&mut tx).await?;
            let PlanTotals {
                due,
                tally,
                dispatched,
                alarm,
            } = totals;
            let args = args![later(now, not_after), *due, *dispatched, cx.run.as_str()];
            tx.execute(&self.sql.run.dispatched, args).await?;
            self.add_tally(&mut tx, &cx.run, tally, 0).await?;
            if let Some(alarm) = alarm {
                let args = args![alarm.code.as_str(), cx.run.as_str()];
                tx.execute(&self.sql.run.alarm, args).await?;
                let report = ErrorReport::new(now, None, alarm.clone());
                self.add_error(&mut tx, cx, &report).await?;
            }
            tx.commit().await
        })
        .await
    }

    async fn close(
        &self,
        cx: &CallContext,
        fence: u64,
        calls: Calls,
        error: Option<&str>,
    ) -> customs_core::Result<Receipt> {
        self.bounded("close", async {
            let mut tx = self.db.write().await?;
            self.lock_job(&mut tx, &cx.company, &cx.job).await?;
            let run = self.own_run(&mut tx, cx, fence).await?;
            let now = self.now(&mut tx).await?;
            let receipt = if run.is_closed() {
                run.receipt(self.reasons(&mut tx, &run.run).await?, now)
            } else {
                self.close_run(&mut tx, &run, now, calls, error).await?
            };
            tx.commit().await?;
            Ok(receipt)
        })
        .await
    }

    async fn usual_due(
        &self,
        cx: &CallContext,
        limit: u32,
        within: Duration,
    ) -> customs_core::Result<Vec<u64>> {
        self.bounded("usual_due", async {
            let mut tx = self.db.read().await?;
            let oldest = self.now(&mut tx).await?.saturating_sub(within);
            let args = args![
                cx.company.as_str(),
                cx.job.as_str(),
                oldest.unwrap_or(Timestamp::MIN),
                limit
            ];
            tx.rows(&self.sql.run.usual_due, args, |row| row.count("due"))
                .await
        })
        .await
    }

    async fn reap(&self, cx: &CallContext) -> customs_core::Result<Vec<Receipt>> {
        self.bounded("reap", async {
            let mut tx = self.db.write().await?;
            self.lock_job(&mut tx, &cx.company, &cx.job).await?;
            let now = self.now(&mut tx).await?;
            let mut receipts = Vec::new();
            for run in self
                .open_runs(&mut tx, cx)
                .await?
                .iter()
                .filter(|run| run.is_overdue(now) || run.is_settled())
            {
                receipts.push(self.close_for(&mut tx, run, now, LEASE_EXPIRED).await?);
            }
            tx.commit().await?;
            Ok(receipts)
        })
        .await
    }
}

impl SqlLedger {
    async fn begin_run(&self, cx: &CallContext, request: &BeginRequest) -> Result<Begun> {
        let (lane, instance) = (request.trigger.lane(), &request.instance);
        let mut tx = self.db.write().await?;
        // The job's row is the lock under which its runs begin.
        let job = || args![cx.company.as_str(), cx.job.as_str()];
        tx.execute(&self.sql.run.raise_fence, job()).await?;
        let (fence, pause) = tx
            .row(&self.sql.run.fence, job(), |row| {
                Ok((row.count("fence")?, read_pause(row)?))
            })
            .await?
            .unwrap_or((1, None));
        let now = self.now(&mut tx).await?;
        if let Some(run) = tx
            .row(&self.sql.run.run, args![cx.run.as_str()], StoredRun::read)
            .await?
        {
            // The answer to an earlier call was lost on its way; or an id is used twice.
            let same = run.company == cx.company && run.job == cx.job && run.boot == *instance.boot;
            return match (run.busy_with, pause) {
                (Some(busy), _) if same => Ok(Begun::Busy { run: busy }),
                (None, _) if same && run.closed_at.is_none() => Ok(Begun::Started { fence: run.fence }),
                (None, Some(pause)) if same && run.status == RunStatus::Skipped => Ok(Begun::Paused(pause)),
                _ => Err(closed(cx)),
            };
        }
        let mut busy = None;
        for run in self.open_runs(&mut tx, cx).await? {
            let left_behind = instance.sole && run.instance == *instance.name && run.boot != *instance.boot;
            let why = if left_behind {
                LEFT_BEHIND
            } else if run.status == RunStatus::Planning && run.is_overdue(now) {
                LEASE_EXPIRED
            } else if lane == Lane::Main && run.lane == Lane::Main && run.status == RunStatus::Planning {
                busy.get_or_insert(run.run);
                continue;
            } else {
                continue;
            };
            self.close_for(&mut tx, &run, now, why).await?;
        }
        let args = args![
            cx.run.as_str(),
            cx.company.as_str(),
            cx.job.as_str(),
            fence,
            lane_name(lane),
            request.trigger.as_str(),
            &*instance.name,
            &*instance.boot,
            now,
            later(now, request.lease),
        ];
        tx.execute(&self.sql.run.insert, args).await?;
        let skipped = match (&pause, &busy) {
            (Some(pause), _) => Some((Receipt::paused(cx.run.clone(), pause), None)),
            (None, Some(other)) => Some((Receipt::skipped(cx.run.clone(), other), Some(other.as_str()))),
            (None, None) => None,
        };
        if let Some((receipt, other)) = skipped {
            let args = args![
                receipt.status.as_str(),
                now,
                receipt.error.as_deref(),
                other,
                cx.run.as_str(),
            ];
            tx.execute(&self.sql.run.skip, args).await?;
        }
        tx.commit().await?;
        Ok(match (pause, busy) {
            (Some(pause), _) => Begun::Paused(pause),
            (None, Some(run)) => Begun::Busy { run },
            (None, None) => Begun::Started { fence },
        })
    }

    /// Adds a run that began or ended without this ledger, unless it is known: then it is closed by its own counts. The job
    /// must be locked.
    pub(super) async fn add_run(
        &self,
        tx: &mut Tx,
        cx: &CallContext,
        receipt: &Receipt,
        at: Timestamp,
    ) -> Result<()> {
        let known = tx
            .row(&self.sql.run.run, args![cx.run.as_str()], StoredRun::read)
            .await?;
        if known.is_some() {
            return Ok(());
        }
        let job = || args![cx.company.as_str(), cx.job.as_str()];
        tx.execute(&self.sql.run.raise_fence, job()).await?;
        let fence = tx
            .row(&self.sql.run.fence, job(), |row| row.count("fence"))
            .await?
            .unwrap_or(1);
        let started_at = at
            .saturating_sub(Duration::from_millis(receipt.elapsed_ms))
            .unwrap_or(at);
        let insert = args![
            cx.run.as_str(),
            cx.company.as_str(),
            cx.job.as_str(),
            fence,
            lane_name(Lane::Main),
            SPOOLED,
            SPOOLED,
            SPOOLED,
            started_at,
            at,
        ];
        tx.execute(&self.sql.run.insert, insert).await?;
        let tally = Tally {
            pushed: receipt.pushed,
            unchanged: receipt.unchanged,
            not_found: receipt.not_found,
            failed: receipt.reasons.failed.clone(),
            deferred: receipt.reasons.deferred.clone(),
            calls: Calls {
                customs_calls: receipt.customs_calls,
                source_reads: receipt.sap_reads,
                sink_writes: receipt.sap_writes,
                ..Calls::default()
            },
            calls_saved: receipt.calls_saved,
        };
        self.add_tally(tx, &cx.run, &tally, 0).await?;
        let late = args![
            receipt.status.as_str(),
            started_at,
            at,
            receipt.due,
            receipt.balanced,
            receipt.elapsed_ms,
            receipt.error.as_deref(),
            cx.run.as_str(),
        ];
        tx.execute(&self.sql.run.late, late).await?;
        Ok(())
    }

    /// The context's run, locked, if it is the one that the fence belongs to.
    pub(super) async fn own_run(&self, tx: &mut Tx, cx: &CallContext, fence: u64) -> Result<StoredRun> {
        match tx
            .row(&self.sql.run.run, args![cx.run.as_str()], StoredRun::read)
            .await?
        {
            Some(run) if run.fence == fence && run.company == cx.company && run.job == cx.job => Ok(run),
            Some(_) => Err(SqlError::Conflict(format!(
                "fence {fence} is not that of run {}",
                cx.run
            ))),
            None => Err(SqlError::Conflict(format!("run {} is not known", cx.run))),
        }
    }

    async fn open_runs(&self, tx: &mut Tx, cx: &CallContext) -> Result<Vec<StoredRun>> {
        tx.rows(
            &self.sql.run.open,
            args![cx.company.as_str(), cx.job.as_str()],
            StoredRun::read,
        )
        .await
    }

    async fn reasons(&self, tx: &mut Tx, run: &RunId) -> Result<Reasons> {
        let mut reasons = Reasons::default();
        tx.rows(&self.sql.run.reasons, args![run.as_str()], |row| {
            read_reason(row, &mut reasons)
        })
        .await?;
        Ok(reasons)
    }

    /// Adds to a run's counts.
    pub(super) async fn add_tally(
        &self,
        tx: &mut Tx,
        run: &RunId,
        tally: &Tally,
        settled: u64,
    ) -> Result<()> {
        if *tally != Tally::default() {
            let args = args![
                settled,
                tally.pushed,
                tally.unchanged,
                tally.not_found,
                tally.failed_total(),
                tally.deferred_total(),
                tally.calls.customs_calls,
                tally.calls.customs_ms,
                tally.calls_saved,
                tally.calls.source_reads,
                tally.calls.sink_writes,
                run.as_str(),
            ];
            tx.execute(&self.sql.run.add_counts, args).await?;
        }
        let reasons = reason_rows(tally);
        if !reasons.is_empty() {
            let args = args![run.as_str(), Json(serde_json::to_string(&reasons)?)];
            tx.execute(&self.sql.run.add_reasons, args).await?;
        }
        Ok(())
    }

    /// Closes a run that does not close itself. Chunks that never came are counted as undelivered; that is no failure of the
    /// run, but stopping while planning is.
    async fn close_for(&self, tx: &mut Tx, run: &StoredRun, now: Timestamp, why: &str) -> Result<Receipt> {
        let error = (run.status == RunStatus::Planning).then_some(why);
        self.close_run(tx, run, now, Calls::default(), error).await
    }

    /// Draws up the receipt, closes the run with it, and releases its claims.
    async fn close_run(
        &self,
        tx: &mut Tx,
        run: &StoredRun,
        now: Timestamp,
        calls: Calls,
        error: Option<&str>,
    ) -> Result<Receipt> {
        let mut tally = run.tally(self.reasons(tx, &run.run).await?);
        let mut rest = Tally {
            calls,
            ..Tally::default()
        };
        rest.defer(
            DeferReason::Undelivered,
            run.dispatched.saturating_sub(run.settled),
        );
        tally.add(&rest);
        self.add_tally(tx, &run.run, &rest, 0).await?;
        let elapsed = elapsed_ms(run.started_at, now);
        let receipt = Receipt {
            alarm: run.alarm.clone(),
            ..Receipt::draw_up(run.run.clone(), run.due, tally, elapsed, error.map(str::to_owned))
        };
        let args = args![
            receipt.status.as_str(),
            now,
            receipt.balanced,
            receipt.elapsed_ms,
            receipt.error.as_deref(),
            run.run.as_str(),
        ];
        tx.execute(&self.sql.run.close, args).await?;
        tx.execute(&self.sql.run.forget_chunks, args![run.run.as_str()])
            .await?;
        // A run whose records are all settled holds no claim.
        if run.status == RunStatus::Planning || run.dispatched != run.settled {
            let args = args![run.company.as_str(), run.job.as_str(), run.run.as_str()];
            tx.execute(&self.sql.run.release_claims, args).await?;
        }
        let end = RunEnd {
            receipt: &receipt,
            lane: run.lane,
            planned: run.status == RunStatus::Dispatched && error.is_none(),
            at: now,
        };
        self.end_episodes(tx, &run.company, &run.job, &end).await?;
        Ok(receipt)
    }
}

fn closed(cx: &CallContext) -> SqlError {
    SqlError::Conflict(format!("run {} is closed, or its id was used before", cx.run))
}
