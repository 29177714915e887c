use std::fmt::Debug;
use std::sync::Arc;

use axum::Router;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{get, post};
use customs_core::{
    AuditLog, Board, Clock, EpisodeLedger, JobLedger, LedgerReader, QuotaLedger, Rate, UrgentDesk,
};

use crate::auth::ApiKeys;
use crate::limit::RequestLimit;
use crate::problem::Problem;
use crate::{api, console, cors, metrics, openapi};

/// What the router stands on.
#[derive(Debug, Clone)]
pub struct Setup {
    /// Where urgent requests come in.
    pub desk: UrgentDesk,
    /// What the ledger shows.
    pub reader: Arc<dyn LedgerReader>,
    /// Ends errors by hand.
    pub episodes: Arc<dyn EpisodeLedger>,
    /// Stops jobs for a while.
    pub jobs: Arc<dyn JobLedger>,
    /// What people do is written down here.
    pub audit: Arc<dyn AuditLog>,
    /// The calls of today, where the ledger counts them.
    pub budgets: Option<Budgets>,
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

/// The services whose calls the ledger counts.
#[derive(Debug, Clone)]
pub struct Budgets {
    /// Where they are counted.
    pub ledger: Arc<dyn QuotaLedger>,
    /// Each service's id, and its calls a day if they are bounded.
    pub services: Vec<(String, Option<u64>)>,
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
    /// Sign-ins that went wrong.
    pub(crate) guesses: Arc<RequestLimit>,
}

/// Sign-ins with a wrong key, of all who try.
const GUESSES: Rate = Rate {
    per_second: 0.5,
    burst: 10,
};

/// The router. It holds no state of its own but the counts of requests by key.
pub fn router(setup: Setup) -> Router {
    let shared = Shared {
        limit: Arc::new(RequestLimit::new(setup.limits.rate)),
        guesses: Arc::new(RequestLimit::new(GUESSES)),
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
        .merge(console::routes())
        .route("/", get(console::front))
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
