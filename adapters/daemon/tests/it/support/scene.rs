//! Two simulators, a configuration, and a place for what they leave behind.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};

use customs_test_harness::world::{Outcome, Shipment, World};
use serde_json::Value;

use super::{Process, Program, lines};

/// Secrets that may appear nowhere.
pub(crate) const CANARY_KEY: &str = "c4n4ryk3yb5e7d9f1a2c6e8d0f";
pub(crate) const CANARY_PASSWORD: &str = "canary-password-7f3a";
/// User and password as HTTP's basic logon sends them.
pub(crate) const CANARY_LOGON: &str = "Q1VTVE9NUzpjYW5hcnktcGFzc3dvcmQtN2YzYQ==";

/// The seed of the simulators' world.
const SEED: u64 = 1;

/// The configuration as it is documented, with addresses of simulators, small chunks and no rate to speak of.
const CONFIG: &str = r#"
[[job]]
name = "import-cargo"
company = "1000"
every = "5m"
deadline = "4m"
page_size = 25
chunk_size = 10
[job.source]
wsdl = "due.wsdl"
endpoint = "<endpoint>"
user = "env:SAP_USER"
password = "env:SAP_PASSWORD"
operation = "ZCustomsGetDue"
rows = "EtDue"
page = { size = "IvMax", cursor = "IvAfter" }
key = ["Bukrs", "Vbeln"]
origin = ["Bukrs", "Vbeln", "Posnr"]
current = "Stats"
[job.query]
service = "cargo-progress"
params = { cargMtNo = "{CargMtNo|trim}" }
[job.sink]
operation = "ZCustomsPutStatus"
rows = "ItStatus"
results = { table = "EtReturn", row = "Row" }
max_batch = 500
columns = { Bukrs = "{origin.Bukrs}", Vbeln = "{origin.Vbeln}", Stats = "{csclPrgsStts|map:stats}", Udate = "{prcsDttm|date}", Uzeit = "{prcsDttm|time}" }
[map.stats]
<stats>
[unipass]
base_url = "<base_url>"
keys = { API001 = "env:UNIPASS_API001" }
attempts = 2
retry_wait = "10ms"
rate = 10000
burst = 1000
daily = 50000
urgent_reserve = 0.1
[ledger]
url = "sqlite:customs.db"
"#;

/// Customs' texts and what the company calls them.
pub(crate) const STATS: [(&str, &str); 9] = [
    ("입항적하목록 심사완료", "10"),
    ("하선신고 수리", "20"),
    ("하기신고 수리", "20"),
    ("반입신고", "30"),
    ("통관목록접수", "40"),
    ("수입신고", "40"),
    ("통관목록심사완료", "50"),
    ("수입신고수리", "50"),
    ("반출완료", "60"),
];

/// What the company calls a state.
pub(crate) fn map_of(status: &str) -> &'static str {
    STATS.iter().find(|(text, _)| *text == status).unwrap().1
}

/// The shipments among the first `records` that customs finds, with a state that is known.
pub(crate) fn found(records: u32) -> Vec<Shipment> {
    let world = World::new(SEED, 0);
    let all = (0..records).map(|index| world.shipment(index));
    all.filter(|s| s.outcome() == Outcome::Found).collect()
}

/// An address where nobody listens.
pub(crate) fn closed_port() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

fn start_sap(dir: &Path, records: u32, address: &str, faults: &str) -> (Process, String) {
    let mut sap = Program::new([
        "simulate", "sap", "--format", "json", "--listen", address, "--faults", faults,
    ])
    .arg("--data-dir")
    .arg(dir.join("sim"))
    .arg("--records")
    .arg(records.to_string())
    .arg("--write-log")
    .arg(dir.join("writes.ndjson"))
    .env("CUSTOMS_SIM_AUTH", &format!("CUSTOMS:{CANARY_PASSWORD}"))
    .start();
    let said: Value = serde_json::from_str(&sap.line()).unwrap();
    (sap, said["endpoint"].as_str().unwrap().to_owned())
}

/// The documented configuration for these addresses.
pub(super) fn config(endpoint: &str, base_url: &str) -> String {
    let stats: String = STATS
        .iter()
        .map(|(text, code)| format!("{text:?} = {code:?}\n"))
        .collect();
    let config = CONFIG
        .replace("<endpoint>", endpoint)
        .replace("<base_url>", base_url);
    config.replace("<stats>", stats.trim_end())
}

/// The WSDL behind an endpoint, fetched as an administrator would, with the logon.
pub(super) fn wsdl(endpoint: &str) -> String {
    let (host, path) = endpoint.strip_prefix("http://").unwrap().split_once('/').unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    write!(
        stream,
        "GET /{path}?wsdl HTTP/1.0\r\nHost: {host}\r\nAuthorization: Basic {CANARY_LOGON}\r\n\r\n"
    )
    .unwrap();
    let mut reply = String::new();
    stream.read_to_string(&mut reply).unwrap();
    let (head, body) = reply.split_once("\r\n\r\n").unwrap();
    assert!(head.contains(" 200 "), "{head}");
    body.to_owned()
}

