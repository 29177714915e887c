//! `customs init`: a configuration that works, from a WSDL and a few answers.

use std::path::Path;

use customs_test_harness::world::Outcome;

use crate::support::{CANARY_KEY, CANARY_PASSWORD, Finished, Program, STATS, Scene, found, lines};

/// The command with what a scene has to say; the answers of a terminal come as options.
fn init(scene: &Scene, file: &Path) -> Program {
    let mut program = Program::new(["init", "--yes", "--company", "1000", "--rate", "10000"]);
    for (text, code) in STATS {
        program = program.arg("--state").arg(format!("{text}={code}"));
    }
    program
        .arg("--base-url")
        .arg(&scene.base_url)
        .arg("--config")
        .arg(file)
}

fn with_secrets(program: Program) -> Program {
    program
        .env("SAP_USER", "CUSTOMS")
        .env("SAP_PASSWORD", CANARY_PASSWORD)
        .env("UNIPASS_API001", CANARY_KEY)
}

fn command(name: &str, file: &Path) -> Program {
    with_secrets(Program::new([name, "--format", "json", "--config"]).arg(file))
}

#[test]
fn what_a_wsdl_proposes_is_checked_and_runs() {
    let scene = Scene::new(40);
    let file = scene.path("made.toml");
    let made = init(&scene, &file)
        .arg("--wsdl")
        .arg(scene.path("due.wsdl"))
        .run()
        .code(0)
        .quiet();
    assert!(made.stdout.contains("customs check --config"), "{made:?}");
    let text = std::fs::read_to_string(&file).unwrap();
    for line in [
        "operation = \"ZCustomsGetDue\"",
        "page = { size = \"IvMax\", cursor = \"IvAfter\", next = \"EvNext\" }",
        "keys = { table = \"ItKeys\" }",
        "key = [\"Bukrs\", \"Vbeln\"]",
        "origin = [\"Bukrs\", \"Vbeln\", \"Posnr\"]",
        "current = [\"Stats\", \"Udate\", \"Uzeit\"]",
        "cargMtNo = \"{CargMtNo|trim}\"",
        "operation = \"ZCustomsPutStatus\"",
        "results = { table = \"EtReturn\", row = \"Row\" }",
        "Stats = \"{csclPrgsStts|map:stats}\"",
        "Udate = \"{prcsDttm|date}\"",
        "IdemKey = \"{idempotency_key}\"",
        "password = \"env:SAP_PASSWORD\"",
        "wsdl = \"due.wsdl\"",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    let checked = command("check", &file).run().code(0).json();
    assert_eq!(checked["ok"], true, "{checked}");
    let receipt = command("once", &file).run().code(0).json();
    assert_eq!(receipt["due"], 40);
    assert_eq!(receipt["pushed"], found(40).len());
    assert_eq!(lines(&scene.write_log()), found(40).len());
    assert!(found(40).iter().all(|s| s.outcome() == Outcome::Found));
}

#[test]
fn a_wsdl_at_an_address_is_read_with_the_logon() {
    let scene = Scene::new(5);
    let file = scene.path("made.toml");
    let address = format!("{}?wsdl", scene.endpoint);
    let program = || init(&scene, &file).arg("--wsdl").arg(&address);
    let refused = program().without_env("SAP_USER").run().code(1);
    assert!(
        refused
            .complaint()
            .contains("--wsdl (the logon is taken from SAP_USER"),
        "{refused:?}"
    );
    assert!(!file.exists());
    let made: Finished = with_secrets(program().arg("--format").arg("json"))
        .run()
        .code(0)
        .quiet();
    assert_eq!(made.json()["operation"], "ZCustomsGetDue");
    let text = std::fs::read_to_string(&file).unwrap() + made.stdout.as_str();
    assert!(!text.contains(CANARY_PASSWORD) && !text.contains(CANARY_KEY));
    assert_eq!(command("once", &file).run().code(0).json()["due"], 5);
}

#[test]
fn a_file_that_is_there_is_left_alone_unless_told() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("customs.toml");
    std::fs::write(&file, "mine").unwrap();
    let init = || Program::new(["init", "--config"]).arg(&file);
    let ended = init().run().code(1);
    assert!(
        ended.complaint().contains("is there already: --force"),
        "{ended:?}"
    );
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "mine");
    // Without a WSDL it is the interface of the README.
    init().arg("--force").run().code(0).quiet();
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(
        text.contains("[map.stats]") && text.contains("# \"반출완료\" = \"\""),
        "{text}"
    );
}

#[test]
fn what_cannot_be_proposed_is_asked_for_by_its_option() {
    let scene = Scene::new(1);
    let file = scene.path("made.toml");
    let wrong = |args: &[&str]| {
        let program = args.iter().fold(init(&scene, &file), Program::arg);
        let ended = program.arg("--wsdl").arg(scene.path("due.wsdl")).run().code(1);
        assert!(!file.exists(), "{args:?}");
        ended.complaint().to_owned()
    };
    for (args, told) in [
        (
            &["--service", "exchange-rate"][..],
            "--param: found nothing, expected an answer to: What API012 asks for",
        ),
        (
            &["--operation", "ZCustomsGet"],
            "--operation: no operation ZCustomsGet; the nearest is ZCustomsGetDue",
        ),
        (
            &["--rows", "EtDues"],
            "--rows: found \"EtDues\", expected a table that ZCustomsGetDue answers",
        ),
        (
            &["--key", "Bukrs,Vbel"],
            "--key: found \"Vbel\", expected fields of EtDue: Bukrs, Vbeln",
        ),
        (&["--state", "60"], "--state: found \"60\", expected NAME=VALUE"),
        (
            &["--every", "soon"],
            "job[0].every: found \"soon\", expected a duration above zero",
        ),
        (
            &["--column", "Text={csclPrgsStts|mapp}"],
            "job[0].sink.columns.Text: found there is no filter `mapp`",
        ),
        (
            &["--ledger", "postgres://u:p@h/d"],
            "--ledger: found another address, expected sqlite:FILE, or env:NAME",
        ),
        (&["--service", "cargo"], "there is no service cargo"),
    ] {
        let complaint = wrong(args);
        assert!(complaint.contains(told), "{complaint}\nexpected {told}");
    }
}
