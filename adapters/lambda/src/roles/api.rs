//! A request to the API: the router that the daemon serves, too.

use anyhow::Context as _;
use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, Request, Response, StatusCode, header};
use axum::response::IntoResponse as _;
use base64::Engine as _;
use customs_http_trigger::{Admitted, BasePath};
use serde_json::{Map, Value, json};
use tower::ServiceExt as _;

use super::urgent;
use crate::App;
use crate::event::{Call, Form};

/// Answers a request, in the form that its gateway takes.
pub(super) async fn answer(app: &App, call: Call) -> anyhow::Result<Value> {
    let form = call.form;
    let response = match request(call) {
        Ok(request) => match app.router.clone().oneshot(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        },
        Err(error) => problem(StatusCode::BAD_REQUEST, "bad_request", &format!("{error:#}")),
    };
    urgent::call_if_needed(app).await;
    written(form, response).await
}

/// The answer of a function that could not be connected: the gateway would only say that something is wrong inside.
pub(crate) async fn unavailable(form: Form) -> anyhow::Result<Value> {
    let text = "the function cannot work; its log says why; ask again later";
    let mut response = problem(StatusCode::SERVICE_UNAVAILABLE, "unavailable", text);
    let headers = response.headers_mut();
    headers.insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
    written(form, response).await
}

/// In the router's own words for errors.
fn problem(status: StatusCode, code: &str, message: &str) -> Response<Body> {
    let body = json!({"error": {"code": code, "message": message}});
    (status, axum::Json(body)).into_response()
}

fn request(call: Call) -> anyhow::Result<Request<Body>> {
    let mut request = Request::builder()
        .method(call.method.as_str())
        .uri(call.target)
        .body(Body::from(call.body))?;
    for (name, value) in call.headers {
        let name: HeaderName = name.parse().context("the name of a header")?;
        let value = HeaderValue::from_str(&value).with_context(|| format!("the header {name}"))?;
        request.headers_mut().append(name, value);
    }
    let extensions = request.extensions_mut();
    extensions.insert(BasePath(call.base));
    if let Some(id) = call.key_id {
        extensions.insert(Admitted(format!("gateway:{id}")));
    }
    Ok(request)
}

async fn written(form: Form, response: Response<Body>) -> anyhow::Result<Value> {
    let (parts, body) = response.into_parts();
    // The router's answers are its own: none is without bound.
    let bytes = axum::body::to_bytes(body, usize::MAX).await?;
    let (body, is_base64) = match String::from_utf8(bytes.into()) {
        Ok(text) => (text, false),
        Err(raw) => (
            base64::engine::general_purpose::STANDARD.encode(raw.as_bytes()),
            true,
        ),
    };
    let mut answer = json!({
        "statusCode": parts.status.as_u16(), "body": body, "isBase64Encoded": is_base64,
    });
    let (mut one, mut several, mut cookies) = (Map::new(), Map::new(), Vec::new());
    for name in parts.headers.keys() {
        let values = parts.headers.get_all(name).iter();
        let mut values: Vec<_> = values
            .map(|v| String::from_utf8_lossy(v.as_bytes()).into_owned())
            .collect();
        match form {
            Form::Http if name == header::SET_COOKIE => cookies.append(&mut values),
            Form::Rest if values.len() > 1 => {
                several.insert(name.to_string(), json!(values));
            }
            Form::Http | Form::Rest => {
                one.insert(name.to_string(), json!(values.join(", ")));
            }
        }
    }
    answer["headers"] = Value::Object(one);
    match form {
        Form::Rest => answer["multiValueHeaders"] = Value::Object(several),
        Form::Http => answer["cookies"] = json!(cookies),
    }
    Ok(answer)
}
