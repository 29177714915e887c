//! What the simulated SAP holds: the due list of the world, and what was written back.

use std::collections::{HashMap, HashSet};
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::civil::{Date, Time};
use tokio::time::Instant;

use super::log::{LoggedWrite, WriteLog};
use super::message::Message;
use super::request::Element;
use crate::error::StartError;
use crate::rng;
use crate::world::{Shipment, World};

/// What SAP holds for one record.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Held {
    /// The status.
    pub stats: String,
    /// Its date, `yyyy-mm-dd`.
    pub udate: String,
    /// Its time, `hh:mm:ss`.
    pub uzeit: String,
    /// How many writes were carried out.
    pub writes: u32,
    /// How many more were repeats under a known idempotency key, which changed nothing.
    pub repeats: u32,
}

#[derive(Debug)]
pub(super) struct Store {
    world: World,
    records: u32,
    company: String,
    started: Instant,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    held: HashMap<u32, Packed>,
    /// Every status that was written, once.
    statuses: HashSet<Arc<str>>,
    /// Hashes of record and idempotency key; 64 bits are plenty for a simulator.
    applied: HashSet<u64>,
    locked: HashSet<u32>,
    rows: u64,
    log: Option<WriteLog>,
}

/// [`Held`] in little space: a hundred thousand of them must not fill the memory of a demonstration.
#[derive(Debug)]
struct Packed {
    stats: Arc<str>,
    /// The digits of date and time, which were checked before; `None` is an empty text.
    udate: Option<u32>,
    uzeit: Option<u32>,
    writes: u32,
    repeats: u32,
}

impl Packed {
    fn held(&self) -> Held {
        let date = |d: u32| format!("{:04}-{:02}-{:02}", d / 10_000, d / 100 % 100, d % 100);
        let time = |t: u32| format!("{:02}:{:02}:{:02}", t / 10_000, t / 100 % 100, t % 100);
        Held {
            stats: self.stats.to_string(),
            udate: self.udate.map(date).unwrap_or_default(),
            uzeit: self.uzeit.map(time).unwrap_or_default(),
            writes: self.writes,
            repeats: self.repeats,
        }
    }
}

fn digits(text: &str) -> Option<u32> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    digits.parse().ok()
}

/// One row of `ItStatus`, or of the key table.
struct Row<'a> {
    company: &'a str,
    delivery: &'a str,
}

impl Store {
    /// The state as the log left it.
    pub(super) fn open(
        world: World,
        records: u32,
        company: String,
        log: Option<&Path>,
    ) -> Result<Self, StartError> {
        let mut store = Self {
            world,
            records,
            company,
            started: Instant::now(),
            state: Mutex::new(State::default()),
        };
        if let Some(path) = log {
            let mut state = State::default();
            let log = WriteLog::open(path, |write| {
                // A record beyond the due list of today keeps its writes for a day with more records.
                if let Some(index) = store.index_of_key(&write.key, u32::MAX) {
                    state.apply(index, &write);
                }
            })?;
            state.log = Some(log);
            store.state = Mutex::new(state);
        }
        Ok(store)
    }

    pub(super) fn records(&self) -> u32 {
        self.records
    }

    pub(super) fn company(&self) -> &str {
        &self.company
    }

    pub(super) fn world(&self) -> World {
        self.world
    }

    /// The record's place in the due list.
    pub(super) fn index(&self, company: &str, delivery: &str) -> Option<u32> {
        self.index_within(&Row { company, delivery }, self.records)
    }

    /// The place behind a cursor, the text of the last key of the page before; `None` if it is none.
    pub(super) fn after(&self, cursor: &str) -> Option<u32> {
        self.index_of_key(cursor, self.records).map(|index| index + 1)
    }

    fn index_of_key(&self, key: &str, records: u32) -> Option<u32> {
        let (company, delivery) = key.split_once('/')?;
        self.index_within(&Row { company, delivery }, records)
    }

    fn index_within(&self, row: &Row<'_>, records: u32) -> Option<u32> {
        if row.company != self.company || row.delivery.len() != 10 {
            return None;
        }
        let number: u32 = row.delivery.parse().ok()?;
        let first: u32 = self.world.shipment(0).delivery().parse().ok()?;
        number.checked_sub(first).filter(|index| *index < records)
    }

    /// The record's key text.
    pub(super) fn key(&self, shipment: &Shipment) -> String {
        format!("{}/{}", self.company, shipment.delivery())
    }

    /// What SAP holds for the record of that key; `None` if nothing was written.
    pub(super) fn held(&self, key: &str) -> Option<Held> {
        self.held_at(self.index_of_key(key, self.records)?)
    }

    pub(super) fn held_at(&self, index: u32) -> Option<Held> {
        self.lock().held.get(&index).map(Packed::held)
    }

    /// How many rows were accepted, repeats included.
    pub(super) fn rows(&self) -> u64 {
        self.lock().rows
    }

