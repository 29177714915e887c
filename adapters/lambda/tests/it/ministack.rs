//! A stand-in for AWS on loopback that deploys templates and runs zips as processes: ministack, one for each test.

use std::path::Path;
use std::process::Stdio;

use customs_aws::Aws;
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt as _;
use tokio::process::{Child, Command};

use crate::{http, outside};

/// The stand-in checks no signature, and reads the region.
const AUTHORIZATION: &str = "AWS4-HMAC-SHA256 Credential=test/20260101/ap-northeast-2/sqs/aws4_request, SignedHeaders=host, Signature=0";

/// It ends, with all its functions, when this goes.
pub(crate) struct Ministack {
    /// The shell around it: see `start`.
    shell: Child,
    python: String,
    folder: tempfile::TempDir,
    port: u16,
}

impl Ministack {
    /// `None` where there is none and none is required.
    pub(crate) async fn start() -> Option<Self> {
        let python = outside::named("CUSTOMS_MINISTACK", "aws")?;
        let port = http::free_port();
        let folder = tempfile::tempdir().unwrap();
        // The shell lives as long as its input is open; then it asks the server to end, which ends its functions.
        let script = r#"setsid "$0" -m ministack >"$1" 2>&1 & p=$!; cat >/dev/null; kill -9 -$p"#;
        let shell = Command::new("sh")
            .args(["-c", script, &python])
            .arg(folder.path().join("log"))
            .env("BIND_HOST", "127.0.0.1")
            .env("GATEWAY_PORT", port.to_string())
            .env("MINISTACK_REGION", "ap-northeast-2")
            .env("STATE_DIR", folder.path().join("state"))
            .env("TMPDIR", folder.path())
            // For the functions: they talk to this stand-in, and to nobody else's AWS.
            .env("AWS_ENDPOINT_URL", format!("http://127.0.0.1:{port}"))
            .env("AWS_EC2_METADATA_DISABLED", "true")
            // Lambda tries again after one and two minutes; here after as many fifths of a second.
            .env("LAMBDA_ASYNC_RETRY_BASE_SECONDS", "0.2")
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        outside::until("ministack answers", async || {
            let health = http::send(port, "GET", "/_ministack/health", &[], "").await;
            health.ok().filter(|(status, _)| *status == 200)
        })
        .await;
        Some(Self {
            shell,
            python,
            folder,
            port,
        })
    }

    /// Deploys the template as it stands, with what the folder holds; returns its outputs.
    pub(crate) async fn deploy(&self, folder: &Path, secret: &Value, parameters: &[&str]) -> Value {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut deployed = Command::new(&self.python)
            .arg(here.join("tests/deployed/deploy.py"))
            .arg(self.endpoint())
            .arg("c")
            .arg(here.join("deploy/template.yaml"))
            .arg(outside::artefact())
            .arg(folder)
            .args(parameters)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = deployed.stdin.take().unwrap();
        stdin.write_all(secret.to_string().as_bytes()).await.unwrap();
        drop(stdin);
        let said = deployed.wait_with_output().await.unwrap();
        assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
        serde_json::from_slice(&said.stdout).unwrap()
    }

    /// A function is invoked; what it answers.
    pub(crate) async fn invoke(&self, function: &Value, event: &Value) -> Value {
        let (status, body) = self.invocation("RequestResponse", function, event).await;
        assert_eq!(status, 200, "{body}");
        serde_json::from_str(&body).unwrap()
    }

    /// A function is invoked, and nobody waits for it: it has its tries, and a destination if all of them fail.
    pub(crate) async fn invoke_later(&self, function: &Value, event: &Value) {
        let (status, body) = self.invocation("Event", function, event).await;
        assert_eq!(status, 202, "{body}");
    }

    async fn invocation(&self, kind: &str, function: &Value, event: &Value) -> (u16, String) {
        let path = format!("/2015-03-31/functions/{}/invocations", function.as_str().unwrap());
        let authorization = AUTHORIZATION.replace("/sqs/", "/lambda/");
        let headers = [
            ("authorization", authorization.as_str()),
            ("x-amz-invocation-type", kind),
        ];
        http::send(self.port, "POST", &path, &headers, &event.to_string())
            .await
            .unwrap()
    }

