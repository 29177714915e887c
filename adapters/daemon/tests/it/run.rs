//! `customs run`, and `demo` that stays up: the daemon as a process.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::os::unix::net::UnixDatagram;
use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{CANARY_KEY, CANARY_PASSWORD, Finished, Process, Program, Scene};

const CANARY_API_KEY: &str = "canary-api-key-4e1b";

/// The documented configuration with a door, and an interval that is over before long.
fn config(scene: &Scene, every: &str) -> String {
    let config = scene.config_by_key();
    let config = config.replace(
        "every = \"5m\"\ndeadline = \"4m\"",
        &format!("every = \"{every}\""),
    );
    assert!(config.contains(every), "{config}");
    format!(
        "{config}\n[http]\nlisten = \"127.0.0.1:0\"\nkeys = {{ erp = \"env:CUSTOMS_API_KEY\" }}\norigins = [\"https://erp.example\"]\n"
    )
}

/// The demo, to stay up with so many records.
fn demo(records: &str) -> Program {
    let words = [
        ["--records", records],
        ["--latency-ms", "1"],
        ["--format", "json"],
        ["--listen", "127.0.0.1:0"],
    ];
    let words = std::iter::once("demo").chain(words.into_iter().flatten());
    Program::new(words)
}

/// The daemon at work: its process, and where it listens.
struct Daemon {
    process: Process,
    address: String,
}

impl Daemon {
    fn start(program: Program) -> Self {
        Self::listening(program.env("CUSTOMS_API_KEY", CANARY_API_KEY)).0
    }

    /// The daemon, and what it says of itself.
    fn listening(program: Program) -> (Self, Value) {
        let mut process = program.start();
        let said: Value = serde_json::from_str(&process.line()).unwrap();
        let address = said["listening"]
            .as_str()
            .unwrap()
            .strip_prefix("http://")
            .unwrap()
            .to_owned();
        (Self { process, address }, said)
    }

    fn of(scene: &Scene) -> Self {
        Self::start(scene.program("run").env("CUSTOMS_LOG", "info"))
    }

    /// The next line: a receipt, as a rule.
    fn receipt(&mut self) -> Value {
        serde_json::from_str(&self.process.line()).unwrap()
    }

    fn ask(&self, method: &str, path: &str, key: &str, body: &str) -> (u16, Value) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let length = body.len();
        write!(
            stream,
            "{method} {path} HTTP/1.0\r\nHost: {}\r\nx-api-key: {key}\r\nContent-Length: {length}\r\n\r\n{body}",
            self.address
        )
        .unwrap();
        let mut reply = String::new();
        stream.read_to_string(&mut reply).unwrap();
        let (head, body) = reply.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        (status, serde_json::from_str(body).unwrap_or(Value::Null))
    }

    /// Asks for a record and waits until it is done.
    fn done(&self, id: &str) -> Value {
        for _ in 0..5_000 {
            let (status, row) = self.ask("GET", &format!("/runs/{id}"), CANARY_API_KEY, "");
            assert_eq!(status, 200, "{row}");
            if row["status"] == "done" {
                return row;
            }
            std::thread::park_timeout(Duration::from_millis(10));
        }
        panic!("request {id} is never done");
    }

    /// Stops it as systemd does.
    fn stop(self) -> Finished {
        self.process.signal("TERM");
        let finished = self.process.finish().code(0);
        for secret in [CANARY_API_KEY, CANARY_KEY, CANARY_PASSWORD] {
            assert!(!format!("{finished:?}").contains(secret), "{finished:?}");
        }
        finished
    }
}

#[test]
fn jobs_run_by_their_timetable_and_requests_as_they_come() {
    let scene = Scene::new(60);
    scene.write_config(&config(&scene, "1h"));
    let mut daemon = Daemon::of(&scene);
    let first = daemon.receipt();
    assert_eq!(
        (&first["status"], &first["due"]),
        (&json!("succeeded"), &json!(60))
    );

    let shipment = &crate::support::found(60)[0];
    let number = shipment.delivery().to_string();
    let users = json!({"API": [{"Type": "API", "Data": [number, "404"]}]}).to_string();
    let (status, answer) = daemon.ask("POST", "/runs", CANARY_API_KEY, &users);
    assert_eq!((status, answer), (200, json!("job success")));
    let (_, both) = daemon.ask("GET", "/runs", CANARY_API_KEY, "");
    let id = both["requests"][0]["id"].as_str().unwrap();
    let done = daemon.done(id);
    assert_eq!(
        (&done["records"][0]["key"], &done["records"][0]["outcome"]),
        (&json!(format!("1000/{number}")), &json!("unchanged"))
    );
    assert_eq!(
        (&done["records"][1]["outcome"], &done["records"][1]["reason"]),
        (&json!("failed"), &json!("unknown_key"))
    );
    assert_eq!(daemon.receipt()["run_id"], done["receipt"]["run_id"]);

    for (key, body, status) in [("wrong", users.as_str(), 401), (CANARY_API_KEY, "{", 400)] {
        assert_eq!(daemon.ask("POST", "/runs", key, body).0, status);
    }
    let (_, run) = daemon.ask(
        "GET",
        &format!("/runs/{}", first["run_id"].as_str().unwrap()),
        CANARY_API_KEY,
        "",
    );
    assert_eq!(run["receipt"]["pushed"], first["pushed"]);
    let records = run["records"].as_array().unwrap();
    let pushed = records
        .iter()
        .filter(|record| record["outcome"] == "pushed")
        .count();
    assert_eq!((records.len(), &json!(pushed)), (60, &first["pushed"]));
    let stderr = daemon.stop().stderr;
    assert!(stderr.contains("Stopping."), "{stderr}");
}

