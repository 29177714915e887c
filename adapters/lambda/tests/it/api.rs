//! The door: the same router as the daemon's, behind each kind of gateway.

use customs_core::{LedgerReader as _, UrgentQueue as _};
use customs_lambda::{Host, Source};
use serde_json::{Value, json};

use crate::event;
use crate::roles::answer;
use crate::scene::Scene;

const KEY: &str = "canary-door-5be1";

/// A scene whose configuration has a key of its own for the door.
async fn scene() -> Scene {
    let scene = Scene::new().await;
    scene.add(&format!("[http]\nkeys = {{ erp = \"{KEY}\" }}\n"));
    scene
}

/// The fixture with another body, path and key.
fn call(name: &str, method: &str, path: &str, body: &str) -> Value {
    let mut call = event(name);
    call["body"] = body.into();
    call["isBase64Encoded"] = false.into();
    match name {
        "api-rest" => {
            call["httpMethod"] = method.into();
            call["path"] = path.into();
            call["pathParameters"]["proxy"] = path.trim_start_matches('/').into();
            call["requestContext"]["path"] = format!("/prod{path}").into();
            call["multiValueQueryStringParameters"] = Value::Null;
        }
        _ => {
            call["requestContext"]["http"]["method"] = method.into();
            call["rawPath"] = path.into();
            call["rawQueryString"] = "".into();
            call["headers"]["x-api-key"] = KEY.into();
        }
    }
    call
}

fn body(answer: &Value) -> Value {
    assert_eq!(answer["isBase64Encoded"], false, "{answer}");
    serde_json::from_str(answer["body"].as_str().unwrap()).unwrap()
}

const USERS: &str = r#"{"API":[{"Type":"API","Data":["0080000001"]}]}"#;

