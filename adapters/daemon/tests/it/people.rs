//! What people do with single records and errors: `trigger`, `why`, `errors`, `pause`, `resume`.

use serde_json::Value;

use crate::support::{CANARY_KEY, CANARY_PASSWORD, Finished, Program, Scene, found, map_of, receipt};

const RECORDS: u32 = 40;

fn bare(scene: &Scene, command: &[&str]) -> Program {
    Program::new(command)
        .arg("--config")
        .arg(scene.path("customs.toml"))
        .env("USER", "kim")
        .without_env("SUDO_USER")
}

/// A command of the ledger: no logon and no key is at hand.
fn ask(scene: &Scene, command: &[&str]) -> Value {
    let finished = bare(scene, command)
        .arg("--format")
        .arg("json")
        .run()
        .code(0)
        .quiet();
    finished.json()
}

/// A command that runs something.
fn act(scene: &Scene, command: &[&str]) -> Finished {
    bare(scene, command)
        .arg("--format")
        .arg("json")
        .env("SAP_USER", "CUSTOMS")
        .env("SAP_PASSWORD", CANARY_PASSWORD)
        .env("UNIPASS_API001", CANARY_KEY)
        .run()
}

fn names(values: &Value, name: &str) -> Vec<String> {
    let values = values.as_array().unwrap().iter();
    values
        .map(|v| v[name].as_str().unwrap_or_default().to_owned())
        .collect()
}

#[test]
fn a_trigger_runs_its_records_and_says_what_became_of_each() {
    let scene = Scene::new(RECORDS);
    let first = &found(RECORDS)[0];
    let key = format!("1000/{}", first.delivery());
    let finished = act(&scene, &["trigger", &key, "1000/nobody", &key])
        .code(0)
        .quiet();
    let shown = receipt(&finished);
    assert_eq!(
        (
            shown["due"].as_u64(),
            shown["pushed"].as_u64(),
            shown["failed"].as_u64()
        ),
        (Some(2), Some(1), Some(1))
    );
    let records = &shown["records"];
    assert_eq!(names(records, "key"), [key.as_str(), "1000/nobody"]);
    assert_eq!(names(records, "outcome"), ["pushed", "failed"]);
    assert_eq!(records[1]["reason"], "unknown_key");
    assert!(records[1]["message"].as_str().unwrap().contains("1000/nobody"));
    // In words, too.
    let text = bare(&scene, &["trigger", &key])
        .env("SAP_USER", "CUSTOMS")
        .env("SAP_PASSWORD", CANARY_PASSWORD)
        .env("UNIPASS_API001", CANARY_KEY)
        .run()
        .code(0)
        .quiet()
        .stdout;
    assert!(
        text.contains("RECORD") && text.contains(&key) && text.contains("unchanged"),
        "{text}"
    );
}

#[test]
fn a_paused_job_is_skipped_until_it_is_resumed() {
    let scene = Scene::new(3);
    let paused = ask(&scene, &["pause"]);
    assert_eq!(paused["jobs"][0]["changed"], true);
    assert_eq!(
        ask(&scene, &["pause", "--by", "lee"])["jobs"][0]["changed"],
        false
    );
    let skipped = receipt(&scene.program("once").run().code(0).quiet());
    assert_eq!(skipped["status"], "skipped");
    let why = skipped["error"].as_str().unwrap();
    assert!(why.contains("paused") && why.ends_with("by kim"), "{why}");
    let refused = act(&scene, &["trigger", "1000/x"]).code(1);
    assert!(
        refused.complaint().contains("was skipped: the job is paused"),
        "{refused:?}"
    );
    assert_eq!(ask(&scene, &["runs"])["runs"][0]["receipt"]["status"], "skipped");
    assert_eq!(ask(&scene, &["resume"])["jobs"][0]["changed"], true);
    assert_eq!(
        receipt(&scene.program("once").run().code(0).quiet())["status"],
        "succeeded"
    );
    let unknown = bare(&scene, &["pause", "--job", "exports"]).run().code(1);
    assert!(
        unknown
            .complaint()
            .starts_with("customs: --job: found \"exports\", expected one of")
    );
}

