//! Urgent requests where no process stays: one process at a time works on what waits, for as long as it lives.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use tokio::time::Instant;
use tracing::warn;

use crate::{
    Clock, CompanyId, DeferReason, Error, Instance, JobName, Pipeline, Receipt, RecordKey, RecordOutcome,
    RequestDone, RequestId, Result, TakeRequests, Trigger, UrgentQueue, UrgentRequest,
};

/// Requests that are worked on at once; they share the reserve.
const AT_ONCE: usize = 8;
/// A lease outlives the work by the time that writing down may take.
const CLOSING: Duration = Duration::from_secs(30);
/// With less time than this nothing is begun.
const LEAST: Duration = Duration::from_secs(5);

/// Works on urgent requests until none waits or the time is over.
///
/// - Where workers elsewhere share the rate, its calls take the turns of the reserve, and no full run is slower for it.
/// - There is one at a time: another one finds nothing to take, and what it would have taken is done by the first. If that dies,
///   its lease ends some day.
/// - What it has no time for goes on as a request of its own, which waits.
#[derive(Debug)]
pub struct UrgentShift {
    pipelines: Vec<Pipeline>,
    queue: Arc<dyn UrgentQueue>,
    clock: Arc<dyn Clock>,
    deadline: Instant,
}

impl UrgentShift {
    /// A shift of these jobs that ends by `deadline`.
    pub fn new(
        pipelines: &[Pipeline],
        queue: Arc<dyn UrgentQueue>,
        clock: Arc<dyn Clock>,
        deadline: Instant,
    ) -> Self {
        Self {
            pipelines: pipelines.iter().map(|p| p.on_reserve(deadline)).collect(),
            queue,
            clock,
            deadline,
        }
    }

    /// Works. Returns how many requests were taken. Dropping the future leaves them to their lease.
    ///
    /// # Errors
    /// The queue cannot be looked into.
    pub async fn work(&self) -> Result<u64> {
        let name = |p: &Pipeline| (p.job().company.clone(), p.job().name.clone());
        let jobs: Vec<(CompanyId, JobName)> = self.pipelines.iter().map(name).collect();
        let Some(instance) = self.pipelines.first().map(Pipeline::instance) else {
            return Ok(0);
        };
        let mut taken = 0;
        loop {
            let left = self.deadline.saturating_duration_since(Instant::now());
            if left < LEAST {
                return Ok(taken);
            }
            let take = TakeRequests {
                instance,
                jobs: &jobs,
                limit: AT_ONCE,
                lease: left + CLOSING,
                alone: true,
            };
            let requests = self.queue.take(take).await?;
            if requests.is_empty() {
                return Ok(taken);
            }
            taken += requests.len() as u64;
            let all = join_all(requests.into_iter().map(|request| self.one(instance, request))).await;
            if all.contains(&false) {
                return Ok(taken);
            }
        }
    }

    /// Works on one request. False if there was no time for any of its records: it waits again.
    async fn one(&self, instance: &Instance, request: UrgentRequest) -> bool {
        let is_its = |p: &&Pipeline| p.job().company == request.company && p.job().name == request.job;
        let Some(pipeline) = self.pipelines.iter().find(is_its) else {
            return true;
        };
        let pipeline = pipeline.beside();
        let (receipt, mut records) = if request.keys.is_empty() {
            (pipeline.run_once(Trigger::Schedule).await, Vec::new())
        } else {
            pipeline.run_keys(request.keys.clone()).await
        };
        let over = DeferReason::Deadline.as_str();
        if !records.is_empty() && records.iter().all(|r| r.reason.as_deref() == Some(over)) {
            if let Err(error) = self.queue.release(&request.id, instance).await {
                warn!(message = "An urgent request waits for its lease.", request = %request.id, error = %error.chain());
            }
            return false;
        }
        if let Err(error) = self.go_on_later(&request, &mut records).await {
            // Nothing is forgotten: the request is done once more as a whole when its lease has ended.
            warn!(message = "The rest of an urgent request could not be kept.", request = %request.id, error = %error.chain());
            return false;
        }
        end(
            &*self.queue,
            &*self.clock,
            instance,
            &request.id,
            receipt,
            records,
        )
        .await;
        true
    }

    /// What there was no time for waits as a request of its own.
    async fn go_on_later(&self, request: &UrgentRequest, records: &mut [RecordOutcome]) -> Result<()> {
        let over = DeferReason::Deadline.as_str();
        let left: Vec<&mut RecordOutcome> = records
            .iter_mut()
            .filter(|r| r.reason.as_deref() == Some(over))
            .collect();
        if left.is_empty() {
            return Ok(());
        }
        let keys: Vec<RecordKey> = left.iter().map(|r| r.key.clone()).collect();
        let rest = UrgentRequest {
            id: RequestId::new(self.clock.now()),
            keys,
            ..request.clone()
        };
        self.queue.accept(std::slice::from_ref(&rest)).await?;
        for record in left {
            record.message = Some(format!("goes on as request {}", rest.id));
        }
        Ok(())
    }
}

/// Writes down how a request ended; what was stopped waits again.
pub(crate) async fn end(
    queue: &dyn UrgentQueue,
    clock: &dyn Clock,
    instance: &Instance,
    id: &RequestId,
    receipt: Receipt,
    records: Vec<RecordOutcome>,
) {
    let stopped = DeferReason::Stopped.as_str();
    let undone = records.iter().any(|r| r.reason.as_deref() == Some(stopped))
        || receipt.reasons.deferred.contains_key(stopped);
    let told = if undone {
        queue.release(id, instance).await
    } else {
        let done = RequestDone {
            at: clock.now(),
            receipt,
            records,
        };
        finish(queue, id, instance, &done).await
    };
    if let Err(error) = told {
        // Its lease ends some day, and it is done once more: nothing is written twice.
        warn!(message = "The end of an urgent request could not be kept.", request = %id, error = %error.chain());
    }
}

async fn finish(
    queue: &dyn UrgentQueue,
    id: &RequestId,
    instance: &Instance,
    done: &RequestDone,
) -> Result<()> {
    let mut told = queue.finish(id, instance, done).await;
    for wait in [200, 2000].map(Duration::from_millis) {
        if !told.as_ref().is_err_and(Error::is_transient) {
            break;
        }
        tokio::time::sleep(wait).await;
        told = queue.finish(id, instance, done).await;
    }
    told
}
