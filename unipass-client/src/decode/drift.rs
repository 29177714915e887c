use serde::Serialize;

use super::scan::Scanned;
use crate::catalogue::{CountMeaning, RecordDef, Service};

/// What an answer holds that the catalogue does not know: never an error, always counted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Drift {
    /// The unknown things, each once.
    pub items: Vec<DriftItem>,
}

impl Drift {
    /// How often something unknown was met.
    pub fn count(&self) -> u64 {
        self.items.iter().map(|i| u64::from(i.count)).sum()
    }

    /// Whether the answer is all known.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }
}

/// One unknown thing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct DriftItem {
    /// The element it stands in, or is.
    pub element: String,
    /// The field; `None`: the element itself is unknown.
    pub field: Option<String>,
    /// How often.
    pub count: u32,
}

/// Compares an answer with the catalogue.
pub(super) fn measure(service: &Service, scanned: &Scanned) -> Drift {
    let mut seen = Seen::default();
    let records = &scanned.records;
    let names = records.names.len();
    // What is known of each (element, field): a list repeats them a thousand times.
    let mut known: Vec<Option<bool>> = Vec::new();
    let mut rows_of: Vec<(u32, usize)> = Vec::new();
    for (i, row) in records.rows.iter().enumerate() {
        let position = rows_of
            .iter()
            .position(|(element, _)| *element == row.element)
            .unwrap_or_else(|| {
                rows_of.push((row.element, rows_of.len() * names));
                known.resize(rows_of.len() * names, None);
                rows_of.len() - 1
            });
        let base = rows_of.get(position).map_or(0, |(_, base)| *base);
        let element = records.name(row.element);
        let def = definition(service, scanned, element);
        if def.is_none() && !service.knows_root(element) {
            seen.add(element, None);
        }
        let end = records
            .rows
            .get(i + 1)
            .map_or(records.slots.len(), |next| next.first as usize);
        for slot in records.slots.get(row.first as usize..end).unwrap_or(&[]) {
            let name = records.name(slot.name);
            let Some(cell) = known.get_mut(base + slot.name as usize) else {
                continue;
            };
            let is_known = *cell.get_or_insert_with(|| {
                service.unplaced.contains(&name) || def.is_some_and(|d| d.field(name).is_some())
            });
            // Fields of an unknown element are told by the element.
            if !is_known && (def.is_some() || service.knows_root(element)) {
                seen.add(element, Some(name));
            }
        }
    }
    if scanned.stray_text > 0 {
        seen.items.push(DriftItem {
            element: scanned.root.clone(),
            field: Some("text()".into()),
            count: scanned.stray_text,
        });
    }
    if scanned.count.is_none() && scanned.count_text.is_some()
        || scanned.count_text.is_none()
            && matches!(service.t_cnt, CountMeaning::Rows | CountMeaning::Verification)
    {
        seen.add(&scanned.root, Some("tCnt"));
    }
    Drift { items: seen.items }
}

fn definition(service: &Service, scanned: &Scanned, element: &str) -> Option<&'static RecordDef> {
    if element == scanned.root {
        return service.records.iter().find(|r| r.root);
    }
    service.record(element).filter(|r| !r.root)
}

#[derive(Default)]
struct Seen {
    items: Vec<DriftItem>,
}

impl Seen {
    fn add(&mut self, element: &str, field: Option<&str>) {
        match self
            .items
            .iter_mut()
            .find(|i| i.element == element && i.field.as_deref() == field)
        {
            Some(item) => item.count += 1,
            None => self.items.push(DriftItem {
                element: element.to_owned(),
                field: field.map(str::to_owned),
                count: 1,
            }),
        }
    }
}