    /// Locks or unlocks a record, as a user in a dialog does. Returns whether there is such a record.
    pub(super) fn set_lock(&self, key: &str, locked: bool) -> bool {
        let Some(index) = self.index_of_key(key, self.records) else {
            return false;
        };
        let mut state = self.lock();
        if locked {
            state.locked.insert(index);
        } else {
            state.locked.remove(&index);
        }
        true
    }

    /// Carries out the rows of `ItStatus`: one message for each, in order. The accepted ones are on disk when this
    /// returns; it blocks for that.
    ///
    /// # Errors
    /// If the log cannot be written; then no row was carried out.
    pub(super) fn put(&self, rows: &[&Element]) -> io::Result<Vec<Message>> {
        let mut guard = self.lock();
        let state = &mut *guard;
        let at_us = u64::try_from(self.started.elapsed().as_micros()).unwrap_or(u64::MAX);
        let mut applied_now = HashSet::new();
        let mut writes = Vec::with_capacity(rows.len());
        let mut messages = Vec::with_capacity(rows.len());
        for (number, row) in rows.iter().enumerate() {
            let message = match self.check(state, row) {
                Err(message) => *message,
                Ok(index) => {
                    let key = self.key(&self.world.shipment(index));
                    let idem_key = row.value("IdemKey").to_owned();
                    let hash = idem_hash(index, &idem_key);
                    let repeat =
                        !idem_key.is_empty() && (state.applied.contains(&hash) || !applied_now.insert(hash));
                    let message = Message::saved(&key, row.value("Stats"), repeat);
                    let write = LoggedWrite {
                        seq: state.rows + writes.len() as u64 + 1,
                        key,
                        stats: row.value("Stats").to_owned(),
                        udate: row.value("Udate").to_owned(),
                        uzeit: row.value("Uzeit").to_owned(),
                        text: row.value("Text").to_owned(),
                        idem_key,
                        repeat,
                        at_us,
                    };
                    writes.push((index, write));
                    message
                }
            };
            messages.push(message.in_row(number + 1));
        }
        let (indices, writes): (Vec<_>, Vec<_>) = writes.into_iter().unzip();
        if let Some(log) = state.log.as_mut().filter(|_| !writes.is_empty()) {
            log.append(&writes)?;
        }
        for (index, write) in indices.into_iter().zip(&writes) {
            state.apply(index, write);
        }
        Ok(messages)
    }