#[test]
fn why_tells_the_life_of_a_record_and_the_reason() {
    let scene = Scene::new(RECORDS);
    let shipment = &found(RECORDS)[0];
    let key = format!("1000/{}", shipment.delivery());
    scene.program("once").run().code(0);
    scene.program("once").run().code(0);
    let told = ask(&scene, &["why", &key]);
    assert_eq!(told["known"], true);
    let life = &told["jobs"][0];
    assert_eq!(
        names(&life["events"], "kind"),
        ["first_seen", "answered", "pushed"]
    );
    assert_eq!(life["events"][1]["status"], shipment.progress().status);
    assert_eq!(life["due_since"], life["events"][0]["at"]);
    let why = names(&life["reasons"], "why");
    assert!(
        why.iter().any(|w| w == "unchanged" || w == "not_due_yet"),
        "{life}"
    );
    let text = bare(&scene, &["why", &key]).run().code(0).quiet().stdout;
    for part in [
        "due since",
        "asked last",
        "first_seen",
        "pushed",
        shipment.progress().status,
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    // A record that fails says with what; one that no due list ever named is told apart.
    let episodes = ask(&scene, &["errors", "list"]);
    let no = episodes["episodes"][0]["no"].as_u64().unwrap().to_string();
    let shown = ask(&scene, &["errors", "show", &no]);
    let failing = shown["errors"][0]["key"].as_str().unwrap();
    let told = ask(&scene, &["why", failing]);
    let reasons = &told["jobs"][0]["reasons"];
    let reason = reasons
        .as_array()
        .unwrap()
        .iter()
        .find(|r| r["why"] == "failing")
        .unwrap();
    assert_eq!(reason["code"], shown["episode"]["example"]["code"]);
    assert!(reason["message"].as_str().unwrap().len() > 5);
    let nobody = ask(&scene, &["why", "1000/nobody"]);
    assert_eq!(
        (&nobody["known"], nobody["jobs"].as_array().unwrap().len()),
        (&Value::Bool(false), 0)
    );
    let text = bare(&scene, &["why", "1000/nobody\u{1b}[2J"])
        .run()
        .code(0)
        .quiet()
        .stdout;
    assert!(
        text.contains("no due list") && !text.contains('\u{1b}'),
        "{text:?}"
    );
}

#[test]
fn errors_are_listed_shown_retried_and_closed() {
    let mut scene = Scene::with_faults(12, "", "html:share=1");
    let first = receipt(&scene.program("once").run().code(1));
    assert_eq!(
        first["failed"].as_u64().unwrap() + first["deferred"].as_u64().unwrap(),
        12
    );
    let listed = ask(&scene, &["errors", "list"]);
    let episodes = listed["episodes"].as_array().unwrap();
    assert_eq!(episodes.len(), 1, "{listed}");
    let (no, count) = (
        episodes[0]["no"].as_u64().unwrap().to_string(),
        &episodes[0]["count"],
    );
    assert_eq!(count, &first["failed"]);
    let shown = ask(&scene, &["errors", "show", &no]);
    assert_eq!(
        shown["errors"].as_array().unwrap().len() as u64,
        count.as_u64().unwrap()
    );
    assert!(
        shown["errors"][0]["record"]["query"]["params"]["cargMtNo"].is_string(),
        "{shown}"
    );
    let text = bare(&scene, &["errors", "list"]).run().code(0).quiet().stdout;
    assert_eq!(text.lines().count(), 2, "{text}");
    let text = bare(&scene, &["errors", "show", &no])
        .run()
        .code(0)
        .quiet()
        .stdout;
    assert!(
        text.starts_with(&format!("Episode {no} of 1000/import-cargo: open")),
        "{text}"
    );

    // Once customs is well again the kept records come through, as they were kept.
    scene.mend_customs();
    let retried = act(&scene, &["errors", "retry", &no]).code(0).quiet();
    let again = receipt(&retried);
    assert_eq!(again["due"], first["failed"]);
    assert_eq!(again["sap_reads"], 0);
    let records = again["records"].as_array().unwrap();
    assert_eq!(records.len() as u64, first["failed"].as_u64().unwrap());
    assert!(records.iter().any(|r| r["outcome"] == "pushed"), "{again}");
    for record in records.iter().filter(|r| r["outcome"] == "pushed") {
        let key = record["key"].as_str().unwrap();
        let shipment = found(12)
            .into_iter()
            .find(|s| key.ends_with(&*s.delivery().to_string()))
            .unwrap();
        let written = crate::support::writes(&scene.write_log());
        assert_eq!(
            written[key].last().unwrap().stats,
            map_of(shipment.progress().status)
        );
    }
    let runs = ask(&scene, &["runs"]);
    assert_eq!(runs["runs"][0]["trigger"], "retry");

    let closed = ask(&scene, &["errors", "close", &no]);
    let all = ask(&scene, &["errors", "list", "--all"]);
    let episode = all["episodes"]
        .as_array()
        .unwrap()
        .iter()
        .find(|e| e["no"].as_u64() == no.parse().ok())
        .unwrap();
    assert!(episode["closed_at"].is_string(), "{episode}");
    if closed["changed"] == true {
        assert_eq!(episode["closed_by"], "kim");
    }
    assert_eq!(ask(&scene, &["errors", "close", &no])["changed"], false);
    for (command, expected) in [
        (vec!["errors", "show", "4711"], "found no episode 4711"),
        (vec!["errors", "close", "4711"], "found no episode 4711"),
    ] {
        let refused = bare(&scene, &command).run().code(1);
        assert!(refused.complaint().contains(expected), "{refused:?}");
    }
    let refused = act(&scene, &["errors", "retry", "--record", "1000/nobody"]).code(1);
    assert!(
        refused
            .complaint()
            .contains("--record: found no error of \"1000/nobody\""),
        "{refused:?}"
    );
}

#[test]
fn no_secret_is_shown_by_any_of_them() {
    let scene = Scene::with_faults(6, "", "html:share=1");
    scene.program("once").run().code(1);
    for command in [
        &["errors", "list"][..],
        &["errors", "show", "1"],
        &["why", "1000/x"],
        &["runs"],
    ] {
        for format in ["text", "json"] {
            let finished = bare(&scene, command)
                .arg("--format")
                .arg(format)
                .env("SAP_PASSWORD", CANARY_PASSWORD)
                .env("UNIPASS_API001", CANARY_KEY)
                .run();
            for secret in [CANARY_KEY, CANARY_PASSWORD] {
                assert!(
                    !finished.stdout.contains(secret) && !finished.stderr.contains(secret),
                    "{command:?}"
                );
            }
        }
    }
}
