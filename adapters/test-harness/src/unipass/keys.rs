//! Keys: one for each service, and what is said to a wrong one.

use std::collections::BTreeMap;

use secrecy::{ExposeSecret, SecretString};

use crate::rng;

/// The keys that each service takes; several overlap during a rotation.
#[derive(Debug, Default)]
pub(super) struct Keys(BTreeMap<String, Vec<SecretString>>);

/// Texts of answers about the key, as recorded or quoted.
const MISSING: &str = "인증키(crkyCn)는 필수입력입니다.";
const UNKNOWN: &str = "존재하지 않는 인증키입니다.";
const OF_ANOTHER_SERVICE: &str = "요청하신 API와 인증키상의 API가 불일치합니다.";

impl Keys {
    /// The keys that were set, and a made-up one for each other service.
    pub(super) fn new<'s>(
        set: BTreeMap<String, Vec<SecretString>>,
        seed: u64,
        services: impl Iterator<Item = &'s str>,
    ) -> Self {
        let mut keys = set;
        for id in services {
            keys.entry(id.to_owned())
                .or_insert_with(|| vec![made_up(seed, id)]);
        }
        Self(keys)
    }

    /// The first key of a service.
    pub(super) fn of(&self, id: &str) -> Option<&SecretString> {
        self.0.get(id)?.first()
    }

    /// What is wrong with a key, in the words of the service; `None` if nothing is.
    pub(super) fn objection(&self, id: &str, key: &str) -> Option<&'static str> {
        let is_key = |keys: &Vec<SecretString>| keys.iter().any(|known| known.expose_secret() == key);
        if key.is_empty() {
            Some(MISSING)
        } else if self.0.get(id).is_some_and(is_key) {
            None
        } else if self.0.values().any(is_key) {
            Some(OF_ANOTHER_SERVICE)
        } else {
            Some(UNKNOWN)
        }
    }
}

/// A key in the shape of real ones: six groups of a letter and three digits, then a letter and a digit.
fn made_up(seed: u64, id: &str) -> SecretString {
    let number = |place: u64| rng::mix(seed, rng::hash(id), place);
    let letter = |number: u64| char::from(b'a' + (number % 26) as u8);
    let mut key: String = (0..6)
        .map(|place| format!("{}{:03}", letter(number(place)), number(place) / 26 % 1000))
        .collect();
    key.push(letter(number(6)));
    key.push(char::from(b'0' + (number(6) / 26 % 10) as u8));
    key.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_fits_its_service_only() {
        let set = BTreeMap::from([("API001".to_owned(), vec!["old".into(), "new".into()])]);
        let keys = Keys::new(set, 1, ["API001", "API002"].into_iter());
        assert_eq!(keys.objection("API001", "old"), None);
        assert_eq!(keys.objection("API001", "new"), None);
        assert_eq!(keys.objection("API002", "new"), Some(OF_ANOTHER_SERVICE));
        assert_eq!(keys.objection("API001", "other"), Some(UNKNOWN));
        assert_eq!(keys.objection("API001", ""), Some(MISSING));
        let made_up = keys.of("API002").unwrap().expose_secret();
        assert_eq!(keys.objection("API002", made_up), None);
        assert_eq!(made_up.len(), 26);
    }
}
