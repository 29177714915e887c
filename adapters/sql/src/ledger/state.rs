//! A record as it is stored.

use customs_core::{
    ClearanceState, CompanyId, JobName, Phase, PushedState, RecordKey, RecordState, RunId, Verdict,
};

use super::Result;
use crate::db::Row;

/// The columns of `record` that [`RecordState`] is read from.
pub(super) const STATE: [&str; 18] = [
    "record_key",
    "verdict",
    "observed_at",
    "status",
    "status_as_of",
    "status_phase",
    "pushed_digest",
    "pushed_observed_at",
    "pushes",
    "failures",
    "quarantined_until",
    "next_look_at",
    "since_at",
    "strikes",
    "episode_no",
    "in_doubt_digest",
    "question_digest",
    "told_columns",
];

/// Reads [`STATE`].
pub(super) fn read_state(row: &Row<'_>) -> Result<RecordState> {
    let state = match row.opt_text("status")? {
        None => None,
        Some(status) => Some(ClearanceState {
            status,
            as_of: row.opt_time("status_as_of")?,
            phase: row.parsed("status_phase", "moving or final", phase)?,
        }),
    };
    let pushed = match row.opt_text("pushed_digest")? {
        None => None,
        Some(digest) => Some(PushedState {
            digest,
            observed_at: row.time("pushed_observed_at")?,
            told: row
                .opt_parsed("told_columns", "columns as JSON", |text| {
                    serde_json::from_str(text).ok()
                })?
                .unwrap_or_default(),
        }),
    };
    Ok(RecordState {
        key: row.text("record_key")?.into(),
        verdict: row.opt_parsed("verdict", "a verdict", |text| text.parse::<Verdict>().ok())?,
        observed_at: row.opt_time("observed_at")?,
        state,
        pushed,
        pushes: row.count("pushes")?,
        since: row.opt_time("since_at")?,
        failures: u32::try_from(row.count("failures")?).unwrap_or(u32::MAX),
        strikes: u32::try_from(row.count("strikes")?).unwrap_or(u32::MAX),
        episode: row.opt_int("episode_no")?.and_then(|no| u64::try_from(no).ok()),
        in_doubt: row.opt_text("in_doubt_digest")?,
        question: row.opt_text("question_digest")?,
        quarantined_until: row.opt_time("quarantined_until")?,
        next_look: row.opt_time("next_look_at")?,
    })
}

/// Reads [`STATE`] with company and job.
pub(super) fn read_job_state(row: &Row<'_>) -> Result<(CompanyId, JobName, RecordState)> {
    Ok((
        row.text("company")?.into(),
        row.text("job")?.into(),
        read_state(row)?,
    ))
}

/// Who works on a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Holder {
    pub(super) owner: String,
    pub(super) run: RunId,
    pub(super) chunk: u64,
}

/// A record's state, and who works on it.
#[derive(Debug)]
pub(super) struct Held {
    pub(super) state: RecordState,
    pub(super) holder: Option<Holder>,
    /// It was settled before, if only as left for later.
    pub(super) seen: bool,
}

/// The columns that [`read_held`] reads after [`STATE`].
pub(super) const HOLDER: [&str; 4] = ["claim_owner", "claim_run_id", "claim_chunk", "outcome"];

/// Reads [`STATE`] and [`HOLDER`].
pub(super) fn read_held(row: &Row<'_>) -> Result<(RecordKey, Held)> {
    let holder = match row.opt_text("claim_owner")? {
        None => None,
        Some(owner) => Some(Holder {
            owner,
            run: row.text("claim_run_id")?.into(),
            chunk: row.count("claim_chunk")?,
        }),
    };
    let (state, seen) = (read_state(row)?, row.opt_text("outcome")?.is_some());
    Ok((state.key.clone(), Held { state, holder, seen }))
}

pub(super) const fn phase_name(phase: Phase) -> &'static str {
    match phase {
        Phase::Moving => "moving",
        Phase::Final => "final",
    }
}

fn phase(text: &str) -> Option<Phase> {
    [Phase::Moving, Phase::Final]
        .into_iter()
        .find(|phase| phase_name(*phase) == text)
}
