use std::sync::Arc;

use customs_http::Timeouts;
use secrecy::SecretString;
use url::Url;

use crate::client::Hook;
use crate::request::Checks;
use crate::response::{Characters, Limits};

/// How a [`Client`](crate::Client) talks to SAP.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Config {
    /// Where requests go. Default: what the WSDL says, which behind a dispatcher or in another system is often wrong.
    pub endpoint: Option<Url>,
    /// Who calls.
    pub credentials: Option<Credentials>,
    /// The mandant (`sap-client`), three digits. Default: the system's own.
    pub mandant: Option<String>,
    /// The logon language (`sap-language`): `KO`. Default: the user's own. Texts of errors come in this language.
    pub language: Option<String>,
    /// Bounds on the time of each phase of a call.
    pub timeouts: Timeouts,
    /// Bounds on what an answer may hold.
    pub limits: Limits,
    /// What to do with characters that XML forbids, in an answer.
    pub characters: Characters,
    /// How closely parameters are looked at before they are sent.
    pub checks: Checks,
    /// Who sees each call go out and each answer come in, in this order.
    pub hooks: Vec<Arc<dyn Hook>>,
}

impl Config {
    /// Settings as they are by default.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets where requests go.
    #[must_use]
    pub fn endpoint(mut self, endpoint: Url) -> Self {
        self.endpoint = Some(endpoint);
        self
    }

    /// Logs on with user and password, sent along at once (a first request without them would only cost a 401).
    #[must_use]
    pub fn basic(mut self, user: impl Into<String>, password: SecretString) -> Self {
        self.credentials = Some(Credentials::Basic {
            user: user.into(),
            password,
        });
        self
    }

    /// Logs on with a UsernameToken in the SOAP header. Only over TLS: the password stands there as text.
    #[must_use]
    pub fn username_token(mut self, user: impl Into<String>, password: SecretString) -> Self {
        self.credentials = Some(Credentials::UsernameToken {
            user: user.into(),
            password,
        });
        self
    }

    /// Sets the mandant.
    #[must_use]
    pub fn mandant(mut self, mandant: impl Into<String>) -> Self {
        self.mandant = Some(mandant.into());
        self
    }

    /// Sets the logon language.
    #[must_use]
    pub fn language(mut self, language: impl Into<String>) -> Self {
        self.language = Some(language.into());
        self
    }

    /// Sets the bounds on time.
    #[must_use]
    pub fn timeouts(mut self, timeouts: Timeouts) -> Self {
        self.timeouts = timeouts;
        self
    }

    /// Sets the bounds on an answer.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Sets what to do with forbidden characters.
    #[must_use]
    pub fn characters(mut self, characters: Characters) -> Self {
        self.characters = characters;
        self
    }

    /// Sets how closely parameters are looked at.
    #[must_use]
    pub fn checks(mut self, checks: Checks) -> Self {
        self.checks = checks;
        self
    }

    /// Adds a hook.
    #[must_use]
    pub fn hook(mut self, hook: Arc<dyn Hook>) -> Self {
        self.hooks.push(hook);
        self
    }
}

/// Who calls. A client certificate (X.509) belongs to the transport instead.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Credentials {
    /// HTTP basic authentication.
    Basic {
        /// The SAP user.
        user: String,
        /// The password.
        password: SecretString,
    },
    /// A WS-Security UsernameToken.
    UsernameToken {
        /// The SAP user.
        user: String,
        /// The password.
        password: SecretString,
    },
}