/// People do not say the zeros that SAP puts before a number.
#[test]
fn the_demo_knows_a_record_by_the_number_that_people_say() {
    let dir = tempfile::tempdir().unwrap();
    let mut daemon = Daemon::start(demo("60").arg("--data-dir").arg(dir.path()));
    assert_eq!(daemon.receipt()["due"], 60);
    let number = crate::support::found(60)[0].delivery().to_string();
    let body = json!({"keys": [number.trim_start_matches('0')]}).to_string();
    let (status, accepted) = daemon.ask("POST", "/runs", CANARY_API_KEY, &body);
    assert_eq!(status, 202, "{accepted}");
    let done = daemon.done(accepted["id"].as_str().unwrap());
    assert!(number.starts_with('0'), "{number}");
    assert_eq!(done["records"][0]["key"], format!("1000/{number}"));
    assert_eq!(done["records"][0]["outcome"], "unchanged");
    daemon.stop();
}

#[test]
fn a_collector_that_never_answers_holds_nothing_up() {
    let scene = Scene::new(30);
    let collector = TcpListener::bind("127.0.0.1:0").unwrap();
    let telemetry = format!(
        "[telemetry]\notlp_endpoint = \"http://{}\"\n[ledger]",
        collector.local_addr().unwrap()
    );
    scene.write_config(&config(&scene, "1h").replace("[ledger]", &telemetry));
    let mut daemon = Daemon::of(&scene);
    assert_eq!(daemon.receipt()["status"], "succeeded");
    // From here on somebody waits for it.
    let (_waiting, _) = collector.accept().unwrap();
    let number = crate::support::found(30)[0].delivery().to_string();
    let body = json!({ "keys": [number] }).to_string();
    let (status, accepted) = daemon.ask("POST", "/runs", CANARY_API_KEY, &body);
    assert_eq!(status, 202);
    let done = daemon.done(accepted["id"].as_str().unwrap());
    assert_eq!(done["records"][0]["outcome"], "unchanged");
    daemon.stop();
}

