use crate::catalogue::{FinalRule, Pick, Tracking};
use crate::decode::Decoded;
use crate::record::Record;
use crate::value::{FromWire, KstDateTime};

/// The state that an answer tells, by the rules of its service.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct State {
    /// The state in the words of customs.
    pub status: String,
    /// Since when, if the answer tells.
    pub as_of: Option<KstDateTime>,
    /// Whether an event happened that ends it.
    pub is_final: bool,
    /// For how many days a final state is still looked at, once a day: customs can correct itself.
    pub slow_tail_days: u16,
}

impl Decoded {
    /// The state worth polling; `None` where the service has none, where nothing was found, and where several rows could be
    /// meant.
    pub fn state(&self) -> Option<State> {
        self.service()
            .tracking
            .iter()
            .find_map(|rule| self.state_by(rule))
    }

    fn state_by(&self, rule: &Tracking) -> Option<State> {
        let mut rows = self.records().of(rule.record).filter(|r| !r.is_blank());
        let row = match rule.pick {
            Pick::Only => rows.next().filter(|_| rows.next().is_none())?,
            // Of rows of the same time the first one counts: answers come newest first.
            Pick::Latest => rows.reduce(|best, row| {
                if self.time_of(rule, row) > self.time_of(rule, best) {
                    row
                } else {
                    best
                }
            })?,
        };
        let status = rule
            .states
            .iter()
            .filter_map(|wire| self.text(row, wire))
            .map(str::trim)
            .find(|text| !text.is_empty())?;
        Some(State {
            status: status.to_owned(),
            as_of: self.time_of(rule, row),
            is_final: rule.finals.iter().any(|end| self.has_ended(end)),
            slow_tail_days: rule.slow_tail_days,
        })
    }

    fn time_of(&self, rule: &Tracking, row: Record<'_>) -> Option<KstDateTime> {
        let (element, wire) = rule.as_of?;
        let read = |record: Record<'_>| {
            self.text(record, wire)
                .and_then(|text| KstDateTime::from_wire(text.trim()))
        };
        if element == rule.record {
            read(row)
        } else {
            self.records().of(element).filter_map(read).max()
        }
    }

    fn has_ended(&self, end: &FinalRule) -> bool {
        self.records().of(end.record).any(|record| {
            let text = |wire| self.text(record, wire).unwrap_or("");
            end.test.holds(text(end.field)) && !end.unless.is_some_and(|(wire, test)| test.holds(text(wire)))
        })
    }

    /// The raw text of a field under any of its spellings.
    fn text<'a>(&self, record: Record<'a>, wire: &str) -> Option<&'a str> {
        let def = self
            .service()
            .record(record.element())
            .and_then(|r| r.field(wire));
        def.map_or_else(|| record.get(wire), |def| record.field(def))
    }
}
