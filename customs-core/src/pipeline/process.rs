use std::time::Duration;

use futures_util::stream::{self, StreamExt};
use jiff::Timestamp;
use tokio::time::Instant;
use tracing::field::Empty;
use tracing::{Instrument as _, trace_span};

use super::outcome::{holds, settlements, told};
use super::{Pipeline, bounds};
use crate::{
    CHUNK_VERSION, CallContext, Chunk, Claim, ClaimRequest, Claimed, ClearanceState, CustomsAnswer,
    DeferReason, Delivery, DueRecord, Error, ErrorKind, ErrorRow, FetchRequest, Fields, RecordKey,
    RecordState, Result, Select, Sent, SettleReport, SettleRequest, Settled, Settlement, Stage, Tally,
    Verdict,
};

/// How long reading back may take.
const READ_BACK: Duration = Duration::from_secs(20);

/// What became of a chunk.
#[derive(Debug, Default)]
pub struct ChunkReport {
    /// What became of its records, as this worker knows it.
    pub tally: Tally,
    /// What the ledger took.
    pub settled: SettleReport,
}

impl ChunkReport {
    /// Whether the ledger could not be reached: a queue should deliver the chunk again. What was done already is a duplicate.
    pub fn wants_another_delivery(&self) -> bool {
        let reason = DeferReason::LedgerUnavailable.as_str();
        self.tally
            .deferred
            .get(reason)
            .is_some_and(|records| *records > 0)
    }
}

/// A record on its way: claimed, asked, perhaps to be written.
pub(super) struct Item {
    pub(super) record: DueRecord,
    pub(super) known: RecordState,
    pub(super) observed_at: Option<Timestamp>,
    pub(super) verdict: Option<Verdict>,
    pub(super) state: Option<ClearanceState>,
    /// Of the columns that are, or would be, written: those that the due list tells.
    pub(super) told: Fields,
    /// The digest of a write of which nobody knows whether it arrived.
    pub(super) in_doubt: Option<String>,
    /// Why nobody knows it.
    pub(super) doubt: Option<Error>,
    pub(super) next: Next,
}

pub(super) enum Next {
    Ask,
    Settle(Settled),
    Deliver { delivery: Delivery, digest: String },
}

impl Item {
    fn new(record: DueRecord, known: RecordState) -> Self {
        Self {
            record,
            known,
            observed_at: None,
            verdict: None,
            state: None,
            doubt: None,
            told: Fields::new(),
            in_doubt: None,
            next: Next::Ask,
        }
    }

    fn settle(mut self, settled: Settled) -> Self {
        self.next = Next::Settle(settled);
        self
    }

    fn fail(mut self, stage: Stage, error: &Error) -> Self {
        // An answer that is an error is a verdict too.
        if stage == Stage::Query && error.get_sent() == Sent::Answered {
            self.verdict = Some(Verdict::Error(error.get_code().into()));
        }
        self.settle(failed_or_deferred(stage, error))
    }

    /// A write that did not arrive, or of which nobody can tell: the row says what came in its way, too.
    fn doubted(self, error: Error) -> Self {
        let error = match &self.doubt {
            Some(cause) => {
                let error = match cause.get_endpoint() {
                    Some(endpoint) => error.endpoint(endpoint),
                    None => error,
                };
                let error = match cause.get_operation() {
                    Some(operation) => error.operation(operation.to_owned()),
                    None => error,
                };
                error.source(cause.clone())
            }
            None => error,
        };
        self.settle(Settled::Failed(ErrorRow::new(Stage::Deliver, &error)))
    }
}

/// Errors that mean "not tried" leave the record for the next run; all others are its failure.
fn failed_or_deferred(stage: Stage, error: &Error) -> Settled {
    match error.kind() {
        ErrorKind::CircuitOpen => Settled::Deferred(DeferReason::CircuitOpen),
        ErrorKind::QuotaExhausted => Settled::Deferred(DeferReason::Quota),
        ErrorKind::Ledger => Settled::Deferred(DeferReason::LedgerUnavailable),
        ErrorKind::Deadline if error.get_sent() == Sent::No || stage == Stage::Query => {
            Settled::Deferred(DeferReason::Deadline)
        }
        _ => Settled::Failed(ErrorRow::new(stage, error)),
    }
}

