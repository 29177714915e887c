use std::collections::BTreeMap;
use std::fs;

use customs_test_harness::unipass::UnipassSimulator;
use customs_test_harness::world::{Outcome, STATUSES, Shipment, UNKNOWN_STATUS, World};
use secrecy::ExposeSecret;

use crate::http::{Answer, get};

const API001: &str = "cargCsclPrgsInfoQry/retrieveCargCsclPrgsInfo";
const API002: &str = "expDclrNoPrExpFfmnBrkdQry/retrieveExpDclrNoPrExpFfmnBrkd";
const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>";

async fn ask(customs: &UnipassSimulator, id: &str, path: &str, query: &str) -> Answer {
    let key = customs.key(id).unwrap().expose_secret();
    get(&format!("/ext/rest/{path}?crkyCn={key}&{query}"))
        .send(customs.addr())
        .await
}

fn with(outcome: Outcome) -> Shipment {
    let world = World::new(1, 0);
    (0..)
        .map(|index| world.shipment(index))
        .find(|shipment| shipment.outcome() == outcome)
        .unwrap()
}

fn value<'t>(text: &'t str, name: &str) -> &'t str {
    text.split(&format!("<{name}>"))
        .nth(1)
        .unwrap()
        .split('<')
        .next()
        .unwrap()
}

#[tokio::test]
async fn keys_are_refused_in_the_recorded_words() {
    let customs = UnipassSimulator::builder().start().await.unwrap();
    let other = customs.key("API002").unwrap().expose_secret();
    for (query, text) in [
        (String::new(), "인증키(crkyCn)는 필수입력입니다."),
        ("crkyCn=".to_owned(), "인증키(crkyCn)는 필수입력입니다."),
        ("crkyCn=wrong".to_owned(), "존재하지 않는 인증키입니다."),
        (
            format!("crkyCn={other}"),
            "요청하신 API와 인증키상의 API가 불일치합니다.",
        ),
    ] {
        let answer = get(&format!("/ext/rest/{API001}?{query}"))
            .send(customs.addr())
            .await;
        assert_eq!(answer.status, 200);
        let expected = format!(
            "{DECLARATION}<cargCsclPrgsInfoQryRtnVo><ntceInfo>{text}</ntceInfo><tCnt>-1</tCnt></cargCsclPrgsInfoQryRtnVo>"
        );
        assert_eq!(answer.text(), expected);
    }
}

#[tokio::test]
async fn each_outcome_of_the_world_has_its_answer() {
    let customs = UnipassSimulator::builder().start().await.unwrap();
    let answer = async |outcome| {
        let query = format!("cargMtNo={}", with(outcome).cargo_number());
        let answer = ask(&customs, "API001", API001, &query).await;
        assert_eq!(answer.status, 200);
        answer.text().to_owned()
    };
    let found = answer(Outcome::Found).await;
    assert!(STATUSES.contains(&value(&found, "csclPrgsStts")));
    assert_eq!(
        value(&found, "tCnt"),
        found.matches("<cargCsclPrgsInfoDtlQryVo>").count().to_string()
    );
    assert!(!found.contains('\n') && !found.contains("{{"));
    let not_found = answer(Outcome::NotFound).await;
    assert!(not_found.ends_with("<ntceInfo></ntceInfo><tCnt>0</tCnt></cargCsclPrgsInfoQryRtnVo>"));
    let refused = answer(Outcome::Refused).await;
    assert_eq!(value(&refused, "tCnt"), "-1");
    let ambiguous = answer(Outcome::Ambiguous).await;
    assert!(value(&ambiguous, "ntceInfo").starts_with("[N00]"));
    assert_eq!(value(&ambiguous, "tCnt"), "3");
    assert_eq!(
        value(&answer(Outcome::UnknownStatus).await, "csclPrgsStts"),
        UNKNOWN_STATUS
    );
    assert!(answer(Outcome::UnknownRoot).await.contains("<responseVo>"));
}

#[tokio::test]
async fn of_a_thousand_at_least_850_are_found() {
    let customs = UnipassSimulator::builder().start().await.unwrap();
    let world = customs.world();
    let mut verdicts = BTreeMap::new();
    for index in 0..1000 {
        let query = format!("cargMtNo={}", world.shipment(index).cargo_number());
        let answer = ask(&customs, "API001", API001, &query).await;
        let text = answer.text();
        let verdict = match text {
            _ if text.contains("<responseVo>") => "unknown root",
            _ if value(text, "tCnt") == "-1" => "refused",
            _ if value(text, "tCnt") == "0" => "not found",
            _ if text.contains("[N00]") => "ambiguous",
            _ if value(text, "csclPrgsStts") == UNKNOWN_STATUS => "unknown status",
            _ => "found",
        };
        *verdicts.entry(verdict).or_insert(0) += 1;
    }
    let expected = [
        ("ambiguous", 5),
        ("found", 930),
        ("not found", 50),
        ("refused", 5),
        ("unknown root", 5),
        ("unknown status", 5),
    ];
    assert_eq!(verdicts, expected.into());
    assert_eq!(customs.arrived(), 1000);
}

