//! Who is signed in: a cookie that says who and until when, under a seal that only this installation can make. Nothing is kept
//! here, so any process with the same keys knows the session; a key that is taken away ends its sessions.

use std::time::Duration;

use axum::http::{HeaderMap, HeaderValue, header};
use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::Timestamp;
use sha2::Sha256;

use crate::auth::ApiKeys;

/// How long a session lasts: a working day.
const LASTS: Duration = Duration::from_secs(12 * 3600);
const COOKIE: &str = "customs_session";

/// Somebody who is signed in.
#[derive(Debug, Clone)]
pub(crate) struct Session {
    pub(crate) name: String,
    /// Stands in each form, so that no other site's page can send one.
    pub(crate) form_token: String,
}

impl Session {
    /// The session of a request, if it has one that holds.
    pub(crate) fn of(headers: &HeaderMap, keys: &ApiKeys, now: Timestamp) -> Option<Self> {
        let cookies = headers.get_all(header::COOKIE).iter();
        let value = cookies
            .filter_map(|c| c.to_str().ok())
            .flat_map(|c| c.split(';'))
            .find_map(|c| c.trim().strip_prefix(COOKIE)?.strip_prefix('='))?;
        let (said, seal) = value.rsplit_once('.')?;
        let (name, until) = said.split_once('.')?;
        let name = String::from_utf8(unhex(name)?).ok()?;
        let key = keys.digest_of(&name)?;
        keyed(key, "session", said).verify_slice(&unhex(seal)?).ok()?;
        let until = Timestamp::from_second(until.parse().ok()?).ok()?;
        (now < until).then(|| Self {
            form_token: hex(&keyed(key, "form", said).finalize().into_bytes()),
            name,
        })
    }

    /// The header that begins a session.
    pub(crate) fn begin(name: &str, keys: &ApiKeys, now: Timestamp, secure: bool) -> Option<HeaderValue> {
        let until = now.saturating_add(LASTS).ok()?.as_second();
        let said = format!("{}.{until}", hex(name.as_bytes()));
        let seal = hex(&keyed(keys.digest_of(name)?, "session", &said)
            .finalize()
            .into_bytes());
        set_cookie(&format!("{said}.{seal}"), LASTS.as_secs(), secure)
    }

    /// The header that ends it.
    pub(crate) fn end(secure: bool) -> Option<HeaderValue> {
        set_cookie("", 0, secure)
    }
}

fn set_cookie(value: &str, seconds: u64, secure: bool) -> Option<HeaderValue> {
    let secure = if secure { "; Secure" } else { "" };
    let text =
        format!("{COOKIE}={value}; Path=/console; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}");
    HeaderValue::from_str(&text).ok()
}

fn keyed(key: &[u8; 32], purpose: &str, text: &str) -> Hmac<Sha256> {
    // A key shorter than a block is filled up with zeros: that is how HMAC is defined.
    let mut block = [0; 64];
    block[..32].copy_from_slice(key);
    let mut mac = Hmac::<Sha256>::new(&block.into());
    mac.update(purpose.as_bytes());
    mac.update(b"\0");
    mac.update(text.as_bytes());
    mac
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    if !text.is_ascii() || !text.len().is_multiple_of(2) {
        return None;
    }
    (0..text.len())
        .step_by(2)
        .map(|i| u8::from_str_radix(text.get(i..i + 2)?, 16).ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use secrecy::SecretString;

    use super::*;

    fn keys(erp: &str) -> ApiKeys {
        ApiKeys::new().with("김 erp", &SecretString::from(erp.to_owned()))
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_795_402_800 + seconds).unwrap()
    }

    fn with(cookie: &str) -> HeaderMap {
        let value = HeaderValue::from_str(&format!("a=b; {cookie}")).unwrap();
        [(header::COOKIE, value)].into_iter().collect()
    }

    fn begun() -> String {
        let header = Session::begin("김 erp", &keys("canary-1"), at(0), true).unwrap();
        let text = header.to_str().unwrap();
        assert!(text.ends_with("HttpOnly; SameSite=Strict; Secure"), "{text}");
        assert!(!text.contains("canary"));
        text.split(';').next().unwrap().to_owned()
    }

    #[test]
    fn a_session_holds_for_a_day_and_ends_with_its_key() {
        let headers = with(&begun());
        let session = Session::of(&headers, &keys("canary-1"), at(60)).unwrap();
        assert_eq!((session.name.as_str(), session.form_token.len()), ("김 erp", 64));
        assert!(Session::of(&headers, &keys("canary-1"), at(12 * 3600)).is_none());
        assert!(Session::of(&headers, &keys("canary-2"), at(60)).is_none());
        assert!(Session::of(&HeaderMap::new(), &keys("canary-1"), at(60)).is_none());
    }

    #[test]
    fn nobody_makes_one_up() {
        let good = begun();
        for i in "customs_session=".len()..good.len() {
            let mut bad = good.clone();
            let other = if good[i..].starts_with('0') { "1" } else { "0" };
            bad.replace_range(i..=i, other);
            assert!(
                Session::of(&with(&bad), &keys("canary-1"), at(60)).is_none(),
                "{bad}"
            );
        }
        for bad in [
            "",
            "customs_session=",
            "customs_session=..",
            "customs_session=a.b.c",
            "customs_session=é",
        ] {
            assert!(
                HeaderValue::from_str(bad).is_err()
                    || Session::of(&with(bad), &keys("canary-1"), at(0)).is_none()
            );
        }
    }
}
