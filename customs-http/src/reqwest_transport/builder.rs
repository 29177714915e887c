use std::fmt;
use std::time::Duration;

use http::HeaderValue;
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::{ClientIdentity, ReqwestTransport, tls};
use crate::SafeUrl;

/// Builds a [`ReqwestTransport`]. Setters never fail; [`build`](Self::build) reports every problem at once.
///
/// | setting | default |
/// |---|---|
/// | `bundled_roots` | `true` |
/// | `ca_bundle` | none |
/// | `identity` | none |
/// | `proxy` | none; the environment is not read |
/// | `user_agent` | `customs-http/<version>` |
/// | `connect_timeout` | 10 s |
/// | `pool_idle_timeout` | 20 s |
/// | `max_body` | 256 MiB, inflated |
///
/// There is no switch that turns verification off.
pub struct ReqwestTransportBuilder {
    bundled_roots: bool,
    ca_bundles: Vec<Vec<u8>>,
    identity: Option<ClientIdentity>,
    proxy: Option<SecretString>,
    user_agent: String,
    connect_timeout: Duration,
    pool_idle_timeout: Duration,
    max_body: usize,
}

impl Default for ReqwestTransportBuilder {
    fn default() -> Self {
        Self {
            bundled_roots: true,
            ca_bundles: Vec::new(),
            identity: None,
            proxy: None,
            user_agent: concat!("customs-http/", env!("CARGO_PKG_VERSION")).to_owned(),
            connect_timeout: Duration::from_secs(10),
            pool_idle_timeout: Duration::from_secs(20),
            max_body: 256 << 20,
        }
    }
}

impl ReqwestTransportBuilder {
    /// Whether the bundled Mozilla roots are trusted. With `false`, only the given bundles are.
    #[must_use]
    pub fn bundled_roots(mut self, trust: bool) -> Self {
        self.bundled_roots = trust;
        self
    }

    /// Adds the certificates of a PEM file to the trusted roots (a company's own CA). May be called again.
    #[must_use]
    pub fn ca_bundle(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.ca_bundles.push(pem.into());
        self
    }

    /// The certificate to show when a server asks for one.
    #[must_use]
    pub fn identity(mut self, identity: ClientIdentity) -> Self {
        self.identity = Some(identity);
        self
    }

    /// The proxy for every request: `http://host:port` or `https://host:port`, user info allowed
    /// (`http://user:password@host:port`). A secret for that reason.
    #[must_use]
    pub fn proxy(mut self, url: SecretString) -> Self {
        self.proxy = Some(url);
        self
    }

    /// The `User-Agent` header, unless a request brings its own.
    #[must_use]
    pub fn user_agent(mut self, value: impl Into<String>) -> Self {
        self.user_agent = value.into();
        self
    }

    /// How long a connect may last: name lookup, TCP, proxy and TLS together.
    #[must_use]
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// How long an unused connection is kept. Stay below the server's own keep-alive: a request on a connection that
    /// the server is just closing ends as "maybe sent".
    #[must_use]
    pub fn pool_idle_timeout(mut self, timeout: Duration) -> Self {
        self.pool_idle_timeout = timeout;
        self
    }

    /// The most bytes that the body of one response may have after inflation.
    /// [`Request::max_body`](crate::Request::max_body) overrides it.
    #[must_use]
    pub fn max_body(mut self, bytes: usize) -> Self {
        self.max_body = bytes;
        self
    }

    /// Builds the transport. Opens no connection.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with the settings, at once. No part of a key or a proxy address shows.
    pub fn build(self) -> Result<ReqwestTransport, BuildError> {
        let mut problems = Vec::new();
        let tls = tls::client_config(
            self.bundled_roots,
            &self.ca_bundles,
            self.identity.as_ref(),
            &mut problems,
        );
        let proxy = self
            .proxy
            .as_ref()
            .map(proxy)
            .transpose()
            .map_err(|problem| problems.push(problem));
        let user_agent = HeaderValue::from_str(&self.user_agent)
            .map_err(|_| problems.push(BuildProblem::UserAgent(self.user_agent.clone())));
        let (Some(tls), Ok(proxy), Ok(user_agent)) = (tls, proxy, user_agent) else {
            return Err(BuildError { problems });
        };

        let mut client = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .http1_only()
            // Its decoder ends silently after the first member of a gzip body; ours reads them all.
            .no_gzip()
            .user_agent(user_agent)
            .connect_timeout(self.connect_timeout)
            .pool_idle_timeout(self.pool_idle_timeout);
        if let Some(proxy) = proxy {
            client = client.proxy(proxy);
        }
        match client.build() {
            Ok(client) => Ok(ReqwestTransport {
                client,
                max_body: self.max_body,
            }),
            Err(error) => Err(BuildError {
                problems: vec![BuildProblem::Tls(error.without_url().to_string())],
            }),
        }
    }
}

impl fmt::Debug for ReqwestTransportBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let proxy = self
            .proxy
            .as_ref()
            .map(|p| Url::parse(p.expose_secret()).map(SafeUrl::new));
        f.debug_struct("ReqwestTransportBuilder")
            .field("bundled_roots", &self.bundled_roots)
            .field("ca_bundles", &self.ca_bundles.len())
            .field("identity", &self.identity)
            .field("proxy", &proxy)
            .field("user_agent", &self.user_agent)
            .field("connect_timeout", &self.connect_timeout)
            .field("pool_idle_timeout", &self.pool_idle_timeout)
            .field("max_body", &self.max_body)
            .finish()
    }
}

/// The settings of a transport are wrong; lists everything that is.
#[derive(Debug, thiserror::Error)]
#[error("the transport cannot be built: {}", list(.problems))]
pub struct BuildError {
    problems: Vec<BuildProblem>,
}

impl BuildError {
    /// Everything that is wrong; never empty.
    pub fn problems(&self) -> &[BuildProblem] {
        &self.problems
    }
}

/// One thing that is wrong with the settings.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BuildProblem {
    /// A bundle of root certificates cannot be used.
    #[error("CA bundle {}: {reason}", index + 1)]
    CaBundle {
        /// Which bundle, counted from 0 in the order given.
        index: usize,
        /// Why.
        reason: String,
    },
    /// The bundled roots are off, and there are no others.
    #[error("no trusted roots: give a CA bundle or leave the bundled roots on")]
    NoRoots,
    /// The client certificate cannot be used, or does not fit its key.
    #[error("client certificate: {0}")]
    ClientCertificate(String),
    /// The client certificate's key cannot be used.
    #[error("client key: {0}")]
    ClientKey(String),
    /// The proxy's address cannot be used.
    #[error("proxy: {0}")]
    Proxy(String),
    /// The user agent is not a header value.
    #[error("user agent: {0:?} cannot stand in a header")]
    UserAgent(String),
    /// The TLS stack refused its settings.
    #[error("TLS: {0}")]
    Tls(String),
}

fn list(problems: &[BuildProblem]) -> String {
    problems
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join("; ")
}

fn proxy(address: &SecretString) -> Result<reqwest::Proxy, BuildProblem> {
    let wrong = |reason: &str| BuildProblem::Proxy(reason.to_owned());
    let url = Url::parse(address.expose_secret()).map_err(|error| wrong(&error.to_string()))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(wrong("expected http://host:port or https://host:port"));
    }
    reqwest::Proxy::all(url).map_err(|error| wrong(&error.without_url().to_string()))
}