impl Pipeline {
    /// Works on one chunk: claim → ask → compare → deliver → settle. It never fails as a whole: what cannot be done now is
    /// counted as deferred. A duplicate of a chunk finds its records claimed or done, and does nothing.
    ///
    /// Asking ends before `deadline`, so that there is time left to write what was asked. Dropping the future leaves the
    /// claims to expire; what was delivered and not settled is read back or repeated under the same idempotency key.
    pub async fn process(&self, chunk: Chunk, deadline: Option<Instant>) -> ChunkReport {
        let (run, records) = (chunk.run.as_str(), chunk.records.len());
        let span = trace_span!("chunk", run, index = chunk.index, records, outcome = Empty);
        let report = self
            .process_within(chunk, deadline)
            .instrument(span.clone())
            .await;
        if !span.is_disabled() {
            let Tally {
                pushed, unchanged, ..
            } = &report.tally;
            span.record(
                "outcome",
                format!("{pushed} pushed, {unchanged} unchanged of {records}"),
            );
        }
        report
    }

    async fn process_within(&self, chunk: Chunk, deadline: Option<Instant>) -> ChunkReport {
        let cx = self.chunk_context(&chunk, deadline);
        let total = chunk.records.len() as u64;
        let report = self.work(&cx, chunk).await;
        self.through(total);
        report
    }

    async fn work(&self, cx: &CallContext, mut chunk: Chunk) -> ChunkReport {
        let total = chunk.records.len() as u64;
        let mut report = ChunkReport::default();
        if chunk.version > CHUNK_VERSION {
            let text = format!(
                "a chunk of version {}, this program knows {CHUNK_VERSION}",
                chunk.version
            );
            self.report(cx, Stage::Plan, None, &Error::new(ErrorKind::Config, text))
                .await;
            report.tally.defer(DeferReason::Undelivered, total);
            return report;
        }
        if let Some(wait) = chunk
            .not_before
            .map(|t| t.duration_since(self.shared.clock.now()))
        {
            tokio::time::sleep(Duration::try_from(wait).unwrap_or_default()).await;
        }
        let records = std::mem::take(&mut chunk.records);
        // Unique for each attempt, so that a second delivery of the same chunk does nothing.
        let owner = format!(
            "{}/{}/{:08x}",
            self.shared.instance.name,
            self.shared.instance.boot,
            fastrand::u32(..)
        );
        let items = match self.claim(cx, &chunk, &owner, records).await {
            Ok(items) => items,
            Err(error) => {
                self.report(cx, Stage::Settle, None, &error).await;
                report.tally.defer(DeferReason::LedgerUnavailable, total);
                return report;
            }
        };
        let items = self.ask_all(cx, items, chunk.resync).await;
        let items = self.deliver_all(cx, items).await;
        let settlements = settlements(&self.shared.job, self.shared.clock.now(), items);
        self.settle(cx, &chunk, &owner, settlements).await
    }

    /// Claims the records. What another run works on is left to it; what another delivery of this chunk works on is left out.
    async fn claim(
        &self,
        cx: &CallContext,
        chunk: &Chunk,
        owner: &str,
        records: Vec<DueRecord>,
    ) -> Result<Vec<Item>> {
        let keys: Vec<RecordKey> = records.iter().map(|r| r.key.clone()).collect();
        // A claim outlives the work by the time that settling may take.
        let ttl = cx.remaining().unwrap_or(self.shared.job.deadline) + Duration::from_secs(30);
        let request = ClaimRequest {
            chunk: chunk.index,
            fence: chunk.fence,
            owner,
            keys: &keys,
            ttl,
        };
        let claims = bounds::ledger(self.shared.parts.records.claim(cx, request)).await?;
        let answers = records.into_iter().zip(claims);
        Ok(answers
            .filter_map(|(record, Claimed { claim, state })| match claim {
                Claim::Granted => Some(Item::new(record, state)),
                Claim::Held => Some(Item::new(record, state).settle(Settled::Deferred(DeferReason::Claimed))),
                Claim::Duplicate => None,
            })
            .collect())
    }

