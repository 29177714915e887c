//! The hosts run until they are told to stop: they are driven from outside, as their users do.

use std::collections::VecDeque;
use std::io::{BufRead as _, BufReader, Lines, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::{Arc, Mutex};

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use customs_test_harness::unipass::UnipassSimulator;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::{Value, json};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

const CANARY: &str = "canary-of-the-examples";

/// A running example. It is killed, by its id, when this goes.
struct Running {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Running {
    fn start(program: &str, variables: &[(&str, &str)]) -> Self {
        let mut child = Command::new(program)
            .envs(variables.iter().copied())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, lines }
    }

    fn line(&mut self) -> String {
        self.lines.next().unwrap().unwrap()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn http(address: &str, head: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    let length = body.len();
    write!(
        stream,
        "{head} HTTP/1.1\r\nhost: {address}\r\nx-api-key: {CANARY}\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn host_in_axum() {
    let program = env!("CARGO_BIN_EXE_host_in_axum");
    let mut host = Running::start(program, &[("CUSTOMS_API_KEY", CANARY)]);
    let address = host.line().strip_prefix("listening on ").unwrap().to_owned();
    let number = host.line();
    let number = number.rsplit(' ').next().unwrap();
    // The job runs at once, by its timetable.
    let first = host.line();
    assert!(first.starts_with("Main run: due 10, pushed "), "{first}");

    // A route of its own, beside the router's.
    let own = http(&address, &format!("GET /shipments/{number}"), "");
    assert!(own.starts_with("HTTP/1.1 200") && own.contains("found "), "{own}");
    let nobodys = http(&address, "GET /shipments/26NOBODYHASTHIS0001", "");
    assert!(nobodys.ends_with("not_found -"), "{nobodys}");
    let asked = http(&address, "POST /runs", r#"{"keys":["80000001"]}"#);
    assert!(asked.starts_with("HTTP/1.1 202"), "{asked}");
    let urgent = host.line();
    assert_eq!(urgent, "Urgent run: due 1, pushed 0, unchanged 1");
    let page = http(&address, "GET /console/sign-in", "");
    assert!(page.contains("Customs console"), "{page}");

    let id = Pid::from_raw(i32::try_from(host.child.id()).unwrap());
    kill(id, Signal::SIGTERM).unwrap();
    assert_eq!(host.line(), "everything is settled: true");
    assert!(host.child.wait().unwrap().success());
}

#[test]
fn host_in_axum_without_a_key_lets_nobody_in() {
    let program = env!("CARGO_BIN_EXE_host_in_axum");
    let mut host = Running::start(program, &[("CUSTOMS_API_KEY", "")]);
    let address = host.line().strip_prefix("listening on ").unwrap().to_owned();
    let asked = http(&address, "POST /runs", r#"{"keys":["80000001"]}"#);
    assert!(asked.starts_with("HTTP/1.1 401"), "{asked}");
}

/// Lambda's side: hands out events, and tells what came back.
#[derive(Clone)]
struct Runtime {
    events: Arc<Mutex<VecDeque<Value>>>,
    answers: UnboundedSender<(String, Value)>,
    deadline: u64,
}

async fn next(State(runtime): State<Runtime>) -> Response {
    let event = runtime.events.lock().unwrap().pop_front();
    let Some(event) = event else {
        // There is none for as long as anybody waits, as in Lambda.
        return std::future::pending().await;
    };
    let headers = [
        ("lambda-runtime-aws-request-id", "8476a536-e9f4".to_owned()),
        ("lambda-runtime-deadline-ms", runtime.deadline.to_string()),
        (
            "lambda-runtime-invoked-function-arn",
            "arn:aws:lambda:ap-northeast-2:000000000000:function:standing".to_owned(),
        ),
    ];
    (headers, event.to_string()).into_response()
}

async fn told(
    State(runtime): State<Runtime>,
    Path((id, what)): Path<(String, String)>,
    _: HeaderMap,
    body: String,
) -> StatusCode {
    assert_eq!(id, "8476a536-e9f4");
    runtime
        .answers
        .send((what, serde_json::from_str(&body).unwrap()))
        .unwrap();
    StatusCode::ACCEPTED
}

/// What the function answers to these events, each with `response` or `error` before it.
async fn invoke(customs: &UnipassSimulator, deadline: u64, events: Vec<Value>) -> Vec<(String, Value)> {
    let (answers, mut answered) = unbounded_channel();
    let expected = events.len();
    let runtime = Runtime {
        events: Arc::new(Mutex::new(events.into())),
        answers,
        deadline,
    };
    let routes = axum::Router::new()
        .route("/2018-06-01/runtime/invocation/next", get(next))
        .route("/2018-06-01/runtime/invocation/{id}/{what}", post(told))
        .with_state(runtime);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let server = tokio::spawn(axum::serve(listener, routes).into_future());
    let variables = [
        ("AWS_LAMBDA_RUNTIME_API", address.as_str()),
        ("AWS_LAMBDA_FUNCTION_NAME", "standing"),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128"),
        ("AWS_LAMBDA_FUNCTION_VERSION", "1"),
        ("UNIPASS_API001", CANARY),
        ("UNIPASS_BASE_URL", &customs.base_url()),
    ];
    let _function = Running::start(env!("CARGO_BIN_EXE_host_in_lambda"), &variables);
    let mut all = Vec::new();
    while all.len() < expected {
        all.push(answered.recv().await.unwrap());
    }
    server.abort();
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn host_in_lambda() {
    let customs = UnipassSimulator::builder()
        .key("API001", CANARY.to_owned())
        .start()
        .await
        .unwrap();
    let number = customs.world().shipment(0).cargo_number();
    let far = 4_000_000_000_000;
    let events = vec![
        json!({ "numbers": [number, "26NOBODYHASTHIS0001", "x"] }),
        json!({ "something": "else" }),
        json!({ "numbers": [] }),
    ];
    let answers = invoke(&customs, far, events).await;
    let (what, standings) = &answers[0];
    assert_eq!(what, "response");
    assert_eq!(
        (&standings[0]["number"], &standings[0]["verdict"]),
        (&json!(number), &json!("found"))
    );
    assert!(standings[0]["state"].is_string(), "{standings}");
    assert_eq!(standings[1]["verdict"], "not_found");
    // One that cannot be asked does not hide the others.
    let third = standings[2]["verdict"].as_str().unwrap();
    assert!(third.starts_with("error("), "{standings}");
    // An event that is none is an error to Lambda, and the instance goes on.
    assert_eq!(answers[1].0, "error");
    assert_eq!(answers[2], ("response".to_owned(), json!([])));
    assert!(!format!("{answers:?}").contains(CANARY));

    // A function that is about to be cut off begins no call, and says so.
    let before = customs.arrived();
    let late = invoke(&customs, 0, vec![json!({ "numbers": [number] })]).await;
    assert_eq!(late[0].1[0]["verdict"], "error(deadline)");
    assert_eq!(customs.arrived(), before);
    customs.shutdown().await;
}

#[test]
fn host_in_lambda_says_where_it_belongs() {
    let output = Command::new(env!("CARGO_BIN_EXE_host_in_lambda"))
        .env_remove("AWS_LAMBDA_RUNTIME_API")
        .output()
        .unwrap();
    assert!(!output.status.success());
    let complaint = String::from_utf8(output.stderr).unwrap();
    assert!(complaint.contains("this is a Lambda function"), "{complaint}");
}
