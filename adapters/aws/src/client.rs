//! The connection to AWS.

use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, SdkConfig};
use aws_smithy_http_client::{Builder, tls};

/// One request, and all its tries.
const ATTEMPT: Duration = Duration::from_secs(5);
const OPERATION: Duration = Duration::from_secs(15);

/// TLS as everywhere in this product: rustls with ring.
pub(crate) const TLS: tls::Provider = tls::Provider::Rustls(tls::rustls_provider::CryptoMode::Ring);

/// Region, credentials and connections, made once for a process. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Aws {
    pub(crate) config: SdkConfig,
}

impl Aws {
    /// Takes region and credentials from where the AWS SDK looks for them: the environment, the shared files, and the host
    /// it runs on. `AWS_ENDPOINT_URL` points it at a stand-in. Sends nothing but what finding credentials takes.
    pub async fn from_env() -> Self {
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(ATTEMPT)
            .operation_attempt_timeout(ATTEMPT)
            .operation_timeout(OPERATION)
            .build();
        let config = aws_config::defaults(BehaviorVersion::latest())
            .http_client(Builder::new().tls_provider(TLS).build_https())
            .timeout_config(timeouts)
            .retry_config(RetryConfig::standard().with_max_attempts(3))
            .load()
            .await;
        Self::new(config)
    }

    /// A connection of your own making; its HTTP client and its times are used as they are. The SDK
    /// panics if it names no behaviour version.
    pub fn new(config: SdkConfig) -> Self {
        Self { config }
    }
}
