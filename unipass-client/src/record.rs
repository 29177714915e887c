//! The records of an answer, as they came.

use std::fmt;
use std::iter::FusedIterator;
#[cfg(feature = "pipeline")]
use std::ops::Range;
use std::sync::Arc;

use serde::Serialize;
use serde::ser::{SerializeMap, SerializeSeq, Serializer};

/// The records of an answer, stored compactly: all text in one buffer, each name once, so that a list of a thousand rows costs
/// a handful of allocations and an empty field costs none.
#[derive(Default, Clone)]
pub struct Records {
    pub(crate) text: String,
    pub(crate) names: Vec<Arc<str>>,
    pub(crate) slots: Vec<Slot>,
    pub(crate) rows: Vec<Row>,
}

/// A field: its name and where its text stands.
#[derive(Clone, Copy)]
pub(crate) struct Slot {
    pub(crate) name: u32,
    pub(crate) start: u32,
    pub(crate) end: u32,
}

/// A record: its element and where its fields begin; they end where the next record's begin.
#[derive(Clone, Copy)]
pub(crate) struct Row {
    pub(crate) element: u32,
    pub(crate) first: u32,
}

impl Records {
    /// How many.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The first one.
    pub fn first(&self) -> Option<Record<'_>> {
        self.get(0)
    }

    /// The one at this position.
    pub fn get(&self, index: usize) -> Option<Record<'_>> {
        let row = self.rows.get(index)?;
        let end = self
            .rows
            .get(index + 1)
            .map_or(self.slots.len(), |next| next.first as usize);
        let slots = self.slots.get(row.first as usize..end)?;
        Some(Record {
            records: self,
            element: row.element,
            slots,
        })
    }

    /// All of them, in the order of the answer.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = Record<'_>> + ExactSizeIterator {
        (0..self.rows.len()).map(|i| {
            self.get(i).unwrap_or(Record {
                records: self,
                element: 0,
                slots: &[],
            })
        })
    }

    /// Those of one element; the case of its first letter does not matter.
    pub fn of<'a>(&'a self, element: &'a str) -> impl Iterator<Item = Record<'a>> {
        self.iter()
            .filter(move |r| crate::catalogue::same_name(r.element(), element))
    }

    /// With room for so many names, and for what an answer of so many bytes usually holds, so that little is moved while it is read.
    pub(crate) fn with_room_for(bytes: usize, names: usize) -> Self {
        let bytes = bytes.min(1 << 20);
        Self {
            text: String::with_capacity(bytes / 4),
            slots: Vec::with_capacity(bytes / 32),
            names: Vec::with_capacity(names),
            rows: Vec::with_capacity(bytes / 256),
        }
    }

    pub(crate) fn name(&self, id: u32) -> &str {
        self.names.get(id as usize).map_or("", |n| n)
    }

    fn text_of(&self, slot: &Slot) -> &str {
        self.text
            .get(slot.start as usize..slot.end as usize)
            .unwrap_or("")
    }
}

impl fmt::Debug for Records {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Records({} with {} fields)", self.rows.len(), self.slots.len())
    }
}

impl Serialize for Records {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut s = serializer.serialize_seq(Some(self.len()))?;
        for record in self.iter() {
            s.serialize_element(&record)?;
        }
        s.end()
    }
}

/// One record: an element and its fields, in the order of the answer. `Debug` shows names, never text.
#[derive(Clone, Copy)]
pub struct Record<'a> {
    records: &'a Records,
    element: u32,
    slots: &'a [Slot],
}

impl<'a> Record<'a> {
    /// The element's name as it came.
    pub fn element(&self) -> &'a str {
        self.records.name(self.element)
    }

    /// The raw text of the first field of this name; empty text is `Some("")`, an absent field `None`.
    pub fn get(&self, wire: &str) -> Option<&'a str> {
        self.slots
            .iter()
            .find(|s| self.records.name(s.name) == wire)
            .map(|s| self.records.text_of(s))
    }

    /// The raw text under a field's name or, if that is absent, under one of its other spellings.
    pub fn field(&self, def: &crate::catalogue::FieldDef) -> Option<&'a str> {
        self.get(def.wire)
            .or_else(|| def.alt.iter().find_map(|wire| self.get(wire)))
    }

    /// All fields as they came: names and raw texts.
    pub fn fields(&self) -> Fields<'a> {
        Fields {
            records: self.records,
            slots: self.slots.iter(),
        }
    }

    /// The position of the element's name among the names of the answer.
    #[cfg(feature = "pipeline")]
    pub(crate) fn element_id(&self) -> usize {
        self.element as usize
    }

    /// All fields: the position of each name among the names of the answer, that name, and where the text stands in that of all
    /// records.
    #[cfg(feature = "pipeline")]
    pub(crate) fn places(&self) -> impl Iterator<Item = (usize, &'a Arc<str>, Range<usize>)> {
        let records = self.records;
        self.slots.iter().filter_map(move |slot| {
            let id = slot.name as usize;
            Some((id, records.names.get(id)?, slot.start as usize..slot.end as usize))
        })
    }

    /// Whether no field holds anything but blanks.
    pub fn is_blank(&self) -> bool {
        self.fields().all(|(_, text)| text.trim().is_empty())
    }
}

impl fmt::Debug for Record<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ", self.element())?;
        f.debug_set()
            .entries(self.fields().map(|(name, _)| name))
            .finish()
    }
}

impl Serialize for Record<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut s = serializer.serialize_map(Some(2))?;
        s.serialize_entry("element", self.element())?;
        s.serialize_entry("fields", &FieldMap(*self))?;
        s.end()
    }
}

/// The fields of a record: wire name and raw text.
#[derive(Clone)]
pub struct Fields<'a> {
    records: &'a Records,
    slots: std::slice::Iter<'a, Slot>,
}

impl fmt::Debug for Fields<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fields({} left)", self.slots.len())
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = (&'a str, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        self.slots
            .next()
            .map(|s| (self.records.name(s.name), self.records.text_of(s)))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.slots.size_hint()
    }
}

impl ExactSizeIterator for Fields<'_> {}
impl FusedIterator for Fields<'_> {}

/// Fields as a JSON object; a name that comes several times becomes a list, so that nothing is lost.
struct FieldMap<'a>(Record<'a>);

impl Serialize for FieldMap<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Record { records, slots, .. } = self.0;
        let mut s = serializer.serialize_map(None)?;
        for (i, slot) in slots.iter().enumerate() {
            if slots.iter().take(i).any(|before| before.name == slot.name) {
                continue;
            }
            let mut same = slots
                .iter()
                .skip(i)
                .filter(|other| other.name == slot.name)
                .map(|o| records.text_of(o));
            let name = records.name(slot.name);
            match (same.next(), same.next()) {
                (Some(only), None) => s.serialize_entry(name, only)?,
                (first, second) => {
                    let all: Vec<&str> = first.into_iter().chain(second).chain(same).collect();
                    s.serialize_entry(name, &all)?;
                }
            }
        }
        s.end()
    }
}
