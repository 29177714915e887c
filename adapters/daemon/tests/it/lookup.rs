//! `customs services`, `customs lookup` and own rules on verdicts, against a simulator over real HTTP.

use std::path::Path;

use customs_test_harness::unipass::{UnipassBuilder, UnipassSimulator};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use crate::support::{
    CANARY_KEY, Program, Scene, closed_form, closed_port, errors, files_holding, receipt, writes,
};
use crate::telemetry::Collector;

const NAME: &str = "카나리아";
/// As it travels in an address.
const NAME_ENCODED: &str = "%EC%B9%B4%EB%82%98%EB%A6%AC%EC%95%84";
const PHONE: &str = "01099887766";
const CODE: &str = "P123456789406";

/// A simulator in this process, whose keys are all the canary.
struct Customs {
    simulator: UnipassSimulator,
    _runtime: Runtime,
}

impl Customs {
    fn start() -> Self {
        Self::with(|builder| builder)
    }

    fn with(set: impl FnOnce(UnipassBuilder) -> UnipassBuilder) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let builder = ["API001", "API009", "API012", "API028"]
            .iter()
            .fold(UnipassSimulator::builder(), |b, id| b.key(id, CANARY_KEY));
        let simulator = runtime.block_on(set(builder).start()).unwrap();
        Self {
            simulator,
            _runtime: runtime,
        }
    }

    /// A lookup with the key in the environment, and everything logged.
    fn lookup(&self, args: &[&str]) -> Program {
        let program = Program::new(["lookup", "--key", "env:CUSTOMS_TEST_KEY", "--base-url"]);
        args.iter()
            .fold(program.arg(self.simulator.base_url()), |p, arg| p.arg(arg))
            .env("CUSTOMS_TEST_KEY", CANARY_KEY)
    }
}

const RATES: [&str; 2] = ["qryYymmDd=20261120", "imexTp=2"];

#[test]
fn an_answer_comes_as_json_as_csv_and_for_people() {
    let customs = Customs::start();
    let ask = |service: &str, format: &str| {
        let args = [service, RATES[0], RATES[1], "--format", format];
        customs.lookup(&args).run().code(0).quiet()
    };
    let json = ask("API012", "json").json();
    closed_form(&json, &["service", "verdict", "notice", "error", "records"]);
    assert_eq!(
        (&json["service"], &json["verdict"], &json["error"]),
        (&json!("API012"), &json!("found"), &Value::Null)
    );
    assert_eq!(json["records"].as_array().unwrap().len(), 6);
    assert_eq!(
        json["records"][1],
        json!({ "element": "trifFxrtInfoQryRsltVo", "fields": {
            "cntySgn": "JP", "mtryUtNm": "Yen", "fxrt": "9.4012", "currSgn": "JPY", "aplyBgnDt": "20261115", "imexTp": "2" } })
    );
    assert_eq!(ask("exchange-rate", "json").json(), json, "by name too");

    let csv = ask("API012", "csv").stdout;
    let lines: Vec<&str> = csv.split("\r\n").collect();
    assert_eq!(lines.len(), 8, "{csv}");
    assert_eq!(
        lines[0],
        "verdict,element,cntySgn,mtryUtNm,fxrt,currSgn,aplyBgnDt,imexTp"
    );
    assert_eq!(
        lines[2],
        "found,trifFxrtInfoQryRsltVo,JP,Yen,9.4012,JPY,20261115,2"
    );

    let text = ask("API012", "table").stdout;
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], "API012 관세환율 정보 · Customs exchange rates: found");
    assert_eq!(lines[2], "trifFxrtInfoQryRsltVo: 6");
    assert_eq!(lines[5], "JP       Yen        9.4012   JPY      20261115   2");

    let one = customs
        .lookup(&["airline", "flcoSgn=KE"])
        .run()
        .code(0)
        .quiet()
        .stdout;
    assert!(
        one.lines()
            .any(|l| l.starts_with("flcoKoreConm ") && l.contains("항공사한글상호"))
            && one.contains("한아항공(주)"),
        "one record stands upright, with the Korean names of its fields:\n{one}"
    );
}

