//! OpenTelemetry: what a collector on loopback hears of a run.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use serde_json::Value;

use crate::support::{CANARY_KEY, CANARY_LOGON, CANARY_PASSWORD, Scene, closed_port, found};

/// Takes whatever is sent, and answers 200.
pub(crate) struct Collector {
    pub(crate) endpoint: String,
    heard: Arc<Mutex<Vec<Heard>>>,
}

/// One request.
struct Heard {
    path: String,
    authorization: String,
    body: String,
}

impl Collector {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let heard = Arc::new(Mutex::new(Vec::new()));
        let hears = Arc::clone(&heard);
        // It ends with the test's process.
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (stream, hears) = (stream.unwrap(), Arc::clone(&hears));
                std::thread::spawn(move || listen(stream, &hears));
            }
        });
        Self { endpoint, heard }
    }

    /// All that came to a path, one after the other.
    fn at(&self, path: &str) -> Vec<Value> {
        let heard = self.heard.lock().unwrap();
        let heard = heard.iter().filter(|heard| heard.path == path);
        heard
            .map(|heard| serde_json::from_str(&heard.body).unwrap())
            .collect()
    }

    /// The bodies of all requests.
    pub(crate) fn bodies(&self) -> Vec<String> {
        let heard = self.heard.lock().unwrap();
        heard.iter().map(|heard| heard.body.clone()).collect()
    }

    fn spans(&self) -> Vec<Value> {
        let all = self.at("/v1/traces");
        let all = all
            .iter()
            .flat_map(|body| body["resourceSpans"].as_array().unwrap());
        let all = all.flat_map(|resource| resource["scopeSpans"].as_array().unwrap());
        all.flat_map(|scope| scope["spans"].as_array().unwrap())
            .cloned()
            .collect()
    }

    fn named(&self, name: &str) -> Vec<Value> {
        let mut spans = self.spans();
        spans.retain(|span| span["name"] == name);
        spans
    }
}

fn listen(stream: std::net::TcpStream, heard: &Mutex<Vec<Heard>>) {
    let mut answers = stream.try_clone().unwrap();
    let mut stream = BufReader::new(stream);
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).unwrap_or(0) == 0 {
            return;
        }
        let path = line.split(' ').nth(1).unwrap().to_owned();
        let (mut length, mut authorization) = (0, String::new());
        loop {
            let mut header = String::new();
            stream.read_line(&mut header).unwrap();
            match header.split_once(':') {
                Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                    length = value.trim().parse().unwrap();
                }
                Some((name, value)) if name.eq_ignore_ascii_case("authorization") => {
                    value.trim().clone_into(&mut authorization);
                }
                _ => {}
            }
            if header.trim().is_empty() {
                break;
            }
        }
        let mut body = vec![0; length];
        stream.read_exact(&mut body).unwrap();
        heard.lock().unwrap().push(Heard {
            path,
            authorization,
            body: String::from_utf8(body).unwrap(),
        });
        answers
            .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
            .unwrap();
    }
}

fn attribute<'a>(span: &'a Value, key: &str) -> Option<&'a Value> {
    let attributes = span["attributes"].as_array().unwrap();
    attributes.iter().find(|a| a["key"] == key).map(|a| &a["value"])
}

