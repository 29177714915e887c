//! Why a record is as it is: all that the ledger knows about it, put in order.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    CompanyId, ErrorFilter, JobLedger, JobName, JobRow, LastOutcome, LedgerReader, Pause, RecordEvent,
    RecordKey, RecordState, Result, RunId, StoredError,
};

/// Errors of one record that are shown.
const ERRORS: u32 = 50;

/// Why a record is, or is not, what customs shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum Reason {
    /// The job is paused.
    Paused(Pause),
    /// The due list of a later full run did not name it.
    NotListed {
        /// That run.
        run: RunId,
        /// When it began.
        at: Timestamp,
    },
    /// Its row on the due list is broken, or the source does not know it.
    Rejected {
        /// The error's code.
        code: String,
        /// The error, whole.
        message: String,
        /// When it was last seen.
        at: Timestamp,
    },
    /// A write went out of which nobody knows whether it arrived. The next one settles it.
    InDoubt,
    /// It kept failing and rests.
    Quarantined {
        /// Until then.
        until: Timestamp,
        /// Failures in a row.
        failures: u32,
    },
    /// Its last look failed.
    Failing {
        /// The error's code.
        code: String,
        /// The error, whole, if its row is still kept.
        message: Option<String>,
        /// Failures in a row.
        failures: u32,
    },
    /// Its last run left it for later.
    Deferred {
        /// Why.
        reason: String,
    },
    /// It need not be asked before.
    NotDueYet {
        /// The next look.
        until: Timestamp,
    },
    /// Customs says that it has none.
    NotFound {
        /// When it was asked.
        at: Option<Timestamp>,
    },
    /// What customs answered last is what was written.
    Unchanged {
        /// When customs was asked last.
        asked_at: Option<Timestamp>,
        /// When what was written was asked.
        since: Option<Timestamp>,
    },
    /// It was written, and the write was confirmed.
    Pushed {
        /// When.
        at: Timestamp,
    },
}

/// The whole life of a record in one job.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Life {
    /// The company.
    pub company: CompanyId,
    /// The job.
    pub job: JobName,
    /// Since when it is due, as far as that is still kept.
    pub due_since: Option<Timestamp>,
    /// What is known now.
    pub state: RecordState,
    /// How its last run ended for it.
    pub last: Option<LastOutcome>,
    /// What happened, the oldest first.
    pub events: Vec<RecordEvent>,
    /// Its last errors, the newest first.
    pub errors: Vec<StoredError>,
    /// Why it is as it is, the most telling first.
    pub reasons: Vec<Reason>,
}

/// The life of a record in every job that knows it. Empty if no due list that the ledger has seen ever named it.
///
/// # Errors
/// Those of the ledger.
pub async fn why(
    reader: &dyn LedgerReader,
    jobs: &dyn JobLedger,
    key: &RecordKey,
    now: Timestamp,
) -> Result<Vec<Life>> {
    let filter = ErrorFilter {
        key: Some(key.clone()),
        limit: ERRORS,
        ..ErrorFilter::default()
    };
    let (states, errors) = (reader.record(key).await?, reader.errors(&filter).await?);
    let (outcomes, events) = (
        reader.outcomes(std::slice::from_ref(key)).await?,
        reader.history(key).await?,
    );
    let jobs = jobs.jobs().await?;
    let mut lives: Vec<Life> = states
        .into_iter()
        .map(|(company, job, state)| Life::new(company, job, state))
        .collect();
    // A row from which no question can be made, and a key that the source does not know, leave errors only.
    for error in &errors {
        if !lives.iter().any(|l| l.is_of(&error.company, &error.job)) {
            let state = RecordState::new(key.clone());
            lives.push(Life::new(error.company.clone(), error.job.clone(), state));
        }
    }
    for life in &mut lives {
        let Life { company, job, .. } = life.clone();
        life.last = outcomes
            .iter()
            .find(|o| (&o.company, &o.job) == (&company, &job))
            .cloned();
        life.events = events
            .iter()
            .filter(|e| (&e.company, &e.job) == (&company, &job))
            .cloned()
            .collect();
        life.errors = errors
            .iter()
            .filter(|e| (&e.company, &e.job) == (&company, &job))
            .cloned()
            .collect();
        life.due_since = life.events.first().map(|e| e.at);
        let not_listed = not_listed(reader, life).await?;
        life.reasons = reasons(life, &jobs, not_listed, now);
    }
    Ok(lives)
}

