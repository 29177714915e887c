//! From a call to an HTTP request.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use customs_http::{Body, Request};
use http::header::{ACCEPT, AUTHORIZATION};
use http::{HeaderMap, HeaderValue, Method};
use secrecy::ExposeSecret as _;
use url::Url;

use super::Target;
use crate::config::{Config, Credentials};
use crate::{Error, Result};

/// The request of a call.
pub(super) fn post(config: &Config, target: &Target, body: Body) -> Result<Request> {
    let endpoint = match (&config.endpoint, &target.operation.endpoint) {
        (Some(endpoint), _) => endpoint.clone(),
        (None, Some(endpoint)) => endpoint.parse().map_err(|_| {
            Error::Config(format!(
                "endpoint: the WSDL has {endpoint:?}, expected an http(s) address"
            ))
        })?,
        (None, None) => {
            return Err(Error::Config(
                "endpoint: missing, and the WSDL has none".to_owned(),
            ));
        }
    };
    let mut request = Request::new(Method::POST, with_logon_fields(config, endpoint));
    request.body = body;
    request.timeouts = config.timeouts;
    // The reader holds little of a body, so the transport's own cap, made for bodies that are held, does not apply.
    request.max_body = Some(usize::try_from(config.limits.total).unwrap_or(usize::MAX));
    request.headers = target.encoder.http_headers().clone();
    let accepted = HeaderValue::from_static("text/xml, application/soap+xml, multipart/related");
    request.headers.insert(ACCEPT, accepted);
    authorize(config, &mut request.headers)?;
    for hook in &config.hooks {
        hook.request(&target.operation.name, &mut request);
    }
    Ok(request)
}

/// The request for a WSDL or a schema.
pub(super) fn get(config: &Config, url: Url, with_credentials: bool) -> Result<Request> {
    let mut request = Request::new(Method::GET, url).timeouts(config.timeouts);
    if with_credentials {
        authorize(config, &mut request.headers)?;
    }
    Ok(request)
}

fn authorize(config: &Config, headers: &mut HeaderMap) -> Result<()> {
    match &config.credentials {
        Some(Credentials::Basic { user, password }) => {
            let pair = STANDARD.encode(format!("{user}:{}", password.expose_secret()));
            let value = HeaderValue::try_from(format!("Basic {pair}"));
            let mut value =
                value.map_err(|_| Error::Config("user: cannot stand in an HTTP header".to_owned()))?;
            value.set_sensitive(true);
            headers.insert(AUTHORIZATION, value);
        }
        // It goes into the envelope.
        Some(Credentials::UsernameToken { .. }) | None => {}
    }
    Ok(())
}

/// Adds `sap-client` and `sap-language`, unless the address has them.
fn with_logon_fields(config: &Config, mut url: Url) -> Url {
    for (name, value) in [
        ("sap-client", &config.mandant),
        ("sap-language", &config.language),
    ] {
        if let Some(value) = value
            && !url.query_pairs().any(|(n, _)| n == name)
        {
            url.query_pairs_mut().append_pair(name, value);
        }
    }
    url
}
