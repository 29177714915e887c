//! The bullets that servers are tested for are listed by hand, since each test there clears away after itself. Here they are
//! held against the harness's own lists, so that none is forgotten.

use std::collections::BTreeSet;
use std::path::Path;

/// A server's clock goes on by itself: `quota.rs` tests this one.
const ELSEWHERE: &[(&str, &str)] = &[("quota_ledger", "a_shared_bucket_keeps_the_rate")];

fn names(list: &str) -> BTreeSet<String> {
    let names = list.split(',').map(str::trim);
    names.filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

/// The harness's list: what stands in `NAME_suite!` between the suite's name and the brace.
fn of_the_harness(suite: &str) -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../test-harness/src/conformance");
    let source = std::fs::read_to_string(folder.join(format!("{suite}.rs"))).unwrap();
    let (_, list) = source.split_once(&format!("$factory, {suite}:")).unwrap();
    let bullets = names(list.split_once('}').unwrap().0);
    assert!(!bullets.is_empty(), "{suite}");
    bullets
}

#[test]
fn servers_are_tested_for_every_bullet() {
    let ours = include_str!("conformance.rs");
    let suites = ours.split("customs_test_harness::").skip(1);
    let suites: Vec<&str> = suites
        .filter_map(|text| Some(text.split_once("_suite!")?.0))
        .collect();
    assert!(suites.len() >= 12, "{suites:?}");
    let (_, on_server) = ours.split_once("macro_rules! all_suites").unwrap();
    for suite in suites {
        let start = on_server.find(&format!(" {suite}: "));
        let start = start.unwrap_or_else(|| panic!("servers are not tested by {suite}"));
        let (_, list) = on_server[start..].split_once(':').unwrap();
        let tested = names(list.split_once(';').unwrap().0);
        let elsewhere = ELSEWHERE.iter().filter(|(of, _)| *of == suite);
        let elsewhere = elsewhere.map(|(_, bullet)| (*bullet).to_owned()).collect();
        let forgotten: Vec<_> = of_the_harness(suite).difference(&tested).cloned().collect();
        assert_eq!(BTreeSet::from_iter(forgotten), elsewhere, "{suite}");
    }
}

#[test]
fn servers_are_tested_for_every_way_to_recover() {
    let ours = include_str!("recovery.rs");
    let lists: Vec<_> = ours.split("crate::server::").skip(1).collect();
    assert_eq!(lists.len(), 2, "PostgreSQL and MariaDB");
    for list in lists {
        let (_, list) = list.split_once(',').unwrap();
        assert_eq!(
            names(list.split_once(");").unwrap().0),
            of_the_harness("recovery")
        );
    }
}