fn start_customs(dir: &Path, faults: &str) -> (Process, String) {
    let mut customs = Program::new(["simulate", "unipass", "--format", "json", "--faults", faults])
        .arg("--data-dir")
        .arg(dir.join("sim"))
        .arg("--arrival-log")
        .arg(dir.join("arrivals.ndjson"))
        .arg("--key")
        .arg(format!("API001={CANARY_KEY}"))
        .start();
    let said: Value = serde_json::from_str(&customs.line()).unwrap();
    (customs, said["base_url"].as_str().unwrap().to_owned())
}

/// A simulated SAP, a simulated UNI-PASS, and a configuration for both.
pub(crate) struct Scene {
    dir: tempfile::TempDir,
    records: u32,
    sap: Option<Process>,
    customs: Process,
    pub(crate) endpoint: String,
    pub(crate) base_url: String,
}

impl Scene {
    /// Starts the simulators, fetches the WSDL into `due.wsdl` and writes the configuration.
    pub(crate) fn new(records: u32) -> Self {
        Self::with_faults(records, "", "")
    }

    /// The same, and things go wrong in SAP and at customs.
    pub(crate) fn with_faults(records: u32, sap_faults: &str, customs_faults: &str) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let sap = start_sap(dir.path(), records, "127.0.0.1:0", sap_faults);
        let (customs, base_url) = start_customs(dir.path(), customs_faults);
        let (sap, endpoint) = sap;
        let scene = Self {
            dir,
            records,
            sap: Some(sap),
            customs,
            endpoint,
            base_url,
        };
        std::fs::write(scene.path("due.wsdl"), wsdl(&scene.endpoint)).unwrap();
        scene.write_config(&scene.config());
        scene
    }

    /// SAP goes down, at once.
    pub(crate) fn kill_sap(&mut self) {
        self.sap.take().unwrap().kill();
    }

    /// SAP comes back at the same address, with all that was written, and nothing goes wrong in it any more.
    pub(crate) fn restart_sap(&mut self) {
        assert!(self.sap.is_none());
        let address = self
            .endpoint
            .strip_prefix("http://")
            .unwrap()
            .split('/')
            .next()
            .unwrap();
        let (sap, endpoint) = start_sap(self.dir.path(), self.records, address, "");
        assert_eq!(endpoint, self.endpoint);
        self.sap = Some(sap);
    }

    /// Customs goes down and comes back at another address, which the configuration names, and nothing goes wrong in it any
    /// more.
    pub(crate) fn mend_customs(&mut self) {
        let (customs, base_url) = start_customs(self.dir.path(), "");
        std::mem::replace(&mut self.customs, customs).kill();
        self.base_url = base_url;
        self.write_config(&self.config());
    }

    pub(crate) fn folder(&self) -> &Path {
        self.dir.path()
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// The documented configuration.
    pub(crate) fn config(&self) -> String {
        config(&self.endpoint, &self.base_url)
    }

    /// The configuration with one thing replaced.
    #[track_caller]
    pub(crate) fn config_with(&self, from: &str, to: &str) -> String {
        let config = self.config();
        assert!(config.contains(from), "{from}\n{config}");
        config.replacen(from, to, 1)
    }

    /// The documented configuration, and a column carries the idempotency key.
    pub(crate) fn config_by_key(&self) -> String {
        self.config_with("columns = { ", "columns = { IdemKey = \"{idempotency_key}\", ")
    }

    pub(crate) fn write_config(&self, text: &str) {
        std::fs::write(self.path("customs.toml"), text).unwrap();
    }

    /// A command with this configuration and its secrets.
    pub(crate) fn program(&self, command: &str) -> Program {
        Program::new([command, "--format", "json", "--config"])
            .arg(self.path("customs.toml"))
            .env("SAP_USER", "CUSTOMS")
            .env("SAP_PASSWORD", CANARY_PASSWORD)
            .env("UNIPASS_API001", CANARY_KEY)
    }

    pub(crate) fn write_log(&self) -> PathBuf {
        self.path("writes.ndjson")
    }

    pub(crate) fn arrival_log(&self) -> PathBuf {
        self.path("arrivals.ndjson")
    }

    pub(crate) fn ledger(&self) -> PathBuf {
        self.path("customs.db")
    }

    /// Waits until a log has at least so many lines.
    #[track_caller]
    pub(crate) fn wait_for(&self, log: &Path, at_least: usize) {
        const LOOKS: usize = 10_000;
        for _ in 0..LOOKS {
            if lines(log) >= at_least {
                return;
            }
            std::thread::park_timeout(std::time::Duration::from_millis(2));
        }
        panic!("{} has {} lines, not {at_least}", log.display(), lines(log));
    }
}
