//! Where urgent requests come in: checks what people ask for, keeps it, and says so.

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::Arc;

use tokio::sync::Notify;

use crate::template::{Maps, Template};
use crate::{
    Clock, CompanyId, Error, ErrorKind, JobName, RecordKey, RequestId, Result, UrgentQueue, UrgentRequest,
};

/// Records that one request may name.
pub const MAX_KEYS: usize = 10_000;
/// Requests that may wait. More than that means that nobody works on them.
pub const MAX_WAITING: u64 = 10_000;
/// Characters that a number or key may have.
const MAX_LENGTH: usize = 200;

/// How the number that people know becomes the key of a record: a template with the fields `number` and `company`, such as
/// `{company}/{number|pad:10}`. A text that holds `/` is a key already.
#[derive(Debug, Clone)]
pub struct KeyRule(Template);

impl KeyRule {
    /// A rule from its template.
    ///
    /// # Errors
    /// `Config`, if the template does not use `number`, or uses anything but `number` and `company`.
    pub fn new(template: Template) -> Result<Self> {
        let known = |f: &str| matches!(f, "number" | "company");
        if template.fields().all(|f| f != "number") || !template.fields().all(known) {
            let text = "a template with the field `number`, and no other but `company`";
            return Err(Error::new(ErrorKind::Config, text));
        }
        if template.maps().next().is_some() {
            return Err(Error::new(
                ErrorKind::Config,
                "a template without the filter `map`",
            ));
        }
        Ok(Self(template))
    }

    fn key(&self, company: &CompanyId, number: &str) -> Result<RecordKey> {
        let number = number.trim();
        let refused = |why: &str| {
            let shown: String = number.chars().filter(|c| !c.is_control()).take(40).collect();
            Error::new(ErrorKind::Refused, format!("{shown:?} {why}")).code("bad_number")
        };
        if number.is_empty() {
            return Err(refused("names no record"));
        }
        if number.chars().count() > MAX_LENGTH {
            return Err(refused("is too long to name a record"));
        }
        if number.chars().any(char::is_control) {
            return Err(refused("holds control characters"));
        }
        if number.contains('/') {
            return Ok(number.into());
        }
        let number = number.replace('%', "%25");
        let field = |name: &str| match name {
            "number" => Some(Cow::Borrowed(number.as_str())),
            _ => Some(Cow::Borrowed(company.as_str())),
        };
        Ok(self.0.render(field, &Maps::new())?.into())
    }
}

/// A job that takes urgent requests.
#[derive(Debug, Clone)]
pub struct DeskJob {
    /// The company.
    pub company: CompanyId,
    /// The job.
    pub job: JobName,
    /// What users call this kind of request (`Type` in the body that they send).
    pub kind: String,
    /// How a number becomes a key.
    pub rule: KeyRule,
}

impl DeskJob {
    /// The key of a record that people name.
    ///
    /// # Errors
    /// `Refused`, if it names none.
    pub fn key_of(&self, number: &str) -> Result<RecordKey> {
        self.rule.key(&self.company, number)
    }
}

/// Which job is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Which {
    /// By the users' own word.
    Kind(String),
    /// By name, and by company where two companies have jobs of one name.
    Named {
        /// The company; may be left out.
        company: Option<String>,
        /// The job; may be left out where there is but one.
        job: Option<String>,
    },
}

/// One thing that is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    /// Of which job.
    pub which: Which,
    /// The records, by number or key.
    pub numbers: Vec<String>,
}

/// Takes urgent requests. Cheap to clone.
#[derive(Debug, Clone)]
pub struct UrgentDesk {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    jobs: Vec<DeskJob>,
    queue: Arc<dyn UrgentQueue>,
    clock: Arc<dyn Clock>,
    news: Notify,
}

impl UrgentDesk {
    /// A desk for these jobs.
    pub fn new(jobs: Vec<DeskJob>, queue: Arc<dyn UrgentQueue>, clock: Arc<dyn Clock>) -> Self {
        Self {
            shared: Arc::new(Shared {
                jobs,
                queue,
                clock,
                news: Notify::new(),
            }),
        }
    }

    /// The jobs.
    pub fn jobs(&self) -> &[DeskJob] {
        &self.shared.jobs
    }

    /// The queue behind it.
    pub fn queue(&self) -> &dyn UrgentQueue {
        &*self.shared.queue
    }

