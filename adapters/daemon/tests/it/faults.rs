//! Every kind of fault that the simulators know, met by the real program at both systems: the receipt adds up, the cause is
//! an error row with the right code, and the next run heals all with nobody helping.

use std::collections::BTreeMap;

use customs_core::Stage;
use customs_test_harness::faults::FaultSpec;
use serde_json::Value;

use crate::support::{LiveScene, causes, errors, receipt};

const RECORDS: u32 = 20;

/// Where a fault strikes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    /// One record's question to UNI-PASS, at each try.
    Customs,
    /// The due list.
    SapRead,
    /// A write, at each try.
    SapWrite,
}

/// What becomes of the run.
#[derive(Debug, Clone, Copy)]
enum Run {
    /// It is slower, if anything: everything is pushed, and there is no error.
    Unharmed,
    /// The records that were hit fail with this code.
    Records(&'static str),
    /// Records fail with this code, until it is clear that nobody is there: the rest is left for later.
    Host(&'static str),
    /// It fails as a whole: no list, or none in time. A row of no record has this code.
    Whole(&'static str),
}

struct Case {
    fault: &'static str,
    at: At,
    run: Run,
}

impl Case {
    fn kind(&self) -> &str {
        self.fault.split(':').next().unwrap()
    }

    /// What a row says of a write that did not arrive, beside that.
    fn cause(&self) -> &'static str {
        match self.kind() {
            "5xx" | "429" => "[unavailable]",
            "html" => "[html_instead_of_xml]",
            "empty" => "[empty_body]",
            "stall" => "deadline",
            "lost" => "[reset]",
            other => panic!("{other} is not in doubt"),
        }
    }

    /// The clause for the simulator: the fault, and whom it hits.
    fn spec(&self, scene: &LiveScene) -> FaultSpec {
        let and = if self.fault.contains(':') { ',' } else { ':' };
        let whom = match self.at {
            _ if self.kind() == "refuse" => return self.fault.parse().unwrap(),
            At::Customs => format!("{and}key={}", scene.found()[3].1.cargo_number()),
            At::SapRead => format!("{and}on=ZCustomsGetDue"),
            At::SapWrite => format!("{and}on=ZCustomsPutStatus"),
        };
        format!("{}{whom}", self.fault).parse().unwrap()
    }

    fn drive(&self) {
        let what = format!("{} at {:?}", self.fault, self.at);
        let scene = LiveScene::new(RECORDS);
        // What never answers is given up after a time that no answer takes here.
        let mut changes = vec![("daily = 50000", "daily = 50000\ntimeout = \"5s\"")];
        if self.kind() == "stall" && self.at != At::Customs {
            changes.push(("deadline = \"4m\"", "deadline = \"8s\""));
        }
        scene.write_config(&scene.config_with(&changes));
        let faults = match self.at {
            At::Customs => scene.customs.faults(),
            At::SapRead | At::SapWrite => scene.sap.faults(),
        };
        faults.set(self.spec(&scene));
        let finished = scene.once().run();
        if self.kind() != "refuse" {
            assert!(faults.hits(self.kind()) > 0, "{what}: nobody met it");
        }
        let receipt = receipt(&finished);
        self.check(&what, &scene, &receipt);
        scene.clear_faults();
        scene.heals(&what);
    }

    fn check(&self, what: &str, scene: &LiveScene, receipt: &Value) {
        let rows = errors(&scene.ledger());
        let of_records = causes(&rows);
        // Two of the twenty fail whatever goes wrong besides, or whatever does not.
        let ours: BTreeMap<&str, u64> = of_records
            .iter()
            .map(|(code, n)| (code.as_str(), *n))
            .filter(|(code, _)| !MADE_UP.contains(code))
            .collect();
        let whole: Vec<(Stage, &str)> = rows
            .iter()
            .filter(|e| e.key.is_none())
            .map(|e| (e.error.stage, e.error.code.as_str()))
            .collect();
        let count = |name: &str| receipt[name].as_u64().unwrap();
        let found = scene.found().len() as u64;
        let through = count("pushed") + count("unchanged");
        let told = format!("{what}: {receipt} {rows:#?}");
        match self.run {
            Run::Unharmed => {
                assert_eq!(
                    (receipt["status"].as_str(), through),
                    (Some("succeeded"), found),
                    "{told}"
                );
                assert!(ours.is_empty() && whole.is_empty(), "{told}");
            }
            Run::Records(code) => {
                assert_eq!(ours.keys().collect::<Vec<_>>(), [&code], "{told}");
                assert_eq!((through + ours[code], count("deferred")), (found, 0), "{told}");
                // What came in the way of a write is told, and not only that it did not arrive.
                let cause = if code == "not_delivered" { self.cause() } else { "" };
                let of_code = rows.iter().filter(|e| e.error.code == code);
                assert!(of_code.clone().all(|e| e.error.message.contains(cause)), "{told}");
            }
            Run::Host(code) => {
                assert_eq!(ours.keys().collect::<Vec<_>>(), [&code], "{told}");
                let deferred = receipt["reasons"]["deferred"].as_object().unwrap();
                assert!(deferred.keys().all(|reason| reason == "circuit_open"), "{told}");
                assert_eq!(
                    (through, receipt["status"].as_str()),
                    (0, Some("failed")),
                    "{told}"
                );
            }
            Run::Whole(code) => {
                assert_eq!(whole, [(Stage::Fetch, code)], "{told}");
                assert_eq!(
                    (through, receipt["status"].as_str()),
                    (0, Some("failed")),
                    "{told}"
                );
            }
        }
    }
}

/// Codes of records that the simulated world makes fail by itself.
const MADE_UP: [&str; 4] = ["service_trouble", "many", "unmapped_value", "unknown_root"];

/// A test for each case, and the list of all of them.
macro_rules! cases {
    ($($name:ident: $fault:literal, $at:ident, $run:expr;)+) => {
        $(
            #[test]
            fn $name() {
                Case { fault: $fault, at: At::$at, run: $run }.drive();
            }
        )+

        fn all() -> Vec<Case> {
            vec![$(Case { fault: $fault, at: At::$at, run: $run }),+]
        }
    };
}

cases! {
    refuse_at_customs: "refuse", Customs, Run::Host("connect_failed");
    refuse_at_sap: "refuse", SapRead, Run::Whole("connect");
    stall_at_customs: "stall", Customs, Run::Records("timeout");
    stall_in_a_body_at_customs: "stall:after_bytes=100", Customs, Run::Records("timeout");
    stall_at_the_due_list: "stall", SapRead, Run::Whole("deadline");
    stall_at_a_write: "stall:count=1", SapWrite, Run::Records("not_delivered");
    reset_at_customs: "reset", Customs, Run::Records("connection_reset");
    reset_in_an_answer_at_customs: "reset:after_bytes=300", Customs, Run::Records("connection_reset");
    reset_at_the_due_list: "reset:after_bytes=300", SapRead, Run::Whole("reset");
    reset_at_a_write: "reset", SapWrite, Run::Unharmed;
    drip_at_customs: "drip:bytes=200,ms=1", Customs, Run::Unharmed;
    drip_at_the_due_list: "drip:bytes=500,ms=1", SapRead, Run::Unharmed;
    drip_at_a_write: "drip:bytes=200,ms=1", SapWrite, Run::Unharmed;
    http_5xx_at_customs: "5xx:status=502", Customs, Run::Records("http_status");
    http_5xx_at_the_due_list: "5xx", SapRead, Run::Whole("unavailable");
    http_5xx_at_a_write: "5xx", SapWrite, Run::Records("not_delivered");
    http_429_at_customs: "429:retry_after=1", Customs, Run::Records("too_many_requests");
    http_429_at_the_due_list: "429:retry_after=0", SapRead, Run::Whole("unavailable");
    http_429_at_a_write: "429:retry_after=0", SapWrite, Run::Records("not_delivered");
    html_at_customs: "html", Customs, Run::Records("html_instead_of_xml");
    html_at_the_due_list: "html", SapRead, Run::Whole("html_instead_of_xml");
    html_at_a_write: "html", SapWrite, Run::Records("not_delivered");
    truncated_at_customs: "truncated", Customs, Run::Records("truncated_xml");
    truncated_at_the_due_list: "truncated", SapRead, Run::Whole("reply_broken");
    truncated_at_a_write: "truncated", SapWrite, Run::Unharmed;
    charset_at_customs: "charset", Customs, Run::Records("not_utf8");
    charset_at_the_due_list: "charset", SapRead, Run::Whole("bad_character");
    charset_at_a_write: "charset", SapWrite, Run::Unharmed;
    slow_at_customs: "slow:ms=100", Customs, Run::Unharmed;
    slow_at_the_due_list: "slow:ms=100", SapRead, Run::Unharmed;
    slow_at_a_write: "slow:ms=100", SapWrite, Run::Unharmed;
    duplicate_at_customs: "duplicate", Customs, Run::Unharmed;
    duplicate_at_the_due_list: "duplicate", SapRead, Run::Unharmed;
    lost_question_at_customs: "lost:part=request", Customs, Run::Records("connection_reset");
    lost_answer_of_customs: "lost:part=answer", Customs, Run::Records("connection_reset");
    lost_at_the_due_list: "lost", SapRead, Run::Whole("reset");
    lost_write: "lost:part=request", SapWrite, Run::Records("not_delivered");
    lost_answer_to_a_write: "lost:part=answer", SapWrite, Run::Unharmed;
    dtd_at_customs: "dtd", Customs, Run::Records("dtd_refused");
    dtd_at_the_due_list: "dtd", SapRead, Run::Whole("dtd_refused");
    dtd_at_a_write: "dtd", SapWrite, Run::Unharmed;
    empty_at_customs: "empty", Customs, Run::Records("empty_body");
    empty_at_the_due_list: "empty", SapRead, Run::Whole("empty_body");
    empty_at_a_write: "empty", SapWrite, Run::Records("not_delivered");
}

/// A write that arrives twice is carried out once if the function module knows its key; without a key SAP carries it out
/// twice, with the same state. Nothing on our side can tell.
#[test]
fn duplicate_at_a_write() {
    let scene = LiveScene::new(RECORDS);
    scene.write_config(
        &scene.config_with(&[("columns = { ", "columns = { IdemKey = \"{idempotency_key}\", ")]),
    );
    scene
        .sap
        .faults()
        .set("duplicate:on=ZCustomsPutStatus".parse().unwrap());
    let receipt = receipt(&scene.once().run().code(0).quiet());
    assert_eq!(receipt["pushed"].as_u64(), Some(scene.found().len() as u64));
    assert!(scene.sap.faults().hits("duplicate") > 0);
    let held = scene
        .found()
        .into_iter()
        .map(|(key, _)| scene.sap.held(&key).unwrap());
    assert!(held.into_iter().all(|h| (h.writes, h.repeats) == (1, 1)));
    scene.clear_faults();
    scene.heals("duplicate at a write");
}

#[test]
fn every_kind_of_fault_is_driven_at_both_systems() {
    let driven = |kind: &str, at: At| all().iter().any(|case| case.kind() == kind && case.at == at);
    for kind in FaultSpec::kinds() {
        assert!(driven(kind, At::Customs), "{kind} at customs");
        assert!(driven(kind, At::SapRead), "{kind} at the due list");
        // A closed port has no operations; a `duplicate` write is a test of its own.
        assert!(
            driven(kind, At::SapWrite) || ["refuse", "duplicate"].contains(&kind),
            "{kind} at a write"
        );
    }
}

/// The README of the simulators names the code of each kind.
#[test]
fn the_codes_are_documented() {
    let readme = include_str!("../../../test-harness/README.md");
    for case in all().iter().filter(|case| case.at != At::SapWrite) {
        let row = format!("| `{}` |", case.kind());
        let line = readme.lines().find(|line| line.starts_with(&row)).unwrap();
        match case.run {
            Run::Unharmed => assert!(line.contains("nothing"), "{line}"),
            Run::Records(code) | Run::Host(code) | Run::Whole(code) => {
                assert!(line.contains(&format!("`{code}`")), "{line}, which lacks {code}");
            }
        }
    }
}
