use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;

use super::{MemorySink, lock};
use crate::{
    CallContext, Cursor, DueRecord, Error, ErrorKind, FetchRequest, Fields, Page, RecordKey, RejectedRecord,
    Result, Select, SourceSystem,
};

/// A due list in memory, in key order. Clones share their content.
#[derive(Debug, Clone, Default)]
pub struct MemorySource {
    content: Arc<Mutex<Content>>,
    reflects: Option<(MemorySink, Vec<String>)>,
}

#[derive(Debug, Default)]
struct Content {
    due: BTreeMap<RecordKey, Entry>,
    broken_after: Option<usize>,
}

#[derive(Debug)]
enum Entry {
    Record(Box<DueRecord>),
    Broken,
}

impl MemorySource {
    /// A due list of these records.
    pub fn new(records: impl IntoIterator<Item = DueRecord>) -> Self {
        let due = records
            .into_iter()
            .map(|r| (r.key.clone(), Entry::Record(Box::new(r))))
            .collect();
        Self {
            content: Arc::new(Mutex::new(Content {
                due,
                broken_after: None,
            })),
            reflects: None,
        }
    }

    /// Tells each record's current `columns` from what `sink` holds, as a system does that is source and sink in one.
    #[must_use]
    pub fn reflecting(mut self, sink: MemorySink, columns: &[&str]) -> Self {
        self.reflects = Some((sink, columns.iter().map(|c| (*c).to_owned()).collect()));
        self
    }

    /// Puts a record on the due list, in place of one with its key.
    pub fn put(&self, record: DueRecord) {
        lock(&self.content)
            .due
            .insert(record.key.clone(), Entry::Record(Box::new(record)));
    }

    /// Adds a row from which no question can be made.
    pub fn add_broken(&self, key: impl Into<RecordKey>) {
        lock(&self.content).due.insert(key.into(), Entry::Broken);
    }

    /// Takes a record off the due list.
    pub fn remove(&self, key: &RecordKey) {
        lock(&self.content).due.remove(key);
    }

    /// All requests after the next `pages` fail.
    pub fn break_after(&self, pages: usize) {
        lock(&self.content).broken_after = Some(pages);
    }

    fn current(&self, key: &RecordKey) -> Option<Fields> {
        let (sink, columns) = self.reflects.as_ref()?;
        let held = sink.held(key).unwrap_or_default();
        Some(
            columns
                .iter()
                .map(|c| (c.as_str(), held.get(c).unwrap_or_default()))
                .collect(),
        )
    }
}

#[async_trait]
impl SourceSystem for MemorySource {
    async fn fetch(&self, cx: &CallContext, request: FetchRequest) -> Result<Page> {
        cx.meter.count_source_read();
        let mut content = lock(&self.content);
        match &mut content.broken_after {
            Some(0) => return Err(Error::new(ErrorKind::Unavailable, "the source is broken").transient()),
            Some(pages) => *pages -= 1,
            None => {}
        }
        let mut page = Page::default();
        let after = request.after.map(|c| RecordKey::from(c.0));
        for (key, entry) in &content.due {
            let wanted = match &request.select {
                Select::Due => true,
                Select::Keys(keys) => keys.contains(key),
            };
            if !wanted || after.as_ref().is_some_and(|a| key <= a) {
                continue;
            }
            if page.records.len() + page.rejected.len() == request.limit {
                let last = page
                    .records
                    .last()
                    .map(|r| &r.key)
                    .max(page.rejected.last().map(|r| &r.key));
                page.next = last.map(|k| Cursor(k.as_str().to_owned()));
                break;
            }
            match entry {
                Entry::Record(record) => {
                    let current = self.current(key).or_else(|| record.current.clone());
                    page.records.push(DueRecord {
                        current,
                        ..(**record).clone()
                    });
                }
                Entry::Broken => page.rejected.push(RejectedRecord {
                    key: key.clone(),
                    origin: Fields::new(),
                    error: Error::new(ErrorKind::Mapping, "the row holds no number").code("missing_field"),
                }),
            }
        }
        Ok(page)
    }
}
