//! What the file says about urgent requests, and what of it may change while the program works.

use std::collections::BTreeMap;

use secrecy::ExposeSecret as _;
use sha2::{Digest as _, Sha256};
use toml::Value;

use super::{Config, ConfigError};

/// A digest of each section. Its texts may be secrets, so nothing else is kept.
pub(super) fn sections(value: &Value) -> BTreeMap<String, [u8; 32]> {
    let digest = |section: &Value| Sha256::digest(format!("{section:?}")).into();
    let table = value.as_table().into_iter().flatten();
    table
        .map(|(name, section)| (name.clone(), digest(section)))
        .collect()
}

/// What urgent requests need.
pub(super) fn check(config: &Config) -> Result<(), ConfigError> {
    for (i, job) in config.jobs.iter().enumerate() {
        if let Err(error) = job.key_rule() {
            let found = error.message().to_owned();
            return Err(config.error(format!("job[{i}].trigger.key"), "another template", found));
        }
        let kind = config.kind_of(i);
        if (0..i).any(|other| config.kind_of(other) == kind) {
            let found = format!("{kind:?} a second time");
            return Err(config.error(
                format!("job[{i}].trigger.type"),
                found,
                "a word of its own for each job",
            ));
        }
    }
    let Some(http) = &config.http else { return Ok(()) };
    for (name, key) in &http.keys {
        if key.expose_secret().trim().is_empty() {
            return Err(config.error(
                format!("http.keys.{name}"),
                "an empty key",
                "a key that nobody guesses",
            ));
        }
    }
    for origin in &http.origins {
        let good = origin
            .parse::<url::Url>()
            .is_ok_and(|u| u.origin().ascii_serialization() == *origin);
        if !good {
            let expected = "an origin such as \"https://erp.example\", without a path";
            return Err(config.error("http.origins", format!("{origin:?}"), expected));
        }
    }
    if !(http.rate > 0.0 && http.rate.is_finite()) {
        return Err(config.error("http.rate", http.rate.to_string(), "requests a second above zero"));
    }
    Ok(())
}
