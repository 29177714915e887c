//! Asks the service: address, key, transport, decoding.

use std::sync::Arc;
use std::time::Duration;

use customs_http::{Request, Timeouts, Transport, TransportError, redact};
use http::{HeaderMap, Method, header};
use jiff::civil::Date;
use secrecy::SecretString;
use url::Url;

use crate::catalogue::Service;
use crate::decode::{Decoded, Decoder, Limits};
use crate::error::{Error, RetryAfter};
use crate::keys::Keys;
use crate::query::Query;
use crate::services;
use crate::typed::TypedRequest;
use crate::verdict::{Verdict, VerdictTable};

/// Where the service stands.
pub const BASE_URL: &str = "https://unipass.customs.go.kr:38010/ext/rest";

/// How many characters of the body of a strange status are shown.
const HEAD: usize = 160;

/// A client. Cheap to clone; clones share keys and connections.
///
/// It asks once per question and key, and retries nothing: that belongs to one place around it. All methods are cancel safe:
/// asking changes nothing at the service.
///
/// ```
/// use std::sync::Arc;
///
/// use customs_http::scripted::{Reply, ScriptedTransport, When};
/// use unipass_client::{Client, services::airline};
///
/// # tokio::runtime::Builder::new_current_thread().enable_time().build()?.block_on(async {
/// let transport = ScriptedTransport::new();
/// transport.on(
///     When::get("/ext/rest/flcoBrkdQry/retrieveFlcoBrkd").query("flcoSgn", "KE"),
///     Reply::ok("<flcoBrkdQryRtnVo><tCnt>1</tCnt><flcoBrkdQryRsltVo><flcoNumSgn>180</flcoNumSgn></flcoBrkdQryRsltVo></flcoBrkdQryRtnVo>"),
/// );
/// let client = Client::builder(Arc::new(transport)).key("API009", "key of API009").build()?;
///
/// let reply = client.ask(airline::Request::new("KE")).await?;
/// let airline = reply.airline_details().next().ok_or("no airline")?;
/// assert_eq!(airline.airline_number_code(), Some("180"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Client(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    transport: Arc<dyn Transport>,
    base: Url,
    keys: Keys,
    timeouts: Timeouts,
    limits: Limits,
    verdicts: VerdictTable,
}

impl Client {
    /// A client over this transport.
    pub fn builder(transport: Arc<dyn Transport>) -> ClientBuilder {
        ClientBuilder {
            transport,
            base: BASE_URL.to_owned(),
            keys: Vec::new(),
            timeouts: Timeouts {
                head: Duration::from_secs(20),
                ..Timeouts::default()
            },
            limits: Limits::default(),
            verdicts: VerdictTable::shipped().clone(),
        }
    }

    /// Asks a typed question. See [`query`](Self::query).
    ///
    /// # Errors
    /// As for [`query`](Self::query).
    pub async fn ask<R: TypedRequest>(&self, request: R) -> Result<R::Reply, Error> {
        self.query(&request.into()).await.map(R::Reply::from)
    }

    /// Asks a question.
    ///
    /// The parameters are checked first. When a key is refused and there is a second one, that is tried once.
    ///
    /// # Errors
    /// [`Error`]. The answer of an `Ok` is never an error: its verdict is found, not found, many or mismatch.
    pub async fn query(&self, query: &Query) -> Result<Decoded, Error> {
        self.query_counted(query, &|| {}).await
    }

    /// Asks a question, and if nothing is found asks again about the neighbouring year where the service takes a year that may
    /// be off by one around the turn of the year; see [`neighbour_year`](crate::neighbour_year). `today` is the day in Korea.
    ///
    /// # Errors
    /// As for [`query`](Self::query); "not found" only if both years were answered so.
    pub async fn query_around_new_year(&self, query: &Query, today: Date) -> Result<Decoded, Error> {
        let answer = self.query(query).await?;
        match query.for_neighbour_year(today) {
            Some(other) if answer.verdict() == Verdict::NotFound => self.query(&other).await,
            _ => Ok(answer),
        }
    }

    /// Whether there is a key for this service.
    pub fn has_key(&self, service: &Service) -> bool {
        self.0.keys.of(service).is_some()
    }

    /// Calls `on_send` before each request that leaves the process.
    pub(crate) async fn query_counted(
        &self,
        query: &Query,
        on_send: &(dyn Fn() + Sync),
    ) -> Result<Decoded, Error> {
        query.check()?;
        let service = query.service();
        let ring = self
            .0
            .keys
            .of(service)
            .ok_or(Error::NoKey { service: service.id })?;
        let personal: Vec<SecretString> = query.personal_values().map(SecretString::from).collect();
        let secrets: Vec<&SecretString> = ring.all().iter().chain(&personal).collect();
        let mut refused = None;
        for (position, key) in ring.in_order() {
            on_send();
            match self.exchange(query, key, &secrets).await {
                Err(error @ Error::Answer { kind, .. }) if kind.is_about_the_key() => {
                    refused.get_or_insert(error);
                }
                other => {
                    ring.worked(position);
                    return other;
                }
            }
        }
        Err(refused.unwrap_or(Error::NoKey { service: service.id }))
    }