    async fn ask_all(&self, cx: &CallContext, items: Vec<Item>, resync: bool) -> Vec<Item> {
        let job = &self.shared.job;
        let ends = cx
            .deadline
            .and_then(|d| d.checked_sub(job.closing_time().min(cx.remaining().unwrap_or_default() / 4)));
        let asking = ends.map_or(cx.clone(), |d| cx.until(d));
        let (mut to_ask, mut done): (Vec<_>, Vec<_>) =
            items.into_iter().partition(|i| matches!(i.next, Next::Ask));
        // Urgent records first, for the budget as well as for their turns.
        to_ask.sort_by_key(|i| i.record.priority);
        let asked = stream::iter(to_ask)
            .map(|item| self.ask(&asking, item, resync))
            .buffer_unordered(job.in_flight.max(1));
        done.extend(asked.collect::<Vec<_>>().await);
        done
    }

    async fn ask(&self, cx: &CallContext, mut item: Item, resync: bool) -> Item {
        if cx.is_over() {
            return item.settle(Settled::Deferred(DeferReason::Deadline));
        }
        // Claims exclude others, so what was known when this one was granted was asked earlier, whatever the clock says: one
        // that was put back must not turn the order round.
        let now = self.shared.clock.now();
        let observed_at = item.known.observed_at.map_or(now, |known| known.max(now));
        let cx = CallContext {
            priority: item.record.priority,
            ..cx.clone()
        };
        let query = self.shared.parts.customs.query(&cx, &item.record.query);
        let result = tokio::select! {
            biased;
            // Looking again costs a call; holding up the end of the process costs more.
            () = self.stop.given() => return item.settle(Settled::Deferred(DeferReason::Stopped)),
            result = bounds::call(&cx, "the question", query) => result,
        };
        item.observed_at = Some(observed_at);
        match result {
            Ok(answer) => self.compare(item, answer, observed_at, resync),
            Err(error) => item.fail(Stage::Query, &error),
        }
    }

    /// What the answer means for the record: nothing, a failure, or a change to be written.
    fn compare(&self, mut item: Item, answer: CustomsAnswer, observed_at: Timestamp, resync: bool) -> Item {
        item.verdict = Some(answer.verdict.clone());
        item.state.clone_from(&answer.state);
        match &answer.verdict {
            Verdict::Found => {}
            Verdict::NotFound => return item.settle(Settled::NotFound),
            Verdict::Many => {
                let text = answer
                    .notice
                    .unwrap_or_else(|| "several records match".to_owned());
                return item.fail(Stage::Query, &Error::new(ErrorKind::Ambiguous, text).code("many"));
            }
            Verdict::Mismatch => {
                let text = answer
                    .notice
                    .unwrap_or_else(|| "the record does not agree with what was asked".to_owned());
                return item.fail(
                    Stage::Query,
                    &Error::new(ErrorKind::Mismatch, text).code("mismatch"),
                );
            }
            Verdict::Error(kind) => {
                let text = answer.notice.unwrap_or_else(|| "an error answer".to_owned());
                let error = Error::new(ErrorKind::Unclassified, text)
                    .code(kind.to_string())
                    .sent(Sent::Answered);
                return item.fail(Stage::Query, &error);
            }
        }
        let job = &self.shared.job;
        match job
            .mapping
            .map(job.name.as_str(), &item.record, &item.known, &answer, observed_at)
        {
            Err(error) => item.fail(Stage::Map, &error),
            Ok((delivery, digest)) => {
                item.told = told(&delivery.columns, item.record.current.as_ref());
                if is_unchanged(&item, &delivery, &digest, resync) {
                    return item.settle(Settled::Unchanged { digest });
                }
                item.next = Next::Deliver { delivery, digest };
                item
            }
        }
    }

