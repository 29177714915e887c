use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;

use super::lock;
use crate::{
    CallContext, Delivery, Error, ErrorKind, Fields, Idempotency, Outcome, RecordKey, Result, Sent, Sink,
};

type MakeError = Box<dyn Fn() -> Error + Send + Sync>;

/// A sink in memory. It takes at most 100 items at once. Clones share their content.
#[derive(Clone)]
pub struct MemorySink {
    idempotency: Idempotency,
    content: Arc<Mutex<Content>>,
}

#[derive(Default)]
struct Content {
    held: BTreeMap<RecordKey, Fields>,
    writes: Vec<(RecordKey, Fields)>,
    seen: HashSet<String>,
    batches: Vec<usize>,
    failures: HashMap<RecordKey, (u32, MakeError)>,
    breaks: Option<Break>,
}

/// Whole calls that break: after `after` good ones, `times` calls.
struct Break {
    after: usize,
    times: u32,
    applied: bool,
    error: MakeError,
}

impl MemorySink {
    /// An empty sink.
    pub fn new(idempotency: Idempotency) -> Self {
        Self {
            idempotency,
            content: Arc::default(),
        }
    }

    /// What it holds for a record now.
    pub fn held(&self, key: &RecordKey) -> Option<Fields> {
        lock(&self.content).held.get(key).cloned()
    }

    /// Every change that was carried out, in order.
    pub fn writes(&self) -> Vec<(RecordKey, Fields)> {
        lock(&self.content).writes.clone()
    }

    /// The sizes of the batches it was given.
    pub fn batches(&self) -> Vec<usize> {
        lock(&self.content).batches.clone()
    }

    /// Somebody else writes: the sink holds `columns` for `key`.
    pub fn overwrite(&self, key: impl Into<RecordKey>, columns: Fields) {
        lock(&self.content).held.insert(key.into(), columns);
    }

    /// The next `times` items for `key` fail.
    pub fn fail_times(
        &self,
        key: impl Into<RecordKey>,
        times: u32,
        error: impl Fn() -> Error + Send + Sync + 'static,
    ) {
        lock(&self.content)
            .failures
            .insert(key.into(), (times, Box::new(error)));
    }

    /// The next `times` calls break before anything is carried out.
    pub fn break_batches(&self, times: u32, error: impl Fn() -> Error + Send + Sync + 'static) {
        lock(&self.content).breaks = Some(Break {
            after: 0,
            times,
            applied: false,
            error: Box::new(error),
        });
    }

    /// All calls after the next `after` break before anything is carried out.
    pub fn break_batches_after(&self, after: usize, error: impl Fn() -> Error + Send + Sync + 'static) {
        lock(&self.content).breaks = Some(Break {
            after,
            times: u32::MAX,
            applied: false,
            error: Box::new(error),
        });
    }

    /// The next `times` calls are carried out, and then their answer is lost.
    pub fn lose_answers(&self, times: u32) {
        let error = || {
            Error::new(ErrorKind::Unavailable, "the connection broke")
                .transient()
                .sent(Sent::Maybe)
        };
        lock(&self.content).breaks = Some(Break {
            after: 0,
            times,
            applied: true,
            error: Box::new(error),
        });
    }
}

impl Content {
    fn apply(&mut self, item: &Delivery, idempotency: Idempotency) -> Outcome {
        if let Some((times, error)) = self.failures.get_mut(&item.key).filter(|(times, _)| *times > 0) {
            *times -= 1;
            return Err(error().sent(Sent::Answered));
        }
        if idempotency == Idempotency::ByKey && !self.seen.insert(item.idempotency_key.clone()) {
            return Ok(());
        }
        self.held.insert(item.key.clone(), item.columns.clone());
        self.writes.push((item.key.clone(), item.columns.clone()));
        Ok(())
    }
}

#[async_trait]
impl Sink for MemorySink {
    fn max_batch(&self) -> usize {
        100
    }

    fn idempotency(&self) -> Idempotency {
        self.idempotency
    }

    async fn deliver(&self, cx: &CallContext, batch: &[Delivery]) -> Result<Vec<Outcome>> {
        if batch.len() > self.max_batch() {
            return Err(Error::new(
                ErrorKind::Config,
                format!("{} items, at most {}", batch.len(), self.max_batch()),
            ));
        }
        let mut content = lock(&self.content);
        cx.meter.count_sink_write();
        content.batches.push(batch.len());
        let mut broken = None;
        match &mut content.breaks {
            Some(Break { after, .. }) if *after > 0 => *after -= 1,
            Some(Break {
                times,
                applied,
                error,
                ..
            }) if *times > 0 => {
                *times -= 1;
                broken = Some((*applied, error()));
            }
            _ => {}
        }
        match broken {
            Some((false, error)) => Err(error),
            Some((true, error)) => {
                for item in batch {
                    let _lost = content.apply(item, self.idempotency);
                }
                Err(error)
            }
            None => Ok(batch
                .iter()
                .map(|item| content.apply(item, self.idempotency))
                .collect()),
        }
    }
}

impl fmt::Debug for MemorySink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "MemorySink({:?}, {} records)",
            self.idempotency,
            lock(&self.content).held.len()
        )
    }
}
