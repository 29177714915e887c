//! Loading a WSDL over HTTP, and what it refers to.

use customs_http::Transport;
use url::Url;

use super::http;
use crate::config::Config;
use crate::response::{DecodeOptions, Kind, Received, classify, decode};
use crate::wsdl::{Loader, Wsdl};
use crate::{Error, Result};

/// The most bytes of one document.
const LARGEST: usize = 64 << 20;

/// Loads from an address. Credentials go to the WSDL's own server only.
pub(super) async fn load(transport: &dyn Transport, config: &Config, url: Url) -> Result<Wsdl> {
    let origin = url.origin();
    let mut loader = Loader::default();
    let first = fetch(transport, config, url.clone(), true).await?;
    if let Err(error) = loader.add_document(url.as_str(), &first) {
        // SAP says `<error>` with status 200 when it refuses a WSDL, and a proxy sends a page.
        let received = Received {
            status: Some(200),
            content_type: None,
            body: &first,
        };
        return Err(match decode(received, DecodeOptions::default()) {
            Ok(decoded) if decoded.kind != Kind::Response => {
                decoded.into_result().map_or_else(Error::from, |_| error.into())
            }
            Ok(_) | Err(_) => error.into(),
        });
    }
    drop(first);
    loop {
        let missing = loader.missing();
        if missing.is_empty() {
            return Ok(loader.finish()?);
        }
        for location in missing {
            let Ok(url) = location.parse::<Url>() else {
                loader.give_up(&location, "not an address");
                continue;
            };
            let same_server = url.origin() == origin;
            match fetch(transport, config, url, same_server).await {
                Ok(bytes) => loader.add_document(&location, &bytes)?,
                Err(error) => loader.give_up(&location, error.to_string()),
            }
        }
    }
}

async fn fetch(
    transport: &dyn Transport,
    config: &Config,
    url: Url,
    with_credentials: bool,
) -> Result<Vec<u8>> {
    let response = transport.send(http::get(config, url, with_credentials)?).await?;
    let status = response.status.as_u16();
    let content_type = response.headers.get(::http::header::CONTENT_TYPE);
    let content_type = content_type
        .and_then(|value| value.to_str().ok())
        .map(str::to_owned);
    let good = response.status.is_success();
    let body = response.body.collect(LARGEST).await?;
    if good {
        Ok(body.to_vec())
    } else {
        Err(classify(Some(status), content_type.as_deref(), &body).into())
    }
}
