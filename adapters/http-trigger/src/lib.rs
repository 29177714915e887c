//! One [`axum::Router`] over the traits of `customs-core`, served by the daemon and by API Gateway alike: urgent requests,
//! what became of them, health, metrics.
//!
//! | route | key | answers |
//! |---|---|---|
//! | `POST /runs` | yes | keeps an urgent request; `"job success"` to the users' own body, 202 and a status resource to the modern one |
//! | `GET /runs` | yes | the last runs and urgent requests |
//! | `GET /runs/{id}` | yes | one of them, with each record's outcome |
//! | `GET /healthz`, `/readyz` | no | whether the process lives, and whether it can work |
//! | `GET /metrics` | no | counters for Prometheus; names of companies and jobs, never of records |
//! | `GET /console` and below | sign-in | pages for people: see below |
//! | `GET /openapi.json` | no | the description of all this |
//!
//! The key travels in the header `x-api-key`. Only digests of keys are held here.
//!
//! The console is made here, in Korean and English, without scripts and without anything from elsewhere. People sign in with an API
//! key; each act is in the audit log before it is done.

mod api;
mod auth;
mod body;
mod console;
mod cors;
mod limit;
mod metrics;
mod openapi;
mod problem;
mod setup;

pub use auth::ApiKeys;
pub use openapi::OPENAPI;
pub use setup::{Budgets, Limits, Setup, router};
