use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use jiff::Timestamp;
use tokio::time::Instant;

use super::lock;
use crate::{
    CallContext, ClearanceState, CustomsAnswer, CustomsApi, CustomsQuery, Error, ErrorKind, Phase, Records,
    Result, Sent, ServiceId, Verdict,
};

type MakeError = Box<dyn Fn() -> Error + Send + Sync>;

/// A customs service in memory: it knows the service `API001`, and finds what was put in by the first parameter's value.
/// Clones share their content.
#[derive(Clone, Default)]
pub struct MemoryCustoms(Arc<Mutex<Content>>);

#[derive(Default)]
struct Content {
    answers: HashMap<String, CustomsAnswer>,
    failures: HashMap<String, (Option<u32>, MakeError)>,
    asked_at: Vec<Instant>,
}

impl MemoryCustoms {
    /// One that knows no record: every question is answered `not_found`.
    pub fn new() -> Self {
        Self::default()
    }

    /// From now on `number` is found in this state.
    pub fn put(&self, number: &str, status: &str, as_of: Timestamp) {
        let mut records = Records::new();
        records.push(
            "cargCsclPrgsInfoQryVo",
            [("cargMtNo", number), ("csclPrgsStts", status)],
        );
        let answer = CustomsAnswer {
            verdict: Verdict::Found,
            records,
            state: Some(ClearanceState {
                status: status.to_owned(),
                as_of: Some(as_of),
                phase: Phase::Moving,
            }),
            notice: None,
            drift: 0,
        };
        self.put_answer(number, answer);
    }

    /// From now on `number` is answered like this.
    pub fn put_answer(&self, number: &str, answer: CustomsAnswer) {
        lock(&self.0).answers.insert(number.to_owned(), answer);
    }

    /// From now on asking for `number` fails.
    pub fn fail(&self, number: &str, error: impl Fn() -> Error + Send + Sync + 'static) {
        lock(&self.0)
            .failures
            .insert(number.to_owned(), (None, Box::new(error)));
    }

    /// The next `times` questions for `number` fail.
    pub fn fail_times(&self, number: &str, times: u32, error: impl Fn() -> Error + Send + Sync + 'static) {
        lock(&self.0)
            .failures
            .insert(number.to_owned(), (Some(times), Box::new(error)));
    }

    /// When it was asked, each call once.
    pub fn asked_at(&self) -> Vec<Instant> {
        lock(&self.0).asked_at.clone()
    }
}

#[async_trait]
impl CustomsApi for MemoryCustoms {
    fn supports(&self, service: &ServiceId) -> bool {
        service.as_str() == "API001"
    }

    async fn query(&self, cx: &CallContext, query: &CustomsQuery) -> Result<CustomsAnswer> {
        if !self.supports(&query.service) {
            return Err(Error::new(
                ErrorKind::Config,
                format!("there is no key for the service {}", query.service),
            ));
        }
        let number = query
            .params
            .iter()
            .next()
            .map(|(_, value)| value)
            .unwrap_or_default();
        let mut content = lock(&self.0);
        cx.meter.count_customs_call();
        content.asked_at.push(Instant::now());
        if let Some((times, error)) = content.failures.get_mut(number) {
            match times {
                None => return Err(error().sent(Sent::Answered)),
                Some(0) => {}
                Some(left) => {
                    *left -= 1;
                    return Err(error().sent(Sent::Answered));
                }
            }
        }
        let none = || CustomsAnswer {
            verdict: Verdict::NotFound,
            records: Records::new(),
            state: None,
            notice: None,
            drift: 0,
        };
        Ok(content.answers.get(number).cloned().unwrap_or_else(none))
    }
}

impl fmt::Debug for MemoryCustoms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MemoryCustoms({} answers)", lock(&self.0).answers.len())
    }
}