#[test]
fn a_collector_hears_of_run_chunk_and_calls_and_of_no_secret() {
    let scene = Scene::new(30);
    let collector = Collector::start();
    let telemetry = format!(
        "[telemetry]\notlp_endpoint = \"{}\"\n[ledger]",
        collector.endpoint
    );
    scene.write_config(&scene.config_with("[ledger]", &telemetry));
    let program = scene.program("once");
    let program = program.env(
        "OTEL_EXPORTER_OTLP_HEADERS",
        "authorization=Bearer%20canary-collector",
    );
    let receipt = program.run().code(0).quiet().json();
    assert_eq!(receipt["pushed"], found(30).len());

    let [run] = &collector.named("run")[..] else {
        panic!("{:?}", collector.spans())
    };
    let id = run["spanId"].as_str().unwrap();
    assert_eq!((run["parentSpanId"].as_str(), id.len()), (Some(""), 16));
    assert_eq!(attribute(run, "run").unwrap()["stringValue"], receipt["run_id"]);
    assert_eq!(attribute(run, "outcome").unwrap()["stringValue"], "succeeded");
    assert_eq!(attribute(run, "due").unwrap()["intValue"], "30");
    let nanos = |span: &Value, key: &str| span[key].as_str().unwrap().parse::<u128>().unwrap();
    let chunks = collector.named("chunk");
    assert_eq!(chunks.len(), 3);
    for chunk in &chunks {
        assert_eq!(
            (&chunk["parentSpanId"], &chunk["traceId"]),
            (&run["spanId"], &run["traceId"])
        );
        assert!(nanos(run, "startTimeUnixNano") <= nanos(chunk, "startTimeUnixNano"));
        assert!(nanos(chunk, "endTimeUnixNano") <= nanos(run, "endTimeUnixNano"));
    }
    let queries = collector.named("query");
    assert_eq!(queries.len(), 30);
    for query in &queries {
        assert!(
            chunks
                .iter()
                .any(|chunk| chunk["spanId"] == query["parentSpanId"]),
            "{query}"
        );
        assert_eq!(
            (&query["kind"], attribute(query, "service").unwrap()),
            (&3.into(), &serde_json::json!({"stringValue": "API001"}))
        );
    }
    let outcome = |span: &&Value, what: &str| attribute(span, "outcome").unwrap()["stringValue"] == what;
    assert!(queries.iter().filter(|q| outcome(q, "found")).count() >= found(30).len());
    assert!(
        queries
            .iter()
            .filter(|q| outcome(q, "error"))
            .all(|q| q["status"]["code"] == 2)
    );
    assert!(
        collector
            .named("fetch")
            .iter()
            .any(|f| f["parentSpanId"] == run["spanId"])
    );
    assert!(
        collector
            .named("deliver")
            .iter()
            .all(|d| attribute(d, "outcome").is_some())
    );

    let logs: Vec<_> = collector.at("/v1/logs").iter().map(Value::to_string).collect();
    assert!(logs.iter().any(|log| log.contains("Run closed.")), "{logs:?}");
    // Neither a secret nor what was asked.
    let heard = collector.heard.lock().unwrap();
    let world = customs_test_harness::world::World::new(1, 0);
    for Heard {
        body, authorization, ..
    } in heard.iter()
    {
        assert_eq!(authorization, "Bearer canary-collector");
        for canary in [
            CANARY_KEY,
            CANARY_PASSWORD,
            CANARY_LOGON,
            "crkyCn",
            "canary-collector",
        ] {
            assert!(!body.contains(canary), "{canary} in {body}");
        }
        for index in 0..30 {
            let number = world.shipment(index).cargo_number();
            assert!(!body.contains(number.as_str()), "{number} in {body}");
        }
    }
}

#[test]
fn a_collector_that_is_away_is_said_once_and_harms_nothing() {
    let scene = Scene::new(30);
    // The variable stands for the key where the file has none.
    let program = scene
        .program("once")
        .env(
            "OTEL_EXPORTER_OTLP_ENDPOINT",
            &format!("http://{}/canary-path", closed_port()),
        )
        .env("CUSTOMS_LOG", "warn");
    let ended = program.run().code(0);
    assert_eq!(ended.json()["pushed"], found(30).len());
    let said = ended
        .stderr
        .matches("The collector does not take traces and logs")
        .count();
    assert_eq!(said, 1, "{}", ended.stderr);
    assert!(!ended.stderr.contains("canary-path"), "{}", ended.stderr);
}

#[test]
fn a_collector_that_cannot_be_is_an_error_that_names_the_key() {
    let scene = Scene::new(1);
    let good = "otlp_endpoint = \"http://127.0.0.1:4318\"";
    for (key, said) in [
        (
            "telemetry.otlp_endpoint",
            "otlp_endpoint = \"canary-token@collector\"".to_owned(),
        ),
        (
            "telemetry.otlp_endpoint",
            "otlp_endpoint = [\"canary-token\"]".to_owned(),
        ),
        (
            "telemetry.otlp_headers",
            format!("{good}\notlp_headers = \"canary-token\""),
        ),
        (
            "telemetry.otlp_headers",
            format!("{good}\notlp_headers = [\"canary-token\"]"),
        ),
    ] {
        scene.write_config(&scene.config_with("[ledger]", &format!("[telemetry]\n{said}\n[ledger]")));
        let ended = scene.program("once").run().code(1);
        assert!(ended.complaint().contains(key), "{ended:?}");
        assert!(!ended.complaint().contains("canary-token"), "{ended:?}");
    }
}
