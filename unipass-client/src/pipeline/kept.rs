use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use customs_core::CustomsAnswer;
use jiff::Timestamp;

use crate::query::Query;

/// The most fields kept at once, of all answers together: some 10 MB.
const MAX_FIELDS: usize = 50_000;

/// Answers that need not be asked for again, each until its time: code tables and rates, never a state.
#[derive(Debug, Default)]
pub(super) struct KeptAnswers(Mutex<BTreeMap<Key, Kept>>);

/// Service and parameters.
type Key = (&'static str, BTreeMap<String, String>);

struct Kept {
    until: Timestamp,
    fields: usize,
    answer: CustomsAnswer,
}

impl std::fmt::Debug for Kept {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} fields until {}", self.fields, self.until)
    }
}

impl KeptAnswers {
    /// The answer to the same question, if its time has not passed.
    pub(super) fn get(&self, query: &Query, now: Timestamp) -> Option<CustomsAnswer> {
        self.lock()
            .get(&key(query))
            .filter(|kept| now < kept.until)
            .map(|kept| kept.answer.clone())
    }

    /// Keeps an answer. What ends first makes room; an answer that is too large by itself is not kept.
    pub(super) fn keep(&self, query: &Query, answer: &CustomsAnswer, until: Timestamp, now: Timestamp) {
        let fields = answer
            .records
            .iter()
            .map(|record| record.fields().len() + 1)
            .sum::<usize>();
        let mut kept = self.lock();
        kept.retain(|_, other| now < other.until);
        while kept.values().map(|k| k.fields).sum::<usize>() + fields > MAX_FIELDS {
            let Some(first) = kept
                .iter()
                .min_by_key(|(_, k)| k.until)
                .map(|(key, _)| key.clone())
            else {
                return;
            };
            kept.remove(&first);
        }
        kept.insert(
            key(query),
            Kept {
                until,
                fields,
                answer: answer.clone(),
            },
        );
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<Key, Kept>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn key(query: &Query) -> Key {
    (
        query.service().id,
        query
            .params()
            .map(|(wire, value)| (wire.to_owned(), value.to_owned()))
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use customs_core::{Records, Verdict};

    use super::*;
    use crate::services;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn question(code: &str) -> Query {
        Query::new(&services::airline::SERVICE).with("flcoSgn", code)
    }

    fn answer(fields: usize) -> CustomsAnswer {
        let mut records = Records::new();
        records.push("a", (1..fields).map(|i| (i.to_string(), "")));
        CustomsAnswer {
            verdict: Verdict::Found,
            records,
            state: None,
            notice: None,
            drift: 0,
        }
    }

    #[test]
    fn an_answer_serves_the_same_question_until_its_time() {
        let kept = KeptAnswers::default();
        kept.keep(&question("KE"), &answer(2), at(10), at(0));
        assert_eq!(kept.get(&question("KE"), at(9)), Some(answer(2)));
        assert_eq!(kept.get(&question("KE"), at(10)), None);
        assert_eq!(kept.get(&question("OZ"), at(9)), None);
    }

    #[test]
    fn what_ends_first_makes_room() {
        let kept = KeptAnswers::default();
        let half = MAX_FIELDS / 2;
        kept.keep(&question("A"), &answer(half), at(30), at(0));
        kept.keep(&question("B"), &answer(half), at(20), at(0));
        kept.keep(&question("C"), &answer(half), at(40), at(0));
        let held = |code| kept.get(&question(code), at(1)).is_some();
        assert_eq!((held("A"), held("B"), held("C")), (true, false, true));
    }

    #[test]
    fn an_answer_too_large_is_not_kept() {
        let kept = KeptAnswers::default();
        kept.keep(&question("A"), &answer(MAX_FIELDS + 1), at(30), at(0));
        assert_eq!(kept.get(&question("A"), at(1)), None);
    }
}
