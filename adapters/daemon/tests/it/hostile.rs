//! Texts that would break a statement, a message or a file put together from them travel from customs through the program into
//! the ledger, and come out of its reader as they were.

use customs_core::StoredError;
use customs_test_harness::unipass::UnipassSimulator;

use crate::support::{LiveScene, errors_of, receipt};

const RECORDS: u32 = 20;

/// Texts as customs tells them, and as they stand in its XML.
fn texts() -> Vec<(String, String)> {
    let plain = [
        "'; DROP TABLE error; --",
        "\"; DELETE FROM record WHERE 1 = 1; --",
        "\u{1f6a2} 수입신고수리 e\u{301}",
        "%s ? $1 :x @y {0} ␛0 ␛␛ \\0 \\' \\x00 \\ud800",
        "',(SELECT pg_sleep(9)),'",
        "null",
    ];
    let mut texts: Vec<(String, String)> = plain
        .map(|text| {
            (
                text.to_owned(),
                text.replace('\'', "&apos;").replace('"', "&quot;"),
            )
        })
        .into();
    // What would turn the line round, or show nothing, is shown by its number.
    texts.push((
        "\\u{feff} \\u{202e}dlog".to_owned(),
        "\u{feff} \u{202e}dlog".to_owned(),
    ));
    // One MB is far above what an answer's notice is; it is kept, or cut with the cut shown, and harms nobody.
    let long = "가나'\"\u{1f6a2}".repeat(60_000);
    texts.push((long.clone(), long));
    texts
}

/// A UNI-PASS that says these things: of one record each as an error, and of one more each as a state.
fn scenario(numbers: &[String]) -> String {
    let embedded = include_str!("../../../test-harness/src/unipass/scenarios/API001.scenario");
    let (head, rest) = embedded.split_once("\n=== ").unwrap();
    let mut text = head.to_owned();
    let mut numbers = numbers.iter();
    let root = "cargCsclPrgsInfoQryRtnVo";
    let mut add = |body: String| {
        let number = numbers.next().unwrap();
        text.push_str(&format!(
            "\n=== hostile {number}\nwhen: cargMtNo={number}\n<{root}>{body}</{root}>\n"
        ));
    };
    for (_, told) in texts() {
        add(format!("<ntceInfo>{told}</ntceInfo><tCnt>-1</tCnt>"));
    }
    // No XML can hold these: the answer is broken, and says so.
    for broken in ["&#0;", "&#xD800;", "\u{1}", "\0"] {
        add(format!("<ntceInfo>{broken}</ntceInfo><tCnt>-1</tCnt>"));
    }
    format!("{text}\n=== {rest}")
}

fn travels(url: &str, config: impl Fn(&LiveScene) -> String) {
    // Which numbers there are, a first world tells.
    let numbers: Vec<String> = LiveScene::new(RECORDS)
        .found()
        .into_iter()
        .map(|(_, shipment)| shipment.cargo_number().to_string())
        .collect();
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("API001.scenario"), scenario(&numbers)).unwrap();
    let scene = LiveScene::with(RECORDS, UnipassSimulator::builder().scenarios(dir.path()));
    scene.write_config(&config(&scene));
    let url = url.replace("<folder>", &scene.path("").display().to_string());
    let first = receipt(&scene.once().run().code(0));
    let rows = errors_of(&url);
    let of = |number: usize| -> &StoredError {
        let key = &scene.found()[number].0;
        let mut ours = rows
            .iter()
            .filter(|e| e.key.as_ref().is_some_and(|k| k.as_str() == key));
        ours.next().unwrap_or_else(|| panic!("{key} has no row: {first}"))
    };
    let texts = texts();
    for (number, (text, _)) in texts.iter().enumerate() {
        let message = &of(number).error.message;
        let shown = text.chars().take(40).collect::<String>();
        assert!(
            message.contains(&shown),
            "{shown} in {}",
            message.chars().take(300).collect::<String>()
        );
    }
    for number in texts.len()..texts.len() + 4 {
        let row = &of(number).error;
        assert_eq!(row.stage, customs_core::Stage::Query, "{row:?}");
        assert!(!row.message.is_empty() && row.code != "refused_key", "{row:?}");
    }
    // Whoever was not concerned is through, and the ledger is whole: the next run finds what it wrote.
    let through = first["pushed"].as_u64().unwrap();
    assert_eq!(through, (scene.found().len() - texts.len() - 4) as u64, "{first}");
    let second = receipt(&scene.once().run().code(0));
    assert_eq!(
        (second["pushed"].as_u64(), second["sap_writes"].as_u64()),
        (Some(0), Some(0)),
        "{second}"
    );
}

#[test]
fn sqlite_keeps_hostile_texts() {
    travels("sqlite:<folder>customs.db", LiveScene::config);
}

#[cfg(all(feature = "postgres", feature = "mysql"))]
fn travels_to(server: crate::support::Server) {
    let Some(database) = server.database() else { return };
    travels(database.url(), |scene| {
        std::fs::write(scene.path("ledger-url"), database.url()).unwrap();
        scene.config_with(&[("sqlite:customs.db", "file:ledger-url")])
    });
}

#[cfg(all(feature = "postgres", feature = "mysql"))]
#[test]
fn postgres_keeps_hostile_texts() {
    travels_to(crate::support::Server::Postgres);
}

#[cfg(all(feature = "postgres", feature = "mysql"))]
#[test]
fn mariadb_keeps_hostile_texts() {
    travels_to(crate::support::Server::MariaDb);
}
