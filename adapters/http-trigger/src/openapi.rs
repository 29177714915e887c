use axum::http::header;
use axum::response::{IntoResponse, Response};

/// The OpenAPI description of the router, kept by hand; a test holds it against what the router does.
pub const OPENAPI: &str = include_str!("openapi.json");

/// `GET /openapi.json`.
pub(crate) async fn show() -> Response {
    ([(header::CONTENT_TYPE, "application/json")], OPENAPI).into_response()
}
