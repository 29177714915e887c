//! The catalogue agrees with itself.

use std::collections::BTreeSet;

use unipass_client::catalogue::{CacheLifetime, Evidence};
use unipass_client::services::ALL;

#[test]
fn ids_slugs_and_paths_are_unique() {
    assert_eq!(ALL.len(), 54);
    let ids: BTreeSet<_> = ALL.iter().map(|s| s.id).collect();
    let slugs: BTreeSet<_> = ALL.iter().map(|s| s.slug).collect();
    let paths: BTreeSet<_> = ALL.iter().map(|s| s.path).collect();
    assert_eq!((ids.len(), slugs.len(), paths.len()), (54, 54, 54));
}

#[test]
fn only_what_was_recorded_is_live() {
    let live: Vec<_> = ALL
        .iter()
        .filter(|s| s.evidence == Evidence::Live)
        .map(|s| s.id)
        .collect();
    assert_eq!(live, ["API001"]);
    let unproven: Vec<_> = ALL
        .iter()
        .filter(|s| s.evidence == Evidence::Unproven)
        .map(|s| s.id)
        .collect();
    assert_eq!(unproven, ["API055"]);
}

#[test]
fn rules_and_tracking_name_what_exists() {
    for s in ALL {
        let known = |wire: &str| assert!(s.param(wire).is_some(), "{}: parameter {wire}", s.id);
        s.rules.one_of.iter().copied().flatten().for_each(|w| known(w));
        if let Some(range) = s.rules.range {
            known(range.from);
            known(range.to);
        }
        for c in s.rules.when {
            known(c.param);
            c.any_of.iter().chain(c.none_of).for_each(|w| known(w));
        }
        for t in s.tracking {
            let field = |element: &str, wire: &str| {
                let record = s
                    .record(element)
                    .unwrap_or_else(|| panic!("{}: record {element}", s.id));
                assert!(record.field(wire).is_some(), "{}: {element}.{wire}", s.id);
            };
            t.states.iter().for_each(|state| field(t.record, state));
            if let Some((element, wire)) = t.as_of {
                field(element, wire);
            }
            for f in t.finals {
                field(f.record, f.field);
                if let Some((wire, _)) = f.unless {
                    field(f.record, wire);
                }
            }
            assert_eq!(t.finals.is_empty(), t.slow_tail_days == 0, "{}", s.id);
            assert_eq!(s.cache, CacheLifetime::Never, "{}: a state is never cached", s.id);
        }
    }
}

#[test]
fn an_entry_is_json_for_other_programs() {
    let entry = serde_json::to_value(unipass_client::services::find("exchange-rate").unwrap()).unwrap();
    assert_eq!(
        (&entry["id"], &entry["evidence"], &entry["cache"]),
        (&"API012".into(), &"guide".into(), &"week".into())
    );
    assert_eq!(
        entry["params"][1]["form"]["code"]["values"][1],
        serde_json::json!({"code": "2", "ko": "수입", "en": "import"})
    );
    assert_eq!(
        entry["records"][0]["fields"][1]["alt"],
        serde_json::json!(["mtryUtlNm"])
    );
}
