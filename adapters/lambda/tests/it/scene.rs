//! What every test of this crate stands on: simulators of SAP and customs over real HTTP, a configuration, and a ledger.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use base64::Engine as _;
use customs_aws::Aws;
use customs_core::memory::MemoryDispatcher;
use customs_core::{
    CallContext, ErrorFilter, LedgerReader as _, Receipt, RunLedger as _, StoredError, SystemClock,
};
use customs_lambda::App;
use customs_test_harness::{sap::SapSimulator, unipass::UnipassSimulator};
use customs_wiring::config::Config;
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};

use crate::http;

/// Due records, unless a test asks for another number.
pub(crate) const RECORDS: u32 = 30;

/// Customs' texts and what the company calls them.
const STATES: [(&str, &str); 9] = [
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

/// What differs from test to test.
#[derive(Debug, Clone)]
pub(crate) struct Setting {
    pub(crate) records: u32,
    /// How long customs takes to answer.
    pub(crate) latency: Duration,
    /// Records of a chunk.
    pub(crate) chunk_size: usize,
    /// Lines of `[unipass]` beside address and keys.
    pub(crate) unipass: String,
    /// The ledger's URL; a file of the scene's own if there is none.
    pub(crate) ledger: Option<String>,
    /// How long a run may take.
    pub(crate) deadline: &'static str,
    /// The lines of `[aws]`.
    pub(crate) aws: String,
}

impl Default for Setting {
    fn default() -> Self {
        Self {
            records: RECORDS,
            latency: Duration::ZERO,
            chunk_size: 10,
            unipass: "rate = 1000\nburst = 100\nattempts = 1".into(),
            ledger: None,
            deadline: "4m",
            // Nobody listens there.
            aws: "queue = \"http://127.0.0.1:1/000000000000/work\"\nlatency = \"20ms\"\nmax_workers = 3"
                .into(),
        }
    }
}

/// Two simulators, a configuration and a ledger.
pub(crate) struct Scene {
    pub(crate) sap: SapSimulator,
    pub(crate) unipass: UnipassSimulator,
    pub(crate) dir: tempfile::TempDir,
    /// AWS, where nobody listens.
    pub(crate) aws: Aws,
}

impl Scene {
    pub(crate) async fn new() -> Self {
        Self::with(&Setting::default()).await
    }

    pub(crate) async fn with(setting: &Setting) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let sap = SapSimulator::builder()
            .records(setting.records)
            .write_log(dir.path().join("writes.ndjson"));
        let sap = sap.start().await.unwrap();
        let unipass = UnipassSimulator::builder().latency(setting.latency);
        let unipass = unipass.start().await.unwrap();
        let own = format!("sqlite:{}", dir.path().join("customs.db").display());
        let ledger = setting.ledger.as_deref().unwrap_or(&own);
        let text = text(setting, &sap, &unipass, ledger);
        std::fs::write(dir.path().join("customs.toml"), text).unwrap();
        let scene = Self {
            sap,
            unipass,
            dir,
            aws: aws("http://127.0.0.1:1"),
        };
        let ledger = customs_wiring::bootstrap::connect_ledger(&scene.config())
            .await
            .unwrap();
        ledger.migrate().await.unwrap();
        scene
    }

    pub(crate) fn file(&self) -> PathBuf {
        self.dir.path().join("customs.toml")
    }

    /// Adds to the configuration.
    pub(crate) fn add(&self, text: &str) {
        let before = std::fs::read_to_string(self.file()).unwrap();
        std::fs::write(self.file(), before + text).unwrap();
    }

    pub(crate) fn config(&self) -> Config {
        Config::load(&self.file()).unwrap()
    }

    /// A folder with what goes into the zip, as the README says: the configuration with names of secrets instead of secrets and the
    /// template's variables, and the description beside it. And what the secret holds.
    pub(crate) async fn for_a_zip(&self, secret: &str) -> (PathBuf, Value) {
        let folder = self.dir.path().join("zip");
        std::fs::create_dir(&folder).unwrap();
        let logon = format!("{}:{}", self.sap.user(), self.sap.password().expose_secret());
        let logon = format!(
            "Basic {}",
            base64::engine::general_purpose::STANDARD.encode(logon)
        );
        let url: url::Url = self.sap.wsdl_url().parse().unwrap();
        let path = format!("{}?{}", url.path(), url.query().unwrap_or_default());
        let headers = [("authorization", logon.as_str())];
        let (status, wsdl) = http::send(self.sap.addr().port(), "GET", &path, &headers, "")
            .await
            .unwrap();
        assert_eq!(status, 200, "{wsdl}");
        std::fs::write(folder.join("due.wsdl"), wsdl).unwrap();
        let text = std::fs::read_to_string(self.file()).unwrap();
        let ledger = text
            .rsplit_once("[ledger]\nurl = \"")
            .unwrap()
            .1
            .split('"')
            .next()
            .unwrap();
        let key = self.unipass.key("API001").unwrap().expose_secret();
        let password = self.sap.password().expose_secret();
        let held = json!({"ledger": ledger, "password": password, "key": key, "door": "nobody's yet"});
        let (text, _) = text.split_once("[aws]").unwrap();
        let text = text
            .replace(self.sap.wsdl_url().as_str(), "due.wsdl")
            .replace(
                &format!("url = \"{ledger}\""),
                &format!("url = \"aws-sm:customs/{secret}#ledger\"\nmigrate = \"manual\""),
            )
            .replace(
                &format!("\"{password}\""),
                &format!("\"aws-sm:customs/{secret}#password\""),
            )
            .replace(&format!("\"{key}\""), &format!("\"aws-sm:customs/{secret}#key\""));
        let aws = "[aws]\ntopic = \"env:CUSTOMS_TOPIC\"\nqueue = \"env:CUSTOMS_QUEUE\"\nerrors = \"env:CUSTOMS_ERRORS\"\n\
                   latency = \"20ms\"\nmax_workers = 3\n";
        let http = format!("[http]\nkeys = {{ erp = \"aws-sm:customs/{secret}#door\" }}\n");
        std::fs::write(folder.join("customs.toml"), text + aws + &http).unwrap();
        (folder, held)
    }

    /// A function of its own.
    pub(crate) async fn function(&self) -> (App, MemoryDispatcher) {
        let queue = MemoryDispatcher::new();
        let app = App::connect(self.config(), &self.aws, Arc::new(SystemClock))
            .await
            .unwrap();
        (app.dispatching(Arc::new(queue.clone())), queue)
    }
}

