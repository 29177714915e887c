//! The HTTP face: the path, the key, the first scenario that agrees.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use axum::{Router, routing};
use http::{Method, StatusCode, Uri, header};
use secrecy::SecretString;

use super::arrivals::Arrivals;
use super::keys::Keys;
use super::scenario::Service;
use super::view::View;
use crate::faults::GoesTo;
use crate::world::World;

/// What stands before `/<service>/<operation>`.
pub(super) const BASE: &str = "/ext/rest";
const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>";
const NOT_FOUND_PAGE: &str =
    "<html><head><title>404 Not Found</title></head><body><h1>Not Found</h1></body></html>";

/// What the handlers share.
#[derive(Debug)]
pub(super) struct Gateway {
    world: World,
    /// By `service/operation`.
    services: HashMap<String, (Arc<str>, Service)>,
    keys: Keys,
    arrivals: Arrivals,
    latency: Duration,
}

impl Gateway {
    pub(super) fn new(
        world: World,
        services: Vec<Service>,
        keys: Keys,
        arrivals: Arrivals,
        latency: Duration,
    ) -> Self {
        let services = services
            .into_iter()
            .map(|service| (service.path.clone(), (Arc::from(service.id.as_str()), service)))
            .collect();
        Self {
            world,
            services,
            keys,
            arrivals,
            latency,
        }
    }

    pub(super) fn world(&self) -> World {
        self.world
    }

    pub(super) fn services(&self) -> impl Iterator<Item = &str> {
        self.services.values().map(|(_, service)| service.id.as_str())
    }

    /// `service/operation` of a service.
    pub(super) fn path(&self, id: &str) -> Option<&str> {
        self.services
            .values()
            .find(|(_, service)| service.id == id)
            .map(|(_, service)| service.path.as_str())
    }

    pub(super) fn key(&self, id: &str) -> Option<&SecretString> {
        self.keys.of(id)
    }

    pub(super) fn arrivals(&self) -> &Arrivals {
        &self.arrivals
    }

    /// The fault grammar's `on`: a service id, or the path below [`BASE`], or its first part.
    pub(super) fn goes_to(self: &Arc<Self>) -> GoesTo {
        let gateway = Arc::clone(self);
        GoesTo::new(move |uri, _, name| {
            let Some(path) = below_base(uri) else { return false };
            path == name
                || path.split_once('/').is_some_and(|(service, _)| service == name)
                || gateway
                    .services
                    .get(path)
                    .is_some_and(|(_, service)| service.id == name)
        })
    }

    /// Chooses the answer and notes the arrival.
    fn answer(&self, id: &Arc<str>, service: &Service, params: &[(String, String)]) -> (StatusCode, String) {
        let key = params
            .iter()
            .find(|(name, _)| name == super::KEY)
            .map_or("", |(_, key)| key);
        if let Some(objection) = self.keys.objection(id, key) {
            self.arrivals.note(id, "key refused", params, &service.private);
            let root = &service.root;
            let body = format!("<{root}><ntceInfo>{objection}</ntceInfo><tCnt>-1</tCnt></{root}>");
            return (StatusCode::OK, body);
        }
        let view = View::new(self.world, service.lookup, params);
        let scenario = service.scenarios.iter().find(|scenario| {
            scenario
                .when
                .iter()
                .all(|term| term.agrees(|name| view.fact(name)))
        });
        match scenario {
            Some(scenario) => {
                self.arrivals.note(id, &scenario.name, params, &service.private);
                (scenario.status, scenario.body.render(&view))
            }
            None => {
                self.arrivals.note(id, "no scenario", params, &service.private);
                let root = &service.root;
                (
                    StatusCode::OK,
                    format!("<{root}><ntceInfo></ntceInfo><tCnt>0</tCnt></{root}>"),
                )
            }
        }
    }
}

/// The routes.
pub(super) fn router(gateway: Arc<Gateway>) -> Router {
    Router::new().fallback(routing::any(serve)).with_state(gateway)
}

fn below_base(uri: &Uri) -> Option<&str> {
    uri.path().strip_prefix(BASE)?.strip_prefix('/')
}

async fn serve(State(gateway): State<Arc<Gateway>>, method: Method, uri: Uri) -> Response {
    let known = below_base(&uri).and_then(|path| gateway.services.get(path));
    let (Some((id, service)), Method::GET) = (known, method) else {
        return html(StatusCode::NOT_FOUND, NOT_FOUND_PAGE.to_owned());
    };
    let params = Query::<Vec<(String, String)>>::try_from_uri(&uri);
    let params = params.map(|Query(params)| params).unwrap_or_default();
    let (status, body) = gateway.answer(id, service, &params);
    if !gateway.latency.is_zero() {
        tokio::time::sleep(gateway.latency).await;
    }
    if body.starts_with("<html") || body.starts_with("<!DOCTYPE html") {
        return html(status, body);
    }
    (
        status,
        [(header::CONTENT_TYPE, "application/xml;charset=UTF-8")],
        format!("{DECLARATION}{body}"),
    )
        .into_response()
}

fn html(status: StatusCode, page: String) -> Response {
    (status, [(header::CONTENT_TYPE, "text/html;charset=UTF-8")], page).into_response()
}