#[test]
fn what_customs_says_is_an_answer_and_everything_else_an_error() {
    let customs = Customs::start();
    let none = customs
        .lookup(&["API009", "flcoSgn=Z4", "--format", "json"])
        .run()
        .code(0)
        .quiet();
    assert_eq!(none.json()["verdict"], "not_found");
    let none = customs.lookup(&["API009", "flcoSgn=Z4"]).run().code(0).quiet();
    assert!(none.stdout.contains("customs says there is none"), "{none:?}");
    let none = customs
        .lookup(&["API009", "flcoSgn=Z4", "--format", "csv"])
        .run()
        .code(0)
        .quiet();
    assert!(none.stdout.contains("\r\nnot_found,"), "{none:?}");

    let trouble = customs.lookup(&["API009", "flcoSgn=Z5"]).run().code(1);
    assert!(trouble.complaint().contains("예상치 못한 오류"), "{trouble:?}");
    assert_eq!(trouble.stdout, "");
    let refused = customs
        .lookup(&["API009", "flcoSgn=KE"])
        .env("CUSTOMS_TEST_KEY", "another-key")
        .run()
        .code(1);
    assert!(
        refused.complaint().contains("존재하지 않는 인증키입니다."),
        "{refused:?}"
    );
    let away = Program::new(["lookup", "API009", "flcoSgn=KE", "--base-url"])
        .arg(format!("http://{}/ext/rest", closed_port()))
        .env("UNIPASS_API009", CANARY_KEY)
        .run()
        .code(1);
    assert!(!away.complaint().contains(CANARY_KEY), "{away:?}");
}

#[test]
fn wrong_arguments_are_told_in_both_languages_and_nothing_is_sent() {
    let customs = Customs::start();
    for (args, complaint) in [
        (
            &["API012", "qryYymmDd=20261120", "imexTp=I"][..],
            "1 export, 2 import (imexTp(수출입구분): 다음 중 하나여야 합니다: 1 수출, 2 수입)",
        ),
        (&["API001", "mblNo=1"], "blYy"),
        (&["API001", "cargMtNo=1"], "15~19자"),
        (&["API041", "x=1"], "there is no service API041"),
        (&["API012", "20261120"], "parameter 1 has no `=`"),
    ] {
        let finished = customs.lookup(args).run().code(1);
        assert!(finished.complaint().contains(complaint), "{finished:?}");
    }
    let spelt_out = Program::new(["lookup", "API009", "flcoSgn=KE", "--key", CANARY_KEY])
        .run()
        .code(1);
    assert!(spelt_out.complaint().contains("env:NAME") && !spelt_out.stderr.contains(CANARY_KEY));
    let none = Program::new(["lookup", "API009", "flcoSgn=KE"])
        .without_env("UNIPASS_API009")
        .run()
        .code(1);
    assert!(none.complaint().contains("set UNIPASS_API009"), "{none:?}");
    assert_eq!(customs.simulator.arrived(), 0);
}

#[test]
fn the_key_comes_from_a_file_the_environment_or_the_configuration_whose_budget_counts() {
    let customs = Customs::start();
    let dir = tempfile::tempdir().unwrap();
    let (key, config) = (dir.path().join("key.txt"), dir.path().join("customs.toml"));
    std::fs::write(&key, format!("{CANARY_KEY}\n")).unwrap();
    let base_url = customs.simulator.base_url();
    let text = format!(
        "[unipass]\nbase_url = \"{base_url}\"\nkeys = {{ airline = \"file:key.txt\", API001 = \"env:CUSTOMS_TEST_NOT_SET\" }}\n\
         daily = 2\nrate = 10\nshared = true\n"
    );
    std::fs::write(&config, text).unwrap();
    let ask = || Program::new(["lookup", "API009", "flcoSgn=KE"]);
    ask()
        .arg("--base-url")
        .arg(&base_url)
        .arg("--key")
        .arg(format!("file:{}", key.display()))
        .run()
        .code(0)
        .quiet();
    ask()
        .arg("--base-url")
        .arg(&base_url)
        .env("UNIPASS_API009", CANARY_KEY)
        .run()
        .code(0)
        .quiet();
    for _ in 0..2 {
        ask().arg("--config").arg(&config).run().code(0).quiet();
    }
    let spent = ask().arg("--config").arg(&config).run().code(1);
    assert!(spent.complaint().contains("used up"), "{spent:?}");
    assert_eq!(customs.simulator.arrived(), 4);
    let holders: Vec<_> = files_holding(dir.path(), CANARY_KEY);
    assert_eq!(holders, [key], "neither ledger nor anything else");
}

