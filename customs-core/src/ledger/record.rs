use std::borrow::Cow;
use std::fmt::Debug;
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    CallContext, Calls, ClearanceState, DeferReason, DueRecord, ErrorRow, Fields, RecordKey, Result, Verdict,
};

/// What was last written to the sink for a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PushedState {
    /// Digest of the mapped columns.
    pub digest: String,
    /// When customs was asked.
    pub observed_at: Timestamp,
    /// Of the columns written, those that the due list tells. Empty where it tells none.
    pub told: Fields,
}

/// What the ledger knows about a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordState {
    /// The record.
    pub key: RecordKey,
    /// What the last answered question came to.
    pub verdict: Option<Verdict>,
    /// When the last answered question was asked.
    pub observed_at: Option<Timestamp>,
    /// The state then.
    pub state: Option<ClearanceState>,
    /// What was last written, if anything.
    pub pushed: Option<PushedState>,
    /// How often it was written. Part of the idempotency key, so that a state that comes back is written again.
    pub pushes: u64,
    /// Since when the last answered questions have come to the same verdict and state.
    pub since: Option<Timestamp>,
    /// Failures in a row.
    pub failures: u32,
    /// Of those, the ones that are the record's own fault.
    pub strikes: u32,
    /// While it fails: the episode of its last failure.
    pub episode: Option<u64>,
    /// The digest of a write of which nobody knows whether it arrived. While there is one, nothing counts as unchanged.
    pub in_doubt: Option<String>,
    /// The digest of the question that was last settled: another question is due at once.
    pub question: Option<String>,
    /// Rests until then.
    pub quarantined_until: Option<Timestamp>,
    /// Need not be asked before.
    pub next_look: Option<Timestamp>,
}

impl RecordState {
    /// A record of which nothing is known.
    pub fn new(key: RecordKey) -> Self {
        Self {
            key,
            verdict: None,
            observed_at: None,
            state: None,
            pushed: None,
            pushes: 0,
            since: None,
            failures: 0,
            strikes: 0,
            episode: None,
            in_doubt: None,
            question: None,
            quarantined_until: None,
            next_look: None,
        }
    }
}

impl RecordState {
    /// The state after a settlement, for every ledger. `episode` is that of the failure, if it is one.
    #[must_use]
    pub fn after(&self, settlement: &Settlement, episode: Option<u64>) -> Self {
        let mut after = self.clone();
        if let Settled::Deferred(_) = settlement.settled {
            return after;
        }
        // Doubt about a write is a fact, whenever customs was asked. A write after a doubtful one is another write.
        if let Some(digest) = &settlement.in_doubt {
            after.pushes = self.writes_before(digest);
            after.in_doubt = Some(digest.clone());
        }
        // The order is by when customs was asked.
        if matches!((self.observed_at, settlement.observed_at), (Some(last), Some(asked)) if last > asked) {
            return after;
        }
        after.quarantined_until = settlement.quarantined_until;
        after.next_look = settlement.next_look;
        after.question = Some(settlement.record.query.digest());
        if let Settled::Failed(_) = settlement.settled {
            after.failures = self.failures.saturating_add(1);
            after.strikes = self.strikes.saturating_add(settlement.strike.into());
            after.episode = episode;
            return after;
        }
        (after.failures, after.strikes, after.episode) = (0, 0, None);
        let state = settlement.state.as_ref().or(self.state.as_ref());
        let same = self.since.is_some()
            && self.verdict == settlement.verdict
            && self.state.as_ref().map(|s| &s.status) == state.map(|s| &s.status)
            && self.state.as_ref().and_then(|s| s.as_of) == state.and_then(|s| s.as_of);
        if !same {
            after.since = settlement.observed_at;
        }
        after.state = state.cloned();
        after.observed_at = settlement.observed_at.or(self.observed_at);
        after.verdict.clone_from(&settlement.verdict);
        if let (Settled::Pushed { digest, .. } | Settled::Unchanged { digest }, Some(observed_at)) =
            (&settlement.settled, settlement.observed_at)
        {
            let pushed = matches!(settlement.settled, Settled::Pushed { .. });
            // A doubtful write that is seen to have arrived is a write, too.
            if pushed || self.in_doubt.as_ref() == Some(digest) {
                after.pushes = self.writes_before(digest) + 1;
                after.in_doubt = None;
            }
            // "Unchanged" tells what the sink holds: it changes only a memory that says otherwise.
            match &mut after.pushed {
                Some(known) if !pushed && known.digest == *digest => known.told.clone_from(&settlement.told),
                known => {
                    *known = Some(PushedState {
                        digest: digest.clone(),
                        observed_at,
                        told: settlement.told.clone(),
                    });
                }
            }
        }
        after
    }

