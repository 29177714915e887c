use std::fmt;

use http::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use secrecy::{ExposeSecret, SecretBox};

use crate::wsdl::SoapVersion;

const SOAP_ACTION: HeaderName = HeaderName::from_static("soapaction");

/// An entry of the SOAP header, such as a WS-Security token. `Debug` does not show it.
pub struct HeaderBlock(SecretBox<Vec<u8>>);

impl HeaderBlock {
    /// An entry as XML. It is written as it stands: whoever makes it answers for its form and its namespaces.
    pub fn from_xml(xml: impl Into<Vec<u8>>) -> Self {
        Self(SecretBox::new(Box::new(xml.into())))
    }
}

impl Clone for HeaderBlock {
    fn clone(&self) -> Self {
        Self::from_xml(self.0.expose_secret().clone())
    }
}

impl fmt::Debug for HeaderBlock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HeaderBlock(…)")
    }
}

/// The envelope up to the body's content.
pub(super) fn head(soap: SoapVersion, headers: &[HeaderBlock]) -> Vec<u8> {
    let namespace = match soap {
        SoapVersion::Soap11 => "http://schemas.xmlsoap.org/soap/envelope/",
        SoapVersion::Soap12 => "http://www.w3.org/2003/05/soap-envelope",
    };
    let mut out = format!(
        r#"<?xml version="1.0" encoding="utf-8"?><soap-env:Envelope xmlns:soap-env="{namespace}"><soap-env:Header"#
    )
    .into_bytes();
    if headers.is_empty() {
        out.extend_from_slice(b"/>");
    } else {
        out.push(b'>');
        for header in headers {
            out.extend_from_slice(header.0.expose_secret());
        }
        out.extend_from_slice(b"</soap-env:Header>");
    }
    out.extend_from_slice(b"<soap-env:Body>");
    out
}

/// The rest of the envelope.
pub(super) const TAIL: &[u8] = b"</soap-env:Body></soap-env:Envelope>";

/// The HTTP headers that say what the body is. `None`: the action holds what no header can.
pub(super) fn http_headers(soap: SoapVersion, action: Option<&str>) -> Option<HeaderMap> {
    let action = action.unwrap_or_default();
    if action.contains(['"', '\\']) {
        return None;
    }
    let mut headers = HeaderMap::with_capacity(2);
    match soap {
        SoapVersion::Soap11 => {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/xml; charset=utf-8"));
            headers.insert(SOAP_ACTION, HeaderValue::from_str(&format!("\"{action}\"")).ok()?);
        }
        SoapVersion::Soap12 if action.is_empty() => {
            headers.insert(
                CONTENT_TYPE,
                HeaderValue::from_static("application/soap+xml; charset=utf-8"),
            );
        }
        SoapVersion::Soap12 => {
            let value = format!("application/soap+xml; charset=utf-8; action=\"{action}\"");
            headers.insert(CONTENT_TYPE, HeaderValue::from_str(&value).ok()?);
        }
    }
    Some(headers)
}
