//! From what became of a chunk's records to what the ledger writes down: whose fault a failure is, and when a record is
//! looked at again.

use std::sync::Arc;

use jiff::Timestamp;

use super::process::{Item, Next};
use crate::polling::{Others, is_strike, quarantine};
use crate::{DeferReason, ErrorRow, Fields, Job, RecordState, Settled, Settlement, Stage};

/// The places that a record passes in a chunk, in order.
const PLACES: [Stage; 3] = [Stage::Query, Stage::Map, Stage::Deliver];

/// What the ledger is told about a chunk's records.
pub(super) fn settlements(job: &Job, now: Timestamp, items: Vec<Item>) -> Vec<Settlement> {
    let mut settlements: Vec<(RecordState, Settlement)> = items.into_iter().map(into_settlement).collect();
    let mut fared = [Others::default(); PLACES.len()];
    for (_, settlement) in &settlements {
        count(&mut fared, &settlement.settled);
    }
    for (known, settlement) in &mut settlements {
        match &settlement.settled {
            Settled::Failed(row) => {
                settlement.strike = is_strike(row.kind, others(&fared, row));
                // One that rested before rests again, whosever fault it is this time.
                let strikes = known.strikes.saturating_add(settlement.strike.into());
                settlement.quarantined_until = quarantine(strikes, job.interval)
                    .map(|rest| now.saturating_add(rest).unwrap_or(Timestamp::MAX));
            }
            Settled::Pushed { .. } | Settled::Unchanged { .. } | Settled::NotFound => {
                let after = known.after(settlement, None);
                settlement.next_look = settlement
                    .observed_at
                    .and_then(|asked| job.polling.next_look(&after, asked, job.interval));
            }
            Settled::Deferred(_) => {}
        }
    }
    settlements
        .into_iter()
        .map(|(_, settlement)| settlement)
        .collect()
}

/// Counts one result at each place that it tells about.
fn count(fared: &mut [Others; PLACES.len()], settled: &Settled) {
    let (passed, failed) = match settled {
        Settled::Pushed { .. } => (PLACES.len(), None),
        Settled::Unchanged { .. } => (2, None),
        Settled::NotFound => (1, None),
        Settled::Failed(row) => match place(row) {
            Some(place) => (place, Some(place)),
            None => (0, None),
        },
        Settled::Deferred(_) => (0, None),
    };
    fared.iter_mut().take(passed).for_each(|p| p.passed += 1);
    if let Some(place) = failed.and_then(|place| fared.get_mut(place)) {
        place.failed += 1;
    }
}

fn place(row: &ErrorRow) -> Option<usize> {
    PLACES.iter().position(|place| *place == row.stage)
}

/// How the other records fared where this one failed.
fn others(fared: &[Others; PLACES.len()], row: &ErrorRow) -> Others {
    place(row)
        .and_then(|place| fared.get(place))
        .map_or_else(Others::default, |all| Others {
            failed: all.failed.saturating_sub(1),
            ..*all
        })
}

/// Of the columns that are written, those that the due list tells.
pub(super) fn told(columns: &Fields, current: Option<&Fields>) -> Fields {
    let Some(current) = current else {
        return Fields::new();
    };
    columns
        .shared()
        .filter(|(name, _)| current.get(name).is_some())
        .map(|(name, value)| (Arc::clone(name), value))
        .collect()
}

/// Whether the source's current columns agree with what was, or would be, written. SAP cuts blanks at the end, and shows an
/// empty date or time in its initial form.
pub(super) fn holds(current: &Fields, columns: &Fields) -> bool {
    let same = |new: &str, held: &str| {
        let (new, held) = (new.trim_end(), held.trim_end());
        new == held || (new.is_empty() && matches!(held, "0000-00-00" | "00:00:00"))
    };
    current
        .iter()
        .all(|(name, value)| columns.get(name).is_none_or(|new| same(new, value)))
}

fn into_settlement(item: Item) -> (RecordState, Settlement) {
    let Item {
        record,
        known,
        observed_at,
        verdict,
        state,
        told,
        in_doubt,
        doubt: _,
        next,
    } = item;
    let settled = match next {
        Next::Settle(settled) => settled,
        // Cannot be: all were asked and delivered by now. If it were, the record would be looked at again.
        Next::Ask | Next::Deliver { .. } => Settled::Deferred(DeferReason::Undelivered),
    };
    let settlement = Settlement {
        observed_at,
        verdict,
        state,
        told,
        in_doubt,
        ..Settlement::new(record, settled)
    };
    (known, settlement)
}