    /// How many writes came before one with this digest: part of its idempotency key. A doubtful write of another digest may
    /// have arrived, and so counts; a doubtful write of this digest is this one.
    pub fn writes_before(&self, digest: &str) -> u64 {
        self.pushes + u64::from(self.in_doubt.as_ref().is_some_and(|doubtful| doubtful != digest))
    }
}

/// Asks for the right to work on a chunk's records.
#[derive(Debug, Clone)]
pub struct ClaimRequest<'a> {
    /// The chunk's number in the context's run.
    pub chunk: u32,
    /// The run's fencing token.
    pub fence: u64,
    /// Who asks: unique for each attempt at a chunk, so that a second delivery of it does nothing.
    pub owner: &'a str,
    /// The records.
    pub keys: &'a [RecordKey],
    /// How long the claim lasts.
    pub ttl: Duration,
}

/// The answer for one record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claim {
    /// It is ours until the claim expires.
    Granted,
    /// Another run works on it.
    Held,
    /// Another delivery of this very chunk works on it, or has settled it: nothing is left to do, not even to count.
    Duplicate,
}

/// The answer for one record, with what is known about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claimed {
    /// Whether it is ours.
    pub claim: Claim,
    /// What the ledger knows.
    pub state: RecordState,
}

/// What became of one record.
#[derive(Debug, Clone, PartialEq)]
pub enum Settled {
    /// Written and confirmed.
    Pushed {
        /// Digest of the columns.
        digest: String,
        /// Customs corrected itself.
        corrected: bool,
    },
    /// Nothing to write. `digest` is what the sink holds, as far as we know.
    Unchanged {
        /// Digest of the columns.
        digest: String,
    },
    /// Customs says that it has none.
    NotFound,
    /// Failed; the row is written in the same transaction, together with the record as it was.
    Failed(ErrorRow),
    /// Left for a later run.
    Deferred(DeferReason),
}

impl Settled {
    /// The outcome's name in tables and JSON; for a failure its code, for a deferral its reason.
    pub fn words(&self) -> (&'static str, Option<&str>) {
        match self {
            Self::Pushed { .. } => ("pushed", None),
            Self::Unchanged { .. } => ("unchanged", None),
            Self::NotFound => ("not_found", None),
            Self::Failed(row) => ("failed", Some(&row.code)),
            Self::Deferred(reason) => ("deferred", Some(reason.as_str())),
        }
    }
}

/// One record's result, to be written.
#[derive(Debug, Clone, PartialEq)]
pub struct Settlement {
    /// The record as it was handed over: a failed one is kept whole, so that it can be replayed.
    pub record: DueRecord,
    /// What became of it.
    pub settled: Settled,
    /// When customs was asked, if it was.
    pub observed_at: Option<Timestamp>,
    /// What customs answered, if it did.
    pub verdict: Option<Verdict>,
    /// The state that customs told, if any.
    pub state: Option<ClearanceState>,
    /// Of the columns that the sink holds now, those that the due list tells.
    pub told: Fields,
    /// The failure is the record's own fault, not that of a system which is away.
    pub strike: bool,
    /// The digest of a write of which nobody knows whether it arrived.
    pub in_doubt: Option<String>,
    /// Rests until then (too many failures).
    pub quarantined_until: Option<Timestamp>,
    /// Need not be asked before.
    pub next_look: Option<Timestamp>,
}

