use std::collections::HashMap;
use std::sync::Arc;

use customs_core::{ClearanceState, CustomsAnswer, Fields, Phase};

use crate::decode::Decoded;
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
    let usual = |wire| def.and_then(|d| d.field(wire)).map_or(wire, |f| f.wire);
    let fields = record
        .fields()
        .map(|(wire, text)| (names.shared(usual(wire)), text))
        .collect::<Fields>();
    customs_core::Record {
        element: names.shared(def.map_or(record.element(), |d| d.element)),
        fields,
    }
}

/// Names that repeat in every row, each kept once.
#[derive(Default)]
struct Names(HashMap<Box<str>, Arc<str>>);

impl Names {
    fn shared(&mut self, name: &str) -> Arc<str> {
        match self.0.get(name) {
            Some(shared) => shared.clone(),
            None => self.0.entry(name.into()).or_insert_with(|| name.into()).clone(),
        }
    }
}
