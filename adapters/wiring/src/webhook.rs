//! Alerts to a webhook that takes Slack's form: `{"text": "…"}`.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use customs_core::{Alert, Alerter, CallContext, Error, ErrorKind, Sent};
use customs_http::{Request, SafeUrl, Timeouts, Transport, TransportErrorKind};
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use http::{Method, StatusCode};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

/// How long one call may take.
const LIMIT: Duration = Duration::from_secs(8);
/// The name by which the same alert, sent again, can be told from another one.
const ID: &str = "x-alert-id";

/// Posts alerts to an address, which is a secret: whoever knows it can write there.
pub(crate) struct Webhook {
    transport: Arc<dyn Transport>,
    address: SecretString,
    /// What of the address may be shown.
    host: String,
}

impl Webhook {
    /// A webhook at this address.
    ///
    /// # Errors
    /// It is no http(s) address. The error does not show it.
    pub(crate) fn new(transport: Arc<dyn Transport>, address: SecretString) -> Result<Self, Error> {
        let wrong = || Error::new(ErrorKind::Config, "the webhook is no http(s) address");
        let url = Url::parse(address.expose_secret()).map_err(|_| wrong())?;
        let host = url
            .host_str()
            .filter(|_| matches!(url.scheme(), "http" | "https"))
            .ok_or_else(wrong)?;
        Ok(Self {
            transport,
            host: host.to_owned(),
            address,
        })
    }

    fn error(&self, kind: ErrorKind, text: impl fmt::Display) -> Error {
        Error::new(kind, format!("the webhook at {}: {text}", self.host)).operation("webhook")
    }
}

#[async_trait]
impl Alerter for Webhook {
    async fn alert(&self, _: &CallContext, alert: &Alert) -> Result<(), Error> {
        let url = Url::parse(self.address.expose_secret())
            .map_err(|_| self.error(ErrorKind::Config, "no address"))?;
        let body = serde_json::json!({ "text": escaped(&alert.text()) }).to_string();
        let mut request = Request::new(Method::POST, url)
            .header(
                CONTENT_TYPE,
                HeaderValue::from_static("application/json; charset=utf-8"),
            )
            .body(body)
            .timeouts(Timeouts {
                head: LIMIT,
                idle: LIMIT,
                total: LIMIT,
            })
            .max_body(64 * 1024);
        if let Ok(id) = HeaderValue::from_str(&alert.id) {
            request = request.header(HeaderName::from_static(ID), id);
        }
        // The path is the secret: it is kept out of logs and errors.
        request.url = SafeUrl::without_path(request.url.expose().clone());
        let response = self.transport.send(request).await.map_err(|error| {
            let kind = match error.kind() {
                TransportErrorKind::Timeout(_) => ErrorKind::Timeout,
                _ => ErrorKind::Unavailable,
            };
            let sent = match error.sent() {
                customs_http::Sent::No => Sent::No,
                customs_http::Sent::Maybe => Sent::Maybe,
                customs_http::Sent::Answered => Sent::Answered,
            };
            // The error itself may show the address.
            self.error(kind, format_args!("{:?}", error.kind()))
                .sent(sent)
                .transient()
        })?;
        match response.status {
            status if status.is_success() => Ok(()),
            StatusCode::TOO_MANY_REQUESTS => {
                Err(self.error(ErrorKind::RateLimited, "too many alerts").transient())
            }
            status => Err(self.error(ErrorKind::Refused, format_args!("it answered {status}"))),
        }
        .map_err(|error| error.sent(Sent::Answered))
    }
}

/// Slack reads `&`, `<` and `>` as marks: `<!channel>` in an error's text would ring for everybody.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

