//! From an answer of customs to the columns that are written, and the digest that tells a change.

use std::borrow::Cow;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::{self, TimeZone};

use crate::digest::Digest;
use crate::template::{Maps, Template};
use crate::{CustomsAnswer, Delivery, DueRecord, Error, ErrorKind, Fields, RecordState, Result};

/// Korean time: all times of customs are in it, without saying so.
pub fn korean_time() -> TimeZone {
    tz::offset(9).to_time_zone()
}

/// Names that a template can use beside the fields of the answer; the volatile ones do not count as a change.
const VOLATILE: [&str; 2] = ["idempotency_key", "observed_at"];

/// Which columns are written, and how they come from an answer.
///
/// A template can name a field of the answer (`csclPrgsStts`: the first record that has it; `Element.field` picks the
/// element), a field of the due record (`origin.Bukrs`), and `key`, `verdict`, `status`, `as_of`, `notice`, `observed_at`,
/// `idempotency_key`. Times are Korean.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mapping {
    columns: Vec<(Arc<str>, Template)>,
    maps: Maps,
}

impl Mapping {
    /// A mapping. A template that names a table which is not in `maps`, and a column that stands there twice, is a `Config`
    /// error.
    pub fn new(columns: Vec<(String, Template)>, maps: Maps) -> Result<Self> {
        for (at, (column, template)) in columns.iter().enumerate() {
            if columns.iter().take(at).any(|(before, _)| before == column) {
                let text = format!("column `{column}` stands there twice");
                return Err(Error::new(ErrorKind::Config, text));
            }
            if let Some(table) = template.maps().find(|t| !maps.contains_key(*t)) {
                let text = format!("column `{column}` looks into [map.{table}], which is not there");
                return Err(Error::new(ErrorKind::Config, text));
            }
        }
        let columns = columns
            .into_iter()
            .map(|(name, template)| (name.into(), template));
        Ok(Self {
            columns: columns.collect(),
            maps,
        })
    }

    /// The names of the columns, in order.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|(name, _)| &**name)
    }

    /// Whether a column carries the idempotency key to the sink.
    pub fn carries_idempotency_key(&self) -> bool {
        self.columns
            .iter()
            .any(|(_, t)| t.fields().any(|f| f == "idempotency_key"))
    }

    /// Maps an answer to what would be written, and its digest.
    ///
    /// The idempotency key covers job, record, digest and how often the record was written before, doubtful writes of another
    /// digest included (or, while the ledger knows of no write, what the source holds): repeating a write after a crash carries the same key, and a state that
    /// comes back later carries another.
    pub fn map(
        &self,
        job: &str,
        due: &DueRecord,
        known: &RecordState,
        answer: &CustomsAnswer,
        observed_at: Timestamp,
    ) -> Result<(Delivery, String)> {
        let state = answer.state.as_ref();
        let texts = Known {
            due,
            answer,
            observed_at,
        };
        let mut columns = Vec::with_capacity(self.columns.len());
        let mut digest = Digest::default();
        for (name, template) in &self.columns {
            let volatile = template.fields().any(|f| VOLATILE.contains(&f));
            let value = if volatile {
                None
            } else {
                Some(template.fill(|f| texts.field(f, ""), &self.maps)?)
            };
            if let Some(value) = &value {
                digest.add(name);
                digest.add(value);
            }
            columns.push((name, template, value));
        }
        let digest = digest.hex();
        let idempotency_key = idempotency_key(job, due, known, &digest);
        let bytes = columns
            .iter()
            .map(|(_, _, value)| value.as_ref().map_or(idempotency_key.len(), |v| v.len()));
        let mut fields = Fields::with_capacity(columns.len(), bytes.sum());
        for (name, template, value) in columns {
            let value = match value {
                Some(value) => value,
                None => template.fill(|f| texts.field(f, &idempotency_key), &self.maps)?,
            };
            fields.push(Arc::clone(name), value);
        }
        // Customs corrected itself: the state's time went back although we asked later.
        let corrected = match (
            state.and_then(|s| s.as_of),
            known.state.as_ref().and_then(|s| s.as_of),
        ) {
            (Some(now), Some(before)) => now < before,
            _ => false,
        };
        Ok((
            Delivery {
                key: due.key.clone(),
                idempotency_key,
                observed_at,
                columns: fields,
                corrected,
            },
            digest,
        ))
    }
}

