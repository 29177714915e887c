//! Secrets from Secrets Manager and from the SSM parameter store.
//!
//! Two calls of two services are needed, and both speak the same JSON protocol: they are made here with the SDK's own
//! credentials, signature and connections. The clients of the SDK for these services cost as much to compile as all else of
//! this crate (`docs/decisions/0021-aws-requests.md`).

use std::collections::HashMap;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use aws_credential_types::provider::ProvideCredentials as _;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use aws_smithy_http_client::Connector;
use aws_smithy_runtime_api::client::http::HttpConnector as _;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;
use customs_core::Clock;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::client::TLS;
use crate::error::is_transient;
use crate::{Aws, AwsError};

/// A call takes no longer. Its answer is read whole: a secret has at most 64 KiB.
const BOUND: Duration = Duration::from_secs(10);

/// So many secrets are kept; the one that was read first makes room.
const KEPT: usize = 64;

/// Names a secret: `aws-sm:NAME` or `aws-sm:NAME#FIELD` (Secrets Manager, the field of a JSON secret), or `aws-ssm:NAME` (a
/// parameter of SSM, decrypted).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Reference {
    store: Store,
    name: String,
    field: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Store {
    SecretsManager,
    Ssm,
}

impl Reference {
    /// Whether a text of the configuration names a secret of AWS.
    pub fn is_one(text: &str) -> bool {
        text.starts_with("aws-sm:") || text.starts_with("aws-ssm:")
    }
}

impl FromStr for Reference {
    type Err = AwsError;

    fn from_str(text: &str) -> Result<Self, AwsError> {
        let (store, rest) = if let Some(rest) = text.strip_prefix("aws-sm:") {
            (Store::SecretsManager, rest)
        } else if let Some(rest) = text.strip_prefix("aws-ssm:") {
            (Store::Ssm, rest)
        } else {
            return Err(AwsError::Reference(text.to_owned()));
        };
        let (name, field) = match (store, rest.split_once('#')) {
            (Store::SecretsManager, Some((name, field))) => (name, Some(field.to_owned())),
            (Store::SecretsManager | Store::Ssm, _) => (rest, None),
        };
        if name.is_empty() || field.as_deref() == Some("") {
            return Err(AwsError::Reference(text.to_owned()));
        }
        Ok(Self {
            store,
            name: name.to_owned(),
            field,
        })
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let store = match self.store {
            Store::SecretsManager => "aws-sm",
            Store::Ssm => "aws-ssm",
        };
        write!(f, "{store}:{}", self.name)?;
        self.field.iter().try_for_each(|field| write!(f, "#{field}"))
    }
}

/// Reads secrets and keeps them for a while. After that they are read again, so a rotated secret arrives without a restart.
/// While AWS cannot be reached, what was kept goes on serving.
pub struct Secrets {
    aws: Aws,
    clock: Arc<dyn Clock>,
    keep: Duration,
    connector: Connector,
    kept: Mutex<HashMap<Reference, (SecretString, Instant)>>,
}

impl Secrets {
    /// A store whose secrets are read again after `keep`.
    pub fn new(aws: &Aws, clock: Arc<dyn Clock>, keep: Duration) -> Self {
        Self {
            aws: aws.clone(),
            clock,
            keep,
            connector: Connector::builder().tls_provider(TLS).build(),
            kept: Mutex::default(),
        }
    }

    /// The secret's text.
    ///
    /// # Errors
    /// It is not there, may not be read, has no such field, or AWS cannot be reached and it was never read before.
    pub async fn get(&self, reference: &Reference) -> Result<SecretString, AwsError> {
        let mut kept = self.kept.lock().await;
        let now = Instant::now();
        let known = kept.get(reference);
        if let Some((secret, _)) = known.filter(|(_, read)| now.duration_since(*read) < self.keep) {
            return Ok(secret.clone());
        }
        match self.read(reference).await {
            Ok(secret) => {
                if kept.len() >= KEPT && !kept.contains_key(reference) {
                    let oldest = kept.iter().min_by_key(|(_, (_, read))| *read);
                    if let Some(oldest) = oldest.map(|(reference, _)| reference.clone()) {
                        kept.remove(&oldest);
                    }
                }
                kept.insert(reference.clone(), (secret.clone(), now));
                Ok(secret)
            }
            Err(error) => match known {
                Some((secret, _)) if passes(&error) => {
                    tracing::warn!(message = "A secret could not be read again.", secret = %reference, %error);
                    Ok(secret.clone())
                }
                _ => Err(error),
            },
        }
    }

    async fn read(&self, reference: &Reference) -> Result<SecretString, AwsError> {
        let name = &reference.name;
        match reference.store {
            Store::Ssm => {
                let body = serde_json::json!({ "Name": name, "WithDecryption": true });
                let answer = self.call(&SSM, &body).await?;
                let parameter: ParameterAnswer = parsed(&SSM, &answer)?;
                Ok(parameter.parameter.value)
            }
            Store::SecretsManager => {
                let answer = self
                    .call(&SECRETS_MANAGER, &serde_json::json!({ "SecretId": name }))
                    .await?;
                let secret: SecretAnswer = parsed(&SECRETS_MANAGER, &answer)?;
                let Some(field) = &reference.field else {
                    return Ok(secret.secret_string);
                };
                let fields: HashMap<String, SecretString> =
                    serde_json::from_str(secret.secret_string.expose_secret()).map_err(|_| {
                        SECRETS_MANAGER.answer(format!(
                            "{name} is no JSON object of texts, and #{field} asks for one"
                        ))
                    })?;
                fields
                    .get(field)
                    .cloned()
                    .ok_or_else(|| SECRETS_MANAGER.answer(format!("{name} has no field {field}")))
            }
        }
    }

