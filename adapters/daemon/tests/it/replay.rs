//! `record` in the configuration, and `customs replay`.

use serde_json::Value;

use crate::support::{CANARY_KEY, CANARY_LOGON, CANARY_PASSWORD, Program, Scene, receipt};

fn lines(text: &str) -> Vec<Value> {
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn a_recorded_run_is_read_again_and_compared() {
    let scene = Scene::new(30);
    scene.write_config(&format!("record = \"run.ndjson\"\n{}", scene.config()));
    let receipt = receipt(&scene.program("once").run().code(0).quiet());
    let cassette = scene.path("run.ndjson");
    let text = std::fs::read_to_string(&cassette).unwrap();
    for secret in [CANARY_KEY, CANARY_PASSWORD, CANARY_LOGON] {
        assert!(!text.contains(secret), "{secret} is in the cassette");
    }

    let replay = Program::new(["replay"]).arg(&cassette).run().code(0);
    let read = lines(&replay.stdout);
    let of = |system: &str| read.iter().filter(|line| line["system"] == system).count() as u64;
    assert_eq!(Some(of("unipass")), receipt["customs_calls"].as_u64());
    let calls = receipt["sap_reads"].as_u64().unwrap() + receipt["sap_writes"].as_u64().unwrap();
    assert_eq!(of("sap"), calls);
    let found = read
        .iter()
        .filter(|line| line["answer"]["verdict"] == "found")
        .count();
    assert!(found > 20, "{found} are found");
    assert!(read.iter().any(|line| line["answer"]["kind"] == "response"));

    // The same version reads the same.
    let other = scene.path("other.ndjson");
    std::fs::write(&other, &replay.stdout).unwrap();
    let same = Program::new(["replay"])
        .arg(&cassette)
        .arg("--against")
        .arg(&other)
        .run()
        .code(0);
    assert!(same.stdout.starts_with("0 of "), "{}", same.stdout);

    // Another one that took something for "not found", and missed the last exchange.
    let bent = replay
        .stdout
        .replacen("\"verdict\":\"found\"", "\"verdict\":\"not_found\"", 1);
    let bent = bent.lines().collect::<Vec<_>>();
    std::fs::write(&other, bent[..bent.len() - 1].join("\n")).unwrap();
    let differs = Program::new(["replay"])
        .arg(&cassette)
        .arg("--against")
        .arg(&other)
        .run()
        .code(1);
    assert!(differs.stdout.contains("- {\"exchange\":"), "{}", differs.stdout);
    assert!(differs.stdout.contains("- (nothing)"), "{}", differs.stdout);
    assert!(
        differs.stdout.lines().last().unwrap().starts_with("2 of "),
        "{}",
        differs.stdout
    );
    let differs = Program::new(["replay", "--format", "json"])
        .arg(&cassette)
        .arg("--against")
        .arg(&other)
        .run()
        .code(1);
    let told = lines(&differs.stdout);
    let (sum, told) = told.split_last().unwrap();
    assert_eq!(sum["differ"], 2);
    assert_eq!(told[0]["other"]["exchange"], told[0]["this"]["exchange"]);
    assert!(
        told[1]["other"].is_null() && told[1]["this"].is_object(),
        "{told:?}"
    );
}

#[test]
fn what_is_no_cassette_is_named_with_its_line() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("broken.ndjson");
    std::fs::write(&file, "{}\n").unwrap();
    let broken = Program::new(["replay"]).arg(&file).run().code(1);
    assert!(
        broken.stderr.contains("line 1: expected an exchange"),
        "{}",
        broken.stderr
    );
    Program::new(["replay", "nowhere.ndjson"]).run().code(1);
}
