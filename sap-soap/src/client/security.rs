//! The WS-Security header.

use secrecy::{ExposeSecret as _, SecretString};

use crate::request::HeaderBlock;

const SECEXT: &str = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd";
const PASSWORD_TEXT: &str =
    "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#PasswordText";

/// A UsernameToken with the password as text, as ABAP accepts it over TLS.
pub(super) fn username_token(user: &str, password: &SecretString) -> HeaderBlock {
    let mut xml = format!(
        "<wsse:Security xmlns:wsse=\"{SECEXT}\" soap-env:mustUnderstand=\"1\"><wsse:UsernameToken><wsse:Username>"
    );
    escape(user, &mut xml);
    xml.push_str("</wsse:Username><wsse:Password Type=\"");
    xml.push_str(PASSWORD_TEXT);
    xml.push_str("\">");
    escape(password.expose_secret(), &mut xml);
    xml.push_str("</wsse:Password></wsse:UsernameToken></wsse:Security>");
    HeaderBlock::from_xml(xml)
}

fn escape(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            other => out.push(other),
        }
    }
}
