use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use jiff::Timestamp;

use super::lock;
use crate::{
    Clock, Error, ErrorKind, Instance, RequestDone, RequestId, RequestRow, RequestStatus, Result,
    TakeRequests, UrgentQueue, UrgentRequest,
};

/// Urgent requests in memory: the reference for the others. Clones share their content.
#[derive(Clone)]
pub struct MemoryUrgentQueue {
    clock: Arc<dyn Clock>,
    content: Arc<Mutex<BTreeMap<RequestId, Kept>>>,
}

struct Kept {
    request: UrgentRequest,
    taken: Option<Taken>,
    done: Option<RequestDone>,
}

struct Taken {
    by: Instance,
    until: Timestamp,
}

impl Kept {
    fn row(&self) -> RequestRow {
        let status = match (&self.done, &self.taken) {
            (Some(_), _) => RequestStatus::Done,
            (None, Some(_)) => RequestStatus::Running,
            (None, None) => RequestStatus::Waiting,
        };
        RequestRow {
            request: self.request.clone(),
            status,
            done: self.done.clone(),
        }
    }

    fn is_free(&self, now: Timestamp, taker: &Instance) -> bool {
        self.done.is_none()
            && self.taken.as_ref().is_none_or(|t| {
                t.until <= now || (taker.sole && t.by.name == taker.name && t.by.boot != taker.boot)
            })
    }

    fn is_of(&self, instance: &Instance) -> bool {
        let mine = |t: &Taken| t.by.name == instance.name && t.by.boot == instance.boot;
        self.taken.as_ref().is_some_and(mine)
    }
}

impl MemoryUrgentQueue {
    /// An empty queue whose lease times come from `clock`.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self {
            clock,
            content: Arc::default(),
        }
    }
}

#[async_trait]
impl UrgentQueue for MemoryUrgentQueue {
    async fn accept(&self, requests: &[UrgentRequest]) -> Result<()> {
        let mut content = lock(&self.content);
        for request in requests {
            content.entry(request.id.clone()).or_insert_with(|| Kept {
                request: request.clone(),
                taken: None,
                done: None,
            });
        }
        Ok(())
    }

    async fn take(&self, take: TakeRequests<'_>) -> Result<Vec<UrgentRequest>> {
        let now = self.clock.now();
        let mut content = lock(&self.content);
        let others = |k: &Kept| {
            let theirs = |t: &Taken| t.until > now && !k.is_of(take.instance);
            k.done.is_none() && k.taken.as_ref().is_some_and(theirs)
        };
        if take.alone && content.values().any(others) {
            return Ok(Vec::new());
        }
        let known = |r: &UrgentRequest| take.jobs.iter().any(|(c, j)| *c == r.company && *j == r.job);
        let mut free: Vec<&mut Kept> = content
            .values_mut()
            .filter(|k| known(&k.request) && k.is_free(now, take.instance))
            .collect();
        free.sort_by(|a, b| (a.request.at, &a.request.id).cmp(&(b.request.at, &b.request.id)));
        free.truncate(take.limit);
        let until = now.saturating_add(take.lease).unwrap_or(Timestamp::MAX);
        Ok(free
            .into_iter()
            .map(|kept| {
                kept.taken = Some(Taken {
                    by: take.instance.clone(),
                    until,
                });
                kept.request.clone()
            })
            .collect())
    }

    async fn release(&self, id: &RequestId, instance: &Instance) -> Result<()> {
        if let Some(kept) = lock(&self.content).get_mut(id).filter(|k| k.is_of(instance)) {
            kept.taken = None;
        }
        Ok(())
    }

    async fn finish(&self, id: &RequestId, instance: &Instance, done: &RequestDone) -> Result<()> {
        match lock(&self.content).get_mut(id).filter(|k| k.is_of(instance)) {
            Some(kept) => {
                kept.done.get_or_insert_with(|| done.clone());
                Ok(())
            }
            None => Err(Error::new(
                ErrorKind::Conflict,
                format!("request {id} is not this instance's"),
            )),
        }
    }

    async fn find(&self, id: &RequestId) -> Result<Option<RequestRow>> {
        Ok(lock(&self.content).get(id).map(Kept::row))
    }

    async fn recent(&self, limit: u32) -> Result<Vec<RequestRow>> {
        let mut rows: Vec<RequestRow> = lock(&self.content).values().map(Kept::row).collect();
        rows.sort_by(|a, b| (b.request.at, &b.request.id).cmp(&(a.request.at, &a.request.id)));
        rows.truncate(limit as usize);
        Ok(rows)
    }

    async fn waiting(&self) -> Result<u64> {
        let content = lock(&self.content);
        let waits = |k: &&Kept| k.done.is_none() && k.taken.is_none();
        Ok(content.values().filter(waits).count() as u64)
    }

    async fn forget(&self, before: Timestamp) -> Result<u64> {
        let mut content = lock(&self.content);
        let all = content.len();
        content.retain(|_, k| k.done.as_ref().is_none_or(|d| d.at >= before));
        Ok((all - content.len()) as u64)
    }
}

impl fmt::Debug for MemoryUrgentQueue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MemoryUrgentQueue({} requests)", lock(&self.content).len())
    }
}
