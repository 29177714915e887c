use std::sync::Arc;

use customs_core::{ClearanceState, CustomsAnswer, Fields, Phase};

use crate::decode::Decoded;
use crate::names::shared;
use crate::record::Record;
use crate::verdict::Verdict;

/// The answer as the core's data, under the catalogue's spellings.
pub(super) fn to_core(answer: &Decoded) -> CustomsAnswer {
    let mut names = Names::default();
    CustomsAnswer {
        verdict: match answer.verdict() {
            Verdict::Found => customs_core::Verdict::Found,
            Verdict::NotFound => customs_core::Verdict::NotFound,
            Verdict::Many => customs_core::Verdict::Many,
            Verdict::Mismatch => customs_core::Verdict::Mismatch,
            Verdict::Error(kind) => customs_core::Verdict::Error(kind.code().into()),
        },
        records: answer
            .records()
            .iter()
            .map(|r| core_record(answer, r, &mut names))
            .collect(),
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
    }
}

fn core_record(answer: &Decoded, record: Record<'_>, names: &mut Names) -> customs_core::Record {
    let def = answer.service().record(record.element());
    let spelt = names.of(record.element_id());
    let bytes = record.fields().map(|(_, text)| text.len()).sum();
    let mut fields = Fields::with_capacity(record.fields().len(), bytes);
    for (id, wire, text) in record.numbered() {
        if spelt.len() <= id {
            spelt.resize(id + 1, None);
        }
        let usual = || match def.and_then(|d| d.field(wire)) {
            Some(field) if field.wire != &**wire => shared(field.wire),
            _ => Arc::clone(wire),
        };
        let name = spelt
            .get_mut(id)
            .map_or_else(usual, |spelt| spelt.get_or_insert_with(usual).clone());
        fields.push(name, text);
    }
    customs_core::Record {
        element: shared(def.map_or(record.element(), |d| d.element)),
        fields,
    }
}

/// The usual spelling of each name, by element and name: rows repeat them a thousand times.
#[derive(Default)]
struct Names(Vec<Vec<Option<Arc<str>>>>);

impl Names {
    fn of(&mut self, element: usize) -> &mut Vec<Option<Arc<str>>> {
        if self.0.len() <= element {
            self.0.resize_with(element + 1, Vec::new);
        }
        // It is there: made just now.
        let last = self.0.len() - 1;
        &mut self.0[element.min(last)]
    }
}
