//! Error rows.

use async_trait::async_trait;
use customs_core::{CallContext, DueRecord, Error, ErrorReport, ErrorReporter, ErrorStore};

use super::episode::Errors;
use super::{Result, SqlLedger};
use crate::db::{Arg, Json, Tx, args};
use crate::dialect::{Dialect, Sql};
use crate::lines::line;
use crate::text::{stored, time};

pub(super) struct Statements {
    /// Any number of rows; those that are there already stay as they are.
    pub(super) insert: Sql,
    known: Sql,
}

impl Statements {
    pub(super) fn new(d: Dialect) -> Self {
        Self {
            insert: d.sql(format!(
                "{} {}",
                d.insert_rows("error", &[], ErrorLine::COLUMNS),
                d.or_keep("error", "error_id"),
            )),
            known: d.sql("SELECT COUNT(*) AS errors FROM error WHERE error_id = ?"),
        }
    }
}

line! {
    /// One row of `error`. Texts are escaped already.
    pub(super) struct ErrorLine {
        error_id: String,
        happened_at: String,
        company: String,
        job: String,
        run_id: String,
        record_key: Option<String>,
        stage: &'static str,
        kind: &'static str,
        code: String,
        message: String,
        endpoint: Option<String>,
        operation: Option<String>,
        record: Option<String>,
        episode_no: Option<u64>,
    }
}

impl ErrorLine {
    pub(super) fn new(
        cx: &CallContext,
        report: &ErrorReport,
        record: Option<&DueRecord>,
        episode: Option<u64>,
    ) -> Result<Self> {
        let text = |text: &str| stored(text).into_owned();
        let ErrorReport {
            id,
            at,
            key,
            error,
            receipt: _,
        } = report;
        let record = record.map(serde_json::to_string).transpose()?;
        Ok(Self {
            error_id: text(id),
            happened_at: time(*at),
            company: text(cx.company.as_str()),
            job: text(cx.job.as_str()),
            run_id: text(cx.run.as_str()),
            record_key: key.as_ref().map(|k| text(k.as_str())),
            stage: error.stage.as_str(),
            kind: error.kind.as_str(),
            code: text(&error.code),
            message: text(&error.message),
            endpoint: error.endpoint.as_deref().map(text),
            operation: error.operation.as_deref().map(text),
            record: record.as_deref().map(text),
            episode_no: episode,
        })
    }
}

/// The values of [`Statements::insert`].
pub(super) fn error_args(errors: &[ErrorLine]) -> Result<Vec<Arg>> {
    Ok(args![Json(serde_json::to_string(errors)?)])
}

#[async_trait]
impl ErrorReporter for SqlLedger {
    /// Writes one row. If the database is away, the report goes to the log, so that it is not lost without a trace; put a
    /// [`Spool`](customs_core::Spool) in front, and it arrives later.
    async fn report(&self, cx: &CallContext, report: &ErrorReport) {
        if let Err(error) = self.store(cx, report).await {
            log(cx, report, &error);
        }
    }
}

#[async_trait]
impl ErrorStore for SqlLedger {
    async fn store(&self, cx: &CallContext, report: &ErrorReport) -> customs_core::Result<()> {
        self.bounded("report", async {
            let mut tx = self.db.write().await?;
            let added = self.add_error(&mut tx, cx, report).await?;
            if let Some(receipt) = report.receipt.as_deref().filter(|_| added) {
                self.add_run(&mut tx, cx, receipt, report.at).await?;
            }
            tx.commit().await
        })
        .await
    }
}

impl SqlLedger {
    /// Writes an error that is not there yet, and counts it into its episode; false if it is there.
    pub(super) async fn add_error(
        &self,
        tx: &mut Tx,
        cx: &CallContext,
        report: &ErrorReport,
    ) -> Result<bool> {
        self.lock_job(tx, &cx.company, &cx.job).await?;
        let known = tx
            .row(&self.sql.reporter.known, args![report.id.as_str()], |row| {
                row.count("errors")
            })
            .await?;
        if known.unwrap_or_default() > 0 {
            return Ok(false);
        }
        let mut errors = Errors::default();
        errors.add(&report.error, report.key.as_ref());
        let episode = self.count_errors(tx, cx, errors, report.at).await?.pop();
        let line = ErrorLine::new(cx, report, None, episode)?;
        tx.execute(&self.sql.reporter.insert, error_args(&[line])?)
            .await?;
        if let Some(key) = &report.key {
            // A record that is reported is never settled: this is its outcome.
            let outcome = (key, "failed", Some(report.error.code.as_str()));
            self.add_outcomes(tx, &cx.run, report.at, std::iter::once(outcome))
                .await?;
        }
        Ok(true)
    }
}

fn log(cx: &CallContext, report: &ErrorReport, error: &Error) {
    tracing::error!(
        error = %error.chain(),
        report.id,
        report.at = %report.at,
        report.key = report.key.as_ref().map(tracing::field::display),
        report.stage = report.error.stage.as_str(),
        report.kind = report.error.kind.as_str(),
        report.code = report.error.code,
        report.message = report.error.message,
        company = %cx.company,
        job = %cx.job,
        run = %cx.run,
        "An error could not be stored.",
    );
}