#[test]
fn no_key_name_or_phone_number_is_logged_or_stored() {
    let customs = Customs::start();
    let dir = tempfile::tempdir().unwrap();
    let config = dir.path().join("customs.toml");
    std::fs::write(&config, "[unipass]\nkeys = {}\ndaily = 100\nattempts = 1\n").unwrap();
    let (name, phone) = (format!("pltxNm={NAME}"), format!("cralTelno={PHONE}"));
    let faults = ["", "html", "truncated", "5xx", "reset"];
    let mut logged = 0;
    for fault in faults {
        customs.simulator.faults().set(fault.parse().unwrap());
        let persons = format!("persEcm={CODE}");
        let finished = customs
            .lookup(&[
                "personal-code-check",
                &persons,
                &name,
                &phone,
                "--format",
                "json",
                "--config",
            ])
            .arg(&config)
            .env("CUSTOMS_LOG", "trace")
            .run();
        logged += finished.stderr.len();
        for secret in [CANARY_KEY, NAME, NAME_ENCODED, PHONE, CODE, "crkyCn"] {
            assert!(
                !finished.stderr.contains(secret),
                "{secret} in {}",
                finished.stderr
            );
            assert_eq!(
                files_holding(dir.path(), secret),
                [""; 0].map(Path::new),
                "{secret}"
            );
        }
        assert!(!finished.stdout.contains(CANARY_KEY) && !finished.stdout.contains(PHONE));
        if fault.is_empty() {
            assert_eq!(finished.json()["verdict"], "mismatch");
        } else {
            assert_eq!(finished.status.code(), Some(1), "{fault}");
        }
    }
    assert!(logged > 1000, "the log is caught");
}

#[test]
fn own_rules_on_verdicts_count_in_lookup_decode_and_runs() {
    const TEXT: &str = "해당 화물은 현재 조회 대상이 아닙니다.";
    let dir = tempfile::tempdir().unwrap();
    let answer = format!(
        "<cargCsclPrgsInfoQryRtnVo><ntceInfo>{TEXT}</ntceInfo><tCnt>0</tCnt></cargCsclPrgsInfoQryRtnVo>"
    );
    let scenario = format!(
        "service: cargCsclPrgsInfoQry/retrieveCargCsclPrgsInfo\nroot: cargCsclPrgsInfoQryRtnVo\n\n=== a new text\n{answer}\n"
    );
    std::fs::write(dir.path().join("API001.scenario"), scenario).unwrap();
    let customs = Customs::with(|builder| builder.scenarios(dir.path()));
    let rule = "[[unipass.verdict]]\nservice = \"cargo-progress\"\ntext = \"조회 대상이 아닙니다\"\nmatch = \"contains\"\nmeaning = \"not_found\"\n";
    let config = dir.path().join("lookup.toml");
    std::fs::write(&config, format!("[unipass]\nkeys = {{}}\n{rule}")).unwrap();

    let ask = || customs.lookup(&["API001", "cargMtNo=26OZ007835I00012577", "--format", "json"]);
    let unknown = ask().run().code(1);
    assert!(unknown.complaint().contains(TEXT), "{unknown:?}");
    let known = ask().arg("--config").arg(&config).run().code(0).quiet().json();
    assert_eq!(
        (&known["verdict"], &known["notice"]),
        (&json!("not_found"), &json!(TEXT))
    );

    let decode = || Program::new(["unipass", "decode", "API001"]).input(answer.as_str());
    assert_eq!(decode().run().code(0).json()["error"]["kind"], "unclassified");
    let known = decode().arg("--config").arg(&config).run().code(0).quiet().json();
    assert_eq!(known["verdict"], "not_found");

    let scene = Scene::new(5);
    let at_home = scene.base_url.as_str();
    let config = scene.config_with(at_home, &customs.simulator.base_url());
    scene.write_config(&config);
    let before = receipt(&scene.program("once").run());
    assert_eq!((&before["failed"], &before["not_found"]), (&json!(5), &json!(0)));
    scene.write_config(&config.replacen("[ledger]", &format!("{rule}[ledger]"), 1));
    let after = receipt(&scene.program("once").run().code(0).quiet());
    assert_eq!((&after["failed"], &after["not_found"]), (&json!(0), &json!(5)));
    for secret in [CANARY_KEY, "crkyCn"] {
        assert_eq!(
            files_holding(scene.folder(), secret),
            [""; 0].map(Path::new),
            "{secret}"
        );
    }
}

