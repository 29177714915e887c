//! The description says what the router does: each of its operations exists, takes its examples, and answers with a status
//! and a form that it names; and there is no route that it does not name.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use customs_core::Trigger;
use customs_http_trigger::OPENAPI;
use serde_json::Value;

use crate::rig::{CANARY, Rig};

const METHODS: [&str; 5] = ["get", "post", "put", "delete", "patch"];

fn description() -> Value {
    serde_json::from_str(OPENAPI).unwrap()
}

/// Path, method and description of each operation.
fn operations(description: &Value) -> Vec<(String, String, Value)> {
    let paths = description["paths"].as_object().unwrap();
    let mut all = Vec::new();
    for (path, item) in paths {
        for (method, operation) in item.as_object().unwrap() {
            all.push((path.clone(), method.clone(), operation.clone()));
        }
    }
    all
}

/// Whether a value has the form of a schema, as far as this description uses the language.
fn fits(description: &Value, schema: &Value, value: &Value) -> Result<(), String> {
    let wrong = |why: &str| Err(format!("{why}: {value} is not {schema}"));
    if let Some(reference) = schema["$ref"].as_str() {
        let schema = description.pointer(reference.trim_start_matches('#')).unwrap();
        return fits(description, schema, value);
    }
    for of in ["anyOf", "oneOf"] {
        if let Some(schemas) = schema[of].as_array()
            && !schemas.iter().any(|s| fits(description, s, value).is_ok())
        {
            return wrong(of);
        }
    }
    if schema.get("const").is_some_and(|c| c != value) {
        return wrong("const");
    }
    if let Some(all) = schema["enum"].as_array()
        && !all.contains(value)
    {
        return wrong("enum");
    }
    let types: Vec<&str> = match &schema["type"] {
        Value::String(one) => vec![one],
        Value::Array(all) => all.iter().filter_map(Value::as_str).collect(),
        _ => vec![],
    };
    let is = |t: &&str| match *t {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.is_u64(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        other => panic!("{other} is not known to this test"),
    };
    if !types.is_empty() && !types.iter().any(is) {
        return wrong("type");
    }
    if let (Some(items), Some(values)) = (schema.get("items"), value.as_array()) {
        for value in values {
            fits(description, items, value)?;
        }
    }
    if let Some(fields) = value.as_object() {
        for name in schema["required"].as_array().into_iter().flatten() {
            if !fields.contains_key(name.as_str().unwrap()) {
                return wrong(&format!("{name} is missing"));
            }
        }
        if let Some(known) = schema["properties"].as_object() {
            for (name, value) in fields {
                match known.get(name) {
                    Some(schema) => fits(description, schema, value)?,
                    None => return wrong(&format!("{name} is not described")),
                }
            }
        }
    }
    Ok(())
}

#[tokio::test]
async fn each_operation_answers_as_it_is_described() {
    let description = description();
    let rig = Rig::new();
    let accepted = rig
        .ask("POST", "/runs", r#"{"keys":["1"],"job":"export"}"#)
        .await
        .json();
    let id = accepted["id"].as_str().unwrap();
    rig.begin("export", Trigger::Schedule).await;
    let run = rig.ask("GET", "/runs/run-1", "").await.json();
    let whole = serde_json::json!({"$ref": "#/components/schemas/RunWithRecords"});
    fits(&description, &whole, &run).unwrap();
    let mut seen = Vec::new();
    for (path, method, operation) in operations(&description) {
        let url = path.replace("{id}", id);
        let examples = operation["requestBody"]["content"]["application/json"]["examples"].as_object();
        let bodies: Vec<String> = match examples {
            Some(examples) => examples.values().map(|e| e["value"].to_string()).collect(),
            None => vec![String::new()],
        };
        for body in bodies.iter().map(String::as_str).chain(["{}", "[1"]) {
            for key in [Some(CANARY), None] {
                let mut request = Request::builder()
                    .method(method.to_uppercase().as_str())
                    .uri(&url);
                if let Some(key) = key {
                    request = request.header("x-api-key", key);
                }
                let answer = rig.send(request.body(Body::from(body.to_owned())).unwrap()).await;
                let status = answer.status.as_u16().to_string();
                let described = &operation["responses"][&status];
                assert!(
                    described.is_object(),
                    "{method} {url} {body}: {status} is not described"
                );
                let content = described["content"].as_object().unwrap();
                let (kind, form) = content.iter().next().unwrap();
                assert!(
                    answer.header("content-type").unwrap().starts_with(kind.as_str()),
                    "{method} {url}"
                );
                if kind == "application/json" {
                    fits(&description, &form["schema"], &answer.json()).unwrap();
                }
                seen.push(format!("{method} {path} {status}"));
            }
        }
    }
    for wanted in [
        "post /runs 200",
        "post /runs 400",
        "post /runs 401",
        "get /runs 200",
        "get /runs/{id} 200",
    ] {
        assert!(
            seen.iter().any(|s| s == wanted),
            "{wanted} was never tried: {seen:?}"
        );
    }
}

#[tokio::test]
async fn there_is_nothing_that_is_not_described() {
    let description = description();
    let rig = Rig::new();
    let described = operations(&description);
    for path in description["paths"].as_object().unwrap().keys() {
        for method in METHODS {
            let answer = rig
                .ask(&method.to_uppercase(), &path.replace("{id}", "x"), "")
                .await;
            let exists = answer.status != StatusCode::METHOD_NOT_ALLOWED;
            let is_described = described.iter().any(|(p, m, _)| p == path && m == method);
            assert_eq!(exists, is_described, "{method} {path}");
        }
    }
}

#[test]
fn the_check_can_fail() {
    let description = description();
    let schema = serde_json::json!({"$ref": "#/components/schemas/Accepted"});
    let good =
        serde_json::json!({"id":"a","status":"waiting","company":"1","job":"j","keys":["k"],"href":"/"});
    fits(&description, &schema, &good).unwrap();
    for (field, value) in [
        ("id", Value::Null),
        ("keys", serde_json::json!([1])),
        ("more", Value::Null),
    ] {
        let mut bad = good.clone();
        bad[field] = value;
        assert!(fits(&description, &schema, &bad).is_err(), "{field}");
    }
}