    /// Keeps what is asked for, all of it or nothing. Once it returns, the requests are done some day, whatever happens. A
    /// number that is named twice is asked for once.
    ///
    /// # Errors
    /// `Refused` with a code and a text for the asker (`unknown_job`, `no_numbers`, `too_many_numbers`, `bad_number`);
    /// `RateLimited` if too much waits already; what the queue says.
    pub async fn ask(&self, by: &str, asks: &[Ask]) -> Result<Vec<UrgentRequest>> {
        let now = self.shared.clock.now();
        let refused = |code: &'static str, text: String| Error::new(ErrorKind::Refused, text).code(code);
        if asks.iter().all(|a| a.numbers.is_empty()) {
            return Err(refused("no_numbers", "the request names no record".to_owned()));
        }
        let all: usize = asks.iter().map(|a| a.numbers.len()).sum();
        if all > MAX_KEYS {
            let text = format!("the request names {all} records, and may name {MAX_KEYS}");
            return Err(refused("too_many_numbers", text));
        }
        let mut requests = Vec::with_capacity(asks.len());
        for ask in asks.iter().filter(|a| !a.numbers.is_empty()) {
            let job = self.find(&ask.which)?;
            let mut seen = HashSet::new();
            let mut keys = Vec::with_capacity(ask.numbers.len());
            for number in &ask.numbers {
                let key = job.key_of(number)?;
                if seen.insert(key.clone()) {
                    keys.push(key);
                }
            }
            requests.push(UrgentRequest {
                id: RequestId::new(now),
                company: job.company.clone(),
                job: job.job.clone(),
                keys,
                by: by.to_owned(),
                at: now,
            });
        }
        self.accept(requests).await
    }

    /// Asks for a full run.
    ///
    /// # Errors
    /// As [`ask`](Self::ask).
    pub async fn ask_for_all(&self, by: &str, which: &Which) -> Result<UrgentRequest> {
        let (now, job) = (self.shared.clock.now(), self.find(which)?);
        let request = UrgentRequest {
            id: RequestId::new(now),
            company: job.company.clone(),
            job: job.job.clone(),
            keys: Vec::new(),
            by: by.to_owned(),
            at: now,
        };
        self.accept(vec![request.clone()]).await?;
        Ok(request)
    }

    /// Asks for records by their keys, as errors name them.
    ///
    /// # Errors
    /// As [`ask`](Self::ask).
    pub async fn ask_for_keys(
        &self,
        by: &str,
        company: &CompanyId,
        job: &JobName,
        keys: Vec<RecordKey>,
    ) -> Result<UrgentRequest> {
        let which = Which::Named {
            company: Some(company.to_string()),
            job: Some(job.to_string()),
        };
        let (now, job) = (self.shared.clock.now(), self.find(&which)?);
        let mut seen = HashSet::new();
        let request = UrgentRequest {
            id: RequestId::new(now),
            company: job.company.clone(),
            job: job.job.clone(),
            keys: keys
                .into_iter()
                .filter(|k| seen.insert(k.clone()))
                .take(MAX_KEYS)
                .collect(),
            by: by.to_owned(),
            at: now,
        };
        self.accept(vec![request.clone()]).await?;
        Ok(request)
    }

    /// Returns when something may have come in through this desk.
    pub async fn news(&self) {
        self.shared.news.notified().await;
    }

    async fn accept(&self, requests: Vec<UrgentRequest>) -> Result<Vec<UrgentRequest>> {
        let waiting = self.shared.queue.waiting().await?;
        if waiting >= MAX_WAITING {
            let text = format!("{waiting} requests wait already");
            return Err(Error::new(ErrorKind::RateLimited, text).code("too_many_waiting"));
        }
        self.shared.queue.accept(&requests).await?;
        self.shared.news.notify_one();
        Ok(requests)
    }