    /// One call of the JSON 1.1 protocol.
    async fn call(&self, service: &Service, body: &serde_json::Value) -> Result<Vec<u8>, AwsError> {
        let request = self.request(service, body.to_string()).await?;
        let unreachable = |sent| AwsError::Unreachable {
            service: service.name,
            sent,
        };
        let exchange = async {
            let answer = self
                .connector
                .call(request)
                .await
                .map_err(|e| unreachable(!e.is_user()))?;
            let status = answer.status();
            let bytes = aws_smithy_types::byte_stream::ByteStream::new(answer.into_body())
                .collect()
                .await
                .map_err(|_| unreachable(true))?
                .to_vec();
            Ok::<_, AwsError>((status, bytes))
        };
        let (status, bytes) =
            tokio::time::timeout(BOUND, exchange)
                .await
                .map_err(|_| AwsError::Timeout {
                    service: service.name,
                })??;
        if status.is_success() {
            return Ok(bytes);
        }
        let refusal: Refusal = serde_json::from_slice(&bytes).unwrap_or_default();
        // `com.amazonaws.ssm#ParameterNotFound`, or the word alone.
        let code = refusal.code.rsplit('#').next().unwrap_or_default();
        let code = if code.is_empty() {
            format!("HTTP {}", status.as_u16())
        } else {
            code.to_owned()
        };
        Err(AwsError::Refused {
            service: service.name,
            transient: status.is_server_error() || is_transient(&code),
            code,
            text: refusal.message,
        })
    }

    /// The request, signed with the process's credentials as they are now.
    async fn request(&self, service: &Service, body: String) -> Result<HttpRequest, AwsError> {
        let config = &self.aws.config;
        let missing = |what: &str| AwsError::NotSent(format!("there is no {what}"));
        let region = config.region().ok_or_else(|| missing("AWS region"))?.to_string();
        let provider = config
            .credentials_provider()
            .ok_or_else(|| missing("provider of AWS credentials"))?;
        let identity = provider
            .provide_credentials()
            .await
            .map_err(|_| AwsError::NotSent("there are no AWS credentials".into()))?
            .into();
        let address = match config.endpoint_url() {
            Some(url) => format!("{}/", url.trim_end_matches('/')),
            None => {
                let suffix = if region.starts_with("cn-") { ".cn" } else { "" };
                format!("https://{}.{region}.amazonaws.com{suffix}/", service.host)
            }
        };
        let parameters = v4::SigningParams::builder()
            .identity(&identity)
            .region(&region)
            .name(service.host)
            .time(SystemTime::from(self.clock.now()))
            .settings(SigningSettings::default())
            .build()
            .map_err(|e| AwsError::NotSent(e.to_string()))?
            .into();
        let headers = [
            ("content-type", "application/x-amz-json-1.1"),
            ("x-amz-target", service.target),
        ];
        let signable = SignableRequest::new(
            "POST",
            address.as_str(),
            headers.into_iter(),
            SignableBody::Bytes(body.as_bytes()),
        );
        let unsigned = |_| AwsError::NotSent("it could not be signed".into());
        let (instructions, _) = sign(signable.map_err(unsigned)?, &parameters)
            .map_err(unsigned)?
            .into_parts();
        let mut request = http::Request::post(&address)
            .header(headers[0].0, headers[0].1)
            .header(headers[1].0, headers[1].1)
            .body(SdkBody::from(body))
            .map_err(|_| AwsError::NotSent("the address is none".into()))?;
        instructions.apply_to_request_http1x(&mut request);
        HttpRequest::try_from(request).map_err(|_| AwsError::NotSent("the request is none".into()))
    }
}

/// Whether an error is trouble that passes: what was kept serves on. A refusal means that the secret is not ours any more.
fn passes(error: &AwsError) -> bool {
    matches!(
        error,
        AwsError::Unreachable { .. } | AwsError::Timeout { .. } | AwsError::Refused { transient: true, .. }
    )
}

struct Service {
    name: &'static str,
    host: &'static str,
    target: &'static str,
}

const SECRETS_MANAGER: Service = Service {
    name: "Secrets Manager",
    host: "secretsmanager",
    target: "secretsmanager.GetSecretValue",
};
const SSM: Service = Service {
    name: "SSM",
    host: "ssm",
    target: "AmazonSSM.GetParameter",
};

impl Service {
    fn answer(&self, text: String) -> AwsError {
        AwsError::Answer {
            service: self.name,
            text,
        }
    }
}

fn parsed<'a, T: Deserialize<'a>>(service: &Service, answer: &'a [u8]) -> Result<T, AwsError> {
    // serde's words may hold the value: they are left out.
    serde_json::from_slice(answer).map_err(|_| service.answer("the answer holds no text of that name".into()))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SecretAnswer {
    secret_string: SecretString,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ParameterAnswer {
    parameter: Parameter,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Parameter {
    value: SecretString,
}

#[derive(Default, Deserialize)]
struct Refusal {
    #[serde(rename = "__type", default)]
    code: String,
    #[serde(default, alias = "Message")]
    message: String,
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Secrets")
            .field("keep", &self.keep)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_read_and_shown_alike() {
        for text in [
            "aws-sm:unipass",
            "aws-sm:prod/sap#password",
            "aws-ssm:/customs/config",
        ] {
            assert_eq!(text.parse::<Reference>().unwrap().to_string(), text);
            assert!(Reference::is_one(text));
        }
        for text in ["", "env:X", "aws-sm:", "aws-sm:#x", "aws-sm:x#", "aws-ssm:"] {
            assert!(text.parse::<Reference>().is_err(), "{text}");
        }
        // A parameter's name goes as it is.
        assert_eq!("aws-ssm:a#b".parse::<Reference>().unwrap().name, "a#b");
    }
}