    fn check(&self, state: &State, row: &Element) -> Result<u32, Box<Message>> {
        let (company, delivery) = (row.value("Bukrs"), row.value("Vbeln"));
        let index = self
            .index(company, delivery)
            .ok_or_else(|| Box::new(Message::unknown(&format!("{company}/{delivery}"))))?;
        if state.locked.contains(&index) {
            return Err(Box::new(Message::locked(&format!("{company}/{delivery}"))));
        }
        let long = [
            ("Stats", "STATS", 10),
            ("Text", "TEXT", 80),
            ("IdemKey", "IDEM_KEY", 64),
        ];
        for (name, field, length) in long {
            if row.value(name).chars().count() > length {
                return Err(Box::new(Message::invalid(field, row.value(name))));
            }
        }
        if row.value("Stats").is_empty() {
            return Err(Box::new(Message::invalid("STATS", "")));
        }
        if !is_date(row.value("Udate")) {
            return Err(Box::new(Message::invalid("UDATE", row.value("Udate"))));
        }
        if !is_time(row.value("Uzeit")) {
            return Err(Box::new(Message::invalid("UZEIT", row.value("Uzeit"))));
        }
        Ok(index)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn apply(&mut self, index: u32, write: &LoggedWrite) {
        self.rows += 1;
        if !write.idem_key.is_empty() {
            self.applied.insert(idem_hash(index, &write.idem_key));
        }
        let stats = match self.statuses.get(write.stats.as_str()) {
            Some(known) => Arc::clone(known),
            None => {
                let new: Arc<str> = write.stats.as_str().into();
                self.statuses.insert(Arc::clone(&new));
                new
            }
        };
        let held = self.held.entry(index).or_insert_with(|| Packed {
            stats: Arc::clone(&stats),
            udate: None,
            uzeit: None,
            writes: 0,
            repeats: 0,
        });
        if write.repeat {
            held.repeats += 1;
            return;
        }
        held.writes += 1;
        held.stats = stats;
        held.udate = digits(&write.udate);
        held.uzeit = digits(&write.uzeit);
    }
}

fn idem_hash(index: u32, idem_key: &str) -> u64 {
    rng::mix(u64::from(index), 0, rng::hash(idem_key))
}

/// DATS: a day, or initial.
fn is_date(text: &str) -> bool {
    matches!(text, "" | "0000-00-00") || text.len() == 10 && text.parse::<Date>().is_ok()
}

/// TIMS: a time to the second, initial, or the end of the day.
fn is_time(text: &str) -> bool {
    matches!(text, "" | "24:00:00") || text.len() == 8 && text.parse::<Time>().is_ok()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn store(log: Option<&Path>) -> Store {
        Store::open(World::new(1, 0), 10, "1000".to_owned(), log).unwrap()
    }

    fn row(delivery: &str, stats: &str, idem_key: &str) -> Element {
        let fields = [
            ("Bukrs", "1000"),
            ("Vbeln", delivery),
            ("Stats", stats),
            ("Udate", "2026-11-20"),
            ("Uzeit", "10:00:00"),
            ("IdemKey", idem_key),
        ];
        let field = |(name, text): (&str, &str)| Element {
            name: name.to_owned(),
            text: text.to_owned(),
            ..Element::default()
        };
        Element {
            children: fields.map(field).into(),
            ..Element::default()
        }
    }

    fn put(store: &Store, row: &Element) -> String {
        let messages = store.put(&[row]).unwrap();
        format!("{}{}", messages[0].kind(), messages[0].number())
    }

    #[test]
    fn an_idempotency_key_is_carried_out_once() {
        let store = store(None);
        assert_eq!(put(&store, &row("0080000001", "50", "k1")), "S000");
        assert_eq!(put(&store, &row("0080000001", "50", "k1")), "S001");
        let held = store.held("1000/0080000001").unwrap();
        assert_eq!((held.stats.as_str(), held.writes, held.repeats), ("50", 1, 1));
        assert_eq!(
            put(&store, &row("0080000002", "50", "k1")),
            "S000",
            "the key of another record"
        );
        let (a, b) = (row("0080000003", "50", "k2"), row("0080000003", "60", "k2"));
        assert_eq!(
            store.put(&[&a, &b]).unwrap()[1].number(),
            "001",
            "twice in one request"
        );
        assert_eq!(store.held("1000/0080000003").unwrap().stats, "50");
        assert_eq!(
            put(&store, &row("0080000001", "60", "")),
            "S000",
            "no key, no protection"
        );
        assert_eq!(put(&store, &row("0080000001", "60", "")), "S000");
        assert_eq!(store.held("1000/0080000001").unwrap().writes, 3);
    }

    #[test]
    fn a_bad_row_is_an_error_of_its_own() {
        let store = store(None);
        assert_eq!(put(&store, &row("0080000011", "50", "")), "E010");
        assert_eq!(
            put(&store, &row("80000001", "50", "")),
            "E010",
            "leading zeros belong to the key"
        );
        assert!(store.set_lock("1000/0080000002", true));
        assert_eq!(put(&store, &row("0080000002", "50", "")), "E011");
        assert!(store.set_lock("1000/0080000002", false));
        assert_eq!(put(&store, &row("0080000002", "50", "")), "S000");
        assert_eq!(put(&store, &row("0080000003", "", "")), "E012");
        assert_eq!(put(&store, &row("0080000003", "12345678901", "")), "E012");
        let mut dated = row("0080000003", "50", "");
        dated.children[3].text = "20261120".to_owned();
        assert_eq!(put(&store, &dated), "E012");
        assert_eq!(store.rows(), 1);
        assert!(!store.set_lock("1000/0080000011", true));
    }

    #[test]
    fn a_new_start_knows_what_was_written_and_forgets_a_torn_line() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("writes.ndjson");
        let first = store(Some(&path));
        put(&first, &row("0080000001", "50", "k1"));
        put(&first, &row("0080000001", "50", "k1"));
        drop(first);
        let whole = fs::read(&path).unwrap();
        fs::write(&path, [whole.as_slice(), b"{\"seq\":3,\"key\":"].concat()).unwrap();

        let second = store(Some(&path));
        assert_eq!(
            second
                .held("1000/0080000001")
                .map(|held| (held.writes, held.repeats)),
            Some((1, 1))
        );
        assert_eq!(fs::read(&path).unwrap(), whole);
        assert_eq!(put(&second, &row("0080000001", "50", "k1")), "S001");
        let last = fs::read_to_string(&path).unwrap();
        let last: LoggedWrite = serde_json::from_str(last.lines().last().unwrap()).unwrap();
        assert_eq!((last.seq, last.repeat), (3, true));
    }

    #[test]
    fn a_foreign_line_in_the_log_is_an_error() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("writes.ndjson");
        fs::write(&path, "{\"seq\":1}\n").unwrap();
        let error = Store::open(World::new(1, 0), 10, "1000".to_owned(), Some(&path)).unwrap_err();
        assert!(
            error
                .to_string()
                .contains("writes.ndjson, line 1: missing field `key`"),
            "{error}"
        );
    }

    #[test]
    fn dates_and_times_are_those_of_abap() {
        assert!(is_date("0000-00-00") && is_date("2026-02-28") && is_date(""));
        assert!(!is_date("2026-02-30") && !is_date("2026-2-3") && !is_date("2026-02-28T00:00:00"));
        assert!(is_time("00:00:00") && is_time("24:00:00") && !is_time("25:00:00") && !is_time("10:00"));
    }
}
