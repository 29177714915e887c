use std::fmt::Debug;
use std::sync::Arc;

use axum::Router;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{get, post};
use customs_core::{Board, Clock, LedgerReader, Rate, UrgentDesk};

use crate::auth::ApiKeys;
use crate::limit::RequestLimit;
use crate::problem::Problem;
use crate::{api, cors, metrics, openapi};

/// What the router stands on.
#[derive(Debug, Clone)]
pub struct Setup {
    /// Where urgent requests come in.
    pub desk: UrgentDesk,
    /// What the ledger shows.
    pub reader: Arc<dyn LedgerReader>,
    /// What goes on in this process.
    pub board: Board,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Who may ask.
    pub keys: ApiKeys,
    /// Web pages that may ask, by origin (`https://erp.example`).
    pub origins: Vec<String>,
    /// How much.
    pub limits: Limits,
}

/// How much may be asked.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// The size of a body in bytes. Default 1 MiB.
    pub body: usize,
    /// Requests of one key. Default 20 a second, 100 at once after a rest.
    pub rate: Rate,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body: 1024 * 1024,
            rate: Rate {
                per_second: 20.0,
                burst: 100,
            },
        }
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Shared {
    pub(crate) setup: Arc<Setup>,
    pub(crate) limit: Arc<RequestLimit>,
}

/// The router. It holds no state of its own but the counts of requests by key.
pub fn router(setup: Setup) -> Router {
    let shared = Shared {
        limit: Arc::new(RequestLimit::new(setup.limits.rate)),
        setup: Arc::new(setup),
    };
    let api = Router::new()
        .route("/runs", post(api::ask).get(api::recent))
        .route("/runs/{id}", get(api::one))
        // The key comes before everything else that a route says.
        .route_layer(from_fn_with_state(shared.clone(), api::key_first));
    let open = Router::new()
        .route("/healthz", get(api::alive))
        .route("/readyz", get(api::ready))
        .route("/metrics", get(metrics::show))
        .route("/openapi.json", get(openapi::show));
    api.merge(open)
        .fallback(async || Problem::unknown("page"))
        .method_not_allowed_fallback(async || {
            let text = "the page takes other methods";
            Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", text)
        })
        .layer(from_fn_with_state(shared.clone(), cors::cors))
        .layer(from_fn(guarded))
        .with_state(shared)
}

/// Headers that every answer carries.
async fn guarded(request: axum::extract::Request, next: axum::middleware::Next) -> axum::response::Response {
    let mut response = next.run(request).await;
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CACHE_CONTROL, "no-store"),
        (HeaderName::from_static("referrer-policy"), "no-referrer"),
    ] {
        response
            .headers_mut()
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
    response
}