fn text(setting: &Setting, sap: &SapSimulator, unipass: &UnipassSimulator, ledger: &str) -> String {
    let states = STATES
        .map(|(text, code)| format!("{text:?} = {code:?}\n"))
        .concat();
    let Setting {
        records,
        chunk_size,
        unipass: calls,
        deadline,
        aws,
        ..
    } = setting;
    format!(
        r#"
[[job]]
name = "import-cargo"
company = "1000"
deadline = "{deadline}"
page_size = {records}
chunk_size = {chunk_size}
[job.source]
wsdl = "{wsdl}"
endpoint = "{endpoint}"
user = "{user}"
password = "{password}"
operation = "ZCustomsGetDue"
rows = "EtDue"
page = {{ size = "IvMax", cursor = "IvAfter" }}
key = ["Bukrs", "Vbeln"]
origin = ["Bukrs", "Vbeln", "Posnr"]
current = "Stats"
[job.query]
service = "cargo-progress"
params = {{ cargMtNo = "{{CargMtNo|trim}}" }}
[job.sink]
operation = "ZCustomsPutStatus"
rows = "ItStatus"
results = {{ table = "EtReturn", row = "Row" }}
max_batch = 500
columns = {{ Bukrs = "{{origin.Bukrs}}", Vbeln = "{{origin.Vbeln}}", Stats = "{{csclPrgsStts|map:stats}}", Udate = "{{prcsDttm|date}}", Uzeit = "{{prcsDttm|time}}" }}
[map.stats]
{states}
[unipass]
base_url = "{base_url}"
keys = {{ API001 = "{key}" }}
{calls}
[ledger]
url = "{ledger}"
[aws]
{aws}
"#,
        wsdl = sap.wsdl_url(),
        endpoint = sap.endpoint_url(),
        user = sap.user(),
        password = sap.password().expose_secret(),
        base_url = unipass.base_url(),
        key = unipass.key("API001").unwrap().expose_secret(),
    )
}

/// The errors in the ledger.
pub(crate) async fn errors(app: &App) -> Vec<StoredError> {
    let filter = ErrorFilter {
        run: None,
        key: None,
        limit: 1000,
        episode: None,
    };
    app.ledger().errors(&filter).await.unwrap()
}

/// Closes what is over, as the next plan does, and returns the receipts.
pub(crate) async fn receipts(app: &App) -> Vec<Receipt> {
    let cx = CallContext::new("1000".into(), "import-cargo".into(), "reaper".into());
    app.ledger().reap(&cx).await.unwrap()
}

/// Messages, as a queue delivers them.
pub(crate) fn by_queue(bodies: &[(&str, String)]) -> Value {
    let record = |(id, body): &(&str, String)| json!({"messageId": id, "body": body, "eventSource": "aws:sqs", "attributes": {}});
    json!({"Records": bodies.iter().map(record).collect::<Vec<_>>()})
}

/// AWS at this address.
pub(crate) fn aws(endpoint: &str) -> Aws {
    let credentials = Credentials::new("test", "test", None, None, "tests");
    let http = aws_smithy_http_client::Builder::new().build_http();
    Aws::new(
        aws_config::SdkConfig::builder()
            .behavior_version(aws_config::BehaviorVersion::latest())
            .region(aws_config::Region::new("ap-northeast-2"))
            .endpoint_url(endpoint)
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .http_client(http)
            .retry_config(aws_config::retry::RetryConfig::disabled())
            .build(),
    )
}