/// What a template can name.
#[derive(Clone, Copy)]
struct Known<'a> {
    due: &'a DueRecord,
    answer: &'a CustomsAnswer,
    observed_at: Timestamp,
}

impl<'a> Known<'a> {
    fn field(self, name: &str, idempotency_key: &'a str) -> Option<Cow<'a, str>> {
        let state = self.answer.state.as_ref();
        match name {
            "key" => Some(self.due.key.as_str().into()),
            "verdict" => Some(self.answer.verdict.to_string().into()),
            "notice" => Some(self.answer.notice.as_deref().unwrap_or_default().into()),
            "status" => state.map(|s| s.status.as_str().into()),
            "as_of" => Some(
                state
                    .and_then(|s| s.as_of)
                    .map(korean_text)
                    .unwrap_or_default()
                    .into(),
            ),
            "observed_at" => Some(korean_text(self.observed_at).into()),
            "idempotency_key" => Some(idempotency_key.into()),
            _ => match name.strip_prefix("origin.") {
                Some(field) => self.due.origin.get(field).map(Cow::Borrowed),
                None => self.answer.field(name).map(Cow::Borrowed),
            },
        }
    }
}

fn korean_text(at: Timestamp) -> String {
    at.to_zoned(korean_time())
        .strftime("%Y-%m-%dT%H:%M:%S")
        .to_string()
}

fn idempotency_key(job: &str, due: &DueRecord, known: &RecordState, digest: &str) -> String {
    let writes = known.writes_before(digest).to_string();
    let mut key: Digest = [job, due.key.as_str(), digest, &writes].into_iter().collect();
    // While the ledger knows the record, the count of writes tells a state that comes back from a repeat. Without it, what
    // the source holds does.
    if known.pushed.is_none() {
        for (name, value) in due.current.iter().flat_map(Fields::iter) {
            key.add(name);
            key.add(value);
        }
    }
    key.hex()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ClearanceState, CustomsQuery, Phase, Priority, Records, Verdict};

    fn mapping(columns: &[(&str, &str)]) -> Mapping {
        let columns = columns
            .iter()
            .map(|(n, t)| ((*n).to_owned(), t.parse().unwrap()))
            .collect();
        Mapping::new(columns, Maps::new()).unwrap()
    }

    fn due() -> DueRecord {
        DueRecord {
            key: "1000/1".into(),
            query: CustomsQuery::new("API001", Fields::new()),
            priority: Priority::Normal,
            origin: [("Bukrs", "1000")].into_iter().collect(),
            current: None,
        }
    }

    fn answer(status: &str, as_of: &str) -> CustomsAnswer {
        let state = ClearanceState {
            status: status.into(),
            as_of: Some(as_of.parse().unwrap()),
            phase: Phase::Moving,
        };
        let mut records = Records::new();
        records.push("Vo", [("csclPrgsStts", status), ("prcsDttm", "20200607150515")]);
        CustomsAnswer {
            verdict: Verdict::Found,
            records,
            state: Some(state),
            notice: None,
            drift: 0,
        }
    }

    fn map(mapping: &Mapping, known: &RecordState, answer: &CustomsAnswer, at: &str) -> (Delivery, String) {
        mapping
            .map("job", &due(), known, answer, at.parse().unwrap())
            .unwrap()
    }