    async fn exchange(
        &self,
        query: &Query,
        key: &SecretString,
        secrets: &[&SecretString],
    ) -> Result<Decoded, Error> {
        let Inner {
            transport,
            base,
            timeouts,
            limits,
            verdicts,
            ..
        } = &*self.0;
        let service = query.service();
        let no_answer = |source: TransportError| Error::Transport {
            service: service.id,
            source,
        };
        let mut request = Request::new(Method::GET, query.url(base, key)).timeouts(*timeouts);
        request.max_body = Some(limits.max_bytes);
        let response = transport.send(request).await.map_err(no_answer)?;
        let (status, retry_after) = (response.status, retry_after(&response.headers));
        let body = response.body.collect(limits.max_bytes).await.map_err(no_answer)?;
        if !status.is_success() {
            let head = redact::head(body.trim_ascii(), HEAD, secrets);
            return Err(Error::Status {
                service: service.id,
                status,
                retry_after,
                head,
            });
        }
        let answer = Decoder::new(service)
            .table(verdicts)
            .secrets(secrets)
            .limits(*limits)
            .decode(&body);
        if !answer.drift().is_empty() {
            tracing::debug!(message = "The answer holds what the catalogue does not know.", service = service.id, drift = ?answer.drift());
        }
        match answer.error() {
            Some(error) => Err(Error::Answer {
                service: service.id,
                kind: error.kind,
                message: error.message.clone(),
            }),
            None => Ok(answer),
        }
    }
}

/// `Retry-After` in both its forms, seconds and a date.
fn retry_after(headers: &HeaderMap) -> Option<RetryAfter> {
    let text = headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim();
    let seconds = text.parse().ok().map(|s| RetryAfter::In(Duration::from_secs(s)));
    seconds.or_else(|| {
        let date = jiff::fmt::rfc2822::parse(text).ok()?;
        Some(RetryAfter::At(date.timestamp()))
    })
}

/// Makes a [`Client`]. Setters never fail; [`build`](Self::build) reports everything at once.
#[derive(Debug)]
pub struct ClientBuilder {
    transport: Arc<dyn Transport>,
    base: String,
    keys: Vec<(String, SecretString)>,
    timeouts: Timeouts,
    limits: Limits,
    verdicts: VerdictTable,
}

impl ClientBuilder {
    /// Asks another host than [`BASE_URL`]: a relay, a test host, a simulator.
    #[must_use]
    pub fn base_url(mut self, base: impl Into<String>) -> Self {
        self.base = base.into();
        self
    }

    /// Adds a key of a service, named by identifier or slug. A second key for the same service is used when the first is
    /// refused, so that a key can be replaced without a gap.
    #[must_use]
    pub fn key(mut self, service: impl Into<String>, key: impl Into<SecretString>) -> Self {
        self.keys.push((service.into(), key.into()));
        self
    }

    /// Bounds on the time of one exchange. Default: 20 s to the head of the response, 120 s in all.
    #[must_use]
    pub fn timeouts(mut self, timeouts: Timeouts) -> Self {
        self.timeouts = timeouts;
        self
    }

    /// Bounds on an answer.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Judges answers by this table.
    #[must_use]
    pub fn verdicts(mut self, verdicts: VerdictTable) -> Self {
        self.verdicts = verdicts;
        self
    }

    /// The client.
    ///
    /// # Errors
    /// [`BuildError`] with every problem.
    pub fn build(self) -> Result<Client, BuildError> {
        let mut problems = Vec::new();
        let base = Url::parse(&self.base)
            .ok()
            .filter(|url| matches!(url.scheme(), "https" | "http") && url.has_host());
        if base
            .as_ref()
            .is_none_or(|url| url.query().is_some() || url.fragment().is_some() || !url.username().is_empty())
        {
            problems.push(format!(
                "the base address must be http(s)://host[:port]/path without user, query and fragment, such as {BASE_URL}"
            ));
        }
        let mut keys = Keys::default();
        for (name, key) in self.keys {
            match services::find(&name) {
                None => problems.push(format!("a key names an unknown service: {name}")),
                Some(service) if secrecy::ExposeSecret::expose_secret(&key).trim().is_empty() => {
                    problems.push(format!("the key of {} is empty", service.id));
                }
                Some(service) => keys.add(service, key),
            }
        }
        match base {
            Some(base) if problems.is_empty() => Ok(Client(Arc::new(Inner {
                transport: self.transport,
                base,
                keys,
                timeouts: self.timeouts,
                limits: self.limits,
                verdicts: self.verdicts,
            }))),
            _ => Err(BuildError { problems }),
        }
    }
}

/// What is wrong with a client's settings.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the client cannot be made: {}", problems.join("; "))]
#[non_exhaustive]
pub struct BuildError {
    /// Every problem, in words.
    pub problems: Vec<String>,
}
