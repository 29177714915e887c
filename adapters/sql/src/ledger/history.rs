//! What happened to records, and how their last run ended.

use customs_core::{CallContext, Change, ChangeKind, LastOutcome, RecordEvent, RecordKey};
use jiff::Timestamp;

use super::Result;
use crate::db::{Arg, Json, Row, args};
use crate::dialect::{Dialect, Sql};
use crate::lines::line;
use crate::text::{stored, time};

pub(super) struct Statements {
    pub(super) insert: Sql,
    pub(super) history: Sql,
    pub(super) outcomes: Sql,
}

impl Statements {
    pub(super) fn new(d: Dialect) -> Self {
        Self {
            insert: d.sql(d.insert_rows(
                "record_event",
                &["company", "job", "run_id", "happened_at"],
                EventLine::COLUMNS,
            )),
            history: d.sql("SELECT * FROM record_event WHERE record_key = ? ORDER BY event_no"),
            outcomes: d.sql(format!(
                "SELECT r.company, r.job, r.record_key, r.outcome, r.outcome_reason, r.outcome_at, r.outcome_run_id \
                 FROM {} AS k {} record AS r ON r.record_key = k.record_key WHERE r.outcome IS NOT NULL \
                 ORDER BY r.record_key, r.company, r.job",
                d.keys(),
                d.join()
            )),
        }
    }
}

line! {
    /// One row of `record_event`, but for what all rows of a run have in common. Texts are escaped already.
    pub(super) struct EventLine {
        record_key: String,
        event: &'static str,
        verdict: Option<String>,
        status: Option<String>,
        code: Option<String>,
        episode_no: Option<u64>,
        failures: Option<u64>,
        until_at: Option<String>,
    }
}

impl EventLine {
    pub(super) fn new(key: &RecordKey, change: &Change) -> Self {
        let text = |text: &str| stored(text).into_owned();
        let Change {
            kind,
            verdict,
            status,
            code,
            episode,
            failures,
            until,
        } = change;
        Self {
            record_key: text(key.as_str()),
            event: kind.as_str(),
            verdict: verdict.as_deref().map(text),
            status: status.as_deref().map(text),
            code: code.as_deref().map(text),
            episode_no: *episode,
            failures: *failures,
            until_at: until.map(time),
        }
    }
}

/// The values of [`Statements::insert`].
pub(super) fn event_args(cx: &CallContext, at: Timestamp, events: &[EventLine]) -> Result<Vec<Arg>> {
    Ok(args![
        cx.company.as_str(),
        cx.job.as_str(),
        cx.run.as_str(),
        at,
        Json(serde_json::to_string(events)?)
    ])
}

pub(super) fn read_event(row: &Row<'_>) -> Result<RecordEvent> {
    let count = |column| Ok::<_, crate::SqlError>(row.opt_int(column)?.and_then(|n| u64::try_from(n).ok()));
    Ok(RecordEvent {
        company: row.text("company")?.into(),
        job: row.text("job")?.into(),
        key: row.text("record_key")?.into(),
        run: row.text("run_id")?.into(),
        at: row.time("happened_at")?,
        change: Change {
            kind: row.parsed("event", "a change of a record", |text| {
                ChangeKind::ALL.into_iter().find(|kind| kind.as_str() == text)
            })?,
            verdict: row.opt_text("verdict")?,
            status: row.opt_text("status")?,
            code: row.opt_text("code")?,
            episode: count("episode_no")?,
            failures: count("failures")?,
            until: row.opt_time("until_at")?,
        },
    })
}

pub(super) fn read_outcome(row: &Row<'_>) -> Result<LastOutcome> {
    Ok(LastOutcome {
        company: row.text("company")?.into(),
        job: row.text("job")?.into(),
        key: row.text("record_key")?.into(),
        run: row.text("outcome_run_id")?.into(),
        at: row.time("outcome_at")?,
        outcome: row.text("outcome")?,
        reason: row.opt_text("outcome_reason")?,
    })
}
