//! The client as the core's [`CustomsApi`]: questions and answers as data.

mod kept;

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use async_trait::async_trait;
use customs_core::{
    CallContext, ClearanceState, Clock, CustomsAnswer, CustomsApi, CustomsQuery, ErrorKind as CoreKind,
    Fields, Phase, ServiceId,
};
use customs_http::{Sent, TransportErrorKind};
use http::StatusCode;

use self::kept::KeptAnswers;
use crate::client::Client;
use crate::decode::Decoded;
use crate::error::Error;
use crate::query::Query;
use crate::record::Record;
use crate::services;
use crate::value::kst_day;
use crate::verdict::{ErrorKind, Verdict};

/// Answers the core's questions through a [`Client`].
///
/// A service is named by identifier or slug. Where a service takes the year of arrival, the neighbouring year is asked too
/// around the turn of the year, by the clock. Answers of code tables and exchange rates are kept for as long as
/// [`Query::keep_until`] allows, in a bounded memory that clones share; states never are. Fields come under the catalogue's spelling, whichever one the service used.
#[derive(Debug, Clone)]
pub struct Customs {
    client: Client,
    clock: Arc<dyn Clock>,
    kept: Arc<KeptAnswers>,
}

impl Customs {
    /// Asks through `client`; `clock` tells the day.
    pub fn new(client: Client, clock: Arc<dyn Clock>) -> Self {
        Self {
            client,
            clock,
            kept: Arc::default(),
        }
    }
}

#[async_trait]
impl CustomsApi for Customs {
    fn supports(&self, service: &ServiceId) -> bool {
        services::find(service.as_str()).is_some_and(|s| self.client.has_key(s))
    }

    async fn query(&self, cx: &CallContext, query: &CustomsQuery) -> customs_core::Result<CustomsAnswer> {
        let Some(service) = services::find(query.service.as_str()) else {
            let text = format!("no customs service is named {}", query.service);
            return Err(customs_core::Error::new(CoreKind::Config, text).code("unknown_service"));
        };
        let asked = query
            .params
            .iter()
            .fold(Query::new(service), |q, (wire, value)| q.with(wire, value));
        let now = self.clock.now();
        if let Some(answer) = self.kept.get(&asked, now) {
            return Ok(answer);
        }
        let count = || cx.meter.count_customs_call();
        let decoded = self.client.run(&asked, Some(kst_day(now)), &count).await;
        let decoded = decoded.map_err(|error| core_error(error, service.id))?;
        let answer = to_core(&decoded);
        if let Some(until) = asked.keep_until(&decoded, now) {
            self.kept.keep(&asked, &answer, until, now);
        }
        Ok(answer)
    }
}

fn to_core(answer: &Decoded) -> CustomsAnswer {
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

fn core_error(error: Error, service: &'static str) -> customs_core::Error {
    let message = match &error {
        // The service stands in the operation.
        Error::Answer { message, .. } => Cow::Owned(message.clone()),
        other => Cow::Owned(other.to_string()),
    };
    let sent = match error.sent() {
        Sent::No => customs_core::Sent::No,
        Sent::Maybe => customs_core::Sent::Maybe,
        Sent::Answered => customs_core::Sent::Answered,
    };
    let mut core = customs_core::Error::new(core_kind(&error), message)
        .code(error.code())
        .sent(sent)
        .operation(service);
    if error.is_transient() {
        core = core.transient();
    }
    if let Some(wait) = error.retry_after() {
        core = core.retry_after(wait);
    }
    match error {
        Error::Transport { source, .. } => {
            if let Some(url) = source.url() {
                core = core.endpoint(url.to_string());
            }
            core.source(source)
        }
        Error::Params(_) | Error::NoKey { .. } | Error::Status { .. } | Error::Answer { .. } => core,
    }
}

fn core_kind(error: &Error) -> CoreKind {
    match error {
        // The values come from the due record.
        Error::Params(_) => CoreKind::Refused,
        Error::NoKey { .. } => CoreKind::Config,
        Error::Transport { source, .. } => match source.kind() {
            TransportErrorKind::Connect | TransportErrorKind::Reset => CoreKind::Unavailable,
            TransportErrorKind::Timeout(_) => CoreKind::Timeout,
            TransportErrorKind::TooLarge | TransportErrorKind::Decode => CoreKind::Protocol,
            _ => CoreKind::Internal,
        },
        Error::Status { status, .. } => match *status {
            StatusCode::TOO_MANY_REQUESTS => CoreKind::RateLimited,
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => CoreKind::Unauthorized,
            StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_EARLY => CoreKind::Unavailable,
            status if status.is_server_error() => CoreKind::Unavailable,
            status if status.is_client_error() => CoreKind::Refused,
            _ => CoreKind::Protocol,
        },
        Error::Answer { kind, .. } => match kind {
            ErrorKind::RefusedKey | ErrorKind::WrongServiceKey => CoreKind::Unauthorized,
            ErrorKind::BadParameter => CoreKind::Refused,
            ErrorKind::ServiceTrouble => CoreKind::Unavailable,
            ErrorKind::Unclassified => CoreKind::Unclassified,
            ErrorKind::HtmlInsteadOfXml
            | ErrorKind::EmptyBody
            | ErrorKind::TruncatedXml
            | ErrorKind::NotXml
            | ErrorKind::DtdRefused
            | ErrorKind::UnknownRoot
            | ErrorKind::NotUtf8
            | ErrorKind::TooDeep
            | ErrorKind::TooLarge => CoreKind::Protocol,
        },
    }
}