    /// Writes what changed, in batches that the sink takes. Each item ends settled.
    async fn deliver_all(&self, cx: &CallContext, items: Vec<Item>) -> Vec<Item> {
        let sink = &self.shared.parts.sink;
        let (mut changed, mut done): (Vec<_>, Vec<_>) = items
            .into_iter()
            .partition(|i| matches!(i.next, Next::Deliver { .. }));
        while !changed.is_empty() {
            let rest = changed.split_off(changed.len().min(sink.max_batch().max(1)));
            let mut batch = Vec::with_capacity(changed.len());
            let mut digests = Vec::with_capacity(changed.len());
            for item in &mut changed {
                if let Next::Deliver { delivery, digest } = std::mem::replace(&mut item.next, Next::Ask) {
                    batch.push(delivery);
                    digests.push(digest);
                }
            }
            let outcomes = match bounds::call(cx, "the write", sink.deliver(cx, &batch)).await {
                Ok(outcomes) if outcomes.len() == batch.len() => outcomes,
                Ok(outcomes) => {
                    let text = format!("{} outcomes for {} items", outcomes.len(), batch.len());
                    batch
                        .iter()
                        .map(|_| Err(Error::new(ErrorKind::Internal, text.clone()).sent(Sent::Maybe)))
                        .collect()
                }
                Err(error) => batch.iter().map(|_| Err(error.clone())).collect(),
            };
            let delivered: Vec<Item> = changed
                .into_iter()
                .zip(batch.into_iter().zip(digests))
                .zip(outcomes)
                .map(|((item, (delivery, digest)), outcome)| after_delivery(item, delivery, digest, outcome))
                .collect();
            done.extend(self.read_back(cx, delivered).await);
            changed = rest;
        }
        done
    }

    /// Resolves writes whose outcome is unknown by asking the source what it holds now; what stays unknown is in doubt.
    async fn read_back(&self, cx: &CallContext, items: Vec<Item>) -> Vec<Item> {
        let in_doubt = |i: &Item| matches!(&i.next, Next::Deliver { .. });
        let keys: Vec<RecordKey> = items
            .iter()
            .filter(|i| in_doubt(i))
            .map(|i| i.record.key.clone())
            .collect();
        if keys.is_empty() {
            return items;
        }
        // The deadline may be what cut the write off: reading back has a time of its own.
        let deadline = Some(Instant::now() + READ_BACK);
        let held = match self
            .held_now(
                &CallContext {
                    deadline,
                    ..cx.clone()
                },
                keys,
            )
            .await
        {
            Ok(records) => records,
            Err(error) => {
                self.report(cx, Stage::Deliver, None, &error).await;
                Vec::new()
            }
        };
        items
            .into_iter()
            .map(|mut item| {
                let Next::Deliver { delivery, digest } = &item.next else {
                    return item;
                };
                let current = held
                    .iter()
                    .find(|r| r.key == item.record.key)
                    .and_then(|r| r.current.as_ref());
                // Columns that agreed before the write prove nothing about it.
                let telling = !item
                    .record
                    .current
                    .as_ref()
                    .is_some_and(|before| holds(before, &delivery.columns));
                let (delivery, digest) = (delivery.clone(), digest.clone());
                // The source may tell before the write arrives: only a confirmed write ends the doubt.
                item.in_doubt = Some(digest.clone());
                match current.filter(|_| telling).map(|c| holds(c, &delivery.columns)) {
                    Some(true) => {
                        item.in_doubt = None;
                        item.settle(Settled::Pushed {
                            digest,
                            corrected: delivery.corrected,
                        })
                    }
                    // The source tells that the write did not arrive: the next run writes it.
                    Some(false) => item.doubted(
                        Error::new(ErrorKind::Unavailable, "the write did not arrive").code("not_delivered"),
                    ),
                    None => item.doubted(Error::new(
                        ErrorKind::InDoubt,
                        "nobody can tell whether the write arrived",
                    )),
                }
            })
            .collect()
    }