    #[test]
    fn columns_come_from_answer_origin_and_call() {
        let mapping = mapping(&[
            ("Bukrs", "{origin.Bukrs}"),
            ("Stats", "{Vo.csclPrgsStts}"),
            ("Udate", "{as_of|date}"),
            ("Asked", "{observed_at|time}"),
            ("Idem", "{idempotency_key}"),
        ]);
        let known = RecordState::new("1000/1".into());
        let (delivery, _) = map(
            &mapping,
            &known,
            &answer("반출완료", "2020-06-07T15:05:15Z"),
            "2026-01-01T00:00:00Z",
        );
        let columns: Vec<_> = delivery.columns.iter().collect();
        assert_eq!(
            columns[..4],
            [
                ("Bukrs", "1000"),
                ("Stats", "반출완료"),
                ("Udate", "2020-06-08"),
                ("Asked", "09:00:00")
            ]
        );
        assert_eq!(columns[4], ("Idem", delivery.idempotency_key.as_str()));
        assert!(mapping.carries_idempotency_key());
    }

    #[test]
    fn the_digest_follows_the_columns_and_not_the_time_of_asking() {
        let one = mapping(&[("Stats", "{csclPrgsStts}"), ("Asked", "{observed_at}")]);
        let known = RecordState::new("1000/1".into());
        let a = answer("a", "2020-06-07T15:05:15Z");
        let first = map(&one, &known, &a, "2026-01-01T00:00:00Z");
        let again = map(&one, &known, &a, "2026-01-01T00:05:00Z");
        assert_eq!(
            (first.1.as_str(), &first.0.idempotency_key),
            (again.1.as_str(), &again.0.idempotency_key)
        );
        let other = map(
            &one,
            &known,
            &answer("b", "2020-06-07T15:05:15Z"),
            "2026-01-01T00:05:00Z",
        );
        assert_ne!(first.1, other.1);
        let mapped_anew = mapping(&[("Status", "{csclPrgsStts}"), ("Asked", "{observed_at}")]);
        assert_ne!(first.1, map(&mapped_anew, &known, &a, "2026-01-01T00:00:00Z").1);
    }

    #[test]
    fn a_state_that_comes_back_has_another_idempotency_key() {
        let mapping = mapping(&[("Stats", "{csclPrgsStts}")]);
        let mut known = RecordState::new("1000/1".into());
        let a = answer("a", "2020-06-07T15:05:15Z");
        let first = map(&mapping, &known, &a, "2026-01-01T00:00:00Z").0;
        known.pushes = 2;
        assert_ne!(
            first.idempotency_key,
            map(&mapping, &known, &a, "2026-01-01T00:00:00Z")
                .0
                .idempotency_key
        );
    }

    #[test]
    fn a_time_that_goes_back_is_a_correction() {
        let mapping = mapping(&[("Stats", "{csclPrgsStts}")]);
        let mut known = RecordState::new("1000/1".into());
        known.state = answer("a", "2020-06-08T00:00:00Z").state;
        assert!(
            map(
                &mapping,
                &known,
                &answer("b", "2020-06-07T00:00:00Z"),
                "2026-01-01T00:00:00Z"
            )
            .0
            .corrected
        );
        assert!(
            !map(
                &mapping,
                &known,
                &answer("b", "2020-06-08T00:00:00Z"),
                "2026-01-01T00:00:00Z"
            )
            .0
            .corrected
        );
    }

    #[test]
    fn a_column_that_stands_there_twice_is_a_config_error() {
        let columns = ["a", "b"].map(|text| ("Stats".to_owned(), text.parse().unwrap()));
        let error = Mapping::new(columns.into(), Maps::new()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
    }

    #[test]
    fn a_table_that_is_not_there_is_a_config_error() {
        let columns = vec![("Stats".to_owned(), "{x|map:stats}".parse().unwrap())];
        assert_eq!(
            Mapping::new(columns, Maps::new()).unwrap_err().kind(),
            ErrorKind::Config
        );
    }
}