    /// A request to the API that the template made, of whichever form, with or without a key; the status and the body.
    pub(crate) async fn call(&self, outputs: &Value, key: Option<&str>, body: &str) -> (u16, String) {
        // The stand-in serves every API below an address of its own.
        let name = |output: &str| {
            let (_, address) = outputs[output].as_str()?.split_once("://")?;
            Some(address.split('.').next()?.to_owned())
        };
        let path = match (name("RestAddress"), name("HttpAddress"), name("UrlAddress")) {
            (Some(api), None, None) => format!("/restapis/{api}/prod/_user_request_/runs"),
            (None, Some(api), None) => format!("/_aws/execute-api/{api}/runs"),
            (None, None, Some(url)) => format!("/_aws/lambda-url/{url}/runs"),
            _ => panic!("not one API: {outputs}"),
        };
        let headers = key.map(|key| ("x-api-key", key));
        http::send(self.port, "POST", &path, headers.as_slice(), body)
            .await
            .unwrap()
    }

    /// The key that API Gateway made, as an administrator reads it.
    pub(crate) async fn api_key(&self, id: &Value) -> String {
        let path = format!("/apikeys/{}?includeValue=true", id.as_str().unwrap());
        let authorization = AUTHORIZATION.replace("/sqs/", "/apigateway/");
        let headers = [("authorization", authorization.as_str())];
        let (status, body) = http::send(self.port, "GET", &path, &headers, "").await.unwrap();
        assert_eq!(status, 200, "{body}");
        let key: Value = serde_json::from_str(&body).unwrap();
        key["value"].as_str().unwrap().to_owned()
    }

    /// From now on a message of this queue that was not dealt with comes again after a second.
    pub(crate) async fn shorten_visibility(&self, queue: &str) {
        let body = json!({"QueueUrl": queue, "Attributes": {"VisibilityTimeout": "1"}});
        self.ask("AmazonSQS.SetQueueAttributes", &body).await;
    }

    /// A secret has another value from now on.
    pub(crate) async fn put_secret(&self, name: &str, value: &Value) {
        let body = json!({"SecretId": name, "SecretString": value.to_string()});
        self.ask("secretsmanager.PutSecretValue", &body).await;
    }

    /// A queue of its own; its URL.
    pub(crate) async fn queue(&self, name: &str) -> String {
        let made = self
            .ask("AmazonSQS.CreateQueue", &json!({"QueueName": name}))
            .await;
        made["QueueUrl"].as_str().unwrap().to_owned()
    }

    /// What waits in a queue, at most ten messages; it is gone from there.
    pub(crate) async fn take(&self, queue: &str) -> Vec<String> {
        let body = json!({"QueueUrl": queue, "MaxNumberOfMessages": 10});
        let got = self.ask("AmazonSQS.ReceiveMessage", &body).await;
        let mut bodies = Vec::new();
        for message in got["Messages"].as_array().into_iter().flatten() {
            let taken = json!({"QueueUrl": queue, "ReceiptHandle": message["ReceiptHandle"]});
            self.ask("AmazonSQS.DeleteMessage", &taken).await;
            bodies.push(message["Body"].as_str().unwrap().to_owned());
        }
        bodies
    }

    /// One request of the protocol that queues and secrets speak.
    async fn ask(&self, operation: &str, body: &Value) -> Value {
        let headers = [
            ("content-type", "application/x-amz-json-1.0"),
            ("x-amz-target", operation),
            ("authorization", AUTHORIZATION),
        ];
        let (status, body) = http::send(self.port, "POST", "/", &headers, &body.to_string())
            .await
            .unwrap();
        assert_eq!(status, 200, "{body}");
        serde_json::from_str(&body).unwrap_or_default()
    }

    /// A connection, as a function has it.
    pub(crate) fn aws(&self) -> Aws {
        crate::scene::aws(&self.endpoint())
    }

    /// How many processes a function has. They are kept for its next events.
    pub(crate) fn processes(&self, function: &Value) -> usize {
        let name = format!("AWS_LAMBDA_FUNCTION_NAME={}", function.as_str().unwrap());
        outside::processes(&[&name, &format!("AWS_ENDPOINT_URL={}", self.endpoint())]).len()
    }

    /// What ministack logged.
    fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    pub(crate) fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}

impl Drop for Ministack {
    fn drop(&mut self) {
        drop(self.shell.stdin.take());
        if std::thread::panicking() {
            println!("{}", self.log());
        }
    }
}