    /// What the source holds for these records now, over as many pages as it takes.
    async fn held_now(&self, cx: &CallContext, keys: Vec<RecordKey>) -> Result<Vec<DueRecord>> {
        let limit = keys.len().max(self.shared.job.page_size);
        let (select, mut held, mut after) = (Select::Keys(keys), Vec::new(), None);
        loop {
            let request = FetchRequest {
                select: select.clone(),
                after: after.clone(),
                limit,
            };
            let page = bounds::call(cx, "reading back", self.shared.parts.source.fetch(cx, request)).await?;
            held.extend(page.records);
            if page.next.is_none() || page.next == after {
                return Ok(held);
            }
            after = page.next;
        }
    }

    /// Writes the results. If the ledger stays away, nothing is marked done: the records are due again.
    async fn settle(
        &self,
        cx: &CallContext,
        chunk: &Chunk,
        owner: &str,
        settlements: Vec<Settlement>,
    ) -> ChunkReport {
        let mut tally = Tally {
            calls: cx.meter.calls(),
            ..Tally::default()
        };
        let request = || SettleRequest {
            chunk: chunk.index,
            fence: chunk.fence,
            owner,
            at: self.shared.clock.now(),
            settlements: &settlements,
            calls: tally.calls,
            withhold: &self.shared.job.personal_params,
        };
        let mut result = bounds::ledger(self.shared.parts.records.settle(cx, request())).await;
        // Settling is idempotent, and losing it would mean asking and writing all over again: it gets two more tries.
        for wait in [200, 1000].map(Duration::from_millis) {
            if !result.as_ref().is_err_and(Error::is_transient) {
                break;
            }
            tokio::time::sleep(wait).await;
            result = bounds::ledger(self.shared.parts.records.settle(cx, request())).await;
        }
        match result {
            Ok(settled) => {
                settlements.iter().for_each(|s| tally.count(&s.settled));
                ChunkReport { tally, settled }
            }
            Err(error) => {
                self.report(cx, Stage::Settle, None, &error).await;
                tally.defer(DeferReason::LedgerUnavailable, settlements.len() as u64);
                ChunkReport {
                    tally,
                    settled: SettleReport::default(),
                }
            }
        }
    }
}

/// Nothing to write: what the source holds now decides, where it tells; our memory decides the rest. A resync lets the
/// source decide alone, wherever it tells. After a write in doubt our memory is worth nothing, and what the source tells may
/// be less than all: only that write itself is seen to have arrived.
fn is_unchanged(item: &Item, delivery: &Delivery, digest: &str, resync: bool) -> bool {
    let held = item
        .record
        .current
        .as_ref()
        .map(|current| holds(current, &delivery.columns));
    if let Some(doubtful) = &item.known.in_doubt {
        // The source shows that the doubtful write arrived, unless it showed the same before.
        let showed_before = item
            .known
            .pushed
            .as_ref()
            .is_some_and(|p| holds(&p.told, &delivery.columns));
        return held == Some(true) && doubtful == digest && !showed_before;
    }
    let remembered = item.known.pushed.as_ref().map(|p| p.digest == digest);
    match (held, remembered) {
        (Some(false), _) => false,
        (Some(true), _) if resync => true,
        (_, Some(same)) => same,
        (Some(true), None) => true,
        (None, None) => false,
    }
}

/// A confirmed write is pushed; one that may have been carried out stays to be read back; any other failed.
fn after_delivery(mut item: Item, delivery: Delivery, digest: String, outcome: Result<()>) -> Item {
    match outcome {
        Ok(()) => item.settle(Settled::Pushed {
            digest,
            corrected: delivery.corrected,
        }),
        Err(error) if error.get_sent() == Sent::Maybe => {
            item.doubt = Some(error);
            item.next = Next::Deliver { delivery, digest };
            item
        }
        Err(error) => item.fail(Stage::Deliver, &error),
    }
}