#[tokio::test(flavor = "multi_thread")]
async fn the_users_own_body_is_kept_behind_each_gateway() {
    let scene = scene().await;
    let (app, _) = scene.function().await;
    for name in ["api-rest", "api-http"] {
        let answered = answer(&app, call(name, "POST", "/runs", USERS)).await.unwrap();
        assert_eq!(
            (&answered["statusCode"], body(&answered)),
            (&json!(200), json!("job success")),
            "{name}: {answered}"
        );
        let headers = answered["headers"].as_object().unwrap();
        assert_eq!(headers["content-type"], "application/json");
        // Each form has its own way for what stands there several times.
        assert_eq!(answered.get("cookies").is_some(), name == "api-http");
        assert_eq!(answered.get("multiValueHeaders").is_some(), name == "api-rest");
    }
    let kept = app.ledger().recent(10).await.unwrap();
    let mut by: Vec<_> = kept.iter().map(|r| r.request.by.as_str()).collect();
    by.sort_unstable();
    // A gateway's key is written down by its id: that is no secret.
    assert_eq!(by, ["erp", "gateway:abc123"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_key_nobody_gets_in() {
    let scene = scene().await;
    let (app, _) = scene.function().await;
    let mut refused = Vec::new();
    // A REST API without keys of its own, and a key that is not known here.
    let mut open = call("api-rest", "POST", "/runs", USERS);
    open["requestContext"]["identity"] = json!({"apiKey": "key", "apiKeyId": null});
    refused.push(open);
    let mut wrong = call("api-http", "POST", "/runs", USERS);
    wrong["headers"]["x-api-key"] = "wrong".into();
    refused.push(wrong);
    let mut none = call("api-http", "GET", "/runs", "");
    none["headers"] = json!({});
    refused.push(none);
    // What a caller sends never counts as the gateway's word.
    let mut forged = call("api-http", "POST", "/runs", USERS);
    forged["headers"] = json!({"x-amzn-apikeyid": "abc123"});
    forged["requestContext"]["identity"] = json!({"apiKeyId": "abc123"});
    refused.push(forged);
    for event in refused {
        let answered = answer(&app, event.clone()).await.unwrap();
        assert_eq!(answered["statusCode"], 401, "{event}");
        assert_eq!(body(&answered)["error"]["code"], "unauthorized");
        assert!(!answered.to_string().contains(KEY));
    }
    assert!(app.ledger().recent(10).await.unwrap().is_empty());
    let alive = answer(&app, call("api-http", "GET", "/healthz", ""))
        .await
        .unwrap();
    assert_eq!(alive["statusCode"], 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_modern_form_leads_to_its_status_below_the_stage() {
    let scene = scene().await;
    let (app, _) = scene.function().await;
    let modern = r#"{"keys":["1000/0080000001"]}"#;
    // A REST API, an HTTP API with a stage of a name, and one without (or a function URL).
    let rest = call("api-rest", "POST", "/runs", modern);
    let mut staged = call("api-http", "POST", "/live/runs", modern);
    staged["requestContext"]["stage"] = "live".into();
    let plain = call("api-http", "POST", "/runs", modern);
    for (event, base) in [(rest, "/prod"), (staged, "/live"), (plain, "")] {
        let accepted = answer(&app, event).await.unwrap();
        assert_eq!(accepted["statusCode"], 202, "{accepted}");
        let said = body(&accepted);
        let id = said["id"].as_str().unwrap();
        assert_eq!(said["href"], format!("{base}/runs/{id}"));
        assert_eq!(accepted["headers"]["location"], said["href"]);
        let status = call("api-rest", "GET", &format!("/runs/{id}"), "");
        let status = answer(&app, status).await.unwrap();
        assert_eq!(
            (&status["statusCode"], &body(&status)["id"]),
            (&json!(200), &json!(id))
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_console_that_is_signed_in_to_stays_so_in_another_instance() {
    let scene = scene().await;
    let (first, _) = scene.function().await;
    let mut sign_in = call("api-http", "POST", "/console/sign-in", &format!("key={KEY}"));
    sign_in["headers"]["content-type"] = "application/x-www-form-urlencoded".into();
    let answered = answer(&first, sign_in).await.unwrap();
    let cookies = answered["cookies"].as_array().unwrap();
    assert!(!cookies.is_empty(), "{answered}");
    assert!(answered["headers"].get("set-cookie").is_none());
    let (second, _) = scene.function().await;
    let mut page = call("api-http", "GET", "/console", "");
    page["headers"] = json!({});
    let cookie = cookies[0].as_str().unwrap().split(';').next().unwrap();
    page["cookies"] = json!([cookie]);
    let shown = answer(&second, page.clone()).await.unwrap();
    assert_eq!(shown["statusCode"], 200, "{shown}");
    page["cookies"] = json!([]);
    let shown = answer(&second, page).await.unwrap();
    assert_ne!(shown["statusCode"], 200, "{shown}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_request_is_answered_as_one_and_never_breaks_the_function() {
    let scene = scene().await;
    let (app, _) = scene.function().await;
    for (method, path, status) in [
        ("PO ST", "/runs", 400),
        ("GET", "/runs/통관 %zz", 404),
        ("GET", "/nowhere", 404),
        ("PUT", "/runs", 405),
    ] {
        let answered = answer(&app, call("api-http", method, path, "")).await.unwrap();
        assert_eq!(answered["statusCode"], status, "{method} {path}: {answered}");
    }
    for headers in [json!({"a b": "c"}), json!({"x": "a\nb"})] {
        let mut event = call("api-http", "GET", "/runs", "");
        event["headers"] = headers;
        let answered = answer(&app, event).await.unwrap();
        assert_eq!(answered["statusCode"], 400, "{answered}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_ledger_a_request_is_answered_in_its_form() {
    let scene = scene().await;
    let (app, _) = scene.function().await;
    app.ledger().shut_down().await;
    for name in ["api-rest", "api-http"] {
        let answered = answer(&app, call(name, "POST", "/runs", USERS)).await.unwrap();
        assert_eq!(answered["statusCode"], 503, "{answered}");
    }
    // A function that cannot even be connected.
    std::fs::remove_file(scene.file()).unwrap();
    let host = Host::new(Source::File(scene.file()), scene.aws.clone());
    let soon = u64::try_from(jiff::Timestamp::MAX.as_millisecond()).unwrap();
    let answered = host
        .answer(call("api-rest", "POST", "/runs", USERS), soon)
        .await
        .unwrap();
    assert_eq!(
        (&answered["statusCode"], &answered["headers"]["retry-after"]),
        (&json!(503), &json!("5"))
    );
    assert!(host.answer(event("plan"), soon).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_are_kept_while_sap_is_away_and_no_run_is_missing() {
    let scene = scene().await;
    let text = std::fs::read_to_string(scene.file()).unwrap();
    let (before, after) = text.split_once("wsdl = \"").unwrap();
    let (_, after) = after.split_once('"').unwrap();
    std::fs::write(scene.file(), format!("{before}wsdl = \"missing.wsdl\"{after}")).unwrap();
    let (app, _) = scene.function().await;
    let answered = answer(&app, call("api-http", "POST", "/runs", USERS))
        .await
        .unwrap();
    assert_eq!(answered["statusCode"], 200, "the door needs no SAP: {answered}");
    assert!(app.ledger().runs(10).await.unwrap().is_empty());
}
