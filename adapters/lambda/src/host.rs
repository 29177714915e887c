//! What lives between invocations: the configuration, its secrets, and what was connected by them.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use customs_aws::{Aws, Reference, Secrets};
use customs_core::{Clock, SystemClock};
use customs_wiring::config::Config;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;
use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::App;
use crate::event::Event;
use crate::roles;

/// Secrets are looked at again after this time; if one has changed, everything is connected anew.
const KEEP: Duration = Duration::from_secs(300);

/// A function keeps this much of its time for writing down what it did …
const CLOSING: Duration = Duration::from_secs(3);

/// Where the configuration is.
#[derive(Debug, Clone)]
pub enum Source {
    /// A file, in the zip.
    File(PathBuf),
    /// A parameter or a secret of AWS; its relative paths begin in the folder.
    Aws {
        /// Its name.
        reference: Reference,
        /// Where the zip was unpacked.
        folder: PathBuf,
    },
}

impl Source {
    /// From the environment: `CUSTOMS_CONFIG` names a file, or a parameter of AWS (`aws-ssm:NAME`). Default: `customs.toml`
    /// beside the bootstrap.
    ///
    /// # Errors
    /// It looks like a secret of AWS and names none.
    pub fn from_env() -> anyhow::Result<Self> {
        let folder = PathBuf::from(std::env::var("LAMBDA_TASK_ROOT").unwrap_or_else(|_| ".".into()));
        let name = std::env::var("CUSTOMS_CONFIG").unwrap_or_else(|_| "customs.toml".into());
        if Reference::is_one(&name) {
            let reference = name.parse().context("CUSTOMS_CONFIG")?;
            return Ok(Self::Aws { reference, folder });
        }
        Ok(Self::File(folder.join(name)))
    }
}

/// Answers events. Made once for each instance of the function, and connected at its first event.
pub struct Host {
    source: Source,
    aws: Aws,
    secrets: Secrets,
    clock: Arc<dyn Clock>,
    current: Mutex<Option<Current>>,
}

struct Current {
    app: Arc<App>,
    text: String,
    secrets: BTreeMap<String, SecretString>,
    looked_at: Instant,
}

impl Host {
    /// A host that is not connected yet.
    pub fn new(source: Source, aws: Aws) -> Self {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        Self {
            secrets: Secrets::new(&aws, Arc::clone(&clock), KEEP),
            source,
            aws,
            clock,
            current: Mutex::new(None),
        }
    }

    /// Answers one event. `ends_at` is when the function is cut off, in milliseconds since 1970.
    ///
    /// # Errors
    /// The event was not dealt with, and whoever sent it should try again or put it aside.
    pub async fn answer(&self, event: Value, ends_at: u64) -> anyhow::Result<Value> {
        let deadline = self.deadline(ends_at);
        let event = Event::read(event)?;
        match (self.app().await, &event) {
            (Ok(app), _) => app.answer(event, deadline).await,
            (Err(error), Event::Api(call)) => {
                let why = format!("{error:#}");
                tracing::error!(message = "A request could not be answered.", why);
                roles::api::unavailable(call.form).await
            }
            (Err(error), _) => Err(error),
        }
    }

    /// The last instant of work, a little before the function is cut off.
    fn deadline(&self, ends_at: u64) -> Instant {
        let now = u64::try_from(self.clock.now().as_millisecond()).unwrap_or_default();
        let left = Duration::from_millis(ends_at.saturating_sub(now));
        Instant::now() + left.saturating_sub(CLOSING.min(left / 4))
    }

    /// What is connected, as fresh as its secrets.
    async fn app(&self) -> anyhow::Result<Arc<App>> {
        let mut current = self.current.lock().await;
        if let Some(known) = current.as_ref().filter(|c| c.looked_at.elapsed() < KEEP) {
            return Ok(Arc::clone(&known.app));
        }
        let (text, file) = match &self.source {
            Source::File(file) => {
                let text = tokio::fs::read_to_string(file)
                    .await
                    .with_context(|| format!("{}", file.display()))?;
                (text, file.clone())
            }
            Source::Aws { reference, folder } => {
                let text = self.secrets.get(reference).await.context("CUSTOMS_CONFIG")?;
                (text.expose_secret().to_owned(), folder.join("customs.toml"))
            }
        };
        let mut secrets = BTreeMap::new();
        for name in Config::names_of_secrets(&text, &file)? {
            let reference: Reference = name.parse()?;
            let secret = self.secrets.get(&reference).await.with_context(|| name.clone())?;
            secrets.insert(name, secret);
        }
        if let Some(known) = current
            .as_mut()
            .filter(|c| c.text == text && same(&c.secrets, &secrets))
        {
            known.looked_at = Instant::now();
            return Ok(Arc::clone(&known.app));
        }
        let config = Config::parse(&text, &file, &secrets)?;
        let app = Arc::new(App::connect(config, &self.aws, Arc::clone(&self.clock)).await?);
        *current = Some(Current {
            app: Arc::clone(&app),
            text,
            secrets,
            looked_at: Instant::now(),
        });
        Ok(app)
    }
}

/// Says where the configuration is, and nothing of what it holds: a file may hold secrets, too.
impl fmt::Debug for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Host")
            .field("source", &self.source)
            .finish_non_exhaustive()
    }
}

fn same(a: &BTreeMap<String, SecretString>, b: &BTreeMap<String, SecretString>) -> bool {
    let texts = |map: &BTreeMap<String, SecretString>| -> Vec<String> {
        map.values().map(|s| s.expose_secret().to_owned()).collect()
    };
    a.keys().eq(b.keys()) && texts(a) == texts(b)
}