impl Settlement {
    /// A result without anything that customs answered.
    pub fn new(record: DueRecord, settled: Settled) -> Self {
        Self {
            record,
            settled,
            observed_at: None,
            verdict: None,
            state: None,
            told: Fields::new(),
            strike: false,
            in_doubt: None,
            quarantined_until: None,
            next_look: None,
        }
    }
}

/// A chunk's results, written in one transaction.
#[derive(Debug)]
pub struct SettleRequest<'a> {
    /// The chunk's number in the context's run.
    pub chunk: u32,
    /// The run's fencing token.
    pub fence: u64,
    /// The owner that claimed.
    pub owner: &'a str,
    /// When it is settled.
    pub at: Timestamp,
    /// The results.
    pub settlements: &'a [Settlement],
    /// Requests made for this chunk. They count once, with the first result that is applied.
    pub calls: Calls,
    /// Parameters of the question that no row may keep, by wire name: those that say something of a person.
    pub withhold: &'a [String],
}

impl SettleRequest<'_> {
    /// A failed record as its error row keeps it: without what is to be withheld.
    pub fn kept<'r>(&self, record: &'r DueRecord) -> Cow<'r, DueRecord> {
        if self.withhold.is_empty() {
            return Cow::Borrowed(record);
        }
        let mut record = record.clone();
        let params = std::mem::take(&mut record.query.params);
        let kept = |name: &str| !self.withhold.iter().any(|w| w == name);
        record.query.params = params.iter().filter(|(name, _)| kept(name)).collect();
        Cow::Owned(record)
    }
}

/// What settling came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SettleReport {
    /// Results written.
    pub applied: u64,
    /// Results ignored: settled already, or the claim was lost.
    pub ignored: u64,
}

/// Knows each record's last state and who works on it.
///
/// Contract:
/// - **load_keeps_the_order**: one state per key, in the same order; an unknown record has a fresh state.
/// - **a_claim_excludes_others**: a record that another run holds is `Held` until the claim expires or is settled.
/// - **a_second_delivery_is_a_duplicate**: a record that another owner holds for the same run and chunk is `Duplicate`.
/// - **an_expired_claim_is_free**: after its time a claim is granted to the next who asks.
/// - **a_settled_record_is_a_duplicate**: claiming a record for a run and chunk that settled it already is `Duplicate`.
/// - **settle_is_one_transaction**: results, error rows and the run's counts are written together or not at all.
/// - **settle_is_idempotent**: the same settlement again changes and counts nothing.
/// - **a_lost_claim_settles_nothing**: a result of an owner that lost its claim is ignored.
/// - **a_deferral_needs_no_claim**: it is counted (once per run, chunk and record) although somebody else holds the record.
/// - **an_earlier_question_never_overwrites_a_later_one**: a state asked at an earlier time leaves a later one as it is.
/// - **a_deferred_record_keeps_its_state**: deferring releases the claim and changes nothing else.
/// - **what_is_withheld_is_in_no_row**: of a failed record, its error row keeps all but the parameters to be withheld.
/// - **a_failure_keeps_what_was_pushed**: failing counts the failure; any other answer sets the count back to zero.
/// - **a_strike_is_counted_apart**: a failure that is the record's own fault counts as a strike, too.
/// - **a_doubtful_write_is_remembered**: until a write is confirmed, whatever is answered meanwhile.
/// - **since_is_when_it_began**: the time of the first answer that is like the last one.
/// - **what_the_due_list_tells_is_remembered**: of what the sink holds, as last settled.
#[async_trait]
pub trait RecordLedger: Debug + Send + Sync + 'static {
    /// What is known about these records.
    async fn load(&self, cx: &CallContext, keys: &[RecordKey]) -> Result<Vec<RecordState>>;

    /// Claims records for a chunk: one answer per key, in the same order.
    async fn claim(&self, cx: &CallContext, request: ClaimRequest<'_>) -> Result<Vec<Claimed>>;

    /// Writes a chunk's results and releases its claims.
    async fn settle(&self, cx: &CallContext, request: SettleRequest<'_>) -> Result<SettleReport>;
}