#[test]
fn all_services_are_listed_and_each_is_shown() {
    let list = Program::new(["services", "--format", "json"])
        .run()
        .code(0)
        .quiet()
        .json();
    let list = list.as_array().unwrap();
    assert_eq!(list.len(), 54);
    let text = Program::new(["services"]).run().code(0).quiet().stdout;
    assert_eq!(text.lines().count(), 55);
    for service in list {
        let id = service["id"].as_str().unwrap();
        let line = text.lines().find(|line| line.starts_with(id)).unwrap();
        for name in ["slug", "ko", "en", "evidence"] {
            assert!(line.contains(service[name].as_str().unwrap()), "{line}");
        }
    }
    let shown = |name: &str| Program::new(["services", name]).run().code(0).quiet().stdout;
    let text = shown("API001");
    for part in [
        "API001 cargo-progress: 화물통관 진행정보 · Cargo clearance progress",
        "Evidence: live",
        "cargCsclPrgsInfoQry/retrieveCargCsclPrgsInfo",
        "화물관리번호",
        "One of: cargMtNo | mblNo + blYy | hblNo + blYy",
        "State: csclPrgsStts, else prgsStts of cargCsclPrgsInfoQryVo",
        "final when cargTrcnRelaBsopTpcd is 반출신고",
        "then looked at daily for 7 days",
        "`blYy` is the year of arrival",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    assert_eq!(shown("cargo-progress"), text);
    let one = Program::new(["services", "exchange-rate", "--format", "json"])
        .run()
        .code(0)
        .quiet();
    assert_eq!(one.json(), list[11]);
    let none = Program::new(["services", "API041"]).run().code(1);
    assert!(none.complaint().contains("there is no service"), "{none:?}");
}

/// The same over whole runs: what is asked about persons is in no log, output, trace, error text or row of the ledger. A dead
/// letter goes without it: a retry reads the record from SAP again.
#[test]
fn a_run_about_persons_shows_and_stores_no_name_or_phone_number() {
    let customs = Customs::start();
    for (code, outcome) in [
        ("P123456789101", "pushed"),
        (CODE, "failed"),
        ("P123456789500", "failed"),
    ] {
        let scene = Scene::new(3);
        let question = format!(
            "service = \"personal-code-check\"\nparams = {{ persEcm = \"{code}\", pltxNm = \"{NAME}\", cralTelno = \"{PHONE}\" }}"
        );
        let config = scene
            .config_with(&scene.base_url, &customs.simulator.base_url())
            .replace("service = \"cargo-progress\"\nparams = { cargMtNo = \"{CargMtNo|trim}\" }", &question)
            .replace("API001 =", "API028 =")
            .replace("Stats = \"{csclPrgsStts|map:stats}\", Udate = \"{prcsDttm|date}\", Uzeit = \"{prcsDttm|time}\"", "Stats = \"{verdict|left:2}\"");
        assert!(
            config.contains(PHONE) && !config.contains("csclPrgsStts"),
            "{config}"
        );
        scene.write_config(&config);
        let collector = Collector::start();
        let program = scene.program("once").env("CUSTOMS_LOG", "trace");
        let finished = program
            .env("OTEL_EXPORTER_OTLP_ENDPOINT", &collector.endpoint)
            .run();
        let receipt = finished.json();
        assert_eq!(receipt[outcome], json!(3), "{receipt}");
        let rows = errors(&scene.ledger());
        assert_eq!(rows.len(), if outcome == "failed" { 3 } else { 0 }, "{rows:?}");
        let mut shown = finished.stderr + finished.stdout.as_str();
        for row in &rows {
            shown += &serde_json::to_string(&row.error).unwrap();
            assert!(row.record.is_some(), "a dead letter can be retried");
        }
        assert!(shown.len() > 1000, "the log is caught");
        let heard = collector.bodies().concat();
        assert!(
            heard.contains("resourceSpans") && heard.contains("resourceLogs"),
            "{heard}"
        );
        shown += &heard;
        std::fs::remove_file(scene.path("customs.toml")).unwrap();
        for secret in [CANARY_KEY, NAME, NAME_ENCODED, PHONE, code, "crkyCn"] {
            assert!(!shown.contains(secret), "{secret} in {shown}");
            let holders = files_holding(scene.folder(), secret);
            assert!(holders.is_empty(), "{secret} in {holders:?}");
        }
    }
}

/// State and its time come from the catalogue: a job about another service is nothing but configuration. A state without a
/// time is written with SAP's initial date.
#[test]
fn any_service_with_a_state_is_polled_by_configuration_alone() {
    // The first two letters of the state, and its day, as the scenarios have them.
    let services = [
        (
            "export-fulfilment",
            "expDclrNo = \"{ExpDclrNo}\"",
            "Y",
            "2026-11-20",
        ),
        (
            "requirement-approval",
            "reqApreNo = \"AP101\", imexTpcd = \"I\"",
            "20",
            "2026-11-02",
        ),
        (
            "single-window-progress",
            "reqRqstNo = \"R101\"",
            "승인",
            "2026-11-19",
        ),
        (
            "postal-progress",
            "psmtKcd = \"31\", psmtNo = \"EM000000101KR\"",
            "완료",
            "2026-11-19",
        ),
        ("tax-payment", "impDclrNo = \"41325261000101\"", "Y", "2026-11-19"),
        (
            "correction-request",
            "dcshSbmtNo = \"41325261000101\", imexTpcd = \"E\", mdfyRqstDgcnt = \"1\"",
            "심사",
            "0000-00-00",
        ),
    ];
    let customs = Customs::with(|builder| {
        ["API002", "API003", "API025", "API037", "API049", "API052"]
            .iter()
            .fold(builder, |b, id| b.key(id, CANARY_KEY))
    });
    for (service, params, state, day) in services {
        let scene = Scene::new(1);
        let config = scene
            .config_with(&scene.base_url, &customs.simulator.base_url())
            .replace(
                "service = \"cargo-progress\"\nparams = { cargMtNo = \"{CargMtNo|trim}\" }",
                &format!("service = \"{service}\"\nparams = {{ {params} }}"),
            )
            .replace("API001 =", &format!("{service} ="))
            .replace("{csclPrgsStts|map:stats}", "{status|left:2}")
            .replace("{prcsDttm|date}", "{as_of|date|default:}")
            .replace("{prcsDttm|time}", "{as_of|time|default:}");
        scene.write_config(&config);
        let receipt = receipt(&scene.program("once").run());
        assert_eq!(receipt["pushed"], json!(1), "{service}: {receipt}");
        let written: Vec<_> = writes(&scene.write_log())
            .into_values()
            .flatten()
            .map(|write| (write.stats, write.udate))
            .collect();
        assert_eq!(written, [(state.to_owned(), day.to_owned())], "{service}");
    }
}
