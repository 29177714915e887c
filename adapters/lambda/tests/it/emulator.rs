//! AWS's own emulator of the Lambda runtime around the bootstrap as a program: one emulator for each instance of a function.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;
use tokio::process::{Child, Command};
use tokio::sync::Mutex;

use crate::{http, outside};

/// No invocation of a test takes longer: the emulator cuts a function off long before.
const BOUND: Duration = Duration::from_secs(120);

/// It ends, with its function, when this goes.
pub(crate) struct Emulator {
    /// The shell around it lives as long as its input is open; then it ends the emulator.
    shell: Child,
    folder: tempfile::TempDir,
    port: u16,
    /// The variable that only the function's process has.
    runtime: String,
    /// Two invocations at once are more than one instance takes, and the emulator falls over.
    busy: Mutex<()>,
}

/// How a function is made.
pub(crate) struct Function<'a> {
    pub(crate) name: &'a str,
    pub(crate) timeout: Duration,
    pub(crate) config: &'a Path,
    /// Where AWS is.
    pub(crate) endpoint: &'a str,
}

impl Emulator {
    /// `None` where there is none and none is required.
    pub(crate) async fn start(function: &Function<'_>) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let program = outside::program(folder.path());
        let variables = [
            ("CUSTOMS_CONFIG", function.config.to_str().unwrap()),
            ("AWS_ENDPOINT_URL", function.endpoint),
        ];
        Self::around(&[&program], function.name, function.timeout, &variables, folder).await
    }

    /// Around any program that speaks to the runtime.
    pub(crate) async fn around(
        program: &[&Path],
        name: &str,
        timeout: Duration,
        variables: &[(&str, &str)],
        folder: tempfile::TempDir,
    ) -> Option<Self> {
        let emulator = outside::named("CUSTOMS_RIE", "aws")?;
        let (port, api) = (http::free_port(), http::free_port());
        let script = r#"log=$1; shift; "$0" "$@" >"$log" 2>&1 </dev/null & p=$!; cat >/dev/null; kill -9 $p"#;
        let shell = Command::new("sh")
            .args(["-c", script, &emulator])
            .arg(folder.path().join("log"))
            .args([
                "--runtime-interface-emulator-address",
                &format!("127.0.0.1:{port}"),
            ])
            .args(["--runtime-api-address", &format!("127.0.0.1:{api}")])
            .args(program)
            .env("AWS_LAMBDA_FUNCTION_NAME", name)
            .env("AWS_LAMBDA_FUNCTION_TIMEOUT", timeout.as_secs().to_string())
            .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128")
            .env("AWS_REGION", "ap-northeast-2")
            .env("AWS_ACCESS_KEY_ID", "test")
            .env("AWS_SECRET_ACCESS_KEY", "test")
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .envs(variables.iter().copied())
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        let emulator = Self {
            shell,
            folder,
            port,
            runtime: format!("AWS_LAMBDA_RUNTIME_API=127.0.0.1:{api}"),
            busy: Mutex::new(()),
        };
        outside::until("the emulator listens", async || {
            tokio::net::TcpStream::connect(("127.0.0.1", port)).await.ok()
        })
        .await;
        Some(emulator)
    }

    /// Invokes the function; the status and what it says: its answer, `errorType` and `errorMessage`, or in plain words that its
    /// time was over.
    pub(crate) async fn invoke(&self, event: &Value) -> (u16, String) {
        let _busy = self.busy.lock().await;
        let (path, event) = ("/2015-03-31/functions/function/invocations", event.to_string());
        let answered = http::send(self.port, "POST", path, &[], &event);
        tokio::time::timeout(BOUND, answered).await.unwrap().unwrap()
    }

    /// The function's process, if there is one: the emulator makes it at the first event, and after an end.
    pub(crate) fn process(&self) -> Option<u32> {
        outside::processes(&[&self.runtime]).first().copied()
    }

    /// What the emulator and the function wrote.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    /// The milliseconds of all lines of the log that hold these words, behind them.
    pub(crate) fn milliseconds(&self, words: &str) -> Vec<f64> {
        let log = self.log();
        let behind = log.lines().filter_map(|line| Some(line.split_once(words)?.1));
        let number = |text: &str| {
            let digits = text.trim_start().split(|c: char| !c.is_ascii_digit() && c != '.');
            digits.into_iter().next().and_then(|n| n.parse().ok())
        };
        behind.filter_map(number).collect()
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        // One that is stopped would not notice that its emulator is gone.
        for process in outside::processes(&[&self.runtime]) {
            let _ = outside::signal(process, "KILL");
        }
        drop(self.shell.stdin.take());
        if std::thread::panicking() {
            println!("{}", self.log());
        }
    }
}
