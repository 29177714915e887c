//! The client as the core's [`CustomsApi`], and two layers that know the catalogue.
//!
//! From the outside in: [`KeepAnswers`], [`AroundNewYear`], the core's own layers (retry, circuit breaker, rate limit, timeout),
//! [`Customs`]. So a kept answer takes no turn of the rate, and each year asked takes one.

mod answer;
mod error;
mod keep;
mod kept;
mod new_year;

use std::sync::Arc;

use async_trait::async_trait;
use customs_core::{CallContext, Clock, CustomsAnswer, CustomsApi, CustomsQuery, ErrorKind, ServiceId};

use crate::catalogue::Service;
use crate::client::Client;
use crate::query::Query;
use crate::services;

pub use keep::KeepAnswers;
pub use new_year::AroundNewYear;

/// Answers the core's questions through a [`Client`]: one request each, and a second one only while a key is being replaced.
///
/// A service is named by identifier or slug. Fields come under the catalogue's spelling, whichever one the service used.
#[derive(Debug, Clone)]
pub struct Customs {
    client: Client,
    clock: Arc<dyn Clock>,
}

impl Customs {
    /// Asks through `client`; `clock` is for servers that say until when they want to be left alone.
    pub fn new(client: Client, clock: Arc<dyn Clock>) -> Self {
        Self { client, clock }
    }
}

#[async_trait]
impl CustomsApi for Customs {
    fn supports(&self, service: &ServiceId) -> bool {
        services::find(service.as_str()).is_some_and(|s| self.client.has_key(s))
    }

    async fn query(&self, cx: &CallContext, query: &CustomsQuery) -> customs_core::Result<CustomsAnswer> {
        let Some(asked) = by_catalogue(query) else {
            let text = format!("no customs service is named {}", query.service);
            return Err(customs_core::Error::new(ErrorKind::Config, text).code("unknown_service"));
        };
        let answer = self
            .client
            .query_counted(&asked, &|| cx.meter.count_customs_call())
            .await;
        answer
            .map(answer::to_core)
            .map_err(|error| error::core_error(error, asked.service().id, self.clock.now()))
    }
}

/// The core's question as the catalogue's; `None`: the service is unknown.
fn by_catalogue(query: &CustomsQuery) -> Option<Query> {
    services::find(query.service.as_str()).map(|service| asked(service, query))
}

fn asked(service: &'static Service, query: &CustomsQuery) -> Query {
    let params = query.params.iter();
    params.fold(Query::new(service), |q, (wire, value)| q.with(wire, value))
}