impl fmt::Debug for Webhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Webhook")
            .field("host", &self.host)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use customs_core::AlertKind;
    use customs_http::TransportErrorKind;
    use customs_http::scripted::{Reply, ScriptedTransport, When};

    use customs_test_harness::conformance::Cannot;
    use customs_test_harness::conformance::alerter::AlerterSubject;

    use super::*;

    const CANARY: &str = "c4n4ry-webhook-token";

    fn alert() -> Alert {
        Alert {
            id: "0123456789abcdef0123456789abcdef".into(),
            at: "2026-11-23T03:00:00Z".parse().unwrap(),
            company: "1000".into(),
            job: "import".into(),
            run: "r1".into(),
            kind: AlertKind::Opened,
            episode: Some(7),
            korean: "새 오류: \"연결 실패\" <!channel>".into(),
            english: "new error: a & b".into(),
            attempts: 1,
        }
    }

    fn webhook(transport: &ScriptedTransport) -> Webhook {
        let address = format!("https://hooks.example/services/{CANARY}?token={CANARY}");
        Webhook::new(Arc::new(transport.clone()), address.into()).unwrap()
    }

    async fn send(transport: &ScriptedTransport) -> Result<(), Error> {
        let cx = CallContext::new("1000".into(), "import".into(), "r1".into());
        webhook(transport).alert(&cx, &alert()).await
    }

    #[tokio::test]
    async fn an_alert_arrives_whole() {
        let transport = ScriptedTransport::new();
        transport.push(Reply::ok("ok"));
        send(&transport).await.unwrap();
        let request = &transport.requests()[0];
        let body: serde_json::Value = serde_json::from_str(&request.text()).unwrap();
        let text = "새 오류: \"연결 실패\" &lt;!channel&gt;\nnew error: a &amp; b";
        assert_eq!(body, serde_json::json!({ "text": text }));
        assert_eq!(request.headers[ID], alert().id);
        assert_eq!(request.query("token").as_deref(), Some(CANARY));
    }

    #[tokio::test]
    async fn a_refusal_is_an_error() {
        for (status, kind) in [
            (404, ErrorKind::Refused),
            (500, ErrorKind::Refused),
            (429, ErrorKind::RateLimited),
        ] {
            let transport = ScriptedTransport::new();
            transport.push(Reply::new(StatusCode::from_u16(status).unwrap()).body("no_service"));
            assert_eq!(send(&transport).await.unwrap_err().kind(), kind);
        }
        // A redirect leads nowhere: the address would travel with it.
        let transport = ScriptedTransport::new();
        transport.on(When::any(), Reply::new(StatusCode::FOUND));
        send(&transport).await.unwrap_err();
    }

    #[tokio::test]
    async fn no_secret_shows() {
        let transport = ScriptedTransport::new();
        transport.push(Reply::fail(TransportErrorKind::Connect, customs_http::Sent::No));
        let error = send(&transport).await.unwrap_err();
        let shown = format!("{error} {error:?} {} {:?}", error.chain(), webhook(&transport));
        assert!(
            shown.contains("hooks.example") && !shown.contains(CANARY),
            "{shown}"
        );
        for address in [
            CANARY.to_owned(),
            format!("ftp://{CANARY}/"),
            format!("https:{CANARY} x"),
        ] {
            if let Err(error) = Webhook::new(Arc::new(transport.clone()), address.into()) {
                assert!(!format!("{error:?}").contains(CANARY), "{error:?}");
            }
        }
    }

    struct Posted(ScriptedTransport, Webhook);

    #[async_trait]
    impl AlerterSubject for Posted {
        fn alerter(&self) -> &dyn Alerter {
            &self.1
        }

        async fn arrived(&self) -> Vec<String> {
            let texts = self.0.requests().into_iter().map(|request| {
                let body: serde_json::Value = serde_json::from_str(&request.text()).unwrap();
                let text = body["text"].as_str().unwrap();
                text.replace("&lt;", "<")
                    .replace("&gt;", ">")
                    .replace("&amp;", "&")
            });
            texts.collect()
        }

        async fn refuse(&self) -> Result<(), Cannot> {
            Err(Cannot(
                "what it answers is a script: see a_refusal_is_an_error above",
            ))
        }

        fn secret(&self) -> Option<&str> {
            Some(CANARY)
        }
    }

    customs_test_harness::alerter_suite!(contract, async || {
        let transport = ScriptedTransport::new();
        transport.always(When::any(), Reply::ok("ok"));
        let webhook = webhook(&transport);
        Posted(transport, webhook)
    });
}
