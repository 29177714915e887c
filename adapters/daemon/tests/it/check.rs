//! `customs check`: what works, what does not, and the key that puts it right.

use serde_json::Value;

use crate::support::{CANARY_KEY, CANARY_PASSWORD, Finished, Program, Scene, closed_port, lines};

/// The findings that are not good: what, key, detail.
fn wrong(finished: &Finished) -> Vec<(String, String, String)> {
    let result = finished.json();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let findings = result["findings"].as_array().unwrap();
    let wrong: Vec<_> = findings
        .iter()
        .filter(|f| f["ok"].as_bool() != Some(true))
        .map(|f| (text(&f["what"]), text(&f["key"]), text(&f["detail"])))
        .collect();
    assert_eq!(result["ok"].as_bool(), Some(wrong.is_empty()));
    wrong
}

#[test]
fn a_good_configuration_is_good_and_nothing_is_written() {
    let scene = Scene::new(3);
    let finished = scene.program("check").run().code(0).quiet();
    assert_eq!(wrong(&finished), []);
    let said = &finished.stdout;
    for what in [
        "configuration",
        "ledger",
        "job import-cargo: WSDL",
        "job import-cargo: due list",
        "job import-cargo: customs",
    ] {
        assert!(said.contains(&format!("\"what\":\"{what}\"")), "{what}: {said}");
    }
    assert!(
        said.contains("operations ZCustomsGetDue, ZCustomsPutStatus\""),
        "{said}"
    );
    assert!(!scene.write_log().exists() || lines(&scene.write_log()) == 0);
    assert_eq!(lines(&scene.arrival_log()), 1, "one question");
}

#[test]
fn each_wrong_thing_is_named_with_its_key() {
    let scene = Scene::new(3);
    let refused = format!("http://{}", closed_port());
    let with = |from: &str, to: &str| scene.config_with(from, to);
    let config = scene.config();
    // No state has a code of the company.
    let (head, rest) = config.split_once("[map.stats]").unwrap();
    let unmapped = format!("{head}[map.stats]\n{}", &rest[rest.find("[unipass]").unwrap()..]);
    for (config, variable, value, step, key, detail) in [
        (
            with("due.wsdl", "nowhere.wsdl"),
            "",
            "",
            "WSDL",
            "job[0].source.wsdl",
            "nowhere.wsdl: cannot be read",
        ),
        (
            with("\"due.wsdl\"", "\"customs.toml\""),
            "",
            "",
            "WSDL",
            "job[0].source.wsdl",
            "customs.toml",
        ),
        (
            config.clone(),
            "SAP_PASSWORD",
            "wrong",
            "due list",
            "job[0].source.password",
            "logon_refused",
        ),
        (
            config.replace(&scene.endpoint, &refused),
            "",
            "",
            "due list",
            "job[0].source.endpoint",
            "Connection refused",
        ),
        (
            with("\"ZCustomsGetDue\"", "\"ZNobody\""),
            "",
            "",
            "due list",
            "job[0].source.operation",
            "ZNobody",
        ),
        (
            with("\"ZCustomsPutStatus\"", "\"ZNobody\""),
            "",
            "",
            "write-back",
            "job[0].sink.operation",
            "ZNobody",
        ),
        (
            with("API001 = ", "API002 = "),
            "",
            "",
            "customs",
            "unipass.keys",
            "no key for the service API001",
        ),
        (
            config.clone(),
            "UNIPASS_API001",
            "wrong",
            "customs",
            "unipass.keys",
            "refused_key",
        ),
        (
            config.replace(&scene.base_url, &refused),
            "",
            "",
            "customs",
            "unipass.base_url",
            "connect_failed",
        ),
        (
            with("sqlite:customs.db", "sqlite:due.wsdl"),
            "",
            "",
            "ledger",
            "ledger.url",
            "due.wsdl",
        ),
        (
            with("\"Vbeln\"]\norigin", "\"Vbelm\"]\norigin"),
            "",
            "",
            "",
            "job[0].source.key",
            "Vbelm",
        ),
        (
            with("Udate = ", "Udatum = "),
            "",
            "",
            "mapping",
            "job[0].sink.columns",
            "Udatum",
        ),
        (
            with("{prcsDttm|time}", "{prcsDtm|time}"),
            "",
            "",
            "mapping",
            "job[0].sink.columns",
            "prcsDtm",
        ),
        (
            with("EtReturn", "EtRetrn"),
            "",
            "",
            "write-back",
            "job[0].sink.results",
            "EtRetrn",
        ),
        (
            config.replace("\"due.wsdl\"", &format!("\"{}?wsdl\"", scene.endpoint)),
            "SAP_PASSWORD",
            "wrong",
            "WSDL",
            "job[0].source.password",
            "logon_refused",
        ),
        (
            unmapped.clone(),
            "",
            "",
            "mapping",
            "job[0].sink.columns",
            "unmapped_value",
        ),
        (
            with("sqlite:customs.db", "mongo:x"),
            "",
            "",
            "ledger",
            "ledger.url",
            "expected sqlite:FILE",
        ),
    ] {
        scene.write_config(&config);
        let mut program = scene.program("check");
        if !variable.is_empty() {
            program = program.env(variable, value);
        }
        let finished = program.run().code(1);
        let wrong = wrong(&finished);
        let found = wrong.iter().find(|(_, k, _)| k == key);
        let (what, _, text) = found.unwrap_or_else(|| panic!("{key}: {wrong:?}"));
        assert!(what.ends_with(step) && text.contains(detail), "{key}: {wrong:?}");
        for secret in [CANARY_KEY, CANARY_PASSWORD] {
            assert!(
                !finished.stdout.contains(secret) && !finished.stderr.contains(secret),
                "{finished:?}"
            );
        }
    }
}

#[test]
fn for_people_it_says_where_to_put_it_right() {
    let scene = Scene::new(3);
    let finished = Program::new(["check", "--config"])
        .arg(scene.path("customs.toml"))
        .env("SAP_USER", "CUSTOMS")
        .env("SAP_PASSWORD", "wrong")
        .env("UNIPASS_API001", CANARY_KEY)
        .run()
        .code(1);
    let place = format!(
        "put it right in {} at job[0].source.password",
        scene.path("customs.toml").display()
    );
    assert!(
        finished.stdout.contains("FAILED job import-cargo: due list: "),
        "{finished:?}"
    );
    assert!(finished.stdout.contains(&place), "{finished:?}");
}
