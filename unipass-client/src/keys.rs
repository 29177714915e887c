use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};

use secrecy::SecretString;

use crate::catalogue::Service;

/// The keys, by service: the same user has another key for each.
#[derive(Default)]
pub(crate) struct Keys(BTreeMap<&'static str, KeyRing>);

impl Keys {
    pub(crate) fn add(&mut self, service: &'static Service, key: SecretString) {
        self.0.entry(service.id).or_default().keys.push(key);
    }

    pub(crate) fn of(&self, service: &Service) -> Option<&KeyRing> {
        self.0.get(service.id)
    }
}

/// Shows for which services there are keys, and how many.
impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map()
            .entries(self.0.iter().map(|(id, ring)| (id, ring.keys.len())))
            .finish()
    }
}

/// The keys of one service. There are several while a key is being replaced: the one that worked last is tried first.
#[derive(Default)]
pub(crate) struct KeyRing {
    keys: Vec<SecretString>,
    working: AtomicUsize,
}

impl KeyRing {
    /// Position and key, the one that worked last first.
    pub(crate) fn in_order(&self) -> impl Iterator<Item = (usize, &SecretString)> {
        let first = self.working.load(Ordering::Relaxed) % self.keys.len().max(1);
        self.keys
            .iter()
            .enumerate()
            .cycle()
            .skip(first)
            .take(self.keys.len())
    }

    /// Remembers the key that worked.
    pub(crate) fn worked(&self, position: usize) {
        self.working.store(position, Ordering::Relaxed);
    }

    pub(crate) fn all(&self) -> &[SecretString] {
        &self.keys
    }
}
