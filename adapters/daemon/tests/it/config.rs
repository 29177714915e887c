//! Wrong input: one line that names file, key, what was found and what was expected.

use crate::support::{CANARY_PASSWORD, Program, Scene, closed_port};

/// What is replaced by what, and the line that follows (behind `customs: FILE: `).
const WRONG: [(&str, &str, &str); 17] = [
    (
        "every = \"5m\"",
        "every = \"soon\"",
        "job[0].every: found \"soon\", expected a duration above zero",
    ),
    (
        "every = \"5m\"",
        "every = 5",
        "job[0].every: found integer `5`, expected a string",
    ),
    (
        "deadline = \"4m\"",
        "deadline = \"6m\"",
        "job[0].deadline: found 360s, longer than every = 300s, expected a deadline",
    ),
    (
        "rows = \"EtDue\"",
        "",
        "job[0].source.rows: found nothing, expected a value",
    ),
    (
        "rows = \"EtDue\"",
        "rows = \"EtDue\"\nrow = \"x\"",
        "job[0].source.row: found a key that is not known here, expected one of",
    ),
    (
        "max_batch = 500",
        "max_batch = 0",
        "job[0].sink.max_batch: found a number out of range, expected a number from 1",
    ),
    (
        "page_size = 25",
        "page_size = -1",
        "job[0].page_size: found integer `-1`, expected usize",
    ),
    (
        "|map:stats}",
        "|map:state}",
        "job[0].sink.columns.Stats: found map:state, and there is no [map.state], expected a table",
    ),
    (
        "{prcsDttm|time}",
        "{prcsDttm|tine}",
        "job[0].sink.columns.Uzeit: found there is no filter `tine`",
    ),
    (
        "{CargMtNo|trim}",
        "{CargMtNo|trim",
        "job[0].query.params.cargMtNo: found ",
    ),
    (
        "current = \"Stats\"",
        "current = \"Status\"",
        "job[0].source.current: found \"Status\", which is no column of job[0].sink.columns, expected",
    ),
    (
        "rate = 10000",
        "rate = 0",
        "unipass.rate: found 0, expected calls a second above zero",
    ),
    ("[job.query]", "[job.query", "line "),
    (
        "url = \"sqlite:customs.db\"",
        "url = \"sqlite:customs.db\"\nkeep = { errors = \"soon\" }",
        "ledger.keep.errors: found \"soon\", expected a number of days above zero such as \"90d\"",
    ),
    (
        "url = \"sqlite:customs.db\"",
        "url = \"sqlite:customs.db\"\nkeep = { error = \"9d\" }",
        "ledger.keep.error: found a key that is not known here, expected one of",
    ),
    (
        "url = \"sqlite:customs.db\"",
        "url = \"sqlite:customs.db\"\nmigrate = \"never\"",
        "ledger.migrate: found unknown variant `never`, expected ",
    ),
    (
        "env:SAP_PASSWORD",
        "file:nowhere.txt",
        "job[0].source.password: found \"file:nowhere.txt\"",
    ),
];

#[test]
fn a_wrong_configuration_names_file_key_found_and_expected() {
    let scene = Scene::new(1);
    let file = scene.path("customs.toml");
    for (from, to, expected) in WRONG {
        scene.write_config(&scene.config_with(from, to));
        for command in ["once", "check"] {
            let finished = scene.program(command).run().code(1);
            let line = finished.complaint();
            let wanted = format!("customs: {}: {expected}", file.display());
            assert!(line.starts_with(&wanted), "\n found {line}\nwanted {wanted}");
            assert!(
                line.contains(": found ") && line.contains(", expected "),
                "{line}"
            );
            assert_eq!(finished.stdout, "");
            assert!(!line.contains(CANARY_PASSWORD), "{line}");
        }
    }
    assert!(!scene.ledger().exists(), "nothing was begun");
}

#[test]
fn a_missing_variable_or_file_is_named() {
    let scene = Scene::new(1);
    let finished = scene.program("once").without_env("UNIPASS_API001").run().code(1);
    let line = finished.complaint();
    let wanted = "unipass.keys.API001: found \"env:UNIPASS_API001\", and no such environment variable, \
                  expected the variable UNIPASS_API001 to be set";
    assert!(line.ends_with(wanted), "{line}");

    std::fs::remove_file(scene.path("customs.toml")).unwrap();
    let finished = scene.program("once").run().code(1);
    assert!(
        finished.complaint().contains("customs.toml: (file): found "),
        "{finished:?}"
    );
}