#[test]
fn an_accepted_request_outlives_a_killed_process() {
    // The first question hangs, so that nothing is done when the process is killed.
    let scene = Scene::with_faults(5, "", "stall");
    scene.write_config(&config(&scene, "1h"));
    let daemon = Daemon::of(&scene);
    let (status, accepted) = daemon.ask("POST", "/runs", CANARY_API_KEY, r#"{"keys":["404"]}"#);
    assert_eq!(status, 202, "{accepted}");
    daemon.process.kill();
    let daemon = Daemon::of(&scene);
    let done = daemon.done(accepted["id"].as_str().unwrap());
    assert_eq!(done["records"][0]["reason"], "unknown_key");
    daemon.stop();
}

#[test]
fn a_sap_that_was_away_at_the_start_is_found_when_it_comes_back() {
    let mut scene = Scene::new(5);
    let wsdl = format!("wsdl = \"{}?wsdl\"", scene.endpoint);
    scene.write_config(&config(&scene, "2s").replace("wsdl = \"due.wsdl\"", &wsdl));
    scene.kill_sap();
    let mut daemon = Daemon::of(&scene);
    assert_eq!(daemon.receipt()["status"], "failed");
    scene.restart_sap();
    let good = (0..50)
        .map(|_| daemon.receipt())
        .find(|r| r["status"] == "succeeded");
    assert_eq!(good.unwrap()["due"], 5);
    daemon.stop();
}

#[test]
fn a_hang_up_takes_jobs_again_and_refuses_the_rest() {
    let scene = Scene::new(5);
    scene.write_config(&config(&scene, "1h"));
    let mut daemon = Daemon::of(&scene);
    assert_eq!(daemon.receipt()["due"], 5);
    let changed = config(&scene, "1h").replace("chunk_size = 10", "chunk_size = 20");
    scene.write_config(&changed);
    daemon.process.signal("HUP");
    assert_eq!(daemon.receipt(), json!({"configuration": "taken"}));
    // With the new jobs the timetable begins anew.
    assert_eq!(daemon.receipt()["due"], 5);
    scene.write_config(&changed.replace("attempts = 2", "attempts = 3"));
    daemon.process.signal("HUP");
    let refused = daemon.receipt();
    assert_eq!(refused["configuration"], "refused");
    let reason = refused["reason"].as_str().unwrap();
    assert!(
        reason.contains("[unipass] has changed: that takes a restart"),
        "{refused}"
    );
    let (status, _) = daemon.ask("POST", "/runs", CANARY_API_KEY, r#"{"keys":["404"]}"#);
    assert_eq!(
        (status, daemon.receipt()["failed"].as_u64()),
        (202, Some(1)),
        "it works on"
    );
    daemon.stop();
}

#[test]
fn systemd_is_told() {
    let scene = Scene::new(1);
    scene.write_config(&config(&scene, "1h"));
    let socket = UnixDatagram::bind(scene.path("notify")).unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    let program = scene
        .program("run")
        .env("NOTIFY_SOCKET", scene.path("notify").to_str().unwrap())
        .env("WATCHDOG_USEC", "20000");
    let daemon = Daemon::start(program);
    let told = || {
        let mut buffer = [0; 200];
        let n = socket.recv(&mut buffer).unwrap();
        String::from_utf8_lossy(&buffer[..n]).into_owned()
    };
    assert_eq!(told(), "READY=1\nSTATUS=1 jobs");
    for _ in 0..3 {
        assert_eq!(told(), "WATCHDOG=1");
    }
    daemon.stop();
    let last = std::iter::repeat_with(told).find(|t| t != "WATCHDOG=1");
    assert_eq!(last.unwrap(), "STOPPING=1");
}

#[test]
fn somebody_outside_hears_of_good_runs_only() {
    let scene = Scene::new(3);
    let outside = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/ping/canary-token", outside.local_addr().unwrap());
    let with_url = format!(
        "{}[alerts]\ndead_man_url = \"env:DEAD_MAN\"\n",
        config(&scene, "1h")
    );
    scene.write_config(&with_url);
    let mut daemon = Daemon::start(
        scene
            .program("run")
            .env("CUSTOMS_LOG", "info")
            .env("DEAD_MAN", &url),
    );
    assert_eq!(daemon.receipt()["status"], "succeeded");
    let (mut stream, _) = outside.accept().unwrap();
    let mut line = String::new();
    BufReader::new(stream.try_clone().unwrap())
        .read_line(&mut line)
        .unwrap();
    assert_eq!(line, "GET /ping/canary-token HTTP/1.1\r\n");
    stream
        .write_all(b"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n")
        .unwrap();
    let finished = daemon.stop();
    assert!(finished.stderr.contains("did not take it"), "{finished:?}");
    assert!(!finished.stderr.contains("canary-token"), "{finished:?}");
}

#[test]
fn logs_may_be_lines_of_json() {
    let scene = Scene::new(3);
    scene.write_config(&config(&scene, "1h"));
    let program = scene
        .program("run")
        .env("CUSTOMS_LOG", "info")
        .env("CUSTOMS_LOG_FORMAT", "json");
    let mut daemon = Daemon::start(program);
    daemon.receipt();
    let stderr = daemon.stop().stderr;
    let lines: Vec<Value> = stderr.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    assert!(
        lines
            .iter()
            .any(|l| l["message"] == "Run closed." && l["level"] == "INFO"),
        "{stderr}"
    );
}

#[test]
fn what_cannot_be_begun_says_why() {
    let scene = Scene::new(1);
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    scene.write_config(&config(&scene, "1h").replace("127.0.0.1:0", &address));
    let ended = scene
        .program("run")
        .env("CUSTOMS_API_KEY", CANARY_API_KEY)
        .run()
        .code(1);
    assert!(
        ended.complaint().contains(&format!("cannot listen on {address}")),
        "{ended:?}"
    );
    scene.write_config(&scene.config());
    let ended = scene
        .program("run")
        .arg("--listen")
        .arg("127.0.0.1:0")
        .run()
        .code(1);
    assert!(ended.complaint().contains("found no [http]"), "{ended:?}");
}

#[test]
fn the_demo_stays_up_and_makes_a_key() {
    let dir = tempfile::tempdir().unwrap();
    let program = demo("20").arg("--data-dir").arg(dir.path());
    let (mut daemon, said) = Daemon::listening(program.without_env("CUSTOMS_API_KEY"));
    let key = said["api_key"].as_str().unwrap().to_owned();
    assert_eq!(daemon.receipt()["due"], 20);
    let (status, accepted) = daemon.ask("POST", "/runs", &key, r#"{"keys":["404"]}"#);
    assert_eq!(status, 202);
    assert_eq!(daemon.ask("GET", "/runs", "", "").0, 401);
    assert_eq!(daemon.receipt()["failed"], 1, "{accepted}");
    daemon.process.signal("INT");
    daemon.process.finish().code(0);

    let mut given = demo("20").env("CUSTOMS_API_KEY", CANARY_API_KEY).start();
    let said: Value = serde_json::from_str(&given.line()).unwrap();
    assert_eq!(said.get("api_key"), None);
    given.signal("TERM");
    let ended = given.finish().code(0);
    assert!(!format!("{ended:?}").contains(CANARY_API_KEY));
}
