//! What benches over sockets share: simulators in this process, and `customs run` as a process of its own.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use customs_test_harness::faults::FaultSpec;
use customs_test_harness::sap::SapSimulator;
use customs_test_harness::unipass::UnipassSimulator;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::config;
use crate::verdict::Outcome;

/// The file in the folder in which the simulator logs what arrived when.
pub(crate) const ARRIVALS: &str = "arrivals.ndjson";
const API_KEY: &str = "bench-api-key";

/// A simulated SAP, a simulated UNI-PASS, and a folder for the daemon.
pub(crate) struct Scene {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) sap: SapSimulator,
    pub(crate) customs: UnipassSimulator,
}

impl Scene {
    pub(crate) async fn start(records: u32, latency: std::time::Duration, faults: &str) -> Outcome<Self> {
        let folder = tempfile::tempdir()?;
        let faults: FaultSpec = faults.parse()?;
        let sap = SapSimulator::builder()
            .records(records)
            .auth(config::USER, config::PASSWORD)
            .start()
            .await?;
        let customs = UnipassSimulator::builder()
            .key("API001", config::KEY)
            .latency(latency)
            .faults(faults)
            .arrival_log(folder.path().join(ARRIVALS))
            .start()
            .await?;
        Ok(Self { folder, sap, customs })
    }

    /// Starts `customs run` with one job; `job` and `unipass` are lines of these sections. It has its ledger below `name`.
    pub(crate) fn daemon(&self, name: &str, job: &str, unipass: &str) -> Outcome<Daemon> {
        let folder = self.folder.path().join(name);
        std::fs::create_dir(&folder)?;
        let mut config = config::text("import", &self.sap, &self.customs, job, unipass);
        config.push_str(&format!(
            "[http]\nlisten = \"127.0.0.1:0\"\nkeys = {{ bench = \"{API_KEY}\" }}\n"
        ));
        let file = folder.join("customs.toml");
        std::fs::write(&file, config)?;
        Daemon::start(&file)
    }
}

/// The daemon. It is killed, by its id, when this goes.
pub(crate) struct Daemon {
    pub(crate) child: Child,
    address: String,
}

impl Daemon {
    fn start(config: &Path) -> Outcome<Self> {
        let mut child = Command::new(env!("CARGO_BIN_EXE_customs"))
            .args(["run", "--format", "json", "--config"])
            .arg(config)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut lines = BufReader::new(child.stdout.take().ok_or("no output")?).lines();
        let first = lines.next().ok_or("the daemon says nothing")??;
        let said: serde_json::Value = serde_json::from_str(&first)?;
        let address = said["listening"].as_str().ok_or(first.clone())?;
        let address = address.trim_start_matches("http://").to_owned();
        // Receipts are taken from it, lest it wait for a reader.
        std::thread::spawn(move || lines.map_while(Result::ok).for_each(drop));
        Ok(Self { child, address })
    }

    /// Asks it; the status and the body.
    pub(crate) async fn ask(&self, method: &str, path: &str, body: &str) -> Outcome<(u16, String)> {
        let mut stream = TcpStream::connect(&self.address).await?;
        let request = format!(
            "{method} {path} HTTP/1.0\r\nHost: {}\r\nx-api-key: {API_KEY}\r\nContent-Length: {}\r\n\r\n{body}",
            self.address,
            body.len()
        );
        stream.write_all(request.as_bytes()).await?;
        let mut reply = String::new();
        stream.read_to_string(&mut reply).await?;
        let (head, body) = reply.split_once("\r\n\r\n").ok_or("no answer")?;
        let status = head.split(' ').nth(1).ok_or("no status")?.parse()?;
        Ok((status, body.to_owned()))
    }

    /// Asks for records; it must be accepted.
    pub(crate) async fn post(&self, numbers: &[String]) -> Outcome<()> {
        let body = serde_json::json!({"API": [{"Type": "API", "Data": numbers}]}).to_string();
        match self.ask("POST", "/runs", &body).await? {
            (200, _) => Ok(()),
            (status, body) => Err(format!("refused: {status} {body}").into()),
        }
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