#[test]
fn what_the_wsdl_does_not_have_is_one_line_that_names_the_file() {
    let scene = Scene::new(1);
    for (from, to, found) in [
        (
            "\"ZCustomsGetDue\"",
            "\"ZNobody\"",
            "source.operation: found \"ZNobody\", expected ",
        ),
        (
            "\"ZCustomsPutStatus\"",
            "\"ZNobody\"",
            "sink.operation: found \"ZNobody\", expected ",
        ),
        ("due.wsdl", "nowhere.wsdl", ": source: wsdl: "),
    ] {
        scene.write_config(&scene.config_with(from, to));
        let finished = scene.program("once").run().code(1);
        let line = finished.complaint();
        let file = scene.path("customs.toml");
        assert!(
            line.starts_with(&format!("customs: {}: ", file.display())),
            "{line}"
        );
        assert!(line.contains(found), "{line}");
        assert_eq!(finished.stdout, "");
    }
}

#[test]
fn a_service_without_a_key_is_found_at_the_start() {
    let scene = Scene::new(1);
    scene.write_config(&scene.config_with("API001 = ", "API002 = "));
    let finished = scene.program("once").run().code(1);
    let line = finished.complaint();
    assert!(
        line.contains(
            "customs.toml: unipass.keys: found no key for API001, which job[0].query asks, expected "
        ),
        "{line}"
    );
}

#[test]
fn wrong_arguments_exit_with_2() {
    for args in [
        vec!["nothing"],
        vec![],
        vec!["once"],
        vec!["once", "--config"],
        vec!["once", "--config", "x.toml", "--format", "yaml"],
        vec!["demo", "--records", "many"],
        vec!["simulate", "sap", "--listen", "nowhere"],
        vec!["sap", "decode", "only-a.wsdl"],
        vec!["unipass", "decode"],
    ] {
        let finished = Program::new(&args).run().code(2);
        assert!(
            finished.stderr.contains("--help") || finished.stderr.contains("Usage:"),
            "{args:?}: {finished:?}"
        );
        assert_eq!(finished.stdout, "", "{args:?}");
    }
}

#[test]
fn arguments_that_only_their_content_shows_to_be_wrong_are_one_line() {
    for (args, found) in [
        (
            vec!["simulate", "sap", "--faults", "html:share=2"],
            "--faults: fault clause 1 (`html:share=2`): share is `2`",
        ),
        (
            vec!["simulate", "sap", "--auth", "nobody"],
            "--auth: found no colon, expected USER:PASSWORD",
        ),
        (
            vec!["simulate", "unipass", "--key", "API001"],
            "--key: found no =, expected SERVICE=KEY",
        ),
        (vec!["unipass", "decode", "API999"], "there is no service API999"),
        (
            vec!["sap", "decode", "--format", "ndjson"],
            "--format ndjson: found no --rows",
        ),
    ] {
        let finished = Program::new(&args).run().code(1);
        assert!(finished.complaint().contains(found), "{args:?}: {finished:?}");
    }
}

#[test]
fn the_connection_to_sap_is_what_the_source_says() {
    const CANARY: &str = "canary-connection-77";
    let scene = Scene::new(1);
    std::fs::write(scene.path("client.pem"), "no certificate").unwrap();
    let operation = "operation = \"ZCustomsGetDue\"";
    let run = |command: &str, more: &str| {
        scene.write_config(&scene.config_with(operation, &format!("{more}\n{operation}")));
        let program = scene
            .program(command)
            .env("CLIENT_KEY", CANARY)
            .env("PROXY", &format!("http://me:{CANARY}@{}", closed_port()));
        let finished = program.run().code(1);
        assert!(
            !finished.stdout.contains(CANARY) && !finished.stderr.contains(CANARY),
            "{finished:?}"
        );
        finished
    };
    let key = "client_key = \"env:CLIENT_KEY\"";
    for (more, found) in [
        (
            "client_cert_file = \"client.pem\"".to_owned(),
            "client_key: found nothing, expected the key",
        ),
        (
            key.to_owned(),
            "client_cert_file: found nothing, expected the certificate",
        ),
        (
            format!("client_cert_file = \"nowhere.pem\"\n{key}"),
            "nowhere.pem cannot be read",
        ),
        (
            format!("client_cert_file = \"client.pem\"\n{key}"),
            "client certificate: no certificate in it; client key: nothing of this kind in it",
        ),
        ("proxy = \"me@there\"".to_owned(), "proxy: "),
    ] {
        let finished = run("once", &more);
        assert!(finished.complaint().contains(found), "{found}: {finished:?}");
    }
    // SAP is there, and nobody listens at the proxy.
    let finished = run("check", "proxy = \"env:PROXY\"");
    assert!(finished.stdout.contains("no connection"), "{finished:?}");
}
