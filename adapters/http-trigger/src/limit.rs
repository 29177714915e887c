use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use customs_core::Rate;
use jiff::Timestamp;

/// Bounds the requests of each key.
#[derive(Debug)]
pub(crate) struct RequestLimit {
    rate: Rate,
    full_at: Mutex<HashMap<String, Timestamp>>,
}

impl RequestLimit {
    pub(crate) fn new(rate: Rate) -> Self {
        Self {
            rate,
            full_at: Mutex::default(),
        }
    }

    /// Lets a request of `name` in, or says how long to wait. Names are those of keys: there are few.
    pub(crate) fn admit(&self, name: &str, now: Timestamp) -> Result<(), Duration> {
        let mut all = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        let known = all.get(name).copied();
        let (granted, wait, full_at) = self.rate.take(known, now, 1);
        all.insert(name.to_owned(), full_at);
        if granted == 1 { Ok(()) } else { Err(wait) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_name_has_a_bound_of_its_own() {
        let limit = RequestLimit::new(Rate {
            per_second: 1.0,
            burst: 2,
        });
        let at = |s: i64| Timestamp::from_second(1_795_402_800 + s).unwrap();
        assert!(limit.admit("a", at(0)).is_ok());
        assert!(limit.admit("a", at(0)).is_ok());
        assert_eq!(limit.admit("a", at(0)), Err(Duration::from_secs(1)));
        assert!(limit.admit("b", at(0)).is_ok());
        assert!(limit.admit("a", at(1)).is_ok());
    }
}
