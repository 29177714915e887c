//! The door for requests over HTTP: who may come in, and what stands behind it.

use std::sync::Arc;

use customs_core::{Board, Clock, Rate, UrgentDesk};
use customs_http_trigger::{ApiKeys, Budgets, Limits, Setup};
use customs_sql::SqlLedger;

use crate::config::{Config, HttpConfig};

/// Who may come in, and how much they may ask.
#[derive(Debug, Clone, Default)]
pub struct Door {
    /// Whose keys open it.
    pub keys: ApiKeys,
    /// Web pages that may ask.
    pub origins: Vec<String>,
    /// How much.
    pub limits: Limits,
}

impl Door {
    /// The door that `[http]` describes.
    pub fn of(http: &HttpConfig) -> Self {
        let keys = http.keys.iter();
        Self {
            keys: keys.fold(ApiKeys::new(), |keys, (name, key)| keys.with(name, key)),
            origins: http.origins.clone(),
            limits: Limits {
                body: http.max_body,
                rate: Rate {
                    per_second: http.rate,
                    // Five seconds' worth.
                    burst: (http.rate * 5.0).ceil().clamp(1.0, 1_000_000.0) as u32,
                },
            },
        }
    }

    /// What the router stands on.
    pub fn setup(
        &self,
        config: &Config,
        ledger: &Arc<SqlLedger>,
        board: Board,
        desk: UrgentDesk,
        clock: Arc<dyn Clock>,
    ) -> Setup {
        Setup {
            desk,
            reader: Arc::clone(ledger) as _,
            episodes: Arc::clone(ledger) as _,
            jobs: Arc::clone(ledger) as _,
            audit: Arc::clone(ledger) as _,
            budgets: budgets(config, ledger),
            board,
            clock,
            keys: self.keys.clone(),
            origins: self.origins.clone(),
            limits: self.limits,
        }
    }
}

/// The ledger counts calls where a daily budget or a shared rate needs it.
fn budgets(config: &Config, ledger: &Arc<SqlLedger>) -> Option<Budgets> {
    let unipass = &config.unipass;
    let services = unipass
        .keys
        .keys()
        .map(|service| (service.clone(), unipass.daily))
        .collect();
    (unipass.daily.is_some() || unipass.shared).then(|| Budgets {
        ledger: Arc::clone(ledger) as _,
        services,
    })
}
