use std::fmt::Debug;

use customs_http::Request;
use http::{HeaderMap, StatusCode};

/// Sees each call go out and each answer come in: for a passport header, a trace, a counter.
///
/// It runs inside of the call and must not wait for anything.
pub trait Hook: Debug + Send + Sync + 'static {
    /// A request is about to be sent. It may be changed; its body may be taken only to put another in its place.
    fn request(&self, operation: &str, request: &mut Request);

    /// The head of an answer came.
    fn response(&self, operation: &str, status: StatusCode, headers: &HeaderMap);
}