impl Life {
    fn new(company: CompanyId, job: JobName, state: RecordState) -> Self {
        Self {
            company,
            job,
            due_since: None,
            state,
            last: None,
            events: Vec::new(),
            errors: Vec::new(),
            reasons: Vec::new(),
        }
    }

    fn is_of(&self, company: &CompanyId, job: &JobName) -> bool {
        self.company == *company && self.job == *job
    }
}

fn reasons(life: &Life, jobs: &[JobRow], not_listed: Option<Reason>, now: Timestamp) -> Vec<Reason> {
    let state = &life.state;
    let mut reasons = Vec::new();
    let job = jobs.iter().find(|j| life.is_of(&j.company, &j.job));
    reasons.extend(job.and_then(|j| j.pause.clone()).map(Reason::Paused));
    let Some(last) = &life.last else {
        reasons.extend(life.errors.first().map(|e| Reason::Rejected {
            code: e.error.code.clone(),
            message: e.error.message.clone(),
            at: e.at,
        }));
        return reasons;
    };
    reasons.extend(not_listed);
    if state.in_doubt.is_some() {
        reasons.push(Reason::InDoubt);
    }
    if let Some(until) = state.quarantined_until.filter(|until| *until > now) {
        reasons.push(Reason::Quarantined {
            until,
            failures: state.failures,
        });
    }
    let reason = last.reason.clone().unwrap_or_default();
    match last.outcome.as_str() {
        "failed" => {
            let same = life.errors.iter().find(|e| e.error.code == reason);
            reasons.push(Reason::Failing {
                message: same.map(|e| e.error.message.clone()),
                code: reason,
                failures: state.failures,
            });
        }
        "deferred" => reasons.push(Reason::Deferred { reason }),
        _ => {}
    }
    if let Some(until) = state.next_look.filter(|until| *until > now) {
        reasons.push(Reason::NotDueYet { until });
    }
    match last.outcome.as_str() {
        "not_found" => reasons.push(Reason::NotFound {
            at: state.observed_at,
        }),
        "unchanged" => reasons.push(Reason::Unchanged {
            asked_at: state.observed_at,
            since: state.pushed.as_ref().map(|p| p.observed_at),
        }),
        "pushed" => reasons.push(Reason::Pushed { at: last.at }),
        _ => {}
    }
    reasons
}

/// A later full run that would have looked at the record, had its due list named it.
async fn not_listed(reader: &dyn LedgerReader, life: &Life) -> Result<Option<Reason>> {
    let Some(last) = &life.last else {
        return Ok(None);
    };
    let rested_until = life.state.quarantined_until.max(life.state.next_look);
    let since = rested_until.map_or(last.at, |until| until.max(last.at));
    let run = reader.full_run_since(&life.company, &life.job, since).await?;
    Ok(run.map(|(run, at)| Reason::NotListed { run, at }))
}

/// What became of one record in a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordResult {
    /// The record.
    pub key: RecordKey,
    /// pushed, unchanged, not_found, failed, deferred; nothing if the run did not settle it.
    pub outcome: Option<String>,
    /// The error's code, or why it was deferred.
    pub reason: Option<String>,
    /// The error, whole.
    pub message: Option<String>,
}

/// What became of these records in a run, in their order. A record that a later run has settled since is not told.
///
/// # Errors
/// Those of the ledger.
pub async fn results_of(
    reader: &dyn LedgerReader,
    run: &RunId,
    keys: &[RecordKey],
) -> Result<Vec<RecordResult>> {
    let outcomes = reader.outcomes(keys).await?;
    let filter = ErrorFilter {
        run: Some(run.clone()),
        limit: u32::try_from(keys.len())
            .unwrap_or(u32::MAX)
            .saturating_mul(2)
            .max(100),
        ..ErrorFilter::default()
    };
    let errors = reader.errors(&filter).await?;
    let result = |key: &RecordKey| {
        let outcome = outcomes.iter().find(|o| o.key == *key && o.run == *run);
        let error = errors.iter().find(|e| e.key.as_ref() == Some(key));
        let failed = error.map(|e| ("failed".to_owned(), Some(e.error.code.clone())));
        let told = outcome.map(|o| (o.outcome.clone(), o.reason.clone())).or(failed);
        let (outcome, reason) = told.unzip();
        RecordResult {
            key: key.clone(),
            message: error
                .filter(|_| outcome.as_deref() == Some("failed"))
                .map(|e| e.error.message.clone()),
            outcome,
            reason: reason.flatten(),
        }
    };
    Ok(keys.iter().map(result).collect())
}
