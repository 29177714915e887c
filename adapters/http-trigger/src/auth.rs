use std::fmt;

use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest as _, Sha256};
use subtle::{Choice, ConditionallySelectable as _, ConstantTimeEq as _};

/// The API keys that open the door, each under a name. Only their digests are held; `Debug` shows names alone.
#[derive(Clone, Default)]
pub struct ApiKeys(Vec<(String, [u8; 32])>);

impl ApiKeys {
    /// No key: nobody gets in.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a key. An empty one is left out: it would let everybody in.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, key: &SecretString) -> Self {
        if !key.expose_secret().is_empty() {
            self.0.push((name.into(), digest(key.expose_secret().as_bytes())));
        }
        self
    }

    /// What a session of that name is sealed with.
    pub(crate) fn digest_of(&self, name: &str) -> Option<&[u8; 32]> {
        self.0.iter().find(|(n, _)| n == name).map(|(_, digest)| digest)
    }

    /// The name of a key. The time this takes tells nothing about the keys: digests are compared as a whole, and all of them.
    pub fn name_of(&self, key: &[u8]) -> Option<&str> {
        let given = digest(key);
        let (mut at, mut known) = (0_u32, Choice::from(0));
        for (i, (_, digest)) in (0_u32..).zip(&self.0) {
            let same = digest.ct_eq(&given);
            at.conditional_assign(&i, same);
            known |= same;
        }
        let name = self.0.get(at as usize).map(|(name, _)| name.as_str());
        name.filter(|_| bool::from(known))
    }
}

impl fmt::Debug for ApiKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set()
            .entries(self.0.iter().map(|(name, _)| name))
            .finish()
    }
}

fn digest(key: &[u8]) -> [u8; 32] {
    Sha256::digest(key).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_key_has_its_name_and_nothing_else_has_one() {
        let secret = |text: &str| SecretString::from(text.to_owned());
        let keys = ApiKeys::new()
            .with("erp", &secret("canary-key-1"))
            .with("web", &secret("canary-key-2"))
            .with("empty", &secret(""));
        assert_eq!(keys.name_of(b"canary-key-1"), Some("erp"));
        assert_eq!(keys.name_of(b"canary-key-2"), Some("web"));
        for wrong in ["", "canary-key-", "canary-key-3", "canary-key-1 ", "CANARY-KEY-1"] {
            assert_eq!(keys.name_of(wrong.as_bytes()), None, "{wrong}");
        }
        assert_eq!(ApiKeys::new().name_of(b""), None);
        assert_eq!(format!("{keys:?}"), r#"{"erp", "web"}"#);
    }
}
