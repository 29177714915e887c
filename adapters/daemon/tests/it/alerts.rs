//! Who is told, and what waits while somebody is away.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};

use serde_json::Value;

use crate::support::{CANARY_KEY, CANARY_PASSWORD, Scene, closed_port, files_holding};

const CANARY_WEBHOOK: &str = "c4n4ry-webhook-T0K3N";

/// A webhook that takes everything; it ends with the test's process.
fn webhook() -> (SocketAddr, Receiver<(String, Value)>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (tell, told) = channel();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            if let Some(post) = take(stream)
                && tell.send(post).is_err()
            {
                return;
            }
        }
    });
    (address, told)
}

/// One request: its path and body.
fn take(stream: TcpStream) -> Option<(String, Value)> {
    let mut reader = BufReader::new(stream);
    let mut first = String::new();
    reader.read_line(&mut first).ok()?;
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        if line.trim().is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().ok()?;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let mut stream = reader.into_inner();
    stream
        .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")
        .ok()?;
    let path = first.split(' ').nth(1)?.to_owned();
    Some((path, serde_json::from_slice(&body).ok()?))
}

fn with_webhook(config: &str) -> String {
    format!("{config}\n[alerts]\nwebhook = \"env:ALERTS_WEBHOOK\"\n")
}

/// SAP is away, and comes back: one alert, and one when it is over; and nowhere the webhook's address.
#[test]
fn an_outage_is_one_alert_and_its_end_another() {
    let scene = Scene::new(5);
    let (address, told) = webhook();
    let once = || {
        scene
            .program("once")
            .env(
                "ALERTS_WEBHOOK",
                &format!("http://{address}/services/{CANARY_WEBHOOK}"),
            )
            .env("CUSTOMS_LOG", "debug")
    };
    let away = format!("http://{}/sap", closed_port());
    let mut shown = String::new();
    scene.write_config(&with_webhook(&scene.config().replace(&scene.endpoint, &away)));
    for _ in 0..2 {
        let finished = once().run().code(1);
        shown.push_str(&finished.stdout);
        shown.push_str(&finished.stderr);
    }
    scene.write_config(&with_webhook(&scene.config()));
    let finished = once().run().code(0);
    shown.push_str(&finished.stdout);
    shown.push_str(&finished.stderr);
    let posts: Vec<(String, Value)> = told.try_iter().collect();
    assert!(
        posts
            .iter()
            .all(|(path, _)| *path == format!("/services/{CANARY_WEBHOOK}"))
    );
    let texts: Vec<&str> = posts
        .iter()
        .map(|(_, body)| body["text"].as_str().unwrap())
        .collect();
    let about: Vec<&&str> = texts.iter().filter(|t| t.contains("fetch connect")).collect();
    assert_eq!(about.len(), 2, "{texts:?}");
    assert!(
        about[0].contains("새 오류") && about[0].contains("new error"),
        "{texts:?}"
    );
    assert!(
        about[1].contains("오류 해소") && about[1].contains("2 errors"),
        "{texts:?}"
    );
    for secret in [CANARY_WEBHOOK, CANARY_KEY, CANARY_PASSWORD] {
        assert!(!shown.contains(secret), "{shown}");
        assert!(!texts.iter().any(|t| t.contains(secret)), "{texts:?}");
        assert_eq!(
            files_holding(scene.folder(), secret),
            Vec::<std::path::PathBuf>::new()
        );
    }
}

/// Nobody takes the alert: the run is as good as ever, and the alert is sent by a later one.
#[test]
fn an_alert_that_nobody_takes_stands_in_no_runs_way() {
    let scene = Scene::new(5);
    scene.write_config(&with_webhook(&scene.config()));
    let nobody = format!("http://{}/services/{CANARY_WEBHOOK}", closed_port());
    let finished = scene
        .program("once")
        .env("ALERTS_WEBHOOK", &nobody)
        .run()
        .code(0)
        .quiet();
    assert!(!finished.stdout.contains(CANARY_WEBHOOK));
}

/// The ledger cannot be reached: the error and the failed receipt wait on the disk, and stand in the ledger afterwards.
#[cfg(feature = "postgres")]
#[test]
fn what_a_run_without_its_ledger_has_to_say_arrives_later() {
    use customs_core::{LedgerReader as _, RunStatus, Stage};
    use customs_sql::SqlLedger;

    use crate::support::{block_on, errors};

    let scene = Scene::new(5);
    let away = format!("postgres://user:{CANARY_PASSWORD}@{}/customs", closed_port());
    scene.write_config(&scene.config_with("sqlite:customs.db", &away));
    scene.program("once").run().code(1);
    let spool = scene.path("customs.spool");
    assert!(std::fs::metadata(&spool).unwrap().len() > 0);
    assert!(!std::fs::read_to_string(&spool).unwrap().contains(CANARY_PASSWORD));
    scene.write_config(&scene.config());
    scene.program("once").run().code(0);
    assert_eq!(std::fs::metadata(&spool).unwrap().len(), 0);
    let rows = errors(&scene.ledger());
    let lost: Vec<_> = rows.iter().filter(|e| e.error.stage == Stage::Plan).collect();
    assert_eq!(lost.len(), 1, "{rows:?}");
    let runs = block_on(async {
        let ledger = SqlLedger::open(&format!("sqlite:{}", scene.ledger().display()))
            .await
            .unwrap();
        ledger.runs(9).await.unwrap()
    });
    let states: Vec<_> = runs
        .iter()
        .map(|r| (r.receipt.status, r.receipt.run_id == lost[0].run))
        .collect();
    assert_eq!(states, [(RunStatus::Succeeded, false), (RunStatus::Failed, true)]);
}