    fn find(&self, which: &Which) -> Result<&DeskJob> {
        let jobs = &self.shared.jobs;
        let fits = |j: &&DeskJob| match which {
            Which::Kind(kind) => j.kind == *kind,
            Which::Named { company, job } => {
                company.as_ref().is_none_or(|c| j.company.as_str() == c)
                    && job.as_ref().is_none_or(|n| j.job.as_str() == n)
            }
        };
        let found: Vec<&DeskJob> = jobs.iter().filter(fits).collect();
        let list = |name: fn(&DeskJob) -> String| jobs.iter().map(name).collect::<Vec<_>>().join(", ");
        let full = |j: &DeskJob| format!("{}/{}", j.company, j.job);
        let text = match (found.as_slice(), which) {
            ([one], _) => return Ok(one),
            ([], Which::Kind(kind)) => {
                format!(
                    "no job takes Type {kind:?}; there are: {}",
                    list(|j| j.kind.clone())
                )
            }
            ([], Which::Named { .. }) => format!("there is no such job; there are: {}", list(full)),
            (_, Which::Kind(kind)) => format!("several jobs take Type {kind:?}"),
            (_, Which::Named { .. }) => format!("which job is meant? There are: {}", list(full)),
        };
        Err(Error::new(ErrorKind::Refused, text).code("unknown_job"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SystemClock;
    use crate::memory::MemoryUrgentQueue;

    fn desk() -> UrgentDesk {
        let job = |company: &str, name: &str, kind: &str, template: &str| DeskJob {
            company: company.into(),
            job: name.into(),
            kind: kind.to_owned(),
            rule: KeyRule::new(template.parse().unwrap()).unwrap(),
        };
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        UrgentDesk::new(
            vec![
                job("1000", "import", "API", "{company}/{number|pad:10}"),
                job("2000", "export", "EXP", "{number}"),
            ],
            Arc::new(MemoryUrgentQueue::new(clock.clone())),
            clock,
        )
    }

    fn ask(kind: &str, numbers: &[&str]) -> Ask {
        Ask {
            which: Which::Kind(kind.to_owned()),
            numbers: numbers.iter().map(|n| (*n).to_owned()).collect(),
        }
    }

    #[tokio::test]
    async fn numbers_become_keys_by_the_jobs_rule() {
        let desk = desk();
        let asks = [
            ask("API", &["11111", " 22222 ", "11111", "1000/7", "5%"]),
            ask("EXP", &["X1"]),
            ask("API", &[]),
        ];
        let kept = desk.ask("erp", &asks).await.unwrap();
        let keys: Vec<Vec<&str>> = kept
            .iter()
            .map(|r| r.keys.iter().map(RecordKey::as_str).collect())
            .collect();
        assert_eq!(
            keys,
            [
                vec!["1000/0000011111", "1000/0000022222", "1000/7", "1000/5%25"],
                vec!["X1"]
            ]
        );
        assert_eq!(desk.queue().waiting().await.unwrap(), 2);
        desk.news().await;
    }

    #[tokio::test]
    async fn what_is_refused_is_refused_as_a_whole_and_says_why() {
        let desk = desk();
        let many: Vec<String> = (0..=MAX_KEYS).map(|n| n.to_string()).collect();
        let too_many = Ask {
            which: Which::Kind("API".to_owned()),
            numbers: many,
        };
        for (asks, code, text) in [
            (vec![], "no_numbers", "the request names no record"),
            (vec![ask("API", &[])], "no_numbers", "the request names no record"),
            (
                vec![ask("API", &["1"]), ask("api", &["1"])],
                "unknown_job",
                "no job takes Type \"api\"; there are: API, EXP",
            ),
            (
                vec![ask("API", &["1", " "])],
                "bad_number",
                "\"\" names no record",
            ),
            (
                vec![ask("API", &["1\n2"])],
                "bad_number",
                "\"12\" holds control characters",
            ),
            (
                vec![too_many],
                "too_many_numbers",
                "the request names 10001 records, and may name 10000",
            ),
        ] {
            let error = desk.ask("erp", &asks).await.unwrap_err();
            assert_eq!(
                (error.get_code(), error.kind()),
                (code, ErrorKind::Refused),
                "{asks:?}"
            );
            assert!(error.to_string().contains(text), "{error}");
        }
        let which = Which::Named {
            company: None,
            job: None,
        };
        let error = desk.ask_for_all("erp", &which).await.unwrap_err();
        assert!(error.to_string().contains("1000/import, 2000/export"), "{error}");
        assert_eq!(desk.queue().waiting().await.unwrap(), 0);
    }

    #[test]
    fn a_rule_must_use_the_number() {
        for text in ["{company}", "{number}{x}", "{number|map:m}"] {
            assert!(KeyRule::new(text.parse().unwrap()).is_err(), "{text}");
        }
    }
}