#[tokio::test]
async fn bills_of_lading_need_their_year() {
    let customs = UnipassSimulator::builder().start().await.unwrap();
    let shipment = with(Outcome::Found);
    for query in ["", "cargMtNo=12345678901234", "blYy=2026", "hblNo=NURI0000000001"] {
        let answer = ask(&customs, "API001", API001, query).await;
        assert!(
            value(answer.text(), "ntceInfo").starts_with("[화물관리번호(cargMtNo)]"),
            "{query}"
        );
        assert_eq!(value(answer.text(), "tCnt"), "-1");
    }
    let query = format!("hblNo={}&blYy=2026", shipment.house_bl());
    let found = ask(&customs, "API001", API001, &query).await;
    assert_eq!(value(found.text(), "cargMtNo"), shipment.full_cargo_number());
    let wrong_year = ask(&customs, "API001", API001, &query.replace("2026", "2025")).await;
    assert_eq!(value(wrong_year.text(), "tCnt"), "0");
    let shared = customs.world().shipment(401);
    let query = format!("mblNo={}&blYy=2026", shared.master_bl());
    let list = ask(&customs, "API001", API001, &query).await;
    assert_eq!(
        value(list.text(), "tCnt"),
        list.text().matches("<cargCsclPrgsInfoQryVo>").count().to_string()
    );
    assert!(list.text().contains("[N00]"));
}

#[tokio::test]
async fn exports_are_shipped_not_shipped_or_echoed_empty() {
    let customs = UnipassSimulator::builder().start().await.unwrap();
    let mut shipped = BTreeMap::new();
    for index in 0..200 {
        let query = format!(
            "expDclrNo={}&blNo=",
            customs.world().shipment(index).export_declaration()
        );
        let answer = ask(&customs, "API002", API002, &query).await;
        if answer.text().contains("<responseVo>") || answer.text().contains("<tCnt>-1</tCnt>") {
            continue;
        }
        *shipped
            .entry(value(answer.text(), "shpmCmplYn").to_owned())
            .or_insert(0) += 1;
    }
    assert_eq!(shipped.keys().collect::<Vec<_>>(), ["", "N", "Y"]);
    assert_eq!(shipped[""], 10);
    let query = format!("blNo={}", with(Outcome::Found).house_bl());
    let by_bl = ask(&customs, "API002", API002, &query).await;
    assert!(by_bl.text().contains("<expDclrNoPrExpFfmnBrkdBlNoQryRsltVo>"));
}

#[tokio::test]
async fn arrivals_are_logged_without_the_key() {
    let dir = tempfile::tempdir().unwrap();
    let log = dir.path().join("arrivals.ndjson");
    let customs = UnipassSimulator::builder()
        .key("API001", "canary-key")
        .arrival_log(&log)
        .start()
        .await
        .unwrap();
    ask(&customs, "API001", API001, "cargMtNo=1").await;
    ask(&customs, "API002", API002, "").await;
    let services: Vec<_> = customs
        .arrivals()
        .iter()
        .map(|arrival| arrival.service.to_string())
        .collect();
    assert_eq!(services, ["API001", "API002"]);
    let text = fs::read_to_string(&log).unwrap();
    let first: serde_json::Value = serde_json::from_str(text.lines().next().unwrap()).unwrap();
    assert_eq!(first["params"], serde_json::json!({"cargMtNo": "1"}));
    assert!(!text.contains("canary-key") && !format!("{customs:?}").contains("canary-key"));
}

#[tokio::test]
async fn scenarios_can_be_replaced_and_added() {
    let dir = tempfile::tempdir().unwrap();
    let file = "service: a/b\nroot: R\n=== x\nwhen: q=1*\nstatus: 500\n<R>{{param.q}}</R>\n";
    fs::write(dir.path().join("API999.scenario"), file).unwrap();
    let customs = UnipassSimulator::builder()
        .scenarios(dir.path())
        .start()
        .await
        .unwrap();
    let answer = ask(&customs, "API999", "a/b", "q=1%3C").await;
    assert_eq!(
        (answer.status, answer.text()),
        (500, format!("{DECLARATION}<R>1&lt;</R>").as_str())
    );
    let other = ask(&customs, "API999", "a/b", "q=2").await;
    assert!(other.text().ends_with("<tCnt>0</tCnt></R>"));
    assert_eq!(get("/ext/rest/a/c").send(customs.addr()).await.status, 404);

    fs::write(dir.path().join("API999.scenario"), "service: a/b\n").unwrap();
    let error = UnipassSimulator::builder()
        .scenarios(dir.path())
        .start()
        .await
        .unwrap_err();
    assert!(
        error
            .to_string()
            .ends_with("API999.scenario, line 1: `root:` is missing"),
        "{error}"
    );
}
