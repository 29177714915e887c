//! The catalogue's names, each kept once for all answers.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use crate::services;

static KNOWN: LazyLock<HashMap<&'static str, Arc<str>, foldhash::fast::RandomState>> = LazyLock::new(|| {
    let records = services::ALL.iter().flat_map(|service| service.records);
    records
        .flat_map(|record| {
            std::iter::once(record.element).chain(record.fields.iter().map(|field| field.wire))
        })
        .chain(["ntceInfo", "tCnt"])
        .map(|name| (name, Arc::from(name)))
        .collect()
});

/// The name, without a copy if the catalogue knows it.
pub(crate) fn shared(name: &str) -> Arc<str> {
    KNOWN.get(name).map_or_else(|| name.into(), Arc::clone)
}
