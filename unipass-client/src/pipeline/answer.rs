use std::sync::Arc;

use customs_core::{ClearanceState, CustomsAnswer, Phase};

use crate::catalogue::Service;
use crate::decode::Decoded;
use crate::names::shared;
use crate::record::Records;
use crate::verdict::Verdict;

/// The answer as the core's data, under the catalogue's spellings.
pub(super) fn to_core(answer: Decoded) -> CustomsAnswer {
    CustomsAnswer {
        verdict: match answer.verdict() {
            Verdict::Found => customs_core::Verdict::Found,
            Verdict::NotFound => customs_core::Verdict::NotFound,
            Verdict::Many => customs_core::Verdict::Many,
            Verdict::Mismatch => customs_core::Verdict::Mismatch,
            Verdict::Error(kind) => customs_core::Verdict::Error(kind.code().into()),
        },
        state: answer.state().map(|state| ClearanceState {
            status: state.status,
            as_of: state.as_of.and_then(|at| at.timestamp()),
            phase: if state.is_final {
                Phase::Final
            } else {
                Phase::Moving
            },
        }),
        notice: answer.notice().map(str::to_owned),
        drift: u32::try_from(answer.drift().count()).unwrap_or(u32::MAX),
        records: core_records(answer.service(), answer.into_records()),
    }
}

/// The records, over the same text.
fn core_records(service: &Service, mut from: Records) -> customs_core::Records {
    let text = std::mem::take(&mut from.text);
    let mut to = customs_core::Records::over(text, from.rows.len(), from.slots.len());
    let mut numbers = Numbers::default();
    for record in from.iter() {
        let def = service.record(record.element());
        let spelt = numbers.of(record.element_id());
        let element = *spelt
            .element
            .get_or_insert_with(|| to.name(shared(def.map_or(record.element(), |d| d.element))));
        to.begin(element);
        for (id, wire, place) in record.places() {
            if spelt.fields.len() <= id {
                spelt.fields.resize(id + 1, None);
            }
            let mut usual = || {
                to.name(match def.and_then(|d| d.field(wire)) {
                    Some(field) if field.wire != &**wire => shared(field.wire),
                    _ => Arc::clone(wire),
                })
            };
            let name = match spelt.fields.get_mut(id) {
                Some(known) => *known.get_or_insert_with(usual),
                None => usual(),
            };
            to.add(name, place);
        }
    }
    to
}

/// The number of each name's usual spelling, by element and name: rows repeat them a thousand times.
#[derive(Default)]
struct Numbers(Vec<Spelt>);

#[derive(Default, Clone)]
struct Spelt {
    element: Option<u32>,
    fields: Vec<Option<u32>>,
}

impl Numbers {
    fn of(&mut self, element: usize) -> &mut Spelt {
        if self.0.len() <= element {
            self.0.resize_with(element + 1, Spelt::default);
        }
        // It is there: made just now.
        let last = self.0.len() - 1;
        &mut self.0[element.min(last)]
    }
}
