//! What happened to a record, as far as something changed.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{CompanyId, JobName, RecordKey, RecordState, RunId, Settled, Settlement};

/// What a change was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// It stood on the due list for the first time.
    FirstSeen,
    /// Customs answered something else than before.
    Answered,
    /// It was written to the sink, and the write was confirmed.
    Pushed,
    /// The same, and customs had corrected itself.
    Corrected,
    /// It began to fail, or to fail with another cause.
    Failed,
    /// It came through again after failures.
    Recovered,
    /// It kept failing and rests.
    Quarantined,
    /// It was looked at again after its rest, and is in quarantine no more.
    Released,
    /// A write went out of which nobody knows whether it arrived.
    InDoubt,
    /// A later write was confirmed, which ends the doubt.
    Resolved,
}

impl ChangeKind {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::FirstSeen,
        Self::Answered,
        Self::Pushed,
        Self::Corrected,
        Self::Failed,
        Self::Recovered,
        Self::Quarantined,
        Self::Released,
        Self::InDoubt,
        Self::Resolved,
    ];

    /// The name used in tables and JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::FirstSeen => "first_seen",
            Self::Answered => "answered",
            Self::Pushed => "pushed",
            Self::Corrected => "corrected",
            Self::Failed => "failed",
            Self::Recovered => "recovered",
            Self::Quarantined => "quarantined",
            Self::Released => "released",
            Self::InDoubt => "in_doubt",
            Self::Resolved => "resolved",
        }
    }
}

/// One change of a record, without where and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// What it was.
    pub kind: ChangeKind,
    /// The verdict, for an answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verdict: Option<String>,
    /// The state in customs' own words, for an answer and a write.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// The error's code, for a failure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The failure's episode.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub episode: Option<u64>,
    /// How many failures there were, when it recovers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failures: Option<u64>,
    /// Until when it rests, for a quarantine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

impl Change {
    const fn new(kind: ChangeKind) -> Self {
        Self {
            kind,
            verdict: None,
            status: None,
            code: None,
            episode: None,
            failures: None,
            until: None,
        }
    }
}

/// One change of a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordEvent {
    /// The company.
    pub company: CompanyId,
    /// The job.
    pub job: JobName,
    /// The record.
    pub key: RecordKey,
    /// The run that brought it.
    pub run: RunId,
    /// When it was written down.
    pub at: Timestamp,
    /// What changed.
    #[serde(flatten)]
    pub change: Change,
}

/// How a record's last run ended for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastOutcome {
    /// The company.
    pub company: CompanyId,
    /// The job.
    pub job: JobName,
    /// The record.
    pub key: RecordKey,
    /// The run.
    pub run: RunId,
    /// When it was settled.
    pub at: Timestamp,
    /// pushed, unchanged, not_found, failed, deferred.
    pub outcome: String,
    /// The error's code, or why it was deferred.
    pub reason: Option<String>,
}

impl RecordState {
    /// What a settlement changed, for every ledger, in order: `self` is the state before, `after` the one that
    /// [`after`](Self::after) made of it. A look that finds everything as it was changes nothing. `first` says that the
    /// record was never settled before.
    pub fn changes(&self, after: &Self, settlement: &Settlement, first: bool) -> Vec<Change> {
        let mut changes = Vec::new();
        if first {
            changes.push(Change::new(ChangeKind::FirstSeen));
        }
        if self == after {
            return changes;
        }
        let status = after.state.as_ref().map(|s| s.status.clone());
        let told = |s: &Self| s.state.as_ref().map(|s| (s.status.clone(), s.as_of));
        if (&self.verdict, told(self)) != (&after.verdict, told(after)) {
            changes.push(Change {
                verdict: after.verdict.as_ref().map(ToString::to_string),
                status: status.clone(),
                ..Change::new(ChangeKind::Answered)
            });
        }
        match &settlement.settled {
            Settled::Pushed { corrected, .. } => changes.push(Change {
                status,
                ..Change::new(if *corrected {
                    ChangeKind::Corrected
                } else {
                    ChangeKind::Pushed
                })
            }),
            // A failure that goes on with the same cause is the same streak.
            Settled::Failed(row)
                if after.failures > self.failures
                    && (self.failures == 0 || self.episode != after.episode) =>
            {
                changes.push(Change {
                    code: Some(row.code.clone()),
                    episode: after.episode,
                    ..Change::new(ChangeKind::Failed)
                });
            }
            Settled::Failed(_) | Settled::Unchanged { .. } | Settled::NotFound | Settled::Deferred(_) => {}
        }
        if self.failures > 0 && after.failures == 0 {
            changes.push(Change {
                failures: Some(self.failures.into()),
                ..Change::new(ChangeKind::Recovered)
            });
        }
        match (self.quarantined_until, after.quarantined_until) {
            (before, Some(until)) if before != Some(until) => changes.push(Change {
                until: Some(until),
                ..Change::new(ChangeKind::Quarantined)
            }),
            (Some(_), None) => changes.push(Change::new(ChangeKind::Released)),
            (_, Some(_)) | (None, None) => {}
        }
        match (&self.in_doubt, &after.in_doubt) {
            (before, Some(doubtful)) if before.as_ref() != Some(doubtful) => {
                changes.push(Change::new(ChangeKind::InDoubt));
            }
            (Some(_), None) => changes.push(Change::new(ChangeKind::Resolved)),
            (_, Some(_)) | (None, None) => {}
        }
        changes
    }
}
