//! The console in a real browser: Debian's headless Chromium. Skipped, with a reason, where there is none and none is required.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};
use thirtyfour::prelude::*;

use crate::support::{Process, Program};

const KEY: &str = "canary-api-key-61d0";
/// Far more than any page needs, so that only a hang meets it.
const PATIENCE: Duration = Duration::from_secs(60);

/// Chromium's driver; it ends with the test.
struct Driver {
    child: Child,
    port: u16,
}

impl Driver {
    #[expect(clippy::print_stdout, reason = "a skipped test says why")]
    fn start() -> Option<Self> {
        let started = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        let Ok(mut child) = started else {
            let required = std::env::var("CUSTOMS_REQUIRE").unwrap_or_default();
            assert!(
                !required.split(',').any(|name| name.trim() == "browser"),
                "chromedriver is required and cannot be started"
            );
            println!("skipped: chromedriver cannot be started");
            return None;
        };
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let port = lines.map_while(Result::ok).find_map(|line| {
            line.split("successfully on port ")
                .nth(1)?
                .trim_end_matches('.')
                .parse()
                .ok()
        });
        Some(Self {
            child,
            port: port.unwrap(),
        })
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn demo(dir: &std::path::Path) -> (Process, String) {
    let demo = [
        "demo",
        "--records",
        "200",
        "--latency-ms",
        "1",
        // A run takes long enough to be watched.
        "--rate",
        "20",
        "--format",
        "json",
        "--listen",
        "127.0.0.1:0",
    ];
    let mut process = Program::new(demo)
        .arg("--data-dir")
        .arg(dir)
        .env("CUSTOMS_API_KEY", KEY)
        .start();
    let said: Value = serde_json::from_str(&process.line()).unwrap();
    let address = said["listening"].as_str().unwrap().to_owned();
    let receipt: Value = serde_json::from_str(&process.line()).unwrap();
    assert_eq!(receipt["due"], 200);
    (process, address)
}

async fn find(browser: &WebDriver, css: &str) -> WebElement {
    let found = browser
        .query(By::Css(css))
        .wait(PATIENCE, Duration::from_millis(50))
        .first()
        .await;
    match found {
        Ok(element) => element,
        Err(error) => {
            let page = browser.source().await.unwrap_or_default();
            panic!("{css}: {error}\n{page}")
        }
    }
}

/// Clicks; a page that is just made new takes the click another time.
async fn click(browser: &WebDriver, css: &str) {
    for _ in 0..100 {
        if find(browser, css).await.click().await.is_ok() {
            return;
        }
    }
    panic!("{css} takes no click");
}

/// What stands in an element; a page that is just made new is read another time.
async fn text_of(browser: &WebDriver, css: &str) -> String {
    for _ in 0..100 {
        if let Ok(text) = find(browser, css).await.text().await {
            return text;
        }
    }
    panic!("{css} cannot be read");
}

/// A page made new until it holds a text.
async fn until_it_says(browser: &WebDriver, css: &str, text: &str) {
    for _ in 0..1_000 {
        let said = find(browser, css).await.text().await.unwrap_or_default();
        if said.contains(text) {
            return;
        }
        let _ = browser.refresh().await;
    }
    panic!("{css} never says {text}");
}

#[tokio::test]
async fn people_sign_in_run_watch_retry_and_pause() {
    let Some(driver) = Driver::start() else { return };
    // The driver's client wants one, although it speaks to this machine only. Another test may have been first.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let dir = tempfile::tempdir().unwrap();
    let (process, address) = demo(&dir.path().join("demo"));
    let mut wanted = DesiredCapabilities::chrome();
    for arg in [
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--lang=en",
    ] {
        wanted.add_arg(arg).unwrap();
    }
    let profile = format!("--user-data-dir={}", dir.path().join("profile").display());
    wanted.add_arg(&profile).unwrap();
    let browser = WebDriver::new(format!("http://127.0.0.1:{}", driver.port), wanted)
        .await
        .unwrap();

    // Signed in only with the key.
    browser.goto(&address).await.unwrap();
    find(&browser, "#key").await.send_keys("wrong").await.unwrap();
    click(&browser, "#sign-in").await;
    find(&browser, "[role=alert]").await;
    find(&browser, "#key").await.send_keys(KEY).await.unwrap();
    click(&browser, "#sign-in").await;
    assert!(text_of(&browser, "#jobs").await.contains("1000/import-cargo"));
    find(&browser, "figure svg rect.pushed").await;

    // Numbers are pasted, and what became of them is watched.
    find(&browser, "#numbers")
        .await
        .send_keys("1000/0000000404")
        .await
        .unwrap();
    click(&browser, "#run-numbers").await;
    find(&browser, "#said").await;
    click(&browser, "#requests tbody a").await;
    until_it_says(&browser, "#request-state", "done").await;
    assert!(text_of(&browser, "#outcomes").await.contains("unknown_key"));

    // An error is looked at and tried again.
    click(&browser, "h1 a").await;
    click(&browser, "#episodes tbody a").await;
    assert!(!text_of(&browser, "#errors tbody").await.is_empty());
    click(&browser, "#retry").await;
    find(&browser, "#said").await;

    // Everything is run again; the page shows how far the run is, by itself, and then its end.
    click(&browser, ".run-all").await;
    find(&browser, "#said").await;
    find(&browser, "#jobs progress[max='200']").await;
    assert!(text_of(&browser, "#jobs").await.contains("/200"));
    until_it_says(&browser, "#requests tbody tr:first-child", "done").await;

    // What waits is listed, a record is looked up, and an error is closed by hand.
    click(&browser, "#waiting a[href$=due]").await;
    click(&browser, "#records tbody a").await;
    assert!(text_of(&browser, ".history").await.contains("first_seen"));
    click(&browser, "h1 a").await;
    click(&browser, "#episodes tbody a").await;
    click(&browser, "#close").await;
    find(&browser, "#said").await;

    // A job is paused, in Korean, and goes on.
    click(&browser, "button[name=lang]").await;
    until_it_says(&browser, "h1", "통관 연계 콘솔").await;
    click(&browser, "button.pause").await;
    click(&browser, "button.resume").await;
    find(&browser, "button.pause").await;
    let acts = text_of(&browser, "#acts").await;
    for act in ["sign_in", "run", "retry", "close", "pause", "resume"] {
        assert!(acts.contains(act), "{act}: {acts}");
    }
    // Nothing was refused by the pages' own policy, and no page asked for anything that is not there.
    let log = browser.get_log("browser").await;
    let log: Vec<Value> = log
        .unwrap_or_default()
        .into_iter()
        .map(|entry| json!(entry.message))
        .collect();
    assert!(!format!("{log:?}").contains("Content Security Policy"), "{log:?}");
    browser.quit().await.unwrap();
    process.signal("TERM");
    let ended = process.finish().code(0);
    assert!(!format!("{ended:?}").contains(KEY));
}
